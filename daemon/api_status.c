/* SPDX-License-Identifier: MIT */
/* The programme as a whole, health, metrics, the document of the API, and the event stream. */
#include "daemon/api_private.h"

#include <stdio.h>
#include <string.h>

#include "aggregator/catalogue/calendar.h"
#include "base/clock.h"
#include "base/date.h"
#include "base/decimal.h"
#include "daemon/notify.h"

#define HUNG_MS 30000	      /* a pipeline that turned for so long is not healthy */
#define METRICS_FRESH_MS 1000 /* scrapes within it get the same text */
#define METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* --- programme -------------------------------------------------------------------------------- */

static void put_counts(struct jwrite *j, const struct catalogue *c)
{
	size_t areas = 0;

	for (size_t i = 0; i < c->unit_count; i++)
		areas += c->units[i].area;
	jwrite_object(j, "counts");
	jwrite_uint(j, "projects", c->project_count);
	jwrite_uint(j, "items", c->item_count);
	jwrite_uint(j, "targets", c->measure_count);
	jwrite_uint(j, "units", c->unit_count);
	jwrite_uint(j, "areas", areas);
	jwrite_end(j);
}

static void put_profile(struct jwrite *j, const struct catalogue_profile *p)
{
	jwrite_object(j, "light_profile");
	jwrite_string(j, "id", p->id);
	jwrite_bool(j, "relative", p->relative);
	jwrite_decimal(j, "yellow_from", p->yellow_enter, 2);
	jwrite_decimal(j, "red_beyond", p->red_enter, 2);
	jwrite_uint(j, "not_started_months", p->not_started_months);
	jwrite_end(j);
}

static void put_addresses(struct jwrite *j, const struct daemon *d)
{
	char http[160] = "";

	if (d->bound.http[0] != '\0')
		snprintf(http, sizeof(http), "http://%s", d->bound.http);
	jwrite_object(j, "addresses");
	jwrite_string(j, "ingest", d->bound.ingest);
	jwrite_string(j, "enrol", d->bound.enrol);
	jwrite_string(j, "query", d->bound.query);
	jwrite_string(j, "feed", d->bound.feed);
	jwrite_string(j, "http", http[0] ? http : NULL);
	jwrite_string(j, "server_key", d->keys.public_text);
	jwrite_end(j);
}

/* Official lights of the main targets, and what is open. */
static bool put_standing(struct api_call *call)
{
	unsigned lights[LIGHT_COUNT] = { 0 };
	struct query_figures all;
	struct jwrite *j = &call->json;

	if (api_failed(call, query_targets(call->query, call->when, call->arena, &all)))
		return false;
	for (size_t i = 0; i < all.count; i++)
		if (call->catalogue->measures[all.items[i].measure].role == CATALOGUE_MAIN)
			lights[all.items[i].official.light]++;
	jwrite_object(j, "lights");
	for (enum light l = LIGHT_NONE; l < LIGHT_COUNT; l++)
		jwrite_uint(j, light_name(l), lights[l]);
	jwrite_end(j);
	return true;
}

static bool count_alert(void *ctx, const struct query_alert *a)
{
	unsigned *open = ctx;

	open[a->newest->severity]++;
	return true;
}

static bool put_open_alerts(struct api_call *call)
{
	static const struct query_alert_filter any = { .measure = CATALOGUE_NONE,
						       .unit = CATALOGUE_NONE };
	unsigned open[BOOK_SEVERITY_END] = { 0 };
	struct jwrite *j = &call->json;

	if (api_failed(call, query_alerts(call->query, &any, count_alert, open)))
		return false;
	jwrite_object(j, "open_alerts");
	for (enum book_severity s = BOOK_INFO; s < BOOK_SEVERITY_END; s++)
		jwrite_uint(j, book_severity_name(s), open[s]);
	jwrite_end(j);
	return true;
}

void api_programme(struct api_call *call)
{
	const struct catalogue *c = call->catalogue;
	struct daemon *d = call->api->daemon;
	struct jwrite *j = &call->json;
	int32_t closed = calendar_closed_period(c, call->head.today);

	jwrite_string(j, "id", c->id);
	jwrite_lang(j, "title", c->title);
	jwrite_uint(j, "catalogue_version", c->version);
	jwrite_date(j, "from", c->from);
	jwrite_date(j, "to", c->to);
	jwrite_int(j, "offset_minutes", c->offset_minutes);
	api_put_unit(call, "city", c->city);
	api_put_unit(call, "office", c->office);
	put_counts(j, c);
	api_put_projects(call);
	put_profile(j, &c->profile);
	jwrite_time(j, "time", clock_now_ms(d->clock), c->offset_minutes);
	jwrite_string(j, "clock", d->config->clock_manual ? "manual" : "system");
	jwrite_time(j, "newest_entry", call->head.time_ms, c->offset_minutes);
	jwrite_date(j, "today", call->head.today);
	jwrite_date(j, "closed_period",
		    closed == DATE_NONE || closed < c->from ? DATE_NONE : closed);
	jwrite_uint(j, "rows", call->head.rows);
	jwrite_uint(j, "alert_number", call->head.alert_number);
	jwrite_hex(j, "chain", bytes_of(call->head.chain, sizeof(call->head.chain)));
	jwrite_hex(j, "store", bytes_of(store_incarnation(d->store), 16));
	if (!put_standing(call) || !put_open_alerts(call))
		return;
	put_addresses(j, d);
	jwrite_string(j, "version", DAEMON_VERSION);
}

/* --- health ----------------------------------------------------------------------------------- */

/* Answers at once, with a status that need not be 200. */
static void answer_status(struct api_call *call, int status)
{
	jwrite_end(&call->json);
	buf_put_u8(&call->api->body, '\n');
	http_set_header(*call->x, "Cache-Control", "no-store");
	http_answer(call->x, status, "application/json; charset=utf-8",
		    buf_bytes(&call->api->body));
}

void api_healthz(struct api_call *call)
{
	struct daemon *d = call->api->daemon;
	int64_t idle = clock_monotonic_ms() - pipeline_alive_ms(d->pipeline);

	jwrite_string(&call->json, "status", idle < HUNG_MS ? "ok" : "hung");
	jwrite_int(&call->json, "pipeline_idle_ms", idle);
	answer_status(call, idle < HUNG_MS ? 200 : 503);
}

void api_readyz(struct api_call *call)
{
	unsigned why = call->api->daemon->not_ready;

	jwrite_string(&call->json, "status", why == 0 ? "ready" : "not ready");
	jwrite_string(&call->json, "why", daemon_wait_text(why));
	answer_status(call, why == 0 ? 200 : 503);
}

/* --- metrics ---------------------------------------------------------------------------------- */

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

static enum err put_unit_metrics(struct query *q, struct query_when when, struct arena *arena,
				 struct buf *out)
{
	static const char name[] = "minsheng_unit_last_report_timestamp_seconds";
	const struct catalogue *c = query_catalogue(q);
	struct query_units units;
	enum err e = query_units(q, when, arena, &units);

	buf_printf(out,
		   "# HELP %s When the unit was heard last, by the daemon's clock\n"
		   "# TYPE %s gauge\n",
		   name, name);
	for (size_t i = 0; e == ERR_OK && i < units.count; i++)
		if (units.items[i].last_ms > 0)
			buf_printf(out, "%s{unit=\"%s\"} %lld.%03d\n", name,
				   c->units[units.items[i].unit].id,
				   (long long)(units.items[i].last_ms / 1000),
				   (int)(units.items[i].last_ms % 1000));
	return e;
}

static enum err put_state_metrics(struct api *a, struct buf *out)
{
	struct query_when when = { .known = HISTORY_NOW };
	struct query *q = NULL;
	enum err e = snapshots_open(a->snapshots, &q);

	if (e == ERR_NOTFOUND)
		return ERR_OK; /* no catalogue yet */
	if (e == ERR_OK) {
		int32_t last = query_catalogue(q)->to, today = query_head(q).today;

		when.valid = today < last ? today : last;
		e = put_target_metrics(q, when, a->arena, out);
	}
	if (e == ERR_OK)
		e = put_unit_metrics(q, when, a->arena, out);
	query_close(q);
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

/* --- the document ----------------------------------------------------------------------------- */

void api_openapi(struct api_call *call)
{
	buf_clear(&call->api->body);
	buf_put(&call->api->body,
		bytes_of(api_openapi_begin, (size_t)(api_openapi_end - api_openapi_begin)));
	call->content_type = "application/vnd.oai.openapi+json;version=3.1; charset=utf-8";
}

/* --- the stream ------------------------------------------------------------------------------- */

void api_stream(struct api_call *call)
{
	const char *text = http_header(*call->x, "Last-Event-ID");
	struct live_reader reader = { .session = call->caller.session };
	uint64_t last = 0;
	enum err e;

	if (http_is_head(*call->x)) {
		http_answer(call->x, 200, "text/event-stream; charset=utf-8", bytes_of(NULL, 0));
		return;
	}
	if (text == NULL)
		text = api_parameter(call, "last_event_id");
	if (text != NULL && !api_read_number(text, INT64_MAX, &last)) {
		api_fail(call, API_BAD_NUMBER, "Last-Event-ID", text);
		return;
	}
	snprintf(reader.link, sizeof(reader.link), "%s", call->caller.link.id);
	e = live_join(call->api->live, call->x, text ? &last : NULL, call->query, &reader);
	if (e == ERR_FULL)
		api_fail(call, API_TOO_MANY_STREAMS, NULL, NULL);
	else
		api_failed(call, e);
}
