/* SPDX-License-Identifier: MIT */
#include "sheets/grid.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/decimal.h"

#define ROOM_FIRST 64
#define PERCENT_DECIMALS 2

void grid_book_begin(struct grid_book *b, struct arena *a, enum lang lang)
{
	*b = (struct grid_book){ .arena = a, .lang = lang, .title = "", .footer = "" };
}

static void *take(struct grid_book *b, size_t count, size_t size)
{
	void *p = arena_calloc(b->arena, count, size);

	if (p == NULL)
		b->error = ERR_NOMEM;
	return p;
}

struct grid *grid_add(struct grid_book *b, struct lang_text name, const struct grid_column *columns,
			size_t column_count)
{
	struct grid *s = b->count < GRID_MAX ? take(b, 1, sizeof(*s)) : NULL;

	if (s == NULL) {
		b->error = b->error != ERR_OK ? b->error : ERR_STATE;
		return NULL;
	}
	s->book = b;
	s->name = lang_pick(name, b->lang);
	s->title = s->name;
	s->columns = columns;
	s->column_count = column_count;
	b->sheets[b->count++] = s;
	return s;
}

__attribute__((format(printf, 2, 0))) static const char *
format_into(struct grid_book *b, const char *format, va_list list)
{
	va_list again;
	char *text;
	int n;

	va_copy(again, list);
	n = vsnprintf(NULL, 0, format, again);
	va_end(again);
	text = n < 0 ? NULL : take(b, (size_t)n + 1, 1);
	if (text != NULL)
		vsnprintf(text, (size_t)n + 1, format, list);
	return text ? text : "";
}

const char *grid_printf(struct grid_book *b, const char *format, ...)
{
	const char *text;
	va_list list;

	va_start(list, format);
	text = format_into(b, format, list);
	va_end(list);
	return text;
}

const char *grid_say(struct grid_book *b, const char *zh, const char *en, ...)
{
	const char *text;
	va_list list;

	va_start(list, en);
	text = b->lang == LANG_ZH ? format_into(b, zh, list) : format_into(b, en, list);
	va_end(list);
	return text;
}

const char *grid_copy(struct grid_book *b, const char *text)
{
	return grid_printf(b, "%s", text);
}

/* --- rows ------------------------------------------------------------------------------------- */

static bool make_room(struct grid *s)
{
	size_t room = s->room ? 2 * s->room : ROOM_FIRST;
	struct grid_value **rows;

	if (s->row_count < s->room)
		return true;
	if ((rows = take(s->book, room, sizeof(struct grid_value *))) == NULL)
		return false;
	if (s->row_count)
		memcpy(rows, s->rows, s->row_count * sizeof(struct grid_value *));
	s->rows = rows;
	s->room = room;
	return true;
}

void grid_row(struct grid *s)
{
	struct grid_value *values;

	if (s == NULL || s->book->error != ERR_OK || !make_room(s))
		return;
	values = take(s->book, s->column_count, sizeof(*values));
	if (values == NULL)
		return;
	s->rows[s->row_count++] = values;
	s->at = 0;
}

static void put(struct grid *s, struct grid_value v)
{
	if (s == NULL || s->book->error != ERR_OK)
		return;
	if (s->row_count == 0 || s->at >= s->column_count) {
		s->book->error = ERR_STATE;
		return;
	}
	s->rows[s->row_count - 1][s->at++] = v;
}

void grid_skip(struct grid *s)
{
	put(s, (struct grid_value){ .type = GRID_NOTHING });
}

void grid_toned(struct grid *s, enum grid_tone tone, const char *text)
{
	if (text == NULL || *text == '\0')
		grid_skip(s);
	else
		put(s, (struct grid_value){ .type = GRID_TEXT, .tone = tone, .text = text });
}

void grid_text(struct grid *s, const char *text)
{
	grid_toned(s, GRID_PLAIN, text);
}

void grid_link(struct grid *s, const char *text, const char *url)
{
	if (url == NULL || *url == '\0' || text == NULL || *text == '\0')
		grid_text(s, text);
	else
		put(s, (struct grid_value){ .type = GRID_TEXT, .text = text, .url = url });
}

void grid_number(struct grid *s, int64_t number, unsigned decimals)
{
	put(s, (struct grid_value){
		       .type = GRID_NUMBER, .number = number, .decimals = decimals });
}

void grid_day(struct grid *s, int32_t day)
{
	if (day == DATE_NONE)
		grid_skip(s);
	else
		put(s, (struct grid_value){ .type = GRID_DAY, .number = day });
}

void grid_percent(struct grid *s, struct fraction share)
{
	grid_number(s, fraction_round(fraction_mul(share, fraction_of(100, 1)), PERCENT_DECIMALS),
		     PERCENT_DECIMALS);
}

/* --- comma-separated -------------------------------------------------------------------------- */

/* What a program may take for the beginning of a formula; Chinese ones know full-width signs. */
static bool begins_formula(const char *text)
{
	static const char *const wide[] = { "＝", "＋", "－", "＠" };

	for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
		if (strncmp(text, wide[i], strlen(wide[i])) == 0)
			return true;
	return *text != '\0' && strchr("=+-@\t\r\n", *text) != NULL;
}

static void csv_text(struct buf *out, const char *text)
{
	bool formula = begins_formula(text);

	if (!formula && strpbrk(text, ",\"\r\n") == NULL) {
		buf_put_string(out, text);
		return;
	}
	buf_put_string(out, formula ? "\"'" : "\"");
	for (; *text != '\0'; text++) {
		if (*text == '"')
			buf_put_u8(out, '"');
		buf_put_u8(out, (uint8_t)*text);
	}
	buf_put_u8(out, '"');
}

static void csv_value(struct buf *out, const struct grid_value *v)
{
	char number[DECIMAL_TEXT_MAX], day[11];

	switch (v->type) {
	case GRID_TEXT:
		csv_text(out, v->text);
		break;
	case GRID_NUMBER:
		decimal_format(v->number, v->decimals, number);
		buf_put_string(out, number);
		break;
	case GRID_DAY:
		date_format((int32_t)v->number, day);
		buf_put_string(out, day);
		break;
	case GRID_NOTHING:
		break;
	}
}

enum err grid_csv(const struct grid *s, struct buf *out)
{
	if (s == NULL)
		return ERR_NOMEM;
	buf_put_string(out, "\xEF\xBB\xBF");
	for (size_t i = 0; i < s->column_count; i++) {
		buf_put_string(out, i ? "," : "");
		csv_text(out, lang_pick(s->columns[i].head, s->book->lang));
	}
	buf_put_string(out, "\r\n");
	for (size_t r = 0; r < s->row_count; r++) {
		for (size_t i = 0; i < s->column_count; i++) {
			buf_put_string(out, i ? "," : "");
			csv_value(out, &s->rows[r][i]);
		}
		buf_put_string(out, "\r\n");
	}
	return s->book->error != ERR_OK ? s->book->error : buf_error(out);
}
