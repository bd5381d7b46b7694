/* SPDX-License-Identifier: MIT */
#include "aggregator/office/desk.h"

#include <stdlib.h>

#include "aggregator/office/months.h"
#include "aggregator/office/reviews.h"
#include "base/date.h"

uint64_t desk_bit(const struct catalogue *c, int32_t period)
{
	int32_t at = date_month_of(period) - date_month_of(c->from);

	return at >= 0 && at < 64 ? UINT64_C(1) << at : 0;
}

struct load {
	struct desk *d;
	const struct catalogue *c;
	enum err error;
};

static bool load_month(void *ctx, const struct month *m)
{
	struct load *l = ctx;

	l->d->published |= desk_bit(l->c, m->period);
	return true;
}

static bool load_review(void *ctx, const struct review *r)
{
	struct load *l = ctx;

	if (r->measure >= l->c->measure_count || r->unit >= l->c->unit_count)
		l->error = ERR_CORRUPT;
	else if (r->state != REVIEWS_SUBMITTED)
		*desk_reviewed(l->d, r->measure, r->unit) |= desk_bit(l->c, r->period);
	return l->error == ERR_OK;
}

enum err desk_load(struct desk *d, struct store_txn *t, const struct catalogue *c)
{
	struct load l = { d, c, ERR_OK };
	enum err e;

	desk_free(d);
	d->units = c->unit_count;
	d->reviewed = calloc(c->measure_count * c->unit_count + 1, sizeof(*d->reviewed));
	e = d->reviewed ? months_walk(t, load_month, &l) : ERR_NOMEM;
	if (e == ERR_OK && (e = reviews_walk(t, load_review, &l)) == ERR_OK &&
	    (e = l.error) == ERR_OK)
		e = extensions_load(&d->extensions, t, c, DATE_NONE);
	if (e != ERR_OK)
		desk_free(d);
	return e;
}

void desk_free(struct desk *d)
{
	free(d->reviewed);
	extensions_free(&d->extensions);
	*d = (struct desk){ 0 };
}
