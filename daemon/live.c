/* SPDX-License-Identifier: MIT */
#include "daemon/live.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "daemon/live_batch.h"
#include "daemon/live_event.h"

#define UNREAD_MAX ((size_t)256 << 10) /* bytes that a client may leave unread */
#define CAUGHT_UP ((size_t)16 << 10) /* a client that lagged is told to read a snapshot from here */
#define STUCK_MS 30000
#define HEARTBEAT_MS 15000
#define GAP_MS 250	  /* at least, between two tellings */
#define GAP_HEADS_MS 1000 /* the same for who wants heads only, once commits do not end */
#define GAPS_PATIENT 8	  /* so many gaps in a row with a commit: they do not end */
#define MISSED_MAX 2000	  /* events that a client that comes back is told one by one */

struct client {
	struct live *live;
	struct http_stream *stream;
	bool lost;	  /* something was left out: a reset is due */
	uint64_t sent;	  /* bytes given to the stream */
	uint64_t read;	  /* of these, gone out when it was looked at last */
	int64_t moved_ms; /* when it read something last */
	int64_t told_ms;  /* when something was sent last */
	struct live_reader reader;
	struct client *next, *previous;
};

struct live {
	struct loop *loop;
	struct metrics *metrics;
	size_t max, count;
	int offset_minutes;
	struct aggregator_head head; /* of the newest notice or snapshot */
	struct client *clients;
	struct buf text;
	struct live_batch batch;   /* commits that were not told yet */
	struct loop_source *timer; /* while commits follow each other */
	bool head_due;		   /* to who wants heads only */
	unsigned gaps;		   /* in a row with a commit */
	int64_t head_ms;	   /* when these were told last */
	struct log_limit log_kicked;
};

enum err live_new(struct loop *loop, struct metrics *metrics, size_t clients, struct live **out)
{
	struct live *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return ERR_NOMEM;
	l->loop = loop;
	l->metrics = metrics;
	l->max = clients;
	*out = l;
	return ERR_OK;
}

void live_free(struct live *l)
{
	if (l == NULL)
		return;
	while (l->clients != NULL)
		http_stream_end(l->clients->stream);
	loop_source_free(l->timer);
	live_batch_free(&l->batch);
	buf_free(&l->text);
	free(l);
}

/* --- clients ---------------------------------------------------------------------------------- */

static void on_close(void *ctx)
{
	struct client *c = ctx;
	struct live *l = c->live;

	if (c->next != NULL)
		c->next->previous = c->previous;
	if (c->previous != NULL)
		c->previous->next = c->next;
	else
		l->clients = c->next;
	metrics_set(l->metrics, METRIC_STREAM_CLIENTS, --l->count);
	free(c);
}

static enum err add_client(struct live *l, struct http_exchange **x, struct client **out)
{
	struct client *c = calloc(1, sizeof(*c));
	enum err e;

	if (c == NULL)
		return ERR_NOMEM;
	c->live = l;
	c->moved_ms = c->told_ms = clock_monotonic_ms();
	e = http_stream_begin(x, on_close, c, &c->stream);
	if (e != ERR_OK) {
		free(c);
		return e;
	}
	c->next = l->clients;
	if (c->next != NULL)
		c->next->previous = c;
	l->clients = c;
	metrics_set(l->metrics, METRIC_STREAM_CLIENTS, ++l->count);
	*out = c;
	return ERR_OK;
}

static enum err send_text(struct client *c, struct bytes text)
{
	enum err e = http_stream_send(c->stream, text, UNREAD_MAX);

	if (e != ERR_OK)
		return e;
	c->sent += text.len;
	c->told_ms = clock_monotonic_ms();
	return ERR_OK;
}

/* Sends what is in l->text, or notes that the client missed it. */
static void send_events(struct client *c, size_t events)
{
	if (c->lost)
		return;
	if (send_text(c, buf_bytes(&c->live->text)) == ERR_OK)
		metrics_add(c->live->metrics, METRIC_STREAM_EVENTS, events);
	else
		c->lost = true;
}

static void send_reset(struct client *c)
{
	struct live *l = c->live;

	buf_clear(&l->text);
	live_event_head(&l->text, "reset", &l->head, l->offset_minutes);
	if (buf_error(&l->text) != ERR_OK || send_text(c, buf_bytes(&l->text)) != ERR_OK)
		return;
	c->lost = false;
	metrics_add(l->metrics, METRIC_STREAM_RESETS, 1);
	metrics_add(l->metrics, METRIC_STREAM_EVENTS, 1);
}

/* --- telling ---------------------------------------------------------------------------------- */

static void tell(struct live *l, bool heads_only, bool reset, size_t events)
{
	struct client *next;

	for (struct client *c = l->clients; c != NULL; c = next) {
		next = c->next;
		if (c->reader.heads_only != heads_only)
			continue;
		if (reset || l->text.len > UNREAD_MAX || buf_error(&l->text) != ERR_OK)
			c->lost = true;
		else
			send_events(c, events);
	}
}

static void tell_batch(struct live *l)
{
	bool reset = l->batch.reset;
	size_t events = 0;

	if (l->batch.count == 0 && !reset)
		return;
	buf_clear(&l->text);
	if (!reset)
		events = live_batch_write(&l->batch, l->offset_minutes, &l->text);
	live_event_head(&l->text, "head", &l->head, l->offset_minutes);
	live_batch_clear(&l->batch);
	tell(l, false, reset, events + 1);
}

static void tell_heads(struct live *l, int64_t now_ms)
{
	if (!l->head_due || (l->gaps >= GAPS_PATIENT && now_ms - l->head_ms < GAP_HEADS_MS))
		return;
	l->head_due = false;
	l->head_ms = now_ms;
	buf_clear(&l->text);
	live_event_head(&l->text, "head", &l->head, l->offset_minutes);
	tell(l, true, false, 1);
}

static bool is_told(const struct live *l)
{
	return l->batch.count == 0 && !l->batch.reset && !l->head_due;
}

/* A gap is over: what came in it is told. One without a commit ends the row. */
static void on_gap(void *ctx)
{
	struct live *l = ctx;

	if (is_told(l)) {
		loop_source_free(l->timer);
		l->timer = NULL;
		l->gaps = 0;
		return;
	}
	l->gaps++;
	tell_batch(l);
	tell_heads(l, clock_monotonic_ms());
}

void live_notice(struct live *l, struct pipeline_notice **n)
{
	if ((*n)->head.position >= l->head.position)
		l->head = (*n)->head;
	if (l->clients == NULL) {
		pipeline_notice_free(*n);
		*n = NULL;
		return;
	}
	l->head_due = true;
	live_batch_add(&l->batch, n);
	if (l->timer != NULL) {
		metrics_add(l->metrics, METRIC_STREAM_MERGED, 1);
		return;
	}
	tell_batch(l);
	tell_heads(l, clock_monotonic_ms());
	if (loop_timer(l->loop, GAP_MS, on_gap, l, &l->timer) != ERR_OK)
		l->timer = NULL; /* no memory: each commit is told by itself */
}

/* --- joining ---------------------------------------------------------------------------------- */

/* What a client that comes back has missed, or that it has to read a snapshot. */
static enum err write_greeting(struct live *l, const uint64_t *last, struct query *q,
			       bool heads_only, size_t *events)
{
	struct aggregator_head head = live_event_head_of(q);
	enum err e = ERR_OK;

	*events = 0;
	if (head.position >= l->head.position)
		l->head = head;
	buf_clear(&l->text);
	buf_put_string(&l->text, "retry: 3000\n\n");
	if (last != NULL && *last > head.position)
		e = ERR_FULL; /* another ledger than the one it knows */
	else if (last != NULL && *last < head.position && !heads_only)
		e = live_event_since(q, *last, MISSED_MAX, &l->text, events);
	if (e == ERR_FULL || l->text.len > UNREAD_MAX / 2) {
		buf_clear(&l->text);
		buf_put_string(&l->text, "retry: 3000\n\n");
		live_event_head(&l->text, "reset", &head, l->offset_minutes);
		metrics_add(l->metrics, METRIC_STREAM_RESETS, 1);
		*events = 1;
		return buf_error(&l->text);
	}
	live_event_head(&l->text, "head", &head, l->offset_minutes);
	++*events;
	return e == ERR_OK ? buf_error(&l->text) : e;
}

enum err live_join(struct live *l, struct http_exchange **x, const uint64_t *last, struct query *q,
		   const struct live_reader *reader)
{
	struct client *c;
	size_t events;
	enum err e;

	if (l->count >= l->max)
		return ERR_FULL;
	l->offset_minutes = query_catalogue(q)->offset_minutes;
	tell_batch(l); /* the snapshot of who joins has it already */
	e = write_greeting(l, last, q, reader->heads_only, &events);
	if (e == ERR_OK)
		e = add_client(l, x, &c);
	if (e != ERR_OK)
		return e;
	c->reader = *reader;
	send_events(c, events);
	return ERR_OK;
}

/* --- every second ----------------------------------------------------------------------------- */

/* Whether the client reads: bytes went out since the last look, or none wait. */
static bool is_moving(struct client *c, int64_t now_ms)
{
	uint64_t unread = http_stream_unread(c->stream); /* with the framing of the chunks */
	uint64_t read = c->sent > unread ? c->sent - unread : 0;

	if (read > c->read || unread == 0)
		c->moved_ms = now_ms;
	c->read = read;
	return now_ms - c->moved_ms <= STUCK_MS;
}

static void tick_client(struct client *c, int64_t now_ms)
{
	static const char beat[] = ": hb\n\n";
	struct live *l = c->live;

	if (!is_moving(c, now_ms)) {
		metrics_add(l->metrics, METRIC_STREAM_KICKED, 1);
		log_limited(&l->log_kicked, 3, LOG_WARN, "http",
			    "an event stream was ended: its client did not read for %d s",
			    STUCK_MS / 1000);
		http_stream_end(c->stream);
		return;
	}
	if (c->lost && http_stream_unread(c->stream) <= CAUGHT_UP)
		send_reset(c);
	if (now_ms - c->told_ms >= HEARTBEAT_MS)
		(void)send_text(c, bytes_of(beat, sizeof(beat) - 1));
}

void live_tick(struct live *l, int64_t now_ms, live_lasts *lasts, void *ctx)
{
	struct client *next;

	for (struct client *c = l->clients; c != NULL; c = next) {
		next = c->next;
		if (lasts(ctx, &c->reader))
			tick_client(c, now_ms);
		else
			http_stream_end(c->stream);
	}
}
