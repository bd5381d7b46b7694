/* SPDX-License-Identifier: MIT */
#include "collectors/text.h"

static bool is_hole(const char *t)
{
	return t[0] == '{' && t[1] >= '0' && t[1] <= '9' && t[2] == '}';
}

void text_fill(struct buf *out, const char *template, const char *const *args, size_t count)
{
	for (const char *t = template; *t; t++) {
		if (is_hole(t)) {
			size_t n = (size_t)(t[1] - '0');

			if (n < count && args[n])
				buf_put_string(out, args[n]);
			t += 2;
		} else {
			buf_put_u8(out, (uint8_t)*t);
		}
	}
}

void text_fill_cut(char *out, size_t cap, const char *template, const char *const *args,
		   size_t count)
{
	struct buf b = { 0 };
	size_t len;

	text_fill(&b, template, args, count);
	len = b.failed ? 0 : b.len;
	if (len >= cap) {
		len = cap - 1;
		while (len > 0 && (b.data[len] & 0xc0) == 0x80)
			len--;
	}
	if (len)
		memcpy(out, b.data, len);
	out[len] = '\0';
	buf_free(&b);
}
