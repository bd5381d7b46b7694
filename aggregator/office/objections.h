/* SPDX-License-Identifier: MIT */
/* What a county says against a figure of a month, and what the office answers. One a (measure, unit,
 * period); a new one after an answer opens it again, and its steps keep what was said before. */
#ifndef OFFICE_OBJECTIONS_H
#define OFFICE_OBJECTIONS_H

#include <jansson.h>

#include "aggregator/catalogue/catalogue.h"
#include "aggregator/ledger/store.h"

#define OBJECTIONS_WHO 161 /* bytes with NUL */
#define OBJECTIONS_WHY 1001

struct objection {
	uint16_t measure, unit;
	int32_t period;
	bool open;	   /* not answered yet */
	uint64_t position; /* of the act */
	int64_t time_ms, answered_ms;
	char by[OBJECTIONS_WHO], why[OBJECTIONS_WHY];
	char answered_by[OBJECTIONS_WHO], answer[OBJECTIONS_WHY];
};

/* ERR_NOTFOUND. */
enum err objections_read(struct store_txn *t, const struct catalogue *c, uint16_t measure,
			 uint16_t unit, int32_t period, struct objection *out);
/* Keeps one as it stands, and the step that brought it there. */
enum err objections_write(struct store_txn *t, const struct catalogue *c,
			  const struct objection *o);
/* Those of a period; fn returns false to stop. */
enum err objections_walk(struct store_txn *t, const struct catalogue *c, int32_t period,
			 bool (*fn)(void *ctx, const struct objection *o), void *ctx);
/* How many of a period wait for an answer. */
enum err objections_open(struct store_txn *t, const struct catalogue *c, int32_t period,
			 unsigned *out);

#endif
