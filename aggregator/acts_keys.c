/* SPDX-License-Identifier: MIT */
/* Acts about keys: invitations, enrolment, approval, revocation, delegation. */
#include "aggregator/acts_private.h"
#include "base/date.h"
#include "proto/limits.h"

#define TTL_DEFAULT_S (7 * 86400)
#define TTL_MAX_S (90 * 86400)

static const struct acts_fault unknown_item = {
	"unknown-item", { "目录中没有这个事项。", "The catalogue has no such item." } };
static const struct acts_fault unknown_key = {
	"unknown-key", { "没有登记这个密钥。", "No such key is registered." } };
static const struct acts_fault is_valid = {
	"wrong-state", { "该密钥已经有效，不用再批准。", "This key is valid already; there is nothing to approve." } };
static const struct acts_fault is_revoked = {
	"wrong-state", { "该密钥已吊销，不能恢复；请重新邀请（minshengctl unit invite 单位），对方用新密钥登记。",
			 "This key is revoked for good; invite again (minshengctl unit invite UNIT) and enrol a new key." } };
static const struct acts_fault known_key = {
	"known-key", { "该密钥已登记。", "This key is registered already." } };
static const struct acts_fault not_coorganiser = {
	"not-a-co-organiser", { "该单位不是此事项的协办单位。", "The unit is no co-organiser of this item." } };
static const struct acts_fault bad_invite = {
	"bad-invitation", { "邀请不存在、已使用或已过期。", "The invitation is unknown, used or expired." } };
static const struct acts_fault used_nonce = {
	"known-invitation", { "该邀请码已存在。", "There is an invitation with this nonce." } };

static const struct catalogue_item *find_item(const struct catalogue *c, const char *id)
{
	for (size_t i = 0; i < c->item_count; i++)
		if (strcmp(c->items[i].id, id) == 0)
			return &c->items[i];
	return NULL;
}

static enum err read_items(struct acts_call *x, struct keyring_items *items)
{
	json_t *list = json_object_get(x->body, "items"), *one;
	size_t i;

	*items = (struct keyring_items){ { 0 } };
	if (!list || json_is_null(list))
		return ERR_OK;
	if (!json_is_array(list))
		return acts_fail_form(x, (struct lang_text){ "事项编号的列表", "a list of ids of items" },
				      "items");
	json_array_foreach(list, i, one) {
		const char *id = json_string_value(one);

		if (!id || !find_item(x->a->catalogue, id))
			return acts_fail(x, ERR_INVALID, &unknown_item, "items");
		if (!keyring_items_add(items, bytes_of_string(id)))
			return acts_fail_form(x, (struct lang_text){ "一个不太长的事项列表", "a shorter list of items" },
				      "items");
	}
	return ERR_OK;
}

static enum err read_role(struct acts_call *x, enum keyring_role *role)
{
	static const struct {
		const char *name;
		enum keyring_role role;
	} roles[] = {
		{ "reporter", KEYRING_REPORTER },
		{ "subscriber", KEYRING_SUBSCRIBER },
		{ "replica", KEYRING_REPLICA },
	};
	const char *text;
	enum err e;

	*role = KEYRING_REPORTER;
	if (!json_object_get(x->body, "role"))
		return ERR_OK;
	if ((e = acts_text(x, "role", 16, &text)) != ERR_OK)
		return e;
	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
		if (strcmp(roles[i].name, text) == 0) {
			*role = roles[i].role;
			return ERR_OK;
		}
	return acts_fail_form(x, (struct lang_text){ "reporter、subscriber、replica 之一", "one of reporter, subscriber, replica" },
				      "role");
}

static enum err put_key(struct acts_call *x, const struct keyring_key *key)
{
	x->a->tell.keys = true;
	return keyring_put(x->a->keyring, x->a->txn, key);
}

/* "office", as where it is absent: the key waits for key.approve; "auto": it is let in at once. The
 * ledger always has the word, so that a replay needs no default. */
static enum err read_approve(struct acts_call *x, bool *office)
{
	json_t *given = json_object_get(x->body, "approve");
	const char *text = given ? json_string_value(given) : "office";

	if (!text || (strcmp(text, "office") != 0 && strcmp(text, "auto") != 0))
		return acts_fail_form(x, (struct lang_text){ "office、auto 之一", "one of office, auto" },
				      "approve");
	*office = text[0] == 'o';
	if (!given && json_object_set_new(x->body, "approve", json_string(text)) != 0)
		return ERR_NOMEM;
	return ERR_OK;
}

enum err acts_keys_invite(struct acts_call *x)
{
	struct keyring_invite invite = { 0 }, old;
	uint8_t hash[CRYPTO_HASH_LEN];
	int64_t ttl = TTL_DEFAULT_S;
	enum err e;

	if ((e = acts_unit(x, "unit", &invite.unit)) != ERR_OK ||
	    (e = read_role(x, &invite.role)) != ERR_OK ||
	    (e = read_items(x, &invite.items)) != ERR_OK ||
	    (e = read_approve(x, &invite.approve)) != ERR_OK ||
	    (e = acts_hex32(x, "nonce_hash", hash)) != ERR_OK)
		return e;
	if (json_object_get(x->body, "ttl_s") &&
	    (e = acts_number(x, "ttl_s", 60, TTL_MAX_S, &ttl)) != ERR_OK)
		return e;
	e = keyring_invite_read(x->a->txn, hash, &old);
	if (e != ERR_NOTFOUND)
		return e == ERR_OK ? acts_fail(x, ERR_STATE, &used_nonce, "nonce") : e;
	invite.expires_ms = x->entry->time_ms + ttl * 1000;
	if (json_object_set_new(x->answer, "expires", json_integer(invite.expires_ms)) != 0)
		return ERR_NOMEM;
	return keyring_invite_write(x->a->txn, hash, &invite);
}

enum err acts_keys_enrol(struct acts_call *x)
{
	struct keyring_invite invite;
	struct keyring_key key = { 0 };
	uint8_t hash[CRYPTO_HASH_LEN];
	enum err e;

	if ((e = acts_hex32(x, "nonce_hash", hash)) != ERR_OK ||
	    (e = acts_hex32(x, "key", key.key)) != ERR_OK)
		return e;
	e = keyring_invite_read(x->a->txn, hash, &invite);
	if (e != ERR_OK && e != ERR_NOTFOUND)
		return e;
	if (e == ERR_NOTFOUND || invite.used || x->entry->time_ms > invite.expires_ms)
		return acts_fail(x, ERR_NOTFOUND, &bad_invite, "nonce");
	if (keyring_find(x->a->keyring, key.key))
		return acts_fail(x, ERR_STATE, &known_key, "key");
	invite.used = true;
	memcpy(invite.used_by, key.key, sizeof(key.key));
	if ((e = keyring_invite_write(x->a->txn, hash, &invite)) != ERR_OK)
		return e;
	key.unit = invite.unit;
	key.role = invite.role;
	key.state = invite.approve ? KEYRING_WAITING : KEYRING_VALID;
	key.since_ms = x->entry->time_ms;
	key.items = invite.items;
	return put_key(x, &key);
}

enum err acts_keys_add(struct acts_call *x)
{
	struct keyring_key key = { .state = KEYRING_VALID, .since_ms = x->entry->time_ms };
	enum err e;

	if ((e = acts_hex32(x, "key", key.key)) != ERR_OK ||
	    (e = acts_unit(x, "unit", &key.unit)) != ERR_OK ||
	    (e = read_role(x, &key.role)) != ERR_OK || (e = read_items(x, &key.items)) != ERR_OK)
		return e;
	if (keyring_find(x->a->keyring, key.key))
		return acts_fail(x, ERR_STATE, &known_key, "key");
	return put_key(x, &key);
}

static enum err change_state(struct acts_call *x, bool waiting_only, enum keyring_state state)
{
	const struct keyring_key *known;
	struct keyring_key key;
	enum err e = acts_hex32(x, "key", key.key);

	if (e != ERR_OK)
		return e;
	if (!(known = keyring_find(x->a->keyring, key.key)))
		return acts_fail(x, ERR_NOTFOUND, &unknown_key, "key");
	if (known->state == KEYRING_REVOKED)
		return acts_fail(x, ERR_STATE, &is_revoked, "key");
	if (waiting_only && known->state != KEYRING_WAITING)
		return acts_fail(x, ERR_STATE, &is_valid, "key");
	key = *known;
	key.state = state;
	key.since_ms = x->entry->time_ms;
	return put_key(x, &key);
}

enum err acts_keys_approve(struct acts_call *x)
{
	return change_state(x, true, KEYRING_VALID);
}

enum err acts_keys_revoke(struct acts_call *x)
{
	const char *why;
	enum err e = acts_text(x, "why", LIMITS_TEXT, &why);

	return e == ERR_OK ? change_state(x, false, KEYRING_REVOKED) : e;
}

static bool is_coorganiser(const struct catalogue_item *item, uint16_t unit)
{
	for (size_t i = 0; i < item->coorganiser_count; i++)
		if (item->coorganisers[i] == unit)
			return true;
	return false;
}

enum err acts_keys_delegate(struct acts_call *x)
{
	const struct catalogue_item *item;
	const char *id;
	uint16_t unit;
	int32_t until;
	enum err e;

	if ((e = acts_text(x, "item", LIMITS_ID, &id)) != ERR_OK ||
	    (e = acts_unit(x, "unit", &unit)) != ERR_OK ||
	    (e = acts_day(x, "until", &until)) != ERR_OK)
		return e;
	if (!(item = find_item(x->a->catalogue, id)))
		return acts_fail(x, ERR_INVALID, &unknown_item, "item");
	if (!is_coorganiser(item, unit))
		return acts_fail(x, ERR_INVALID, &not_coorganiser, "unit");
	return keyring_delegate(x->a->keyring, x->a->txn, unit, bytes_of_string(id), until);
}
