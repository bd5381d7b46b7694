/* SPDX-License-Identifier: MIT */
/* Rows of the ledger, and rows that wait for the office. */
#include "daemon/api_private.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aggregator/office/forms.h"
#include "base/date.h"
#include "proto/curve.h"

#define ENTRIES_A_PAGE 20000 /* entries that one page looks through */

static bool is_zero(const uint8_t *p, size_t n)
{
	while (n > 0 && p[n - 1] == 0)
		n--;
	return n == 0;
}

static void put_text(struct jwrite *j, const char *key, struct bytes text)
{
	if (text.len == 0)
		jwrite_null(j, key);
	else
		jwrite_bytes(j, key, text);
}

/* What a person did, without personal data; the text in the ledger is canonical JSON. */
static void put_act(struct jwrite *j, const struct entry *entry)
{
	json_t *body = json_loadb((const char *)entry->body.data, entry->body.len, 0, NULL);
	char *text = NULL;

	json_object_del(body, "bulletin"); /* its figures are at /bulletins; the digest stays */
	if (body != NULL && forms_hide(body))
		text = json_dumps(body, JSON_COMPACT | JSON_SORT_KEYS);
	if (text != NULL)
		jwrite_raw(j, "act", bytes_of_string(text));
	else
		jwrite_null(j, "act");
	free(text);
	json_decref(body);
}

static void put_entry(struct api_call *call, const struct entry *e)
{
	struct jwrite *j = &call->json;
	char fingerprint[64];

	jwrite_uint(j, "position", e->position);
	jwrite_string(j, "entry", entry_kind_name(e->kind));
	jwrite_time(j, "at", e->time_ms, call->catalogue->offset_minutes);
	api_put_unit(call, "reporter", e->reporter);
	if (!is_zero(e->key, sizeof(e->key))) {
		curve_fingerprint(e->key, fingerprint);
		jwrite_string(j, "key", fingerprint);
	} else {
		jwrite_null(j, "key");
	}
	jwrite_uint(j, "rules", e->rules);
	if (e->kind == ENTRY_BATCH || e->kind == ENTRY_GAP) {
		jwrite_hex(j, "epoch", bytes_of(e->epoch, sizeof(e->epoch)));
		jwrite_uint(j, "first_sequence", e->first_sequence);
	}
	if (e->kind == ENTRY_ACT)
		put_act(j, e);
	if (e->kind == ENTRY_LINK)
		jwrite_bool(j, "up", e->body.len > 0 && ((const uint8_t *)e->body.data)[0] != 0);
}

/* The figure as the sender wrote it, which may be of any scale. */
static void put_figure(struct jwrite *j, const struct query_event *e)
{
	unsigned decimals = e->decimals <= 18 ? e->decimals : 0;

	if (e->kind == EVENT_NIL || e->kind == EVENT_RETRACT)
		jwrite_null(j, "value");
	else
		jwrite_decimal(j, "value", e->value, decimals);
	if (e->denominator != 0)
		jwrite_decimal(j, "denominator", e->denominator, decimals);
	else
		jwrite_null(j, "denominator");
	jwrite_uint(j, "decimals", e->decimals);
}

static void put_verdict(struct jwrite *j, unsigned verdict, unsigned code)
{
	struct lang_text text = event_code_text(code);

	jwrite_string(j, "verdict", event_verdict_name(verdict));
	jwrite_string(j, "code", code == EVENT_CODE_NONE ? NULL : event_code_name(code));
	if (code != EVENT_CODE_NONE && text.zh != NULL)
		jwrite_lang(j, "text", text);
	else
		jwrite_null(j, "text");
}

/* Ids of places and things; null where the row names none. */
static void put_objects(struct jwrite *j, const struct query_event *e)
{
	if (e->object_count == 0) {
		jwrite_null(j, "objects");
		return;
	}
	jwrite_array(j, "objects");
	for (size_t i = 0; i < e->object_count; i++)
		jwrite_bytes(j, NULL, e->objects[i].text);
	jwrite_end(j);
}

static void put_row(struct api_call *call, const struct query_event *e)
{
	struct jwrite *j = &call->json;

	jwrite_uint(j, "row", e->row);
	jwrite_bytes(j, "target", e->measure_id);
	jwrite_bytes(j, "unit", e->unit_id);
	jwrite_string(j, "kind", event_kind_name(e->kind));
	put_figure(j, e);
	jwrite_date(j, "as_of", e->as_of);
	jwrite_time(j, "observed", e->observed_ms, call->catalogue->offset_minutes);
	jwrite_uint(j, "revision", e->revision);
	put_text(j, "stage", e->stage);
	put_text(j, "note", e->note);
	put_text(j, "reason", e->reason);
	put_text(j, "evidence", e->evidence);
	put_text(j, "ref", e->ref);
	put_text(j, "withdraw", e->withdraw);
	put_objects(j, e);
	put_verdict(j, e->verdict, e->code);
}

static void put_event(struct api_call *call, const char *key, const struct query_event *e)
{
	struct jwrite *j = &call->json;

	jwrite_object(j, key);
	put_entry(call, e->entry);
	if (e->has_row) {
		put_row(call, e);
	} else {
		jwrite_null(j, "row");
		if (e->entry->kind == ENTRY_BATCH)
			put_verdict(j, e->verdict, e->code);
	}
	jwrite_end(j);
}

static bool put_next(void *ctx, const struct query_event *e)
{
	put_event(ctx, NULL, e);
	return true;
}

/* "position-row" */
static bool read_place(const char *text, struct query_place *out)
{
	const char *dash = strchr(text, '-');
	char first[24];
	uint64_t row;

	if (dash == NULL || (size_t)(dash - text) >= sizeof(first))
		return false;
	memcpy(first, text, (size_t)(dash - text));
	first[dash - text] = '\0';
	if (!api_read_number(first, INT64_MAX, &out->position) || out->position == 0 ||
	    !api_read_number(dash + 1, UINT32_MAX, &row))
		return false;
	out->row = (uint32_t)row;
	return true;
}

static bool read_filter(struct api_call *call, struct query_event_filter *f)
{
	const char *verdict = api_parameter(call, "verdict"),
		   *entries = api_parameter(call, "entries");

	if (!api_measure(call, "target", &f->measure) || !api_unit(call, "unit", &f->unit) ||
	    !api_unit(call, "reporter", &f->reporter))
		return false;
	if (verdict != NULL && strcmp(verdict, "exceptions") != 0 && strcmp(verdict, "all") != 0)
		api_fail(call, API_BAD_CHOICE, "verdict", "all exceptions");
	if (entries != NULL && strcmp(entries, "batches") != 0 && strcmp(entries, "all") != 0)
		api_fail(call, API_BAD_CHOICE, "entries", "batches all");
	f->not_admitted = verdict != NULL && strcmp(verdict, "exceptions") == 0;
	f->batches_only = f->not_admitted || (entries != NULL && strcmp(entries, "batches") == 0);
	return call->problem == API_OK;
}

void api_events(struct api_call *call)
{
	struct query_event_filter filter = { 0 };
	struct query_place from = { 1, 0 }, next = { 0, 0 };

	if (!read_filter(call, &filter) || !api_number(call, "from", 1, INT64_MAX, &from.position))
		return;
	if (call->cursor[0] != '\0' && !read_place(call->cursor, &from)) {
		api_fail(call, API_BAD_CURSOR, "cursor", call->cursor);
		return;
	}
	jwrite_array(&call->json, "events");
	if (api_failed(call, query_events(call->query, &filter, from, call->limit, ENTRIES_A_PAGE,
					  put_next, call, &next)))
		return;
	jwrite_end(&call->json);
	if (next.position > 0)
		snprintf(call->next, sizeof(call->next), "%llu-%u",
			 (unsigned long long)next.position, next.row);
}

struct one_event {
	struct api_call *call;
	struct query_place place;
	bool found;
	int64_t time_ms; /* of the entry */
	bool counts;	 /* it may have moved the figure of this cell, for the day as_of */
	uint16_t measure, unit;
	int32_t as_of;
};

static bool put_one(void *ctx, const struct query_event *e)
{
	struct one_event *one = ctx;

	if (e->entry->position != one->place.position || (e->has_row && e->row != one->place.row))
		return false;
	put_event(one->call, "event", e);
	jwrite_uint(&one->call->json, "bytes", e->entry->body.len);
	jwrite_uint(&one->call->json, "rows", e->entry->rows);
	jwrite_uint(&one->call->json, "previous_of_outbox", e->entry->back);
	one->found = true;
	one->time_ms = e->entry->time_ms;
	one->counts = e->has_row && e->verdict == EVENT_ADMITTED && e->measure != CATALOGUE_NONE &&
		      e->unit != CATALOGUE_NONE && e->as_of != DATE_NONE && e->stage.len == 0;
	one->measure = e->measure;
	one->unit = e->unit;
	one->as_of = e->as_of;
	return false;
}

/* The unit's figure for the day of the row, as known on a day. */
static void put_known(struct one_event *one, const char *key, int32_t known)
{
	struct api_call *call = one->call;
	struct query_when when = { one->as_of, known };
	struct query_figure f;

	jwrite_object(&call->json, key);
	if (!api_failed(call, query_figure(call->query, one->measure, one->unit, when, &f)))
		api_put_value(call, &call->catalogue->measures[one->measure], f.at.present,
			      f.at.value, f.at.denominator);
	jwrite_end(&call->json);
}

/* What became of the figure on the day on which the row came: days are what history keeps. */
static void put_change(struct one_event *one)
{
	struct api_call *call = one->call;
	int32_t day = date_of_ms(one->time_ms, call->catalogue->offset_minutes);

	if (!one->counts) {
		jwrite_null(&call->json, "change");
		return;
	}
	jwrite_object(&call->json, "change");
	put_known(one, "before", day - 1);
	put_known(one, "after", day < call->head.today ? day : HISTORY_NOW);
	jwrite_end(&call->json);
}

static void put_chain(struct one_event *one, const char *key, uint64_t position)
{
	uint8_t chain[CRYPTO_HASH_LEN];

	if (!api_failed(one->call, query_chain(one->call->query, position, chain)))
		jwrite_hex(&one->call->json, key, bytes_of(chain, CRYPTO_HASH_LEN));
}

void api_event(struct api_call *call)
{
	static const struct query_event_filter any = { .reporter = CATALOGUE_NONE,
						       .measure = CATALOGUE_NONE,
						       .unit = CATALOGUE_NONE };
	struct one_event one = { .call = call };
	struct query_place next;
	char text[64];

	snprintf(text, sizeof(text), "%s-%s", http_segment(*call->x, 0), http_segment(*call->x, 1));
	if (!read_place(text, &one.place)) {
		api_fail(call, API_NO_SUCH_EVENT, NULL, text);
		return;
	}
	if (api_failed(call,
		       query_events(call->query, &any, one.place, 1, 1, put_one, &one, &next)))
		return;
	if (!one.found) {
		api_fail(call, API_NO_SUCH_EVENT, NULL, text);
		return;
	}
	put_chain(&one, "hash", one.place.position);
	put_chain(&one, "previous_hash", one.place.position - 1);
	put_change(&one);
}

/* --- holds ------------------------------------------------------------------------------------ */

static bool put_hold(void *ctx, const struct holds_record *h)
{
	struct api_call *call = ctx;
	const struct catalogue *c = call->catalogue;
	const struct catalogue_measure *m = &c->measures[h->cell.measure];
	struct jwrite *j = &call->json;

	jwrite_object(j, NULL);
	jwrite_uint(j, "position", h->position);
	jwrite_uint(j, "row", h->row);
	api_put_unit(call, "reporter", h->reporter);
	jwrite_string(j, "target", m->id);
	jwrite_string(j, "unit", c->units[h->cell.unit].id);
	jwrite_string(j, "stage",
		      h->cell.stage < m->stage_count ? m->stages[h->cell.stage].id : NULL);
	jwrite_string(j, "kind", event_kind_name(h->kind));
	jwrite_decimal(j, "value", h->value, m->decimals);
	if (h->denominator != 0)
		jwrite_decimal(j, "denominator", h->denominator, m->decimals);
	else
		jwrite_null(j, "denominator");
	jwrite_date(j, "as_of", h->as_of);
	jwrite_uint(j, "revision", h->revision);
	jwrite_string(j, "ref", h->ref[0] ? h->ref : NULL);
	jwrite_time(j, "received", h->received_ms, c->offset_minutes);
	put_verdict(j, EVENT_HOLD, h->code);
	jwrite_end(j);
	return true;
}

void api_holds(struct api_call *call)
{
	jwrite_array(&call->json, "holds");
	if (api_failed(call, query_holds(call->query, put_hold, call)))
		return;
	jwrite_end(&call->json);
}
