/* SPDX-License-Identifier: MIT */
#include "aggregator/admission/admit.h"

#include <stdlib.h>

#include "aggregator/catalogue/calendar.h"
#include "base/date.h"

enum err admit_calendar_fill(struct admit_calendar *k, const struct catalogue *c)
{
	uint32_t days = (uint32_t)(c->to - c->from + 1);
	int32_t *due = calloc(days, sizeof(*due));
	uint8_t *number = calloc(days, sizeof(*number));
	int32_t period = DATE_NONE, until = DATE_NONE;
	int periods = -1;

	if (!due || !number) {
		free(due);
		free(number);
		return ERR_NOMEM;
	}
	for (uint32_t i = 0; i < days; i++) {
		int32_t day = c->from + (int32_t)i;

		if (period == DATE_NONE || day > period) {
			period = calendar_period_of(day);
			until = calendar_due(c, period);
			periods += periods < UINT8_MAX;
		}
		due[i] = until;
		number[i] = (uint8_t)periods;
	}
	admit_calendar_free(k);
	*k = (struct admit_calendar){ .from = c->from, .days = days, .due = due,
				       .period = number };
	return ERR_OK;
}

void admit_calendar_free(struct admit_calendar *k)
{
	free(k->due);
	free(k->period);
	*k = (struct admit_calendar){ 0 };
}
