/* SPDX-License-Identifier: MIT */
/* Reading values as they were on a day, as they were known on a day, from a read transaction:
 * what queries use. Same answers as cells.h for known = now. Any thread, one transaction each. */
#ifndef PROGRESS_HISTORY_H
#define PROGRESS_HISTORY_H

#include "aggregator/progress/cells.h"

#define HISTORY_NOW INT32_MAX /* known_at: everything that is committed */

/* The fold of rows with as_of <= valid, as known at the end of the civil day known. Absent
 * (present false) is no error. ERR_CORRUPT. */
enum err history_at(struct store_txn *t, const struct catalogue *c, struct cell_key key,
		    int32_t valid, int32_t known, struct cell_value *out);

/* A figure as it stood at the end of a known day. */
struct history_point {
	int32_t as_of;
	int32_t known;            /* civil day on which the figure of this date became that */
	bool withdrawn;           /* nothing of that date counts any more */
	bool total;               /* a TOTAL stands there; else ADDs alone */
	uint32_t revision;
	uint64_t position;        /* newest entry that changed it */
	struct cell_value folded; /* the value of the day as_of, as known then */
};
/* Walks all figures of a cell, as it was known on the day `known`, in the order (as_of, known): one
 * point for each known day on which a row moved the figure of a date. (A row of an earlier date
 * that moves later ADDs makes no point of theirs.) fn returns false to stop. */
enum err history_walk(struct store_txn *t, struct cell_key key, int32_t known,
		      bool (*fn)(void *ctx, const struct history_point *point), void *ctx);

/* When the first report of a period arrived: ERR_NOTFOUND where none did. period: any of its
 * days. */
enum err history_first_report(struct store_txn *t, struct cell_key key, int32_t period,
			      int64_t *received_ms);

/* Every cell that has figures, in the order of the keys, as it stands now: one pass over the
 * current table, for matrices. from: first cell wanted. fn returns false to stop. */
enum err history_current(struct store_txn *t, struct cell_key from,
			 bool (*fn)(void *ctx, struct cell_key key, const struct cell_value *now),
			 void *ctx);

#endif
