/* SPDX-License-Identifier: MIT */
/* The pace of a target in words: how many days ahead or behind, when it will be reached, what that
 * takes a month, who is short. */
#include "daemon/ctl/ctl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHORT_MAX 3 /* units that are named */

static void print_schedule(const struct ctl *c, const json_t *pace)
{
	const char *days = ctl_string(json_object_get(pace, "schedule"), "variance_days");

	if (days[0] == '\0')
		fputs(ctl_pick(c, "进度：暂无", "pace: not known yet"), stdout);
	else if (days[0] == '-')
		ctl_say(c, stdout, "进度：比计划慢 %s 天", "pace: %s days behind plan", days + 1);
	else
		ctl_say(c, stdout, "进度：比计划快 %s 天", "pace: %s days ahead of plan", days);
	if (ctl_string(pace, "delta_points")[0] != '\0')
		ctl_say(c, stdout, "；本月增减与计划相比 %s 点",
			"; this month's change against plan %s points",
			ctl_string(pace, "delta_points"));
	putchar('\n');
}

static void print_forecast(const struct ctl *c, const json_t *pace)
{
	const json_t *f = json_object_get(pace, "forecast");
	const char *first = ctl_string(f, "earliest"), *last = ctl_string(f, "latest");

	if (json_is_true(json_object_get(pace, "met")))
		ctl_say(c, stdout, "已达到目标", "the goal is reached");
	else if (first[0] == '\0')
		ctl_say(c, stdout, "照近期的速度永远完不成", "never reached at the recent rate");
	else if (last[0] == '\0')
		ctl_say(c, stdout, "预计最早 %s 完成，照近期的速度则完不成",
			"reached on %s at best, never at the recent rate", first);
	else
		ctl_say(c, stdout, "预计 %s 至 %s 完成", "reached between %s and %s", first, last);
	ctl_say(c, stdout, "（期限 %s）\n", " (due %s)\n", ctl_string(f, "due"));
}

static void print_rates(const struct ctl *c, const json_t *pace)
{
	const json_t *required = json_object_get(pace, "required");
	bool percent = strcmp(ctl_string(pace, "counted_in"), "percent") == 0;
	const char *uom = percent ? "%" : ctl_string(pace, c->lang == LANG_ZH ? "uom" : "uom_en");
	const char *recent = ctl_string(json_object_get(pace, "recent"), "a_month");

	if (json_is_true(json_object_get(pace, "met")))
		return;
	if (json_is_null(required))
		ctl_say(c, stdout, "近期每月 %s %s", "recently %s %s a month", recent, uom);
	else
		ctl_say(c, stdout, "须每月 %s %s，近期每月 %s %s",
			"%s %s a month are needed, recently %s %s a month",
			ctl_string(required, "a_month"), uom, recent, uom);
	ctl_say(c, stdout, "：%s\n", ": %s\n", ctl_words(c, pace, "band_word"));
}

/* The units with the greatest shares, the greatest first. */
static void print_shortfall(const struct ctl *c, const json_t *pace)
{
	const json_t *units = json_object_get(json_object_get(pace, "attribution"), "units");
	double last = 1e9;
	size_t last_at = 0, i;
	json_t *u;

	for (int n = 0; n < SHORT_MAX; n++) {
		const json_t *best = NULL;
		double most = 0;
		size_t at = 0;

		json_array_foreach(units, i, u)
		{
			double share = strtod(ctl_string(u, "share_percent"), NULL);

			if (share > most && (share < last || (share == last && i > last_at))) {
				best = u;
				most = share;
				at = i;
			}
		}
		if (best == NULL)
			break;
		ctl_say(c, stdout, n ? "，%s 少 %s（%s%%）" : "缺口：%s 少 %s（%s%%）",
			n ? ", %s by %s (%s %%)" : "short: %s by %s (%s %%)",
			ctl_words(c, json_object_get(best, "unit"), "name"),
			ctl_string(best, "shortfall"), ctl_string(best, "share_percent"));
		last = most;
		last_at = at;
	}
	if (last < 1e9)
		putchar('\n');
}

void ctl_print_pace(const struct ctl *c, const json_t *pace)
{
	if (!json_is_true(json_object_get(pace, "paced")))
		return;
	print_schedule(c, pace);
	print_forecast(c, pace);
	print_rates(c, pace);
	print_shortfall(c, pace);
}
