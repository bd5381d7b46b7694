/* SPDX-License-Identifier: MIT */
/* The secret file of a channel: read, checked, and kept out of what people see. */
#ifndef DAEMON_NOTIFY_SECRET_H
#define DAEMON_NOTIFY_SECRET_H

#include "base/buf.h"
#include "daemon/config_channel.h"

/* Reads the file into out; what was there is wiped. A channel without a file has an empty secret.
 * False: it can't be used, out is as it was, and the log says why. */
bool notify_secret_load(const struct config_channel *c, struct buf *out);
/* Covers each line of the secret in an answer: a receiver may repeat what it was sent. */
void notify_secret_redact(const struct buf *secret, char *answer);
void notify_secret_wipe(struct buf *secret);

#endif
