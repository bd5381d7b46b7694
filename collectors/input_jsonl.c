/* SPDX-License-Identifier: MIT */
#include <jansson.h>
#include <stdlib.h>

#include "collectors/input.h"

#define DIGITS 15 /* that a double keeps, whatever they are */

/* The text of a number, exactly as it was meant. False: a double can't tell. */
static bool number_text(json_t *value, char *out, size_t cap)
{
	double number;

	if (json_is_integer(value)) {
		snprintf(out, cap, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
		return true;
	}
	number = json_real_value(value);
	for (int decimals = 0; decimals <= 9; decimals++) {
		size_t digits = 0;

		snprintf(out, cap, "%.*f", decimals, number);
		for (const char *c = out; *c; c++)
			digits += *c >= '0' && *c <= '9';
		if (digits <= DIGITS && strtod(out, NULL) == number)
			return true;
	}
	return false;
}

/* A row under way; numbers need room for their text. */
struct line {
	struct input *in;
	struct input_cells cells;
	char numbers[INPUT_FIELDS][64];
	bool bad;
	bool no_memory;
};

static void fault(struct line *l, const struct lang_text *text, const struct lang_text *hint,
		  const char *about)
{
	input_fault(l->in, l->cells.line, 0, text, hint, about, NULL);
	l->bad = true;
}

/* ["a", "b"]: as in a sheet, with ; between them. */
static void take_list(struct line *l, const char *key, json_t *list)
{
	static const struct lang_text texts = { "“%s”的每一项必须是文字",
						"each entry of \"%s\" has to be a text" };
	struct buf b = { 0 };
	json_t *one;
	size_t i;

	json_array_foreach(list, i, one) {
		if (!json_is_string(one)) {
			fault(l, &texts, NULL, key);
			break;
		}
		buf_printf(&b, "%s%s", i ? ";" : "", json_string_value(one));
	}
	l->cells.cell[INPUT_OBJECT] =
		arena_strndup(l->in->arena, buf_cstring(&b), b.failed ? 0 : b.len);
	if (b.failed || !l->cells.cell[INPUT_OBJECT])
		l->no_memory = true;
	buf_free(&b);
}

static void take_value(struct line *l, const char *key, json_t *value)
{
	static const struct lang_text unknown = { "不认识字段“%s”", "there is no field \"%s\"" };
	static const struct lang_text names = {
		"可用：target、as_of、value、unit、kind、numerator、denominator、stage、note、reason、ref 等",
		"use target, as_of, value, unit, kind, numerator, denominator, stage, note, reason, ref ..."
	};
	static const struct lang_text type = { "字段“%s”必须是文字或数字",
					       "field \"%s\" has to be a text or a number" };
	static const struct lang_text inexact = { "字段“%s”的数字无法精确表示",
						  "the number in field \"%s\" is not exact" };
	static const struct lang_text quote = { "请写成文字，如 \"12.5\"",
						"write it as a text, such as \"12.5\"" };
	static const struct lang_text twice = { "字段“%s”出现两次", "field \"%s\" comes twice" };
	int f = input_field_of(bytes_of_string(key));

	if (f >= 0 && l->cells.cell[f]) {
		fault(l, &twice, NULL, key); /* by two of its names */
	} else if (f < 0) {
		fault(l, &unknown, &names, key);
	} else if (json_is_string(value)) {
		l->cells.cell[f] = json_string_value(value);
	} else if (f == INPUT_OBJECT && json_is_array(value)) {
		take_list(l, key, value);
	} else if (!json_is_number(value)) {
		if (!json_is_null(value))
			fault(l, &type, NULL, key);
	} else if (number_text(value, l->numbers[f], sizeof(l->numbers[f]))) {
		l->cells.cell[f] = l->numbers[f];
	} else {
		fault(l, &inexact, &quote, key);
	}
}

static enum err read_line(struct input *in, struct bytes text, unsigned number)
{
	static const struct lang_text broken = { "不是 JSON 对象：%s", "is no JSON object: %s" };
	struct line l = { .in = in, .cells = { .line = number } };
	json_error_t why = { .text = "" };
	json_t *root = json_loadb((const char *)text.data, text.len, JSON_REJECT_DUPLICATES, &why);
	json_t *value;
	const char *key;
	enum err e = ERR_OK;

	if (!json_is_object(root)) {
		input_fault(in, number, why.column > 0 ? (unsigned)why.column : 0, &broken, NULL,
			    why.text, NULL);
		l.bad = true;
	} else {
		json_object_foreach(root, key, value)
			take_value(&l, key, value);
	}
	if (l.no_memory)
		e = ERR_NOMEM;
	else if (l.bad)
		in->bad++;
	else
		e = input_add(in, &l.cells);
	json_decref(root);
	return e;
}

static bool is_blank(struct bytes line)
{
	for (size_t i = 0; i < line.len; i++) {
		if (line.data[i] > ' ')
			return false;
	}
	return true;
}

enum err input_read_jsonl(struct input *in, struct bytes file)
{
	struct bytes rest = input_without_bom(file);
	enum err e = ERR_OK;

	for (unsigned number = 1; !e && rest.len; number++) {
		const uint8_t *end = memchr(rest.data, '\n', rest.len);
		size_t n = end ? (size_t)(end - rest.data) : rest.len;
		struct bytes line = { rest.data, n };

		rest = end ? bytes_of(end + 1, rest.len - n - 1) : bytes_of(NULL, 0);
		if (!is_blank(line))
			e = read_line(in, line, number);
	}
	return e;
}
