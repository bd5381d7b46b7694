/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/date.h"

#define SHANGHAI 480

static void known_days(void **state)
{
	(void)state;
	assert_int_equal(date_from_civil(1970, 1, 1), 0);
	assert_int_equal(date_from_civil(2022, 1, 1), 18993);
	assert_int_equal(date_from_civil(2000, 2, 29), 11016);
	assert_int_equal(date_from_civil(1969, 12, 31), -1);
	assert_int_equal(date_weekday(date_from_civil(2022, 6, 30)), 4);
	assert_int_equal(date_weekday(0), 4);
	assert_int_equal(date_weekday(-1), 3);
	assert_int_equal(date_weekday(-5), 6);
}

static void eight_centuries_count_on_day_by_day(void **state)
{
	int year = 1600, month = 1, day = 1;
	int32_t date = date_from_civil(year, month, day);

	(void)state;
	while (year < 2401) {
		int y, m, d, next = (date_weekday(date) + 1) % 7;

		date_to_civil(date, &y, &m, &d);
		assert_true(y == year && m == month && d == day);
		assert_int_equal(date_from_civil(y, m, d), date);
		assert_int_equal(date_month_of(date), y * 12 + m - 1);
		if (date == date_month_last(date_month_of(date)))
			day = 1, month++;
		else
			day++;
		if (month == 13)
			month = 1, year++;
		date++;
		assert_int_equal(date_weekday(date), next);
	}
	/* 97 leap days in 400 years */
	assert_int_equal(date - date_from_civil(1601, 1, 1), 2 * 146097);
}

static void texts_go_both_ways(void **state)
{
	static const char *const bad[] = { "2022-6-30",	 "2022-06-31", "2022-02-29", "2022-13-01",
					   "2022-00-10", "2022-01-00", "2022/01/01", "2022-01-011",
					   " 2022-01-0", "2022-01-1x", "",	     "-022-01-01" };
	char text[11];
	int32_t date = 5;

	(void)state;
	assert_int_equal(date_parse(bytes_of_string("2024-02-29"), &date), ERR_OK);
	assert_int_equal(date, date_from_civil(2024, 2, 29));
	date_format(date, text);
	assert_string_equal(text, "2024-02-29");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(date_parse(bytes_of_string(bad[i]), &date), ERR_INVALID);
	assert_int_equal(date, date_from_civil(2024, 2, 29));
	date_format(DATE_NONE, text);
	assert_string_equal(text, "----------");
	date_format(date_from_civil(10000, 1, 1), text);
	assert_string_equal(text, "----------");
	date_format(date_from_civil(0, 1, 1), text);
	assert_string_equal(text, "0000-01-01");
}

static void months(void **state)
{
	char text[8];
	int32_t month;

	(void)state;
	assert_int_equal(date_month_parse(bytes_of_string("2022-02"), &month), ERR_OK);
	assert_int_equal(month, 2022 * 12 + 1);
	assert_int_equal(date_month_first(month), date_from_civil(2022, 2, 1));
	assert_int_equal(date_month_last(month), date_from_civil(2022, 2, 28));
	date_month_format(month, text);
	assert_string_equal(text, "2022-02");
	assert_int_equal(date_month_last(2022 * 12 + 11), date_from_civil(2022, 12, 31));
	assert_int_equal(date_month_first(-1), date_from_civil(-1, 12, 1));
	assert_int_equal(date_month_parse(bytes_of_string("2022-13"), &month), ERR_INVALID);
	assert_int_equal(date_month_parse(bytes_of_string("2022-1"), &month), ERR_INVALID);
	assert_int_equal(date_month_parse(bytes_of_string("2022-00"), &month), ERR_INVALID);
}

static void a_period_is_a_month_or_its_last_day(void **state)
{
	static const char *const wrong[] = { "", "2022", "2022-13", "2022-08-30", "2022-02-29",
					     "2022-08-31 ", "2022-8-31", "-" };
	int32_t day;

	(void)state;
	assert_int_equal(date_period_parse(bytes_of_string("2022-08"), &day), ERR_OK);
	assert_int_equal(day, date_from_civil(2022, 8, 31));
	assert_int_equal(date_period_parse(bytes_of_string("2022-02-28"), &day), ERR_OK);
	assert_int_equal(day, date_from_civil(2022, 2, 28));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(date_period_parse(bytes_of_string(wrong[i]), &day), ERR_INVALID);
}

static void a_day_begins_at_local_midnight(void **state)
{
	int32_t day = date_from_civil(2022, 7, 1);
	int64_t begin = date_begin_ms(day, SHANGHAI);

	(void)state;
	assert_int_equal(date_of_ms(begin, SHANGHAI), day);
	assert_int_equal(date_of_ms(begin - 1, SHANGHAI), day - 1);
	assert_int_equal(date_of_ms(begin, 0), day - 1);
	assert_int_equal(date_of_ms(-1, 0), -1);
	assert_int_equal(date_of_ms(-DATE_DAY_MS, 0), -1);
	assert_int_equal(date_of_ms(-DATE_DAY_MS - 1, 0), -2);
}

static void times_go_both_ways(void **state)
{
	char text[32];
	int64_t ms;

	(void)state;
	assert_int_equal(date_time_parse(bytes_of_string("2022-06-30T23:59:59.123+08:00"), &ms),
			 ERR_OK);
	assert_true(ms == INT64_C(1656604799123));
	date_time_format(ms, SHANGHAI, text);
	assert_string_equal(text, "2022-06-30T23:59:59.123+08:00");
	date_time_format(ms, -210, text);
	assert_string_equal(text, "2022-06-30T12:29:59.123-03:30");
	date_time_format(-1, 0, text);
	assert_string_equal(text, "1969-12-31T23:59:59.999+00:00");
	assert_int_equal(date_time_parse(bytes_of_string("2022-06-30T15:59:59Z"), &ms), ERR_OK);
	assert_true(ms == INT64_C(1656604799000));
	assert_int_equal(date_time_parse(bytes_of_string("1970-01-01t00:00:00.9999999z"), &ms),
			 ERR_OK);
	assert_true(ms == 999);
	assert_int_equal(date_time_parse(bytes_of_string("1969-12-31T19:00:00.5-05:00"), &ms),
			 ERR_OK);
	assert_true(ms == 500);
}

static void bad_times_are_refused(void **state)
{
	static const char *const bad[] = {
		"2022-06-30T23:59:59",	      "2022-06-30 23:59:59Z",	   "2022-06-30T24:00:00Z",
		"2022-06-30T23:60:00Z",	      "2022-06-30T23:59:60Z",	   "2022-06-30T23:59:59.Z",
		"2022-06-30T23:59:59+0800",   "2022-06-30T23:59:59+24:00", "2022-06-31T00:00:00Z",
		"2022-06-30T23:59:59+08:00x", "2022-06-30T23:59:59ZZ",	   "2022-06-30T23:59:59.1",
		"2022-06-30T2 :59:59Z",
	};
	int64_t ms;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(date_time_parse(bytes_of_string(bad[i]), &ms), ERR_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_days),
		cmocka_unit_test(eight_centuries_count_on_day_by_day),
		cmocka_unit_test(texts_go_both_ways),
		cmocka_unit_test(months),
		cmocka_unit_test(a_period_is_a_month_or_its_last_day),
		cmocka_unit_test(a_day_begins_at_local_midnight),
		cmocka_unit_test(times_go_both_ways),
		cmocka_unit_test(bad_times_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
