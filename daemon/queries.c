/* SPDX-License-Identifier: MIT */
#include "daemon/queries.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/thread.h"
#include "daemon/bus.h"
#include "daemon/figures.h"
#include "daemon/refusal.h"
#include "daemon/snapshot.h"
#include "daemon/zap.h"
#include "proto/limits.h"

#define PART_FIGURES 1000 /* of a snapshot's message */
#define REPLAY_ALERTS 500 /* of one answer */
#define REPLAY_BYTES (LIMITS_REPLY_BYTES / 2)
#define ARENA_BYTES (32u << 20)

/* The parts of the last snapshot: many subscribers ask at the same time, after a start. */
struct cache {
	bool valid;
	uint64_t position;
	struct buf parts; /* one after the other */
	size_t *lengths;
	size_t count, cap;
};

struct queries {
	struct daemon *d;
	struct thread *thread;
	struct bus_socket *socket;
	struct snapshots *snapshots;
	struct arena *arena;
	struct cache cache;
	struct message_figure figures[PART_FIGURES]; /* of the part being made */
	size_t figure_count;
	int stop_fd; /* eventfd; any thread */
	struct log_limit log_refused, log_failed;
};

/* --- answers --------------------------------------------------------------------------------- */
static void send_to(struct queries *q, const struct bus_message *m, const struct buf *out)
{
	/* who is gone or does not read asks again; the bus counts it */
	if (buf_error(out) == ERR_OK)
		(void)bus_send(q->socket, &m->peer, buf_bytes(out));
}

static void refuse(struct queries *q, const struct bus_message *m, uint32_t code)
{
	static const uint8_t no_epoch[ENVELOPE_EPOCH_LEN];
	struct message_refused r = { .code = code,
				     .retry_ms = code == MESSAGE_REFUSED_BUSY ? 1000 : 0 };
	struct buf out = { 0 };

	refusal_complete(&r);
	refusal_note(&q->d->metrics, &q->log_refused, "query", m->key, code);
	metrics_add(&q->d->metrics, METRIC_QUERIES_REFUSED, 1);
	if (message_refused_encode(&r, no_epoch, &out) == ERR_OK)
		send_to(q, m, &out);
	buf_free(&out);
}

static struct message_snapshot head_of(const struct query_head *head)
{
	return (struct message_snapshot){ .position = head->position,
					  .alert_number = head->alert_number,
					  .chain = bytes_of(head->chain, sizeof(head->chain)) };
}

/* --- snapshots ------------------------------------------------------------------------------- */
static enum err end_part(struct queries *q, struct message_snapshot *m, bool last)
{
	struct cache *c = &q->cache;
	size_t before = c->parts.len;
	enum err e;

	if (c->count == c->cap) {
		size_t cap = c->cap ? c->cap * 2 : 8;
		size_t *lengths = realloc(c->lengths, cap * sizeof(*lengths));

		if (!lengths)
			return ERR_NOMEM;
		c->lengths = lengths;
		c->cap = cap;
	}
	m->last = last;
	m->figures = q->figures;
	m->count = q->figure_count;
	e = message_snapshot_encode(m, ENVELOPE_SNAPSHOT, &c->parts);
	c->lengths[c->count++] = c->parts.len - before;
	q->figure_count = 0;
	return e;
}

struct making {
	struct queries *q;
	struct message_snapshot head;
};

static enum err add_figure(void *ctx, const struct message_figure *figure, uint64_t judged)
{
	struct making *m = ctx;
	enum err e = ERR_OK;

	(void)judged;
	if (m->q->figure_count == PART_FIGURES)
		e = end_part(m->q, &m->head, false);
	m->q->figures[m->q->figure_count++] = *figure;
	return e;
}

static enum err make_snapshot(struct queries *q, struct query *snapshot)
{
	struct query_head head = query_head(snapshot);
	struct making m = { q, head_of(&head) };
	enum err e;

	if (q->cache.valid && q->cache.position == head.position)
		return ERR_OK;
	q->cache.valid = false;
	q->cache.count = 0;
	q->figure_count = 0;
	buf_clear(&q->cache.parts);
	e = figures_all(snapshot, add_figure, &m);
	if (e == ERR_OK)
		e = end_part(q, &m.head, true);
	if (e == ERR_OK)
		e = buf_error(&q->cache.parts);
	q->cache.valid = e == ERR_OK;
	q->cache.position = head.position;
	return e;
}

static enum err answer_snapshot(struct queries *q, struct query *snapshot,
				const struct bus_message *m, struct bytes body)
{
	enum err e = make_snapshot(q, snapshot);
	size_t at = 0;

	(void)body;
	for (size_t i = 0; e == ERR_OK && i < q->cache.count; i++) {
		if (bus_send(q->socket, &m->peer,
			     bytes_of(q->cache.parts.data + at, q->cache.lengths[i])) != ERR_OK)
			break;
		at += q->cache.lengths[i];
	}
	metrics_add(&q->d->metrics, METRIC_QUERIES_SNAPSHOT, 1);
	return e;
}

/* --- replays --------------------------------------------------------------------------------- */
struct replaying {
	const struct catalogue *catalogue;
	struct arena *arena;
	struct message_alert *alerts;
	size_t count, bytes;
	enum err err;
};

/* The callback says no where the message is full: the caller asks on from there. */
static bool add_alert(void *ctx, const struct book_record *record)
{
	struct replaying *r = ctx;
	struct message_alert *a = &r->alerts[r->count];

	if (r->count == REPLAY_ALERTS || r->bytes > REPLAY_BYTES)
		return false;
	r->err = book_message(r->catalogue, record, r->arena, a);
	if (r->err != ERR_OK)
		return false;
	r->bytes +=
		100 + a->id.len + a->measure.len + a->unit.len + a->text_zh.len + a->text_en.len;
	r->count++;
	return true;
}

static enum err answer_replay(struct queries *q, struct query *snapshot,
			      const struct bus_message *m, struct bytes body)
{
	struct replaying r = { .catalogue = query_catalogue(snapshot), .arena = q->arena };
	struct message_replay_request request;
	struct message_replay reply = { .last = query_head(snapshot).alert_number };
	struct buf out = { 0 };
	size_t limit = REPLAY_ALERTS;
	uint64_t next;
	enum err e = message_replay_request_decode(body, q->arena, &request);

	if (e != ERR_OK) {
		refuse(q, m, MESSAGE_REFUSED_BODY);
		return ERR_OK;
	}
	metrics_add(&q->d->metrics, METRIC_QUERIES_REPLAY, 1);
	reply.next = request.from ? request.from : 1;
	if (request.limit > 0 && request.limit < limit)
		limit = request.limit;
	r.alerts = arena_calloc(q->arena, REPLAY_ALERTS, sizeof(*r.alerts));
	if (!r.alerts)
		return ERR_NOMEM;
	e = query_alert_log(snapshot, reply.next, limit, add_alert, &r, &next);
	if (e == ERR_OK)
		e = r.err;
	if (e != ERR_OK)
		return e;
	reply.alerts = r.alerts;
	reply.count = r.count;
	if (r.count > 0)
		reply.next = r.alerts[r.count - 1].number + 1;
	e = message_replay_encode(&reply, &out);
	if (e == ERR_OK)
		send_to(q, m, &out);
	buf_free(&out);
	return e;
}

/* --- a reporter's own ------------------------------------------------------------------------ */
static enum err add_own(void *ctx, const struct message_figure *figure, uint64_t judged)
{
	struct queries *q = ctx;

	(void)judged;
	if (q->figure_count == PART_FIGURES)
		return ERR_FULL; /* more than any reporter has */
	q->figures[q->figure_count++] = *figure;
	return ERR_OK;
}

static enum err own_figures(struct queries *q, struct query *snapshot, const uint8_t *key)
{
	struct keyring *ring = NULL;
	struct store_txn *t = NULL;
	const struct keyring_key *k;
	enum err e = keyring_new(&ring);

	q->figure_count = 0;
	if (e == ERR_OK)
		e = store_begin_read(q->d->store, &t);
	if (e == ERR_OK)
		e = keyring_load(ring, t);
	store_abort(&t);
	k = e == ERR_OK ? keyring_find(ring, key) : NULL;
	if (k && k->state == KEYRING_VALID && k->role == KEYRING_REPORTER)
		e = figures_of(snapshot, k->unit, &k->items, add_own, q);
	keyring_free(ring);
	return e;
}

static enum err answer_mine(struct queries *q, struct query *snapshot, const struct bus_message *m,
			    struct bytes body)
{
	struct query_head head = query_head(snapshot);
	struct message_snapshot reply = head_of(&head);
	struct buf out = { 0 };
	enum err e = own_figures(q, snapshot, m->key);

	(void)body;
	reply.last = true;
	reply.figures = q->figures;
	reply.count = q->figure_count;
	if (e == ERR_OK)
		e = message_snapshot_encode(&reply, ENVELOPE_MINE, &out);
	if (e == ERR_OK)
		send_to(q, m, &out);
	buf_free(&out);
	metrics_add(&q->d->metrics, METRIC_QUERIES_MINE, 1);
	return e;
}

/* --- requests -------------------------------------------------------------------------------- */
static const struct {
	uint8_t type;
	enum err (*answer)(struct queries *q, struct query *snapshot, const struct bus_message *m,
			   struct bytes body);
} requests[] = {
	{ ENVELOPE_SNAPSHOT_REQUEST, answer_snapshot },
	{ ENVELOPE_REPLAY_REQUEST, answer_replay },
	{ ENVELOPE_MINE_REQUEST, answer_mine },
};
#define REQUESTS (sizeof(requests) / sizeof(requests[0]))

static void answer(struct queries *q, size_t request, const struct bus_message *m,
		   struct bytes body)
{
	int64_t begun = clock_monotonic_us();
	struct query *snapshot = NULL;
	enum err e = snapshots_open(q->snapshots, &snapshot);

	arena_reset(q->arena);
	if (e == ERR_OK)
		e = requests[request].answer(q, snapshot, m, body);
	query_close(snapshot);
	metrics_observe(&q->d->metrics, METRIC_HISTOGRAM_QUERY,
			(uint64_t)(clock_monotonic_us() - begun));
	if (e == ERR_OK)
		return;
	metrics_add(&q->d->metrics, METRIC_QUERIES_FAILED, 1);
	log_limited(&q->log_failed, 10, LOG_ERROR, "query", "a question could not be answered: %s",
		    err_name(e));
	refuse(q, m, MESSAGE_REFUSED_BUSY);
}

static void pong(struct queries *q, const struct bus_message *m)
{
	struct buf out = { 0 };

	envelope_put(&out, ENVELOPE_PONG);
	send_to(q, m, &out);
	buf_free(&out);
}

static void handle(struct queries *q, const struct bus_message *m)
{
	struct envelope header;
	struct bytes body;
	enum err e = envelope_decode(m->payload, &header, &body);
	size_t r = 0;

	if (e != ERR_OK) {
		refuse(q, m, e == ERR_VERSION ? MESSAGE_REFUSED_VERSION : MESSAGE_REFUSED_BODY);
		return;
	}
	/* a key that was revoked a moment ago is still connected */
	if (zap_judge(q->d->zap, m->key) != ZAP_ACCEPT) {
		refuse(q, m, MESSAGE_REFUSED_REVOKED);
		return;
	}
	while (r < REQUESTS && requests[r].type != header.type)
		r++;
	if (r < REQUESTS)
		answer(q, r, m, body);
	else if (header.type == ENVELOPE_PING)
		pong(q, m);
	else
		refuse(q, m, MESSAGE_REFUSED_TYPE);
}

/* --- the thread ------------------------------------------------------------------------------ */
static enum err turn(struct queries *q)
{
	struct bus_message m;
	enum err e = bus_take(q->socket, &m);

	if (e == ERR_OK)
		handle(q, &m);
	bus_message_free(&m);
	return e;
}

static void serve(struct queries *q)
{
	bool ready[2] = { false };
	enum err e = ERR_OK;

	while (e != ERR_CLOSED && !ready[1]) {
		e = turn(q);
		if (e != ERR_CLOSED)
			e = bus_wait(&q->socket, 1, &q->stop_fd, 1, e == ERR_OK ? 0 : 60000, ready);
	}
}

static void run(struct thread *self, void *arg)
{
	struct queries *q = arg;
	const struct bus_listen options = { BUS_ROUTER, ZAP_DOMAIN_QUERY, q->d->config->query,
					    LIMITS_MESSAGE_BYTES, 16 };
	enum err e = bus_listen(q->d, &options, q->d->bound.query, &q->socket);

	thread_ready(self, e);
	if (e == ERR_OK)
		serve(q);
	bus_close(q->socket);
	q->socket = NULL;
}

static void free_all(struct queries *q)
{
	snapshots_free(q->snapshots);
	arena_free(q->arena);
	buf_free(&q->cache.parts);
	free(q->cache.lengths);
	if (q->stop_fd >= 0)
		close(q->stop_fd);
	free(q);
}

enum err queries_start(struct daemon *d, struct queries **out)
{
	struct queries *q = calloc(1, sizeof(*q));
	enum err e;

	if (!q)
		return ERR_NOMEM;
	q->d = d;
	q->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	q->arena = arena_new(ARENA_BYTES);
	e = q->stop_fd < 0 ? err_from_errno(errno) : q->arena ? ERR_OK : ERR_NOMEM;
	if (e == ERR_OK)
		e = snapshots_new(d->store, &q->snapshots);
	if (e == ERR_OK)
		e = thread_start("query", run, q, &q->thread);
	if (e != ERR_OK) {
		free_all(q);
		return e;
	}
	*out = q;
	return ERR_OK;
}

void queries_stop(struct queries *q)
{
	if (!q)
		return;
	(void)!eventfd_write(q->stop_fd, 1);
	thread_join(q->thread);
	free_all(q);
}
