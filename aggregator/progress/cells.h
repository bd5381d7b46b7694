/* SPDX-License-Identifier: MIT */
/* Cells: what a measure stands at in a unit. The writer's memory of them, a cache of the last
 * commit plus what the open transaction changed. Rows fold in the order (as_of, revision,
 * position, row): a TOTAL sets, an ADD adds, a RETRACT removes; the value on a day is the fold of
 * all rows with as_of up to it. Rows of different as_of commute. Within one as_of:
 *   TOTAL    of the revision that stands, or a higher one: sets, and absorbs the day's ADDs;
 *            of a lower revision: changes nothing.
 *   ADD      has revision 0: it adds to what stands, unless a TOTAL or RETRACT of a revision
 *            above 0 stands there, which absorbs it.
 *   RETRACT  withdraws whatever stands at that day, ADDs too: the day says nothing, earlier days
 *            show through. It takes the revision that stood there where its own is lower; a
 *            TOTAL of a lower revision that arrives later changes nothing.
 * One thread: the pipeline. */
#ifndef PROGRESS_CELLS_H
#define PROGRESS_CELLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aggregator/catalogue/catalogue.h"
#include "aggregator/ledger/store.h"
#include "proto/event.h"

/* source: CATALOGUE_NONE for the figure that counts, else the unit whose shadow figure it is. */
struct cell_key {
	uint16_t measure;
	uint16_t unit;
	uint16_t source;
	uint8_t stage; /* index into the measure's stages; 0 where it has none */
};
/* Stage of the figure that counts: the measure's counting_stage; 0 for a measure without stages
 * and for a milestone, whose first stage's cell also takes note of reports. */
uint8_t cell_counting_stage(const struct catalogue_measure *m);
/* The cell whose figure counts. */
struct cell_key cell_counting(const struct catalogue *c, uint16_t measure, uint16_t unit);

struct cells;
struct cell;

/* A value on a day. */
struct cell_value {
	bool present;        /* false: no row says anything; that is not zero */
	int64_t value;       /* a ratio's numerator */
	int64_t denominator; /* ratios; else 0 */
	int32_t as_of;       /* newest date of the fold's rows; DATE_NONE where absent */
	uint64_t position;   /* newest entry that touched the rows from the last TOTAL on, RETRACTs
	                      * too: it grows whenever the value moves. 0: none */
};

struct cell_row {
	enum event_kind kind; /* TOTAL (LEVEL and STAGE too), ADD, or RETRACT of what stands at as_of */
	int32_t as_of;
	uint32_t revision;
	int64_t value;
	int64_t denominator;
	uint64_t position;    /* of the entry; rows arrive in the order (position, row) */
	uint32_t row;         /* within the entry: orders rows of one entry */
	int32_t known;        /* civil day of the entry's time; never before that of an earlier row */
};

/* Empty; cells are read when they are first asked for. The catalogue must outlive it, or be
 * followed. */
enum err cells_new(const struct catalogue *c, struct cells **out);
void cells_free(struct cells *c); /* accepts NULL */

/* Finds, or loads, or makes. The pointer is valid until rollback or free. Hot: an array lookup
 * for counting cells. ERR_INVALID: a number that the catalogue does not have. */
enum err cells_get(struct cells *c, struct store_txn *t, struct cell_key key, struct cell **out);
struct cell_key cell_key_of(const struct cell *c);

/* The fold of all rows with as_of <= day, as known now. A look-up; dates in a row that were all
 * withdrawn cost a step each. */
struct cell_value cell_at(const struct cell *c, int32_t day);
/* The newest of all. */
struct cell_value cell_now(const struct cell *c);
/* What stands at exactly this day by a TOTAL (and ADDs after it): present false where none does.
 * *revision: of the TOTAL or RETRACT there, 0 where there is neither; may be NULL. */
struct cell_value cell_exactly(const struct cell *c, int32_t day, uint32_t *revision);
/* A TOTAL or an ADD of exactly this day counts: there is something to retract. */
bool cell_stands(const struct cell *c, int32_t day);
/* The first TOTAL after day; present false where there is none. */
struct cell_value cell_after(const struct cell *c, int32_t day);

/* Folds a row in. *changed: the value on some day moved. ERR_RANGE: a sum on some day would not
 * fit, or a date lies before 1970 or after 2149; nothing changed. ERR_STATE: known went back. NIL
 * rows change nothing: they are for cells_reported. */
enum err cells_fold(struct cells *c, struct store_txn *t, struct cell *cell,
		    const struct cell_row *row, bool *changed);
/* Takes an ADD back: add is the row as it was folded (as_of, value, denominator, position, row). No
 * effect where a later TOTAL or RETRACT of that day absorbed it. position and known: of the entry
 * that withdraws it. ERR_RANGE as above. */
enum err cells_withdraw(struct cells *c, struct store_txn *t, struct cell *cell,
			const struct cell_row *add, uint64_t position, int32_t known,
			bool *changed);

/* A report arrived for the period of as_of (NIL too). Keeps the time of the first,
 * by when it was received: one that waited for the office may be told of later. */
enum err cells_reported(struct cells *c, struct store_txn *t, struct cell *cell, int32_t as_of,
			int64_t received_ms, uint64_t position);
/* When the first report of a period arrived, or 0. period: its last day. */
int64_t cell_first_report(const struct cell *c, int32_t period);

/* Writes every dirty cell, in key order. Before commit, and before a state hash; any number of
 * times in a transaction. What is stored does not depend on when. An error leaves the memory ahead
 * of the transaction: abort, and roll back. */
enum err cells_flush(struct cells *c, struct store_txn *t);
/* The transaction is committed: what is dirty is clean. Calls fn for each cell whose
 * cell_now is another one than at the last commit, in key order; fn may be NULL. */
void cells_committed(struct cells *c,
		     void (*fn)(void *ctx, struct cell_key key, struct cell_value before,
				struct cell_value now),
		     void *ctx);
/* The transaction was aborted: dirty cells are forgotten, and read again when next needed. */
void cells_rollback(struct cells *c);
/* The catalogue grew: numbers stay, arrays get longer. */
enum err cells_follow(struct cells *c, const struct catalogue *next);
size_t cells_memory(const struct cells *c); /* bytes, for metrics */

#endif
