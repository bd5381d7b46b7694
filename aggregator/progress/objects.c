/* SPDX-License-Identifier: MIT */
#include "aggregator/progress/objects_impl.h"

#include <stdlib.h>

#define SLOTS_MIN 256

/* --- life ------------------------------------------------------------------------------------- */

enum err objects_new(uint16_t measure, struct objects_book **out)
{
	struct objects_book *b = calloc(1, sizeof(*b));

	*out = NULL;
	if (!b)
		return ERR_NOMEM;
	b->measure = measure;
	b->slot_count = SLOTS_MIN;
	b->slots = calloc(b->slot_count, sizeof(*b->slots));
	b->arena = arena_new(OBJECTS_BUDGET);
	if (!b->slots || !b->arena) {
		objects_free(b);
		return ERR_NOMEM;
	}
	*out = b;
	return ERR_OK;
}

/* What was said of the day stands no more. */
static void clear_day(struct objects_day *d)
{
	free(d->total.ids);
	d->total = (struct objects_named){ 0 };
	for (uint32_t i = 0; i < d->add_count; i++)
		free(d->adds[i].ids);
	d->add_count = 0;
}

void objects_free(struct objects_book *b)
{
	if (!b)
		return;
	for (size_t i = 0; i < b->holder_count; i++) {
		for (uint32_t d = 0; d < b->holders[i].count; d++) {
			clear_day(&b->holders[i].days[d]);
			free(b->holders[i].days[d].adds);
		}
		free(b->holders[i].days);
	}
	free(b->holders);
	free(b->ids);
	free(b->slots);
	free(b->marks);
	arena_free(b->arena);
	free(b);
}

struct load {
	struct objects_book *book;
	int32_t known;
	uint64_t until;
	enum err error;
};

static bool load_one(void *ctx, const struct objects_record *r)
{
	struct load *l = ctx;

	if (r->known <= l->known && r->position <= l->until)
		l->error = objects_fold(l->book, r);
	return l->error == ERR_OK;
}

static enum err load(struct store_txn *t, uint16_t measure, struct load l,
		     struct objects_book **out)
{
	enum err e = objects_new(measure, &l.book);

	*out = NULL;
	if (e != ERR_OK)
		return e;
	e = objects_log_walk(t, measure, load_one, &l);
	if (e == ERR_OK)
		e = l.error;
	if (e != ERR_OK) {
		objects_free(l.book);
		return e;
	}
	for (size_t i = 0; i < l.book->holder_count; i++) {
		struct objects_holder *h = &l.book->holders[i];

		h->moved = INT32_MAX;
		for (uint32_t d = 0; d < h->count; d++)
			h->days[d].touched = false;
	}
	*out = l.book;
	return ERR_OK;
}

enum err objects_load(struct store_txn *t, uint16_t measure, int32_t known,
		      struct objects_book **out)
{
	return load(t, measure, (struct load){ .known = known, .until = UINT64_MAX }, out);
}

enum err objects_load_until(struct store_txn *t, uint16_t measure, uint64_t position,
			    struct objects_book **out)
{
	return load(t, measure, (struct load){ .known = INT32_MAX, .until = position }, out);
}

/* --- numbers of ids --------------------------------------------------------------------------- */

uint32_t objects_slot(const struct objects_book *b, struct bytes id)
{
	uint32_t at = bytes_crc32c(0, id) & (b->slot_count - 1);

	while (b->slots[at] && !bytes_equal(b->ids[b->slots[at] - 1], id))
		at = (at + 1) & (b->slot_count - 1);
	return at;
}

bool objects_fit(const struct objects_book *b, const struct bytes *ids, size_t count)
{
	size_t left = b->id_count < OBJECTS_IDS_MAX ? OBJECTS_IDS_MAX - b->id_count : 0;
	size_t fresh = 0;

	if (count <= left)
		return true;
	for (size_t i = 0; i < count; i++)
		fresh += !b->slots[objects_slot(b, ids[i])];
	return fresh <= left;
}

static enum err grow_slots(struct objects_book *b)
{
	uint32_t *old = b->slots, old_count = b->slot_count;
	uint32_t *slots = calloc((size_t)old_count * 2, sizeof(*slots));

	if (!slots)
		return ERR_NOMEM;
	b->slots = slots;
	b->slot_count = old_count * 2;
	for (uint32_t i = 0; i < old_count; i++)
		if (old[i])
			slots[objects_slot(b, b->ids[old[i] - 1])] = old[i];
	free(old);
	return ERR_OK;
}

static enum err grow_ids(struct objects_book *b)
{
	uint32_t cap = b->id_cap ? b->id_cap * 2 : 128;
	struct bytes *ids;
	uint32_t *marks;

	if (b->id_count < b->id_cap)
		return ERR_OK;
	if (!(ids = realloc(b->ids, cap * sizeof(*ids))))
		return ERR_NOMEM;
	b->ids = ids;
	if (!(marks = realloc(b->marks, cap * sizeof(*marks))))
		return ERR_NOMEM;
	memset(marks + b->id_cap, 0, (cap - b->id_cap) * sizeof(*marks));
	b->marks = marks;
	b->id_cap = cap;
	return ERR_OK;
}

static enum err number_of(struct objects_book *b, struct bytes id, uint32_t *out)
{
	uint32_t at = objects_slot(b, id);
	char *copy;
	enum err e;

	if (!b->slots[at]) {
		if ((e = grow_ids(b)) != ERR_OK)
			return e;
		if (!(copy = arena_strndup(b->arena, (const char *)id.data, id.len)))
			return ERR_NOMEM;
		b->ids[b->id_count++] = bytes_of(copy, id.len);
		b->slots[at] = b->id_count;
		if (b->id_count * 2 > b->slot_count && (e = grow_slots(b)) != ERR_OK)
			return e;
		at = objects_slot(b, id);
	}
	*out = b->slots[at] - 1;
	return ERR_OK;
}

/* --- folding ---------------------------------------------------------------------------------- */

static bool same_cell(struct cell_key x, struct cell_key y)
{
	return x.unit == y.unit && x.source == y.source && x.stage == y.stage;
}

struct objects_holder *objects_find(const struct objects_book *b, struct cell_key key)
{
	for (size_t i = 0; i < b->holder_count; i++)
		if (same_cell(b->holders[i].key, key))
			return &b->holders[i];
	return NULL;
}

static struct objects_holder *find_or_make(struct objects_book *b, struct cell_key key)
{
	struct objects_holder *h = objects_find(b, key);

	if (h)
		return h;
	if (b->holder_count == b->holder_cap) {
		size_t cap = b->holder_cap * 2 + 16;
		struct objects_holder *grown = realloc(b->holders, cap * sizeof(*grown));

		if (!grown)
			return NULL;
		b->holders = grown;
		b->holder_cap = cap;
	}
	h = &b->holders[b->holder_count++];
	*h = (struct objects_holder){ .key = key, .moved = INT32_MAX };
	return h;
}

uint32_t objects_seek(const struct objects_holder *h, int32_t day)
{
	uint32_t low = 0, high = h->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (h->days[middle].as_of < day)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct objects_day *day_or_new(struct objects_holder *h, int32_t as_of)
{
	uint32_t at = objects_seek(h, as_of);

	if (at < h->count && h->days[at].as_of == as_of)
		return &h->days[at];
	if (h->count == h->cap) {
		uint32_t cap = h->cap * 2 + 8;
		struct objects_day *grown = realloc(h->days, cap * sizeof(*grown));

		if (!grown)
			return NULL;
		h->days = grown;
		h->cap = cap;
	}
	memmove(&h->days[at + 1], &h->days[at], (h->count - at) * sizeof(*h->days));
	h->days[at] = (struct objects_day){ .as_of = as_of };
	h->count++;
	return &h->days[at];
}

static enum err name(struct objects_book *b, const struct objects_record *r, struct objects_named *out)
{
	uint32_t *ids = malloc((r->id_count ? r->id_count : 1) * sizeof(*ids));
	enum err e = ids ? ERR_OK : ERR_NOMEM;

	for (size_t i = 0; e == ERR_OK && i < r->id_count; i++)
		e = number_of(b, r->ids[i], &ids[i]);
	if (e != ERR_OK) {
		free(ids);
		return e;
	}
	*out = (struct objects_named){ ids, (uint32_t)r->id_count, r->reporter, r->position, r->row };
	return ERR_OK;
}

/* Takes the ids over. */
static enum err add(struct objects_day *d, struct objects_named n)
{
	if (d->add_count == d->add_cap) {
		uint32_t cap = d->add_cap * 2 + 4;
		struct objects_named *grown = realloc(d->adds, cap * sizeof(*grown));

		if (!grown) {
			free(n.ids);
			return ERR_NOMEM;
		}
		d->adds = grown;
		d->add_cap = cap;
	}
	d->adds[d->add_count++] = n;
	return ERR_OK;
}

static bool withdraw(struct objects_day *d, uint64_t position, uint32_t row)
{
	for (uint32_t i = 0; i < d->add_count; i++)
		if (d->adds[i].position == position && d->adds[i].row == row) {
			free(d->adds[i].ids);
			memmove(&d->adds[i], &d->adds[i + 1],
				(d->add_count - i - 1) * sizeof(*d->adds));
			d->add_count--;
			return true;
		}
	return false;
}

/* *changed: the day is another one now. The rules of one date are those of cells.h. */
static enum err fold_day(struct objects_book *b, struct objects_day *d, const struct objects_record *r,
			 bool *changed)
{
	struct objects_named n;
	enum err e;

	*changed = false;
	if (r->kind == OBJECTS_WITHDRAW) {
		*changed = withdraw(d, r->of_position, r->of_row);
		return ERR_OK;
	}
	if (r->kind == OBJECTS_RETRACT) {
		clear_day(d);
		*d = (struct objects_day){ .as_of = d->as_of, .gone = true, .adds = d->adds,
				   .add_cap = d->add_cap, .revision = r->revision > d->revision ?
						     r->revision : d->revision };
		*changed = true;
		return ERR_OK;
	}
	if (r->kind == OBJECTS_ADD ? d->revision > 0 : r->revision < d->revision)
		return ERR_OK;
	if ((e = name(b, r, &n)) != ERR_OK)
		return e;
	*changed = true;
	if (r->kind == OBJECTS_ADD)
		return add(d, n);
	clear_day(d);
	d->set = true;
	d->gone = false;
	d->total = n;
	d->revision = r->revision;
	return ERR_OK;
}

enum err objects_fold(struct objects_book *b, const struct objects_record *r)
{
	struct objects_holder *h;
	struct objects_day *d;
	bool changed;
	enum err e;

	if (r->held)
		return ERR_OK;
	if (!(h = find_or_make(b, r->cell)) || !(d = day_or_new(h, r->as_of)))
		return ERR_NOMEM;
	if ((e = fold_day(b, d, r, &changed)) != ERR_OK || !changed)
		return e;
	d->touched = true;
	if (r->as_of < h->moved)
		h->moved = r->as_of;
	return ERR_OK;
}
