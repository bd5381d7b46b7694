/* SPDX-License-Identifier: MIT */
#include "aggregator/catalogue/catalogue.h"

#include <stdlib.h>

#include "aggregator/catalogue/fault.h"
#include "aggregator/catalogue/index.h"
#include "base/arena.h"

/* The numbers that the units and measures of next get, by those that they have. */
struct follow {
	struct catalogue *next;
	const struct catalogue *now;
	struct diag_list *diags;
	struct arena *arena;
	uint16_t *units;
	uint16_t *measures;
	bool refused;
	bool no_memory;
};

static void *follow_alloc(struct follow *f, size_t count, size_t size)
{
	void *p = arena_calloc(f->arena, count ? count : 1, size);

	f->no_memory |= !p;
	return p;
}

static void refuse(struct follow *f, enum fault fault, const char *id, const char *what)
{
	struct spot nowhere = { f->next->id, NULL };

	f->refused = true;
	FAULT_ADD(f->diags, nowhere, fault, id, what);
}

/* --- what may not change ------------------------------------------------------------------------ */

/* A plan that was set later has a day for each stage. */
static bool has_days_of_its_own(const struct catalogue_measure *m)
{
	for (size_t i = 0; i < m->plan_count; i++)
		if (m->plans[i].dues)
			return true;
	return false;
}

static void check_stages(struct follow *f, const struct catalogue_measure *was,
			 const struct catalogue_measure *is)
{
	for (size_t i = 0; i < was->stage_count; i++)
		if (i >= is->stage_count || strcmp(was->stages[i].id, is->stages[i].id) != 0) {
			refuse(f, FAULT_FOLLOW_STAGES, is->id, "stages");
			return;
		}
	if (was->stage_count != is->stage_count && has_days_of_its_own(was))
		refuse(f, FAULT_FOLLOW_CHANGED, is->id, "stages");
	if (was->counting_stage != is->counting_stage)
		refuse(f, FAULT_FOLLOW_CHANGED, is->id, "counts");
}

/* What is counted by ids stays so, and so do the ids that stood before. */
static void check_objects(struct follow *f, const struct catalogue_measure *was,
			  const struct catalogue_measure *is)
{
	const struct universe *u = was->objects;

	if (!was->objects != !is->objects) {
		refuse(f, FAULT_FOLLOW_CHANGED, is->id, "count");
		return;
	}
	if (!u)
		return;
	if (universe_base_count(u) != universe_base_count(is->objects)) {
		refuse(f, FAULT_FOLLOW_CHANGED, is->id, "objects: base");
		return;
	}
	for (size_t i = 0; i < u->known_count; i++) {
		const struct universe_known *k =
			universe_find_known(is->objects, bytes_of_string(u->known[i].id));

		if (u->known[i].year == 0 && (!k || k->year != 0)) {
			refuse(f, FAULT_FOLLOW_CHANGED, is->id, "objects: base");
			return;
		}
	}
}

static void check_measure(struct follow *f, const struct catalogue_measure *was,
			  const struct catalogue_measure *is)
{
	if (was->kind != is->kind)
		refuse(f, FAULT_FOLLOW_CHANGED, is->id, "kind");
	if (strcmp(was->uom, is->uom) != 0)
		refuse(f, FAULT_FOLLOW_CHANGED, is->id, "uom");
	if (was->decimals != is->decimals)
		refuse(f, FAULT_FOLLOW_CHANGED, is->id, "decimals");
	else if (was->rate_decimals != is->rate_decimals)
		refuse(f, FAULT_FOLLOW_CHANGED, is->id, "rate_decimals");
	if (was->has_base != is->has_base || was->base != is->base)
		refuse(f, FAULT_FOLLOW_CHANGED, is->id, "base");
	check_objects(f, was, is);
	check_stages(f, was, is);
}

static void check_unit(struct follow *f, const struct catalogue_unit *was,
		       const struct catalogue_unit *is)
{
	if (was->area != is->area)
		refuse(f, FAULT_FOLLOW_CHANGED, is->id, "kind");
}

static void check_programme(struct follow *f)
{
	const struct catalogue *was = f->now, *is = f->next;

	if (strcmp(was->id, is->id) != 0)
		refuse(f, FAULT_FOLLOW_CHANGED, is->id, "id");
	if (was->from != is->from || was->to != is->to || was->offset_minutes != is->offset_minutes)
		refuse(f, FAULT_FOLLOW_CHANGED, is->id, "programme");
	if (strcmp(was->units[was->city].id, is->units[is->city].id) != 0)
		refuse(f, FAULT_FOLLOW_CHANGED, is->id, "city");
}

/* --- new numbers -------------------------------------------------------------------------------- */

static void number_units(struct follow *f)
{
	size_t count = f->next->unit_count, fresh = f->now->unit_count;

	f->units = follow_alloc(f, count, sizeof(*f->units));
	for (size_t i = 0; f->units && i < f->now->unit_count; i++)
		if (catalogue_unit_number(f->next, bytes_of_string(f->now->units[i].id)) ==
		    CATALOGUE_NONE)
			refuse(f, FAULT_FOLLOW_GONE, f->now->units[i].id, "units");
	for (size_t i = 0; f->units && i < count; i++) {
		const struct catalogue_unit *u = &f->next->units[i];
		uint16_t old = catalogue_unit_number(f->now, bytes_of_string(u->id));

		f->units[i] = old != CATALOGUE_NONE ? old : (uint16_t)fresh++;
		if (old != CATALOGUE_NONE)
			check_unit(f, &f->now->units[old], u);
	}
}

static void number_measures(struct follow *f)
{
	size_t count = f->next->measure_count, fresh = f->now->measure_count;

	f->measures = follow_alloc(f, count, sizeof(*f->measures));
	for (size_t i = 0; f->measures && i < f->now->measure_count; i++)
		if (catalogue_measure_number(f->next, bytes_of_string(f->now->measures[i].id)) ==
		    CATALOGUE_NONE)
			refuse(f, FAULT_FOLLOW_GONE, f->now->measures[i].id, "measures");
	for (size_t i = 0; f->measures && i < count; i++) {
		const struct catalogue_measure *m = &f->next->measures[i];
		uint16_t old = catalogue_measure_number(f->now, bytes_of_string(m->id));

		f->measures[i] = old != CATALOGUE_NONE ? old : (uint16_t)fresh++;
		if (old != CATALOGUE_NONE)
			check_measure(f, &f->now->measures[old], m);
	}
}

static const uint16_t *map_numbers(struct follow *f, const uint16_t *map, const uint16_t *numbers,
				   size_t count)
{
	uint16_t *out = follow_alloc(f, count, sizeof(*out));

	for (size_t i = 0; out && i < count; i++)
		out[i] = map[numbers[i]];
	return out;
}

static int by_number(const void *left, const void *right)
{
	return *(const uint16_t *)left - *(const uint16_t *)right;
}

static int by_unit(const void *left, const void *right)
{
	const struct catalogue_quota *a = left, *b = right;

	return a->unit - b->unit;
}

static void move_units(struct follow *f, struct catalogue *c)
{
	struct catalogue_unit *units = follow_alloc(f, c->unit_count, sizeof(*units));

	for (size_t i = 0; units && i < c->unit_count; i++)
		units[f->units[i]] = c->units[i];
	c->units = units;
	c->city = f->units[c->city];
	c->office = f->units[c->office];
}

static void move_items(struct follow *f, struct catalogue *c)
{
	struct catalogue_item *items = follow_alloc(f, c->item_count, sizeof(*items));

	for (size_t i = 0; items && i < c->item_count; i++) {
		struct catalogue_item *t = &items[i];

		*t = c->items[i];
		t->lead = f->units[t->lead];
		t->coorganisers = map_numbers(f, f->units, t->coorganisers, t->coorganiser_count);
		t->scope = map_numbers(f, f->units, t->scope, t->scope_count);
		if (t->scope)
			qsort((uint16_t *)(uintptr_t)t->scope, t->scope_count, sizeof(*t->scope),
			      by_number);
	}
	c->items = items;
}

static const struct catalogue_quota *move_quotas(struct follow *f,
						 const struct catalogue_measure *m)
{
	struct catalogue_quota *q = follow_alloc(f, m->quota_count, sizeof(*q));

	for (size_t i = 0; q && i < m->quota_count; i++)
		q[i] = (struct catalogue_quota){ f->units[m->quotas[i].unit], m->quotas[i].value };
	if (q)
		qsort(q, m->quota_count, sizeof(*q), by_unit);
	return q;
}

static const struct universe *move_objects(struct follow *f, const struct catalogue_measure *m)
{
	struct universe *u = m->objects ? follow_alloc(f, 1, sizeof(*u)) : NULL;
	struct universe_object *objects;

	if (!u)
		return NULL;
	*u = *m->objects;
	objects = follow_alloc(f, u->object_count, sizeof(*objects));
	for (size_t i = 0; objects && i < u->object_count; i++) {
		objects[i] = u->objects[i];
		if (objects[i].unit != CATALOGUE_NONE)
			objects[i].unit = f->units[objects[i].unit];
	}
	u->objects = objects;
	return u;
}

static void move_measures(struct follow *f, struct catalogue *c)
{
	struct catalogue_measure *measures = follow_alloc(f, c->measure_count, sizeof(*measures));

	for (size_t i = 0; measures && i < c->measure_count; i++) {
		struct catalogue_measure *m = &measures[f->measures[i]];

		*m = c->measures[i];
		m->parts = map_numbers(f, f->measures, m->parts, m->part_count);
		if (m->whole != CATALOGUE_NONE)
			m->whole = f->measures[m->whole];
		m->quotas = move_quotas(f, m);
		m->objects = move_objects(f, m);
	}
	c->measures = measures;
}

static void move_pairs(struct follow *f, struct catalogue *c)
{
	struct catalogue_quality *q = &c->quality;
	struct catalogue_pair *pairs = follow_alloc(f, q->pair_count, sizeof(*pairs));

	for (size_t i = 0; pairs && i < q->pair_count; i++) {
		pairs[i] = q->pairs[i];
		pairs[i].first = f->measures[pairs[i].first];
		pairs[i].second = f->measures[pairs[i].second];
	}
	q->pairs = pairs;
}

/* --- the version -------------------------------------------------------------------------------- */

static enum err same_words(const struct catalogue *a, const struct catalogue *b, bool *same)
{
	struct buf left = { 0 }, right = { 0 };
	enum err e = catalogue_encode(a, &left);

	if (!e)
		e = catalogue_encode(b, &right);
	*same = !e && bytes_equal(buf_bytes(&left), buf_bytes(&right));
	buf_free(&left);
	buf_free(&right);
	return e;
}

static enum err set_version(struct catalogue *moved, const struct catalogue *now)
{
	bool same;
	enum err e;

	moved->version = now->version;
	e = same_words(moved, now, &same);
	if (!e && !same)
		moved->version++;
	return e;
}

enum err catalogue_follow(struct catalogue *next, const struct catalogue *now,
			  struct diag_list *diags)
{
	struct follow f = { .next = next, .now = now, .diags = diags, .arena = next->arena };
	struct catalogue moved = *next;
	enum err e;

	if (!f.arena)
		return ERR_STATE;
	check_programme(&f);
	number_units(&f);
	number_measures(&f);
	if (f.refused || f.no_memory)
		return f.no_memory ? ERR_NOMEM : ERR_INVALID;
	move_units(&f, &moved);
	move_items(&f, &moved);
	move_measures(&f, &moved);
	move_pairs(&f, &moved);
	if (!f.no_memory)
		moved.index = index_new(f.arena, &moved);
	if (f.no_memory || !moved.index)
		return ERR_NOMEM;
	if ((e = set_version(&moved, now)) == ERR_OK)
		*next = moved;
	return e;
}
