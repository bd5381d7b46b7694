/* SPDX-License-Identifier: MIT */
/* The bulletin of a month: its sentences with locked numbers and where they come from, what was edited,
 * what to look at before it is published, what was corrected since; and what changed between two
 * months. */
#include "daemon/api_private.h"

#include "aggregator/papers/bulletin_after.h"
#include "aggregator/papers/bulletin_check.h"
#include "base/date.h"

static void put_month(struct jwrite *j, const char *key, int32_t period)
{
	char month[8];

	date_month_format(date_month_of(period), month);
	jwrite_string(j, key, month);
}

bool api_bulletin_month(struct api_call *call, const char *text, int32_t *out)
{
	const struct catalogue *c = call->catalogue;

	if (text && date_period_parse(bytes_of_string(text), out) == ERR_OK &&
	    *out >= date_month_last(date_month_of(c->from)) &&
	    *out <= date_month_last(date_month_of(c->to)))
		return true;
	api_fail(call, API_NO_SUCH_MONTH, NULL, text);
	return false;
}

/* False: no month of the programme, or nothing was judged for it; the call has failed. */
static bool open_month(struct api_call *call, const char *text, struct bulletin *b)
{
	int32_t period;
	enum err e;

	if (!api_bulletin_month(call, text, &period))
		return false;
	e = bulletin_open(call->query, period, call->lang, call->arena, b);
	if (e == ERR_NOTFOUND)
		api_fail(call, API_NO_BULLETIN, NULL, text);
	return e != ERR_NOTFOUND && !api_failed(call, e);
}

/* --- sentences ---------------------------------------------------------------------------------- */

static void put_piece(struct jwrite *j, const struct bulletin_sentence *s,
		      const struct prose_piece *piece)
{
	const struct bulletin_value *v = piece->name[0] ? bulletin_value(s, piece->name) : NULL;

	jwrite_object(j, NULL);
	if (v) {
		jwrite_string(j, "name", v->name);
		jwrite_string(j, "value", v->text);
		jwrite_string(j, "source", v->source);
	} else {
		jwrite_bytes(j, "text", piece->text);
	}
	jwrite_end(j);
}

static void put_sentence(struct api_call *call, const struct bulletin_sentence *s)
{
	struct jwrite *j = &call->json;
	struct prose_piece piece;
	const char *at = s->text;

	jwrite_object(j, NULL);
	jwrite_string(j, "section", s->section);
	jwrite_lang(j, "word", s->form->word);
	jwrite_string(j, "template", s->text);
	jwrite_string(j, "original", lang_pick(s->form->text, call->lang));
	jwrite_array(j, "pieces");
	while (prose_next(&at, &piece) == PROSE_PIECE)
		put_piece(j, s, &piece);
	jwrite_end(j);
	jwrite_bool(j, "edited", s->edited);
	jwrite_uint(j, "revision", s->revision);
	jwrite_string(j, "by", s->by);
	jwrite_time(j, "at", s->at_ms, call->catalogue->offset_minutes);
	jwrite_end(j);
}

/* --- state -------------------------------------------------------------------------------------- */

static void put_signature(struct api_call *call, const struct bulletin *b)
{
	const struct bulletin_signature *s = &b->signature;
	struct jwrite *j = &call->json;

	if (!s->signed_) {
		jwrite_null(j, "signature");
		return;
	}
	jwrite_object(j, "signature");
	jwrite_string(j, "document", s->document);
	jwrite_string(j, "name", s->name);
	jwrite_string(j, "title", s->title);
	jwrite_string(j, "date", s->date);
	jwrite_string(j, "digest", s->digest);
	jwrite_bool(j, "current", strcmp(s->digest, b->digest) == 0);
	jwrite_string(j, "by", s->by);
	jwrite_time(j, "at", s->at_ms, call->catalogue->offset_minutes);
	jwrite_end(j);
}

static void put_publication(struct api_call *call, const struct bulletin *b)
{
	const struct month *m = &b->month.publication;
	struct jwrite *j = &call->json;

	if (!b->published) {
		jwrite_null(j, "publication");
		return;
	}
	jwrite_object(j, "publication");
	jwrite_string(j, "document", m->document);
	jwrite_string(j, "by", m->by);
	jwrite_time(j, "at", m->time_ms, call->catalogue->offset_minutes);
	jwrite_uint(j, "position", m->position);
	jwrite_string(j, "digest", m->digest);
	jwrite_bool(j, "kept", b->kept);
	jwrite_end(j);
}

static void put_state(struct api_call *call, const struct bulletin *b)
{
	struct jwrite *j = &call->json;

	put_month(j, "month", b->facts.period);
	jwrite_date(j, "period", b->facts.period);
	jwrite_string(j, "state",
		      b->published ? "published" : b->signature.signed_ ? "signed" : "draft");
	jwrite_uint(j, "position", b->position);
	jwrite_string(j, "digest", b->digest);
	jwrite_date(j, "publish_from", b->month.object);
	jwrite_string(j, "month_state", query_months_state_name(b->month.state));
	put_signature(call, b);
	put_publication(call, b);
}

static void put_checks(struct api_call *call, const struct bulletin *b)
{
	struct bulletin_check checks[BULLETIN_CHECK_COUNT];
	struct jwrite *j = &call->json;

	if (api_failed(call, bulletin_check(call->query, b, call->arena, checks)))
		return;
	jwrite_array(j, "checks");
	for (size_t i = 0; i < BULLETIN_CHECK_COUNT; i++) {
		jwrite_object(j, NULL);
		jwrite_string(j, "check", bulletin_check_name(checks[i].kind));
		jwrite_lang(j, "word", bulletin_check_word(checks[i].kind));
		jwrite_lang(j, "advice", bulletin_check_advice(checks[i].kind));
		jwrite_bool(j, "good", checks[i].good);
		jwrite_bool(j, "stops", checks[i].stops);
		jwrite_uint(j, "count", checks[i].count);
		jwrite_end(j);
	}
	jwrite_end(j);
}

/* --- figures then and now ----------------------------------------------------------------------- */

static void put_figure(struct api_call *call, const char *key, const struct bulletin_light *l)
{
	const struct catalogue_measure *m = l ? &call->catalogue->measures[l->measure] : NULL;
	struct jwrite *j = &call->json;

	if (!l) {
		jwrite_null(j, key);
		return;
	}
	jwrite_object(j, key);
	jwrite_string(j, "light", light_name(l->light));
	api_put_value(call, m, l->present, l->value, l->denominator);
	jwrite_decimal(j, "done_percent", l->done_ppm, 4);
	jwrite_decimal(j, "gap_points", l->gap_hundredths, 2);
	jwrite_end(j);
}

static void put_subject(struct api_call *call, uint16_t measure, uint16_t unit)
{
	struct jwrite *j = &call->json;

	jwrite_string(j, "target", call->catalogue->measures[measure].id);
	jwrite_lang(j, "name", call->catalogue->measures[measure].name);
	api_put_unit(call, "unit", unit);
}

static void put_corrections(struct api_call *call, const struct bulletin *b)
{
	const struct bulletin_after *list;
	struct jwrite *j = &call->json;
	size_t count;

	if (api_failed(call, bulletin_after(call->query, b, call->arena, &list, &count)))
		return;
	jwrite_array(j, "corrections");
	for (size_t i = 0; i < count; i++) {
		struct bulletin_light now = list[i].published;

		now.light = list[i].now, now.present = list[i].present;
		now.value = list[i].value, now.denominator = list[i].denominator;
		jwrite_object(j, NULL);
		put_subject(call, list[i].measure, list[i].unit);
		jwrite_string(j, "published_light", light_name(list[i].then));
		jwrite_string(j, "light", light_name(list[i].now));
		jwrite_object(j, "published");
		api_put_value(call, &call->catalogue->measures[now.measure], list[i].published.present,
			      list[i].published.value, list[i].published.denominator);
		jwrite_end(j);
		jwrite_object(j, "now");
		api_put_value(call, &call->catalogue->measures[now.measure], now.present, now.value,
			      now.denominator);
		jwrite_end(j);
		jwrite_uint(j, "position", list[i].position);
		jwrite_end(j);
	}
	jwrite_end(j);
}

void api_bulletin(struct api_call *call)
{
	struct jwrite *j = &call->json;
	struct bulletin b;

	if (!open_month(call, http_segment(*call->x, 0), &b))
		return;
	put_state(call, &b);
	jwrite_array(j, "sentences");
	for (size_t i = 0; i < b.sentence_count; i++)
		put_sentence(call, &b.sentences[i]);
	jwrite_end(j);
	jwrite_array(j, "strays");
	for (size_t i = 0; i < b.stray_count; i++)
		jwrite_string(j, NULL, b.strays[i]);
	jwrite_end(j);
	put_checks(call, &b);
	put_corrections(call, &b);
}

/* --- two months --------------------------------------------------------------------------------- */

static void put_counts(struct jwrite *j, const char *key, const struct bulletin *b)
{
	jwrite_object(j, key);
	put_month(j, "month", b->facts.period);
	jwrite_bool(j, "published", b->published);
	for (enum light l = LIGHT_NONE; l < LIGHT_COUNT; l++)
		jwrite_uint(j, light_name(l), b->facts.counts[l]);
	jwrite_end(j);
}

void api_bulletin_diff(struct api_call *call)
{
	const char *before = api_parameter(call, "from");
	const struct bulletin_diff *list;
	struct jwrite *j = &call->json;
	struct bulletin from, to;
	size_t count;

	if (!before) {
		api_fail(call, API_MISSING, "from", "2022-05");
		return;
	}
	if (!open_month(call, http_segment(*call->x, 0), &to) || !open_month(call, before, &from) ||
	    api_failed(call, bulletin_diff(&from, &to, call->arena, &list, &count)))
		return;
	put_counts(j, "from", &from);
	put_counts(j, "to", &to);
	jwrite_array(j, "changes");
	for (size_t i = 0; i < count; i++) {
		jwrite_object(j, NULL);
		jwrite_string(j, "change", bulletin_change_name(list[i].change));
		jwrite_lang(j, "word", bulletin_change_word(list[i].change));
		put_subject(call, list[i].measure, list[i].unit);
		jwrite_bool(j, "city", list[i].unit == call->catalogue->city);
		put_figure(call, "from", list[i].from);
		put_figure(call, "to", list[i].to);
		jwrite_end(j);
	}
	jwrite_end(j);
}
