/* SPDX-License-Identifier: MIT */
/* Birth, life and death of the daemon, in order. */
#ifndef DAEMON_PROCESS_H
#define DAEMON_PROCESS_H

#include "daemon/daemon.h"

/* Opens everything in order and leaves it running. config belongs to the daemon from then on. On
 * an error what was opened is closed again, and the log says what is wrong. Signals must be
 * blocked before (thread_block_signals). */
enum err process_start(struct config **config, struct daemon **out);
/* Tells the service manager that we are ready, runs the main loop until a stop is asked for by
 * SIGTERM or SIGINT; a second one ends the process at once. */
enum err process_run(struct daemon *d);
/* Stops intake, finishes the group, sends the last receipts, closes all. Accepts NULL. */
void process_stop(struct daemon *d);

/* For the main loop. On SIGHUP: reads the configuration again (log level, catalogue); on an error
 * the old one stays. */
void process_reload(struct daemon *d);
/* Once a second: pings the service manager's watchdog where the pipeline lives, and refreshes the
 * gauges of the store. */
void process_each_second(struct daemon *d);
/* On SIGTERM and SIGINT: /readyz says that we stop. */
void process_stopping(struct daemon *d);

#endif
