/* SPDX-License-Identifier: MIT */
#include "aggregator/catalogue/sound.h"

static bool numbers_below(const uint16_t *numbers, size_t count, size_t limit)
{
	for (size_t i = 0; i < count; i++)
		if (numbers[i] >= limit)
			return false;
	return true;
}

static bool numbers_rise(const uint16_t *numbers, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (numbers[i] <= numbers[i - 1])
			return false;
	return true;
}

static bool days_rise(const int32_t *days, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (days[i] <= days[i - 1])
			return false;
	return true;
}

static bool item_is_sound(const struct catalogue *c, const struct catalogue_item *i)
{
	return i->project < c->project_count && i->lead < c->unit_count &&
	       numbers_below(i->coorganisers, i->coorganiser_count, c->unit_count) &&
	       numbers_below(i->scope, i->scope_count, c->unit_count) &&
	       numbers_rise(i->scope, i->scope_count);
}

static bool plan_is_sound(const struct catalogue_plan *p)
{
	if (p->knot_count < 2 || p->knots[0].ppm != 0 ||
	    p->knots[p->knot_count - 1].ppm != CATALOGUE_ALL_PPM)
		return false;
	for (size_t i = 1; i < p->knot_count; i++)
		if (p->knots[i].day <= p->knots[i - 1].day || p->knots[i].ppm < p->knots[i - 1].ppm)
			return false;
	return true;
}

static bool quotas_are_sound(const struct catalogue *c, const struct catalogue_measure *m)
{
	for (size_t i = 0; i < m->quota_count; i++)
		if (m->quotas[i].unit >= c->unit_count ||
		    (i && m->quotas[i].unit <= m->quotas[i - 1].unit))
			return false;
	return true;
}

static bool universe_is_sound(const struct catalogue *c, const struct universe *u)
{
	for (size_t i = 0; u && i < u->object_count; i++)
		if ((u->objects[i].unit != CATALOGUE_NONE && u->objects[i].unit >= c->unit_count) ||
		    (i && strcmp(u->objects[i - 1].id, u->objects[i].id) >= 0))
			return false;
	for (size_t i = 1; u && i < u->known_count; i++)
		if (strcmp(u->known[i - 1].id, u->known[i].id) >= 0)
			return false;
	return true;
}

static bool measure_is_sound(const struct catalogue *c, const struct catalogue_measure *m)
{
	return m->item < c->item_count && m->order < c->measure_count &&
	       numbers_below(m->parts, m->part_count, c->measure_count) &&
	       (m->whole == CATALOGUE_NONE || m->whole < c->measure_count) &&
	       (m->counting_stage == CATALOGUE_NONE || m->counting_stage < m->stage_count) &&
	       m->stage_count < CATALOGUE_NONE && plan_is_sound(&m->plan) && quotas_are_sound(c, m) &&
	       universe_is_sound(c, m->objects);
}

static bool pairs_are_sound(const struct catalogue *c)
{
	const struct catalogue_quality *q = &c->quality;

	for (size_t i = 0; i < q->pair_count; i++)
		if (q->pairs[i].first >= c->measure_count ||
		    q->pairs[i].second >= c->measure_count || q->pairs[i].times == 0)
			return false;
	return true;
}

bool sound_catalogue(const struct catalogue *c)
{
	if (c->unit_count >= CATALOGUE_NONE || c->measure_count >= CATALOGUE_NONE ||
	    c->item_count >= CATALOGUE_NONE || c->project_count >= CATALOGUE_NONE ||
	    c->city >= c->unit_count || c->office >= c->unit_count || c->from > c->to)
		return false;
	for (size_t i = 0; i < c->item_count; i++)
		if (!item_is_sound(c, &c->items[i]))
			return false;
	for (size_t i = 0; i < c->measure_count; i++)
		if (!measure_is_sound(c, &c->measures[i]))
			return false;
	return pairs_are_sound(c) &&
	       days_rise(c->calendar.holidays, c->calendar.holiday_count) &&
	       days_rise(c->calendar.workdays, c->calendar.workday_count);
}
