/* SPDX-License-Identifier: MIT */
/* What would become of rows, asked on a snapshot: admission itself, with what it writes kept in memory
 * and thrown away. Never touches the writer. One thread each, any. */
#ifndef AGGREGATOR_TRIAL_H
#define AGGREGATOR_TRIAL_H

#include "aggregator/aggregator.h"
#include "aggregator/progress/cells.h"

struct trial;

/* As if the unit spoke at that time, with all its items. ERR_NOTFOUND: no such unit, or nothing in the
 * store. The store must outlive it. */
enum err trial_begin(struct store *store, struct bytes unit, int64_t now_ms, struct trial **out);
void trial_end(struct trial *t); /* accepts NULL */

const struct catalogue *trial_catalogue(const struct trial *t);
uint16_t trial_unit(const struct trial *t);
/* What the unit may report; lives in the arena and in the trial. */
enum err trial_slice(struct trial *t, struct arena *arena, struct message_slice *out);

struct trial_stands {
	struct cell_value at;     /* by a total of exactly that day */
	struct cell_value before; /* at the end of the month before */
	bool has_goal;            /* the unit has a quota; a ratio has none */
	int64_t goal;
};
/* What stands of the figure that the unit would report. ERR_NOTFOUND: nobody reports that. */
enum err trial_stands(struct trial *t, struct bytes measure, struct bytes unit, struct bytes stage,
		      int32_t as_of, struct trial_stands *out);

/* Judges the rows of a batch's body, and folds them in for the next. fn is called for those alone that
 * are not plainly admitted. ERR_INVALID: the body does not decode. */
enum err trial_judge(struct trial *t, struct bytes body, uint32_t rows,
		     void (*fn)(void *ctx, uint32_t row, enum event_verdict verdict,
				enum event_code code),
		     void *ctx);

#endif
