/* SPDX-License-Identifier: MIT */
/* The text of events, as streams carry it. Private to live.c. */
#ifndef DAEMON_LIVE_EVENT_H
#define DAEMON_LIVE_EVENT_H

#include "aggregator/query/query.h"
#include "daemon/pipeline.h"

/* Each appends one event to out. */
void live_event_figure(struct buf *out, const struct message_figure *f);
void live_event_light(struct buf *out, const struct message_figure *f);
void live_event_alert(struct buf *out, const struct message_alert *a, int offset_minutes);
/* name: "head" or "reset"; both carry the position as id. */
void live_event_head(struct buf *out, const char *name, const struct aggregator_head *head,
		     int offset_minutes);

/* Everything that changed after the position, as events; at most max of them. ERR_FULL: more than
 * that. *count: how many. */

enum err live_event_since(struct query *q, uint64_t position, size_t max, struct buf *out,
			  size_t *count);
struct aggregator_head live_event_head_of(const struct query *q);

#endif
