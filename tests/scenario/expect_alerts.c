/* SPDX-License-Identifier: MIT */
/* What a scenario looks at: lights and alerts. */
#include "aggregator/alerts/lights.h"
#include "base/date.h"
#include "base/decimal.h"
#include "tests/scenario/expect.h"

/* --- lights ---------------------------------------------------------------------------------- */

/* period: DATE_NONE for the newest one. */
static bool find_light(struct world *w, const char *measure, const char *unit, int32_t period,
		       struct lights_record *out)
{
	struct store_txn *t;
	uint16_t m, u;
	enum err e;

	if (!script_measure(w, measure, &m) || !script_unit(w, unit, &u) ||
	    !(t = expect_open_snapshot(w)))
		return false;
	e = period == DATE_NONE ? lights_latest(t, m, u, expect_today(w), out) :
				  lights_read(t, m, u, period, out);
	store_abort(&t);
	if (e == ERR_NOTFOUND)
		*out = (struct lights_record){ 0 };
	return e == ERR_NOTFOUND || expect_ok(w, e);
}

static bool flag(struct world *w, const struct lights_record *r, const char *word)
{
	const struct {
		const char *word;
		bool set;
	} flags[] = {
		{ "silent", r->state.silent },
		{ "overdue", r->state.overdue },
		{ "provisional", r->state.provisional },
		{ "restated", r->restated > 0 },
	};

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (!strcmp(word, flags[i].word))
			return flags[i].set || world_fault(w, "the light is not %s", word);
	return world_fault(w, "no such sign of a light: %s", word);
}

/* The colour, then any of: silent, overdue, provisional, restated. */
static bool check_light(struct world *w, const struct lights_record *r, const char *const *words,
			size_t count)
{
	if (!expect_same(w, "the light", light_name(r->state.light), words[0]))
		return false;
	for (size_t i = 1; i < count; i++)
		if (!flag(w, r, words[i]))
			return false;
	return true;
}

static bool light(struct world *w, const struct script_line *l)
{
	struct lights_record r;

	return find_light(w, l->args[0], l->args[1], DATE_NONE, &r) &&
	       check_light(w, &r, l->args + 2, l->arg_count - 2);
}

static bool light_in(struct world *w, const struct script_line *l)
{
	struct lights_record r;
	int32_t period;

	return script_period(w, l->args[2], &period) &&
	       find_light(w, l->args[0], l->args[1], period, &r) &&
	       check_light(w, &r, l->args + 3, l->arg_count - 3);
}

static bool light_was(struct world *w, const struct script_line *l)
{
	struct lights_record r;
	int32_t period;

	return script_period(w, l->args[2], &period) &&
	       find_light(w, l->args[0], l->args[1], period, &r) &&
	       expect_same(w, "the light at the close", light_name(r.first), l->args[3]);
}

static bool gap(struct world *w, const struct script_line *l)
{
	struct lights_record r;
	char text[DECIMAL_TEXT_MAX];

	if (!find_light(w, l->args[0], l->args[1], DATE_NONE, &r))
		return false;
	decimal_format(r.gap_hundredths, 2, text);
	return expect_same(w, "the gap", text, l->args[2]);
}

static bool months(struct world *w, const struct script_line *l)
{
	struct lights_record r;

	return find_light(w, l->args[0], l->args[1], DATE_NONE, &r) &&
	       expect_same_number(w, "the number of months", r.state.months, l->args[2]);
}

/* --- alerts ---------------------------------------------------------------------------------- */

/* *found: there ever was one. */
static bool alert_of(struct world *w, const char *id, struct book_record *out, bool *found)
{
	struct store_txn *t = expect_open_snapshot(w);
	uint64_t number;
	int64_t ms;
	enum err e;

	if (!t)
		return false;
	e = book_find(t, bytes_of_string(id), out, &number, &ms);
	store_abort(&t);
	*found = e == ERR_OK;
	return e == ERR_NOTFOUND || expect_ok(w, e);
}

static bool must_have(struct world *w, const char *id, struct book_record *out)
{
	bool found;

	return alert_of(w, id, out, &found) && (found || world_fault(w, "no alert %s", id));
}

static bool alert(struct world *w, const struct script_line *l)
{
	struct book_record r;

	return must_have(w, l->args[0], &r) &&
	       expect_same(w, "the alert", book_transition_name(r.transition), l->args[1]) &&
	       (l->arg_count < 3 ||
		expect_same(w, "its severity", book_severity_name(r.severity), l->args[2]));
}

static bool no_alert(struct world *w, const struct script_line *l)
{
	struct book_record r;
	bool found;

	if (!alert_of(w, l->args[0], &r, &found))
		return false;
	return !found || r.transition == BOOK_RESOLVED || world_fault(w, "%s is open", r.id);
}

static bool alert_number(struct world *w, const struct script_line *l)
{
	struct book_record r;
	const struct {
		const char *name;
		int64_t value;
	} * n, numbers[] = {
		{ "count", 0 }, { "months", 0 }, { "value", 0 }, { "other", 0 }, { NULL, 0 }
	};

	if (!must_have(w, l->args[1], &r))
		return false;
	for (n = numbers; n->name && strcmp(n->name, l->args[0]) != 0; n++)
		;
	switch (n - numbers) {
	case 0:
		return expect_same_number(w, "the count", r.count, l->args[2]);
	case 1:
		return expect_same_number(w, "the months", r.months, l->args[2]);
	case 2:
		return expect_same_number(w, "the value", r.value, l->args[2]);
	case 3:
		return expect_same_number(w, "the other figure", r.other, l->args[2]);
	default:
		return world_fault(w, "an alert has no %s", l->args[0]);
	}
}

static bool text_in(struct world *w, const struct script_line *l, enum lang lang)
{
	struct store_txn *t = expect_open_snapshot(w);
	struct buf text = { 0 };
	struct book_record r;
	uint64_t number;
	int64_t ms;
	enum err e;
	bool good;

	if (!t)
		return false;
	e = book_find(t, bytes_of_string(l->args[0]), &r, &number, &ms);
	if (e == ERR_OK)
		book_text(world_catalogue(w), &r, lang, &text);
	store_abort(&t);
	good = expect_ok(w, e) &&
	       expect_same(w, "the sentence", buf_cstring(&text), l->args[1]);
	buf_free(&text);
	return good;
}

static bool text_zh(struct world *w, const struct script_line *l)
{
	return text_in(w, l, LANG_ZH);
}

static bool text_en(struct world *w, const struct script_line *l)
{
	return text_in(w, l, LANG_EN);
}

static bool count_open(void *ctx, const struct book_record *newest, uint64_t raised_number,
		       int64_t raised_ms)
{
	(void)newest, (void)raised_number, (void)raised_ms;
	++*(int64_t *)ctx;
	return true;
}

static bool open_alerts(struct world *w, const struct script_line *l)
{
	struct store_txn *t = expect_open_snapshot(w);
	int64_t count = 0;
	enum err e;

	if (!t)
		return false;
	e = book_open_alerts(t, false, count_open, &count);
	store_abort(&t);
	return expect_ok(w, e) &&
	       expect_same_number(w, "the number of open alerts", count, l->args[0]);
}

static bool log_length(struct world *w, const struct script_line *l)
{
	return expect_same_number(w, "the length of the log",
				  (int64_t)aggregator_head(w->a).alert_number, l->args[0]);
}

const struct script_sentence expect_alert_sentences[] = {
	{ "expect light $ $ = ...", light,
	  "of the newest closed month: none, green, yellow, red, done; then: silent, overdue, "
	  "provisional, restated" },
	{ "expect light $ $ in $ = ...", light_in, "of that month, as it is known now" },
	{ "expect light $ $ in $ was $", light_was, "as it was when the month was closed" },
	{ "expect gap $ $ = $", gap, "in points, with two decimals" },
	{ "expect months $ $ = $", months, "in a row that are yellow or red" },
	{ "expect alert $ $ $", alert,
	  "its newest step: raised, severity, updated, resolved; severity" },
	{ "expect alert $ $", alert, "" },
	{ "expect no alert $", no_alert, "never raised, or resolved" },
	{ "expect $ of alert $ = $", alert_number, "count, months, value, other" },
	{ "expect zh of $ = $", text_zh, "its newest sentence in Chinese" },
	{ "expect en of $ = $", text_en, "in English" },
	{ "expect open alerts = $", open_alerts, "how many" },
	{ "expect log = $", log_length, "rows of the alert log" },
	{ NULL, NULL, NULL },
};
