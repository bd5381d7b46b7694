/* SPDX-License-Identifier: MIT */
/* Takes messages off a socket for one group commit: up to so many bytes, and no more than a share
 * of them from one reporter while there are others. What is above the share waits, in order, for
 * the next group. One thread. */
#ifndef DAEMON_INTAKE_H
#define DAEMON_INTAKE_H

#include "daemon/bus.h"

#define INTAKE_NOBODY UINT16_MAX /* the share of those without a session */

struct intake;

struct intake_from {
	enum err (*take)(void *ctx, struct bus_message *out); /* as bus_take */
	/* Whose share a message uses: a unit number, or INTAKE_NOBODY. */
	uint16_t (*unit)(void *ctx, const struct bus_message *m);
	void *ctx;
};

/* group_bytes: of a group; also of what may wait. messages: of a group, at most. */
enum err intake_new(size_t group_bytes, size_t messages, struct intake **out);
void intake_free(struct intake *in); /* accepts NULL */

/* The messages of the next group, valid until the next call; count may be 0. share: bytes of one
 * reporter. ERR_CLOSED: the socket's context ends. */
enum err intake_next(struct intake *in, const struct intake_from *from, size_t share,
		     struct bus_message *const **messages, size_t *count);
/* Something waits from the last group. */
bool intake_waits(const struct intake *in);

#endif
