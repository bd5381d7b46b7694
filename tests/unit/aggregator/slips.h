/* SPDX-License-Identifier: MIT */
/* Acts about slips for scripts, and tracing whatever alerts they leave. */
#ifndef TESTS_UNIT_AGGREGATOR_SLIPS_H
#define TESTS_UNIT_AGGREGATOR_SLIPS_H

#include "aggregator/query/query_trace.h"
#include "tests/unit/aggregator/world.h"

/* Somebody does something with a slip; where it is in another state that is refused. */
static inline void slips_step_of(struct world *w, uint32_t what, uint32_t number)
{
	static const char *const acts[] = {
		"\"act\":\"slip.issue\"",
		"\"act\":\"slip.issue\",\"days\":3,\"person\":\"Wang\"",
		"\"act\":\"slip.discard\",\"why\":\"telephoned\"",
		"\"act\":\"slip.sign\"",
		"\"act\":\"slip.reply\",\"text\":\"more people\"",
		"\"act\":\"slip.verify\",\"accepted\":true,\"why\":\"seen\"",
		"\"act\":\"slip.verify\",\"accepted\":false,\"why\":\"not seen\"",
		"\"act\":\"slip.close\"",
		"\"act\":\"slip.reopen\",\"why\":\"nobody works there\"",
	};

	world_act(w, NULL, "%s,\"slip\":\"2022-%04u\"", acts[what % 9], 1 + number % 12);
}

struct slips_traced {
	struct query *q;
	struct arena *arena;
	unsigned figures, others;
};

static inline bool slips_trace_one(void *ctx, const struct query_alert *alert)
{
	struct slips_traced *s = ctx;
	struct query_trace t;
	char id[BOOK_ID];
	enum err e;

	memcpy(id, alert->newest->id, sizeof(id));
	arena_reset(s->arena);
	e = query_trace(s->q, bytes_of_string(id), 0, s->arena, &t);
	if (e != ERR_OK || !t.adds_up || !t.complete)
		fail_msg("%s: %s, adds up %d (value %lld), complete %d, period %d", id, err_name(e),
			 t.adds_up, (long long)t.about.value, t.complete, t.about.period);
	assert_true(t.entry_count > 0);
	assert_true(t.step_count > 0);
	*(t.has_total ? &s->figures : &s->others) += 1;
	return true;
}

/* Every alert that there ever was leads to rows that make up what it says. */
static inline void slips_trace_all(struct world *w)
{
	const struct query_alert_filter filter = { .closed_too = true,
						   .measure = CATALOGUE_NONE,
						   .unit = CATALOGUE_NONE };
	struct slips_traced s = { .arena = arena_new((size_t)64 << 20) };

	assert_non_null(s.arena);
	assert_int_equal(query_open(w->store, aggregator_catalogue(w->a), &s.q), ERR_OK);
	assert_int_equal(query_alerts(s.q, &filter, slips_trace_one, &s), ERR_OK);
	assert_true(s.figures > 10);
	assert_true(s.others > 3);
	query_close(s.q);
	arena_free(s.arena);
}

#endif
