/* SPDX-License-Identifier: MIT */
/* The year's end: until when late rows are taken, the signed close with the result of every measure
 * and item, and what auditors found afterwards, which stands beside it and changes none of it.
 * Written by acts alone; readers use any read transaction. */
#ifndef OFFICE_YEAR_H
#define OFFICE_YEAR_H

#include "aggregator/catalogue/catalogue.h"
#include "aggregator/office/records.h"

/* The year may be closed after this day. */
int32_t year_late_until(const struct catalogue *c);
/* Rows of that day wait for the office: the catalogue named a last day, and it is over. */
bool year_is_late(const struct catalogue *c, int32_t day);

enum err year_is_closed(struct store_txn *t, bool *out);
/* The close: {"at", "by", "chain", "despite", "document", "figures", "holds", "position",
 * "public_key", "signature", "state", "unpublished", "why"}. ERR_NOTFOUND: not closed. *out: a new
 * reference. */
enum err year_read(struct store_txn *t, json_t **out);
enum err year_write(struct store_txn *t, const json_t *close);

/* Results as closed, by the ids of measures and items. */
enum year_part { YEAR_MEASURE, YEAR_ITEM };
enum err year_write_result(struct store_txn *t, enum year_part part, const char *id,
			   const json_t *result);
/* All of them in an object by id; *out: a new reference. */
enum err year_results(struct store_txn *t, enum year_part part, json_t **out);

/* What the signature is over: programme, close (without the signature) and all results, as text with
 * sorted keys and in ASCII, so that anybody can check it without this program. *out: to be freed. */
enum err year_statement(struct store_txn *t, const char *programme, char **out);

/* An audit's correction of a closed result: {"by", "at", "document", "why", "value", ...}; withdrawn
 * ones keep their place and say so. Each change is a step of its life. */
enum err year_read_audit(struct store_txn *t, uint16_t measure, uint16_t unit, json_t **out);
enum err year_write_audit(struct store_txn *t, uint16_t measure, uint16_t unit, const json_t *audit);
/* All of them as a list, in the order of measures and units; *out: a new reference. */
enum err year_audits(struct store_txn *t, json_t **out);

#endif
