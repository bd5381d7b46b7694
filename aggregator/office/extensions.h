/* SPDX-License-Identifier: MIT */
/* Due days that the office moved: of a unit or of all, for a measure, an item or everything, for one
 * period. They count for timeliness and for silence, whenever they were given. */
#ifndef OFFICE_EXTENSIONS_H
#define OFFICE_EXTENSIONS_H

#include <jansson.h>

#include "aggregator/catalogue/catalogue.h"
#include "aggregator/ledger/store.h"

#define EXTENSIONS_WHO 161 /* bytes of who did it, with NUL */
#define EXTENSIONS_WHY 1001

struct extension {
	uint16_t unit;	  /* who reports: an area or a lead; CATALOGUE_NONE: everybody */
	uint16_t measure; /* CATALOGUE_NONE: all of them */
	uint16_t item;	  /* index into items; CATALOGUE_NONE: all of them */
	int32_t period, until; /* until DATE_NONE: of an item that the catalogue has no more */
	uint64_t position;     /* of the act */
	int64_t time_ms;
	char by[EXTENSIONS_WHO], why[EXTENSIONS_WHY];
};

/* Keeps one: an object with period "2022-08", until "2022-09-15", optional unit, item and measure (ids),
 * by, why, at (ms), position. */
enum err extensions_add(struct store_txn *t, const json_t *record);
/* All of a period, or of DATE_NONE all periods, in the order in which they were given; fn returns false
 * to stop. */
enum err extensions_walk(struct store_txn *t, const struct catalogue *c, int32_t period,
			 bool (*fn)(void *ctx, const struct extension *x), void *ctx);

/* What is needed to ask for due days. Zero-initialised is empty. */
struct extensions {
	struct extensions_one {
		uint16_t unit, measure, item;
		int32_t period, until;
	} *items;
	size_t count, cap;
};
/* Reads those of a period, or of DATE_NONE all; on failure x is empty. */
enum err extensions_load(struct extensions *x, struct store_txn *t, const struct catalogue *c,
			 int32_t period);
void extensions_free(struct extensions *x); /* leaves it empty */
/* The day on which the report of the cell is due: the calendar's, or the latest that was granted.
 * unit: of the cell, the city for a figure of the lead. */
int32_t extensions_due(const struct extensions *x, const struct catalogue *c, uint16_t measure,
		       uint16_t unit, int32_t period);
/* Some extension of the period ends on this day. */
bool extensions_end_on(const struct extensions *x, int32_t period, int32_t day);

#endif
