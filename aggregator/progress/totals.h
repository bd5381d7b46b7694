/* SPDX-License-Identifier: MIT */
/* From cells to what a measure stands at, for a unit or the whole city: sums, ratios of sums,
 * composites with capped parts, weighted stages, levels, derived figures. Pure: where the cells
 * come from is the caller's business (memory of the writer, or a snapshot). */
#ifndef PROGRESS_TOTALS_H
#define PROGRESS_TOTALS_H

#include "aggregator/progress/cells.h"
#include "base/fraction.h"

struct totals_source {
	enum err (*value)(void *ctx, struct cell_key key, int32_t day, struct cell_value *out);
	void *ctx;
	bool original; /* goals by the first quotas, whatever came later */
};

/* What every field means, by kind of measure:
 *   quantity   value: sum of the counting cells, without the base; of one that is counted by ids,
 *              the city's: how many different ones they hold. goal: target or quota.
 *   ratio      value / denominator: sums of both. goal: per cent at rate_decimals. Derived from a
 *              quantity: (base + figure) / cap of that, for the city alone.
 *   composite  value: sum of the parts; attained: each part cut to its own goal.
 *   milestone  value: ppm of weight whose stages are reached; several areas: their average,
 *              rounded down (done is exact). goal: all of it, for every area in scope.
 *   level, policy  value: what is in force; several areas: the lowest of them, the base for one
 *              that said nothing. Derived from a ratio: its rate less its base, in points at
 *              decimals, for the city alone. */
struct totals_result {
	bool present;         /* at least one figure was reported */
	bool not_due;         /* a ratio 0/0: nothing to say yet */
	int64_t value;
	int64_t denominator;  /* ratios; else 0 */
	int64_t attained;     /* composite: sum of min(part, goal of part); else = value */
	int64_t goal;         /* unit: quota of that day; city: target; at the measure's decimals (ratio, milestone:
			       * see above) */
	bool has_goal;        /* false: no quota (未分解) */
	struct fraction done; /* share of the goal, from the base for ratios, levels and policies that
			       * have one; 1 = goal reached; never below 0; may pass 1 */
	bool met;             /* by the measure's comparator; composite: every part is met */
	unsigned units_present, units_expected; /* cells that feed it */
	int32_t as_of;        /* newest; DATE_NONE where absent */
	uint64_t position;    /* newest */
};

/* unit: an area, or the city for the whole. Where a unit has no part in the measure the result is
 * absent and expects nothing. ERR_RANGE: a sum does not fit; *out is then absent. */
enum err totals_compute(const struct catalogue *c, const struct totals_source *from,
			uint16_t measure, uint16_t unit, int32_t day, struct totals_result *out);

/* Sources: the writer's memory, and a snapshot as known on a day (HISTORY_NOW: all). The structs
 * must outlive the source. */
struct totals_cells {
	struct cells *cells;
	struct store_txn *txn;
};
struct totals_source totals_from_cells(struct totals_cells *cells);
struct totals_snapshot {
	struct store_txn *txn;
	const struct catalogue *catalogue;
	int32_t known;
};
struct totals_source totals_from_history(struct totals_snapshot *snapshot);

#endif
