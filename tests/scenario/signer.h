/* SPDX-License-Identifier: MIT */
/* A key for the close of a year, the same in each scenario. */
#ifndef TESTS_SCENARIO_SIGNER_H
#define TESTS_SCENARIO_SIGNER_H

#include "aggregator/aggregator.h"

void signer_set(struct aggregator *a);

#endif
