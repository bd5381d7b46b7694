/* SPDX-License-Identifier: MIT */
/* One year played by reporters into a daemon, with or without somebody who kills them. */
#ifndef TORTURE_RUN_H
#define TORTURE_RUN_H

#include "tests/system/torture/player.h"

#define RUN_REPORTERS_MAX 30

struct run_plan {
	const char *self;           /* this program's file */
	const char *daemon;         /* minshengd's */
	const char *catalogue_file;
	const struct catalogue *catalogue;
	uint64_t seed, rows;
	uint16_t reporters[RUN_REPORTERS_MAX];
	size_t reporter_count;
	unsigned daemon_kills, reporter_kills;
};

struct run_result {
	uint64_t rows, entries; /* of the ledger */
	uint64_t verdicts[EVENT_VERDICT_COUNT]; /* as the reporters' outboxes have them */
	unsigned daemon_kills, reporter_kills;
	double seconds;         /* until the last receipt */
	char chain[65], state[65], figures[65];
	unsigned totals;        /* that were compared */
};

/* Rows of each reporter. */
uint64_t run_rows_of(const struct run_plan *plan, size_t reporter);
/* Plays and checks; what is wrong is printed, and false returned. The folder is then left behind. */
bool run_play(const struct run_plan *plan, const char *folder, struct run_result *out);

#endif
