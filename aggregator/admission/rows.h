/* SPDX-License-Identifier: MIT */
/* The rows of a batch, one after the other: judged, or taken as they were judged, and folded in.
 * Hot: nothing is allocated a row, names and rights are looked up once a (measure, unit). */
#ifndef ADMISSION_ROWS_H
#define ADMISSION_ROWS_H

#include "aggregator/admission/admit.h"
#include "aggregator/ledger/decision.h"

struct rows;

enum err rows_new(struct rows **out);
void rows_free(struct rows *r); /* accepts NULL */

enum rows_mode {
	ROWS_JUDGE,  /* judge and fold: runs, on_time and late are the result */
	ROWS_REPLAY, /* fold by the runs given; they are not changed */
	ROWS_CHECK   /* fold by the runs given, and judge beside: says whether they would differ */
};

struct rows_result {
	uint32_t on_time; /* rows admitted or held, received before their period was due */
	uint32_t late;
	bool differs;     /* ROWS_CHECK */
};

/* key: who says it, with its rights now; NULL in a replay where nobody knows it any more. Errors:
 * of the store and memory; ERR_CORRUPT: a replayed row can't be what the runs say. */
enum err rows_apply(struct rows *rows, struct admit *a, const struct keyring_key *key,
		    const struct event_batch *batch, enum rows_mode mode,
		    struct decision_runs *runs, struct rows_result *out);

#endif
