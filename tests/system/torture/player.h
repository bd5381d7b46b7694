/* SPDX-License-Identifier: MIT */
/* What one reporter says in a year, row after row, drawn from a seed: the same rows whoever asks.
 * Twelve months, an equal part of the rows each. It knows what has to become of every row. */
#ifndef TORTURE_PLAYER_H
#define TORTURE_PLAYER_H

#include "collectors/minsheng.h"
#include "tests/system/torture/oracle.h"

#define PLAYER_MONTHS 12

struct player;

/* A row with its texts. Don't copy: the row points into it. */
struct player_row {
	struct minsheng_row row;
	char value[24], denominator[24], as_of[11], ref[40], withdraw[40];
	enum event_verdict verdict;
};

enum err player_new(const struct catalogue *c, uint16_t unit, uint64_t seed, uint64_t rows,
		    struct player **out);
void player_free(struct player *p); /* accepts NULL */

/* How many rows there are by the end of a month (0 .. 11). */
uint64_t player_rows_until(const struct player *p, unsigned month);
/* The day on which the daemon's clock stands, at noon, while a month is told: its last one. */
int32_t player_today(const struct catalogue *c, unsigned month);
/* The next row; not more often than there are rows. */
void player_next(struct player *p, struct player_row *out);

const struct oracle_cell *player_cells(const struct player *p, size_t *count);

#endif
