/* SPDX-License-Identifier: MIT */
#include "aggregator/ledger/entry.h"

#include "base/reader.h"

#define FORM_VERSION 1

const char *entry_kind_name(enum entry_kind k)
{
	static const char *const names[] = {
		[ENTRY_CATALOGUE] = "catalogue", [ENTRY_BATCH] = "batch", [ENTRY_GAP] = "gap",
		[ENTRY_ACT] = "act",		 [ENTRY_LINK] = "link",	  [ENTRY_TICK] = "tick",
		[ENTRY_CONFLICT] = "conflict",
	};
	size_t n = (size_t)k;

	return n < sizeof(names) / sizeof(names[0]) && names[n] ? names[n] : "unknown";
}

enum err entry_encode(const struct entry *e, struct buf *out)
{
	buf_reserve(out, ENTRY_HEAD_LEN + e->body.len + e->decisions.len + 8);
	buf_put_u8(out, FORM_VERSION);
	buf_put_u8(out, (uint8_t)e->kind);
	buf_put_u8(out, 0); /* kept for flags */
	buf_put_u64(out, e->position);
	buf_put_u64(out, (uint64_t)e->time_ms);
	buf_put_u32(out, e->rules);
	buf_put_u16(out, e->reporter);
	buf_put(out, bytes_of(e->key, sizeof(e->key)));
	buf_put(out, bytes_of(e->epoch, sizeof(e->epoch)));
	buf_put_u64(out, e->first_sequence);
	buf_put_u32(out, e->rows);
	buf_put_u64(out, e->back);
	buf_put_u32(out, (uint32_t)e->body.len);
	buf_put_u32(out, (uint32_t)e->decisions.len);
	buf_put_u64(out, 0); /* kept for what replicas add */
	buf_put(out, e->body);
	buf_put(out, e->decisions);
	return buf_error(out);
}

static void copy(struct reader *r, uint8_t *to, size_t len)
{
	struct bytes b = reader_take(r, len);

	if (b.data)
		memcpy(to, b.data, len);
}

static enum err read_head(struct reader *r, struct entry *e, uint32_t *body, uint32_t *decisions)
{
	uint8_t version = reader_u8(r), kind = reader_u8(r), flags = reader_u8(r);

	*e = (struct entry){ .kind = (enum entry_kind)kind };
	e->position = reader_u64(r);
	e->time_ms = (int64_t)reader_u64(r);
	e->rules = reader_u32(r);
	e->reporter = reader_u16(r);
	copy(r, e->key, sizeof(e->key));
	copy(r, e->epoch, sizeof(e->epoch));
	e->first_sequence = reader_u64(r);
	e->rows = reader_u32(r);
	e->back = reader_u64(r);
	*body = reader_u32(r);
	*decisions = reader_u32(r);
	if (!r->failed && version > FORM_VERSION)
		return ERR_VERSION;
	if (reader_u64(r) != 0 || flags != 0 || r->failed || version != FORM_VERSION ||
	    kind < ENTRY_CATALOGUE || kind > ENTRY_CONFLICT)
		return ERR_CORRUPT;
	return ERR_OK;
}

enum err entry_decode_head(struct bytes form, struct entry *out)
{
	struct reader r = reader_of(form);
	uint32_t body, decisions;

	return read_head(&r, out, &body, &decisions);
}

enum err entry_decode(struct bytes form, struct entry *out)
{
	struct reader r = reader_of(form);
	uint32_t body, decisions;
	enum err e = read_head(&r, out, &body, &decisions);

	if (e != ERR_OK)
		return e;
	out->body = reader_take(&r, body);
	out->decisions = reader_take(&r, decisions);
	return reader_done(&r) ? ERR_OK : ERR_CORRUPT;
}

void entry_chain(const uint8_t before[CRYPTO_HASH_LEN], struct bytes form,
		 uint8_t out[CRYPTO_HASH_LEN])
{
	struct crypto_hasher h;

	crypto_hash_begin(&h);
	crypto_hash_add(&h, bytes_of(before, CRYPTO_HASH_LEN));
	crypto_hash_add(&h, form);
	crypto_hash_end(&h, out);
}
