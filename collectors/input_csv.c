/* SPDX-License-Identifier: MIT */
#include <csv.h>
#include <stdlib.h>

#include "collectors/input_text.h"
#include "collectors/input_table.h"

/* A file that is being read. The parser is fed one line of the file at a time, so that the line
 * of a fault is known even where cells hold line breaks. */
struct reading {
	struct input *in;
	struct input_table *table;
	enum err e;
	unsigned line;        /* that is being fed */
	unsigned first_line;  /* of the record */
	bool in_record;
	struct buf texts;     /* cells of the record, each with a NUL */
	size_t starts[INPUT_COLUMNS_MAX];
	size_t count;         /* cells that came; may be more than there is room for */
};

static void on_cell(void *cell, size_t len, void *ctx)
{
	struct reading *r = ctx;

	if (r->count++ >= INPUT_COLUMNS_MAX)
		return;
	r->starts[r->count - 1] = r->texts.len;
	buf_put(&r->texts, bytes_of(cell, len));
	buf_put_u8(&r->texts, 0);
	if (r->texts.failed)
		r->e = ERR_NOMEM;
}

static void on_row(int end, void *ctx)
{
	struct reading *r = ctx;
	struct sheet_cell cells[INPUT_COLUMNS_MAX];

	(void)end;
	for (size_t i = 0; !r->e && i < r->count && i < INPUT_COLUMNS_MAX; i++)
		cells[i] = (struct sheet_cell){ (const char *)r->texts.data + r->starts[i], 0 };
	if (!r->e)
		r->e = r->count > INPUT_COLUMNS_MAX ?
			       input_table_wide(r->table, r->first_line, r->count) :
			       input_table_row(r->table, r->first_line, cells, r->count);
	r->in_record = false;
	r->count = 0;
	buf_clear(&r->texts);
}

/* --- the file --------------------------------------------------------------------------------- */

static const char separators[] = { ',', ';', '\t' };

/* The one that the first lines have the most of, all together: titles have none. */
static char find_separator(struct bytes text)
{
	size_t n[sizeof(separators)] = { 0 }, best = 0;
	unsigned lines = 0;
	bool quoted = false;

	for (size_t i = 0; i < text.len && lines < 10; i++) {
		lines += text.data[i] == '\n';
		quoted ^= text.data[i] == '"';
		for (size_t c = 0; !quoted && c < sizeof(separators); c++)
			n[c] += text.data[i] == (uint8_t)separators[c];
	}
	for (size_t c = 1; c < sizeof(separators); c++)
		best = n[c] > n[best] ? c : best;
	return separators[best];
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
	static const struct lang_text encoding = { "既不是 UTF-8 也不是 GB18030 编码的文本",
						"is text neither in UTF-8 nor in GB18030" };
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

	if (!r->e && csv_fini(parser, on_cell, on_row, r) != 0 && !r->e) {
		input_fault(r->in, r->first_line, 0, &open, NULL, NULL, NULL);
		r->e = ERR_INVALID;
	}
	if (!r->e)
		r->e = input_table_end(r->table);
}

static enum err read_text(struct input *in, struct bytes text, struct csv_parser *parser)
{
	struct reading *r = calloc(1, sizeof(*r));
	char separator = find_separator(text);
	enum err e;

	if (!r)
		return ERR_NOMEM;
	r->in = in;
	if (in->sheet)
		in->sheet->delimiter = separator;
	csv_set_delim(parser, (unsigned char)separator);
	r->e = input_table_new(in, true, false, &r->table);
	while (!r->e && text.len)
		feed(r, parser, next_line(&text));
	if (r->table)
		finish(r, parser);
	e = r->e;
	input_table_free(r->table);
	buf_free(&r->texts);
	free(r);
	return e;
}

enum err input_read_csv(struct input *in, struct bytes file)
{
	struct csv_parser parser;
	struct buf text = { 0 };
	const char *encoding;
	enum err e;

	if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
		return ERR_NOMEM;
	e = input_text_decode(&file, &text, &encoding);
	if (in->sheet) {
		in->sheet->format = "csv";
		in->sheet->encoding = encoding;
	}
	if (e == ERR_OK || e == ERR_INVALID) /* what is no text is told where it stands */
		e = read_text(in, file, &parser);
	in->broken = e == ERR_INVALID;
	if (in->broken)
		in->count = 0;
	csv_free(&parser);
	buf_free(&text);
	return e == ERR_INVALID ? ERR_OK : e; /* the faults tell it */
}
