/* SPDX-License-Identifier: MIT */
/* Writes JSON text, one value after the other, into a buffer; its sticky error is the writer's.
 * key: in an object; NULL in an array and at the top. Exact numbers go out as strings. */
#ifndef SERVE_JWRITE_H
#define SERVE_JWRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/fraction.h"
#include "base/lang.h"

struct jwrite {
	struct buf *out;
	uint64_t arrays; /* a bit a level: it is an array */
	unsigned depth;
	bool comma; /* something stands before in this level */
};

struct jwrite jwrite_to(struct buf *out);

void jwrite_object(struct jwrite *j, const char *key); /* ends with jwrite_end */
void jwrite_array(struct jwrite *j, const char *key);
void jwrite_end(struct jwrite *j);

void jwrite_null(struct jwrite *j, const char *key);
void jwrite_bool(struct jwrite *j, const char *key, bool v);
void jwrite_int(struct jwrite *j, const char *key, int64_t v);
void jwrite_uint(struct jwrite *j, const char *key, uint64_t v);
void jwrite_string(struct jwrite *j, const char *key, const char *v); /* NULL: null */
/* Text of others: what is no UTF-8 becomes U+FFFD. */
void jwrite_bytes(struct jwrite *j, const char *key, struct bytes v);
void jwrite_hex(struct jwrite *j, const char *key, struct bytes v);
/* JSON as it stands. */
void jwrite_raw(struct jwrite *j, const char *key, struct bytes text);

void jwrite_decimal(struct jwrite *j, const char *key, int64_t v, unsigned decimals);
/* Rounded half away from zero. */
void jwrite_fraction(struct jwrite *j, const char *key, struct fraction v, unsigned decimals);
void jwrite_date(struct jwrite *j, const char *key, int32_t day); /* DATE_NONE: null */
void jwrite_time(struct jwrite *j, const char *key, int64_t ms, int offset_minutes); /* 0: null */
void jwrite_lang(struct jwrite *j, const char *key, struct lang_text v); /* {"zh": .., "en": ..} */

#endif
