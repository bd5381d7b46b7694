/* SPDX-License-Identifier: MIT */
/* Figures to be checked on the spot: at each close all that are flagged, and some of the others by
 * lot. Nobody can choose them, and anybody can draw them again. The lot:
 *
 *   seed    the chain hash behind the entry before the one that closes the period, as 64 small hex
 *           digits
 *   ticket  of an expected (measure, unit) without a flag: BLAKE2b-256, without a key, of the text
 *           "<seed> <period> <measure>.<unit>", such as "9f...e1 2022-07 canteens.yutai"
 *   drawn   as many of the lowest tickets, compared byte by byte, as the catalogue says, or the
 *           square root of their number, rounded up
 *
 * Readers use any read transaction. */
#ifndef ALERTS_SAMPLE_H
#define ALERTS_SAMPLE_H

#include "aggregator/catalogue/catalogue.h"
#include "aggregator/ledger/store.h"
#include "base/buf.h"
#include "base/crypto.h"
#include "base/reader.h"

#define SAMPLE_NAME_MAX 160
#define SAMPLE_WHY_MAX 1000
#define SAMPLE_INSPECTION_MAX 120

/* What was drawn for a period. */
struct sample_period {
	int32_t period;
	uint8_t seed[CRYPTO_HASH_LEN];
	uint32_t expected; /* (measure, unit) pairs of which a report was expected */
	uint32_t flagged, drawn;
	uint64_t position; /* of the entry that closed the period */
	int64_t time_ms;
};

enum sample_result { SAMPLE_WAITING = 0, SAMPLE_AGREES = 1, SAMPLE_DIFFERS = 2, SAMPLE_RESULT_END };

struct sample_record {
	int32_t period;
	uint16_t measure, unit;
	bool flagged; /* else drawn by lot */
	/* As it stood when the period closed. */
	bool present;
	int64_t value, denominator;
	/* What was found; the bytes end with the transaction, or the next write. */
	enum sample_result result;
	bool has_found;
	int64_t found, found_denominator;
	uint64_t act_position;
	int64_t act_ms;
	struct bytes by, why;
	struct bytes inspection; /* id of an inspection that the office keeps, or empty */
};

/* ERR_NOTFOUND: nothing was drawn for the period; this one was not. */
enum err sample_read_period(struct store_txn *t, int32_t period, struct sample_period *out);
enum err sample_read(struct store_txn *t, int32_t period, uint16_t measure, uint16_t unit,
		     struct sample_record *out);
/* Of a period, or DATE_NONE for all, in the order of period, measure, unit. fn: false to stop. */
enum err sample_walk(struct store_txn *t, int32_t period,
		     bool (*fn)(void *ctx, const struct sample_record *r), void *ctx);
const char *sample_result_name(enum sample_result r); /* "waiting" */
struct lang_text sample_result_word(enum sample_result r);

/* --- drawing ------------------------------------------------------------------------------------ */

/* A candidate: all expected cells, and all flagged ones. */
struct sample_cell {
	uint16_t measure, unit;
	bool flagged, drawn;
	uint8_t ticket[CRYPTO_HASH_LEN];
};
/* How many of so many are drawn; sample: of the catalogue's quality. */
size_t sample_size(size_t rest, unsigned sample);
/* Sets tickets and drawn of all that are not flagged. Keeps the order of the cells. ERR_NOMEM. */
enum err sample_draw(const struct catalogue *c, const uint8_t seed[CRYPTO_HASH_LEN],
		     int32_t period, struct sample_cell *cells, size_t count);

/* The bytes of a decision, and into the table. */
void sample_encode_period(const struct sample_period *p, struct buf *out);
bool sample_decode_period(struct reader *in, struct sample_period *out);
void sample_encode(const struct sample_record *r, struct buf *out); /* up to denominator */
bool sample_decode(struct reader *in, struct sample_record *out);
enum err sample_write_period(struct store_txn *t, const struct sample_period *p);
enum err sample_write(struct store_txn *t, const struct sample_record *r);

#endif
