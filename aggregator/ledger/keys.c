/* SPDX-License-Identifier: MIT */
#include "aggregator/ledger/keys.h"

static void put(struct keys *k, const void *data, size_t len)
{
	if (len > KEYS_MAX - k->len)
		len = KEYS_MAX - k->len;
	if (len)
		memcpy(k->data + k->len, data, len);
	k->len += len;
}

static void put8(struct keys *k, uint8_t v)
{
	k->data[k->len++] = v;
}
static void put16(struct keys *k, uint16_t v)
{
	bytes_store16(k->data + k->len, v);
	k->len += 2;
}
static void put32(struct keys *k, uint32_t v)
{
	bytes_store32(k->data + k->len, v);
	k->len += 4;
}
static void put64(struct keys *k, uint64_t v)
{
	bytes_store64(k->data + k->len, v);
	k->len += 8;
}

void keys_text(struct keys *k, struct bytes text)
{
	k->len = 0;
	put(k, text.data, text.len);
}

void keys_ledger(struct keys *k, uint64_t position, uint16_t chunk)
{
	k->len = 0;
	put64(k, position);
	put16(k, chunk);
}

void keys_cell(struct keys *k, uint16_t measure, uint8_t stage, uint16_t unit, uint16_t source)
{
	k->len = 0;
	put16(k, measure);
	put8(k, stage);
	put16(k, unit);
	put16(k, source);
}

void keys_history(struct keys *k, uint16_t measure, uint8_t stage, uint16_t unit, uint16_t source,
		  int32_t month, int32_t known)
{
	keys_report(k, measure, stage, unit, source, month);
	put32(k, keys_biased(known));
}

void keys_report(struct keys *k, uint16_t measure, uint8_t stage, uint16_t unit, uint16_t source,
		 int32_t month)
{
	keys_cell(k, measure, stage, unit, source);
	put16(k, (uint16_t)month);
}

void keys_total(struct keys *k, uint16_t measure)
{
	k->len = 0;
	put16(k, measure);
}

void keys_light(struct keys *k, uint16_t measure, uint16_t unit, int32_t month)
{
	k->len = 0;
	put16(k, measure);
	put16(k, unit);
	put16(k, (uint16_t)month);
}

void keys_public(struct keys *k, const uint8_t public_key[32])
{
	k->len = 0;
	put8(k, 'k');
	put(k, public_key, 32);
}

void keys_invite(struct keys *k, const uint8_t nonce_hash[32])
{
	k->len = 0;
	put8(k, 'i');
	put(k, nonce_hash, 32);
}

void keys_delegation(struct keys *k, uint16_t unit, struct bytes item)
{
	k->len = 0;
	put8(k, 'd');
	put16(k, unit);
	put(k, item.data, item.len);
}

void keys_epoch(struct keys *k, uint16_t reporter, const uint8_t epoch[16])
{
	k->len = 0;
	put16(k, reporter);
	put(k, epoch, 16);
}

void keys_batch(struct keys *k, uint16_t reporter, const uint8_t epoch[16], uint64_t first)
{
	keys_epoch(k, reporter, epoch);
	put64(k, first);
}

void keys_ref(struct keys *k, uint16_t reporter, struct bytes ref)
{
	k->len = 0;
	put16(k, reporter);
	put(k, ref.data, ref.len);
}

void keys_hold(struct keys *k, uint64_t position, uint32_t row)
{
	k->len = 0;
	put64(k, position);
	put32(k, row);
}

void keys_alert_log(struct keys *k, uint64_t number)
{
	k->len = 0;
	put64(k, number);
}

void keys_aside(struct keys *k, uint16_t reporter, int32_t day)
{
	k->len = 0;
	put16(k, reporter);
	put32(k, keys_biased(day));
}

void keys_object(struct keys *k, const struct keys *cell, uint64_t position, uint32_t row,
		 uint16_t chunk)
{
	*k = *cell;
	put64(k, position);
	put32(k, row);
	put16(k, chunk);
}

bool keys_read_object(struct bytes found, uint64_t *position, uint32_t *row, uint16_t *chunk)
{
	if (found.len != KEYS_CELL_LEN + 14)
		return false;
	*position = bytes_load64(found.data + KEYS_CELL_LEN);
	*row = bytes_load32(found.data + KEYS_CELL_LEN + 8);
	*chunk = bytes_load16(found.data + KEYS_CELL_LEN + 12);
	return true;
}

void keys_flag(struct keys *k, uint16_t measure, uint16_t unit, int32_t month, uint8_t rule)
{
	keys_light(k, measure, unit, month);
	put8(k, rule);
}

void keys_sample(struct keys *k, int32_t month, uint16_t measure, uint16_t unit)
{
	k->len = 0;
	put16(k, (uint16_t)month);
	put16(k, measure);
	put16(k, unit);
}

void keys_version(struct keys *k, uint16_t measure, uint8_t kind, uint16_t number)
{
	k->len = 0;
	put16(k, measure);
	put8(k, kind);
	put16(k, number);
}

bool keys_read_version(struct bytes found, uint16_t *measure, uint8_t *kind, uint16_t *number)
{
	if (found.len != 5)
		return false;
	*measure = bytes_load16(found.data);
	*kind = found.data[2];
	*number = bytes_load16(found.data + 3);
	return true;
}

void keys_record(struct keys *k, uint8_t kind, struct bytes id)
{
	k->len = 0;
	put8(k, kind);
	put(k, id.data, id.len);
}

void keys_step(struct keys *k, uint8_t kind, struct bytes id, uint32_t number)
{
	keys_record(k, kind, id);
	put8(k, 0);
	put32(k, number);
}

bool keys_read_cell(struct bytes found, uint16_t *measure, uint8_t *stage, uint16_t *unit,
		    uint16_t *source)
{
	if (found.len < KEYS_CELL_LEN)
		return false;
	*measure = bytes_load16(found.data);
	*stage = found.data[2];
	*unit = bytes_load16(found.data + 3);
	*source = bytes_load16(found.data + 5);
	return true;
}

bool keys_read_history(struct bytes found, int32_t *month, int32_t *known)
{
	if (found.len != KEYS_HISTORY_LEN)
		return false;
	*month = bytes_load16(found.data + KEYS_CELL_LEN);
	*known = keys_unbiased(bytes_load32(found.data + KEYS_CELL_LEN + 2));
	return true;
}

bool keys_read_light(struct bytes found, uint16_t *measure, uint16_t *unit, int32_t *month)
{
	if (found.len != 6)
		return false;
	*measure = bytes_load16(found.data);
	*unit = bytes_load16(found.data + 2);
	*month = bytes_load16(found.data + 4);
	return true;
}

bool keys_read_sample(struct bytes found, int32_t *month, uint16_t *measure, uint16_t *unit)
{
	if (found.len != 6)
		return false;
	*month = bytes_load16(found.data);
	*measure = bytes_load16(found.data + 2);
	*unit = bytes_load16(found.data + 4);
	return true;
}

bool keys_read_epoch(struct bytes found, uint16_t *reporter, uint8_t epoch[16])
{
	if (found.len != KEYS_EPOCH_LEN)
		return false;
	*reporter = bytes_load16(found.data);
	memcpy(epoch, found.data + 2, 16);
	return true;
}

bool keys_read_hold(struct bytes found, uint64_t *position, uint32_t *row)
{
	if (found.len != 12)
		return false;
	*position = bytes_load64(found.data);
	*row = bytes_load32(found.data + 8);
	return true;
}
