/* SPDX-License-Identifier: MIT */
#include "aggregator/catalogue/calendar.h"

#include "base/date.h"

static bool contains(const int32_t *days, size_t count, int32_t day)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (days[middle] == day)
			return true;
		if (days[middle] < day)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

bool calendar_knows(const struct catalogue_calendar *c, int32_t day)
{
	return day >= c->from && day <= c->to;
}

bool calendar_is_workday(const struct catalogue_calendar *c, int32_t day)
{
	int weekday = date_weekday(day);

	if (contains(c->workdays, c->workday_count, day))
		return true;
	return weekday != 0 && weekday != 6 && !contains(c->holidays, c->holiday_count, day);
}

int32_t calendar_next_workday(const struct catalogue_calendar *c, int32_t day)
{
	while (!calendar_is_workday(c, day))
		day++;
	return day;
}

int32_t calendar_add_workdays(const struct catalogue_calendar *c, int32_t day, unsigned n)
{
	while (n--)
		day = calendar_next_workday(c, day + 1);
	return day;
}

int32_t calendar_period_of(int32_t date)
{
	return date_month_last(date_month_of(date));
}

int32_t calendar_due(const struct catalogue *c, int32_t period)
{
	int32_t last = calendar_period_of(period);

	return calendar_next_workday(&c->calendar, last + (int32_t)c->reporting.due_day);
}

int32_t calendar_confirm(const struct catalogue *c, int32_t period)
{
	return calendar_add_workdays(&c->calendar, calendar_due(c, period),
				     c->reporting.confirm_days);
}

int32_t calendar_publish(const struct catalogue *c, int32_t period)
{
	return calendar_add_workdays(&c->calendar, calendar_confirm(c, period),
				     c->reporting.object_days);
}

int32_t calendar_closed_period(const struct catalogue *c, int32_t day)
{
	int32_t first = calendar_period_of(c->from), last = calendar_period_of(c->to);
	int32_t period = calendar_period_of(day);

	if (period > last)
		period = last;
	while (period >= first && calendar_due(c, period) >= day)
		period = date_month_first(date_month_of(period)) - 1;
	return period >= first ? period : DATE_NONE;
}
