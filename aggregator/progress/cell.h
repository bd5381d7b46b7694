/* SPDX-License-Identifier: MIT */
/* One cell in the writer's memory: what cells.h shows as opaque. For cells.c alone. */
#ifndef PROGRESS_CELL_H
#define PROGRESS_CELL_H

#include "aggregator/progress/figures.h"
#include "aggregator/progress/shelf.h"

struct cell {
	struct cell_key key;
	uint64_t order;        /* the key as a number, in the order of stored keys */
	uint64_t dirty_months; /* bit month % 64: figures of it changed since the last flush */
	bool loaded;
	bool listed;           /* in cells.touched */
	bool reports_dirty;
	struct figures figures;
	struct shelf_reports reports;
	struct cell_value before; /* cell_now at the last commit, where listed */
};

/* The key as a number, in the order of stored keys. */
uint64_t cell_order(struct cell_key key);
/* Not loaded yet. NULL: no memory. */
struct cell *cell_new(const struct catalogue *c, struct cell_key key);
/* ERR_CORRUPT and the like leave it not loaded. */
enum err cell_load(struct cell *cell, struct store_txn *t);
/* Back to not loaded. */
void cell_forget(struct cell *cell);

#endif
