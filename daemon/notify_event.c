/* SPDX-License-Identifier: MIT */
/* A transition as a CloudEvent 1.0 in structured JSON, signed as Standard Webhooks say. */
#include <stdio.h>

#include "base/date.h"
#include "serve/jwrite.h"
#include "daemon/notify_form.h"
#include "daemon/notify_sign.h"

#define TYPE "cn.minsheng.alert."

/* OpenTelemetry's numbers, as the extension of CloudEvents asks for. */
static const struct {
	const char *text;
	unsigned number;
} severities[] = {
	[BOOK_INFO] = { "INFO", 9 }, [BOOK_YELLOW] = { "WARN", 13 }, [BOOK_RED] = { "ERROR", 17 }
};

/* A row has one for ever; a store that was put back from a copy gives other rows other ones. */
static void make_id(const struct notify_view *v, const struct book_record *r, char out[NOTIFY_ID])
{
	char store[9];

	bytes_to_hex(bytes_of(v->store, 4), store);
	snprintf(out, NOTIFY_ID, "alert-%s-%llu-%llx", store, (unsigned long long)r->number,
		 (unsigned long long)r->time_ms);
}

static const char *type_of(enum book_transition t)
{
	return t == BOOK_SEVERITY ? "updated" : book_transition_name(t);
}

static void put_subject(const struct notify_view *v, const struct book_record *r, struct jwrite *j)
{
	const struct catalogue *c = v->c;
	struct buf subject = { 0 };

	if (r->measure < c->measure_count)
		buf_printf(&subject, "targets/%s", c->measures[r->measure].id);
	if (r->unit < c->unit_count)
		buf_printf(&subject, "%sunits/%s", subject.len ? "/" : "", c->units[r->unit].id);
	jwrite_string(j, "subject", subject.len ? buf_cstring(&subject) : r->id);
	buf_free(&subject);
}

static void put_envelope(const struct notify_view *v, const char *id, const char *type,
			 int64_t time_ms, struct jwrite *j)
{
	struct buf source = { 0 };

	if (v->public_url[0] != '\0')
		buf_printf(&source, "%s/%s", v->public_url, v->c->id);
	else
		buf_printf(&source, "urn:minsheng:%s", v->c->id);
	jwrite_string(j, "specversion", "1.0");
	jwrite_string(j, "id", id);
	jwrite_string(j, "source", buf_cstring(&source));
	jwrite_string(j, "type", type);
	jwrite_time(j, "time", time_ms, v->c->offset_minutes);
	jwrite_string(j, "datacontenttype", "application/json");
	buf_free(&source);
}

/* --- data ------------------------------------------------------------------------------------- */
static void put_named(struct jwrite *j, const char *key, const char *id, struct lang_text name)
{
	jwrite_object(j, key);
	jwrite_string(j, "id", id);
	jwrite_lang(j, "name", name);
	jwrite_end(j);
}

static void put_place(const struct notify_view *v, const struct book_record *r, struct jwrite *j)
{
	const struct catalogue *c = v->c;
	const struct catalogue_item *item;

	if (r->unit < c->unit_count)
		put_named(j, "unit", c->units[r->unit].id, c->units[r->unit].name);
	if (r->measure >= c->measure_count)
		return;
	item = &c->items[c->measures[r->measure].item];
	put_named(j, "target", c->measures[r->measure].id, c->measures[r->measure].name);
	put_named(j, "item", item->id, item->name);
	put_named(j, "project", c->projects[item->project].id, c->projects[item->project].name);
	put_named(j, "lead", c->units[item->lead].id, c->units[item->lead].name);
}

static void put_figures(const struct notify_view *v, const struct book_record *r,
			struct jwrite *j)
{
	const struct catalogue_measure *m =
		r->measure < v->c->measure_count ? &v->c->measures[r->measure] : NULL;
	bool milestone = m && m->kind == CATALOGUE_MILESTONE;

	jwrite_date(j, "period", r->period);
	if (m != NULL) {
		jwrite_decimal(j, "value", r->value, catalogue_figure_decimals(m));
		jwrite_decimal(j, "goal", r->goal,
			       milestone ? catalogue_figure_decimals(m) : m->rate_decimals);
		jwrite_decimal(j, "gap_points", r->gap_hundredths, 2);
		jwrite_decimal(j, "planned_percent", r->planned_ppm, 4);
		jwrite_string(j, "uom", m->uom);
	}
	jwrite_uint(j, "months", r->months);
	jwrite_uint(j, "count", r->count);
}

static void put_person(const struct notify_view *v, const struct book_record *r, struct jwrite *j)
{
	if (r->by.len > 0)
		jwrite_bytes(j, "by", r->by);
	if (r->to.len > 0)
		jwrite_bytes(j, "to", r->to);
	if (r->why.len > 0)
		jwrite_bytes(j, "why", r->why);
	if (r->until_ms != 0)
		jwrite_time(j, "until", r->until_ms, v->c->offset_minutes);
}

static void put_text(const struct notify_view *v, const struct book_record *r, struct jwrite *j)
{
	static const char *const names[] = { [LANG_ZH] = "zh", [LANG_EN] = "en" };

	jwrite_object(j, "text");
	for (unsigned lang = LANG_ZH; lang <= LANG_EN; lang++) {
		struct buf text = { 0 };

		book_text(v->c, r, (enum lang)lang, &text);
		jwrite_bytes(j, names[lang], buf_bytes(&text));
		buf_free(&text);
	}
	jwrite_end(j);
}

static void put_link(const struct notify_view *v, const struct book_record *r, struct jwrite *j)
{
	struct buf link = { 0 };

	notify_digest_alert_link(v, r->id, &link);
	if (link.len > 0)
		jwrite_bytes(j, "link", buf_bytes(&link));
	buf_free(&link);
}

static void put_data(const struct notify_view *v, const struct book_record *r, struct jwrite *j)
{
	jwrite_object(j, "data");
	jwrite_string(j, "alert", r->id);
	jwrite_uint(j, "number", r->number);
	jwrite_uint(j, "position", r->position);
	jwrite_string(j, "kind", book_kind_name(r->kind));
	jwrite_lang(j, "kind_word", book_kind_word(r->kind));
	jwrite_string(j, "transition", book_transition_name(r->transition));
	jwrite_string(j, "state", r->transition == BOOK_RESOLVED ? "resolved" : "open");
	jwrite_string(j, "severity", book_severity_name(r->severity));
	jwrite_string(j, "before", r->before ? book_severity_name(r->before) : NULL);
	put_place(v, r, j);
	put_figures(v, r, j);
	put_person(v, r, j);
	put_text(v, r, j);
	put_link(v, r, j);
	jwrite_end(j);
}

/* --- the request ------------------------------------------------------------------------------ */
static void put_extensions(const struct book_record *r, struct jwrite *j)
{
	char sequence[24];

	snprintf(sequence, sizeof(sequence), "%020llu", (unsigned long long)r->number);
	jwrite_string(j, "sequence", sequence);
	jwrite_string(j, "severitytext", severities[r->severity].text);
	jwrite_uint(j, "severitynumber", severities[r->severity].number);
}

/* The time of the signature is the time of sending: receivers refuse old ones. */
static void sign(const struct notify_view *v, const char *id, struct notify_request *out)
{
	struct buf signature = { 0 };
	char seconds[24];

	snprintf(seconds, sizeof(seconds), "%lld", (long long)(v->signed_ms / 1000));
	notify_sign_webhook(v->secret, id, v->signed_ms / 1000, buf_bytes(&out->body), &signature);
	buf_put_string(&out->url, v->config->url);
	notify_form_header(out, "Content-Type", "application/cloudevents+json; charset=utf-8");
	notify_form_header(out, "webhook-id", id);
	notify_form_header(out, "webhook-timestamp", seconds);
	notify_form_header(out, "webhook-signature", buf_cstring(&signature));
	out->body.failed |= signature.failed;
	buf_free(&signature);
}

enum err notify_event(const struct notify_view *v, const struct notify_item *item,
		      struct notify_request *out)
{
	struct jwrite j = jwrite_to(&out->body);
	struct book_record r;
	char id[NOTIFY_ID], type[64];
	enum err e = query_alert_row(v->q, item->from, &r);

	if (e != ERR_OK)
		return e;
	make_id(v, &r, id);
	snprintf(type, sizeof(type), TYPE "%s.v1", type_of(r.transition));
	jwrite_object(&j, NULL);
	put_envelope(v, id, type, r.time_ms, &j);
	put_subject(v, &r, &j);
	put_extensions(&r, &j);
	put_data(v, &r, &j);
	jwrite_end(&j);
	sign(v, id, out);
	return ERR_OK;
}

enum err notify_event_test(const struct notify_view *v, struct notify_request *out)
{
	static const struct lang_text text = { "这是一条测试消息", "This is a test message" };
	struct jwrite j = jwrite_to(&out->body);
	char id[NOTIFY_ID];

	snprintf(id, sizeof(id), "test-%llx", (unsigned long long)v->now_ms);
	jwrite_object(&j, NULL);
	put_envelope(v, id, "cn.minsheng.test.v1", v->now_ms, &j);
	jwrite_object(&j, "data");
	jwrite_lang(&j, "text", text);
	jwrite_end(&j);
	jwrite_end(&j);
	sign(v, id, out);
	return ERR_OK;
}
