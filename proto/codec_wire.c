/* SPDX-License-Identifier: MIT */
#include "proto/codec_wire.h"

#include "proto/limits.h"

/* Tells a used-up budget from a malformed body, which protobuf-c does not. */
struct source {
	struct arena *arena;
	bool refused;
};

static void *take(void *data, size_t size)
{
	struct source *s = data;
	void *p = arena_alloc(s->arena, size);

	if (!p)
		s->refused = true;
	return p;
}

static void keep(void *data, void *pointer)
{
	(void)data, (void)pointer;
}

enum err codec_wire_unpack(const ProtobufCMessageDescriptor *descriptor, struct bytes body,
			   struct arena *arena, ProtobufCMessage **out)
{
	struct source source = { arena, false };
	ProtobufCAllocator allocator = { take, keep, &source };

	*out = protobuf_c_message_unpack(descriptor, &allocator, body.len, body.data);
	if (*out)
		return ERR_OK;
	return source.refused ? ERR_NOMEM : ERR_INVALID;
}

enum err codec_wire_pack(const ProtobufCMessage *m, struct buf *out)
{
	size_t size = protobuf_c_message_get_packed_size(m);
	uint8_t *p = buf_extend(out, size);

	if (!p)
		return ERR_NOMEM;
	protobuf_c_message_pack(m, p);
	return ERR_OK;
}

enum err codec_wire_message(enum envelope_type type, const uint8_t *epoch,
			    const ProtobufCMessage *m, struct buf *out)
{
	struct envelope e = { .version = LIMITS_VERSION, .type = (uint8_t)type };
	uint8_t *p = buf_extend(out, LIMITS_HEADER);

	if (!p)
		return ERR_NOMEM;
	if (epoch)
		memcpy(e.epoch, epoch, ENVELOPE_EPOCH_LEN);
	envelope_encode(&e, p);
	return codec_wire_pack(m, out);
}

bool codec_wire_text(ProtobufCBinaryData d, size_t max, struct bytes *out)
{
	*out = codec_wire_view(d);
	return d.len <= max && bytes_is_text(*out);
}

bool codec_wire_exact(ProtobufCBinaryData d, size_t len, struct bytes *out)
{
	*out = codec_wire_view(d);
	return d.len == len;
}
