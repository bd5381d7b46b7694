/* SPDX-License-Identifier: MIT */
#include "daemon/csv_sheet.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/jread.h"

#define NONE UINT32_MAX /* no column; the end of a row among the cells */
#define DEPTH_MAX 6	/* of members in members; deeper ones stay JSON */

struct column {
	char *name;
	uint32_t next; /* in the order of the table */
	bool filled;   /* some row has a value there */
};

struct csv_sheet {
	struct column *columns;
	uint32_t count, first;
	struct buf cells; /* column, length, text; NONE ends a row */
	size_t rows;
	bool failed;
	/* of the row that is being added */
	uint32_t last;	 /* the column before */
	struct buf name; /* of the member that is being read */
	struct buf text;
};

struct csv_sheet *csv_sheet_new(void)
{
	struct csv_sheet *s = calloc(1, sizeof(*s));

	if (s != NULL)
		s->first = s->last = NONE;
	return s;
}

void csv_sheet_free(struct csv_sheet *s)
{
	if (s == NULL)
		return;
	for (uint32_t i = 0; i < s->count; i++)
		free(s->columns[i].name);
	free(s->columns);
	buf_free(&s->cells);
	buf_free(&s->name);
	buf_free(&s->text);
	free(s);
}

size_t csv_sheet_rows(const struct csv_sheet *s)
{
	return s->rows;
}

/* --- columns ---------------------------------------------------------------------------------- */

/* A new one, behind the column that came before it in its row. */
static uint32_t add_column(struct csv_sheet *s, const char *name)
{
	struct column *more = realloc(s->columns, (s->count + 1) * sizeof(*more));
	char *copy = strdup(name);
	uint32_t *at;

	if (more != NULL)
		s->columns = more;
	if (more == NULL || copy == NULL) {
		free(copy);
		s->failed = true;
		return NONE;
	}
	at = s->last == NONE ? &s->first : &more[s->last].next;
	more[s->count] = (struct column){ .name = copy, .next = *at };
	*at = s->count;
	return s->count++;
}

/* Rows are mostly alike: the one behind the last one is the right one nearly always. */
static uint32_t find_column(struct csv_sheet *s, const char *name)
{
	uint32_t guess = s->last == NONE ? s->first : s->columns[s->last].next;

	if (guess != NONE && strcmp(s->columns[guess].name, name) == 0)
		return guess;
	for (uint32_t i = 0; i < s->count; i++)
		if (strcmp(s->columns[i].name, name) == 0)
			return i;
	return add_column(s, name);
}

/* --- cells ------------------------------------------------------------------------------------ */

/* What is no string: numbers and true as they stand, null as nothing. */
static void put_plain(struct csv_sheet *s, struct jread *j)
{
	struct bytes word;

	if (jread_peek(j) == '"') {
		jread_string(j, &s->text);
		return;
	}
	word = jread_raw(j);
	if (!bytes_equal(word, bytes_of_string("null")))
		buf_put(&s->text, word);
}

/* Plain values joined; a list of objects or lists as it stands. */
static void put_list(struct csv_sheet *s, struct jread *j)
{
	struct jread back = *j;
	size_t count = 0;

	if (!jread_enter(j, '['))
		return;
	do {
		if (jread_peek(j) == '{' || jread_peek(j) == '[') {
			*j = back;
			buf_clear(&s->text);
			buf_put(&s->text, jread_raw(j));
			return;
		}
		if (count++ > 0)
			buf_put_string(&s->text, "; ");
		put_plain(s, j);
	} while (jread_next(j, ']'));
}

static void add_cell(struct csv_sheet *s, struct jread *j)
{
	uint32_t column = find_column(s, buf_cstring(&s->name));

	buf_clear(&s->text);
	if (jread_peek(j) == '[')
		put_list(s, j);
	else
		put_plain(s, j);
	if (column == NONE)
		return;
	s->last = column;
	if (s->text.len == 0)
		return;
	s->columns[column].filled = true;
	buf_put_u32(&s->cells, column);
	buf_put_u32(&s->cells, (uint32_t)s->text.len);
	buf_put(&s->cells, buf_bytes(&s->text));
}

static void add_members(struct csv_sheet *s, struct jread *j, unsigned depth)
{
	size_t length = s->name.len;

	if (!jread_enter(j, '{'))
		return;
	do {
		if (length > 0)
			buf_put_u8(&s->name, '.');
		jread_key(j, &s->name);
		if (jread_peek(j) == '{' && depth < DEPTH_MAX)
			add_members(s, j, depth + 1);
		else
			add_cell(s, j);
		buf_truncate(&s->name, length);
	} while (jread_next(j, '}'));
}

static void add_rows(struct csv_sheet *s, struct jread *j)
{
	if (!jread_enter(j, '['))
		return;
	do {
		s->last = NONE;
		add_members(s, j, 1);
		buf_put_u32(&s->cells, NONE);
		s->rows++;
	} while (jread_next(j, ']'));
}

void csv_sheet_add(struct csv_sheet *s, struct bytes answer, const char *array)
{
	struct jread j = jread_of(answer);
	struct buf key = { 0 };

	for (bool more = jread_enter(&j, '{'); more; more = jread_next(&j, '}')) {
		buf_clear(&key);
		jread_key(&j, &key);
		if (strcmp(buf_cstring(&key), array) == 0 && jread_peek(&j) == '[')
			add_rows(s, &j);
		else
			jread_raw(&j);
	}
	if (j.bad || buf_error(&key) != ERR_OK || buf_error(&s->cells) != ERR_OK ||
	    buf_error(&s->name) != ERR_OK || buf_error(&s->text) != ERR_OK)
		s->failed = true;
	buf_free(&key);
}

/* --- writing ---------------------------------------------------------------------------------- */

/* [-]digits[.digits]: what a program may calculate with. */
static bool is_number(struct bytes text)
{
	size_t i = text.len > 0 && text.data[0] == '-', digits = 0;
	bool point = false;

	for (; i < text.len; i++) {
		if (isdigit(text.data[i]))
			digits++;
		else if (text.data[i] == '.' && !point && digits > 0 && i + 1 < text.len)
			point = true;
		else
			return false;
	}
	return digits > 0;
}

/* Begins as a formula does; the full-width signs are taken for theirs by some programs. */
static bool is_formula(struct bytes text)
{
	static const char *const wide[] = { "＝", "＋", "－", "＠" };

	if (text.len == 0 || is_number(text))
		return false;
	for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
		if (text.len >= strlen(wide[i]) &&
		    memcmp(text.data, wide[i], strlen(wide[i])) == 0)
			return true;
	return memchr("=+-@\t\r\n", text.data[0], 7) != NULL;
}

static bool needs_quotes(struct bytes text)
{
	if (text.len > 0 && (text.data[0] == ' ' || text.data[text.len - 1] == ' '))
		return true;
	for (size_t i = 0; i < text.len; i++)
		if (memchr("\",\r\n", text.data[i], 4) != NULL)
			return true;
	return false;
}

static void write_cell(struct buf *out, struct bytes text)
{
	bool quoted = needs_quotes(text);

	if (quoted)
		buf_put_u8(out, '"');
	if (is_formula(text))
		buf_put_u8(out, '\'');
	if (!quoted) {
		buf_put(out, text);
		return;
	}
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] == '"')
			buf_put_u8(out, '"');
		buf_put_u8(out, text.data[i]);
	}
	buf_put_u8(out, '"');
}

/* A member that is null or an object, row by row, is told by the object's own columns. */
static bool is_shown(const struct csv_sheet *s, uint32_t column)
{
	size_t n = strlen(s->columns[column].name);

	if (s->columns[column].filled)
		return true;
	for (uint32_t i = 0; i < s->count; i++)
		if (strncmp(s->columns[i].name, s->columns[column].name, n) == 0 &&
		    s->columns[i].name[n] == '.')
			return false;
	return true;
}

/* texts: by column. */
static void write_line(const struct csv_sheet *s, const bool *shown, const struct bytes *texts,
		       struct buf *out)
{
	bool comma = false;

	for (uint32_t c = s->first; c != NONE; c = s->columns[c].next) {
		if (!shown[c])
			continue;
		if (comma)
			buf_put_u8(out, ',');
		write_cell(out, texts[c]);
		comma = true;
	}
	buf_put_string(out, "\r\n");
}

static void write_rows(const struct csv_sheet *s, const bool *shown, struct bytes *texts,
		       struct buf *out)
{
	const uint8_t *at = s->cells.data, *end = at ? at + s->cells.len : at;

	memset(texts, 0, s->count * sizeof(*texts));
	while (at < end) {
		uint32_t column = bytes_load32(at);

		at += 4;
		if (column == NONE) {
			write_line(s, shown, texts, out);
			memset(texts, 0, s->count * sizeof(*texts));
			continue;
		}
		texts[column] = bytes_of(at + 4, bytes_load32(at));
		at += 4 + texts[column].len;
	}
}

enum err csv_sheet_write(const struct csv_sheet *s, struct buf *out)
{
	struct bytes *texts = calloc(s->count + 1, sizeof(*texts));
	bool *shown = calloc(s->count + 1, sizeof(*shown));
	enum err e = ERR_NOMEM;

	if (!s->failed && texts != NULL && shown != NULL) {
		for (uint32_t i = 0; i < s->count; i++) {
			shown[i] = is_shown(s, i);
			texts[i] = bytes_of_string(s->columns[i].name);
		}
		buf_put_string(out, "\xef\xbb\xbf");
		if (s->count > 0)
			write_line(s, shown, texts, out);
		write_rows(s, shown, texts, out);
		e = buf_error(out);
	}
	free(texts);
	free(shown);
	return e;
}
