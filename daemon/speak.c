/* SPDX-License-Identifier: MIT */
/* Who is told what. Runs after the commit that holds what is said here, never before. */
#include <string.h>

#include "base/clock.h"
#include "daemon/pipeline_private.h"
#include "proto/limits.h"

uint32_t speak_credit(const struct pipeline *p)
{
	const struct config *c = p->d->config;
	size_t count = sessions_count(p->sessions);
	size_t share = c->queue_bytes / (count ? count : 1);

	if (share > c->credit_bytes)
		share = c->credit_bytes;
	return share < LIMITS_BATCH_BYTES ? LIMITS_BATCH_BYTES : (uint32_t)share;
}

void speak_end_session(struct pipeline *p, struct session *s)
{
	uint16_t unit = s->unit;

	sessions_end(p->sessions, s);
	metrics_set(&p->d->metrics, METRIC_SESSIONS, sessions_count(p->sessions));
	if (sessions_of_unit(p->sessions, unit) == 0)
		links_set(p->links, unit, false);
}

/* A reply that does not arrive costs a repetition, no more: the sender asks again. */
static void send_to(struct pipeline *p, struct bus_socket *via, const struct bus_peer *peer,
		    const struct buf *message)
{
	struct session *s;

	if (buf_error(message) != ERR_OK) {
		metrics_add(&p->d->metrics, METRIC_BUS_SEND_FAILED, 1);
		return;
	}
	if (bus_send(via, peer, buf_bytes(message)) != ERR_CLOSED || via != p->ingest)
		return;
	s = sessions_find(p->sessions, peer);
	if (s)
		s->gone = p->some_gone = true;
}

/* --- refusals -------------------------------------------------------------------------------- */
static void tell_refused(struct pipeline *p, struct bus_socket *via, const struct bus_peer *peer,
			 const uint8_t epoch[16], const struct message_refused *why)
{
	struct message_refused m = *why;
	struct buf out = { 0 };

	refusal_complete(&m);
	if (message_refused_encode(&m, epoch, &out) == ERR_OK)
		send_to(p, via, peer, &out);
	buf_free(&out);
}

static void refuse_peer(struct pipeline *p, struct bus_socket *via, const struct bus_peer *peer,
			const uint8_t *key, const uint8_t epoch[16],
			const struct message_refused *why)
{
	refusal_note(&p->d->metrics, &p->log_refused, via == p->enrol ? "enrol" : "ingest", key,
		     why->code);
	tell_refused(p, via, peer, epoch, why);
}

static void refuse(struct pipeline *p, const struct item *i)
{
	refuse_peer(p, i->via, &i->message->peer, i->message->key, i->header.epoch,
		    &i->outcome.refused);
}

/* --- receipts -------------------------------------------------------------------------------- */
struct receiver {
	struct pipeline *p;
	struct session *session;
	enum err result;
};

static enum err send_receipts(void *ctx, struct bytes message)
{
	struct receiver *r = ctx;

	r->result = bus_send(r->p->ingest, &r->session->peer, message);
	return r->result;
}

static void flush_receipts(struct pipeline *p, struct session *s)
{
	struct receiver to = { p, s, ERR_OK };
	int64_t oldest = s->receipts.oldest_us;
	enum err e;

	if (s->receipts.count == 0)
		return;
	e = receipts_send(&s->receipts, p->arena, s->receipts_epoch, speak_credit(p), send_receipts,
			  &to);
	if (to.result == ERR_CLOSED)
		s->gone = p->some_gone = true;
	else if (e != ERR_OK && to.result == ERR_OK)
		metrics_add(&p->d->metrics, METRIC_BUS_SEND_FAILED, 1);
	metrics_observe(&p->d->metrics, METRIC_HISTOGRAM_RECEIPT,
			(uint64_t)(clock_monotonic_us() - oldest));
}

static void flush_touched(struct pipeline *p)
{
	while (p->touched) {
		struct session *s = p->touched;

		p->touched = s->next_touched;
		s->next_touched = NULL;
		s->is_touched = false;
		flush_receipts(p, s);
	}
}

static void count_rows(struct pipeline *p, const struct message_receipt *r)
{
	static const enum metric by_verdict[EVENT_VERDICT_COUNT] = {
		[EVENT_ADMITTED] = METRIC_ROWS_ADMITTED, [EVENT_HOLD] = METRIC_ROWS_HOLD,
		[EVENT_REJECT] = METRIC_ROWS_REJECT,	 [EVENT_DUPLICATE] = METRIC_ROWS_DUPLICATE,
		[EVENT_CONFLICT] = METRIC_ROWS_CONFLICT,
	};

	for (unsigned v = 0; v < EVENT_VERDICT_COUNT; v++)
		metrics_add(&p->d->metrics, by_verdict[v], r->counts[v]);
}

static void speak_batch(struct pipeline *p, struct item *i)
{
	struct session *s = sessions_find(p->sessions, &i->message->peer);

	if (i->outcome.answer == AGGREGATOR_REFUSED) {
		refuse(p, i);
		return;
	}
	if (i->outcome.answer == AGGREGATOR_REPEATED)
		metrics_add(&p->d->metrics, METRIC_BATCHES_REPEATED, 1);
	else
		count_rows(p, &i->outcome.receipt);
	if (!s)
		return;
	if (s->receipts.count == 0) {
		/* a Hello for another outbox sends what there is first */
		memcpy(s->receipts_epoch, i->header.epoch, sizeof(s->receipts_epoch));
		s->receipts.oldest_us = i->message->taken_us;
	}
	if (receipts_add(&s->receipts, p->arena, &i->outcome.receipt) != ERR_OK) {
		metrics_add(&p->d->metrics, METRIC_BUS_SEND_FAILED, 1);
		return; /* the sender asks again */
	}
	s->receipts.expected = i->outcome.expected;
	if (!s->is_touched) {
		s->is_touched = true;
		s->next_touched = p->touched;
		p->touched = s;
	}
}

/* --- everything else ------------------------------------------------------------------------- */
/* Nothing was refused: an outbox has come back on a new connection, and the old one, mostly dead,
 * is told in case somebody else still uses it. */
static void speak_fenced(struct pipeline *p, const struct item *i)
{
	const struct message_refused why = { .code = MESSAGE_REFUSED_FENCED };

	if (i->fenced.len == 0)
		return;
	metrics_add(&p->d->metrics, METRIC_SESSIONS_FENCED, 1);
	tell_refused(p, p->ingest, &i->fenced, i->fenced_epoch, &why);
}

static void speak_hello(struct pipeline *p, struct item *i)
{
	const struct catalogue *c = aggregator_catalogue(p->aggregator);
	struct message_welcome w = { .expected = i->outcome.expected,
				     .catalogue_version = c->version,
				     .server_ms = clock_now_ms(p->d->clock),
				     .credit = speak_credit(p),
				     .batch_rows = LIMITS_BATCH_ROWS,
				     .batch_bytes = LIMITS_BATCH_BYTES,
				     .programme = bytes_of_string(c->id) };
	struct session *s = sessions_find(p->sessions, &i->message->peer);
	struct buf out = { 0 };

	if (i->outcome.answer == AGGREGATOR_REFUSED) {
		refuse(p, i);
		return;
	}
	if (!s)
		return;	      /* it ended in this very group */
	flush_receipts(p, s); /* of what it was before */
	metrics_set(&p->d->metrics, METRIC_SESSIONS, sessions_count(p->sessions));
	w.reporter = bytes_of_string(c->units[s->unit].id);
	w.incarnation = bytes_of(store_incarnation(p->d->store), 16);
	if (message_welcome_encode(&w, i->header.epoch, &out) == ERR_OK)
		send_to(p, p->ingest, &i->message->peer, &out);
	buf_free(&out);
	speak_fenced(p, i);
}

static void speak_slice(struct pipeline *p, struct item *i)
{
	struct buf out = { 0 };

	if (i->outcome.answer == AGGREGATOR_REFUSED)
		refuse(p, i);
	else if (message_slice_encode(&i->slice, &out) == ERR_OK)
		send_to(p, p->ingest, &i->message->peer, &out);
	buf_free(&out);
}

static void speak_ping(struct pipeline *p, struct item *i)
{
	struct buf out = { 0 };

	envelope_put(&out, ENVELOPE_PONG);
	send_to(p, p->ingest, &i->message->peer, &out);
	buf_free(&out);
}

static void speak_enrol(struct pipeline *p, struct item *i)
{
	static const enum metric by_state[] = { METRIC_ENROL_REFUSED, METRIC_ENROL_ADMITTED,
						METRIC_ENROL_WAITING, METRIC_ENROL_REFUSED };
	struct buf out = { 0 };

	if (i->outcome.answer == AGGREGATOR_REFUSED) {
		refuse(p, i);
		return;
	}
	metrics_add(&p->d->metrics, by_state[i->enrolled.state & 3], 1);
	if (message_enrol_reply_encode(&i->enrolled, &out) == ERR_OK)
		send_to(p, p->enrol, &i->message->peer, &out);
	buf_free(&out);
}

static void speak_act(struct pipeline *p, struct item *i)
{
	metrics_add(&p->d->metrics, METRIC_COMMANDS, 1);
	if (i->command)
		command_answer(&i->command, i->err, i->answer);
}

static void speak_refused(struct pipeline *p, struct item *i)
{
	refuse(p, i);
}

static void (*const speak[])(struct pipeline *p, struct item *i) = {
	[ITEM_HELLO] = speak_hello,	[ITEM_BATCH] = speak_batch, [ITEM_SLICE] = speak_slice,
	[ITEM_PING] = speak_ping,	[ITEM_ENROL] = speak_enrol, [ITEM_ACT] = speak_act,
	[ITEM_REFUSED] = speak_refused,
};

static void end_if_gone(void *ctx, struct session *s)
{
	if (s->gone)
		speak_end_session(ctx, s);
}

void speak_items(struct pipeline *p, struct item *items, size_t count)
{
	for (size_t i = 0; i < count; i++)
		speak[items[i].kind](p, &items[i]);
	flush_touched(p);
	if (p->some_gone)
		sessions_each(p->sessions, end_if_gone, p);
	p->some_gone = false;
}

/* --- sessions whose time is over ------------------------------------------------------------- */
static void end_if_revoked(void *ctx, struct session *s)
{
	const struct message_refused why = { .code = MESSAGE_REFUSED_REVOKED };
	struct pipeline *p = ctx;
	const struct aggregator_key *k = roster_find(p->roster, s->key);

	if (k && k->state == AGGREGATOR_KEY_VALID && k->unit == s->unit)
		return;
	refuse_peer(p, p->ingest, &s->peer, s->key, s->epoch, &why);
	speak_end_session(p, s);
}

void speak_keys_changed(struct pipeline *p)
{
	sessions_each(p->sessions, end_if_revoked, p);
	p->some_gone = false;
}

static void end_if_silent(void *ctx, struct session *s)
{
	struct pipeline *p = ctx;

	if (clock_monotonic_ms() - s->heard_ms < LIMITS_LINK_DOWN_MS)
		return;
	log_limited(&p->log_link, 10, LOG_INFO, "ingest", "unit %u: nothing heard for %d s",
		    s->unit, LIMITS_LINK_DOWN_MS / 1000);
	speak_end_session(p, s);
}

void speak_silent(struct pipeline *p)
{
	sessions_each(p->sessions, end_if_silent, p);
}
