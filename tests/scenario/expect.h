/* SPDX-License-Identifier: MIT */
/* What expectations share. */
#ifndef TESTS_SCENARIO_EXPECT_H
#define TESTS_SCENARIO_EXPECT_H

#include "tests/scenario/script.h"

/* False, and a fault, where it failed or differs. */
bool expect_ok(struct world *w, enum err e);
bool expect_same(struct world *w, const char *what, const char *is, const char *expected);
bool expect_same_number(struct world *w, const char *what, int64_t is, const char *expected);
/* A read transaction, to be aborted; NULL and a fault. */
struct store_txn *expect_open_snapshot(struct world *w);
int32_t expect_today(struct world *w);

#endif
