/* SPDX-License-Identifier: MIT */
/* The canonical form of a catalogue. */
#include "aggregator/catalogue/sound.h"

#include "aggregator/catalogue/form.h"
#include "aggregator/catalogue/index.h"
#include "base/date.h"
#include "base/decimal.h"

/* 1: without what makes figures look odd; 2: without objects; 3: without ranks, and what is written
 * where there are none, so that what was said before stays the same bytes. */
#define FORM_VERSION 4
#define FORM_BUDGET ((size_t)256 << 20)

/* --- the parts of a catalogue ------------------------------------------------------------------ */

static void form_unit(struct form *f, struct catalogue_unit *u)
{
	form_word(f, &u->id);
	form_name(f, &u->name);
	FORM_ENUM(f, enum catalogue_unit_kind, CATALOGUE_ENTERPRISE, u->kind);
	form_word(f, &u->code);
	form_int(f, &u->tile_row);
	form_int(f, &u->tile_column);
	form_bool(f, &u->area);
	form_bool(f, &u->expected);
}

static void form_project(struct form *f, struct catalogue_project *p)
{
	form_word(f, &p->id);
	form_name(f, &p->name);
}

static void form_item(struct form *f, struct catalogue_item *i)
{
	form_word(f, &i->id);
	form_u16(f, &i->project);
	form_name(f, &i->name);
	form_u16(f, &i->lead);
	form_numbers(f, &i->coorganisers, &i->coorganiser_count);
	form_numbers(f, &i->scope, &i->scope_count);
	form_bool(f, &i->scope_invented);
}

static void form_stages(struct form *f, struct catalogue_measure *m)
{
	struct catalogue_stage *s = form_array(f, m->stages, &m->stage_count, sizeof(*s));

	for (size_t i = 0; i < m->stage_count; i++) {
		form_word(f, &s[i].id);
		form_name(f, &s[i].name);
		form_int64(f, &s[i].weight_ppm);
		form_day(f, &s[i].due);
	}
	m->stages = s;
	form_bool(f, &m->stages_invented);
	form_u16(f, &m->counting_stage);
}

static void form_plan(struct form *f, struct catalogue_plan *p)
{
	struct catalogue_knot *k;

	form_word(f, &p->id);
	form_bool(f, &p->invented);
	FORM_ENUM(f, enum catalogue_plan_shape, CATALOGUE_STEPS, p->shape);
	k = form_array(f, p->knots, &p->knot_count, sizeof(*k));
	for (size_t i = 0; i < p->knot_count; i++) {
		form_day(f, &k[i].day);
		form_int64(f, &k[i].ppm);
	}
	p->knots = k;
}

static void form_quotas(struct form *f, struct catalogue_measure *m)
{
	struct catalogue_quota *q = form_array(f, m->quotas, &m->quota_count, sizeof(*q));

	for (size_t i = 0; i < m->quota_count; i++) {
		form_u16(f, &q[i].unit);
		form_int64(f, &q[i].value);
	}
	m->quotas = q;
	form_bool(f, &m->quotas_invented);
}

static void form_numbers_of_measure(struct form *f, struct catalogue_measure *m)
{
	form_small(f, DECIMAL_PLACES_MAX, &m->decimals);
	form_small(f, DECIMAL_PLACES_MAX, &m->rate_decimals);
	form_int64(f, &m->target);
	form_bool(f, &m->has_base);
	form_bool(f, &m->base_invented);
	form_int64(f, &m->base);
	form_bool(f, &m->has_cap);
	form_int64(f, &m->cap);
}

static void form_check(struct form *f, struct universe_check *c)
{
	form_word(f, &c->id);
	form_name(f, &c->name);
	form_bool(f, &c->must);
	form_bool(f, &c->number);
	form_small(f, DECIMAL_PLACES_MAX, &c->decimals);
	form_bool(f, &c->has_min);
	form_int64(f, &c->min);
	form_bool(f, &c->has_max);
	form_int64(f, &c->max);
	form_name(f, &c->uom);
}

static void form_universe(struct form *f, struct universe *u)
{
	struct universe_object *o;
	struct universe_known *k;
	struct universe_check *c;

	form_word(f, &u->version);
	form_bool(f, &u->invented);
	form_bool(f, &u->enumerated);
	o = form_array(f, u->objects, &u->object_count, sizeof(*o));
	for (size_t i = 0; i < u->object_count; i++) {
		form_word(f, &o[i].id);
		form_name(f, &o[i].name);
		form_u16(f, &o[i].unit);
	}
	u->objects = o;
	k = form_array(f, u->known, &u->known_count, sizeof(*k));
	for (size_t i = 0; i < u->known_count; i++) {
		form_word(f, &k[i].id);
		form_small(f, UINT16_MAX, &k[i].year);
	}
	u->known = k;
	c = form_array(f, u->checks, &u->check_count, sizeof(*c));
	for (size_t i = 0; i < u->check_count; i++)
		form_check(f, &c[i]);
	u->checks = c;
}

static void form_objects(struct form *f, struct catalogue_measure *m)
{
	struct universe copy = { 0 }, *room = &copy;
	bool has = m->objects != NULL;

	if (f->version >= 3)
		form_bool(f, &has);
	if (!has)
		return;
	if (!form_is_reading(f))
		copy = *m->objects;
	else if (!(room = arena_calloc(f->arena, 1, sizeof(*room))))
		f->no_memory = true;
	if (room)
		form_universe(f, room);
	if (form_is_reading(f))
		m->objects = room;
}

static void form_measure(struct form *f, struct catalogue_measure *m)
{
	form_word(f, &m->id);
	form_u16(f, &m->item);
	form_u16(f, &m->order);
	form_name(f, &m->name);
	FORM_ENUM(f, enum catalogue_kind, CATALOGUE_POLICY, m->kind);
	FORM_ENUM(f, enum catalogue_comparator, CATALOGUE_REACH, m->comparator);
	FORM_ENUM(f, enum catalogue_role, CATALOGUE_SUPPORT, m->role);
	FORM_ENUM(f, enum catalogue_figure, CATALOGUE_DERIVED, m->figure);
	form_word(f, &m->uom);
	form_word(f, &m->uom_en);
	form_numbers_of_measure(f, m);
	form_name(f, &m->numerator);
	form_name(f, &m->denominator);
	form_numbers(f, &m->parts, &m->part_count);
	form_u16(f, &m->whole);
	form_stages(f, m);
	form_text(f, &m->derived_from);
	form_plan(f, &m->plan);
	form_quotas(f, m);
	form_day(f, &m->first_report);
	form_day(f, &m->retired);
	form_name(f, &m->note);
	form_objects(f, m);
	if (f->version < 2)
		m->carried_from = "";
	else
		form_word(f, &m->carried_from);
}

static void form_units(struct form *f, struct catalogue *c)
{
	struct catalogue_unit *u = form_array(f, c->units, &c->unit_count, sizeof(*u));

	for (size_t i = 0; i < c->unit_count; i++)
		form_unit(f, &u[i]);
	c->units = u;
}

static void form_programme(struct form *f, struct catalogue *c)
{
	struct catalogue_project *p = form_array(f, c->projects, &c->project_count, sizeof(*p));
	struct catalogue_item *items;
	struct catalogue_measure *m;

	for (size_t i = 0; i < c->project_count; i++)
		form_project(f, &p[i]);
	c->projects = p;
	items = form_array(f, c->items, &c->item_count, sizeof(*items));
	for (size_t i = 0; i < c->item_count; i++)
		form_item(f, &items[i]);
	c->items = items;
	m = form_array(f, c->measures, &c->measure_count, sizeof(*m));
	for (size_t i = 0; i < c->measure_count; i++)
		form_measure(f, &m[i]);
	c->measures = m;
}

static void form_calendar(struct form *f, struct catalogue_calendar *c)
{
	form_days(f, &c->holidays, &c->holiday_count);
	form_days(f, &c->workdays, &c->workday_count);
	form_day(f, &c->from);
	form_day(f, &c->to);
}

static void form_profile(struct form *f, struct catalogue_profile *p)
{
	form_word(f, &p->id);
	form_int64(f, &p->yellow_enter);
	form_int64(f, &p->red_enter);
	form_int64(f, &p->yellow_leave);
	form_int64(f, &p->red_leave);
	form_bool(f, &p->relative);
	form_small(f, UINT16_MAX, &p->enter_count);
	form_small(f, UINT16_MAX, &p->leave_count);
	form_small(f, UINT16_MAX, &p->not_started_months);
}

static void form_reporting(struct form *f, struct catalogue_reporting *r)
{
	form_small(f, UINT16_MAX, &r->due_day);
	form_small(f, UINT16_MAX, &r->confirm_days);
	form_small(f, UINT16_MAX, &r->object_days);
	form_small(f, UINT16_MAX, &r->silent_after);
	if (f->version < 2)
		r->escalate_after = CATALOGUE_ESCALATE_AFTER;
	else
		form_small(f, UINT16_MAX, &r->escalate_after);
}

static void form_quality(struct form *f, struct catalogue_quality *q)
{
	struct catalogue_pair *p;

	if (f->version < 2) {
		q->above_times = CATALOGUE_ABOVE_TIMES;
		q->above_steps = CATALOGUE_ABOVE_STEPS;
		return;
	}
	form_small(f, INT32_MAX, &q->above_times);
	form_small(f, INT32_MAX, &q->above_steps);
	form_small(f, INT32_MAX, &q->sample);
	p = form_array(f, q->pairs, &q->pair_count, sizeof(*p));
	for (size_t i = 0; i < q->pair_count; i++) {
		form_u16(f, &p[i].first);
		form_u16(f, &p[i].second);
		form_small(f, INT32_MAX, &p[i].times);
	}
	q->pairs = p;
}

static void form_ranking(struct form *f, struct catalogue *c)
{
	if (f->version < 4)
		return; /* reading an older form: all zero, which is off */
	FORM_ENUM(f, enum catalogue_ranking, CATALOGUE_RANKING_DELTA, c->ranking);
	f->bad |= c->ranking == CATALOGUE_RANKING_OFF;
}

static void form_catalogue(struct form *f, struct catalogue *c)
{
	form_word(f, &c->id);
	form_name(f, &c->title);
	form_unsigned(f, UINT64_MAX, &c->version);
	form_day(f, &c->from);
	form_day(f, &c->to);
	form_int(f, &c->offset_minutes);
	form_units(f, c);
	form_u16(f, &c->city);
	form_u16(f, &c->office);
	form_programme(f, c);
	form_calendar(f, &c->calendar);
	form_profile(f, &c->profile);
	form_reporting(f, &c->reporting);
	if (f->version < 2)
		c->reporting.late_until = DATE_NONE;
	else
		form_day(f, &c->reporting.late_until);
	form_quality(f, &c->quality);
	form_ranking(f, c);
}

static unsigned version_for(const struct catalogue *c)
{
	return c->ranking == CATALOGUE_RANKING_OFF ? FORM_VERSION - 1 : FORM_VERSION;
}

/* --- both directions ---------------------------------------------------------------------------- */

enum err catalogue_encode(const struct catalogue *c, struct buf *out)
{
	struct form f = { .out = out, .version = version_for(c) };
	struct catalogue copy = *c; /* the walk writes back what it wrote */

	buf_put_u8(out, (uint8_t)f.version);
	form_catalogue(&f, &copy);
	return buf_error(out);
}

static enum err decode(struct form *f, struct catalogue **out)
{
	struct catalogue *c = arena_calloc(f->arena, 1, sizeof(*c));

	f->version = reader_u8(&f->in);
	if (!c)
		return ERR_NOMEM;
	if (f->in.failed)
		return ERR_CORRUPT;
	if (f->version < 1 || f->version > FORM_VERSION)
		return ERR_VERSION;
	form_catalogue(f, c);
	c->arena = f->arena;
	if (f->no_memory)
		return ERR_NOMEM;
	if (f->bad || !reader_done(&f->in) || !sound_catalogue(c))
		return ERR_CORRUPT;
	c->index = index_new(f->arena, c);
	*out = c;
	return c->index ? ERR_OK : ERR_NOMEM;
}

enum err catalogue_decode(struct bytes form, struct catalogue **out)
{
	struct form f = { .in = reader_of(form), .arena = arena_new(FORM_BUDGET) };
	enum err e = f.arena ? decode(&f, out) : ERR_NOMEM;

	if (e) {
		arena_free(f.arena);
		*out = NULL;
	}
	return e;
}
