/* SPDX-License-Identifier: MIT */
#include "daemon/ctl/ctl.h"

#include <stdio.h>

static void print_lights(const struct ctl *c, const json_t *p)
{
	static const char *const order[] = { "done",   "reached", "green",
					     "yellow", "red",	  "none" };
	const json_t *lights = json_object_get(p, "lights");

	printf("%s", ctl_pick(c, "亮灯  ", "lights  "));
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		printf("  %s %lld", ctl_light(c, order[i]), ctl_number(lights, order[i]));
	putchar('\n');
}

static void print_ledger(const struct ctl *c, const json_t *p)
{
	const json_t *open = json_object_get(p, "open_alerts");
	char now[CTL_TIME], newest[CTL_TIME];

	ctl_say(c, stdout, "预警    红 %lld  黄 %lld  提示 %lld\n",
		"alerts    red %lld  yellow %lld  info %lld\n", ctl_number(open, "red"),
		ctl_number(open, "yellow"), ctl_number(open, "info"));
	ctl_say(c, stdout, "台账    位置 %lld，%lld 行，链 %.16s…\n",
		"ledger    position %lld, %lld rows, chain %.16s...\n", ctl_number(p, "position"),
		ctl_number(p, "rows"), ctl_string(p, "chain"));
	ctl_say(c, stdout, "时间    %s（%s），最近一条 %s\n",
		"time      %s (%s), newest entry %s\n", ctl_time(p, "time", now),
		ctl_word(c, ctl_string(p, "clock")), ctl_time(p, "newest_entry", newest));
}

/* Units of which reports for the closed period are missing. */
static bool print_silent(struct ctl *c)
{
	json_t *answer = ctl_get(c, "/api/v1/units"), *unit;
	unsigned silent = 0;
	size_t i;

	if (answer == NULL)
		return false;
	printf("%s", ctl_pick(c, "缺报    ", "missing  "));
	json_array_foreach(json_object_get(answer, "units"), i, unit)
	{
		long long missing = ctl_number(json_object_get(unit, "reports"), "missing");

		if (missing == 0)
			continue;
		ctl_say(c, stdout, "%s%s（%lld 项）", "%s %s (%lld)",
			silent++ ? ctl_pick(c, "、", ",") : "", ctl_words(c, unit, "name"),
			missing);
	}
	puts(silent ? "" : ctl_pick(c, "无", " none"));
	json_decref(answer);
	return true;
}

int ctl_status(struct ctl *c)
{
	json_t *p = ctl_get(c, "/api/v1/programme");
	bool ok;

	if (p == NULL)
		return CTL_FAILED;
	if (ctl_printed(c, p)) {
		json_decref(p);
		return CTL_OK;
	}
	printf("%s（%s）\n", ctl_words(c, p, "title"), ctl_string(p, "id"));
	print_lights(c, p);
	print_ledger(c, p);
	ok = print_silent(c);
	if (ok)
		puts(ctl_pick(c, "下一步  minshengctl alert list --severity red",
			      "next      minshengctl alert list --severity red"));
	json_decref(p);
	return ok ? CTL_OK : CTL_FAILED;
}
