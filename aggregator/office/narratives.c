/* SPDX-License-Identifier: MIT */
#include "aggregator/office/narratives.h"

#include <stdio.h>

#include "aggregator/catalogue/calendar.h"
#include "aggregator/office/overdue.h"
#include "base/date.h"

bool narratives_expected(const struct catalogue *c, uint16_t item, int32_t period)
{
	for (size_t i = 0; i < c->measure_count; i++) {
		const struct catalogue_measure *m = &c->measures[i];

		if (m->item == item && m->figure != CATALOGUE_DERIVED && m->first_report <= period &&
		    (m->retired == DATE_NONE || m->retired >= date_month_first(date_month_of(period))))
			return true;
	}
	return false;
}

/* What is written of an item, or how long it is missing. */
static enum err look(struct store_txn *t, const struct catalogue *c, int32_t period, int32_t day,
		     struct narratives_one *one)
{
	char month[8], id[FORMS_ID];
	json_t *record;
	enum err e;

	date_month_format(date_month_of(period), month);
	snprintf(id, sizeof(id), "%s.%s", month, c->items[one->item].id);
	e = records_get(t, RECORDS_NARRATIVE, bytes_of_string(id), &record);
	one->written = e == ERR_OK;
	if (one->written)
		one->late_days =
			(unsigned)json_integer_value(json_object_get(record, "late_days"));
	else
		one->late_days = overdue_days(c, calendar_confirm(c, period), day);
	json_decref(record);
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

enum err narratives_walk(struct store_txn *t, const struct catalogue *c, int32_t period, int32_t day,
			 bool (*fn)(void *ctx, const struct narratives_one *one), void *ctx)
{
	enum err e = ERR_OK;

	for (uint16_t i = 0; e == ERR_OK && i < c->item_count; i++) {
		struct narratives_one one = { .item = i };

		if (!narratives_expected(c, i, period))
			continue;
		if ((e = look(t, c, period, day, &one)) == ERR_OK && !fn(ctx, &one))
			break;
	}
	return e;
}
