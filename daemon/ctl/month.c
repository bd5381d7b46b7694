/* SPDX-License-Identifier: MIT */
/* The months of the office: where each stands, who is behind, and publishing one. */
#include "daemon/ctl/ctl.h"
#include "daemon/ctl/table.h"

#include <stdio.h>
#include <string.h>

#define CELL 48

static const char *state_word(const struct ctl *c, const char *state)
{
	/* clang-format off */
	static const struct {
		const char *state;
		struct lang_text text;
	} words[] = {
		{ "outside", { "台账之前，不要求报送", "before the ledger, not asked for" } },
		{ "running", { "进行中", "running" } }, { "reporting", { "报送期", "reports due" } },
		{ "confirming", { "确认期", "leads confirm" } },
		{ "objecting", { "异议期", "objections" } },
		{ "ready", { "待发布", "to be published" } },
		{ "published", { "已发布", "published" } },
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i].state, state) == 0)
			return lang_pick(words[i].text, c->lang);
	return state;
}

/* The columns that months, units and leads share; five of them. */
static void put_counts(struct table *t, const json_t *tally)
{
	char text[CELL];

	snprintf(text, sizeof(text), "%lld/%lld",
		 ctl_number(tally, "on_time") + ctl_number(tally, "late"),
		 ctl_number(tally, "expected"));
	table_put(t, text);
	snprintf(text, sizeof(text), "%lld", ctl_number(tally, "late"));
	table_put(t, text);
	snprintf(text, sizeof(text), "%lld", ctl_number(tally, "missing"));
	table_put(t, text);
	snprintf(text, sizeof(text), "%lld",
		 ctl_number(tally, "confirmed") + ctl_number(tally, "verified"));
	table_put(t, text);
	snprintf(text, sizeof(text), "%lld", ctl_number(tally, "returned"));
	table_put(t, text);
}

static void put_count_heading(const struct ctl *c, struct table *t)
{
	table_put(t, ctl_pick(c, "已报/应报", "came/owed"));
	table_put(t, ctl_pick(c, "迟报", "late"));
	table_put(t, ctl_pick(c, "未报", "missing"));
	table_put(t, ctl_pick(c, "已确认", "confirmed"));
	table_put(t, ctl_pick(c, "退回", "returned"));
}

static int end_table(struct table *t)
{
	int status;

	table_print(t, stdout);
	status = table_error(t) == ERR_OK ? CTL_OK : CTL_FAILED;
	table_free(t);
	return status;
}

/* --- list ------------------------------------------------------------------------------------- */

static void put_month(const struct ctl *c, struct table *t, const json_t *m)
{
	const json_t *publication = json_object_get(m, "publication");

	table_put(t, ctl_string(m, "month"));
	table_put(t, state_word(c, ctl_string(m, "state")));
	table_put(t, ctl_string(m, "due"));
	table_put(t, ctl_string(m, "confirm"));
	table_put(t, ctl_string(m, "object"));
	put_counts(t, json_object_get(m, "reports"));
	table_put(t, json_is_null(publication) ? "" : ctl_string(publication, "document"));
}

static int print_months(const struct ctl *c, const json_t *answer)
{
	struct table *t = table_new("lllllrrrrrl");
	json_t *m;
	size_t i;
	bool beyond = false;

	table_put(t, ctl_pick(c, "月份", "month"));
	table_put(t, ctl_pick(c, "状态", "state"));
	table_put(t, ctl_pick(c, "报送至", "due"));
	table_put(t, ctl_pick(c, "确认至", "confirm by"));
	table_put(t, ctl_pick(c, "异议至", "object by"));
	put_count_heading(c, t);
	table_put(t, ctl_pick(c, "发布文号", "document"));
	json_array_foreach(json_object_get(answer, "months"), i, m)
	{
		put_month(c, t, m);
		beyond |= json_is_true(json_object_get(m, "beyond_calendar"));
	}
	if (beyond)
		ctl_say(c, stderr, "工作日历只到 %s，之后的期限只按周末推算，请补充目录\n",
			"the calendar ends on %s: later days allow for weekends alone; add to the "
			"catalogue\n",
			ctl_string(answer, "calendar_to"));
	return end_table(t);
}

int ctl_month_list(struct ctl *c)
{
	json_t *answer = ctl_get(c, "/api/v1/months");
	int status = CTL_OK;

	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer))
		status = print_months(c, answer);
	json_decref(answer);
	return status;
}

/* --- one -------------------------------------------------------------------------------------- */

static void print_head(const struct ctl *c, const json_t *m)
{
	const json_t *tally = json_object_get(m, "reports");
	const json_t *p = json_object_get(m, "publication");
	const char *of_received = ctl_string(tally, "on_time_of_received");
	char at[CTL_TIME];

	ctl_say(c, stdout, "%s　%s　报送至%s，确认至%s，异议至%s\n",
		"%s  %s  due %s, confirm by %s, object by %s\n", ctl_string(m, "month"),
		state_word(c, ctl_string(m, "state")), ctl_string(m, "due"),
		ctl_string(m, "confirm"), ctl_string(m, "object"));
	ctl_say(c, stdout, "完整率 %s %%，及时率 %s %%，已报中按时 %s%s\n",
		"completeness %s %%, timeliness %s %%, on time of received %s%s\n",
		ctl_string(tally, "completeness"), ctl_string(tally, "timeliness"),
		*of_received ? of_received : "-",
		*of_received ? " %" : "");
	if (json_is_null(p))
		return;
	ctl_say(c, stdout, "发布：%s %s《%s》，台账位置 %lld\n",
		"published: %s %s \"%s\", at %lld in the ledger\n", ctl_time(p, "at", at),
		ctl_string(p, "by"), ctl_string(p, "document"), ctl_number(p, "position"));
	if (ctl_string(p, "despite")[0])
		ctl_say(c, stdout, "　提前或带异议发布：%s（待答复异议 %lld 条）\n",
			"  despite: %s (open objections: %lld)\n", ctl_string(p, "despite"),
			ctl_number(p, "open_objections"));
}

static void put_row(const struct ctl *c, struct table *t, const json_t *row)
{
	bool leads = json_is_true(json_object_get(row, "leads"));
	const json_t *tally = json_object_get(row, leads ? "items" : "owed");

	table_put(t, ctl_words(c, json_object_get(row, "unit"), "name"));
	table_put(t, leads ? ctl_pick(c, "牵头", "lead") : ctl_pick(c, "填报", "reports"));
	put_counts(t, tally);
	table_put(t, json_is_true(json_object_get(row, "unconfirmed")) ?
			     ctl_pick(c, "逾期未确认", "not confirmed") :
			     "");
}

static int print_rows(const struct ctl *c, const json_t *answer)
{
	struct table *t = table_new("llrrrrrl");
	json_t *row;
	size_t i;

	table_put(t, ctl_pick(c, "单位", "unit"));
	table_put(t, ctl_pick(c, "角色", "role"));
	put_count_heading(c, t);
	table_put(t, ctl_pick(c, "备注", "marks"));
	json_array_foreach(json_object_get(answer, "units"), i, row) put_row(c, t, row);
	return end_table(t);
}

/* What the id is called in a list of the API; the id where the list has it not. */
static const char *name_in(const struct ctl *c, const json_t *answer, const char *list,
			   const char *id)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(answer, list), i, one)
		if (strcmp(ctl_string(one, "id"), id) == 0)
			return ctl_words(c, one, "name");
	return id;
}

static void print_extensions(const struct ctl *c, const json_t *answer, const json_t *targets,
			     const json_t *units)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(answer, "extensions"), i, one)
		ctl_say(c, stdout, "延期：%s %s%s 至%s：%s\n", "extension: %s %s%s until %s: %s\n",
			json_is_null(json_object_get(one, "unit")) ?
				ctl_pick(c, "全部单位", "all") :
				name_in(c, units, "units", ctl_string(one, "unit")),
			ctl_string(one, "item"),
			name_in(c, targets, "targets", ctl_string(one, "target")),
			ctl_string(one, "until"), ctl_string(one, "why"));
}

static void print_lists(struct ctl *c, const json_t *answer)
{
	json_t *targets = ctl_get_quietly(c, "/api/v1/targets");
	json_t *units = ctl_get_quietly(c, "/api/v1/units"), *one;
	size_t i;

	json_array_foreach(json_object_get(answer, "objections"), i, one)
		ctl_say(c, stdout, "异议：%s %s：%s%s%s\n", "objection: %s %s: %s%s%s\n",
			name_in(c, targets, "targets", ctl_string(one, "target")),
			ctl_words(c, json_object_get(one, "unit"), "name"),
			ctl_string(one, "why"), ctl_string(one, "answer")[0] ? " → " : "",
			ctl_string(one, "answer"));
	print_extensions(c, answer, targets, units);
	json_array_foreach(json_object_get(answer, "restated"), i, one)
		ctl_say(c, stdout, "更正：%s %s：发布时%s，现为%s\n",
			"restated: %s %s: was %s when published, now %s\n",
			name_in(c, targets, "targets", ctl_string(one, "target")),
			ctl_words(c, json_object_get(one, "unit"), "name"),
			ctl_light(c, ctl_string(one, "published")),
			ctl_light(c, ctl_string(one, "now")));
	json_decref(targets);
	json_decref(units);
}

static bool is_month(const char *text)
{
	return strlen(text) == 7 && strspn(text, "0123456789-") == 7;
}

static int complain_month(const struct ctl *c, const char *text)
{
	return ctl_complain(c, CTL_USAGE,
			    (struct lang_text){ "月份请写成 2022-06，而不是：",
						"write a month as 2022-06, not: " },
			    text);
}

int ctl_month_show(struct ctl *c)
{
	char path[64];
	json_t *answer;
	int status = CTL_OK;

	if (!is_month(c->arguments[0]))
		return complain_month(c, c->arguments[0]);
	snprintf(path, sizeof(path), "/api/v1/months/%s", c->arguments[0]);
	answer = ctl_get(c, path);
	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer)) {
		print_head(c, answer);
		status = print_rows(c, answer);
		print_lists(c, answer);
	}
	json_decref(answer);
	return status;
}

/* --- publishing ------------------------------------------------------------------------------- */

/* What the published month lacks; it blocks nothing. */
static void warn_lacking(struct ctl *c, const char *month)
{
	char path[64];
	json_t *answer;
	const json_t *tally;
	long long missing, open;

	snprintf(path, sizeof(path), "/api/v1/months/%s", month);
	answer = ctl_get_quietly(c, path);
	tally = json_object_get(answer, "reports");
	missing = ctl_number(tally, "missing");
	open = ctl_number(tally, "on_time") + ctl_number(tally, "late") -
	       ctl_number(tally, "confirmed") - ctl_number(tally, "verified");
	if (missing > 0)
		ctl_say(c, stdout, "注意：未报的数据 %lld 项\n", "note: figures missing: %lld\n",
			missing);
	if (open > 0)
		ctl_say(c, stdout, "注意：未经确认的数据 %lld 项\n",
			"note: figures not confirmed: %lld\n", open);
	json_decref(answer);
}

int ctl_publish(struct ctl *c)
{
	json_t *answer;

	if (!is_month(c->arguments[0]))
		return complain_month(c, c->arguments[0]);
	answer = ctl_act(c, "month.publish",
			 json_pack("{s:s, s:s*, s:s*}", "period", c->arguments[0], "document",
				   ctl_option(c, "document"), "despite", ctl_option(c, "despite")));
	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer)) {
		ctl_say(c, stdout, "%s 已发布，台账位置 %lld，链值 %.16s…\n",
			"%s is published, at %lld in the ledger, chain %.16s...\n", c->arguments[0],
			ctl_number(answer, "position"), ctl_string(answer, "chain"));
		warn_lacking(c, c->arguments[0]);
	}
	json_decref(answer);
	return CTL_OK;
}
