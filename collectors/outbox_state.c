/* SPDX-License-Identifier: MIT */
#include "base/crypto.h"
#include "base/reader.h"
#include "collectors/outbox_impl.h"

#define FORMAT 1

/* The numbers in the order in which they are stored. */
#define NUMBERS(s)                                                                                \
	{ &(s)->base,     &(s)->first,  &(s)->sealed_until, &(s)->next,            &(s)->batches, \
	  &(s)->bytes,    &(s)->opened, &(s)->epochs,       &(s)->exceptions_next,                \
	  &(s)->receipted_rows }

void outbox_state_encode(const struct outbox_state *s, struct buf *out)
{
	const uint64_t *const numbers[] = NUMBERS(s);

	buf_put_u16(out, FORMAT);
	buf_put(out, bytes_of(s->epoch, sizeof(s->epoch)));
	buf_put(out, bytes_of(s->place, sizeof(s->place)));
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		buf_put_u64(out, *numbers[i]);
	for (size_t i = 0; i < EVENT_VERDICT_COUNT; i++)
		buf_put_u64(out, s->verdicts[i]);
	buf_put_u64(out, (uint64_t)s->created_ms);
	buf_put_u64(out, (uint64_t)s->last_receipt_ms);
}

enum err outbox_state_decode(struct bytes from, struct outbox_state *out)
{
	uint64_t *const numbers[] = NUMBERS(out);
	struct reader r = reader_of(from);
	struct bytes epoch, place;

	*out = (struct outbox_state){ 0 };
	if (reader_u16(&r) != FORMAT)
		return ERR_VERSION;
	epoch = reader_take(&r, sizeof(out->epoch));
	place = reader_take(&r, sizeof(out->place));
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		*numbers[i] = reader_u64(&r);
	for (size_t i = 0; i < EVENT_VERDICT_COUNT; i++)
		out->verdicts[i] = reader_u64(&r);
	out->created_ms = (int64_t)reader_u64(&r);
	out->last_receipt_ms = (int64_t)reader_u64(&r);
	if (!reader_done(&r))
		return ERR_CORRUPT;
	memcpy(out->epoch, epoch.data, epoch.len);
	memcpy(out->place, place.data, place.len);
	return ERR_OK;
}

void outbox_state_renew(struct outbox_state *s)
{
	crypto_random(s->epoch, sizeof(s->epoch));
	s->base = s->first - 1;
	s->epochs++;
}
