/* SPDX-License-Identifier: MIT */
#include "aggregator/query/query_private.h"
#include "base/date.h"

struct alert_walk {
	const struct query_alert_filter *filter;
	bool (*fn)(void *ctx, const struct query_alert *alert);
	void *ctx;
};

static bool visit_alert(void *ctx, const struct book_record *newest, uint64_t raised_number,
			int64_t raised_ms)
{
	const struct alert_walk *w = ctx;
	const struct query_alert_filter *f = w->filter;
	struct query_alert alert = { newest, raised_number, raised_ms };

	if ((f->measure != CATALOGUE_NONE && newest->measure != f->measure) ||
	    (f->unit != CATALOGUE_NONE && newest->unit != f->unit) ||
	    newest->severity < f->at_least)
		return true;
	return w->fn(w->ctx, &alert);
}

enum err query_alerts(struct query *q, const struct query_alert_filter *filter,
		      bool (*fn)(void *ctx, const struct query_alert *alert), void *ctx)
{
	struct alert_walk w = { filter, fn, ctx };

	return book_open_alerts(q->txn, filter->closed_too, visit_alert, &w);
}

enum err query_alert(struct query *q, struct bytes id, struct book_record *newest,
		     uint64_t *raised_number, int64_t *raised_ms)
{
	return book_find(q->txn, id, newest, raised_number, raised_ms);
}

enum err query_alert_state(struct query *q, struct bytes id, struct book_state *out)
{
	return book_state_of(q->txn, id, out);
}

enum err query_alert_row(struct query *q, uint64_t number, struct book_record *out)
{
	enum err e = book_read(q->txn, number, out);

	return e == ERR_NOTFOUND ? ERR_CORRUPT : e;
}

enum err query_alert_log(struct query *q, uint64_t from, size_t limit,
			 bool (*fn)(void *ctx, const struct book_record *record), void *ctx,
			 uint64_t *next)
{
	uint64_t number = from ? from : 1;

	for (; limit && number <= q->head.alert_number; number++, limit--) {
		struct book_record record;
		enum err e = book_read(q->txn, number, &record);

		if (e)
			return e == ERR_NOTFOUND ? ERR_CORRUPT : e;
		if (!fn(ctx, &record)) {
			number++;
			break;
		}
	}
	*next = number <= q->head.alert_number ? number : 0;
	return ERR_OK;
}

struct light_walk {
	int32_t period;
	uint16_t unit;
	bool (*fn)(void *ctx, const struct lights_record *record);
	void *ctx;
};

static bool visit_light(void *ctx, const struct lights_record *record)
{
	const struct light_walk *w = ctx;

	if ((w->period != DATE_NONE && record->period != w->period) ||
	    (w->unit != CATALOGUE_NONE && record->unit != w->unit))
		return true;
	return w->fn(w->ctx, record);
}

enum err query_lights(struct query *q, int32_t period, uint16_t measure, uint16_t unit,
		      bool (*fn)(void *ctx, const struct lights_record *record), void *ctx)
{
	struct light_walk w = { period, unit, fn, ctx };

	return lights_walk(q->txn, measure, visit_light, &w);
}
