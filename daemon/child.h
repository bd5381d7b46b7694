/* SPDX-License-Identifier: MIT */
/* A daemon as a child process on loopback, with its folder, configuration and control socket: for
 * the demo and for benchmarks. One thread. */
#ifndef DAEMON_CHILD_H
#define DAEMON_CHILD_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

struct child;

struct child_setting {
	const char *program;   /* NULL: the program that runs now */
	const char *folder;    /* holds store, log, sockets; there already */
	const char *catalogue; /* file */
	unsigned http_port;    /* 0: chosen by the kernel */
	/* ingest, enrol, query and feed at this port and the three after it, so that it comes back
	 * where it was; 0: chosen by the kernel */
	unsigned first_port;
	int64_t clock_ms;      /* a manual clock's start */
	int cancel_fd;         /* readable: give up waiting; -1: none */
};

/* Starts it and waits until it is ready. ERR_CLOSED: it ended, or the wait was given up;
 * ERR_TIMEOUT. Its log is <folder>/daemon.log. Call before this process has other threads. */
enum err child_start(const struct child_setting *setting, struct child **out);
/* SIGTERM, and SIGKILL where that does not help in time; frees. Accepts NULL. */
void child_stop(struct child *c);
pid_t child_pid(const struct child *c); /* 0: it has ended */

/* SIGKILL, and waits for its end: as a crash. */
void child_kill(struct child *c);
/* Starts one that has ended anew on its folder, its clock at clock_ms, and does not wait:
 * child_wait does, as child_start. */
enum err child_revive(struct child *c, int64_t clock_ms);
enum err child_wait(struct child *c);

/* What it says of itself in ports.json: "ingest", "enrol", "query", "feed", "http", "control",
 * "server_key". "" where it does not say. */
const char *child_address(const struct child *c, const char *name);

/* Answers of its API as JSON, the caller's; NULL where it is gone or says no, and that was
 * printed. post takes the body's reference. */
json_t *child_get(struct child *c, const char *path);
json_t *child_post(struct child *c, const char *path, json_t *body);
enum err child_set_clock(struct child *c, int64_t ms, int offset_minutes);
/* Lets a key in as a reporter for a unit. */
enum err child_add_key(struct child *c, const char *unit, const char *public_key);

#endif
