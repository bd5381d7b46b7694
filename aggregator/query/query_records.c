/* SPDX-License-Identifier: MIT */
#include "aggregator/query/query_records.h"

#include "aggregator/office/overdue.h"
#include "aggregator/query/query_private.h"
#include "base/date.h"

struct record_walk {
	struct query *q;
	const struct forms_kind *kind;
	struct bytes after;
	const struct query_record_filter *filter;
	bool (*fn)(void *ctx, const struct query_record *record);
	void *ctx;
};

static bool is_id_in(const json_t *value, const char *id)
{
	json_t *each;
	size_t i;

	if (json_is_string(value))
		return strcmp(json_string_value(value), id) == 0;
	json_array_foreach((json_t *)(uintptr_t)value, i, each)
		if (strcmp(json_string_value(each), id) == 0)
			return true;
	return false;
}

/* Some field of this type has the id. */
static bool names(const struct forms_kind *k, const json_t *record, enum forms_type type,
		  const char *id)
{
	for (const struct forms_field *f = k->fields; f->name; f++)
		if (f->type == type && is_id_in(json_object_get(record, f->name), id))
			return true;
	return false;
}

static bool is_of_item(const struct catalogue *c, const struct forms_kind *k, const json_t *record,
		       uint16_t item)
{
	uint16_t m = catalogue_measure_number(c, bytes_of_string(forms_text(record, "measure")));

	return names(k, record, FORMS_ITEM, c->items[item].id) ||
	       names(k, record, FORMS_PROJECT, c->projects[c->items[item].project].id) ||
	       (m != CATALOGUE_NONE && c->measures[m].item == item);
}

static bool is_in_state(const struct forms_kind *k, const json_t *record, const char *wanted)
{
	const char *state = forms_text(record, "state");
	int i = forms_state(k, state);

	if (!wanted || strcmp(wanted, "all") == 0 || strcmp(wanted, state) == 0)
		return true;
	return strcmp(wanted, "open") == 0 && i >= 0 && !k->states[i].ended;
}

static bool is_text(const json_t *record, const char *name, const char *wanted)
{
	return !wanted || strcmp(forms_text(record, name), wanted) == 0;
}

static bool is_wanted(const struct record_walk *w, const struct query_record *r)
{
	const struct query_record_filter *f = w->filter;
	const struct catalogue *c = w->q->catalogue;
	const json_t *j = r->record;

	return is_in_state(w->kind, j, f->state) && (!f->overdue || r->overdue) &&
	       (f->item == CATALOGUE_NONE || is_of_item(c, w->kind, j, f->item)) &&
	       (f->unit == CATALOGUE_NONE || names(w->kind, j, FORMS_UNIT, c->units[f->unit].id)) &&
	       (f->measure == CATALOGUE_NONE ||
		names(w->kind, j, FORMS_MEASURE, c->measures[f->measure].id)) &&
	       is_text(j, "period", f->period) && is_text(j, "quarter", f->quarter) &&
	       is_text(j, "meeting", f->meeting) &&
	       (is_text(j, "person", f->person) || is_text(j, "chair", f->person)) &&
	       (f->on == DATE_NONE || portfolio_in_force(j, f->on, f->on));
}

static struct query_record dress(const struct query *q, const struct forms_kind *kind,
				 struct bytes id, const json_t *record)
{
	int32_t deadline = forms_day(record, "deadline");
	struct query_record r = { .kind = kind, .id = id, .record = record, .due = DATE_NONE };

	r.has_deadline = deadline != DATE_NONE;
	if (r.has_deadline)
		r.due = overdue_due(q->catalogue, deadline);
	r.overdue = overdue_is(q->catalogue, kind, record, q->head.today);
	if (r.overdue)
		r.days = overdue_days(q->catalogue, r.due, q->head.today);
	return r;
}

static bool visit(void *ctx, struct bytes id, json_t *record)
{
	struct record_walk *w = ctx;
	struct query_record r;

	if (bytes_equal(id, w->after))
		return true;
	r = dress(w->q, w->kind, id, record);
	return !is_wanted(w, &r) || w->fn(w->ctx, &r);
}

enum err query_records(struct query *q, const struct forms_kind *kind, struct bytes after,
		       const struct query_record_filter *filter,
		       bool (*fn)(void *ctx, const struct query_record *record), void *ctx)
{
	struct record_walk w = { q, kind, after, filter, fn, ctx };

	return records_walk(q->txn, kind->kind, after, visit, &w);
}

enum err query_record(struct query *q, const struct forms_kind *kind, const char *id,
		      json_t **record, struct query_record *out)
{
	enum err e = records_get(q->txn, kind->kind, bytes_of_string(id), record);

	if (e == ERR_OK)
		*out = dress(q, kind, bytes_of_string(id), *record);
	return e;
}

enum err query_record_steps(struct query *q, const struct forms_kind *kind, struct bytes id,
			    bool (*fn)(void *ctx, uint32_t number, json_t *step), void *ctx)
{
	return records_steps(q->txn, kind->kind, id, fn, ctx);
}

enum err query_narratives(struct query *q, int32_t period,
			  bool (*fn)(void *ctx, const struct narratives_one *one), void *ctx)
{
	return narratives_walk(q->txn, q->catalogue, period, q->head.today, fn, ctx);
}

enum err query_lacking(struct query *q, const char *quarter,
		       bool (*fn)(void *ctx, const char *person, const char *title, bool planned),
		       void *ctx)
{
	return portfolio_lacking(q->txn, quarter, fn, ctx);
}
