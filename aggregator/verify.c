/* SPDX-License-Identifier: MIT */
/* The proof: the ledger of a snapshot, replayed into a scratch store, has to give the very state
 * that the store has. */
#include "aggregator/replay.h"
#include "base/fs.h"
#include "base/log.h"

struct verify {
	struct store_txn *from;  /* snapshot of the store that is looked at */
	struct ledger_head head; /* its head */
	struct store *scratch;
	struct replay replay;
	struct buf form;
	void (*progress)(void *ctx, uint64_t position, uint64_t head);
	void *ctx;
};

/* --- the entries ------------------------------------------------------------------------------ */

static enum err take(struct verify *v, uint64_t position)
{
	uint8_t chain[CRYPTO_HASH_LEN];
	struct entry entry;
	enum err e = ledger_read(v->from, position, &v->form, &entry, chain);

	if (e == ERR_NOTFOUND)
		return replay_broken(&v->replay, position, "the entry is missing");
	if (e == ERR_CORRUPT)
		return replay_broken(&v->replay, position, "the entry is damaged");
	if (e == ERR_OK)
		e = replay_entry(&v->replay, buf_bytes(&v->form), chain);
	if (e == ERR_OK && v->progress && !v->replay.a->txn)
		v->progress(v->ctx, position, v->head.position);
	return e;
}

static enum err take_all(struct verify *v)
{
	enum err e = ERR_OK;

	for (uint64_t position = 1; e == ERR_OK && position <= v->head.position; position++)
		e = take(v, position);
	return e == ERR_OK ? replay_finish(&v->replay) : e;
}

/* --- what came of them ------------------------------------------------------------------------ */

static enum err compare_states(struct verify *v, struct store_txn *t)
{
	struct aggregator_proof *out = v->replay.out;
	enum err e = aggregator_state_hash(t, out->state);

	if (e == ERR_OK)
		e = aggregator_alerts_hash(t, out->alerts);
	if (e == ERR_OK)
		e = aggregator_figures_hash(v->from, v->replay.a->catalogue, out->figures);
	if (e == ERR_OK && memcmp(out->state, out->stored, sizeof(out->state)) != 0)
		return replay_broken(&v->replay, v->head.position,
				     "the tables are not what the ledger gives");
	return e;
}

static enum err compare(struct verify *v)
{
	struct aggregator_proof *out = v->replay.out;
	struct store_txn *t;
	enum err e;

	memcpy(out->chain, v->replay.chain, sizeof(out->chain));
	if (memcmp(out->chain, v->head.chain, sizeof(out->chain)) != 0)
		return replay_broken(&v->replay, v->head.position, "the head names another chain");
	if (out->rows != v->head.rows)
		return replay_broken(&v->replay, v->head.position, "the head counts other rows");
	if ((e = aggregator_state_hash(v->from, out->stored)) != ERR_OK)
		return e;
	if (!v->replay.a->catalogue)
		return ERR_OK; /* an empty ledger */
	if ((e = store_begin_read(v->scratch, &t)) != ERR_OK)
		return e;
	e = compare_states(v, t);
	store_abort(&t);
	return e;
}

static enum err open_scratch(struct verify *v, const char *scratch, uint64_t group,
			     struct aggregator_proof *out)
{
	const struct store_options options = { .no_sync = true };
	enum err e;

	if ((e = store_open(scratch, &options, &v->scratch)) != ERR_OK ||
	    (e = replay_begin(&v->replay, v->scratch, out)) != ERR_OK)
		return e;
	if (group)
		v->replay.group = group;
	return ERR_OK;
}

enum err aggregator_verify(struct store *store, const char *scratch, uint64_t group,
			   void (*progress)(void *ctx, uint64_t position, uint64_t head),
			   void *ctx, struct aggregator_proof *out)
{
	struct verify v = { .progress = progress, .ctx = ctx };
	enum err e;

	*out = (struct aggregator_proof){ 0 };
	if (fs_exists(scratch))
		return ERR_EXISTS;
	if ((e = open_scratch(&v, scratch, group, out)) == ERR_OK &&
	    (e = store_begin_read(store, &v.from)) == ERR_OK &&
	    (e = ledger_head_read(v.from, &v.head)) == ERR_OK)
		e = take_all(&v);
	if (e == ERR_OK)
		e = compare(&v);
	store_abort(&v.from);
	replay_end(&v.replay);
	store_close(v.scratch);
	if (fs_remove_tree(scratch) != ERR_OK)
		log_write(LOG_WARN, "verify", "%s could not be removed", scratch);
	buf_free(&v.form);
	return e;
}
