/* SPDX-License-Identifier: MIT */
/* Whose key is it, and what may it say: keys with their holder, role and items, invitations, and
 * what leads have delegated. In memory, and in the store's table of keys. One thread. */
#ifndef ADMISSION_KEYRING_H
#define ADMISSION_KEYRING_H

#include "aggregator/catalogue/catalogue.h"
#include "aggregator/ledger/store.h"
#include "base/buf.h"

#define KEYRING_ITEMS_MAX 1024 /* bytes of a list of items */

/* Numbers are stored. */
enum keyring_role { KEYRING_REPORTER = 1, KEYRING_SUBSCRIBER = 2, KEYRING_REPLICA = 3 };
enum keyring_state { KEYRING_WAITING = 1, KEYRING_VALID = 2, KEYRING_REVOKED = 3 };

/* Ids of items, each with a newline behind it; empty: all items. Ids, because numbers of items
 * may change from one version of the catalogue to the next. */
struct keyring_items {
	char text[KEYRING_ITEMS_MAX];
};
bool keyring_items_add(struct keyring_items *items, struct bytes id); /* false: no room */
bool keyring_items_has(const struct keyring_items *items, const char *id); /* empty: true */

struct keyring_key {
	uint8_t key[32];
	uint16_t unit;
	enum keyring_role role;
	enum keyring_state state;
	int64_t since_ms; /* when it got this state */
	struct keyring_items items;
};

struct keyring_invite {
	uint16_t unit;
	enum keyring_role role;
	bool approve; /* the office has to approve the key that comes */
	bool used;
	uint8_t used_by[32];
	int64_t expires_ms;
	struct keyring_items items;
};

struct keyring;

enum err keyring_new(struct keyring **out);
void keyring_free(struct keyring *k); /* accepts NULL */
/* Forgets everything and reads the table. */
enum err keyring_load(struct keyring *k, struct store_txn *t);

/* NULL: unknown. Valid until the next change. */
const struct keyring_key *keyring_find(const struct keyring *k, const uint8_t key[32]);
size_t keyring_count(const struct keyring *k);
const struct keyring_key *keyring_at(const struct keyring *k, size_t i); /* in the order of keys */
/* Adds or changes a key, in memory and in the table. */
enum err keyring_put(struct keyring *k, struct store_txn *t, const struct keyring_key *key);

/* Through the day until, the unit may report the item like its lead. until before today ends it. */
enum err keyring_delegate(struct keyring *k, struct store_txn *t, uint16_t unit, struct bytes item,
			  int32_t until);
bool keyring_delegated(const struct keyring *k, uint16_t unit, const char *item, int32_t day);

/* Invitations are in the table alone. ERR_NOTFOUND. */
enum err keyring_invite_read(struct store_txn *t, const uint8_t nonce_hash[32],
			     struct keyring_invite *out);
enum err keyring_invite_write(struct store_txn *t, const uint8_t nonce_hash[32],
			      const struct keyring_invite *invite);

#endif
