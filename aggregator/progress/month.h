/* SPDX-License-Identifier: MIT */
/* A value of the history table: the figures of one cell whose dates lie in one month, as they
 * stood at the end of each known day on which one of them changed.
 *
 *   header   u16: bit 15: with denominators; the rest: where the last group begins
 *   groups   in the order of known days: varint known day - known-from day of the key, varint
 *            number of records, the records in the order of their dates
 *   record   u8: day of the month 5 bits, enum figure_kind 2, with ADDs 1
 *            varint position of the newest row that changed it
 *            not NONE: varint revision, varint that position - position of the TOTAL or RETRACT,
 *                      varint row of it
 *            SET:      zigzag value; ratios: zigzag denominator
 *            ADDs:     varint how many, zigzag their sum; ratios: zigzag sum of denominators
 *
 * One known day changes 31 dates at most, so a group has at most MONTH_GROUP_MAX bytes; a new known
 * day goes into the newest value of the month as long as that can't grow past STORE_VALUE_MAX, else
 * it begins a new one. That depends on what was stored on earlier days alone, so the bytes are the
 * same wherever commits end. (A ratio's group may pass the mark where all of its numbers are near
 * 2^63; it still stays off the overflow pages.) */
#ifndef PROGRESS_MONTH_H
#define PROGRESS_MONTH_H

#include "aggregator/progress/figures.h"
#include "base/buf.h"
#include "base/reader.h"

#define MONTH_HEADER 2
#define MONTH_RECORD_MAX(ratio) ((ratio) ? 64 : 44)
#define MONTH_GROUP_MAX(ratio) (6 + 31 * MONTH_RECORD_MAX(ratio))
/* Bytes up to which a value takes in another known day. */
#define MONTH_OPEN_MAX(ratio) ((ratio) ? 0 : STORE_VALUE_MAX - 20 - MONTH_GROUP_MAX(false))

struct month_record {
	int32_t known;
	unsigned day; /* of the month, 1 .. 31 */
	enum figure_kind kind;
	uint32_t adds, revision;
	uint64_t touch;        /* position */
	uint64_t set_position;
	uint32_t set_row;
	int64_t set, add;
	int64_t set_below, add_below;
};

/* Reads the records of a value one by one. */
struct month_reader {
	struct reader reader;
	int32_t from;
	int32_t known;
	uint64_t left; /* records of the group */
	bool ratio;
};
/* from: the known-from day of the key. */
struct month_reader month_read(struct bytes value, int32_t from);
/* False at the end; where that is no regular end, month_failed says so. */
bool month_next(struct month_reader *r, struct month_record *out);
bool month_failed(const struct month_reader *r);

/* Where the last group begins, and its known day; ERR_CORRUPT where the value is none. */
enum err month_tail(struct bytes value, int32_t from, size_t *offset, int32_t *known);

/* Writes a value: kept (header and whole groups of an older one, or nothing), then one group of
 * those of the figures [from, to) whose last change was on the known day. key_known: that of the
 * key. first: the month's first day. */
void month_write(struct buf *out, struct bytes kept, const struct figures *f, uint32_t from,
		 uint32_t to, int32_t first, int32_t key_known, int32_t known);

/* As figures_restore takes it. first: the month's first day. */
struct figures_stored month_stored(const struct month_record *r, int32_t first);

#endif
