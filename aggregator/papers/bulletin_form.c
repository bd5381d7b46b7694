/* SPDX-License-Identifier: MIT */
/* Facts of a bulletin as JSON and back: short arrays, since a month has some hundred lights. Measures
 * and units by their numbers, which never change. */
#include "aggregator/papers/bulletin_facts.h"
#include "base/date.h"

#define VERSION 1
enum { SILENT = 1, PROVISIONAL = 2, OVERDUE = 4, PRESENT = 8, HAS_GOAL = 16 };

/* Takes value over; false: no memory. */
static bool push(json_t *array, json_t *value)
{
	return value && json_array_append_new(array, value) == 0;
}

static bool push_lights(const struct bulletin_facts *f, json_t *to)
{
	for (size_t i = 0; i < f->light_count; i++) {
		const struct bulletin_light *l = &f->lights[i];
		int flags = (l->silent ? SILENT : 0) | (l->provisional ? PROVISIONAL : 0) |
			    (l->overdue ? OVERDUE : 0) | (l->present ? PRESENT : 0) |
			    (l->has_goal ? HAS_GOAL : 0);

		if (!push(to, json_pack("[i,i,i,i,i,I,I,I,I,I,I,i]", l->measure, l->unit, l->light,
					l->before, flags, (json_int_t)l->value,
					(json_int_t)l->denominator, (json_int_t)l->goal,
					(json_int_t)l->done_ppm, (json_int_t)l->planned_ppm,
					(json_int_t)l->gap_hundredths, (int)l->months)))
			return false;
	}
	return true;
}

static bool push_units(const struct bulletin_facts *f, json_t *to)
{
	for (size_t i = 0; i < f->unit_count; i++) {
		const struct bulletin_unit *u = &f->units[i];

		if (!push(to, json_pack("[i,i,i,i,i,i,i,i,i]", u->unit, (int)u->owed.expected,
					(int)u->owed.on_time, (int)u->owed.late, (int)u->owed.missing,
					(int)u->corrected, u->leads ? 1 : 0, (int)u->items,
					(int)u->waiting)))
			return false;
	}
	return true;
}

static bool push_causes(const struct bulletin_facts *f, json_t *to)
{
	for (size_t i = 0; i < f->cause_count; i++) {
		const struct bulletin_cause *k = &f->causes[i];

		if (!push(to, json_pack("[i,i,s,s,s,i]", k->measure, k->unit, k->text, k->source,
					k->slip, (int)k->deadline)))
			return false;
	}
	return true;
}

static bool push_ranks(const struct bulletin_facts *f, json_t *to)
{
	for (size_t i = 0; i < f->rank_count; i++)
		if (!push(to, json_pack("[i,i,I]", f->ranks[i].unit, (int)f->ranks[i].rank,
					(json_int_t)f->ranks[i].score_hundredths)))
			return false;
	return true;
}

static bool push_counts(const unsigned counts[LIGHT_COUNT], json_t *to)
{
	for (size_t i = 0; i < LIGHT_COUNT; i++)
		if (!push(to, json_integer(counts[i])))
			return false;
	return true;
}

json_t *bulletin_facts_json(const struct bulletin_facts *f)
{
	json_t *j = json_pack("{s:i, s:i, s:i, s:[], s:[], s:[], s:[], s:[], s:[]}", "v", VERSION, "period",
			      (int)f->period, "before", (int)f->before, "lights", "units", "causes",
			      "counts", "counts_before", "ranks");

	if (j && push_lights(f, json_object_get(j, "lights")) &&
	    push_units(f, json_object_get(j, "units")) &&
	    push_causes(f, json_object_get(j, "causes")) &&
	    push_ranks(f, json_object_get(j, "ranks")) &&
	    push_counts(f->counts, json_object_get(j, "counts")) &&
	    push_counts(f->counts_before, json_object_get(j, "counts_before")))
		return j;
	json_decref(j);
	return NULL;
}

/* --- and back --------------------------------------------------------------------------------- */

struct form {
	const struct catalogue *c;
	struct arena *arena;
	bool good, memory;
};

static json_int_t number(struct form *r, const json_t *row, size_t at, json_int_t from, json_int_t to)
{
	const json_t *j = json_array_get(row, at);
	json_int_t n = json_integer_value(j);

	r->good &= json_is_integer(j) && n >= from && n <= to;
	return n;
}

static uint16_t index_of(struct form *r, const json_t *row, size_t at, size_t count)
{
	return (uint16_t)number(r, row, at, 0, (json_int_t)count - 1);
}

static unsigned count_of(struct form *r, const json_t *row, size_t at)
{
	return (unsigned)number(r, row, at, 0, INT32_MAX);
}

static const char *text_of(struct form *r, const json_t *row, size_t at)
{
	const json_t *j = json_array_get(row, at);
	const char *copy = json_is_string(j) ? arena_strndup(r->arena, json_string_value(j),
							     json_string_length(j)) :
					       "";

	r->good &= json_is_string(j);
	r->memory &= copy != NULL;
	return copy ? copy : "";
}

static void *room(struct form *r, const json_t *array, size_t size)
{
	void *at = arena_calloc(r->arena, json_array_size(array) + 1, size);

	r->good &= json_is_array(array);
	r->memory &= at != NULL;
	return at;
}

static struct bulletin_light read_light(struct form *r, const json_t *row)
{
	unsigned flags = (unsigned)number(r, row, 4, 0, 31);

	return (struct bulletin_light){
		.measure = index_of(r, row, 0, r->c->measure_count),
		.unit = index_of(r, row, 1, r->c->unit_count),
		.light = (enum light)number(r, row, 2, 0, LIGHT_COUNT - 1),
		.before = (enum light)number(r, row, 3, 0, LIGHT_COUNT - 1),
		.silent = flags & SILENT, .provisional = flags & PROVISIONAL,
		.overdue = flags & OVERDUE, .present = flags & PRESENT, .has_goal = flags & HAS_GOAL,
		.value = number(r, row, 5, INT64_MIN, INT64_MAX),
		.denominator = number(r, row, 6, INT64_MIN, INT64_MAX),
		.goal = number(r, row, 7, INT64_MIN, INT64_MAX),
		.done_ppm = number(r, row, 8, INT64_MIN, INT64_MAX),
		.planned_ppm = number(r, row, 9, INT64_MIN, INT64_MAX),
		.gap_hundredths = number(r, row, 10, INT64_MIN, INT64_MAX),
		.months = count_of(r, row, 11) };
}

static struct bulletin_unit read_unit(struct form *r, const json_t *row)
{
	return (struct bulletin_unit){
		.unit = index_of(r, row, 0, r->c->unit_count),
		.owed = { count_of(r, row, 1), count_of(r, row, 2), count_of(r, row, 3),
			  count_of(r, row, 4) },
		.corrected = count_of(r, row, 5), .leads = number(r, row, 6, 0, 1) != 0,
		.items = count_of(r, row, 7), .waiting = count_of(r, row, 8) };
}

static struct bulletin_cause read_cause(struct form *r, const json_t *row)
{
	return (struct bulletin_cause){ index_of(r, row, 0, r->c->measure_count),
					index_of(r, row, 1, r->c->unit_count), text_of(r, row, 2),
					text_of(r, row, 3), text_of(r, row, 4),
					(int32_t)number(r, row, 5, INT32_MIN, INT32_MAX) };
}

static struct bulletin_rank read_rank(struct form *r, const json_t *row)
{
	return (struct bulletin_rank){ index_of(r, row, 0, r->c->unit_count), count_of(r, row, 1),
				       number(r, row, 2, INT64_MIN, INT64_MAX) };
}

static void read_lists(struct form *r, const json_t *json, struct bulletin_facts *out)
{
	const json_t *lights = json_object_get(json, "lights");
	const json_t *units = json_object_get(json, "units");
	const json_t *causes = json_object_get(json, "causes");
	const json_t *ranks = json_object_get(json, "ranks");

	out->lights = room(r, lights, sizeof(*out->lights));
	out->units = room(r, units, sizeof(*out->units));
	out->causes = room(r, causes, sizeof(*out->causes));
	if (ranks) /* where nobody was ranked, it may be absent */
		out->ranks = room(r, ranks, sizeof(*out->ranks));
	if (!r->memory)
		return;
	for (; out->light_count < json_array_size(lights); out->light_count++)
		out->lights[out->light_count] = read_light(r, json_array_get(lights, out->light_count));
	for (; out->unit_count < json_array_size(units); out->unit_count++)
		out->units[out->unit_count] = read_unit(r, json_array_get(units, out->unit_count));
	for (; out->rank_count < json_array_size(ranks); out->rank_count++)
		out->ranks[out->rank_count] = read_rank(r, json_array_get(ranks, out->rank_count));
	for (; out->cause_count < json_array_size(causes); out->cause_count++)
		out->causes[out->cause_count] = read_cause(r, json_array_get(causes, out->cause_count));
}

enum err bulletin_facts_parse(const json_t *json, const struct catalogue *c, struct arena *a,
			      struct bulletin_facts *out)
{
	struct form r = { c, a, true, true };
	const json_t *counts = json_object_get(json, "counts");
	const json_t *before = json_object_get(json, "counts_before");

	*out = (struct bulletin_facts){ 0 };
	if (json_integer_value(json_object_get(json, "v")) != VERSION)
		return ERR_CORRUPT;
	out->period = (int32_t)json_integer_value(json_object_get(json, "period"));
	out->before = (int32_t)json_integer_value(json_object_get(json, "before"));
	for (size_t i = 0; i < LIGHT_COUNT; i++) {
		out->counts[i] = count_of(&r, counts, i);
		out->counts_before[i] = count_of(&r, before, i);
	}
	read_lists(&r, json, out);
	return !r.memory ? ERR_NOMEM : r.good ? ERR_OK : ERR_CORRUPT;
}
