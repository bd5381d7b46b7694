/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "aggregator/query/query_private.h"

struct census {
	struct query *q;
	struct arena *arena;
	struct keyring *keyring;
	struct epoch *epochs;
	size_t epoch_count, epoch_cap;
	enum err error;
};

static bool keep_epoch(void *ctx, const struct epoch *epoch)
{
	struct census *s = ctx;

	if (s->epoch_count == s->epoch_cap) {
		size_t cap = s->epoch_cap * 2 + 32;
		struct epoch *epochs = realloc(s->epochs, cap * sizeof(*epochs));

		if (!epochs) {
			s->error = ERR_NOMEM;
			return false;
		}
		s->epochs = epochs;
		s->epoch_cap = cap;
	}
	s->epochs[s->epoch_count++] = *epoch;
	return true;
}

static enum err take_keys(struct census *s, struct query_reporter *r)
{
	size_t all = keyring_count(s->keyring);
	struct keyring_key *keys;

	for (size_t i = 0; i < all; i++)
		r->key_count += keyring_at(s->keyring, i)->unit == r->unit;
	if (!r->key_count)
		return ERR_OK;
	if (!(keys = arena_calloc(s->arena, r->key_count, sizeof(*keys))))
		return ERR_NOMEM;
	r->keys = keys;
	for (size_t i = 0; i < all; i++) {
		const struct keyring_key *key = keyring_at(s->keyring, i);

		if (key->unit == r->unit)
			*keys++ = *key;
	}
	return ERR_OK;
}

static enum err take_epochs(struct census *s, struct query_reporter *r)
{
	struct epoch *epochs;

	for (size_t i = 0; i < s->epoch_count; i++)
		r->epoch_count += s->epochs[i].reporter == r->unit;
	if (!r->epoch_count)
		return ERR_OK;
	if (!(epochs = arena_calloc(s->arena, r->epoch_count, sizeof(*epochs))))
		return ERR_NOMEM;
	r->epochs = epochs;
	for (size_t i = 0; i < s->epoch_count; i++) {
		const struct epoch *one = &s->epochs[i];

		if (one->reporter != r->unit)
			continue;
		*epochs++ = *one;
		if (one->last_ms > r->last_ms)
			r->last_ms = one->last_ms;
		if (one->latest > r->last_position)
			r->last_position = one->latest;
	}
	return ERR_OK;
}

static enum err describe(struct census *s, int32_t period, struct query_reporter *r)
{
	enum err e;

	if ((e = take_keys(s, r)) || (e = take_epochs(s, r)) ||
	    (e = query_tally(s->q, r->unit, period, &r->reports)))
		return e;
	r->completeness = reports_completeness(&r->reports);
	r->timeliness = reports_timeliness(&r->reports);
	return ERR_OK;
}

static enum err list(struct census *s, int32_t period, struct query_reporters *out)
{
	const struct catalogue *c = s->q->catalogue;
	struct query_reporter *items = arena_calloc(s->arena, c->unit_count + 1, sizeof(*items));
	size_t count = 0;

	if (!items)
		return ERR_NOMEM;
	for (size_t u = 0; u < c->unit_count; u++) {
		struct query_reporter r = { .unit = (uint16_t)u };
		enum err e = describe(s, period, &r);

		if (e)
			return e;
		if (r.key_count || r.epoch_count || query_is_reporter(c, r.unit))
			items[count++] = r;
	}
	*out = (struct query_reporters){ items, count };
	return ERR_OK;
}

enum err query_reporters(struct query *q, int32_t period, struct arena *a,
			 struct query_reporters *out)
{
	struct census s = { .q = q, .arena = a };
	enum err e;

	*out = (struct query_reporters){ 0 };
	if ((e = keyring_new(&s.keyring)))
		return e;
	e = keyring_load(s.keyring, q->txn);
	if (!e)
		e = epochs_walk(q->txn, keep_epoch, &s);
	if (!e)
		e = s.error;
	if (!e)
		e = list(&s, period, out);
	keyring_free(s.keyring);
	free(s.epochs);
	return e;
}
