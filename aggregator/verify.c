/* SPDX-License-Identifier: MIT */
/* The proof: the ledger of a snapshot, replayed into a scratch store, has to give the very state
 * that the store has. */
#include "aggregator/acts.h"
#include "aggregator/engine.h"
#include "aggregator/fold.h"
#include "base/date.h"
#include "base/fs.h"
#include "base/log.h"

#define GROUP_DEFAULT 1000

struct verify {
	struct store_txn *from;   /* snapshot of the store that is looked at */
	struct ledger_head head;  /* its head */
	struct store *scratch;
	struct aggregator *replay;
	struct buf form;
	struct buf again;         /* what today's rules decide */
	uint8_t chain[CRYPTO_HASH_LEN];
	struct aggregator_proof *out;
};

static enum err broken(struct verify *v, uint64_t position, const char *what)
{
	v->out->broken_at = position;
	v->out->what = what;
	return ERR_CORRUPT;
}

/* --- one entry -------------------------------------------------------------------------------- */

static enum err read_entry(struct verify *v, uint64_t position, struct entry *e)
{
	uint8_t stored[CRYPTO_HASH_LEN], chain[CRYPTO_HASH_LEN];
	enum err error = ledger_read(v->from, position, &v->form, e, stored);

	if (error == ERR_NOTFOUND)
		return broken(v, position, "the entry is missing");
	if (error == ERR_CORRUPT)
		return broken(v, position, "the entry is damaged");
	if (error != ERR_OK)
		return error;
	entry_chain(v->chain, buf_bytes(&v->form), chain);
	memcpy(v->chain, chain, sizeof(chain));
	if (memcmp(chain, stored, sizeof(chain)) != 0)
		return broken(v, position, "the chain of hashes breaks");
	if (e->rules > AGGREGATOR_RULES)
		return ERR_VERSION;
	if (e->time_ms < v->replay->head.time_ms)
		return broken(v, position, "the time runs backwards");
	return ERR_OK;
}

/* A unit of the catalogue says it; or nobody does, where that is so by kind. */
static bool has_reporter(const struct verify *v, const struct entry *e)
{
	const struct catalogue *c = v->replay->catalogue;
	bool needed = e->kind == ENTRY_BATCH || e->kind == ENTRY_GAP || e->kind == ENTRY_LINK ||
		      e->kind == ENTRY_CONFLICT;

	return needed ? c && e->reporter < c->unit_count : e->reporter == CATALOGUE_NONE;
}

static enum err replay_batch(struct verify *v, const struct entry *e, struct decision *d,
			     bool *differs)
{
	bool check = e->rules == AGGREGATOR_RULES;
	struct rows_result result;
	enum err error = fold_batch(v->replay, e, check ? ROWS_CHECK : ROWS_REPLAY, &result);

	*differs = check && (result.differs || result.on_time != d->on_time ||
			     result.late != d->late);
	return error;
}

/* The state before a tick is written in it. */
static enum err check_tick(struct verify *v, const struct entry *e)
{
	struct aggregator *a = v->replay;
	uint8_t said[CRYPTO_HASH_LEN], state[CRYPTO_HASH_LEN];
	int32_t day;
	enum err error;

	if (fold_read_tick(e->body, &day, said) != ERR_OK ||
	    day != engine_day(a, a->head.time_ms) + 1 ||
	    e->time_ms != date_begin_ms(day, a->catalogue->offset_minutes))
		return broken(v, e->position, "a tick is out of order");
	if ((error = engine_flush(a)) != ERR_OK ||
	    (error = aggregator_state_hash(a->txn, state)) != ERR_OK)
		return error;
	if (memcmp(said, state, sizeof(state)) != 0)
		return broken(v, e->position, "the state that a tick recorded is another one");
	return ERR_OK;
}

static enum err fold(struct verify *v, const struct entry *e, struct decision *d, bool *differs)
{
	switch (e->kind) {
	case ENTRY_CATALOGUE:
		return fold_catalogue(v->replay, e);
	case ENTRY_BATCH:
		return replay_batch(v, e, d, differs);
	case ENTRY_GAP:
		return fold_gap(v->replay, e);
	case ENTRY_ACT:
		return acts_replay(v->replay, e);
	case ENTRY_LINK:
		return fold_link(v->replay, e);
	case ENTRY_CONFLICT:
		return fold_conflict(v->replay, e);
	case ENTRY_TICK:
		return ERR_OK; /* was looked at before it was entered */
	}
	return ERR_CORRUPT;
}

static enum err judge_again(struct verify *v, const struct entry *e, const struct decision *d,
			    bool *differs)
{
	struct aggregator *a = v->replay;
	struct judge_entry about = engine_judge_entry(a, e);
	enum err error;

	if (e->rules != AGGREGATOR_RULES)
		return ERR_OK;
	buf_clear(&v->again);
	error = judge_decide(a->judge, a->txn, a->cells, &about, &v->again);
	*differs |= !bytes_equal(buf_bytes(&v->again), d->judge);
	return error;
}

static enum err replay_entry(struct verify *v, struct entry *e)
{
	struct aggregator *a = v->replay;
	uint32_t rows = e->kind == ENTRY_BATCH ? e->rows : 0;
	struct decision d;
	bool differs = false;
	enum err error;

	if (e->position == 1 && e->kind != ENTRY_CATALOGUE)
		return broken(v, 1, "the first entry is no catalogue");
	if (!has_reporter(v, e))
		return broken(v, e->position, "it names a unit that is not in the catalogue");
	error = decision_decode(e->decisions, rows, &a->runs, &d);
	if (error != ERR_OK)
		return error == ERR_NOMEM ? error :
			       broken(v, e->position, "the decisions can't be read");
	if (e->kind == ENTRY_TICK && (error = check_tick(v, e)) != ERR_OK)
		return error;
	engine_enter(a, e);
	if ((error = fold(v, e, &d, &differs)) == ERR_OK)
		error = judge_again(v, e, &d, &differs);
	if (error == ERR_OK)
		error = engine_apply_judged(a, e, d.judge);
	if (error == ERR_CORRUPT || error == ERR_STATE || error == ERR_INVALID)
		return broken(v, e->position, "the entry can't be what was decided about it");
	v->out->decided_otherwise += differs;
	v->out->entries++;
	v->out->rows += e->rows;
	a->head.position = e->position;
	a->head.time_ms = e->time_ms;
	return error;
}

/* --- all of them ------------------------------------------------------------------------------ */

static enum err end_group(struct aggregator *a)
{
	enum err e = engine_flush(a);

	if (e == ERR_OK)
		e = store_commit(&a->txn);
	if (e != ERR_OK)
		return e;
	cells_committed(a->cells, NULL, NULL);
	engine_committed(a);
	return ERR_OK;
}

static enum err replay_all(struct verify *v, uint64_t group,
			   void (*progress)(void *ctx, uint64_t position, uint64_t head), void *ctx)
{
	struct aggregator *a = v->replay;
	struct entry entry;
	enum err e = ERR_OK;

	for (uint64_t position = 1; e == ERR_OK && position <= v->head.position; position++) {
		if (!a->txn && (e = store_begin_write(v->scratch, &a->txn)) != ERR_OK)
			break;
		if ((e = read_entry(v, position, &entry)) == ERR_OK)
			e = replay_entry(v, &entry);
		if (e == ERR_OK && (position % group == 0 || position == v->head.position)) {
			e = end_group(a);
			if (progress)
				progress(ctx, position, v->head.position);
		}
	}
	return e;
}

static enum err compare(struct verify *v)
{
	struct aggregator_proof *out = v->out;
	struct store_txn *t;
	enum err e;

	memcpy(out->chain, v->chain, sizeof(out->chain));
	if (memcmp(v->chain, v->head.chain, sizeof(v->chain)) != 0)
		return broken(v, v->head.position, "the head names another chain");
	if (out->rows != v->head.rows)
		return broken(v, v->head.position, "the head counts other rows");
	if ((e = aggregator_state_hash(v->from, out->stored)) != ERR_OK)
		return e;
	if (!v->replay->catalogue)
		return ERR_OK; /* an empty ledger */
	if ((e = store_begin_read(v->scratch, &t)) != ERR_OK)
		return e;
	e = aggregator_state_hash(t, out->state);
	store_abort(&t);
	if (e == ERR_OK)
		e = aggregator_figures_hash(v->from, v->replay->catalogue, out->figures);
	if (e == ERR_OK && memcmp(out->state, out->stored, sizeof(out->state)) != 0)
		return broken(v, v->head.position, "the tables are not what the ledger gives");
	return e;
}

static enum err open_scratch(struct verify *v, const char *scratch)
{
	const struct store_options options = { .no_sync = true };
	enum err e;

	if ((e = store_open(scratch, &options, &v->scratch)) != ERR_OK)
		return e;
	return engine_new(v->scratch, &v->replay);
}

enum err aggregator_verify(struct store *store, const char *scratch, uint64_t group,
			   void (*progress)(void *ctx, uint64_t position, uint64_t head),
			   void *ctx, struct aggregator_proof *out)
{
	struct verify v = { .out = out };
	enum err e;

	*out = (struct aggregator_proof){ 0 };
	if (fs_exists(scratch))
		return ERR_EXISTS;
	if ((e = open_scratch(&v, scratch)) == ERR_OK &&
	    (e = store_begin_read(store, &v.from)) == ERR_OK &&
	    (e = ledger_head_read(v.from, &v.head)) == ERR_OK &&
	    (e = replay_all(&v, group ? group : GROUP_DEFAULT, progress, ctx)) == ERR_OK)
		e = compare(&v);
	store_abort(&v.from);
	engine_free(v.replay);
	store_close(v.scratch);
	if (fs_remove_tree(scratch) != ERR_OK)
		log_write(LOG_WARN, "verify", "%s could not be removed", scratch);
	buf_free(&v.form);
	buf_free(&v.again);
	return e;
}
