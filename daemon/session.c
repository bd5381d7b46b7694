/* SPDX-License-Identifier: MIT */
#include "daemon/session.h"

#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"

struct sessions {
	size_t max, count;
	size_t buckets; /* a power of two */
	struct session **by_peer, **by_outbox;
	struct session *all;
	uint32_t *of_unit; /* sessions that are not fenced, by unit number */
	uint32_t seed;	   /* peers choose what is hashed */
};

static uint32_t hash(uint32_t h, const uint8_t *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		h = (h ^ data[i]) * 16777619u;
	return h ^ h >> 15;
}

static struct session **peer_bucket(const struct sessions *s, const struct bus_peer *p)
{
	return &s->by_peer[hash(s->seed, p->id, p->len) & (s->buckets - 1)];
}

static struct session **outbox_bucket(const struct sessions *s, uint16_t unit, const uint8_t *epoch)
{
	return &s->by_outbox[hash(s->seed ^ unit, epoch, ENVELOPE_EPOCH_LEN) & (s->buckets - 1)];
}

static bool same_peer(const struct bus_peer *a, const struct bus_peer *b)
{
	return a->len == b->len && memcmp(a->id, b->id, a->len) == 0;
}

static bool same_outbox(const struct session *a, const struct session *b)
{
	return a->unit == b->unit && memcmp(a->epoch, b->epoch, ENVELOPE_EPOCH_LEN) == 0;
}

enum err sessions_new(size_t max, struct sessions **out)
{
	struct sessions *s = calloc(1, sizeof(*s));

	if (!s)
		return ERR_NOMEM;
	s->max = max;
	s->buckets = 64;
	while (s->buckets < max)
		s->buckets *= 2;
	crypto_random((uint8_t *)&s->seed, sizeof(s->seed));
	s->by_peer = calloc(s->buckets, sizeof(struct session *));
	s->by_outbox = calloc(s->buckets, sizeof(struct session *));
	s->of_unit = calloc(UINT16_MAX + 1, sizeof(uint32_t));
	if (!s->by_peer || !s->by_outbox || !s->of_unit) {
		sessions_free(s);
		return ERR_NOMEM;
	}
	*out = s;
	return ERR_OK;
}

void sessions_free(struct sessions *s)
{
	if (!s)
		return;
	while (s->all)
		sessions_end(s, s->all);
	free(s->by_peer);
	free(s->by_outbox);
	free(s->of_unit);
	free(s);
}

size_t sessions_count(const struct sessions *s)
{
	return s->count;
}

size_t sessions_of_unit(const struct sessions *s, uint16_t unit)
{
	return s->of_unit[unit];
}

struct session *sessions_find(struct sessions *s, const struct bus_peer *peer)
{
	struct session *each = *peer_bucket(s, peer);

	while (each && !same_peer(&each->peer, peer))
		each = each->next_peer;
	return each;
}

/* The outbox chain holds the sessions that are not fenced: one of each outbox. */
static void leave_outbox(struct sessions *s, struct session *gone)
{
	struct session **at = outbox_bucket(s, gone->unit, gone->epoch);

	while (*at && *at != gone)
		at = &(*at)->next_outbox;
	if (!*at)
		return;
	*at = gone->next_outbox;
	gone->next_outbox = NULL;
	s->of_unit[gone->unit]--;
}

static void join_outbox(struct sessions *s, struct session *one)
{
	struct session **at = outbox_bucket(s, one->unit, one->epoch);

	one->next_outbox = *at;
	*at = one;
	s->of_unit[one->unit]++;
}

static struct session *fence_older(struct sessions *s, const struct session *hello,
				   const struct session *self)
{
	struct session *each = *outbox_bucket(s, hello->unit, hello->epoch);

	while (each && (each == self || !same_outbox(each, hello)))
		each = each->next_outbox;
	if (!each)
		return NULL;
	leave_outbox(s, each);
	each->fenced = true;
	return each;
}

static struct session *add(struct sessions *s, const struct bus_peer *peer)
{
	struct session *one = calloc(1, sizeof(*one)), **bucket = peer_bucket(s, peer);

	if (!one)
		return NULL;
	one->peer = *peer;
	one->next_peer = *bucket;
	*bucket = one;
	one->next = s->all;
	if (s->all)
		s->all->previous = one;
	s->all = one;
	s->count++;
	return one;
}

enum err sessions_open(struct sessions *s, const struct session *hello, struct session **out,
		       struct session **fenced)
{
	struct session *one = sessions_find(s, &hello->peer);

	*fenced = NULL;
	if (one)
		leave_outbox(s, one);
	else if (s->count >= s->max)
		return ERR_FULL;
	else if (!(one = add(s, &hello->peer)))
		return ERR_NOMEM;
	*fenced = fence_older(s, hello, one);
	memcpy(one->key, hello->key, sizeof(one->key));
	memcpy(one->epoch, hello->epoch, sizeof(one->epoch));
	one->unit = hello->unit;
	one->heard_ms = hello->heard_ms;
	one->fenced = false;
	join_outbox(s, one);
	*out = one;
	return ERR_OK;
}

void sessions_end(struct sessions *s, struct session *gone)
{
	struct session **at = peer_bucket(s, &gone->peer);

	leave_outbox(s, gone);
	while (*at && *at != gone)
		at = &(*at)->next_peer;
	if (*at)
		*at = gone->next_peer;
	if (gone->previous)
		gone->previous->next = gone->next;
	else
		s->all = gone->next;
	if (gone->next)
		gone->next->previous = gone->previous;
	s->count--;
	free(gone);
}

void sessions_each(struct sessions *s, void (*fn)(void *ctx, struct session *each), void *ctx)
{
	for (struct session *each = s->all, *next; each; each = next) {
		next = each->next;
		fn(ctx, each);
	}
}
