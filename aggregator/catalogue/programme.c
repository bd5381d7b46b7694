/* SPDX-License-Identifier: MIT */
#include "aggregator/catalogue/build.h"

#include "aggregator/catalogue/calendar.h"
#include "base/date.h"
#include "base/decimal.h"

static void build_period(struct build *b, const struct draft_programme *p)
{
	char from[11], to[11];

	b->c.from = p->from;
	b->c.to = p->to;
	b->c.offset_minutes = p->offset_minutes;
	if (p->from == DATE_NONE || p->to == DATE_NONE || p->from <= p->to)
		return;
	date_format(p->from, from);
	date_format(p->to, to);
	FAULT_ADD(b->reader.diags, schema_spot(p->at, "to"), FAULT_PROGRAMME_REVERSED, to, from);
	b->c.from = b->c.to = DATE_NONE;
}

static void build_reporting(struct build *b, struct draft_reporting *r)
{
	bool known = b->c.from != DATE_NONE && b->c.to != DATE_NONE;
	char to[11];

	b->c.reporting = r->values;
	if (!known)
		return;
	date_format(b->c.to, to);
	if (r->values.late_until != DATE_NONE && r->values.late_until < b->c.to)
		FAULT_ADD(b->reader.diags, schema_spot(r->at, "late_until"), FAULT_LATE_UNTIL, to, to);
	if (r->first_report == DATE_NONE)
		r->first_report = calendar_period_of(b->c.from);
	else if (r->first_report < b->c.from || r->first_report > calendar_period_of(b->c.to))
		FAULT_ADD(b->reader.diags, schema_spot(r->at, "first_report"), FAULT_REPORT_OUTSIDE,
			  "reporting", "first_report");
}

/* leave: by default the same as enter. */
static void check_leave(struct build *b, const struct draft_lights *l, const char *key,
			int64_t enter, int64_t *leave)
{
	char limit[DECIMAL_TEXT_MAX];

	if (!yaml_get(l->at.node, key))
		*leave = enter;
	if (*leave <= enter)
		return;
	decimal_format(enter, 2, limit);
	FAULT_ADD(b->reader.diags, schema_spot(l->at, key), FAULT_THRESHOLD_LEAVE, key, limit);
}

static void build_lights(struct build *b, const struct draft_lights *l)
{
	struct catalogue_profile *p = &b->c.profile;
	char yellow[DECIMAL_TEXT_MAX], red[DECIMAL_TEXT_MAX];

	*p = l->values;
	p->id = l->id;
	p->relative = l->measure == 1;
	check_leave(b, l, "yellow_leave", p->yellow_enter, &p->yellow_leave);
	check_leave(b, l, "red_leave", p->red_enter, &p->red_leave);
	if (p->yellow_enter <= p->red_enter || !yaml_get(l->at.node, "red"))
		return;
	decimal_format(p->yellow_enter, 2, yellow);
	decimal_format(p->red_enter, 2, red);
	FAULT_ADD(b->reader.diags, schema_spot(l->at, "yellow"), FAULT_THRESHOLDS, yellow, red);
}

void programme_build(struct build *b)
{
	const struct draft *d = b->draft;

	b->c.id = d->id;
	b->c.title = d->title;
	b->c.version = 1;
	b->c.ranking = (enum catalogue_ranking)d->ranking;
	b->c.from = b->c.to = DATE_NONE;
	b->c.city = b->c.office = CATALOGUE_NONE;
	if (d->programme)
		build_period(b, d->programme);
	if (d->reporting)
		build_reporting(b, d->reporting);
	if (d->lights)
		build_lights(b, d->lights);
}
