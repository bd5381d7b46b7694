/* SPDX-License-Identifier: MIT */
/* The ledger as a workbook (工作台账): what each target stands at in each unit, what is behind and why,
 * who reported, what happened, where figures differ, which slips are out. One row a fact, no merged
 * cells: it is there to be filtered. */
#ifndef PAPERS_LEDGER_SHEET_H
#define PAPERS_LEDGER_SHEET_H

#include "sheets/grid.h"
#include "aggregator/query/query.h"

#define LEDGER_SHEET_EVENTS 5000	  /* rows of events, the newest ones */
#define LEDGER_SHEET_SEARCH UINT64_C(20000) /* entries that are looked through for them */

struct ledger_sheet_wish {
	struct query_when when;
	uint16_t unit; /* of this unit alone: its own figures, and those of items it leads */
	enum lang lang;
	const char *public_url; /* where people reach the page; "" for no links */
	bool table_only;	/* the first sheet alone: for text */
};

/* A book in the arena, from one snapshot. What a figure is follows the day asked for; reports,
 * reconciliation and slips are as known now. unit: CATALOGUE_NONE for all. ERR_NOTFOUND: no such unit;
 * ERR_NOMEM: the arena is used up. */
enum err ledger_sheet_make(struct query *q, const struct ledger_sheet_wish *wish, struct arena *a,
			   struct grid_book *out);

#endif
