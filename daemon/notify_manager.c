/* SPDX-License-Identifier: MIT */
/* Prometheus Alertmanager v2: what is open, told again and again with an end in the near future,
 * and what is over, with its end. An alert's labels are its identity there, the severity among
 * them: one that changed is the end of the one and the beginning of the other. */
#include <ctype.h>
#include <string.h>

#include "serve/jwrite.h"
#include "daemon/notify_form.h"

#define OPEN_MS (3 * NOTIFY_RESEND_MS) /* an alert that is not told again ends by itself */

struct telling {
	const struct notify_view *v;
	struct jwrite *j;
	size_t told;
	uint64_t to;
	enum err err;
};

/* "link-down": MinshengLinkDown */
static void put_alertname(struct jwrite *j, const char *kind)
{
	struct buf name = { 0 };
	bool capital = true;

	buf_put_string(&name, "Minsheng");
	for (; *kind != '\0'; kind++) {
		if (*kind != '-')
			buf_put_u8(&name, (uint8_t)(capital ? toupper((unsigned char)*kind) : *kind));
		capital = *kind == '-';
	}
	jwrite_string(j, "alertname", buf_cstring(&name));
	buf_free(&name);
}

static void put_labels(const struct notify_view *v, const struct book_record *r,
		       enum book_severity severity, struct jwrite *j)
{
	static const char *const names[] = { [BOOK_INFO] = "info",
					     [BOOK_YELLOW] = "warning",
					     [BOOK_RED] = "critical" };
	const struct catalogue *c = v->c;

	jwrite_object(j, "labels");
	put_alertname(j, book_kind_name(r->kind));
	jwrite_string(j, "alert", r->id);
	jwrite_string(j, "programme", c->id);
	jwrite_string(j, "kind", book_kind_name(r->kind));
	jwrite_string(j, "severity", names[severity]);
	if (r->unit < c->unit_count)
		jwrite_string(j, "unit", c->units[r->unit].id);
	if (r->measure < c->measure_count) {
		const struct catalogue_item *item = &c->items[c->measures[r->measure].item];

		jwrite_string(j, "target", c->measures[r->measure].id);
		jwrite_string(j, "item", item->id);
		jwrite_string(j, "project", c->projects[item->project].id);
		jwrite_string(j, "lead", c->units[item->lead].id);
	}
	jwrite_end(j);
}

static void put_annotations(const struct notify_view *v, const struct book_record *r,
			    struct jwrite *j)
{
	struct book_record about = *r;
	struct buf summary = { 0 }, other = { 0 };

	if (about.transition >= BOOK_ACKNOWLEDGED)
		about.transition = BOOK_UPDATED;
	book_text(v->c, &about, v->config->lang, &summary);
	book_text(v->c, &about, v->config->lang == LANG_ZH ? LANG_EN : LANG_ZH, &other);
	jwrite_object(j, "annotations");
	jwrite_bytes(j, "summary", buf_bytes(&summary));
	jwrite_bytes(j, "description", buf_bytes(&other));
	jwrite_end(j);
	buf_free(&summary);
	buf_free(&other);
}

static void put_alert(struct telling *t, const struct book_record *r, enum book_severity severity,
		      int64_t starts_ms, int64_t ends_ms)
{
	const struct notify_view *v = t->v;
	struct buf link = { 0 };

	jwrite_object(t->j, NULL);
	put_labels(v, r, severity, t->j);
	put_annotations(v, r, t->j);
	jwrite_time(t->j, "startsAt", starts_ms, v->c->offset_minutes);
	jwrite_time(t->j, "endsAt", ends_ms, v->c->offset_minutes);
	notify_digest_alert_link(v, r->id, &link);
	if (link.len > 0)
		jwrite_bytes(t->j, "generatorURL", buf_bytes(&link));
	jwrite_end(t->j);
	buf_free(&link);
	t->told++;
}

/* --- what is open ----------------------------------------------------------------------------- */
/* One that was raised in a silence was never told. One that was told before it goes on: to stop
 * would say there that it is over. */
static bool was_told(struct telling *t, uint64_t raised_number)
{
	struct book_record raised;

	t->err = query_alert_row(t->v->q, raised_number, &raised);
	return t->err == ERR_OK && !raised.in_silence;
}

/* The filter is for changes; what is open is told whatever happened to it last. */
static bool is_ours(const struct telling *t, const struct book_record *r,
		    enum book_severity severity)
{
	struct book_record raised = *r;

	raised.transition = BOOK_RAISED;
	raised.severity = severity;
	raised.before = (enum book_severity)0;
	return notify_lane_wants(t->v->config, t->v->c, &raised);
}

static bool tell_open(void *ctx, const struct query_alert *a)
{
	struct telling *t = ctx;

	if (is_ours(t, a->newest, a->newest->severity) && was_told(t, a->raised_number))
		put_alert(t, a->newest, a->newest->severity, a->raised_ms,
			  t->v->now_ms + OPEN_MS);
	return t->err == ERR_OK;
}

/* --- what is over ----------------------------------------------------------------------------- */
static bool is_open_as(struct telling *t, const struct book_record *r, enum book_severity severity)
{
	struct book_state s = { 0 };

	t->err = query_alert_state(t->v->q, bytes_of_string(r->id), &s);
	return s.severity == severity;
}

static bool tell_over(void *ctx, const struct book_record *r)
{
	struct telling *t = ctx;
	enum book_severity severity = r->transition == BOOK_SEVERITY ? r->before : r->severity;

	if (r->number > t->to)
		return false;
	if ((r->transition != BOOK_RESOLVED && r->transition != BOOK_SEVERITY) || severity == 0 ||
	    !is_ours(t, r, severity) || is_open_as(t, r, severity))
		return t->err == ERR_OK;
	/* its beginning is known there */
	put_alert(t, r, severity, r->time_ms < t->v->now_ms ? r->time_ms : t->v->now_ms - 1,
		  t->v->now_ms);
	return t->err == ERR_OK;
}

/* --- the request ------------------------------------------------------------------------------ */
static void finish(const struct notify_view *v, struct notify_request *out)
{
	size_t n = strlen(v->config->url);

	while (n > 0 && v->config->url[n - 1] == '/')
		n--;
	buf_printf(&out->url, "%.*s/api/v2/alerts", (int)n, v->config->url);
	notify_form_header(out, "Content-Type", "application/json");
}

enum err notify_manager(const struct notify_view *v, const struct notify_item *item,
			struct notify_request *out)
{
	static const struct query_alert_filter any = { .measure = CATALOGUE_NONE,
						       .unit = CATALOGUE_NONE };
	struct jwrite j = jwrite_to(&out->body);
	struct telling t = { .v = v, .j = &j, .to = item->to };
	uint64_t next;
	enum err e;

	jwrite_array(&j, NULL);
	e = query_alerts(v->q, &any, tell_open, &t);
	if (e == ERR_OK && item->to >= item->from)
		e = query_alert_log(v->q, item->from, NOTIFY_STEADY_ROWS, tell_over, &t, &next);
	jwrite_end(&j);
	finish(v, out);
	if (e == ERR_OK)
		e = t.err;
	return e == ERR_OK && t.told == 0 ? ERR_NOTFOUND : e;
}

enum err notify_manager_test(const struct notify_view *v, struct notify_request *out)
{
	struct jwrite j = jwrite_to(&out->body);

	jwrite_array(&j, NULL);
	jwrite_object(&j, NULL);
	jwrite_object(&j, "labels");
	jwrite_string(&j, "alertname", "MinshengTest");
	jwrite_string(&j, "programme", v->c->id);
	jwrite_string(&j, "severity", "info");
	jwrite_end(&j);
	jwrite_time(&j, "startsAt", v->now_ms, v->c->offset_minutes);
	jwrite_time(&j, "endsAt", v->now_ms + NOTIFY_RESEND_MS, v->c->offset_minutes);
	jwrite_end(&j);
	jwrite_end(&j);
	finish(v, out);
	return ERR_OK;
}
