/* SPDX-License-Identifier: MIT */
#include "daemon/roster.h"

#include <stdlib.h>
#include <string.h>

struct roster {
	struct aggregator_key *keys; /* sorted */
	size_t count;
};

struct collect {
	struct aggregator_key *keys;
	size_t count, cap;
	bool failed;
};

enum err roster_new(struct roster **out)
{
	*out = calloc(1, sizeof(**out));
	return *out ? ERR_OK : ERR_NOMEM;
}

void roster_free(struct roster *r)
{
	if (r)
		free(r->keys);
	free(r);
}

static void collect_key(void *ctx, const struct aggregator_key *key)
{
	struct collect *c = ctx;

	if (c->count == c->cap) {
		size_t cap = c->cap ? c->cap * 2 : 64;
		struct aggregator_key *keys = realloc(c->keys, cap * sizeof(*keys));

		if (!keys) {
			c->failed = true;
			return;
		}
		c->keys = keys;
		c->cap = cap;
	}
	c->keys[c->count++] = *key;
}

static int compare(const void *a, const void *b)
{
	return memcmp(((const struct aggregator_key *)a)->key,
		      ((const struct aggregator_key *)b)->key, 32);
}

static enum err fill_zap(const struct collect *c, struct zap *zap)
{
	static const enum zap_verdict verdicts[] = {
		[AGGREGATOR_KEY_WAITING] = ZAP_LATER,
		[AGGREGATOR_KEY_VALID] = ZAP_ACCEPT,
		[AGGREGATOR_KEY_REVOKED] = ZAP_REVOKED,
	};
	struct zap_key *keys = calloc(c->count + 1, sizeof(*keys));

	if (!keys)
		return ERR_NOMEM;
	for (size_t i = 0; i < c->count; i++) {
		memcpy(keys[i].key, c->keys[i].key, sizeof(keys[i].key));
		keys[i].verdict = verdicts[c->keys[i].state];
	}
	zap_set_keys(zap, &keys, c->count);
	return ERR_OK;
}

enum err roster_reload(struct roster *r, struct aggregator *a, struct zap *zap)
{
	struct collect c = { 0 };
	enum err e = aggregator_keys(a, collect_key, &c);

	if (e == ERR_OK && c.failed)
		e = ERR_NOMEM;
	if (e == ERR_OK)
		e = fill_zap(&c, zap);
	if (e != ERR_OK) {
		free(c.keys);
		return e;
	}
	if (c.count > 0)
		qsort(c.keys, c.count, sizeof(*c.keys), compare);
	free(r->keys);
	r->keys = c.keys;
	r->count = c.count;
	return ERR_OK;
}

const struct aggregator_key *roster_find(const struct roster *r, const uint8_t key[32])
{
	struct aggregator_key wanted;

	memcpy(wanted.key, key, sizeof(wanted.key));
	return r->count ? bsearch(&wanted, r->keys, r->count, sizeof(wanted), compare) : NULL;
}
