/* SPDX-License-Identifier: MIT */
#include "aggregator/catalogue/calendar.h"
#include "aggregator/office/months.h"
#include "aggregator/office/year.h"
#include "aggregator/query/query_private.h"
#include "aggregator/query/query_year.h"
#include "base/date.h"

struct gathering {
	struct query *q;
	struct query_year *out;
	bool last_judged;
	enum err err;
};

static void add_unpublished(struct gathering *g, int32_t period)
{
	struct query_year *y = g->out;

	if (y->unpublished_count < QUERY_YEAR_MONTHS)
		y->unpublished[y->unpublished_count++] = period;
}

static bool see_period(void *ctx, const struct lights_period *l)
{
	struct gathering *g = ctx;
	struct month m;
	enum err e = months_read(g->q->txn, l->period, &m);

	g->last_judged |= l->period == calendar_period_of(g->q->catalogue->to);
	if (e == ERR_NOTFOUND)
		add_unpublished(g, l->period);
	else
		g->err = e;
	return g->err == ERR_OK;
}

static bool count_hold(void *ctx, const struct holds_record *record)
{
	size_t *n = ctx;

	(void)record;
	++*n;
	return true;
}

/* What a close would have to be despite of. */
static enum err look_round(struct query *q, struct query_year *out)
{
	struct gathering g = { .q = q, .out = out };
	int32_t last = calendar_period_of(q->catalogue->to);
	enum err e;

	if ((e = lights_periods(q->txn, see_period, &g)) != ERR_OK || (e = g.err) != ERR_OK)
		return e;
	if (!g.last_judged && q->head.today <= calendar_due(q->catalogue, last))
		add_unpublished(&g, last);
	return holds_walk(q->txn, count_hold, &out->holds);
}

static enum query_year_state state_of(const struct query *q, const struct query_year *y)
{
	if (y->close)
		return QUERY_YEAR_CLOSED;
	if (q->head.today > y->late_until)
		return QUERY_YEAR_DUE;
	return q->head.today > q->catalogue->to ? QUERY_YEAR_LATE : QUERY_YEAR_RUNNING;
}

static enum err read_results(struct query *q, struct query_year *out)
{
	enum err e;

	if ((e = year_results(q->txn, YEAR_MEASURE, &out->measures)) != ERR_OK ||
	    (e = year_results(q->txn, YEAR_ITEM, &out->items)) != ERR_OK)
		return e;
	return year_audits(q->txn, &out->audits);
}

enum err query_year(struct query *q, struct query_year *out)
{
	enum err e;

	*out = (struct query_year){ .late_until = year_late_until(q->catalogue) };
	e = year_read(q->txn, &out->close);
	if (e == ERR_OK || e == ERR_NOTFOUND)
		e = read_results(q, out);
	if (e == ERR_OK && !out->close)
		e = look_round(q, out);
	out->state = state_of(q, out);
	if (e != ERR_OK)
		query_year_free(out);
	return e;
}

void query_year_free(struct query_year *y)
{
	json_decref(y->close);
	json_decref(y->measures);
	json_decref(y->items);
	json_decref(y->audits);
	*y = (struct query_year){ 0 };
}

enum err query_year_statement(struct query *q, char **out)
{
	return year_statement(q->txn, q->catalogue->id, out);
}
