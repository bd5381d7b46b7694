/* SPDX-License-Identifier: MIT */
/* What a scenario looks at: answers, totals, reports. */
#include <stdio.h>
#include <strings.h>

#include "aggregator/progress/history.h"
#include "aggregator/office/owed.h"
#include "base/date.h"
#include "base/decimal.h"
#include "tests/scenario/expect.h"

bool expect_ok(struct world *w, enum err e)
{
	return e == ERR_OK || world_fault(w, "reading: %s", err_name(e));
}

bool expect_same(struct world *w, const char *what, const char *is, const char *expected)
{
	return !strcasecmp(is, expected) || world_fault(w, "%s is %s, not %s", what, is, expected);
}

bool expect_same_number(struct world *w, const char *what, int64_t is, const char *expected)
{
	char text[DECIMAL_TEXT_MAX];

	decimal_format(is, 0, text);
	return expect_same(w, what, text, expected);
}

struct store_txn *expect_open_snapshot(struct world *w)
{
	struct store_txn *t = NULL;

	if (!w->store)
		world_fault(w, "say first on which day (on 2022-04-05)");
	else
		expect_ok(w, store_begin_read(w->store, &t));
	return t;
}

/* --- answers --------------------------------------------------------------------------------- */

static bool verdict(struct world *w, const struct script_line *l)
{
	const char *name = event_verdict_name(w->verdict);

	if (w->answer == AGGREGATOR_REFUSED)
		return world_fault(w, "the batch was refused (%u)", w->refused);
	return expect_same(w, "the verdict", name ? name : "?", l->args[0]);
}

static bool verdict_code(struct world *w, const struct script_line *l)
{
	const char *name = event_code_name(w->code);

	return verdict(w, l) && expect_same(w, "the reason", name ? name : "none", l->args[1]);
}

static const char *const refusals[] = {
	[MESSAGE_REFUSED_GAP] = "gap",	       [MESSAGE_REFUSED_CONFLICT] = "conflict",
	[MESSAGE_REFUSED_REVOKED] = "revoked", [MESSAGE_REFUSED_ROLE] = "role",
	[MESSAGE_REFUSED_EPOCHS] = "epochs",   [MESSAGE_REFUSED_SIZE] = "size",
	[MESSAGE_REFUSED_VERSION] = "version",
};

static bool refused(struct world *w, const struct script_line *l)
{
	const char *name =
		w->refused < sizeof(refusals) / sizeof(refusals[0]) ? refusals[w->refused] : NULL;

	return expect_same(w, "the answer",
			   w->answer == AGGREGATOR_REFUSED && name ? name : "not a refusal",
			   l->args[0]);
}

static bool repeated(struct world *w, const struct script_line *l)
{
	(void)l;
	return w->answer == AGGREGATOR_REPEATED || world_fault(w, "the answer is no repetition");
}

static bool on_time(struct world *w, const struct script_line *l)
{
	(void)l;
	return (w->receipt.on_time > 0 && w->receipt.late == 0) ||
	       world_fault(w, "%u rows on time, %u late", w->receipt.on_time, w->receipt.late);
}

static bool late(struct world *w, const struct script_line *l)
{
	(void)l;
	return w->receipt.late > 0 || world_fault(w, "no row was late");
}

/* --- totals ---------------------------------------------------------------------------------- */

static bool total_of(struct world *w, const char *measure, uint16_t unit, int32_t day,
		     uint16_t *number, struct totals_result *out)
{
	struct totals_snapshot from = { expect_open_snapshot(w), world_catalogue(w), HISTORY_NOW };
	struct totals_source source = totals_from_history(&from);
	bool good;

	if (!from.txn)
		return false;
	good = script_measure(w, measure, number) &&
	       expect_ok(w, totals_compute(world_catalogue(w), &source, *number, unit, day, out));
	store_abort(&from.txn);
	return good;
}

int32_t expect_today(struct world *w)
{
	return date_of_ms(w->now_ms, world_catalogue(w)->offset_minutes);
}

static void total_text(const struct catalogue_measure *m, const struct totals_result *t, char *out,
		       size_t cap)
{
	char value[DECIMAL_TEXT_MAX], below[DECIMAL_TEXT_MAX];

	decimal_format(t->value, m->kind == CATALOGUE_MILESTONE ? 0 : m->decimals, value);
	decimal_format(t->denominator, m->decimals, below);
	if (!t->present)
		snprintf(out, cap, "none");
	else if (m->kind == CATALOGUE_RATIO)
		snprintf(out, cap, "%s/%s", value, below);
	else
		snprintf(out, cap, "%s", value);
}

static bool check_total(struct world *w, const char *measure, uint16_t unit, int32_t day,
			const char *expected)
{
	struct totals_result t;
	uint16_t number;
	char text[64];

	if (!total_of(w, measure, unit, day, &number, &t))
		return false;
	total_text(&world_catalogue(w)->measures[number], &t, text, sizeof(text));
	return expect_same(w, "the total", text, expected);
}

static bool city_total(struct world *w, const struct script_line *l)
{
	return check_total(w, l->args[0], world_catalogue(w)->city, expect_today(w), l->args[1]);
}

static bool unit_total(struct world *w, const struct script_line *l)
{
	uint16_t unit;

	return script_unit(w, l->args[1], &unit) &&
	       check_total(w, l->args[0], unit, expect_today(w), l->args[2]);
}

static bool unit_total_on(struct world *w, const struct script_line *l)
{
	uint16_t unit;
	int32_t day;

	return script_unit(w, l->args[1], &unit) && script_date(w, l->args[2], &day) &&
	       check_total(w, l->args[0], unit, day, l->args[3]);
}

static bool attained(struct world *w, const struct script_line *l)
{
	struct totals_result t;
	char text[DECIMAL_TEXT_MAX];
	uint16_t number;

	if (!total_of(w, l->args[0], world_catalogue(w)->city, expect_today(w), &number, &t))
		return false;
	decimal_format(t.attained, world_catalogue(w)->measures[number].decimals, text);
	return expect_same(w, "what is attained", text, l->args[1]);
}

/* Per cent of the goal, with two decimals. */
static bool done(struct world *w, const struct script_line *l)
{
	struct totals_result t;
	uint16_t number, unit;
	char text[64];

	if (!script_unit(w, l->args[1], &unit) ||
	    !total_of(w, l->args[0], unit, expect_today(w), &number, &t))
		return false;
	fraction_format(fraction_mul(t.done, (struct fraction){ 100, 1 }), 2, text, sizeof(text));
	return expect_same(w, "what is done", text, l->args[2]);
}

/* --- reports --------------------------------------------------------------------------------- */

static bool state_of(struct world *w, struct store_txn *t, uint16_t m, uint16_t u, int32_t period,
		     enum reports_state *out)
{
	struct owed_report report = { 0 };
	struct owed owed;
	enum err e = owed_open(&owed, world_catalogue(w), t, period);

	if (e == ERR_OK)
		e = owed_report(&owed, m, u, expect_today(w), &report);
	owed_close(&owed);
	*out = report.state;
	return expect_ok(w, e);
}

static bool report_state(struct world *w, const struct script_line *l)
{
	struct store_txn *t;
	enum reports_state s;
	int32_t period;
	uint16_t m, u;
	bool good;

	if (!script_measure(w, l->args[0], &m) || !script_unit(w, l->args[1], &u) ||
	    !script_period(w, l->args[2], &period) || !(t = expect_open_snapshot(w)))
		return false;
	good = state_of(w, t, m, u, period, &s);
	store_abort(&t);
	return good && expect_same(w, "the report", reports_state_name(s), l->args[3]);
}

/* Everything that a unit owes for a month. */
static bool tally_of(struct world *w, const struct script_line *l, struct reports_tally *sum)
{
	const struct catalogue *c = world_catalogue(w);
	struct store_txn *t;
	enum reports_state s;
	int32_t period;
	uint16_t unit;
	bool good = true;

	if (!script_unit(w, l->args[0], &unit) || !script_period(w, l->args[1], &period) ||
	    !(t = expect_open_snapshot(w)))
		return false;
	for (uint16_t m = 0; m < c->measure_count && good; m++) {
		uint16_t cell = c->units[unit].area ? unit : c->city;

		if (catalogue_owner(c, m, cell) != unit)
			continue;
		good = state_of(w, t, m, cell, period, &s);
		reports_count(sum, s);
	}
	store_abort(&t);
	return good;
}

static bool check_share(struct world *w, const char *what, struct fraction f, const char *expected)
{
	char text[64];

	fraction_format(fraction_mul(f, (struct fraction){ 100, 1 }), 2, text, sizeof(text));
	return expect_same(w, what, text, expected);
}

static bool completeness(struct world *w, const struct script_line *l)
{
	struct reports_tally t = { 0 };

	return tally_of(w, l, &t) &&
	       check_share(w, "completeness", reports_completeness(&t), l->args[2]);
}

static bool timeliness(struct world *w, const struct script_line *l)
{
	struct reports_tally t = { 0 };

	return tally_of(w, l, &t) &&
	       check_share(w, "timeliness", reports_timeliness(&t), l->args[2]);
}

const struct script_sentence expect_sentences[] = {
	{ "expect verdict $", verdict,
	  "of the last row: admitted, hold, reject, duplicate, conflict" },
	{ "expect verdict $ $", verdict_code, "and why" },
	{ "expect refused $", refused, "the last batch: gap, conflict, revoked, role, ..." },
	{ "expect repeated", repeated, "the last batch was said before" },
	{ "expect on time", on_time, "by the last receipt" },
	{ "expect late", late, "" },
	{ "expect total $ = $", city_total, "of the whole city, today; n/d for a ratio; none" },
	{ "expect total $ of $ = $", unit_total, "of a unit, today" },
	{ "expect total $ of $ on $ = $", unit_total_on, "on another day" },
	{ "expect attained $ = $", attained, "of a composite: parts cut to their goals" },
	{ "expect done $ $ = $", done, "per cent of the goal, with two decimals" },
	{ "expect report $ $ $ = $", report_state, "not-due, due, on-time, late, missing, ..." },
	{ "expect completeness $ $ = $", completeness, "of a unit's reports for a month" },
	{ "expect timeliness $ $ = $", timeliness, "" },
	{ NULL, NULL, NULL },
};
