/* SPDX-License-Identifier: MIT */
#include "aggregator/progress/objects_impl.h"

#include "base/date.h"

/* --- sets ------------------------------------------------------------------------------------- */

static void next_generation(struct objects_book *b)
{
	if (++b->generation == 0) {
		memset(b->marks, 0, b->id_cap * sizeof(*b->marks));
		b->generation = 1;
	}
}

/* How many were not marked before. */
static size_t mark_all(struct objects_book *b, const struct objects_named *n)
{
	size_t fresh = 0;

	for (uint32_t i = 0; i < n->count; i++) {
		fresh += b->marks[n->ids[i]] != b->generation;
		b->marks[n->ids[i]] = b->generation;
	}
	return fresh;
}

/* Goes on from the set of the days before: *count is its size. */
static void step(struct objects_book *b, const struct objects_day *d, size_t *count)
{
	if (d->set) {
		next_generation(b);
		*count = mark_all(b, &d->total);
	}
	for (uint32_t i = 0; i < d->add_count; i++)
		*count += mark_all(b, &d->adds[i]);
}

/* The last day before end that a TOTAL set, or the first of all: where a set begins. */
static uint32_t begin_of(const struct objects_holder *h, uint32_t end)
{
	while (end > 0 && !h->days[end - 1].set)
		end--;
	return end > 0 ? end - 1 : 0;
}

size_t objects_mark(struct objects_book *b, struct cell_key cell, int32_t day)
{
	const struct objects_holder *h = objects_find(b, cell);
	uint32_t end = !h ? 0 : day == INT32_MAX ? h->count : objects_seek(h, day + 1);
	size_t count = 0;

	next_generation(b);
	for (uint32_t i = h ? begin_of(h, end) : 0; i < end; i++)
		step(b, &h->days[i], &count);
	return count;
}

bool objects_mark_after(struct objects_book *b, struct cell_key cell, int32_t day)
{
	const struct objects_holder *h = objects_find(b, cell);

	next_generation(b);
	for (uint32_t i = h ? objects_seek(h, day + 1) : 0; h && i < h->count; i++)
		if (h->days[i].set) {
			mark_all(b, &h->days[i].total);
			return true;
		}
	return false;
}

bool objects_is_marked(const struct objects_book *b, struct bytes id)
{
	uint32_t n = b->slots[objects_slot(b, id)];

	return n && b->marks[n - 1] == b->generation;
}

static const struct objects_day *day_at(const struct objects_holder *h, int32_t as_of)
{
	uint32_t at = h ? objects_seek(h, as_of) : 0;

	return h && at < h->count && h->days[at].as_of == as_of ? &h->days[at] : NULL;
}

bool objects_stands(const struct objects_book *b, struct cell_key cell, int32_t day, bool *total,
		    uint32_t *revision)
{
	const struct objects_day *d = day_at(objects_find(b, cell), day);

	if (total)
		*total = d && d->set;
	if (revision)
		*revision = d ? d->revision : 0;
	return d && objects_says(d);
}

int32_t objects_newest(const struct objects_book *b, struct cell_key cell, int32_t day)
{
	const struct objects_holder *h = objects_find(b, cell);

	for (uint32_t i = h ? objects_seek(h, day == INT32_MAX ? day : day + 1) : 0; i-- > 0;)
		if (objects_says(&h->days[i]))
			return h->days[i].as_of;
	return DATE_NONE;
}

/* --- who holds what --------------------------------------------------------------------------- */

struct telling {
	struct objects_book *b;
	struct objects_claim claim;
	bool (*fn)(void *ctx, const struct objects_claim *claim);
	void *ctx;
};

static bool tell_named(struct telling *t, const struct objects_named *n, enum objects_kind kind)
{
	t->claim.kind = kind;
	t->claim.reporter = n->reporter;
	t->claim.position = n->position;
	t->claim.row = n->row;
	for (uint32_t i = 0; i < n->count; i++) {
		if (t->b->marks[n->ids[i]] == t->b->generation)
			continue;
		t->b->marks[n->ids[i]] = t->b->generation;
		t->claim.id = t->b->ids[n->ids[i]];
		if (!t->fn(t->ctx, &t->claim))
			return false;
	}
	return true;
}

static bool tell_day(struct telling *t, const struct objects_day *d)
{
	t->claim.as_of = d->as_of;
	if (d->set && !tell_named(t, &d->total, OBJECTS_TOTAL))
		return false;
	for (uint32_t i = 0; i < d->add_count; i++)
		if (!tell_named(t, &d->adds[i], OBJECTS_ADD))
			return false;
	return true;
}

void objects_at(struct objects_book *b, uint8_t stage, int32_t day,
		bool (*fn)(void *ctx, const struct objects_claim *claim), void *ctx)
{
	struct telling t = { .b = b, .fn = fn, .ctx = ctx };

	for (size_t i = 0; i < b->holder_count; i++) {
		const struct objects_holder *h = &b->holders[i];
		uint32_t end = day == INT32_MAX ? h->count : objects_seek(h, day + 1);

		if (h->key.stage != stage)
			continue;
		next_generation(b);
		t.claim.cell = h->key;
		t.claim.cell.measure = b->measure;
		for (uint32_t d = begin_of(h, end); d < end; d++)
			if (!tell_day(&t, &h->days[d]))
				return;
	}
}

/* --- figures ---------------------------------------------------------------------------------- */

static enum err tell_moved(struct objects_book *b, struct objects_holder *h,
			   enum err (*fn)(void *ctx, const struct objects_figure *f, bool touched),
			   void *ctx)
{
	struct objects_figure f = { .cell = h->key };
	size_t count = 0;
	enum err e = ERR_OK;

	next_generation(b);
	for (uint32_t i = begin_of(h, objects_seek(h, h->moved)); e == ERR_OK && i < h->count; i++) {
		struct objects_day *d = &h->days[i];

		step(b, d, &count);
		if (d->as_of < h->moved)
			continue;
		f.as_of = d->as_of;
		f.stands = objects_says(d);
		f.revision = d->revision;
		f.value = (int64_t)count;
		e = fn(ctx, &f, d->touched);
		d->touched = false;
	}
	h->moved = INT32_MAX;
	return e;
}

enum err objects_moved(struct objects_book *b,
		       enum err (*fn)(void *ctx, const struct objects_figure *f, bool touched),
		       void *ctx)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < b->holder_count; i++)
		if (b->holders[i].moved != INT32_MAX)
			e = tell_moved(b, &b->holders[i], fn, ctx);
	return e;
}

uint64_t objects_stages(const struct objects_book *b)
{
	uint64_t stages = 0;

	for (size_t i = 0; i < b->holder_count; i++)
		if (b->holders[i].key.stage < 64)
			stages |= UINT64_C(1) << b->holders[i].key.stage;
	return stages;
}
