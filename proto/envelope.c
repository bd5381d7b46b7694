/* SPDX-License-Identifier: MIT */
#include "proto/envelope.h"

#include "proto/limits.h"

/* Where each field begins. */
enum { AT_VERSION = 0, AT_TYPE = 1, AT_FLAGS = 2, AT_ROWS = 4, AT_EPOCH = 8, AT_FIRST = 24 };

_Static_assert(AT_FIRST + 8 == LIMITS_HEADER, "the header ends with the sequence");

enum err envelope_decode(struct bytes message, struct envelope *out, struct bytes *body)
{
	const uint8_t *p = message.data;

	*out = (struct envelope){ 0 };
	*body = (struct bytes){ 0 };
	if (message.len < LIMITS_HEADER)
		return ERR_INVALID;
	out->version = p[AT_VERSION];
	out->type = p[AT_TYPE];
	out->flags = bytes_load16(p + AT_FLAGS);
	out->rows = bytes_load32(p + AT_ROWS);
	memcpy(out->epoch, p + AT_EPOCH, ENVELOPE_EPOCH_LEN);
	out->first_sequence = bytes_load64(p + AT_FIRST);
	*body = bytes_of(p + LIMITS_HEADER, message.len - LIMITS_HEADER);
	return out->version == LIMITS_VERSION ? ERR_OK : ERR_VERSION;
}

void envelope_encode(const struct envelope *e, uint8_t out[LIMITS_HEADER])
{
	out[AT_VERSION] = e->version;
	out[AT_TYPE] = e->type;
	bytes_store16(out + AT_FLAGS, e->flags);
	bytes_store32(out + AT_ROWS, e->rows);
	memcpy(out + AT_EPOCH, e->epoch, ENVELOPE_EPOCH_LEN);
	bytes_store64(out + AT_FIRST, e->first_sequence);
}

void envelope_put(struct buf *out, enum envelope_type type)
{
	struct envelope e = { .version = LIMITS_VERSION, .type = (uint8_t)type };
	uint8_t *p = buf_extend(out, LIMITS_HEADER);

	if (p)
		envelope_encode(&e, p);
}
