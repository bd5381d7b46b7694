/* SPDX-License-Identifier: MIT */
/* Reports of a month: what came, and what lead and office say of it. */
#include "daemon/ctl/ctl.h"
#include "daemon/ctl/table.h"

#include <stdio.h>
#include <string.h>

#define LIST_MAX 5000

/* The words of reports and reviews; others of the API have the same names and another sense. */
static const char *state_word(const struct ctl *c, const char *state)
{
	/* clang-format off */
	static const struct {
		const char *state;
		struct lang_text text;
	} words[] = {
		{ "not-due", { "未到期", "not due" } }, { "due", { "待报", "due" } },
		{ "on-time", { "按时", "on time" } }, { "late", { "迟报", "late" } },
		{ "missing", { "未报", "missing" } },
		{ "locked-missing", { "发布时未报", "missing at publication" } },
		{ "none", { "—", "—" } }, { "submitted", { "未确认", "unconfirmed" } },
		{ "confirmed", { "已确认", "confirmed" } }, { "verified", { "已核验", "verified" } },
		{ "returned", { "已退回", "returned" } },
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i].state, state) == 0)
			return lang_pick(words[i].text, c->lang);
	return state;
}

static void put_heading(const struct ctl *c, struct table *t)
{
	table_put(t, ctl_pick(c, "事项", "item"));
	table_put(t, ctl_pick(c, "指标", "target"));
	table_put(t, ctl_pick(c, "单位", "unit"));
	table_put(t, ctl_pick(c, "数值", "value"));
	table_put(t, ctl_pick(c, "报送", "report"));
	table_put(t, ctl_pick(c, "期限", "due"));
	table_put(t, ctl_pick(c, "审核", "review"));
	table_put(t, ctl_pick(c, "备注", "marks"));
}

/* What else is to be known of a cell. */
static void put_marks(const struct ctl *c, struct table *t, const json_t *r)
{
	const json_t *review = json_object_get(r, "review");
	char marks[300];

	snprintf(marks, sizeof(marks), "%s%s%s%s%.200s",
		 json_is_true(json_object_get(r, "extended")) ? ctl_pick(c, "延期 ", "extended ") : "",
		 json_is_true(json_object_get(r, "objected")) ? ctl_pick(c, "有异议 ", "objected ") : "",
		 json_is_true(json_object_get(r, "restated")) ? ctl_pick(c, "发布后更正 ", "restated ") :
								"",
		 ctl_string(review, "taken_back")[0] ? ctl_pick(c, "重报 ", "new figure ") : "",
		 ctl_string(review, "why"));
	table_put(t, marks);
}

static void put_report(const struct ctl *c, struct table *t, const json_t *r)
{
	table_put(t, ctl_string(r, "item"));
	table_put(t, ctl_string(r, "target"));
	table_put(t, ctl_words(c, json_object_get(r, "unit"), "name"));
	table_put(t, ctl_string(r, "value"));
	table_put(t, state_word(c, ctl_string(r, "state")));
	table_put(t, ctl_string(r, "due"));
	table_put(t, state_word(c, ctl_string(json_object_get(r, "review"), "state")));
	put_marks(c, t, r);
}

static int print_all(const struct ctl *c, const json_t *answer)
{
	struct table *t = table_new("lllrllll");
	json_t *r;
	size_t i;
	int status;

	put_heading(c, t);
	json_array_foreach(json_object_get(answer, "reports"), i, r) put_report(c, t, r);
	ctl_say(c, stdout, "%.7s：%lld 项\n", "%.7s: %lld reports\n", ctl_string(answer, "period"),
		ctl_number(answer, "count"));
	table_print(t, stdout);
	status = table_error(t) == ERR_OK ? CTL_OK : CTL_FAILED;
	table_free(t);
	return status;
}

int ctl_report_list(struct ctl *c)
{
	static const char *const options[] = { "period", "unit", "item", "state", NULL };
	json_t *answer = ctl_list(c, "/api/v1/reports", "reports", options, LIST_MAX);
	int status = CTL_OK;

	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer))
		status = print_all(c, answer);
	json_decref(answer);
	return status;
}

/* --- acts ------------------------------------------------------------------------------------- */

static int tell_done(struct ctl *c, json_t *answer)
{
	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer)) {
		if (json_object_get(answer, "done") != NULL)
			ctl_say(c, stdout, "已处理 %lld 项；跳过 %lld 项，未报 %lld 项\n",
				"done: %lld; passed over: %lld, not reported: %lld\n",
				ctl_number(answer, "done"), ctl_number(answer, "skipped"),
				ctl_number(answer, "missing"));
		else
			puts(ctl_pick(c, "已记入台账", "in the ledger"));
	}
	json_decref(answer);
	return CTL_OK;
}

static int act(struct ctl *c, const char *name)
{
	return tell_done(c, ctl_act(c, name,
				    json_pack("{s:s*, s:s*, s:s*, s:s*, s:s*, s:s*}", "period",
					      ctl_option(c, "period"), "lead",
					      ctl_option(c, "lead"), "item", ctl_option(c, "item"),
					      "measure", ctl_option(c, "target"), "unit",
					      ctl_option(c, "unit"), "until",
					      ctl_option(c, "until"))));
}

int ctl_report_confirm(struct ctl *c)
{
	return act(c, "report.confirm");
}

int ctl_report_verify(struct ctl *c)
{
	return act(c, "report.verify");
}

int ctl_report_return(struct ctl *c)
{
	return act(c, "report.return");
}

int ctl_report_object(struct ctl *c)
{
	return act(c, "report.object");
}

int ctl_report_answer(struct ctl *c)
{
	return act(c, "report.answer");
}

int ctl_report_extend(struct ctl *c)
{
	return act(c, "report.extend");
}
