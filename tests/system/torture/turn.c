/* SPDX-License-Identifier: MIT */
#include "tests/system/torture/turn.h"

#include <stdio.h>

/* SplitMix64 (Steele, Lea and Flood). */
static uint64_t draw(struct player *p)
{
	uint64_t z = p->random += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

uint64_t turn_draw(struct player *p, uint64_t bound)
{
	return draw(p) % bound;
}

/* --- rows ------------------------------------------------------------------------------------- */

static void decide(struct turn *t, enum event_verdict v)
{
	t->out->verdict = v;
	t->judged = true;
}

static uint32_t revision_at(const struct turn *t)
{
	return oracle_day(t->cell, t->row.as_of)->revision;
}

/* A little more than stands there. */
static void say_total(struct player *p, struct turn *t)
{
	struct oracle_value at = oracle_at(t->cell, t->row.as_of);

	t->row.kind = EVENT_TOTAL;
	t->row.revision = revision_at(t);
	t->row.value = at.value + (int64_t)(1 + turn_draw(p, 3)) * t->one;
}

/* An earlier day is told late. */
static void say_late(struct player *p, struct turn *t)
{
	int32_t back = p->front - t->cell->from;

	t->row.as_of = p->front - (int32_t)turn_draw(p, (uint64_t)back + 1);
	say_total(p, t);
	t->row.value -= t->row.value % t->one;
}

static void say_correction(struct player *p, struct turn *t)
{
	int64_t less = (int64_t)turn_draw(p, 3) * t->one;

	t->row.kind = EVENT_TOTAL;
	t->row.revision = revision_at(t) + 1;
	t->row.value = oracle_at(t->cell, t->row.as_of).value;
	t->row.value -= less < t->row.value ? less : t->row.value;
	t->row.reason = true;
	t->out->row.reason = "复核 (counted again)";
}

static void say_again(struct player *p, struct turn *t)
{
	(void)p;
	t->row.kind = EVENT_TOTAL;
	t->row.revision = revision_at(t);
	t->row.value = oracle_at(t->cell, t->row.as_of).value;
}

static void say_old_revision(struct player *p, struct turn *t)
{
	say_total(p, t);
	t->row.revision -= t->row.revision > 0;
}

static void say_fall(struct player *p, struct turn *t)
{
	(void)p;
	say_again(p, t);
	t->row.value -= t->row.value >= t->one ? t->one : 0;
}

static void say_future(struct player *p, struct turn *t)
{
	if (p->today + 7 <= t->cell->to)
		t->row.as_of = p->today + 7;
	say_total(p, t);
}

static void say_nil(struct player *p, struct turn *t)
{
	(void)p;
	t->row.kind = EVENT_NIL;
}

static void say_retract(struct player *p, struct turn *t)
{
	(void)p;
	t->row.kind = EVENT_RETRACT;
}

/* --- increments ------------------------------------------------------------------------------- */

static void name_ref(const struct player *p, uint64_t number, char out[40])
{
	snprintf(out, 40, "%s/%llu", p->catalogue->units[p->unit].id, (unsigned long long)number);
}

static void say_add(struct player *p, struct turn *t)
{
	t->row.kind = EVENT_ADD;
	t->row.value = (int64_t)(1 + turn_draw(p, 3)) * t->one;
	name_ref(p, p->said, t->out->ref);
	t->out->row.ref = t->out->ref;
}

void turn_remember_add(struct player *p, const struct turn *t, bool absorbed)
{
	p->refs[p->ref_count++ % REFS] =
		(struct ref){ .number = p->said, .cell = t->cell, .row = t->row,
			      .generation = oracle_day(t->cell, t->row.as_of)->generation,
			      .stands = t->out->verdict == EVENT_ADMITTED, .absorbed = absorbed };
}

static struct ref *some_ref(struct player *p)
{
	size_t known = p->ref_count < REFS ? p->ref_count : REFS;

	return known == 0 ? NULL : &p->refs[turn_draw(p, known)];
}

/* The same ref once more: word for word, or with another value. */
static void repeat_add(struct player *p, struct turn *t, int64_t more)
{
	struct ref *r = some_ref(p);

	if (r == NULL) {
		say_nil(p, t);
		return;
	}
	t->cell = r->cell;
	t->m = &p->catalogue->measures[r->cell->measure];
	t->row = r->row;
	t->row.value += more;
	name_ref(p, r->number, t->out->ref);
	t->out->row.ref = t->out->ref;
	decide(t, more ? EVENT_CONFLICT : EVENT_DUPLICATE);
}

static void say_add_again(struct player *p, struct turn *t)
{
	repeat_add(p, t, 0);
}

static void say_add_otherwise(struct player *p, struct turn *t)
{
	repeat_add(p, t, 1);
}

static void say_withdrawal(struct player *p, struct turn *t)
{
	struct ref *r = some_ref(p);

	if (r == NULL) {
		say_nil(p, t);
		return;
	}
	t->cell = r->cell;
	t->m = &p->catalogue->measures[r->cell->measure];
	t->row.kind = EVENT_RETRACT;
	name_ref(p, r->number, t->out->withdraw);
	t->out->row.withdraw = t->out->withdraw;
	decide(t, r->stands ? EVENT_ADMITTED : EVENT_REJECT);
	if (r->stands && !r->absorbed)
		oracle_withdraw(r->cell, r->row.as_of, r->row.value, r->generation);
	r->stands = false;
}

/* --- measures with a universe ----------------------------------------------------------------- */

/* What all areas say together may not exceed it, and who says too much depends on who comes first:
 * so everybody keeps to an equal share, which is given back and reached again. */
static void say_within_share(struct player *p, struct turn *t)
{
	const struct catalogue_item *item = &p->catalogue->items[t->m->item];
	int64_t share = (t->m->cap - t->m->base) /
			(int64_t)(item->scope_count ? item->scope_count : 1);

	if (oracle_at(t->cell, t->row.as_of).value < share) {
		say_again(p, t);
		t->row.value++;
	} else {
		say_correction(p, t);
		t->row.value = (int64_t)turn_draw(p, (uint64_t)share);
	}
}

/* More than the universe, whatever the others say. */
static void say_above_cap(struct player *p, struct turn *t)
{
	say_again(p, t);
	t->row.value = t->m->cap - t->m->base + 1;
}

/* --- what has to be refused ------------------------------------------------------------------- */

static void say_other_unit(struct player *p, struct turn *t)
{
	say_total(p, t);
	t->out->row.unit = p->catalogue->units[p->catalogue->office].id;
	decide(t, EVENT_REJECT);
}

static void say_outside(struct player *p, struct turn *t)
{
	say_total(p, t);
	t->row.as_of = t->cell->from - 1 - (int32_t)turn_draw(p, 400);
	decide(t, EVENT_REJECT);
}

static void say_negative(struct player *p, struct turn *t)
{
	say_total(p, t);
	t->row.value = -t->one;
	decide(t, EVENT_REJECT);
}

static void say_composite(struct player *p, struct turn *t)
{
	const struct catalogue *c = p->catalogue;

	say_total(p, t);
	decide(t, EVENT_REJECT);
	for (size_t m = 0; m < c->measure_count; m++)
		if (c->measures[m].kind == CATALOGUE_COMPOSITE)
			t->out->row.target = c->measures[m].id;
}

static void say_wrong_kind(struct player *p, struct turn *t)
{
	t->row.kind = t->m->kind == CATALOGUE_MILESTONE ? EVENT_TOTAL : EVENT_STAGE;
	t->row.value = (int64_t)turn_draw(p, 9) * t->one;
	t->out->row.stage = "finished-nearly";
	decide(t, EVENT_REJECT);
}

static void say_unknown(struct player *p, struct turn *t)
{
	say_total(p, t);
	t->out->row.target = "canteens-on-the-moon";
	decide(t, EVENT_REJECT);
}

/* --- other kinds of measures ------------------------------------------------------------------ */

static void say_ratio(struct player *p, struct turn *t)
{
	struct oracle_value at = oracle_at(t->cell, t->row.as_of);

	say_total(p, t);
	t->row.below = at.below;
	if (t->row.value > t->row.below)
		t->row.below = t->row.value + (int64_t)turn_draw(p, 50) * t->one;
	if (t->row.below == 0)
		t->row.below = 40 * t->one;
}

static void say_ratio_correction(struct player *p, struct turn *t)
{
	say_correction(p, t);
	t->row.below = t->row.value + (int64_t)(1 + turn_draw(p, 50)) * t->one;
}

static void say_ratio_above_one(struct player *p, struct turn *t)
{
	say_ratio(p, t);
	t->row.value = t->row.below + 1;
}

static void say_stage(struct player *p, struct turn *t)
{
	t->row.kind = EVENT_STAGE;
	t->row.value = 1;
	t->row.revision = revision_at(t) + (turn_draw(p, 8) > 0);
}

static void say_level(struct player *p, struct turn *t)
{
	t->row.kind = EVENT_LEVEL;
	t->row.revision = revision_at(t);
	t->row.value = (int64_t)turn_draw(p, 200) * t->one;
}

/* --- habits -------------------------------------------------------------------------------------- */

struct habit {
	unsigned weight;
	void (*say)(struct player *p, struct turn *t);
};

static const struct habit of_quantities[] = {
	{ 600, say_total },      { 150, say_add },        { 40, say_late },
	{ 40, say_correction },  { 40, say_nil },         { 20, say_again },
	{ 20, say_old_revision }, { 12, say_fall },       { 8, say_future },
	{ 15, say_add_again },   { 10, say_add_otherwise }, { 15, say_withdrawal },
	{ 10, say_retract },     { 6, say_other_unit },   { 6, say_outside },
	{ 6, say_negative },     { 4, say_composite },    { 4, say_wrong_kind },
	{ 1, say_unknown },      { 0, NULL }
};
static const struct habit of_capped[] = {
	{ 800, say_within_share }, { 60, say_nil }, { 40, say_above_cap }, { 40, say_again },
	{ 20, say_fall },          { 20, say_retract }, { 10, say_outside }, { 10, say_negative },
	{ 0, NULL }
};
static const struct habit of_ratios[] = {
	{ 800, say_ratio },       { 60, say_ratio_correction }, { 60, say_nil },
	{ 30, say_ratio_above_one }, { 20, say_retract },       { 10, say_outside },
	{ 0, NULL }
};
static const struct habit of_milestones[] = {
	{ 800, say_stage },  { 100, say_nil },    { 60, say_retract },
	{ 20, say_wrong_kind }, { 20, say_outside }, { 0, NULL }
};
static const struct habit of_levels[] = {
	{ 850, say_level }, { 80, say_nil }, { 40, say_retract }, { 30, say_outside }, { 0, NULL }
};
static const struct habit *const habits_of[] = {
	[CATALOGUE_QUANTITY] = of_quantities,   [CATALOGUE_RATIO] = of_ratios,
	[CATALOGUE_MILESTONE] = of_milestones, [CATALOGUE_LEVEL] = of_levels,
	[CATALOGUE_POLICY] = of_levels,
};

void turn_say(struct player *p, struct turn *t)
{
	bool capped = t->m->kind == CATALOGUE_QUANTITY && t->m->has_cap;
	const struct habit *h = capped ? of_capped : habits_of[t->m->kind];
	uint64_t sum = 0, roll;

	for (const struct habit *i = h; i->say != NULL; i++)
		sum += i->weight;
	roll = turn_draw(p, sum);
	for (; roll >= h->weight; h++)
		roll -= h->weight;
	h->say(p, t);
}
