/* SPDX-License-Identifier: MIT */
/* Slips: what was drafted, issued, signed for, replied to, verified and closed. */
#include "daemon/api_private.h"

#include <stdio.h>
#include <string.h>

#include "aggregator/query/query_slips.h"

/* Members that a step may have said, as they are told. */
static const char *const said[] = { "task",	      "requirement", "person",	    "deadline",
				    "issued_on",  "signed_by",   "reply",
				    "evidence", "replied_on", "closed_on",   "cause" };

static const char *text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static int64_t number_of(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static void put_said(struct api_call *call, const json_t *object)
{
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++)
		jwrite_string(&call->json, said[i], text_of(object, said[i]));
}

/* The number on the paper: a step has one of its own. */
static void put_number(struct api_call *call, const char *key, const json_t *object)
{
	jwrite_string(&call->json, key, text_of(object, "number"));
}

static void put_text(struct api_call *call, const char *key, struct buf *text)
{
	jwrite_bytes(&call->json, key, buf_bytes(text));
	buf_clear(text);
}

/* What it is about, made from its subjects: in both languages, whatever the paper says. */
static void put_about(struct api_call *call, const struct slips_slip *s)
{
	struct jwrite *j = &call->json;
	struct buf text = { 0 };

	jwrite_object(j, "about");
	slips_task(call->catalogue, s, LANG_ZH, &text);
	put_text(call, "zh", &text);
	slips_task(call->catalogue, s, LANG_EN, &text);
	put_text(call, "en", &text);
	jwrite_end(j);
	buf_free(&text);
}

/* The alert that the subject has now, or "" where it has none; how bad it is, or 0. */
static enum book_severity find_alert(struct api_call *call, const struct slips_subject *s,
				     char out[BOOK_ID])
{
	struct book_state state;

	for (int overdue = 0; overdue < 2; overdue++) {
		enum err e;

		slips_alert(call->catalogue, s->measure, s->unit, overdue, out);
		e = query_alert_state(call->query, bytes_of_string(out), &state);
		if (e != ERR_NOTFOUND && api_failed(call, e))
			break;
		if (e == ERR_OK && state.severity)
			return state.severity;
	}
	out[0] = '\0';
	return (enum book_severity)0;
}

static void put_subject(struct api_call *call, const struct slips_subject *s)
{
	struct jwrite *j = &call->json;
	char alert[BOOK_ID];
	enum book_severity now = find_alert(call, s, alert);

	jwrite_object(j, NULL);
	jwrite_string(j, "target", call->catalogue->measures[s->measure].id);
	jwrite_lang(j, "target_name", call->catalogue->measures[s->measure].name);
	api_put_unit(call, "unit", s->unit);
	jwrite_string(j, "severity", s->severity ? book_severity_name(s->severity) : NULL);
	jwrite_uint(j, "months", s->months);
	jwrite_string(j, "alert", alert[0] ? alert : NULL);
	jwrite_string(j, "alert_state", now ? "open" : "resolved");
	jwrite_string(j, "alert_severity", now ? book_severity_name(now) : NULL);
	jwrite_end(j);
}

static void put_project(struct api_call *call, uint16_t project)
{
	struct jwrite *j = &call->json;

	if (project == CATALOGUE_NONE) {
		jwrite_null(j, "project");
		return;
	}
	jwrite_object(j, "project");
	jwrite_string(j, "id", call->catalogue->projects[project].id);
	jwrite_lang(j, "name", call->catalogue->projects[project].name);
	jwrite_end(j);
}

static void put_slip(struct api_call *call, const struct query_slip *q)
{
	const struct slips_slip *s = &q->slip;
	struct jwrite *j = &call->json;

	jwrite_string(j, "id", s->id);
	jwrite_string(j, "rung", slips_rung_name(s->rung));
	jwrite_lang(j, "rung_word", slips_rung_word(s->rung));
	jwrite_string(j, "state", slips_state_name(s->state));
	jwrite_lang(j, "state_word", slips_state_word(s->state));
	api_put_unit(call, "unit", s->unit);
	put_project(call, s->project);
	jwrite_date(j, "period", s->period);
	jwrite_bool(j, "overdue", s->overdue);
	put_about(call, s);
	put_number(call, "number", q->record);
	put_said(call, q->record);
	jwrite_time(j, "drafted_at", number_of(q->record, "drafted_at"),
		    call->catalogue->offset_minutes);
	jwrite_time(j, "changed_at", number_of(q->record, "changed_at"),
		    call->catalogue->offset_minutes);
	jwrite_array(j, "subjects");
	for (size_t i = 0; i < s->subject_count; i++)
		put_subject(call, &s->subjects[i]);
	jwrite_end(j);
}

/* --- the list --------------------------------------------------------------------------------- */

struct slip_list {
	struct api_call *call;
	size_t given;
};

static bool put_listed(void *ctx, const struct query_slip *s)
{
	struct slip_list *list = ctx;
	struct api_call *call = list->call;

	if (list->given++ == call->limit)
		return false;
	jwrite_object(&call->json, NULL);
	put_slip(call, s);
	jwrite_end(&call->json);
	snprintf(call->next, sizeof(call->next), "%s", s->slip.id);
	return true;
}

static bool read_state(struct api_call *call, struct query_slip_filter *f)
{
	const char *text = api_parameter(call, "state");

	if (text == NULL || strcmp(text, "open") == 0)
		return true;
	f->choice = strcmp(text, "all") == 0 ? QUERY_SLIPS_ALL : QUERY_SLIPS_IN;
	f->state = slips_state_of(text);
	if (f->choice == QUERY_SLIPS_IN && !f->state)
		api_fail(call, API_BAD_CHOICE, "state",
			 "open all draft issued signed returned replied verified closed discarded "
			 "lapsed");
	return f->choice == QUERY_SLIPS_ALL || f->state;
}

static bool read_rung(struct api_call *call, struct query_slip_filter *f)
{
	const char *text = api_parameter(call, "rung");

	f->rung = slips_rung_of(text);
	if (text != NULL && !f->rung)
		api_fail(call, API_BAD_CHOICE, "rung", "reminder supervision interview");
	return text == NULL || f->rung;
}

static bool read_project(struct api_call *call, struct query_slip_filter *f)
{
	const char *text = api_parameter(call, "project");
	const struct catalogue *c = call->catalogue;

	f->project = CATALOGUE_NONE;
	for (uint16_t i = 0; text != NULL && i < c->project_count; i++)
		if (strcmp(c->projects[i].id, text) == 0)
			f->project = i;
	if (text != NULL && f->project == CATALOGUE_NONE)
		api_fail(call, API_NO_SUCH_ITEM, "project", text);
	return text == NULL || f->project != CATALOGUE_NONE;
}

void api_slips(struct api_call *call)
{
	struct query_slip_filter filter = { .choice = QUERY_SLIPS_OPEN };
	struct slip_list list = { call, 0 };

	if (!api_unit(call, "unit", &filter.unit) || !read_state(call, &filter) ||
	    !read_rung(call, &filter) || !read_project(call, &filter))
		return;
	jwrite_array(&call->json, "slips");
	if (api_failed(call, query_slips(call->query, &filter, bytes_of_string(call->cursor),
					 put_listed, &list)))
		return;
	jwrite_end(&call->json);
	if (list.given <= call->limit)
		call->next[0] = '\0';
}

/* --- one -------------------------------------------------------------------------------------- */

static void put_one(void *ctx, const struct query_slip *s)
{
	put_slip(ctx, s);
}

static bool put_step(void *ctx, uint32_t number, json_t *step)
{
	struct api_call *call = ctx;
	struct jwrite *j = &call->json;

	jwrite_object(j, NULL);
	jwrite_uint(j, "number", number);
	jwrite_string(j, "step", text_of(step, "step"));
	jwrite_time(j, "at", number_of(step, "at"), call->catalogue->offset_minutes);
	jwrite_int(j, "position", number_of(step, "position"));
	jwrite_string(j, "by", text_of(step, "by"));
	jwrite_string(j, "why", text_of(step, "why"));
	put_number(call, "paper_number", step);
	put_said(call, step);
	jwrite_end(j);
	return true;
}

void api_slip(struct api_call *call)
{
	const char *text = http_segment(*call->x, 0);
	struct bytes id = bytes_of_string(text);
	enum err e = query_slip(call->query, id, put_one, call);

	if (e == ERR_NOTFOUND) {
		api_fail(call, API_NO_SUCH_SLIP, NULL, text);
		return;
	}
	if (api_failed(call, e))
		return;
	jwrite_array(&call->json, "steps");
	if (api_failed(call, query_slip_steps(call->query, id, put_step, call)))
		return;
	jwrite_end(&call->json);
}
