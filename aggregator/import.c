/* SPDX-License-Identifier: MIT */
/* A sheet that a person hands in for a unit: one act that says who, what and how much, and behind it its
 * rows as batches of that unit, all in one commit. */
#include <stdlib.h>

#include "aggregator/acts.h"
#include "aggregator/acts_private.h"
#include "aggregator/receive.h"
#include "aggregator/office/json_text.h"
#include "base/reader.h"
#include "proto/limits.h"

#define PARTS_MAX 512

/* --- the act ------------------------------------------------------------------------------------ */

static enum err set_answer(struct acts_call *x, const char *unit, int64_t rows, int64_t parts)
{
	if (json_object_set_new(x->answer, "unit", json_string(unit)) != 0 ||
	    json_object_set_new(x->answer, "rows", json_integer((json_int_t)rows)) != 0 ||
	    json_object_set_new(x->answer, "parts", json_integer((json_int_t)parts)) != 0)
		return ERR_NOMEM;
	return ERR_OK;
}

enum err acts_imports_rows(struct acts_call *x)
{
	const char *file, *unit;
	uint8_t digest[CRYPTO_HASH_LEN];
	int64_t rows, parts;
	uint16_t number;
	enum err e;

	if ((e = acts_unit(x, "unit", &number)) != ERR_OK ||
	    (e = acts_text(x, "file", 255, &file)) != ERR_OK ||
	    (e = acts_hex32(x, "digest", digest)) != ERR_OK ||
	    (e = acts_number(x, "rows", 1, 1000000, &rows)) != ERR_OK ||
	    (e = acts_number(x, "parts", 1, PARTS_MAX, &parts)) != ERR_OK)
		return e;
	unit = x->a->catalogue->units[number].id;
	return set_answer(x, unit, rows, parts);
}

/* --- its rows ----------------------------------------------------------------------------------- */

static enum err append(struct aggregator *a, uint16_t unit, uint32_t rows, struct bytes body,
		       int64_t now_ms, struct arena *arena)
{
	const uint8_t *id = (const uint8_t *)EPOCHS_IMPORTS;
	const struct epoch *epoch = epochs_find(a->epochs, unit, id);
	struct envelope header = { .version = LIMITS_VERSION, .type = ENVELOPE_BATCH, .rows = rows,
				   .first_sequence = epoch ? epoch->expected : 1 };
	struct entry entry = { .kind = ENTRY_BATCH, .time_ms = now_ms, .reporter = unit,
			       .rows = rows, .first_sequence = header.first_sequence,
			       .back = epoch ? epoch->latest : 0 };
	struct aggregator_outcome outcome;
	struct buf message = { 0 };
	uint8_t head[LIMITS_HEADER];
	enum err e;

	memcpy(header.epoch, id, sizeof(header.epoch));
	memcpy(entry.epoch, id, sizeof(entry.epoch));
	envelope_encode(&header, head);
	buf_put(&message, bytes_of(head, sizeof(head)));
	buf_put(&message, body);
	entry.body = buf_bytes(&message);
	e = buf_error(&message);
	if (e == ERR_OK)
		e = receive_append(a, &entry, arena, &outcome);
	buf_free(&message);
	return e;
}

static enum err append_all(struct aggregator *a, uint16_t unit, struct bytes parcel, int64_t now_ms,
			   struct arena *arena)
{
	struct reader r = reader_of(parcel);
	enum err e = ERR_OK;

	while (e == ERR_OK && reader_left(&r) > 0) {
		uint32_t rows = reader_u32(&r);
		struct bytes body = reader_block(&r);

		e = r.failed || rows == 0 ? ERR_CORRUPT : append(a, unit, rows, body, now_ms, arena);
	}
	return e;
}

/* --- the receipt -------------------------------------------------------------------------------- */

static json_t *runs_of(const struct decision *d)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < d->run_count; i++) {
		const struct decision_run *r = &d->runs[i];

		if (json_array_append_new(list, json_pack("[I,I,s,s]", (json_int_t)r->first,
							  (json_int_t)r->count,
							  event_verdict_name(r->verdict),
							  r->code ? event_code_name(r->code) : "")) != 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

static enum err add_part(struct aggregator *a, uint64_t position, json_t *to)
{
	struct decision d;
	struct entry entry;
	enum err e = ledger_read(a->txn, position, &a->form, &entry, NULL);
	json_t *part;

	if (e == ERR_OK)
		e = decision_decode(entry.decisions, entry.rows, &a->runs, &d);
	if (e != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_CORRUPT : e;
	part = json_pack("{s:I, s:I, s:I, s:I, s:o}", "position", (json_int_t)position, "rows",
			 (json_int_t)entry.rows, "on_time", (json_int_t)d.on_time, "late",
			 (json_int_t)d.late, "runs", runs_of(&d));
	return part && json_array_append_new(to, part) == 0 ? ERR_OK : ERR_NOMEM;
}

/* What stands behind the act, as it was decided: the same for the first time and for a repeat. */
static enum err receipt(struct aggregator *a, uint64_t position, struct arena *arena,
			struct bytes *answer)
{
	json_t *said, *list = json_array();
	char *text = NULL, *copy;
	enum err e = json_text_object(*answer, &said);
	json_int_t parts;

	if (e != ERR_OK) {
		json_decref(list);
		return e == ERR_NOMEM ? e : ERR_CORRUPT;
	}
	parts = json_integer_value(json_object_get(said, "parts"));
	for (json_int_t i = 1; e == ERR_OK && list && i <= parts; i++)
		e = add_part(a, position + (uint64_t)i, list);
	if (e == ERR_OK && (json_object_set_new(said, "parts", list) != 0 ||
			    !(text = json_dumps(said, JSON_COMPACT))))
		e = ERR_NOMEM;
	else if (e != ERR_OK)
		json_decref(list);
	copy = text ? arena_strndup(arena, text, strlen(text)) : NULL;
	if (e == ERR_OK && !copy)
		e = ERR_NOMEM;
	if (e == ERR_OK)
		*answer = bytes_of_string(copy);
	free(text);
	json_decref(said);
	return e;
}

/* The catalogue's number of the act's unit: the act was checked. */
static enum err unit_of(const struct aggregator *a, struct bytes answer, uint16_t *out)
{
	json_t *said;
	enum err e = json_text_object(answer, &said);

	if (e != ERR_OK)
		return e == ERR_NOMEM ? e : ERR_CORRUPT;
	*out = catalogue_unit_number(
		a->catalogue, bytes_of_string(json_string_value(json_object_get(said, "unit"))));
	json_decref(said);
	return *out == CATALOGUE_NONE ? ERR_CORRUPT : ERR_OK;
}

enum err aggregator_import(struct aggregator *a, struct bytes json, const char *by,
			   struct bytes parcel, int64_t now_ms, struct arena *arena,
			   struct bytes *answer)
{
	uint64_t position = 0;
	uint16_t unit;
	bool again;
	enum err e = acts_import(a, json, by, now_ms, arena, answer, &position, &again);

	if (e != ERR_OK)
		return e;
	e = unit_of(a, *answer, &unit);
	if (e == ERR_OK && !again)
		e = append_all(a, unit, parcel, now_ms, arena);
	return e == ERR_OK ? receipt(a, position, arena, answer) : e;
}
