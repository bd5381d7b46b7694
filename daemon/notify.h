/* SPDX-License-Identifier: MIT */
/* Alerts to the outside: one thread that reads the durable alert log, each channel from its own
 * position, and sends. A receiver may get a message twice, with the same id; it misses none. What
 * was sent and what waits is in notify.json in the folder of the store. */
#ifndef DAEMON_NOTIFY_H
#define DAEMON_NOTIFY_H

#include "daemon/daemon.h"

struct notify;

/* Reads where each channel stands, and starts the thread where there are channels. d->config, store
 * and clock must be there. ERR_CORRUPT: notify.json is no such file; the log says what to do. A
 * secret that can't be read puts its channel out of action, not the daemon. */
enum err notify_start(struct daemon *d, struct notify **out);
/* Drops what is on its way, writes the state, ends the thread. Accepts NULL. */
void notify_stop(struct notify *n);

/* There are new alerts, or the clock was set. Any thread; accepts NULL. */
void notify_wake(struct notify *n);

/* For other threads: never wait for a receiver or for the disk. */
/* Appends a JSON array of the channels; of the last tries. */
void notify_channels(struct notify *n, struct buf *out);
void notify_log(struct notify *n, struct buf *out);
void notify_metrics(struct notify *n, struct buf *out);
/* Sends a test message soon. *number: the test's; it is over when the channel tells a test with it.
 * ERR_NOTFOUND: no such channel. */
enum err notify_test(struct notify *n, const char *channel, uint64_t *number);
/* What is dead or waits is tried now, a channel that was switched off is on again, and its secret is
 * read again. channel "": all. ERR_NOTFOUND: no such channel. */
enum err notify_retry(struct notify *n, const char *channel);

#endif
