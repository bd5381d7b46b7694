/* SPDX-License-Identifier: MIT */
/* The demo's leads and its Supervision Office: on their days of the month, leads confirm what was
 * reported, the office verifies it and publishes. */
#ifndef DAEMON_DEMO_OFFICE_H
#define DAEMON_DEMO_OFFICE_H

#include "daemon/demo_stage.h"

/* Whether somebody has something to do on this day. */
bool demo_office_works(const struct catalogue *c, int32_t day);
/* Does it; the daemon's clock stands on that day. ERR_DENIED: the daemon said no, and that was
 * printed. */
enum err demo_office_work(struct demo_stage *s, const struct catalogue *c, int32_t day);

#endif
