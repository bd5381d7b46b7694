/* SPDX-License-Identifier: MIT */
#include "base/reader.h"

uint64_t reader_varint_long(struct reader *r)
{
	uint64_t v = 0;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		uint8_t byte = reader_u8(r);

		if (r->failed || (shift == 63 && byte > 1))
			break;
		v |= (uint64_t)(byte & 0x7F) << shift;
		if (byte < 0x80) {
			if (byte == 0 && shift > 0)
				break;
			return v;
		}
	}
	r->failed = true;
	return 0;
}

struct bytes reader_block(struct reader *r)
{
	uint64_t len = reader_varint(r);

	if (r->failed || len > reader_left(r)) {
		r->failed = true;
		return (struct bytes){ 0 };
	}
	return reader_take(r, (size_t)len);
}

bool reader_done(const struct reader *r)
{
	return !r->failed && r->at == r->end;
}
