/* SPDX-License-Identifier: MIT */
/* People who may sign in to the demo's page: one of each role, with a password made for this run. */
#ifndef DAEMON_DEMO_USERS_H
#define DAEMON_DEMO_USERS_H

#include "daemon/demo_stage.h"

/* Adds them, and says who they are. ERR_DENIED: the daemon refused, and that was printed. */
enum err demo_users_make(struct demo_stage *s, const struct catalogue *c, enum lang lang);

#endif
