/* SPDX-License-Identifier: MIT */
#include "base/date.h"

#include <stdio.h>

#define DAYS_PER_ERA 146097 /* 400 years */

/* Years begin on 1 March here, so that the leap day is the last of its year. */
int32_t date_from_civil(int year, int month, int day)
{
	int64_t y = (int64_t)year - (month <= 2);
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return (int32_t)(era * DAYS_PER_ERA + day_of_era - 719468);
}

void date_to_civil(int32_t date, int *year, int *month, int *day)
{
	int64_t z = (int64_t)date + 719468;
	int64_t era = (z >= 0 ? z : z - (DAYS_PER_ERA - 1)) / DAYS_PER_ERA;
	int64_t doe = z - era * DAYS_PER_ERA;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / (DAYS_PER_ERA - 1)) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	*day = (int)(doy - (153 * mp + 2) / 5 + 1);
	*month = (int)(mp < 10 ? mp + 3 : mp - 9);
	*year = (int)(yoe + era * 400 + (*month <= 2));
}

/* Reads exactly n digits; -1 where there is anything else. */
static int digits(const uint8_t *p, size_t n)
{
	int v = 0;

	for (size_t i = 0; i < n; i++) {
		if (p[i] < '0' || p[i] > '9')
			return -1;
		v = v * 10 + (p[i] - '0');
	}
	return v;
}

enum err date_parse(struct bytes text, int32_t *out)
{
	const uint8_t *p = text.data;
	int y, m, d, back_y, back_m, back_d;
	int32_t date;

	if (text.len != 10 || p[4] != '-' || p[7] != '-')
		return ERR_INVALID;
	y = digits(p, 4);
	m = digits(p + 5, 2);
	d = digits(p + 8, 2);
	if (y < 0 || m < 1 || m > 12 || d < 1 || d > 31)
		return ERR_INVALID;
	date = date_from_civil(y, m, d);
	date_to_civil(date, &back_y, &back_m, &back_d);
	if (back_m != m)
		return ERR_INVALID; /* such as 30 February */
	*out = date;
	return ERR_OK;
}

void date_format(int32_t date, char out[11])
{
	int y, m, d;

	date_to_civil(date, &y, &m, &d);
	if (date == DATE_NONE || y < 0 || y > 9999)
		memcpy(out, "----------", 11);
	else
		snprintf(out, 11, "%04u-%02u-%02u", (unsigned)y % 10000, (unsigned)m % 100,
			 (unsigned)d % 100);
}

int date_weekday(int32_t date)
{
	int rest = (int)(((int64_t)date + 4) % 7); /* day 0 was a Thursday */

	return rest < 0 ? rest + 7 : rest;
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

int32_t date_month_of(int32_t date)
{
	int y, m, d;

	date_to_civil(date, &y, &m, &d);
	return (int32_t)(y * 12 + m - 1);
}

int32_t date_month_first(int32_t month)
{
	int year = (int)floor_div(month, 12);

	return date_from_civil(year, month - year * 12 + 1, 1);
}

int32_t date_month_last(int32_t month)
{
	return date_month_first(month + 1) - 1;
}

enum err date_month_parse(struct bytes text, int32_t *out)
{
	int y, m;

	if (text.len != 7 || text.data[4] != '-')
		return ERR_INVALID;
	y = digits(text.data, 4);
	m = digits(text.data + 5, 2);
	if (y < 0 || m < 1 || m > 12)
		return ERR_INVALID;
	*out = y * 12 + m - 1;
	return ERR_OK;
}

enum err date_period_parse(struct bytes text, int32_t *out)
{
	int32_t month, day;

	if (date_month_parse(text, &month) == ERR_OK) {
		*out = date_month_last(month);
		return ERR_OK;
	}
	if (date_parse(text, &day) != ERR_OK || day != date_month_last(date_month_of(day)))
		return ERR_INVALID;
	*out = day;
	return ERR_OK;
}

void date_month_format(int32_t month, char out[8])
{
	if (month < 0 || month > 9999 * 12 + 11)
		memcpy(out, "-------", 8);
	else
		snprintf(out, 8, "%04u-%02u", (unsigned)month / 12 % 10000,
			 (unsigned)month % 12 + 1);
}

int32_t date_of_ms(int64_t ms, int offset_minutes)
{
	return (int32_t)floor_div(ms + offset_minutes * INT64_C(60000), DATE_DAY_MS);
}

int64_t date_begin_ms(int32_t date, int offset_minutes)
{
	return date * DATE_DAY_MS - offset_minutes * INT64_C(60000);
}

void date_time_format(int64_t ms, int offset_minutes, char out[32])
{
	int64_t local = ms + offset_minutes * INT64_C(60000);
	int64_t day = floor_div(local, DATE_DAY_MS);
	unsigned rest = (unsigned)(local - day * DATE_DAY_MS);
	unsigned offset = (unsigned)(offset_minutes < 0 ? -offset_minutes : offset_minutes);
	char text[11];

	date_format((int32_t)day, text);
	snprintf(out, 32, "%sT%02u:%02u:%02u.%03u%c%02u:%02u", text, rest / 3600000,
		 rest / 60000 % 60, rest / 1000 % 60, rest % 1000, offset_minutes < 0 ? '-' : '+',
		 offset / 60 % 100, offset % 60);
}

/* ".123456" at the cursor, if any, to milliseconds, cut off; false where the digits are missing. */
static bool parse_fraction(const uint8_t **at, const uint8_t *end, int64_t *ms)
{
	int64_t scale = 100;
	const uint8_t *p = *at;

	*ms = 0;
	if (p == end || *p != '.')
		return true;
	for (p++; p < end && *p >= '0' && *p <= '9'; p++, scale /= 10)
		*ms += (*p - '0') * scale;
	if (p == *at + 1)
		return false;
	*at = p;
	return true;
}

/* "Z" or "+08:00", and nothing after it. */
static bool parse_offset(const uint8_t *p, const uint8_t *end, int64_t *minutes)
{
	int h, m;

	*minutes = 0;
	if (end - p == 1)
		return *p == 'Z' || *p == 'z';
	if (end - p != 6 || (*p != '+' && *p != '-') || p[3] != ':')
		return false;
	h = digits(p + 1, 2);
	m = digits(p + 4, 2);
	if (h < 0 || h > 23 || m < 0 || m > 59)
		return false;
	*minutes = (*p == '-' ? -1 : 1) * (h * 60 + m);
	return true;
}

enum err date_time_parse(struct bytes text, int64_t *ms)
{
	const uint8_t *p = text.data, *end;
	int64_t fraction, offset;
	int h, m, s;
	int32_t date;

	if (text.len < 20 || (p[10] != 'T' && p[10] != 't') || p[13] != ':' || p[16] != ':' ||
	    date_parse(bytes_of(p, 10), &date) != ERR_OK)
		return ERR_INVALID;
	h = digits(p + 11, 2);
	m = digits(p + 14, 2);
	s = digits(p + 17, 2);
	if (h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 59)
		return ERR_INVALID;
	end = p + text.len;
	p += 19;
	if (!parse_fraction(&p, end, &fraction) || !parse_offset(p, end, &offset))
		return ERR_INVALID;
	*ms = date * DATE_DAY_MS + ((h * 60 + m - offset) * 60 + s) * 1000 + fraction;
	return ERR_OK;
}
