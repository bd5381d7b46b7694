/* SPDX-License-Identifier: MIT */
#include "aggregator/office/overdue.h"

#include <string.h>

#include "aggregator/catalogue/calendar.h"
#include "base/date.h"

int32_t overdue_due(const struct catalogue *c, int32_t deadline)
{
	return calendar_next_workday(&c->calendar, deadline);
}

unsigned overdue_days(const struct catalogue *c, int32_t due, int32_t day)
{
	unsigned n = 0;

	for (int32_t d = due + 1; d <= day; d++)
		n += calendar_is_workday(&c->calendar, d);
	return n;
}

bool overdue_is(const struct catalogue *c, const struct forms_kind *k, const json_t *record,
		int32_t day)
{
	int32_t deadline = forms_day(record, "deadline");
	int state = forms_state(k, forms_text(record, "state"));

	return deadline != DATE_NONE && state >= 0 && !k->states[state].ended &&
	       day > overdue_due(c, deadline);
}

struct walk {
	const struct catalogue *c;
	const struct forms_kind *kind;
	int32_t day;
	bool (*fn)(void *ctx, const struct overdue_record *late);
	void *ctx;
	bool stopped;
};

static bool visit(void *ctx, struct bytes id, json_t *record)
{
	struct walk *w = ctx;
	struct overdue_record late = { .kind = w->kind, .id = id, .record = record };

	if (!overdue_is(w->c, w->kind, record, w->day))
		return true;
	late.due = overdue_due(w->c, forms_day(record, "deadline"));
	late.days = overdue_days(w->c, late.due, w->day);
	w->stopped = !w->fn(w->ctx, &late);
	return !w->stopped;
}

enum err overdue_walk(struct store_txn *t, const struct catalogue *c, int32_t day,
		      bool (*fn)(void *ctx, const struct overdue_record *late), void *ctx)
{
	static const enum records_kind kinds[] = { RECORDS_PROBLEM, RECORDS_DECISION };
	struct walk w = { .c = c, .day = day, .fn = fn, .ctx = ctx };
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && !w.stopped && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		w.kind = forms_kind(kinds[i]);
		e = records_walk(t, kinds[i], (struct bytes){ 0 }, visit, &w);
	}
	return e;
}
