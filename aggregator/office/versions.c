/* SPDX-License-Identifier: MIT */
#include "aggregator/office/versions.h"

#include <stdlib.h>

#include "aggregator/ledger/keys.h"
#include "base/buf.h"
#include "base/reader.h"

#define BUDGET ((size_t)64 << 20)

/* --- the table -------------------------------------------------------------------------------- */

static void put_plan(struct buf *out, const struct versions_record *r)
{
	buf_put_u8(out, (uint8_t)r->plan.shape);
	buf_put_varint(out, r->plan.knot_count);
	for (size_t i = 0; i < r->plan.knot_count; i++) {
		buf_put_zigzag(out, r->plan.knots[i].day);
		buf_put_zigzag(out, r->plan.knots[i].ppm);
	}
	buf_put_varint(out, r->due_count);
	for (size_t i = 0; i < r->due_count; i++)
		buf_put_zigzag(out, r->dues[i]);
}

static void put_quotas(struct buf *out, const struct versions_record *r)
{
	buf_put_varint(out, r->quota_count);
	for (size_t i = 0; i < r->quota_count; i++) {
		buf_put_varint(out, r->quotas[i].unit);
		buf_put_zigzag(out, r->quotas[i].value);
	}
}

enum err versions_write(struct store_txn *t, const struct versions_record *r)
{
	struct buf value = { 0 };
	struct keys key;
	enum err e;

	buf_put_zigzag(&value, r->effective);
	buf_put_u64(&value, r->position);
	buf_put_u64(&value, (uint64_t)r->time_ms);
	buf_put_block(&value, bytes_of_string(r->document));
	buf_put_block(&value, bytes_of_string(r->approver));
	buf_put_block(&value, bytes_of_string(r->by));
	buf_put_block(&value, bytes_of_string(r->why));
	if (r->kind == VERSIONS_PLAN)
		put_plan(&value, r);
	else
		put_quotas(&value, r);
	keys_version(&key, r->measure, (uint8_t)r->kind, r->number);
	if ((e = buf_error(&value)) == ERR_OK)
		e = store_put(t, STORE_VERSIONS, keys_bytes(&key), buf_bytes(&value));
	buf_free(&value);
	return e;
}

/* What is being read; bad: no such bytes. */
struct form {
	struct reader in;
	struct arena *arena;
	bool bad, no_memory;
};

static void *array(struct form *f, size_t size, size_t *count)
{
	uint64_t n = reader_varint(&f->in);
	void *out;

	*count = 0;
	if (n > reader_left(&f->in)) {
		f->bad = true;
		return NULL;
	}
	if (!(out = arena_calloc(f->arena, n + 1, size))) {
		f->no_memory = true;
		return NULL;
	}
	*count = n;
	return out;
}

static const char *text(struct form *f)
{
	struct bytes b = reader_block(&f->in);
	char *out = arena_strndup(f->arena, (const char *)b.data, b.len);

	f->no_memory |= !out;
	return out;
}

static int32_t day(struct form *f)
{
	int64_t wide = reader_zigzag(&f->in);

	f->bad |= wide < INT32_MIN || wide > INT32_MAX;
	return (int32_t)wide;
}

static void read_plan(struct form *f, struct versions_record *r)
{
	uint8_t shape = reader_u8(&f->in);
	struct catalogue_knot *knots = array(f, sizeof(*knots), &r->plan.knot_count);
	int32_t *dues;

	f->bad |= shape > CATALOGUE_STEPS;
	r->plan.shape = (enum catalogue_plan_shape)shape;
	for (size_t i = 0; i < r->plan.knot_count; i++) {
		knots[i].day = day(f);
		knots[i].ppm = reader_zigzag(&f->in);
	}
	r->plan.knots = knots;
	dues = array(f, sizeof(*dues), &r->due_count);
	for (size_t i = 0; i < r->due_count; i++)
		dues[i] = day(f);
	r->dues = r->due_count ? dues : NULL;
}

static void read_quotas(struct form *f, struct versions_record *r)
{
	struct catalogue_quota *quotas = array(f, sizeof(*quotas), &r->quota_count);

	for (size_t i = 0; i < r->quota_count; i++) {
		uint64_t unit = reader_varint(&f->in);

		f->bad |= unit >= CATALOGUE_NONE;
		quotas[i] = (struct catalogue_quota){ (uint16_t)unit, reader_zigzag(&f->in) };
	}
	r->quotas = quotas;
}

static enum err decode(struct bytes key, struct bytes value, struct arena *a,
		       struct versions_record *out)
{
	struct form f = { .in = reader_of(value), .arena = a };
	uint8_t kind;

	*out = (struct versions_record){ 0 };
	if (!keys_read_version(key, &out->measure, &kind, &out->number) ||
	    (kind != VERSIONS_PLAN && kind != VERSIONS_QUOTA))
		return ERR_CORRUPT;
	out->kind = (enum versions_kind)kind;
	out->effective = day(&f);
	out->position = reader_u64(&f.in);
	out->time_ms = (int64_t)reader_u64(&f.in);
	out->document = text(&f);
	out->approver = text(&f);
	out->by = text(&f);
	out->why = text(&f);
	out->plan.id = out->document;
	if (kind == VERSIONS_PLAN)
		read_plan(&f, out);
	else
		read_quotas(&f, out);
	if (f.no_memory)
		return ERR_NOMEM;
	return f.bad || !reader_done(&f.in) ? ERR_CORRUPT : ERR_OK;
}

enum err versions_walk(struct store_txn *t, uint16_t measure, struct arena *a,
		       bool (*fn)(void *ctx, const struct versions_record *r), void *ctx)
{
	struct bytes found, value;
	struct versions_record r;
	struct store_cursor *c;
	struct keys key = { .len = 0 };
	bool go_on = true;
	enum err e = store_cursor_open(t, STORE_VERSIONS, &c);

	if (e != ERR_OK)
		return e;
	if (measure != CATALOGUE_NONE)
		keys_version(&key, measure, 0, 0);
	for (e = store_cursor_seek(c, keys_bytes(&key), &found, &value); e == ERR_OK && go_on;) {
		if ((e = decode(found, value, a, &r)) != ERR_OK ||
		    (measure != CATALOGUE_NONE && r.measure != measure))
			break;
		if ((go_on = fn(ctx, &r)))
			e = store_cursor_next(c, &found, &value);
	}
	store_cursor_close(c);
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

/* --- in a catalogue ---------------------------------------------------------------------------- */

struct versions {
	struct arena *arena;
	struct catalogue catalogue;
	struct catalogue_measure *measures;
	enum err failed;
};

static bool plan_fits(const struct catalogue_measure *m, const struct versions_record *r)
{
	const struct catalogue_knot *k = r->plan.knots;
	size_t n = r->plan.knot_count;

	if (n < 2 || k[0].ppm != 0 || k[n - 1].ppm != CATALOGUE_ALL_PPM)
		return false;
	for (size_t i = 1; i < n; i++)
		if (k[i].day <= k[i - 1].day || k[i].ppm < k[i - 1].ppm)
			return false;
	return r->number == m->plan_count + 1 && (!r->dues || r->due_count == m->stage_count);
}

static bool quotas_fit(const struct versions *v, const struct catalogue_measure *m,
		       const struct versions_record *r)
{
	for (size_t i = 0; i < r->quota_count; i++)
		if (r->quotas[i].unit >= v->catalogue.unit_count ||
		    (i && r->quotas[i].unit <= r->quotas[i - 1].unit))
			return false;
	return r->number == m->quota_set_count + 1;
}

/* Room for one more behind those that are there. */
static void *longer(struct arena *a, const void *items, size_t count, size_t size)
{
	void *out = arena_calloc(a, count + 1, size);

	if (out && count)
		memcpy(out, items, count * size);
	return out;
}

static enum err add_plan(struct versions *v, struct catalogue_measure *m,
			 const struct versions_record *r)
{
	struct catalogue_plan_version *plans;

	if (!plan_fits(m, r))
		return ERR_CORRUPT;
	if (!(plans = longer(v->arena, m->plans, m->plan_count, sizeof(*plans))))
		return ERR_NOMEM;
	plans[m->plan_count++] = (struct catalogue_plan_version){ r->number, r->effective, r->plan,
								  r->dues };
	m->plans = plans;
	return ERR_OK;
}

static enum err add_quotas(struct versions *v, struct catalogue_measure *m,
			   const struct versions_record *r)
{
	struct catalogue_quota_version *sets;

	if (!quotas_fit(v, m, r))
		return ERR_CORRUPT;
	if (!(sets = longer(v->arena, m->quota_sets, m->quota_set_count, sizeof(*sets))))
		return ERR_NOMEM;
	sets[m->quota_set_count++] = (struct catalogue_quota_version){ r->number, r->effective,
								       r->quotas, r->quota_count };
	m->quota_sets = sets;
	return ERR_OK;
}

static bool add(void *ctx, const struct versions_record *r)
{
	struct versions *v = ctx;

	if (r->measure >= v->catalogue.measure_count)
		v->failed = ERR_CORRUPT;
	else
		v->failed = r->kind == VERSIONS_PLAN ?
				    add_plan(v, &v->measures[r->measure], r) :
				    add_quotas(v, &v->measures[r->measure], r);
	return v->failed == ERR_OK;
}

static enum err copy_catalogue(struct versions *v, const struct catalogue *c)
{
	if (!(v->arena = arena_new(BUDGET)) ||
	    !(v->measures = longer(v->arena, c->measures, c->measure_count, sizeof(*c->measures))))
		return ERR_NOMEM;
	for (size_t i = 0; i < c->measure_count; i++) {
		v->measures[i].plans = NULL;
		v->measures[i].quota_sets = NULL;
		v->measures[i].plan_count = v->measures[i].quota_set_count = 0;
	}
	v->catalogue = *c;
	v->catalogue.measures = v->measures;
	return ERR_OK;
}

static enum err is_empty(struct store_txn *t, bool *out)
{
	struct bytes key, value;
	struct store_cursor *c;
	enum err e = store_cursor_open(t, STORE_VERSIONS, &c);

	if (e != ERR_OK)
		return e;
	e = store_cursor_seek(c, (struct bytes){ 0 }, &key, &value);
	*out = e == ERR_NOTFOUND;
	store_cursor_close(c);
	return *out ? ERR_OK : e;
}

enum err versions_new(struct store_txn *t, const struct catalogue *c, struct versions **out)
{
	struct versions *v;
	bool empty = true;
	enum err e = is_empty(t, &empty);

	*out = NULL;
	if (e != ERR_OK || empty)
		return e;
	if (!(v = calloc(1, sizeof(*v))))
		return ERR_NOMEM;
	if ((e = copy_catalogue(v, c)) == ERR_OK &&
	    (e = versions_walk(t, CATALOGUE_NONE, v->arena, add, v)) == ERR_OK)
		e = v->failed;
	if (e == ERR_OK)
		*out = v;
	else
		versions_free(v);
	return e;
}

void versions_free(struct versions *v)
{
	if (!v)
		return;
	arena_free(v->arena);
	free(v);
}

const struct catalogue *versions_catalogue(const struct versions *v)
{
	return &v->catalogue;
}

void versions_apply(const struct versions *v, struct catalogue *c)
{
	/* measures are const for readers; this catalogue is its owner's alone */
	struct catalogue_measure *measures = (struct catalogue_measure *)(uintptr_t)c->measures;

	for (size_t i = 0; i < c->measure_count; i++) {
		const struct catalogue_measure *from = v ? &v->measures[i] : NULL;

		measures[i].plans = from ? from->plans : NULL;
		measures[i].plan_count = from ? from->plan_count : 0;
		measures[i].quota_sets = from ? from->quota_sets : NULL;
		measures[i].quota_set_count = from ? from->quota_set_count : 0;
	}
}
