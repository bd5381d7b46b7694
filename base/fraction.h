/* SPDX-License-Identifier: MIT */
/* Exact fractions of 128-bit integers, compared by cross-multiplication. For rates, gaps and
 * shares; rounded only where a person looks. */
#ifndef BASE_FRACTION_H
#define BASE_FRACTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

__extension__ typedef __int128 int128;

/* num/den, den > 0, in lowest terms. Results are exact as long as products of parts, common factors
 * taken out, stay below 2^124; where one would not, the operands are first cut to about 60 bits,
 * always in the same way, and to 2^62 at most. Comparison, floor and ceiling are exact for all
 * parts. */
struct fraction {
	int128 num;
	int128 den;
};

/* den != 0; signs and common factors are put in order. */
struct fraction fraction_of(int128 num, int128 den);
struct fraction fraction_add(struct fraction a, struct fraction b);
struct fraction fraction_sub(struct fraction a, struct fraction b);
struct fraction fraction_mul(struct fraction a, struct fraction b);
struct fraction fraction_div(struct fraction a, struct fraction b); /* b != 0 */
int fraction_compare(struct fraction a, struct fraction b);	    /* <0, 0, >0 */
int64_t fraction_floor(struct fraction f);			    /* these saturate at int64 */
int64_t fraction_ceil(struct fraction f);
/* f * 10^decimals, rounded half away from zero; saturates at int64. For display only.
 * decimals <= 18. */
int64_t fraction_round(struct fraction f, unsigned decimals);
/* Like decimal_format of fraction_round; cut to cap - 1 characters. Returns the length. */
size_t fraction_format(struct fraction f, unsigned decimals, char *out, size_t cap);

#endif
