/* SPDX-License-Identifier: MIT */
/* The minsheng program: one table of commands and one of options, from which arguments are read
 * and help is written. */
#ifndef PROGRAM_PROGRAM_H
#define PROGRAM_PROGRAM_H

#include <stdio.h>

#include "base/clock.h"
#include "collectors/identity.h"
#include "collectors/input.h"
#include "collectors/program/words.h"

/* For cron: what the exit code says. */
enum program_exit {
	PROGRAM_DONE = 0,     /* everything has its receipt, or was stored where no wait was asked */
	PROGRAM_FAILED = 1,   /* rows have faults or were rejected, or something broke */
	PROGRAM_USAGE = 2,
	PROGRAM_WAITING = 3,  /* stored, no receipt in time; or no answer: run it again */
	PROGRAM_HELD = 4,     /* some rows are held for the office to decide */
	PROGRAM_BUSY = 75,    /* the folder was held by another all the time; nothing was stored */
	PROGRAM_CONFIG = 78   /* not enrolled, or the folder's files are not usable */
};

enum program_option {
	OPTION_END,
	OPTION_FOLDER,
	OPTION_LANG,
	OPTION_JSON,
	OPTION_QUIET,
	OPTION_HELP,
	OPTION_VERSION,
	OPTION_AS_OF,
	OPTION_UNIT,
	OPTION_KIND,
	OPTION_DENOMINATOR,
	OPTION_STAGE,
	OPTION_REASON,
	OPTION_REF,
	OPTION_WITHDRAW,
	OPTION_NOTE,
	OPTION_EVIDENCE,
	OPTION_OBJECT,
	OPTION_REVISION,
	OPTION_FORMAT,
	OPTION_DRY_RUN,
	OPTION_PARTIAL,
	OPTION_WAIT,
	OPTION_NO_WAIT,
	OPTION_TOKEN_FILE,
	OPTION_MEASURES,
	OPTION_LIMIT,
	OPTION_COUNT
};

#define PROGRAM_FOLDER_CAP 4000

struct program {
	FILE *out, *err;
	enum lang lang;
	bool json, quiet;
	char folder[PROGRAM_FOLDER_CAP];
	struct clock *clock;
	const char *options[OPTION_COUNT]; /* NULL: not given; "" for those without argument */
	char **arguments;
	int argument_count;
};

struct program_command {
	const char *name;
	const char *usage;                  /* behind the name */
	struct lang_text what;
	const char *examples;               /* lines */
	enum program_option options[20];    /* ends with OPTION_END */
	int least, most;                    /* arguments */
	int (*run)(struct program *p);
	void (*more)(const struct program *p); /* further help, or NULL */
};

/* The whole program; returns its exit code. */
int program_run(int argc, char **argv, FILE *out, FILE *err);

/* Writes a text of the table, its holes filled, and a newline. */
#define PROGRAM_SAY(p, to, id, ...)                                                               \
	program_say(p, to, id, (const char *const[]){ "", ##__VA_ARGS__, NULL })
/* args begin with one that is not used, and end with NULL. */
void program_say(const struct program *p, FILE *to, enum program_text_id id,
		 const char *const *args);
/* Seconds of --wait, or otherwise. A fault: said, and -1. */
int64_t program_wait_ms(const struct program *p, int64_t otherwise_ms);
/* "3 h", in the language. */
void program_age(const struct program *p, int64_t ms, char out[64]);
/* The identity, or said why not and PROGRAM_CONFIG. */
int program_identity(const struct program *p, struct identity *out);
/* Opens the folder's outbox. Where another process holds it, that is told once and waited for, as
 * long as the patience lasts; then ERR_BUSY. */
enum err program_open(const struct program *p, const struct minsheng_options *options,
		      int64_t patience_ms, struct minsheng **out);
/* How it stands with the connection, in the language. */
void program_connection(const struct program *p, const struct minsheng_status *s, char out[400]);
/* What a file may hold, for help. */
void program_format(const struct program *p);
/* Says why the folder can't be opened; gives the exit code. */
int program_cannot_open(const struct program *p, enum err e);

/* Stores the rows and waits for their receipts, as the options say; tells what became of them.
 * file: for messages about single rows, or NULL. */
int program_deliver(struct program *p, const char *file, const struct input_row *rows,
		    size_t count);
/* Sends what waits in the outbox, and tells as program_deliver does. */
int program_flush(struct program *p);

int program_push(struct program *p);
int program_import(struct program *p);
int program_enroll(struct program *p);
int program_outbox(struct program *p);
int program_status(struct program *p);

#endif
