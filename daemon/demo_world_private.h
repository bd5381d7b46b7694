/* SPDX-License-Identifier: MIT */
/* Between demo_world.c (the books, rows and drawing) and demo_year.c (what the year brings). */
#ifndef DAEMON_DEMO_WORLD_PRIVATE_H
#define DAEMON_DEMO_WORLD_PRIVATE_H

#include "base/arena.h"
#include "daemon/demo_world.h"

/* One cell of the generator's books. */
struct book {
	bool present;
	int64_t value;
	int64_t denominator;
};

struct demo_world {
	const struct catalogue *catalogue;
	uint64_t random;
	struct arena *strings;
	struct demo_row *rows;
	size_t row_count, row_cap;
	struct demo_row spare; /* takes a row for which there is no memory */
	uint16_t *reporters;
	size_t reporter_count;
	struct book *books; /* [measure * units + unit] */
	size_t held;
	enum err failed;
};

/* Evenly from low to high, both included. */
int64_t demo_world_draw(struct demo_world *w, int64_t low, int64_t high);
struct book *demo_world_book(struct demo_world *w, size_t measure, uint16_t unit);
const char *demo_world_number(struct demo_world *w, int64_t value, unsigned decimals);
/* A row to be filled in; never NULL: without memory, a row that is thrown away. */
struct minsheng_row *demo_world_add(struct demo_world *w, int32_t sent, uint16_t reporter,
				    size_t measure, uint16_t unit, int32_t as_of);

/* Every reporter's rows of the whole year, and the books they leave. */
void demo_year_play(struct demo_world *w);

#endif
