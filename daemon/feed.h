/* SPDX-License-Identifier: MIT */
/* What the feed says: the last message of every topic, so that it can be coalesced, chained by
 * (position, previous) and repeated. Knows no sockets. One thread.
 *
 * Figures and lights may be overtaken by newer ones before they leave; alerts never are. */
#ifndef DAEMON_FEED_H
#define DAEMON_FEED_H

#include "base/bytes.h"
#include "daemon/metrics.h"
#include "daemon/pipeline.h"

struct feed;

/* Where messages go; topic and message are valid during the call. */
struct feed_out {
	void (*publish)(void *ctx, struct bytes topic, struct bytes message);
	void *ctx;
};

enum err feed_new(struct metrics *metrics, const struct feed_out *to, struct feed **out);
void feed_free(struct feed *f); /* accepts NULL */

enum feed_kind { FEED_TOTAL, FEED_LIGHT };
/* What stands since before the start: repeated, but not published as news. */
enum err feed_seed(struct feed *f, enum feed_kind kind, const struct message_figure *figure);
/* A change, after its commit. previous: position of the last message on this topic in an earlier
 * life; in this life the feed knows it better. ERR_NOMEM: counted as lost by the caller. */
enum err feed_figure(struct feed *f, enum feed_kind kind, const struct message_figure *figure,
		     uint64_t previous);
/* Published at once. */
enum err feed_alert(struct feed *f, const struct message_alert *alert, uint64_t previous);

/* Publishes what changed since the last flush, and puts it into the lists of *notice, borrowed
 * until the next call here. */
enum err feed_flush(struct feed *f, struct pipeline_notice *notice);
bool feed_is_dirty(const struct feed *f);
/* Once a second: head, and a share of all topics, so that each is repeated within 60 s. */
void feed_each_second(struct feed *f, const struct aggregator_head *head, int64_t now_ms);

#endif
