/* SPDX-License-Identifier: MIT */
#include "aggregator/papers/bulletin_facts.h"

#include <stdio.h>
#include <stdlib.h>

#include "aggregator/query/query_ranking.h"
#include "aggregator/query/query_records.h"
#include "aggregator/query/query_slips.h"
#include "base/date.h"

#define CAUSE_BYTES 360 /* of a cause: 120 characters */

struct gather {
	struct query *q;
	const struct catalogue *c;
	struct arena *arena;
	struct bulletin_facts *f;
	size_t room;
	int32_t cell_from; /* the day before the period */
	bool moved;	   /* the cell looked at was said again otherwise */
	struct bulletin_unit *by_unit;
	enum err err;
};

/* --- lights ----------------------------------------------------------------------------------- */

static bool is_main(const struct catalogue *c, uint16_t measure, uint16_t unit)
{
	return measure < c->measure_count && unit < c->unit_count &&
	       c->measures[measure].role == CATALOGUE_MAIN;
}

/* What was published stands; before that, what stands now. */
static enum light shown(const struct lights_record *r)
{
	return r->published ? r->published : r->state.light;
}

static bool add_light(void *ctx, const struct lights_record *r)
{
	struct gather *g = ctx;
	struct bulletin_facts *f = g->f;

	if (!is_main(g->c, r->measure, r->unit) || f->light_count == g->room)
		return true;
	f->lights[f->light_count++] = (struct bulletin_light){
		.measure = r->measure, .unit = r->unit, .light = shown(r),
		.silent = r->state.silent, .provisional = r->state.provisional,
		.overdue = r->state.overdue, .present = r->present, .has_goal = r->has_goal,
		.value = r->value, .denominator = r->denominator, .goal = r->goal,
		.done_ppm = r->done_ppm, .planned_ppm = r->planned_ppm,
		.gap_hundredths = r->gap_hundredths, .months = r->state.months };
	if (r->unit == g->c->city)
		f->counts[shown(r)]++;
	return true;
}

static bool add_before(void *ctx, const struct lights_record *r)
{
	struct gather *g = ctx;

	if (!is_main(g->c, r->measure, r->unit))
		return true;
	if (r->unit == g->c->city)
		g->f->counts_before[shown(r)]++;
	for (size_t i = 0; i < g->f->light_count; i++)
		if (g->f->lights[i].measure == r->measure && g->f->lights[i].unit == r->unit)
			g->f->lights[i].before = shown(r);
	return true;
}

static int compare_lights(const void *a, const void *b, void *ctx)
{
	const struct bulletin_light *x = a, *y = b;
	const struct catalogue *c = ctx;
	bool x_city = x->unit == c->city, y_city = y->unit == c->city;

	if (x->measure != y->measure)
		return c->measures[x->measure].order < c->measures[y->measure].order ? -1 : 1;
	if (x_city != y_city)
		return x_city ? 1 : -1;
	return x->unit < y->unit ? -1 : x->unit > y->unit;
}

struct periods {
	int32_t wanted, before;
	bool judged;
};

static bool see_period(void *ctx, const struct lights_period *p)
{
	struct periods *s = ctx;

	s->judged |= p->period == s->wanted;
	if (p->period < s->wanted)
		s->before = p->period;
	return true;
}

static enum err gather_lights(struct gather *g)
{
	struct periods s = { .wanted = g->f->period, .before = DATE_NONE };
	enum err e = query_periods(g->q, see_period, &s);

	if (e != ERR_OK || !s.judged)
		return e != ERR_OK ? e : ERR_NOTFOUND;
	g->f->before = s.before;
	g->room = g->c->measure_count * g->c->unit_count;
	g->f->lights = arena_calloc(g->arena, g->room + 1, sizeof(*g->f->lights));
	if (!g->f->lights)
		return ERR_NOMEM;
	e = query_lights(g->q, g->f->period, CATALOGUE_NONE, CATALOGUE_NONE, add_light, g);
	if (e == ERR_OK && s.before != DATE_NONE)
		e = query_lights(g->q, s.before, CATALOGUE_NONE, CATALOGUE_NONE, add_before, g);
	qsort_r(g->f->lights, g->f->light_count, sizeof(*g->f->lights), compare_lights,
		(void *)(uintptr_t)g->c);
	return e;
}

/* --- reports ---------------------------------------------------------------------------------- */

struct walk_cell {
	int32_t from, to;
	int32_t last; /* date of the point before */
	bool moved;
};

/* A date of the month that has two points, or a second revision, was corrected. */
static bool see_point(void *ctx, const struct history_point *p)
{
	struct walk_cell *w = ctx;

	if (p->as_of <= w->from || p->as_of > w->to)
		return true;
	w->moved |= p->as_of == w->last || p->withdrawn;
	w->last = p->as_of;
	return true;
}

static bool see_cell(void *ctx, const struct query_months_cell *cell)
{
	struct gather *g = ctx;
	const struct owed_report *r = &cell->report;
	struct walk_cell w = { g->cell_from, g->f->period, DATE_NONE, false };
	struct cell_key key = cell_counting(g->c, r->measure, r->unit);

	if (g->c->measures[r->measure].kind == CATALOGUE_MILESTONE || cell->owner >= g->c->unit_count)
		return true;
	g->err = query_history(g->q, key, HISTORY_NOW, see_point, &w);
	g->by_unit[cell->owner].corrected += w.moved;
	return g->err == ERR_OK;
}

static enum err gather_units(struct gather *g)
{
	const struct query_months_filter all = { g->f->period, CATALOGUE_NONE, CATALOGUE_NONE };
	const struct query_months_row *rows;
	size_t count;
	enum err e = query_months_rows(g->q, g->f->period, g->arena, &rows, &count);

	if (e != ERR_OK)
		return e;
	g->by_unit = arena_calloc(g->arena, g->c->unit_count + 1, sizeof(*g->by_unit));
	g->f->units = arena_calloc(g->arena, count + 1, sizeof(*g->f->units));
	if (!g->by_unit || !g->f->units)
		return ERR_NOMEM;
	g->cell_from = date_month_first(date_month_of(g->f->period)) - 1;
	e = query_months_cells(g->q, &all, see_cell, g);
	for (size_t i = 0; i < count && e == ERR_OK; i++) {
		const unsigned *said = rows[i].items.reviews;

		if (rows[i].unit >= g->c->unit_count)
			continue;
		g->f->units[g->f->unit_count++] = (struct bulletin_unit){
			.unit = rows[i].unit, .owed = rows[i].owed.reports,
			.corrected = g->by_unit[rows[i].unit].corrected, .leads = rows[i].leads,
			.items = rows[i].items.reports.on_time + rows[i].items.reports.late,
			.waiting = said[REVIEWS_SUBMITTED] + said[REVIEWS_RETURNED] };
	}
	return e == ERR_OK ? g->err : e;
}

/* --- causes ----------------------------------------------------------------------------------- */

/* One line, cut at a letter. */
static const char *one_line(struct arena *a, const char *text)
{
	size_t n = strlen(text);
	char *copy;

	while (n && (unsigned char)text[n - 1] <= ' ')
		n--;
	if (n > CAUSE_BYTES)
		for (n = CAUSE_BYTES; n && ((unsigned char)text[n] & 0xc0) == 0x80;)
			n--;
	copy = arena_strndup(a, text, n);
	for (char *at = copy; at && *at; at++)
		if (*at == '\n' || *at == '\r' || *at == '\t')
			*at = ' ';
	return copy;
}

static bool is_open(enum slips_state s)
{
	return slips_waits(s) || s == SLIPS_REPLIED || s == SLIPS_VERIFIED;
}

static void take_slip(struct gather *g, const struct query_slip *slip, struct bulletin_cause *k)
{
	const char *reply = forms_text(slip->record, "reply");
	char source[40] = "slips/";

	k->slip = arena_strndup(g->arena, forms_text(slip->record, "number"),
				strlen(forms_text(slip->record, "number")));
	k->deadline = slip->slip.deadline;
	if (*reply) {
		k->text = one_line(g->arena, reply);
		strncat(source, slip->slip.id, sizeof(source) - 7);
		k->source = arena_strndup(g->arena, source, strlen(source));
	}
	if (!k->slip || !k->text || !k->source)
		g->err = ERR_NOMEM;
}

static bool see_slip(void *ctx, const struct query_slip *slip)
{
	struct gather *g = ctx;

	for (size_t i = 0; is_open(slip->slip.state) && i < slip->slip.subject_count; i++)
		for (size_t k = 0; k < g->f->cause_count; k++)
			if (g->f->causes[k].measure == slip->slip.subjects[i].measure &&
			    g->f->causes[k].unit == slip->slip.subjects[i].unit)
				take_slip(g, slip, &g->f->causes[k]);
	return g->err == ERR_OK;
}

/* What the lead wrote about the item for this month. */
static enum err add_narrative(struct gather *g, struct bulletin_cause *k)
{
	const char *item = g->c->items[g->c->measures[k->measure].item].id;
	struct query_record r;
	char month[8], id[RECORDS_ID_MAX + 1], source[RECORDS_ID_MAX + 16];
	const char *problem;
	json_t *record;
	enum err e;

	date_month_format(date_month_of(g->f->period), month);
	snprintf(id, sizeof(id), "%s.%s", month, item);
	e = query_record(g->q, forms_kind(RECORDS_NARRATIVE), id, &record, &r);
	if (e != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_OK : e;
	problem = forms_text(record, "problem");
	if (*problem) {
		snprintf(source, sizeof(source), "narratives/%s", id);
		k->text = one_line(g->arena, problem);
		k->source = arena_strndup(g->arena, source, strlen(source));
	}
	json_decref(record);
	return k->text && k->source ? ERR_OK : ERR_NOMEM;
}

static enum err gather_causes(struct gather *g)
{
	static const struct query_slip_filter all = { .choice = QUERY_SLIPS_ALL,
						      .unit = CATALOGUE_NONE,
						      .project = CATALOGUE_NONE };
	struct bulletin_facts *f = g->f;
	enum err e = ERR_OK;

	f->causes = arena_calloc(g->arena, f->light_count + 1, sizeof(*f->causes));
	if (!f->causes)
		return ERR_NOMEM;
	for (size_t i = 0; i < f->light_count && e == ERR_OK; i++) {
		struct bulletin_cause *k = &f->causes[f->cause_count];

		if (!bulletin_facts_lags(f->lights[i].light))
			continue;
		*k = (struct bulletin_cause){ f->lights[i].measure, f->lights[i].unit, "", "", "",
					      DATE_NONE };
		e = add_narrative(g, k);
		f->cause_count++;
	}
	if (e == ERR_OK)
		e = query_slips(g->q, &all, (struct bytes){ 0 }, see_slip, g);
	return e == ERR_OK ? g->err : e;
}

static enum err gather_ranks(struct gather *g)
{
	struct query_ranking r;
	enum err e;

	if (g->c->ranking == CATALOGUE_RANKING_OFF)
		return ERR_OK;
	e = query_ranking(g->q, g->f->period, CATALOGUE_NONE, g->arena, &r);
	if (e != ERR_OK)
		return e;
	g->f->ranks = arena_calloc(g->arena, r.count + 1, sizeof(*g->f->ranks));
	if (!g->f->ranks)
		return ERR_NOMEM;
	for (size_t i = 0; i < r.count; i++)
		g->f->ranks[g->f->rank_count++] = (struct bulletin_rank){
			r.items[i].unit, r.items[i].rank, fraction_round(r.items[i].score, 0) };
	return ERR_OK;
}

enum err bulletin_facts_gather(struct query *q, int32_t period, struct arena *a,
			       struct bulletin_facts *out)
{
	struct gather g = { .q = q, .c = query_catalogue(q), .arena = a, .f = out };
	enum err e;

	*out = (struct bulletin_facts){ .period = period, .before = DATE_NONE };
	if ((e = gather_lights(&g)) == ERR_OK && (e = gather_units(&g)) == ERR_OK &&
	    (e = gather_ranks(&g)) == ERR_OK)
		e = gather_causes(&g);
	return e;
}

/* --- looking up ------------------------------------------------------------------------------- */

const struct bulletin_cause *bulletin_facts_cause(const struct bulletin_facts *f, uint16_t measure,
						  uint16_t unit)
{
	for (size_t i = 0; i < f->cause_count; i++)
		if (f->causes[i].measure == measure && f->causes[i].unit == unit)
			return &f->causes[i];
	return NULL;
}

const struct bulletin_light *bulletin_facts_light(const struct bulletin_facts *f, uint16_t measure,
						  uint16_t unit)
{
	for (size_t i = 0; i < f->light_count; i++)
		if (f->lights[i].measure == measure && f->lights[i].unit == unit)
			return &f->lights[i];
	return NULL;
}

static int worse(const void *a, const void *b, void *ctx)
{
	const struct bulletin_light *lights = ctx;
	const struct bulletin_light *x = &lights[*(const size_t *)a], *y = &lights[*(const size_t *)b];

	if (x->light != y->light)
		return x->light == LIGHT_RED ? -1 : 1;
	if (x->gap_hundredths != y->gap_hundredths)
		return x->gap_hundredths < y->gap_hundredths ? -1 : 1;
	return x < y ? -1 : 1;
}

const size_t *bulletin_facts_worst(const struct bulletin_facts *f, uint16_t unit, struct arena *a,
				   size_t *count)
{
	size_t *order = arena_calloc(a, f->light_count + 1, sizeof(*order));

	*count = 0;
	for (size_t i = 0; order && i < f->light_count; i++)
		if (f->lights[i].unit == unit && bulletin_facts_lags(f->lights[i].light))
			order[(*count)++] = i;
	if (order)
		qsort_r(order, *count, sizeof(*order), worse, f->lights);
	return order;
}
