/* SPDX-License-Identifier: MIT */
/* Rows of the ledger, and rows that wait for the office. */
#include "daemon/ctl/ctl.h"
#include "daemon/ctl/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIST_MAX 1000

static void put_heads(const struct ctl *c, struct table *t, const struct lang_text *heads, size_t n)
{
	for (size_t i = 0; i < n; i++)
		table_put(t, lang_pick(heads[i], c->lang));
}

/* "448:39" */
static void put_place(struct table *t, const json_t *row)
{
	char text[48];

	if (json_is_integer(json_object_get(row, "row")))
		snprintf(text, sizeof(text), "%lld:%lld", ctl_number(row, "position"),
			 ctl_number(row, "row"));
	else
		snprintf(text, sizeof(text), "%lld", ctl_number(row, "position"));
	table_put(t, text);
}

/* "448:39", "448-39" or "448". */
static bool read_place(const char *text, long long *position, long long *row)
{
	char *end;

	*row = 0;
	*position = strtoll(text, &end, 10);
	if (*position <= 0 || (*end != ':' && *end != '-' && *end != '\0'))
		return false;
	if (*end == '\0')
		return true;
	text = end + 1;
	*row = strtoll(text, &end, 10);
	return end != text && *end == '\0' && *row >= 0;
}

static int bad_place(const struct ctl *c, const char *text)
{
	return ctl_complain(c, CTL_USAGE,
			    (struct lang_text){ "位置写作 448:39（台账位置:行）：",
						"a place is 448:39 (ledger position:row): " },
			    text);
}

/* What stands now where a row is held: the caller's, in out; "" where nothing does. known: answers
 * about targets, by their ids. */
static const char *standing(struct ctl *c, json_t *known, const json_t *hold, char out[CTL_PLAIN])
{
	const char *target = ctl_string(hold, "target"), *unit = ctl_string(hold, "unit");
	json_t *answer = json_object_get(known, target), *one;
	size_t i;

	if (answer == NULL) {
		answer = ctl_get_one(c, "targets", target, "");
		if (answer == NULL || json_object_set_new(known, target, answer) != 0)
			return "";
	}
	json_array_foreach(json_object_get(answer, "units"), i, one)
		if (strcmp(ctl_string(one, "unit"), unit) == 0)
			return ctl_value(one, "value", ctl_string(answer, "kind"), out);
	return ctl_value(answer, "value", ctl_string(answer, "kind"), out); /* the city's */
}

static void put_hold(struct ctl *c, struct table *t, json_t *known, const json_t *hold)
{
	char received[CTL_TIME], now[CTL_PLAIN];

	put_place(t, hold);
	table_put(t, ctl_words(c, json_object_get(hold, "reporter"), "name"));
	table_put(t, ctl_string(hold, "target"));
	table_put(t, ctl_string(hold, "unit"));
	table_put(t, ctl_string(hold, "value"));
	table_put(t, standing(c, known, hold, now));
	table_put(t, ctl_string(hold, "as_of"));
	table_put(t, ctl_time(hold, "received", received));
	table_put(t, ctl_words(c, hold, "text"));
}

/* --- holds ------------------------------------------------------------------------------------ */

int ctl_hold_list(struct ctl *c)
{
	static const struct lang_text heads[] = { { "位置", "place" },	  { "上报", "reporter" },
						  { "指标", "target" },	  { "单位", "unit" },
						  { "所报值", "held" },	  { "现值", "now" },
						  { "截至", "as of" },	  { "收到", "received" },
						  { "原因", "why" } };
	json_t *answer = ctl_get(c, "/api/v1/holds"), *hold, *known;
	struct table *t;
	size_t i;

	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer)) {
		t = table_new("llllrrlll");
		known = json_object();
		put_heads(c, t, heads, sizeof(heads) / sizeof(heads[0]));
		json_array_foreach(json_object_get(answer, "holds"), i, hold)
			put_hold(c, t, known, hold);
		if (i > 0)
			table_print(t, stdout);
		else
			puts(ctl_pick(c, "没有等待核定的行", "no row waits"));
		json_decref(known);
		table_free(t);
	}
	json_decref(answer);
	return CTL_OK;
}

static int settle(struct ctl *c, const char *act)
{
	long long position, row;
	json_t *answer;

	if (!read_place(c->arguments[0], &position, &row))
		return bad_place(c, c->arguments[0]);
	answer = ctl_act(
		c, act,
		json_pack("{s:I, s:I}", "position", (json_int_t)position, "row", (json_int_t)row));
	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer)) {
		ctl_say(c, stdout, "已记入台账，位置 %lld\n", "done, ledger position %lld\n",
			ctl_number(answer, "position"));
		ctl_warn(c, answer);
	}
	json_decref(answer);
	return CTL_OK;
}

int ctl_hold_release(struct ctl *c)
{
	return settle(c, "hold.release");
}

int ctl_hold_reject(struct ctl *c)
{
	return settle(c, "hold.reject");
}

/* --- events ----------------------------------------------------------------------------------- */

static void put_event(const struct ctl *c, struct table *t, const json_t *e)
{
	const char *code = ctl_words(c, e, "text");
	char at[CTL_TIME], deed[CTL_DEED];

	put_place(t, e);
	table_put(t, ctl_time(e, "at", at));
	table_put(t, ctl_word(c, ctl_string(e, "entry")));
	table_put(t, ctl_words(c, json_object_get(e, "reporter"), "name"));
	table_put(t, ctl_string(e, "target"));
	table_put(t, ctl_string(e, "unit"));
	table_put(t, ctl_word(c, ctl_string(e, "kind")));
	table_put(t, ctl_string(e, "value"));
	table_put(t, ctl_string(e, "as_of"));
	table_put(t, ctl_word(c, ctl_string(e, "verdict")));
	table_put(t, code[0] ? code : ctl_deed(c, e, deed));
}

static void print_events(const struct ctl *c, const json_t *events)
{
	static const struct lang_text heads[] = { { "位置", "place" },	{ "时间", "at" },
						  { "条目", "entry" },	{ "上报", "reporter" },
						  { "指标", "target" }, { "单位", "unit" },
						  { "类型", "kind" },	{ "值", "value" },
						  { "截至", "as of" },	{ "结果", "verdict" },
						  { "说明", "what" } };
	struct table *t = table_new("lllllllrlll");
	json_t *event;
	size_t i;

	put_heads(c, t, heads, sizeof(heads) / sizeof(heads[0]));
	json_array_foreach(events, i, event) put_event(c, t, event);
	if (i > 0)
		table_print(t, stdout);
	else
		puts(ctl_pick(c, "没有", "none"));
	table_free(t);
}

/* How to see the others. */
static void print_more(const struct ctl *c, const json_t *answer, size_t max)
{
	const json_t *events = json_object_get(answer, "events");
	const char *next = ctl_string(answer, "next");
	long long first = ctl_number(json_array_get(events, 0), "position");

	if (ctl_option(c, "from") == NULL && first > 1 && json_array_size(events) == max)
		ctl_say(c, stdout,
			"以上是最新的 %zu 条；更早的用 --from 位置，或加大 --limit\n",
			"The newest %zu; for older ones say --from POSITION, or a higher --limit\n",
			json_array_size(events));
	else if (next[0] != '\0')
		ctl_say(c, stdout, "还有；接着看：--from %.*s:%s\n", "More: --from %.*s:%s\n",
			(int)strcspn(next, "-"), next, next + strcspn(next, "-") + 1);
}

/* Days that began and links that came and went say nothing of what was reported or done. */
static bool is_told(const struct ctl *c, const json_t *event)
{
	const char *entry = ctl_string(event, "entry");

	return ctl_option(c, "all") != NULL ||
	       (strcmp(entry, "tick") != 0 && strcmp(entry, "link") != 0);
}

static void leave_out(const struct ctl *c, json_t *answer)
{
	json_t *events = json_object_get(answer, "events");

	for (size_t i = json_array_size(events); i-- > 0;)
		if (!is_told(c, json_array_get(events, i)))
			json_array_remove(events, i);
}

/* A page from --from on. */
static json_t *page_from(struct ctl *c, long long position, long long row)
{
	static const char *const options[] = { "target",  "unit",  "reporter",
					       "verdict", "limit", NULL };
	char path[100];

	snprintf(path, sizeof(path), "/api/v1/events?cursor=%lld-%lld", position, row);
	return ctl_list(c, path, "events", options, 1);
}

/* At most --limit, 100 where it is not said: the newest, or those from --from on. */
int ctl_event_list(struct ctl *c)
{
	static const char *const filters[] = { "target", "unit", "reporter", "verdict", NULL };
	const char *from = ctl_option(c, "from");
	long long position = 1, row = 0;
	json_t *answer;
	size_t max;

	if (from != NULL && !read_place(from, &position, &row))
		return bad_place(c, from);
	if (!ctl_count(c, "limit", 100, LIST_MAX, &max))
		return CTL_USAGE;
	answer = from ? page_from(c, position, row) :
			ctl_newest(c, "/api/v1/events", "events", filters, max, is_told);
	if (answer == NULL)
		return CTL_FAILED;
	leave_out(c, answer);
	if (!ctl_printed(c, answer)) {
		print_events(c, json_object_get(answer, "events"));
		print_more(c, answer, max);
	}
	json_decref(answer);
	return CTL_OK;
}

static void print_member(const json_t *value)
{
	char *text = json_is_string(value) ? NULL : json_dumps(value, JSON_ENCODE_ANY);

	printf("%s\n", text ? text : json_string_value(value));
	free(text);
}

/* A member in words: {"zh", "en"}, a unit with its name, or as it is. */
static void print_named(const struct ctl *c, const char *key, const json_t *value)
{
	const json_t *name = json_object_get(value, "name") ? json_object_get(value, "name") : value;
	const char *text = ctl_string(name, c->lang == LANG_ZH ? "zh" : "en");
	bool word = strcmp(key, "kind") == 0 || strcmp(key, "verdict") == 0 ||
		    strcmp(key, "entry") == 0;

	if (json_is_null(value))
		return;
	ctl_put_label(c, key, 20);
	if (text[0] != '\0')
		puts(text);
	else if (word)
		puts(ctl_word(c, json_string_value(value) ? json_string_value(value) : ""));
	else
		print_member(value);
}

/* The rows of an entry: all of them, or how to see the next. */
static int show_entry(struct ctl *c, long long position)
{
	char path[120];
	json_t *answer, *events;
	size_t last;

	snprintf(path, sizeof(path), "/api/v1/events?from=%lld&limit=%d", position, LIST_MAX);
	answer = ctl_get(c, path);
	if (answer == NULL)
		return CTL_FAILED;
	events = json_object_get(answer, "events");
	last = json_array_size(events);
	while (last > 0 &&
	       ctl_number(json_array_get(events, last - 1), "position") != position)
		json_array_remove(events, --last);
	if (!ctl_printed(c, answer)) {
		char next[32];

		print_events(c, events);
		snprintf(next, sizeof(next), "%lld-", position);
		if (strncmp(ctl_string(answer, "next"), next, strlen(next)) == 0)
			ctl_say(c, stdout, "还有；接着看：minshengctl event list --from %lld:%s\n",
				"More: minshengctl event list --from %lld:%s\n", position,
				ctl_string(answer, "next") + strlen(next));
	}
	json_decref(answer);
	return CTL_OK;
}

int ctl_event_show(struct ctl *c)
{
	long long position, row;
	char path[100], deed[CTL_DEED];
	json_t *answer, *value, *event;
	const char *key;

	if (!read_place(c->arguments[0], &position, &row))
		return bad_place(c, c->arguments[0]);
	snprintf(path, sizeof(path), "/api/v1/events/%lld/%lld", position, row);
	answer = ctl_get(c, path);
	if (answer == NULL)
		return CTL_FAILED;
	if (ctl_number(answer, "rows") > 1 && strpbrk(c->arguments[0], ":-") == NULL) {
		json_decref(answer);
		return show_entry(c, position);
	}
	event = json_object_get(answer, "event");
	if (!ctl_printed(c, answer)) {
		json_object_foreach(event, key, value) print_named(c, key, value);
		if (ctl_deed(c, event, deed)[0] != '\0')
			printf("\n%s\n", deed);
	}
	json_decref(answer);
	return CTL_OK;
}
