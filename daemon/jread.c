/* SPDX-License-Identifier: MIT */
#include "daemon/jread.h"

#include <ctype.h>
#include <string.h>

struct jread jread_of(struct bytes text)
{
	return (struct jread){ .at = text.data, .end = text.len ? text.data + text.len : text.data };
}

static void fail(struct jread *j)
{
	j->bad = true;
	j->at = j->end;
}

char jread_peek(struct jread *j)
{
	while (j->at < j->end && isspace(*j->at))
		j->at++;
	return j->at < j->end ? (char)*j->at : '\0';
}

bool jread_take(struct jread *j, char c)
{
	if (jread_peek(j) != c)
		return false;
	j->at += j->at < j->end;
	return true;
}

bool jread_enter(struct jread *j, char open)
{
	char close = open == '{' ? '}' : ']';

	if (!jread_take(j, open)) {
		fail(j);
		return false;
	}
	return !jread_take(j, close) && !j->bad;
}

bool jread_next(struct jread *j, char close)
{
	if (jread_take(j, ','))
		return true;
	if (!jread_take(j, close))
		fail(j);
	return false;
}

void jread_key(struct jread *j, struct buf *out)
{
	jread_string(j, out);
	if (!jread_take(j, ':'))
		fail(j);
}

/* --- strings ---------------------------------------------------------------------------------- */

static uint32_t read_hex(struct jread *j)
{
	uint32_t v = 0;

	for (int i = 0; i < 4; i++, j->at++) {
		if (j->at >= j->end || !isxdigit(*j->at)) {
			fail(j);
			return 0;
		}
		v = v << 4 | (uint32_t)(isdigit(*j->at) ? *j->at - '0' : (*j->at | 32) - 'a' + 10);
	}
	return v;
}

static void put_utf8(struct buf *out, uint32_t c)
{
	if (c < 0x80) {
		buf_put_u8(out, (uint8_t)c);
		return;
	}
	if (c < 0x800) {
		buf_put_u8(out, (uint8_t)(0xc0 | c >> 6));
	} else {
		if (c < 0x10000) {
			buf_put_u8(out, (uint8_t)(0xe0 | c >> 12));
		} else {
			buf_put_u8(out, (uint8_t)(0xf0 | c >> 18));
			buf_put_u8(out, (uint8_t)(0x80 | (c >> 12 & 63)));
		}
		buf_put_u8(out, (uint8_t)(0x80 | (c >> 6 & 63)));
	}
	buf_put_u8(out, (uint8_t)(0x80 | (c & 63)));
}

/* \u stands before; a pair of surrogates is one character. */
static uint32_t read_unicode(struct jread *j)
{
	uint32_t c = read_hex(j), low;

	if (c < 0xd800 || c > 0xdfff)
		return c;
	if (c > 0xdbff || j->end - j->at < 6 || j->at[0] != '\\' || j->at[1] != 'u')
		return 0xfffd;
	j->at += 2;
	low = read_hex(j);
	return low >= 0xdc00 && low <= 0xdfff ? 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00) :
						0xfffd;
}

static uint32_t read_escape(struct jread *j)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *at;

	if (j->at >= j->end) {
		fail(j);
		return 0;
	}
	if (*j->at == 'u') {
		j->at++;
		return read_unicode(j);
	}
	at = memchr(from, *j->at, sizeof(from) - 1);
	if (at == NULL) {
		fail(j);
		return 0;
	}
	j->at++;
	return (uint8_t)to[at - from];
}

void jread_string(struct jread *j, struct buf *out)
{
	if (!jread_take(j, '"')) {
		fail(j);
		return;
	}
	while (j->at < j->end && *j->at != '"') {
		const uint8_t *from = j->at;

		while (j->at < j->end && *j->at != '"' && *j->at != '\\')
			j->at++;
		if (out != NULL)
			buf_put(out, bytes_of(from, (size_t)(j->at - from)));
		if (j->at < j->end && *j->at == '\\') {
			uint32_t c;

			j->at++;
			c = read_escape(j);
			if (out != NULL && !j->bad)
				put_utf8(out, c);
		}
	}
	if (j->at >= j->end)
		fail(j);
	else
		j->at++;
}

/* --- values ----------------------------------------------------------------------------------- */

struct bytes jread_raw(struct jread *j)
{
	size_t depth = 0;
	const uint8_t *from;

	jread_peek(j);
	from = j->at;
	do {
		char c = jread_peek(j);

		if (c == '"') {
			jread_string(j, NULL);
		} else if (c == '{' || c == '[') {
			depth++;
			j->at++;
		} else if ((c == '}' || c == ']') && depth > 0) {
			depth--;
			j->at++;
		} else if (c == ':' || (c == ',' && depth > 0)) {
			j->at++;
		} else {
			const uint8_t *word = j->at;

			while (j->at < j->end && memchr(",]}: \n\"[{", *j->at, 9) == NULL)
				j->at++;
			if (j->at == word)
				fail(j);
		}
	} while (depth > 0 && !j->bad);
	return j->bad ? bytes_of(NULL, 0) : bytes_of(from, (size_t)(j->at - from));
}
