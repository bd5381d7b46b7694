/* SPDX-License-Identifier: MIT */
/* Figures and alerts: the messages of the query socket and of the feed. */
#include "proto/message.h"

#include "proto/codec_wire.h"
#include "proto/limits.h"

#define CHAIN_LEN 32

typedef Minsheng__V1__Figure Figure;
typedef Minsheng__V1__Alert Alert;

static enum err unpack(const ProtobufCMessageDescriptor *descriptor, struct bytes body,
		       struct arena *a, void *out)
{
	if (body.len > LIMITS_REPLY_BYTES)
		return ERR_INVALID;
	return codec_wire_unpack(descriptor, body, a, out);
}

/* A store without an entry has no chain yet. */
static bool take_chain(ProtobufCBinaryData from, struct bytes *out)
{
	return codec_wire_exact(from, CHAIN_LEN, out) || from.len == 0;
}

/* --- a figure, an alert ----------------------------------------------------------------------- */

static void pack_figure(const struct message_figure *m, Figure *w)
{
	minsheng__v1__figure__init(w);
	w->measure = codec_wire_data(m->measure);
	w->unit = codec_wire_data(m->unit);
	w->present = m->present;
	w->value = m->value;
	w->denominator = m->denominator;
	w->decimals = m->decimals;
	w->as_of = m->as_of;
	w->position = m->position;
	w->light = m->light;
}

static bool unpack_figure(const Figure *w, struct message_figure *out)
{
	out->present = w->present;
	out->value = w->value;
	out->denominator = w->denominator;
	out->decimals = w->decimals;
	out->as_of = w->as_of;
	out->position = w->position;
	out->light = w->light;
	return codec_wire_text(w->measure, LIMITS_ID, &out->measure) &&
	       codec_wire_text(w->unit, LIMITS_ID, &out->unit);
}

static void pack_alert(const struct message_alert *m, Alert *w)
{
	minsheng__v1__alert__init(w);
	w->number = m->number;
	w->position = m->position;
	w->at_ms = m->at_ms;
	w->id = codec_wire_data(m->id);
	w->kind = codec_wire_data(m->kind);
	w->transition = codec_wire_data(m->transition);
	w->severity = codec_wire_data(m->severity);
	w->measure = codec_wire_data(m->measure);
	w->unit = codec_wire_data(m->unit);
	w->text_zh = codec_wire_data(m->text_zh);
	w->text_en = codec_wire_data(m->text_en);
}

static bool unpack_alert(const Alert *w, struct message_alert *out)
{
	out->number = w->number;
	out->position = w->position;
	out->at_ms = w->at_ms;
	return codec_wire_text(w->id, LIMITS_TEXT, &out->id) &&
	       codec_wire_text(w->kind, LIMITS_ID, &out->kind) &&
	       codec_wire_text(w->transition, LIMITS_ID, &out->transition) &&
	       codec_wire_text(w->severity, LIMITS_ID, &out->severity) &&
	       codec_wire_text(w->measure, LIMITS_ID, &out->measure) &&
	       codec_wire_text(w->unit, LIMITS_ID, &out->unit) &&
	       codec_wire_text(w->text_zh, LIMITS_TEXT, &out->text_zh) &&
	       codec_wire_text(w->text_en, LIMITS_TEXT, &out->text_en);
}

/* --- snapshot --------------------------------------------------------------------------------- */

enum err message_snapshot_encode(const struct message_snapshot *m, enum envelope_type type,
				 struct buf *out)
{
	Minsheng__V1__Snapshot w = MINSHENG__V1__SNAPSHOT__INIT;
	struct arena *scratch = arena_new(SIZE_MAX);
	Figure *items = scratch ? arena_calloc(scratch, m->count, sizeof(*items)) : NULL;
	enum err e = ERR_NOMEM;

	w.position = m->position;
	w.alert_number = m->alert_number;
	w.chain = codec_wire_data(m->chain);
	w.last = m->last;
	if (items && (w.figures = arena_calloc(scratch, m->count, sizeof(*w.figures)))) {
		for (size_t i = 0; i < m->count; i++) {
			pack_figure(&m->figures[i], &items[i]);
			w.figures[w.n_figures++] = &items[i];
		}
		e = codec_wire_message(type, NULL, &w.base, out);
	}
	arena_free(scratch);
	return e;
}

enum err message_snapshot_decode(struct bytes body, struct arena *a, struct message_snapshot *out)
{
	Minsheng__V1__Snapshot *w;
	struct message_figure *items;
	enum err e = unpack(&minsheng__v1__snapshot__descriptor, body, a, &w);

	if (e)
		return e;
	if (!(items = arena_calloc(a, w->n_figures, sizeof(*items))))
		return ERR_NOMEM;
	out->position = w->position;
	out->alert_number = w->alert_number;
	out->last = w->last;
	out->figures = items;
	out->count = w->n_figures;
	for (size_t i = 0; i < w->n_figures; i++) {
		if (!unpack_figure(w->figures[i], &items[i]))
			return ERR_INVALID;
	}
	return take_chain(w->chain, &out->chain) ? ERR_OK : ERR_INVALID;
}

/* --- replay ----------------------------------------------------------------------------------- */

enum err message_replay_request_encode(const struct message_replay_request *m, struct buf *out)
{
	Minsheng__V1__ReplayRequest w = MINSHENG__V1__REPLAY_REQUEST__INIT;

	w.from = m->from;
	w.limit = m->limit;
	return codec_wire_message(ENVELOPE_REPLAY_REQUEST, NULL, &w.base, out);
}

enum err message_replay_request_decode(struct bytes body, struct arena *a,
				       struct message_replay_request *out)
{
	Minsheng__V1__ReplayRequest *w;
	enum err e = unpack(&minsheng__v1__replay_request__descriptor, body, a, &w);

	if (e)
		return e;
	out->from = w->from;
	out->limit = w->limit;
	return ERR_OK;
}

enum err message_replay_encode(const struct message_replay *m, struct buf *out)
{
	Minsheng__V1__Replay w = MINSHENG__V1__REPLAY__INIT;
	struct arena *scratch = arena_new(SIZE_MAX);
	Alert *items = scratch ? arena_calloc(scratch, m->count, sizeof(*items)) : NULL;
	enum err e = ERR_NOMEM;

	w.next = m->next;
	w.last = m->last;
	if (items && (w.alerts = arena_calloc(scratch, m->count, sizeof(*w.alerts)))) {
		for (size_t i = 0; i < m->count; i++) {
			pack_alert(&m->alerts[i], &items[i]);
			w.alerts[w.n_alerts++] = &items[i];
		}
		e = codec_wire_message(ENVELOPE_REPLAY, NULL, &w.base, out);
	}
	arena_free(scratch);
	return e;
}

enum err message_replay_decode(struct bytes body, struct arena *a, struct message_replay *out)
{
	Minsheng__V1__Replay *w;
	struct message_alert *items;
	enum err e = unpack(&minsheng__v1__replay__descriptor, body, a, &w);

	if (e)
		return e;
	if (!(items = arena_calloc(a, w->n_alerts, sizeof(*items))))
		return ERR_NOMEM;
	out->next = w->next;
	out->last = w->last;
	out->alerts = items;
	out->count = w->n_alerts;
	for (size_t i = 0; i < w->n_alerts; i++) {
		if (!unpack_alert(w->alerts[i], &items[i]))
			return ERR_INVALID;
	}
	return ERR_OK;
}

/* --- feed ------------------------------------------------------------------------------------- */

enum err message_feed_figure_encode(enum envelope_type type, const struct message_feed *f,
				    const struct message_figure *m, struct buf *out)
{
	Minsheng__V1__FeedFigure w = MINSHENG__V1__FEED_FIGURE__INIT;
	Figure figure;

	pack_figure(m, &figure);
	w.position = f->position;
	w.previous = f->previous;
	w.figure = &figure;
	return codec_wire_message(type, NULL, &w.base, out);
}

enum err message_feed_figure_decode(struct bytes body, struct arena *a, struct message_feed *f,
				    struct message_figure *out)
{
	Minsheng__V1__FeedFigure *w;
	enum err e = unpack(&minsheng__v1__feed_figure__descriptor, body, a, &w);

	if (e)
		return e;
	f->position = w->position;
	f->previous = w->previous;
	return w->figure && unpack_figure(w->figure, out) ? ERR_OK : ERR_INVALID;
}

enum err message_feed_alert_encode(const struct message_feed *f, const struct message_alert *m,
				   struct buf *out)
{
	Minsheng__V1__FeedAlert w = MINSHENG__V1__FEED_ALERT__INIT;
	Alert alert;

	pack_alert(m, &alert);
	w.position = f->position;
	w.previous = f->previous;
	w.alert = &alert;
	return codec_wire_message(ENVELOPE_FEED_ALERT, NULL, &w.base, out);
}

enum err message_feed_alert_decode(struct bytes body, struct arena *a, struct message_feed *f,
				   struct message_alert *out)
{
	Minsheng__V1__FeedAlert *w;
	enum err e = unpack(&minsheng__v1__feed_alert__descriptor, body, a, &w);

	if (e)
		return e;
	f->position = w->position;
	f->previous = w->previous;
	return w->alert && unpack_alert(w->alert, out) ? ERR_OK : ERR_INVALID;
}

enum err message_feed_head_encode(const struct message_feed_head *m, struct buf *out)
{
	Minsheng__V1__FeedHead w = MINSHENG__V1__FEED_HEAD__INIT;

	w.position = m->position;
	w.alert_number = m->alert_number;
	w.chain = codec_wire_data(m->chain);
	w.server_ms = m->server_ms;
	return codec_wire_message(ENVELOPE_FEED_HEAD, NULL, &w.base, out);
}

enum err message_feed_head_decode(struct bytes body, struct arena *a, struct message_feed_head *out)
{
	Minsheng__V1__FeedHead *w;
	enum err e = unpack(&minsheng__v1__feed_head__descriptor, body, a, &w);

	if (e)
		return e;
	out->position = w->position;
	out->alert_number = w->alert_number;
	out->server_ms = w->server_ms;
	return take_chain(w->chain, &out->chain) ? ERR_OK : ERR_INVALID;
}
