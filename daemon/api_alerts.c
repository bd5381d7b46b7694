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
	}
	jwrite_int(j, "other", r->other);
	jwrite_uint(j, "months", r->months);
	jwrite_uint(j, "count", r->count);
	jwrite_uint(j, "code", r->code);
	jwrite_end(j);
}

/* The members of one transition. */
static void put_record(struct api_call *call, const struct book_record *r)
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
	put_sentence(call, r);
	put_evidence(call, r);
}

static void put_state(struct api_call *call, const struct book_record *newest,
		      uint64_t raised_number, int64_t raised_ms)
{
	struct jwrite *j = &call->json;

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
	put_record(call, a->newest);
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

void api_alerts(struct api_call *call)
{
	struct query_alert_filter filter = { 0 };
	struct alert_list list = { .call = call };
	const char *state = api_parameter(call, "state");

	if (!api_measure(call, "target", &filter.measure) ||
	    !api_unit(call, "unit", &filter.unit) || !read_severity(call, &filter.at_least))
		return;
	if (state != NULL && strcmp(state, "open") != 0 && strcmp(state, "all") != 0) {
		api_fail(call, API_BAD_CHOICE, "state", "open all");
		return;
	}
	filter.closed_too = state != NULL && strcmp(state, "all") == 0;
	jwrite_array(&call->json, "alerts");
	if (api_failed(call, query_alerts(call->query, &filter, put_alert, &list)))
		return;
	jwrite_end(&call->json);
	if (list.given < call->limit)
		call->next[0] = '\0';
}

/* --- the log ---------------------------------------------------------------------------------- */

static bool put_transition(void *ctx, const struct book_record *r)
{
	struct api_call *call = ctx;

	jwrite_object(&call->json, NULL);
	put_record(call, r);
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
	put_record(call, &newest);
	jwrite_end(&call->json);
	jwrite_array(&call->json, "log"); /* since it was raised last */
	if (api_failed(call,
		       query_alert_log(call->query, raised, SCANNED_MAX, put_past, &past, &next)))
		return;
	jwrite_end(&call->json);
}
