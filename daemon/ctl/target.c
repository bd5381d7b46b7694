/* SPDX-License-Identifier: MIT */
#include "daemon/ctl/ctl.h"
#include "daemon/ctl/table.h"

#include <stdio.h>
#include <string.h>

static const char *const when[] = { "valid-at", "known-at", NULL };

static void print_when(const struct ctl *c, const json_t *answer)
{
	const char *known = ctl_string(answer, "known_at");
	bool now = strcmp(known, "now") == 0;

	ctl_say(c, stdout, "截至 %s，数据截止：%s，台账位置 %lld\n",
		"as of %s, as known %s, ledger position %lld\n", ctl_string(answer, "valid_at"),
		now ? ctl_pick(c, "当前", "now") : known, ctl_number(answer, "position"));
}

/* The columns that a target and a unit's figure share. */
static void put_figure(const struct ctl *c, struct table *t, const json_t *f, const char *kind)
{
	const char *quota = ctl_string(f, "goal");
	char goal[CTL_PLAIN], value[CTL_PLAIN];
	bool silent = json_is_true(json_object_get(f, "silent"));
	const char *now = ctl_string(f, "light"), *original = ctl_string(f, "original_light");
	char light[160];

	table_put(t, quota[0] && strspn(quota, "0.") == strlen(quota) ?
			     "—" : /* nothing is due there */
			     ctl_value(f, "goal", kind, goal));
	table_put(t, ctl_value(f, "value", kind, value));
	table_put(t, ctl_string(f, "done_percent"));
	table_put(t, ctl_string(f, "planned_percent"));
	table_put(t, ctl_string(f, "gap_points"));
	snprintf(light, sizeof(light), "%s%s%s%s%s", ctl_light(c, now),
		 silent ? ctl_pick(c, " ?未报", " ?no report") : "",
		 strcmp(now, original) ? ctl_pick(c, "（原计划 ", " (first plan: ") : "",
		 strcmp(now, original) ? ctl_light(c, original) : "",
		 strcmp(now, original) ? ctl_pick(c, "）", ")") : "");
	table_put(t, light);
	table_put(t, ctl_light(c, ctl_string(f, "live_light")));
	table_put(t, ctl_string(f, "as_of"));
}

static void put_heading(const struct ctl *c, struct table *t)
{
	table_put(t, ctl_pick(c, "目标", "goal"));
	table_put(t, ctl_pick(c, "完成", "value"));
	table_put(t, ctl_pick(c, "完成%", "done%"));
	table_put(t, ctl_pick(c, "序时%", "plan%"));
	table_put(t, ctl_pick(c, "差距(点)", "gap"));
	table_put(t, ctl_pick(c, "亮灯", "light"));
	table_put(t, ctl_pick(c, "实时", "live"));
	table_put(t, ctl_pick(c, "截至", "as of"));
}

static int finish(struct table *t, json_t *answer)
{
	int status = table_error(t) == ERR_OK ? CTL_OK : CTL_FAILED;

	table_free(t);
	json_decref(answer);
	return status;
}

int ctl_target_list(struct ctl *c)
{
	json_t *answer = ctl_list(c, "/api/v1/targets", "targets", when, 1), *target;
	struct table *t;
	size_t i;

	if (answer == NULL)
		return CTL_FAILED;
	if (ctl_printed(c, answer)) {
		json_decref(answer);
		return CTL_OK;
	}
	t = table_new("lllrrrrrlll");
	table_put(t, ctl_pick(c, "事项", "item"));
	table_put(t, ctl_pick(c, "指标", "target"));
	table_put(t, ctl_pick(c, "名称", "name"));
	put_heading(c, t);
	json_array_foreach(json_object_get(answer, "targets"), i, target)
	{
		table_put(t, ctl_string(target, "item"));
		table_put(t, ctl_string(target, "id"));
		table_put(t, ctl_words(c, target, "name"));
		put_figure(c, t, target, ctl_string(target, "kind"));
	}
	print_when(c, answer);
	table_print(t, stdout);
	return finish(t, answer);
}

/* By the first plan, where a later one is in force; and what else may still come in. */
static void print_original(const struct ctl *c, const json_t *target, const json_t *plan)
{
	const json_t *v = json_object_get(target, "interval");
	char low[CTL_PLAIN], high[CTL_PLAIN];

	if (ctl_number(plan, "rebaselines") > 0)
		ctl_say(c, stdout, "按原计划 %s；计划已调整 %lld 次，现行第 %lld 版\n",
			"by the first plan %s; the plan was changed %lld times, version %lld is in "
			"force\n",
			ctl_light(c, ctl_string(target, "original_light")),
			ctl_number(plan, "rebaselines"), ctl_number(plan, "version"));
	if (json_array_size(json_object_get(v, "missing")) > 0)
		ctl_say(c, stdout, "%s 缺报 %zu 家，合计在 %s 至 %s 之间%s\n",
			"%s: %zu reports missing, the total lies between %s and %s%s\n",
			ctl_string(v, "period"), json_array_size(json_object_get(v, "missing")),
			ctl_plain(ctl_string(v, "low"), low), ctl_plain(ctl_string(v, "high"), high),
			json_is_true(json_object_get(v, "provisional")) ?
				ctl_pick(c, "，灯色待定", ", its light is provisional") :
				"");
}

/* What there is of it: before the first report there is none. */
static void print_progress(const struct ctl *c, const json_t *target, const char *kind)
{
	const char *planned = ctl_string(target, "planned_percent");
	const char *percent = ctl_string(target, "done_percent");
	const char *gap = ctl_string(target, "gap_points");
	char value[CTL_PLAIN];

	if (ctl_value(target, "value", kind, value)[0] == '\0')
		fputs(ctl_pick(c, "，尚未上报", ", nothing reported"), stdout);
	else
		ctl_say(c, stdout, "，完成 %s", ", done %s", ctl_value(target, "value", kind, value));
	if (percent[0] != '\0')
		ctl_say(c, stdout, "（%s%%）", " (%s %%)", percent);
	if (planned[0] != '\0')
		ctl_say(c, stdout, "，序时 %s%%", ", planned %s %%", planned);
	if (gap[0] != '\0')
		ctl_say(c, stdout, "，差距 %s 点", ", gap %s points", gap);
}

static void print_head(const struct ctl *c, const json_t *target)
{
	const json_t *plan = json_object_get(target, "plan");
	const char *kind = ctl_string(target, "kind");
	bool percent = strcmp(kind, "milestone") == 0;
	char goal[CTL_PLAIN], plain[CTL_PLAIN];

	printf("%s  %s\n", ctl_string(target, "id"), ctl_words(c, target, "name"));
	print_when(c, target);
	ctl_say(c, stdout, "目标 %s%s%s", "goal %s%s%s",
		ctl_plain(ctl_value(target, "goal", kind, goal), plain), percent ? "" : " ",
		percent ? "" : ctl_string(target, c->lang == LANG_ZH ? "uom" : "uom_en"));
	print_progress(c, target, kind);
	printf("  %s%s%s\n",
		ctl_light(c, ctl_string(target, "light")), ctl_pick(c, "，实时 ", ", live "),
		ctl_light(c, ctl_string(target, "live_light")));
	print_original(c, target, plan);
	ctl_say(c, stdout, "计划 %s%s，牵头 %s\n", "plan %s%s, lead %s\n", ctl_string(plan, "id"),
		json_is_true(json_object_get(plan, "invented")) ?
			ctl_pick(c, "（虚构）", " (invented)") :
			"",
		ctl_words(c, json_object_get(target, "lead"), "name"));
	if (ctl_words(c, target, "note")[0] != '\0')
		puts(ctl_words(c, target, "note"));
}

/* How fast it moves, in words. */
static bool print_pace(struct ctl *c, const char *id)
{
	char path[200];
	json_t *pace;

	snprintf(path, sizeof(path), "/api/v1/pace?target=%s", id);
	pace = ctl_list(c, path, "units", when, 1);
	if (pace == NULL)
		return false;
	ctl_print_pace(c, pace);
	json_decref(pace);
	return true;
}

static void put_row(const struct ctl *c, struct table *t, const json_t *f, const char *kind,
		    const char *id, const char *name)
{
	table_put(t, id);
	table_put(t, ctl_words(c, f, name));
	put_figure(c, t, f, kind);
}

int ctl_target_show(struct ctl *c)
{
	char path[200];
	json_t *answer, *f;
	struct table *t;
	size_t i;

	snprintf(path, sizeof(path), "/api/v1/targets/%s", c->arguments[0]);
	answer = ctl_list(c, path, "units", when, 1);
	if (answer == NULL)
		return CTL_FAILED;
	if (ctl_printed(c, answer)) {
		json_decref(answer);
		return CTL_OK;
	}
	print_head(c, answer);
	if (!print_pace(c, c->arguments[0])) {
		json_decref(answer);
		return CTL_FAILED;
	}
	t = table_new("llrrrrrlll");
	table_put(t, ctl_pick(c, "单位", "unit"));
	table_put(t, ctl_pick(c, "名称", "name"));
	put_heading(c, t);
	json_array_foreach(json_object_get(answer, "parts"), i, f)
		put_row(c, t, f, ctl_string(f, "kind"), ctl_string(f, "id"), "name");
	json_array_foreach(json_object_get(answer, "units"), i, f)
		put_row(c, t, f, ctl_string(answer, "kind"), ctl_string(f, "unit"), "unit_name");
	table_print(t, stdout);
	return finish(t, answer);
}
