/* SPDX-License-Identifier: MIT */
#include "daemon/ctl/ctl.h"
#include "daemon/ctl/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIST_MAX 5000

static const char *mark(const json_t *alert)
{
	const char *severity = ctl_string(alert, "severity");

	if (strcmp(ctl_string(alert, "transition"), "resolved") == 0)
		return "✓";
	return strcmp(severity, "red") == 0 ? "✕" : strcmp(severity, "yellow") == 0 ? "▲" : "·";
}

static void print_alert(const struct ctl *c, const json_t *alert)
{
	printf("%s %s  %s\n    %s  #%lld %.10s\n", mark(alert), ctl_words(c, alert, "kind_word"),
	       ctl_words(c, alert, "text"), ctl_string(alert, "id"), ctl_number(alert, "number"),
	       ctl_string(alert, "at"));
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
	}
	json_decref(answer);
	return CTL_OK;
}

int ctl_alert_list(struct ctl *c)
{
	static const char *const options[] = {
		"state", "target", "unit", "severity", "limit", NULL
	};
	const char *limit = ctl_option(c, "limit");
	long max = limit ? strtol(limit, NULL, 10) : LIST_MAX;

	return print_all(c, ctl_list(c, "/api/v1/alerts", "alerts", options,
				     max > 0 && max < LIST_MAX ? (size_t)max : LIST_MAX));
}

int ctl_alert_log(struct ctl *c)
{
	static const char *const options[] = { "from", "limit", NULL };

	return print_all(c, ctl_list(c, "/api/v1/alerts/log", "alerts", options, 1));
}

int ctl_alert_show(struct ctl *c)
{
	char path[200];
	json_t *answer, *alert;
	size_t i;

	snprintf(path, sizeof(path), "/api/v1/alerts/%s", c->arguments[0]);
	answer = ctl_get(c, path);
	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer)) {
		printf("%s  %s\n", ctl_string(answer, "id"), ctl_string(answer, "state"));
		json_array_foreach(json_object_get(answer, "log"), i, alert) print_alert(c, alert);
	}
	json_decref(answer);
	return CTL_OK;
}
