/* SPDX-License-Identifier: MIT */
/* Figures that look odd, and figures that are checked on the spot. */
#include "daemon/ctl/ctl.h"
#include "daemon/ctl/table.h"

#include <stdio.h>

#include "base/date.h"

#define LIST_MAX 5000

/* --- flags ------------------------------------------------------------------------------------- */

static void print_answer(const struct ctl *c, const json_t *flag)
{
	const json_t *answer = json_object_get(flag, "answer");
	char at[CTL_TIME];

	if (json_is_object(answer))
		printf("    %s  %s  %s%s%s\n", ctl_time(answer, "at", at), ctl_string(answer, "by"),
		       ctl_words(c, flag, "state_word"), ctl_pick(c, "：", ": "),
		       ctl_string(answer, "why"));
}

static void print_flag(const struct ctl *c, const json_t *flag)
{
	printf("%s %s  %s\n    %s  %s\n", ctl_string(flag, "code"), ctl_words(c, flag, "rule_word"),
	       ctl_words(c, flag, "text"), ctl_string(flag, "id"),
	       ctl_words(c, flag, "state_word"));
	print_answer(c, flag);
}

int ctl_flag_list(struct ctl *c)
{
	static const char *const options[] = { "state", "target", "unit", "period", "rule", NULL };
	json_t *answer = ctl_list(c, "/api/v1/flags", "flags", options, LIST_MAX), *flag;
	size_t i;

	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer)) {
		json_array_foreach(json_object_get(answer, "flags"), i, flag) print_flag(c, flag);
		if (i == 0)
			puts(ctl_pick(c, "没有", "none"));
		else
			ctl_say(c, stdout, "共 %zu 条\n", "%zu in all\n", i);
	}
	json_decref(answer);
	return CTL_OK;
}

int ctl_flag_show(struct ctl *c)
{
	json_t *answer = ctl_get_one(c, "flags", c->arguments[0], ""), *flag, *input;
	size_t i;

	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer)) {
		flag = json_object_get(answer, "flag");
		print_flag(c, flag);
		json_array_foreach(json_object_get(flag, "inputs"), i, input)
		{
			fputs("    ", stdout);
			ctl_put_label(c, ctl_string(input, "name"), 22);
			puts(ctl_string(input, "value"));
		}
	}
	json_decref(answer);
	return CTL_OK;
}

static int tell(struct ctl *c, json_t *answer)
{
	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer))
		puts(ctl_pick(c, "已记入台账", "in the ledger"));
	json_decref(answer);
	return CTL_OK;
}

static int answer_flag(struct ctl *c, const char *act)
{
	return tell(c, ctl_act(c, act, json_pack("{s:s}", "flag", c->arguments[0])));
}

int ctl_flag_explain(struct ctl *c)
{
	return answer_flag(c, "flag.explain");
}

int ctl_flag_dismiss(struct ctl *c)
{
	return answer_flag(c, "flag.dismiss");
}

int ctl_flag_confirm(struct ctl *c)
{
	return answer_flag(c, "flag.confirm");
}

/* --- samples ----------------------------------------------------------------------------------- */

static void print_method(const struct ctl *c, const json_t *answer)
{
	const char *seed = ctl_string(answer, "seed");

	ctl_say(c, stdout,
		"%.7s：应报 %lld 项；有提示的 %lld 项全部抽查，其余抽签 %lld 项\n"
		"种子（台账第 %lld 条之后的链哈希）：%s\n"
		"方法：对每个无提示的应报项求 BLAKE2b-256（“种子 期间 指标.单位”），取最小的若干个，"
		"任何人都可复算：\n",
		"%.7s: %lld expected; all %lld that are flagged, and %lld of the others by lot\n"
		"seed (chain hash behind entry %lld): %s\n"
		"method: BLAKE2b-256 of \"seed period target.unit\" of each expected figure without a "
		"flag; the lowest are drawn. Anybody can do it again:\n",
		ctl_string(answer, "period"), ctl_number(answer, "expected"),
		ctl_number(answer, "flagged"), ctl_number(answer, "drawn"),
		ctl_number(answer, "seed_position"), seed);
	printf("  printf '%%s' '%s %.7s TARGET.UNIT' | b2sum -l 256\n", seed,
	       ctl_string(answer, "period"));
}

static void put_sampled(const struct ctl *c, struct table *t, const json_t *s)
{
	const json_t *inspected = json_object_get(s, "inspected");
	char text[CTL_RATE];

	table_put(t, ctl_string(s, "target"));
	table_put(t, ctl_words(c, json_object_get(s, "unit"), "name"));
	table_put(t, json_is_true(json_object_get(s, "flagged")) ? ctl_pick(c, "有提示", "flagged") :
								   ctl_pick(c, "抽签", "by lot"));
	table_put(t, ctl_rate(s, "value", "numerator", "denominator", "", text));
	table_put(t, ctl_words(c, s, "result_word"));
	table_put(t, ctl_rate(s, "found", "found_numerator", "found_denominator", "", text));
	table_put(t, ctl_string(inspected, "why"));
}

int ctl_sample_show(struct ctl *c)
{
	const char *period = ctl_option(c, "period");
	char path[80] = "/api/v1/samples";
	int32_t day;
	struct table *t;
	json_t *answer, *s;
	size_t i;
	int status;

	if (period != NULL && date_period_parse(bytes_of_string(period), &day) != ERR_OK)
		return ctl_complain(c, CTL_USAGE,
				    (struct lang_text){ "月份请写成 2022-06，而不是：",
							"write a month as 2022-06, not: " },
				    period);
	if (period != NULL)
		snprintf(path, sizeof(path), "/api/v1/samples?period=%s", period);
	answer = ctl_get(c, path);
	if (answer == NULL)
		return CTL_FAILED;
	if (ctl_printed(c, answer)) {
		json_decref(answer);
		return CTL_OK;
	}
	print_method(c, answer);
	t = table_new("lllrlrl");
	table_put(t, ctl_pick(c, "指标", "target"));
	table_put(t, ctl_pick(c, "单位", "unit"));
	table_put(t, ctl_pick(c, "因由", "drawn"));
	table_put(t, ctl_pick(c, "报数", "reported"));
	table_put(t, ctl_pick(c, "结果", "result"));
	table_put(t, ctl_pick(c, "查得", "found"));
	table_put(t, ctl_pick(c, "说明", "why"));
	json_array_foreach(json_object_get(answer, "samples"), i, s) put_sampled(c, t, s);
	table_print(t, stdout);
	status = table_error(t) == ERR_OK ? CTL_OK : CTL_FAILED;
	table_free(t);
	json_decref(answer);
	return status;
}

int ctl_sample_result(struct ctl *c)
{
	return tell(c, ctl_act(c, "sample.result",
			       json_pack("{s:s, s:s, s:s, s:s, s:s*, s:s*, s:s*}", "period",
					 c->arguments[0], "measure", c->arguments[1], "unit",
					 c->arguments[2], "result", c->arguments[3], "found",
					 ctl_option(c, "found"), "denominator",
					 ctl_option(c, "denominator"), "inspection",
					 ctl_option(c, "inspection"))));
}
