/* SPDX-License-Identifier: MIT */
/* What the files of the player share: a row in the making, and what a reporter may think of. */
#ifndef TORTURE_TURN_H
#define TORTURE_TURN_H

#include "tests/system/torture/player.h"

#define REFS 512 /* ADDs that may still be repeated or withdrawn */

/* An ADD that was said. */
struct ref {
	uint64_t number; /* of its row: makes the ref's text */
	struct oracle_cell *cell;
	struct oracle_row row;
	uint32_t generation; /* of its day */
	bool stands, absorbed;
};

struct player {
	const struct catalogue *catalogue;
	uint16_t unit;
	uint64_t random, rows, said;
	struct oracle_cell *cells;
	size_t cell_count;
	struct ref refs[REFS];
	size_t ref_count;
	/* of the row in the making */
	int32_t today, front; /* front: the day to which the year has come */
};

struct turn {
	struct oracle_cell *cell;
	const struct catalogue_measure *m;
	struct oracle_row row;
	struct player_row *out;
	int64_t one; /* 1 at the measure's decimals */
	bool judged; /* the verdict is known: nothing to ask, nothing to fold */
};

uint64_t turn_draw(struct player *p, uint64_t bound); /* below it */
/* Thinks of a row for the turn's cell, or another one's; judges it where the oracle could not. */
void turn_say(struct player *p, struct turn *t);
/* An ADD was admitted or held; absorbed: a TOTAL stands above it. */
void turn_remember_add(struct player *p, const struct turn *t, bool absorbed);

#endif
