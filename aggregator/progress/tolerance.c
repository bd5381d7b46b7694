/* SPDX-License-Identifier: MIT */
#include "aggregator/progress/tolerance.h"

#define TOLERANCE_PER_CENT 2

struct fraction tolerance_of(int64_t counted)
{
	struct fraction unit = { 1, 1 };
	struct fraction part = fraction_of((int128)counted * TOLERANCE_PER_CENT, 100);

	if (part.num < 0)
		part.num = -part.num;
	return fraction_compare(part, unit) > 0 ? part : unit;
}

bool tolerance_exceeded(int64_t counted, int64_t other)
{
	int128 difference = (int128)counted - other;

	if (difference < 0)
		difference = -difference;
	return fraction_compare(fraction_of(difference, 1), tolerance_of(counted)) > 0;
}
