/* SPDX-License-Identifier: MIT */
#include "aggregator/admission/holds.h"

#include "aggregator/ledger/keys.h"
#include "base/buf.h"
#include "base/reader.h"

static enum err decode(struct bytes found, struct bytes value, struct holds_record *out)
{
	struct reader r = reader_of(value);
	struct bytes ref;

	*out = (struct holds_record){ .reporter = reader_u16(&r) };
	out->cell.measure = reader_u16(&r);
	out->cell.unit = reader_u16(&r);
	out->cell.source = reader_u16(&r);
	out->cell.stage = reader_u8(&r);
	out->kind = (enum event_kind)reader_u8(&r);
	out->code = (enum event_code)reader_u8(&r);
	out->as_of = (int32_t)reader_u32(&r);
	out->revision = reader_u32(&r);
	out->value = (int64_t)reader_u64(&r);
	out->denominator = (int64_t)reader_u64(&r);
	out->received_ms = (int64_t)reader_u64(&r);
	ref = reader_block(&r);
	if (!reader_done(&r) || ref.len > LIMITS_REF ||
	    !keys_read_hold(found, &out->position, &out->row))
		return ERR_CORRUPT;
	if (ref.len)
		memcpy(out->ref, ref.data, ref.len);
	return ERR_OK;
}

enum err holds_read(struct store_txn *t, uint64_t position, uint32_t row,
		    struct holds_record *out)
{
	struct bytes value;
	struct keys key;
	enum err e;

	keys_hold(&key, position, row);
	e = store_get(t, STORE_HOLDS, keys_bytes(&key), &value);
	return e == ERR_OK ? decode(keys_bytes(&key), value, out) : e;
}

enum err holds_write(struct store_txn *t, const struct holds_record *h)
{
	struct buf value = { 0 };
	struct keys key;
	enum err e;

	buf_put_u16(&value, h->reporter);
	buf_put_u16(&value, h->cell.measure);
	buf_put_u16(&value, h->cell.unit);
	buf_put_u16(&value, h->cell.source);
	buf_put_u8(&value, h->cell.stage);
	buf_put_u8(&value, (uint8_t)h->kind);
	buf_put_u8(&value, (uint8_t)h->code);
	buf_put_u32(&value, (uint32_t)h->as_of);
	buf_put_u32(&value, h->revision);
	buf_put_u64(&value, (uint64_t)h->value);
	buf_put_u64(&value, (uint64_t)h->denominator);
	buf_put_u64(&value, (uint64_t)h->received_ms);
	buf_put_block(&value, bytes_of_string(h->ref));
	keys_hold(&key, h->position, h->row);
	e = buf_error(&value);
	if (e == ERR_OK)
		e = store_put(t, STORE_HOLDS, keys_bytes(&key), buf_bytes(&value));
	buf_free(&value);
	return e;
}

enum err holds_remove(struct store_txn *t, uint64_t position, uint32_t row)
{
	struct keys key;

	keys_hold(&key, position, row);
	return store_delete(t, STORE_HOLDS, keys_bytes(&key));
}

enum err holds_walk(struct store_txn *t, bool (*fn)(void *ctx, const struct holds_record *record),
		    void *ctx)
{
	struct holds_record record;
	struct store_cursor *c;
	struct bytes found, value;
	enum err e = store_cursor_open(t, STORE_HOLDS, &c);

	if (e != ERR_OK)
		return e;
	e = store_cursor_seek(c, (struct bytes){ 0 }, &found, &value);
	while (e == ERR_OK && (e = decode(found, value, &record)) == ERR_OK && fn(ctx, &record))
		e = store_cursor_next(c, &found, &value);
	store_cursor_close(c);
	return e == ERR_NOTFOUND ? ERR_OK : e;
}
