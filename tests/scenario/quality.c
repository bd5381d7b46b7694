/* SPDX-License-Identifier: MIT */
/* Figures that look odd, what people say of them, and figures that are checked on the spot. */
#include <stdio.h>

#include "aggregator/alerts/flags.h"
#include "aggregator/alerts/sample.h"
#include "base/date.h"
#include "base/decimal.h"
#include "tests/scenario/expect.h"

#define FIELDS 1024

/* --- doing ------------------------------------------------------------------------------------- */

static bool answers(struct world *w, const struct script_line *l, const char *act)
{
	char fields[FIELDS];

	snprintf(fields, sizeof(fields),
		 "\"act\": \"flag.%s\", \"flag\": \"%s\", \"why\": \"%s\"", act, l->args[1],
		 l->args[2]);
	return world_act_by(w, l->args[0], fields, true);
}

static bool explains(struct world *w, const struct script_line *l)
{
	return answers(w, l, "explain");
}

static bool dismisses(struct world *w, const struct script_line *l)
{
	return answers(w, l, "dismiss");
}

static bool confirms(struct world *w, const struct script_line *l)
{
	return answers(w, l, "confirm");
}

static bool agrees(struct world *w, const struct script_line *l)
{
	char fields[FIELDS];

	snprintf(fields, sizeof(fields),
		 "\"act\": \"sample.result\", \"measure\": \"%s\", \"unit\": \"%s\", "
		 "\"period\": \"%s\", \"result\": \"agree\", \"why\": \"%s\"",
		 l->args[1], l->args[2], l->args[3], l->args[4]);
	return world_act_by(w, l->args[0], fields, true);
}

static bool differs(struct world *w, const struct script_line *l)
{
	char fields[FIELDS];

	snprintf(fields, sizeof(fields),
		 "\"act\": \"sample.result\", \"measure\": \"%s\", \"unit\": \"%s\", "
		 "\"period\": \"%s\", \"result\": \"differ\", \"found\": \"%s\", \"why\": \"%s\"",
		 l->args[2], l->args[3], l->args[4], l->args[1], l->args[5]);
	return world_act_by(w, l->args[0], fields, true);
}

/* --- flags ------------------------------------------------------------------------------------- */

/* state 0: there never was one. */
static bool read_flag(struct world *w, const char *id, struct store_txn **t,
		      struct flags_record *out)
{
	enum err e;

	if (!flags_find_id(world_catalogue(w), bytes_of_string(id), out))
		return world_fault(w, "%s is no id of a flag", id);
	if (!(*t = expect_open_snapshot(w)))
		return false;
	e = flags_read(*t, out->measure, out->unit, out->period, out->rule, out);
	if (e == ERR_NOTFOUND) {
		*out = (struct flags_record){ 0 };
		e = ERR_OK;
	}
	if (e != ERR_OK)
		store_abort(t);
	return expect_ok(w, e);
}

static bool flag(struct world *w, const struct script_line *l)
{
	struct flags_record r;
	struct store_txn *t;
	const char *is;

	if (!read_flag(w, l->args[0], &t, &r))
		return false;
	is = r.state ? flags_state_name(r.state) : "none";
	store_abort(&t);
	return expect_same(w, "the flag", is, l->args[1]);
}

static bool flag_says(struct world *w, const struct script_line *l, enum lang lang)
{
	struct flags_record r;
	struct buf text = { 0 };
	struct store_txn *t;
	bool same;

	if (!read_flag(w, l->args[0], &t, &r))
		return false;
	flags_text(world_catalogue(w), &r, lang, &text);
	same = expect_same(w, "the sentence", buf_cstring(&text), l->args[1]);
	store_abort(&t);
	buf_free(&text);
	return same;
}

static bool flag_zh(struct world *w, const struct script_line *l)
{
	return flag_says(w, l, LANG_ZH);
}

static bool flag_en(struct world *w, const struct script_line *l)
{
	return flag_says(w, l, LANG_EN);
}

/* One of the numbers behind it, by name. */
static bool flag_number(struct world *w, const struct script_line *l)
{
	const struct flags_number *n;
	char text[DECIMAL_TEXT_MAX] = "";
	struct flags_record r;
	struct store_txn *t;

	if (!read_flag(w, l->args[1], &t, &r))
		return false;
	n = flags_numbers(r.rule);
	for (size_t i = 0; r.rule && i < FLAGS_NUMBERS && n[i].name; i++)
		if (strcmp(n[i].name, l->args[0]) == 0)
			decimal_format(r.numbers[i],
				       flags_decimals(world_catalogue(w), &r, n[i].form), text);
	store_abort(&t);
	return expect_same(w, l->args[0], text, l->args[2]);
}

struct tally {
	const struct catalogue *c;
	int64_t count;
	struct buf ids; /* for people, where the count is another one */
};

static bool count_pending(void *ctx, const struct flags_record *r)
{
	struct tally *t = ctx;
	char id[FLAGS_ID];

	if (!flags_pending(r))
		return true;
	t->count++;
	flags_id(t->c, r, id);
	if (t->ids.len + sizeof(id) < WORLD_TEXT / 2)
		buf_printf(&t->ids, " %s", id);
	return true;
}

static bool flags(struct world *w, const struct script_line *l)
{
	struct store_txn *t = expect_open_snapshot(w);
	struct tally tally = { .c = world_catalogue(w) };
	int64_t expected;
	bool same;
	enum err e;

	if (!t || !script_number(w, l->args[0], 0, &expected)) {
		store_abort(&t);
		return false;
	}
	e = flags_walk(t, CATALOGUE_NONE, CATALOGUE_NONE, count_pending, &tally);
	store_abort(&t);
	same = expect_ok(w, e) &&
	       (tally.count == expected || world_fault(w, "the number of flags is %lld, not %s:%s",
						       (long long)tally.count, l->args[0],
						       buf_cstring(&tally.ids)));
	buf_free(&tally.ids);
	return same;
}

static bool in_doubt(struct world *w, const struct script_line *l)
{
	struct store_txn *t;
	uint16_t measure, unit;
	bool any = false;
	enum err e;

	if (!script_measure(w, l->args[0], &measure) || !script_unit(w, l->args[1], &unit) ||
	    !(t = expect_open_snapshot(w)))
		return false;
	e = flags_any(t, measure, unit, expect_today(w), &any);
	store_abort(&t);
	return expect_ok(w, e) && expect_same(w, "it", any ? "in-doubt" : "clear", l->args[2]);
}

/* --- samples ----------------------------------------------------------------------------------- */

static bool sample(struct world *w, const struct script_line *l)
{
	struct store_txn *t;
	struct sample_period p = { 0 };
	int32_t period;
	enum err e;

	if (!script_period(w, l->args[0], &period) || !(t = expect_open_snapshot(w)))
		return false;
	e = sample_read_period(t, period, &p);
	store_abort(&t);
	return (e == ERR_NOTFOUND || expect_ok(w, e)) &&
	       expect_same_number(w, "flagged", p.flagged, l->args[1]) &&
	       expect_same_number(w, "drawn by lot", p.drawn, l->args[2]) &&
	       expect_same_number(w, "expected", p.expected, l->args[3]);
}

static bool sampled(struct world *w, const struct script_line *l)
{
	struct sample_record r = { 0 };
	struct store_txn *t;
	uint16_t measure, unit;
	int32_t period;
	const char *is;
	enum err e;

	if (!script_measure(w, l->args[0], &measure) || !script_unit(w, l->args[1], &unit) ||
	    !script_period(w, l->args[2], &period) || !(t = expect_open_snapshot(w)))
		return false;
	e = sample_read(t, period, measure, unit, &r);
	is = e == ERR_OK ? sample_result_name(r.result) : "none";
	store_abort(&t);
	return (e == ERR_NOTFOUND || expect_ok(w, e)) &&
	       expect_same(w, "the sample", is, l->args[3]);
}

const struct script_sentence quality_sentences[] = {
	{ "$ explains flag $ because $", explains, "the figure is right" },
	{ "$ dismisses flag $ because $", dismisses, "nothing is odd about it" },
	{ "$ confirms flag $ because $", confirms, "the figure is wrong" },
	{ "$ finds $ of $ in $ as reported because $", agrees, "on the spot: measure, unit, month" },
	{ "$ finds $ instead for $ of $ in $ because $", differs, "the number that is there" },
	{ "expect flag $ = $", flag, "open, explained, dismissed, confirmed, gone or none" },
	{ "expect flag $ in zh = $", flag_zh, "its sentence in Chinese" },
	{ "expect flag $ in en = $", flag_en, "in English" },
	{ "expect $ of flag $ = $", flag_number, "a number behind it, by name" },
	{ "expect flags = $", flags, "how many are open, or confirmed" },
	{ "expect $ of $ is $", in_doubt, "in-doubt or clear" },
	{ "expect sample of $ = $ flagged and $ drawn of $", sample,
	  "how many are checked, of how many that are expected" },
	{ "expect sample of $ $ in $ = $", sampled, "waiting, agree, differ or none" },
	{ NULL, NULL, NULL },
};
