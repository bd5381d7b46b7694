/* SPDX-License-Identifier: MIT */
/* Rows out of files that people and programs write, whatever their format: the readers of formats
 * give cells, and here the cells become rows, checked in one way, each fault with its place. */
#ifndef COLLECTORS_INPUT_H
#define COLLECTORS_INPUT_H

#include "base/diag.h"
#include "collectors/minsheng.h"
#include "collectors/slice.h"

enum input_field {
	INPUT_UNIT,
	INPUT_ITEM,
	INPUT_TARGET,
	INPUT_AS_OF,
	INPUT_VALUE,
	INPUT_KIND,
	INPUT_UOM,
	INPUT_NUMERATOR,
	INPUT_DENOMINATOR,
	INPUT_STAGE,
	INPUT_NOTE,
	INPUT_REASON,
	INPUT_EVIDENCE,
	INPUT_REF,
	INPUT_WITHDRAW,
	INPUT_REVISION,
	INPUT_OBJECT,
	INPUT_FIELDS
};

/* The field of a heading, Chinese or English, in any of its forms; -1: unknown. */
int input_field_of(struct bytes heading);
/* The same of a heading as sheets have it: line breaks and blanks in it are skipped, and what stands in
 * brackets behind it, a unit of measure, goes to *uom (empty: none). */
int input_field_of_heading(struct bytes heading, struct bytes *uom);
/* The i-th of all headings that are known, or NULL past the last. */
const char *input_heading_at(size_t i, enum input_field *field);
const char *input_field_name(enum input_field f); /* the English name */
/* The same word, whatever the case of its ASCII letters; name is in lower case. */
bool input_heading_is(struct bytes given, const char *name);
/* Without white space and control characters at its ends. */
struct bytes input_trimmed(struct bytes b);
/* Without the byte order mark that some editors put before UTF-8. */
struct bytes input_without_bom(struct bytes file);

/* One row as read. Texts are borrowed for the call; NULL or "" is an empty cell. */
struct input_cells {
	unsigned line;
	const char *heading[INPUT_FIELDS]; /* as it stands in the file, for faults; NULL: the name */
	unsigned column[INPUT_FIELDS];     /* from 1; 0: unknown */
	const char *cell[INPUT_FIELDS];
	const char *more; /* "heading: text; ..." of columns that are none of these */
};

struct input_row {
	struct minsheng_row row;
	unsigned line;
};

/* What was found in a row, for programs: beside the fault of the same words. Texts live in the input. */
struct input_finding {
	unsigned line, column; /* from 1; column 0: unknown */
	enum diag_level level;
	const char *code;      /* static, such as "unit-multiplier" */
	const char *heading;   /* of the column, or "" */
	const char *value;     /* of the cell, or "" */
	const char *text[2];   /* by enum lang: what is wrong and how to mend it */
	const char *suggest;   /* what to write instead, or NULL */
};
struct input_findings {
	struct input_finding *items;
	size_t count, cap;
};

struct sheet; /* sheet.h */

/* All rows of one source. Zero it, set the first members, add cells, free it. One thread. */
struct input {
	const char *file;           /* for faults */
	const struct slice *slice;  /* what may be reported; NULL: not known, checked by the daemon */
	const char *reporter;       /* id of the unit that speaks; "" where not known */
	const char *reporter_name;  /* how people call it; "" */
	/* The id of a unit that people call so, or NULL; may be NULL. */
	const char *(*unit_of)(void *ctx, const char *name);
	void *unit_ctx;
	bool no_commands;           /* findings name no command of this program: they are read elsewhere */
	bool no_columns;            /* cells are the arguments of a command: faults don't say "column" */
	int32_t day;                /* of rows that name none; 0: the sheet's own, or none */
	const struct input_mapping *mapping; /* which column is what; NULL: by its heading */
	const char *wanted;         /* name of the sheet in a workbook; NULL: the first with rows */
	size_t rows_max;            /* of a sheet; 0: no bound */
	struct sheet *sheet;        /* takes the rows as they stand in the file; NULL: they are not kept */
	struct diag_list faults;
	struct input_findings findings;
	struct arena *arena;        /* texts of the rows */
	struct input_row *rows;
	size_t count, cap;
	size_t bad;                 /* rows with a fault: not among rows */
	size_t without_figure;      /* rows that report nothing */
	bool broken;                /* the file as a whole can't be read: no row is to be trusted */
};

/* What people said about the columns of a sheet. */
#define INPUT_COLUMNS_MAX 200
enum {
	INPUT_COLUMN_NOTED = -1,      /* none of ours: part of the note */
	INPUT_COLUMN_BY_HEADING = -2, /* what its heading says */
	INPUT_COLUMN_IGNORED = -3
};
struct input_mapping {
	unsigned heading;  /* line of the heading; 0: to be found */
	int16_t field[INPUT_COLUMNS_MAX]; /* by column from 0: enum input_field, or one of the above */
};

enum err input_begin(struct input *in);
void input_free(struct input *in);
/* Adds a row, or its fault. Only ERR_NOMEM ends the reading. */
enum err input_add(struct input *in, const struct input_cells *cells);
/* Once all rows were added: rows about one figure that say different things become faults, both of
 * them; a later row with the reason of a correction is none. ERR_NOMEM. */
enum err input_check_rows(struct input *in);
/* A day as people write it, year first, as "2022-06-30"; a month in Chinese is its last day. */
bool input_check_day(struct bytes text, char out[11]);
/* A fault of the file itself. */
void input_fault(struct input *in, unsigned line, unsigned column, const struct lang_text *text,
		 const struct lang_text *hint, const char *a, const char *b);
/* Adds a finding alone; its texts are copied. ERR_NOMEM. */
enum err input_note(struct input *in, const struct input_finding *finding);
/* A fault as a warning; code: static. */
void input_warn(struct input *in, unsigned line, unsigned column, const char *code,
		const struct lang_text *text, const struct lang_text *hint, const char *a,
		const char *b);

/* CSV in UTF-8, with or without BOM, UTF-16 with BOM, or GB18030; comma, semicolon or tab, as the heading
 * line has them. Lines above the heading are skipped, sums are compared and not taken. */
enum err input_read_csv(struct input *in, struct bytes file);
/* The first sheet with rows of an .xlsx workbook. */
enum err input_read_xlsx(struct input *in, struct bytes file);
/* CSV or .xlsx, by what is in it and not by its name; other kinds of files are told by their names. */
enum err input_read_sheet(struct input *in, struct bytes file);
/* One JSON object a line, fields by the names that columns go by; with or without BOM. */
enum err input_read_jsonl(struct input *in, struct bytes file);

#endif
