/* SPDX-License-Identifier: MIT */
/* What the office writes down: any act about records, and what stands there afterwards. */
#include <stdio.h>
#include <stdlib.h>

#include "aggregator/office/narratives.h"
#include "aggregator/office/overdue.h"
#include "aggregator/office/portfolio.h"
#include "base/date.h"
#include "tests/scenario/expect.h"

#define SAID 1000

/* --- doing ----------------------------------------------------------------------------------- */

/* "a,b" of a field that is a list. */
static json_t *value_of(const struct forms_kind *k, const char *name, const char *text)
{
	const struct forms_field *f = forms_field(k, name);
	json_t *list;

	if (!f || !(f->flags & FORMS_LIST))
		return json_string(text);
	list = json_array();
	while (*text) {
		size_t n = strcspn(text, ",");

		json_array_append_new(list, json_stringn(text, n));
		text += n + (text[n] == ',');
	}
	return list;
}

/* The act and its fields as members, without the braces: the caller's. */
static char *members_of(const char *act, const struct script_line *l, size_t from)
{
	const struct forms_kind *k = NULL;
	json_t *body = json_pack("{s:s}", "act", act);
	char *text;

	forms_act(act, &k);
	for (size_t i = from; k && i + 1 < l->arg_count; i += 2)
		json_object_set_new(body, l->args[i], value_of(k, l->args[i], l->args[i + 1]));
	text = json_dumps(body, 0);
	json_decref(body);
	if (text) {
		memmove(text, text + 1, strlen(text));
		text[strlen(text) - 1] = '\0';
	}
	return text;
}

static bool does(struct world *w, const struct script_line *l)
{
	char *members = members_of(l->args[1], l, 2);
	bool good = members && world_act_by(w, l->args[0], members, true);

	free(members);
	return good;
}

static bool is_refused(struct world *w, const struct script_line *l)
{
	char *members = members_of(l->args[1], l, 3);
	bool good = members && world_act_refused(w, l->args[0], members, l->args[2]);

	free(members);
	return good;
}

/* --- looking --------------------------------------------------------------------------------- */

static enum records_kind kind_named(const char *name)
{
	int i = 1;

	while (i < RECORDS_KIND_END && strcmp(records_kind_name((enum records_kind)i), name) != 0)
		i++;
	return (enum records_kind)i;
}

static void add(char *said, const char *text)
{
	size_t n = strlen(said);

	snprintf(said + n, SAID - n, "%s%s", n ? " " : "", text);
}

/* The words of ... as one text. */
static bool said_is(struct world *w, const char *what, const char *said, const struct script_line *l,
		    size_t from)
{
	char expected[SAID] = "";

	for (size_t i = from; i < l->arg_count; i++)
		add(expected, l->args[i]);
	return expect_same(w, what, *said ? said : "none", expected);
}

static bool stands(struct world *w, const struct script_line *l)
{
	struct store_txn *t = expect_open_snapshot(w);
	json_t *record, *value;
	char said[SAID] = "";
	enum err e;

	if (!t)
		return false;
	e = records_get(t, kind_named(l->args[0]), bytes_of_string(l->args[1]), &record);
	store_abort(&t);
	value = json_object_get(record, l->args[2]);
	if (json_is_integer(value))
		snprintf(said, sizeof(said), "%lld", (long long)json_integer_value(value));
	else
		snprintf(said, sizeof(said), "%s", forms_text(record, l->args[2]));
	json_decref(record);
	return expect_ok(w, e) && said_is(w, l->args[2], said, l, 3);
}

static bool note_act(void *ctx, uint32_t number, json_t *step)
{
	(void)number;
	add(ctx, forms_text(step, "act"));
	return true;
}

static bool life(struct world *w, const struct script_line *l)
{
	struct store_txn *t = expect_open_snapshot(w);
	char said[SAID] = "";
	enum err e;

	if (!t)
		return false;
	e = records_steps(t, kind_named(l->args[0]), bytes_of_string(l->args[1]), note_act, said);
	store_abort(&t);
	return expect_ok(w, e) && said_is(w, "its life", said, l, 2);
}

static bool note_late(void *ctx, const struct overdue_record *late)
{
	char text[200];

	snprintf(text, sizeof(text), "%s %.*s %u", records_kind_name(late->kind->kind),
		 (int)late->id.len, (const char *)late->id.data, late->days);
	add(ctx, text);
	return true;
}

static bool overdue(struct world *w, const struct script_line *l)
{
	struct store_txn *t = expect_open_snapshot(w);
	char said[SAID] = "";
	enum err e;

	if (!t)
		return false;
	e = overdue_walk(t, world_catalogue(w), expect_today(w), note_late, said);
	store_abort(&t);
	return expect_ok(w, e) && said_is(w, "what is overdue", said, l, 0);
}

struct unwritten {
	const struct catalogue *c;
	char said[SAID];
};

static bool note_missing(void *ctx, const struct narratives_one *one)
{
	struct unwritten *u = ctx;

	if (!one->written)
		add(u->said, u->c->items[one->item].id);
	return true;
}

static bool missing(struct world *w, const struct script_line *l)
{
	struct unwritten u = { .c = world_catalogue(w) };
	struct store_txn *t;
	int32_t period;
	enum err e;

	if (!script_period(w, l->args[0], &period) || !(t = expect_open_snapshot(w)))
		return false;
	e = narratives_walk(t, u.c, period, expect_today(w), note_missing, &u);
	store_abort(&t);
	return expect_ok(w, e) && said_is(w, "what is missing", u.said, l, 1);
}

static bool note_person(void *ctx, const char *person, const char *title, bool planned)
{
	(void)title;
	add(ctx, person);
	if (planned)
		add(ctx, "(planned)");
	return true;
}

static bool lacking(struct world *w, const struct script_line *l)
{
	struct store_txn *t = expect_open_snapshot(w);
	char said[SAID] = "";
	enum err e;

	if (!t)
		return false;
	e = portfolio_lacking(t, l->args[0], note_person, said);
	store_abort(&t);
	return expect_ok(w, e) && said_is(w, "who had no meeting", said, l, 1);
}

struct charge {
	const struct catalogue *c;
	uint16_t item;
	int32_t day;
	char said[SAID];
};

static bool note_charge(void *ctx, struct bytes id, json_t *record)
{
	struct charge *g = ctx;

	(void)id;
	if (portfolio_in_force(record, g->day, g->day) && portfolio_has_item(g->c, record, g->item))
		add(g->said, forms_text(record, "person"));
	return true;
}

static bool in_charge(struct world *w, const struct script_line *l)
{
	struct charge g = { .c = world_catalogue(w) };
	struct store_txn *t;
	enum err e;

	g.item = forms_item(g.c, l->args[0]);
	if (g.item == CATALOGUE_NONE)
		return world_fault(w, "no such item");
	if (!script_date(w, l->args[1], &g.day) || !(t = expect_open_snapshot(w)))
		return false;
	e = records_walk(t, RECORDS_PORTFOLIO, (struct bytes){ 0 }, note_charge, &g);
	store_abort(&t);
	return expect_ok(w, e) && said_is(w, "who is in charge", g.said, l, 2);
}

const struct script_sentence record_sentences[] = {
	{ "$ does $ with ...", does, "an act about records; fields and values in turn, lists as a,b" },
	{ "$ is refused $ as $ with ...", is_refused, "the same; the code" },
	{ "expect record $ $ : $ = ...", stands, "kind, id, member; none where it has none" },
	{ "expect life of $ $ = ...", life, "the acts, oldest first" },
	{ "expect overdue = ...", overdue, "kind, id and working days of each; or none" },
	{ "expect missing narratives of $ = ...", missing, "the items; or none" },
	{ "expect no meeting in $ of ...", lacking, "who is in charge of something; (planned); or none" },
	{ "expect in charge of $ on $ = ...", in_charge, "who; or none" },
	{ NULL, NULL, NULL },
};
