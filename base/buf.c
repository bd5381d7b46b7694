/* SPDX-License-Identifier: MIT */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define FIRST_CAPACITY 64

void buf_free(struct buf *b)
{
	free(b->data);
	*b = (struct buf){ 0 };
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	b->failed = false;
}

void buf_truncate(struct buf *b, size_t len)
{
	if (len < b->len)
		b->len = len;
}

bool buf_reserve(struct buf *b, size_t n)
{
	size_t need, cap = b->cap ? b->cap : FIRST_CAPACITY;
	uint8_t *data;

	if (b->failed)
		return false;
	if (__builtin_add_overflow(b->len, n, &need) || need > SIZE_MAX / 4) {
		b->failed = true;
		return false;
	}
	while (cap <= need)
		cap += cap / 2;
	if (cap == b->cap)
		return true;
	data = realloc(b->data, cap);
	if (!data) {
		b->failed = true;
		return false;
	}
	b->data = data;
	b->cap = cap;
	return true;
}

void buf_put_string(struct buf *b, const char *s)
{
	buf_put(b, bytes_of_string(s));
}

void buf_put_block(struct buf *b, struct bytes bytes)
{
	buf_put_varint(b, bytes.len);
	buf_put(b, bytes);
}

void buf_printf(struct buf *b, const char *format, ...)
{
	va_list args, again;
	int n;

	if (!buf_reserve(b, 0))
		return;
	va_start(args, format);
	va_copy(again, args);
	n = vsnprintf((char *)b->data + b->len, b->cap - b->len, format, args);
	if (n < 0) {
		b->failed = true;
	} else if ((size_t)n < b->cap - b->len) {
		b->len += (size_t)n;
	} else if (buf_reserve(b, (size_t)n)) {
		vsnprintf((char *)b->data + b->len, b->cap - b->len, format, again);
		b->len += (size_t)n;
	}
	va_end(again);
	va_end(args);
}

const char *buf_cstring(struct buf *b)
{
	if (!buf_reserve(b, 0))
		return "";
	b->data[b->len] = '\0';
	return (const char *)b->data;
}

enum err buf_error(const struct buf *b)
{
	return b->failed ? ERR_NOMEM : ERR_OK;
}
