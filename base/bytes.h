/* SPDX-License-Identifier: MIT */
/* A borrowed run of bytes, and numbers in big-endian order. No ownership here. */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Points into memory that somebody else owns. */
struct bytes {
	const uint8_t *data;
	size_t len;
};

static inline struct bytes bytes_of(const void *data, size_t len)
{
	return (struct bytes){ data, len };
}

/* The bytes of a C string, without its NUL. NULL gives an empty run. */
static inline struct bytes bytes_of_string(const char *s)
{
	return (struct bytes){ (const uint8_t *)s, s ? strlen(s) : 0 };
}

bool bytes_equal(struct bytes a, struct bytes b);
/* Like memcmp over the common part, then the shorter first. */
int bytes_compare(struct bytes a, struct bytes b);
/* True where the run is well-formed UTF-8 without NUL. */
bool bytes_is_text(struct bytes b);

static inline void bytes_store16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8), p[1] = (uint8_t)v;
}
static inline void bytes_store32(uint8_t *p, uint32_t v)
{
	bytes_store16(p, (uint16_t)(v >> 16)), bytes_store16(p + 2, (uint16_t)v);
}
static inline void bytes_store64(uint8_t *p, uint64_t v)
{
	bytes_store32(p, (uint32_t)(v >> 32)), bytes_store32(p + 4, (uint32_t)v);
}
static inline uint16_t bytes_load16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}
static inline uint32_t bytes_load32(const uint8_t *p)
{
	return (uint32_t)bytes_load16(p) << 16 | bytes_load16(p + 2);
}
static inline uint64_t bytes_load64(const uint8_t *p)
{
	return (uint64_t)bytes_load32(p) << 32 | bytes_load32(p + 4);
}

/* CRC-32C (Castagnoli), as in iSCSI: crc of "123456789" is 0xE3069283. Start with crc = 0. */
uint32_t bytes_crc32c(uint32_t crc, struct bytes b);

/* Lower-case hex; out holds 2 * b.len + 1 characters. */
void bytes_to_hex(struct bytes b, char *out);
/* Reads exactly len bytes of hex from a string of 2 * len characters, upper or lower case. */
bool bytes_from_hex(const char *hex, uint8_t *out, size_t len);

#endif
