/* SPDX-License-Identifier: MIT */
#include "base/fraction.h"

#include <assert.h>
#include <string.h>

#include "base/decimal.h"

__extension__ typedef unsigned __int128 uint128;

/* Operands whose parts have at most so many bits give products and sums that fit 127. */
#define HALF_BITS 62u

static uint128 magnitude(int128 v)
{
	return v < 0 ? 0 - (uint128)v : (uint128)v;
}

static uint128 gcd(uint128 a, uint128 b)
{
	while (b) {
		uint128 rest = a > UINT64_MAX || b > UINT64_MAX ? a % b : (uint64_t)a % (uint64_t)b;

		a = b;
		b = rest;
	}
	return a;
}

struct fraction fraction_of(int128 num, int128 den)
{
	int128 common;

	assert(den != 0);
	if (den < 0) {
		num = -num;
		den = -den;
	}
	common = (int128)gcd(magnitude(num), (uint128)den);
	return (struct fraction){ num / common, den / common };
}

static unsigned bits_of(int128 v)
{
	uint128 m = magnitude(v);
	uint64_t high = (uint64_t)(m >> 64), low = (uint64_t)m;

	if (high)
		return 128 - (unsigned)__builtin_clzll(high);
	return low ? 64 - (unsigned)__builtin_clzll(low) : 0;
}

static bool is_small(struct fraction f)
{
	return bits_of(f.num) <= HALF_BITS && bits_of(f.den) <= HALF_BITS;
}

/* The product has at most as many bits as that of two small parts. */
static bool fits(int128 a, int128 b)
{
	return bits_of(a) + bits_of(b) <= 2 * HALF_BITS;
}

/* rest * to / whole, rest < whole and to < 2^HALF_BITS, to about 60 bits. */
static uint128 scaled(uint128 rest, uint128 whole, uint128 to)
{
	while (whole >> HALF_BITS) {
		whole >>= 1;
		rest >>= 1;
	}
	return rest * to / whole;
}

/* Cuts the smaller part, and works the larger one out for it: to cut both by as many bits would
 * leave next to nothing of a short one. */
static void shorten(uint128 *large, uint128 *small)
{
	unsigned bits = bits_of((int128)*large);
	uint128 cut = *small >> (bits > HALF_BITS ? bits - HALF_BITS : 0);
	uint128 limit = ((uint128)1 << HALF_BITS) - 1, to;

	if (cut == 0)
		cut = 1;
	to = *large / *small * cut + scaled(*large % *small, *small, cut);
	*large = to < limit ? to : limit;
	*small = cut;
}

/* The same value to about 60 bits, for the rare operand whose exact result would not fit. */
static struct fraction coarse(struct fraction f)
{
	uint128 num = magnitude(f.num), den = (uint128)f.den;

	if (is_small(f) || num == 0)
		return f;
	if (num > den)
		shorten(&num, &den);
	else
		shorten(&den, &num);
	return fraction_of(f.num < 0 ? -(int128)num : (int128)num, (int128)den);
}

struct fraction fraction_add(struct fraction a, struct fraction b)
{
	if (a.den == b.den && fits(a.num, 1) && fits(b.num, 1))
		return fraction_of(a.num + b.num, a.den);
	if (!fits(a.num, b.den) || !fits(b.num, a.den) || !fits(a.den, b.den)) {
		a = coarse(a);
		b = coarse(b);
	}
	return fraction_of(a.num * b.den + b.num * a.den, a.den * b.den);
}

struct fraction fraction_sub(struct fraction a, struct fraction b)
{
	b.num = -b.num;
	return fraction_add(a, b);
}

struct fraction fraction_mul(struct fraction a, struct fraction b)
{
	struct fraction left = fraction_of(a.num, b.den);
	struct fraction right = fraction_of(b.num, a.den);

	if (!fits(left.num, right.num) || !fits(left.den, right.den)) {
		left = coarse(a);
		right = coarse(b);
	}
	return fraction_of(left.num * right.num, left.den * right.den);
}

struct fraction fraction_div(struct fraction a, struct fraction b)
{
	assert(b.num != 0);
	return fraction_mul(a, b.num < 0 ? (struct fraction){ -b.den, -b.num } :
					   (struct fraction){ b.den, b.num });
}

/* The integer part, downwards; what is left over goes to *rest. */
static int128 floor_of(struct fraction f, struct fraction *rest)
{
	int128 whole = f.num / f.den;

	if (f.num % f.den < 0)
		whole--;
	*rest = (struct fraction){ f.num - whole * f.den, f.den };
	return whole;
}

/* By continued fractions: exact for any parts, since nothing is ever multiplied up. */
static int compare_large(struct fraction a, struct fraction b)
{
	int sign = 1;

	for (;;) {
		struct fraction rest_a, rest_b;
		int128 whole_a = floor_of(a, &rest_a), whole_b = floor_of(b, &rest_b);

		if (whole_a != whole_b)
			return whole_a < whole_b ? -sign : sign;
		if (rest_a.num == 0 || rest_b.num == 0)
			return sign * ((rest_a.num != 0) - (rest_b.num != 0));
		/* the order of what is left over is the reverse of that of its inverses */
		a = (struct fraction){ rest_a.den, rest_a.num };
		b = (struct fraction){ rest_b.den, rest_b.num };
		sign = -sign;
	}
}

int fraction_compare(struct fraction a, struct fraction b)
{
	if (is_small(a) && is_small(b)) {
		int128 left = a.num * b.den, right = b.num * a.den;

		return (left > right) - (left < right);
	}
	return compare_large(a, b);
}

static int64_t saturate(int128 v)
{
	if (v > INT64_MAX)
		return INT64_MAX;
	return v < INT64_MIN ? INT64_MIN : (int64_t)v;
}

int64_t fraction_floor(struct fraction f)
{
	struct fraction rest;

	return saturate(floor_of(f, &rest));
}

int64_t fraction_ceil(struct fraction f)
{
	struct fraction rest;
	int128 whole = floor_of(f, &rest);

	return saturate(whole + (rest.num != 0));
}

int64_t fraction_round(struct fraction f, unsigned decimals)
{
	uint128 scale = (uint128)decimal_pow10(decimals);
	uint128 num = magnitude(f.num), den = (uint128)f.den;
	uint128 whole = num / den, rest = num % den;
	int128 out;

	if (whole > (uint128)INT64_MAX)
		return f.num < 0 ? INT64_MIN : INT64_MAX;
	/* rest * scale * 2 has to fit */
	while (den >> (126 - 60)) {
		den >>= 1;
		rest >>= 1;
	}
	out = (int128)(whole * scale + (rest * scale * 2 + den) / (den * 2));
	return saturate(f.num < 0 ? -out : out);
}

size_t fraction_format(struct fraction f, unsigned decimals, char *out, size_t cap)
{
	char text[DECIMAL_TEXT_MAX];
	size_t len = decimal_format(fraction_round(f, decimals), decimals, text);

	if (cap == 0)
		return 0;
	if (len >= cap)
		len = cap - 1;
	memcpy(out, text, len);
	out[len] = '\0';
	return len;
}
