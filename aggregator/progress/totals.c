/* SPDX-License-Identifier: MIT */
#include "aggregator/progress/totals.h"

#include "aggregator/progress/history.h"
#include "base/date.h"
#include "base/decimal.h"

#define PER_CENT ((int128)100)
#define ABOUT_PER_CENT 95 /* a measure with "about" is met from here on */

/* One question. */
struct call {
	const struct catalogue *catalogue;
	const struct totals_source *from;
	const struct catalogue_measure *measure;
	uint16_t number;
	uint16_t unit;
	int32_t day;
	struct totals_result *out;
};

/* Units whose cells feed a figure. */
struct feeders {
	const uint16_t *units;
	size_t count;
};

static struct feeders feeders_of(const struct call *q)
{
	const struct catalogue_item *item = &q->catalogue->items[q->measure->item];
	bool city = q->unit == q->catalogue->city;

	if (q->measure->figure == CATALOGUE_COUNTIES && city)
		return (struct feeders){ item->scope, item->scope_count };
	if (catalogue_owner(q->catalogue, q->number, q->unit) != CATALOGUE_NONE)
		return (struct feeders){ &q->unit, 1 };
	return (struct feeders){ NULL, 0 };
}

static enum err read_cell(const struct call *q, uint16_t unit, uint8_t stage,
			  struct cell_value *out)
{
	struct cell_key key = { .measure = q->number, .unit = unit, .source = CATALOGUE_NONE,
				.stage = stage };

	return q->from->value(q->from->ctx, key, q->day, out);
}

/* Takes note of a cell: that it is there, and how new it is. */
static void note(struct totals_result *out, const struct cell_value *v)
{
	out->present |= v->present;
	if (v->present && v->as_of > out->as_of)
		out->as_of = v->as_of;
	if (v->position > out->position)
		out->position = v->position;
}

static int128 power(unsigned decimals)
{
	return decimal_pow10(decimals);
}

/* --- against the goal ------------------------------------------------------------------------- */
static bool is_met(const struct catalogue_measure *m, struct fraction now, struct fraction goal)
{
	if (m->comparator == CATALOGUE_ABOUT)
		goal = fraction_mul(goal, fraction_of(ABOUT_PER_CENT, PER_CENT));
	return fraction_compare(now, goal) >= 0;
}

/* Share of the way from the base to the goal. */
static struct fraction share_of(struct fraction now, struct fraction base, struct fraction goal,
				bool met)
{
	struct fraction way = fraction_sub(goal, base);
	struct fraction done;

	if (way.num == 0)
		return fraction_of(met ? 1 : 0, 1);
	done = fraction_div(fraction_sub(now, base), way);
	return done.num < 0 ? fraction_of(0, 1) : done;
}

static void judge(const struct call *q, struct fraction now, int64_t base)
{
	struct totals_result *out = q->out;
	struct fraction goal = fraction_of(out->goal, 1);

	if (!out->has_goal)
		return;
	out->met = is_met(q->measure, now, goal);
	out->done = share_of(now, fraction_of(base, 1), goal, out->met);
}

/* The city's goal is the target, a unit's its quota. */
static void set_goal(const struct call *q)
{
	if (q->unit == q->catalogue->city) {
		q->out->goal = q->measure->target;
		q->out->has_goal = true;
	} else {
		q->out->has_goal =
			q->from->original ?
				catalogue_quota_of(q->measure, q->unit, &q->out->goal) :
				catalogue_quota_on(q->measure, q->unit, q->day, &q->out->goal);
	}
}

/* --- kinds ------------------------------------------------------------------------------------ */
static enum err sum_cells(const struct call *q)
{
	struct feeders f = feeders_of(q);
	struct totals_result *out = q->out;

	out->units_expected = (unsigned)f.count;
	for (size_t i = 0; i < f.count; i++) {
		struct cell_value v;
		enum err e = read_cell(q, f.units[i], cell_counting_stage(q->measure), &v);

		if (e)
			return e;
		note(out, &v);
		if (!v.present)
			continue;
		out->units_present++;
		if (!decimal_add(out->value, v.value, &out->value) ||
		    !decimal_add(out->denominator, v.denominator, &out->denominator))
			return ERR_RANGE;
	}
	return ERR_OK;
}

/* What several areas count by ids counts once: the size of the union is a cell of the city's own. */
static enum err unite(const struct call *q)
{
	struct cell_value v;
	enum err e;

	if (!q->measure->objects || q->measure->figure != CATALOGUE_COUNTIES ||
	    q->unit != q->catalogue->city)
		return ERR_OK;
	e = read_cell(q, q->unit, cell_counting_stage(q->measure), &v);
	if (!e)
		q->out->value = v.present ? v.value : 0;
	return e;
}

static enum err quantity(const struct call *q)
{
	enum err e = sum_cells(q);

	if (!e)
		e = unite(q);

	if (e)
		return e;
	q->out->denominator = 0;
	q->out->attained = q->out->value;
	set_goal(q);
	judge(q, fraction_of(q->out->value, 1), 0);
	return ERR_OK;
}

/* The measure that a derived one is computed from, for the same day. */
static enum err source_of(const struct call *q, const struct catalogue_measure **from,
			  struct totals_result *out)
{
	uint16_t number = catalogue_measure_number(q->catalogue,
						   bytes_of_string(q->measure->derived_from));

	if (number == CATALOGUE_NONE)
		return ERR_INVALID;
	*from = &q->catalogue->measures[number];
	return totals_compute(q->catalogue, q->from, number, q->unit, q->day, out);
}

/* Keeps of a source what a derived figure shares with it. */
static void inherit(struct totals_result *out, const struct totals_result *from)
{
	out->present = from->present;
	out->as_of = from->as_of;
	out->position = from->position;
	out->units_present = from->units_present;
	out->units_expected = from->units_expected;
}

/* A coverage: what stood and what came, of the universe. */
static enum err derive_ratio(const struct call *q)
{
	const struct catalogue_measure *m;
	struct totals_result from;
	enum err e = source_of(q, &m, &from);

	if (e)
		return e;
	inherit(q->out, &from);
	q->out->denominator = m->cap;
	return decimal_add(m->has_base ? m->base : 0, from.value, &q->out->value) ? ERR_OK : ERR_RANGE;
}

static bool is_derived(const struct call *q)
{
	return q->measure->derived_from && q->measure->figure == CATALOGUE_DERIVED;
}

static enum err ratio(const struct call *q)
{
	struct totals_result *out = q->out;
	const struct catalogue_measure *m = q->measure;
	enum err e = ERR_OK;

	if (!is_derived(q))
		e = sum_cells(q);
	else if (q->unit == q->catalogue->city)
		e = derive_ratio(q);
	else
		return ERR_OK;
	if (e)
		return e;
	out->attained = out->value;
	out->not_due = out->present && out->denominator == 0;
	set_goal(q);
	if (out->denominator > 0)
		judge(q, fraction_of(out->value * PER_CENT * power(m->rate_decimals), out->denominator),
		      m->has_base ? m->base : 0);
	return ERR_OK;
}

/* Adds a part, cut to its own goal. */
static enum err add_part(struct totals_result *out, const struct totals_result *part)
{
	int64_t attained = part->has_goal && part->attained > part->goal ? part->goal : part->attained;

	out->present |= part->present;
	out->units_present += part->units_present;
	out->units_expected += part->units_expected;
	if (part->as_of > out->as_of)
		out->as_of = part->as_of;
	if (part->position > out->position)
		out->position = part->position;
	if (!decimal_add(out->value, part->value, &out->value) ||
	    !decimal_add(out->attained, attained, &out->attained))
		return ERR_RANGE;
	return ERR_OK;
}

static enum err composite(const struct call *q)
{
	struct totals_result *out = q->out;
	bool met = true, all_goals = true;
	int64_t goals = 0;
	size_t feeding = 0;

	for (size_t i = 0; i < q->measure->part_count; i++) {
		struct totals_result part;
		enum err e = totals_compute(q->catalogue, q->from, q->measure->parts[i], q->unit,
					    q->day, &part);

		if (e || (e = add_part(out, &part)))
			return e;
		if (!part.units_expected)
			continue;
		feeding++;
		met &= part.met;
		all_goals &= part.has_goal && decimal_add(goals, part.goal, &goals);
	}
	set_goal(q);
	if (!out->has_goal && feeding && all_goals) {
		out->has_goal = true;
		out->goal = goals;
	}
	judge(q, fraction_of(out->attained, 1), 0);
	out->met = out->has_goal && feeding && met;
	return ERR_OK;
}

/* The weight of the stages that a unit has reached. */
static enum err reached(const struct call *q, uint16_t unit, int64_t *ppm)
{
	bool present = false;

	for (size_t s = 0; s < q->measure->stage_count; s++) {
		struct cell_value v;
		enum err e = read_cell(q, unit, (uint8_t)s, &v);

		if (e)
			return e;
		note(q->out, &v);
		present |= v.present;
		if (v.present && v.value > 0)
			*ppm += q->measure->stages[s].weight_ppm;
	}
	q->out->units_present += present;
	return ERR_OK;
}

static enum err milestone(const struct call *q)
{
	struct feeders f = feeders_of(q);
	struct totals_result *out = q->out;
	int64_t sum = 0;

	out->units_expected = (unsigned)f.count;
	for (size_t i = 0; i < f.count; i++) {
		enum err e = reached(q, f.units[i], &sum);

		if (e)
			return e;
	}
	if (!f.count)
		return ERR_OK;
	out->value = out->attained = sum / (int64_t)f.count;
	out->goal = CATALOGUE_ALL_PPM;
	out->has_goal = true;
	judge(q, fraction_of(sum, (int128)f.count), 0);
	return ERR_OK;
}

/* What is in force everywhere: the lowest of the areas. */
static enum err lowest(const struct call *q)
{
	struct feeders f = feeders_of(q);
	struct totals_result *out = q->out;
	int64_t base = q->measure->has_base ? q->measure->base : 0;

	out->units_expected = (unsigned)f.count;
	for (size_t i = 0; i < f.count; i++) {
		struct cell_value v;
		enum err e = read_cell(q, f.units[i], cell_counting_stage(q->measure), &v);
		int64_t here;

		if (e)
			return e;
		note(out, &v);
		here = v.present ? v.value : base;
		out->units_present += v.present;
		if (i == 0 || here < out->value)
			out->value = here;
	}
	return ERR_OK;
}

/* The rise of a rate on where it stood, in points at this measure's decimals. */
static enum err derive_level(const struct call *q, struct fraction *now)
{
	const struct catalogue_measure *m;
	struct totals_result from;
	struct fraction rate, base;
	enum err e = source_of(q, &m, &from);

	if (e)
		return e;
	inherit(q->out, &from);
	if (from.denominator <= 0) {
		q->out->present = false;
		return ERR_OK;
	}
	rate = fraction_of(from.value * PER_CENT * power(q->measure->decimals), from.denominator);
	base = fraction_of(m->base * power(q->measure->decimals), power(m->rate_decimals));
	*now = fraction_sub(rate, base);
	q->out->value = fraction_round(*now, 0);
	return ERR_OK;
}

static enum err level(const struct call *q)
{
	struct totals_result *out = q->out;
	const struct catalogue_measure *m = q->measure;
	struct fraction now = fraction_of(m->has_base ? m->base : 0, 1);
	enum err e;

	if (is_derived(q)) {
		if (q->unit != q->catalogue->city)
			return ERR_OK;
		e = derive_level(q, &now);
	} else {
		e = lowest(q);
		if (out->present)
			now = fraction_of(out->value, 1);
	}
	if (e)
		return e;
	out->attained = out->value;
	set_goal(q);
	judge(q, now, m->has_base ? m->base : 0);
	return ERR_OK;
}

static enum err (*const kinds[])(const struct call *q) = {
	[CATALOGUE_QUANTITY] = quantity,   [CATALOGUE_RATIO] = ratio,
	[CATALOGUE_COMPOSITE] = composite, [CATALOGUE_MILESTONE] = milestone,
	[CATALOGUE_LEVEL] = level,         [CATALOGUE_POLICY] = level,
};

static struct totals_result nothing(void)
{
	return (struct totals_result){ .as_of = DATE_NONE, .done = { 0, 1 } };
}

enum err totals_compute(const struct catalogue *c, const struct totals_source *from,
			uint16_t measure, uint16_t unit, int32_t day, struct totals_result *out)
{
	struct call q = { .catalogue = c, .from = from, .number = measure, .unit = unit, .day = day,
			  .out = out };
	enum err e;

	*out = nothing();
	if (measure >= c->measure_count || unit >= c->unit_count)
		return ERR_INVALID;
	q.measure = &c->measures[measure];
	e = kinds[q.measure->kind](&q);
	if (e)
		*out = nothing();
	return e;
}

/* --- sources ---------------------------------------------------------------------------------- */
static enum err value_of_cells(void *ctx, struct cell_key key, int32_t day, struct cell_value *out)
{
	struct totals_cells *from = ctx;
	struct cell *cell;
	enum err e = cells_get(from->cells, from->txn, key, &cell);

	if (!e)
		*out = cell_at(cell, day);
	return e;
}

struct totals_source totals_from_cells(struct totals_cells *cells)
{
	return (struct totals_source){ .value = value_of_cells, .ctx = cells };
}

static enum err value_of_history(void *ctx, struct cell_key key, int32_t day,
				 struct cell_value *out)
{
	struct totals_snapshot *from = ctx;

	return history_at(from->txn, from->catalogue, key, day, from->known, out);
}

struct totals_source totals_from_history(struct totals_snapshot *snapshot)
{
	return (struct totals_source){ .value = value_of_history, .ctx = snapshot };
}
