/* SPDX-License-Identifier: MIT */
#include "base/decimal.h"

#include <assert.h>
#include <stdio.h>

static const int64_t powers[] = {
	INT64_C(1),
	INT64_C(10),
	INT64_C(100),
	INT64_C(1000),
	INT64_C(10000),
	INT64_C(100000),
	INT64_C(1000000),
	INT64_C(10000000),
	INT64_C(100000000),
	INT64_C(1000000000),
	INT64_C(10000000000),
	INT64_C(100000000000),
	INT64_C(1000000000000),
	INT64_C(10000000000000),
	INT64_C(100000000000000),
	INT64_C(1000000000000000),
	INT64_C(10000000000000000),
	INT64_C(100000000000000000),
	INT64_C(1000000000000000000),
};

int64_t decimal_pow10(unsigned n)
{
	assert(n < sizeof(powers) / sizeof(powers[0]));
	return powers[n];
}

/* value * 10 - digit: sums below zero, where int64 has the one number more. */
static bool push_digit(int64_t *value, int digit)
{
	int64_t tenfold;

	return !__builtin_mul_overflow(*value, INT64_C(10), &tenfold) &&
	       !__builtin_sub_overflow(tenfold, (int64_t)digit, value);
}

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

/* Sign, digits, and point with digits; *point is the place of the point, or the end. */
static bool well_formed(const uint8_t *p, const uint8_t *end, const uint8_t **point)
{
	const uint8_t *first = p;

	while (p < end && is_digit(*p))
		p++;
	*point = p;
	if (p == first)
		return false;
	if (p == end)
		return true;
	if (*p++ != '.' || p == end)
		return false;
	while (p < end && is_digit(*p))
		p++;
	return p == end;
}

enum err decimal_parse(struct bytes text, unsigned decimals, int64_t *out)
{
	const uint8_t *p = text.data, *end = p ? p + text.len : p, *point;
	bool negative = text.len > 0 && *p == '-';
	bool fits = true;
	int64_t value = 0;
	unsigned places = 0;

	assert(decimals <= DECIMAL_PLACES_MAX);
	if (text.len > 0 && (negative || *p == '+'))
		p++;
	if (!well_formed(p, end, &point))
		return ERR_INVALID;
	for (; p < point && fits; p++)
		fits = push_digit(&value, *p - '0');
	for (p = point < end ? point + 1 : end; p < end && fits; p++) {
		if (places < decimals)
			fits = push_digit(&value, *p - '0'), places++;
		else
			fits = *p == '0';
	}
	for (; places < decimals && fits; places++)
		fits = push_digit(&value, 0);
	if (!fits || (!negative && value == INT64_MIN))
		return ERR_RANGE;
	*out = negative ? value : -value;
	return ERR_OK;
}

size_t decimal_format(int64_t value, unsigned decimals, char out[DECIMAL_TEXT_MAX])
{
	uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	uint64_t unit = (uint64_t)decimal_pow10(decimals);
	const char *sign = value < 0 ? "-" : "";
	int n;

	if (decimals == 0)
		n = snprintf(out, DECIMAL_TEXT_MAX, "%s%llu", sign, (unsigned long long)magnitude);
	else
		n = snprintf(out, DECIMAL_TEXT_MAX, "%s%llu.%0*llu", sign,
			     (unsigned long long)(magnitude / unit), (int)decimals,
			     (unsigned long long)(magnitude % unit));
	return (size_t)n;
}

size_t decimal_format_short(int64_t value, unsigned decimals, char out[DECIMAL_TEXT_MAX])
{
	size_t len = decimal_format(value, decimals, out);

	while (decimals && out[len - 1] == '0')
		len--;
	if (decimals && out[len - 1] == '.')
		len--;
	out[len] = '\0';
	return len;
}

bool decimal_add(int64_t a, int64_t b, int64_t *out)
{
	int64_t v;

	if (__builtin_add_overflow(a, b, &v))
		return false;
	*out = v;
	return true;
}

bool decimal_sub(int64_t a, int64_t b, int64_t *out)
{
	int64_t v;

	if (__builtin_sub_overflow(a, b, &v))
		return false;
	*out = v;
	return true;
}

bool decimal_mul(int64_t a, int64_t b, int64_t *out)
{
	int64_t v;

	if (__builtin_mul_overflow(a, b, &v))
		return false;
	*out = v;
	return true;
}
