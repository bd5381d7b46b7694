/* SPDX-License-Identifier: MIT */
/* The end of a run: what the daemon has to say, and what it does say. */
#ifndef TORTURE_CHECK_H
#define TORTURE_CHECK_H

#include "daemon/child.h"
#include "tests/system/torture/run.h"

/* Lets the year close, holds rows, verdicts and totals against the players' own, and has the
 * ledger verified. Differences are printed. */
bool check_daemon(const struct run_plan *plan, struct child *daemon, struct run_result *out);

#endif
