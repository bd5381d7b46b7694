/* SPDX-License-Identifier: MIT */
/* Receipts: what they settle leaves the outbox, and what they say of single rows is kept. */
#include <inttypes.h>

#include "base/log.h"
#include "collectors/outbox_impl.h"
#include "proto/codec.h"

/* A batch decoded takes a few times its size. */
#define DECODE_BUDGET (16u << 20)

enum err outbox_new_epoch(struct outbox *o)
{
	struct outbox_change c;
	enum err e = outbox_change_begin(o, &c);

	if (e)
		return e;
	outbox_state_renew(&c.state);
	return outbox_change_end(&c, ERR_OK);
}

/* --- exceptions ------------------------------------------------------------------------------- */

static void encode_exception(const struct outbox_exception *x, struct buf *out)
{
	buf_put_u64(out, x->row);
	buf_put_u64(out, (uint64_t)x->received_ms);
	buf_put_varint(out, x->verdict);
	buf_put_varint(out, x->code);
	buf_put_varint(out, x->kind);
	buf_put_varint(out, x->decimals);
	buf_put_zigzag(out, x->as_of);
	buf_put_zigzag(out, x->value);
	buf_put_block(out, x->target);
	buf_put_block(out, x->unit);
	buf_put_block(out, x->text);
}

static bool decode_exception(struct bytes from, struct outbox_exception *out)
{
	struct reader r = reader_of(from);

	out->row = reader_u64(&r);
	out->received_ms = (int64_t)reader_u64(&r);
	out->verdict = (uint32_t)reader_varint(&r);
	out->code = (uint32_t)reader_varint(&r);
	out->kind = (uint32_t)reader_varint(&r);
	out->decimals = (uint32_t)reader_varint(&r);
	out->as_of = (int32_t)reader_zigzag(&r);
	out->value = reader_zigzag(&r);
	out->target = reader_block(&r);
	out->unit = reader_block(&r);
	out->text = reader_block(&r);
	return reader_done(&r);
}

/* What the row said. */
static void describe(const struct event_batch *b, uint32_t row, struct outbox_exception *x)
{
	const struct event_target *t;

	if (row >= b->rows)
		return;
	t = &b->targets[b->target.data[row * b->target.stride]];
	x->target = t->id;
	x->decimals = t->decimals;
	x->unit = b->units[b->unit.data[row * b->unit.stride]];
	x->kind = b->kind.data[row * b->kind.stride];
	x->value = b->value.data[row * b->value.stride];
	x->as_of = b->as_of.data[row * b->as_of.stride];
}

static enum err put_exception(struct outbox_change *c, const struct outbox_exception *x)
{
	struct buf b = { 0 };
	enum err e;

	encode_exception(x, &b);
	e = buf_error(&b);
	if (!e)
		e = outbox_txn_put(c->txn, OUTBOX_EXCEPTIONS, c->state.exceptions_next++,
				   buf_bytes(&b));
	buf_free(&b);
	return e;
}

/* More than are kept would only be deleted again. */
static size_t first_kept(const struct message_receipt *r)
{
	return r->exception_count > OUTBOX_EXCEPTIONS_KEPT ?
		       r->exception_count - OUTBOX_EXCEPTIONS_KEPT :
		       0;
}

static enum err put_exceptions(struct outbox_change *c, const struct message_receipt *r,
			       uint64_t first, const struct event_batch *batch)
{
	enum err e = ERR_OK;

	for (size_t i = first_kept(r); !e && i < r->exception_count; i++) {
		const struct message_exception *m = &r->exceptions[i];
		struct outbox_exception x = { .row = first + m->row,
					      .verdict = m->verdict,
					      .code = m->code,
					      .received_ms = r->received_ms,
					      .text = m->text };

		describe(batch, m->row, &x);
		e = put_exception(c, &x);
	}
	return e;
}

static enum err note_exceptions(struct outbox_change *c, const struct message_receipt *r)
{
	uint64_t first = c->state.base + r->first_sequence;
	struct arena *a = arena_new(DECODE_BUDGET);
	struct event_batch batch = { 0 };
	struct codec_fault fault;
	struct buf b = { 0 };
	enum err e = a ? outbox_txn_get(c->txn, OUTBOX_SEALED, first, &b) : ERR_NOMEM;

	if (!e && b.len >= OUTBOX_VALUE_HEAD) {
		struct bytes body = { b.data + OUTBOX_VALUE_HEAD, b.len - OUTBOX_VALUE_HEAD };

		/* one that can't be read is told without its row's words */
		if (codec_batch_decode(body, bytes_load32(b.data + 8), a, &batch, &fault))
			batch.rows = 0;
	}
	if (!e || e == ERR_CORRUPT)
		e = put_exceptions(c, r, first, &batch);
	buf_free(&b);
	arena_free(a);
	return e;
}

static enum err trim_exceptions(struct outbox_change *c)
{
	struct outbox_removed removed;
	uint64_t next = c->state.exceptions_next;

	if (next <= OUTBOX_EXCEPTIONS_KEPT)
		return ERR_OK;
	return outbox_txn_delete(c->txn, OUTBOX_EXCEPTIONS, 0, next - OUTBOX_EXCEPTIONS_KEPT,
				 &removed);
}

/* --- receipts --------------------------------------------------------------------------------- */

/* Does a batch, or the run of sealed ones, end before this row? */
static enum err check_border(struct outbox_change *c, uint64_t until)
{
	uint64_t found;
	enum err e;

	if (until == c->state.sealed_until)
		return ERR_OK;
	if (until > c->state.sealed_until)
		return ERR_INVALID;
	e = outbox_txn_next(c->txn, OUTBOX_SEALED, until, &found);
	if (e == ERR_NOTFOUND) /* within the last batch */
		return ERR_INVALID;
	return e ? e : (found == until ? ERR_OK : ERR_INVALID);
}

static void count(struct outbox_change *c, const struct message_receipt *r, uint64_t until)
{
	struct outbox_state *s = &c->state;

	if (s->base + r->first_sequence == s->first) {
		for (size_t i = 0; i < EVENT_VERDICT_COUNT; i++)
			s->verdicts[i] += r->counts[i];
	} else { /* partly known before: such a merged receipt is about admitted rows only */
		s->verdicts[EVENT_ADMITTED] += until - s->first;
	}
	s->receipted_rows += until - s->first;
	s->last_receipt_ms = r->received_ms;
}

static enum err settle_item(struct outbox_change *c, const struct message_receipt *r)
{
	uint64_t until = c->state.base + r->through_sequence + 1;
	struct outbox_removed removed;
	enum err e = r->exception_count ? note_exceptions(c, r) : ERR_OK;

	if (e)
		return e;
	count(c, r, until);
	e = outbox_txn_delete(c->txn, OUTBOX_SEALED, c->state.first, until, &removed);
	c->state.first = until;
	c->state.bytes -= removed.bytes;
	c->state.batches -= removed.values;
	return e;
}

static enum err settle_one(struct outbox_change *c, const struct message_receipt *r,
			   struct outbox_settled *settled)
{
	uint64_t first = c->state.base + r->first_sequence;
	uint64_t until = c->state.base + r->through_sequence + 1;
	enum err e;

	if (r->first_sequence == 0 || r->through_sequence < r->first_sequence ||
	    r->through_sequence > UINT64_MAX / 2)
		return ERR_INVALID;
	if (until <= c->state.first) {
		settled->stale++;
		return ERR_OK;
	}
	if (first > c->state.first) {
		settled->ahead++;
		return ERR_OK;
	}
	if ((e = check_border(c, until)))
		return e;
	/* exceptions are about one batch, and this one would begin within what is settled */
	if (r->exception_count && first != c->state.first)
		return ERR_INVALID;
	settled->applied++;
	return settle_item(c, r);
}

enum err outbox_settle(struct outbox *o, const struct message_receipts *receipts,
		       struct outbox_settled *settled)
{
	struct outbox_change c;
	enum err e;

	*settled = (struct outbox_settled){ 0 };
	if (receipts->count == 0)
		return ERR_OK;
	if ((e = outbox_change_begin(o, &c)))
		return e;
	for (size_t i = 0; !e && i < receipts->count; i++)
		e = settle_one(&c, &receipts->items[i], settled);
	if (!e)
		e = trim_exceptions(&c);
	if (e)
		log_write(LOG_ERROR, "outbox", "receipts not noted: %s", err_name(e));
	return outbox_change_end(&c, e);
}

enum err outbox_exceptions(struct outbox *o, uint64_t limit,
			   bool (*fn)(void *ctx, const struct outbox_exception *x), void *ctx)
{
	struct outbox_exception x;
	struct outbox_state shown;
	struct outbox_txn *txn;
	struct buf b = { 0 };
	uint64_t at;
	bool more = true;
	enum err e = outbox_txn_begin(o->store, false, &txn);

	if (e)
		return e;
	outbox_state(o, &shown);
	at = shown.exceptions_next > limit ? shown.exceptions_next - limit : 0;
	while (more && !(e = outbox_txn_next(txn, OUTBOX_EXCEPTIONS, at, &at))) {
		buf_clear(&b);
		if ((e = outbox_txn_get(txn, OUTBOX_EXCEPTIONS, at++, &b)))
			break;
		if (!decode_exception(buf_bytes(&b), &x)) {
			e = ERR_CORRUPT;
			break;
		}
		more = fn(ctx, &x);
	}
	buf_free(&b);
	outbox_txn_abort(&txn);
	return e == ERR_NOTFOUND ? ERR_OK : e;
}
