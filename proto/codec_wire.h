/* SPDX-License-Identifier: MIT */
/* protobuf-c over an arena, for codec.c and the files of message: the one door to the generated
 * code. */
#ifndef PROTO_CODEC_WIRE_H
#define PROTO_CODEC_WIRE_H

#include "proto/minsheng.pb-c.h"

#include "base/arena.h"
#include "base/buf.h"
#include "proto/envelope.h"

/* Unpacks into the arena: *out and all it points to live there. The budget of the arena is what
 * a hostile body can cost. ERR_INVALID: not that message; ERR_NOMEM: the budget or memory. */
enum err codec_wire_unpack(const ProtobufCMessageDescriptor *descriptor, struct bytes body,
			   struct arena *arena, ProtobufCMessage **out);
/* Appends the packed message. */
enum err codec_wire_pack(const ProtobufCMessage *m, struct buf *out);
/* Appends header and packed message. epoch: NULL for none. */
enum err codec_wire_message(enum envelope_type type, const uint8_t *epoch,
			    const ProtobufCMessage *m, struct buf *out);

static inline struct bytes codec_wire_view(ProtobufCBinaryData d)
{
	return (struct bytes){ d.data, d.len };
}
/* A text of at most max bytes, which may be empty: false where it is longer or no text. */
bool codec_wire_text(ProtobufCBinaryData d, size_t max, struct bytes *out);
/* Exactly len bytes of anything. */
bool codec_wire_exact(ProtobufCBinaryData d, size_t len, struct bytes *out);
/* For packing only: protobuf-c does not write through the pointer, it just lacks the const. */
static inline ProtobufCBinaryData codec_wire_data(struct bytes b)
{
	return (ProtobufCBinaryData){ b.len, (uint8_t *)(uintptr_t)b.data };
}

#endif
