/* SPDX-License-Identifier: MIT */
#include "aggregator/admission/keyring.h"

#include <stdlib.h>

#include "aggregator/ledger/keys.h"
#include "base/date.h"
#include "base/reader.h"
#include "proto/limits.h"

struct delegation {
	uint16_t unit;
	char item[LIMITS_ID + 1];
	int32_t until;
};

struct keyring {
	struct keyring_key *keys; /* in order */
	size_t count, cap;
	struct delegation *delegations;
	size_t delegation_count, delegation_cap;
};

/* --- items ------------------------------------------------------------------------------------ */

bool keyring_items_add(struct keyring_items *items, struct bytes id)
{
	size_t len = strlen(items->text);

	if (id.len == 0 || id.len > LIMITS_ID || memchr(id.data, '\n', id.len) ||
	    len + id.len + 2 > sizeof(items->text))
		return false;
	memcpy(items->text + len, id.data, id.len);
	items->text[len + id.len] = '\n';
	items->text[len + id.len + 1] = '\0';
	return true;
}

bool keyring_items_has(const struct keyring_items *items, const char *id)
{
	size_t len = strlen(id);

	if (items->text[0] == '\0')
		return true;
	for (const char *at = items->text; *at; at = strchr(at, '\n') + 1)
		if (strncmp(at, id, len) == 0 && at[len] == '\n')
			return true;
	return false;
}

/* --- life ------------------------------------------------------------------------------------- */

enum err keyring_new(struct keyring **out)
{
	*out = calloc(1, sizeof(**out));
	return *out ? ERR_OK : ERR_NOMEM;
}

void keyring_free(struct keyring *k)
{
	if (!k)
		return;
	free(k->keys);
	free(k->delegations);
	free(k);
}

/* Index of the first key that is not before this one. */
static size_t place_of(const struct keyring *k, const uint8_t key[32])
{
	size_t low = 0, high = k->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (memcmp(k->keys[middle].key, key, 32) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static enum err grow_keys(struct keyring *k)
{
	size_t cap = k->cap ? k->cap * 2 : 16;
	struct keyring_key *grown;

	if (k->count < k->cap)
		return ERR_OK;
	if (!(grown = realloc(k->keys, cap * sizeof(*grown))))
		return ERR_NOMEM;
	k->keys = grown;
	k->cap = cap;
	return ERR_OK;
}

static enum err remember_key(struct keyring *k, const struct keyring_key *key)
{
	size_t at = place_of(k, key->key);
	enum err e;

	if (at < k->count && memcmp(k->keys[at].key, key->key, 32) == 0) {
		k->keys[at] = *key;
		return ERR_OK;
	}
	if ((e = grow_keys(k)) != ERR_OK)
		return e;
	memmove(&k->keys[at + 1], &k->keys[at], (k->count - at) * sizeof(*k->keys));
	k->keys[at] = *key;
	k->count++;
	return ERR_OK;
}

static struct delegation *find_delegation(const struct keyring *k, uint16_t unit,
					  struct bytes item)
{
	for (size_t i = 0; i < k->delegation_count; i++) {
		struct delegation *d = &k->delegations[i];

		if (d->unit == unit && bytes_equal(bytes_of_string(d->item), item))
			return d;
	}
	return NULL;
}

static enum err remember_delegation(struct keyring *k, uint16_t unit, struct bytes item,
				    int32_t until)
{
	struct delegation *d = find_delegation(k, unit, item);

	if (!d && k->delegation_count == k->delegation_cap) {
		size_t cap = k->delegation_cap * 2 + 8;
		struct delegation *grown = realloc(k->delegations, cap * sizeof(*grown));

		if (!grown)
			return ERR_NOMEM;
		k->delegations = grown;
		k->delegation_cap = cap;
	}
	if (!d) {
		d = &k->delegations[k->delegation_count++];
		*d = (struct delegation){ .unit = unit };
		memcpy(d->item, item.data, item.len);
	}
	d->until = until;
	return ERR_OK;
}

/* --- table ------------------------------------------------------------------------------------ */

static bool read_items(struct reader *r, struct keyring_items *items)
{
	struct bytes text = reader_block(r);

	if (text.len >= sizeof(items->text))
		return false;
	if (text.len)
		memcpy(items->text, text.data, text.len);
	items->text[text.len] = '\0';
	return true;
}

static enum err load_key(struct keyring *k, struct bytes found, struct bytes value)
{
	struct reader r = reader_of(value);
	struct keyring_key key = { .unit = reader_u16(&r) };

	key.role = (enum keyring_role)reader_u8(&r);
	key.state = (enum keyring_state)reader_u8(&r);
	key.since_ms = (int64_t)reader_u64(&r);
	if (!read_items(&r, &key.items) || !reader_done(&r) || found.len != 33)
		return ERR_CORRUPT;
	memcpy(key.key, found.data + 1, 32);
	return remember_key(k, &key);
}

static enum err load_delegation(struct keyring *k, struct bytes found, struct bytes value)
{
	if (found.len < 4 || found.len > 3 + LIMITS_ID || value.len != 4)
		return ERR_CORRUPT;
	return remember_delegation(k, bytes_load16(found.data + 1),
				   bytes_of(found.data + 3, found.len - 3),
				   keys_unbiased(bytes_load32(value.data)));
}

static enum err load_one(struct keyring *k, struct bytes found, struct bytes value)
{
	switch (found.data[0]) {
	case 'k':
		return load_key(k, found, value);
	case 'd':
		return load_delegation(k, found, value);
	case 'i':
		return ERR_OK; /* read when it is shown */
	default:
		return ERR_CORRUPT;
	}
}

enum err keyring_load(struct keyring *k, struct store_txn *t)
{
	struct store_cursor *c;
	struct bytes found, value;
	enum err e = store_cursor_open(t, STORE_KEYS, &c);

	if (e != ERR_OK)
		return e;
	k->count = k->delegation_count = 0;
	e = store_cursor_seek(c, (struct bytes){ 0 }, &found, &value);
	while (e == ERR_OK)
		if ((e = load_one(k, found, value)) == ERR_OK)
			e = store_cursor_next(c, &found, &value);
	store_cursor_close(c);
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

static enum err write_value(struct store_txn *t, const struct keys *key, struct buf *value)
{
	enum err e = buf_error(value);

	if (e == ERR_OK)
		e = store_put(t, STORE_KEYS, keys_bytes(key), buf_bytes(value));
	buf_free(value);
	return e;
}

enum err keyring_put(struct keyring *k, struct store_txn *t, const struct keyring_key *key)
{
	struct buf value = { 0 };
	struct keys at;
	enum err e = remember_key(k, key);

	if (e != ERR_OK)
		return e;
	buf_put_u16(&value, key->unit);
	buf_put_u8(&value, (uint8_t)key->role);
	buf_put_u8(&value, (uint8_t)key->state);
	buf_put_u64(&value, (uint64_t)key->since_ms);
	buf_put_block(&value, bytes_of_string(key->items.text));
	keys_public(&at, key->key);
	return write_value(t, &at, &value);
}

const struct keyring_key *keyring_find(const struct keyring *k, const uint8_t key[32])
{
	size_t at = place_of(k, key);

	return at < k->count && memcmp(k->keys[at].key, key, 32) == 0 ? &k->keys[at] : NULL;
}

size_t keyring_count(const struct keyring *k)
{
	return k->count;
}

const struct keyring_key *keyring_at(const struct keyring *k, size_t i)
{
	return &k->keys[i];
}

enum err keyring_delegate(struct keyring *k, struct store_txn *t, uint16_t unit, struct bytes item,
			  int32_t until)
{
	uint8_t value[4];
	struct keys key;
	enum err e;

	if (item.len == 0 || item.len > LIMITS_ID)
		return ERR_INVALID;
	if ((e = remember_delegation(k, unit, item, until)) != ERR_OK)
		return e;
	bytes_store32(value, keys_biased(until));
	keys_delegation(&key, unit, item);
	return store_put(t, STORE_KEYS, keys_bytes(&key), bytes_of(value, sizeof(value)));
}

bool keyring_delegated(const struct keyring *k, uint16_t unit, const char *item, int32_t day)
{
	const struct delegation *d = find_delegation(k, unit, bytes_of_string(item));

	return d && day <= d->until;
}

enum err keyring_invite_read(struct store_txn *t, const uint8_t nonce_hash[32],
			     struct keyring_invite *out)
{
	struct bytes value, by;
	struct reader r;
	struct keys key;
	enum err e;

	*out = (struct keyring_invite){ 0 };
	keys_invite(&key, nonce_hash);
	if ((e = store_get(t, STORE_KEYS, keys_bytes(&key), &value)) != ERR_OK)
		return e;
	r = reader_of(value);
	out->unit = reader_u16(&r);
	out->role = (enum keyring_role)reader_u8(&r);
	out->approve = reader_u8(&r) != 0;
	out->used = reader_u8(&r) != 0;
	out->expires_ms = (int64_t)reader_u64(&r);
	by = reader_take(&r, sizeof(out->used_by));
	if (!read_items(&r, &out->items) || !reader_done(&r))
		return ERR_CORRUPT;
	memcpy(out->used_by, by.data, sizeof(out->used_by));
	return ERR_OK;
}

enum err keyring_invite_write(struct store_txn *t, const uint8_t nonce_hash[32],
			      const struct keyring_invite *invite)
{
	struct buf value = { 0 };
	struct keys key;

	buf_put_u16(&value, invite->unit);
	buf_put_u8(&value, (uint8_t)invite->role);
	buf_put_u8(&value, invite->approve);
	buf_put_u8(&value, invite->used);
	buf_put_u64(&value, (uint64_t)invite->expires_ms);
	buf_put(&value, bytes_of(invite->used_by, sizeof(invite->used_by)));
	buf_put_block(&value, bytes_of_string(invite->items.text));
	keys_invite(&key, nonce_hash);
	return write_value(t, &key, &value);
}
