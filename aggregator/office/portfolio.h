/* SPDX-License-Identifier: MIT */
/* Which vice-mayor is in charge of what, and whether each quarter had its meeting. */
#ifndef OFFICE_PORTFOLIO_H
#define OFFICE_PORTFOLIO_H

#include "aggregator/office/forms.h"

/* In force on some day from first to last (DATE_NONE as last: for good). */
bool portfolio_in_force(const json_t *record, int32_t first, int32_t last);
/* The item itself, or its project. */
bool portfolio_has_item(const struct catalogue *c, const json_t *record, uint16_t item);

/* "2022-Q2": its first and last day. False: no quarter. */
bool portfolio_quarter(const char *text, int32_t *first, int32_t *last);

/* Persons in charge of something in a quarter for which no meeting of theirs was held; each once, in
 * the order of their records. planned: a meeting is planned. ERR_INVALID: no quarter. */
enum err portfolio_lacking(struct store_txn *t, const char *quarter,
			   bool (*fn)(void *ctx, const char *person, const char *title, bool planned),
			   void *ctx);

#endif
