/* SPDX-License-Identifier: MIT */
/* Days as people write them in sheets. */
#include <stdio.h>

#include "base/date.h"
#include "collectors/input_impl.h"

#define SERIAL_EPOCH 25569 /* 1970-01-01 in Excel's count of days since 1900 */
#define SERIAL_MIN 36526   /* 2000-01-01 */
#define SERIAL_MAX 73050   /* 2099-12-31 */

static const char *const before[] = { "数据", "截至到", "截止到", "截至", "截止", "至", "到", "自", "：", ":" };
static const char *const behind[] = { "底", "末", "止", "份" };

static bool cut_front(struct bytes *b, const char *word)
{
	size_t n = strlen(word);

	if (b->len < n || memcmp(b->data, word, n) != 0)
		return false;
	*b = input_trimmed(bytes_of(b->data + n, b->len - n));
	return true;
}

static bool cut_back(struct bytes *b, const char *word)
{
	size_t n = strlen(word);

	if (b->len < n || memcmp(b->data + b->len - n, word, n) != 0)
		return false;
	b->len -= n;
	*b = input_trimmed(*b);
	return true;
}

static struct bytes without_words(struct bytes b)
{
	for (size_t i = 0; i < sizeof(before) / sizeof(*before); i++)
		if (cut_front(&b, before[i]))
			i = (size_t)-1;
	for (size_t i = 0; i < sizeof(behind) / sizeof(*behind); i++)
		if (cut_back(&b, behind[i]))
			i = (size_t)-1;
	return b;
}

/* A time of day behind the day, as exports have it: " 00:00:00". */
static struct bytes without_time(struct bytes b)
{
	const uint8_t *blank = memchr(b.data, ' ', b.len);
	size_t at = blank ? (size_t)(blank - b.data) : 0;

	return blank && memchr(blank, ':', b.len - at) ? bytes_of(b.data, at) : b;
}

static bool month_day(int year, int month, int day, int32_t *out)
{
	int y, m, d;

	if (year < 1970 || year > 2149 || month < 1 || month > 12 || day < 1 || day > 31)
		return false;
	*out = date_from_civil(year, month, day);
	date_to_civil(*out, &y, &m, &d);
	return m == month;
}

static bool month_end(int year, int month, int32_t *out)
{
	if (year < 1970 || year > 2149 || month < 1 || month > 12)
		return false;
	*out = date_month_last(year * 12 + month - 1);
	return true;
}

/* Digits at the front of a C string; *s goes on behind them. 0 where there are none. */
static int number_at(const char **s, int *digits)
{
	int n = 0;

	for (*digits = 0; **s >= '0' && **s <= '9' && *digits < 8; ++*s, ++*digits)
		n = n * 10 + (**s - '0');
	return n;
}

static bool says(const char **s, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(*s, word, n) != 0)
		return false;
	*s += n;
	return true;
}

/* 6月30日, 6月: of the year that is meant. */
static bool without_year(const char *s, int year, int32_t *out)
{
	int digits, month = number_at(&s, &digits), day;

	if (!year || digits < 1 || digits > 2 || !says(&s, "月"))
		return false;
	if (!*s)
		return month_end(year, month, out);
	day = number_at(&s, &digits);
	if (digits < 1 || digits > 2 || (!says(&s, "日") && !says(&s, "号")) || *s)
		return false;
	return month_day(year, month, day, out);
}

/* 20220630; 202206; 44742; 2022.6, 2022/6. */
static bool of_digits(const char *s, int32_t *out)
{
	int digits, n = number_at(&s, &digits), month;

	if (!*s && digits == 8)
		return month_day(n / 10000, n / 100 % 100, n % 100, out);
	if (!*s && digits == 6)
		return month_end(n / 100, n % 100, out);
	if (!*s && digits == 5 && n >= SERIAL_MIN && n <= SERIAL_MAX) {
		*out = n - SERIAL_EPOCH;
		return true;
	}
	if (digits != 4 || (*s != '.' && *s != '/' && *s != '-'))
		return false;
	s++;
	month = number_at(&s, &digits);
	return digits >= 1 && digits <= 2 && !*s && month_end(n, month, out);
}

bool input_day_read(struct bytes text, int year, int32_t *out)
{
	char narrow[80], day[11];
	struct bytes b;

	if (!input_number_narrow(text, narrow, sizeof(narrow)))
		return false;
	b = without_words(input_trimmed(bytes_of_string(narrow)));
	b = without_time(b);
	if (b.len == 0)
		return false;
	if (input_check_day(b, day))
		return date_parse(bytes_of_string(day), out) == ERR_OK;
	memmove(narrow, b.data, b.len);
	narrow[b.len] = '\0';
	return of_digits(narrow, out) || without_year(narrow, year, out);
}

/* 2022年6月30日, 2022年6月: year and month are told, the day may be. */
static bool day_at(const char *s, int32_t *out)
{
	int digits, year = number_at(&s, &digits), month, day;
	const char *rest;

	if (digits != 4 || !says(&s, "年"))
		return false;
	month = number_at(&s, &digits);
	if (digits < 1 || digits > 2 || !says(&s, "月"))
		return false;
	rest = s;
	day = number_at(&rest, &digits);
	if (digits >= 1 && digits <= 2 && says(&rest, "日"))
		return month_day(year, month, day, out);
	return month_end(year, month, out);
}

bool input_day_in(struct bytes text, int32_t *out)
{
	char narrow[400];
	int year = 0, digits, number;

	if (!input_number_narrow(text, narrow, sizeof(narrow)))
		return false;
	for (const char *s = narrow; *s; s++) {
		const char *at = s;

		if (*s < '0' || *s > '9' || (s > narrow && s[-1] >= '0' && s[-1] <= '9'))
			continue;
		if (day_at(s, out))
			return true;
		number = number_at(&at, &digits);
		if (number >= 1970 && number <= 2149 && says(&at, "年"))
			year = number;
	}
	/* 2022年民生实事台账（截至6月30日） */
	for (const char *s = narrow; year && *s; s++) {
		char part[24];
		const char *at = s, *end;

		if (*s < '0' || *s > '9' || (s > narrow && s[-1] >= '0' && s[-1] <= '9'))
			continue;
		number = number_at(&at, &digits);
		if (number < 1 || number > 12 || !says(&at, "月"))
			continue;
		end = at;
		number_at(&end, &digits);
		if (digits < 1 || !says(&end, "日"))
			end = at;
		snprintf(part, sizeof(part), "%.*s", (int)(end - s), s);
		return without_year(part, year, out);
	}
	return false;
}

int input_day_year(const struct slice *s)
{
	const struct message_slice *m = s ? slice_message(s) : NULL;
	int found = 0;

	for (size_t i = 0; m && i < m->count; i++) {
		for (size_t k = 0; k < m->measures[i].expected_count; k++) {
			int year, month, day;

			date_to_civil(m->measures[i].expected[k], &year, &month, &day);
			if (found && found != year)
				return 0;
			found = year;
		}
	}
	return found;
}

bool input_read_date(struct input_work *w)
{
	static const struct input_kind no_year = {
		"no-year",
		{ "“{0}”没有年份", "\"{0}\" has no year" },
		{ "请写成 2022-06-30", "write it like 2022-06-30" }
	};
	const char *text = w->text[INPUT_AS_OF];
	char day[11];
	int32_t date;

	w->row.as_of = text;
	if (!text)
		return true;
	if (input_day_read(bytes_of_string(text), input_day_year(w->in->slice), &date)) {
		date_format(date, day);
		w->row.as_of = input_copy(w, bytes_of_string(day));
	} else if (input_day_read(bytes_of_string(text), 2000, &date)) {
		return input_wrong(w, INPUT_AS_OF, &no_year, &(struct input_about){ { text }, NULL });
	}
	return true; /* else the check of the row tells */
}
