/* SPDX-License-Identifier: MIT */
#include "aggregator/office/portfolio.h"

#include <stdio.h>
#include <string.h>

#include "aggregator/office/checks.h"
#include "base/date.h"

bool portfolio_in_force(const json_t *record, int32_t first, int32_t last)
{
	int32_t from = forms_day(record, "from"), to = forms_day(record, "to");

	return (last == DATE_NONE || from <= last) && (to == DATE_NONE || to >= first);
}

static bool lists(const json_t *record, const char *name, const char *id)
{
	json_t *each;
	size_t i;

	json_array_foreach(json_object_get(record, name), i, each)
		if (strcmp(json_string_value(each), id) == 0)
			return true;
	return false;
}

bool portfolio_has_item(const struct catalogue *c, const json_t *record, uint16_t item)
{
	const struct catalogue_item *it = &c->items[item];

	return lists(record, "items", it->id) ||
	       lists(record, "projects", c->projects[it->project].id);
}

/* --- one in charge ---------------------------------------------------------------------------- */

struct rivals {
	struct forms_call *x;
	char person[FORMS_ID];
	const char *item;
};

static bool is_rival(void *ctx, struct bytes id, json_t *record)
{
	struct rivals *r = ctx;
	const json_t *mine = r->x->record;
	const struct catalogue *c = r->x->c;

	(void)id;
	if (strcmp(forms_text(record, "person"), forms_text(mine, "person")) == 0 &&
	    strcmp(forms_text(record, "from"), forms_text(mine, "from")) == 0)
		return true;
	if (!portfolio_in_force(record, forms_day(mine, "from"), forms_day(mine, "to")))
		return true;
	for (uint16_t i = 0; i < c->item_count && !r->item; i++)
		if (portfolio_has_item(c, mine, i) && portfolio_has_item(c, record, i))
			r->item = c->items[i].id;
	snprintf(r->person, sizeof(r->person), "%s", forms_text(record, "person"));
	return r->item == NULL;
}

static enum err check_rivals(struct forms_call *x)
{
	struct rivals r = { .x = x };
	char zh[300], en[300];
	enum err e = records_walk(x->t, RECORDS_PORTFOLIO, (struct bytes){ 0 }, is_rival, &r);

	if (e != ERR_OK || !r.item)
		return e;
	snprintf(zh, sizeof(zh), "事项 %s 同期已由 %s 分管；先终止（portfolio.end）再登记。", r.item,
		 r.person);
	snprintf(en, sizeof(en), "%s is in charge of item %s at that time; end that first "
		 "(portfolio.end).", r.person, r.item);
	return forms_refuse(x, ERR_EXISTS, "portfolio-taken", NULL, (struct lang_text){ zh, en });
}

enum err checks_portfolio(struct forms_call *x)
{
	static const struct lang_text crossed = { "截止日期早于起始日期。", "is before its start." };
	static const struct lang_text empty = { "请填事项、项目或分管单位。",
						"name items, projects or units to be in charge of." };
	int32_t to = forms_day(x->record, "to");

	if (to != DATE_NONE && to < forms_day(x->record, "from"))
		return forms_refuse(x, ERR_INVALID, "days-crossed", "to", crossed);
	if (!json_object_get(x->record, "items") && !json_object_get(x->record, "projects") &&
	    !json_object_get(x->record, "units"))
		return forms_refuse(x, ERR_INVALID, "field-missing", "items", empty);
	return check_rivals(x);
}

/* --- a meeting a quarter ---------------------------------------------------------------------- */

bool portfolio_quarter(const char *text, int32_t *first, int32_t *last)
{
	int year = 0, quarter = 0;
	char end;

	if (sscanf(text, "%4d-Q%1d%c", &year, &quarter, &end) != 2 || strlen(text) != 7 || quarter < 1 ||
	    quarter > 4)
		return false;
	*first = date_from_civil(year, 3 * quarter - 2, 1);
	*last = date_month_last(date_month_of(date_from_civil(year, 3 * quarter, 1)));
	return true;
}

struct lacking {
	struct store_txn *t;
	const char *quarter;
	int32_t first, last;
	const char *person; /* whose meetings are looked for, or whose records come before */
	struct bytes until;
	bool held, planned, seen;
	bool (*fn)(void *ctx, const char *person, const char *title, bool planned);
	void *ctx;
	enum err err;
};

static bool look_at_meeting(void *ctx, struct bytes id, json_t *record)
{
	struct lacking *l = ctx;

	(void)id;
	if (strcmp(forms_text(record, "quarter"), l->quarter) != 0 ||
	    strcmp(forms_text(record, "chair"), l->person) != 0)
		return true;
	l->held |= strcmp(forms_text(record, "state"), "held") == 0;
	l->planned |= strcmp(forms_text(record, "state"), "planned") == 0;
	return true;
}

/* Whether a record before this one is the same person's, in force then. */
static bool look_before(void *ctx, struct bytes id, json_t *record)
{
	struct lacking *l = ctx;

	if (bytes_compare(id, l->until) >= 0)
		return false;
	l->seen |= portfolio_in_force(record, l->first, l->last) &&
		   strcmp(forms_text(record, "person"), l->person) == 0;
	return !l->seen;
}

static bool look_at_person(void *ctx, struct bytes id, json_t *record)
{
	struct lacking *l = ctx;

	if (!portfolio_in_force(record, l->first, l->last))
		return true;
	l->person = forms_text(record, "person");
	l->until = id;
	l->held = l->planned = l->seen = false;
	l->err = records_walk(l->t, RECORDS_PORTFOLIO, (struct bytes){ 0 }, look_before, l);
	if (l->err == ERR_OK && !l->seen)
		l->err = records_walk(l->t, RECORDS_MEETING, (struct bytes){ 0 }, look_at_meeting, l);
	if (l->err != ERR_OK || l->seen || l->held)
		return l->err == ERR_OK;
	return l->fn(l->ctx, l->person, forms_text(record, "title"), l->planned);
}

enum err portfolio_lacking(struct store_txn *t, const char *quarter,
			   bool (*fn)(void *ctx, const char *person, const char *title, bool planned),
			   void *ctx)
{
	struct lacking l = { .t = t, .quarter = quarter, .fn = fn, .ctx = ctx };
	enum err e;

	if (!portfolio_quarter(quarter, &l.first, &l.last))
		return ERR_INVALID;
	e = records_walk(t, RECORDS_PORTFOLIO, (struct bytes){ 0 }, look_at_person, &l);
	return e == ERR_OK ? l.err : e;
}
