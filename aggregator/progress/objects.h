/* SPDX-License-Identifier: MIT */
/* Which places and things a measure's cells hold: the fold of rows that name them (objects_log.h),
 * for any day, as known on any day. A cell's rows fold by the rules of cells.h, with sets instead
 * of sums: a TOTAL says all that there are on its day, an ADD puts its own on top, a RETRACT takes
 * back what stands at its day; a value is the size of a set. A measure's total is the size of the
 * union over its counting cells, so that two who report one object add 1 (set counting). Pure
 * memory but for loading; one thread a book. */
#ifndef PROGRESS_OBJECTS_H
#define PROGRESS_OBJECTS_H

#include "aggregator/progress/objects_log.h"

struct objects_book; /* of one measure */

/* Everything that counts, of rows known by the end of the day known (INT32_MAX: all). */
enum err objects_load(struct store_txn *t, uint16_t measure, int32_t known,
		      struct objects_book **out);
/* The same of rows up to an entry. */
enum err objects_load_until(struct store_txn *t, uint16_t measure, uint64_t position,
			    struct objects_book **out);
/* Empty. */
enum err objects_new(uint16_t measure, struct objects_book **out);
void objects_free(struct objects_book *b); /* accepts NULL */

#define OBJECTS_IDS_MAX 200000 /* of one measure, whoever named them, whether they stand or not */
/* There is room for all of these, distinct ones: whether there is depends on the rows alone. */
bool objects_fit(const struct objects_book *b, const struct bytes *ids, size_t count);

/* Folds a row in; rows of a cell come in the order (position, row). Held ones change nothing.
 * ERR_NOMEM: the book is no longer of use. */
enum err objects_fold(struct objects_book *b, const struct objects_record *r);

/* Where an id came from: the row of the set's days that named it first. */
struct objects_claim {
	struct bytes id; /* lives as long as the book */
	struct cell_key cell;
	uint16_t reporter;
	enum objects_kind kind; /* TOTAL or ADD */
	int32_t as_of;
	uint64_t position;
	uint32_t row;
};
/* The set of every cell with this stage on a day: an id once for each cell that holds it, cell by
 * cell. fn returns false to stop. */
void objects_at(struct objects_book *b, uint8_t stage, int32_t day,
		bool (*fn)(void *ctx, const struct objects_claim *claim), void *ctx);

/* --- for admission: marks replace each other -------------------------------------------------- */

/* Marks what the cell holds on a day; how many there are. */
size_t objects_mark(struct objects_book *b, struct cell_key cell, int32_t day);
/* Marks what the first TOTAL after a day says. False: there is none. */
bool objects_mark_after(struct objects_book *b, struct cell_key cell, int32_t day);
bool objects_is_marked(const struct objects_book *b, struct bytes id);
/* A TOTAL or ADD of exactly this day counts. *total: a TOTAL does; *revision: of what stands or
 * was withdrawn there, 0 where nothing is. Either may be NULL. */
bool objects_stands(const struct objects_book *b, struct cell_key cell, int32_t day, bool *total,
		    uint32_t *revision);

/* The newest day up to this one that says something; DATE_NONE where none does. */
int32_t objects_newest(const struct objects_book *b, struct cell_key cell, int32_t day);

/* --- from sets to figures --------------------------------------------------------------------- */

/* A figure that a cell has to have. */
struct objects_figure {
	struct cell_key cell;
	int32_t as_of;
	bool stands; /* else nothing of that day counts */
	uint32_t revision;
	int64_t value;
};
/* What moved since the last call: for each cell that rows were folded into, every day from the first
 * one touched. touched: the day's own rows changed. Cells in no order that matters. */
enum err objects_moved(struct objects_book *b,
		       enum err (*fn)(void *ctx, const struct objects_figure *f, bool touched),
		       void *ctx);
/* The sizes of the union of the cells (measure, unit, CATALOGUE_NONE, stage) of these units, for
 * each day on which any unit has, or had, a row, those that are not listed too: there nothing may
 * stand. f->cell.unit is to be given by the caller. */
enum err objects_union(struct objects_book *b, uint8_t stage, const uint16_t *units, size_t count,
		       enum err (*fn)(void *ctx, const struct objects_figure *f), void *ctx);
/* Stages that have cells: bit s of the result, for s below 64. */
uint64_t objects_stages(const struct objects_book *b);

#endif
