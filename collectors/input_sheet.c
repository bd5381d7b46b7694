/* SPDX-License-Identifier: MIT */
/* What kind of file is it, by what is in it; and workbooks as rows. */
#include <stdio.h>
#include <stdlib.h>

#include "collectors/input_table.h"
#include "collectors/input_text.h"
#include "collectors/xlsx.h"

/* --- files that are no sheets ----------------------------------------------------------------------- */

static const struct {
	const char *mark;
	size_t len;
	struct lang_text what;
} others[] = {
	{ "\xd0\xcf\x11\xe0", 4,
	  { "是旧版 .xls 文件，请另存为 .xlsx", "is an old .xls file: save it as .xlsx" } },
	{ "\x89PNG", 4, { "是图片，不是表格", "is a picture, not a sheet" } },
	{ "\xff\xd8\xff", 3, { "是图片，不是表格", "is a picture, not a sheet" } },
	{ "GIF8", 4, { "是图片，不是表格", "is a picture, not a sheet" } },
	{ "%PDF", 4, { "是 PDF 文件，不是表格", "is a PDF file, not a sheet" } },
	{ "Rar!", 4, { "是压缩包，请先解压", "is an archive: unpack it first" } },
	{ "7z\xbc\xaf", 4, { "是压缩包，请先解压", "is an archive: unpack it first" } },
	{ "<html", 5, { "是网页，请在表格软件中另存为 .xlsx", "is a web page: save it as .xlsx" } },
	{ "<!DOCTYPE", 9, { "是网页，请在表格软件中另存为 .xlsx", "is a web page: save it as .xlsx" } },
	{ "<?xml", 5, { "是 XML 文件，请在表格软件中另存为 .xlsx", "is an XML file: save it as .xlsx" } },
	{ "{\\rtf", 5, { "是文档，不是表格", "is a document, not a sheet" } },
};

static enum err refuse(struct input *in, const struct lang_text *what)
{
	static const struct lang_text hint = { "请交 .xlsx 或 CSV 文件", "hand in an .xlsx or a CSV file" };

	input_fault(in, 0, 0, what, &hint, NULL, NULL);
	in->broken = true;
	return ERR_OK;
}

static bool begins(struct bytes file, const char *mark, size_t n)
{
	return file.len >= n && memcmp(file.data, mark, n) == 0;
}

static bool is_zip(struct bytes file)
{
	return begins(file, "PK\x03\x04", 4) || begins(file, "PK\x05\x06", 4);
}

enum err input_read_sheet(struct input *in, struct bytes file)
{
	struct bytes text = input_without_bom(file);

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (begins(text, others[i].mark, others[i].len))
			return refuse(in, &others[i].what);
	return is_zip(file) ? input_read_xlsx(in, file) : input_read_csv(in, file);
}

/* --- workbooks -------------------------------------------------------------------------------------- */

/* Names of parts stand in a zip file as they are. */
static bool holds(struct bytes file, const char *name)
{
	return memmem(file.data, file.len, name, strlen(name)) != NULL;
}

static const struct lang_text *what_else(struct bytes file)
{
	static const struct {
		const char *part;
		struct lang_text what;
	} kinds[] = {
		{ "word/document", { "是 Word 文档，不是表格", "is a Word document, not a sheet" } },
		{ "ppt/presentation", { "是演示文稿，不是表格", "is a presentation, not a sheet" } },
		{ "opendocument.spreadsheet",
		  { "是 .ods 文件，请另存为 .xlsx", "is an .ods file: save it as .xlsx" } },
		{ "xl/workbook.bin",
		  { "是 .xlsb 文件，请另存为 .xlsx", "is an .xlsb file: save it as .xlsx" } },
	};
	static const struct lang_text none = { "不是 .xlsx 工作簿，或已损坏",
					       "is no .xlsx workbook, or a damaged one" };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (holds(file, kinds[i].part))
			return &kinds[i].what;
	return &none;
}

static enum err tell_why(struct input *in, enum err e, struct bytes file)
{
	static const struct lang_text bomb = {
		"解开后过大，不予读取", "unpacks to far more than a sheet may: it was not read"
	};
	static const struct lang_text none = { "工作簿中没有名为“%s”的工作表",
					       "the workbook has no sheet \"%s\"" };

	if (e == ERR_FULL)
		return refuse(in, &bomb);
	if (e == ERR_INVALID)
		return refuse(in, what_else(file));
	if (e != ERR_NOTFOUND)
		return e;
	input_fault(in, 0, 0, &none, NULL, in->wanted ? in->wanted : "", NULL);
	in->broken = true;
	return ERR_OK;
}

static void describe(struct sheet *s, const struct xlsx *x)
{
	if (!s)
		return;
	s->format = "xlsx";
	s->name = x->name;
	s->names = x->names;
	s->name_count = x->name_count;
	s->formulas = x->formulas;
	s->merged = x->merged;
}

static void warn(struct input *in, const struct xlsx *x)
{
	static const struct lang_text formulas = {
		"%s 个单元格是公式，采用其保存时的计算结果",
		"%s cells are formulas: what they gave when the file was saved was taken"
	};
	static const struct lang_text empty = {
		"公式没有保存计算结果", "a formula was saved without its result"
	};
	static const struct lang_text open = { "请在 Excel 或 WPS 中打开并保存一次",
					       "open the file in Excel or WPS and save it" };
	static const struct lang_text wide = { "第 %s 列之后的内容没有读取",
					       "what stands behind column %s was not read" };
	char number[24];

	snprintf(number, sizeof(number), "%d", INPUT_COLUMNS_MAX);
	if (x->wide)
		input_warn(in, 0, 0, "too-wide", &wide, NULL, number, NULL);
	snprintf(number, sizeof(number), "%zu", x->formulas);
	if (x->formulas)
		input_warn(in, 0, 0, "formulas", &formulas, NULL, number, NULL);
	if (x->empty_formulas)
		input_warn(in, x->empty_line, 0, "empty-formula", &empty, &open, NULL, NULL);
}

static enum err read_rows(struct input *in, const struct xlsx *x)
{
	struct input_table *t;
	enum err e = input_table_new(in, false, true, &t);

	for (size_t i = 0; e == ERR_OK && i < x->count; i++)
		e = input_table_row(t, x->rows[i].line, x->rows[i].cells, x->rows[i].count);
	if (e == ERR_OK)
		e = input_table_end(t);
	input_table_free(t);
	return e;
}

enum err input_read_xlsx(struct input *in, struct bytes file)
{
	static const struct lang_text many = { "行数太多，请分成几个文件", "too many rows: split the sheet" };
	struct xlsx x;
	enum err e = xlsx_read(file, in->wanted, in->arena, &x);

	describe(in->sheet, &x);
	if (e != ERR_OK) {
		free(x.rows);
		return tell_why(in, e, file);
	}
	warn(in, &x);
	e = read_rows(in, &x);
	if (e == ERR_OK && x.too_many) {
		input_fault(in, 0, 0, &many, NULL, NULL, NULL);
		e = ERR_INVALID;
	}
	in->broken = e == ERR_INVALID;
	if (in->broken)
		in->count = 0;
	free(x.rows);
	return e == ERR_INVALID ? ERR_OK : e;
}
