/* SPDX-License-Identifier: MIT */
/* Sealed batches that are too large for the daemon are taken apart and sealed anew, smaller. */
#include <stdlib.h>

#include "collectors/outbox_impl.h"
#include "proto/codec.h"

#define DECODE_BUDGET (64u << 20)

/* The text of a row in a sparse list, whose rows rise: *at is where to look on. */
static struct bytes text_at(struct event_texts list, uint32_t row, size_t *at)
{
	while (*at < list.count && list.items[*at].row < row)
		(*at)++;
	return *at < list.count && list.items[*at].row == row ? list.items[*at].text :
								(struct bytes){ 0 };
}

static uint32_t number_at(struct event_numbers list, uint32_t row, size_t *at)
{
	while (*at < list.count && list.items[*at].row < row)
		(*at)++;
	return *at < list.count && list.items[*at].row == row ? list.items[*at].number : 0;
}

/* The ids of a row as one text, as they were before they were sealed. */
static enum err objects_at(struct event_texts list, uint32_t row, struct arena *a, size_t *at,
			   struct bytes *out)
{
	size_t first, len = 0, used = 0;
	char *text;

	while (*at < list.count && list.items[*at].row < row)
		(*at)++;
	for (first = *at; *at < list.count && list.items[*at].row == row; (*at)++)
		len += list.items[*at].text.len + 1;
	if (len == 0)
		return ERR_OK;
	if (!(text = arena_alloc(a, len)))
		return ERR_NOMEM;
	for (; first < *at; first++) {
		memcpy(text + used, list.items[first].text.data, list.items[first].text.len);
		used += list.items[first].text.len;
		text[used++] = ';';
	}
	*out = bytes_of(text, len - 1);
	return ERR_OK;
}

static enum err to_rows(const struct event_batch *b, struct arena *a, struct row *rows)
{
	size_t at[8] = { 0 };
	enum err e = ERR_OK;

	for (uint32_t i = 0; e == ERR_OK && i < b->rows; i++) {
		const struct event_target *t = &b->targets[b->target.data[i * b->target.stride]];

		rows[i] = (struct row){
			.target = t->id,
			.unit = b->units[b->unit.data[i * b->unit.stride]],
			.decimals = (uint8_t)t->decimals,
			.kind = (uint8_t)b->kind.data[i * b->kind.stride],
			.value = b->value.data[i * b->value.stride],
			.denominator = b->denominator.data[i * b->denominator.stride],
			.as_of = b->as_of.data[i * b->as_of.stride],
			.observed_ms = b->observed.data[i * b->observed.stride],
			.revision = number_at(b->revision, i, &at[0]),
			.stage = text_at(b->stage, i, &at[1]),
			.note = text_at(b->note, i, &at[2]),
			.reason = text_at(b->reason, i, &at[3]),
			.evidence = text_at(b->evidence, i, &at[4]),
			.ref = text_at(b->ref, i, &at[5]),
			.withdraw = text_at(b->withdraw, i, &at[7]),
		};
		e = objects_at(b->object, i, a, &at[6], &rows[i].object);
	}
	return e;
}

/* Seals the rows of one value again in its place: sealed_until walks along. */
static enum err reseal_value(struct outbox_change *c, const struct seal_terms *terms,
			     const struct buf *value, struct arena *a)
{
	struct bytes body = { value->data + OUTBOX_VALUE_HEAD, value->len - OUTBOX_VALUE_HEAD };
	uint32_t count = bytes_load32(value->data + 8);
	struct outbox_removed removed;
	struct codec_fault fault;
	struct event_batch batch;
	struct row *rows;
	enum err e = codec_batch_decode(body, count, a, &batch, &fault);

	if (e)
		return e == ERR_INVALID ? ERR_CORRUPT : e;
	if (!(rows = arena_alloc(a, count * sizeof(*rows))))
		return ERR_NOMEM;
	if ((e = to_rows(&batch, a, rows)))
		return e;
	e = outbox_txn_delete(c->txn, OUTBOX_SEALED, c->state.sealed_until,
			      c->state.sealed_until + count, &removed);
	c->state.bytes -= removed.bytes;
	c->state.batches -= removed.values;
	return e ? e : outbox_seal_into(c, terms, rows, count, (int64_t)bytes_load64(value->data));
}

static enum err reseal_all(struct outbox_change *c, const struct seal_terms *terms)
{
	struct arena *a = arena_new(DECODE_BUDGET);
	uint64_t until = c->state.sealed_until;
	struct buf value = { 0 };
	enum err e = a ? ERR_OK : ERR_NOMEM;

	c->state.sealed_until = c->state.first;
	while (!e && c->state.sealed_until < until) {
		buf_clear(&value);
		arena_reset(a);
		e = outbox_txn_get(c->txn, OUTBOX_SEALED, c->state.sealed_until, &value);
		if (!e)
			e = value.len < OUTBOX_VALUE_HEAD ? ERR_CORRUPT :
							    reseal_value(c, terms, &value, a);
	}
	buf_free(&value);
	arena_free(a);
	return e;
}

enum err outbox_reseal(struct outbox *o, const struct seal_terms *terms)
{
	struct outbox_change c;
	enum err e = outbox_change_begin(o, &c);

	if (e)
		return e;
	e = reseal_all(&c, terms);
	outbox_state_renew(&c.state);
	return outbox_change_end(&c, e);
}
