/* SPDX-License-Identifier: MIT */
/* A document of the office before it has a form: title, headings, paragraphs, tables. Renderers make
 * print-ready HTML (paper_html.h) or WordprocessingML (paper_docx.h) of it. All of it lies in the
 * arena that it was begun with, and lives as long; texts are copied. One thread.
 *
 * Nothing in it comes from a clock: the same calls give the same bytes in each form. */
#ifndef PAPERS_PAPER_H
#define PAPERS_PAPER_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"
#include "base/lang.h"

enum paper_kind {
	PAPER_OFFICIAL,	 /* GB/T 9704-2012: A4, 22 lines of 28 characters */
	PAPER_LETTER,	 /* the letter form of it (函): for slips */
	PAPER_LANDSCAPE, /* A4 across, for meetings: each level-1 heading may begin a page */
};

/* What kind of mark a run carries. Locked text was computed, and nobody types it. */
enum paper_mark {
	PAPER_LOCKED = 1,
	PAPER_BOLD = 2,
	PAPER_INVENTED = 4, /* an invented plan, quota or demonstration figure: drawn with its label */
};

struct paper_run {
	const char *text;
	const char *source; /* of locked text: what it was computed from, such as "lights/red"; or NULL */
	unsigned marks;	    /* enum paper_mark */
};

enum paper_align { PAPER_LEFT, PAPER_CENTRE, PAPER_RIGHT };

struct paper_column {
	const char *head;
	unsigned width; /* share of the table's width, in hundredths of it; 0: what is left, evenly */
	enum paper_align align;
};
struct paper_cell {
	const struct paper_run *runs;
	size_t run_count;
	enum paper_align align; /* of the column, unless paper_cell_span said otherwise */
	unsigned span;		/* columns that it takes; at least 1 */
	bool shaded;		/* grey ground: headings within a table */
};
struct paper_table {
	const char *caption; /* or NULL */
	const struct paper_column *columns;
	size_t column_count;
	struct paper_cell **rows; /* row_count rows; the cells of one span all columns together */
	size_t *cell_counts;	  /* of each row */
	size_t row_count;
	bool small; /* set in a smaller size: many columns */
};

enum paper_block_kind {
	PAPER_HEADING,	 /* level 1 to 4: 一、 （一） 1. （1）; the number is part of its text */
	PAPER_PARAGRAPH, /* indented by two characters */
	PAPER_FLUSH,	 /* a paragraph without indent: who is addressed */
	PAPER_CENTRED,
	PAPER_SIGNED, /* who signs and when: at the right, four characters from the edge */
	PAPER_NOTE,   /* small, grey: how something was computed, what is invented */
	PAPER_ANNEX,  /* "附件1": begins a page; its title is the next PAPER_CENTRED */
	PAPER_TABLE,
	PAPER_BREAK, /* a new page */
	PAPER_RULE,  /* a dashed line to cut along: the reply slip */
	PAPER_FIGURE, /* a drawing; left out where there are none: a table says the same */
};

struct paper_block {
	enum paper_block_kind kind;
	unsigned level; /* of a heading */
	const char *id; /* of the section that it begins, or NULL: anchors and outlines */
	const struct paper_run *runs;
	size_t run_count;
	const struct paper_table *table;
	const char *svg; /* PAPER_FIGURE: markup, its texts escaped already */
	struct paper_block *next;
};

struct paper {
	enum paper_kind kind;
	enum lang lang;
	const char *mark;      /* red head: who issues it; NULL: preprinted paper, the room stays empty */
	const char *number;    /* 〔2022〕5号, or NULL */
	const char *title;     /* line ends in it are kept: 梯形 or 菱形 */
	const char *footer;    /* position of the ledger: 截至序号 184223 */
	const char *copied_to; /* colophon: 抄送, or NULL */
	const char *issued;    /* colophon: who printed it and when, or NULL */
	const char *draft;     /* a word over each page while it is no final text ("草稿"), or NULL */
	struct paper_block *first, **end;
	size_t block_count;
	struct arena *arena;
	enum err error; /* sticky: ERR_NOMEM where the arena gave nothing */
};

/* Begins an empty document in the arena, which must outlive it. */
void paper_begin(struct paper *p, struct arena *a, enum paper_kind kind, enum lang lang);
/* Copies into the arena: "" and a sticky error where it gives nothing. */
const char *paper_copy(struct paper *p, const char *text);
const char *paper_printf(struct paper *p, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* What stuck; look at it once at the end. */
enum err paper_error(const struct paper *p);

/* --- text ---------------------------------------------------------------------------------------
 * A text of several runs: paper_run, paper_say, paper_lock into a writer, then paper_put. */
void paper_heading(struct paper *p, unsigned level, const char *id, const char *text);
/* "一、", "（一）", "1.", "（1）" for the n-th (from 1) heading of a level, in Chinese; "1. ", "(1) ",
 * "a. ", "(a) " in English. */
const char *paper_ordinal(struct paper *p, unsigned level, unsigned n);
/* A block of one plain run. */
void paper_text(struct paper *p, enum paper_block_kind kind, const char *text);
void paper_break(struct paper *p);
void paper_rule(struct paper *p);
void paper_figure(struct paper *p, const char *svg); /* copied */

struct paper_writer { /* runs being gathered, for a block or a cell; zeroed is empty */
	struct paper_run *runs;
	size_t count, room;
};
void paper_run(struct paper *p, struct paper_writer *w, unsigned marks, const char *source,
	       const char *text);
/* Plain text. */
void paper_say(struct paper *p, struct paper_writer *w, const char *text);
/* A computed value, locked. */
void paper_lock(struct paper *p, struct paper_writer *w, const char *source, const char *text);
/* Makes a block of what was gathered, and empties the writer. */
void paper_put(struct paper *p, enum paper_block_kind kind, const char *id, struct paper_writer *w);

/* --- tables -------------------------------------------------------------------------------------
 * paper_table_begin, then for each row paper_row and as many paper_cell* as it has columns, then
 * paper_table_end. The head is repeated on each page. */
struct paper_table_writer {
	struct paper_table *table;
	size_t room;	  /* rows */
	size_t cell_room; /* cells of the row being written */
};
void paper_table_begin(struct paper *p, struct paper_table_writer *w, const char *caption,
		       const struct paper_column *columns, size_t column_count, bool small);
void paper_row(struct paper *p, struct paper_table_writer *w);
void paper_cell(struct paper *p, struct paper_table_writer *w, const char *text);
/* Computed text. */
void paper_cell_lock(struct paper *p, struct paper_table_writer *w, const char *source,
		     const char *text);
/* A cell over several columns, shaded. */
void paper_cell_span(struct paper *p, struct paper_table_writer *w, unsigned span,
		     enum paper_align align, const char *text);
void paper_cell_runs(struct paper *p, struct paper_table_writer *w, struct paper_writer *runs);
void paper_table_end(struct paper *p, struct paper_table_writer *w);

#endif
