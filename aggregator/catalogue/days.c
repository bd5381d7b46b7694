/* SPDX-License-Identifier: MIT */
/* The calendar: holidays and make-up days. */
#include "aggregator/catalogue/build.h"

#include <stdlib.h>

#include "aggregator/catalogue/value.h"
#include "base/date.h"

#define HOLIDAY_MAX 62 /* days of one holiday */

static int by_day(const void *left, const void *right)
{
	int32_t a = *(const int32_t *)left, b = *(const int32_t *)right;

	return (a > b) - (a < b);
}

static size_t sort_days(int32_t *days, size_t count)
{
	size_t kept = 0;

	qsort(days, count, sizeof(*days), by_day);
	for (size_t i = 0; i < count; i++)
		if (!kept || days[kept - 1] != days[i])
			days[kept++] = days[i];
	return kept;
}

static bool is_weekend(int32_t day)
{
	int weekday = date_weekday(day);

	return weekday == 0 || weekday == 6;
}

static bool in_calendar(const struct draft_calendar *c, int32_t day)
{
	return day >= c->from && day <= c->to;
}

static bool check_holiday(struct build *b, const struct draft_calendar *c,
			  const struct draft_holiday *h)
{
	char from[11], to[11];

	if (h->from == DATE_NONE || h->to == DATE_NONE)
		return false;
	date_format(h->from, from);
	date_format(h->to, to);
	if (h->from > h->to || h->to - h->from > HOLIDAY_MAX)
		FAULT_ADD(b->reader.diags, schema_spot(h->at, "to"), FAULT_HOLIDAY_REVERSED, to,
			  from);
	else if (!in_calendar(c, h->from))
		FAULT_ADD(b->reader.diags, schema_spot(h->at, "from"), FAULT_HOLIDAY_OUTSIDE, from);
	else if (!in_calendar(c, h->to))
		FAULT_ADD(b->reader.diags, schema_spot(h->at, "to"), FAULT_HOLIDAY_OUTSIDE, to);
	else
		return true;
	return false;
}

/* The weekdays of all holidays. */
static void build_holidays(struct build *b, const struct draft_calendar *c)
{
	const struct draft_holiday *h = c->holidays.items;
	int32_t *days = build_alloc(b, c->holidays.count * (HOLIDAY_MAX + 1), sizeof(*days));
	size_t count = 0;

	for (size_t i = 0; days && i < c->holidays.count; i++) {
		if (!check_holiday(b, c, &h[i]))
			continue;
		for (int32_t day = h[i].from; day <= h[i].to; day++)
			if (!is_weekend(day))
				days[count++] = day;
	}
	b->c.calendar.holidays = days;
	b->c.calendar.holiday_count = days ? sort_days(days, count) : 0;
}

static bool in_holiday(const struct draft_calendar *c, int32_t day)
{
	const struct draft_holiday *h = c->holidays.items;

	for (size_t i = 0; i < c->holidays.count; i++)
		if (h[i].from != DATE_NONE && day >= h[i].from && day <= h[i].to)
			return true;
	return false;
}

static bool read_workday(struct build *b, const struct draft_calendar *c, struct spot at,
			 int32_t *day)
{
	struct value v = { b->reader.diags, at, "workdays", schema_text(at.node) };

	if (!value_date(&v, day))
		return false;
	if (!in_calendar(c, *day))
		FAULT_ADD(v.diags, at, FAULT_HOLIDAY_OUTSIDE, v.text);
	else if (in_holiday(c, *day))
		FAULT_ADD(v.diags, at, FAULT_DAY_BOTH, v.text);
	else if (!is_weekend(*day))
		FAULT_ADD(v.diags, at, FAULT_WORKDAY_WEEKDAY, v.text);
	else
		return true;
	return false;
}

static void build_workdays(struct build *b, const struct draft_calendar *c)
{
	const struct yaml_node *list = c->workdays;
	int32_t *days = build_alloc(b, list ? list->count : 0, sizeof(*days));
	size_t count = 0;

	for (size_t i = 0; days && list && i < list->count; i++)
		count += read_workday(b, c, (struct spot){ c->at.file, list->values[i] },
				      &days[count]);
	b->c.calendar.workdays = days;
	b->c.calendar.workday_count = days ? sort_days(days, count) : 0;
}

static void check_cover(struct build *b, const struct draft_calendar *c)
{
	int32_t tail;
	char from[11], to[11];

	if (b->c.from == DATE_NONE || b->c.to == DATE_NONE)
		return;
	tail = date_month_last(date_month_of(b->c.to) + 2);
	date_format(c->from, from);
	date_format(c->to, to);
	if (c->from > b->c.from || c->to < b->c.to)
		FAULT_ADD(b->reader.diags, c->at, FAULT_CALENDAR_SHORT, from, to);
	else if (c->to < tail)
		FAULT_ADD(b->reader.diags, schema_spot(c->at, "to"), FAULT_CALENDAR_TAIL, to);
}

static const struct draft_calendar *find_calendar(struct build *b)
{
	const struct draft_calendar *found = NULL;

	for (size_t p = 0; p < b->part_count; p++) {
		const struct draft_calendar *c = b->parts[p]->calendar;

		if (found && c)
			FAULT_ADD(b->reader.diags, c->at, FAULT_SECTION_TWICE, "calendar",
				  refs_place(b, found->at));
		else if (c)
			found = c;
	}
	return found;
}

void days_build(struct build *b)
{
	const struct draft_calendar *c = find_calendar(b);

	if (!c) {
		FAULT_ADD(b->reader.diags, b->draft->part.at, FAULT_NO_CALENDAR, b->draft->id);
		return;
	}
	if (c->from == DATE_NONE || c->to == DATE_NONE)
		return;
	b->c.calendar.from = c->from;
	b->c.calendar.to = c->to;
	build_holidays(b, c);
	build_workdays(b, c);
	check_cover(b, c);
}
