/* SPDX-License-Identifier: MIT */
#include "daemon/attempts.h"

#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"

#define FIRST_MS 1000

struct entry {
	uint8_t key[CRYPTO_HASH_LEN]; /* its hash: keys come from outside, of any length */
	unsigned wrong;		      /* 0: free */
	int64_t last, until;
};

struct attempts {
	unsigned free_tries;
	int64_t longest_ms, forget_ms;
	size_t max;
	struct entry entries[];
};

enum err attempts_new(size_t max, unsigned free_tries, int64_t longest_ms, int64_t forget_ms,
		      struct attempts **out)
{
	struct attempts *a = calloc(1, sizeof(*a) + max * sizeof(a->entries[0]));

	if (a == NULL)
		return ERR_NOMEM;
	a->max = max;
	a->free_tries = free_tries;
	a->longest_ms = longest_ms;
	a->forget_ms = forget_ms;
	*out = a;
	return ERR_OK;
}

void attempts_free(struct attempts *a)
{
	free(a);
}

static struct entry *find(struct attempts *a, const char *key, uint8_t hash[CRYPTO_HASH_LEN])
{
	crypto_digest(bytes_of_string(key), hash);
	for (size_t i = 0; i < a->max; i++)
		if (a->entries[i].wrong > 0 &&
		    memcmp(a->entries[i].key, hash, CRYPTO_HASH_LEN) == 0)
			return &a->entries[i];
	return NULL;
}

/* A free entry, or the one that was quiet longest. */
static struct entry *make(struct attempts *a, const uint8_t hash[CRYPTO_HASH_LEN], int64_t now)
{
	struct entry *e = &a->entries[0];

	for (size_t i = 1; i < a->max && e->wrong > 0; i++)
		if (a->entries[i].wrong == 0 || a->entries[i].last < e->last)
			e = &a->entries[i];
	*e = (struct entry){ .last = now };
	memcpy(e->key, hash, CRYPTO_HASH_LEN);
	return e;
}

int64_t attempts_wait(struct attempts *a, const char *key, int64_t now)
{
	uint8_t hash[CRYPTO_HASH_LEN];
	struct entry *e = find(a, key, hash);

	if (e == NULL)
		return 0;
	if (now - e->last > a->forget_ms)
		e->wrong = 0;
	return e->wrong > 0 && e->until > now ? e->until - now : 0;
}

void attempts_begin(struct attempts *a, const char *key, int64_t now)
{
	uint8_t hash[CRYPTO_HASH_LEN];
	struct entry *e = find(a, key, hash);
	int64_t wait = FIRST_MS;

	if (e == NULL)
		e = make(a, hash, now);
	e->wrong++;
	e->last = now;
	if (e->wrong < a->free_tries)
		return;
	for (unsigned i = a->free_tries; i < e->wrong && wait < a->longest_ms; i++)
		wait *= 2;
	e->until = now + (wait < a->longest_ms ? wait : a->longest_ms);
}

void attempts_right(struct attempts *a, const char *key, bool all)
{
	uint8_t hash[CRYPTO_HASH_LEN];
	struct entry *e = find(a, key, hash);

	if (e == NULL)
		return;
	e->wrong = all ? 0 : e->wrong - 1;
	e->until = 0;
}
