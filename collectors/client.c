/* SPDX-License-Identifier: MIT */
/* libminsheng: the outbox and the sender behind one handle. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/fs.h"
#include "collectors/client.h"
#include "collectors/sender.h"

struct minsheng {
	struct minsheng_options options;
	struct clock *clock;
	struct outbox *outbox;
	struct slice_shelf *shelf;
	struct sender *sender;  /* NULL: offline or not enrolled */
	char reporter[72];      /* as enrolled */
	enum minsheng_link link; /* where there is no sender */
};

static void pass_receipt(void *ctx, const struct message_receipt *r, const uint8_t *epoch,
			 uint64_t first_row)
{
	struct minsheng *m = ctx;
	struct minsheng_receipt receipt = { r, epoch, first_row };

	if (m->options.on_receipt)
		m->options.on_receipt(m->options.ctx, &receipt);
}

static void pass_state(void *ctx, const char *state)
{
	struct minsheng *m = ctx;

	if (m->options.on_state)
		m->options.on_state(m->options.ctx, state);
}

static enum err start_sender(struct minsheng *m, const struct identity *id)
{
	struct sender_options options = { .outbox = m->outbox,
					  .shelf = m->shelf,
					  .identity = id,
					  .clock = m->clock,
					  .on_receipt = pass_receipt,
					  .on_state = pass_state,
					  .ctx = m };

	return sender_start(&options, &m->sender);
}

static enum err use_identity(struct minsheng *m, const char *folder)
{
	struct identity id;
	enum err e = identity_load(folder, &id);

	if (e == ERR_NOTFOUND) {
		m->link = MINSHENG_NOT_ENROLLED;
		return ERR_OK;
	}
	if (e)
		return e;
	memcpy(m->reporter, id.reporter, sizeof(m->reporter));
	m->link = MINSHENG_OFFLINE;
	if (!m->options.offline)
		e = start_sender(m, &id);
	identity_wipe(&id);
	return e;
}

enum err minsheng_open(const struct minsheng_options *options, struct minsheng **out)
{
	struct outbox_options of_outbox = { .folder = options->folder,
					    .max_bytes = options->max_bytes,
					    .batch_rows = options->batch_rows };
	struct minsheng *m;
	enum err e;

	*out = NULL;
	if (!options->folder)
		return ERR_INVALID;
	if (!(m = calloc(1, sizeof(*m))))
		return ERR_NOMEM;
	m->options = *options;
	m->options.folder = NULL; /* the caller's memory */
	e = fs_make_dirs(options->folder, 0700);
	if (!e)
		e = clock_new_system(&m->clock);
	if (!e)
		e = outbox_open(&of_outbox, clock_now_ms(m->clock), &m->outbox);
	if (!e)
		e = slice_shelf_open(options->folder, &m->shelf);
	if (!e)
		e = use_identity(m, options->folder);
	if (e) {
		minsheng_close(m);
		return e;
	}
	*out = m;
	return ERR_OK;
}

void minsheng_close(struct minsheng *m)
{
	if (!m)
		return;
	sender_stop(m->sender);
	slice_shelf_close(m->shelf);
	outbox_close(m->outbox);
	clock_free(m->clock);
	free(m);
}

enum err minsheng_submit_numbered(struct minsheng *m, const struct minsheng_row *rows, size_t count,
				  uint64_t *first, struct minsheng_fault *fault)
{
	struct minsheng_fault ignored;
	struct row *checked;
	enum err e = ERR_OK;

	if (count > SIZE_MAX / sizeof(*checked))
		return ERR_RANGE;
	if (!(checked = malloc(count ? count * sizeof(*checked) : 1)))
		return ERR_NOMEM;
	fault = fault ? fault : &ignored;
	for (size_t i = 0; !e && i < count; i++) {
		fault->row = i;
		e = row_check(&rows[i], &checked[i], fault);
	}
	if (!e)
		e = outbox_submit(m->outbox, checked, count, clock_now_ms(m->clock), first);
	free(checked);
	if (!e && m->sender)
		sender_wake(m->sender);
	return e;
}

enum err minsheng_submit(struct minsheng *m, const struct minsheng_row *rows, size_t count,
			 struct minsheng_fault *fault)
{
	return minsheng_submit_numbered(m, rows, count, NULL, fault);
}

enum err minsheng_flush(struct minsheng *m, int64_t timeout_ms)
{
	int64_t until = clock_monotonic_ms();
	struct outbox_state o;

	if (__builtin_add_overflow(until, timeout_ms, &until))
		until = INT64_MAX;
	outbox_state(m->outbox, &o);
	return outbox_wait(m->outbox, o.next, until);
}

static void add_sender(struct minsheng *m, struct minsheng_status *out)
{
	struct sender_status s;

	sender_status(m->sender, &s);
	out->link = s.link;
	out->connected = s.link == MINSHENG_CONNECTED;
	memcpy(out->state, s.state, sizeof(out->state));
	memcpy(out->reporter, s.reporter, sizeof(out->reporter));
	out->clock_skew_ms = s.clock_skew_ms;
	out->catalogue_version = s.catalogue_version;
	out->reconnects = s.reconnects;
}

static void add_offline(struct minsheng *m, struct minsheng_status *out)
{
	struct slice *slice = slice_shelf_get(m->shelf);

	out->link = m->link;
	memcpy(out->reporter, m->reporter, sizeof(out->reporter));
	snprintf(out->state, sizeof(out->state), "%s",
		 m->link == MINSHENG_OFFLINE ? "offline" : "not enrolled: run minsheng enroll");
	out->catalogue_version = slice ? slice_message(slice)->catalogue_version : 0;
	slice_release(slice);
}

static uint64_t batches_of(const struct outbox_state *o)
{
	return o->batches + (o->next > o->sealed_until ? 1 + (o->next - o->sealed_until) / 1000 : 0);
}

enum err minsheng_status(struct minsheng *m, struct minsheng_status *out)
{
	struct outbox_state o;

	*out = (struct minsheng_status){ 0 };
	outbox_state(m->outbox, &o);
	out->waiting_rows = o.next - o.first;
	out->waiting_batches = batches_of(&o);
	out->outbox_bytes = o.bytes;
	out->receipted_rows = o.receipted_rows;
	memcpy(out->verdicts, o.verdicts, sizeof(out->verdicts));
	out->last_receipt_ms = o.last_receipt_ms;
	out->next_sequence = o.next - o.base;
	memcpy(out->epoch, o.epoch, sizeof(out->epoch));
	if (m->sender)
		add_sender(m, out);
	else
		add_offline(m, out);
	return outbox_oldest(m->outbox, &out->oldest_ms);
}

void client_stop_sending(struct minsheng *m)
{
	sender_stop(m->sender);
	m->sender = NULL;
}

struct outbox *client_outbox(struct minsheng *m)
{
	return m->outbox;
}

struct slice *client_slice(struct minsheng *m)
{
	return slice_shelf_get(m->shelf);
}

enum err minsheng_measures(struct minsheng *m, struct arena *a, struct message_slice *out)
{
	struct slice *slice = slice_shelf_get(m->shelf);
	struct bytes body;
	uint8_t *copy;
	enum err e = ERR_NOMEM;

	if (!slice)
		return ERR_NOTFOUND;
	/* a decode borrows from the body, so the body has to live in the caller's arena too */
	body = slice_body(slice);
	if ((copy = arena_alloc(a, body.len))) {
		memcpy(copy, body.data, body.len);
		e = message_slice_decode(bytes_of(copy, body.len), a, out);
	}
	slice_release(slice);
	return e;
}
