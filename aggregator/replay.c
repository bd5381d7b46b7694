/* SPDX-License-Identifier: MIT */
#include "aggregator/replay.h"

#include "aggregator/acts.h"
#include "aggregator/fold.h"
#include "base/date.h"

enum err replay_begin(struct replay *r, struct store *store, struct aggregator_proof *out)
{
	*r = (struct replay){ .store = store, .group = REPLAY_GROUP, .out = out };
	*out = (struct aggregator_proof){ 0 };
	return engine_new(store, &r->a);
}

void replay_end(struct replay *r)
{
	engine_free(r->a);
	buf_free(&r->again);
	r->a = NULL;
}

enum err replay_broken(struct replay *r, uint64_t position, const char *what)
{
	r->out->broken_at = position;
	r->out->what = what;
	return ERR_CORRUPT;
}

/* --- one entry -------------------------------------------------------------------------------- */

/* What it says of itself, before it is believed. */
static enum err check_entry(struct replay *r, uint64_t position, const struct entry *e)
{
	if (e->position != position)
		return replay_broken(r, position, "the entry is missing");
	if (e->rules > AGGREGATOR_RULES)
		return ERR_VERSION;
	if (e->time_ms < r->a->head.time_ms)
		return replay_broken(r, position, "the time runs backwards");
	return ERR_OK;
}

static enum err read_entry(struct replay *r, uint64_t position, struct bytes form,
			   const uint8_t *stored, struct entry *e)
{
	uint8_t chain[CRYPTO_HASH_LEN];
	enum err error = entry_decode(form, e);

	if (error != ERR_OK)
		return error == ERR_VERSION ? error :
					      replay_broken(r, position, "the entry is damaged");
	entry_chain(r->chain, form, chain);
	memcpy(r->chain, chain, sizeof(chain));
	if (stored && memcmp(chain, stored, sizeof(chain)) != 0)
		return replay_broken(r, position, "the chain of hashes breaks");
	return check_entry(r, position, e);
}

/* A unit of the catalogue says it; or nobody does, where that is so by kind. */
static bool has_reporter(const struct replay *r, const struct entry *e)
{
	const struct catalogue *c = r->a->catalogue;
	bool needed = e->kind == ENTRY_BATCH || e->kind == ENTRY_GAP || e->kind == ENTRY_LINK ||
		      e->kind == ENTRY_CONFLICT;

	return needed ? c && e->reporter < c->unit_count : e->reporter == CATALOGUE_NONE;
}

static enum err replay_batch(struct replay *r, const struct entry *e, struct decision *d,
			     bool *differs)
{
	bool check = e->rules == AGGREGATOR_RULES;
	struct rows_result result;
	enum err error = fold_batch(r->a, e, check ? ROWS_CHECK : ROWS_REPLAY, &result);

	*differs = check && (result.differs || result.on_time != d->on_time ||
			     result.late != d->late);
	return error;
}

/* The state before a tick is written in it. */
static enum err check_tick(struct replay *r, const struct entry *e)
{
	struct aggregator *a = r->a;
	uint8_t said[CRYPTO_HASH_LEN], state[CRYPTO_HASH_LEN];
	int32_t day;
	enum err error;

	if (fold_read_tick(e->body, &day, said) != ERR_OK ||
	    day != engine_day(a, a->head.time_ms) + 1 ||
	    e->time_ms != date_begin_ms(day, a->catalogue->offset_minutes))
		return replay_broken(r, e->position, "a tick is out of order");
	if ((error = engine_flush(a)) != ERR_OK ||
	    (error = aggregator_state_hash(a->txn, state)) != ERR_OK)
		return error;
	if (memcmp(said, state, sizeof(state)) != 0)
		return replay_broken(r, e->position, "the state that a tick recorded is another one");
	return ERR_OK;
}

static enum err fold(struct replay *r, const struct entry *e, struct decision *d, bool *differs)
{
	switch (e->kind) {
	case ENTRY_CATALOGUE:
		return fold_catalogue(r->a, e);
	case ENTRY_BATCH:
		return replay_batch(r, e, d, differs);
	case ENTRY_GAP:
		return fold_gap(r->a, e);
	case ENTRY_ACT:
		return acts_replay(r->a, e);
	case ENTRY_LINK:
		return fold_link(r->a, e);
	case ENTRY_CONFLICT:
		return fold_conflict(r->a, e);
	case ENTRY_TICK:
		return ERR_OK; /* was looked at before it was entered */
	}
	return ERR_CORRUPT;
}

static enum err judge_again(struct replay *r, const struct entry *e, const struct decision *d,
			    bool *differs)
{
	struct aggregator *a = r->a;
	struct judge_entry about = engine_judge_entry(a, e);
	enum err error;

	if (e->rules != AGGREGATOR_RULES)
		return ERR_OK;
	buf_clear(&r->again);
	error = judge_decide(a->judge, a->txn, a->cells, &about, &r->again);
	*differs |= !bytes_equal(buf_bytes(&r->again), d->judge);
	return error;
}

/* As engine_append does, with what was decided then. */
static enum err keep_entry(struct replay *r, const struct entry *e)
{
	struct aggregator *a = r->a;
	enum err error = ledger_append(a->txn, e, &a->head, &a->form);

	if (error == ERR_OK && e->kind == ENTRY_CATALOGUE)
		a->head.catalogue = e->position;
	return error;
}

/* Not of this machine: the entry says what no ledger can say. */
static bool is_of_the_entry(enum err e)
{
	return e == ERR_CORRUPT || e == ERR_STATE || e == ERR_INVALID || e == ERR_RANGE ||
	       e == ERR_NOTFOUND || e == ERR_EXISTS || e == ERR_DENIED;
}

static enum err take(struct replay *r, struct entry *e)
{
	struct aggregator *a = r->a;
	uint32_t rows = e->kind == ENTRY_BATCH ? e->rows : 0;
	struct decision d;
	bool differs = false;
	enum err error;

	if (e->position == 1 && e->kind != ENTRY_CATALOGUE)
		return replay_broken(r, 1, "the first entry is no catalogue");
	if (!has_reporter(r, e))
		return replay_broken(r, e->position, "it names a unit that is not in the catalogue");
	error = decision_decode(e->decisions, rows, &a->runs, &d);
	if (error != ERR_OK)
		return error == ERR_NOMEM ? error :
			       replay_broken(r, e->position, "the decisions can't be read");
	if (e->kind == ENTRY_TICK && (error = check_tick(r, e)) != ERR_OK)
		return error;
	engine_enter(a, e);
	if ((error = fold(r, e, &d, &differs)) == ERR_OK)
		error = judge_again(r, e, &d, &differs);
	if (error == ERR_OK && r->keep)
		error = keep_entry(r, e);
	if (error == ERR_OK)
		error = engine_apply_judged(a, e, d.judge);
	if (is_of_the_entry(error))
		return replay_broken(r, e->position, "the entry can't be what was decided about it");
	r->out->decided_otherwise += differs;
	r->out->entries++;
	r->out->rows += e->rows;
	a->head.position = e->position;
	a->head.time_ms = e->time_ms;
	/* acts speak of it, and the next entry may be judged by it */
	memcpy(a->head.chain, r->chain, sizeof(a->head.chain));
	return error;
}

/* --- groups ----------------------------------------------------------------------------------- */

static enum err end_group(struct replay *r)
{
	struct aggregator *a = r->a;
	enum err e = engine_flush(a);

	if (e == ERR_OK && r->keep)
		e = ledger_head_write(a->txn, &a->head);
	if (e == ERR_OK)
		e = store_commit(&a->txn);
	if (e != ERR_OK)
		return e;
	cells_committed(a->cells, NULL, NULL);
	engine_committed(a);
	return ERR_OK;
}

enum err replay_entry(struct replay *r, struct bytes form, const uint8_t chain[CRYPTO_HASH_LEN])
{
	uint64_t position = r->a->head.position + 1;
	struct entry entry;
	enum err e = ERR_OK;

	if (!r->a->txn)
		e = store_begin_write(r->store, &r->a->txn);
	if (e == ERR_OK)
		e = read_entry(r, position, form, chain, &entry);
	if (e == ERR_OK)
		e = take(r, &entry);
	if (e == ERR_OK && position % r->group == 0)
		e = end_group(r);
	return e;
}

enum err replay_finish(struct replay *r)
{
	return r->a->txn ? end_group(r) : ERR_OK;
}
