/* SPDX-License-Identifier: MIT */
/* A growing buffer with a sticky error: write as much as you like, look at buf_error once. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/bytes.h"
#include "base/err.h"

/* Zero-initialised is a valid empty buffer. Owned by whoever holds the struct; one thread. */
struct buf {
	uint8_t *data;
	size_t len;
	size_t cap;
	bool failed; /* an allocation failed; later writes do nothing */
};

void buf_free(struct buf *b);  /* frees, and leaves an empty buffer */
void buf_clear(struct buf *b); /* length 0, memory kept, error forgotten */
void buf_truncate(struct buf *b, size_t len);
/* Makes room for n more bytes without changing the length; false on failure. */
bool buf_reserve(struct buf *b, size_t n);

/* n new bytes to fill in, or NULL. They stay valid until the next write. */
static inline uint8_t *buf_extend(struct buf *b, size_t n)
{
	uint8_t *at;

	/* one byte stays spare for the NUL of buf_cstring */
	if (__builtin_expect(b->failed || b->cap - b->len <= n, 0) && !buf_reserve(b, n))
		return NULL;
	at = b->data + b->len;
	b->len += n;
	return at;
}

static inline void buf_put(struct buf *b, struct bytes bytes)
{
	uint8_t *at = buf_extend(b, bytes.len);

	if (at && bytes.len)
		memcpy(at, bytes.data, bytes.len);
}
static inline void buf_put_u8(struct buf *b, uint8_t v)
{
	uint8_t *at = buf_extend(b, 1);

	if (at)
		*at = v;
}
static inline void buf_put_u16(struct buf *b, uint16_t v) /* big-endian, like all below */
{
	uint8_t *at = buf_extend(b, 2);

	if (at)
		bytes_store16(at, v);
}
static inline void buf_put_u32(struct buf *b, uint32_t v)
{
	uint8_t *at = buf_extend(b, 4);

	if (at)
		bytes_store32(at, v);
}
static inline void buf_put_u64(struct buf *b, uint64_t v)
{
	uint8_t *at = buf_extend(b, 8);

	if (at)
		bytes_store64(at, v);
}
/* LEB128, as protobuf's */
static inline void buf_put_varint(struct buf *b, uint64_t v)
{
	uint8_t *at;
	size_t n = 0;

	if (!(at = buf_extend(b, 10)))
		return;
	for (; v >= 0x80; v >>= 7)
		at[n++] = (uint8_t)(v | 0x80);
	at[n++] = (uint8_t)v;
	b->len -= 10 - n;
}
static inline void buf_put_zigzag(struct buf *b, int64_t v)
{
	buf_put_varint(b, (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0));
}
void buf_put_string(struct buf *b, const char *s); /* the characters, no NUL */
/* varint length, then the bytes */
void buf_put_block(struct buf *b, struct bytes bytes);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The content with a NUL behind it (not counted in len); "" on failure. */
const char *buf_cstring(struct buf *b);
static inline struct bytes buf_bytes(const struct buf *b)
{
	return (struct bytes){ b->data, b->len };
}
/* ERR_NOMEM where any write failed, else ERR_OK. */
enum err buf_error(const struct buf *b);

#endif
