/* SPDX-License-Identifier: MIT */
/* Counters and gauges that any thread may change and any thread may read. */
#ifndef BASE_COUNTER_H
#define BASE_COUNTER_H

#include <stdatomic.h>
#include <stdint.h>

struct counter {
	_Atomic uint64_t value;
};

static inline void counter_add(struct counter *c, uint64_t n)
{
	atomic_fetch_add_explicit(&c->value, n, memory_order_relaxed);
}
static inline void counter_set(struct counter *c, uint64_t n)
{
	atomic_store_explicit(&c->value, n, memory_order_relaxed);
}
static inline uint64_t counter_read(const struct counter *c)
{
	return atomic_load_explicit(&c->value, memory_order_relaxed);
}

/* A histogram of microseconds with fixed bounds: 100 us .. 100 s, three a decade. */
#define COUNTER_BUCKETS 19
struct counter_histogram {
	struct counter bucket[COUNTER_BUCKETS + 1]; /* the last one: above all bounds */
	struct counter sum_us;
};
extern const uint64_t counter_bounds_us[COUNTER_BUCKETS];
void counter_observe(struct counter_histogram *h, uint64_t us);

#endif
