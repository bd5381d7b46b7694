/* SPDX-License-Identifier: MIT */
/* Which reporters' links are up, told to the ledger at most once a minute each. One thread. */
#ifndef DAEMON_LINKS_H
#define DAEMON_LINKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct links;

enum err links_new(struct links **out);
void links_free(struct links *l); /* accepts NULL */

void links_set(struct links *l, uint16_t unit, bool up);
/* Something is to be told now. Times are monotonic. */
bool links_due(const struct links *l, int64_t now_ms);
/* Calls tell for each unit whose link is not as told before and whose minute is over; its errors
 * end the walk. What was told counts only after links_committed. */
enum err links_tell(struct links *l, int64_t now_ms,
		    enum err (*tell)(void *ctx, uint16_t unit, bool up), void *ctx);
/* The commit that holds what links_tell told is durable. Returns how many changes it held. */
size_t links_committed(struct links *l, int64_t now_ms);

#endif
