/* SPDX-License-Identifier: MIT */
#include "daemon/answers.h"

#include <stdlib.h>
#include <string.h>

#define BUCKETS 256 /* a few hundred questions at most fit into the limit */

struct kept {
	struct kept *same;	    /* bucket */
	struct kept *newer, *older; /* by use */
	uint32_t hash;
	size_t size;
	struct answer answer;
	char text[]; /* key and tag, each with a NUL; then the body */
};

struct answers {
	struct metrics *metrics;
	size_t limit, size;
	struct kept *newest, *oldest;
	struct kept *buckets[BUCKETS];
};

enum err answers_new(size_t limit, struct metrics *metrics, struct answers **out)
{
	struct answers *a = calloc(1, sizeof(*a));

	if (a == NULL)
		return ERR_NOMEM;
	a->limit = limit;
	a->metrics = metrics;
	*out = a;
	return ERR_OK;
}

static uint32_t hash_of(const char *key)
{
	uint32_t hash = 2166136261u; /* FNV-1a */

	for (; *key != '\0'; key++)
		hash = (hash ^ (uint8_t)*key) * 16777619u;
	return hash;
}

/* --- the list by use -------------------------------------------------------------------------- */

static void unlink_use(struct answers *a, struct kept *k)
{
	*(k->newer ? &k->newer->older : &a->newest) = k->older;
	*(k->older ? &k->older->newer : &a->oldest) = k->newer;
}

static void link_newest(struct answers *a, struct kept *k)
{
	k->newer = NULL;
	k->older = a->newest;
	*(k->older ? &k->older->newer : &a->oldest) = k;
	a->newest = k;
}

static void drop(struct answers *a, struct kept *k)
{
	struct kept **at = &a->buckets[k->hash % BUCKETS];

	while (*at != k)
		at = &(*at)->same;
	*at = k->same;
	unlink_use(a, k);
	a->size -= k->size;
	free(k);
}

void answers_free(struct answers *a)
{
	if (a == NULL)
		return;
	while (a->newest != NULL)
		drop(a, a->newest);
	free(a);
}

/* --- finding and keeping ---------------------------------------------------------------------- */

static struct kept *find(struct answers *a, const char *key, uint32_t hash)
{
	struct kept *k = a->buckets[hash % BUCKETS];

	while (k != NULL && (k->hash != hash || strcmp(k->text, key) != 0))
		k = k->same;
	return k;
}

const struct answer *answers_find(struct answers *a, const char *key)
{
	struct kept *k = find(a, key, hash_of(key));

	if (k == NULL)
		return NULL;
	unlink_use(a, k);
	link_newest(a, k);
	return &k->answer;
}

static char *add_text(char *at, const char *text)
{
	size_t n = strlen(text) + 1;

	memcpy(at, text, n);
	return at + n;
}

static struct kept *make(const char *key, const struct answer *answer, size_t limit)
{
	size_t size =
		sizeof(struct kept) + strlen(key) + strlen(answer->tag) + 2 + answer->body.len;
	struct kept *k = size <= limit ? malloc(size) : NULL;
	char *tag, *body;

	if (k == NULL)
		return NULL;
	tag = add_text(k->text, key);
	body = add_text(tag, answer->tag);
	if (answer->body.len > 0)
		memcpy(body, answer->body.data, answer->body.len);
	k->hash = hash_of(key);
	k->size = size;
	k->answer = *answer;
	k->answer.tag = tag;
	k->answer.body = bytes_of(body, answer->body.len);
	return k;
}

void answers_put(struct answers *a, const char *key, const struct answer *answer)
{
	struct kept *k = make(key, answer, a->limit / 4);
	struct kept *before = find(a, key, hash_of(key));

	if (before != NULL)
		drop(a, before);
	if (k == NULL) {
		metrics_set(a->metrics, METRIC_ANSWERS_BYTES, a->size);
		return;
	}
	while (a->oldest != NULL && a->size + k->size > a->limit)
		drop(a, a->oldest);
	k->same = a->buckets[k->hash % BUCKETS];
	a->buckets[k->hash % BUCKETS] = k;
	link_newest(a, k);
	a->size += k->size;
	metrics_set(a->metrics, METRIC_ANSWERS_BYTES, a->size);
}
