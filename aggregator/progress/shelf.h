/* SPDX-License-Identifier: MIT */
/* Where cells lie in the store: tables history, reports and current. */
#ifndef PROGRESS_SHELF_H
#define PROGRESS_SHELF_H

#include "aggregator/progress/figures.h"
#include "base/buf.h"

/* The first report of a period. */
struct shelf_report {
	int32_t month;
	bool dirty;
	uint64_t position;
	int64_t received_ms;
};
/* Zero-initialised is a valid empty list; in the order of the months. */
struct shelf_reports {
	struct shelf_report *items;
	uint32_t count, cap;
};

void shelf_reports_free(struct shelf_reports *r); /* leaves an empty list */
/* The report of this month, or NULL. */
const struct shelf_report *shelf_report_of(const struct shelf_reports *r, int32_t month);
/* Adds one, in the place of that of the same month. */
enum err shelf_report_add(struct shelf_reports *r, const struct shelf_report *report);

/* Reads everything of a cell into empty lists; f->ratio is set by the caller. */
enum err shelf_load(struct store_txn *t, struct cell_key key, struct figures *f,
		    struct shelf_reports *reports);

/* Writes what changed on the known day: the figures [from, to), all of one month. c: a cursor on
 * the history table. scratch: any buffer. */
enum err shelf_write_month(struct store_txn *t, struct store_cursor *c, struct cell_key key,
			   const struct figures *f, uint32_t from, uint32_t to, int32_t month,
			   int32_t known, struct buf *scratch);
enum err shelf_write_current(struct store_txn *t, struct cell_key key, const struct figures *f);
enum err shelf_write_report(struct store_txn *t, struct cell_key key,
			    const struct shelf_report *report);

/* What the current table says of a cell. through: date of its very last figure, of whatever kind:
 * the value is that of every day from there on. ERR_NOTFOUND: the cell has no figures. */
enum err shelf_current(struct store_txn *t, struct cell_key key, struct cell_value *out,
		       int32_t *through);
/* ERR_CORRUPT where value is none of that table. */
enum err shelf_read_current(struct bytes value, struct cell_value *out, int32_t *through);
/* ERR_NOTFOUND: no report. */
enum err shelf_report(struct store_txn *t, struct cell_key key, int32_t month,
		      struct shelf_report *out);

#endif
