/* SPDX-License-Identifier: MIT */
/* Tables as data, before they are a file: a book of sheets with typed values. Renderers make an Excel
 * workbook or comma-separated text of it. All of it lies in the arena that it was begun with; texts are
 * not copied unless a function says so. Errors stick: look at book->error once. One thread.
 *
 * A text is a text whatever it begins with: no value ever becomes a formula. */
#ifndef SHEETS_GRID_H
#define SHEETS_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fraction.h"
#include "base/lang.h"

#define GRID_MAX 12

/* How a value is drawn; what it means stands in its text too. */
enum grid_tone {
	GRID_PLAIN,
	GRID_GREEN,
	GRID_YELLOW,
	GRID_RED,
	GRID_DONE,
	GRID_REACHED,
	GRID_QUIET,	/* nothing to judge; not reported */
	GRID_INVENTED, /* italic: an invented plan, quota or demonstration figure */
	GRID_TONES
};
enum grid_type { GRID_NOTHING, GRID_TEXT, GRID_NUMBER, GRID_DAY };

struct grid_value {
	enum grid_type type;
	enum grid_tone tone;
	unsigned decimals; /* NUMBER */
	int64_t number;	   /* NUMBER: in its smallest unit; DAY: civil date */
	const char *text;  /* TEXT */
	const char *url;   /* TEXT: where it leads; NULL: nowhere */
};

struct grid_column {
	struct lang_text head;
	unsigned width; /* characters of a Latin letter's width */
	bool wraps;	/* long texts go on in the next line */
};

struct grid_book;
struct grid {
	struct grid_book *book;
	const char *name;  /* 31 characters at most */
	const char *title; /* above the table */
	const char *note;  /* below the title: what it is about, what is left out; or NULL */
	const struct grid_column *columns;
	size_t column_count;
	unsigned frozen; /* columns that stay while the others move */
	size_t printed;	 /* columns that a page shows: what is right of them is for the screen; 0: all */
	bool prose;	 /* sentences, not rows to be filtered */
	struct grid_value **rows;
	size_t row_count, room, at; /* at: the next column of the newest row */
};

struct grid_book {
	struct arena *arena;
	enum lang lang;
	const char *title;
	const char *footer; /* on each printed page: position of the ledger */
	int64_t time_ms;    /* of the newest entry that it tells of: when the file says it was made */
	struct grid *sheets[GRID_MAX];
	size_t count;
	enum err error;
};

void grid_book_begin(struct grid_book *b, struct arena *a, enum lang lang);
/* The next sheet; NULL and a sticky error where there is no room: all functions below accept NULL. */
struct grid *grid_add(struct grid_book *b, struct lang_text name, const struct grid_column *columns,
			size_t column_count);
/* Formatted into the arena; "" and a sticky error where it gives nothing. */
const char *grid_printf(struct grid_book *b, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* The same in the language of the book: both formats take the same values. */
const char *grid_say(struct grid_book *b, const char *zh, const char *en, ...)
	__attribute__((format(printf, 2, 4), format(printf, 3, 4)));
/* Copies into the arena. */
const char *grid_copy(struct grid_book *b, const char *text);

/* Begins a row; values that are not given stay empty. What is put beyond the last column is a fault of
 * the caller and sticks as ERR_STATE. */
void grid_row(struct grid *s);
void grid_skip(struct grid *s);
void grid_text(struct grid *s, const char *text); /* NULL or "": empty */
void grid_toned(struct grid *s, enum grid_tone tone, const char *text);
void grid_link(struct grid *s, const char *text, const char *url); /* url NULL or "": a text */
void grid_number(struct grid *s, int64_t number, unsigned decimals);
void grid_day(struct grid *s, int32_t day); /* DATE_NONE: empty */
/* A share, 1 for the whole, as per cent with two decimals. */
void grid_percent(struct grid *s, struct fraction share);

/* One sheet as text: UTF-8 with a byte order mark, CRLF, RFC 4180; heads in the first line. A text that
 * a spreadsheet would take for a formula gets an apostrophe before it. */
enum err grid_csv(const struct grid *s, struct buf *out);
/* The book as a workbook. The library writes files alone: one is made in folder, read and removed. The
 * same book gives the same bytes. ERR_IO where the folder can't be written. */
enum err grid_xlsx(const struct grid_book *b, const char *folder, struct buf *out);
/* Removes what a crash may have left in the folder. */
void grid_sweep(const char *folder);

#endif
