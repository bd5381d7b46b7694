/* SPDX-License-Identifier: MIT */
/* Rows below the heading: sums compared, what is left out filled in, figures taken. */
#include <stdio.h>

#include "base/decimal.h"
#include "collectors/input_table_impl.h"

/* --- sums ----------------------------------------------------------------------------------------- */

static const struct {
	const char *word;
	bool part; /* of the rows since the last sum */
} sums[] = {
	{ "合计", false }, { "总计", false }, { "共计", false }, { "全市合计", false },
	{ "小计", true },  { "total", false }, { "sum", false }, { "subtotal", true },
};

/* The text without any blanks. */
static bool squeeze(const char *text, char *out, size_t cap)
{
	char narrow[64];
	size_t n = 0;

	if (!input_number_narrow(bytes_of_string(text), narrow, sizeof(narrow)))
		return false;
	for (const char *s = narrow; *s && n + 1 < cap; s++)
		if (*s > ' ' || *s < 0)
			out[n++] = *s;
	out[n] = '\0';
	return n > 0;
}

/* NULL: the row is no sum. */
static const bool *is_sum(const struct input_table *t, const struct sheet_cell *cells, size_t count)
{
	char word[32];

	for (size_t i = 0; i < count && i < t->columns; i++) {
		int f = t->field[i];

		if ((f != INPUT_UNIT && f != INPUT_ITEM && f != INPUT_TARGET && f >= 0) ||
		    !squeeze(cells[i].text, word, sizeof(word)))
			continue;
		for (size_t k = 0; k < sizeof(sums) / sizeof(*sums); k++)
			if (input_heading_is(bytes_of_string(word), sums[k].word))
				return &sums[k].part;
	}
	return NULL;
}

static void add_up(struct input_sum *s, const struct minsheng_row *row)
{
	int64_t n;

	s->rows++;
	if (decimal_parse(bytes_of_string(row->value), DECIMAL_PLACES_MAX, &n) != ERR_OK ||
	    !decimal_add(s->value, n, &s->value))
		s->lost = true;
}

static void compare_sum(struct input_table *t, unsigned line, const struct sheet_cell *cells,
			size_t count, const struct input_sum *sum)
{
	static const struct lang_text differs = { "合计 %s 与各行之和 %s 不符",
						  "the sum says %s, the rows add up to %s" };
	static const struct lang_text hint = { "合计行只作核对，不导入",
					       "sums are compared, and not taken" };
	char number[INPUT_NUMBER_MAX], added[DECIMAL_TEXT_MAX];
	int64_t said;

	for (size_t i = 0; i < count && i < t->columns; i++) {
		if (t->field[i] != INPUT_VALUE || sum->lost || !sum->rows)
			continue;
		if (input_number_read(bytes_of_string(cells[i].text), (struct bytes){ 0 }, number) ==
			    INPUT_NUMBER_NONE ||
		    decimal_parse(bytes_of_string(number), DECIMAL_PLACES_MAX, &said) != ERR_OK ||
		    said == sum->value)
			continue;
		decimal_format(sum->value, DECIMAL_PLACES_MAX, added);
		for (size_t n = strlen(added); n > 1 && (added[n - 1] == '0' || added[n - 1] == '.'); n--) {
			bool dot = added[n - 1] == '.';

			added[n - 1] = '\0';
			if (dot)
				break;
		}
		input_warn(t->in, line, (unsigned)i + 1, "sum-mismatch", &differs, &hint, number,
			   added);
	}
}

static enum err take_sum(struct input_table *t, unsigned line, const struct sheet_cell *cells,
			 size_t count, bool part)
{
	compare_sum(t, line, cells, count, part ? &t->part : &t->all);
	t->part = (struct input_sum){ 0 };
	if (!part)
		t->all = (struct input_sum){ 0 };
	return input_table_keep(t, line, SHEET_SUM, cells, count);
}

/* --- rows ----------------------------------------------------------------------------------------- */

static void add_other(const struct input_table *t, size_t i, const char *text, struct buf *more)
{
	const char *heading = i < t->columns ? t->heading[i] : "";

	if (!*text)
		return;
	if (heading[0])
		buf_printf(more, "%s%s：%s", more->len ? "；" : "", heading, text);
	else
		buf_printf(more, "%s%s", more->len ? "；" : "", text);
}

/* What a merged cell says is said of each of its rows, but for figures: those are said once. */
static bool is_for_all(enum input_field f)
{
	return f == INPUT_UNIT || f == INPUT_ITEM || f == INPUT_TARGET || f == INPUT_AS_OF ||
	       f == INPUT_UOM || f == INPUT_KIND;
}

static void take_cells(struct input_table *t, const struct sheet_cell *cells, size_t count,
		       struct input_cells *to, struct buf *more)
{
	for (size_t i = 0; i < count; i++) {
		int f = i < t->columns ? t->field[i] : INPUT_COLUMN_NOTED;
		bool merged = cells[i].flags & SHEET_MERGED;

		if (f == INPUT_COLUMN_NOTED && !merged)
			add_other(t, i, cells[i].text, more);
		if (f < 0 || (merged && !is_for_all((enum input_field)f)))
			continue;
		to->cell[f] = cells[i].text;
		to->heading[f] = t->heading[i];
		to->column[f] = (unsigned)i + 1;
	}
}

/* A day that the row leaves out is that of the row above, as where cells were merged; or the sheet's. */
static enum err fill_day(struct input_table *t, struct input_cells *cells)
{
	static const struct lang_text filled = { "截止日期为空，按上一行的“%s”计",
						 "no date: that of the row above, %s, was taken" };
	const char *day = cells->cell[INPUT_AS_OF];

	if (!input_table_empty(day)) {
		t->last_day = arena_strndup(t->in->arena, day, strlen(day));
		return t->last_day ? ERR_OK : ERR_NOMEM;
	}
	if (input_table_empty(cells->cell[INPUT_VALUE]) && input_table_empty(cells->cell[INPUT_NUMERATOR]) &&
	    input_table_empty(cells->cell[INPUT_STAGE]) && input_table_empty(cells->cell[INPUT_KIND]))
		return ERR_OK;
	if (t->last_day && !t->told_day)
		input_warn(t->in, cells->line, 0, "day-from-above", &filled, NULL, t->last_day, NULL);
	t->told_day |= t->last_day != NULL;
	if (t->last_day || t->day[0])
		cells->cell[INPUT_AS_OF] = t->last_day ? t->last_day : t->day;
	return ERR_OK;
}

static enum err read_row(struct input_table *t, unsigned line, const struct sheet_cell *cells,
			 size_t count, enum sheet_fate *fate)
{
	struct input_cells row = { .line = line };
	size_t before = t->in->count, bad = t->in->bad;
	struct buf more = { 0 };
	enum err e;

	take_cells(t, cells, count, &row, &more);
	if (t->uom && input_table_empty(row.cell[INPUT_UOM])) {
		row.cell[INPUT_UOM] = t->uom;
		row.heading[INPUT_UOM] = row.heading[INPUT_VALUE];
		row.column[INPUT_UOM] = row.column[INPUT_VALUE];
	}
	row.more = more.len ? buf_cstring(&more) : NULL;
	e = more.failed ? ERR_NOMEM : fill_day(t, &row);
	if (e == ERR_OK)
		e = input_add(t->in, &row);
	buf_free(&more);
	*fate = t->in->count > before || t->in->bad > bad ? SHEET_ROW : SHEET_NOTHING;
	if (t->in->count > before) {
		add_up(&t->part, &t->in->rows[before].row);
		add_up(&t->all, &t->in->rows[before].row);
	} else if (t->in->bad > bad) {
		t->part.lost = t->all.lost = true;
	}
	return e;
}

static enum err bad_width(struct input_table *t, unsigned line, size_t count)
{
	static const struct lang_text wide = { "这一行有 %s 列，比表头多",
					       "the row has %s columns, more than the heading" };
	static const struct lang_text hint = { "含有分隔符的内容要加双引号",
					       "put double quotes round text that holds the separator" };
	char number[24];

	snprintf(number, sizeof(number), "%zu", count);
	input_fault(t->in, line, 0, &wide, &hint, number, NULL);
	t->in->bad++;
	t->part.lost = t->all.lost = true;
	return ERR_OK;
}

enum err input_table_wide(struct input_table *t, unsigned line, size_t count)
{
	return bad_width(t, line, count);
}

static enum err too_many(struct input_table *t, unsigned line)
{
	static const struct lang_text many = { "超过 %s 行", "more than %s rows" };
	static const struct lang_text hint = { "请分成几个文件", "split the sheet" };
	char number[24];

	snprintf(number, sizeof(number), "%zu", t->in->rows_max);
	input_fault(t->in, line, 0, &many, &hint, number, NULL);
	return ERR_INVALID;
}

enum err input_table_take(struct input_table *t, unsigned line, const struct sheet_cell *cells,
			  size_t count)
{
	enum sheet_fate fate = SHEET_ROW;
	const bool *part = is_sum(t, cells, count);
	enum err e;

	if (t->in->rows_max && ++t->rows > t->in->rows_max)
		return too_many(t, line);
	if (part)
		return take_sum(t, line, cells, count, *part);
	if (t->narrow && count > t->columns)
		e = bad_width(t, line, count);
	else
		e = read_row(t, line, cells, count, &fate);
	return e == ERR_OK ? input_table_keep(t, line, fate, cells, count) : e;
}
