/* SPDX-License-Identifier: MIT */
/* Rows that name places or things, of measures that are counted by them: every one of them as it
 * was folded, cell by cell, in the order in which they count. What a set held on any day, as known
 * on any other, is the fold of these (objects.h). Written by the writer alone; read in any
 * transaction. */
#ifndef PROGRESS_OBJECTS_LOG_H
#define PROGRESS_OBJECTS_LOG_H

#include "aggregator/progress/cells.h"

/* Numbers are stored; the first three are those of enum event_kind. */
enum objects_kind {
	OBJECTS_TOTAL = 0,   /* these are all that there are on that day */
	OBJECTS_ADD = 1,     /* these come on top */
	OBJECTS_RETRACT = 5, /* what stands at that day is withdrawn */
	OBJECTS_WITHDRAW = 6 /* one ADD is */
};

struct objects_record {
	struct cell_key cell;
	uint64_t position; /* of the entry that folded it; held: of its batch */
	uint32_t row;
	enum objects_kind kind;
	bool held; /* waits for the office, and counts nowhere */
	uint16_t reporter;
	int32_t as_of;
	uint32_t revision;
	int32_t known; /* civil day of the entry */
	uint64_t of_position; /* WITHDRAW: where the ADD stands */
	uint32_t of_row;
	const struct bytes *ids; /* distinct, not empty */
	size_t id_count;
};

enum err objects_log_write(struct store_txn *t, const struct objects_record *r);
/* ERR_NOTFOUND. */
enum err objects_log_remove(struct store_txn *t, struct cell_key cell, uint64_t position,
			    uint32_t row);
/* Records of a measure in the order (cell, position, row). The record and its texts are valid during
 * the call alone; fn returns false to stop. ERR_CORRUPT. */
enum err objects_log_walk(struct store_txn *t, uint16_t measure,
			  bool (*fn)(void *ctx, const struct objects_record *r), void *ctx);
/* One of them, handed to fn. ERR_NOTFOUND. */
enum err objects_log_read(struct store_txn *t, struct cell_key cell, uint64_t position,
			  uint32_t row, bool (*fn)(void *ctx, const struct objects_record *r),
			  void *ctx);

#endif
