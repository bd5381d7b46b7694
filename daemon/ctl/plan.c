/* SPDX-License-Identifier: MIT */
/* Plans and quotas: what there is, and setting them from a day on, one by one or from a file. */
#include "daemon/ctl/ctl.h"
#include "daemon/ctl/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/diag.h"
#include "base/yaml.h"

/* --- showing ---------------------------------------------------------------------------------- */

static void print_decided(const struct ctl *c, const json_t *v, bool in_force)
{
	char at[CTL_TIME];

	ctl_say(c, stdout, "  第 %lld 版%s", "  version %lld%s", ctl_number(v, "version"),
		in_force ? ctl_pick(c, "（现行）", " (in force)") : "");
	if (ctl_string(v, "document")[0] == '\0') {
		puts(ctl_pick(c, "  目录原定", "  of the catalogue"));
		return;
	}
	ctl_say(c, stdout, "  自 %s 起  %s  批准：%s\n      理由：%s（%s，%s，位置 %lld）\n",
		"  from %s  %s  approved by %s\n      why: %s (%s, %s, position %lld)\n",
		ctl_string(v, "effective"), ctl_string(v, "document"), ctl_string(v, "approver"),
		ctl_string(v, "why"), ctl_string(v, "by"), ctl_time(v, "at", at),
		ctl_number(v, "decided_position"));
}

static void print_knots(const struct ctl *c, const json_t *plan)
{
	const json_t *line = json_object_get(plan, "trajectory");
	const json_t *stages = json_object_get(plan, "stages"), *one;
	char percent[CTL_PLAIN];
	size_t i;

	fputs("     ", stdout);
	if (json_array_size(stages) > 0) {
		json_array_foreach(stages, i, one)
			printf(" %s=%s", ctl_string(one, "id"), ctl_string(one, "due"));
	} else {
		printf(" %s%s", ctl_label(c, ctl_string(line, "shape")), ctl_pick(c, "：", ":"));
		json_array_foreach(json_object_get(line, "knots"), i, one)
			printf(" %s=%s", ctl_string(one, "day"),
			       ctl_plain(ctl_string(one, "percent"), percent));
	}
	putchar('\n');
}

static void print_quotas(const struct ctl *c, const json_t *version)
{
	const json_t *one;
	char value[CTL_PLAIN];
	size_t i;

	fputs("     ", stdout);
	json_array_foreach(json_object_get(version, "quotas"), i, one)
		printf(" %s=%s", ctl_string(one, "unit"),
		       ctl_plain(ctl_string(one, "value"), value));
	if (i == 0)
		fputs(ctl_pick(c, " 未分解", " not broken down"), stdout);
	putchar('\n');
}

static void print_target(const struct ctl *c, const json_t *target, bool plans)
{
	long long now = ctl_number(target, plans ? "plan_in_force" : "quota_in_force");
	const json_t *v;
	size_t i;

	printf("%s  %s\n", ctl_string(target, "target"), ctl_words(c, target, "target_name"));
	json_array_foreach(json_object_get(target, plans ? "plans" : "quotas"), i, v)
	{
		print_decided(c, v, ctl_number(v, "version") == now);
		if (plans)
			print_knots(c, v);
		else
			print_quotas(c, v);
	}
}

/* Without a target: those that were decided anew. */
static int show(struct ctl *c, bool plans)
{
	char path[200] = "/api/v1/plans";
	json_t *answer, *target;
	size_t i, shown = 0;

	if (c->count > 0)
		snprintf(path, sizeof(path), "/api/v1/plans?target=%s", c->arguments[0]);
	answer = ctl_get(c, path);
	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer)) {
		json_array_foreach(json_object_get(answer, "targets"), i, target)
		{
			if (c->count == 0 &&
			    json_array_size(json_object_get(target, plans ? "plans" : "quotas")) < 2)
				continue;
			print_target(c, target, plans);
			shown++;
		}
		if (shown == 0)
			puts(ctl_pick(c, "都是目录原定，没有调整过",
				      "all as in the catalogue, none was decided anew"));
	}
	json_decref(answer);
	return CTL_OK;
}

int ctl_plan_show(struct ctl *c)
{
	return show(c, true);
}

int ctl_quota_show(struct ctl *c)
{
	return show(c, false);
}

/* --- setting ---------------------------------------------------------------------------------- */

/* What one act says of one target, in the form of the API. plans: pairs are days or stages with what
 * belongs to them; else units with their quotas. */
struct setting {
	bool plans;
	json_t *body; /* NULL: no memory */
	bool failed;  /* and the user was told */
};

static struct setting begin(const struct ctl *c, const char *measure, bool plans)
{
	static const char *const options[] = { "document", "approver", "effective", "shape", "due" };
	struct setting s = { .plans = plans, .body = json_pack("{s:s}", "measure", measure) };

	for (size_t i = 0; s.body && i < sizeof(options) / sizeof(options[0]); i++) {
		const char *value = ctl_option(c, options[i]);

		if (value != NULL && json_object_set_new(s.body, options[i], json_string(value)) != 0)
			s.failed = true;
	}
	return s;
}

static json_t *member(struct setting *s, const char *key, json_t *(*make)(void))
{
	json_t *j = s->body ? json_object_get(s->body, key) : NULL;

	if (j == NULL && s->body != NULL && json_object_set_new(s->body, key, make()) == 0)
		j = json_object_get(s->body, key);
	s->failed |= j == NULL;
	return j;
}

/* A value of "-" takes a quota away. */
static void add_pair(struct setting *s, const char *left, const char *right)
{
	int32_t day;
	json_t *to;

	if (s->plans && date_parse(bytes_of_string(left), &day) == ERR_OK) {
		to = member(s, "knots", json_array);
		s->failed |= to == NULL ||
			     json_array_append_new(to, json_pack("{s:s, s:s}", "day", left, "percent",
								 right)) != 0;
		return;
	}
	to = member(s, s->plans ? "stages" : "quotas", json_object);
	s->failed |= to == NULL ||
		     json_object_set_new(to, left, strcmp(right, "-") == 0 && !s->plans ?
							   json_null() :
							   json_string(right)) != 0;
}

static int send_setting(struct ctl *c, struct setting *s)
{
	static const struct lang_text unsaid = { "内容不是 UTF-8，或内存不足",
						 "not UTF-8, or out of memory" };
	json_t *answer, *warning;
	size_t i;

	if (s->failed || s->body == NULL) {
		json_decref(s->body);
		return ctl_complain(c, CTL_FAILED, unsaid, NULL);
	}
	answer = ctl_act(c, s->plans ? "plan.set" : "quota.set", s->body);
	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer)) {
		ctl_say(c, stdout, "%s 第 %lld 版，已记入台账，位置 %lld\n",
			"%s version %lld, ledger position %lld\n", ctl_string(answer, "measure"),
			ctl_number(answer, "version"), ctl_number(answer, "position"));
		json_array_foreach(json_object_get(answer, "warnings"), i, warning)
			ctl_say(c, stdout, "  注意：%s（%s / %s）\n", "  note: %s (%s of %s)\n",
				ctl_words(c, warning, "text"), ctl_string(answer, "sum"),
				ctl_string(answer, "goal"));
	}
	json_decref(answer);
	return CTL_OK;
}

static int set_one(struct ctl *c, bool plans)
{
	struct setting s = begin(c, c->arguments[0], plans);

	for (int i = 1; i < c->count; i++) {
		const char *equals = strchr(c->arguments[i], '=');
		char *left = equals ? strndup(c->arguments[i], (size_t)(equals - c->arguments[i])) :
				      NULL;

		if (left == NULL) {
			json_decref(s.body);
			ctl_usage(c, stderr);
			return CTL_USAGE;
		}
		add_pair(&s, left, equals + 1);
		free(left);
	}
	return send_setting(c, &s);
}

/* --- from a file ------------------------------------------------------------------------------ */

static const struct lang_text no_map = {
	"文件须写成“指标: {单位或日期: 数}”的形式：",
	"the file has to be a map: target: {unit or day: number}: "
};

/* "target: {key: value}" for each target; ERR_INVALID. */
static bool is_form(const struct yaml_node *root)
{
	if (root == NULL || root->kind != YAML_MAP || root->count == 0)
		return false;
	for (size_t i = 0; i < root->count; i++) {
		const struct yaml_node *pairs = root->values[i];

		if (pairs->kind != YAML_MAP)
			return false;
		for (size_t k = 0; k < pairs->count; k++)
			if (pairs->values[k]->kind != YAML_SCALAR)
				return false;
	}
	return true;
}

/* One act a target, in the order of the file; stops at the first that is refused. */
static int set_all(struct ctl *c, const struct yaml_node *root, bool plans)
{
	int status = CTL_OK;

	for (size_t i = 0; i < root->count && status == CTL_OK; i++) {
		const struct yaml_node *pairs = root->values[i];
		struct setting s = begin(c, (const char *)root->keys[i]->text.data, plans);

		for (size_t k = 0; k < pairs->count; k++)
			add_pair(&s, (const char *)pairs->keys[k]->text.data,
				 (const char *)pairs->values[k]->text.data);
		status = send_setting(c, &s);
		if (status != CTL_OK)
			ctl_say(c, stderr, "停在第 %u 行：%s；其前已记入，其后未处理\n",
				"stopped at line %u: %s; what stands before it is done, what stands "
				"behind it is not\n",
				root->keys[i]->line, (const char *)root->keys[i]->text.data);
	}
	return status;
}

static int set_file(struct ctl *c, const char *path, bool plans)
{
	struct diag_list diags = { 0 };
	struct yaml_doc *doc = NULL;
	int status = CTL_CONFIG;

	if (yaml_load_file(path, &diags, &doc) != ERR_OK)
		diag_print(&diags, c->lang, stderr);
	else if (!is_form(yaml_root(doc)))
		status = ctl_complain(c, CTL_CONFIG, no_map, path);
	else
		status = set_all(c, yaml_root(doc), plans);
	diag_free(&diags);
	yaml_close(doc);
	return status;
}

static int set(struct ctl *c, bool plans)
{
	const char *file = ctl_option(c, "file");

	if ((file != NULL) == (c->count > 0)) {
		ctl_usage(c, stderr);
		return CTL_USAGE;
	}
	return file ? set_file(c, file, plans) : set_one(c, plans);
}

int ctl_plan_set(struct ctl *c)
{
	return set(c, true);
}

int ctl_quota_set(struct ctl *c)
{
	return set(c, false);
}
