/* SPDX-License-Identifier: MIT */
/* Batches within the credit: which one is next, and what is in flight. */
#include <stdlib.h>

#include "base/log.h"
#include "collectors/sender_impl.h"

/* --- in flight -------------------------------------------------------------------------------- */

static struct sender_flight *flight_at(struct sender *s, size_t i)
{
	return &s->flights[(s->flight_head + i) % s->flight_cap];
}

static bool grow(struct sender *s)
{
	size_t cap = s->flight_cap ? s->flight_cap * 2 : 64;
	struct sender_flight *fresh = malloc(cap * sizeof(*fresh));

	if (!fresh)
		return false;
	for (size_t i = 0; i < s->flight_count; i++)
		fresh[i] = *flight_at(s, i);
	free(s->flights);
	s->flights = fresh;
	s->flight_cap = cap;
	s->flight_head = 0;
	return true;
}

static void take_off(struct sender *s, int64_t now)
{
	uint32_t rows = (uint32_t)(s->message_after - s->message_row);

	if (rows > s->largest_rows)
		s->largest_rows = rows;
	if (s->flight_count == 0)
		s->last_progress = now;
	*flight_at(s, s->flight_count++) =
		(struct sender_flight){ s->message_after, s->message.len };
	s->flight_bytes += s->message.len;
	s->last_sent = now;
	s->status.batches_sent++;
	if (s->message_after <= s->sent_until)
		s->status.batches_resent++;
	else
		s->sent_until = s->message_after;
	s->cursor = s->message_after;
	s->message_row = 0;
}

void sender_landed(struct sender *s, uint64_t first_held)
{
	while (s->flight_count && flight_at(s, 0)->after <= first_held) {
		s->flight_bytes -= flight_at(s, 0)->bytes;
		s->flight_head = (s->flight_head + 1) % s->flight_cap;
		s->flight_count--;
	}
	if (s->cursor < first_held)
		s->cursor = first_held;
}

void sender_rewind(struct sender *s)
{
	struct outbox_state o;

	outbox_state(s->options.outbox, &o);
	s->cursor = o.first;
	s->message_row = 0;
	s->flight_count = s->flight_head = 0;
	s->flight_bytes = 0;
}

/* --- sealing ---------------------------------------------------------------------------------- */

struct seal_terms sender_terms(const struct sender *s)
{
	uint32_t rows = s->batch_rows;

	if (s->rows_limit && (rows == 0 || s->rows_limit < rows))
		rows = s->rows_limit;
	return (struct seal_terms){ s->slice, bytes_of_string(s->status.reporter), rows,
				    s->batch_bytes };
}

/* Rows are sealed one submit at a time only while the line is free: behind a full window they
 * wait open, and become large batches. */
static void set_direct(struct sender *s, bool direct)
{
	struct seal_terms terms = sender_terms(s);

	if (direct == s->direct)
		return;
	if (outbox_seal_directly(s->options.outbox, direct ? &terms : NULL) == ERR_OK)
		s->direct = direct;
}

void sender_leave(struct sender *s)
{
	set_direct(s, false);
	slice_release(s->slice);
	s->slice = NULL;
	sender_rewind(s);
}

/* --- sending ---------------------------------------------------------------------------------- */

static void fail(struct sender *s, const char *what, enum err e)
{
	log_write(LOG_ERROR, "sender", "%s: %s", what, err_name(e));
	sender_reconnect(s, "the outbox can't be read; see the log");
}

/* Is there a batch at the cursor? Seals open rows where there is none. */
static bool have_batch(struct sender *s)
{
	struct seal_terms terms = sender_terms(s);
	struct outbox_state o;
	enum err e;

	outbox_state(s->options.outbox, &o);
	if (s->cursor < o.first)
		s->cursor = o.first;
	if (s->cursor < o.sealed_until)
		return true;
	if (o.sealed_until == o.next || !s->slice)
		return false;
	if ((e = outbox_seal(s->options.outbox, &terms)) != ERR_OK) {
		fail(s, "sealing", e);
		return false;
	}
	outbox_state(s->options.outbox, &o);
	return s->cursor < o.sealed_until;
}

static bool load_batch(struct sender *s)
{
	enum err e;

	if (s->message_row == s->cursor)
		return true;
	buf_clear(&s->message);
	e = outbox_batch(s->options.outbox, s->cursor, &s->message, &s->message_after);
	if (e) {
		fail(s, "next batch", e);
		return false;
	}
	s->message_row = s->cursor;
	return true;
}

/* The first batch of a connection goes alone. One batch always may go, unless credit is 0. */
static bool window_has_room(const struct sender *s)
{
	if (s->credit == 0)
		return false;
	if (s->flight_count == 0)
		return true;
	return s->window_open && s->flight_bytes + s->message.len <= s->credit;
}

/* False: no more at the moment. */
static bool send_one(struct sender *s, int64_t now)
{
	enum err e;

	if (!have_batch(s) || s->phase != SENDER_LIVE || !load_batch(s) || !window_has_room(s))
		return false;
	if (s->flight_count == s->flight_cap && !grow(s))
		return false;
	e = link_send(s->link, buf_bytes(&s->message));
	if (e) {
		s->want_write = e == ERR_AGAIN;
		if (e != ERR_AGAIN)
			sender_reconnect(s, err_name(e));
		return false;
	}
	take_off(s, now);
	return true;
}

void sender_pump(struct sender *s, int64_t now)
{
	struct outbox_state o;

	if (s->phase != SENDER_LIVE)
		return;
	s->want_write = false;
	if (now < s->paused_until)
		return;
	while (send_one(s, now))
		;
	if (s->phase != SENDER_LIVE)
		return;
	outbox_state(s->options.outbox, &o);
	set_direct(s, s->slice && s->cursor == o.next);
}
