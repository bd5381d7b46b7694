/* SPDX-License-Identifier: MIT */
#include "aggregator/office/json_text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* What a text and the tree made of it have in common, whatever the spaces, escapes and order. Numbers
 * with a point are only counted: no act has a use for one. */
struct weight {
	size_t strings, bytes; /* names too; bytes of UTF-8 */
	size_t integers, digits;
	size_t reals, words, containers;
};

/* --- of a text -------------------------------------------------------------------------------- */

static unsigned hex4(struct bytes t, size_t at)
{
	char digits[5] = "";
	unsigned code = 0;

	if (at + 4 > t.len)
		return 0;
	memcpy(digits, t.data + at, 4);
	return sscanf(digits, "%4x", &code) == 1 ? code : 0;
}

static size_t utf8_length(unsigned code)
{
	return code < 0x80 ? 1 : code < 0x800 ? 2 : 3;
}

/* Behind the backslash at `at`; gives where the text goes on. */
static size_t weigh_escape(struct bytes t, size_t at, struct weight *w)
{
	unsigned code;

	if (at + 1 >= t.len || t.data[at + 1] != 'u') {
		w->bytes++;
		return at + 2;
	}
	code = hex4(t, at + 2);
	if (code >= 0xd800 && code < 0xdc00) { /* the first half of a pair */
		w->bytes += 4;
		return at + 12;
	}
	w->bytes += utf8_length(code);
	return at + 6;
}

/* From its first quotation mark on; gives the place behind its last. */
static size_t weigh_string(struct bytes t, size_t at, struct weight *w)
{
	w->strings++;
	for (at++; at < t.len && t.data[at] != '"';) {
		if (t.data[at] == '\\') {
			at = weigh_escape(t, at, w);
			continue;
		}
		w->bytes++;
		at++;
	}
	return at + 1;
}

static size_t weigh_number(struct bytes t, size_t at, struct weight *w)
{
	size_t digits = 0;
	bool real = false;

	for (; at < t.len && (isdigit(t.data[at]) || (t.data[at] && strchr("+-.eE", t.data[at])));
	     at++) {
		digits += isdigit(t.data[at]) != 0;
		real |= strchr(".eE", t.data[at]) != NULL;
	}
	w->reals += real;
	w->integers += !real;
	w->digits += real ? 0 : digits;
	return at;
}

static struct weight weigh_text(struct bytes t)
{
	struct weight w = { 0 };

	for (size_t at = 0; at < t.len;) {
		uint8_t c = t.data[at];

		if (c == '"') {
			at = weigh_string(t, at, &w);
		} else if (c == '-' || isdigit(c)) {
			at = weigh_number(t, at, &w);
		} else if (isalpha(c)) {
			w.words++;
			while (at < t.len && isalpha(t.data[at]))
				at++;
		} else {
			w.containers += c == '{' || c == '[';
			at++;
		}
	}
	return w;
}

/* --- of a tree -------------------------------------------------------------------------------- */

static void weigh_tree(json_t *j, struct weight *w);

static void weigh_members(json_t *j, struct weight *w)
{
	const char *name;
	json_t *value;

	w->containers++;
	json_object_foreach(j, name, value)
	{
		w->strings++;
		w->bytes += strlen(name);
		weigh_tree(value, w);
	}
}

static void weigh_items(json_t *j, struct weight *w)
{
	json_t *value;
	size_t i;

	w->containers++;
	json_array_foreach(j, i, value)
		weigh_tree(value, w);
}

static void weigh_integer(json_t *j, struct weight *w)
{
	char text[32];
	int n = snprintf(text, sizeof(text), "%" JSON_INTEGER_FORMAT, json_integer_value(j));

	w->integers++;
	w->digits += (size_t)n - (text[0] == '-');
}

static void weigh_tree(json_t *j, struct weight *w)
{
	switch (json_typeof(j)) {
	case JSON_OBJECT:
		weigh_members(j, w);
		break;
	case JSON_ARRAY:
		weigh_items(j, w);
		break;
	case JSON_STRING:
		w->strings++;
		w->bytes += json_string_length(j);
		break;
	case JSON_INTEGER:
		weigh_integer(j, w);
		break;
	case JSON_REAL:
		w->reals++;
		break;
	default:
		w->words++;
	}
}

/* --- both ------------------------------------------------------------------------------------- */

static bool is_whole(struct bytes text, json_t *j)
{
	struct weight said = weigh_text(text), read = { 0 };

	weigh_tree(j, &read);
	return said.strings == read.strings && said.bytes == read.bytes &&
	       said.integers == read.integers && said.digits == read.digits &&
	       said.reals == read.reals && said.words == read.words &&
	       said.containers == read.containers;
}

static json_t *load(struct bytes text)
{
	return json_loadb((const char *)text.data, text.len, JSON_REJECT_DUPLICATES, NULL);
}

/* Whether the library has the memory for what is certainly an object. */
static bool has_memory(void)
{
	json_t *j = load(bytes_of_string("{\"name\": [1, \"text\"]}"));

	json_decref(j);
	return j != NULL;
}

enum err json_text_object(struct bytes text, json_t **out)
{
	json_t *j = load(text);

	*out = NULL;
	if (!j && !(j = load(text))) /* a lost character may look like a fault of the text */
		return has_memory() ? ERR_INVALID : ERR_NOMEM;
	if (!is_whole(text, j)) {
		json_decref(j);
		return ERR_NOMEM;
	}
	if (!json_is_object(j)) {
		json_decref(j);
		return ERR_INVALID;
	}
	*out = j;
	return ERR_OK;
}
