/* SPDX-License-Identifier: MIT */
/* Every key of every table. Big-endian, so that the order of the keys is that of the things:
 *
 *   meta        name
 *   ledger      position u64, chunk u16
 *   history     cell, month of as_of u16, known-from day i32
 *   current     cell
 *   totals      measure u16
 *   reports     cell, month u16
 *   lights      measure u16, unit u16, month u16
 *   keys        'k' public key 32 | 'i' hash of an invitation's nonce 32 | 'd' unit u16, item id
 *   epochs      reporter u16, epoch 16
 *   batches     reporter u16, epoch 16, first sequence u64
 *   refs        reporter u16, ref
 *   holds       position u64, row u32
 *   alerts      alert id
 *   alert-log   number u64
 *   acts        client-made act id
 *   aside       reporter u16, day i32
 *   records     kind u8, id
 *   steps       kind u8, id, NUL, number u32
 *   reviews     measure u16, unit u16, month u16, as lights
 *   versions    measure u16, kind u8, number u16
 *   flags       measure u16, unit u16, month u16, rule u8
 *   samples     month u16, measure u16, unit u16; of the period itself: both 0xffff
 *   objects     cell, position u64, row u32, chunk u16
 *
 * cell: measure u16, stage u8, unit u16, source u16. Signed numbers are stored with their sign bit
 * turned round; a month is year * 12 + (month - 1). */
#ifndef LEDGER_KEYS_H
#define LEDGER_KEYS_H

#include <stdint.h>

#include "base/bytes.h"

#define KEYS_MAX 192 /* bytes of the longest key */
#define KEYS_CELL_LEN 7
#define KEYS_HISTORY_LEN 13
#define KEYS_REPORT_LEN 9
#define KEYS_EPOCH_LEN 18
#define KEYS_BATCH_LEN 26

/* Holds a key, or the beginning of one. */
struct keys {
	uint8_t data[KEYS_MAX];
	size_t len;
};

static inline struct bytes keys_bytes(const struct keys *k)
{
	return (struct bytes){ k->data, k->len };
}
/* True where found begins with the bytes of prefix: the end condition of a walk. */
static inline bool keys_begin(struct bytes found, const struct keys *prefix)
{
	return found.len >= prefix->len && memcmp(found.data, prefix->data, prefix->len) == 0;
}

/* For order: i32 as u32 and back. */
static inline uint32_t keys_biased(int32_t v)
{
	return (uint32_t)v ^ UINT32_C(0x80000000);
}
static inline int32_t keys_unbiased(uint32_t v)
{
	return (int32_t)(v ^ UINT32_C(0x80000000));
}

/* Each fills *k. Texts longer than fits are a caller's fault and are cut: bound them before. */
void keys_text(struct keys *k, struct bytes text); /* meta, alerts, acts */
void keys_ledger(struct keys *k, uint64_t position, uint16_t chunk);
void keys_cell(struct keys *k, uint16_t measure, uint8_t stage, uint16_t unit, uint16_t source);
void keys_history(struct keys *k, uint16_t measure, uint8_t stage, uint16_t unit, uint16_t source,
		  int32_t month, int32_t known);
void keys_report(struct keys *k, uint16_t measure, uint8_t stage, uint16_t unit, uint16_t source,
		 int32_t month);
void keys_total(struct keys *k, uint16_t measure);
void keys_light(struct keys *k, uint16_t measure, uint16_t unit, int32_t month);
void keys_public(struct keys *k, const uint8_t public_key[32]);
void keys_invite(struct keys *k, const uint8_t nonce_hash[32]);
void keys_delegation(struct keys *k, uint16_t unit, struct bytes item);
void keys_epoch(struct keys *k, uint16_t reporter, const uint8_t epoch[16]);
void keys_batch(struct keys *k, uint16_t reporter, const uint8_t epoch[16], uint64_t first);
void keys_ref(struct keys *k, uint16_t reporter, struct bytes ref);
void keys_hold(struct keys *k, uint64_t position, uint32_t row);
void keys_alert_log(struct keys *k, uint64_t number);
void keys_record(struct keys *k, uint8_t kind, struct bytes id);
void keys_version(struct keys *k, uint16_t measure, uint8_t kind, uint16_t number);
void keys_step(struct keys *k, uint8_t kind, struct bytes id, uint32_t number);
/* rule 0: before all of the month */
void keys_flag(struct keys *k, uint16_t measure, uint16_t unit, int32_t month, uint8_t rule);
void keys_sample(struct keys *k, int32_t month, uint16_t measure, uint16_t unit);
/* An objects key starts with that of its cell: keys_cell is the prefix of all rows of a cell. */
void keys_object(struct keys *k, const struct keys *cell, uint64_t position, uint32_t row,
		 uint16_t chunk);
void keys_aside(struct keys *k, uint16_t reporter, int32_t day);

/* And back, for walks; false where found has another length. */
bool keys_read_cell(struct bytes found, uint16_t *measure, uint8_t *stage, uint16_t *unit,
		    uint16_t *source); /* current; also the head of history and reports */
bool keys_read_history(struct bytes found, int32_t *month, int32_t *known);
bool keys_read_light(struct bytes found, uint16_t *measure, uint16_t *unit, int32_t *month);
bool keys_read_sample(struct bytes found, int32_t *month, uint16_t *measure, uint16_t *unit);
bool keys_read_epoch(struct bytes found, uint16_t *reporter, uint8_t epoch[16]);
/* Behind the cell, which keys_read_cell reads. */
bool keys_read_object(struct bytes found, uint64_t *position, uint32_t *row, uint16_t *chunk);
bool keys_read_hold(struct bytes found, uint64_t *position, uint32_t *row);
bool keys_read_version(struct bytes found, uint16_t *measure, uint8_t *kind, uint16_t *number);

#endif
