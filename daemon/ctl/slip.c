/* SPDX-License-Identifier: MIT */
/* minshengctl slip: reminders, supervision slips, interviews. */
#include "daemon/ctl/ctl.h"
#include "daemon/ctl/table.h"

#include <stdlib.h>
#include <string.h>

#define LIST_MAX 5000

/* --- looking ---------------------------------------------------------------------------------- */

static void put_heading(const struct ctl *c, struct table *t)
{
	table_put(t, ctl_pick(c, "编号", "id"));
	table_put(t, ctl_pick(c, "类别", "what"));
	table_put(t, ctl_pick(c, "状态", "state"));
	table_put(t, ctl_pick(c, "责任单位", "unit"));
	table_put(t, ctl_pick(c, "时限", "deadline"));
	table_put(t, ctl_pick(c, "文号", "number"));
	table_put(t, ctl_pick(c, "事项", "about"));
}

static void put_row(const struct ctl *c, struct table *t, const json_t *slip)
{
	char deadline[32];

	snprintf(deadline, sizeof(deadline), "%s%s", ctl_string(slip, "deadline"),
		 json_is_true(json_object_get(slip, "overdue")) ? ctl_pick(c, " 逾期", " overdue") :
								  "");
	table_put(t, ctl_string(slip, "id"));
	table_put(t, ctl_words(c, slip, "rung_word"));
	table_put(t, ctl_words(c, slip, "state_word"));
	table_put(t, ctl_words(c, json_object_get(slip, "unit"), "name"));
	table_put(t, deadline);
	table_put(t, ctl_string(slip, "number"));
	table_put(t, ctl_words(c, slip, "about"));
}

static int print_list(const struct ctl *c, const json_t *answer)
{
	struct table *t = table_new("lllllll");
	json_t *slip;
	size_t i;
	int status = CTL_OK;

	put_heading(c, t);
	json_array_foreach(json_object_get(answer, "slips"), i, slip) put_row(c, t, slip);
	if (t == NULL || table_error(t) != ERR_OK)
		status = CTL_FAILED;
	else if (i == 0)
		puts(ctl_pick(c, "没有", "none"));
	else
		table_print(t, stdout);
	table_free(t);
	return status;
}

int ctl_slip_list(struct ctl *c)
{
	static const char *const options[] = { "state", "unit", "rung", "project", NULL };
	json_t *answer = ctl_list(c, "/api/v1/slips", "slips", options, LIST_MAX);
	int status = CTL_OK;

	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer))
		status = print_list(c, answer);
	json_decref(answer);
	return status;
}

static void print_member(const struct ctl *c, const json_t *slip, const char *zh, const char *en,
			 const char *key)
{
	if (*ctl_string(slip, key))
		printf("%s%s\n", ctl_pick(c, zh, en), ctl_string(slip, key));
}

static void print_subjects(const struct ctl *c, const json_t *slip)
{
	json_t *s;
	size_t i;

	json_array_foreach(json_object_get(slip, "subjects"), i, s) printf(
		"  %s %s%s%s  %lld%s  %s %s\n",
		strcmp(ctl_string(s, "severity"), "red") == 0	 ? "✕" :
		strcmp(ctl_string(s, "severity"), "yellow") == 0 ? "▲" :
								   "✓",
		ctl_words(c, json_object_get(s, "unit"), "name"), ctl_pick(c, "，", ", "),
		ctl_words(c, s, "target_name"), ctl_number(s, "months"),
		ctl_pick(c, "个月", ctl_number(s, "months") == 1 ? " month" : " months"),
		ctl_string(s, "alert"),
		*ctl_string(s, "alert_severity") ?
			ctl_word(c, ctl_string(s, "alert_severity")) :
			ctl_pick(c, "预警已解除", "alert resolved"));
}

static void print_steps(const struct ctl *c, const json_t *slip)
{
	static const char *const told[] = { "reply", "evidence", "deadline", "cause", "why" };
	json_t *step;
	char at[CTL_TIME];
	size_t i;

	json_array_foreach(json_object_get(slip, "steps"), i, step)
	{
		const char *by = ctl_string(step, "by");

		printf("%2lld  %s  %s  %s", ctl_number(step, "number"), ctl_time(step, "at", at),
		       ctl_word(c, ctl_string(step, "step")),
		       *by ? by : ctl_pick(c, "系统", "machine"));
		for (size_t k = 0; k < sizeof(told) / sizeof(told[0]); k++)
			if (*ctl_string(step, told[k]))
				printf("  %s", ctl_string(step, told[k]));
		putchar('\n');
	}
}

static void print_slip(const struct ctl *c, const json_t *slip)
{
	printf("%s  %s  %s%s  %s\n", ctl_string(slip, "id"), ctl_words(c, slip, "rung_word"),
	       ctl_words(c, slip, "state_word"),
	       json_is_true(json_object_get(slip, "overdue")) ?
		       ctl_pick(c, "（逾期）", " (overdue)") :
		       "",
	       ctl_words(c, json_object_get(slip, "unit"), "name"));
	print_member(c, slip, "文号：", "number: ", "number");
	print_member(c, slip, "事项：", "task: ", "task");
	print_member(c, slip, "要求：", "requirement: ", "requirement");
	print_member(c, slip, "责任人：", "person: ", "person");
	print_member(c, slip, "时限：", "deadline: ", "deadline");
	print_member(c, slip, "反馈：", "reply: ", "reply");
	print_subjects(c, slip);
	print_steps(c, slip);
}

int ctl_slip_show(struct ctl *c)
{
	json_t *answer = ctl_get_one(c, "slips", c->arguments[0], "");

	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer))
		print_slip(c, answer);
	json_decref(answer);
	return CTL_OK;
}

/* --- doing ------------------------------------------------------------------------------------ */

/* An option of the command becomes a member of the act. false: no memory. */
static bool take(const struct ctl *c, json_t *fields, const char *option, const char *member)
{
	const char *text = ctl_option(c, option);

	return text == NULL || json_object_set_new(fields, member, json_string(text)) == 0;
}

static int told(struct ctl *c, json_t *answer)
{
	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer)) {
		printf("%s", ctl_pick(c, "已记入台账", "in the ledger"));
		if (*ctl_string(answer, "number"))
			printf("  %s", ctl_string(answer, "number"));
		if (*ctl_string(answer, "deadline"))
			printf("  %s%s", ctl_pick(c, "时限：", "deadline: "),
			       ctl_string(answer, "deadline"));
		putchar('\n');
		ctl_warn(c, answer);
		if (json_is_true(json_object_get(answer, "calendar_ended")))
			puts(ctl_pick(c, "注意：时限超出工作日历，节假日未计入。",
				      "The deadline is beyond the calendar: holidays are not known "
				      "there."));
	}
	json_decref(answer);
	return CTL_OK;
}

static int act(struct ctl *c, const char *name, json_t *fields)
{
	if (fields != NULL &&
	    json_object_set_new(fields, "slip", json_string(c->arguments[0])) != 0) {
		json_decref(fields);
		fields = NULL;
	}
	return told(c, ctl_act(c, name, fields));
}

/* --days is a number; --deadline a day. */
static bool take_deadline(struct ctl *c, json_t *fields)
{
	size_t days = 0;

	if (!ctl_count(c, "days", 0, 120, &days))
		return false;
	if (days && json_object_set_new(fields, "days", json_integer((json_int_t)days)) != 0)
		return false;
	return take(c, fields, "deadline", "deadline");
}

int ctl_slip_issue(struct ctl *c)
{
	json_t *fields = json_object();

	if (fields == NULL || !take_deadline(c, fields) || !take(c, fields, "number", "number") ||
	    !take(c, fields, "task", "task") || !take(c, fields, "requirement", "requirement") ||
	    !take(c, fields, "unit", "unit") || !take(c, fields, "person", "person")) {
		json_decref(fields);
		return CTL_USAGE;
	}
	return act(c, "slip.issue", fields);
}

int ctl_slip_discard(struct ctl *c)
{
	return act(c, "slip.discard", json_object());
}

int ctl_slip_sign(struct ctl *c)
{
	return act(c, "slip.sign", json_pack("{s:s*}", "person", ctl_option(c, "person")));
}

int ctl_slip_reply(struct ctl *c)
{
	return act(c, "slip.reply",
		   json_pack("{s:s, s:s*}", "text", c->arguments[1], "evidence",
			     ctl_option(c, "evidence")));
}

int ctl_slip_verify(struct ctl *c)
{
	bool accept = ctl_option(c, "accept") != NULL, back = ctl_option(c, "return") != NULL;
	json_t *fields;

	if (accept == back)
		return ctl_complain(c, CTL_USAGE,
				    (struct lang_text){ "请给出其一：", "give one of: " },
				    "--accept --return");
	fields = json_pack("{s:b}", "accepted", accept);
	if (fields == NULL || !take_deadline(c, fields)) {
		json_decref(fields);
		return CTL_USAGE;
	}
	return act(c, "slip.verify", fields);
}

int ctl_slip_close(struct ctl *c)
{
	return act(c, "slip.close", json_object());
}

int ctl_slip_extend(struct ctl *c)
{
	return act(c, "slip.extend", json_pack("{s:s}", "deadline", c->arguments[1]));
}

int ctl_slip_reopen(struct ctl *c)
{
	json_t *fields = json_object();

	if (fields == NULL || !take_deadline(c, fields)) {
		json_decref(fields);
		return CTL_USAGE;
	}
	return act(c, "slip.reopen", fields);
}
