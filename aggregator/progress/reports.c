/* SPDX-License-Identifier: MIT */
#include "aggregator/progress/reports.h"

#include "base/date.h"
#include "proto/limits.h"

static bool has_no_task(const struct catalogue_measure *m, uint16_t unit, int32_t period)
{
	int64_t quota;

	return catalogue_quota_on(m, unit, period, &quota) && quota == 0;
}

bool reports_expected(const struct catalogue *c, uint16_t measure, uint16_t unit, int32_t period)
{
	const struct catalogue_measure *m = &c->measures[measure];
	uint16_t owner;

	if (m->figure == CATALOGUE_DERIVED || period < m->first_report || period < c->from ||
	    period > date_month_last(date_month_of(c->to)))
		return false;
	if (m->retired != DATE_NONE && period > m->retired)
		return false;
	owner = catalogue_owner(c, measure, unit);
	return owner != CATALOGUE_NONE && c->units[owner].expected && !has_no_task(m, unit, period);
}

enum reports_state reports_state(const struct catalogue *c, uint16_t measure, uint16_t unit,
				 int32_t period, const struct reports_facts *facts, int32_t day)
{
	if (!reports_expected(c, measure, unit, period))
		return REPORTS_NOT_EXPECTED;
	if (facts->first_ms)
		return date_of_ms(facts->first_ms, c->offset_minutes) <= facts->due ?
			       REPORTS_ON_TIME :
			       REPORTS_LATE;
	if (facts->published)
		return REPORTS_LOCKED_MISSING;
	if (day <= period)
		return REPORTS_NOT_DUE;
	return day <= facts->due ? REPORTS_DUE : REPORTS_MISSING;
}

const char *reports_state_name(enum reports_state s)
{
	static const char *const names[] = {
		[REPORTS_NOT_EXPECTED] = "not-expected",
		[REPORTS_NOT_DUE] = "not-due",
		[REPORTS_DUE] = "due",
		[REPORTS_ON_TIME] = "on-time",
		[REPORTS_LATE] = "late",
		[REPORTS_MISSING] = "missing",
		[REPORTS_LOCKED_MISSING] = "locked-missing",
	};

	return names[s];
}

void reports_count(struct reports_tally *t, enum reports_state s)
{
	t->expected += s != REPORTS_NOT_EXPECTED;
	t->on_time += s == REPORTS_ON_TIME;
	t->late += s == REPORTS_LATE;
	t->missing += s == REPORTS_MISSING || s == REPORTS_LOCKED_MISSING;
}

static struct fraction share(unsigned part, unsigned all)
{
	return all ? fraction_of(part, all) : (struct fraction){ 1, 1 };
}

struct fraction reports_completeness(const struct reports_tally *t)
{
	return share(t->on_time + t->late, t->expected);
}

struct fraction reports_timeliness(const struct reports_tally *t)
{
	return share(t->on_time, t->expected);
}

struct fraction reports_punctuality(const struct reports_tally *t)
{
	return share(t->on_time, t->on_time + t->late);
}

bool reports_link_is_down(int64_t heard_ms, int64_t now_ms)
{
	return now_ms - heard_ms >= LIMITS_LINK_DOWN_MS;
}
