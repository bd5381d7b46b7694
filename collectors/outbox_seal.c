/* SPDX-License-Identifier: MIT */
/* Open rows become sealed batches, and sealed batches become messages. */
#include <stdlib.h>

#include "collectors/outbox_impl.h"
#include "proto/limits.h"

static enum err put_batch(struct outbox_change *c, const struct seal_terms *terms,
			  const struct row *rows, size_t count, int64_t submitted_ms,
			  size_t *taken)
{
	struct buf b = { 0 };
	enum err e;

	buf_put_u64(&b, (uint64_t)submitted_ms);
	buf_put_u32(&b, 0);
	e = seal_rows(terms, rows, count, taken, &b);
	if (!e)
		e = buf_error(&b);
	if (!e) {
		bytes_store32(b.data + 8, (uint32_t)*taken);
		e = outbox_txn_put(c->txn, OUTBOX_SEALED, c->state.sealed_until, buf_bytes(&b));
	}
	c->state.bytes += b.len;
	c->state.batches++;
	c->state.sealed_until += *taken;
	buf_free(&b);
	return e;
}

enum err outbox_seal_into(struct outbox_change *c, const struct seal_terms *terms,
			  const struct row *rows, size_t count, int64_t submitted_ms)
{
	struct seal_terms own = *terms;
	size_t done = 0, taken;
	enum err e = ERR_OK;

	own.batch_rows = own.batch_rows && own.batch_rows < c->o->batch_rows ? own.batch_rows :
									       c->o->batch_rows;
	if (!own.batch_bytes || own.batch_bytes > LIMITS_BATCH_BYTES)
		own.batch_bytes = LIMITS_BATCH_BYTES;
	for (; !e && done < count; done += taken)
		e = put_batch(c, &own, rows + done, count - done, submitted_ms, &taken);
	if (c->state.next < c->state.sealed_until)
		c->state.next = c->state.sealed_until;
	return e;
}

/* --- open rows -------------------------------------------------------------------------------- */

/* A run of blocks: their bytes behind one another, and the rows, which point into them. */
struct run {
	struct buf bytes;
	size_t *starts; /* of blocks */
	size_t block_count;
	struct row *rows;
	size_t count;
	int64_t submitted_ms;
};

static enum err take_block(struct outbox_txn *txn, uint64_t number, struct run *run, uint32_t *rows)
{
	size_t start = run->bytes.len;
	enum err e = outbox_txn_get(txn, OUTBOX_OPEN, number, &run->bytes);

	if (e)
		return e == ERR_NOTFOUND ? ERR_CORRUPT : e;
	if (run->bytes.len - start < OUTBOX_VALUE_HEAD)
		return ERR_CORRUPT;
	run->starts[run->block_count++] = start;
	*rows = bytes_load32(run->bytes.data + start + 8);
	run->count += *rows;
	return *rows ? ERR_OK : ERR_CORRUPT;
}

static enum err take_blocks(struct outbox_change *c, struct run *run)
{
	uint64_t number = c->state.sealed_until;
	uint32_t rows;
	enum err e = ERR_OK;

	while (!e && number < c->state.next && run->count < OUTBOX_SEAL_ROWS) {
		e = take_block(c->txn, number, run, &rows);
		number += rows;
	}
	return e;
}

static enum err decode_rows(struct run *run)
{
	size_t n = 0;

	if (!(run->rows = malloc(run->count * sizeof(*run->rows))))
		return ERR_NOMEM;
	for (size_t i = 0; i < run->block_count; i++) {
		size_t end = i + 1 < run->block_count ? run->starts[i + 1] : run->bytes.len;
		const uint8_t *block = run->bytes.data + run->starts[i];
		struct reader r = reader_of(bytes_of(block + OUTBOX_VALUE_HEAD,
						     end - run->starts[i] - OUTBOX_VALUE_HEAD));

		for (uint32_t left = bytes_load32(block + 8); left; left--)
			row_decode(&r, &run->rows[n++]);
		if (!reader_done(&r))
			return ERR_CORRUPT;
	}
	run->submitted_ms = (int64_t)bytes_load64(run->bytes.data);
	return ERR_OK;
}

static enum err seal_run(struct outbox_change *c, const struct seal_terms *terms, struct run *run)
{
	struct outbox_removed removed;
	uint64_t from = c->state.sealed_until;
	enum err e;

	/* a block has at least one row */
	run->starts = malloc(OUTBOX_SEAL_ROWS * sizeof(*run->starts));
	if (!run->starts)
		return ERR_NOMEM;
	if ((e = take_blocks(c, run)) || (e = decode_rows(run)) ||
	    (e = outbox_seal_into(c, terms, run->rows, run->count, run->submitted_ms)))
		return e;
	e = outbox_txn_delete(c->txn, OUTBOX_OPEN, from, from + run->count, &removed);
	c->state.bytes -= removed.bytes;
	return e;
}

enum err outbox_seal(struct outbox *o, const struct seal_terms *terms)
{
	struct outbox_state shown;
	struct outbox_change c;
	struct run run = { 0 };
	enum err e;

	outbox_state(o, &shown);
	if (shown.sealed_until == shown.next)
		return ERR_OK;
	if ((e = outbox_change_begin(o, &c)))
		return e;
	e = outbox_change_end(&c, seal_run(&c, terms, &run));
	free(run.rows);
	free(run.starts);
	buf_free(&run.bytes);
	return e;
}

enum err outbox_seal_directly(struct outbox *o, const struct seal_terms *terms)
{
	const struct slice *old;

	if (terms && terms->reporter.len > sizeof(o->direct_reporter))
		return ERR_RANGE;
	mutex_lock(o->write);
	old = o->direct_terms.slice;
	o->direct = terms != NULL;
	o->direct_terms = terms ? *terms : (struct seal_terms){ 0 };
	if (terms) {
		slice_hold((struct slice *)(uintptr_t)terms->slice);
		memcpy(o->direct_reporter, terms->reporter.data, terms->reporter.len);
		o->direct_terms.reporter.data = (const uint8_t *)o->direct_reporter;
	}
	mutex_unlock(o->write);
	slice_release((struct slice *)(uintptr_t)old);
	return ERR_OK;
}

/* --- messages --------------------------------------------------------------------------------- */

enum err outbox_batch(struct outbox *o, uint64_t number, struct buf *message, uint64_t *after)
{
	struct envelope head = { .version = LIMITS_VERSION, .type = ENVELOPE_BATCH };
	struct outbox_state shown;
	struct outbox_txn *txn;
	struct buf b = { 0 };
	uint8_t bytes[LIMITS_HEADER];
	enum err e;

	outbox_state(o, &shown);
	if ((e = outbox_txn_begin(o->store, false, &txn)))
		return e;
	e = outbox_txn_get(txn, OUTBOX_SEALED, number, &b);
	outbox_txn_abort(&txn);
	if (!e && b.len < OUTBOX_VALUE_HEAD)
		e = ERR_CORRUPT;
	if (!e) {
		head.rows = bytes_load32(b.data + 8);
		head.first_sequence = number - shown.base;
		memcpy(head.epoch, shown.epoch, sizeof(head.epoch));
		envelope_encode(&head, bytes);
		buf_put(message, bytes_of(bytes, sizeof(bytes)));
		buf_put(message, bytes_of(b.data + OUTBOX_VALUE_HEAD, b.len - OUTBOX_VALUE_HEAD));
		*after = number + head.rows;
		e = buf_error(message);
	}
	buf_free(&b);
	return e;
}
