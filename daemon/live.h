/* SPDX-License-Identifier: MIT */
/* Event streams (SSE): what each commit changed, for whoever listens. Events: `figure`, `light`,
 * `alert`, and then `head`, which ends what one commit changed and carries the ledger position as
 * id; `reset` says that something was left out: read a snapshot. After a pause a commit is told at
 * once; those that follow within a quarter of a second are told as one. Main thread. */
#ifndef DAEMON_LIVE_H
#define DAEMON_LIVE_H

#include "daemon/metrics.h"
#include "daemon/pipeline.h"
#include "daemon/snapshot.h"
#include "serve/http.h"

struct live;

/* By what a stream may be read: a session, a link, or (0 and "") because reading is open. */
struct live_reader {
	uint64_t session;
	char link[17];
	bool heads_only; /* wants no more than head and reset, and under load these once a second */
};
typedef bool live_lasts(void *ctx, const struct live_reader *reader);

/* clients: streams at a time. */
enum err live_new(struct loop *loop, struct metrics *metrics, size_t clients, struct live **out);
void live_free(struct live *l); /* ends all streams; accepts NULL */

/* Begins a stream (*x becomes NULL). last: position that the client saw last, NULL for a new
 * client. q: a snapshot, from which what it missed is told. ERR_FULL: too many streams, and
 * nothing happened. */
enum err live_join(struct live *l, struct http_exchange **x, const uint64_t *last, struct query *q,
		   const struct live_reader *reader);
/* Tells all streams, now or soon. Takes the notice over: *n becomes NULL. */
void live_notice(struct live *l, struct pipeline_notice **n);
/* Once a second: heartbeats, resets of those that caught up, the end of those that do not read.
 * now_ms: monotonic.
 * lasts: whether that reader may go on; a stream of one that may not ends. */
void live_tick(struct live *l, int64_t now_ms, live_lasts *lasts, void *ctx);

#endif
