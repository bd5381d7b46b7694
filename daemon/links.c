/* SPDX-License-Identifier: MIT */
#include "daemon/links.h"

#include <stdlib.h>

#define APART_MS 60000
#define UNITS ((size_t)UINT16_MAX + 1)

struct link {
	bool up, told, telling, in_group;
	int64_t told_ms; /* 0: never */
};

struct links {
	struct link *units;
	uint32_t changed; /* units whose link is not as told */
	uint16_t highest; /* no unit above it was ever set */
};

enum err links_new(struct links **out)
{
	struct links *l = calloc(1, sizeof(*l));

	if (!l)
		return ERR_NOMEM;
	l->units = calloc(UNITS, sizeof(*l->units));
	if (!l->units) {
		free(l);
		return ERR_NOMEM;
	}
	*out = l;
	return ERR_OK;
}

void links_free(struct links *l)
{
	if (l)
		free(l->units);
	free(l);
}

void links_set(struct links *l, uint16_t unit, bool up)
{
	struct link *k = &l->units[unit];

	if (k->up == up)
		return;
	k->up = up;
	if (up == k->told)
		l->changed--;
	else
		l->changed++;
	if (unit > l->highest)
		l->highest = unit;
}

static bool is_due(const struct link *k, int64_t now_ms)
{
	return k->up != k->told && (k->told_ms == 0 || now_ms - k->told_ms >= APART_MS);
}

bool links_due(const struct links *l, int64_t now_ms)
{
	for (size_t u = 0; l->changed > 0 && u <= l->highest; u++)
		if (is_due(&l->units[u], now_ms))
			return true;
	return false;
}

enum err links_tell(struct links *l, int64_t now_ms,
		    enum err (*tell)(void *ctx, uint16_t unit, bool up), void *ctx)
{
	for (size_t u = 0; l->changed > 0 && u <= l->highest; u++) {
		struct link *k = &l->units[u];
		enum err e;

		k->in_group = is_due(k, now_ms);
		if (!k->in_group)
			continue;
		k->telling = k->up;
		e = tell(ctx, (uint16_t)u, k->up);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

size_t links_committed(struct links *l, int64_t now_ms)
{
	size_t count = 0;

	for (size_t u = 0; l->changed > 0 && u <= l->highest; u++) {
		struct link *k = &l->units[u];

		if (!k->in_group)
			continue;
		k->in_group = false;
		k->told = k->telling;
		k->told_ms = now_ms;
		l->changed--;
		count++;
	}
	return count;
}
