/* SPDX-License-Identifier: MIT */
/* The official lights as they are stored: one for each (measure, unit, period) that was judged,
 * with what it was judged by. unit: an area, or the city for the whole. Any read transaction. */
#ifndef ALERTS_LIGHTS_H
#define ALERTS_LIGHTS_H

#include "aggregator/ledger/store.h"
#include "aggregator/progress/light.h"
#include "base/buf.h"
#include "base/reader.h"

/* By the plan and quotas in force, and by the first ones. */
struct lights_pair {
	struct light_state state, original;
};

struct lights_record {
	uint16_t measure, unit;
	int32_t period; /* its last day */
	struct light_state state;
	enum light first;  /* as it was when the period closed */
	/* The same figures judged by the first plan and the first quota: the catalogue's. */
	struct light_state original;
	uint16_t plan, quota; /* versions that it was judged by; 0: the catalogue's */
	/* As it was when the period was published, for ever; LIGHT_NONE: not published yet, or there
	 * was nothing to judge then. */
	enum light published;
	uint32_t restated; /* how often later entries changed this record */
	uint64_t position; /* of the entry that judged it last */
	int64_t time_ms;   /* and its time */
	/* What it was judged by. */
	bool present; /* there is a figure */
	bool has_goal;
	int64_t value, denominator, attained, goal;
	int64_t done_ppm;	/* share of the goal, rounded */
	int64_t planned_ppm;	/* planned share on that day, rounded */
	int64_t gap_hundredths; /* of a percentage point, rounded; behind plan: negative */
	int32_t as_of;		/* of the newest row then; DATE_NONE: none */
	uint32_t units_present, units_expected;
};

/* ERR_NOTFOUND: not judged. */
enum err lights_read(struct store_txn *t, uint16_t measure, uint16_t unit, int32_t period,
		     struct lights_record *out);
/* The newest one with a period up to this one. ERR_NOTFOUND. */
enum err lights_latest(struct store_txn *t, uint16_t measure, uint16_t unit, int32_t up_to,
		       struct lights_record *out);
/* All lights in the order of measure, unit, period; of one measure, or CATALOGUE_NONE for all.
 * fn returns false to stop. */
enum err lights_walk(struct store_txn *t, uint16_t measure,
		     bool (*fn)(void *ctx, const struct lights_record *r), void *ctx);

/* A period that was closed and judged: when, by which entry. */
struct lights_period {
	int32_t period;
	uint64_t position;
	int64_t time_ms;
};
/* In order, oldest first. */
enum err lights_periods(struct store_txn *t, bool (*fn)(void *ctx, const struct lights_period *p),
			void *ctx);

/* For judging: the bytes of a record (without key), and both ways into the table. What is as it was
 * before there were versions and publication takes no bytes: older records read the same. */
void lights_encode(const struct lights_record *r, struct buf *out);
/* The same bytes would be made of both. */
bool lights_same(const struct lights_record *a, const struct lights_record *b);
/* False where the bytes are no record. */
bool lights_decode(struct reader *in, struct lights_record *out);
enum err lights_write(struct store_txn *t, const struct lights_record *r);
enum err lights_write_period(struct store_txn *t, const struct lights_period *p);

#endif
