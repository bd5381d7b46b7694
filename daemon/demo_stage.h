/* SPDX-License-Identifier: MIT */
/* What the demo plays on: a temporary folder, the daemon as a child process, and one collector
 * for each reporter. */
#ifndef DAEMON_DEMO_STAGE_H
#define DAEMON_DEMO_STAGE_H

#include "aggregator/catalogue/catalogue.h"
#include "collectors/minsheng.h"
#include "daemon/child.h"
#include "daemon/demo_world.h"

struct demo_stage {
	char folder[256];
	struct child *daemon;
	struct minsheng **collectors; /* by the order of the world's reporters */
	const uint16_t *reporters;
	size_t reporter_count;
	char http[160]; /* http://127.0.0.1:8080 */
	int signals;    /* signalfd of SIGINT and SIGTERM */
	bool alone;     /* nobody acts beside the demo: what is refused is a fault of its own */
};

struct demo_setting {
	const char *catalogue; /* its file */
	unsigned port;         /* of HTTP; 0, or taken already: chosen by the kernel */
	bool check;
};

/* On an error, what was begun is taken down again, and the reason was printed. */
enum err demo_stage_open(const struct demo_setting *setting, const struct catalogue *c,
			 const struct demo_world *w, struct demo_stage *out);
/* Ends the collectors and the daemon, and removes the folder unless keep. */
void demo_stage_close(struct demo_stage *s, bool keep);

/* Sets the daemon's clock to this civil day, 9 o'clock. */
enum err demo_stage_set_day(struct demo_stage *s, const struct catalogue *c, int32_t day);
/* Waits for so long, or until Ctrl-C: true then. */
bool demo_stage_pause(struct demo_stage *s, int64_t ms);

#endif
