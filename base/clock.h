/* SPDX-License-Identifier: MIT */
/* Where the time comes from. Only programs own a clock; everything that decides takes times as
 * arguments, so that tests and the demo run on virtual time. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

#include "base/err.h"

struct clock;

/* A clock that follows the system's. */
enum err clock_new_system(struct clock **out);
/* A clock that stands still until it is set; never goes back. */
enum err clock_new_manual(int64_t start_ms, struct clock **out);
void clock_free(struct clock *c); /* accepts NULL */

/* Milliseconds since 1970 UTC. Any thread. */
int64_t clock_now_ms(const struct clock *c);
/* ERR_STATE for a system clock, ERR_RANGE for a time before the present one. Any thread. */
enum err clock_set_ms(struct clock *c, int64_t ms);

/* CLOCK_MONOTONIC, for time-outs; unrelated to any civil time. */
int64_t clock_monotonic_ms(void);
int64_t clock_monotonic_us(void);

#endif
