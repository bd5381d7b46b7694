/* SPDX-License-Identifier: MIT */
/* Lists of records, and one of them with its life. */
#include "daemon/ctl/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aggregator/office/forms.h"
#include "base/buf.h"
#include "daemon/ctl/table.h"

#define LIST_MAX 5000
#define BRIEF 120 /* bytes of a text in a table */

/* --- values ----------------------------------------------------------------------------------- */

static void add(char *out, size_t cap, const char *text)
{
	size_t n = strlen(out);

	snprintf(out + n, cap - n, "%s", text);
}

/* What prints a record. */
struct printer {
	const struct ctl *c;
	const struct forms_kind *kind;
};

/* A text as people say it: a unit by its name, a choice by its word. */
static const char *word_of(const struct printer *p, const struct forms_field *f, const json_t *value)
{
	const char *text = json_string_value(value);

	if (json_is_object(value))
		return ctl_words(p->c, value, "name");
	if (!text)
		return "";
	return f && f->type == FORMS_CHOICE ? ctl_word(p->c, text) : text;
}

/* A number, a text, or a list in one line. */
static void format(const struct printer *p, const char *name, const json_t *record, char *out,
		   size_t cap)
{
	const struct forms_field *f = forms_field(p->kind, name);
	const json_t *value = json_object_get(record, name);
	json_t *each;
	size_t i;

	out[0] = '\0';
	if (json_is_integer(value))
		snprintf(out, cap, "%lld", (long long)json_integer_value(value));
	else if (!json_is_array(value))
		snprintf(out, cap, "%s", word_of(p, f, value));
	json_array_foreach((json_t *)(uintptr_t)value, i, each)
	{
		add(out, cap, i ? ctl_pick(p->c, "、", ", ") : "");
		add(out, cap, word_of(p, f, each));
	}
}

/* Its first line, cut where no character is halved. */
static void shorten(char *text)
{
	size_t n = strcspn(text, "\r\n");
	bool cut = text[n] != '\0' || n > BRIEF;

	if (n > BRIEF)
		for (n = BRIEF; n > 0 && (text[n] & 0xc0) == 0x80;)
			n--;
	text[n] = '\0';
	if (cut)
		memcpy(text + n, "…", sizeof("…"));
}

/* --- lists ------------------------------------------------------------------------------------ */

static const struct {
	enum records_kind kind;
	const char *columns; /* fields, each with a space behind it */
} layouts[] = {
	{ RECORDS_NARRATIVE, "period item unit late_days progress " },
	{ RECORDS_PROBLEM, "number state owner deadline late item title " },
	{ RECORDS_INSPECTION, "number state date unit measure reported found difference object " },
	{ RECORDS_MEETING, "number state date quarter chair topics " },
	{ RECORDS_DECISION, "id state owner deadline late item text " },
	{ RECORDS_PORTFOLIO, "person title projects items units from to " },
	{ RECORDS_CONTACT, "unit name title role phone wecom email state " },
};

/* The name of the next column. NULL: the end. */
static const char *next_column(const char *at, char name[32])
{
	size_t n = strcspn(at, " ");

	if (n == 0)
		return NULL;
	snprintf(name, 32, "%.*s", (int)n, at);
	return at + n + 1;
}

static const char *heading(const struct ctl *c, const struct forms_kind *k, const char *name)
{
	static const struct {
		const char *name;
		struct lang_text word;
	} common[] = { { "number", { "编号", "number" } },
		       { "id", { "编号", "number" } },
		       { "state", { "状态", "state" } },
		       { "late", { "超期（工作日）", "overdue (working days)" } } };
	const struct forms_field *f = forms_field(k, name);

	for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); i++)
		if (strcmp(common[i].name, name) == 0)
			return lang_pick(common[i].word, c->lang);
	return f ? lang_pick(f->word, c->lang) : name;
}

static void put_cell(const struct printer *p, struct table *t, const char *name, const json_t *record)
{
	char text[512] = "";

	if (strcmp(name, "state") == 0)
		snprintf(text, sizeof(text), "%s", ctl_words(p->c, record, "state_word"));
	else if (strcmp(name, "late") != 0)
		format(p, name, record, text, sizeof(text) - sizeof("…"));
	else if (json_is_true(json_object_get(record, "overdue")))
		snprintf(text, sizeof(text), "%lld", ctl_number(record, "overdue_days"));
	shorten(text);
	table_put(t, text);
}

static const char *columns_of(const struct forms_kind *k)
{
	for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++)
		if (layouts[i].kind == k->kind)
			return layouts[i].columns;
	return "id state ";
}

static int print_table(const struct printer *p, const json_t *list)
{
	const char *columns = columns_of(p->kind), *at;
	char align[16] = "", name[32];
	struct table *t;
	json_t *record;
	size_t i;
	int status;

	for (at = columns; (at = next_column(at, name));)
		add(align, sizeof(align), "l");
	t = table_new(align);
	for (at = columns; t && (at = next_column(at, name));)
		table_put(t, heading(p->c, p->kind, name));
	json_array_foreach((json_t *)(uintptr_t)list, i, record)
		for (at = columns; t && (at = next_column(at, name));)
			put_cell(p, t, name, record);
	status = t && table_error(t) == ERR_OK ? CTL_OK : CTL_FAILED;
	if (status == CTL_OK)
		table_print(t, stdout);
	table_free(t);
	return status;
}

int ctl_record_list(struct ctl *c)
{
	const struct forms_kind *k = ctl_record_kind(c);
	const struct printer p = { c, k };
	const char *options[CTL_OPTIONS + 1] = { NULL };
	const json_t *list;
	json_t *answer;
	char path[64];
	int status = CTL_OK;

	for (size_t i = 0; c->command->options[i].name; i++) {
		options[i] = c->command->options[i].name;
		if (strcmp(options[i], "overdue") == 0 && c->values[i])
			c->values[i] = "true"; /* a flag here, a choice there */
	}
	snprintf(path, sizeof(path), "/api/v1/%s", k->list);
	if ((answer = ctl_list(c, path, k->list, options, LIST_MAX)) == NULL)
		return CTL_FAILED;
	list = json_object_get(answer, k->list);
	if (!ctl_printed(c, answer)) {
		if (json_array_size(list) == 0)
			puts(ctl_pick(c, "没有", "none"));
		else
			status = print_table(&p, list);
	}
	json_decref(answer);
	return status;
}

/* --- one of them ------------------------------------------------------------------------------ */

static void print_field(const struct ctl *c, const char *word, const char *text)
{
	printf("%s%s", word, ctl_pick(c, "：", ": "));
	if (strchr(text, '\n') == NULL) {
		puts(text);
		return;
	}
	putchar('\n');
	for (; *text != '\0'; text += strcspn(text, "\n") + (strchr(text, '\n') != NULL))
		printf("    %.*s\n", (int)strcspn(text, "\n"), text);
}

static void print_values(const struct printer *p, const json_t *record)
{
	const struct ctl *c = p->c;
	char text[16384];

	for (const struct forms_field *f = p->kind->fields; f->name; f++) {
		format(p, f->name, record, text, sizeof(text));
		if (text[0])
			print_field(c, lang_pick(f->word, c->lang), text);
	}
	if (json_is_true(json_object_get(record, "overdue")))
		ctl_say(c, stdout, "已超期 %lld 个工作日\n", "overdue, working days: %lld\n",
			ctl_number(record, "overdue_days"));
}

/* What was said, field by field, each in one line. */
static void print_step(const struct printer *p, const json_t *step)
{
	const struct ctl *c = p->c;
	const struct forms_kind *kind;
	const struct forms_act *act = forms_act(ctl_string(step, "act"), &kind);
	const json_t *said = json_object_get(step, "said");
	char time[CTL_TIME], text[16384];

	printf("%3lld  %s  %s  %s%s%s\n", ctl_number(step, "step"), ctl_time(step, "at", time),
	       act ? lang_pick(act->word, c->lang) : "", ctl_string(step, "by"),
	       ctl_string(step, "why")[0] ? ctl_pick(c, "：", ": ") : "", ctl_string(step, "why"));
	for (const struct forms_field *f = p->kind->fields; f->name; f++) {
		format(p, f->name, said, text, sizeof(text) - sizeof("…"));
		shorten(text);
		if (text[0])
			printf("       %s%s%s\n", lang_pick(f->word, c->lang),
			       ctl_pick(c, "：", ": "), text);
	}
}

static int print_record(const struct printer *p, const json_t *record)
{
	const char *number = ctl_string(record, "number");
	const json_t *decisions = json_object_get(record, "decisions");
	const struct printer below = { p->c, forms_kind(RECORDS_DECISION) };
	int status = CTL_OK;
	json_t *step;
	size_t i;

	printf("%s %s  %s\n", lang_pick(p->kind->word, p->c->lang),
	       number[0] ? number : ctl_string(record, "id"), ctl_words(p->c, record, "state_word"));
	print_values(p, record);
	if (json_array_size(decisions) > 0) {
		puts(ctl_pick(p->c, "\n议定事项", "\nDecisions"));
		status = print_table(&below, decisions);
	}
	puts(ctl_pick(p->c, "\n经过", "\nWhat happened"));
	json_array_foreach(json_object_get(record, "log"), i, step) print_step(p, step);
	return status;
}

/* "协调-2022-003" is what people read, 2022-003 the id; a narrative is named by item and month. */
static void format_id(const struct ctl *c, const struct forms_kind *k, char *out, size_t cap)
{
	const char *text = c->arguments[0];
	size_t n = k->prefix ? strlen(k->prefix) : 0;

	if (n && strncmp(text, k->prefix, n) == 0 && text[n] == '-')
		text += n + 1;
	if (c->count == 2)
		snprintf(out, cap, "%s.%s", c->arguments[1], text);
	else
		snprintf(out, cap, "%s", text);
}

int ctl_record_show(struct ctl *c)
{
	const struct forms_kind *k = ctl_record_kind(c);
	const struct printer p = { c, k };
	int status = CTL_OK;
	char id[FORMS_ID];
	json_t *answer;

	format_id(c, k, id, sizeof(id));
	answer = ctl_get_one(c, k->list, id, "");
	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer))
		status = print_record(&p, answer);
	json_decref(answer);
	return status;
}

/* --- what is not there ------------------------------------------------------------------------ */

static void print_missing(const struct ctl *c, const json_t *completeness)
{
	json_t *one;
	size_t i;

	ctl_say(c, stdout, "应报 %lld 项，已报 %lld 项（迟报 %lld 项）\n",
		"%lld items owe one, %lld have it (%lld of them late)\n",
		ctl_number(completeness, "expected"), ctl_number(completeness, "written"),
		ctl_number(completeness, "late"));
	json_array_foreach(json_object_get(completeness, "missing"), i, one)
	{
		printf("  %s %s  %s", ctl_string(one, "item"), ctl_words(c, one, "name"),
		       ctl_words(c, json_object_get(one, "lead"), "name"));
		if (ctl_number(one, "late_days") > 0)
			ctl_say(c, stdout, "  迟 %lld 个工作日", "  late, working days: %lld",
				ctl_number(one, "late_days"));
		putchar('\n');
	}
}

int ctl_record_missing(struct ctl *c)
{
	struct buf path = { 0 };
	json_t *answer;

	buf_put_string(&path, "/api/v1/narratives?limit=1&period=");
	ctl_put_encoded(&path, c->arguments[0]);
	answer = ctl_get(c, buf_cstring(&path));
	buf_free(&path);
	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, json_object_get(answer, "completeness")))
		print_missing(c, json_object_get(answer, "completeness"));
	json_decref(answer);
	return CTL_OK;
}

/* Nobody lacks a meeting: all had theirs, or nobody is known to be in charge of anything. */
static void print_nobody(struct ctl *c)
{
	json_t *answer = ctl_get_quietly(c, "/api/v1/portfolio?limit=1"), *list = NULL, *member;
	const char *name;

	json_object_foreach(answer, name, member)
		if (json_is_array(member))
			list = member;
	if (list != NULL && json_array_size(list) == 0)
		puts(ctl_pick(c, "还没有登记分管领导（minshengctl portfolio set）",
			      "nobody is recorded as in charge of anything (minshengctl portfolio set)"));
	else
		puts(ctl_pick(c, "没有", "none"));
	json_decref(answer);
}

int ctl_record_lacking(struct ctl *c)
{
	struct buf path = { 0 };
	json_t *answer, *one;
	size_t i;

	buf_put_string(&path, "/api/v1/meetings?limit=1&quarter=");
	ctl_put_encoded(&path, c->arguments[0]);
	answer = ctl_get(c, buf_cstring(&path));
	buf_free(&path);
	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, json_object_get(answer, "lacking"))) {
		json_array_foreach(json_object_get(answer, "lacking"), i, one)
			printf("%s %s%s\n", ctl_string(one, "title"), ctl_string(one, "person"),
			       json_is_true(json_object_get(one, "planned")) ?
				       ctl_pick(c, "（已安排）", " (planned)") :
				       "");
		if (i == 0)
			print_nobody(c);
	}
	json_decref(answer);
	return CTL_OK;
}
