/* SPDX-License-Identifier: MIT */
#include "aggregator/progress/objects_impl.h"

/* --- the union -------------------------------------------------------------------------------- */

/* One cell on its way through the days. */
struct runner {
	const struct objects_holder *h;
	uint32_t next;
	bool feeds;        /* else it tells its days alone */
	uint8_t *in;       /* by id */
	uint32_t *members; /* ids that are in */
	uint32_t member_count;
};
struct union_walk {
	struct runner *runners;
	size_t count;
	uint32_t *refs; /* by id: how many cells hold it */
	int64_t size;
};

static void enter(struct union_walk *w, struct runner *r, const struct objects_named *n)
{
	for (uint32_t i = 0; i < n->count; i++) {
		uint32_t id = n->ids[i];

		if (r->in[id])
			continue;
		r->in[id] = 1;
		r->members[r->member_count++] = id;
		w->size += w->refs[id]++ == 0;
	}
}

static void leave(struct union_walk *w, struct runner *r)
{
	for (uint32_t i = 0; i < r->member_count; i++) {
		uint32_t id = r->members[i];

		r->in[id] = 0;
		w->size -= --w->refs[id] == 0;
	}
	r->member_count = 0;
}

static void run_day(struct union_walk *w, struct runner *r, const struct objects_day *d)
{
	if (d->set) {
		leave(w, r);
		enter(w, r, &d->total);
	}
	for (uint32_t i = 0; i < d->add_count; i++)
		enter(w, r, &d->adds[i]);
}

static bool next_day(const struct union_walk *w, int32_t *day)
{
	bool any = false;

	for (size_t i = 0; i < w->count; i++) {
		const struct runner *r = &w->runners[i];

		if (r->next == r->h->count)
			continue;
		if (!any || r->h->days[r->next].as_of < *day)
			*day = r->h->days[r->next].as_of;
		any = true;
	}
	return any;
}

static bool is_listed(uint16_t unit, const uint16_t *units, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (units[i] == unit)
			return true;
	return false;
}

static enum err prepare(struct objects_book *b, uint8_t stage, const uint16_t *units, size_t count,
			struct arena *scratch, struct union_walk *w)
{
	size_t ids = b->id_count + 1;

	w->runners = arena_calloc(scratch, b->holder_count + 1, sizeof(*w->runners));
	w->refs = arena_calloc(scratch, ids, sizeof(*w->refs));
	if (!w->runners || !w->refs)
		return ERR_NOMEM;
	for (size_t i = 0; i < b->holder_count; i++) {
		const struct objects_holder *h = &b->holders[i];
		struct runner *r = &w->runners[w->count];

		if (h->key.stage != stage || h->key.source != CATALOGUE_NONE)
			continue;
		r->h = h;
		r->feeds = is_listed(h->key.unit, units, count);
		r->in = arena_calloc(scratch, ids, 1);
		r->members = arena_alloc(scratch, ids * sizeof(*r->members));
		if (!r->in || !r->members)
			return ERR_NOMEM;
		w->count++;
	}
	return ERR_OK;
}

static enum err walk_days(struct union_walk *w, struct objects_figure f,
			  enum err (*fn)(void *ctx, const struct objects_figure *f), void *ctx)
{
	enum err e = ERR_OK;

	while (e == ERR_OK && next_day(w, &f.as_of)) {
		f.stands = false;
		for (size_t i = 0; i < w->count; i++) {
			struct runner *r = &w->runners[i];

			if (r->next == r->h->count || r->h->days[r->next].as_of != f.as_of)
				continue;
			if (r->feeds) {
				f.stands |= objects_says(&r->h->days[r->next]);
				run_day(w, r, &r->h->days[r->next]);
			}
			r->next++;
		}
		f.value = w->size;
		e = fn(ctx, &f);
	}
	return e;
}

enum err objects_union(struct objects_book *b, uint8_t stage, const uint16_t *units, size_t count,
		       enum err (*fn)(void *ctx, const struct objects_figure *f), void *ctx)
{
	struct objects_figure f = { .cell = { b->measure, 0, CATALOGUE_NONE, stage } };
	struct arena *scratch = arena_new(OBJECTS_BUDGET);
	struct union_walk w = { 0 };
	enum err e = scratch ? prepare(b, stage, units, count, scratch, &w) : ERR_NOMEM;

	if (e == ERR_OK)
		e = walk_days(&w, f, fn, ctx);
	arena_free(scratch);
	return e;
}
