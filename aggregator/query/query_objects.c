/* SPDX-License-Identifier: MIT */
#include "aggregator/query/query_objects.h"

#include <stdlib.h>

#include "aggregator/progress/objects.h"
#include "aggregator/query/query_private.h"
#include "base/date.h"

/* An id and where it comes from: several of one id become one object. */
struct found {
	struct bytes id;
	bool is_claim;
	struct query_claim claim;
};
struct gather {
	struct query *q;
	struct arena *arena;
	const struct catalogue_measure *m;
	struct found *items;
	size_t count, cap;
	enum err error;
};

static bool add(struct gather *g, const struct found *f)
{
	if (g->count == g->cap) {
		size_t cap = g->cap * 2 + 256;
		struct found *grown = realloc(g->items, cap * sizeof(*grown));

		if (!grown) {
			g->error = ERR_NOMEM;
			return false;
		}
		g->items = grown;
		g->cap = cap;
	}
	g->items[g->count++] = *f;
	return true;
}

/* Whose cells feed the figure. */
static bool counts(const struct gather *g, struct cell_key key)
{
	return key.source == CATALOGUE_NONE &&
	       catalogue_owner(g->q->catalogue, key.measure, key.unit) != CATALOGUE_NONE;
}

static bool add_claim(void *ctx, const struct objects_claim *c)
{
	struct gather *g = ctx;
	struct found f = { .is_claim = true,
			   .claim = { c->cell.unit, c->reporter, c->as_of, c->position, c->row } };
	char *copy;

	if (!counts(g, c->cell))
		return true;
	if (!(copy = arena_strndup(g->arena, (const char *)c->id.data, c->id.len))) {
		g->error = ERR_NOMEM;
		return false;
	}
	f.id = bytes_of(copy, c->id.len);
	return add(g, &f);
}

static enum err add_listed(struct gather *g)
{
	const struct universe *u = g->m->objects;

	for (size_t i = 0; i < u->object_count; i++)
		add(g, &(struct found){ .id = bytes_of_string(u->objects[i].id) });
	for (size_t i = 0; i < u->known_count; i++)
		add(g, &(struct found){ .id = bytes_of_string(u->known[i].id) });
	return g->error;
}

static enum err add_counted(struct gather *g, uint16_t measure, struct query_when when)
{
	struct objects_book *b;
	enum err e = objects_load(g->q->txn, measure, when.known, &b);

	if (e != ERR_OK)
		return e;
	objects_at(b, cell_counting_stage(g->m), when.valid, add_claim, g);
	objects_free(b);
	return g->error;
}

static int by_id(const void *left, const void *right)
{
	const struct found *a = left, *b = right;
	int order = bytes_compare(a->id, b->id);

	if (order || !a->is_claim || !b->is_claim)
		return order ? order : a->is_claim - b->is_claim;
	return a->claim.unit - b->claim.unit;
}

static enum err check_of(struct gather *g, uint16_t measure, struct query_object *o)
{
	json_t *record = NULL;
	enum err e = g->m->objects->check_count ?
			     object_checks_read(g->q->txn, measure, o->id, &record) : ERR_NOTFOUND;

	if (e == ERR_OK)
		o->check = object_checks_of(g->m->objects, record);
	json_decref(record);
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

static void count(const struct query_object *o, struct query_objects *out)
{
	bool base = o->known && o->known->year == 0;

	out->counted += o->claim_count > 0;
	out->doubled += o->claim_count > 1;
	out->base += base;
	out->universe += o->listed != NULL;
	out->covered += o->listed && (base || o->claim_count > 0);
	out->accepted += o->claim_count > 0 && o->check == OBJECT_CHECKS_ACCEPTED;
}

/* One object of all the finds of its id; returns how many those were. */
static size_t merge(struct gather *g, size_t from, struct query_object *o,
		    struct query_claim *claims)
{
	size_t n = 0;

	*o = (struct query_object){ .id = g->items[from].id, .claims = claims };
	o->listed = universe_find(g->m->objects, o->id);
	o->known = universe_find_known(g->m->objects, o->id);
	while (from + n < g->count && bytes_equal(g->items[from + n].id, o->id)) {
		if (g->items[from + n].is_claim)
			claims[o->claim_count++] = g->items[from + n].claim;
		n++;
	}
	return n;
}

static enum err merge_all(struct gather *g, uint16_t measure, struct query_objects *out)
{
	struct query_object *items = arena_alloc(g->arena, (g->count + 1) * sizeof(*items));
	struct query_claim *claims = arena_alloc(g->arena, (g->count + 1) * sizeof(*claims));
	enum err e = items && claims ? ERR_OK : ERR_NOMEM;

	for (size_t i = 0; e == ERR_OK && i < g->count;) {
		struct query_object *o = &items[out->count++];

		i += merge(g, i, o, claims);
		claims += o->claim_count;
		e = check_of(g, measure, o);
		count(o, out);
	}
	out->items = items;
	return e;
}

enum err query_objects(struct query *q, uint16_t measure, struct query_when when, struct arena *a,
		       struct query_objects *out)
{
	struct gather g = { .q = q, .arena = a };
	enum err e;

	*out = (struct query_objects){ 0 };
	if (measure >= q->catalogue->measure_count || !q->catalogue->measures[measure].objects)
		return ERR_NOTFOUND;
	g.m = &q->catalogue->measures[measure];
	if ((e = add_listed(&g)) == ERR_OK)
		e = add_counted(&g, measure, when);
	if (e == ERR_OK && g.count > 1)
		qsort(g.items, g.count, sizeof(*g.items), by_id);
	if (e == ERR_OK)
		e = merge_all(&g, measure, out);
	free(g.items);
	return e;
}

/* --- a figure of the past --------------------------------------------------------------------- */

struct past {
	int32_t day;
	struct cell_value *out;
};

static enum err take_union(void *ctx, const struct objects_figure *f)
{
	struct past *p = ctx;

	if (f->as_of <= p->day && f->stands)
		*p->out = (struct cell_value){ .present = true, .value = f->value,
					       .as_of = f->as_of };
	return ERR_OK;
}

static void value_of_set(struct objects_book *b, struct cell_key key, int32_t day,
			 struct cell_value *out)
{
	size_t count = objects_mark(b, key, day);

	*out = (struct cell_value){ .as_of = objects_newest(b, key, day),
				    .value = (int64_t)count };
	out->present = out->as_of != DATE_NONE;
}

enum err query_objects_value(struct query *q, struct cell_key key, int32_t day, uint64_t position,
			     struct cell_value *out)
{
	const struct catalogue_measure *m = &q->catalogue->measures[key.measure];
	const struct catalogue_item *item = &q->catalogue->items[m->item];
	struct past past = { day, out };
	struct objects_book *b;
	enum err e = objects_load_until(q->txn, key.measure, position, &b);

	*out = (struct cell_value){ .as_of = DATE_NONE };
	if (e != ERR_OK)
		return e;
	if (m->figure == CATALOGUE_COUNTIES && key.unit == q->catalogue->city &&
	    key.source == CATALOGUE_NONE)
		e = objects_union(b, key.stage, item->scope, item->scope_count, take_union, &past);
	else
		value_of_set(b, key, day, out);
	objects_free(b);
	return e;
}

/* --- one of them ------------------------------------------------------------------------------ */

struct naming {
	struct bytes id;
	int32_t known;
	bool (*fn)(void *ctx, const struct objects_record *r);
	void *ctx;
};

static bool names(const struct objects_record *r, struct bytes id)
{
	for (size_t i = 0; i < r->id_count; i++)
		if (bytes_equal(r->ids[i], id))
			return true;
	return false;
}

static bool pick(void *ctx, const struct objects_record *r)
{
	struct naming *n = ctx;

	return r->known > n->known || !names(r, n->id) || n->fn(n->ctx, r);
}

enum err query_object_rows(struct query *q, uint16_t measure, struct bytes id, int32_t known,
			   bool (*fn)(void *ctx, const struct objects_record *r), void *ctx)
{
	struct naming n = { id, known, fn, ctx };

	return objects_log_walk(q->txn, measure, pick, &n);
}

enum err query_object_checks(struct query *q, uint16_t measure, struct bytes id,
			     bool (*fn)(void *ctx, uint32_t number, json_t *step), void *ctx)
{
	return object_checks_steps(q->txn, measure, id, fn, ctx);
}

enum err query_object_check(struct query *q, uint16_t measure, struct bytes id, json_t **out)
{
	enum err e;

	*out = NULL;
	e = object_checks_read(q->txn, measure, id, out);
	return e == ERR_NOTFOUND ? ERR_OK : e;
}
