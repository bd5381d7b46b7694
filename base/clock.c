/* SPDX-License-Identifier: MIT */
#include "base/clock.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

struct clock {
	bool manual;
	_Atomic int64_t now_ms; /* of a manual clock */
};

static enum err clock_new(bool manual, int64_t start_ms, struct clock **out)
{
	struct clock *c = calloc(1, sizeof(*c));

	if (!c)
		return ERR_NOMEM;
	c->manual = manual;
	atomic_init(&c->now_ms, start_ms);
	*out = c;
	return ERR_OK;
}

enum err clock_new_system(struct clock **out)
{
	return clock_new(false, 0, out);
}

enum err clock_new_manual(int64_t start_ms, struct clock **out)
{
	return clock_new(true, start_ms, out);
}

void clock_free(struct clock *c)
{
	free(c);
}

/* These clocks exist on every system that we run on: the calls can't fail. */
static int64_t read_us(clockid_t id)
{
	struct timespec t = { 0 };

	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t clock_now_ms(const struct clock *c)
{
	return c->manual ? atomic_load(&c->now_ms) : read_us(CLOCK_REALTIME) / 1000;
}

enum err clock_set_ms(struct clock *c, int64_t ms)
{
	int64_t now;

	if (!c->manual)
		return ERR_STATE;
	now = atomic_load(&c->now_ms);
	do {
		if (ms < now)
			return ERR_RANGE;
	} while (!atomic_compare_exchange_weak(&c->now_ms, &now, ms));
	return ERR_OK;
}

int64_t clock_monotonic_us(void)
{
	return read_us(CLOCK_MONOTONIC);
}

int64_t clock_monotonic_ms(void)
{
	return read_us(CLOCK_MONOTONIC) / 1000;
}
