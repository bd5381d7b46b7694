/* SPDX-License-Identifier: MIT */
/* Alerts: what is open, what became of each, and the numbered log. */
#include "daemon/api_private.h"

#include <stdio.h>
#include <string.h>

#include "base/date.h"

#define SCANNED_MAX 50000 /* rows of the log that one alert's past is looked for in */

static void put_sentence(struct api_call *call, const struct book_record *r)
{
	static const struct {
		const char *key;
		enum lang lang;
	} langs[] = { { "zh", LANG_ZH }, { "en", LANG_EN } };
	struct jwrite *j = &call->json;

	jwrite_object(j, "text");
	for (size_t i = 0; i < 2; i++) {
		struct buf text = { 0 };

		book_text(call->catalogue, r, langs[i].lang, &text);
		jwrite_bytes(j, langs[i].key, buf_bytes(&text));
		buf_free(&text);
	}
	jwrite_end(j);
}

static void put_items(struct api_call *call, const struct book_record *r)
{
	struct buf items = { 0 };

	book_items(call->catalogue, r, &items);
	jwrite_bytes(&call->json, "items", buf_bytes(&items));
	buf_free(&items);
}

/* Plan and quotas in force on the period's last day; 0: the catalogue's. */
static void put_versions(struct api_call *call, const struct catalogue_measure *m, int32_t period)
{
	const struct catalogue_plan_version *plan = catalogue_plan_version(m, period);
	const struct catalogue_quota_version *quota = catalogue_quota_version(m, period);

	jwrite_uint(&call->json, "plan_version", plan ? plan->number : 0);
	jwrite_uint(&call->json, "quota_version", quota ? quota->number : 0);
}

/* The numbers behind the sentence: see book.h for what each kind has. */
static void put_evidence(struct api_call *call, const struct book_record *r)
{
	struct jwrite *j = &call->json;
	const struct catalogue_measure *m =
		r->measure == CATALOGUE_NONE ? NULL : &call->catalogue->measures[r->measure];

	jwrite_object(j, "evidence");
	if (m != NULL) {
		unsigned decimals = m->kind == CATALOGUE_MILESTONE ? 4 : m->decimals;

		jwrite_decimal(j, "value", r->value, decimals);
		jwrite_decimal(j, "goal", r->goal,
			       m->kind == CATALOGUE_MILESTONE ? 4 : m->rate_decimals);
		jwrite_decimal(j, "gap_points", r->gap_hundredths, 2);
		jwrite_decimal(j, "planned_percent", r->planned_ppm, 4);
		put_versions(call, m, r->period);
	}
	jwrite_int(j, "other", r->other);
	jwrite_uint(j, "months", r->months);
	jwrite_uint(j, "count", r->count);
	jwrite_uint(j, "code", r->code);
	if (r->kind == BOOK_UNCONFIRMED)
		put_items(call, r);
	jwrite_end(j);
}

static void put_person(struct api_call *call, const char *key, struct bytes text)
{
	if (text.len == 0)
		jwrite_null(&call->json, key);
	else
		jwrite_bytes(&call->json, key, text);
}

/* The members of one transition. sentence: the record whose sentence it gets. */
static void put_members(struct api_call *call, const struct book_record *r,
			const struct book_record *sentence)
{
	const struct catalogue *c = call->catalogue;
	struct jwrite *j = &call->json;

	jwrite_uint(j, "number", r->number);
	jwrite_uint(j, "position", r->position);
	jwrite_time(j, "at", r->time_ms, c->offset_minutes);
	jwrite_string(j, "id", r->id);
	jwrite_string(j, "kind", book_kind_name(r->kind));
	jwrite_lang(j, "kind_word", book_kind_word(r->kind));
	jwrite_string(j, "transition", book_transition_name(r->transition));
	jwrite_string(j, "severity", book_severity_name(r->severity));
	jwrite_string(j, "before", r->before ? book_severity_name(r->before) : NULL);
	jwrite_string(j, "target",
		      r->measure == CATALOGUE_NONE ? NULL : c->measures[r->measure].id);
	jwrite_string(j, "unit", r->unit == CATALOGUE_NONE ? NULL : c->units[r->unit].id);
	jwrite_date(j, "period", r->period);
	put_sentence(call, sentence);
	put_evidence(call, r);
	jwrite_bool(j, "in_silence", r->in_silence);
	put_person(call, "by", r->by);
	put_person(call, "to", r->to);
	put_person(call, "why", r->why);
	jwrite_time(j, "until", r->until_ms, c->offset_minutes);
}

void api_put_transition(struct api_call *call, const struct book_record *r)
{
	put_members(call, r, r);
}

/* The newest row of an alert, with the sentence of what it is about: what a person did last has the
 * figures too, and is told in the log. */
static void put_newest(struct api_call *call, const struct book_record *r)
{
	struct book_record about = *r;

	if (about.transition >= BOOK_ACKNOWLEDGED)
		about.transition = BOOK_UPDATED;
	put_members(call, r, &about);
}

/* The row that says who did it; null where nobody has. */
static void put_care(struct api_call *call, const char *key, uint64_t number)
{
	struct jwrite *j = &call->json;
	struct book_record r;

	if (number == 0) {
		jwrite_null(j, key);
		return;
	}
	if (api_failed(call, query_alert_row(call->query, number, &r)))
		return;
	jwrite_object(j, key);
	jwrite_uint(j, "number", r.number);
	jwrite_time(j, "at", r.time_ms, call->catalogue->offset_minutes);
	put_person(call, "by", r.by);
	if (r.transition == BOOK_ASSIGNED)
		put_person(call, "to", r.to);
	if (r.transition == BOOK_SILENCED)
		jwrite_time(j, "until", r.until_ms, call->catalogue->offset_minutes);
	put_person(call, "why", r.why);
	jwrite_end(j);
}

static void put_state(struct api_call *call, const struct book_record *newest,
		      uint64_t raised_number, int64_t raised_ms)
{
	struct jwrite *j = &call->json;
	struct book_state s;

	if (api_failed(call, query_alert_state(call->query, bytes_of_string(newest->id), &s)))
		return;
	put_care(call, "acknowledged", s.acknowledged);
	put_care(call, "assigned", s.assigned);
	put_care(call, "silenced", s.silenced);

	jwrite_string(j, "state", newest->transition == BOOK_RESOLVED ? "resolved" : "open");
	jwrite_uint(j, "raised_number", raised_number);
	jwrite_time(j, "raised_at", raised_ms, call->catalogue->offset_minutes);
}

/* --- the list --------------------------------------------------------------------------------- */

struct alert_list {
	struct api_call *call;
	size_t given;
};

/* By id; the cursor is the last one given. */
static bool put_alert(void *ctx, const struct query_alert *a)
{
	struct alert_list *list = ctx;
	struct api_call *call = list->call;

	if (strcmp(a->newest->id, call->cursor) <= 0)
		return true;
	if (list->given == call->limit)
		return false;
	jwrite_object(&call->json, NULL);
	put_newest(call, a->newest);
	put_state(call, a->newest, a->raised_number, a->raised_ms);
	jwrite_end(&call->json);
	if (++list->given == call->limit)
		snprintf(call->next, sizeof(call->next), "%s", a->newest->id);
	return true;
}

static bool read_severity(struct api_call *call, enum book_severity *out)
{
	const char *text = api_parameter(call, "severity");

	*out = 0;
	if (text == NULL)
		return true;
	for (enum book_severity s = BOOK_INFO; s < BOOK_SEVERITY_END; s++)
		if (strcmp(book_severity_name(s), text) == 0)
			*out = s;
	if (*out == 0)
		api_fail(call, API_BAD_CHOICE, "severity", "info yellow red");
	return *out != 0;
}

/* --- groups ----------------------------------------------------------------------------------- */

/* Alerts by severity: of a lead, of a project. The last one is of none. */
struct alert_group {
	unsigned severity[BOOK_SEVERITY_END];
};
struct alert_groups {
	const struct catalogue *c;
	struct alert_group *items; /* by unit or project */
	size_t count;
	bool by_project;
};

/* Who is to act: the lead of the measure's item, or the unit where it is about no measure. */
static size_t group_of(const struct alert_groups *g, const struct book_record *r)
{
	const struct catalogue_item *item;

	if (r->measure == CATALOGUE_NONE)
		return g->by_project ? g->count - 1 : r->unit;
	item = &g->c->items[g->c->measures[r->measure].item];
	return g->by_project ? item->project : item->lead;
}

static bool count_alert(void *ctx, const struct query_alert *a)
{
	struct alert_groups *g = ctx;

	g->items[group_of(g, a->newest)].severity[a->newest->severity]++;
	return true;
}

static void put_group(struct api_call *call, const struct alert_groups *g, size_t i)
{
	const struct alert_group *at = &g->items[i];
	struct jwrite *j = &call->json;
	unsigned all = 0;

	for (enum book_severity s = BOOK_INFO; s < BOOK_SEVERITY_END; s++)
		all += at->severity[s];
	if (all == 0)
		return;
	jwrite_object(j, NULL);
	if (i + 1 == g->count) {
		jwrite_null(j, "id");
		jwrite_null(j, "name");
	} else {
		jwrite_string(j, "id", g->by_project ? g->c->projects[i].id : g->c->units[i].id);
		jwrite_lang(j, "name",
			    g->by_project ? g->c->projects[i].name : g->c->units[i].name);
	}
	jwrite_uint(j, "count", all);
	for (enum book_severity s = BOOK_INFO; s < BOOK_SEVERITY_END; s++)
		jwrite_uint(j, book_severity_name(s), at->severity[s]);
	jwrite_end(j);
}

/* Of all alerts of the filter, whatever the page. */
static void put_groups(struct api_call *call, const struct query_alert_filter *filter)
{
	const struct catalogue *c = call->catalogue;
	const char *by = api_parameter(call, "group");
	struct alert_groups g = { .c = c };

	if (by == NULL)
		return;
	g.by_project = strcmp(by, "project") == 0;
	g.count = (g.by_project ? c->project_count : c->unit_count) + 1;
	g.items = arena_calloc(call->arena, g.count, sizeof(*g.items));
	if (api_failed(call, g.items == NULL ?
				     ERR_NOMEM :
				     query_alerts(call->query, filter, count_alert, &g)))
		return;
	jwrite_array(&call->json, "groups");
	for (size_t i = 0; i < g.count; i++)
		put_group(call, &g, i);
	jwrite_end(&call->json);
}

static bool read_choice(struct api_call *call, const char *name, const char *one,
			const char *other, const char *both)
{
	const char *text = api_parameter(call, name);
	bool good = text == NULL || strcmp(text, one) == 0 || strcmp(text, other) == 0;

	if (!good)
		api_fail(call, API_BAD_CHOICE, name, both);
	return good;
}

void api_alerts(struct api_call *call)
{
	struct query_alert_filter filter = { 0 };
	struct alert_list list = { .call = call };
	const char *state = api_parameter(call, "state");

	if (!api_measure(call, "target", &filter.measure) ||
	    !api_unit(call, "unit", &filter.unit) || !read_severity(call, &filter.at_least) ||
	    !read_choice(call, "state", "open", "all", "open all") ||
	    !read_choice(call, "group", "lead", "project", "lead project"))
		return;
	filter.closed_too = state != NULL && strcmp(state, "all") == 0;
	jwrite_array(&call->json, "alerts");
	if (api_failed(call, query_alerts(call->query, &filter, put_alert, &list)))
		return;
	jwrite_end(&call->json);
	if (list.given < call->limit)
		call->next[0] = '\0';
	put_groups(call, &filter);
}

/* --- the log ---------------------------------------------------------------------------------- */

static bool put_transition(void *ctx, const struct book_record *r)
{
	struct api_call *call = ctx;

	jwrite_object(&call->json, NULL);
	api_put_transition(call, r);
	jwrite_end(&call->json);
	return true;
}

void api_alert_log(struct api_call *call)
{
	uint64_t from = 1, limit = 100, next;

	if (!api_number(call, "from", 0, INT64_MAX, &from) ||
	    !api_number(call, "limit", 1, 1000, &limit))
		return;
	if (from == 0)
		from = 1;
	jwrite_array(&call->json, "alerts");
	if (api_failed(call, query_alert_log(call->query, from, (size_t)limit, put_transition, call,
					     &next)))
		return;
	jwrite_end(&call->json);
	if (next == 0)
		next = from > call->head.alert_number ? from : call->head.alert_number + 1;
	jwrite_uint(&call->json, "next", next);
	jwrite_uint(&call->json, "last", call->head.alert_number);
}

/* --- one alert -------------------------------------------------------------------------------- */

struct past {
	struct api_call *call;
	const char *id;
};

static bool put_past(void *ctx, const struct book_record *r)
{
	struct past *p = ctx;

	if (strcmp(r->id, p->id) == 0)
		put_transition(p->call, r);
	return true;
}

void api_alert(struct api_call *call)
{
	const char *id = http_segment(*call->x, 0);
	struct past past = { call, id };
	struct book_record newest;
	uint64_t raised, next;
	int64_t raised_ms;
	enum err e = query_alert(call->query, bytes_of_string(id), &newest, &raised, &raised_ms);

	if (e == ERR_NOTFOUND) {
		api_fail(call, API_NO_SUCH_ALERT, NULL, id);
		return;
	}
	if (api_failed(call, e))
		return;
	jwrite_string(&call->json, "id", newest.id);
	put_state(call, &newest, raised, raised_ms);
	jwrite_object(&call->json, "newest");
	put_newest(call, &newest);
	jwrite_end(&call->json);
	api_put_explanation(call, &newest);
	jwrite_array(&call->json, "log"); /* since it was raised last */
	if (api_failed(call,
		       query_alert_log(call->query, raised, SCANNED_MAX, put_past, &past, &next)))
		return;
	jwrite_end(&call->json);
}
