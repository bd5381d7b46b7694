/* SPDX-License-Identifier: MIT */
#include "serve/jwrite.h"

#include "base/date.h"
#include "base/decimal.h"

#define DEPTH_MAX 63

struct jwrite jwrite_to(struct buf *out)
{
	return (struct jwrite){ .out = out };
}

/* --- text ------------------------------------------------------------------------------------- */

/* Bytes of the well-formed character at the front; 0: there is none. */
static size_t character(struct bytes b)
{
	for (size_t n = 1; n <= 4 && n <= b.len; n++)
		if (bytes_is_text(bytes_of(b.data, n)))
			return n;
	return 0;
}

static void put_escaped(struct buf *out, uint8_t c)
{
	static const char shorts[] = { ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f',
				       ['\r'] = 'r', ['"'] = '"',  ['\\'] = '\\' };

	if (c < sizeof(shorts) && shorts[c] != '\0')
		buf_printf(out, "\\%c", shorts[c]);
	else
		buf_printf(out, "\\u%04x", c);
}

static bool is_plain(uint8_t c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

static void put_text(struct buf *out, struct bytes v)
{
	size_t at = 0;

	buf_put_u8(out, '"');
	while (at < v.len) {
		size_t from = at, n;

		while (at < v.len && is_plain(v.data[at]))
			at++;
		buf_put(out, bytes_of(v.data + from, at - from));
		if (at == v.len)
			break;
		n = v.data[at] < 0x80 ? 0 : character(bytes_of(v.data + at, v.len - at));
		if (v.data[at] < 0x80)
			put_escaped(out, v.data[at]);
		else if (n == 0)
			buf_put_string(out, "\xef\xbf\xbd");
		else
			buf_put(out, bytes_of(v.data + at, n));
		at += n > 0 ? n : 1;
	}
	buf_put_u8(out, '"');
}

/* --- structure -------------------------------------------------------------------------------- */

static void begin_value(struct jwrite *j, const char *key)
{
	if (j->comma)
		buf_put_u8(j->out, ',');
	j->comma = true;
	if (key != NULL) {
		put_text(j->out, bytes_of_string(key));
		buf_put_u8(j->out, ':');
	}
}

static void open_level(struct jwrite *j, const char *key, bool array)
{
	begin_value(j, key);
	buf_put_u8(j->out, array ? '[' : '{');
	if (j->depth < DEPTH_MAX)
		j->depth++;
	j->arrays = (j->arrays & ~(UINT64_C(1) << j->depth)) | (uint64_t)array << j->depth;
	j->comma = false;
}

void jwrite_object(struct jwrite *j, const char *key)
{
	open_level(j, key, false);
}

void jwrite_array(struct jwrite *j, const char *key)
{
	open_level(j, key, true);
}

void jwrite_end(struct jwrite *j)
{
	buf_put_u8(j->out, j->arrays >> j->depth & 1 ? ']' : '}');
	if (j->depth > 0)
		j->depth--;
	j->comma = true;
}

/* --- values ----------------------------------------------------------------------------------- */

void jwrite_null(struct jwrite *j, const char *key)
{
	begin_value(j, key);
	buf_put_string(j->out, "null");
}

void jwrite_bool(struct jwrite *j, const char *key, bool v)
{
	begin_value(j, key);
	buf_put_string(j->out, v ? "true" : "false");
}

void jwrite_int(struct jwrite *j, const char *key, int64_t v)
{
	begin_value(j, key);
	buf_printf(j->out, "%lld", (long long)v);
}

void jwrite_uint(struct jwrite *j, const char *key, uint64_t v)
{
	begin_value(j, key);
	buf_printf(j->out, "%llu", (unsigned long long)v);
}

void jwrite_bytes(struct jwrite *j, const char *key, struct bytes v)
{
	begin_value(j, key);
	put_text(j->out, v);
}

void jwrite_string(struct jwrite *j, const char *key, const char *v)
{
	if (v == NULL)
		jwrite_null(j, key);
	else
		jwrite_bytes(j, key, bytes_of_string(v));
}

void jwrite_hex(struct jwrite *j, const char *key, struct bytes v)
{
	begin_value(j, key);
	buf_put_u8(j->out, '"');
	for (size_t i = 0; i < v.len; i++)
		buf_printf(j->out, "%02x", v.data[i]);
	buf_put_u8(j->out, '"');
}

void jwrite_raw(struct jwrite *j, const char *key, struct bytes text)
{
	begin_value(j, key);
	buf_put(j->out, text);
}

void jwrite_decimal(struct jwrite *j, const char *key, int64_t v, unsigned decimals)
{
	char text[DECIMAL_TEXT_MAX];

	decimal_format(v, decimals, text);
	jwrite_string(j, key, text);
}

void jwrite_fraction(struct jwrite *j, const char *key, struct fraction v, unsigned decimals)
{
	jwrite_decimal(j, key, fraction_round(v, decimals), decimals);
}

void jwrite_date(struct jwrite *j, const char *key, int32_t day)
{
	char text[11];

	if (day == DATE_NONE) {
		jwrite_null(j, key);
		return;
	}
	date_format(day, text);
	jwrite_string(j, key, text);
}

void jwrite_time(struct jwrite *j, const char *key, int64_t ms, int offset_minutes)
{
	char text[32];

	if (ms == 0) {
		jwrite_null(j, key);
		return;
	}
	date_time_format(ms, offset_minutes, text);
	jwrite_string(j, key, text);
}

void jwrite_lang(struct jwrite *j, const char *key, struct lang_text v)
{
	jwrite_object(j, key);
	jwrite_string(j, "zh", v.zh ? v.zh : "");
	jwrite_string(j, "en", v.en ? v.en : "");
	jwrite_end(j);
}
