/* SPDX-License-Identifier: MIT */
/* The cells of one sheet. */
#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
#include "collectors/xlsx_impl.h"

#define SERIAL_EPOCH 25569 /* 1970-01-01 as days since 1900, the 29 February of 1900 included */
#define SERIAL_1904 1462
#define SERIAL_LAST 2958465 /* 9999-12-31 */
#define DIGITS 15          /* that Excel keeps */
#define ROW_LAST 1048576

enum kind { KIND_NUMBER, KIND_SHARED, KIND_TEXT, KIND_BOOLEAN, KIND_DAY };

/* A sheet that is being read. */
struct reading {
	struct xlsx_book *b;
	struct buf text;  /* of the value */
	bool in_value, formula;
	enum kind kind;
	unsigned style, column;
	unsigned row;     /* from 1 */
	unsigned next_row, next_column; /* where nothing says otherwise */
	struct sheet_cell cells[INPUT_COLUMNS_MAX];
	unsigned count;
};

/* --- numbers -------------------------------------------------------------------------------------- */

struct digits {
	char d[64];
	int count;
	int point; /* digits before the point; may lie outside of them */
	bool negative;
};

static bool take_digits(const char *s, struct digits *n)
{
	bool dot = false, any = false;
	long exponent = 0;

	*n = (struct digits){ .negative = *s == '-' };
	for (s += *s == '-' || *s == '+'; (*s >= '0' && *s <= '9') || (*s == '.' && !dot); s++) {
		if (*s == '.') {
			dot = true;
			continue;
		}
		any = true;
		if (n->count == 0 && *s == '0') {
			n->point -= dot;
			continue;
		}
		if (n->count < (int)sizeof(n->d))
			n->d[n->count++] = *s;
		n->point += !dot;
	}
	if (any && (*s == 'e' || *s == 'E')) {
		char *end;

		exponent = strtol(s + 1, &end, 10);
		if (end == s + 1)
			return false;
		s = end;
	}
	if (!any || *s || exponent > 40 || exponent < -40 || n->point > 40 || n->point < -40)
		return false; /* what is written out has room for so much */
	n->point += (int)exponent;
	return true;
}

/* A double is written with 17 digits, of which the last two are noise. */
static void round_digits(struct digits *n)
{
	int i = DIGITS;
	bool up = n->count > DIGITS && n->d[DIGITS] >= '5';

	if (n->count > DIGITS)
		n->count = DIGITS;
	while (up && i-- > 0) {
		up = n->d[i] == '9';
		n->d[i] = up ? '0' : (char)(n->d[i] + 1);
	}
	if (up) {
		memmove(n->d + 1, n->d, DIGITS - 1);
		n->d[0] = '1';
		n->point++;
	}
	while (n->count && n->d[n->count - 1] == '0')
		n->count--;
}

static char digit_at(const struct digits *n, int i)
{
	return i >= 0 && i < n->count ? n->d[i] : '0';
}

bool xlsx_number(const char *text, bool percent, char *out, size_t cap)
{
	struct digits n;
	char s[160];
	size_t k = 0;

	if (!take_digits(text, &n))
		return false;
	round_digits(&n);
	n.point += n.count && percent ? 2 : 0;
	if (n.count == 0)
		n.point = 0;
	if (n.negative && n.count)
		s[k++] = '-';
	if (n.point <= 0)
		s[k++] = '0';
	for (int i = 0; i < n.point; i++)
		s[k++] = digit_at(&n, i);
	if (n.point < n.count)
		s[k++] = '.';
	for (int i = n.point; i < n.count; i++)
		s[k++] = digit_at(&n, i);
	if (percent)
		s[k++] = '%';
	s[k] = '\0';
	if (k >= cap)
		return false;
	memcpy(out, s, k + 1);
	return true;
}

/* Days since 1900, or 1904, with the time of day behind the point. */
static bool day_of(const struct xlsx_book *b, const char *text, char out[11])
{
	long serial = strtol(text, NULL, 10);

	if (serial < 0 || serial > SERIAL_LAST)
		return false;
	serial += b->from_1904 ? SERIAL_1904 : serial < 60; /* before the day that never was */
	if (serial < 1 || serial > SERIAL_LAST)
		return false;
	date_format((int32_t)(serial - SERIAL_EPOCH), out);
	return true;
}

/* --- values --------------------------------------------------------------------------------------- */

static uint8_t style_of(const struct reading *r)
{
	return r->style < r->b->style_count ? r->b->styles[r->style] : XLSX_PLAIN;
}

static enum err number_text(struct reading *r, const char **out)
{
	const char *raw = buf_cstring(&r->text);
	char text[170], day[11];

	if (style_of(r) == XLSX_DATE && day_of(r->b, raw, day))
		return xlsx_keep(r->b, bytes_of(day, 10), out);
	if (xlsx_number(raw, style_of(r) == XLSX_PERCENT, text, sizeof(text)))
		return xlsx_keep(r->b, bytes_of_string(text), out);
	return xlsx_keep(r->b, buf_bytes(&r->text), out);
}

static enum err value_text(struct reading *r, const char **out)
{
	unsigned long at;

	*out = "";
	if (r->text.len == 0)
		return ERR_OK;
	switch (r->kind) {
	case KIND_NUMBER:
		return number_text(r, out);
	case KIND_SHARED:
		at = strtoul(buf_cstring(&r->text), NULL, 10);
		*out = at < r->b->string_count ? r->b->strings[at] : "";
		return ERR_OK;
	case KIND_BOOLEAN:
		*out = buf_cstring(&r->text)[0] == '1' ? "TRUE" : "FALSE";
		return ERR_OK;
	case KIND_DAY:
		return xlsx_keep(r->b, bytes_of(r->text.data, r->text.len > 10 ? 10 : r->text.len), out);
	case KIND_TEXT:
		break;
	}
	return xlsx_keep(r->b, buf_bytes(&r->text), out);
}

/* --- cells ---------------------------------------------------------------------------------------- */

/* "B12": column from 0, row from 1. */
static bool place_of(const char *s, unsigned *column, unsigned *row)
{
	unsigned c = 0, n = 0;

	for (; *s >= 'A' && *s <= 'Z' && c < 20000; s++)
		c = c * 26 + (unsigned)(*s - 'A') + 1;
	for (; *s >= '0' && *s <= '9' && n <= ROW_LAST; s++)
		n = n * 10 + (unsigned)(*s - '0');
	if (c == 0 || n == 0 || n > ROW_LAST || (*s && *s != ':'))
		return false;
	*column = c - 1;
	*row = n;
	return true;
}

static enum kind kind_of(const char *type)
{
	static const struct {
		const char *type;
		enum kind kind;
	} kinds[] = { { "s", KIND_SHARED },    { "str", KIND_TEXT }, { "inlineStr", KIND_TEXT },
		      { "b", KIND_BOOLEAN },   { "d", KIND_DAY },    { "e", KIND_TEXT } };

	for (size_t i = 0; type && i < sizeof(kinds) / sizeof(*kinds); i++)
		if (strcmp(kinds[i].type, type) == 0)
			return kinds[i].kind;
	return KIND_NUMBER;
}

static void begin_cell(struct reading *r, const char *const *attributes)
{
	const char *at = xlsx_xml_attribute(attributes, "r");
	const char *style = xlsx_xml_attribute(attributes, "s");
	unsigned row;

	if (!at || !place_of(at, &r->column, &row))
		r->column = r->next_column;
	r->next_column = r->column + 1;
	r->style = style ? (unsigned)strtoul(style, NULL, 10) : 0;
	r->kind = kind_of(xlsx_xml_attribute(attributes, "t"));
	r->formula = false;
	buf_clear(&r->text);
}

static enum err end_cell(struct reading *r)
{
	struct xlsx *x = r->b->x;
	const char *text;
	enum err e;

	x->formulas += r->formula;
	if (r->formula && r->text.len == 0 && r->kind == KIND_NUMBER) {
		if (x->empty_formulas++ == 0)
			x->empty_line = r->row;
	}
	if (r->column >= INPUT_COLUMNS_MAX) {
		x->wide |= r->text.len > 0;
		return ERR_OK;
	}
	if ((e = value_text(r, &text)) != ERR_OK)
		return e;
	while (r->count <= r->column)
		r->cells[r->count++] = (struct sheet_cell){ "", 0 };
	r->cells[r->column] = (struct sheet_cell){ text, r->formula ? SHEET_FORMULA : 0 };
	return ERR_OK;
}

static void begin_row(struct reading *r, const char *const *attributes)
{
	const char *number = xlsx_xml_attribute(attributes, "r");
	unsigned long n = number ? strtoul(number, NULL, 10) : r->next_row;

	r->row = n >= r->next_row && n <= ROW_LAST ? (unsigned)n : r->next_row;
	r->next_row = r->row + 1;
	r->next_column = 0;
	r->count = 0;
}

static enum err end_row(struct reading *r)
{
	struct xlsx *x = r->b->x;
	struct sheet_cell *cells;
	enum err e;

	while (r->count && !*r->cells[r->count - 1].text)
		r->count--;
	if (r->count == 0 || x->too_many)
		return ERR_OK;
	e = xlsx_grow(&x->rows, sizeof(*x->rows), x->count, &x->cap, XLSX_ROWS_MAX);
	x->too_many = e == ERR_FULL;
	if (e != ERR_OK)
		return e == ERR_FULL ? ERR_OK : e;
	if (!(cells = arena_alloc(x->arena, r->count * sizeof(*cells))))
		return ERR_NOMEM;
	memcpy(cells, r->cells, r->count * sizeof(*cells));
	x->rows[x->count++] = (struct sheet_row){ .line = r->row, .count = r->count, .cells = cells };
	return ERR_OK;
}

/* --- merged cells --------------------------------------------------------------------------------- */

static enum err add_merge(struct reading *r, const char *const *attributes)
{
	const char *ref = xlsx_xml_attribute(attributes, "ref");
	const char *colon = ref ? strchr(ref, ':') : NULL;
	struct xlsx_book *b = r->b;
	unsigned column, row, last_column, last;
	enum err e;

	if (!colon || !place_of(ref, &column, &row) || !place_of(colon + 1, &last_column, &last) ||
	    last <= row)
		return ERR_OK;
	e = xlsx_grow(&b->merges, sizeof(*b->merges), b->merge_count, &b->merge_cap,
		      XLSX_MERGES_MAX);
	if (e == ERR_OK)
		b->merges[b->merge_count++] = (struct xlsx_range){ row, last, column };
	return e;
}

static size_t row_from(const struct xlsx *x, unsigned line)
{
	size_t low = 0, high = x->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (x->rows[middle].line < line)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The row with room for the column: counted with the texts, as a small file can ask for much of it. */
static enum err widen(struct xlsx_book *b, struct sheet_row *row, unsigned column,
		      struct sheet_cell **out)
{
	size_t size = (column + 1) * sizeof(**out);
	struct sheet_cell *cells;

	*out = (struct sheet_cell *)(uintptr_t)row->cells; /* they are this file's */
	if (column < row->count)
		return ERR_OK;
	if (size > XLSX_TEXT_MAX - b->text_bytes)
		return ERR_FULL;
	if (!(cells = arena_calloc(b->x->arena, column + 1, sizeof(*cells))))
		return ERR_NOMEM;
	b->text_bytes += size;
	memcpy(cells, row->cells, row->count * sizeof(*cells));
	for (unsigned i = row->count; i <= column; i++)
		cells[i].text = "";
	row->count = column + 1;
	row->cells = *out = cells;
	return ERR_OK;
}

static enum err fill_down(struct xlsx_book *b, const struct xlsx_range *m)
{
	struct xlsx *x = b->x;
	size_t i = row_from(x, m->row);
	const char *text;

	if (i == x->count || x->rows[i].line != m->row || m->column >= x->rows[i].count ||
	    !*(text = x->rows[i].cells[m->column].text))
		return ERR_OK;
	while (++i < x->count && x->rows[i].line <= m->last) {
		struct sheet_cell *cells;
		enum err e = ++b->filled > XLSX_FILLED_MAX ? ERR_FULL : ERR_OK;

		if (e == ERR_OK)
			e = widen(b, &x->rows[i], m->column, &cells);
		if (e != ERR_OK)
			return e;
		if (*cells[m->column].text)
			continue;
		cells[m->column] = (struct sheet_cell){ text, SHEET_MERGED };
		x->merged++;
	}
	return ERR_OK;
}

/* --- the part ------------------------------------------------------------------------------------- */

static enum err on_begin(void *ctx, const char *name, const char *const *attributes)
{
	struct reading *r = ctx;

	if (strcmp(name, "c") == 0)
		begin_cell(r, attributes);
	else if (strcmp(name, "row") == 0)
		begin_row(r, attributes);
	else if (strcmp(name, "f") == 0)
		r->formula = true;
	else if (strcmp(name, "mergeCell") == 0)
		return add_merge(r, attributes);
	r->in_value = strcmp(name, "v") == 0 || strcmp(name, "t") == 0;
	return ERR_OK;
}

static enum err on_text(void *ctx, struct bytes text)
{
	struct reading *r = ctx;

	if (!r->in_value)
		return ERR_OK;
	buf_put(&r->text, text);
	return r->text.len > XLSX_TEXT_MAX ? ERR_FULL : buf_error(&r->text);
}

static enum err on_end(void *ctx, const char *name)
{
	struct reading *r = ctx;

	r->in_value = false;
	if (strcmp(name, "c") == 0)
		return end_cell(r);
	return strcmp(name, "row") == 0 ? end_row(r) : ERR_OK;
}

enum err xlsx_cells_read(struct xlsx_book *b, const char *part)
{
	struct reading *r = calloc(1, sizeof(*r));
	const struct xlsx_handlers h = { on_begin, on_end, on_text, r };
	enum err e;

	if (!r)
		return ERR_NOMEM;
	r->b = b;
	r->next_row = 1;
	e = xlsx_part(b, part, &h);
	for (size_t i = 0; e == ERR_OK && i < b->merge_count; i++)
		e = fill_down(b, &b->merges[i]);
	buf_free(&r->text);
	free(r);
	return e;
}
