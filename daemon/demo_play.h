/* SPDX-License-Identifier: MIT */
/* Playing the year, saying what happens, and holding the daemon's totals against the world's. */
#ifndef DAEMON_DEMO_PLAY_H
#define DAEMON_DEMO_PLAY_H

#include "base/lang.h"
#include "daemon/demo_stage.h"

struct demo_play {
	struct demo_stage *stage;
	const struct catalogue *catalogue;
	const struct demo_world *world;
	enum lang lang;
	int64_t month_ms;    /* how long a month takes; 0: as fast as it goes */
	uint64_t next_alert; /* first transition that was not told yet */
	bool stopped;        /* Ctrl-C */
};

/* ERR_OK: the whole year, or until Ctrl-C (then stopped). */
enum err demo_play_year(struct demo_play *p);

/* Compares every measure's total, the number of rows and holds, the alerts of the year's story,
 * and the replay of the ledger. Prints each difference. True where all agree. */
bool demo_play_check(struct demo_play *p);

#endif
