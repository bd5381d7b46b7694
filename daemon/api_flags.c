/* SPDX-License-Identifier: MIT */
/* Figures that look odd, and figures that are checked on the spot. */
#include "daemon/api_private.h"

#include <stdio.h>
#include <string.h>

#include "base/date.h"

/* --- flags ------------------------------------------------------------------------------------ */

static void put_text(struct api_call *call, const struct flags_record *r)
{
	static const struct {
		const char *key;
		enum lang lang;
	} langs[] = { { "zh", LANG_ZH }, { "en", LANG_EN } };

	jwrite_object(&call->json, "text");
	for (size_t i = 0; i < 2; i++) {
		struct buf text = { 0 };

		flags_text(call->catalogue, r, langs[i].lang, &text);
		jwrite_bytes(&call->json, langs[i].key, buf_bytes(&text));
		buf_free(&text);
	}
	jwrite_end(&call->json);
}

/* The numbers behind the sentence, by name. */
static void put_inputs(struct api_call *call, const struct flags_record *r)
{
	const struct flags_number *n = flags_numbers(r->rule);

	jwrite_array(&call->json, "inputs");
	for (size_t i = 0; i < FLAGS_NUMBERS && n[i].name; i++) {
		jwrite_object(&call->json, NULL);
		jwrite_string(&call->json, "name", n[i].name);
		jwrite_decimal(&call->json, "value", r->numbers[i],
			       flags_decimals(call->catalogue, r, n[i].form));
		jwrite_end(&call->json);
	}
	jwrite_end(&call->json);
}

/* The members that a person's act leaves behind. */
static void put_said(struct api_call *call, uint64_t position, int64_t ms, struct bytes by,
		     struct bytes why)
{
	struct jwrite *j = &call->json;

	jwrite_uint(j, "position", position);
	jwrite_time(j, "at", ms, call->catalogue->offset_minutes);
	jwrite_bytes(j, "by", by);
	jwrite_bytes(j, "why", why);
}

/* What a person said last; null where nobody did. */
static void put_answer(struct api_call *call, const struct flags_record *r)
{
	if (r->act_position == 0) {
		jwrite_null(&call->json, "answer");
		return;
	}
	jwrite_object(&call->json, "answer");
	put_said(call, r->act_position, r->act_ms, r->by, r->why);
	jwrite_end(&call->json);
}

static void put_other(struct api_call *call, const struct flags_record *r)
{
	struct jwrite *j = &call->json;

	jwrite_string(j, "other_target",
		      r->other_measure == CATALOGUE_NONE ?
			      NULL :
			      call->catalogue->measures[r->other_measure].id);
	if (r->other_unit == CATALOGUE_NONE)
		jwrite_null(j, "other_unit");
	else
		api_put_unit(call, "other_unit", r->other_unit);
}

static void put_flag(struct api_call *call, const struct flags_record *r)
{
	const struct catalogue *c = call->catalogue;
	struct jwrite *j = &call->json;
	char id[FLAGS_ID];

	flags_id(c, r, id);
	jwrite_string(j, "id", id);
	jwrite_string(j, "rule", flags_rule_name(r->rule));
	jwrite_string(j, "code", flags_rule_code(r->rule));
	jwrite_lang(j, "rule_word", flags_rule_word(r->rule));
	jwrite_string(j, "target", c->measures[r->measure].id);
	jwrite_lang(j, "target_name", c->measures[r->measure].name);
	api_put_unit(call, "unit", r->unit);
	jwrite_date(j, "period", r->period);
	jwrite_string(j, "state", flags_state_name(r->state));
	jwrite_lang(j, "state_word", flags_state_word(r->state));
	put_text(call, r);
	put_inputs(call, r);
	put_other(call, r);
	jwrite_uint(j, "position", r->position);
	jwrite_time(j, "at", r->time_ms, c->offset_minutes);
	put_answer(call, r);
}

struct flag_list {
	struct api_call *call;
	struct flags_record after; /* the last one of the page before; rule 0: none */
	size_t given;
};

/* In the order of the list. */
static int compare(const struct flags_record *a, const struct flags_record *b)
{
	if (a->measure != b->measure)
		return a->measure - b->measure;
	if (a->unit != b->unit)
		return a->unit - b->unit;
	if (a->period != b->period)
		return a->period < b->period ? -1 : 1;
	return (int)a->rule - (int)b->rule;
}

static bool put_one(void *ctx, const struct flags_record *r)
{
	struct flag_list *list = ctx;
	struct api_call *call = list->call;

	if (list->after.rule && compare(r, &list->after) <= 0)
		return true;
	if (list->given == call->limit)
		return false;
	jwrite_object(&call->json, NULL);
	put_flag(call, r);
	jwrite_end(&call->json);
	if (++list->given == call->limit)
		flags_id(call->catalogue, r, call->next);
	return true;
}

static bool read_state(struct api_call *call, bool *all)
{
	const char *text = api_parameter(call, "state");

	*all = text && strcmp(text, "all") == 0;
	if (text && !*all && strcmp(text, "open") != 0) {
		api_fail(call, API_BAD_CHOICE, "state", "open all");
		return false;
	}
	return true;
}

static bool read_rule(struct api_call *call, enum flags_rule *out)
{
	const char *text = api_parameter(call, "rule");

	*out = (enum flags_rule)0;
	if (!text)
		return true;
	for (enum flags_rule r = FLAGS_JUMP; r < FLAGS_RULE_END; r++)
		if (strcmp(flags_rule_name(r), text) == 0)
			*out = r;
	if (!*out)
		api_fail(call, API_BAD_CHOICE, "rule",
			 "jump exact bunched spike stuck twin pair above");
	return *out != 0;
}

void api_flags(struct api_call *call)
{
	struct query_flag_filter filter = { .period = DATE_NONE };
	struct flag_list list = { .call = call };

	if (!read_state(call, &filter.settled_too) || !read_rule(call, &filter.rule) ||
	    !api_measure(call, "target", &filter.measure) || !api_unit(call, "unit", &filter.unit) ||
	    !api_month(call, "period", &filter.period))
		return;
	if (call->cursor[0] &&
	    !flags_find_id(call->catalogue, bytes_of_string(call->cursor), &list.after)) {
		api_fail(call, API_BAD_CURSOR, "cursor", call->cursor);
		return;
	}
	jwrite_array(&call->json, "flags");
	if (api_failed(call, query_flags(call->query, &filter, put_one, &list)))
		return;
	jwrite_end(&call->json);
}

void api_flag(struct api_call *call)
{
	const char *id = http_segment(*call->x, 0);
	struct flags_record r;
	enum err e = query_flag(call->query, bytes_of_string(id), &r);

	if (e == ERR_NOTFOUND)
		api_fail(call, API_NO_SUCH_FLAG, NULL, id);
	if (e == ERR_NOTFOUND || api_failed(call, e))
		return;
	jwrite_object(&call->json, "flag");
	put_flag(call, &r);
	jwrite_end(&call->json);
}

/* --- samples ---------------------------------------------------------------------------------- */

/* Of a ratio the rate, with the two numbers that it is made of. */
static void put_number_found(struct api_call *call, const struct catalogue_measure *m,
			     const struct sample_record *r)
{
	struct jwrite *j = &call->json;
	bool ratio = m->kind == CATALOGUE_RATIO;

	if (!r->has_found || (ratio && r->found_denominator == 0))
		jwrite_null(j, "found");
	else if (ratio)
		jwrite_fraction(j, "found",
				fraction_of((int128)r->found * 100, r->found_denominator),
				m->rate_decimals);
	else
		jwrite_decimal(j, "found", r->found, catalogue_figure_decimals(m));
	if (!ratio)
		return;
	if (r->has_found) {
		jwrite_decimal(j, "found_numerator", r->found, m->decimals);
		jwrite_decimal(j, "found_denominator", r->found_denominator, m->decimals);
	} else {
		jwrite_null(j, "found_numerator");
		jwrite_null(j, "found_denominator");
	}
}

static void put_found(struct api_call *call, const struct sample_record *r)
{
	const struct catalogue_measure *m = &call->catalogue->measures[r->measure];
	struct jwrite *j = &call->json;

	jwrite_string(j, "result", sample_result_name(r->result));
	jwrite_lang(j, "result_word", sample_result_word(r->result));
	put_number_found(call, m, r);
	if (r->act_position == 0) {
		jwrite_null(j, "inspected");
		return;
	}
	jwrite_object(j, "inspected");
	put_said(call, r->act_position, r->act_ms, r->by, r->why);
	if (r->inspection.len)
		jwrite_bytes(j, "inspection", r->inspection);
	else
		jwrite_null(j, "inspection");
	jwrite_end(j);
}

static bool put_sampled(void *ctx, const struct sample_record *r)
{
	struct api_call *call = ctx;
	const struct catalogue_measure *m = &call->catalogue->measures[r->measure];
	struct jwrite *j = &call->json;

	jwrite_object(j, NULL);
	jwrite_string(j, "target", m->id);
	jwrite_lang(j, "target_name", m->name);
	api_put_unit(call, "unit", r->unit);
	jwrite_bool(j, "flagged", r->flagged);
	api_put_value(call, m, r->present, r->value, r->denominator);
	put_found(call, r);
	jwrite_end(j);
	return true;
}

void api_samples(struct api_call *call)
{
	struct jwrite *j = &call->json;
	struct sample_period p;
	int32_t period;
	enum err e;

	if (api_failed(call, query_newest_period(call->query, &period)) ||
	    !api_month(call, "period", &period))
		return;
	e = period == DATE_NONE ? ERR_NOTFOUND : query_sample(call->query, period, &p);
	if (e == ERR_NOTFOUND) {
		api_fail(call, API_NO_SAMPLE, NULL, NULL);
		return;
	}
	if (api_failed(call, e))
		return;
	jwrite_date(j, "period", p.period);
	jwrite_hex(j, "seed", bytes_of(p.seed, sizeof(p.seed)));
	jwrite_uint(j, "seed_position", p.position - 1);
	jwrite_string(j, "method", "blake2b-256 lowest tickets");
	jwrite_uint(j, "drawn_position", p.position);
	jwrite_time(j, "at", p.time_ms, call->catalogue->offset_minutes);
	jwrite_uint(j, "expected", p.expected);
	jwrite_uint(j, "flagged", p.flagged);
	jwrite_uint(j, "drawn", p.drawn);
	jwrite_array(j, "samples");
	if (api_failed(call, query_sampled(call->query, period, put_sampled, call)))
		return;
	jwrite_end(j);
}
