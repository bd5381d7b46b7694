/* SPDX-License-Identifier: MIT */
/* Civil dates as int32 days since 1970-01-01, months as year * 12 + (month - 1). Proleptic
 * Gregorian. Times are int64 milliseconds since the epoch, UTC; a time zone is an offset in
 * minutes (Asia/Shanghai: 480, no summer time). */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"

#define DATE_NONE INT32_MIN
#define DATE_DAY_MS INT64_C(86400000)

/* month 1 .. 12, day 1 .. 31; days past the month's end count on into the next. */
int32_t date_from_civil(int year, int month, int day);
void date_to_civil(int32_t date, int *year, int *month, int *day);
/* "2022-06-30" and nothing else. */
enum err date_parse(struct bytes text, int32_t *out);
/* "----------" outside of the years 0 to 9999, as for DATE_NONE. */
void date_format(int32_t date, char out[11]);
int date_weekday(int32_t date); /* 0 Sunday .. 6 Saturday */

int32_t date_month_of(int32_t date);
int32_t date_month_first(int32_t month); /* its first day */
int32_t date_month_last(int32_t month);	 /* its last day */
/* "2022-06" */
enum err date_month_parse(struct bytes text, int32_t *out);
void date_month_format(int32_t month, char out[8]);
/* A civil month, as "2022-06" or as its last day "2022-06-30". *out: its last day. */
enum err date_period_parse(struct bytes text, int32_t *out);

/* The civil day that a moment falls on, and the moment at which a civil day begins. */
int32_t date_of_ms(int64_t ms, int offset_minutes);
int64_t date_begin_ms(int32_t date, int offset_minutes);
/* RFC 3339 with milliseconds and offset: "2022-06-30T23:59:59.123+08:00" (29 characters). */
void date_time_format(int64_t ms, int offset_minutes, char out[32]);
/* Reads RFC 3339, with or without fraction (cut to milliseconds), offset or Z required; no leap
 * seconds. */
enum err date_time_parse(struct bytes text, int64_t *ms);

#endif
