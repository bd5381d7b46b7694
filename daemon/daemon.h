/* SPDX-License-Identifier: MIT */
/* The daemon as a whole: everything that is passed down. There are no globals. */
#ifndef DAEMON_DAEMON_H
#define DAEMON_DAEMON_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/version.h"
#include "daemon/config.h"
#include "daemon/metrics.h"
#include "proto/curve.h"

#define DAEMON_VERSION VERSION_NUMBER

struct api;
struct clock;
struct loop;
struct notify;
struct pipeline;
struct pipeline_client;
struct queries;
struct store;
struct zap;

/* Why the daemon is not ready: bits of struct daemon.not_ready. */
enum daemon_wait {
	DAEMON_STARTING = 1,
	DAEMON_STORE_FULL = 2,
	DAEMON_STOPPING = 4,
	DAEMON_NO_CATALOGUE = 8
};

/* Where the daemon really listens. */
struct daemon_bound {
	char ingest[128], enrol[128], query[128], feed[128]; /* tcp://ADDRESS:PORT */
	char http[128];					     /* ADDRESS:PORT, "" for none */
	char control[256];				     /* path, "" for none */
};

struct daemon {
	struct config *config; /* the limits and addresses of the start */
	struct clock *clock;
	struct metrics metrics;
	struct store *store;
	void *zmq; /* the one ZeroMQ context */
	struct curve_pair keys;
	struct zap *zap;
	struct pipeline *pipeline;
	struct queries *queries;
	struct notify *notify;		/* alerts to the outside */
	struct loop *loop;		/* main thread: HTTP, control, signals */
	struct pipeline_client *client; /* the main thread's */
	struct api *api;		/* HTTP and the control socket, on the loop */
	struct daemon_bound bound;
	int64_t started_ms;	    /* by the clock */
	_Atomic unsigned not_ready; /* enum daemon_wait; 0: ready */
};

/* "the store is full", ...; text of the lowest bit, NULL for 0. English. */
const char *daemon_wait_text(unsigned not_ready);

#endif
