/* SPDX-License-Identifier: MIT */
/* The figures of one cell: for each date that a row named, what stands there, in a flat array in
 * the order of the dates, with the folded value beside it. Pure memory; cells.h has the rules. */
#ifndef PROGRESS_FIGURES_H
#define PROGRESS_FIGURES_H

#include "aggregator/progress/cells.h"

#define FIGURES_DAY_MAX UINT16_MAX               /* dates are days since 1970 in 16 bits */
#define FIGURES_POSITION_MAX ((UINT64_C(1) << 40) - 1)
#define FIGURES_ROW_MAX ((UINT32_C(1) << 14) - 1)
#define FIGURES_ADDS_MAX ((UINT32_C(1) << 24) - 1)

enum figure_kind {
	FIGURE_NONE = 0, /* neither: ADDs alone, or nothing any more */
	FIGURE_SET = 1,  /* by a TOTAL */
	FIGURE_GONE = 2  /* by a RETRACT */
};

/* 32 bytes, two a cache line: a year of days in a thousand cells has to stay small. */
struct figure {
	uint16_t as_of;
	uint16_t known;    /* civil day on which it changed last */
	uint32_t revision; /* of the TOTAL or RETRACT */
	uint64_t set;      /* position 40 bits, row 14, kind 2: see figure_set */
	uint64_t touch;    /* position of the newest row that changed it 40 bits, number of ADDs 24 */
	int64_t cum;       /* folded value of this date */
};
/* Kept only where ADDs came. */
struct figure_adds {
	int64_t sum;  /* of those since the TOTAL or RETRACT of the date */
	uint64_t top; /* newest position of all figures from the last TOTAL on */
};
/* Of a ratio's denominators: the sum of the ADDs, and the folded value. */
struct figure_below {
	int64_t add;
	int64_t cum;
};

static inline uint64_t figure_place(uint64_t position, uint32_t row)
{
	return position << 14 | row;
}
static inline uint64_t figure_set(uint64_t position, uint32_t row, enum figure_kind kind)
{
	return figure_place(position, row) << 2 | (uint64_t)kind;
}
static inline enum figure_kind figure_kind(const struct figure *f)
{
	return (enum figure_kind)(f->set & 3);
}
static inline uint64_t figure_touch(uint64_t position, uint32_t adds)
{
	return position << 24 | adds;
}
static inline uint32_t figure_adds(const struct figure *f)
{
	return (uint32_t)f->touch & FIGURES_ADDS_MAX;
}
static inline uint64_t figure_position(const struct figure *f)
{
	return f->touch >> 24;
}
/* A row of this date counts. */
static inline bool figure_says(const struct figure *f)
{
	return figure_kind(f) == FIGURE_SET || figure_adds(f) > 0;
}

/* Zero-initialised, with ratio set, is a valid empty list. */
struct figures {
	struct figure *items;
	struct figure_adds *adds;   /* NULL while no ADD came at all */
	struct figure_below *below; /* ratios only */
	uint32_t count, cap;
	uint32_t sets;              /* figures that a TOTAL set */
	uint16_t first, last;       /* dates of the ends, where count > 0 */
	bool ratio;
};

void figures_free(struct figures *f); /* leaves an empty list */
size_t figures_memory(const struct figures *f);
static inline int64_t figures_add(const struct figures *f, uint32_t at)
{
	return f->adds ? f->adds[at].sum : 0;
}
/* Index of the first figure with a date of day or later. */
uint32_t figures_seek(const struct figures *f, uint16_t day);
/* Index of the figure of this day, or count. */
uint32_t figures_at(const struct figures *f, uint16_t day);
/* The fold of all figures up to this day. */
struct cell_value figures_value(const struct figures *f, int32_t day);

/* A figure as it is stored: what its TOTAL set, and the ADDs since. */
struct figures_stored {
	struct figure figure; /* cum: not known */
	int64_t set, add;
	int64_t set_below, add_below;
};
/* Puts a stored figure in, or in the place of the one of that date; after the last one call
 * figures_refold. */
enum err figures_restore(struct figures *f, const struct figures_stored *stored);
/* Works out every cum. ERR_CORRUPT: a sum does not fit. */
enum err figures_refold(struct figures *f);

/* Folds a row in (cells_fold, cells_withdraw). *touched: the figure of its date is another one
 * now. ERR_RANGE, ERR_NOMEM: nothing changed. */
enum err figures_fold(struct figures *f, const struct cell_row *row, bool *touched, bool *changed);
enum err figures_withdraw(struct figures *f, const struct cell_row *add, uint64_t position,
			  int32_t known, bool *touched, bool *changed);

#endif
