/* SPDX-License-Identifier: MIT */
/* The month of the office: who confirms, verifies, returns, objects, extends, publishes. */
#include <stdio.h>

#include "aggregator/alerts/lights.h"
#include "aggregator/query/query_months.h"
#include "base/date.h"
#include "tests/scenario/expect.h"

#define FIELDS 1024

/* --- doing ----------------------------------------------------------------------------------- */

static bool confirms_all(struct world *w, const struct script_line *l)
{
	char fields[FIELDS];

	snprintf(fields, sizeof(fields),
		 "\"act\": \"report.confirm\", \"lead\": \"%s\", \"unit\": \"all\", "
		 "\"period\": \"%s\"",
		 l->args[0], l->args[1]);
	return world_act_by(w, l->args[0], fields, true);
}

/* All of them that have something to confirm. */
static bool leads_confirm(struct world *w, const struct script_line *l)
{
	const struct catalogue *c = world_catalogue(w);

	for (size_t i = 0; i < c->item_count; i++) {
		struct script_line one = { .args = { c->units[c->items[i].lead].id, l->args[0] } };
		bool again = false;

		for (size_t k = 0; k < i; k++)
			again |= c->items[k].lead == c->items[i].lead;
		if (!again && !confirms_all(w, &one))
			return false;
	}
	return true;
}

static bool confirms(struct world *w, const struct script_line *l)
{
	char fields[FIELDS];

	snprintf(fields, sizeof(fields),
		 "\"act\": \"report.confirm\", \"lead\": \"%s\", \"measure\": \"%s\", "
		 "\"unit\": \"%s\", \"period\": \"%s\"",
		 l->args[0], l->args[1], l->args[2], l->args[3]);
	return world_act_by(w, l->args[0], fields, true);
}

static bool office_on_cell(struct world *w, const char *act, const struct script_line *l,
			   const char *why)
{
	char fields[FIELDS];

	snprintf(fields, sizeof(fields),
		 "\"act\": \"report.%s\", \"measure\": \"%s\", \"unit\": \"%s\", "
		 "\"period\": \"%s\", \"why\": %s",
		 act, l->args[0], l->args[1], l->args[2], why);
	return world_act_by(w, "office", fields, true);
}

static bool quoted_on_cell(struct world *w, const char *act, const struct script_line *l)
{
	char why[FIELDS / 2];

	snprintf(why, sizeof(why), "\"%s\"", l->args[3]);
	return office_on_cell(w, act, l, why);
}

static bool verifies(struct world *w, const struct script_line *l)
{
	return office_on_cell(w, "verify", l, "null");
}

static bool returns(struct world *w, const struct script_line *l)
{
	return quoted_on_cell(w, "return", l);
}

static bool answers(struct world *w, const struct script_line *l)
{
	return quoted_on_cell(w, "answer", l);
}

static bool objects(struct world *w, const struct script_line *l)
{
	char fields[FIELDS];

	snprintf(fields, sizeof(fields),
		 "\"act\": \"report.object\", \"unit\": \"%s\", \"measure\": \"%s\", "
		 "\"period\": \"%s\", \"why\": \"%s\"",
		 l->args[0], l->args[1], l->args[2], l->args[3]);
	return world_act_by(w, l->args[0], fields, true);
}

static bool extends(struct world *w, const struct script_line *l)
{
	char fields[FIELDS];

	snprintf(fields, sizeof(fields),
		 "\"act\": \"report.extend\", \"unit\": \"%s\", \"period\": \"%s\", "
		 "\"until\": \"%s\", \"why\": \"%s\"",
		 l->args[0], l->args[1], l->args[2], l->args[3]);
	return world_act_by(w, "office", fields, true);
}

static bool publishes(struct world *w, const struct script_line *l)
{
	char fields[FIELDS];

	snprintf(fields, sizeof(fields),
		 "\"act\": \"month.publish\", \"period\": \"%s\", \"document\": \"%s\", "
		 "\"despite\": \"%s\"",
		 l->args[0], l->args[1], l->arg_count > 2 ? l->args[2] : "not needed");
	return world_act_by(w, "office", fields, true);
}

/* --- looking --------------------------------------------------------------------------------- */

static bool open_query(struct world *w, struct query **out)
{
	return expect_ok(w, query_open(w->store, world_catalogue(w), out));
}

/* A cell of the month, by its measure and unit. */
struct seek {
	uint16_t measure, unit;
	struct query_months_cell cell;
	bool found;
	char why[FIELDS];
};

static bool see(void *ctx, const struct query_months_cell *cell)
{
	struct seek *s = ctx;

	if (cell->report.measure != s->measure || cell->report.unit != s->unit)
		return true;
	s->cell = *cell;
	s->found = true;
	snprintf(s->why, sizeof(s->why), "%.*s", (int)cell->report.review.why.len,
		 cell->report.review.why.len ? (const char *)cell->report.review.why.data : "");
	return false;
}

static bool find(struct world *w, const struct script_line *l, struct seek *s)
{
	struct query_months_filter filter = { 0, CATALOGUE_NONE, CATALOGUE_NONE };
	struct query *q;
	enum err e;

	if (!script_measure(w, l->args[0], &s->measure) || !script_unit(w, l->args[1], &s->unit) ||
	    !script_period(w, l->args[2], &filter.period) || !open_query(w, &q))
		return false;
	e = query_months_cells(q, &filter, see, s);
	query_close(q);
	return expect_ok(w, e) && (s->found || world_fault(w, "no report is owed there"));
}

static bool review(struct world *w, const struct script_line *l)
{
	struct seek s = { 0 };

	return find(w, l, &s) &&
	       expect_same(w, "the review", reviews_state_name(s.cell.report.review.state),
			   l->args[3]);
}

static bool review_says(struct world *w, const struct script_line *l)
{
	struct seek s = { 0 };

	return find(w, l, &s) && expect_same(w, "the reason", s.why, l->args[3]);
}

static bool due(struct world *w, const struct script_line *l)
{
	struct seek s = { 0 };
	char day[11];

	if (!find(w, l, &s))
		return false;
	date_format(s.cell.report.due, day);
	return expect_same(w, "the due day", day, l->args[3]);
}

static bool restated(struct world *w, const struct script_line *l)
{
	struct seek s = { 0 };

	return find(w, l, &s) && (s.cell.restated || world_fault(w, "it was not restated"));
}

static bool month_of(struct world *w, const char *word, struct query_month *m)
{
	struct query *q;
	int32_t period;
	enum err e;

	if (!script_period(w, word, &period) || !open_query(w, &q))
		return false;
	e = query_month(q, period, m);
	query_close(q);
	return expect_ok(w, e);
}

static bool month_state(struct world *w, const struct script_line *l)
{
	struct query_month m;

	return month_of(w, l->args[0], &m) &&
	       expect_same(w, "the month", query_months_state_name(m.state), l->args[1]);
}

static bool month_days(struct world *w, const struct script_line *l)
{
	char due_day[11], confirm[11], object[11];
	struct query_month m;

	if (!month_of(w, l->args[0], &m))
		return false;
	date_format(m.due, due_day);
	date_format(m.confirm, confirm);
	date_format(m.object, object);
	return expect_same(w, "due", due_day, l->args[1]) &&
	       expect_same(w, "confirmed by", confirm, l->args[2]) &&
	       expect_same(w, "objections until", object, l->args[3]);
}

static bool is_share(struct world *w, const char *what, struct fraction share,
		     const char *expected)
{
	char text[64];

	fraction_format(fraction_mul(share, (struct fraction){ 100, 1 }), 2, text, sizeof(text));
	return expect_same(w, what, text, expected);
}

static bool month_shares(struct world *w, const struct script_line *l)
{
	const struct reports_tally *t;
	struct query_month m;

	if (!month_of(w, l->args[0], &m))
		return false;
	t = &m.city.reports;
	return is_share(w, "completeness", reports_completeness(t), l->args[1]) &&
	       is_share(w, "timeliness", reports_timeliness(t), l->args[2]) &&
	       is_share(w, "on time of received", reports_punctuality(t), l->args[3]);
}

static bool month_restated(struct world *w, const struct script_line *l)
{
	struct query_month m;

	return month_of(w, l->args[0], &m) &&
	       expect_same_number(w, "lights restated", m.restated, l->args[1]);
}

static bool despite(struct world *w, const struct script_line *l)
{
	struct query_month m;

	return month_of(w, l->args[0], &m) &&
	       expect_same(w, "the reason", m.publication.despite, l->args[1]);
}

static bool published_light(struct world *w, const struct script_line *l)
{
	struct lights_record r = { 0 };
	struct store_txn *t;
	uint16_t m, u;
	int32_t period;
	enum err e;

	if (!script_measure(w, l->args[0], &m) || !script_unit(w, l->args[1], &u) ||
	    !script_period(w, l->args[2], &period) || !(t = expect_open_snapshot(w)))
		return false;
	e = lights_read(t, m, u, period, &r);
	store_abort(&t);
	return expect_ok(w, e) &&
	       expect_same(w, "published", light_name(r.published), l->args[3]) &&
	       expect_same(w, "now", light_name(r.state.light), l->args[4]);
}

const struct script_sentence office_sentences[] = {
	{ "leads confirm everything for $", leads_confirm, "each its items" },
	{ "$ confirms everything for $", confirms_all, "a lead, all of its items" },
	{ "$ confirms $ of $ for $", confirms, "a lead: measure, unit, month" },
	{ "office verifies $ of $ for $", verifies, "measure, unit, month" },
	{ "office returns $ of $ for $ because $", returns, "" },
	{ "$ objects to $ for $ because $", objects, "a county: measure, month" },
	{ "office answers $ of $ for $ that $", answers, "an objection" },
	{ "office extends $ for $ until $ because $", extends, "a unit, or all" },
	{ "office publishes $ as $", publishes, "month, document" },
	{ "office publishes $ as $ despite $", publishes, "before its time: why" },
	{ "expect review $ $ $ = $", review, "measure, unit, month" },
	{ "expect reason of review $ $ $ = $", review_says, "" },
	{ "expect due $ $ $ = $", due, "measure, unit, month: the day" },
	{ "expect restated $ $ $", restated, "measure, unit, month: after it was published" },
	{ "expect month $ = $", month_state, "running, reporting, confirming, ..." },
	{ "expect days of $ = $ $ $", month_days, "due, confirm by, object by" },
	{ "expect shares of $ = $ $ $", month_shares,
	  "completeness, timeliness, on time of received" },
	{ "expect colours restated of $ = $", month_restated, "how many, after publication" },
	{ "expect despite of $ = $", despite, "why it was published before its time" },
	{ "expect published $ $ $ = $ now $", published_light, "measure, unit, month: colours" },
	{ NULL, NULL, NULL },
};
