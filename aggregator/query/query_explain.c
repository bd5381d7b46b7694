/* SPDX-License-Identifier: MIT */
#include "aggregator/query/query_explain.h"

#include <stdlib.h>

#include "aggregator/query/query_private.h"

static const struct {
	const char *name;
	struct lang_text word;
} causes[QUERY_CAUSE_END] = {
	[QUERY_CAUSE_GAP] = { "gap", { "低于序时进度", "behind plan" } },
	[QUERY_CAUSE_NOT_STARTED] = { "not-started",
				      { "应开工未开工", "due to begin, and not begun" } },
	[QUERY_CAUSE_STAGE] = { "stage-late", { "节点逾期", "a stage is late" } },
	[QUERY_CAUSE_PARTS] = { "parts", { "分项滞后", "a part of it is behind" } },
	[QUERY_CAUSE_OVERDUE] = { "overdue", { "已过完成时限", "the due day has passed" } },
	[QUERY_CAUSE_TOO_SLOW] = { "too-slow",
				   { "照目前进度难以完成", "too slow to reach its goal" } },
};

const char *query_cause_name(enum query_cause c)
{
	return causes[c].name;
}

struct lang_text query_cause_word(enum query_cause c)
{
	return causes[c].word;
}

static enum query_cause cause_of(const struct catalogue *c, const struct book_record *r)
{
	const struct catalogue_profile *p = &c->profile;

	switch (r->kind) {
	case BOOK_OVERDUE:
		return QUERY_CAUSE_OVERDUE;
	case BOOK_WILL_MISS:
		return QUERY_CAUSE_TOO_SLOW;
	case BOOK_BEHIND:
		break;
	default:
		return (enum query_cause)0;
	}
	if (c->measures[r->measure].kind == CATALOGUE_MILESTONE)
		return QUERY_CAUSE_STAGE;
	if (c->measures[r->measure].kind == CATALOGUE_COMPOSITE)
		return QUERY_CAUSE_PARTS;
	return r->severity == BOOK_RED && r->value == 0 && !p->relative &&
			       -r->gap_hundredths <= p->red_enter ?
		       QUERY_CAUSE_NOT_STARTED :
		       QUERY_CAUSE_GAP;
}

/* --- who is short ----------------------------------------------------------------------------- */

/* The greatest first; of the same, in the order of the scope. */
static void place(struct query_pace_part *parts, size_t count, const struct query_pace_part *one)
{
	size_t at = count;

	while (at > 0 && fraction_compare(parts[at - 1].part.shortfall, one->part.shortfall) < 0) {
		parts[at] = parts[at - 1];
		at--;
	}
	parts[at] = *one;
}

static enum err take_parts(struct query_explanation *out, struct arena *a)
{
	struct query_pace_part *parts = arena_calloc(a, out->pace.part_count + 1, sizeof(*parts));

	if (!parts)
		return ERR_NOMEM;
	for (size_t i = 0; i < out->pace.part_count; i++)
		if (out->pace.parts[i].part.shortfall.num > 0)
			place(parts, out->part_count++, &out->pace.parts[i]);
	out->parts = parts;
	return ERR_OK;
}

struct absent {
	uint16_t measure;
	bool missing;
};

static bool take_report(void *ctx, const struct owed_report *report)
{
	struct absent *a = ctx;

	if (report->measure != a->measure)
		return true;
	a->missing = report->state != REPORTS_NOT_EXPECTED && !report->first_ms;
	return false;
}

/* Areas in the city's figure, or the unit itself. */
static enum err take_missing(struct query *q, const struct book_record *r, struct arena *a,
			     struct query_explanation *out)
{
	const struct catalogue *c = q->catalogue;
	const struct catalogue_item *item = &c->items[c->measures[r->measure].item];
	bool sum = r->unit == c->city && c->measures[r->measure].figure == CATALOGUE_COUNTIES;
	size_t most = sum ? item->scope_count : 1;
	uint16_t *missing = arena_calloc(a, most + 1, sizeof(*missing));
	enum err e = missing ? ERR_OK : ERR_NOMEM;

	for (size_t i = 0; i < most && !e; i++) {
		struct absent absent = { r->measure, false };
		uint16_t unit = sum ? item->scope[i] : catalogue_owner(c, r->measure, r->unit);

		if (unit == CATALOGUE_NONE)
			continue;
		e = query_reports(q, unit, r->period, take_report, &absent);
		if (absent.missing)
			missing[out->missing_count++] = unit;
	}
	out->missing = missing;
	return e;
}

/* --- who stands back -------------------------------------------------------------------------- */

static void take_successor(const struct query *q, const struct book_record *r,
			   struct query_explanation *out)
{
	if (r->transition == BOOK_RESOLVED && r->code > 0 && r->code < BOOK_KIND_END)
		book_id(q->catalogue, (enum book_kind)r->code, r->measure, r->unit,
			out->stands_back_for);
}

/* One that was resolved because this one is there. */
static enum err take_predecessor(struct query *q, const struct book_record *r,
				 struct query_explanation *out)
{
	static const enum book_kind kinds[] = { BOOK_WILL_MISS, BOOK_BEHIND, BOOK_OVERDUE };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct book_record other;
		char id[BOOK_ID];
		uint64_t raised;
		int64_t ms;
		enum err e;

		book_id(q->catalogue, kinds[i], r->measure, r->unit, id);
		e = book_find(q->txn, bytes_of_string(id), &other, &raised, &ms);
		if (e && e != ERR_NOTFOUND)
			return e;
		if (!e && other.transition == BOOK_RESOLVED && other.code == (uint32_t)r->kind &&
		    r->transition != BOOK_RESOLVED)
			memcpy(out->instead_of, id, sizeof(id));
	}
	return ERR_OK;
}

enum err query_explain(struct query *q, const struct book_record *r, struct arena *a,
		       struct query_explanation *out)
{
	struct query_when when = { r->period, HISTORY_NOW };
	const struct catalogue_plan_version *version;
	const struct catalogue_measure *m;
	enum err e;

	*out = (struct query_explanation){ .cause = cause_of(q->catalogue, r) };
	if (!out->cause)
		return ERR_OK;
	m = &q->catalogue->measures[r->measure];
	version = catalogue_plan_version(m, r->period);
	out->plan = catalogue_plan_on(m, r->period)->id;
	out->plan_version = version ? version->number : 0;
	if ((e = query_pace(q, r->measure, r->unit, when, a, &out->pace)) ||
	    (e = take_parts(out, a)) || (e = take_missing(q, r, a, out)))
		return e;
	take_successor(q, r, out);
	return take_predecessor(q, r, out);
}
