/* SPDX-License-Identifier: MIT */
/* The inside of a book of objects, for the files that fold it, look at its sets, and unite them. */
#ifndef PROGRESS_OBJECTS_IMPL_H
#define PROGRESS_OBJECTS_IMPL_H

#include "aggregator/progress/objects.h"
#include "base/arena.h"

#define OBJECTS_BUDGET ((size_t)512 << 20) /* bytes of the texts of one book, or of one union */

/* A row's ids, by their numbers in the book. */
struct objects_named {
	uint32_t *ids; /* its own */
	uint32_t count;
	uint16_t reporter;
	uint64_t position;
	uint32_t row;
};
struct objects_day {
	int32_t as_of;
	bool set;  /* a TOTAL stands */
	bool gone; /* what stood was withdrawn */
	bool touched;
	uint32_t revision;
	struct objects_named total;
	struct objects_named *adds; /* since the TOTAL or RETRACT of the day */
	uint32_t add_count, add_cap;
};
struct objects_holder {
	struct cell_key key;
	struct objects_day *days; /* rising */
	uint32_t count, cap;
	int32_t moved; /* first day touched since objects_moved, or INT32_MAX */
};

struct objects_book {
	uint16_t measure;
	struct arena *arena;
	struct bytes *ids;
	uint32_t id_count, id_cap;
	uint32_t *slots; /* number of an id and 1, or 0; a power of two */
	uint32_t slot_count;
	struct objects_holder *holders;
	size_t holder_count, holder_cap;
	uint32_t *marks; /* by id: the generation that marked it */
	uint32_t generation;
};

/* The slot of an id, or the empty one where it would go. */
uint32_t objects_slot(const struct objects_book *b, struct bytes id);
/* NULL: the cell has no rows. */
struct objects_holder *objects_find(const struct objects_book *b, struct cell_key key);
/* Index of the first day with a date of day or later. */
uint32_t objects_seek(const struct objects_holder *h, int32_t day);
/* A row of this day counts. */
static inline bool objects_says(const struct objects_day *d)
{
	return d->set || d->add_count > 0;
}

#endif
