/* SPDX-License-Identifier: MIT */
#include "aggregator/papers/markup.h"

/* U+FFFE and U+FFFF are no characters of XML. */
static bool is_forbidden(struct bytes text, size_t at)
{
	return text.len - at >= 3 && text.data[at] == 0xef && text.data[at + 1] == 0xbf &&
	       (text.data[at + 2] & 0xfe) == 0xbe;
}

static const char *entity_of(uint8_t c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void markup_escape(struct buf *out, struct bytes text)
{
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.data[i];
		const char *entity = entity_of(c);

		if (entity != NULL)
			buf_put_string(out, entity);
		else if (is_forbidden(text, i))
			i += 2;
		else if (c >= 0x20 || c == '\t')
			buf_put_u8(out, c);
	}
}
