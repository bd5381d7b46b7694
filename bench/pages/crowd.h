/* SPDX-License-Identifier: MIT */
/* A crowd of open pages, as far as a daemon notices them: each holds an event stream, and asks anew
 * for what the overview shows after a head, when the page's own policy says so (turns.ts). One
 * thread, one epoll. Answers are counted and thrown away. */
#ifndef BENCH_PAGES_CROWD_H
#define BENCH_PAGES_CROWD_H

#include <stdbool.h>
#include <stdint.h>

struct crowd;

struct crowd_figures {
	uint64_t answers, unchanged; /* with 200 or 304 */
	uint64_t bytes;		     /* of answers and streams */
	uint64_t heads, turns;
	uint64_t refused;      /* any other status */
	uint64_t slowest_us;   /* of one answer */
	uint64_t processor_us; /* of the crowd itself */
};

/* Opens the pages and waits until each has read everything once. http: "127.0.0.1:8080".
 * plain: clients that know nothing of sparing: all events, always the newest position, every 2 s. */
struct crowd *crowd_start(const char *http, unsigned pages, const char *month_before, bool plain);
/* What happened since the last look. */
struct crowd_figures crowd_look(struct crowd *c);
/* Accepts NULL. */
void crowd_stop(struct crowd *c);

#endif
