/* SPDX-License-Identifier: MIT */
/* minshengctl alert trace: from an alert back to its rows. */
#include "daemon/ctl/ctl.h"

#include <string.h>

static void print_row(const struct ctl *c, const json_t *row)
{
	char at[CTL_TIME];
	const json_t *released = json_object_get(row, "released_by");

	printf("    %s %lld:%lld  %s  %s  %s %s = %s",
	       json_is_true(json_object_get(row, "counts")) ? "+" : " ",
	       ctl_number(row, "position"), ctl_number(row, "row"),
	       ctl_time(row, "received_at", at),
	       ctl_words(c, json_object_get(row, "reporter"), "name"),
	       ctl_word(c, ctl_string(row, "kind")), ctl_string(row, "as_of"),
	       ctl_string(row, "value"));
	if (*ctl_string(row, "denominator"))
		printf("/%s", ctl_string(row, "denominator"));
	printf("  (%s → %s)", *ctl_string(row, "before") ? ctl_string(row, "before") : "-",
	       *ctl_string(row, "after") ? ctl_string(row, "after") : "-");
	if (!json_is_null(released))
		printf("  %s%lld", ctl_pick(c, "放行 ", "released by "),
		       (long long)json_integer_value(released));
	putchar('\n');
}

static void print_cells(const struct ctl *c, const json_t *trace)
{
	json_t *cell, *row;
	size_t i, k;

	json_array_foreach(json_object_get(trace, "cells"), i, cell)
	{
		const json_t *source = json_object_get(cell, "source");

		printf("  %s  %s  %s", ctl_string(cell, "target"),
		       ctl_words(c, json_object_get(cell, "unit"), "name"),
		       *ctl_string(cell, "value") ? ctl_string(cell, "value") : "-");
		if (*ctl_string(cell, "denominator"))
			printf("/%s", ctl_string(cell, "denominator"));
		if (json_is_object(source))
			printf("  %s%s", ctl_pick(c, "另报：", "as said by "),
			       ctl_words(c, source, "name"));
		putchar('\n');
		json_array_foreach(json_object_get(cell, "rows"), k, row) print_row(c, row);
	}
}

static void print_missing(const struct ctl *c, const json_t *trace)
{
	json_t *one;
	char at[CTL_TIME];
	size_t i;

	json_array_foreach(json_object_get(trace, "missing"), i, one) printf(
		"  %s %s  %s  %s\n", ctl_pick(c, "未报", "missing"),
		ctl_words(c, one, "target_name"),
		ctl_words(c, json_object_get(one, "unit"), "name"), ctl_time(one, "came_at", at));
	json_array_foreach(json_object_get(trace, "holds"), i, one)
		printf("  %s %lld:%lld  %s = %s\n", ctl_pick(c, "待核", "on hold"),
		       ctl_number(one, "position"), ctl_number(one, "row"),
		       ctl_string(one, "as_of"), ctl_string(one, "value"));
}

static void print_steps(const struct ctl *c, const json_t *trace)
{
	json_t *one;
	char at[CTL_TIME];
	size_t i;

	json_array_foreach(json_object_get(trace, "steps"), i, one)
		printf("  #%lld  %s  %s  %s %lld\n", ctl_number(one, "number"),
		       ctl_time(one, "at", at), ctl_word(c, ctl_string(one, "transition")),
		       ctl_pick(c, "条目", "entry"), ctl_number(one, "position"));
	json_array_foreach(json_object_get(trace, "entries"), i, one)
		printf("  %lld  %s  %s  %s\n", ctl_number(one, "position"), ctl_time(one, "at", at),
		       ctl_word(c, ctl_string(one, "kind")),
		       ctl_words(c, json_object_get(one, "reporter"), "name"));
}

static void print_trace(const struct ctl *c, const json_t *trace)
{
	const json_t *about = json_object_get(trace, "about");

	printf("%s  #%lld\n%s\n", ctl_string(about, "id"), ctl_number(about, "number"),
	       ctl_words(c, about, "text"));
	puts(ctl_pick(c, "日志与条目：", "log and entries:"));
	print_steps(c, trace);
	puts(ctl_pick(c, "由来（+ 为计入的行）：", "made of (+: rows that count):"));
	print_cells(c, trace);
	print_missing(c, trace);
	puts(json_is_true(json_object_get(trace, "adds_up")) ?
		     ctl_pick(c, "✓ 与预警所述相符", "✓ adds up to what the alert says") :
		     ctl_pick(c, "✕ 与预警所述不符", "✕ does not add up to what the alert says"));
	if (!json_is_true(json_object_get(trace, "complete")))
		puts(ctl_pick(c, "条目过多，未全部查看。",
			      "Not all entries were looked through: too many."));
}

int ctl_alert_trace(struct ctl *c)
{
	char rest[40] = "/trace";
	size_t number = 0;
	json_t *answer;

	if (!ctl_count(c, "number", 0, INT32_MAX, &number))
		return CTL_USAGE;
	if (number)
		snprintf(rest, sizeof(rest), "/trace?number=%zu", number);
	answer = ctl_get_one(c, "alerts", c->arguments[0], rest);
	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer))
		print_trace(c, answer);
	json_decref(answer);
	return CTL_OK;
}
