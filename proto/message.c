/* SPDX-License-Identifier: MIT */
/* The messages of the ingest and enrolment sockets. */
#include "proto/message.h"

#include "proto/codec_wire.h"
#include "proto/limits.h"

#define INCARNATION_LEN 16
#define NONCE_LEN 16
#define KEY_LEN 32

typedef Minsheng__V1__Exception Exception;
typedef Minsheng__V1__Receipt Receipt;
typedef Minsheng__V1__Receipts Receipts;
typedef Minsheng__V1__Stage Stage;
typedef Minsheng__V1__Measure Measure;
typedef Minsheng__V1__Slice Slice;

static enum err unpack(const ProtobufCMessageDescriptor *descriptor, struct bytes body, size_t max,
		       struct arena *a, void *out)
{
	return body.len > max ? ERR_INVALID : codec_wire_unpack(descriptor, body, a, out);
}

static enum err valid_if(bool valid)
{
	return valid ? ERR_OK : ERR_INVALID;
}

/* --- Hello and Welcome ------------------------------------------------------------------------ */

enum err message_hello_encode(const struct message_hello *m, const uint8_t epoch[16],
			      struct buf *out)
{
	Minsheng__V1__Hello w = MINSHENG__V1__HELLO__INIT;

	w.programme = codec_wire_data(m->programme);
	w.first_held = m->first_held;
	w.next = m->next;
	w.software = codec_wire_data(m->software);
	return codec_wire_message(ENVELOPE_HELLO, epoch, &w.base, out);
}

enum err message_hello_decode(struct bytes body, struct arena *a, struct message_hello *out)
{
	Minsheng__V1__Hello *w;
	enum err e = unpack(&minsheng__v1__hello__descriptor, body, LIMITS_MESSAGE_BYTES, a, &w);

	if (e)
		return e;
	out->first_held = w->first_held;
	out->next = w->next;
	return valid_if(codec_wire_text(w->programme, LIMITS_ID, &out->programme) &&
			codec_wire_text(w->software, LIMITS_REF, &out->software) &&
			w->first_held >= 1 && w->first_held <= w->next);
}

enum err message_welcome_encode(const struct message_welcome *m, const uint8_t epoch[16],
				struct buf *out)
{
	Minsheng__V1__Welcome w = MINSHENG__V1__WELCOME__INIT;

	w.reporter = codec_wire_data(m->reporter);
	w.incarnation = codec_wire_data(m->incarnation);
	w.expected = m->expected;
	w.catalogue_version = m->catalogue_version;
	w.server_ms = m->server_ms;
	w.credit = m->credit;
	w.batch_rows = m->batch_rows;
	w.batch_bytes = m->batch_bytes;
	w.programme = codec_wire_data(m->programme);
	return codec_wire_message(ENVELOPE_WELCOME, epoch, &w.base, out);
}

enum err message_welcome_decode(struct bytes body, struct arena *a, struct message_welcome *out)
{
	Minsheng__V1__Welcome *w;
	enum err e = unpack(&minsheng__v1__welcome__descriptor, body, LIMITS_REPLY_BYTES, a, &w);

	if (e)
		return e;
	out->expected = w->expected;
	out->catalogue_version = w->catalogue_version;
	out->server_ms = w->server_ms;
	out->credit = w->credit;
	out->batch_rows = w->batch_rows;
	out->batch_bytes = w->batch_bytes;
	return valid_if(codec_wire_text(w->reporter, LIMITS_ID, &out->reporter) &&
			codec_wire_text(w->programme, LIMITS_ID, &out->programme) &&
			codec_wire_exact(w->incarnation, INCARNATION_LEN, &out->incarnation));
}

/* --- Receipts --------------------------------------------------------------------------------- */

static bool pack_exceptions(const struct message_receipt *m, struct arena *scratch, Receipt *w)
{
	Exception *items = arena_calloc(scratch, m->exception_count, sizeof(*items));

	w->exceptions = arena_calloc(scratch, m->exception_count, sizeof(*w->exceptions));
	if (!items || !w->exceptions)
		return false;
	for (size_t i = 0; i < m->exception_count; i++) {
		minsheng__v1__exception__init(&items[i]);
		items[i].row = m->exceptions[i].row;
		items[i].verdict = m->exceptions[i].verdict;
		items[i].code = m->exceptions[i].code;
		items[i].text = codec_wire_data(m->exceptions[i].text);
		w->exceptions[i] = &items[i];
	}
	w->n_exceptions = m->exception_count;
	return true;
}

static bool pack_receipt(const struct message_receipt *m, struct arena *scratch, Receipt *w)
{
	minsheng__v1__receipt__init(w);
	w->first_sequence = m->first_sequence;
	w->through_sequence = m->through_sequence;
	w->first_position = m->first_position;
	w->through_position = m->through_position;
	w->received_ms = m->received_ms;
	w->on_time = m->on_time;
	w->late = m->late;
	w->counts = (uint32_t *)(uintptr_t)m->counts;
	w->n_counts = EVENT_VERDICT_COUNT;
	while (w->n_counts && !m->counts[w->n_counts - 1])
		w->n_counts--;
	return pack_exceptions(m, scratch, w);
}

enum err message_receipts_encode(const struct message_receipts *m, const uint8_t epoch[16],
				 struct buf *out)
{
	Receipts w = MINSHENG__V1__RECEIPTS__INIT;
	struct arena *scratch = arena_new(SIZE_MAX);
	Receipt *items = scratch ? arena_calloc(scratch, m->count, sizeof(*items)) : NULL;
	bool packed = items && (w.items = arena_calloc(scratch, m->count, sizeof(*w.items)));
	enum err e = ERR_NOMEM;

	w.expected = m->expected;
	w.credit = m->credit;
	for (size_t i = 0; packed && i < m->count; i++) {
		packed = pack_receipt(&m->items[i], scratch, &items[i]);
		w.items[w.n_items++] = &items[i];
	}
	if (packed)
		e = codec_wire_message(ENVELOPE_RECEIPTS, epoch, &w.base, out);
	arena_free(scratch);
	return e;
}

static enum err unpack_exceptions(const Receipt *w, struct arena *a, struct message_receipt *out)
{
	struct message_exception *items = arena_calloc(a, w->n_exceptions, sizeof(*items));

	if (!items)
		return ERR_NOMEM;
	for (size_t i = 0; i < w->n_exceptions; i++) {
		items[i].row = w->exceptions[i]->row;
		items[i].verdict = w->exceptions[i]->verdict;
		items[i].code = w->exceptions[i]->code;
		if (!codec_wire_text(w->exceptions[i]->text, LIMITS_TEXT, &items[i].text))
			return ERR_INVALID;
	}
	out->exceptions = items;
	out->exception_count = w->n_exceptions;
	return ERR_OK;
}

static enum err unpack_receipt(const Receipt *w, struct arena *a, struct message_receipt *out)
{
	if (w->first_sequence == 0 || w->first_sequence > w->through_sequence)
		return ERR_INVALID;
	out->first_sequence = w->first_sequence;
	out->through_sequence = w->through_sequence;
	out->first_position = w->first_position;
	out->through_position = w->through_position;
	out->received_ms = w->received_ms;
	out->on_time = w->on_time;
	out->late = w->late;
	for (size_t i = 0; i < EVENT_VERDICT_COUNT; i++)
		out->counts[i] = i < w->n_counts ? w->counts[i] : 0;
	return unpack_exceptions(w, a, out);
}

enum err message_receipts_decode(struct bytes body, struct arena *a, struct message_receipts *out)
{
	Receipts *w;
	struct message_receipt *items;
	enum err e = unpack(&minsheng__v1__receipts__descriptor, body, LIMITS_REPLY_BYTES, a, &w);

	if (e)
		return e;
	if (!(items = arena_calloc(a, w->n_items, sizeof(*items))))
		return ERR_NOMEM;
	out->expected = w->expected;
	out->credit = w->credit;
	out->items = items;
	out->count = w->n_items;
	for (size_t i = 0; !e && i < w->n_items; i++)
		e = unpack_receipt(w->items[i], a, &items[i]);
	return e;
}

/* --- Refused ---------------------------------------------------------------------------------- */

enum err message_refused_encode(const struct message_refused *m, const uint8_t epoch[16],
				struct buf *out)
{
	Minsheng__V1__Refused w = MINSHENG__V1__REFUSED__INIT;

	w.code = m->code;
	w.expected = m->expected;
	w.retry_ms = m->retry_ms;
	w.text = codec_wire_data(m->text);
	return codec_wire_message(ENVELOPE_REFUSED, epoch, &w.base, out);
}

enum err message_refused_decode(struct bytes body, struct arena *a, struct message_refused *out)
{
	Minsheng__V1__Refused *w;
	enum err e = unpack(&minsheng__v1__refused__descriptor, body, LIMITS_REPLY_BYTES, a, &w);

	if (e)
		return e;
	out->code = w->code;
	out->expected = w->expected;
	out->retry_ms = w->retry_ms;
	return valid_if(codec_wire_text(w->text, LIMITS_TEXT, &out->text));
}

/* --- the catalogue's slice -------------------------------------------------------------------- */

static bool pack_measure(const struct message_measure *m, struct arena *scratch, Measure *w)
{
	Stage *stages = arena_calloc(scratch, m->stage_count, sizeof(*stages));

	minsheng__v1__measure__init(w);
	w->stages = arena_calloc(scratch, m->stage_count, sizeof(*w->stages));
	w->units = arena_calloc(scratch, m->unit_count, sizeof(*w->units));
	w->objects = arena_calloc(scratch, m->object_count, sizeof(*w->objects));
	if (!stages || !w->stages || !w->units || !w->objects)
		return false;
	w->id = codec_wire_data(m->id);
	w->item = codec_wire_data(m->item);
	w->name_zh = codec_wire_data(m->name_zh);
	w->name_en = codec_wire_data(m->name_en);
	w->uom = codec_wire_data(m->uom);
	w->kind = codec_wire_data(m->kind);
	w->decimals = m->decimals;
	for (size_t i = 0; i < m->unit_count; i++)
		w->units[w->n_units++] = codec_wire_data(m->units[i]);
	for (size_t i = 0; i < m->stage_count; i++) {
		minsheng__v1__stage__init(&stages[i]);
		stages[i].id = codec_wire_data(m->stages[i].id);
		stages[i].name_zh = codec_wire_data(m->stages[i].name_zh);
		stages[i].name_en = codec_wire_data(m->stages[i].name_en);
		w->stages[w->n_stages++] = &stages[i];
	}
	w->expected = (int32_t *)(uintptr_t)m->expected;
	w->n_expected = m->expected_count;
	w->counts_objects = m->counts_objects;
	for (size_t i = 0; i < m->object_count; i++)
		w->objects[w->n_objects++] = codec_wire_data(m->objects[i]);
	return true;
}

enum err message_slice_encode(const struct message_slice *m, struct buf *out)
{
	Slice w = MINSHENG__V1__SLICE__INIT;
	struct arena *scratch = arena_new(SIZE_MAX);
	Measure *items = scratch ? arena_calloc(scratch, m->count, sizeof(*items)) : NULL;
	bool packed = items && (w.measures = arena_calloc(scratch, m->count, sizeof(*w.measures)));
	enum err e = ERR_NOMEM;

	w.catalogue_version = m->catalogue_version;
	w.programme = codec_wire_data(m->programme);
	for (size_t i = 0; packed && i < m->count; i++) {
		packed = pack_measure(&m->measures[i], scratch, &items[i]);
		w.measures[w.n_measures++] = &items[i];
	}
	if (packed)
		e = codec_wire_message(ENVELOPE_CATALOGUE_SLICE, NULL, &w.base, out);
	arena_free(scratch);
	return e;
}

static enum err unpack_units(const Measure *w, struct arena *a, struct message_measure *out)
{
	struct bytes *units = arena_calloc(a, w->n_units, sizeof(*units));

	if (!units)
		return ERR_NOMEM;
	for (size_t i = 0; i < w->n_units; i++) {
		if (!codec_wire_text(w->units[i], LIMITS_ID, &units[i]))
			return ERR_INVALID;
	}
	out->units = units;
	out->unit_count = w->n_units;
	return ERR_OK;
}

static enum err unpack_objects(const Measure *w, struct arena *a, struct message_measure *out)
{
	struct bytes *objects = arena_calloc(a, w->n_objects, sizeof(*objects));

	if (!objects)
		return ERR_NOMEM;
	for (size_t i = 0; i < w->n_objects; i++) {
		if (!codec_wire_text(w->objects[i], LIMITS_REF, &objects[i]))
			return ERR_INVALID;
	}
	out->counts_objects = w->counts_objects;
	out->objects = objects;
	out->object_count = w->n_objects;
	return ERR_OK;
}

static enum err unpack_stages(const Measure *w, struct arena *a, struct message_measure *out)
{
	struct message_stage *stages = arena_calloc(a, w->n_stages, sizeof(*stages));

	if (!stages)
		return ERR_NOMEM;
	for (size_t i = 0; i < w->n_stages; i++) {
		if (!codec_wire_text(w->stages[i]->id, LIMITS_ID, &stages[i].id) ||
		    !codec_wire_text(w->stages[i]->name_zh, LIMITS_TEXT, &stages[i].name_zh) ||
		    !codec_wire_text(w->stages[i]->name_en, LIMITS_TEXT, &stages[i].name_en))
			return ERR_INVALID;
	}
	out->stages = stages;
	out->stage_count = w->n_stages;
	return ERR_OK;
}

static enum err unpack_measure(const Measure *w, struct arena *a, struct message_measure *out)
{
	enum err e;

	out->decimals = w->decimals;
	out->expected = w->expected;
	out->expected_count = w->n_expected;
	if (!codec_wire_text(w->id, LIMITS_ID, &out->id) ||
	    !codec_wire_text(w->item, LIMITS_ID, &out->item) ||
	    !codec_wire_text(w->name_zh, LIMITS_TEXT, &out->name_zh) ||
	    !codec_wire_text(w->name_en, LIMITS_TEXT, &out->name_en) ||
	    !codec_wire_text(w->uom, LIMITS_ID, &out->uom) ||
	    !codec_wire_text(w->kind, LIMITS_ID, &out->kind))
		return ERR_INVALID;
	if ((e = unpack_units(w, a, out)) || (e = unpack_objects(w, a, out)))
		return e;
	return unpack_stages(w, a, out);
}

enum err message_slice_decode(struct bytes body, struct arena *a, struct message_slice *out)
{
	Slice *w;
	struct message_measure *items;
	enum err e = unpack(&minsheng__v1__slice__descriptor, body, LIMITS_REPLY_BYTES, a, &w);

	if (e)
		return e;
	if (!codec_wire_text(w->programme, LIMITS_ID, &out->programme))
		return ERR_INVALID;
	if (!(items = arena_calloc(a, w->n_measures, sizeof(*items))))
		return ERR_NOMEM;
	out->catalogue_version = w->catalogue_version;
	out->measures = items;
	out->count = w->n_measures;
	for (size_t i = 0; !e && i < w->n_measures; i++)
		e = unpack_measure(w->measures[i], a, &items[i]);
	return e;
}

/* --- enrolment -------------------------------------------------------------------------------- */

enum err message_enrol_encode(const struct message_enrol *m, struct buf *out)
{
	Minsheng__V1__Enrol w = MINSHENG__V1__ENROL__INIT;

	w.nonce = codec_wire_data(m->nonce);
	w.public_key = codec_wire_data(m->public_key);
	w.software = codec_wire_data(m->software);
	return codec_wire_message(ENVELOPE_ENROL, NULL, &w.base, out);
}

enum err message_enrol_decode(struct bytes body, struct arena *a, struct message_enrol *out)
{
	Minsheng__V1__Enrol *w;
	enum err e = unpack(&minsheng__v1__enrol__descriptor, body, LIMITS_ENROL_BYTES, a, &w);

	if (e)
		return e;
	return valid_if(codec_wire_exact(w->nonce, NONCE_LEN, &out->nonce) &&
			codec_wire_exact(w->public_key, KEY_LEN, &out->public_key) &&
			codec_wire_text(w->software, LIMITS_REF, &out->software));
}

enum err message_enrol_reply_encode(const struct message_enrol_reply *m, struct buf *out)
{
	Minsheng__V1__EnrolReply w = MINSHENG__V1__ENROL_REPLY__INIT;

	w.state = m->state;
	w.reporter = codec_wire_data(m->reporter);
	w.text = codec_wire_data(m->text);
	return codec_wire_message(ENVELOPE_ENROL_REPLY, NULL, &w.base, out);
}

enum err message_enrol_reply_decode(struct bytes body, struct arena *a,
				    struct message_enrol_reply *out)
{
	Minsheng__V1__EnrolReply *w;
	enum err e =
		unpack(&minsheng__v1__enrol_reply__descriptor, body, LIMITS_REPLY_BYTES, a, &w);

	if (e)
		return e;
	out->state = w->state;
	return valid_if(codec_wire_text(w->reporter, LIMITS_ID, &out->reporter) &&
			codec_wire_text(w->text, LIMITS_TEXT, &out->text));
}
