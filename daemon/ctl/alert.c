/* SPDX-License-Identifier: MIT */
#include "daemon/ctl/ctl.h"
#include "daemon/ctl/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIST_MAX 5000
#define RANKS 4

static const char *mark(const json_t *alert)
{
	const char *severity = ctl_string(alert, "severity");

	if (strcmp(ctl_string(alert, "transition"), "resolved") == 0)
		return "✓";
	return strcmp(severity, "red") == 0 ? "✕" : strcmp(severity, "yellow") == 0 ? "▲" : "·";
}

/* Who has seen it, who has it, until when it is silent; nothing where nobody did anything. */
static void print_care(const struct ctl *c, const json_t *alert)
{
	const json_t *acknowledged = json_object_get(alert, "acknowledged"),
		     *assigned = json_object_get(alert, "assigned"),
		     *silenced = json_object_get(alert, "silenced");
	char until[CTL_TIME];

	if (json_is_object(acknowledged))
		printf("    %s%s", ctl_pick(c, "签收：", "acknowledged: "),
		       ctl_string(acknowledged, "by"));
	if (json_is_object(assigned))
		printf("    %s%s", ctl_pick(c, "交办：", "assigned: "),
		       ctl_string(assigned, "to"));
	if (json_is_object(silenced))
		printf("    %s%s", ctl_pick(c, "静默至：", "silent until: "),
		       ctl_time(silenced, "until", until));
	if (json_is_object(acknowledged) || json_is_object(assigned) || json_is_object(silenced))
		putchar('\n');
}

static void print_alert(const struct ctl *c, const json_t *alert)
{
	printf("%s %s  %s\n    %s  #%lld %.10s\n", mark(alert), ctl_words(c, alert, "kind_word"),
	       ctl_words(c, alert, "text"), ctl_string(alert, "id"), ctl_number(alert, "number"),
	       ctl_string(alert, "at"));
	print_care(c, alert);
}

/* Counts by lead or project, where the answer has them. */
static void print_groups(const struct ctl *c, const json_t *groups)
{
	json_t *group;
	size_t i;

	json_array_foreach(groups, i, group)
		printf("%s%s  %lld (✕ %lld, ▲ %lld)\n", i ? "" : "\n",
		       json_is_null(json_object_get(group, "id")) ? "-" : ctl_words(c, group, "name"),
		       ctl_number(group, "count"), ctl_number(group, "red"),
		       ctl_number(group, "yellow"));
}

/* By severity; 3: resolved. */
static int rank(const json_t *alert)
{
	const char *severity = ctl_string(alert, "severity");

	if (strcmp(ctl_string(alert, "state"), "resolved") == 0)
		return 3;
	return strcmp(severity, "red") == 0 ? 0 : strcmp(severity, "yellow") == 0 ? 1 : 2;
}

static int print_all(struct ctl *c, json_t *answer)
{
	json_t *alert;
	size_t i;

	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer)) {
		json_array_foreach(json_object_get(answer, "alerts"), i, alert)
			print_alert(c, alert);
		if (i == 0)
			puts(ctl_pick(c, "没有", "none"));
		print_groups(c, json_object_get(answer, "groups"));
	}
	json_decref(answer);
	return CTL_OK;
}

/* Open ones before the others; red, yellow, info; the newest first. */
static int compare(const void *a, const void *b)
{
	const json_t *const *x = a, *const *y = b;
	int by_rank = rank(*x) - rank(*y);
	long long m = ctl_number(*x, "number"), n = ctl_number(*y, "number");

	return by_rank ? by_rank : (m < n) - (m > n);
}

/* Puts the list in order and keeps max of it; counts[] by rank. false: no memory. */
static bool arrange(json_t *answer, size_t max, size_t counts[RANKS])
{
	json_t *list = json_object_get(answer, "alerts"), *sorted = json_array(), *one;
	size_t n = json_array_size(list), i;
	json_t **order = calloc(n + 1, sizeof(*order));
	bool ok = order != NULL && sorted != NULL;

	json_array_foreach(list, i, one)
	{
		if (ok)
			order[i] = one;
		counts[rank(one)]++;
	}
	if (ok)
		qsort(order, n, sizeof(*order), compare);
	for (i = 0; ok && i < n && i < max; i++)
		ok = json_array_append(sorted, order[i]) == 0;
	ok = ok && json_object_set(answer, "alerts", sorted) == 0;
	json_decref(sorted);
	free(order);
	return ok;
}

int ctl_alert_list(struct ctl *c)
{
	static const char *const options[] = {
		"state", "target", "unit", "severity", "group", NULL
	};
	size_t counts[RANKS] = { 0 }, max, all;
	json_t *answer;
	int status;

	if (!ctl_count(c, "limit", LIST_MAX, LIST_MAX, &max))
		return CTL_USAGE;
	answer = ctl_list(c, "/api/v1/alerts", "alerts", options, LIST_MAX);
	if (answer == NULL || !arrange(answer, max, counts)) {
		json_decref(answer);
		return CTL_FAILED;
	}
	status = print_all(c, answer);
	all = counts[0] + counts[1] + counts[2];
	if (status != CTL_OK || c->json || all + counts[3] == 0)
		return status;
	ctl_say(c, stdout, "未解除 %zu：红 %zu，黄 %zu，提示 %zu", "%zu open: red %zu, yellow %zu, info %zu",
		all, counts[0], counts[1], counts[2]);
	if (counts[3] > 0)
		ctl_say(c, stdout, "；已解除 %zu", "; resolved %zu", counts[3]);
	if (all + counts[3] > max)
		ctl_say(c, stdout, "；以上是前 %zu 条", "; the first %zu are above", max);
	putchar('\n');
	return status;
}

static json_t *log_page(struct ctl *c, long long from, size_t limit)
{
	char path[100];

	snprintf(path, sizeof(path), "/api/v1/alerts/log?from=%lld&limit=%zu", from, limit);
	return ctl_get(c, path);
}

/* --- what a person does ----------------------------------------------------------------------- */

/* No act without one; a comment is its own. */
static bool has_reason(struct ctl *c)
{
	const char *why = ctl_option(c, "why");

	if (why != NULL && why[0] != '\0')
		return true;
	ctl_complain(c, CTL_USAGE, (struct lang_text){ "请写明理由：", "say why: " },
		     "--why TEXT");
	return false;
}

static int tell_done(struct ctl *c, json_t *answer)
{
	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer)) {
		if (json_object_get(answer, "alerts") != NULL)
			ctl_say(c, stdout, "已记入日志：%lld 条预警\n", "in the log: alerts: %lld\n",
				ctl_number(answer, "alerts"));
		else
			puts(ctl_pick(c, "已记入日志", "in the log"));
	}
	json_decref(answer);
	return CTL_OK;
}

int ctl_alert_ack(struct ctl *c)
{
	if (!has_reason(c))
		return CTL_USAGE;
	return tell_done(c, ctl_act(c, "alert.ack", json_pack("{s:s}", "alert", c->arguments[0])));
}

int ctl_alert_assign(struct ctl *c)
{
	if (!has_reason(c))
		return CTL_USAGE;
	return tell_done(c, ctl_act(c, "alert.assign",
				    json_pack("{s:s, s:s}", "alert", c->arguments[0], "to",
					      c->arguments[1])));
}

int ctl_alert_comment(struct ctl *c)
{
	return tell_done(c, ctl_act(c, "alert.comment",
				    json_pack("{s:s, s:s}", "alert", c->arguments[0], "text",
					      c->arguments[1])));
}

/* An alert by its id, or those that --kind, --unit and --target choose. */
static json_t *chosen(struct ctl *c)
{
	return json_pack("{s:s*, s:s*, s:s*, s:s*, s:s*}", "alert",
			 c->count > 0 ? c->arguments[0] : NULL, "kind", ctl_option(c, "kind"),
			 "unit", ctl_option(c, "unit"), "measure", ctl_option(c, "target"), "until",
			 ctl_option(c, "until"));
}

int ctl_alert_silence(struct ctl *c)
{
	if (!has_reason(c))
		return CTL_USAGE;
	if (ctl_option(c, "until") == NULL)
		return ctl_complain(c, CTL_USAGE,
				    (struct lang_text){ "静默到哪一天：", "until when: " },
				    "--until 2022-08-31");
	return tell_done(c, ctl_act(c, "alert.silence", chosen(c)));
}

int ctl_alert_unsilence(struct ctl *c)
{
	return has_reason(c) ? tell_done(c, ctl_act(c, "alert.unsilence", chosen(c))) : CTL_USAGE;
}

int ctl_alert_log(struct ctl *c)
{
	const char *given = ctl_option(c, "from");
	long long from = given ? strtoll(given, NULL, 10) : 0, last, next;
	json_t *answer;
	size_t limit;
	int status;

	if (!ctl_count(c, "limit", 100, 1000, &limit) ||
	    (given != NULL && !ctl_count(c, "from", 1, INT32_MAX, &(size_t){ 0 })))
		return CTL_USAGE;
	answer = log_page(c, from ? from : 1, from ? limit : 1);
	last = ctl_number(answer, "last");
	if (from == 0 && answer != NULL) { /* now that the last one is known */
		from = last > (long long)limit ? last - (long long)limit + 1 : 1;
		json_decref(answer);
		answer = log_page(c, from, limit);
	}
	next = ctl_number(answer, "next");
	status = print_all(c, answer);
	if (status != CTL_OK || c->json)
		return status;
	if (given == NULL && from > 1)
		ctl_say(c, stdout, "更早的：minshengctl alert log --from %lld --limit %zu\n",
			"Older ones: minshengctl alert log --from %lld --limit %zu\n",
			from > (long long)limit ? from - (long long)limit : 1, limit);
	else if (next <= last)
		ctl_say(c, stdout, "还有，共 %lld 条：minshengctl alert log --from %lld --limit %zu\n",
			"More, of %lld: minshengctl alert log --from %lld --limit %zu\n", last,
			next, limit);
	return status;
}

int ctl_alert_show(struct ctl *c)
{
	json_t *answer = ctl_get_one(c, "alerts", c->arguments[0], ""), *alert;
	size_t i;

	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer)) {
		printf("%s  %s\n", ctl_string(answer, "id"),
		       ctl_word(c, ctl_string(answer, "state")));
		print_care(c, answer);
		if (json_is_object(json_object_get(answer, "explanation")))
			puts(ctl_words(c, json_object_get(answer, "explanation"), "text"));
		json_array_foreach(json_object_get(answer, "log"), i, alert) print_alert(c, alert);
	}
	json_decref(answer);
	return CTL_OK;
}
