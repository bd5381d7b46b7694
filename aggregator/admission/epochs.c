/* SPDX-License-Identifier: MIT */
#include "aggregator/admission/epochs.h"

#include <stdlib.h>

#include "aggregator/ledger/keys.h"
#include "aggregator/ledger/ledger.h"
#include "base/date.h"

#define VALUE_LEN 32

struct epochs {
	struct epoch **slots; /* open addressing, a power of two */
	size_t slot_count, count;
	bool dirty;
};

enum err epochs_new(struct epochs **out)
{
	struct epochs *e = calloc(1, sizeof(*e));

	if (!e)
		return ERR_NOMEM;
	e->slot_count = 64;
	if (!(e->slots = calloc(e->slot_count, sizeof(*e->slots)))) {
		free(e);
		return ERR_NOMEM;
	}
	*out = e;
	return ERR_OK;
}

static void forget(struct epochs *e)
{
	for (size_t i = 0; i < e->slot_count; i++) {
		free(e->slots[i]);
		e->slots[i] = NULL;
	}
	e->count = 0;
	e->dirty = false;
}

void epochs_free(struct epochs *e)
{
	if (!e)
		return;
	forget(e);
	free(e->slots);
	free(e);
}

/* Ids are random: their first bytes are hash enough, unless somebody chooses them, and then a walk
 * of some hundred slots is all that he gets. */
static size_t slot_of(struct epoch *const *slots, size_t count, uint16_t reporter,
		      const uint8_t *id)
{
	uint64_t hash = (bytes_load64(id) ^ bytes_load64(id + 8) ^ reporter) *
			UINT64_C(0x9E3779B97F4A7C15);
	size_t at = (size_t)(hash >> 32) & (count - 1);

	while (slots[at] && (slots[at]->reporter != reporter ||
			     memcmp(slots[at]->id, id, ENVELOPE_EPOCH_LEN) != 0))
		at = (at + 1) & (count - 1);
	return at;
}

static enum err grow(struct epochs *e)
{
	size_t count = e->slot_count * 2;
	struct epoch **slots;

	if (e->count * 2 < e->slot_count)
		return ERR_OK;
	if (!(slots = calloc(count, sizeof(struct epoch *))))
		return ERR_NOMEM;
	for (size_t i = 0; i < e->slot_count; i++) {
		struct epoch *p = e->slots[i];

		if (p)
			slots[slot_of(slots, count, p->reporter, p->id)] = p;
	}
	free(e->slots);
	e->slots = slots;
	e->slot_count = count;
	return ERR_OK;
}

static enum err add(struct epochs *e, uint16_t reporter, const uint8_t *id, struct epoch **out)
{
	struct epoch *p;
	enum err error = grow(e);

	if (error != ERR_OK)
		return error;
	if (!(p = calloc(1, sizeof(*p))))
		return ERR_NOMEM;
	p->reporter = reporter;
	p->expected = 1;
	memcpy(p->id, id, ENVELOPE_EPOCH_LEN);
	e->slots[slot_of(e->slots, e->slot_count, reporter, id)] = p;
	e->count++;
	*out = p;
	return ERR_OK;
}

static enum err parse(struct bytes found, struct bytes value, struct epoch *out)
{
	*out = (struct epoch){ 0 };
	if (!keys_read_epoch(found, &out->reporter, out->id) || value.len != VALUE_LEN)
		return ERR_CORRUPT;
	out->expected = bytes_load64(value.data);
	out->latest = bytes_load64(value.data + 8);
	out->entries = bytes_load64(value.data + 16);
	out->last_ms = (int64_t)bytes_load64(value.data + 24);
	return ERR_OK;
}

static enum err load_one(struct epochs *e, struct bytes found, struct bytes value)
{
	struct epoch parsed, *p;
	enum err error = parse(found, value, &parsed);

	if (error != ERR_OK ||
	    (error = add(e, parsed.reporter, parsed.id, &p)) != ERR_OK)
		return error;
	*p = parsed;
	return ERR_OK;
}

enum err epochs_walk(struct store_txn *t, bool (*fn)(void *ctx, const struct epoch *epoch),
		     void *ctx)
{
	struct store_cursor *c;
	struct bytes found, value;
	enum err error = store_cursor_open(t, STORE_EPOCHS, &c);

	if (error != ERR_OK)
		return error;
	error = store_cursor_seek(c, (struct bytes){ 0 }, &found, &value);
	while (error == ERR_OK) {
		struct epoch epoch;

		if ((error = parse(found, value, &epoch)) != ERR_OK || !fn(ctx, &epoch))
			break;
		error = store_cursor_next(c, &found, &value);
	}
	store_cursor_close(c);
	return error == ERR_NOTFOUND ? ERR_OK : error;
}

enum err epochs_load(struct epochs *e, struct store_txn *t)
{
	struct store_cursor *c;
	struct bytes found, value;
	enum err error = store_cursor_open(t, STORE_EPOCHS, &c);

	if (error != ERR_OK)
		return error;
	forget(e);
	error = store_cursor_seek(c, (struct bytes){ 0 }, &found, &value);
	while (error == ERR_OK)
		if ((error = load_one(e, found, value)) == ERR_OK)
			error = store_cursor_next(c, &found, &value);
	store_cursor_close(c);
	return error == ERR_NOTFOUND ? ERR_OK : error;
}

struct epoch *epochs_find(const struct epochs *e, uint16_t reporter, const uint8_t *id)
{
	return e->slots[slot_of(e->slots, e->slot_count, reporter, id)];
}

bool epochs_is_imports(const uint8_t *id)
{
	_Static_assert(sizeof(EPOCHS_IMPORTS) - 1 == ENVELOPE_EPOCH_LEN, "as long as an id");
	return memcmp(id, EPOCHS_IMPORTS, ENVELOPE_EPOCH_LEN) == 0;
}

unsigned epochs_live(const struct epochs *e, uint16_t reporter, int64_t now_ms)
{
	unsigned n = 0;

	for (size_t i = 0; i < e->slot_count; i++) {
		const struct epoch *p = e->slots[i];

		n += p && p->reporter == reporter && !epochs_is_imports(p->id) &&
		     p->last_ms > now_ms - EPOCHS_LIVE_DAYS * DATE_DAY_MS;
	}
	return n;
}

enum err epochs_advance(struct epochs *e, struct store_txn *t, const struct entry *entry,
			uint64_t through)
{
	struct epoch *p = epochs_find(e, entry->reporter, entry->epoch);
	enum err error = p ? ERR_OK : add(e, entry->reporter, entry->epoch, &p);

	if (error != ERR_OK)
		return error;
	if (p->entries++ % EPOCHS_INDEX_EVERY == 0) {
		uint8_t value[8];
		struct keys key;

		bytes_store64(value, entry->position);
		keys_batch(&key, entry->reporter, entry->epoch, entry->first_sequence);
		error = store_put(t, STORE_BATCHES, keys_bytes(&key), bytes_of(value, 8));
	}
	p->expected = through + 1;
	p->latest = entry->position;
	p->last_ms = entry->time_ms;
	p->dirty = e->dirty = true;
	return error;
}

static enum err write_one(struct store_txn *t, struct epoch *p)
{
	uint8_t value[VALUE_LEN];
	struct keys key;

	bytes_store64(value, p->expected);
	bytes_store64(value + 8, p->latest);
	bytes_store64(value + 16, p->entries);
	bytes_store64(value + 24, (uint64_t)p->last_ms);
	keys_epoch(&key, p->reporter, p->id);
	p->dirty = false;
	return store_put(t, STORE_EPOCHS, keys_bytes(&key), bytes_of(value, sizeof(value)));
}

enum err epochs_flush(struct epochs *e, struct store_txn *t)
{
	enum err error = ERR_OK;

	for (size_t i = 0; e->dirty && error == ERR_OK && i < e->slot_count; i++)
		if (e->slots[i] && e->slots[i]->dirty)
			error = write_one(t, e->slots[i]);
	e->dirty = false;
	return error;
}

/* The newest entry at which a walk back may begin: the first of the index beyond the sequence, or
 * the newest of all. */
static enum err start_of_walk(struct store_txn *t, const struct epoch *epoch, uint64_t sequence,
			      uint64_t *position)
{
	struct store_cursor *c;
	struct bytes found, value;
	struct keys key, prefix;
	enum err e = store_cursor_open(t, STORE_BATCHES, &c);

	if (e != ERR_OK)
		return e;
	*position = epoch->latest;
	keys_batch(&key, epoch->reporter, epoch->id, sequence + 1);
	keys_epoch(&prefix, epoch->reporter, epoch->id);
	e = store_cursor_seek(c, keys_bytes(&key), &found, &value);
	if (e == ERR_OK && keys_begin(found, &prefix)) {
		e = value.len == 8 ? ERR_OK : ERR_CORRUPT;
		if (e == ERR_OK)
			*position = bytes_load64(value.data);
	}
	store_cursor_close(c);
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

enum err epochs_locate(struct store_txn *t, const struct epoch *epoch, uint64_t sequence,
		       struct entry *out)
{
	uint64_t position;
	enum err e = start_of_walk(t, epoch, sequence, &position);

	for (unsigned step = 0; e == ERR_OK && step <= EPOCHS_INDEX_EVERY; step++) {
		if (position == 0)
			return ERR_CORRUPT;
		if ((e = ledger_peek(t, position, out)) != ERR_OK)
			return e == ERR_NOTFOUND ? ERR_CORRUPT : e;
		if (out->first_sequence <= sequence)
			return ERR_OK;
		position = out->back;
	}
	return e == ERR_OK ? ERR_CORRUPT : e;
}
