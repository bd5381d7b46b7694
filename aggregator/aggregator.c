/* SPDX-License-Identifier: MIT */
#include "aggregator/aggregator.h"

#include "aggregator/catalogue/calendar.h"
#include "aggregator/engine.h"
#include "aggregator/fold.h"
#include "base/date.h"
#include "base/log.h"

/* --- opening ---------------------------------------------------------------------------------- */

static enum err load(struct aggregator *a)
{
	struct store_txn *t;
	enum err e = store_begin_read(a->store, &t);

	if (e != ERR_OK)
		return e;
	e = engine_load(a, t);
	store_abort(&t);
	return e;
}

/* Gives next the numbers and the version that it has if it is the same as the one in force. */
static enum err same_catalogue(const struct catalogue *now, struct catalogue *next,
			       struct diag_list *diags, bool *same)
{
	struct diag_list unheard = { 0 };
	struct buf a = { 0 }, b = { 0 };
	enum err e = catalogue_follow(next, now, diags ? diags : &unheard);

	diag_free(&unheard);
	next->version = now->version;
	if (e == ERR_OK)
		e = catalogue_encode(now, &a);
	if (e == ERR_OK)
		e = catalogue_encode(next, &b);
	*same = e == ERR_OK && bytes_equal(buf_bytes(&a), buf_bytes(&b));
	buf_free(&a);
	buf_free(&b);
	return e;
}

static enum err append_catalogue(struct aggregator *a, const struct catalogue *next,
				 int64_t now_ms)
{
	struct entry entry = { .kind = ENTRY_CATALOGUE, .time_ms = now_ms,
			       .reporter = CATALOGUE_NONE };
	enum err e;

	buf_clear(&a->body);
	if ((e = catalogue_encode(next, &a->body)) != ERR_OK)
		return e;
	entry.body = buf_bytes(&a->body);
	engine_enter(a, &entry);
	if ((e = fold_catalogue(a, &entry)) != ERR_OK)
		return e;
	a->tell.catalogue = true;
	return engine_append(a, &entry, NULL);
}

static enum err bring_catalogue(struct aggregator *a, const struct catalogue *next, int64_t now_ms)
{
	enum err e = aggregator_begin(a);

	if (e == ERR_OK)
		e = aggregator_tick(a, now_ms);
	if (e == ERR_OK)
		e = append_catalogue(a, next, now_ms);
	return e == ERR_OK ? aggregator_commit(a, NULL) : e;
}

static enum err settle_catalogue(struct aggregator *a, struct catalogue *next, int64_t now_ms,
				 struct diag_list *diags)
{
	bool same = false;
	enum err e = ERR_OK;

	if (!next)
		return a->catalogue ? ERR_OK : ERR_NOTFOUND;
	if (a->catalogue)
		e = same_catalogue(a->catalogue, next, diags, &same);
	if (e != ERR_OK || same)
		return e;
	next->version = a->catalogue ? a->catalogue->version + 1 : 1;
	if ((e = bring_catalogue(a, next, now_ms)) != ERR_OK)
		return e;
	log_write(LOG_INFO, "aggregator", "catalogue %s version %llu is in force", next->id,
		  (unsigned long long)next->version);
	return load(a); /* numbers of topics have grown */
}

/* Deadlines go on beyond the calendar, by weekends alone; somebody has to know. */
static void warn_of_calendar(const struct catalogue *c)
{
	int32_t period = calendar_period_of(c->to), last = calendar_publish(c, period);
	char ends[11], needed[11];

	if (calendar_knows(&c->calendar, last))
		return;
	date_format(c->calendar.to, ends);
	date_format(last, needed);
	log_write(LOG_WARN, "aggregator", "catalogue %s: its calendar ends on %s, but deadlines run "
		  "until %s: later ones allow for weekends alone; add the holidays and make-up days "
		  "to the catalogue's calendar", c->id, ends, needed);
}

enum err aggregator_open(struct store *store, struct catalogue **catalogue, int64_t now_ms,
			 struct diag_list *diags, struct aggregator **out)
{
	struct catalogue *next = catalogue ? *catalogue : NULL;
	struct aggregator *a;
	enum err e = engine_new(store, &a);

	*out = NULL;
	if (catalogue)
		*catalogue = NULL;
	if (e == ERR_OK)
		e = load(a);
	if (e == ERR_OK)
		e = settle_catalogue(a, next, now_ms, diags);
	if (e == ERR_OK)
		warn_of_calendar(a->catalogue);
	catalogue_free(next);
	if (e == ERR_OK)
		*out = a;
	else
		engine_free(a);
	return e;
}

void aggregator_close(struct aggregator *a)
{
	engine_free(a);
}

void aggregator_set_signer(struct aggregator *a, const struct aggregator_signer *signer)
{
	a->signer = *signer;
}

/* --- looking ---------------------------------------------------------------------------------- */

const struct catalogue *aggregator_catalogue(const struct aggregator *a)
{
	return a->catalogue;
}

const struct aggregator_counters *aggregator_counters(const struct aggregator *a)
{
	return &a->counters;
}

struct aggregator_head aggregator_head(const struct aggregator *a)
{
	struct aggregator_head head = { .position = a->committed.position,
					.alert_number = a->committed.alert_number,
					.time_ms = a->committed.time_ms,
					.rows = a->committed.rows };

	memcpy(head.chain, a->committed.chain, sizeof(head.chain));
	return head;
}

enum err aggregator_keys(struct aggregator *a,
			 void (*fn)(void *ctx, const struct aggregator_key *key), void *ctx)
{
	for (size_t i = 0; i < keyring_count(a->keyring); i++) {
		const struct keyring_key *k = keyring_at(a->keyring, i);
		struct aggregator_key key = { .unit = k->unit,
					      .role = (enum aggregator_role)k->role,
					      .state = (enum aggregator_key_state)k->state,
					      .since_ms = k->since_ms };

		memcpy(key.key, k->key, sizeof(key.key));
		fn(ctx, &key);
	}
	return ERR_OK;
}

/* --- groups ----------------------------------------------------------------------------------- */

enum err aggregator_begin(struct aggregator *a)
{
	if (a->broken)
		return ERR_FATAL;
	if (a->txn)
		return ERR_STATE;
	line_begin(&a->line);
	return store_begin_write(a->store, &a->txn);
}

/* Back to the last commit. Without its state nothing can go on: rights and sequences are of it. */
static enum err roll_back(struct aggregator *a)
{
	enum err e;

	store_abort(&a->txn);
	if ((e = engine_rolled_back(a)) == ERR_OK)
		return ERR_OK;
	log_write(LOG_ERROR, "aggregator", "the state can't be read again: %s", err_name(e));
	a->broken = true;
	return ERR_FATAL;
}

void aggregator_rollback(struct aggregator *a)
{
	if (a->txn)
		roll_back(a);
}

/* Nothing was appended: no need for a transaction, and for the disk's time. */
static enum err end_empty_group(struct aggregator *a)
{
	store_abort(&a->txn);
	engine_count(a, true);
	return ERR_OK;
}

enum err aggregator_commit(struct aggregator *a, const struct aggregator_changes *changes)
{
	uint64_t alerts = a->committed.alert_number;
	enum err e;

	if (!a->txn)
		return ERR_STATE;
	if (a->head.position == a->committed.position)
		return end_empty_group(a);
	if ((e = engine_flush(a)) != ERR_OK || (e = ledger_head_write(a->txn, &a->head)) != ERR_OK ||
	    (e = store_commit(&a->txn)) != ERR_OK) {
		if (roll_back(a) != ERR_OK)
			e = ERR_FATAL;
		return e;
	}
	e = tell_world(a, changes, alerts);
	engine_committed(a);
	/* what is committed stays so: who was not told asks for a snapshot */
	return e == ERR_CORRUPT ? ERR_FATAL : ERR_OK;
}

/* --- time ------------------------------------------------------------------------------------- */

/* The last day that begins with a tick. */
static int32_t last_tick_day(const struct aggregator *a)
{
	return a->catalogue->to + ENGINE_TICK_DAYS;
}

static enum err append_tick(struct aggregator *a, int32_t day)
{
	struct entry entry = { .kind = ENTRY_TICK, .reporter = CATALOGUE_NONE,
			       .time_ms = date_begin_ms(day, a->catalogue->offset_minutes) };
	uint8_t state[CRYPTO_HASH_LEN];
	enum err e;

	if ((e = engine_flush(a)) != ERR_OK ||
	    (e = aggregator_state_hash(a->txn, state)) != ERR_OK)
		return e;
	buf_clear(&a->body);
	fold_tick_body(&a->body, day, state);
	if ((e = buf_error(&a->body)) != ERR_OK)
		return e;
	entry.body = buf_bytes(&a->body);
	engine_enter(a, &entry);
	return engine_append(a, &entry, NULL);
}

enum err aggregator_tick(struct aggregator *a, int64_t now_ms)
{
	int32_t today, day;
	enum err e = ERR_OK;

	if (!a->txn)
		return ERR_STATE;
	if (a->head.position == 0)
		return ERR_OK;
	today = engine_day(a, now_ms);
	if (today > last_tick_day(a))
		today = last_tick_day(a);
	for (day = engine_day(a, a->head.time_ms) + 1; e == ERR_OK && day <= today; day++)
		e = append_tick(a, day);
	return e == ERR_OK ? line_due(a, now_ms) : e;
}

int64_t aggregator_deadline(const struct aggregator *a)
{
	int32_t day = engine_day(a, a->head.time_ms) + 1;
	int64_t due = day <= last_tick_day(a) ? date_begin_ms(day, a->catalogue->offset_minutes) :
						INT64_MAX;
	int64_t line = line_deadline(&a->line);

	return line < due ? line : due;
}
