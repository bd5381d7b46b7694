/* SPDX-License-Identifier: MIT */
/* The words between the daemon and us: Hello, and what each answer means. */
#include <inttypes.h>
#include <stdio.h>

#include "base/log.h"
#include "collectors/sender_impl.h"
#include "collectors/text.h"
#include "proto/limits.h"

#define SOFTWARE "libminsheng/1.0"
#define CREDIT_PAUSE_MS 1000 /* after more was sent than was granted */
#define UNKNOWN_PAUSE_MS 60000 /* after a refusal of a later version */

/* --- Hello ------------------------------------------------------------------------------------ */

void sender_begin_hello(struct sender *s, int64_t now)
{
	sender_leave(s);
	s->phase = SENDER_HELLO;
	s->hello_sent = false;
	s->want_write = false;
	s->hello_until = now + s->timing.hello;
	s->window_open = false;
	s->want_slice = false;
	s->paused_until = 0;
	s->gap_expected = 0;
}

void sender_try_hello(struct sender *s)
{
	struct message_hello hello = { .programme = bytes_of_string(s->identity.programme),
				       .software = bytes_of_string(SOFTWARE) };
	struct outbox_state o;
	struct buf b = { 0 };
	enum err e;

	outbox_state(s->options.outbox, &o);
	hello.first_held = o.first - o.base;
	hello.next = o.next - o.base;
	e = message_hello_encode(&hello, o.epoch, &b);
	if (!e)
		e = link_send(s->link, buf_bytes(&b));
	buf_free(&b);
	s->hello_sent = e == ERR_OK;
	s->want_write = e == ERR_AGAIN;
	s->last_sent = clock_monotonic_ms();
	if (e && e != ERR_AGAIN)
		sender_reconnect(s, err_name(e));
}

/* The daemon asks for another epoch: what has no receipt counts from 1 again. */
static void renew_epoch(struct sender *s, const char *why, int64_t now)
{
	enum err e = outbox_new_epoch(s->options.outbox);

	if (e) {
		log_write(LOG_ERROR, "sender", "new epoch: %s", err_name(e));
		sender_reconnect(s, "the outbox can't be written; see the log");
		return;
	}
	s->status.conflicts++;
	log_write(LOG_WARN, "sender", "%s: going on in a new epoch", why);
	sender_begin_hello(s, now);
}

/* --- Welcome ---------------------------------------------------------------------------------- */

static void ask_slice(struct sender *s)
{
	struct buf b = { 0 };

	envelope_put(&b, ENVELOPE_CATALOGUE_REQUEST);
	/* where it can't be sent now, the watchdog of the slice ends the connection */
	if (!buf_error(&b))
		(void)link_send(s->link, buf_bytes(&b));
	buf_free(&b);
	s->want_slice = true;
}

static void take_slice_of(struct sender *s, uint64_t version)
{
	struct slice *slice = slice_shelf_get(s->options.shelf);

	if (slice && slice_message(slice)->catalogue_version == version) {
		slice_release(s->slice);
		s->slice = slice;
		return;
	}
	slice_release(slice);
	ask_slice(s);
}

static void hear_welcome(struct sender *s, struct bytes body, int64_t now)
{
	struct message_welcome w;
	struct outbox_state o;

	if (s->phase != SENDER_HELLO || message_welcome_decode(body, s->arena, &w)) {
		s->status.ignored++;
		return;
	}
	outbox_state(s->options.outbox, &o);
	if (o.base + w.expected > o.next) {
		renew_epoch(s, "the daemon knows rows of this epoch that the outbox has not", now);
		return;
	}
	text_cut(s->status.reporter, sizeof(s->status.reporter), w.reporter);
	s->status.catalogue_version = w.catalogue_version;
	s->status.clock_skew_ms = w.server_ms - clock_now_ms(s->options.clock);
	s->credit = w.credit;
	s->batch_rows = w.batch_rows;
	s->batch_bytes = w.batch_bytes;
	s->phase = SENDER_LIVE;
	s->last_progress = now;
	sender_rewind(s);
	take_slice_of(s, w.catalogue_version);
	sender_say(s, MINSHENG_CONNECTED, "connected as %s", s->status.reporter);
}

static void hear_slice(struct sender *s, struct bytes body)
{
	enum err e = slice_shelf_put(s->options.shelf, body);

	if (e) {
		log_write(LOG_ERROR, "sender", "catalogue slice: %s", err_name(e));
		s->status.ignored++;
		return;
	}
	slice_release(s->slice);
	s->slice = slice_shelf_get(s->options.shelf);
	s->want_slice = false;
	s->status.catalogue_version = slice_message(s->slice)->catalogue_version;
	/* direct sealing has to learn of it */
	if (s->direct && outbox_seal_directly(s->options.outbox, NULL) == ERR_OK)
		s->direct = false;
}

/* --- receipts --------------------------------------------------------------------------------- */

/* Verdicts after which the slice is looked at anew. */
static bool slice_is_old(const struct message_receipts *r)
{
	for (size_t i = 0; i < r->count; i++) {
		for (size_t j = 0; j < r->items[i].exception_count; j++) {
			uint32_t code = r->items[i].exceptions[j].code;

			if (code == EVENT_UNKNOWN_TARGET || code == EVENT_SCALE)
				return true;
		}
	}
	return false;
}

/* Tells of the items that settled rows: those that go on from first without a hole. */
static void tell(struct sender *s, const struct message_receipts *r, const struct outbox_state *o)
{
	uint64_t first = o->first;

	for (size_t i = 0; s->options.on_receipt && i < r->count; i++) {
		const struct message_receipt *item = &r->items[i];
		uint64_t until = o->base + item->through_sequence + 1;

		if (until <= first || o->base + item->first_sequence > first)
			continue;
		s->options.on_receipt(s->options.ctx, item, o->epoch,
				      o->base + item->first_sequence);
		first = until;
	}
}

static void hear_receipts(struct sender *s, struct bytes body, int64_t now)
{
	struct outbox_settled settled;
	struct message_receipts r;
	struct outbox_state o, after;
	enum err e;

	if (s->phase != SENDER_LIVE || message_receipts_decode(body, s->arena, &r)) {
		s->status.ignored++;
		return;
	}
	outbox_state(s->options.outbox, &o);
	e = outbox_settle(s->options.outbox, &r, &settled);
	if (e == ERR_INVALID) {
		renew_epoch(s, "the daemon's receipts do not fit the batches", now);
		return;
	}
	if (e) {
		sender_reconnect(s, "the outbox can't be written; see the log");
		return;
	}
	s->credit = r.credit;
	if (settled.applied) {
		s->window_open = true;
		s->attempts = s->resends = 0;
		s->gap_expected = 0;
		s->last_progress = now;
	}
	outbox_state(s->options.outbox, &after);
	sender_landed(s, after.first);
	tell(s, &r, &o);
	if (slice_is_old(&r) && !s->want_slice)
		ask_slice(s);
	/* a receipt was lost on the way: it comes again for the same bytes */
	if (settled.ahead && !settled.applied && s->gap_expected != after.first - after.base) {
		s->gap_expected = after.first - after.base;
		s->gap_at = now;
		sender_rewind(s);
	}
}

/* --- refusals --------------------------------------------------------------------------------- */

static void hear_gap(struct sender *s, const struct message_refused *r, int64_t now)
{
	struct outbox_state o;

	if (s->phase != SENDER_LIVE)
		return;
	outbox_state(s->options.outbox, &o);
	if (o.base + r->expected > o.next) {
		renew_epoch(s, "the daemon expects rows that the outbox has not", now);
		return;
	}
	/* each batch behind the gap is refused in the same words */
	if (s->gap_expected == r->expected && now - s->gap_at < s->timing.resend)
		return;
	s->status.gaps++;
	s->gap_expected = r->expected;
	s->gap_at = now;
	if (o.base + r->expected < o.first)
		sender_reconnect(s, "the daemon asks for rows that it had acknowledged");
	else
		sender_rewind(s);
}

static void hear_conflict(struct sender *s, const struct message_refused *r, int64_t now)
{
	(void)r;
	renew_epoch(s, "the daemon has other rows under these sequences", now);
}

static void hear_fenced(struct sender *s, const struct message_refused *r, int64_t now)
{
	(void)r, (void)now;
	sender_leave(s);
	link_close(s->link);
	s->link = NULL;
	s->phase = SENDER_FENCED;
	sender_say(s, MINSHENG_FENCED,
		   "fenced: another process sends for this outbox; stop one of them");
}

static void hear_mend(struct sender *s, const struct message_refused *r, int64_t now)
{
	(void)r;
	sender_wait_long(s, now);
}

/* Halves the batches until they pass. The rows of the one that was refused are not told, so the
 * largest that may have been is the start. */
static void hear_size(struct sender *s, const struct message_refused *r, int64_t now)
{
	struct seal_terms terms;
	enum err e;

	if (s->phase != SENDER_LIVE || !s->slice || s->rows_limit == 1) {
		sender_say(s, MINSHENG_REFUSED, "refused: size: a single row is too large");
		hear_mend(s, r, now);
		return;
	}
	s->rows_limit = s->largest_rows > 1 ? s->largest_rows / 2 : 1;
	s->largest_rows = 0;
	terms = sender_terms(s);
	log_write(LOG_WARN, "sender", "batches are too large: sealing again by %u rows",
		  (unsigned)terms.batch_rows);
	if ((e = outbox_reseal(s->options.outbox, &terms)) != ERR_OK) {
		log_write(LOG_ERROR, "sender", "sealing again: %s", err_name(e));
		sender_reconnect(s, "the outbox can't be written; see the log");
		return;
	}
	s->status.conflicts++;
	sender_begin_hello(s, now);
}

static void hear_busy(struct sender *s, const struct message_refused *r, int64_t now)
{
	if (s->phase == SENDER_HELLO)
		s->hello_sent = false;
	else
		sender_rewind(s);
	s->paused_until = now + r->retry_ms;
	s->hello_until = s->paused_until + s->timing.hello;
}

static void hear_no_hello(struct sender *s, const struct message_refused *r, int64_t now)
{
	(void)r;
	if (s->phase == SENDER_LIVE)
		sender_begin_hello(s, now);
}

static void hear_credit(struct sender *s, const struct message_refused *r, int64_t now)
{
	(void)r;
	if (s->phase != SENDER_LIVE)
		return;
	sender_rewind(s);
	s->window_open = false;
	s->paused_until = now + CREDIT_PAUSE_MS;
}

struct refusal {
	unsigned code;
	const char *name;
	void (*hear)(struct sender *s, const struct message_refused *r, int64_t now);
};

static const struct refusal refusals[] = {
	{ MESSAGE_REFUSED_VERSION, "version", hear_mend },
	{ MESSAGE_REFUSED_TYPE, "type", hear_mend },
	{ MESSAGE_REFUSED_SIZE, "size", hear_size },
	{ MESSAGE_REFUSED_GAP, "gap", hear_gap },
	{ MESSAGE_REFUSED_CONFLICT, "conflict", hear_conflict },
	{ MESSAGE_REFUSED_FENCED, "fenced", hear_fenced },
	{ MESSAGE_REFUSED_REVOKED, "revoked", hear_mend },
	{ MESSAGE_REFUSED_ROLE, "role", hear_mend },
	{ MESSAGE_REFUSED_PROGRAMME, "programme", hear_mend },
	{ MESSAGE_REFUSED_EPOCHS, "epochs", hear_mend },
	{ MESSAGE_REFUSED_BUSY, "busy", hear_busy },
	{ MESSAGE_REFUSED_NO_HELLO, "no-hello", hear_no_hello },
	{ MESSAGE_REFUSED_TOKEN, "token", hear_mend },
	{ MESSAGE_REFUSED_BODY, "body", hear_mend },
	{ MESSAGE_REFUSED_CREDIT, "credit", hear_credit },
};

static void hear_unknown(struct sender *s, const struct message_refused *r, int64_t now)
{
	struct message_refused later = *r;

	later.retry_ms = UNKNOWN_PAUSE_MS;
	hear_busy(s, &later, now);
}

static const struct refusal *find_refusal(unsigned code)
{
	static const struct refusal unknown = { 0, "unknown", hear_unknown };

	for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++) {
		if (refusals[i].code == code)
			return &refusals[i];
	}
	return &unknown;
}

static void hear_refused(struct sender *s, struct bytes body, int64_t now)
{
	const struct refusal *refusal;
	struct message_refused r;
	char text[100];

	if (message_refused_decode(body, s->arena, &r)) {
		s->status.ignored++;
		return;
	}
	refusal = find_refusal(r.code);
	text_cut(text, sizeof(text), r.text);
	log_write(LOG_WARN, "sender", "refused: %s (%u) expected %" PRIu64 " %s", refusal->name,
		  r.code, r.expected, text);
	if (refusal->hear == hear_mend)
		sender_say(s, MINSHENG_REFUSED, "refused: %s: %s", refusal->name, text);
	refusal->hear(s, &r, now);
}

/* --- all -------------------------------------------------------------------------------------- */

/* Answers that were on their way when the epoch changed are about the past. */
static bool is_ours(struct sender *s, const struct envelope *head)
{
	static const uint8_t none[ENVELOPE_EPOCH_LEN];
	struct outbox_state o;

	outbox_state(s->options.outbox, &o);
	return memcmp(head->epoch, none, sizeof(none)) == 0 ||
	       memcmp(head->epoch, o.epoch, sizeof(o.epoch)) == 0;
}

void sender_hear(struct sender *s, struct bytes message, int64_t now)
{
	struct envelope head;
	struct bytes body;

	arena_reset(s->arena);
	s->last_heard = now;
	if (envelope_decode(message, &head, &body) || !is_ours(s, &head)) {
		s->status.ignored++;
		return;
	}
	switch (head.type) {
	case ENVELOPE_WELCOME:
		hear_welcome(s, body, now);
		break;
	case ENVELOPE_RECEIPTS:
		hear_receipts(s, body, now);
		break;
	case ENVELOPE_REFUSED:
		hear_refused(s, body, now);
		break;
	case ENVELOPE_CATALOGUE_SLICE:
		hear_slice(s, body);
		break;
	case ENVELOPE_PONG:
		s->attempts = 0;
		break;
	default:
		s->status.ignored++;
	}
}
