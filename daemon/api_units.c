/* SPDX-License-Identifier: MIT */
/* Units and reporters. */
#include "daemon/api_private.h"

#include <string.h>

#include "aggregator/catalogue/calendar.h"
#include "base/date.h"
#include "proto/curve.h"

static void put_identity(struct api_call *call, uint16_t unit)
{
	const struct catalogue_unit *u = &call->catalogue->units[unit];
	struct jwrite *j = &call->json;

	jwrite_string(j, "id", u->id);
	jwrite_lang(j, "name", u->name);
	jwrite_string(j, "kind", catalogue_unit_kind_name(u->kind));
	jwrite_string(j, "code", u->code);
	jwrite_bool(j, "area", u->area);
	jwrite_bool(j, "expected", u->expected);
	if (u->tile_row > 0) {
		jwrite_object(j, "tile");
		jwrite_int(j, "row", u->tile_row);
		jwrite_int(j, "column", u->tile_column);
		jwrite_end(j);
	} else {
		jwrite_null(j, "tile");
	}
}

static void put_lights(struct jwrite *j, const unsigned lights[LIGHT_COUNT])
{
	jwrite_object(j, "lights");
	for (enum light l = LIGHT_NONE; l < LIGHT_COUNT; l++)
		jwrite_uint(j, light_name(l), lights[l]);
	jwrite_end(j);
}

static void put_summary(struct api_call *call, const struct query_unit *u)
{
	struct jwrite *j = &call->json;

	put_identity(call, u->unit);
	put_lights(j, u->lights);
	jwrite_date(j, "period", u->period);
	api_put_tally(call, "reports", &u->reports);
	jwrite_time(j, "last_report", u->last_ms, call->catalogue->offset_minutes);
}

void api_units(struct api_call *call)
{
	struct query_units all;

	if (api_failed(call, query_units(call->query, call->when, call->arena, &all)))
		return;
	jwrite_array(&call->json, "units");
	for (size_t i = 0; i < all.count; i++) {
		jwrite_object(&call->json, NULL);
		put_summary(call, &all.items[i]);
		jwrite_end(&call->json);
	}
	jwrite_end(&call->json);
}

static bool put_report(void *ctx, const struct owed_report *r)
{
	struct api_call *call = ctx;
	struct jwrite *j = &call->json;

	jwrite_object(j, NULL);
	jwrite_string(j, "target", call->catalogue->measures[r->measure].id);
	jwrite_string(j, "unit", call->catalogue->units[r->unit].id);
	jwrite_string(j, "state", reports_state_name(r->state));
	jwrite_time(j, "first_report", r->first_ms, call->catalogue->offset_minutes);
	api_put_review(call, r);
	jwrite_end(j);
	return true;
}

void api_one_unit(struct api_call *call)
{
	const char *id = http_segment(*call->x, 0);
	uint16_t unit = catalogue_unit_number(call->catalogue, bytes_of_string(id));
	struct query_unit_detail d;

	if (unit == CATALOGUE_NONE) {
		api_fail(call, API_NO_SUCH_UNIT, NULL, id);
		return;
	}
	if (api_failed(call, query_unit(call->query, unit, call->when, call->arena, &d)))
		return;
	put_summary(call, &d.summary);
	jwrite_array(&call->json, "figures");
	for (size_t i = 0; i < d.figures.count; i++) {
		jwrite_object(&call->json, NULL);
		api_put_measure(call, d.figures.items[i].measure);
		api_put_figure(call, &d.figures.items[i]);
		jwrite_end(&call->json);
	}
	jwrite_end(&call->json);
	jwrite_array(&call->json, "owed");
	if (d.summary.period != DATE_NONE &&
	    api_failed(call, query_reports(call->query, unit, d.summary.period, put_report, call)))
		return;
	jwrite_end(&call->json);
}

/* --- reporters -------------------------------------------------------------------------------- */

static const char *role_name(enum keyring_role role)
{
	static const char *const names[] = { [KEYRING_REPORTER] = "reporter",
					     [KEYRING_SUBSCRIBER] = "subscriber",
					     [KEYRING_REPLICA] = "replica" };

	return names[role];
}

static const char *state_name(enum keyring_state state)
{
	static const char *const names[] = { [KEYRING_WAITING] = "waiting",
					     [KEYRING_VALID] = "valid",
					     [KEYRING_REVOKED] = "revoked" };

	return names[state];
}

static void put_key(struct api_call *call, const struct keyring_key *key)
{
	struct jwrite *j = &call->json;
	char z85[CURVE_TEXT_LEN], fingerprint[64];

	curve_encode(key->key, z85);
	curve_fingerprint(key->key, fingerprint);
	jwrite_object(j, NULL);
	jwrite_hex(j, "key", bytes_of(key->key, sizeof(key->key)));
	jwrite_string(j, "z85", z85);
	jwrite_string(j, "fingerprint", fingerprint);
	jwrite_string(j, "role", role_name(key->role));
	jwrite_string(j, "state", state_name(key->state));
	jwrite_time(j, "since", key->since_ms, call->catalogue->offset_minutes);
	jwrite_array(j, "items");
	for (const char *at = key->items.text; *at != '\0'; at += strcspn(at, "\n") + 1)
		jwrite_bytes(j, NULL, bytes_of(at, strcspn(at, "\n")));
	jwrite_end(j);
	jwrite_end(j);
}

static void put_outbox(struct api_call *call, const struct epoch *e)
{
	struct jwrite *j = &call->json;

	jwrite_object(j, NULL);
	jwrite_hex(j, "epoch", bytes_of(e->id, sizeof(e->id)));
	jwrite_uint(j, "expected_sequence", e->expected);
	jwrite_uint(j, "latest_position", e->latest);
	jwrite_uint(j, "entries", e->entries);
	jwrite_time(j, "last_entry", e->last_ms, call->catalogue->offset_minutes);
	jwrite_end(j);
}

static void put_reporter(struct api_call *call, const struct query_reporter *r)
{
	struct jwrite *j = &call->json;

	jwrite_object(j, NULL);
	put_identity(call, r->unit);
	jwrite_time(j, "last_report", r->last_ms, call->catalogue->offset_minutes);
	jwrite_uint(j, "last_position", r->last_position);
	api_put_tally(call, "reports", &r->reports);
	jwrite_fraction(j, "completeness", r->completeness, 4);
	jwrite_fraction(j, "timeliness", r->timeliness, 4);
	jwrite_array(j, "keys");
	for (size_t i = 0; i < r->key_count; i++)
		put_key(call, &r->keys[i]);
	jwrite_end(j);
	jwrite_array(j, "outboxes");
	for (size_t i = 0; i < r->epoch_count; i++)
		put_outbox(call, &r->epochs[i]);
	jwrite_end(j);
	jwrite_end(j);
}

bool api_period(struct api_call *call, int32_t *period)
{
	const struct catalogue *c = call->catalogue;

	*period = calendar_closed_period(c, call->head.today);
	if (*period == DATE_NONE || *period < c->from)
		*period = calendar_period_of(c->from);
	return api_month(call, "period", period);
}

void api_reporters(struct api_call *call)
{
	struct query_reporters all;
	int32_t period;

	if (!api_period(call, &period) ||
	    api_failed(call, query_reporters(call->query, period, call->arena, &all)))
		return;
	jwrite_date(&call->json, "period", period);
	jwrite_array(&call->json, "reporters");
	for (size_t i = 0; i < all.count; i++)
		put_reporter(call, &all.items[i]);
	jwrite_end(&call->json);
}
