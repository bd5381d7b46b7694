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

static int bad_place(const struct ctl *c)
{
	return ctl_complain(c, CTL_USAGE,
			    (struct lang_text){ "位置写作 448:39（台账位置:行）：",
						"a place is 448:39 (ledger position:row): " },
			    c->arguments[0]);
}

/* --- holds ------------------------------------------------------------------------------------ */

int ctl_hold_list(struct ctl *c)
{
	static const struct lang_text heads[] = { { "位置", "place" },	  { "上报", "reporter" },
						  { "指标", "target" },	  { "单位", "unit" },
						  { "值", "value" },	  { "截至", "as of" },
						  { "收到", "received" }, { "原因", "why" } };
	json_t *answer = ctl_get(c, "/api/v1/holds"), *hold;
	char received[CTL_TIME];
	struct table *t;
	size_t i;

	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer)) {
		t = table_new("llllrlll");
		put_heads(c, t, heads, sizeof(heads) / sizeof(heads[0]));
		json_array_foreach(json_object_get(answer, "holds"), i, hold)
		{
			put_place(t, hold);
			table_put(t, ctl_words(c, json_object_get(hold, "reporter"), "name"));
			table_put(t, ctl_string(hold, "target"));
			table_put(t, ctl_string(hold, "unit"));
			table_put(t, ctl_string(hold, "value"));
			table_put(t, ctl_string(hold, "as_of"));
			table_put(t, ctl_time(hold, "received", received));
			table_put(t, ctl_words(c, hold, "text"));
		}
		table_print(t, stdout);
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
		return bad_place(c);
	if (ctl_option(c, "why") == NULL)
		return ctl_complain(c, CTL_USAGE,
				    (struct lang_text){ "请用 --why 写明原因", "say --why" }, NULL);
	answer = ctl_act(
		c, act,
		json_pack("{s:I, s:I}", "position", (json_int_t)position, "row", (json_int_t)row));
	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer))
		ctl_say(c, stdout, "已记入台账，位置 %lld\n", "done, ledger position %lld\n",
			ctl_number(answer, "position"));
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
	char at[CTL_TIME];

	put_place(t, e);
	table_put(t, ctl_time(e, "at", at));
	table_put(t, ctl_string(e, "entry"));
	table_put(t, ctl_words(c, json_object_get(e, "reporter"), "name"));
	table_put(t, ctl_string(e, "target"));
	table_put(t, ctl_string(e, "unit"));
	table_put(t, ctl_string(e, "kind"));
	table_put(t, ctl_string(e, "value"));
	table_put(t, ctl_string(e, "as_of"));
	table_put(t, ctl_string(e, "verdict"));
	table_put(t, ctl_string(e, "code"));
}

/* At most --limit, 100 where it is not said; more pages are read where it is more than one holds. */
int ctl_event_list(struct ctl *c)
{
	static const struct lang_text heads[] = { { "位置", "place" },	{ "时间", "at" },
						  { "条目", "entry" },	{ "上报", "reporter" },
						  { "指标", "target" }, { "单位", "unit" },
						  { "类型", "kind" },	{ "值", "value" },
						  { "截至", "as of" },	{ "结果", "verdict" },
						  { "原因", "code" } };
	static const char *const options[] = { "target", "unit",  "reporter", "verdict",
					       "from",	 "limit", NULL };
	const char *limit = ctl_option(c, "limit");
	long long max = limit ? strtoll(limit, NULL, 10) : 100;
	json_t *answer = ctl_list(c, "/api/v1/events", "events", options,
				  max > 0 && max < LIST_MAX ? (size_t)max : LIST_MAX);
	json_t *event;
	struct table *t;
	size_t i;

	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer)) {
		t = table_new("lllllllrlll");
		put_heads(c, t, heads, sizeof(heads) / sizeof(heads[0]));
		json_array_foreach(json_object_get(answer, "events"), i, event)
			put_event(c, t, event);
		table_print(t, stdout);
		table_free(t);
	}
	json_decref(answer);
	return CTL_OK;
}

static void print_member(const char *key, const json_t *value)
{
	char *text = json_is_string(value) ? NULL : json_dumps(value, JSON_ENCODE_ANY);

	if (!json_is_null(value))
		printf("%-20s %s\n", key, text ? text : json_string_value(value));
	free(text);
}

int ctl_event_show(struct ctl *c)
{
	long long position, row;
	char path[100];
	json_t *answer, *value;
	const char *key;

	if (!read_place(c->arguments[0], &position, &row))
		return bad_place(c);
	snprintf(path, sizeof(path), "/api/v1/events/%lld/%lld", position, row);
	answer = ctl_get(c, path);
	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer)) {
		json_object_foreach(json_object_get(answer, "event"), key, value)
			print_member(key, value);
	}
	json_decref(answer);
	return CTL_OK;
}
