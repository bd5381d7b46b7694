/* SPDX-License-Identifier: MIT */
/* Why an alert is there, as data and as a sentence in both languages. */
#include "daemon/api_private.h"

#include "aggregator/query/query_explain.h"
#include "base/date.h"
#include "base/decimal.h"

#define TOLD_MAX 3 /* units that the sentence names */
#define PPM_DECIMALS 4
/* 365.25 / 12 days, of a rate a day */
#define MONTH_NUM 487
#define MONTH_DEN 16

struct telling {
	struct api_call *call;
	const struct query_explanation *x;
	enum lang lang;
	struct buf *out;
};

static unsigned decimals_of(const struct api_call *call, const struct query_explanation *x)
{
	return x->pace.in_share ? PPM_DECIMALS :
				  call->catalogue->measures[x->pace.figure.measure].decimals;
}

static struct fraction scaled(const struct api_call *call, const struct query_explanation *x,
			      struct fraction f)
{
	return fraction_div(f, fraction_of(decimal_pow10(decimals_of(call, x)), 1));
}

static struct fraction a_month(const struct api_call *call, const struct query_explanation *x,
			       struct fraction a_day)
{
	return fraction_mul(scaled(call, x, a_day), fraction_of(MONTH_NUM, MONTH_DEN));
}

/* Expected by plan less done, in what is counted. */
static struct fraction short_of(const struct api_call *call, const struct query_explanation *x)
{
	struct fraction planned =
		fraction_mul(x->pace.figure.planned, fraction_of(x->pace.goal, 1));

	return scaled(call, x, fraction_sub(planned, fraction_of(x->pace.value, 1)));
}

/* --- the sentence ----------------------------------------------------------------------------- */

static void say(const struct telling *t, const char *zh, const char *en)
{
	buf_put_string(t->out, t->lang == LANG_ZH ? zh : en);
}

static void say_number(const struct telling *t, struct fraction f, unsigned decimals)
{
	char text[DECIMAL_TEXT_MAX];

	fraction_format(f, decimals, text, sizeof(text));
	buf_put_string(t->out, text);
}

static void say_uom(const struct telling *t)
{
	const struct catalogue_measure *m =
		&t->call->catalogue->measures[t->x->pace.figure.measure];

	if (t->lang == LANG_EN)
		buf_put_u8(t->out, ' ');
	buf_put_string(t->out, t->x->pace.in_share ? "%" : t->lang == LANG_ZH ? m->uom : m->uom_en);
}

static void say_unit(const struct telling *t, uint16_t unit)
{
	buf_put_string(t->out, lang_pick(t->call->catalogue->units[unit].name, t->lang));
}

static void say_parts(const struct telling *t)
{
	const struct query_explanation *x = t->x;

	for (size_t i = 0; i < x->part_count && i < TOLD_MAX; i++) {
		say(t, i ? "、" : "；缺口主要在", i ? ", " : "; most of it in ");
		say_unit(t, x->parts[i].unit);
		say(t, "（占", " (");
		say_number(t, fraction_mul(x->parts[i].part.share, fraction_of(100, 1)), 1);
		say(t, "%）", " %)");
	}
}

static void say_missing(const struct telling *t)
{
	for (size_t i = 0; i < t->x->missing_count; i++) {
		say(t, i ? "、" : "；未报：", i ? ", " : "; no report from: ");
		say_unit(t, t->x->missing[i]);
	}
}

static void say_rates(const struct telling *t)
{
	const struct query_pace *p = &t->x->pace;
	unsigned decimals = decimals_of(t->call, t->x) + 1;

	if (!p->required.known)
		return;
	say(t, "；今后每月需", "; needed a month: ");
	say_number(t, a_month(t->call, t->x, p->required.value), decimals);
	say_uom(t);
	say(t, "，近期每月", ", recently ");
	say_number(t, a_month(t->call, t->x, p->recent), decimals);
	say_uom(t);
}

static void say_day(const struct telling *t, int32_t day)
{
	char text[11];

	if (day == DATE_NONE) {
		say(t, "无法完成", "never");
		return;
	}
	date_format(day, text);
	buf_put_string(t->out, text);
}

static void say_forecast(const struct telling *t)
{
	const struct query_pace *p = &t->x->pace;

	say(t, "；预计完成：按计划进度推算", "; would be done: by the schedule ");
	say_day(t, p->finish_by_index);
	say(t, "，按近期速度推算", ", by the recent rate ");
	say_day(t, p->finish_by_rate);
}

static void say_all(const struct telling *t)
{
	const struct query_explanation *x = t->x;

	say(t, query_cause_word(x->cause).zh, query_cause_word(x->cause).en);
	if (x->pace.paced) {
		say(t, "，比计划少", ", short of the plan by ");
		say_number(t, short_of(t->call, x), decimals_of(t->call, x) + 1);
		say_uom(t);
		say_parts(t);
	}
	say_missing(t);
	if (x->pace.paced) {
		say_rates(t);
		say_forecast(t);
	}
	say(t, "；计划：", "; plan: ");
	buf_printf(t->out, "%s (%u)", x->plan, x->plan_version);
	say(t, "。", ".");
}

static void put_sentence(struct api_call *call, const struct query_explanation *x)
{
	static const struct {
		const char *key;
		enum lang lang;
	} langs[] = { { "zh", LANG_ZH }, { "en", LANG_EN } };
	struct jwrite *j = &call->json;
	struct buf text = { 0 };

	jwrite_object(j, "text");
	for (size_t i = 0; i < 2; i++) {
		const struct telling t = { call, x, langs[i].lang, &text };

		say_all(&t);
		jwrite_bytes(j, langs[i].key, buf_bytes(&text));
		buf_clear(&text);
	}
	jwrite_end(j);
	buf_free(&text);
}

/* --- the data --------------------------------------------------------------------------------- */

static void put_paced(struct api_call *call, const struct query_explanation *x)
{
	struct jwrite *j = &call->json;
	const struct query_pace *p = &x->pace;
	unsigned decimals = decimals_of(call, x) + 2;

	jwrite_fraction(j, "short", short_of(call, x), decimals);
	if (p->required.known)
		jwrite_fraction(j, "required_a_month", a_month(call, x, p->required.value),
				decimals);
	else
		jwrite_null(j, "required_a_month");
	jwrite_fraction(j, "recent_a_month", a_month(call, x, p->recent), decimals);
	jwrite_date(j, "finish_by_schedule", p->finish_by_index);
	jwrite_date(j, "finish_by_rate", p->finish_by_rate);
}

static void put_parts(struct api_call *call, const struct query_explanation *x)
{
	struct jwrite *j = &call->json;

	jwrite_array(j, "contributors");
	for (size_t i = 0; i < x->part_count; i++) {
		jwrite_object(j, NULL);
		api_put_unit(call, "unit", x->parts[i].unit);
		jwrite_fraction(j, "shortfall", scaled(call, x, x->parts[i].part.shortfall),
				decimals_of(call, x) + 2);
		api_put_percent(call, "share_percent", x->parts[i].part.share);
		jwrite_end(j);
	}
	jwrite_end(j);
}

void api_put_explanation(struct api_call *call, const struct book_record *r)
{
	struct query_explanation x;
	struct jwrite *j = &call->json;

	if (api_failed(call, query_explain(call->query, r, call->arena, &x)))
		return;
	if (!x.cause) {
		jwrite_null(j, "explanation");
		return;
	}
	jwrite_object(j, "explanation");
	jwrite_string(j, "cause", query_cause_name(x.cause));
	put_sentence(call, &x);
	if (x.pace.paced)
		put_paced(call, &x);
	put_parts(call, &x);
	jwrite_array(j, "missing");
	for (size_t i = 0; i < x.missing_count; i++)
		api_put_unit(call, NULL, x.missing[i]);
	jwrite_end(j);
	jwrite_string(j, "plan", x.plan);
	jwrite_uint(j, "plan_version", x.plan_version);
	jwrite_uint(j, "restated", x.pace.figure.official.restated);
	jwrite_string(j, "stands_back_for", x.stands_back_for[0] ? x.stands_back_for : NULL);
	jwrite_string(j, "instead_of", x.instead_of[0] ? x.instead_of : NULL);
	jwrite_end(j);
}
