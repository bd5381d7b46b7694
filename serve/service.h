/* SPDX-License-Identifier: MIT */
/* What the service manager is told: one datagram to $NOTIFY_SOCKET, nothing where there is none. */
#ifndef SERVE_SERVICE_H
#define SERVE_SERVICE_H

#include <stdint.h>

/* "READY=1", "STOPPING=1", "WATCHDOG=1", ...; lines of one message are separated by newlines. */
void service_notify(const char *state);
/* "RELOADING=1" with the time that goes with it; READY=1 ends it. */
void service_notify_reloading(void);

#endif
