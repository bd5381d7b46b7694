/* SPDX-License-Identifier: MIT */
/* Filters name units and projects that only the catalogue knows. */
#ifndef DAEMON_NOTIFY_CHECK_H
#define DAEMON_NOTIFY_CHECK_H

#include "aggregator/catalogue/catalogue.h"
#include "daemon/config_channel.h"

/* Warns in the log of each id in a channel's filter that the catalogue does not have. Returns how
 * many there are. */
size_t notify_check(const struct config_channel *channel, const struct catalogue *c);

#endif
