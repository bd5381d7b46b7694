/* SPDX-License-Identifier: MIT */
/* The tables of keys as a manual. */
#include "aggregator/catalogue/schema.h"

#define SECTIONS_MAX 64

static const struct lang_text TYPES[] = {
	[SCHEMA_ID] = { "编号", "id" },
	[SCHEMA_TEXT] = { "文字", "text" },
	[SCHEMA_NAME] = { "{zh: …, en: …}", "{zh: ..., en: ...}" },
	[SCHEMA_BOOL] = { "true 或 false", "true or false" },
	[SCHEMA_COUNT] = { "整数", "whole number" },
	[SCHEMA_DATE] = { "日期，如 2022-06-30", "date, like 2022-06-30" },
	[SCHEMA_MONTH] = { "月份，如 2022-06", "month, like 2022-06" },
	[SCHEMA_OFFSET] = { "时区，如 \"+08:00\"", "offset, like \"+08:00\"" },
	[SCHEMA_CHOICE] = { "之一：", "one of" },
	[SCHEMA_PERCENT] = { "百分比，0 到 100", "per cent, 0 to 100" },
	[SCHEMA_POINTS] = { "百分点", "percentage points" },
	[SCHEMA_NUMBER] = { "数", "number" },
	[SCHEMA_REF] = { "一个编号", "the id of something" },
	[SCHEMA_REFS] = { "编号列表", "list of ids" },
	[SCHEMA_ANY] = { "见说明", "see there" },
	[SCHEMA_PAIRS] = { "键值对", "map" },
	[SCHEMA_RECORD] = { "见下", "see below" },
	[SCHEMA_RECORDS] = { "列表，见下", "list, see below" },
};
static const struct lang_text HEADER = { "| 键 | 类型 | 必填 | 默认 | 含义 |",
					 "| key | type | required | default | meaning |" };
static const struct lang_text YES = { "是", "yes" };

static void print_type(const struct schema_field *f, enum lang lang, FILE *to)
{
	fputs(lang_pick(TYPES[f->type], lang), to);
	if (f->type == SCHEMA_COUNT)
		fprintf(to, " %u..%u", f->min, f->max);
	if (f->type == SCHEMA_CHOICE)
		for (size_t i = 0; f->names[i]; i++)
			fprintf(to, "%s `%s`", i ? "," : "", f->names[i]);
	if (f->below)
		fprintf(to, " (%s)", f->below->name);
}

static void print_field(const struct schema_field *f, enum lang lang, FILE *to)
{
	fprintf(to, "| `%s` | ", f->key);
	print_type(f, lang, to);
	fprintf(to, " | %s | ", f->required ? lang_pick(YES, lang) : "");
	if (f->fallback)
		fprintf(to, "`%s`", f->fallback);
	fprintf(to, " | %s |\n", lang_pick(f->help, lang));
}

static void print_table(const struct schema_section *s, enum lang lang, FILE *to)
{
	fprintf(to, "### %s\n%s\n\n%s\n|---|---|---|---|---|\n", s->name, lang_pick(s->help, lang),
		lang_pick(HEADER, lang));
	for (size_t i = 0; i < s->count; i++)
		print_field(&s->fields[i], lang, to);
	fputc('\n', to);
}

/* Sections in the order in which they are reached. */
struct sections {
	const struct schema_section *items[SECTIONS_MAX];
	size_t count;
};

static void reach(struct sections *all, const struct schema_section *s)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->items[i] == s)
			return;
	if (all->count == SECTIONS_MAX)
		return;
	all->items[all->count++] = s;
	for (size_t i = 0; i < s->count; i++)
		if (s->fields[i].below)
			reach(all, s->fields[i].below);
}

void schema_print(const struct schema_section *const *roots, size_t count, enum lang lang, FILE *to)
{
	struct sections all = { .count = 0 };

	for (size_t i = 0; i < count; i++)
		reach(&all, roots[i]);
	for (size_t i = 0; i < all.count; i++)
		print_table(all.items[i], lang, to);
}
