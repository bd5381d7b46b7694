/* SPDX-License-Identifier: MIT */
/* A synthetic year for the demo: invented reports, drawn from a seed, with the things in it that
 * a year brings: a county that falls silent in August, a correction, a decrease without a reason,
 * a lead that disagrees with its counties, a late catch-up, a composite with one part far behind.
 * It keeps its own books, so that the daemon's totals can be held against them. */
#ifndef DAEMON_DEMO_WORLD_H
#define DAEMON_DEMO_WORLD_H

#include "aggregator/catalogue/catalogue.h"
#include "collectors/minsheng.h"

struct demo_world;

/* One row, on the day when its reporter sends it. Strings belong to the world. */
struct demo_row {
	int32_t day;
	uint16_t reporter; /* unit number */
	struct minsheng_row row;
};

/* What the generator knows a measure to stand at in the whole city at the end of the year. */
struct demo_total {
	bool present;
	int64_t value; /* at the measure's decimals; milestones: ppm of the weight */
	int64_t denominator;
};

enum err demo_world_new(const struct catalogue *c, uint64_t seed, struct demo_world **out);
void demo_world_free(struct demo_world *w); /* accepts NULL */
/* By day, then reporter. */
const struct demo_row *demo_world_rows(const struct demo_world *w, size_t *count);
/* The areas and the distinct leads. */
const uint16_t *demo_world_reporters(const struct demo_world *w, size_t *count);
struct demo_total demo_world_total(const struct demo_world *w, uint16_t measure);
/* Rows that the daemon has to put on hold. */
size_t demo_world_held(const struct demo_world *w);

#endif
