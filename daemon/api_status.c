/* SPDX-License-Identifier: MIT */
/* The programme as a whole, health, the document of the API, and the event stream. */
#include "daemon/api_private.h"

#include <stdio.h>
#include <string.h>

#include "aggregator/catalogue/calendar.h"
#include "base/clock.h"
#include "base/date.h"

#define HUNG_MS 30000 /* a pipeline that turned for so long is not healthy */

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
	jwrite_string(j, "ranking", c->ranking == CATALOGUE_RANKING_DELTA ? "delta" : "off");
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
	const char *text = http_header(*call->x, "Last-Event-ID"),
		   *events = api_parameter(call, "events");
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
	if (events != NULL && strcmp(events, "head") != 0 && strcmp(events, "all") != 0) {
		api_fail(call, API_BAD_CHOICE, "events", "all head");
		return;
	}
	reader.heads_only = events != NULL && strcmp(events, "head") == 0;
	snprintf(reader.link, sizeof(reader.link), "%s", call->caller.link.id);
	e = live_join(call->api->live, call->x, text ? &last : NULL, call->query, &reader);
	if (e == ERR_FULL)
		api_fail(call, API_TOO_MANY_STREAMS, NULL, NULL);
	else
		api_failed(call, e);
}
