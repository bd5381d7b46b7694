/* SPDX-License-Identifier: MIT */
/* Figures as people write them in sheets. Nothing is guessed: what may mean two things is asked about. */
#include <stdio.h>

#include "base/decimal.h"
#include "collectors/input_impl.h"

/* U+FF01 .. U+FF5E are ASCII's 0x21 .. 0x7E in full width; U+3000 is a blank, as is U+00A0. */
static size_t narrow_one(const uint8_t *p, size_t left, uint8_t *out)
{
	unsigned code;

	*out = p[0];
	if (left >= 2 && p[0] == 0xc2 && p[1] == 0xa0) {
		*out = ' ';
		return 2;
	}
	if (left < 3 || (p[0] & 0xf0) != 0xe0)
		return 0;
	code = (p[0] & 15u) << 12 | (p[1] & 63u) << 6 | (p[2] & 63u);
	if (code == 0x3000)
		*out = ' ';
	else if (code == 0x2212) /* the minus sign of mathematicians */
		*out = '-';
	else if (code >= 0xff01 && code <= 0xff5e)
		*out = (uint8_t)(code - 0xff01 + 0x21);
	else
		return 0;
	return 3;
}

bool input_number_narrow(struct bytes text, char *out, size_t cap)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len;) {
		uint8_t c;
		size_t taken = narrow_one(text.data + i, text.len - i, &c);

		if (n + 1 >= cap)
			return false;
		out[n++] = (char)c;
		i += taken ? taken : 1;
	}
	out[n] = '\0';
	return true;
}

/* --- digits and what stands behind them --------------------------------------------------------- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Groups of three behind the first. */
static bool groups_fit(const char *s, size_t n)
{
	size_t group = 0;
	bool first = true;

	for (size_t i = 0; i < n && s[i] != '.'; i++) {
		if (s[i] != ',') {
			group++;
			continue;
		}
		if (group == 0 || group > 3 || (!first && group != 3))
			return false;
		first = false;
		group = 0;
	}
	return first || group == 3;
}

/* Length of [+-]digits[.digits] with commas; 0: it begins otherwise. */
static size_t digits_at(const char *s)
{
	size_t n = s[0] == '-' || s[0] == '+', digits = 0;

	for (; is_digit(s[n]) || (s[n] == ',' && digits); n++)
		digits += s[n] != ',';
	if (digits && s[n] == '.' && is_digit(s[n + 1]))
		for (n++; is_digit(s[n]);)
			n++;
	return digits ? n : 0;
}

static void without_commas(const char *s, size_t n, char *out)
{
	size_t k = 0;

	for (size_t i = s[0] == '+'; i < n; i++)
		if (s[i] != ',')
			out[k++] = s[i];
	out[k] = '\0';
}

static const struct {
	const char *word;
	unsigned power;
} multipliers[] = { { "万亿", 12 }, { "百万", 6 }, { "千万", 7 }, { "万", 4 }, { "亿", 8 },
		    { "千", 3 },    { "百", 2 } };

/* The multiplier that the text begins with; *rest is what stands behind it. */
static unsigned multiplier_of(struct bytes text, struct bytes *rest)
{
	for (size_t i = 0; i < sizeof(multipliers) / sizeof(*multipliers); i++) {
		size_t n = strlen(multipliers[i].word);

		if (text.len < n || memcmp(text.data, multipliers[i].word, n) != 0)
			continue;
		*rest = input_trimmed(bytes_of(text.data + n, text.len - n));
		return multipliers[i].power;
	}
	return 0;
}

bool input_number_shift(const char *digits, unsigned n, char out[INPUT_NUMBER_MAX])
{
	const char *dot = strchr(digits, '.');
	size_t whole = dot ? (size_t)(dot - digits) : strlen(digits);
	size_t decimals = dot ? strlen(dot + 1) : 0, k = 0;

	if (strlen(digits) + n + 2 > INPUT_NUMBER_MAX)
		return false;
	memcpy(out, digits, whole);
	k = whole;
	for (unsigned i = 0; i < n; i++)
		out[k++] = i < decimals ? dot[1 + i] : '0';
	if (decimals > n) {
		out[k++] = '.';
		memcpy(out + k, dot + 1 + n, decimals - n);
		k += decimals - n;
	}
	out[k] = '\0';
	/* 0.5 万 is 5000, not 05000 */
	for (k = out[0] == '-'; out[k] == '0' && is_digit(out[k + 1]);)
		memmove(out + k, out + k + 1, strlen(out + k));
	return true;
}

/* What the number may mean, where that is plain; else "". */
static void resolve_multiplier(const char *digits, unsigned power, struct bytes rest,
			       struct bytes uom, struct bytes suffix, char *out)
{
	bool begins = uom.len >= suffix.len && suffix.len &&
		      memcmp(uom.data, suffix.data, suffix.len) == 0;

	if (begins) /* 3.4万 where the catalogue counts 万户: in its own unit */
		snprintf(out, INPUT_NUMBER_MAX, "%s", digits);
	else if ((rest.len && !bytes_equal(rest, uom)) || !input_number_shift(digits, power, out))
		out[0] = '\0';
}

enum input_number input_number_read(struct bytes text, struct bytes uom,
				    char out[INPUT_NUMBER_MAX])
{
	char narrow[INPUT_NUMBER_MAX * 2], digits[INPUT_NUMBER_MAX];
	struct bytes suffix, rest;
	unsigned power;
	size_t n;

	out[0] = '\0';
	if (!input_number_narrow(text, narrow, sizeof(narrow)) || !(n = digits_at(narrow)) ||
	    n >= INPUT_NUMBER_MAX)
		return INPUT_NUMBER_NONE;
	without_commas(narrow, n, digits);
	suffix = input_trimmed(bytes_of_string(narrow + n));
	/* 1e5, 2022-06: no figure with something behind it */
	if (suffix.len && suffix.data[0] < 0x80 && !((suffix.data[0] | 32) >= 'a' && (suffix.data[0] | 32) <= 'z') &&
	    suffix.data[0] != '%')
		return INPUT_NUMBER_NONE;
	if (memchr(narrow, ',', n) && !groups_fit(narrow + (narrow[0] == '-' || narrow[0] == '+'),
						  n - (narrow[0] == '-' || narrow[0] == '+')))
		return INPUT_NUMBER_COMMAS;
	snprintf(out, INPUT_NUMBER_MAX, "%.*s", INPUT_NUMBER_MAX - 1, digits);
	if (suffix.len == 0 || bytes_equal(suffix, uom))
		return INPUT_NUMBER_PLAIN;
	if (suffix.len == 1 && suffix.data[0] == '%')
		return INPUT_NUMBER_PERCENT;
	if (!(power = multiplier_of(suffix, &rest)))
		return INPUT_NUMBER_UNIT;
	resolve_multiplier(digits, power, rest, uom, suffix, out);
	return INPUT_NUMBER_MULTIPLIER;
}
