/* SPDX-License-Identifier: MIT */
#include "aggregator/fold.h"

#include "aggregator/ledger/keys.h"
#include "base/log.h"
#include "base/reader.h"
#include "proto/codec.h"

enum err fold_catalogue(struct aggregator *a, const struct entry *e)
{
	struct catalogue *c;
	enum err error = catalogue_decode(e->body, &c);

	if (error != ERR_OK)
		return error;
	if ((error = engine_adopt(a, &c)) != ERR_OK)
		return error;
	/* goals, scopes and parts may be others: a total that is not worked out again would depend
	 * on whether the rows before this entry were of the same group */
	memset(a->touched, 1, a->catalogue->measure_count);
	a->admit.position = e->position; /* what was entered belonged to the catalogue before */
	a->admit.time_ms = e->time_ms;
	a->admit.day = engine_day(a, e->time_ms);
	return e->position > 1 ? row_objects_follow(&a->admit) : ERR_OK;
}

/* --- batches ---------------------------------------------------------------------------------- */

/* All rows have one fate. */
static enum err reject_all(struct aggregator *a, uint32_t rows, enum event_code code)
{
	decision_runs_clear(&a->runs);
	return decision_runs_add(&a->runs, 0, rows, EVENT_REJECT, (uint8_t)code);
}

/* The body did not decode: so it was decided, and there is nothing to fold. */
static bool was_undecodable(const struct decision_runs *runs, uint32_t rows)
{
	return runs->count == 1 && runs->items[0].count == rows && rows > 0 &&
	       runs->items[0].verdict == EVENT_REJECT && runs->items[0].code >= EVENT_BAD_BODY &&
	       runs->items[0].code <= EVENT_BAD_TEXT;
}

static enum err undecodable(struct aggregator *a, const struct entry *e, enum rows_mode mode,
			    const struct codec_fault *fault, struct rows_result *out)
{
	if (mode != ROWS_JUDGE) {
		out->differs = !was_undecodable(&a->runs, e->rows) ||
			       a->runs.items[0].code != (uint8_t)fault->code;
		return was_undecodable(&a->runs, e->rows) ? ERR_OK : ERR_CORRUPT;
	}
	counter_add(&a->group.undecodable, 1);
	log_write(LOG_WARN, "aggregator", "batch %llu of %s does not decode: %s",
		  (unsigned long long)e->first_sequence, a->catalogue->units[e->reporter].id,
		  fault->what ? fault->what : "too large once decoded");
	return reject_all(a, e->rows, fault->code);
}

/* Who says it: a key; or, of a sheet that was handed in, the unit itself with all its items. */
static const struct keyring_key *speaker_of(const struct aggregator *a, const struct entry *e,
					    struct keyring_key *unit)
{
	if (!epochs_is_imports(e->epoch))
		return keyring_find(a->keyring, e->key);
	*unit = (struct keyring_key){ .unit = e->reporter, .role = KEYRING_REPORTER,
				      .state = KEYRING_VALID };
	return unit;
}

static enum err fold_rows(struct aggregator *a, const struct entry *e, enum rows_mode mode,
			  struct rows_result *out)
{
	struct codec_fault fault = { .code = EVENT_BAD_BODY };
	struct keyring_key unit;
	struct event_batch batch;
	struct envelope header;
	struct bytes body;
	enum err error;

	if (mode == ROWS_REPLAY && was_undecodable(&a->runs, e->rows))
		return ERR_OK;
	if (envelope_decode(e->body, &header, &body) != ERR_OK)
		return ERR_CORRUPT;
	arena_reset(a->arena);
	error = codec_batch_decode(body, e->rows, a->arena, &batch, &fault);
	/* the budget is the same wherever it is decoded: past it, nobody can */
	if (error == ERR_INVALID || (error == ERR_NOMEM && arena_exhausted(a->arena)))
		return undecodable(a, e, mode, &fault, out);
	if (error != ERR_OK)
		return error;
	if (mode != ROWS_JUDGE && was_undecodable(&a->runs, e->rows)) {
		out->differs = true;
		return ERR_OK;
	}
	return rows_apply(a->rows, &a->admit, speaker_of(a, e, &unit), &batch, mode, &a->runs, out);
}

/* It begins where the entry before it of its outbox ended: for the writer no question, in a replay
 * the proof that nothing counts twice. */
static bool goes_on(const struct aggregator *a, const struct entry *e)
{
	const struct epoch *epoch = epochs_find(a->epochs, e->reporter, e->epoch);

	return e->first_sequence == (epoch ? epoch->expected : 1) &&
	       e->back == (epoch ? epoch->latest : 0);
}

enum err fold_batch(struct aggregator *a, const struct entry *e, enum rows_mode mode,
		    struct rows_result *out)
{
	enum err error;

	*out = (struct rows_result){ 0 };
	if (!goes_on(a, e) || e->rows == 0)
		return ERR_CORRUPT;
	if (mode == ROWS_JUDGE)
		decision_runs_clear(&a->runs);
	if ((error = fold_rows(a, e, mode, out)) != ERR_OK)
		return error;
	return epochs_advance(a->epochs, a->txn, e, e->first_sequence + e->rows - 1);
}

/* --- the others ------------------------------------------------------------------------------- */

void fold_gap_body(struct buf *out, uint64_t from, uint64_t to)
{
	buf_put_u64(out, from);
	buf_put_u64(out, to);
}

enum err fold_gap(struct aggregator *a, const struct entry *e)
{
	struct reader r = reader_of(e->body);
	uint64_t from = reader_u64(&r), to = reader_u64(&r);
	struct judge_fact fact = { .kind = JUDGE_GAP, .unit = e->reporter,
				   .measure = CATALOGUE_NONE, .count = to - from + 1 };
	enum err error;

	if (!reader_done(&r) || to < from || from != e->first_sequence || !goes_on(a, e))
		return ERR_CORRUPT;
	if ((error = facts_add(&a->facts, &fact)) != ERR_OK)
		return error;
	return epochs_advance(a->epochs, a->txn, e, to);
}

enum err fold_link(struct aggregator *a, const struct entry *e)
{
	struct judge_fact fact = { .unit = e->reporter, .measure = CATALOGUE_NONE };

	if (e->body.len != 1)
		return ERR_CORRUPT;
	fact.kind = e->body.data[0] ? JUDGE_LINK_UP : JUDGE_LINK_DOWN;
	return facts_add(&a->facts, &fact);
}

void fold_conflict_body(struct buf *out, struct bytes message)
{
	uint8_t hash[CRYPTO_HASH_LEN];

	crypto_digest(message, hash);
	buf_put_u32(out, (uint32_t)message.len);
	buf_put(out, bytes_of(hash, sizeof(hash)));
	if (message.len > FOLD_CONFLICT_KEEP)
		message.len = FOLD_CONFLICT_KEEP;
	buf_put(out, message);
}

enum err fold_conflicts_kept(struct aggregator *a, uint16_t reporter, uint32_t *out)
{
	struct bytes value;
	struct keys key;
	enum err e;

	*out = 0;
	keys_aside(&key, reporter, a->admit.day);
	e = store_get(a->txn, STORE_ASIDE, keys_bytes(&key), &value);
	if (e == ERR_OK && value.len == 4)
		*out = bytes_load32(value.data);
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

enum err fold_conflict(struct aggregator *a, const struct entry *e)
{
	struct judge_fact fact = { .kind = JUDGE_CONFLICT, .unit = e->reporter,
				   .measure = CATALOGUE_NONE };
	uint8_t value[4];
	uint32_t kept;
	struct keys key;
	enum err error;

	if ((error = fold_conflicts_kept(a, e->reporter, &kept)) != ERR_OK)
		return error;
	bytes_store32(value, kept + 1);
	keys_aside(&key, e->reporter, a->admit.day);
	error = store_put(a->txn, STORE_ASIDE, keys_bytes(&key), bytes_of(value, sizeof(value)));
	return error == ERR_OK ? facts_add(&a->facts, &fact) : error;
}

void fold_tick_body(struct buf *out, int32_t day, const uint8_t state[CRYPTO_HASH_LEN])
{
	buf_put_u32(out, keys_biased(day));
	buf_put(out, bytes_of(state, CRYPTO_HASH_LEN));
}

enum err fold_read_tick(struct bytes body, int32_t *day, uint8_t state[CRYPTO_HASH_LEN])
{
	if (body.len != FOLD_STATE_LEN)
		return ERR_CORRUPT;
	*day = keys_unbiased(bytes_load32(body.data));
	memcpy(state, body.data + 4, CRYPTO_HASH_LEN);
	return ERR_OK;
}
