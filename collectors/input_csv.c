/* SPDX-License-Identifier: MIT */
#include <csv.h>
#include <stdlib.h>

#include "collectors/input.h"

#define COLUMNS_MAX 200
#define OTHER (-1)

/* A file that is being read. The parser is fed one line of the file at a time, so that the line
 * of a fault is known even where cells hold line breaks. */
struct reading {
	struct input *in;
	enum err e;
	unsigned line;        /* that is being fed */
	unsigned first_line;  /* of the record */
	bool in_record;
	bool have_heading;
	struct buf texts;     /* cells of the record, each with a NUL */
	size_t starts[COLUMNS_MAX];
	size_t count;
	bool too_many;
	int field[COLUMNS_MAX];     /* by column: enum input_field, or OTHER */
	char *heading[COLUMNS_MAX];
	size_t columns;
};

static void on_cell(void *cell, size_t len, void *ctx)
{
	struct reading *r = ctx;

	if (r->count == COLUMNS_MAX) {
		r->too_many = true;
		return;
	}
	r->starts[r->count++] = r->texts.len;
	buf_put(&r->texts, bytes_of(cell, len));
	buf_put_u8(&r->texts, 0);
	if (r->texts.failed)
		r->e = ERR_NOMEM;
}

static const char *cell_at(const struct reading *r, size_t i)
{
	return (const char *)r->texts.data + r->starts[i];
}

/* --- the heading line ------------------------------------------------------------------------- */

static bool has_field(const struct reading *r, enum input_field f)
{
	for (size_t i = 0; i < r->columns; i++) {
		if (r->field[i] == (int)f)
			return true;
	}
	return false;
}

static void check_heading(struct reading *r)
{
	static const struct lang_text text = { "缺少列“%s”（%s）", "no column \"%1$.0s%2$s\"" };
	static const struct lang_text hint = {
		"第一行必须是表头，如：指标编码,截止日期,数值",
		"the first line has to be the heading, such as: target,as_of,value"
	};
	bool figure = has_field(r, INPUT_VALUE) || has_field(r, INPUT_NUMERATOR) ||
		      has_field(r, INPUT_STAGE) || has_field(r, INPUT_KIND);

	if (!has_field(r, INPUT_TARGET))
		input_fault(r->in, r->first_line, 0, &text, &hint, "指标编码", "target");
	if (!has_field(r, INPUT_AS_OF))
		input_fault(r->in, r->first_line, 0, &text, &hint, "截止日期", "as_of");
	if (!figure)
		input_fault(r->in, r->first_line, 0, &text, &hint, "数值", "value");
	if (r->in->faults.errors)
		r->e = ERR_INVALID;
}

static void take_heading(struct reading *r)
{
	static const struct lang_text twice = { "列“%s”出现两次", "column \"%s\" comes twice" };

	static const struct lang_text unknown = { "列“%s”不认识，内容只并入备注",
						  "column \"%s\" is unknown: its cells only become part of the note" };
	static const struct lang_text names = { "列名见 minsheng import --help",
						"minsheng import --help lists the columns" };

	r->columns = r->count;
	for (size_t i = 0; i < COLUMNS_MAX; i++)
		r->field[i] = OTHER;
	for (size_t i = 0; i < r->count; i++) {
		int f = input_field_of(bytes_of_string(cell_at(r, i)));

		r->heading[i] = arena_strndup(r->in->arena, cell_at(r, i), strlen(cell_at(r, i)));
		if (!r->heading[i]) {
			r->e = ERR_NOMEM;
			return;
		}
		if (f >= 0 && has_field(r, (enum input_field)f))
			input_fault(r->in, r->first_line, (unsigned)i + 1, &twice, NULL, r->heading[i],
				    NULL);
		if (f < 0 && r->heading[i][0])
			diag_add(&r->in->faults, DIAG_WARNING, r->in->file, r->first_line,
				 (unsigned)i + 1, &unknown, &names, r->heading[i]);
		r->field[i] = f;
	}
	check_heading(r);
}

/* --- rows ------------------------------------------------------------------------------------- */

static void add_other(struct reading *r, size_t i, struct buf *more)
{
	if (!*cell_at(r, i))
		return;
	if (r->heading[i][0])
		buf_printf(more, "%s%s：%s", more->len ? "；" : "", r->heading[i], cell_at(r, i));
	else
		buf_printf(more, "%s%s", more->len ? "；" : "", cell_at(r, i));
}

static void take_row(struct reading *r)
{
	static const struct lang_text wide = { "这一行有 %s 列，比表头多",
					       "the row has %s columns, more than the heading" };
	static const struct lang_text hint = { "含有分隔符的内容要加双引号",
					       "put double quotes round text that holds the separator" };
	struct input_cells cells = { .line = r->first_line };
	struct buf more = { 0 };
	char number[24];

	if (r->too_many || r->count > r->columns) {
		snprintf(number, sizeof(number), "%zu", r->count);
		input_fault(r->in, r->first_line, 0, &wide, &hint, number, NULL);
		r->in->bad++;
		return;
	}
	for (size_t i = 0; i < r->count; i++) {
		if (r->field[i] == OTHER) {
			add_other(r, i, &more);
			continue;
		}
		cells.cell[r->field[i]] = cell_at(r, i);
		cells.heading[r->field[i]] = r->heading[i];
		cells.column[r->field[i]] = (unsigned)i + 1;
	}
	cells.more = more.len ? buf_cstring(&more) : NULL;
	r->e = more.failed ? ERR_NOMEM : input_add(r->in, &cells);
	buf_free(&more);
}

static void on_row(int end, void *ctx)
{
	struct reading *r = ctx;

	(void)end;
	if (!r->e && r->have_heading)
		take_row(r);
	else if (!r->e)
		take_heading(r);
	r->have_heading = true;
	r->in_record = false;
	r->count = 0;
	r->too_many = false;
	buf_clear(&r->texts);
}

/* --- the file --------------------------------------------------------------------------------- */

static uint8_t find_separator(struct bytes line)
{
	static const uint8_t candidates[] = { ',', ';', '\t' };
	size_t best = 0;
	uint8_t found = ',';

	for (size_t c = 0; c < sizeof(candidates); c++) {
		size_t n = 0;

		for (size_t i = 0; i < line.len; i++)
			n += line.data[i] == candidates[c];
		if (n > best) {
			best = n;
			found = candidates[c];
		}
	}
	return found;
}

static struct bytes next_line(struct bytes *rest)
{
	const uint8_t *end = memchr(rest->data, '\n', rest->len);
	size_t n = end ? (size_t)(end - rest->data) + 1 : rest->len;
	struct bytes line = { rest->data, n };

	*rest = bytes_of(rest->data + n, rest->len - n);
	return line;
}

static bool is_empty(struct bytes line)
{
	for (size_t i = 0; i < line.len; i++) {
		if (line.data[i] != '\r' && line.data[i] != '\n')
			return false;
	}
	return true;
}

static void feed(struct reading *r, struct csv_parser *parser, struct bytes line)
{
	static const struct lang_text encoding = { "不是 UTF-8 编码", "is not UTF-8" };
	static const struct lang_text save = { "请在表格软件中另存为“CSV UTF-8”",
					       "save the sheet as \"CSV UTF-8\"" };
	static const struct lang_text quote = { "双引号不成对或位置不对",
						"a double quote is out of place" };
	static const struct lang_text twice = { "内容中的双引号要写成两个",
						"inside a cell, write a double quote twice" };

	r->line++;
	if (is_empty(line) && !r->in_record)
		return;
	if (!r->in_record)
		r->first_line = r->line;
	r->in_record = true;
	if (!bytes_is_text(line)) {
		input_fault(r->in, r->line, 0, &encoding, &save, NULL, NULL);
		r->e = ERR_INVALID;
	} else if (csv_parse(parser, line.data, line.len, on_cell, on_row, r) != line.len && !r->e) {
		input_fault(r->in, r->line, 0, &quote, &twice, NULL, NULL);
		r->e = csv_error(parser) == CSV_ENOMEM ? ERR_NOMEM : ERR_INVALID;
	}
}

static void finish(struct reading *r, struct csv_parser *parser)
{
	static const struct lang_text open = { "双引号没有结束", "a double quote is not closed" };
	static const struct lang_text empty = { "文件没有内容", "the file is empty" };

	if (!r->e && csv_fini(parser, on_cell, on_row, r) != 0) {
		input_fault(r->in, r->first_line, 0, &open, NULL, NULL, NULL);
		r->e = ERR_INVALID;
	}
	if (!r->e && !r->have_heading) {
		input_fault(r->in, 1, 0, &empty, NULL, NULL, NULL);
		r->e = ERR_INVALID;
	}
}

enum err input_read_csv(struct input *in, struct bytes file)
{
	struct reading *r;
	struct csv_parser parser;
	struct bytes rest = input_without_bom(file), peek;
	enum err e;

	if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
		return ERR_NOMEM;
	if (!(r = calloc(1, sizeof(*r)))) {
		csv_free(&parser);
		return ERR_NOMEM;
	}
	r->in = in;
	peek = rest;
	if (peek.len)
		csv_set_delim(&parser, find_separator(next_line(&peek)));
	while (!r->e && rest.len)
		feed(r, &parser, next_line(&rest));
	finish(r, &parser);
	e = r->e;
	in->broken = e == ERR_INVALID;
	csv_free(&parser);
	buf_free(&r->texts);
	free(r);
	return e == ERR_INVALID ? ERR_OK : e; /* the faults tell it */
}
