/* SPDX-License-Identifier: MIT */
#include "collectors/text.h"

static bool is_hole(const char *t)
{
	return t[0] == '{' && t[1] >= '0' && t[1] <= '9' && t[2] == '}';
}

/* The length of a "{1:row|rows}" that begins here, or 0. */
static size_t choice(const char *t)
{
	const char *end;

	if (t[0] != '{' || t[1] < '0' || t[1] > '9' || t[2] != ':')
		return 0;
	end = strchr(t, '}');
	return end && memchr(t, '|', (size_t)(end - t)) ? (size_t)(end - t) + 1 : 0;
}

static void put_choice(struct buf *out, const char *t, size_t len, const char *number)
{
	const char *one = t + 3, *bar = strchr(t, '|'), *end = t + len - 1;

	if (number && strcmp(number, "1") == 0)
		buf_put(out, bytes_of(one, (size_t)(bar - one)));
	else
		buf_put(out, bytes_of(bar + 1, (size_t)(end - bar - 1)));
}

void text_fill(struct buf *out, const char *template, const char *const *args, size_t count)
{
	for (const char *t = template; *t; t++) {
		size_t len = choice(t);

		if (len) {
			size_t n = (size_t)(t[1] - '0');

			put_choice(out, t, len, n < count ? args[n] : NULL);
			t += len - 1;
		} else if (is_hole(t)) {
			size_t n = (size_t)(t[1] - '0');

			if (n < count && args[n])
				buf_put_string(out, args[n]);
			t += 2;
		} else {
			buf_put_u8(out, (uint8_t)*t);
		}
	}
}

void text_cut(char *out, size_t cap, struct bytes text)
{
	size_t len = text.len;

	if (len >= cap) {
		len = cap - 1;
		while (len > 0 && (text.data[len] & 0xc0) == 0x80)
			len--;
	}
	if (len)
		memcpy(out, text.data, len);
	out[len] = '\0';
}

void text_fill_cut(char *out, size_t cap, const char *template, const char *const *args,
		   size_t count)
{
	struct buf b = { 0 };

	text_fill(&b, template, args, count);
	text_cut(out, cap, b.failed ? bytes_of(NULL, 0) : buf_bytes(&b));
	buf_free(&b);
}
