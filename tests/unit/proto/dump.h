/* SPDX-License-Identifier: MIT */
/* Any protobuf-c message as text, by its descriptor: what PROTOCOL.md states under an example. */
#ifndef TESTS_UNIT_PROTO_DUMP_H
#define TESTS_UNIT_PROTO_DUMP_H

#include <inttypes.h>

#include "base/buf.h"
#include "proto/codec_wire.h"

static void dump_message(const ProtobufCMessage *m, unsigned indent, struct buf *out);

static bool dump_is_plain(ProtobufCBinaryData d)
{
	for (size_t i = 0; i < d.len; i++) {
		if (d.data[i] < ' ')
			return false;
	}
	return bytes_is_text(codec_wire_view(d));
}

static void dump_bytes(ProtobufCBinaryData d, struct buf *out)
{
	if (dump_is_plain(d)) {
		buf_printf(out, "\"%.*s\"", (int)d.len, (const char *)d.data);
		return;
	}
	buf_put_string(out, "hex ");
	for (size_t i = 0; i < d.len; i++)
		buf_printf(out, "%02x", d.data[i]);
}

static size_t dump_size(ProtobufCType type)
{
	switch (type) {
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_SINT32:
		return 4;
	case PROTOBUF_C_TYPE_BOOL:
		return sizeof(protobuf_c_boolean);
	case PROTOBUF_C_TYPE_BYTES:
		return sizeof(ProtobufCBinaryData);
	default:
		return 8;
	}
}

static bool dump_is_default(const ProtobufCFieldDescriptor *f, const uint8_t *at)
{
	static const uint8_t zeros[8];

	if (f->type == PROTOBUF_C_TYPE_BYTES)
		return ((const ProtobufCBinaryData *)(const void *)at)->len == 0;
	return memcmp(at, zeros, dump_size(f->type)) == 0;
}

static void dump_value(const ProtobufCFieldDescriptor *f, const void *at, struct buf *out)
{
	switch (f->type) {
	case PROTOBUF_C_TYPE_UINT32:
		buf_printf(out, "%" PRIu32, *(const uint32_t *)at);
		break;
	case PROTOBUF_C_TYPE_SINT32:
		buf_printf(out, "%" PRId32, *(const int32_t *)at);
		break;
	case PROTOBUF_C_TYPE_UINT64:
		buf_printf(out, "%" PRIu64, *(const uint64_t *)at);
		break;
	case PROTOBUF_C_TYPE_SINT64:
		buf_printf(out, "%" PRId64, *(const int64_t *)at);
		break;
	case PROTOBUF_C_TYPE_BOOL:
		buf_put_string(out, *(const protobuf_c_boolean *)at ? "true" : "false");
		break;
	case PROTOBUF_C_TYPE_BYTES:
		dump_bytes(*(const ProtobufCBinaryData *)at, out);
		break;
	default:
		buf_put_string(out, "a type that dump.h does not know");
	}
}

static void dump_nested(const ProtobufCFieldDescriptor *f, const ProtobufCMessage *m,
			unsigned indent, struct buf *out)
{
	buf_printf(out, "%*s%s {\n", (int)indent, "", f->name);
	dump_message(m, indent + 2, out);
	buf_printf(out, "%*s}\n", (int)indent, "");
}

static void dump_repeated(const ProtobufCFieldDescriptor *f, const uint8_t *base, unsigned indent,
			  struct buf *out)
{
	size_t n = *(const size_t *)(const void *)(base + f->quantifier_offset);
	const uint8_t *data = *(uint8_t *const *)(const void *)(base + f->offset);

	if (!n)
		return;
	if (f->type == PROTOBUF_C_TYPE_MESSAGE) {
		for (size_t i = 0; i < n; i++)
			dump_nested(f, ((ProtobufCMessage *const *)(const void *)data)[i], indent,
				    out);
		return;
	}
	buf_printf(out, "%*s%s: [", (int)indent, "", f->name);
	for (size_t i = 0; i < n; i++) {
		buf_put_string(out, i ? ", " : "");
		dump_value(f, data + i * dump_size(f->type), out);
	}
	buf_put_string(out, "]\n");
}

static void dump_field(const ProtobufCFieldDescriptor *f, const uint8_t *base, unsigned indent,
		       struct buf *out)
{
	const uint8_t *at = base + f->offset;

	if (f->label == PROTOBUF_C_LABEL_REPEATED) {
		dump_repeated(f, base, indent, out);
	} else if (f->type == PROTOBUF_C_TYPE_MESSAGE) {
		const ProtobufCMessage *m = *(ProtobufCMessage *const *)(const void *)at;

		if (m)
			dump_nested(f, m, indent, out);
	} else if (!dump_is_default(f, at)) {
		buf_printf(out, "%*s%s: ", (int)indent, "", f->name);
		dump_value(f, at, out);
		buf_put_u8(out, '\n');
	}
}

/* One line a field; what holds its default is left out. */
static void dump_message(const ProtobufCMessage *m, unsigned indent, struct buf *out)
{
	for (unsigned i = 0; i < m->descriptor->n_fields; i++)
		dump_field(&m->descriptor->fields[i], (const uint8_t *)m, indent, out);
}

#endif
