/* SPDX-License-Identifier: MIT */
/* What the sheets of the ledger share. */
#ifndef PAPERS_LEDGER_SHEET_PRIVATE_H
#define PAPERS_LEDGER_SHEET_PRIVATE_H

#include "aggregator/papers/bulletin_facts.h"
#include "aggregator/papers/ledger_sheet.h"

struct ledger_sheet {
	struct query *q;
	const struct catalogue *c;
	const struct ledger_sheet_wish *wish;
	struct query_head head;
	int32_t period; /* newest closed one on the day asked for; DATE_NONE: none */
	struct bulletin_facts facts; /* of that period; empty where nothing was judged */
	struct arena *arena;
	struct grid_book *book;
	size_t events;	      /* rows that are told */
	uint64_t events_from; /* what stands before this row is left out; 0: nothing is */
	uint32_t events_row;
};

#define LEDGER_SHEET_COLUMNS(array) (array), sizeof(array) / sizeof((array)[0])

/* The text in the language of the book. */
static inline const char *ledger_sheet_pick(const struct ledger_sheet *l, const char *zh,
					    const char *en)
{
	return l->wish->lang == LANG_ZH ? zh : en;
}
const char *ledger_sheet_unit_name(const struct ledger_sheet *l, uint16_t unit);
/* The row is wanted: of the unit asked for, of an item that it leads, or of anybody. */
bool ledger_sheet_wants(const struct ledger_sheet *l, uint16_t measure, uint16_t unit);
/* "URL/#/PATH", NULL where no URL is known. */
const char *ledger_sheet_url(struct ledger_sheet *l, const char *path, const char *id);
/* Sign and word of a light, toned. judged: false for nothing to judge. */
void ledger_sheet_light(struct grid *g, const struct ledger_sheet *l, enum light light, bool silent,
			bool provisional);
/* A value as it is told: a ratio as its rate, a milestone as per cent of its weight. */
void ledger_sheet_value(struct grid *g, const struct catalogue_measure *m, bool present,
			int64_t value, int64_t denominator);
void ledger_sheet_goal(struct grid *g, const struct catalogue_measure *m, bool has, int64_t goal);
void ledger_sheet_time(struct grid *g, const struct ledger_sheet *l, int64_t ms);
/* Unit of measure of the value as it is told. */
const char *ledger_sheet_uom(const struct ledger_sheet *l, const struct catalogue_measure *m);

/* A sheet each. */
enum err ledger_sheet_figures(struct ledger_sheet *l);
enum err ledger_sheet_lagging(struct ledger_sheet *l);
enum err ledger_sheet_units(struct ledger_sheet *l);
enum err ledger_sheet_reports(struct ledger_sheet *l);
enum err ledger_sheet_events(struct ledger_sheet *l);
enum err ledger_sheet_reconcile(struct ledger_sheet *l);
enum err ledger_sheet_slips(struct ledger_sheet *l);
enum err ledger_sheet_notes(struct ledger_sheet *l);

#endif
