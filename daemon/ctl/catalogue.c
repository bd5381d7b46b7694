/* SPDX-License-Identifier: MIT */
#include "aggregator/catalogue/check.h"
#include "daemon/ctl/ctl.h"
#include "daemon/ctl/table.h"

#include <stdio.h>

#include "base/fs.h"

int ctl_catalogue_check(struct ctl *c)
{
	if (!fs_exists(c->arguments[0]))
		return ctl_no_file(c, c->arguments[0]);
	return catalogue_check_main(c->arguments[0], c->lang, false, stdout);
}

static void put_heading(const struct ctl *c, struct table *t)
{
	table_put(t, ctl_pick(c, "事项", "item"));
	table_put(t, ctl_pick(c, "指标", "target"));
	table_put(t, ctl_pick(c, "名称", "name"));
	table_put(t, ctl_pick(c, "类别", "kind"));
	table_put(t, ctl_pick(c, "角色", "role"));
	table_put(t, ctl_pick(c, "计数方", "figure"));
	table_put(t, ctl_pick(c, "目标", "goal"));
	table_put(t, ctl_pick(c, "单位", "unit"));
	table_put(t, ctl_pick(c, "计划", "plan"));
}

static void put_target(const struct ctl *c, struct table *t, const json_t *target)
{
	const json_t *plan = json_object_get(target, "plan");
	char goal[CTL_PLAIN];

	table_put(t, ctl_string(target, "item"));
	table_put(t, ctl_string(target, "id"));
	table_put(t, ctl_words(c, target, "name"));
	table_put(t, ctl_word(c, ctl_string(target, "kind")));
	table_put(t, ctl_word(c, ctl_string(target, "role")));
	table_put(t, ctl_word(c, ctl_string(target, "figure")));
	table_put(t, ctl_value(target, "goal", ctl_string(target, "kind"), goal));
	table_put(t, ctl_string(target, c->lang == LANG_ZH ? "uom" : "uom_en"));
	table_put(t, json_is_true(json_object_get(plan, "invented")) ?
			     ctl_pick(c, "虚构", "invented") :
			     ctl_string(plan, "id"));
}

int ctl_catalogue_show(struct ctl *c)
{
	json_t *answer = ctl_get(c, "/api/v1/targets"), *target;
	struct table *t;
	size_t i;

	if (answer == NULL)
		return CTL_FAILED;
	if (ctl_printed(c, answer)) {
		json_decref(answer);
		return CTL_OK;
	}
	t = table_new("llllllrll");
	put_heading(c, t);
	json_array_foreach(json_object_get(answer, "targets"), i, target) put_target(c, t, target);
	table_print(t, stdout);
	i = table_error(t) != ERR_OK;
	table_free(t);
	json_decref(answer);
	return i ? CTL_FAILED : CTL_OK;
}
