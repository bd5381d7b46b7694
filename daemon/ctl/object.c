/* SPDX-License-Identifier: MIT */
/* Places and things that are counted by their ids. */
#include "daemon/ctl/ctl.h"
#include "daemon/ctl/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

#define LIST_MAX 20000

/* --- lists ------------------------------------------------------------------------------------- */

static const char *name_of(const struct ctl *c, const json_t *object)
{
	return json_is_object(json_object_get(object, "name")) ? ctl_words(c, object, "name") : "";
}

static const char *unit_of(const struct ctl *c, const json_t *object, const char *key)
{
	const json_t *unit = json_object_get(object, key);

	return json_is_object(unit) ? ctl_words(c, unit, "name") : "";
}

/* Who counts it: "鱼台县 2022-06-30、任城区 2022-05-31". */
static const char *claims_of(const struct ctl *c, const json_t *object, struct buf *out)
{
	const json_t *claim;
	size_t i;

	buf_clear(out);
	json_array_foreach(json_object_get(object, "claims"), i, claim)
		buf_printf(out, "%s%s %s", i ? ctl_pick(c, "、", ", ") : "",
			   unit_of(c, claim, "unit"), ctl_string(claim, "as_of"));
	return buf_cstring(out);
}

static void put_object(const struct ctl *c, struct table *t, const json_t *object,
		       struct buf *scratch)
{
	table_put(t, ctl_string(object, "id"));
	table_put(t, name_of(c, object));
	table_put(t, unit_of(c, object, "unit"));
	table_put(t, ctl_words(c, object, "state_word"));
	table_put(t, claims_of(c, object, scratch));
	table_put(t, ctl_words(c, object, "check_word"));
}

static int print_objects(const struct ctl *c, const json_t *answer)
{
	struct table *t = table_new("llllll");
	struct buf scratch = { 0 };
	const json_t *object;
	size_t i;
	int status;

	table_put(t, ctl_pick(c, "编号", "id"));
	table_put(t, ctl_pick(c, "名称", "name"));
	table_put(t, ctl_pick(c, "所在单位", "lies in"));
	table_put(t, ctl_pick(c, "状态", "state"));
	table_put(t, ctl_pick(c, "计入单位和日期", "counted by, as of"));
	table_put(t, ctl_pick(c, "验收", "check"));
	json_array_foreach(json_object_get(answer, "objects"), i, object)
		put_object(c, t, object, &scratch);
	if (i == 0)
		puts(ctl_pick(c, "没有", "none"));
	else
		table_print(t, stdout);
	status = table_error(t) == ERR_OK && buf_error(&scratch) == ERR_OK ? CTL_OK : CTL_FAILED;
	table_free(t);
	buf_free(&scratch);
	return status;
}

static void print_summary(const struct ctl *c, const json_t *s)
{
	ctl_say(c, stdout, "计入 %lld 个，其中重复申报 %lld 个；期初 %lld 个",
		"%lld counted, %lld of them by several units; %lld stood before",
		ctl_number(s, "counted"), ctl_number(s, "doubled"), ctl_number(s, "base"));
	if (ctl_number(s, "listed") > 0)
		ctl_say(c, stdout, "；覆盖 %lld/%lld（%s%%），未覆盖 %lld 个",
			"; %lld/%lld covered (%s %%), %lld missing", ctl_number(s, "covered"),
			ctl_number(s, "listed"), ctl_string(s, "coverage_percent"),
			ctl_number(s, "missing"));
	if (ctl_number(s, "checklist") > 0)
		ctl_say(c, stdout, "；验收通过 %lld 个，缺验收 %lld 个",
			"; %lld accepted, %lld lack a checklist", ctl_number(s, "accepted"),
			ctl_number(s, "lacking"));
	if (json_is_true(json_object_get(s, "invented")))
		fputs(ctl_pick(c, "；名单为虚构", "; the list is invented"), stdout);
	putchar('\n');
}

/* state: NULL where the command has an option for it. */
static int list(struct ctl *c, const char *state)
{
	static const char *const options[] = { "state", "unit", "valid-at", "known-at", NULL };
	struct buf path = { 0 };
	json_t *answer = NULL;
	int status = CTL_FAILED;

	buf_put_string(&path, "/api/v1/objects?target=");
	ctl_put_encoded(&path, c->arguments[0]);
	if (state)
		buf_printf(&path, "&state=%s", state);
	if (buf_error(&path) == ERR_OK)
		answer = ctl_list(c, buf_cstring(&path), "objects", options, LIST_MAX);
	buf_free(&path);
	if (answer == NULL)
		return CTL_FAILED;
	if (ctl_printed(c, answer)) {
		status = CTL_OK;
	} else {
		status = print_objects(c, answer);
		print_summary(c, json_object_get(answer, "summary"));
	}
	json_decref(answer);
	return status;
}

int ctl_object_list(struct ctl *c)
{
	return list(c, NULL);
}

int ctl_object_missing(struct ctl *c)
{
	return list(c, "missing");
}

int ctl_object_double(struct ctl *c)
{
	return list(c, "doubled");
}

/* --- one of them ------------------------------------------------------------------------------- */

static void print_rows(const struct ctl *c, const json_t *answer)
{
	const json_t *row;
	size_t i;

	puts(ctl_pick(c, "各行：", "rows:"));
	json_array_foreach(json_object_get(answer, "rows"), i, row)
		printf("  %lld:%lld  %s  %s  %s%s%s\n", ctl_number(row, "position"),
		       ctl_number(row, "row"), ctl_string(row, "as_of"), ctl_word(c, ctl_string(row, "kind")),
		       unit_of(c, row, "unit"),
		       json_is_true(json_object_get(row, "shadow")) ?
			       ctl_pick(c, "（参考数）", " (shadow)") : "",
		       json_is_true(json_object_get(row, "held")) ?
			       ctl_pick(c, "（待核）", " (on hold)") : "");
}

static void print_line(const struct ctl *c, const json_t *line)
{
	const char *value = ctl_string(line, "value");
	const json_t *holds = json_object_get(line, "holds");

	printf("  %s %-12s %s", json_is_true(holds)	 ? "✓" :
				json_is_false(holds) ? "✗" : "-",
	       ctl_string(line, "id"), ctl_words(c, line, "name"));
	if (json_is_string(json_object_get(line, "min")))
		printf(" ≥ %s", ctl_string(line, "min"));
	if (json_is_string(json_object_get(line, "max")))
		printf(" ≤ %s", ctl_string(line, "max"));
	printf(" %s%s%s%s\n", ctl_words(c, line, "uom"), value[0] ? ctl_pick(c, "：", ": ") : "",
	       value, json_is_true(json_object_get(line, "must")) ?
			      "" : ctl_pick(c, "（非必须）", " (not a must)"));
}

static void print_checklist(const struct ctl *c, const json_t *answer)
{
	const json_t *line, *check;
	size_t i;

	if (json_array_size(json_object_get(answer, "checklist")) == 0)
		return;
	puts(ctl_pick(c, "验收清单：", "checklist:"));
	json_array_foreach(json_object_get(answer, "checklist"), i, line) print_line(c, line);
	json_array_foreach(json_object_get(answer, "checks"), i, check)
		printf("  %lld. %s  %s  %s\n", ctl_number(check, "number"),
		       ctl_string(check, "date"), ctl_string(check, "by"),
		       ctl_string(check, "why"));
}

int ctl_object_show(struct ctl *c)
{
	struct buf path = { 0 }, claims = { 0 };
	json_t *answer = NULL, *object;

	buf_put_string(&path, "/api/v1/objects/");
	ctl_put_encoded(&path, c->arguments[0]);
	buf_put_string(&path, "/");
	ctl_put_encoded(&path, c->arguments[1]);
	if (buf_error(&path) == ERR_OK)
		answer = ctl_get(c, buf_cstring(&path));
	buf_free(&path);
	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer)) {
		object = json_object_get(answer, "object");
		printf("%s  %s  %s\n%s  %s  %s\n", ctl_string(object, "id"), name_of(c, object),
		       unit_of(c, object, "unit"), ctl_words(c, object, "state_word"),
		       claims_of(c, object, &claims), ctl_words(c, object, "check_word"));
		print_rows(c, answer);
		print_checklist(c, answer);
	}
	buf_free(&claims);
	json_decref(answer);
	return CTL_OK;
}

/* --- checking ---------------------------------------------------------------------------------- */

/* "area=72.5": yes and no are 是 and 否 too; anything else is a number, as text. */
static bool take_value(json_t *values, const char *text)
{
	const char *equals = strchr(text, '=');
	char id[80];
	json_t *value;

	if (!equals || equals == text || (size_t)(equals - text) >= sizeof(id))
		return false;
	snprintf(id, sizeof(id), "%.*s", (int)(equals - text), text);
	equals++;
	if (!strcmp(equals, "yes") || !strcmp(equals, "是") || !strcmp(equals, "true"))
		value = json_true();
	else if (!strcmp(equals, "no") || !strcmp(equals, "否") || !strcmp(equals, "false"))
		value = json_false();
	else
		value = json_string(equals);
	return json_object_set_new(values, id, value) == 0;
}

int ctl_object_check(struct ctl *c)
{
	json_t *values = json_object(), *answer;

	for (size_t i = 2; values && i < (size_t)c->count; i++)
		if (!take_value(values, c->arguments[i])) {
			json_decref(values);
			return ctl_complain(c, CTL_USAGE,
					    (struct lang_text){ "请写成 编号=值，而不是：",
								"write ID=VALUE, not: " },
					    c->arguments[i]);
		}
	answer = ctl_act(c, "object.check",
			 json_pack("{s:s, s:s, s:o, s:s*, s:s*}", "measure", c->arguments[0],
				   "object", c->arguments[1], "values", values, "date",
				   ctl_option(c, "date"), "unit", ctl_option(c, "unit")));
	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer))
		ctl_say(c, stdout, "已记入台账：%s\n", "in the ledger: %s\n",
			ctl_word(c, ctl_string(answer, "state")));
	json_decref(answer);
	return CTL_OK;
}
