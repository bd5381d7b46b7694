/* SPDX-License-Identifier: MIT */
/* A cursor over borrowed bytes with a sticky error: after a read past the end, every read gives
 * zero and the cursor's failed flag is set. */
#ifndef BASE_READER_H
#define BASE_READER_H

#include "base/bytes.h"

struct reader {
	const uint8_t *at;
	const uint8_t *end;
	bool failed;
};

static inline struct reader reader_of(struct bytes b)
{
	return (struct reader){ b.data, b.data ? b.data + b.len : b.data, false };
}
static inline size_t reader_left(const struct reader *r)
{
	return r->failed ? 0 : (size_t)(r->end - r->at);
}
/* The next n bytes, borrowed from the source; an empty run and a failed cursor where fewer are
 * left. */
static inline struct bytes reader_take(struct reader *r, size_t n)
{
	struct bytes out = { r->at, n };

	if (__builtin_expect(r->failed || n > (size_t)(r->end - r->at), 0)) {
		r->failed = true;
		return (struct bytes){ 0 };
	}
	if (n)
		r->at += n;
	return out;
}
static inline uint8_t reader_u8(struct reader *r)
{
	struct bytes b = reader_take(r, 1);

	return b.data ? b.data[0] : 0;
}
static inline uint16_t reader_u16(struct reader *r)
{
	struct bytes b = reader_take(r, 2);

	return b.data ? bytes_load16(b.data) : 0;
}
static inline uint32_t reader_u32(struct reader *r)
{
	struct bytes b = reader_take(r, 4);

	return b.data ? bytes_load32(b.data) : 0;
}
static inline uint64_t reader_u64(struct reader *r)
{
	struct bytes b = reader_take(r, 8);

	return b.data ? bytes_load64(b.data) : 0;
}
/* The general case of reader_varint. */
uint64_t reader_varint_long(struct reader *r);
/* LEB128. Fails past 64 bits and on a form longer than it need be: one number, one text. */
static inline uint64_t reader_varint(struct reader *r)
{
	if (__builtin_expect(reader_left(r) > 0 && *r->at < 0x80, 1))
		return *r->at++;
	return reader_varint_long(r);
}
static inline int64_t reader_zigzag(struct reader *r)
{
	uint64_t v = reader_varint(r);

	return (int64_t)(v >> 1 ^ (v & 1 ? UINT64_MAX : 0));
}
struct bytes reader_block(struct reader *r); /* what buf_put_block wrote */
/* Not failed, and nothing left over. */
bool reader_done(const struct reader *r);

#endif
