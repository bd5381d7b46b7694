/* SPDX-License-Identifier: MIT */
/* A store from nothing but a ledger's file. */
#include "aggregator/ledger/archive.h"
#include "aggregator/replay.h"
#include "base/fs.h"
#include "base/log.h"

struct rebuild {
	struct archive *from;
	struct store *store;
	struct replay replay;
	struct buf form;
	void (*progress)(void *ctx, uint64_t position, uint64_t head);
	void *ctx;
};

static enum err take_all(struct rebuild *b)
{
	enum err e;

	while ((e = archive_next(b->from, &b->form)) == ERR_OK) {
		if ((e = replay_entry(&b->replay, buf_bytes(&b->form), NULL)) != ERR_OK)
			return e;
		if (b->progress && !b->replay.a->txn)
			b->progress(b->ctx, archive_count(b->from), 0);
	}
	if (e == ERR_CORRUPT)
		return replay_broken(&b->replay, archive_count(b->from) + 1,
				     "the file is damaged or cut short");
	if (e != ERR_NOTFOUND)
		return e;
	if (archive_count(b->from) == 0)
		return replay_broken(&b->replay, 0, "the file holds no entry");
	return replay_finish(&b->replay);
}

static enum err fill_proof(struct rebuild *b)
{
	struct aggregator_proof *out = b->replay.out;
	struct store_txn *t;
	enum err e = store_begin_read(b->store, &t);

	if (e != ERR_OK)
		return e;
	memcpy(out->chain, b->replay.chain, sizeof(out->chain));
	if ((e = aggregator_state_hash(t, out->state)) == ERR_OK &&
	    (e = aggregator_alerts_hash(t, out->alerts)) == ERR_OK)
		e = aggregator_figures_hash(t, b->replay.a->catalogue, out->figures);
	store_abort(&t);
	return e;
}

static enum err rebuild(struct rebuild *b, uint64_t group, struct aggregator_proof *out)
{
	enum err e = replay_begin(&b->replay, b->store, out);

	if (e != ERR_OK)
		return e;
	b->replay.keep = true;
	if (group)
		b->replay.group = group;
	e = take_all(b);
	return e == ERR_OK ? fill_proof(b) : e;
}

enum err aggregator_rebuild(const char *file, const char *folder, uint64_t group,
			    void (*progress)(void *ctx, uint64_t position, uint64_t head),
			    void *ctx, struct aggregator_proof *out)
{
	const struct store_options options = { 0 };
	struct rebuild b = { .progress = progress, .ctx = ctx };
	enum err e;

	*out = (struct aggregator_proof){ 0 };
	if (fs_exists(folder))
		return ERR_EXISTS;
	if ((e = archive_open(file, &b.from)) != ERR_OK)
		return e;
	if ((e = store_open(folder, &options, &b.store)) == ERR_OK)
		e = rebuild(&b, group, out);
	replay_end(&b.replay);
	store_close(b.store);
	archive_close(b.from);
	buf_free(&b.form);
	if (e != ERR_OK && fs_remove_tree(folder) != ERR_OK)
		log_write(LOG_WARN, "rebuild", "%s could not be removed", folder);
	return e;
}
