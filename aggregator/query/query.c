/* SPDX-License-Identifier: MIT */
#include "aggregator/query/query.h"

#include <stdlib.h>

#include "aggregator/ledger/ledger.h"
#include "aggregator/query/query_private.h"
#include "base/date.h"

static enum err read_head(struct query *q)
{
	struct ledger_head head;
	enum err e = ledger_head_read(q->txn, &head);

	if (e)
		return e;
	q->head = (struct query_head){ .position = head.position,
				       .alert_number = head.alert_number, .rows = head.rows,
				       .time_ms = head.time_ms };
	q->head.today = date_of_ms(head.time_ms, q->catalogue->offset_minutes);
	memcpy(q->head.chain, head.chain, sizeof(q->head.chain));
	return ERR_OK;
}

enum err query_open(struct store *s, const struct catalogue *c, struct query **out)
{
	struct query *q = calloc(1, sizeof(*q));
	enum err e;

	if (!q)
		return ERR_NOMEM;
	q->catalogue = c;
	if ((e = store_begin_read(s, &q->txn)) || (e = read_head(q)) ||
	    (e = versions_new(q->txn, c, &q->versions))) {
		query_close(q);
		return e;
	}
	if (q->versions)
		q->catalogue = versions_catalogue(q->versions);
	*out = q;
	return ERR_OK;
}

enum err query_borrow(struct store_txn *t, const struct catalogue *c, int64_t time_ms,
		      struct query **out)
{
	struct query *q = calloc(1, sizeof(*q));
	enum err e;

	if (!q)
		return ERR_NOMEM;
	*q = (struct query){ .txn = t, .borrowed = true, .catalogue = c };
	e = read_head(q);
	q->head.time_ms = time_ms;
	q->head.today = date_of_ms(time_ms, c->offset_minutes);
	if (e == ERR_OK)
		*out = q;
	else
		query_close(q);
	return e;
}

void query_close(struct query *q)
{
	if (!q)
		return;
	if (!q->borrowed)
		store_abort(&q->txn);
	versions_free(q->versions);
	free(q);
}

struct query_head query_head(const struct query *q)
{
	return q->head;
}

const struct catalogue *query_catalogue(const struct query *q)
{
	return q->catalogue;
}

enum err query_when_check(const struct query *q, struct query_when when)
{
	return when.known == HISTORY_NOW || when.known < q->head.today ? ERR_OK : ERR_RANGE;
}

/* --- passed on -------------------------------------------------------------------------------- */
enum err query_history(struct query *q, struct cell_key key, int32_t known,
		       bool (*fn)(void *ctx, const struct history_point *point), void *ctx)
{
	return history_walk(q->txn, key, known, fn, ctx);
}

enum err query_holds(struct query *q, bool (*fn)(void *ctx, const struct holds_record *record),
		     void *ctx)
{
	return holds_walk(q->txn, fn, ctx);
}

enum err query_periods(struct query *q, bool (*fn)(void *ctx, const struct lights_period *period),
		       void *ctx)
{
	return lights_periods(q->txn, fn, ctx);
}
