/* SPDX-License-Identifier: MIT */
/* Commits that are told together: of each figure and light the newest, every alert. Private to
 * live.c. */
#ifndef DAEMON_LIVE_BATCH_H
#define DAEMON_LIVE_BATCH_H

#include "base/buf.h"
#include "daemon/pipeline.h"

#define LIVE_BATCH_MAX 256 /* commits; more are a reset */

/* Zero-initialised is empty. */
struct live_batch {
	struct pipeline_notice *notices[LIVE_BATCH_MAX]; /* the oldest first */
	size_t count;
	bool reset; /* there was too much, or a notice says so: nothing is kept then */
};

/* Takes the notice over: *n becomes NULL. */
void live_batch_add(struct live_batch *b, struct pipeline_notice **n);
/* Appends the events, without a head; returns how many. Without memory out fails. */
size_t live_batch_write(const struct live_batch *b, int offset_minutes, struct buf *out);
void live_batch_clear(struct live_batch *b);
void live_batch_free(struct live_batch *b);

#endif
