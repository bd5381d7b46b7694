/* SPDX-License-Identifier: MIT */
#include "base/counter.h"

const uint64_t counter_bounds_us[COUNTER_BUCKETS] = {
	100,	200,	500,	 1000,	  2000,	   5000,     10000,    20000,	 50000,	    100000,
	200000, 500000, 1000000, 2000000, 5000000, 10000000, 20000000, 50000000, 100000000,
};

void counter_observe(struct counter_histogram *h, uint64_t us)
{
	unsigned i = 0;

	while (i < COUNTER_BUCKETS && us > counter_bounds_us[i])
		i++;
	counter_add(&h->bucket[i], 1);
	counter_add(&h->sum_us, us);
}
