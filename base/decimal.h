/* SPDX-License-Identifier: MIT */
/* Exact decimals: an int64 that counts the smallest unit of a number with a fixed number of
 * decimals (3.44 at 2 decimals is 344). Never floating point. */
#ifndef BASE_DECIMAL_H
#define BASE_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"

#define DECIMAL_PLACES_MAX 9 /* decimals that a number may have */
#define DECIMAL_TEXT_MAX 24  /* characters of the longest text, with NUL */

/* Reads "-12.5" at the given number of decimals: [+-] digits [. digits], ASCII only, nothing
 * before or after. ERR_INVALID where it is no number; ERR_RANGE where it has more decimals than
 * allowed (trailing zeros excepted) or does not fit int64. */
enum err decimal_parse(struct bytes text, unsigned decimals, int64_t *out);

/* Writes value at the given decimals (18 at most), all of them ("3.40"). Returns the length. */
size_t decimal_format(int64_t value, unsigned decimals, char out[DECIMAL_TEXT_MAX]);
/* The same for sentences, without the zeros behind: "3.4", "3". */
size_t decimal_format_short(int64_t value, unsigned decimals, char out[DECIMAL_TEXT_MAX]);

/* Checked sum, difference and product: false on overflow, and *out untouched. */
bool decimal_add(int64_t a, int64_t b, int64_t *out);
bool decimal_sub(int64_t a, int64_t b, int64_t *out);
bool decimal_mul(int64_t a, int64_t b, int64_t *out);

/* 10 to the power n, n <= 18. */
int64_t decimal_pow10(unsigned n);

#endif
