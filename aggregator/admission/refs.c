/* SPDX-License-Identifier: MIT */
#include "aggregator/admission/refs.h"

#include "aggregator/ledger/keys.h"
#include "base/reader.h"

#define VALUE_LEN 32

enum err refs_read(struct store_txn *t, uint16_t reporter, struct bytes ref,
		   struct refs_record *out)
{
	struct bytes value;
	struct reader r;
	struct keys key;
	enum err e;

	keys_ref(&key, reporter, ref);
	if ((e = store_get(t, STORE_REFS, keys_bytes(&key), &value)) != ERR_OK)
		return e;
	r = reader_of(value);
	out->state = (enum refs_state)reader_u8(&r);
	out->cell.measure = reader_u16(&r);
	out->cell.unit = reader_u16(&r);
	out->cell.source = reader_u16(&r);
	out->cell.stage = reader_u8(&r);
	out->as_of = (int32_t)reader_u32(&r);
	out->value = (int64_t)reader_u64(&r);
	out->position = reader_u64(&r);
	out->row = reader_u32(&r);
	return reader_done(&r) ? ERR_OK : ERR_CORRUPT;
}

enum err refs_write(struct store_txn *t, uint16_t reporter, struct bytes ref,
		    const struct refs_record *record)
{
	uint8_t value[VALUE_LEN];
	struct keys key;

	value[0] = (uint8_t)record->state;
	bytes_store16(value + 1, record->cell.measure);
	bytes_store16(value + 3, record->cell.unit);
	bytes_store16(value + 5, record->cell.source);
	value[7] = record->cell.stage;
	bytes_store32(value + 8, (uint32_t)record->as_of);
	bytes_store64(value + 12, (uint64_t)record->value);
	bytes_store64(value + 20, record->position);
	bytes_store32(value + 28, record->row);
	keys_ref(&key, reporter, ref);
	return store_put(t, STORE_REFS, keys_bytes(&key), bytes_of(value, sizeof(value)));
}
