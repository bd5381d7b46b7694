/* SPDX-License-Identifier: MIT */
/* Wrong passwords, counted by a key (a name, an address): after some the next try has to wait, each
 * time longer. A bounded table; the key that was quiet longest gives way. Monotonic ms. */
#ifndef DAEMON_ATTEMPTS_H
#define DAEMON_ATTEMPTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct attempts;

/* free_tries: that cost nothing. The wait behind them begins with a second and doubles up to
 * longest_ms. What is older than forget_ms is forgotten. */
enum err attempts_new(size_t max, unsigned free_tries, int64_t longest_ms, int64_t forget_ms,
		      struct attempts **out);
void attempts_free(struct attempts *a); /* accepts NULL */

/* How long the key has to wait, in ms; 0: it may try. */
int64_t attempts_wait(struct attempts *a, const char *key, int64_t now);
/* A try begins: it counts as wrong until attempts_right, so that many at once gain nothing. */
void attempts_begin(struct attempts *a, const char *key, int64_t now);
/* It was right: all is forgotten (all), or this one try alone. */
void attempts_right(struct attempts *a, const char *key, bool all);

#endif
