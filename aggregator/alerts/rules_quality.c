/* SPDX-License-Identifier: MIT */
/* Figures that look odd: what is found is compared with what the table has, and each difference is a
 * decision; one alert a (measure, unit); at a close, the figures to be checked on the spot. */
#include "aggregator/alerts/rules_quality.h"

#include <stdlib.h>

#include "aggregator/alerts/evidence.h"
#include "aggregator/alerts/odd.h"
#include "aggregator/alerts/sample.h"
#include "aggregator/alerts/transition.h"
#include "aggregator/catalogue/calendar.h"
#include "aggregator/progress/reports.h"
#include "base/date.h"

/* What is looked at, and what came of it. */
struct quality {
	const struct rules_case *c;
	const struct catalogue *cat;
	int32_t *from;		 /* by measure * units + unit: first period touched; DATE_NONE */
	int32_t first, last;	 /* periods */
	bool all;		 /* a period closes: every cell, and nothing is stored yet */
	struct odd_list stored;	 /* of these periods */
	struct odd_list found;
	struct odd_list decided; /* put down in this entry */
};

static void quality_free(struct quality *q)
{
	free(q->from);
	odd_free(&q->stored);
	odd_free(&q->found);
	odd_free(&q->decided);
}

static int32_t *touched(const struct quality *q, uint16_t measure, uint16_t unit)
{
	return &q->from[measure * q->cat->unit_count + unit];
}

static bool is_asked(const struct quality *q, uint16_t measure, uint16_t unit, int32_t period)
{
	int32_t from;

	if (q->all)
		return true;
	from = *touched(q, measure, unit);
	return from != DATE_NONE && from <= period;
}

/* --- looking ------------------------------------------------------------------------------------ */

static enum err look_at_cells(struct quality *q, const struct odd_window *w)
{
	int32_t period = w->period;
	const struct catalogue *cat = q->cat;
	enum err e = ERR_OK;

	for (uint16_t m = 0; m < cat->measure_count; m++) {
		const struct catalogue_item *item = &cat->items[cat->measures[m].item];

		if (is_asked(q, m, cat->city, period) &&
		    ((e = odd_cell(q->c->k, w, m, cat->city, &q->found)) != ERR_OK ||
		     (e = odd_bunch(q->c->k, w, m, &q->found)) != ERR_OK))
			return e;
		for (size_t i = 0; i < item->scope_count; i++)
			if (is_asked(q, m, item->scope[i], period) &&
			    (e = odd_cell(q->c->k, w, m, item->scope[i], &q->found)) != ERR_OK)
				return e;
	}
	return ERR_OK;
}

static bool is_pair_asked(const struct quality *q, const struct catalogue_pair *p, uint16_t unit,
			  int32_t period)
{
	return is_asked(q, p->first, unit, period) || is_asked(q, p->second, unit, period);
}

static enum err look_at_pair(struct quality *q, const struct catalogue_pair *p,
			     const struct odd_window *w)
{
	int32_t period = w->period;
	const struct catalogue *cat = q->cat;
	const struct catalogue_item *first = &cat->items[cat->measures[p->first].item];
	const struct catalogue_item *second = &cat->items[cat->measures[p->second].item];
	enum err e = ERR_OK;

	if (!odd_pair_is_areal(cat, p))
		return is_pair_asked(q, p, cat->city, period) ?
			       odd_pair(q->c->k, w, p, cat->city, &q->found) :
			       ERR_OK;
	for (size_t i = 0; i < first->scope_count && e == ERR_OK; i++)
		if (catalogue_in_scope(second, first->scope[i]) &&
		    is_pair_asked(q, p, first->scope[i], period))
			e = odd_pair(q->c->k, w, p, first->scope[i], &q->found);
	return e;
}

static enum err look(struct quality *q)
{
	const struct catalogue_quality *rules = &q->cat->quality;
	enum err e = ERR_OK;

	for (int32_t period = q->first; period <= q->last && e == ERR_OK;
	     period = calendar_period_of(period + 1)) {
		struct odd_window w = odd_window(q->cat, period);

		e = look_at_cells(q, &w);
		for (size_t i = 0; i < rules->pair_count && e == ERR_OK; i++)
			e = look_at_pair(q, &rules->pairs[i], &w);
		if (e == ERR_OK)
			e = odd_twins(q->c->k, &w, &q->found);
	}
	return e;
}

/* --- what was known before ----------------------------------------------------------------------- */

struct load {
	struct quality *q;
	enum err err;
};

static bool keep(void *ctx, const struct flags_record *r)
{
	struct load *l = ctx;

	if (r->period >= l->q->first && r->period <= l->q->last)
		l->err = odd_add(&l->q->stored, r);
	return l->err == ERR_OK;
}

static enum err load_stored(struct quality *q)
{
	struct load l = { q, ERR_OK };
	enum err e = flags_walk(q->c->k->t, CATALOGUE_NONE, CATALOGUE_NONE, keep, &l);

	return e == ERR_OK ? l.err : e;
}

static bool same_place(const struct flags_record *a, const struct flags_record *b)
{
	return a->measure == b->measure && a->unit == b->unit && a->period == b->period &&
	       a->rule == b->rule;
}

static const struct flags_record *find(const struct odd_list *list, const struct flags_record *r)
{
	for (size_t i = 0; i < list->count; i++)
		if (same_place(&list->items[i], r))
			return &list->items[i];
	return NULL;
}

/* The rule looked at the place of the record now. */
static bool was_looked_at(const struct quality *q, const struct flags_record *r)
{
	const struct catalogue_pair *p = q->cat->quality.pairs;

	switch (r->rule) {
	case FLAGS_TWIN:
		return true;
	case FLAGS_PAIR:
		for (size_t i = 0; i < q->cat->quality.pair_count; i++)
			if (p[i].first == r->measure && p[i].second == r->other_measure)
				return is_pair_asked(q, &p[i], r->unit, r->period);
		return true; /* the catalogue has no such pair any more */
	default:
		return is_asked(q, r->measure, r->unit, r->period);
	}
}

/* --- deciding ------------------------------------------------------------------------------------ */

static enum err put(struct quality *q, const struct flags_record *r, enum flags_state state)
{
	struct flags_record decided = *r;

	decided.state = state;
	buf_put_u8(q->c->k->out, PANEL_FLAG);
	flags_encode(&decided, q->c->k->out);
	return odd_add(&q->decided, &decided);
}

static bool says_the_same(const struct flags_record *a, const struct flags_record *b)
{
	return a->other_measure == b->other_measure && a->other_unit == b->other_unit &&
	       memcmp(a->numbers, b->numbers, sizeof(a->numbers)) == 0;
}

/* What a person said of a flag holds as long as its numbers do. */
static enum err compare(struct quality *q)
{
	enum err e = ERR_OK;

	for (size_t i = 0; i < q->found.count && e == ERR_OK; i++) {
		const struct flags_record *r = &q->found.items[i];
		const struct flags_record *old = find(&q->stored, r);

		if (!old || old->state == FLAGS_GONE || !says_the_same(r, old))
			e = put(q, r, FLAGS_OPEN);
	}
	for (size_t i = 0; i < q->stored.count && e == ERR_OK; i++) {
		const struct flags_record *r = &q->stored.items[i];

		if (r->state != FLAGS_GONE && was_looked_at(q, r) && !find(&q->found, r))
			e = put(q, r, FLAGS_GONE);
	}
	return e;
}

/* --- alerts -------------------------------------------------------------------------------------- */

/* The pending flags of a cell. */
struct pending {
	const struct quality *q;
	struct flags_record newest;
	uint32_t count;
	bool confirmed;
};

static void count_flag(struct pending *p, const struct flags_record *r)
{
	if (!flags_pending(r))
		return;
	if (!p->count || r->period > p->newest.period ||
	    (r->period == p->newest.period && r->rule > p->newest.rule))
		p->newest = *r;
	p->count++;
	p->confirmed |= r->state == FLAGS_CONFIRMED;
}

static bool count_stored(void *ctx, const struct flags_record *r)
{
	struct pending *p = ctx;

	if (!find(&p->q->decided, r))
		count_flag(p, r);
	return true;
}

static enum err settle(const struct quality *q, uint16_t measure, uint16_t unit)
{
	struct pending p = { .q = q };
	struct book_record want = { .kind = BOOK_QUALITY, .measure = measure, .unit = unit };
	const struct book_state *s;
	enum err e = flags_walk(q->c->k->t, measure, unit, count_stored, &p);

	if (e != ERR_OK)
		return e;
	for (size_t i = 0; i < q->decided.count; i++)
		if (q->decided.items[i].measure == measure && q->decided.items[i].unit == unit)
			count_flag(&p, &q->decided.items[i]);
	s = docket_alert(q->c->k->docket, BOOK_QUALITY, measure, unit);
	want.period = p.count ? p.newest.period : s ? s->period : DATE_NONE;
	want.count = p.count;
	want.code = p.count ? (uint32_t)p.newest.rule : 0;
	if (p.count)
		want.severity = p.confirmed ? BOOK_YELLOW : BOOK_INFO;
	return transition_to(q->c->k, want);
}

/* The cell was settled for a record before this one. */
static bool is_settled(const struct odd_list *list, size_t before)
{
	for (size_t i = 0; i < before; i++)
		if (list->items[i].measure == list->items[before].measure &&
		    list->items[i].unit == list->items[before].unit)
			return true;
	return false;
}

static enum err settle_decided(const struct quality *q)
{
	enum err e = ERR_OK;

	for (size_t i = 0; i < q->decided.count && e == ERR_OK; i++)
		if (!is_settled(&q->decided, i))
			e = settle(q, q->decided.items[i].measure, q->decided.items[i].unit);
	return e;
}

/* --- the sample ---------------------------------------------------------------------------------- */

static bool is_flagged(const struct quality *q, uint16_t measure, uint16_t unit, int32_t period)
{
	for (size_t i = 0; i < q->decided.count; i++) {
		const struct flags_record *r = &q->decided.items[i];

		if (r->measure == measure && r->unit == unit && r->period == period &&
		    flags_pending(r))
			return true;
	}
	return false;
}

static void consider(const struct quality *q, uint16_t measure, uint16_t unit, int32_t period,
		     struct sample_cell *cells, struct sample_period *p)
{
	bool flagged = is_flagged(q, measure, unit, period);
	bool expected = reports_expected(q->cat, measure, unit, period);

	if (flagged || expected)
		cells[p->drawn++] = (struct sample_cell){ .measure = measure, .unit = unit,
							  .flagged = flagged };
	p->flagged += flagged;
	p->expected += expected;
}

/* p->drawn counts the candidates, until they are drawn. */
static void consider_all(const struct quality *q, int32_t period, struct sample_cell *cells,
			 struct sample_period *p)
{
	for (uint16_t m = 0; m < q->cat->measure_count; m++) {
		const struct catalogue_item *item = &q->cat->items[q->cat->measures[m].item];

		consider(q, m, q->cat->city, period, cells, p);
		for (size_t i = 0; i < item->scope_count; i++)
			consider(q, m, item->scope[i], period, cells, p);
	}
}

static enum err put_sample(const struct quality *q, const struct sample_cell *cell, int32_t period)
{
	struct sample_record r = { .period = period, .measure = cell->measure, .unit = cell->unit,
				   .flagged = cell->flagged };
	struct totals_result at;
	enum err e = evidence_total(q->c->k, cell->measure, cell->unit, period, &at);

	if (e != ERR_OK)
		return e;
	r.present = at.present;
	r.value = at.value;
	r.denominator = at.denominator;
	buf_put_u8(q->c->k->out, PANEL_SAMPLE);
	sample_encode(&r, q->c->k->out);
	return ERR_OK;
}

static enum err put_drawn(const struct quality *q, struct sample_period *p,
			  const struct sample_cell *cells, size_t count)
{
	enum err e = ERR_OK;

	p->drawn = 0;
	for (size_t i = 0; i < count; i++)
		p->drawn += cells[i].drawn;
	buf_put_u8(q->c->k->out, PANEL_DRAW);
	sample_encode_period(p, q->c->k->out);
	for (size_t i = 0; i < count && e == ERR_OK; i++)
		if (cells[i].drawn || cells[i].flagged)
			e = put_sample(q, &cells[i], p->period);
	return e;
}

static enum err draw(const struct quality *q, int32_t period)
{
	size_t most = q->cat->measure_count * (q->cat->unit_count + 1), count;
	struct sample_cell *cells = calloc(most + 1, sizeof(*cells));
	struct sample_period p = { .period = period };
	enum err e;

	if (!cells)
		return ERR_NOMEM;
	if (q->c->e->chain)
		memcpy(p.seed, q->c->e->chain, sizeof(p.seed));
	consider_all(q, period, cells, &p);
	count = p.drawn;
	if ((e = sample_draw(q->cat, p.seed, period, cells, count)) == ERR_OK)
		e = put_drawn(q, &p, cells, count);
	free(cells);
	return e;
}

/* --- when ---------------------------------------------------------------------------------------- */

enum err rules_quality_close(const struct rules_case *c, int32_t period)
{
	struct quality q = { .c = c, .cat = c->k->docket->c, .first = period, .last = period,
			     .all = true };
	enum err e = look(&q);

	if (e == ERR_OK && (e = compare(&q)) == ERR_OK && (e = settle_decided(&q)) == ERR_OK)
		e = draw(&q, period);
	quality_free(&q);
	return e;
}

static void touch(const struct quality *q, uint16_t measure, uint16_t unit, int32_t period)
{
	int32_t *from = touched(q, measure, unit);

	if (*from == DATE_NONE || period < *from)
		*from = period;
}

/* What facts touch: the cell, and what is said of the whole city. */
static bool touch_facts(struct quality *q, int32_t first, int32_t last)
{
	for (size_t i = 0; i < q->c->e->fact_count; i++) {
		const struct judge_fact *f = &q->c->e->facts[i];
		int32_t period;

		if ((f->kind != JUDGE_FIGURE && f->kind != JUDGE_REPORTED) || f->as_of > last)
			continue;
		period = calendar_period_of(f->as_of);
		if (period < first)
			period = first;
		touch(q, f->measure, f->unit, period);
		touch(q, f->measure, q->cat->city, period);
		if (q->first == DATE_NONE || period < q->first)
			q->first = period;
	}
	return q->first != DATE_NONE;
}

static enum err look_again(struct quality *q, int32_t first, int32_t last)
{
	size_t cells = q->cat->measure_count * q->cat->unit_count;
	enum err e;

	if (!(q->from = malloc((cells + 1) * sizeof(*q->from))))
		return ERR_NOMEM;
	for (size_t i = 0; i < cells; i++)
		q->from[i] = DATE_NONE;
	if (!touch_facts(q, first, last))
		return ERR_OK;
	if ((e = load_stored(q)) == ERR_OK && (e = look(q)) == ERR_OK)
		e = compare(q);
	return e;
}

/* A person dealt with a flag of the cell, which no decision of this entry settled. */
static enum err settle_told(const struct quality *q)
{
	enum err e = ERR_OK;

	for (size_t i = 0; i < q->c->e->fact_count && e == ERR_OK; i++)
		if (q->c->e->facts[i].kind == JUDGE_FLAGGED)
			e = settle(q, q->c->e->facts[i].measure, q->c->e->facts[i].unit);
	return e;
}

enum err rules_quality_facts(const struct rules_case *c, int32_t first, int32_t last)
{
	struct quality q = { .c = c, .cat = c->k->docket->c, .first = DATE_NONE, .last = last };
	enum err e = ERR_OK;

	if (!c->e->fact_count)
		return ERR_OK;
	if (last != DATE_NONE)
		e = look_again(&q, first, last);
	if (e == ERR_OK && (e = settle_decided(&q)) == ERR_OK)
		e = settle_told(&q);
	quality_free(&q);
	return e;
}
