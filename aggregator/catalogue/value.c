/* SPDX-License-Identifier: MIT */
#include "aggregator/catalogue/value.h"

#include <stdlib.h>

#include "base/date.h"
#include "base/decimal.h"

#define ID_MAX 64
#define TEXT_MAX 1000
#define WORD_MAX 64  /* letters that are compared */
#define LIST_MAX 600 /* characters of a list of words */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter_or_digit(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z');
}

bool value_id(const struct value *v)
{
	size_t n = 0;

	while (n <= ID_MAX &&
	       (is_letter_or_digit(v->text[n]) || (n && (v->text[n] == '-' || v->text[n] == '.'))))
		n++;
	if (n && n <= ID_MAX && !v->text[n])
		return true;
	FAULT_ADD(v->diags, v->at, FAULT_ID, v->text);
	return false;
}

bool value_text(const struct value *v)
{
	size_t n = strlen(v->text);

	if (n && n <= TEXT_MAX)
		return true;
	FAULT_ADD(v->diags, v->at, n ? FAULT_TEXT_LONG : FAULT_EMPTY, v->key);
	return false;
}

bool value_bool(const struct value *v, bool *out)
{
	if (!strcmp(v->text, "true"))
		*out = true;
	else if (!strcmp(v->text, "false"))
		*out = false;
	else {
		FAULT_ADD(v->diags, v->at, FAULT_BOOL, v->key, v->text);
		return false;
	}
	return true;
}

bool value_count(const struct value *v, unsigned min, unsigned max, unsigned *out)
{
	char low[DECIMAL_TEXT_MAX], high[DECIMAL_TEXT_MAX];
	int64_t n;

	if (!decimal_parse(bytes_of_string(v->text), 0, &n) && n >= min && n <= max) {
		*out = (unsigned)n;
		return true;
	}
	decimal_format(min, 0, low);
	decimal_format(max, 0, high);
	FAULT_ADD(v->diags, v->at, FAULT_COUNT, v->key, v->text, low, high);
	return false;
}

bool value_date(const struct value *v, int32_t *out)
{
	if (!date_parse(bytes_of_string(v->text), out))
		return true;
	FAULT_ADD(v->diags, v->at, FAULT_DATE, v->key, v->text);
	return false;
}

bool value_month(const struct value *v, int32_t *last_day)
{
	int32_t month;

	if (!date_month_parse(bytes_of_string(v->text), &month)) {
		*last_day = date_month_last(month);
		return true;
	}
	FAULT_ADD(v->diags, v->at, FAULT_MONTH, v->key, v->text);
	return false;
}

bool value_offset(const struct value *v, int *minutes)
{
	const char *t = v->text;
	int hour, minute;

	if (strlen(t) == 6 && (t[0] == '+' || t[0] == '-') && is_digit(t[1]) && is_digit(t[2]) &&
	    t[3] == ':' && is_digit(t[4]) && is_digit(t[5])) {
		hour = (t[1] - '0') * 10 + t[2] - '0';
		minute = (t[4] - '0') * 10 + t[5] - '0';
		if (hour <= 14 && minute < 60) {
			*minutes = (t[0] == '-' ? -1 : 1) * (hour * 60 + minute);
			return true;
		}
	}
	FAULT_ADD(v->diags, v->at, FAULT_OFFSET, v->key, v->text);
	return false;
}

static const char *next_name(void *ctx)
{
	const char *const **at = ctx;

	return **at ? *(*at)++ : NULL;
}

/* "a, b, c" */
static void join(const char *const *names, char out[LIST_MAX])
{
	size_t used = 0;

	out[0] = '\0';
	for (; *names && used + strlen(*names) + 3 < LIST_MAX; names++)
		used += (size_t)snprintf(out + used, LIST_MAX - used, "%s%s", used ? ", " : "",
					 *names);
}

bool value_choice(const struct value *v, const char *const *names, int *out)
{
	const char *const *at = names;
	const char *near;
	char all[LIST_MAX];

	for (int i = 0; names[i]; i++)
		if (!strcmp(v->text, names[i])) {
			*out = i;
			return true;
		}
	join(names, all);
	near = value_nearest(v->text, next_name, &at);
	if (near)
		FAULT_ADD(v->diags, v->at, FAULT_CHOICE_NEAR, v->key, v->text, all, near);
	else
		FAULT_ADD(v->diags, v->at, FAULT_CHOICE, v->key, v->text, all);
	return false;
}

/* The characters of text that make a number: sign, digits, point. */
static size_t number_length(const char *text)
{
	size_t n = *text == '-' || *text == '+';

	while (is_digit(text[n]) || (n && text[n] == '.' && is_digit(text[n + 1])))
		n++;
	return n && is_digit(text[n - 1]) ? n : 0;
}

static void number_fault(const struct value *v, unsigned decimals, bool percent)
{
	size_t n = number_length(v->text);
	bool alone = !v->text[n] || (percent && !strcmp(v->text + n, "%"));
	char number[DECIMAL_TEXT_MAX], places[DECIMAL_TEXT_MAX];

	if (!n || (!alone && n >= sizeof(number)) || v->text[n] == ',') {
		FAULT_ADD(v->diags, v->at, FAULT_NUMBER, v->key, v->text);
	} else if (!alone) {
		memcpy(number, v->text, n);
		number[n] = '\0';
		FAULT_ADD(v->diags, v->at, FAULT_NUMBER_UNIT, v->key, v->text, number, v->text + n);
	} else {
		decimal_format(decimals, 0, places);
		FAULT_ADD(v->diags, v->at, FAULT_NUMBER_DECIMALS, v->key, v->text, places);
	}
}

bool value_number(const struct value *v, unsigned decimals, bool percent, int64_t *out)
{
	struct bytes digits = bytes_of_string(v->text);
	size_t n = number_length(v->text);

	if (percent && n && v->text[n] == '%')
		digits.len = digits.len == n + 1 ? n : digits.len;
	if (n == digits.len && n && !decimal_parse(digits, decimals, out))
		return true;
	number_fault(v, decimals, percent);
	return false;
}

bool value_percent(const struct value *v, int64_t *ppm)
{
	int64_t n;

	if (!value_number(v, 4, true, &n))
		return false;
	if (n >= 0 && n <= 100 * 10000) {
		*ppm = n;
		return true;
	}
	FAULT_ADD(v->diags, v->at, FAULT_PERCENT_RANGE, v->key, v->text);
	return false;
}

static unsigned smaller(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Letters to add, take away, change or swap with their neighbour (optimal string alignment). */
static unsigned distance(const char *a, const char *b)
{
	size_t m = strnlen(a, WORD_MAX), n = strnlen(b, WORD_MAX);
	unsigned rows[3][WORD_MAX + 1];

	for (size_t j = 0; j <= n; j++)
		rows[0][j] = (unsigned)j;
	for (size_t i = 1; i <= m; i++) {
		unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3], *two = rows[(i + 1) % 3];

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= n; j++) {
			row[j] = above[j - 1] + (a[i - 1] != b[j - 1]);
			row[j] = smaller(row[j], smaller(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = smaller(row[j], two[j - 2] + 1);
		}
	}
	return rows[m % 3][n];
}

const char *value_nearest(const char *word, const char *(*next)(void *ctx), void *ctx)
{
	unsigned len = (unsigned)strnlen(word, WORD_MAX);
	unsigned best = len < 4 ? 2 : len < 9 ? 3 : len / 3 + 1;
	const char *found = NULL, *candidate;

	while ((candidate = next(ctx)) != NULL) {
		unsigned d = distance(word, candidate);

		if (d < best) {
			best = d;
			found = candidate;
		}
	}
	return found;
}
