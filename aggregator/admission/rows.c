/* SPDX-License-Identifier: MIT */
#include "aggregator/admission/rows.h"

#include <stdlib.h>

#include "aggregator/admission/rights.h"
#include "aggregator/admission/row.h"
#include "aggregator/admission/row_objects.h"

#define PLACES 4096 /* a power of two: batches with more pairs look some of them up again */

struct rows {
	uint64_t batch; /* counts batches, for tags */
	struct row_place places[PLACES];
};

/* Sparse columns: what of each list comes next. */
struct ahead {
	size_t revision, stage, reason, ref, withdraw, object;
};

/* One call. */
struct walk {
	struct rows *rows;
	struct admit *a;
	const struct keyring_key *key;
	const struct event_batch *batch;
	struct ahead ahead;
	bool sparse;         /* any sparse column that admission reads has rows */
	enum rows_mode mode;
	struct decision_runs *runs;
	size_t run;          /* of the given runs: the next one that may apply */
	struct rows_result *out;
};

enum err rows_new(struct rows **out)
{
	*out = calloc(1, sizeof(**out));
	return *out ? ERR_OK : ERR_NOMEM;
}

void rows_free(struct rows *r)
{
	free(r);
}

/* --- places ----------------------------------------------------------------------------------- */

static enum event_code resolve(struct walk *w, struct row_place *p,
			       const struct event_target *target, struct bytes unit)
{
	const struct catalogue *c = w->a->catalogue;

	p->m = NULL;
	p->measure = catalogue_measure_number(c, target->id);
	if (p->measure == CATALOGUE_NONE)
		return EVENT_UNKNOWN_TARGET;
	p->m = &c->measures[p->measure];
	p->unit = catalogue_unit_number(c, unit);
	if (p->unit == CATALOGUE_NONE)
		return EVENT_UNKNOWN_UNIT;
	if (w->key) {
		enum event_code code = rights_check(c, w->a->keyring, w->key, p->measure, p->unit,
						    w->a->day);

		if (code != EVENT_CODE_NONE)
			return code;
	}
	if (target->decimals != p->m->decimals ||
	    !bytes_equal(target->uom, bytes_of_string(p->m->uom)))
		return EVENT_SCALE;
	return EVENT_CODE_NONE;
}

static enum err open_place(struct walk *w, struct row_place *p, uint32_t target, uint32_t unit)
{
	struct cell_key key;

	p->code = resolve(w, p, &w->batch->targets[target], w->batch->units[unit]);
	p->fact = 0;
	p->reported = 0;
	p->main = NULL;
	/* what is replayed had its rights and scale judged then */
	if (p->code == EVENT_UNKNOWN_TARGET || p->code == EVENT_UNKNOWN_UNIT ||
	    (p->code != EVENT_CODE_NONE && w->mode == ROWS_JUDGE))
		return ERR_OK;
	p->source = rights_source(w->a->catalogue, w->a->keyring, w->a->reporter, p->measure,
				  p->unit, w->a->day);
	key = cell_counting(w->a->catalogue, p->measure, p->unit);
	key.source = p->source;
	return cells_get(w->a->cells, w->a->txn, key, &p->main);
}

static enum err find_place(struct walk *w, uint32_t target, uint32_t unit, struct row_place **out)
{
	uint64_t pair = (uint64_t)target * w->batch->unit_count + unit;
	uint64_t tag = w->rows->batch << 32 | pair;
	struct row_place *p = &w->rows->places[pair & (PLACES - 1)];
	enum err e = ERR_OK;

	if (p->tag != tag) {
		e = open_place(w, p, target, unit);
		p->tag = e == ERR_OK ? tag : 0;
	}
	*out = p;
	return e;
}

/* --- columns ---------------------------------------------------------------------------------- */

static struct bytes take_text(const struct event_texts *list, size_t *at, uint32_t row)
{
	struct bytes text = { 0 };

	while (*at < list->count && list->items[*at].row == row)
		text = list->items[(*at)++].text;
	return text;
}

static void take_objects(const struct event_texts *list, size_t *at, struct row *r)
{
	size_t first = *at;

	while (*at < list->count && list->items[*at].row == r->index)
		(*at)++;
	r->objects = list->items + first;
	r->object_count = (uint32_t)(*at - first);
}

static void take_sparse(struct walk *w, struct row *r)
{
	const struct event_batch *b = w->batch;
	struct ahead *at = &w->ahead;

	while (at->revision < b->revision.count && b->revision.items[at->revision].row == r->index)
		r->revision = b->revision.items[at->revision++].number;
	r->stage = take_text(&b->stage, &at->stage, r->index);
	r->reason = take_text(&b->reason, &at->reason, r->index).len > 0;
	r->ref = take_text(&b->ref, &at->ref, r->index);
	r->withdraw = take_text(&b->withdraw, &at->withdraw, r->index);
	take_objects(&b->object, &at->object, r);
}

static void take_row(struct walk *w, const struct row_place *p, struct row *r)
{
	const struct event_batch *b = w->batch;
	size_t i = r->index;

	r->kind = b->kind.data[i * b->kind.stride];
	r->as_of = b->as_of.data[i * b->as_of.stride];
	r->value = b->value.data[i * b->value.stride];
	r->denominator = 0;
	r->wrong = ROW_NONE_WRONG;
	r->stands.present = false;
	if (p->m && p->m->kind == CATALOGUE_RATIO)
		r->denominator = b->denominator.data[i * b->denominator.stride];
	if (r->kind == EVENT_STAGE)
		r->value = 1; /* reached */
}

/* --- verdicts --------------------------------------------------------------------------------- */

/* What the given runs say of a row. */
static struct row_verdict stored_verdict(struct walk *w, uint32_t row)
{
	const struct decision_runs *runs = w->runs;

	while (w->run < runs->count &&
	       row >= runs->items[w->run].first + runs->items[w->run].count)
		w->run++;
	if (w->run < runs->count && row >= runs->items[w->run].first)
		return (struct row_verdict){ runs->items[w->run].verdict,
					     runs->items[w->run].code };
	return (struct row_verdict){ EVENT_ADMITTED, EVENT_CODE_NONE };
}

static bool folds(struct row_verdict v)
{
	return v.verdict == EVENT_ADMITTED || v.verdict == EVENT_HOLD;
}

/* A replayed row that is to be folded needs its cell, as a judged one has it. */
static enum err find_replayed(struct walk *w, const struct row_place *p, struct row *r,
			      struct row_verdict v)
{
	enum event_code code;
	enum err e;

	if (!folds(v))
		return ERR_OK;
	if (!p->main)
		return ERR_CORRUPT;
	e = row_find_cell(w->a, p, r, &code);
	return e == ERR_OK && code != EVENT_CODE_NONE ? ERR_CORRUPT : e;
}

static void count_time(struct walk *w, const struct row_place *p, const struct row *r,
		       struct row_verdict v)
{
	if (!folds(v) || r->kind == EVENT_RETRACT)
		return;
	if (admit_on_time(w->a, p->measure, p->unit, r->as_of))
		w->out->on_time++;
	else
		w->out->late++;
}

static enum err judge_row(struct walk *w, struct row_place *p, struct row *r)
{
	struct row_verdict v;
	enum err e = row_judge(w->a, p, r, &v);

	if (e != ERR_OK)
		return e;
	e = row_fold(w->a, p, r, v);
	if (e == ERR_RANGE) {
		v = (struct row_verdict){ EVENT_REJECT, EVENT_OVERFLOW };
		e = ERR_OK;
	}
	count_time(w, p, r, v);
	if (e == ERR_OK && (v.verdict != EVENT_ADMITTED || v.code != EVENT_CODE_NONE))
		e = decision_runs_add(w->runs, r->index, 1, v.verdict, v.code);
	if (e == ERR_OK && p->m && p->m->objects && r->wrong != ROW_NONE_WRONG &&
	    v.code != EVENT_CODE_NONE)
		e = decision_runs_name(w->runs, r->index, r->wrong);
	return e;
}

static enum err check_row(struct walk *w, struct row_place *p, struct row *r,
			  struct row_verdict stored)
{
	struct row_verdict v;
	enum err e = row_judge(w->a, p, r, &v);

	/* what overflows is found by folding only */
	if (e == ERR_OK && (v.verdict != stored.verdict || v.code != stored.code) &&
	    !(stored.code == EVENT_OVERFLOW && v.verdict == EVENT_ADMITTED))
		w->out->differs = true;
	return e;
}

static enum err replay_row(struct walk *w, struct row_place *p, struct row *r)
{
	struct row_verdict stored = stored_verdict(w, r->index);
	enum err e = w->mode == ROWS_CHECK ? check_row(w, p, r, stored) : ERR_OK;

	if (e == ERR_OK)
		e = find_replayed(w, p, r, stored);
	if (e == ERR_OK)
		e = row_fold(w->a, p, r, stored);
	count_time(w, p, r, stored);
	return e == ERR_RANGE ? ERR_CORRUPT : e;
}

enum err rows_apply(struct rows *rows, struct admit *a, const struct keyring_key *key,
		    const struct event_batch *batch, enum rows_mode mode,
		    struct decision_runs *runs, struct rows_result *out)
{
	struct walk w = { .rows = rows, .a = a, .key = key, .batch = batch, .mode = mode,
			  .runs = runs, .out = out };
	struct row row = { 0 };
	enum err e = ERR_OK;

	*out = (struct rows_result){ 0 };
	rows->batch++;
	w.sparse = batch->revision.count || batch->stage.count || batch->reason.count ||
		   batch->ref.count || batch->withdraw.count || batch->object.count;
	for (uint32_t i = 0; e == ERR_OK && i < batch->rows; i++) {
		struct row_place *p;

		e = find_place(&w, batch->target.data[i * batch->target.stride],
			       batch->unit.data[i * batch->unit.stride], &p);
		if (e != ERR_OK)
			break;
		row.index = i;
		row.revision = 0;
		take_row(&w, p, &row);
		if (w.sparse)
			take_sparse(&w, &row);
		e = mode == ROWS_JUDGE ? judge_row(&w, p, &row) : replay_row(&w, p, &row);
	}
	return e == ERR_OK ? row_objects_settle(a) : e;
}
