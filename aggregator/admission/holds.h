/* SPDX-License-Identifier: MIT */
/* Rows that wait for the office, with enough to fold them in when it lets them go. Any read
 * transaction. */
#ifndef ADMISSION_HOLDS_H
#define ADMISSION_HOLDS_H

#include "aggregator/progress/cells.h"
#include "proto/limits.h"

struct holds_record {
	uint64_t position; /* of the batch it came in */
	uint32_t row;
	uint16_t reporter;
	struct cell_key cell;
	enum event_kind kind;
	enum event_code code; /* why it is held */
	int32_t as_of;
	uint32_t revision;
	int64_t value, denominator;
	int64_t received_ms;
	char ref[LIMITS_REF + 1]; /* of an ADD; of a RETRACT: what it withdraws */
};

/* ERR_NOTFOUND: not on hold, or no longer. */
enum err holds_read(struct store_txn *t, uint64_t position, uint32_t row,
		    struct holds_record *out);
enum err holds_write(struct store_txn *t, const struct holds_record *record);
enum err holds_remove(struct store_txn *t, uint64_t position, uint32_t row);
/* All of them, oldest first; fn returns false to stop. */
enum err holds_walk(struct store_txn *t, bool (*fn)(void *ctx, const struct holds_record *record),
		    void *ctx);

#endif
