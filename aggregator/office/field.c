/* SPDX-License-Identifier: MIT */
#include "aggregator/office/field.h"

#include <string.h>

#include "base/date.h"

void field_text(const json_t *record, const char *name, char *out, size_t cap)
{
	struct bytes text = field_bytes(record, name);
	size_t n = text.len < cap ? text.len : cap - 1;

	if (n)
		memcpy(out, text.data, n);
	out[n] = '\0';
}

int64_t field_number(const json_t *record, const char *name)
{
	return json_integer_value(json_object_get(record, name));
}

struct bytes field_bytes(const json_t *record, const char *name)
{
	const json_t *j = json_object_get(record, name);
	const char *text = json_string_value(j);

	return text ? bytes_of(text, json_string_length(j)) : (struct bytes){ 0 };
}

int32_t field_period(const json_t *record, const char *name)
{
	int32_t month;

	return date_month_parse(field_bytes(record, name), &month) == ERR_OK ?
		       date_month_last(month) :
		       DATE_NONE;
}
