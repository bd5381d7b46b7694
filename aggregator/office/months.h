/* SPDX-License-Identifier: MIT */
/* Published periods: who signed, when, by which document, and what the ledger was at that moment.
 * From then on the colours of the period stand as they were. */
#ifndef OFFICE_MONTHS_H
#define OFFICE_MONTHS_H

#include <jansson.h>

#include "aggregator/ledger/store.h"
#include "aggregator/progress/light.h"
#include "base/crypto.h"

#define MONTHS_TEXT 1001 /* bytes with NUL */

struct month {
	int32_t period;
	uint64_t position; /* of the act */
	int64_t time_ms;
	char by[161];
	char document[301];	    /* number and title */
	char why[MONTHS_TEXT];	    /* a remark, or "" */
	char despite[MONTHS_TEXT];  /* why it was published before its time, or "" */
	unsigned open_objections;   /* that were not answered then */
	bool early;		    /* the objection days were not over */
	char chain[2 * CRYPTO_HASH_LEN + 1]; /* of the entry before it, hex */
	char digest[2 * CRYPTO_HASH_LEN + 1]; /* of its bulletin, hex; "" where none was kept */
	unsigned lights[LIGHT_COUNT];	     /* how many of each colour there were */
};

/* ERR_NOTFOUND: not published. */
enum err months_read(struct store_txn *t, int32_t period, struct month *out);
enum err months_write(struct store_txn *t, const struct month *m);
/* In order; fn returns false to stop. */
enum err months_walk(struct store_txn *t, bool (*fn)(void *ctx, const struct month *m), void *ctx);
/* The newest published period, or DATE_NONE. */
enum err months_last(struct store_txn *t, int32_t *out);

#endif
