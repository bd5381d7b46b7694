/* SPDX-License-Identifier: MIT */
/* Units in the order of what a month added, against what was planned to be added in it: fair to who
 * began late, and silent about levels. */
#ifndef QUERY_QUERY_RANKING_H
#define QUERY_QUERY_RANKING_H

#include "aggregator/query/query.h"

/* Below so many of the measure's smallest units (10 canteens, 0.10 km) a task says too little: one
 * more moves it by over ten points. */
#define QUERY_RANK_SMALL 10

enum query_rank_state {
	QUERY_RANK_COUNTED,
	QUERY_RANK_SMALL_TASK, /* leaves, and so does its unit where all of its are small */
	QUERY_RANK_SILENT,     /* no report for the month: its unit is not ranked */
	QUERY_RANK_HELD,       /* a row waits for the office: its unit is not ranked */
	QUERY_RANK_NO_TASK,    /* a unit without any task that runs against a plan */
	QUERY_RANK_STATES
};
const char *query_rank_state_name(enum query_rank_state s); /* "small-task" */

/* A measure of a unit: one without a task or a plan is not listed, so that it is in neither the sum
 * nor the count. */
struct query_rank_cell {
	uint16_t measure;
	enum query_rank_state state;
	bool in_share; /* added and goal are ppm of the way, not units */
	int64_t added; /* in the month; a correction may take away */
	int64_t goal;
	struct fraction planned; /* share of the goal that the plan adds in the month */
	struct fraction delta;   /* 100 * added / goal - planned, in hundredths of a point */
};

struct query_rank {
	uint16_t unit;
	enum query_rank_state state;
	unsigned rank;         /* from 1; units with the same score share it, the next one skips; 0: none */
	struct fraction score; /* mean of the deltas that count, in hundredths of a point */
	size_t counted;
	const struct query_rank_cell *cells; /* in the order of the catalogue file */
	size_t cell_count;
};
struct query_ranking {
	int32_t period;
	const struct query_rank *items; /* by rank, then by number; those without one at the end */
	size_t count;
};

/* Of a month that is closed, as known now. measure: that one alone, or CATALOGUE_NONE for all main
 * measures. ERR_INVALID: the catalogue ranks nobody. ERR_NOTFOUND: the month is not closed. */
enum err query_ranking(struct query *q, int32_t period, uint16_t measure, struct arena *a,
		       struct query_ranking *out);

#endif
