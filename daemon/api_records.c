/* SPDX-License-Identifier: MIT */
/* What the office keeps: narratives, problems, inspections, meetings, decisions, portfolio, contacts;
 * one list and one page for all kinds, by the tables of their forms. */
#include "daemon/api_private.h"

#include <stdio.h>
#include <string.h>

#include "aggregator/query/query_records.h"
#include "base/date.h"

/* The kind that the path names: /api/v1/problems/2022-003. */
static const struct forms_kind *kind_of(const struct api_call *call)
{
	const char *at = strchr(call->endpoint->path + 1, '/');
	const char *name = at ? strchr(at + 1, '/') : NULL;
	size_t n = name ? strcspn(name + 1, "/") : 0;

	for (int i = 1; i < RECORDS_KIND_END; i++) {
		const struct forms_kind *k = forms_kind((enum records_kind)i);

		if (k && strlen(k->list) == n && memcmp(k->list, name + 1, n) == 0)
			return k;
	}
	return NULL;
}

/* --- one record ------------------------------------------------------------------------------- */

/* One text of a field: units come with their names. */
static void put_text(struct api_call *call, const struct forms_field *f, const char *key,
		     const char *text)
{
	uint16_t unit = CATALOGUE_NONE;

	if (text && f->type == FORMS_UNIT)
		unit = catalogue_unit_number(call->catalogue, bytes_of_string(text));
	if (unit != CATALOGUE_NONE)
		api_put_unit(call, key, unit);
	else
		jwrite_string(&call->json, key, text);
}

/* A field as it was said; null, or an empty list, where it was not. */
static void put_value(struct api_call *call, const struct forms_field *f, const json_t *value)
{
	struct jwrite *j = &call->json;
	json_t *each;
	size_t i;

	if (json_is_integer(value)) {
		jwrite_int(j, f->name, json_integer_value(value));
		return;
	}
	if (!(f->flags & FORMS_LIST)) {
		put_text(call, f, f->name, json_string_value(value));
		return;
	}
	jwrite_array(j, f->name);
	json_array_foreach((json_t *)(uintptr_t)value, i, each)
		put_text(call, f, NULL, json_string_value(each));
	jwrite_end(j);
}

static void put_field(struct api_call *call, const struct forms_field *f, const json_t *record)
{
	const json_t *value = json_object_get(record, f->name);

	if (f->flags & FORMS_STEP)
		return;
	if (value && (f->flags & FORMS_PRIVATE) && !api_caller_sees_private(call))
		jwrite_string(&call->json, f->name, FORMS_HIDDEN);
	else
		put_value(call, f, value);
}

static void put_stamp(struct api_call *call, const char *key, const json_t *from, const char *at,
		      const char *by)
{
	struct jwrite *j = &call->json;

	jwrite_object(j, key);
	jwrite_time(j, "at", json_integer_value(json_object_get(from, at)),
		    call->catalogue->offset_minutes);
	jwrite_string(j, "by", forms_text(from, by));
	jwrite_end(j);
}

static void put_state(struct jwrite *j, const struct forms_kind *k, const char *state)
{
	int i = forms_state(k, state);

	jwrite_string(j, "state", state);
	jwrite_lang(j, "state_word", i < 0 ? (struct lang_text){ state, state } : k->states[i].word);
}

static bool has_deadline(const struct forms_kind *k)
{
	return forms_field(k, "deadline") != NULL;
}

static void put_record(struct api_call *call, const struct query_record *r)
{
	struct jwrite *j = &call->json;

	jwrite_bytes(j, "id", r->id);
	if (r->kind->prefix)
		jwrite_string(j, "number", forms_text(r->record, "number"));
	put_state(j, r->kind, forms_text(r->record, "state"));
	for (const struct forms_field *f = r->kind->fields; f->name; f++)
		put_field(call, f, r->record);
	if (has_deadline(r->kind)) {
		jwrite_date(j, "due", r->due);
		jwrite_bool(j, "overdue", r->overdue);
		jwrite_uint(j, "overdue_days", r->days);
	}
	put_stamp(call, "made", r->record, "made_ms", "made_by");
	put_stamp(call, "changed", r->record, "changed_ms", "changed_by");
	jwrite_int(j, "steps", json_integer_value(json_object_get(r->record, "steps")));
}

/* --- lists ------------------------------------------------------------------------------------ */

struct record_list {
	struct api_call *call;
	size_t given;
};

static bool put_listed(void *ctx, const struct query_record *r)
{
	struct record_list *list = ctx;
	struct api_call *call = list->call;

	if (list->given++ == call->limit)
		return false;
	jwrite_object(&call->json, NULL);
	put_record(call, r);
	jwrite_end(&call->json);
	snprintf(call->next, sizeof(call->next), "%.*s", (int)r->id.len, (const char *)r->id.data);
	return true;
}

static bool read_item(struct api_call *call, uint16_t *out)
{
	const char *text = api_parameter(call, "item");

	*out = text ? forms_item(call->catalogue, text) : CATALOGUE_NONE;
	if (text && *out == CATALOGUE_NONE)
		api_fail(call, API_NO_SUCH_ITEM, "item", text);
	return !text || *out != CATALOGUE_NONE;
}

/* A state of the kind, "open" or "all"; by default all. */
static bool read_state(struct api_call *call, const struct forms_kind *k, const char **out)
{
	const char *text = api_parameter(call, "state");
	char known[160] = "open all";

	*out = text;
	if (!text || strcmp(text, "open") == 0 || strcmp(text, "all") == 0 ||
	    forms_state(k, text) >= 0)
		return true;
	for (const struct forms_state *s = k->states; s->name; s++)
		if (strcmp(s->name, "open") != 0)
			snprintf(known + strlen(known), sizeof(known) - strlen(known), " %s", s->name);
	api_fail(call, API_BAD_CHOICE, "state", known);
	return false;
}

static bool read_overdue(struct api_call *call, bool *out)
{
	const char *text = api_parameter(call, "overdue");

	*out = text && strcmp(text, "true") == 0;
	if (text && !*out && strcmp(text, "false") != 0) {
		api_fail(call, API_BAD_CHOICE, "overdue", "true false");
		return false;
	}
	return true;
}

static bool read_on(struct api_call *call, int32_t *out)
{
	const char *text = api_parameter(call, "on");

	*out = DATE_NONE;
	if (text && date_parse(bytes_of_string(text), out) != ERR_OK) {
		api_fail(call, API_BAD_DATE, "on", text);
		return false;
	}
	return true;
}

static bool read_quarter(struct api_call *call, const char **out)
{
	int32_t first, last;

	*out = api_parameter(call, "quarter");
	if (*out && !portfolio_quarter(*out, &first, &last)) {
		api_fail(call, API_BAD_CHOICE, "quarter", "2022-Q1 2022-Q2 ...");
		return false;
	}
	return true;
}

/* *period: the last day of the month, or DATE_NONE. month: its name, as records have it. */
static bool read_month(struct api_call *call, int32_t *period, char month[8], const char **out)
{
	*period = DATE_NONE;
	if (!api_month(call, "period", period))
		return false;
	if (*period == DATE_NONE)
		return true;
	date_month_format(date_month_of(*period), month);
	*out = month;
	return true;
}

static bool read_filter(struct api_call *call, const struct forms_kind *k,
			struct query_record_filter *f, int32_t *period, char month[8])
{
	*f = (struct query_record_filter){ .person = api_parameter(call, "person"),
					   .meeting = api_parameter(call, "meeting") };
	return api_measure(call, "target", &f->measure) && api_unit(call, "unit", &f->unit) &&
	       read_item(call, &f->item) && read_state(call, k, &f->state) &&
	       read_overdue(call, &f->overdue) && read_on(call, &f->on) &&
	       read_quarter(call, &f->quarter) && read_month(call, period, month, &f->period);
}

/* --- what is not there ------------------------------------------------------------------------ */

struct missing {
	struct api_call *call;
	unsigned expected, written, late;
};

static bool put_missing(void *ctx, const struct narratives_one *one)
{
	struct missing *m = ctx;
	const struct catalogue *c = m->call->catalogue;
	struct jwrite *j = &m->call->json;

	m->expected++;
	m->written += one->written;
	m->late += one->written && one->late_days > 0;
	if (one->written)
		return true;
	jwrite_object(j, NULL);
	jwrite_string(j, "item", c->items[one->item].id);
	jwrite_lang(j, "name", c->items[one->item].name);
	api_put_unit(m->call, "lead", c->items[one->item].lead);
	jwrite_uint(j, "late_days", one->late_days);
	jwrite_end(j);
	return true;
}

/* Of one period, whatever the other filters. */
static void put_completeness(struct api_call *call, int32_t period)
{
	struct missing m = { .call = call };
	struct jwrite *j = &call->json;

	if (period == DATE_NONE) {
		jwrite_null(j, "completeness");
		return;
	}
	jwrite_object(j, "completeness");
	jwrite_array(j, "missing");
	if (api_failed(call, query_narratives(call->query, period, put_missing, &m)))
		return;
	jwrite_end(j);
	jwrite_uint(j, "expected", m.expected);
	jwrite_uint(j, "written", m.written);
	jwrite_uint(j, "late", m.late);
	jwrite_end(j);
}

static bool put_person(void *ctx, const char *person, const char *title, bool planned)
{
	struct jwrite *j = ctx;

	jwrite_object(j, NULL);
	jwrite_string(j, "person", person);
	jwrite_string(j, "title", title);
	jwrite_bool(j, "planned", planned);
	jwrite_end(j);
	return true;
}

static void put_lacking(struct api_call *call, const char *quarter)
{
	if (!quarter) {
		jwrite_null(&call->json, "lacking");
		return;
	}
	jwrite_array(&call->json, "lacking");
	if (!api_failed(call, query_lacking(call->query, quarter, put_person, &call->json)))
		jwrite_end(&call->json);
}

void api_records(struct api_call *call)
{
	const struct forms_kind *k = kind_of(call);
	struct record_list list = { .call = call };
	struct query_record_filter filter;
	char month[8];
	int32_t period;

	if (!read_filter(call, k, &filter, &period, month))
		return;
	jwrite_array(&call->json, k->list);
	if (api_failed(call, query_records(call->query, k, bytes_of_string(call->cursor), &filter,
					   put_listed, &list)))
		return;
	jwrite_end(&call->json);
	if (list.given <= call->limit)
		call->next[0] = '\0';
	if (k->kind == RECORDS_NARRATIVE)
		put_completeness(call, period);
	if (k->kind == RECORDS_MEETING)
		put_lacking(call, filter.quarter);
}

/* --- one of them ------------------------------------------------------------------------------ */

struct life {
	struct api_call *call;
	const struct forms_kind *kind;
};

static bool put_step(void *ctx, uint32_t number, json_t *step)
{
	struct life *l = ctx;
	struct jwrite *j = &l->call->json;
	const struct forms_kind *kind;
	const struct forms_act *act = forms_act(forms_text(step, "act"), &kind);
	const char *name;
	json_t *value, *why = json_object_get(step, "why");

	jwrite_object(j, NULL);
	jwrite_uint(j, "step", number);
	jwrite_string(j, "act", forms_text(step, "act"));
	jwrite_lang(j, "act_word", act ? act->word : (struct lang_text){ NULL, NULL });
	jwrite_time(j, "at", json_integer_value(json_object_get(step, "at_ms")),
		    l->call->catalogue->offset_minutes);
	jwrite_string(j, "by", forms_text(step, "by"));
	jwrite_int(j, "position", json_integer_value(json_object_get(step, "position")));
	put_state(j, l->kind, forms_text(step, "state"));
	jwrite_string(j, "why", json_string_value(why));
	jwrite_object(j, "said");
	json_object_foreach(json_object_get(step, "set"), name, value)
		if (forms_field(l->kind, name))
			put_value(l->call, forms_field(l->kind, name), value);
	jwrite_end(j);
	jwrite_end(j);
	return true;
}

static void put_decisions(struct api_call *call, const char *meeting)
{
	const struct query_record_filter filter = { .item = CATALOGUE_NONE, .unit = CATALOGUE_NONE,
						    .measure = CATALOGUE_NONE, .on = DATE_NONE,
						    .meeting = meeting };
	struct record_list list = { .call = call };

	call->limit = SIZE_MAX;
	jwrite_array(&call->json, "decisions");
	if (!api_failed(call, query_records(call->query, forms_kind(RECORDS_DECISION),
					    (struct bytes){ 0 }, &filter, put_listed, &list)))
		jwrite_end(&call->json);
}

void api_record(struct api_call *call)
{
	const char *id = http_segment(*call->x, 0);
	struct life life = { call, kind_of(call) };
	struct query_record r;
	json_t *record;
	enum err e = query_record(call->query, life.kind, id, &record, &r);

	if (e == ERR_NOTFOUND) {
		api_fail(call, API_NO_SUCH_RECORD, NULL, id);
		return;
	}
	if (api_failed(call, e))
		return;
	put_record(call, &r);
	json_decref(record);
	jwrite_array(&call->json, "log");
	if (api_failed(call, query_record_steps(call->query, life.kind, bytes_of_string(id), put_step,
						&life)))
		return;
	jwrite_end(&call->json);
	if (life.kind->kind == RECORDS_MEETING)
		put_decisions(call, id);
}
