/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "base/date.h"
#include "collectors/input_table_impl.h"

enum err input_table_new(struct input *in, bool narrow, bool stays, struct input_table **out)
{
	struct input_table *t = calloc(1, sizeof(*t));

	*out = NULL;
	if (!t)
		return ERR_NOMEM;
	t->in = in;
	t->narrow = narrow;
	t->stays = stays;
	if (in->day)
		date_format(in->day, t->day);
	*out = t;
	return ERR_OK;
}

void input_table_free(struct input_table *t)
{
	free(t);
}

/* --- keeping ------------------------------------------------------------------------------------ */

/* The cells where they outlive the call. */
static enum err keep_cells(struct input_table *t, const struct sheet_cell *cells, size_t count,
			   struct sheet_row *to)
{
	struct sheet_cell *own;

	to->count = (unsigned)count;
	to->cells = cells;
	if (t->stays)
		return ERR_OK;
	if (!(own = arena_calloc(t->in->arena, count + 1, sizeof(*own))))
		return ERR_NOMEM;
	for (size_t i = 0; i < count; i++) {
		own[i].flags = cells[i].flags;
		own[i].text = arena_strndup(t->in->arena, cells[i].text, strlen(cells[i].text));
		if (!own[i].text)
			return ERR_NOMEM;
	}
	to->cells = own;
	return ERR_OK;
}

static enum err keep_row(struct input_table *t, const struct sheet_row *row)
{
	struct sheet *s = t->in->sheet;

	if (s->count == s->cap) {
		size_t cap = s->cap ? s->cap * 2 : 64;
		struct sheet_row *grown = realloc(s->rows, cap * sizeof(*grown));

		if (!grown)
			return ERR_NOMEM;
		s->rows = grown;
		s->cap = cap;
	}
	s->rows[s->count++] = *row;
	return ERR_OK;
}

enum err input_table_keep(struct input_table *t, unsigned line, enum sheet_fate fate,
			  const struct sheet_cell *cells, size_t count)
{
	struct sheet_row row = { .line = line, .fate = fate };
	enum err e;

	if (!t->in->sheet)
		return ERR_OK;
	e = keep_cells(t, cells, count, &row);
	return e == ERR_OK ? keep_row(t, &row) : e;
}

/* --- the heading -------------------------------------------------------------------------------- */

static bool has_field(const struct input_table *t, enum input_field f)
{
	for (size_t i = 0; i < t->columns; i++) {
		if (t->field[i] == (int)f)
			return true;
	}
	return false;
}

static unsigned count_known(const struct sheet_cell *cells, size_t count, bool *target)
{
	struct bytes uom;
	unsigned known = 0;

	*target = false;
	for (size_t i = 0; i < count; i++) {
		int f = input_field_of_heading(bytes_of_string(cells[i].text), &uom);

		known += f >= 0;
		*target |= f == INPUT_TARGET;
	}
	return known;
}

static bool looks_like_heading(const struct input_table *t, unsigned line,
			       const struct sheet_cell *cells, size_t count)
{
	const struct input_mapping *m = t->in->mapping;
	bool target;
	unsigned known;

	if (m && m->heading)
		return line >= m->heading;
	known = count_known(cells, count, &target);
	return known >= 3 || (known >= 2 && target);
}

static void check_heading(struct input_table *t)
{
	static const struct lang_text text = { "缺少列“%s”（%s）", "no column \"%1$.0s%2$s\"" };
	static const struct lang_text hint = {
		"表头要有这些列，如：指标编码,截止日期,数值",
		"there has to be a heading such as: target,as_of,value"
	};
	bool figure = has_field(t, INPUT_VALUE) || has_field(t, INPUT_NUMERATOR) ||
		      has_field(t, INPUT_STAGE) || has_field(t, INPUT_KIND);

	if (!has_field(t, INPUT_TARGET))
		input_fault(t->in, t->heading_line, 0, &text, &hint, "指标编码", "target");
	if (!has_field(t, INPUT_AS_OF) && !t->day[0])
		input_fault(t->in, t->heading_line, 0, &text, &hint, "截止日期", "as_of");
	if (!figure)
		input_fault(t->in, t->heading_line, 0, &text, &hint, "数值", "value");
}

/* A unit of measure of some measure, or 10 000 of one: "完成数（万户）". */
static bool is_uom(const struct slice *s, struct bytes uom)
{
	static const char many[] = "万";
	const struct message_slice *m = s ? slice_message(s) : NULL;
	size_t n = sizeof(many) - 1;

	for (size_t i = 0; m && uom.len && i < m->count; i++) {
		if (bytes_equal(uom, m->measures[i].uom))
			return true;
		if (uom.len > n && memcmp(uom.data, many, n) == 0 &&
		    bytes_equal(bytes_of(uom.data + n, uom.len - n), m->measures[i].uom))
			return true;
	}
	return false;
}

static void tell_column(struct input_table *t, size_t i, bool twice)
{
	static const struct lang_text again = { "列“%s”出现两次", "column \"%s\" comes twice" };
	static const struct lang_text unknown = {
		"列“%s”不认识，内容只并入备注",
		"column \"%s\" is unknown: its cells only become part of the note"
	};
	static const struct lang_text names = { "列名见 minsheng import --help",
						"minsheng import --help lists the columns" };

	if (twice)
		input_fault(t->in, t->heading_line, (unsigned)i + 1, &again, NULL, t->heading[i],
			    NULL);
	else
		input_warn(t->in, t->heading_line, (unsigned)i + 1, "unknown-column", &unknown,
			   &names, t->heading[i], NULL);
}

/* A running number of rows is nobody's note, nor is what templates and lists of faults have. */
static bool is_counter(const char *heading)
{
	static const char *const names[] = { "序号",	 "编号", "no.",	   "no",     "#",
					     "原行号",	 "row",	 "错误说明", "error", "建议",
					     "suggest", "名称", "name",   "上月数", "last month" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (input_heading_is(input_trimmed(bytes_of_string(heading)), names[i]))
			return true;
	return false;
}

static enum err take_column(struct input_table *t, size_t i, const char *text)
{
	const struct input_mapping *m = t->in->mapping;
	struct bytes uom;
	int f = input_field_of_heading(bytes_of_string(text), &uom);
	bool said = m && m->field[i] != INPUT_COLUMN_BY_HEADING;

	t->heading[i] = arena_strndup(t->in->arena, text, strlen(text));
	if (!t->heading[i])
		return ERR_NOMEM;
	if (said)
		f = m->field[i];
	if (f >= 0 && has_field(t, (enum input_field)f)) {
		tell_column(t, i, true);
		f = INPUT_COLUMN_NOTED;
	} else if (f < 0 && !said) {
		f = is_counter(text) ? INPUT_COLUMN_IGNORED : INPUT_COLUMN_NOTED;
		if (text[0] && f == INPUT_COLUMN_NOTED)
			tell_column(t, i, false);
	}
	t->field[i] = (int16_t)f;
	if (f == INPUT_VALUE && is_uom(t->in->slice, uom))
		t->uom = arena_strndup(t->in->arena, (const char *)uom.data, uom.len);
	return ERR_OK;
}

/* A month in the titles is that of all rows which name none. */
static void look_for_day(struct input_table *t)
{
	int32_t day;

	for (size_t i = 0; !t->day[0] && i < t->title_count; i++)
		for (size_t k = 0; !t->day[0] && k < t->titles[i].count; k++)
			if (input_day_in(bytes_of_string(t->titles[i].cells[k].text), &day))
				date_format(day, t->day);
}

static void describe(struct input_table *t)
{
	struct sheet *s = t->in->sheet;

	if (!s)
		return;
	s->heading = t->heading_line;
	s->columns = t->columns;
	for (size_t i = 0; i < t->columns; i++) {
		s->titles[i] = t->heading[i];
		s->field[i] = t->field[i];
	}
}

static enum err take_heading(struct input_table *t, unsigned line, const struct sheet_cell *cells,
			     size_t count)
{
	enum err e = ERR_OK;

	t->found = true;
	t->heading_line = line;
	look_for_day(t);
	while (count && input_table_empty(cells[count - 1].text))
		count--;
	for (size_t i = 0; e == ERR_OK && i < count; i++) {
		e = take_column(t, i, cells[i].text);
		t->columns = i + 1;
	}
	if (e == ERR_OK)
		e = input_table_keep(t, line, SHEET_HEADING, cells, count);
	describe(t);
	if (e == ERR_OK)
		check_heading(t);
	return e == ERR_OK && t->in->faults.errors ? ERR_INVALID : e;
}

/* None was found: the row that is the most like one says what is missing. */
static enum err no_heading(struct input_table *t)
{
	unsigned best = 0;
	size_t at = 0;
	bool target;

	for (size_t i = 0; i < t->title_count; i++) {
		unsigned known = count_known(t->titles[i].cells, t->titles[i].count, &target);

		if (known > best) {
			best = known;
			at = i;
		}
	}
	return take_heading(t, t->titles[at].line, t->titles[at].cells, t->titles[at].count);
}

static enum err take_title(struct input_table *t, unsigned line, const struct sheet_cell *cells,
			   size_t count)
{
	struct sheet_row *to = &t->titles[t->title_count];
	enum err e;

	*to = (struct sheet_row){ .line = line, .fate = SHEET_TITLE };
	if ((e = keep_cells(t, cells, count, to)) != ERR_OK)
		return e;
	t->title_count++;
	return t->title_count == TITLES_MAX ? no_heading(t) : ERR_OK;
}

static enum err keep_titles(struct input_table *t)
{
	enum err e = ERR_OK;

	for (size_t i = 0; t->in->sheet && e == ERR_OK && i < t->title_count; i++)
		e = keep_row(t, &t->titles[i]);
	return e;
}

/* --- rows ---------------------------------------------------------------------------------------- */

static bool is_blank(const struct sheet_cell *cells, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!(cells[i].flags & SHEET_MERGED) && !input_table_empty(cells[i].text))
			return false;
	return true;
}

enum err input_table_row(struct input_table *t, unsigned line, const struct sheet_cell *cells,
			 size_t count)
{
	enum err e;

	if (is_blank(cells, count))
		return ERR_OK;
	if (t->found)
		return input_table_take(t, line, cells, count);
	if (!looks_like_heading(t, line, cells, count))
		return take_title(t, line, cells, count);
	e = keep_titles(t);
	return e == ERR_OK ? take_heading(t, line, cells, count) : e;
}

enum err input_table_end(struct input_table *t)
{
	static const struct lang_text empty = { "文件没有内容", "the file is empty" };

	if (t->found)
		return ERR_OK;
	if (t->title_count)
		return no_heading(t);
	input_fault(t->in, 1, 0, &empty, NULL, NULL, NULL);
	return ERR_INVALID;
}
