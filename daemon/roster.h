/* SPDX-License-Identifier: MIT */
/* The pipeline's own list of keys: whom each one speaks for. Also fills the ZAP handler's table.
 * One thread. */
#ifndef DAEMON_ROSTER_H
#define DAEMON_ROSTER_H

#include "aggregator/aggregator.h"
#include "daemon/zap.h"

struct roster;

enum err roster_new(struct roster **out);
void roster_free(struct roster *r); /* accepts NULL */
/* Reads all keys as of the last commit. On an error the old list stays. */
enum err roster_reload(struct roster *r, struct aggregator *a, struct zap *zap);
/* NULL: unknown. Valid until the next reload. */
const struct aggregator_key *roster_find(const struct roster *r, const uint8_t key[32]);

#endif
