/* SPDX-License-Identifier: MIT */
/* Working days and the deadlines of a month, from the catalogue's calendar. */
#ifndef CATALOGUE_CALENDAR_H
#define CATALOGUE_CALENDAR_H

#include "aggregator/catalogue/catalogue.h"

/* Whether the calendar says which days around this one are worked. Beyond, every weekday counts as
 * worked: deadlines there are a guess until the calendar goes on. */
bool calendar_knows(const struct catalogue_calendar *c, int32_t day);
bool calendar_is_workday(const struct catalogue_calendar *c, int32_t day);
/* day itself where it is a working day, else the next one. */
int32_t calendar_next_workday(const struct catalogue_calendar *c, int32_t day);
/* The n-th working day after day. */
int32_t calendar_add_workdays(const struct catalogue_calendar *c, int32_t day, unsigned n);

/* A period is a civil month, named by its last day. */
int32_t calendar_due(const struct catalogue *c, int32_t period);     /* reports of counties */
int32_t calendar_confirm(const struct catalogue *c, int32_t period); /* leads confirm */
int32_t calendar_publish(const struct catalogue *c, int32_t period); /* objections end */
/* The last period that is closed (its due day has passed) at the beginning of this day, or
 * DATE_NONE. Judged then. */
int32_t calendar_closed_period(const struct catalogue *c, int32_t day);
/* The period that a date belongs to: the last day of its month. */
int32_t calendar_period_of(int32_t date);

#endif
