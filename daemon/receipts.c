/* SPDX-License-Identifier: MIT */
#include "daemon/receipts.h"

#include <string.h>

#include "proto/limits.h"

/* A receipt's texts are a service: where they would fill more than this they stay at home, and
 * the code says what is wrong. */
#define TEXTS_MAX (LIMITS_REPLY_BYTES / 4)
#define MESSAGE_MAX (LIMITS_REPLY_BYTES / 2)

static bool admitted_whole(const struct message_receipt *r)
{
	for (unsigned v = 0; v < EVENT_VERDICT_COUNT; v++)
		if (v != EVENT_ADMITTED && r->counts[v] != 0)
			return false;
	return r->exception_count == 0;
}

static bool merge(struct message_receipt *last, const struct message_receipt *one)
{
	if (!admitted_whole(last) || !admitted_whole(one) ||
	    last->through_sequence + 1 != one->first_sequence ||
	    last->through_position >= one->first_position ||
	    last->counts[EVENT_ADMITTED] > UINT32_MAX - one->counts[EVENT_ADMITTED])
		return false;
	last->through_sequence = one->through_sequence;
	last->through_position = one->through_position;
	last->received_ms = one->received_ms;
	last->on_time += one->on_time;
	last->late += one->late;
	last->counts[EVENT_ADMITTED] += one->counts[EVENT_ADMITTED];
	return true;
}

static enum err grow(struct receipts *r, struct arena *a)
{
	size_t cap = r->cap ? r->cap * 2 : 8;
	struct message_receipt *items;

	if (r->count < r->cap)
		return ERR_OK;
	items = arena_calloc(a, cap, sizeof(*items));
	if (!items)
		return ERR_NOMEM;
	if (r->count)
		memcpy(items, r->items, r->count * sizeof(*items));
	r->items = items;
	r->cap = cap;
	return ERR_OK;
}

enum err receipts_add(struct receipts *r, struct arena *a, const struct message_receipt *one)
{
	enum err e;

	if (r->count > 0 && merge(&r->items[r->count - 1], one))
		return ERR_OK;
	e = grow(r, a);
	if (e == ERR_OK)
		r->items[r->count++] = *one;
	return e;
}

/* An upper bound of the encoded bytes. */
static size_t size_of(const struct message_receipt *r, size_t *texts)
{
	*texts = 0;
	for (size_t i = 0; i < r->exception_count; i++)
		*texts += r->exceptions[i].text.len + 4;
	return 128 + r->exception_count * 20 + *texts;
}

static enum err drop_texts(struct message_receipt *r, struct arena *a)
{
	struct message_exception *bare = arena_calloc(a, r->exception_count, sizeof(*bare));

	if (!bare)
		return ERR_NOMEM;
	memcpy(bare, r->exceptions, r->exception_count * sizeof(*bare));
	for (size_t i = 0; i < r->exception_count; i++)
		bare[i].text = (struct bytes){ 0 };
	r->exceptions = bare;
	return ERR_OK;
}

/* How many items from first on go into one message. */
static enum err fit(struct receipts *r, struct arena *a, size_t first, size_t *count)
{
	size_t bytes = 0;

	*count = 0;
	while (first + *count < r->count) {
		struct message_receipt *one = &r->items[first + *count];
		size_t texts, size = size_of(one, &texts);
		enum err e = texts > TEXTS_MAX ? drop_texts(one, a) : ERR_OK;

		if (e != ERR_OK)
			return e;
		if (texts > TEXTS_MAX)
			size -= texts;
		if (*count > 0 && bytes + size > MESSAGE_MAX)
			break;
		bytes += size;
		++*count;
	}
	return ERR_OK;
}

enum err receipts_send(struct receipts *r, struct arena *a, const uint8_t epoch[16],
		       uint32_t credit, enum err (*send)(void *ctx, struct bytes message),
		       void *ctx)
{
	struct buf out = { 0 };
	enum err e = ERR_OK;

	for (size_t first = 0, count; e == ERR_OK && first < r->count; first += count) {
		struct message_receipts m = { .credit = credit };

		e = fit(r, a, first, &count);
		if (e != ERR_OK)
			break;
		m.items = &r->items[first];
		m.count = count;
		/* an early message says no more than what it holds */
		m.expected = first + count == r->count ? r->expected :
							 m.items[count - 1].through_sequence + 1;
		buf_clear(&out);
		e = message_receipts_encode(&m, epoch, &out);
		if (e == ERR_OK)
			e = send(ctx, buf_bytes(&out));
	}
	buf_free(&out);
	*r = (struct receipts){ 0 };
	return e;
}
