/* SPDX-License-Identifier: MIT */
/* What people do about alerts, and what is known of it afterwards. */
#include <stdio.h>

#include "aggregator/alerts/book.h"
#include "base/date.h"
#include "tests/scenario/expect.h"

#define FIELDS 1024

/* --- doing ----------------------------------------------------------------------------------- */

static bool acknowledges(struct world *w, const struct script_line *l)
{
	char fields[FIELDS];

	snprintf(fields, sizeof(fields),
		 "\"act\": \"alert.ack\", \"alert\": \"%s\", \"why\": \"%s\"", l->args[1],
		 l->args[2]);
	return world_act_by(w, l->args[0], fields, true);
}

static bool assigns(struct world *w, const struct script_line *l)
{
	char fields[FIELDS];

	snprintf(fields, sizeof(fields),
		 "\"act\": \"alert.assign\", \"alert\": \"%s\", \"to\": \"%s\", \"why\": \"%s\"",
		 l->args[1], l->args[2], l->args[3]);
	return world_act_by(w, l->args[0], fields, true);
}

static bool comments(struct world *w, const struct script_line *l)
{
	char fields[FIELDS];

	snprintf(fields, sizeof(fields),
		 "\"act\": \"alert.comment\", \"alert\": \"%s\", \"text\": \"%s\"", l->args[1],
		 l->args[2]);
	return world_act_by(w, l->args[0], fields, true);
}

static bool silences(struct world *w, const struct script_line *l)
{
	char fields[FIELDS];

	snprintf(fields, sizeof(fields),
		 "\"act\": \"alert.silence\", \"alert\": \"%s\", \"until\": \"%s\", "
		 "\"why\": \"%s\"",
		 l->args[1], l->args[2], l->args[3]);
	return world_act_by(w, l->args[0], fields, true);
}

static bool silences_all(struct world *w, const struct script_line *l)
{
	char fields[FIELDS];

	snprintf(fields, sizeof(fields),
		 "\"act\": \"alert.silence\", \"%s\": \"%s\", \"until\": \"%s\", \"why\": \"%s\"",
		 l->args[1], l->args[2], l->args[3], l->args[4]);
	return world_act_by(w, l->args[0], fields, true);
}

static bool lifts(struct world *w, const struct script_line *l)
{
	char fields[FIELDS];

	snprintf(fields, sizeof(fields),
		 "\"act\": \"alert.unsilence\", \"alert\": \"%s\", \"why\": \"%s\"", l->args[1],
		 l->args[2]);
	return world_act_by(w, l->args[0], fields, true);
}

static bool lifts_all(struct world *w, const struct script_line *l)
{
	char fields[FIELDS];

	snprintf(fields, sizeof(fields),
		 "\"act\": \"alert.unsilence\", \"%s\": \"%s\", \"why\": \"%s\"", l->args[1],
		 l->args[2], l->args[3]);
	return world_act_by(w, l->args[0], fields, true);
}

static bool is_warned(struct world *w, const struct script_line *l)
{
	return world_act_warned(w, l->args[0], l->args[1], l->args[2]);
}

static bool tries(struct world *w, const struct script_line *l)
{
	return world_act_refused(w, l->args[0], l->args[1], l->args[2]);
}

static bool can_do_nothing(struct world *w, const struct script_line *l)
{
	static const char *const acts[] = { "ack", "assign", "comment", "silence", "unsilence" };
	char fields[FIELDS];

	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
		snprintf(fields, sizeof(fields),
			 "\"act\": \"alert.%s\", \"alert\": \"%s\", \"to\": \"office\", "
			 "\"text\": \"x\", \"until\": \"2022-12-31\", \"why\": \"x\"",
			 acts[i], l->args[1]);
		if (!world_act_refused(w, l->args[0], fields, l->args[2]))
			return false;
	}
	return true;
}

/* --- looking --------------------------------------------------------------------------------- */

enum care { ACKNOWLEDGED, ASSIGNED, SILENCED };

/* The row that says so; all zero where there is none. text: who, or until when. */
static bool care_of(struct world *w, const char *id, enum care what, char *text, size_t cap)
{
	struct store_txn *t = expect_open_snapshot(w);
	struct book_state s = { 0 };
	struct book_record r = { 0 };
	enum err e;

	text[0] = '\0';
	if (!t)
		return false;
	if ((e = book_state_of(t, bytes_of_string(id), &s)) == ERR_OK) {
		const uint64_t numbers[] = { s.acknowledged, s.assigned, s.silenced };
		struct bytes name;

		e = numbers[what] ? book_read(t, numbers[what], &r) : ERR_OK;
		name = what == ASSIGNED ? r.to : r.by;
		if (e == ERR_OK && r.number && what == SILENCED)
			date_time_format(r.until_ms, world_catalogue(w)->offset_minutes, text);
		else if (e == ERR_OK && r.number)
			snprintf(text, cap, "%.*s", (int)name.len, (const char *)name.data);
	}
	store_abort(&t);
	return expect_ok(w, e);
}

static bool same_care(struct world *w, const char *id, enum care what, const char *expected)
{
	char text[BOOK_NAME_MAX + 1];

	return care_of(w, id, what, text, sizeof(text)) &&
	       expect_same(w, "who", *text ? text : "nobody", expected);
}

static bool acknowledged(struct world *w, const struct script_line *l)
{
	return same_care(w, l->args[0], ACKNOWLEDGED, l->args[1]);
}

static bool assigned(struct world *w, const struct script_line *l)
{
	return same_care(w, l->args[0], ASSIGNED, l->args[1]);
}

static bool silent_until(struct world *w, const char *id, const char *until)
{
	char text[BOOK_NAME_MAX + 1];

	return care_of(w, id, SILENCED, text, sizeof(text)) &&
	       expect_same(w, "the end of the silence", text, until);
}

static bool silent(struct world *w, const struct script_line *l)
{
	return silent_until(w, l->args[0], l->args[1]);
}

static bool not_silent(struct world *w, const struct script_line *l)
{
	return silent_until(w, l->args[0], "");
}

static bool row(struct world *w, const struct script_line *l)
{
	struct store_txn *t;
	struct book_record r = { 0 };
	int64_t number;
	enum err e;

	if (!script_number(w, l->args[0], 0, &number) || !(t = expect_open_snapshot(w)))
		return false;
	e = book_read(t, (uint64_t)number, &r);
	store_abort(&t);
	return expect_ok(w, e) && expect_same(w, "the alert of the row", r.id, l->args[1]) &&
	       expect_same(w, "the row", book_transition_name(r.transition), l->args[2]);
}

/* Rows of the log about the alert that are of this kind. */
static bool rows(struct world *w, const struct script_line *l)
{
	uint64_t last = aggregator_head(w->a).alert_number;
	struct store_txn *t = expect_open_snapshot(w);
	struct book_record r;
	int64_t count = 0;
	enum err e = ERR_OK;

	if (!t)
		return false;
	for (uint64_t n = 1; n <= last && e == ERR_OK; n++) {
		e = book_read(t, n, &r);
		count += e == ERR_OK && !strcmp(r.id, l->args[1]) &&
			 !strcmp(book_transition_name(r.transition), l->args[0]);
	}
	store_abort(&t);
	return expect_ok(w, e) && expect_same_number(w, "the number of rows", count, l->args[2]);
}

/* Of the newest row. */
static bool told(struct world *w, const struct script_line *l, bool expected)
{
	struct store_txn *t = expect_open_snapshot(w);
	struct book_record r = { 0 };
	uint64_t number;
	int64_t ms;
	enum err e;

	if (!t)
		return false;
	e = book_find(t, bytes_of_string(l->args[0]), &r, &number, &ms);
	store_abort(&t);
	return expect_ok(w, e) &&
	       (r.in_silence != expected || world_fault(w, "it is%s in a silence",
							r.in_silence ? "" : " not"));
}

static bool is_told(struct world *w, const struct script_line *l)
{
	return told(w, l, true);
}

static bool is_not_told(struct world *w, const struct script_line *l)
{
	return told(w, l, false);
}

const struct script_sentence care_sentences[] = {
	{ "$ acknowledges $ because $", acknowledges, "who has seen the alert" },
	{ "$ assigns $ to $ because $", assigns, "a unit, or a name" },
	{ "$ comments on $ that $", comments, "" },
	{ "$ silences $ until $ because $", silences, "to the end of a day, or to a time" },
	{ "$ silences every $ $ until $ because $", silences_all,
	  "open alert of this kind, unit or measure" },
	{ "$ lifts the silence of $ because $", lifts, "" },
	{ "$ lifts the silence of every $ $ because $", lifts_all, "as above" },
	{ "$ does $ and is warned $", is_warned, "an act, as JSON without its id; the code" },
	{ "$ tries $ and is refused $", tries, "an act, as JSON without its id; the code" },
	{ "$ can do nothing about $ because $", can_do_nothing,
	  "every act about the alert is refused with this code" },
	{ "expect $ acknowledged by $", acknowledged, "or by nobody" },
	{ "expect $ assigned to $", assigned, "or to nobody" },
	{ "expect $ silent until $", silent, "the first moment that is not" },
	{ "expect $ not silent", not_silent, "" },
	{ "expect $ told outward", is_told, "its newest step" },
	{ "expect $ not told outward", is_not_told, "because of a silence" },
	{ "expect row $ = $ $", row, "of the alert log: alert and step" },
	{ "expect rows $ of $ = $", rows, "how many rows of the log are this step of the alert" },
	{ NULL, NULL, NULL },
};
