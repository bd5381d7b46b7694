/* SPDX-License-Identifier: MIT */
/* What a workbook has beside its sheets: their names and places, styles, shared texts. */
#include <stdio.h>
#include <stdlib.h>

#include "collectors/xlsx_impl.h"

/* --- parts ---------------------------------------------------------------------------------------- */

enum err xlsx_part(struct xlsx_book *b, const char *name, const struct xlsx_handlers *h)
{
	struct xlsx_xml *xml;
	enum err e = xlsx_xml_new(h, &xml);

	if (e == ERR_OK)
		e = xlsx_zip_read(b->zip, name, xlsx_xml_feed, xml);
	if (e == ERR_OK)
		e = xlsx_xml_end(xml);
	xlsx_xml_free(xml);
	return e;
}

enum err xlsx_keep(struct xlsx_book *b, struct bytes text, const char **out)
{
	if (text.len > XLSX_TEXT_MAX - b->text_bytes)
		return ERR_FULL;
	b->text_bytes += text.len;
	*out = text.len ? arena_strndup(b->x->arena, (const char *)text.data, text.len) : "";
	return *out ? ERR_OK : ERR_NOMEM;
}

enum err xlsx_grow(void *array, size_t size, size_t count, size_t *cap, size_t most)
{
	size_t next = *cap ? *cap * 2 : 64;
	void *grown;

	if (count < *cap)
		return ERR_OK;
	if (count >= most)
		return ERR_FULL;
	memcpy(&grown, array, sizeof(grown));
	if (!(grown = realloc(grown, next * size)))
		return ERR_NOMEM;
	memcpy(array, &grown, sizeof(grown));
	*cap = next;
	return ERR_OK;
}

/* --- sheets --------------------------------------------------------------------------------------- */

struct listing {
	struct xlsx_book *b;
	const char *ids[XLSX_SHEETS_MAX];
};

static enum err add_sheet(struct listing *l, const char *const *attributes)
{
	const char *name = xlsx_xml_attribute(attributes, "name");
	const char *state = xlsx_xml_attribute(attributes, "state");
	const char *id = NULL;
	struct xlsx *x = l->b->x;
	enum err e;

	/* r:id has a prefix, sheetId has none */
	for (const char *const *a = attributes; a[0]; a += 2)
		if (strlen(a[0]) > 3 && strcmp(a[0] + strlen(a[0]) - 3, ":id") == 0)
			id = a[1];
	if (!name || !id || (state && strcmp(state, "visible") != 0))
		return ERR_OK;
	if (x->name_count == XLSX_SHEETS_MAX)
		return ERR_FULL;
	e = xlsx_keep(l->b, bytes_of_string(name), &x->names[x->name_count]);
	if (e == ERR_OK)
		e = xlsx_keep(l->b, bytes_of_string(id), &l->ids[x->name_count]);
	x->name_count += e == ERR_OK;
	return e;
}

static bool is_true(const char *value)
{
	return value && (strcmp(value, "1") == 0 || strcmp(value, "true") == 0);
}

static enum err on_workbook(void *ctx, const char *name, const char *const *attributes)
{
	struct listing *l = ctx;

	if (strcmp(name, "workbookPr") == 0)
		l->b->from_1904 = is_true(xlsx_xml_attribute(attributes, "date1904"));
	return strcmp(name, "sheet") == 0 ? add_sheet(l, attributes) : ERR_OK;
}

static enum err on_relation(void *ctx, const char *name, const char *const *attributes)
{
	struct listing *l = ctx;
	const char *id = xlsx_xml_attribute(attributes, "Id");
	const char *target = xlsx_xml_attribute(attributes, "Target");
	struct xlsx *x = l->b->x;
	char path[300];
	enum err e = ERR_OK;

	if (strcmp(name, "Relationship") != 0 || !id || !target)
		return ERR_OK;
	snprintf(path, sizeof(path), "%s%s", target[0] == '/' ? "" : "xl/",
		 target[0] == '/' ? target + 1 : target);
	for (size_t i = 0; e == ERR_OK && i < x->name_count; i++)
		if (strcmp(l->ids[i], id) == 0)
			e = xlsx_keep(l->b, bytes_of_string(path), &x->parts[i]);
	return e;
}

static enum err read_sheets(struct xlsx_book *b)
{
	struct listing *l = calloc(1, sizeof(*l));
	const struct xlsx_handlers book = { .begin = on_workbook, .ctx = l };
	const struct xlsx_handlers relations = { .begin = on_relation, .ctx = l };
	struct xlsx *x = b->x;
	enum err e;

	x->names = arena_calloc(x->arena, XLSX_SHEETS_MAX, sizeof(*x->names));
	x->parts = arena_calloc(x->arena, XLSX_SHEETS_MAX, sizeof(*x->parts));
	if (!l || !x->names || !x->parts) {
		free(l);
		return ERR_NOMEM;
	}
	l->b = b;
	e = xlsx_part(b, "xl/workbook.xml", &book);
	if (e == ERR_OK)
		e = xlsx_part(b, "xl/_rels/workbook.xml.rels", &relations);
	free(l);
	return e == ERR_NOTFOUND ? ERR_INVALID : e;
}

/* --- styles --------------------------------------------------------------------------------------- */

#define FORMATS_MAX 1000

struct styling {
	struct xlsx_book *b;
	bool in_cells; /* below cellXfs: the others are of named styles */
	struct {
		unsigned id;
		uint8_t shows;
	} formats[FORMATS_MAX];
	size_t count;
};

/* Skips what is quoted or in brackets. */
static const char *skip(const char *s)
{
	const char *end;

	if (*s == '\\' || *s == '_' || *s == '*')
		return s[1] ? s + 2 : s + 1;
	if (*s == '"')
		end = strchr(s + 1, '"');
	else if (*s == '[')
		end = strchr(s, ']');
	else
		return s;
	return end ? end + 1 : s + strlen(s);
}

bool xlsx_is_date_format(const char *code)
{
	bool month = false, clock = false;

	while (*code && *code != ';') {
		const char *next = skip(code);

		if (next != code) {
			code = next;
			continue;
		}
		if (*code == 'y' || *code == 'Y' || *code == 'd' || *code == 'D' || *code == 'e')
			return true;
		month |= *code == 'm' || *code == 'M';
		clock |= *code == 'h' || *code == 'H' || *code == 's' || *code == 'S';
		code++;
	}
	return month && !clock;
}

static uint8_t shows(const char *code)
{
	if (xlsx_is_date_format(code) && strcmp(code, "General") != 0)
		return XLSX_DATE;
	return strchr(code, '%') ? XLSX_PERCENT : XLSX_PLAIN;
}

/* Formats that every Excel has; 27 to 36 and 50 to 58 are those of Chinese ones. */
static uint8_t built_in(unsigned id)
{
	if ((id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 31) || id == 36 ||
	    (id >= 50 && id <= 54) || id == 57 || id == 58)
		return XLSX_DATE;
	return id == 9 || id == 10 ? XLSX_PERCENT : XLSX_PLAIN;
}

static unsigned number_of(const char *text)
{
	return text ? (unsigned)strtoul(text, NULL, 10) : 0;
}

static uint8_t format_of(const struct styling *s, unsigned id)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->formats[i].id == id)
			return s->formats[i].shows;
	return built_in(id);
}

static enum err on_style(void *ctx, const char *name, const char *const *attributes)
{
	struct styling *s = ctx;
	struct xlsx_book *b = s->b;
	const char *code = xlsx_xml_attribute(attributes, "formatCode");
	unsigned id = number_of(xlsx_xml_attribute(attributes, "numFmtId"));
	enum err e;

	if (strcmp(name, "cellXfs") == 0)
		s->in_cells = true;
	if (strcmp(name, "numFmt") == 0 && code && s->count < FORMATS_MAX) {
		s->formats[s->count].id = id;
		s->formats[s->count++].shows = shows(code);
	}
	if (!s->in_cells || strcmp(name, "xf") != 0)
		return ERR_OK;
	e = xlsx_grow(&b->styles, 1, b->style_count, &b->style_cap, XLSX_STYLES_MAX);
	if (e == ERR_OK)
		b->styles[b->style_count++] = format_of(s, id);
	return e;
}

static enum err on_style_end(void *ctx, const char *name)
{
	struct styling *s = ctx;

	if (strcmp(name, "cellXfs") == 0)
		s->in_cells = false;
	return ERR_OK;
}

static enum err read_styles(struct xlsx_book *b)
{
	struct styling *s = calloc(1, sizeof(*s));
	const struct xlsx_handlers h = { .begin = on_style, .end = on_style_end, .ctx = s };
	enum err e;

	if (!s)
		return ERR_NOMEM;
	s->b = b;
	e = xlsx_part(b, "xl/styles.xml", &h);
	free(s);
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

enum err xlsx_book_read(struct xlsx_book *b)
{
	enum err e = read_sheets(b);

	return e == ERR_OK ? read_styles(b) : e;
}

/* --- shared texts --------------------------------------------------------------------------------- */

struct texts {
	struct xlsx_book *b;
	bool in_text;
	unsigned spoken; /* inside of how it is spoken, which is no part of it */
	struct buf text;
};

static enum err on_string(void *ctx, const char *name, const char *const *attributes)
{
	struct texts *t = ctx;

	(void)attributes;
	if (strcmp(name, "si") == 0)
		buf_clear(&t->text);
	t->spoken += strcmp(name, "rPh") == 0;
	t->in_text = strcmp(name, "t") == 0 && t->spoken == 0;
	return ERR_OK;
}

static enum err on_string_text(void *ctx, struct bytes text)
{
	struct texts *t = ctx;

	if (!t->in_text)
		return ERR_OK;
	buf_put(&t->text, text);
	return t->text.len > XLSX_TEXT_MAX ? ERR_FULL : buf_error(&t->text);
}

static enum err on_string_end(void *ctx, const char *name)
{
	struct texts *t = ctx;
	struct xlsx_book *b = t->b;
	enum err e;

	t->in_text = false;
	if (strcmp(name, "rPh") == 0 && t->spoken)
		t->spoken--;
	if (strcmp(name, "si") != 0)
		return ERR_OK;
	e = xlsx_grow(&b->strings, sizeof(*b->strings), b->string_count, &b->string_cap,
		      XLSX_STRINGS_MAX);
	if (e == ERR_OK)
		e = xlsx_keep(b, buf_bytes(&t->text), &b->strings[b->string_count]);
	b->string_count += e == ERR_OK;
	return e;
}

enum err xlsx_strings_read(struct xlsx_book *b)
{
	struct texts t = { .b = b };
	const struct xlsx_handlers h = { on_string, on_string_end, on_string_text, &t };
	enum err e = xlsx_part(b, "xl/sharedStrings.xml", &h);

	buf_free(&t.text);
	return e == ERR_NOTFOUND ? ERR_OK : e;
}
