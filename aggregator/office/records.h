/* SPDX-License-Identifier: MIT */
/* What the office keeps beside the figures: narratives, problems, inspections, meetings, slips and
 * the like. A record is a JSON object as it stands now; what became of it is a list of numbered
 * steps, each a JSON object, never changed once written. Both are written by acts and ticks alone,
 * so that a replay makes the same bytes. Readers use any read transaction. */
#ifndef OFFICE_RECORDS_H
#define OFFICE_RECORDS_H

#include <jansson.h>

#include "aggregator/ledger/store.h"

enum records_kind {
	RECORDS_NARRATIVE = 1,
	RECORDS_PROBLEM = 2,
	RECORDS_INSPECTION = 3,
	RECORDS_MEETING = 4,
	RECORDS_PORTFOLIO = 5,
	RECORDS_CONTACT = 6,
	RECORDS_SLIP = 7,
	RECORDS_MONTH = 8,     /* a published period */
	RECORDS_EXTENSION = 9, /* of a due day */
	RECORDS_OBJECTION = 10,
	RECORDS_DECISION = 11, /* of a meeting */
	RECORDS_YEAR = 12,     /* the close, its results, audits of them */
	RECORDS_OBJECT = 13,   /* a checklist of an object */
	RECORDS_PROSE = 14,    /* a sentence of a bulletin, as the office writes it */
	RECORDS_SIGNATURE = 15, /* who signed a bulletin */
	RECORDS_KIND_END
};

#define RECORDS_ID_MAX 120 /* bytes of an id; none of them NUL */

const char *records_kind_name(enum records_kind kind); /* "narrative" */

/* Canonical text of an object, the caller's; NULL: no memory. The library's own text may lack a key
 * where memory ran out in the middle of it. */
char *records_dump(const json_t *object);

/* *out: a new reference, to be given back with json_decref. ERR_NOTFOUND. */
enum err records_get(struct store_txn *t, enum records_kind kind, struct bytes id, json_t **out);
/* Replaces what was there. ERR_INVALID: an id that is empty, too long or with a NUL. */
enum err records_put(struct store_txn *t, enum records_kind kind, struct bytes id,
		     const json_t *record);
/* Records of a kind in the order of their ids, from an id on (empty: all). The record is valid during
 * the call; fn returns false to stop. */
enum err records_walk(struct store_txn *t, enum records_kind kind, struct bytes from,
		      bool (*fn)(void *ctx, struct bytes id, json_t *record), void *ctx);

/* Ids alone, from one on. */
enum err records_ids(struct store_txn *t, enum records_kind kind, struct bytes from,
		     bool (*fn)(void *ctx, struct bytes id), void *ctx);

/* Adds a step to a record's life; *number (may be NULL) is its number, from 1. */
enum err records_step(struct store_txn *t, enum records_kind kind, struct bytes id,
		      const json_t *step, uint32_t *number);
/* Its steps, oldest first; fn as above. */
enum err records_steps(struct store_txn *t, enum records_kind kind, struct bytes id,
		       bool (*fn)(void *ctx, uint32_t number, json_t *step), void *ctx);

#endif
