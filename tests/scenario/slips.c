/* SPDX-License-Identifier: MIT */
/* Slips: what people do with them, and how they stand. And where alerts come from. */
#include <stdio.h>

#include <stdlib.h>

#include "aggregator/alerts/slips.h"
#include "aggregator/query/query_explain.h"
#include "aggregator/query/query_trace.h"
#include "base/date.h"
#include "base/decimal.h"
#include "tests/scenario/expect.h"

#define FIELDS 1024

/* --- doing ----------------------------------------------------------------------------------- */

/* An act about a slip, with up to two more fields. */
static bool act(struct world *w, const struct script_line *l, const char *name, const char *rest)
{
	char fields[FIELDS];

	snprintf(fields, sizeof(fields), "\"act\": \"slip.%s\", \"slip\": \"%s\"%s%s", name,
		 l->args[1], *rest ? ", " : "", rest);
	return world_act_by(w, l->args[0], fields, true);
}

static bool act_with(struct world *w, const struct script_line *l, const char *name,
		     const char *field, const char *text)
{
	char rest[FIELDS / 2];

	snprintf(rest, sizeof(rest), "\"%s\": \"%s\"", field, text);
	return act(w, l, name, rest);
}

static bool issues(struct world *w, const struct script_line *l)
{
	return act(w, l, "issue", "");
}

static bool issues_until(struct world *w, const struct script_line *l)
{
	return act_with(w, l, "issue", "deadline", l->args[2]);
}

static bool issues_as(struct world *w, const struct script_line *l)
{
	return act_with(w, l, "issue", "number", l->args[2]);
}

static bool discards(struct world *w, const struct script_line *l)
{
	return act_with(w, l, "discard", "why", l->args[2]);
}

static bool signs(struct world *w, const struct script_line *l)
{
	return act(w, l, "sign", "");
}

static bool replies(struct world *w, const struct script_line *l)
{
	return act_with(w, l, "reply", "text", l->args[2]);
}

static bool verifies(struct world *w, const struct script_line *l, const char *accepted)
{
	char rest[FIELDS / 2];

	snprintf(rest, sizeof(rest), "\"accepted\": %s, \"why\": \"%s\"", accepted, l->args[2]);
	return act(w, l, "verify", rest);
}

static bool accepts(struct world *w, const struct script_line *l)
{
	return verifies(w, l, "true");
}

static bool returns(struct world *w, const struct script_line *l)
{
	return verifies(w, l, "false");
}

static bool closes(struct world *w, const struct script_line *l)
{
	return act(w, l, "close", "");
}

static bool extends(struct world *w, const struct script_line *l)
{
	char rest[FIELDS / 2];

	snprintf(rest, sizeof(rest), "\"deadline\": \"%s\", \"why\": \"%s\"", l->args[2],
		 l->args[3]);
	return act(w, l, "extend", rest);
}

static bool reopens(struct world *w, const struct script_line *l)
{
	return act_with(w, l, "reopen", "why", l->args[2]);
}

/* --- looking --------------------------------------------------------------------------------- */

/* What has to be given back with json_decref and slips_release. */
static bool find(struct world *w, const char *id, struct slips_slip *slip, json_t **record)
{
	struct store_txn *t = expect_open_snapshot(w);
	enum err e;

	*record = NULL;
	if (!t)
		return false;
	e = records_get(t, RECORDS_SLIP, bytes_of_string(id), record);
	if (e == ERR_OK)
		e = slips_read(world_catalogue(w), bytes_of_string(id), *record, slip);
	store_abort(&t);
	if (e != ERR_OK)
		json_decref(*record);
	return expect_ok(w, e);
}

static bool stands(struct world *w, const struct script_line *l)
{
	struct slips_slip s;
	json_t *record;
	bool ok;

	if (!find(w, l->args[0], &s, &record))
		return false;
	ok = expect_same(w, "the slip", slips_rung_name(s.rung), l->args[1]) &&
	     expect_same(w, "it", slips_state_name(s.state), l->args[2]) &&
	     expect_same(w, "its unit", world_catalogue(w)->units[s.unit].id, l->args[3]);
	json_decref(record);
	slips_release(&s);
	return ok;
}

static bool subject(struct world *w, const struct script_line *l, bool expected)
{
	uint16_t measure, unit;
	struct slips_slip s;
	json_t *record;
	bool is = false;

	if (!script_measure(w, l->args[1], &measure) || !script_unit(w, l->args[2], &unit) ||
	    !find(w, l->args[0], &s, &record))
		return false;
	for (size_t i = 0; i < s.subject_count; i++)
		is |= s.subjects[i].measure == measure && s.subjects[i].unit == unit;
	json_decref(record);
	slips_release(&s);
	return is == expected || world_fault(w, "it is%s about that", is ? "" : " not");
}

static bool about(struct world *w, const struct script_line *l)
{
	return subject(w, l, true);
}

static bool not_about(struct world *w, const struct script_line *l)
{
	return subject(w, l, false);
}

static bool member(struct world *w, const struct script_line *l, const char *key)
{
	struct slips_slip s;
	json_t *record;
	const char *is;
	bool ok;

	if (!find(w, l->args[0], &s, &record))
		return false;
	is = json_string_value(json_object_get(record, key));
	ok = expect_same(w, key, is ? is : "none", l->args[1]);
	json_decref(record);
	slips_release(&s);
	return ok;
}

static bool due(struct world *w, const struct script_line *l)
{
	return member(w, l, "deadline");
}

static bool numbered(struct world *w, const struct script_line *l)
{
	return member(w, l, "number");
}

static bool late(struct world *w, const struct script_line *l)
{
	struct slips_slip s;
	json_t *record;
	bool is;

	if (!find(w, l->args[0], &s, &record))
		return false;
	is = s.overdue;
	json_decref(record);
	slips_release(&s);
	return is || world_fault(w, "it is not overdue");
}

static bool count_one(void *ctx, struct bytes id, json_t *record)
{
	(void)id;
	(void)record;
	++*(int64_t *)ctx;
	return true;
}

static bool slips(struct world *w, const struct script_line *l)
{
	struct store_txn *t = expect_open_snapshot(w);
	int64_t n = 0;
	enum err e;

	if (!t)
		return false;
	e = records_walk(t, RECORDS_SLIP, (struct bytes){ 0 }, count_one, &n);
	store_abort(&t);
	return expect_ok(w, e) && expect_same_number(w, "the number of slips", n, l->args[0]);
}

/* --- tracing --------------------------------------------------------------------------------- */

static int64_t rows_of(const struct query_trace *t)
{
	int64_t n = 0;

	for (size_t i = 0; i < t->cell_count; i++)
		for (size_t r = 0; r < t->cells[i].row_count; r++)
			n += t->cells[i].rows[r].counts;
	return n;
}

static bool adds_up(struct world *w, struct query *q, const char *id, int64_t *rows)
{
	struct query_trace t;
	enum err e;

	arena_reset(w->arena);
	e = query_trace(q, bytes_of_string(id), 0, w->arena, &t);
	*rows = e == ERR_OK ? rows_of(&t) : 0;
	return expect_ok(w, e) && ((t.adds_up && t.complete && t.entry_count > 0) ||
				   world_fault(w, "%s: what it came from does not make it up", id));
}

/* A row of the alert's first cell, by its place in the order of folding. */
static bool row_moved(struct world *w, const struct script_line *l)
{
	size_t row = (size_t)atoi(l->args[0]) - 1;
	char before[DECIMAL_TEXT_MAX] = "", after[DECIMAL_TEXT_MAX] = "";
	struct query_trace t;
	struct query *q;
	bool ok;

	if (!expect_ok(w, query_open(w->store, world_catalogue(w), &q)))
		return false;
	arena_reset(w->arena);
	ok = expect_ok(w, query_trace(q, bytes_of_string(l->args[1]), 0, w->arena, &t)) &&
	     ((t.cell_count > 0 && row < t.cells[0].row_count) ||
	      world_fault(w, "%s: no such row", l->args[0]));
	if (ok) {
		const struct query_trace_row *r = &t.cells[0].rows[row];
		unsigned decimals =
			world_catalogue(w)->measures[t.cells[0].key.measure].decimals;

		decimal_format(r->before.value, decimals, before);
		decimal_format(r->after.value, decimals, after);
	}
	query_close(q);
	return ok && expect_same(w, "before the row", before, l->args[2]) &&
	       expect_same(w, "after the row", after, l->args[3]);
}

static bool traced(struct world *w, const struct script_line *l)
{
	struct query *q;
	int64_t rows;
	bool ok;

	if (!expect_ok(w, query_open(w->store, world_catalogue(w), &q)))
		return false;
	ok = adds_up(w, q, l->args[0], &rows) &&
	     expect_same_number(w, "the number of rows", rows, l->args[1]);
	query_close(q);
	return ok;
}

static bool explain(struct world *w, const char *id, struct query_explanation *out)
{
	struct book_record r;
	struct query *q;
	uint64_t number;
	int64_t ms;
	enum err e;

	if (!expect_ok(w, query_open(w->store, world_catalogue(w), &q)))
		return false;
	arena_reset(w->arena);
	e = query_alert(q, bytes_of_string(id), &r, &number, &ms);
	if (e == ERR_OK)
		e = query_explain(q, &r, w->arena, out);
	query_close(q);
	return expect_ok(w, e);
}

static bool stands_back(struct world *w, const struct script_line *l)
{
	struct query_explanation x;

	return explain(w, l->args[0], &x) &&
	       expect_same(w, "the other one", x.stands_back_for, l->args[1]);
}

static bool takes_place(struct world *w, const struct script_line *l)
{
	struct query_explanation x;

	return explain(w, l->args[0], &x) &&
	       expect_same(w, "the other one", x.instead_of, l->args[1]);
}

static bool because(struct world *w, const struct script_line *l)
{
	struct query_explanation x;

	return explain(w, l->args[0], &x) &&
	       expect_same(w, "the cause", x.cause ? query_cause_name(x.cause) : "none",
			   l->args[1]);
}

/* The unit that is short most, with its share of all shortfalls. */
static bool shortest(struct world *w, const struct script_line *l)
{
	struct query_explanation x;
	char share[40] = "";
	const char *unit = "nobody";

	if (!explain(w, l->args[0], &x))
		return false;
	if (x.part_count) {
		unit = world_catalogue(w)->units[x.parts[0].unit].id;
		fraction_format(fraction_mul(x.parts[0].part.share, fraction_of(100, 1)), 1, share,
				sizeof(share));
	}
	return expect_same(w, "who is short", unit, l->args[1]) &&
	       expect_same(w, "its share", share, l->args[2]);
}

struct every {
	struct world *w;
	struct query *q;
	bool ok;
};

static bool trace_one(void *ctx, const struct query_alert *alert)
{
	struct every *e = ctx;
	int64_t rows;
	char id[BOOK_ID];

	memcpy(id, alert->newest->id, sizeof(id));
	e->ok = adds_up(e->w, e->q, id, &rows);
	return e->ok;
}

static bool all_traced(struct world *w, const struct script_line *l)
{
	const struct query_alert_filter filter = { .closed_too = true,
						   .measure = CATALOGUE_NONE,
						   .unit = CATALOGUE_NONE };
	struct every every = { .w = w, .ok = true };
	enum err e;

	(void)l;
	if (!expect_ok(w, query_open(w->store, world_catalogue(w), &every.q)))
		return false;
	e = query_alerts(every.q, &filter, trace_one, &every);
	query_close(every.q);
	return every.ok && expect_ok(w, e);
}

const struct script_sentence slip_sentences[] = {
	{ "$ issues slip $", issues, "with the draft's words and the usual deadline" },
	{ "$ issues slip $ until $", issues_until, "" },
	{ "$ issues slip $ as $", issues_as, "with a number of the office" },
	{ "$ discards slip $ because $", discards, "a draft" },
	{ "$ signs for slip $", signs, "" },
	{ "$ replies to slip $ that $", replies, "" },
	{ "$ accepts the reply to slip $ because $", accepts, "" },
	{ "$ returns the reply to slip $ because $", returns, "" },
	{ "$ closes slip $", closes, "" },
	{ "$ extends slip $ until $ because $", extends, "" },
	{ "$ reopens slip $ because $", reopens, "" },
	{ "expect slip $ = $ $ of $", stands, "rung, state and unit" },
	{ "expect slip $ about $ $", about, "measure and unit" },
	{ "expect slip $ not about $ $", not_about, "" },
	{ "expect slip $ due $", due, "the day by which a reply is asked for" },
	{ "expect slip $ numbered $", numbered, "" },
	{ "expect slip $ overdue", late, "" },
	{ "expect slips = $", slips, "how many were ever drafted" },
	{ "expect row $ of $ from $ to $", row_moved, "of its first cell: before and after" },
	{ "expect $ traced to $ rows", traced, "which make up what the alert says" },
	{ "expect every alert traced", all_traced, "open or not" },
	{ "expect $ stands back for $", stands_back, "another alert on the same measure and unit" },
	{ "expect $ takes the place of $", takes_place, "" },
	{ "expect cause of $ = $", because, "what made its colour" },
	{ "expect $ mostly by $ with $ per cent", shortest, "of all shortfalls" },
	{ NULL, NULL, NULL },
};
