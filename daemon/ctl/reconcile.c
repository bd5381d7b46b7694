/* SPDX-License-Identifier: MIT */
#include "daemon/ctl/ctl.h"
#include "daemon/ctl/table.h"

#include <stdio.h>
#include <string.h>

#define TEXT 48

static void put_heading(const struct ctl *c, struct table *t)
{
	table_put(t, ctl_pick(c, "指标", "target"));
	table_put(t, ctl_pick(c, "单位", "unit"));
	table_put(t, ctl_pick(c, "计入", "counted"));
	table_put(t, ctl_pick(c, "另报", "other"));
	table_put(t, ctl_pick(c, "另报单位", "of"));
	table_put(t, ctl_pick(c, "相差", "apart"));
	table_put(t, ctl_pick(c, "允许", "allowed"));
	table_put(t, ctl_pick(c, "结论", "result"));
	table_put(t, ctl_pick(c, "台账", "rows"));
	table_put(t, ctl_pick(c, "预警", "alert"));
}

/* "448:39", or "448" where no row is known. */
static void put_place(char *out, size_t cap, const json_t *figure)
{
	const json_t *origin = json_object_get(figure, "origin");
	const json_t *row = json_object_get(origin, "row");

	if (json_is_null(row))
		snprintf(out, cap, "%lld", ctl_number(origin, "position"));
	else
		snprintf(out, cap, "%lld:%lld", ctl_number(origin, "position"),
			 ctl_number(origin, "row"));
}

static const char *result(const struct ctl *c, const json_t *shadow)
{
	const json_t *within = json_object_get(shadow, "within");

	if (json_is_true(within))
		return ctl_pick(c, "✓ 一致", "✓ agree");
	if (json_is_false(within))
		return ctl_pick(c, "✕ 不符", "✕ differ");
	return json_is_true(json_object_get(shadow, "speaks")) ?
		       ctl_pick(c, "— 无计入数", "— nothing counts") :
		       ctl_pick(c, "— 本月未报", "— not of this month");
}

static void put_shadow(const struct ctl *c, struct table *t, const json_t *row,
		       const json_t *shadow)
{
	const json_t *counted = json_object_get(row, "counted");
	char ours[TEXT], theirs[TEXT], both[2 * TEXT + 4];

	put_place(ours, sizeof(ours), counted);
	put_place(theirs, sizeof(theirs), shadow);
	snprintf(both, sizeof(both), "%s / %s", ours, theirs);
	table_put(t, ctl_string(row, "target"));
	table_put(t, ctl_words(c, json_object_get(row, "unit"), "name"));
	table_put(t, ctl_string(counted, "value"));
	table_put(t, ctl_string(shadow, "value"));
	table_put(t, ctl_words(c, json_object_get(shadow, "source"), "name"));
	table_put(t, ctl_string(shadow, "difference"));
	table_put(t, ctl_string(shadow, "tolerance"));
	table_put(t, result(c, shadow));
	table_put(t, both);
	table_put(t, ctl_string(row, "alert"));
}

static int print_all(const struct ctl *c, const json_t *answer)
{
	struct table *t = table_new("llrrlrrlll");
	json_t *row, *shadow;
	size_t i, k;
	int status;

	put_heading(c, t);
	json_array_foreach(json_object_get(answer, "rows"), i, row)
	{
		json_array_foreach(json_object_get(row, "shadows"), k, shadow)
			put_shadow(c, t, row, shadow);
	}
	ctl_say(c, stdout, "%.7s：核对 %lld 项，不符 %lld 项\n",
		"%.7s: %lld compared, %lld differ\n", ctl_string(answer, "period"),
		ctl_number(answer, "compared"), ctl_number(answer, "differ"));
	table_print(t, stdout);
	status = table_error(t) == ERR_OK ? CTL_OK : CTL_FAILED;
	table_free(t);
	return status;
}

int ctl_reconcile(struct ctl *c)
{
	static const char *const options[] = { "target", "unit", NULL };
	const char *month = ctl_option(c, "month");
	char path[80] = "/api/v1/reconciliation";
	json_t *answer;
	int status = CTL_OK;

	if (month != NULL && (strlen(month) != 7 || strspn(month, "0123456789-") != 7))
		return ctl_complain(c, CTL_USAGE,
				    (struct lang_text){ "月份请写成 2022-06，而不是：",
							"write a month as 2022-06, not: " },
				    month);
	if (month != NULL)
		snprintf(path, sizeof(path), "/api/v1/reconciliation?period=%s", month);
	answer = ctl_list(c, path, "rows", options, 1);
	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer))
		status = print_all(c, answer);
	json_decref(answer);
	return status;
}
