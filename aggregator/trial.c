/* SPDX-License-Identifier: MIT */
#include "aggregator/trial.h"

#include <stdlib.h>

#include "aggregator/admission/rights.h"
#include "aggregator/engine.h"
#include "aggregator/enrol.h"
#include "base/date.h"
#include "proto/codec.h"

struct trial {
	struct aggregator *a;
	struct store_txn *txn;
	struct keyring_key key; /* what the unit may do */
	struct entry entry;
};

static void enter(struct trial *t)
{
	t->a->txn = t->txn;
	engine_enter(t->a, &t->entry);
}

static enum err find_unit(struct trial *t, struct bytes unit)
{
	uint16_t number;

	if (!t->a->catalogue)
		return ERR_NOTFOUND;
	number = catalogue_unit_number(t->a->catalogue, unit);
	if (number == CATALOGUE_NONE)
		return ERR_NOTFOUND;
	t->key = (struct keyring_key){ .unit = number, .role = KEYRING_REPORTER,
				       .state = KEYRING_VALID };
	t->entry.reporter = number;
	return ERR_OK;
}

enum err trial_begin(struct store *store, struct bytes unit, int64_t now_ms, struct trial **out)
{
	struct trial *t = calloc(1, sizeof(*t));
	enum err e = t ? engine_new(store, &t->a) : ERR_NOMEM;

	*out = NULL;
	if (e == ERR_OK)
		e = store_begin_trial(store, &t->txn);
	if (e == ERR_OK)
		e = engine_load(t->a, t->txn);
	if (e == ERR_OK)
		e = find_unit(t, unit);
	if (e != ERR_OK) {
		trial_end(t);
		return e;
	}
	t->entry.kind = ENTRY_BATCH;
	t->entry.time_ms = now_ms;
	memcpy(t->entry.epoch, EPOCHS_IMPORTS, sizeof(t->entry.epoch));
	enter(t);
	*out = t;
	return ERR_OK;
}

void trial_end(struct trial *t)
{
	if (!t)
		return;
	if (t->a)
		t->a->txn = NULL; /* it is the trial's */
	engine_free(t->a);
	store_abort(&t->txn);
	free(t);
}

const struct catalogue *trial_catalogue(const struct trial *t)
{
	return t->a->catalogue;
}

uint16_t trial_unit(const struct trial *t)
{
	return t->key.unit;
}

enum err trial_slice(struct trial *t, struct arena *arena, struct message_slice *out)
{
	return enrol_slice(t->a, &t->key, arena, out);
}

static void find_goal(const struct trial *t, uint16_t measure, uint16_t unit, int32_t day,
		      struct trial_stands *out)
{
	const struct catalogue *c = t->a->catalogue;
	const struct catalogue_measure *m = &c->measures[measure];

	if (m->kind != CATALOGUE_QUANTITY)
		return;
	out->has_goal = unit != c->city && catalogue_quota_on(m, unit, day, &out->goal);
}

enum err trial_stands(struct trial *t, struct bytes measure, struct bytes unit, struct bytes stage,
		      int32_t as_of, struct trial_stands *out)
{
	struct aggregator *a = t->a;
	uint16_t m = catalogue_measure_number(a->catalogue, measure);
	uint16_t u = catalogue_unit_number(a->catalogue, unit);
	struct cell_key key;
	struct cell *cell;
	uint16_t number;
	enum err e;

	*out = (struct trial_stands){ 0 };
	if (m == CATALOGUE_NONE || u == CATALOGUE_NONE ||
	    rights_check(a->catalogue, a->keyring, &t->key, m, u, a->admit.day) != EVENT_CODE_NONE)
		return ERR_NOTFOUND;
	key = cell_counting(a->catalogue, m, u);
	key.source = rights_source(a->catalogue, a->keyring, t->key.unit, m, u, a->admit.day);
	if (stage.len) {
		number = catalogue_stage_index(&a->catalogue->measures[m], stage);
		if (number == CATALOGUE_NONE || number > UINT8_MAX)
			return ERR_NOTFOUND;
		key.stage = (uint8_t)number;
	}
	if ((e = cells_get(a->cells, t->txn, key, &cell)) != ERR_OK)
		return e;
	out->at = cell_exactly(cell, as_of, NULL);
	out->before = cell_at(cell, date_month_first(date_month_of(as_of)) - 1);
	find_goal(t, m, u, as_of, out);
	return ERR_OK;
}

static void tell(const struct decision_runs *runs,
		 void (*fn)(void *ctx, uint32_t row, enum event_verdict verdict, enum event_code code),
		 void *ctx)
{
	for (size_t i = 0; i < runs->count; i++)
		for (uint32_t k = 0; k < runs->items[i].count; k++)
			fn(ctx, runs->items[i].first + k,
			   (enum event_verdict)runs->items[i].verdict,
			   (enum event_code)runs->items[i].code);
}

enum err trial_judge(struct trial *t, struct bytes body, uint32_t rows,
		     void (*fn)(void *ctx, uint32_t row, enum event_verdict verdict,
				enum event_code code),
		     void *ctx)
{
	struct aggregator *a = t->a;
	struct codec_fault fault;
	struct rows_result result;
	struct event_batch batch;
	enum err e;

	arena_reset(a->arena);
	decision_runs_clear(&a->runs);
	e = codec_batch_decode(body, rows, a->arena, &batch, &fault);
	if (e == ERR_OK)
		e = rows_apply(a->rows, &a->admit, &t->key, &batch, ROWS_JUDGE, &a->runs, &result);
	if (e != ERR_OK)
		return e;
	tell(&a->runs, fn, ctx);
	/* the next batch would stand behind this one */
	a->head.position++;
	enter(t);
	return ERR_OK;
}
