/* SPDX-License-Identifier: MIT */
/* A key that asks to be let in, and the slice of the catalogue that a key may report. */
#include "aggregator/acts.h"
#include "aggregator/enrol.h"
#include "aggregator/admission/rights.h"
#include "base/date.h"

static const char admitted[] = "已接入。 Admitted.";
static const char waiting[] = "已登记，待督查室批准。 Registered: the office has to approve.";
static const char refused[] = "邀请不存在、已使用或已过期，请联系督查室。 The invitation is unknown, used or "
			      "expired: ask the Supervision Office.";

static void reply(const struct aggregator *a, const struct keyring_key *key,
		  struct message_enrol_reply *out)
{
	const char *text = refused;

	*out = (struct message_enrol_reply){ .state = 3 };
	if (key && key->state != KEYRING_REVOKED) {
		out->state = key->state == KEYRING_VALID ? 1 : 2;
		out->reporter = bytes_of_string(a->catalogue->units[key->unit].id);
		text = key->state == KEYRING_VALID ? admitted : waiting;
	}
	out->text = bytes_of_string(text);
}

enum err aggregator_enrol(struct aggregator *a, const struct aggregator_from *from,
			  const struct message_enrol *enrol, struct arena *arena,
			  struct message_enrol_reply *out)
{
	const struct keyring_key *key = NULL;
	struct keyring_invite invite;
	uint8_t hash[CRYPTO_HASH_LEN];
	enum err e;

	(void)arena;
	if ((e = aggregator_tick(a, from->now_ms)) != ERR_OK)
		return e;
	reply(a, NULL, out);
	if (enrol->nonce.len != 16 || enrol->public_key.len != 32)
		return ERR_OK;
	crypto_digest(enrol->nonce, hash);
	e = keyring_invite_read(a->txn, hash, &invite);
	if (e == ERR_NOTFOUND)
		return ERR_OK;
	if (e == ERR_OK && !invite.used)
		e = acts_enrol(a, hash, enrol->public_key.data, enrol->software, from->now_ms);
	if (e == ERR_NOTFOUND || e == ERR_STATE || e == ERR_INVALID)
		return ERR_OK; /* expired, or the key has another place already */
	if (e != ERR_OK)
		return e;
	if (!invite.used || memcmp(invite.used_by, enrol->public_key.data, 32) == 0)
		key = keyring_find(a->keyring, enrol->public_key.data);
	reply(a, key, out);
	return ERR_OK;
}

/* --- slices ----------------------------------------------------------------------------------- */

static enum err fill_units(const struct aggregator *a, const struct keyring_key *key,
			   uint16_t measure, struct arena *arena, struct message_measure *m)
{
	const struct catalogue *c = a->catalogue;
	struct bytes *units = arena_calloc(arena, c->unit_count, sizeof(*units));

	if (!units)
		return ERR_NOMEM;
	for (size_t u = 0; u < c->unit_count; u++)
		if (rights_check(c, a->keyring, key, measure, (uint16_t)u, a->admit.day) ==
		    EVENT_CODE_NONE)
			units[m->unit_count++] = bytes_of_string(c->units[u].id);
	m->units = units;
	return ERR_OK;
}

static enum err fill_stages(const struct catalogue_measure *from, struct arena *arena,
			    struct message_measure *m)
{
	struct message_stage *stages = arena_calloc(arena, from->stage_count, sizeof(*stages));

	if (!stages)
		return ERR_NOMEM;
	for (size_t i = 0; i < from->stage_count; i++)
		stages[i] = (struct message_stage){ bytes_of_string(from->stages[i].id),
						    bytes_of_string(from->stages[i].name.zh),
						    bytes_of_string(from->stages[i].name.en) };
	m->stages = stages;
	m->stage_count = from->stage_count;
	return ERR_OK;
}

static enum err fill_expected(const struct catalogue *c, const struct catalogue_measure *from,
			      struct arena *arena, struct message_measure *m)
{
	int32_t month = date_month_of(from->first_report > c->from ? from->first_report : c->from);
	int32_t end = date_month_of(c->to);
	int32_t *days = arena_calloc(arena, end < month ? 0 : (size_t)(end - month + 1),
				     sizeof(*days));

	if (!days)
		return ERR_NOMEM;
	for (; month <= end; month++) {
		int32_t day = date_month_last(month);

		if (from->retired == DATE_NONE || day <= from->retired)
			days[m->expected_count++] = day;
	}
	m->expected = days;
	return ERR_OK;
}

#define OBJECTS_LISTED 200 /* ids of a measure that a slice still carries */
#define OBJECTS_ROOM 4000  /* and of all its measures */

/* What may be counted, where the list is short. *room: how many ids the slice still takes. */
static enum err fill_objects(const struct universe *u, struct arena *arena, size_t *room,
			     struct message_measure *m)
{
	struct bytes *ids;

	m->counts_objects = u != NULL;
	if (!u || !u->enumerated || u->object_count > OBJECTS_LISTED || u->object_count > *room)
		return ERR_OK;
	if (!(ids = arena_calloc(arena, u->object_count, sizeof(*ids))))
		return ERR_NOMEM;
	for (size_t i = 0; i < u->object_count; i++) {
		struct bytes id = bytes_of_string(u->objects[i].id);

		if (!universe_find_known(u, id))
			ids[m->object_count++] = id;
	}
	m->objects = ids;
	*room -= m->object_count;
	return ERR_OK;
}

static enum err fill_measure(const struct aggregator *a, const struct keyring_key *key,
			     uint16_t measure, struct arena *arena, size_t *room,
			     struct message_measure *m)
{
	const struct catalogue *c = a->catalogue;
	const struct catalogue_measure *from = &c->measures[measure];
	enum err e;

	*m = (struct message_measure){
		.id = bytes_of_string(from->id),
		.item = bytes_of_string(c->items[from->item].id),
		.name_zh = bytes_of_string(from->name.zh),
		.name_en = bytes_of_string(from->name.en),
		.uom = bytes_of_string(from->uom),
		.kind = bytes_of_string(catalogue_kind_name(from->kind)),
		.decimals = from->decimals,
	};
	if ((e = fill_units(a, key, measure, arena, m)) != ERR_OK || m->unit_count == 0)
		return e;
	if ((e = fill_stages(from, arena, m)) != ERR_OK ||
	    (e = fill_objects(from->objects, arena, room, m)) != ERR_OK)
		return e;
	return fill_expected(c, from, arena, m);
}

/* Measures in the order in which people read them. */
static uint16_t measure_in_order(const struct catalogue *c, size_t order)
{
	for (size_t m = 0; m < c->measure_count; m++)
		if (c->measures[m].order == order)
			return (uint16_t)m;
	return CATALOGUE_NONE;
}

enum err aggregator_slice(struct aggregator *a, const struct aggregator_from *from,
			  struct arena *arena, struct message_slice *out)
{
	const struct keyring_key *key = keyring_find(a->keyring, from->key);

	*out = (struct message_slice){ 0 };
	if (!key || key->state != KEYRING_VALID || key->role != KEYRING_REPORTER)
		return ERR_DENIED;
	a->admit.day = engine_day(a, from->now_ms);
	return enrol_slice(a, key, arena, out);
}

enum err enrol_slice(struct aggregator *a, const struct keyring_key *key, struct arena *arena,
		     struct message_slice *out)
{
	const struct catalogue *c = a->catalogue;
	struct message_measure *list = arena_calloc(arena, c->measure_count, sizeof(*list));
	size_t room = OBJECTS_ROOM;
	enum err e = ERR_OK;

	*out = (struct message_slice){ .catalogue_version = c->version,
				       .programme = bytes_of_string(c->id), .measures = list };
	if (!list)
		return ERR_NOMEM;
	for (size_t i = 0; e == ERR_OK && i < c->measure_count; i++) {
		uint16_t measure = measure_in_order(c, i);

		if (measure == CATALOGUE_NONE)
			continue;
		e = fill_measure(a, key, measure, arena, &room, &list[out->count]);
		out->count += e == ERR_OK && list[out->count].unit_count > 0;
	}
	return e;
}
