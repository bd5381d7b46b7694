/* SPDX-License-Identifier: MIT */
#include "aggregator/papers/bulletin_after.h"

#include <stdlib.h>

struct walk {
	const struct bulletin *b;
	struct bulletin_after *list;
	size_t count, room;
};

static bool see_light(void *ctx, const struct lights_record *r)
{
	struct walk *w = ctx;
	const struct bulletin_light *was = bulletin_facts_light(&w->b->facts, r->measure, r->unit);
	bool same = was && was->light == r->state.light && was->present == r->present &&
		    was->value == r->value && was->denominator == r->denominator;

	if (!was || same || w->count == w->room)
		return true;
	w->list[w->count++] = (struct bulletin_after){
		.measure = r->measure, .unit = r->unit, .then = was->light,
		.now = r->state.light, .published = *was, .present = r->present, .value = r->value,
		.denominator = r->denominator, .position = r->position };
	return true;
}

enum err bulletin_after(struct query *q, const struct bulletin *b, struct arena *a,
			const struct bulletin_after **out, size_t *count)
{
	struct walk w = { .b = b, .room = b->facts.light_count };
	enum err e = ERR_OK;

	*out = NULL;
	*count = 0;
	if (!b->published)
		return ERR_OK;
	w.list = arena_calloc(a, w.room + 1, sizeof(*w.list));
	if (!w.list)
		return ERR_NOMEM;
	e = query_lights(q, b->facts.period, CATALOGUE_NONE, CATALOGUE_NONE, see_light, &w);
	*out = w.list;
	*count = w.count;
	return e;
}

/* --- two months --------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	struct lang_text word;
} changes[BULLETIN_CHANGE_END] = {
	[BULLETIN_NEW_RED] = { "new-red", { "新增严重滞后", "newly seriously behind" } },
	[BULLETIN_GONE_RED] = { "gone-red", { "不再严重滞后", "no longer seriously behind" } },
	[BULLETIN_WORSE] = { "worse", { "变差", "worse" } },
	[BULLETIN_BETTER] = { "better", { "变好", "better" } },
	[BULLETIN_FIRST] = { "first", { "首次评灯", "judged for the first time" } },
	[BULLETIN_GONE] = { "gone", { "不再评灯", "no longer judged" } },
	[BULLETIN_MOVED] = { "moved", { "数据变化", "another figure" } },
};

const char *bulletin_change_name(enum bulletin_change c)
{
	return changes[c].name;
}

struct lang_text bulletin_change_word(enum bulletin_change c)
{
	return changes[c].word;
}

/* The greater the worse. */
static int badness(enum light l)
{
	static const int order[LIGHT_COUNT] = { [LIGHT_NONE] = 0,  [LIGHT_DONE] = 1,
						[LIGHT_REACHED] = 2, [LIGHT_GREEN] = 3,
						[LIGHT_YELLOW] = 4,  [LIGHT_RED] = 5 };

	return order[l];
}

static enum bulletin_change compare(const struct bulletin_light *from,
				    const struct bulletin_light *to)
{
	enum light was = from ? from->light : LIGHT_NONE, is = to ? to->light : LIGHT_NONE;

	if (is == was)
		return BULLETIN_MOVED;
	if (is == LIGHT_RED)
		return BULLETIN_NEW_RED;
	if (was == LIGHT_RED && is != LIGHT_NONE)
		return BULLETIN_GONE_RED;
	if (was == LIGHT_NONE)
		return BULLETIN_FIRST;
	if (is == LIGHT_NONE)
		return BULLETIN_GONE;
	return badness(is) > badness(was) ? BULLETIN_WORSE : BULLETIN_BETTER;
}

static bool same_figure(const struct bulletin_light *x, const struct bulletin_light *y)
{
	return x && y && x->light == y->light && x->present == y->present && x->value == y->value &&
	       x->denominator == y->denominator && x->goal == y->goal;
}

static int by_change(const void *a, const void *b)
{
	const struct bulletin_diff *x = a, *y = b;
	const struct bulletin_light *xl = x->to ? x->to : x->from, *yl = y->to ? y->to : y->from;

	if (x->change != y->change)
		return x->change < y->change ? -1 : 1;
	return xl < yl ? -1 : xl > yl;
}

enum err bulletin_diff(const struct bulletin *from, const struct bulletin *to, struct arena *a,
		       const struct bulletin_diff **out, size_t *count)
{
	const struct bulletin_facts *f = &from->facts, *t = &to->facts;
	struct bulletin_diff *list = arena_calloc(a, f->light_count + t->light_count + 1, sizeof(*list));
	size_t n = 0;

	*out = list;
	*count = 0;
	if (!list)
		return ERR_NOMEM;
	for (size_t i = 0; i < t->light_count; i++) {
		const struct bulletin_light *l = &t->lights[i];
		const struct bulletin_light *was = bulletin_facts_light(f, l->measure, l->unit);

		if (!same_figure(was, l) && (was || l->light))
			list[n++] = (struct bulletin_diff){ compare(was, l), l->measure, l->unit, was, l };
	}
	for (size_t i = 0; i < f->light_count; i++) {
		const struct bulletin_light *l = &f->lights[i];

		if (l->light && !bulletin_facts_light(t, l->measure, l->unit))
			list[n++] = (struct bulletin_diff){ BULLETIN_GONE, l->measure, l->unit, l, NULL };
	}
	qsort(list, n, sizeof(*list), by_change);
	*count = n;
	return ERR_OK;
}
