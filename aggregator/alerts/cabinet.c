/* SPDX-License-Identifier: MIT */
#include "aggregator/alerts/cabinet.h"

#include <stdlib.h>

static void empty(struct cabinet *c)
{
	for (size_t i = 0; i < c->count; i++)
		slips_release(&c->slips[i].slip);
	c->count = 0;
	c->drafted = 0;
	c->filled = false;
}

void cabinet_free(struct cabinet *c)
{
	empty(c);
	free(c->slips);
	free(c->lags);
	*c = (struct cabinet){ 0 };
}

static enum err grow(void **items, size_t *cap, size_t size)
{
	size_t more = *cap ? *cap * 2 : 32;
	void *now = realloc(*items, more * size);

	if (!now)
		return ERR_NOMEM;
	*items = now;
	*cap = more;
	return ERR_OK;
}

static enum err add_slip(struct cabinet *c, const struct cabinet_slip *s)
{
	void *items = c->slips;
	enum err e = c->count < c->cap ? ERR_OK : grow(&items, &c->cap, sizeof(*c->slips));

	if (e != ERR_OK)
		return e;
	c->slips = items;
	c->slips[c->count++] = *s;
	return ERR_OK;
}

struct fill {
	struct cabinet *c;
	const struct catalogue *catalogue;
	enum err err;
};

static bool take(void *ctx, struct bytes id, json_t *record)
{
	struct fill *f = ctx;
	struct cabinet_slip s = { .is_new = false };

	f->c->drafted++;
	if ((f->err = slips_read(f->catalogue, id, record, &s.slip)) != ERR_OK)
		return false;
	if (s.slip.state == SLIPS_LAPSED || (f->err = add_slip(f->c, &s)) != ERR_OK)
		slips_release(&s.slip);
	return f->err == ERR_OK;
}

enum err cabinet_fill(struct cabinet *c, struct store_txn *t, const struct catalogue *catalogue)
{
	struct fill f = { c, catalogue, ERR_OK };
	enum err e;

	if (c->filled)
		return ERR_OK;
	empty(c);
	e = records_walk(t, RECORDS_SLIP, (struct bytes){ 0 }, take, &f);
	if (e == ERR_OK)
		e = f.err;
	c->filled = e == ERR_OK;
	return e;
}

enum err cabinet_add_lag(struct cabinet *c, const struct cabinet_lag *lag)
{
	void *items = c->lags;
	enum err e =
		c->lag_count < c->lag_cap ? ERR_OK : grow(&items, &c->lag_cap, sizeof(*c->lags));

	if (e != ERR_OK)
		return e;
	c->lags = items;
	c->lags[c->lag_count++] = *lag;
	return ERR_OK;
}

const struct cabinet_lag *cabinet_lag(const struct cabinet *c, uint16_t measure, uint16_t unit)
{
	for (size_t i = 0; i < c->lag_count; i++)
		if (c->lags[i].measure == measure && c->lags[i].unit == unit)
			return &c->lags[i];
	return NULL;
}

enum err cabinet_add_draft(struct cabinet *c, const struct slips_slip *draft,
			   struct cabinet_slip **out)
{
	struct cabinet_slip s = { .slip = *draft, .is_new = true, .changed = true };
	enum err e = add_slip(c, &s);

	if (e == ERR_OK) {
		c->drafted++;
		*out = &c->slips[c->count - 1];
	}
	return e;
}

enum err cabinet_add_subject(struct cabinet_slip *s, const struct slips_subject *subject)
{
	size_t n = s->slip.subject_count;
	struct slips_subject *more = realloc(s->slip.subjects, (n + 1) * sizeof(*more));

	if (!more)
		return ERR_NOMEM;
	more[n] = *subject;
	s->slip.subjects = more;
	s->slip.subject_count = n + 1;
	s->changed = true;
	return ERR_OK;
}

const struct slips_subject *cabinet_subject(const struct slips_slip *s, uint16_t measure,
					    uint16_t unit)
{
	for (size_t i = 0; i < s->subject_count; i++)
		if (s->subjects[i].measure == measure && s->subjects[i].unit == unit)
			return &s->subjects[i];
	return NULL;
}
