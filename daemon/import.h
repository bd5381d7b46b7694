/* SPDX-License-Identifier: MIT */
/* One sheet that a person hands in for a unit: read, checked, judged on a snapshot, and told as a table
 * of rows. Any thread, one sheet each. Joins what reads sheets and what admits rows. */
#ifndef DAEMON_IMPORT_H
#define DAEMON_IMPORT_H

#include "aggregator/trial.h"
#include "base/lang.h"
#include "collectors/row.h"
#include "collectors/sheet.h"

#define IMPORT_FILE_MAX (10u << 20)
#define IMPORT_ROWS_MAX 50000
#define IMPORT_ID 33 /* hex digits with NUL */

/* What was asked for; the file is the request's. */
struct import_request {
	char unit[72];
	char file[256];  /* its name */
	char by[160];    /* who hands it in */
	char wanted[128]; /* name of a sheet, or "" */
	enum lang lang;
	bool dry_run;
	bool partial;    /* leave out rows with faults */
	int32_t day;     /* of rows that name none; 0: none */
	bool mapped;
	struct input_mapping mapping;
	struct buf body;
};

enum import_state { IMPORT_CHANGED, IMPORT_UNCHANGED, IMPORT_WARNING, IMPORT_ERROR, IMPORT_STATES };
const char *import_state_name(enum import_state s);

/* A line of the table: a row of the sheet. */
struct import_line {
	const struct sheet_row *sheet; /* NULL: of no sheet */
	unsigned number;
	enum import_state state;
	bool has_row;
	size_t row;             /* index into the input's rows */
	bool judged;
	enum event_verdict verdict;
	enum event_code code;
	bool stands;            /* trial_stands knew it */
	struct trial_stands now;
	size_t finding, finding_count; /* of the findings, which are sorted by line */
};

struct import_light {
	uint16_t measure, unit;
	bool official;          /* else the live one */
	enum light from, to;
};

struct import {
	const struct import_request *request;
	char id[IMPORT_ID];
	uint8_t digest[CRYPTO_HASH_LEN]; /* of what was handed in */
	struct trial *trial;
	struct slice *slice;
	struct arena *arena;
	struct sheet sheet;
	struct input input;
	struct row *rows;       /* as they are sealed: one for each of the input's */
	struct import_line *lines;
	size_t line_count;
	size_t counts[IMPORT_STATES];
	size_t nothing, sums;
	/* once they are in the ledger */
	bool stored, repeated;
	uint64_t position;      /* of the act: the receipt's number */
	uint64_t last;          /* of the last batch */
	uint32_t on_time, late;
	uint32_t verdicts[EVENT_VERDICT_COUNT];
	struct import_light *lights;
	size_t light_count;
};

/* Reads and judges. ERR_NOTFOUND: no such unit. free in any case. */
enum err import_read(struct store *store, const struct import_request *request, int64_t now_ms,
		     struct import *out);
void import_free(struct import *i);
/* Whether it may be stored as asked for; false: it has faults, or nothing to store. */
bool import_is_ready(const struct import *i);
/* The act and the batches for aggregator_import; *json is to be freed. ERR_NOTFOUND: no row is left. */
enum err import_seal(struct import *i, char **json, struct buf *parcel);
/* Whether the line is one of those that go. */
bool import_goes(const struct import_line *l);
/* Counts the lines by their states anew. */
void import_count(struct import *i);
/* import_settle.c: takes the answer of aggregator_import. */
enum err import_settle(struct import *i, struct bytes answer);

/* import_lights.c: what the figures that it touches are at the moment of the snapshot, and what changed
 * between two of them. */
struct query;
struct import_watch;
enum err import_watch_new(const struct import *i, struct query *q, struct import_watch **out);
enum err import_watch_compare(struct import *i, struct import_watch *before, struct query *q);
void import_watch_free(struct import_watch *w); /* accepts NULL */

/* import_tell.c: the table as JSON, an object; problem: with the members of a problem. */
void import_tell(const struct import *i, bool problem, struct buf *out);
/* import_errors.c: the sheet's bad rows, with what is wrong and what to do. */
enum err import_errors(const struct import *i, const char *folder, struct buf *csv, struct buf *xlsx);

#endif
