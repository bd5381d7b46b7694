/* SPDX-License-Identifier: MIT */
/* Answers that were computed, so that many pages that ask the same cost the work of one. Of each
 * question the newest answer is kept; those that were not asked for longest give way. Only answers
 * that are the same for every reader belong here. One thread. */
#ifndef DAEMON_ANSWERS_H
#define DAEMON_ANSWERS_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"
#include "daemon/metrics.h"

struct answers;

struct answer {
	uint64_t position; /* of the ledger, that it was computed at */
	int64_t made_ms;   /* monotonic */
	const char *tag;   /* "": it has none */
	struct bytes body;
};

/* limit: bytes of keys and answers together, with what keeping them takes. */
enum err answers_new(size_t limit, struct metrics *metrics, struct answers **out);
void answers_free(struct answers *a); /* accepts NULL */

/* The newest answer to a question, or NULL. It lives until the next answers_put. Counts neither a
 * hit nor a miss: that is for who knows whether it is good enough. */
const struct answer *answers_find(struct answers *a, const char *key);
/* Keeps a copy in place of what was kept for that question. One that is larger than a quarter of
 * the limit is not kept, nor is one that there is no memory for. */
void answers_put(struct answers *a, const char *key, const struct answer *answer);

#endif
