/* SPDX-License-Identifier: MIT */
/* The file that remembers how far each channel has come: notify.json in the folder of the store. */
#ifndef DAEMON_NOTIFY_STATE_H
#define DAEMON_NOTIFY_STATE_H

#include "daemon/notify_lane.h"

struct notify_state;

/* Reads the file into the lanes; those that it does not know are marked fresh, and channels that
 * are in the file alone stay in it. ERR_CORRUPT: it is no such file. */
enum err notify_state_open(const char *folder, struct notify_lane *lanes, size_t count,
			   struct notify_state **out);
void notify_state_free(struct notify_state *s); /* accepts NULL */
/* What the file should hold now; quick, nothing is written. ERR_NOMEM: nothing is lost but that. */
enum err notify_state_take(struct notify_state *s, const struct notify_lane *lanes, size_t count);
/* Writes that, whole or not at all, with fsync. */
enum err notify_state_write(struct notify_state *s);

#endif
