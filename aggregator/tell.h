/* SPDX-License-Identifier: MIT */
/* What a commit changed for the world: gathered while entries are applied, told once when they
 * are durable. Private to this folder. */
#ifndef AGGREGATOR_TELL_H
#define AGGREGATOR_TELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct aggregator;
struct aggregator_changes;
struct judge_listener;
struct store_txn;

/* Positions that the last message on each topic carried, so that it can name the one before. */
struct tell {
	size_t measures, units;
	uint64_t *figures; /* by measure * units + unit */
	uint64_t *lights;
	uint64_t *alerts;  /* by ((severity * (measures + 1)) + measure) * (units + 1) + unit */
	uint64_t *lit;     /* lights that this group changed: position of the last change, or 0 */
	bool any_lit;
	uint32_t *fresh;   /* figures of this commit */
	size_t fresh_count, fresh_cap;
	bool failed;       /* no memory for that list */
	bool keys, catalogue;
};

void tell_free(struct tell *t);
/* Reads the positions from the store. */
enum err tell_load(struct aggregator *a, struct store_txn *t);
/* Told by the judge of lights; ctx is the aggregator. */
void tell_light(void *ctx, uint16_t measure, uint16_t unit, int32_t period);
void tell_rollback(struct aggregator *a);
/* After the commit. before: alert number of the commit before. changes may be NULL. */
enum err tell_world(struct aggregator *a, const struct aggregator_changes *changes,
		    uint64_t alerts_before);

#endif
