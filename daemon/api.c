/* SPDX-License-Identifier: MIT */
#include "daemon/api_imports.h"
#include "daemon/api_objects.h"
#include "daemon/api_private.h"

#include <arpa/inet.h>
#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "daemon/notify.h"

#define TIMEOUT_S 15
#define ARENA_BUDGET ((size_t)32 << 20)
#define TICK_MS 1000
#define KEPT_BYTES ((size_t)16 << 20) /* of answers */
#define V1 "/api/v1"

/* Everything that is served. openapi.json describes each of these, and a test compares. */
const struct api_endpoint api_endpoints[] = {
	{ HTTP_GET, "/", API_FREE, "", api_page },
	{ HTTP_GET, "/icon.svg", API_FREE, "", api_page_icon },
	{ HTTP_GET, "/assets/{name}", API_FREE, "", api_page_asset },
	{ HTTP_GET, V1 "/matrix", API_SNAPSHOT | API_WHEN, "", api_matrix },
	{ HTTP_GET, V1 "/programme", API_SNAPSHOT | API_WHEN | API_NO_TAG | API_CLOCKED, "",
	  api_programme },
	{ HTTP_GET, V1 "/targets", API_SNAPSHOT | API_WHEN, "", api_targets },
	{ HTTP_GET, V1 "/targets/{id}", API_SNAPSHOT | API_WHEN, "", api_target },
	{ HTTP_GET, V1 "/series", API_SNAPSHOT | API_WHEN, "target unit from to ", api_series },
	{ HTTP_GET, V1 "/units", API_SNAPSHOT | API_WHEN, "", api_units },
	{ HTTP_GET, V1 "/units/{id}", API_SNAPSHOT | API_WHEN, "", api_one_unit },
	{ HTTP_GET, V1 "/cells", API_SNAPSHOT | API_WHEN | API_PAGE, "target unit ", api_cells },
	{ HTTP_GET, V1 "/history", API_SNAPSHOT | API_WHEN | API_PAGE, "target unit source stage ",
	  api_history },
	{ HTTP_GET, V1 "/events", API_SNAPSHOT | API_PAGE,
	  "target unit reporter verdict entries from ", api_events },
	{ HTTP_GET, V1 "/events/{position}/{row}", API_SNAPSHOT, "", api_event },
	{ HTTP_GET, V1 "/alerts", API_SNAPSHOT | API_PAGE, "state target unit severity group ",
	  api_alerts },
	{ HTTP_GET, V1 "/alerts/log", API_SNAPSHOT, "from limit ", api_alert_log },
	{ HTTP_GET, V1 "/alerts/{id}", API_SNAPSHOT, "", api_alert },
	{ HTTP_GET, V1 "/alerts/{id}/trace", API_SNAPSHOT, "number ", api_alert_trace },
	{ HTTP_GET, V1 "/slips", API_SNAPSHOT | API_PAGE, "state unit rung project ", api_slips },
	{ HTTP_GET, V1 "/slips/{id}", API_SNAPSHOT, "", api_slip },
	{ HTTP_GET, V1 "/slips/{id}/paper", API_SNAPSHOT, "format letterhead ", api_paper_slip },
	{ HTTP_GET, V1 "/packs/{quarter}", API_SNAPSHOT, "format ", api_paper_pack },
	{ HTTP_GET, V1 "/ledger-sheet", API_SNAPSHOT | API_WHEN, "format unit ", api_paper_ledger },
	{ HTTP_GET, V1 "/reconciliation", API_SNAPSHOT, "period target unit ", api_reconciliation },
	{ HTTP_GET, V1 "/lights", API_SNAPSHOT, "target unit period ", api_lights },
	{ HTTP_GET, V1 "/plans", API_SNAPSHOT, "target ", api_plans },
	{ HTTP_GET, V1 "/lights/preview", API_SNAPSHOT, "yellow red yellow_leave red_leave period ",
	  api_lights_preview },
	{ HTTP_GET, V1 "/ranking", API_SNAPSHOT, "period target ", api_ranking },
	{ HTTP_GET, V1 "/pace", API_SNAPSHOT | API_WHEN, "target unit ", api_pace },
	{ HTTP_GET, V1 "/months", API_SNAPSHOT, "", api_months },
	{ HTTP_GET, V1 "/months/{period}", API_SNAPSHOT, "", api_month_of },
	{ HTTP_GET, V1 "/bulletins/{period}", API_SNAPSHOT, "format ", api_paper_bulletin },
	{ HTTP_GET, V1 "/bulletins/{period}/diff", API_SNAPSHOT, "from ", api_bulletin_diff },
	{ HTTP_GET, V1 "/reports", API_SNAPSHOT, "period unit item state ", api_reports },
	{ HTTP_GET, V1 "/forms", API_SNAPSHOT, "", api_forms },
	{ HTTP_GET, V1 "/narratives", API_SNAPSHOT | API_PAGE, "item unit period ", api_records },
	{ HTTP_GET, V1 "/narratives/{id}", API_SNAPSHOT, "", api_record },
	{ HTTP_GET, V1 "/problems", API_SNAPSHOT | API_PAGE, "item unit target state overdue ",
	  api_records },
	{ HTTP_GET, V1 "/problems/{id}", API_SNAPSHOT, "", api_record },
	{ HTTP_GET, V1 "/inspections", API_SNAPSHOT | API_PAGE, "item unit target state ",
	  api_records },
	{ HTTP_GET, V1 "/inspections/{id}", API_SNAPSHOT, "", api_record },
	{ HTTP_GET, V1 "/meetings", API_SNAPSHOT | API_PAGE, "quarter person state ", api_records },
	{ HTTP_GET, V1 "/meetings/{id}", API_SNAPSHOT, "", api_record },
	{ HTTP_GET, V1 "/decisions", API_SNAPSHOT | API_PAGE,
	  "meeting item unit target state overdue ", api_records },
	{ HTTP_GET, V1 "/decisions/{id}", API_SNAPSHOT, "", api_record },
	{ HTTP_GET, V1 "/portfolio", API_SNAPSHOT | API_PAGE, "person item unit on ", api_records },
	{ HTTP_GET, V1 "/portfolio/{id}", API_SNAPSHOT, "", api_record },
	{ HTTP_GET, V1 "/contacts", API_SNAPSHOT | API_PAGE | API_NO_TAG, "unit state ", api_records },
	{ HTTP_GET, V1 "/contacts/{id}", API_SNAPSHOT | API_NO_TAG, "", api_record },
	{ HTTP_GET, V1 "/reporters", API_SNAPSHOT, "period ", api_reporters },
	{ HTTP_GET, V1 "/holds", API_SNAPSHOT, "", api_holds },
	{ HTTP_GET, V1 "/flags", API_SNAPSHOT | API_PAGE, "state target unit period rule ", api_flags },
	{ HTTP_GET, V1 "/flags/{id}", API_SNAPSHOT, "", api_flag },
	{ HTTP_GET, V1 "/objects", API_SNAPSHOT | API_WHEN | API_PAGE, "target unit state ",
	  api_objects },
	{ HTTP_GET, V1 "/objects/{target}/{id}", API_SNAPSHOT | API_WHEN, "", api_object },
	{ HTTP_GET, V1 "/samples", API_SNAPSHOT, "period ", api_samples },
	{ HTTP_GET, V1 "/year", API_SNAPSHOT, "", api_year },
	{ HTTP_GET, V1 "/year/close", API_SNAPSHOT, "", api_year_close },
	{ HTTP_GET, V1 "/ledger", API_SNAPSHOT | API_NO_TAG | API_LOCAL | API_RIGHTS, "from ",
	  api_ledger },
	{ HTTP_GET, V1 "/stream", API_SNAPSHOT | API_NO_TAG, "last_event_id events ", api_stream },
	{ HTTP_GET, V1 "/openapi.json", 0, "", api_openapi },
	{ HTTP_GET, V1 "/notify", 0, "", api_notify },
	{ HTTP_GET, V1 "/notify/log", 0, "", api_notify_log },
	{ HTTP_POST, V1 "/notify/test", API_RIGHTS, "", api_notify_test },
	{ HTTP_POST, V1 "/notify/retry", API_RIGHTS, "", api_notify_retry },
	{ HTTP_POST, V1 "/acts", API_RIGHTS, "", api_act },
	{ HTTP_POST, V1 "/clock", API_RIGHTS, "", api_clock },
	{ HTTP_POST, V1 "/verify", API_RIGHTS, "", api_verify },
	{ HTTP_POST, V1 "/imports", API_SHEET,
	  "unit name sheet day columns heading dry_run partial ", api_import },
	{ HTTP_GET, V1 "/imports/{id}", 0, "", api_import_table },
	{ HTTP_GET, V1 "/imports/{id}/{file}", 0, "", api_import_errors },
	{ HTTP_GET, V1 "/template", API_SNAPSHOT | API_NO_TAG, "unit month format ", api_template },
	{ HTTP_GET, V1 "/session", API_FREE, "", api_session },
	{ HTTP_POST, V1 "/session", API_FREE, "", api_session_begin },
	{ HTTP_POST, V1 "/session/end", API_FREE, "", api_session_end },
	{ HTTP_GET, V1 "/users", API_LOCAL | API_RIGHTS, "", api_users },
	{ HTTP_POST, V1 "/users", API_SNAPSHOT | API_NO_TAG | API_LOCAL | API_RIGHTS, "",
	  api_user_change },
	{ HTTP_GET, V1 "/links", 0, "", api_links },
	{ HTTP_POST, V1 "/links", API_RIGHTS, "", api_link_new },
	{ HTTP_POST, V1 "/links/revoke", API_RIGHTS, "", api_link_revoke },
	{ HTTP_GET, "/healthz", API_FREE, "", api_healthz },
	{ HTTP_GET, "/readyz", API_FREE, "", api_readyz },
	{ HTTP_GET, "/metrics", 0, "", api_metrics },
};
const size_t api_endpoint_count = sizeof(api_endpoints) / sizeof(api_endpoints[0]);

static void on_request(void *ctx, const struct http_route *route, struct http_exchange *x)
{
	api_call(ctx, route->what, &x);
}

static enum err make_routes(struct api *a)
{
	a->routes = calloc(api_endpoint_count, sizeof(*a->routes));
	if (a->routes == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < api_endpoint_count; i++) {
		const struct api_endpoint *e = &api_endpoints[i];

		a->routes[i] = (struct http_route){ .method = e->method,
						    .path = e->path,
						    .handler = on_request,
						    .local_only = e->needs & API_LOCAL,
						    .what = e };
	}
	return ERR_OK;
}

/* --- listening -------------------------------------------------------------------------------- */

/* Members of the group may connect; what they may do is checked at each request. */
static enum err open_to_group(const char *path, const char *name)
{
	const struct group *group;

	if (name[0] == '\0')
		return ERR_OK;
	group = getgrnam(name);
	if (group == NULL || chown(path, (uid_t)-1, group->gr_gid) != 0) {
		log_write(LOG_ERROR, "http", "control.group %s: %s", name,
			  group ? strerror(errno) : "there is no such group");
		return ERR_INVALID;
	}
	return ERR_OK;
}

/* The address with the port that the kernel chose. */
static void keep_address(struct daemon *d, uint16_t port)
{
	const char *colon = strrchr(d->config->http, ':');
	size_t n = colon ? (size_t)(colon - d->config->http) : 0;

	if (port != 0)
		snprintf(d->bound.http, sizeof(d->bound.http), "%.*s:%u", (int)n, d->config->http,
			 port);
}

static enum err listen_all(struct api *a)
{
	struct daemon *d = a->daemon;
	bool off = strcmp(d->config->http, "off") == 0;
	struct http_options options = {
		.listen = off ? "" : d->config->http,
		.socket_path = d->config->control,
		.routes = a->routes,
		.route_count = api_endpoint_count,
		.fallback = api_fallback,
		.ctx = a,
		.max_connections = d->config->http_clients,
		.max_body = API_BODY_MAX_SHEET, /* all others: checked when they came */
		.timeout_s = TIMEOUT_S,
		.hosts = a->access->hosts,
	};
	struct counter *value = d->metrics.value;
	const struct http_counters counters = {
		.answers = { &value[METRIC_HTTP_OK], &value[METRIC_HTTP_NOT_MODIFIED],
			     &value[METRIC_HTTP_CLIENT_ERROR], &value[METRIC_HTTP_SERVER_ERROR] },
		.connections = &value[METRIC_HTTP_CONNECTIONS],
		.refused = &value[METRIC_HTTP_REFUSED],
		.overdue = &value[METRIC_HTTP_OVERDUE],
		.time = &d->metrics.histogram[METRIC_HISTOGRAM_HTTP],
	};
	enum err e = http_new(d->loop, &options, &counters, &a->http);

	if (e != ERR_OK) {
		log_write(LOG_ERROR, "http", "listening on %s and %s failed: %s", d->config->http,
			  d->config->control, err_name(e));
		return e;
	}
	keep_address(d, http_port(a->http));
	snprintf(d->bound.control, sizeof(d->bound.control), "%s", d->config->control);
	return open_to_group(d->config->control, d->config->control_group);
}

/* --- life ------------------------------------------------------------------------------------- */

static void on_notices(void *ctx)
{
	struct api *a = ctx;
	struct pipeline_notice *n;

	while ((n = pipeline_next_notice(a->daemon->pipeline)) != NULL) {
		if (n->reset || n->catalogue_changed || n->alert_count > 0)
			notify_wake(a->daemon->notify);
		live_notice(a->live, &n);
	}
}

static void on_tick(void *ctx)
{
	struct api *a = ctx;
	int64_t now = clock_monotonic_ms();

	live_tick(a->live, now, api_caller_lasts, a);
	metrics_set(&a->daemon->metrics, METRIC_USER_SESSIONS,
		    signin_count(a->access->signin, now));
	api_waiting_overdue(a, now);
	api_imports_tick(a->imports, now);
}

static enum err watch_all(struct api *a)
{
	struct daemon *d = a->daemon;
	enum err e =
		loop_watch(d->loop, pipeline_client_fd(d->client), api_on_answers, a, &a->answers);

	if (e == ERR_OK)
		e = loop_watch(d->loop, pipeline_notice_fd(d->pipeline), on_notices, a,
			       &a->notices);
	if (e == ERR_OK)
		e = loop_timer(d->loop, TICK_MS, on_tick, a, &a->timer);
	return e;
}

enum err api_start(struct daemon *d, struct api **out)
{
	struct api *a = calloc(1, sizeof(*a));
	enum err e;

	if (a == NULL)
		return ERR_NOMEM;
	a->daemon = d;
	a->arena = arena_new(ARENA_BUDGET);
	e = a->arena == NULL ? ERR_NOMEM : make_routes(a);
	if (e == ERR_OK)
		e = snapshots_new(d->store, &a->snapshots);
	if (e == ERR_OK)
		e = answers_new(KEPT_BYTES, &d->metrics, &a->kept);
	if (e == ERR_OK)
		e = live_new(d->loop, &d->metrics, d->config->stream_clients, &a->live);
	if (e == ERR_OK)
		e = api_job_new(a, &a->job);
	if (e == ERR_OK)
		e = api_papers_new(a, &a->papers);
	if (e == ERR_OK)
		e = api_imports_new(a, &a->imports);
	if (e == ERR_OK)
		e = api_access_new(a, &a->access);
	if (e == ERR_OK)
		e = listen_all(a);
	if (e == ERR_OK)
		e = watch_all(a);
	if (e != ERR_OK) {
		api_stop(a);
		return e;
	}
	*out = a;
	return ERR_OK;
}

void api_stop(struct api *a)
{
	if (a == NULL)
		return;
	loop_source_free(a->timer);
	loop_source_free(a->notices);
	loop_source_free(a->answers);
	live_free(a->live);
	http_free(a->http);
	api_job_free(a->job);
	api_papers_free(a->papers);
	api_imports_free(a->imports);
	api_waiting_free(a);
	api_access_free(a->access);
	snapshots_free(a->snapshots);
	answers_free(a->kept);
	buf_free(&a->question);
	arena_free(a->arena);
	buf_free(&a->metrics);
	buf_free(&a->figures);
	buf_free(&a->body);
	free(a->routes);
	free(a);
}
