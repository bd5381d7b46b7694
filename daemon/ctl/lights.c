/* SPDX-License-Identifier: MIT */
#include "daemon/ctl/ctl.h"
#include "daemon/ctl/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_thresholds(const struct ctl *c, const json_t *p, const char *zh, const char *en)
{
	ctl_say(c, stdout, "%s 黄 %s 红 %s（退出 %s、%s）\n",
		"%s yellow %s red %s (left at %s, %s)\n", ctl_pick(c, zh, en),
		ctl_string(p, "yellow"), ctl_string(p, "red"), ctl_string(p, "yellow_leave"),
		ctl_string(p, "red_leave"));
}

static void print_counts(const struct ctl *c, const json_t *answer)
{
	static const char *const lights[] = { "green",  "yellow", "red",
					      "reached", "done",   "none" };
	struct table *t = table_new("lrr");

	table_put(t, ctl_pick(c, "亮灯", "light"));
	table_put(t, ctl_pick(c, "现行", "now"));
	table_put(t, ctl_pick(c, "改后", "then"));
	for (size_t i = 0; i < sizeof(lights) / sizeof(lights[0]); i++) {
		table_put(t, ctl_light(c, lights[i]));
		table_put_number(t, ctl_number(json_object_get(answer, "before"), lights[i]));
		table_put_number(t, ctl_number(json_object_get(answer, "after"), lights[i]));
	}
	table_print(t, stdout);
	table_free(t);
}

static int print_changes(const struct ctl *c, const json_t *answer)
{
	struct table *t = table_new("llllll");
	json_t *change;
	size_t i;
	int status;

	json_array_foreach(json_object_get(answer, "changes"), i, change)
	{
		table_put(t, ctl_string(change, "target"));
		table_put(t, ctl_words(c, json_object_get(change, "unit"), "name"));
		table_put(t, ctl_string(change, "period"));
		table_put(t, ctl_light(c, ctl_string(change, "from")));
		table_put(t, "→");
		table_put(t, ctl_light(c, ctl_string(change, "to")));
	}
	table_print(t, stdout);
	status = table_error(t) == ERR_OK ? CTL_OK : CTL_FAILED;
	table_free(t);
	return status;
}

/* Points of a hundred, as text. */
static bool is_points(const char *text)
{
	char *end;
	double n = strtod(text, &end);

	return text[0] >= '0' && text[0] <= '9' && *end == '\0' && n <= 100;
}

/* Both are given, and each that is given is a number of points; else the user was told. */
static bool are_thresholds(const struct ctl *c)
{
	static const char *const names[] = { "yellow", "red", "yellow-leave", "red-leave" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *text = ctl_option(c, names[i]);

		if (text != NULL && is_points(text))
			continue;
		if (text != NULL) {
			ctl_say(c, stderr,
				"minshengctl: --%s 是落后的百分点，0到100的数（如10），而不是：%s\n",
				"minshengctl: --%s is how many points behind, from 0 to 100 (such as 10), "
				"not: %s\n",
				names[i], text);
			return false;
		}
		if (i < 2) {
			ctl_say(c, stderr, "minshengctl: 请用 --%s 给出阈值（百分点），如 --yellow 5 --red 15\n",
				"minshengctl: give the threshold in points by --%s, as in --yellow 5 --red "
				"15\n",
				names[i]);
			return false;
		}
	}
	return true;
}

int ctl_lights_preview(struct ctl *c)
{
	static const char *const options[] = { "yellow",    "red",    "yellow-leave",
					       "red-leave", "period", NULL };
	const char *period = ctl_option(c, "period");
	json_t *answer;
	int status = CTL_OK;

	if (!are_thresholds(c))
		return CTL_USAGE;
	answer = ctl_list(c, "/api/v1/lights/preview", "changes", options, 1);
	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer) && ctl_number(answer, "judged") == 0) {
		ctl_say(c, stderr, "minshengctl: %s%s没有已评的灯，无从比较\n",
			"minshengctl: no light was judged%s%s, there is nothing to compare\n",
			period ? ctl_pick(c, period, " for ") : "", ctl_pick(c, "", period ? period : ""));
		status = CTL_FAILED;
	} else if (!c->json) {
		print_thresholds(c, json_object_get(answer, "present"), "现行：", "now:");
		print_thresholds(c, json_object_get(answer, "proposed"), "改后：", "then:");
		ctl_say(c, stdout, "评灯 %lld 个，改变 %lld 个；什么都没有保存\n",
			"%lld lights judged, %lld would change; nothing was stored\n",
			ctl_number(answer, "judged"), ctl_number(answer, "changed"));
		print_counts(c, answer);
		status = print_changes(c, answer);
	}
	json_decref(answer);
	return status;
}

/* --- of closed periods ------------------------------------------------------------------------- */

/* What else there is to say of it: as published, as first judged, made good since. */
static void put_remarks(const struct ctl *c, struct table *t, const json_t *light)
{
	const json_t *published = json_object_get(light, "published");
	const char *now = ctl_string(json_object_get(light, "current"), "light");
	const char *then = ctl_string(published, "light");
	const char *settled = ctl_string(light, "settled");
	long long restated = ctl_number(light, "restated");
	char text[200];
	int n = 0;

	text[0] = '\0';
	if (json_is_object(published) && strcmp(now, then) != 0)
		n += snprintf(text, sizeof(text), "%s%s  ", ctl_pick(c, "公布时 ", "published as "),
			      ctl_light(c, then));
	if (restated > 0)
		n += snprintf(text + n, sizeof(text) - (size_t)n, "%s %lld  ",
			      ctl_pick(c, "重评", "restated"), restated);
	if (settled[0] != '\0')
		snprintf(text + n, sizeof(text) - (size_t)n, "%s %s",
			 ctl_pick(c, "欠账已补", "made good by"), settled);
	table_put(t, text);
}

static void put_light(const struct ctl *c, struct table *t, const json_t *light)
{
	char plan[48];

	snprintf(plan, sizeof(plan), "%lld/%lld", ctl_number(light, "plan"),
		 ctl_number(light, "quota"));
	table_put(t, ctl_string(light, "period"));
	table_put(t, ctl_string(light, "target"));
	table_put(t, ctl_string(light, "unit"));
	table_put(t, ctl_string(light, "gap_points"));
	table_put(t, ctl_light(c, ctl_string(json_object_get(light, "current"), "light")));
	table_put(t, ctl_light(c, ctl_string(json_object_get(light, "original"), "light")));
	table_put(t, plan);
	put_remarks(c, t, light);
}

int ctl_lights_list(struct ctl *c)
{
	static const char *const options[] = { "target", "unit", "period", NULL };
	static const struct lang_text heads[] = {
		{ "月份", "period" },	{ "指标", "target" },	  { "单位", "unit" },
		{ "差距(点)", "gap" },	{ "亮灯", "light" },	  { "按原计划", "by the first plan" },
		{ "计划/任务版本", "plan/quota" }, { "备注", "remarks" }
	};
	json_t *answer = ctl_list(c, "/api/v1/lights", "lights", options, 1), *light;
	struct table *t;
	int status = CTL_OK;
	size_t i;

	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer)) {
		t = table_new("lllrllll");
		for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
			table_put(t, lang_pick(heads[i], c->lang));
		json_array_foreach(json_object_get(answer, "lights"), i, light)
			put_light(c, t, light);
		table_print(t, stdout);
		status = table_error(t) == ERR_OK ? CTL_OK : CTL_FAILED;
		table_free(t);
	}
	json_decref(answer);
	return status;
}
