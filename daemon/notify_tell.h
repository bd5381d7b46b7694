/* SPDX-License-Identifier: MIT */
/* What can be seen of the channels: their state, their last tries, their metrics. No secrets. */
#ifndef DAEMON_NOTIFY_TELL_H
#define DAEMON_NOTIFY_TELL_H

#include "daemon/notify_lane.h"

#define NOTIFY_LOG 200 /* tries that are remembered */

/* One try. */
struct notify_try {
	int64_t at_ms;
	const struct config_channel *channel;
	uint64_t from, to;
	bool test;
	enum notify_outcome outcome;
	int status;
	char answer[NOTIFY_WHY];
};
/* The newest tries; zero-initialised is empty. */
struct notify_log {
	struct notify_try tries[NOTIFY_LOG];
	uint64_t count; /* since the start */
};
void notify_tell_remember(struct notify_log *log, const struct notify_lane *l, bool test,
			  const struct notify_result *r, enum notify_outcome outcome,
			  int64_t now_ms);

/* What the lists say it by. */
struct notify_sight {
	const struct notify_lane *lanes;
	size_t count;
	const int64_t *oldest_ms; /* a lane: time of its oldest row that is not delivered; 0: none */
	uint64_t newest;	  /* number of the newest row of the log */
	int offset_minutes;
	int64_t now_ms;
};
/* JSON: an array of channels; an array of tries, the newest last. */
void notify_tell_channels(const struct notify_sight *s, struct buf *out);
void notify_tell_log(const struct notify_log *log, int offset_minutes, struct buf *out);
/* Prometheus text; nothing where there are no channels. */
void notify_tell_metrics(const struct notify_sight *s, struct buf *out);

#endif
