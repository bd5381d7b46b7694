/* SPDX-License-Identifier: MIT */
/* What a trial wrote: a table of keys in memory, for as long as its transaction. */
#include <stdlib.h>

#include "aggregator/ledger/store_private.h"
#include "base/arena.h"

struct slot {
	uint8_t table; /* 1 + its number; 0: free */
	bool gone;
	struct bytes key, value;
};

struct store_trial {
	struct arena *arena;
	struct slot *slots; /* a power of two */
	size_t slot_count, count;
};

struct store_trial *store_trial_new(void)
{
	struct store_trial *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->slot_count = 256;
	t->slots = calloc(t->slot_count, sizeof(*t->slots));
	t->arena = arena_new(SIZE_MAX);
	if (!t->slots || !t->arena) {
		store_trial_free(t);
		return NULL;
	}
	return t;
}

void store_trial_free(struct store_trial *t)
{
	if (!t)
		return;
	arena_free(t->arena);
	free(t->slots);
	free(t);
}

static size_t slot_of(const struct slot *slots, size_t count, unsigned table, struct bytes key)
{
	size_t at = bytes_crc32c(table, key) & (count - 1);

	while (slots[at].table && (slots[at].table != table || !bytes_equal(slots[at].key, key)))
		at = (at + 1) & (count - 1);
	return at;
}

static enum err grow(struct store_trial *t)
{
	size_t count = t->slot_count * 2;
	struct slot *slots;

	if (t->count * 2 < t->slot_count)
		return ERR_OK;
	if (!(slots = calloc(count, sizeof(*slots))))
		return ERR_NOMEM;
	for (size_t i = 0; i < t->slot_count; i++)
		if (t->slots[i].table)
			slots[slot_of(slots, count, t->slots[i].table, t->slots[i].key)] =
				t->slots[i];
	free(t->slots);
	t->slots = slots;
	t->slot_count = count;
	return ERR_OK;
}

static bool copy(struct store_trial *t, struct bytes from, struct bytes *to)
{
	char *s = arena_strndup(t->arena, from.len ? (const char *)from.data : "", from.len);

	*to = bytes_of(s, from.len);
	return s != NULL;
}

enum err store_trial_put(struct store_trial *t, enum store_table table, struct bytes key,
			 const struct bytes *value)
{
	unsigned number = (unsigned)table + 1;
	struct slot *s;

	if (grow(t) != ERR_OK)
		return ERR_NOMEM;
	s = &t->slots[slot_of(t->slots, t->slot_count, number, key)];
	if (!s->table && !copy(t, key, &s->key))
		return ERR_NOMEM;
	t->count += s->table == 0;
	s->table = (uint8_t)number;
	s->gone = !value;
	return value && !copy(t, *value, &s->value) ? ERR_NOMEM : ERR_OK;
}

enum err store_trial_get(const struct store_trial *t, enum store_table table, struct bytes key,
			 struct bytes *value)
{
	unsigned number = (unsigned)table + 1;
	const struct slot *s = &t->slots[slot_of(t->slots, t->slot_count, number, key)];

	if (!s->table)
		return ERR_AGAIN;
	*value = s->value;
	return s->gone ? ERR_NOTFOUND : ERR_OK;
}
