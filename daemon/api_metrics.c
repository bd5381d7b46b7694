/* SPDX-License-Identifier: MIT */
/* /metrics: the daemon's counters, and gauges of the figures, units and alerts, which are written anew
 * only where the ledger or the day went on. */
#include "daemon/api_private.h"

#include "base/clock.h"
#include "base/decimal.h"
#include "daemon/notify.h"

#define METRICS_FRESH_MS 1000 /* scrapes within it get the same text */
#define METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* --- targets ---------------------------------------------------------------------------------- */

enum target_metric { ACTUAL, GOAL, COMPLETED, PLANNED, LIGHT };

static void put_share(struct buf *out, struct fraction share)
{
	char text[DECIMAL_TEXT_MAX];

	decimal_format(fraction_round(share, 6), 6, text);
	buf_put_string(out, text);
}

static void put_amount(struct buf *out, const struct catalogue_measure *m,
		       const struct query_figure *f, bool goal)
{
	char text[DECIMAL_TEXT_MAX];
	int64_t v = goal ? f->at.goal : f->at.value;
	unsigned decimals = m->kind == CATALOGUE_MILESTONE ? 4 : m->rate_decimals;

	if (m->kind == CATALOGUE_RATIO && !goal)
		v = fraction_round(fraction_of((int128)f->at.value * 100, f->at.denominator),
				   decimals);
	decimal_format(v, decimals, text);
	buf_put_string(out, text);
}

static bool has_metric(enum target_metric what, const struct catalogue_measure *m,
		       const struct query_figure *f)
{
	bool rate = m->kind != CATALOGUE_RATIO || f->at.denominator > 0;

	return what == PLANNED || what == LIGHT || (what == GOAL && f->at.has_goal) ||
	       (what == ACTUAL && f->at.present && rate) ||
	       (what == COMPLETED && f->has_share);
}

static void put_target_metric(struct buf *out, enum target_metric what, const char *name,
			      const struct catalogue_measure *m, const struct query_figure *f)
{
	if (!has_metric(what, m, f))
		return;
	if (what == LIGHT) {
		for (enum light l = LIGHT_NONE; l < LIGHT_COUNT; l++)
			buf_printf(out, "%s{target=\"%s\",light=\"%s\"} %d\n", name, m->id,
				   light_name(l), f->official.light == l);
		return;
	}
	buf_printf(out, "%s{target=\"%s\"} ", name, m->id);
	if (what == COMPLETED || what == PLANNED)
		put_share(out, what == PLANNED ? f->planned : f->at.done);
	else
		put_amount(out, m, f, what == GOAL);
	buf_put_u8(out, '\n');
}

static enum err put_target_metrics(struct query *q, struct query_when when, struct arena *arena,
				   struct buf *out)
{
	static const struct {
		const char *name, *help;
	} table[] = {
		[ACTUAL] = { "minsheng_target_actual",
			     "The city's figure, in the target's own unit" },
		[GOAL] = { "minsheng_target_goal", "The goal, in the target's own unit" },
		[COMPLETED] = { "minsheng_target_completed_ratio",
				"Share of the goal that is done" },
		[PLANNED] = { "minsheng_target_planned_ratio", "Share of the goal planned by now" },
		[LIGHT] = { "minsheng_target_light", "1 for the official light of the target" },
	};
	const struct catalogue *c = query_catalogue(q);
	struct query_figures all;
	enum err e = query_targets(q, when, arena, &all);

	for (size_t t = 0; e == ERR_OK && t < sizeof(table) / sizeof(table[0]); t++) {
		buf_printf(out, "# HELP %s %s\n# TYPE %s gauge\n", table[t].name, table[t].help,
			   table[t].name);
		for (size_t i = 0; i < all.count; i++)
			put_target_metric(out, (enum target_metric)t, table[t].name,
					  &c->measures[all.items[i].measure], &all.items[i]);
	}
	return e;
}

/* --- units and alerts ------------------------------------------------------------------------- */

static void put_head(struct buf *out, const char *name, const char *help)
{
	buf_printf(out, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
}

static void put_heard(const struct catalogue *c, const struct query_units *units, struct buf *out)
{
	static const char name[] = "minsheng_unit_last_report_timestamp_seconds";

	put_head(out, name, "When the unit was heard last, by the daemon's clock");
	for (size_t i = 0; i < units->count; i++) {
		const struct query_unit *u = &units->items[i];

		if (u->last_ms > 0)
			buf_printf(out, "%s{unit=\"%s\"} %lld.%03d\n", name, c->units[u->unit].id,
				   (long long)(u->last_ms / 1000), (int)(u->last_ms % 1000));
	}
}

static void put_unit_lights(const struct catalogue *c, const struct query_units *units,
			    struct buf *out)
{
	static const char name[] = "minsheng_unit_lights";

	put_head(out, name, "Official lights of the unit's main measures, by light");
	for (size_t i = 0; i < units->count; i++)
		for (enum light l = LIGHT_NONE; l < LIGHT_COUNT; l++)
			buf_printf(out, "%s{unit=\"%s\",light=\"%s\"} %u\n", name,
				   c->units[units->items[i].unit].id, light_name(l),
				   units->items[i].lights[l]);
}

static void put_unit_reports(const struct catalogue *c, const struct query_units *units,
			     struct buf *out)
{
	static const char name[] = "minsheng_unit_reports";

	put_head(out, name, "Reports that the unit owes for the newest closed month, by state");
	for (size_t i = 0; i < units->count; i++) {
		const struct reports_tally *t = &units->items[i].reports;
		const char *id = c->units[units->items[i].unit].id;

		buf_printf(out, "%s{unit=\"%s\",state=\"on_time\"} %u\n", name, id, t->on_time);
		buf_printf(out, "%s{unit=\"%s\",state=\"late\"} %u\n", name, id, t->late);
		buf_printf(out, "%s{unit=\"%s\",state=\"missing\"} %u\n", name, id, t->missing);
	}
}

static enum err put_unit_metrics(struct query *q, struct query_when when, struct arena *arena,
				 struct buf *out)
{
	const struct catalogue *c = query_catalogue(q);
	struct query_units units;
	enum err e = query_units(q, when, arena, &units);

	if (e != ERR_OK)
		return e;
	put_heard(c, &units, out);
	put_unit_lights(c, &units, out);
	put_unit_reports(c, &units, out);
	return ERR_OK;
}

static bool count_alert(void *ctx, const struct query_alert *a)
{
	unsigned *open = ctx;

	open[a->newest->severity]++;
	return true;
}

static enum err put_open_alerts(struct query *q, struct buf *out)
{
	static const struct query_alert_filter any = { .measure = CATALOGUE_NONE,
						       .unit = CATALOGUE_NONE };
	static const char name[] = "minsheng_alerts_open";
	unsigned open[BOOK_SEVERITY_END] = { 0 };
	enum err e = query_alerts(q, &any, count_alert, open);

	if (e != ERR_OK)
		return e;
	put_head(out, name, "Open alerts, by severity");
	for (enum book_severity s = BOOK_INFO; s < BOOK_SEVERITY_END; s++)
		buf_printf(out, "%s{severity=\"%s\"} %u\n", name, book_severity_name(s), open[s]);
	return ERR_OK;
}

/* --- all of them ------------------------------------------------------------------------------ */

/* The figures of a position and a day are written once, however often they are asked for. */
static enum err write_figures(struct api *a, struct query *q)
{
	struct query_head head = query_head(q);
	int32_t last = query_catalogue(q)->to;
	struct query_when when = { head.today < last ? head.today : last, HISTORY_NOW };
	struct buf *out = &a->figures;
	enum err e;

	if (a->figures_position == head.position && a->figures_day == when.valid && out->len > 0)
		return ERR_OK;
	buf_clear(out);
	e = put_target_metrics(q, when, a->arena, out);
	if (e == ERR_OK)
		e = put_unit_metrics(q, when, a->arena, out);
	if (e == ERR_OK)
		e = put_open_alerts(q, out);
	if (e == ERR_OK)
		e = buf_error(out);
	if (e != ERR_OK)
		buf_clear(out);
	a->figures_position = head.position;
	a->figures_day = when.valid;
	return e;
}

static enum err put_state_metrics(struct api *a, struct buf *out)
{
	struct query *q = NULL;
	enum err e = snapshots_open(a->snapshots, &q);

	if (e == ERR_NOTFOUND)
		return ERR_OK; /* no catalogue yet */
	if (e == ERR_OK)
		e = write_figures(a, q);
	query_close(q);
	if (e == ERR_OK)
		buf_put(out, buf_bytes(&a->figures));
	return e;
}

void api_metrics(struct api_call *call)
{
	struct api *a = call->api;
	int64_t now = clock_monotonic_ms();

	if (a->metrics_ms == 0 || now - a->metrics_ms >= METRICS_FRESH_MS) {
		buf_clear(&a->metrics);
		metrics_write(&a->daemon->metrics, &a->metrics);
		notify_metrics(a->daemon->notify, &a->metrics);
		if (api_failed(call, put_state_metrics(a, &a->metrics)))
			return;
		a->metrics_ms = now;
	}
	buf_clear(&a->body);
	buf_put(&a->body, buf_bytes(&a->metrics));
	call->content_type = METRICS_TYPE;
}
