/* SPDX-License-Identifier: MIT */
#include "daemon/notify.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "aggregator/ledger/store.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/thread.h"
#include "daemon/notify_check.h"
#include "daemon/notify_form.h"
#include "daemon/notify_secret.h"
#include "daemon/notify_state.h"
#include "daemon/notify_tell.h"
#include "daemon/snapshot.h"

#define ARENA_BYTES ((size_t)32 << 20)
#define TURN_MIN_MS 50
#define TURN_MAX_MS 1000
#define SHOW_MS 100  /* others see what is at most so old */
#define SKIPS_MAX 100 /* messages of one turn of which nothing is left to tell */
#define SAVE_MS 500 /* results are written together: what they say is at the worst sent again */

/* What other threads asked for, by channel. */
struct asked {
	uint64_t tests;
	bool retry;
};

struct notify {
	struct daemon *d;
	struct thread *thread;
	_Atomic bool stopping;
	struct notify_sender *sender;
	/* of the thread */
	struct notify_lane *lanes;
	struct buf *secrets;
	int64_t *oldest_ms;
	size_t count;
	struct notify_state *state;
	struct snapshots *snapshots;
	struct arena *arena;
	struct notify_log log;
	uint64_t checked; /* the catalogue's version for which filters were checked */
	bool dirty;	/* the state is newer than its file */
	bool borders;	/* and has digests whose borders are in no file yet */
	int64_t saved_ms, shown_ms; /* monotonic */
	bool changed;	/* what others see is older than what is */
	uint64_t newest;
	int64_t now_ms; /* never goes back, and is never before the newest entry */
	int offset_minutes;
	struct log_limit log_failed, log_state;
	/* shared, under the mutex */
	struct mutex *mutex;
	struct asked *asked;
	struct buf channels, tries, metrics;
};

static void load_secret(struct notify *n, size_t i)
{
	struct notify_lane *l = &n->lanes[i];

	l->broken = !notify_secret_load(l->config, &n->secrets[i]);
}

/* --- what others asked for -------------------------------------------------------------------- */
static void retry(struct notify *n, size_t i, int64_t now_ms)
{
	struct notify_lane *l = &n->lanes[i];
	size_t revived = notify_lane_revive(l, now_ms);

	load_secret(n, i);
	log_write(LOG_INFO, "notify", "channel %s: retry asked for; %zu dead messages wait again",
		  l->config->name, revived);
	n->dirty = n->changed = true;
}

/* Tests that are to be made by now; retries are taken over. */
static uint64_t take_asked(struct notify *n, size_t i, int64_t now_ms)
{
	uint64_t tests;
	bool again;

	mutex_lock(n->mutex);
	tests = n->asked[i].tests;
	again = n->asked[i].retry;
	n->asked[i].retry = false;
	mutex_unlock(n->mutex);
	if (again)
		retry(n, i, now_ms);
	return tests;
}

/* --- sending ---------------------------------------------------------------------------------- */
static void tell_result(struct notify *n, const struct notify_lane *l,
			const struct notify_result *r, enum notify_outcome what, bool was_disabled)
{
	unsigned long long from = l->flying.from, to = l->flying.to;
	const char *name = l->config->name;

	if (l->disabled && !was_disabled)
		log_write(LOG_ERROR, "notify",
			  "channel %s: the receiver is gone (410); it is switched off until "
			  "minshengctl notify retry %s",
			  name, name);
	if (what == NOTIFY_GAVE_UP)
		log_write(LOG_ERROR, "notify",
			  "channel %s: rows %llu..%llu given up after %d tries: %d %s", name, from,
			  to, NOTIFY_TRIES, r->status, r->answer);
	else if (what == NOTIFY_FAILED)
		log_limited(&n->log_failed, 20, LOG_WARN, "notify",
			    "channel %s: rows %llu..%llu: %d %s", name, from, to, r->status,
			    r->answer);
}

static void end_try(struct notify *n, struct notify_lane *l, struct notify_result *r,
		    int64_t now_ms)
{
	bool test = l->testing, was_disabled = l->disabled, was_failing = l->failures > 0;
	enum notify_outcome what;

	notify_secret_redact(&n->secrets[l - n->lanes], r->answer);
	what = notify_lane_result(l, r, now_ms, crypto_random_below(UINT32_MAX));
	notify_tell_remember(&n->log, l, test, r, what, now_ms);
	n->changed = true;
	if (test)
		return;
	n->dirty = true;
	tell_result(n, l, r, what, was_disabled);
	if (was_failing && what == NOTIFY_DELIVERED)
		log_limited(&n->log_failed, 20, LOG_INFO, "notify", "channel %s: delivers again",
			    l->config->name);
}

/* A try that did not leave the house. */
static void fail_here(struct notify *n, struct notify_lane *l, const char *why, int64_t now_ms)
{
	struct notify_result r = { .tag = l };

	notify_send_clip(r.answer, sizeof(r.answer), why);
	end_try(n, l, &r, now_ms);
}

static struct notify_view view_of(const struct notify *n, struct query *q, size_t i, int64_t now_ms)
{
	return (struct notify_view){ .q = q, .c = query_catalogue(q),
				     .config = n->lanes[i].config,
				     .secret = &n->secrets[i],
				     .public_url = n->d->config->public_url,
				     .store = store_incarnation(n->d->store),
				     .arena = n->arena,
				     .now_ms = now_ms,
				     .signed_ms = clock_now_ms(n->d->clock) };
}

static void start_try(struct notify *n, struct query *q, size_t i, int64_t now_ms)
{
	struct notify_lane *l = &n->lanes[i];
	struct notify_view v = view_of(n, q, i, now_ms);
	struct notify_request request = { 0 };
	enum err e;

	arena_reset_budget(n->arena, ARENA_BYTES);
	e = l->testing ? notify_form_test(&v, &request) : notify_form(&v, &l->flying, &request);
	if (e == ERR_NOTFOUND && !l->testing) {
		notify_lane_skip(l, now_ms);
		n->dirty = n->changed = true;
		return;
	}
	if (e == ERR_OK)
		e = notify_sender_start(n->sender, &request, l);
	if (e == ERR_OK)
		l->busy = true;
	else
		fail_here(n, l, err_name(e), now_ms);
}

static void serve(struct notify *n, struct query *q, size_t i, uint64_t tests, int64_t now_ms)
{
	struct notify_lane *l = &n->lanes[i];

	if (l->busy)
		return;
	if (l->test.number < tests) {
		l->testing = true;
		if (l->broken)
			fail_here(n, l, "secret_file can't be used: see the daemon's log", now_ms);
		else
			start_try(n, q, i, now_ms);
		return;
	}
	for (unsigned k = 0; k < SKIPS_MAX && !l->busy; k++) {
		if (!notify_lane_next(l, query_catalogue(q), n->newest, now_ms))
			return;
		start_try(n, q, i, now_ms);
	}
}

static void collect(struct notify *n)
{
	struct notify_result r;

	while (notify_sender_next(n->sender, &r))
		end_try(n, r.tag, &r, n->now_ms);
}

/* --- state and sight -------------------------------------------------------------------------- */
static void save(struct notify *n)
{
	enum err e = notify_state_take(n->state, n->lanes, n->count);

	if (e == ERR_OK)
		e = notify_state_write(n->state);
	n->dirty = e != ERR_OK;
	n->borders &= n->dirty;
	n->saved_ms = clock_monotonic_ms();
	if (e != ERR_OK)
		log_limited(&n->log_state, 3, LOG_ERROR, "notify",
			    "writing notify.json failed: %s; after a kill messages would be sent "
			    "again", err_name(e));
}

/* Written aside, so that nobody waits for it. */
static void show(struct notify *n, int64_t now_ms)
{
	const struct notify_sight s = { .lanes = n->lanes,
					.count = n->count,
					.oldest_ms = n->oldest_ms,
					.newest = n->newest,
					.offset_minutes = n->offset_minutes,
					.now_ms = now_ms };
	struct buf channels = { 0 }, tries = { 0 }, metrics = { 0 };

	notify_tell_channels(&s, &channels);
	notify_tell_log(&n->log, n->offset_minutes, &tries);
	notify_tell_metrics(&s, &metrics);
	mutex_lock(n->mutex);
	buf_free(&n->channels);
	buf_free(&n->tries);
	buf_free(&n->metrics);
	n->channels = channels;
	n->tries = tries;
	n->metrics = metrics;
	mutex_unlock(n->mutex);
	n->changed = false;
	n->shown_ms = clock_monotonic_ms();
}

/* --- the thread ------------------------------------------------------------------------------- */
/* A digest is written down before it is sent: it keeps its borders, and so its id. */
static void take_all(struct notify *n, struct query *q, int64_t now_ms)
{
	for (size_t i = 0; i < n->count; i++) {
		if (!notify_take(&n->lanes[i], q, now_ms))
			continue;
		n->dirty = n->changed = true;
		n->borders |= notify_lane_digests(&n->lanes[i]);
	}
	if (n->borders || (n->dirty && clock_monotonic_ms() - n->saved_ms >= SAVE_MS))
		save(n);
}

static void check_filters(struct notify *n, const struct catalogue *c)
{
	if (n->checked == c->version)
		return;
	n->checked = c->version;
	for (size_t i = 0; i < n->count; i++)
		(void)notify_check(n->lanes[i].config, c);
}

static void serve_all(struct notify *n, struct query *q, const uint64_t *tests, int64_t now_ms)
{
	uint64_t newest = query_head(q).alert_number;

	n->changed |= n->newest != newest;
	n->newest = newest;
	n->offset_minutes = query_catalogue(q)->offset_minutes;
	check_filters(n, query_catalogue(q));
	take_all(n, q, now_ms);
	for (size_t i = 0; i < n->count; i++)
		serve(n, q, i, tests[i], now_ms);
	for (size_t i = 0; i < n->count; i++) {
		n->oldest_ms[i] = notify_take_oldest_ms(&n->lanes[i], q);
		n->changed |= n->oldest_ms[i] != 0;
	}
}

static int pause_ms(const struct notify *n, int64_t now_ms)
{
	int64_t due = INT64_MAX, wait;

	for (size_t i = 0; i < n->count; i++) {
		int64_t each = notify_lane_due(&n->lanes[i]);

		due = each < due ? each : due;
	}
	/* what could be sent by now is on its way: the rest waits for its hours */
	wait = due == INT64_MAX || due <= now_ms ? TURN_MAX_MS : due - now_ms;
	if (n->dirty && wait > SAVE_MS)
		wait = SAVE_MS;
	if (n->changed && wait > SHOW_MS)
		wait = SHOW_MS;
	return wait < TURN_MIN_MS ? TURN_MIN_MS : wait > TURN_MAX_MS ? TURN_MAX_MS : (int)wait;
}

static void look_at_clock(struct notify *n, int64_t ms)
{
	n->now_ms = ms > n->now_ms ? ms : n->now_ms;
}

static void turn(struct notify *n)
{
	uint64_t tests[CONFIG_CHANNELS_MAX];
	struct query *q = NULL;
	enum err e = snapshots_open(n->snapshots, &q);

	look_at_clock(n, clock_now_ms(n->d->clock));
	if (e == ERR_OK)
		look_at_clock(n, query_head(q).time_ms);
	for (size_t i = 0; i < n->count; i++)
		tests[i] = take_asked(n, i, n->now_ms);
	if (e == ERR_OK)
		serve_all(n, q, tests, n->now_ms);
	query_close(q);
	if (n->changed && clock_monotonic_ms() - n->shown_ms >= SHOW_MS)
		show(n, n->now_ms);
	notify_sender_poll(n->sender, pause_ms(n, n->now_ms));
	look_at_clock(n, clock_now_ms(n->d->clock));
	collect(n);
}

static void run(struct thread *self, void *arg)
{
	struct notify *n = arg;

	thread_ready(self, ERR_OK);
	while (!atomic_load(&n->stopping))
		turn(n);
	if (n->dirty)
		save(n);
}

/* --- birth and death -------------------------------------------------------------------------- */
static enum err open_state(struct notify *n)
{
	const char *folder = n->d->config->store;
	enum err e = notify_state_open(folder, n->lanes, n->count, &n->state);

	if (e == ERR_CORRUPT)
		log_write(LOG_ERROR, "notify",
			  "%s/notify.json can't be read: put it back from a copy, or move it away (then "
			  "each channel begins with the next alert)", folder);
	return e;
}

static enum err make(struct notify *n, struct daemon *d)
{
	const struct config *c = d->config;
	size_t count = c->notify_count;

	n->d = d;
	if ((n->lanes = calloc(count + 1, sizeof(*n->lanes))) == NULL ||
	    (n->secrets = calloc(count + 1, sizeof(*n->secrets))) == NULL ||
	    (n->oldest_ms = calloc(count + 1, sizeof(*n->oldest_ms))) == NULL ||
	    (n->asked = calloc(count + 1, sizeof(*n->asked))) == NULL ||
	    (n->arena = arena_new(ARENA_BYTES)) == NULL)
		return ERR_NOMEM;
	n->count = count;
	for (size_t i = 0; i < count; i++)
		n->lanes[i].config = &c->notify[i];
	return mutex_new(&n->mutex);
}

static enum err start(struct notify *n)
{
	enum err e = open_state(n);

	if (e == ERR_OK)
		e = snapshots_new(n->d->store, &n->snapshots);
	if (e == ERR_OK)
		e = notify_sender_new(&n->sender);
	for (size_t i = 0; e == ERR_OK && i < n->count; i++)
		load_secret(n, i);
	n->changed = true;
	return e == ERR_OK ? thread_start("notify", run, n, &n->thread) : e;
}

enum err notify_start(struct daemon *d, struct notify **out)
{
	struct notify *n = calloc(1, sizeof(*n));
	enum err e;

	if (n == NULL)
		return ERR_NOMEM;
	e = make(n, d);
	if (e == ERR_OK && n->count > 0)
		e = start(n);
	if (e != ERR_OK) {
		notify_stop(n);
		return e;
	}
	*out = n;
	return ERR_OK;
}

void notify_stop(struct notify *n)
{
	if (n == NULL)
		return;
	atomic_store(&n->stopping, true);
	notify_wake(n);
	thread_join(n->thread);
	notify_sender_free(n->sender);
	snapshots_free(n->snapshots);
	notify_state_free(n->state);
	for (size_t i = 0; i < n->count; i++)
		notify_secret_wipe(&n->secrets[i]);
	buf_free(&n->channels);
	buf_free(&n->tries);
	buf_free(&n->metrics);
	mutex_free(n->mutex);
	arena_free(n->arena);
	free(n->asked);
	free(n->oldest_ms);
	free(n->secrets);
	free(n->lanes);
	free(n);
}

/* --- for other threads ------------------------------------------------------------------------ */
void notify_wake(struct notify *n)
{
	if (n != NULL && n->sender != NULL)
		notify_sender_wake(n->sender);
}

static void copy(struct notify *n, const struct buf *from, const char *none, struct buf *out)
{
	mutex_lock(n->mutex);
	if (from->len > 0)
		buf_put(out, buf_bytes(from));
	else
		buf_put_string(out, none);
	out->failed |= from->failed;
	mutex_unlock(n->mutex);
}

void notify_channels(struct notify *n, struct buf *out)
{
	copy(n, &n->channels, "[]", out);
}

void notify_log(struct notify *n, struct buf *out)
{
	copy(n, &n->tries, "[]", out);
}

void notify_metrics(struct notify *n, struct buf *out)
{
	copy(n, &n->metrics, "", out);
}

static size_t find(const struct notify *n, const char *channel)
{
	size_t i = 0;

	while (i < n->count && strcmp(n->d->config->notify[i].name, channel) != 0)
		i++;
	return i;
}

enum err notify_test(struct notify *n, const char *channel, uint64_t *number)
{
	size_t i = find(n, channel);

	if (i == n->count)
		return ERR_NOTFOUND;
	mutex_lock(n->mutex);
	*number = ++n->asked[i].tests;
	mutex_unlock(n->mutex);
	notify_wake(n);
	return ERR_OK;
}

enum err notify_retry(struct notify *n, const char *channel)
{
	size_t one = find(n, channel);

	if (channel[0] != '\0' && one == n->count)
		return ERR_NOTFOUND;
	mutex_lock(n->mutex);
	for (size_t i = 0; i < n->count; i++)
		n->asked[i].retry |= channel[0] == '\0' || i == one;
	mutex_unlock(n->mutex);
	notify_wake(n);
	return ERR_OK;
}
