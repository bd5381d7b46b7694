/* SPDX-License-Identifier: MIT */
/* `minshengd demo`: a throw-away store, the real daemon on loopback as a process of its own, and
 * the areas and leads as real collectors that play a synthetic year over the real sockets. */
#ifndef DAEMON_DEMO_H
#define DAEMON_DEMO_H

/* argv[0] is "demo". Returns the exit status: 0, 1 where something failed or --check found a
 * difference, 2 for wrong words. Call before any thread or socket exists. */
int demo_main(int argc, char **argv);

#endif
