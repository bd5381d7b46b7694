/* SPDX-License-Identifier: MIT */
#include "aggregator/catalogue/build.h"

#include "aggregator/catalogue/value.h"
#include "base/date.h"
#include "base/decimal.h"

/* What a plan's own knots or stages are read into. */
struct knots {
	struct catalogue_knot *items;
	size_t count;
};

static void knot_fault(struct build *b, const struct draft_plan *p, struct spot at, enum fault f,
		       int32_t day)
{
	char text[11];

	date_format(day, text);
	FAULT_ADD(b->reader.diags, at, f, p->values.id, text);
}

/* --- knots --------------------------------------------------------------------------------------- */

static bool read_knot(struct build *b, const struct draft_plan *p, size_t i,
		      struct catalogue_knot *out)
{
	struct spot key = { p->at.file, p->knots->keys[i] };
	struct spot at = { p->at.file, p->knots->values[i] };
	struct value day = { b->reader.diags, key, "knots", schema_text(key.node) };
	struct value share = { b->reader.diags, at, day.text, NULL };

	if (at.node->kind != YAML_SCALAR) {
		FAULT_ADD(b->reader.diags, at, FAULT_NOT_SCALAR, day.text);
		return false;
	}
	share.text = schema_text(at.node);
	return value_date(&day, &out->day) & value_percent(&share, &out->ppm);
}

static bool check_knot(struct build *b, const struct draft_plan *p, const struct knots *k, size_t i)
{
	const struct catalogue_knot *knot = &k->items[i];
	struct spot key = { p->at.file, p->knots->keys[i] };
	struct spot at = { p->at.file, p->knots->values[i] };

	if (knot->day < b->c.from - 1 || knot->day > b->c.to)
		knot_fault(b, p, key, FAULT_KNOT_OUTSIDE, knot->day);
	else if (i && knot->day <= knot[-1].day)
		knot_fault(b, p, key, FAULT_KNOT_ORDER, knot->day);
	else if (i && knot->ppm < knot[-1].ppm)
		knot_fault(b, p, at, FAULT_PLAN_FALLS, knot->day);
	else
		return true;
	return false;
}

static bool check_ends(struct build *b, const struct draft_plan *p, const struct knots *k)
{
	const struct catalogue_knot *first = &k->items[0], *last = &k->items[k->count - 1];
	struct spot end = { p->at.file, p->knots->values[k->count - 1] };
	bool ok = true;

	if (first->ppm != 0 || first->day != b->c.from - 1) {
		knot_fault(b, p, (struct spot){ p->at.file, p->knots->keys[0] }, FAULT_PLAN_START,
			   b->c.from - 1);
		ok = false;
	}
	if (last->ppm != CATALOGUE_ALL_PPM) {
		FAULT_ADD(b->reader.diags, end, FAULT_PLAN_END, p->values.id);
		ok = false;
	}
	return ok;
}

static bool read_knots(struct build *b, const struct draft_plan *p, struct knots *out)
{
	bool ok = true;

	out->items = build_alloc(b, p->knots->count, sizeof(*out->items));
	for (size_t i = 0; out->items && i < p->knots->count; i++) {
		if (!read_knot(b, p, i, &out->items[i]))
			return false;
		out->count++;
		ok &= check_knot(b, p, out, i);
	}
	return out->items && check_ends(b, p, out) && ok;
}

/* --- stages -------------------------------------------------------------------------------------- */

static bool check_stages(struct build *b, const struct draft_plan *p)
{
	const struct draft_stage *s = p->stages.items;
	struct refs_id *ids = build_alloc(b, p->stages.count, sizeof(*ids));
	int64_t sum = 0;
	char text[DECIMAL_TEXT_MAX];
	bool ok = ids != NULL;

	for (size_t i = 0; ids && i < p->stages.count; i++) {
		int32_t due = s[i].values.due;

		ids[i] = (struct refs_id){ s[i].values.id, schema_spot(s[i].at, "id") };
		sum += s[i].values.weight_ppm;
		if (due >= b->c.from && due <= b->c.to && (!i || due >= s[i - 1].values.due))
			continue;
		FAULT_ADD(b->reader.diags, schema_spot(s[i].at, "due"), FAULT_STAGE_DUE,
			  p->values.id, s[i].values.id);
		ok = false;
	}
	refs_unique(b, ids, p->stages.count);
	if (sum == CATALOGUE_ALL_PPM)
		return ok;
	decimal_format(sum, 4, text);
	FAULT_ADD(b->reader.diags, schema_spot(p->at, "stages"), FAULT_STAGE_WEIGHTS, p->values.id,
		  text);
	return false;
}

/* Steps at the due days, stages of one day together. */
static bool read_stages(struct build *b, struct draft_plan *p, struct knots *out)
{
	const struct draft_stage *s = p->stages.items;
	struct catalogue_stage *stages = build_alloc(b, p->stages.count, sizeof(*stages));
	struct catalogue_knot *k = build_alloc(b, p->stages.count + 1, sizeof(*k));

	if (!stages || !k)
		return false;
	for (size_t i = 0; i < p->stages.count; i++)
		stages[i] = s[i].values;
	p->built = stages;
	if (!check_stages(b, p))
		return false;
	k[0] = (struct catalogue_knot){ b->c.from - 1, 0 };
	for (size_t i = 0; i < p->stages.count; i++) {
		int64_t reached = k[out->count].ppm + stages[i].weight_ppm;

		out->count += stages[i].due != k[out->count].day;
		k[out->count] = (struct catalogue_knot){ stages[i].due, reached };
	}
	out->items = k;
	out->count++;
	return true;
}

/* --- plans --------------------------------------------------------------------------------------- */

static bool read_line(struct build *b, struct knots *out)
{
	out->items = build_alloc(b, 2, sizeof(*out->items));
	if (!out->items)
		return false;
	out->items[0] = (struct catalogue_knot){ b->c.from - 1, 0 };
	out->items[1] = (struct catalogue_knot){ b->c.to, CATALOGUE_ALL_PPM };
	out->count = 2;
	return true;
}

static bool is_knotted(const struct draft_plan *p)
{
	return p->shape == CATALOGUE_KNOTS || p->shape == CATALOGUE_STEPS;
}

static bool fits_shape(const struct draft_plan *p)
{
	if (is_knotted(p))
		return p->knots && p->knots->count >= 2 && !p->stages.count;
	if (p->shape == DRAFT_STAGES)
		return !p->knots && p->stages.count;
	return !p->knots && !p->stages.count;
}

static void build_plan(struct build *b, struct draft_plan *p)
{
	struct catalogue_plan *v = &p->values;
	struct knots k = { 0 };

	if (!yaml_get(p->at.node, "shape"))
		return;
	if (!fits_shape(p)) {
		FAULT_ADD(b->reader.diags, schema_spot(p->at, "shape"), FAULT_PLAN_KNOTS, v->id,
			  p->shape == DRAFT_STAGES ?
				  "stages" :
				  catalogue_shape_name((enum catalogue_plan_shape)p->shape));
		return;
	}
	if (b->c.from == DATE_NONE || b->c.to == DATE_NONE)
		return;
	p->sound = is_knotted(p)	    ? read_knots(b, p, &k) :
		   p->shape == DRAFT_STAGES ? read_stages(b, p, &k) :
					      read_line(b, &k);
	v->shape = p->shape == DRAFT_STAGES ? CATALOGUE_STEPS : (enum catalogue_plan_shape)p->shape;
	v->knots = k.items;
	v->knot_count = p->sound ? k.count : 0;
}

static void give_plan(struct build *b, struct draft_plan *p, uint16_t number, struct spot at)
{
	struct draft_measure *d = b->draft_measures[number];
	struct catalogue_measure *m = &b->measures[number];
	bool staged = p->shape == DRAFT_STAGES;

	if (d->plan) {
		FAULT_ADD(b->reader.diags, at, FAULT_PLAN_TWICE, m->id, d->plan->values.id,
			  p->values.id);
		return;
	}
	d->plan = p;
	if (staged != (m->kind == CATALOGUE_MILESTONE)) {
		FAULT_ADD(b->reader.diags, at, FAULT_PLAN_KIND, m->id, catalogue_kind_name(m->kind),
			  p->values.id);
		return;
	}
	m->plan = p->values;
	if (staged) {
		m->stages = p->built;
		m->stage_count = p->built ? p->stages.count : 0;
		m->stages_invented = p->invented;
	}
}

static void use_plan(struct build *b, struct draft_plan *p)
{
	struct spot list = { p->at.file, p->measures };

	for (size_t i = 0; p->measures && i < p->measures->count; i++) {
		struct spot at = { list.file, p->measures->values[i] };
		uint16_t n = refs_measure(b, "measures", at);

		if (n != CATALOGUE_NONE)
			give_plan(b, p, n, at);
	}
	if (p->measures && !p->measures->count)
		FAULT_ADD(b->reader.diags, p->at, FAULT_PLAN_UNUSED, p->values.id);
}

static void check_unique(struct build *b)
{
	size_t count = 0, n = 0;
	struct refs_id *ids;

	for (size_t p = 0; p < b->part_count; p++)
		count += b->parts[p]->plans.count;
	if (!(ids = build_alloc(b, count, sizeof(*ids))))
		return;
	for (size_t p = 0; p < b->part_count; p++) {
		const struct draft_plan *plans = b->parts[p]->plans.items;

		for (size_t i = 0; i < b->parts[p]->plans.count; i++)
			ids[n++] = (struct refs_id){ plans[i].values.id,
						     schema_spot(plans[i].at, "id") };
	}
	refs_unique(b, ids, count);
}

void plans_build(struct build *b)
{
	for (size_t p = 0; p < b->part_count; p++) {
		struct draft_plan *plans = b->parts[p]->plans.items;

		for (size_t i = 0; i < b->parts[p]->plans.count; i++) {
			if (!yaml_get(plans[i].at.node, "invented"))
				plans[i].invented = b->parts[p]->invented;
			plans[i].values.invented = plans[i].invented;
			build_plan(b, &plans[i]);
			use_plan(b, &plans[i]);
		}
	}
	check_unique(b);
	for (size_t i = 0; i < b->c.measure_count; i++)
		if (!b->draft_measures[i]->plan)
			FAULT_ADD(b->reader.diags, schema_spot(b->draft_measures[i]->at, "id"),
				  FAULT_PLAN_NONE, b->measures[i].id);
}
