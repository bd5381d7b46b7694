/* SPDX-License-Identifier: MIT */
/* How fast a target moves, when it will be reached, and what is needed. */
#include "daemon/api_private.h"

#include "aggregator/progress/plan.h"
#include "base/date.h"
#include "base/decimal.h"

#define INDEX_DECIMALS 3
#define DAY_DECIMALS 2
#define RATE_DECIMALS 4 /* beyond those of the values */
#define PPM_DECIMALS 4	/* ppm as per cent */
/* 365.25 / 12 days, of a rate a day */
#define MONTH_NUM 487
#define MONTH_DEN 16

static void put_number(struct jwrite *j, const char *key, struct pace_number n, unsigned decimals)
{
	if (n.known)
		jwrite_fraction(j, key, n.value, decimals);
	else
		jwrite_null(j, key);
}

/* The decimals of what the pace counts. */
static unsigned decimals_of(const struct api_call *call, const struct query_pace *p)
{
	return p->in_share ? PPM_DECIMALS : call->catalogue->measures[p->figure.measure].decimals;
}

/* In units of the measure. */
static struct fraction scaled(const struct api_call *call, const struct query_pace *p,
			      struct fraction f)
{
	return fraction_div(f, fraction_of(decimal_pow10(decimals_of(call, p)), 1));
}

/* A rate a day, and what it is in an average month. */
static void put_rate(struct api_call *call, const struct query_pace *p, const char *key,
		     struct pace_number rate)
{
	struct jwrite *j = &call->json;
	unsigned decimals = decimals_of(call, p) + RATE_DECIMALS;
	struct fraction day = scaled(call, p, rate.value);

	if (!rate.known) {
		jwrite_null(j, key);
		return;
	}
	jwrite_object(j, key);
	jwrite_fraction(j, "a_day", day, decimals);
	jwrite_fraction(j, "a_month", fraction_mul(day, fraction_of(MONTH_NUM, MONTH_DEN)),
			decimals_of(call, p) + 2);
	jwrite_end(j);
}

static void put_schedule(struct api_call *call, const struct query_pace *p)
{
	struct jwrite *j = &call->json;
	const struct pace_schedule *s = &p->schedule;

	jwrite_object(j, "schedule");
	jwrite_fraction(j, "earned_days", s->earned, DAY_DECIMALS);
	jwrite_fraction(j, "variance_days", s->variance, DAY_DECIMALS);
	put_number(j, "index", s->index, INDEX_DECIMALS);
	put_number(j, "to_finish_index", s->to_finish, INDEX_DECIMALS);
	jwrite_end(j);
}

static void put_finish(struct jwrite *j, const char *key, struct pace_number days, int32_t date)
{
	jwrite_object(j, key);
	put_number(j, "days", days, DAY_DECIMALS);
	jwrite_date(j, "date", date);
	jwrite_end(j);
}

/* Two methods, and the stretch between them; a date is null for never. */
static void put_forecast(struct api_call *call, const struct query_pace *p)
{
	struct jwrite *j = &call->json;
	const struct catalogue_measure *m = &call->catalogue->measures[p->figure.measure];
	int32_t a = p->finish_by_index, b = p->finish_by_rate;
	bool both = a != DATE_NONE && b != DATE_NONE;
	int32_t first = a == DATE_NONE || (both && b < a) ? b : a;

	jwrite_object(j, "forecast");
	put_finish(j, "by_index", p->by_index, a);
	put_finish(j, "by_rate", p->by_rate, b);
	jwrite_date(j, "earliest", first);
	jwrite_date(j, "latest", both ? (a > b ? a : b) : DATE_NONE);
	jwrite_date(j, "due", plan_due(catalogue_plan_on(m, call->when.valid)));
	jwrite_end(j);
}

static const char *band_name(enum pace_band b)
{
	static const char *const names[] = { [PACE_OK] = "ok",
					     [PACE_WATCH] = "watch",
					     [PACE_WILL_MISS] = "will-miss",
					     [PACE_SERIOUS] = "serious",
					     [PACE_OVERDUE] = "overdue" };

	return names[b];
}

static struct lang_text band_word(enum pace_band b)
{
	static const struct lang_text words[] = {
		[PACE_OK] = { "够快", "fast enough" },
		[PACE_WATCH] = { "须留意", "to watch" },
		[PACE_WILL_MISS] = { "照此将完不成", "will miss at this rate" },
		[PACE_SERIOUS] = { "差得很远", "far too slow" },
		[PACE_OVERDUE] = { "已逾期", "overdue" },
	};

	return words[b];
}

static void put_rates(struct api_call *call, const struct query_pace *p)
{
	struct jwrite *j = &call->json;

	put_rate(call, p, "required", p->required);
	put_rate(call, p, "recent", (struct pace_number){ true, p->recent });
	jwrite_date(j, "recent_from", p->window_from);
	put_number(j, "ratio", p->ratio, INDEX_DECIMALS);
	jwrite_string(j, "band", band_name(p->band));
	jwrite_lang(j, "band_word", band_word(p->band));
}

static void put_attribution(struct api_call *call, const struct query_pace *p)
{
	struct jwrite *j = &call->json;
	unsigned decimals = decimals_of(call, p) + DAY_DECIMALS;

	jwrite_object(j, "attribution");
	jwrite_fraction(j, "gross", scaled(call, p, p->attribution.gross), decimals);
	jwrite_fraction(j, "offset", scaled(call, p, p->attribution.offset), decimals);
	jwrite_fraction(j, "gap", scaled(call, p, p->attribution.gap), decimals);
	jwrite_array(j, "units");
	for (size_t i = 0; i < p->part_count; i++) {
		const struct pace_part *part = &p->parts[i].part;

		jwrite_object(j, NULL);
		api_put_unit(call, "unit", p->parts[i].unit);
		jwrite_decimal(j, "value", part->value, decimals_of(call, p));
		jwrite_fraction(j, "expected", scaled(call, p, part->expected), decimals);
		jwrite_fraction(j, "shortfall", scaled(call, p, part->shortfall), decimals);
		jwrite_fraction(j, "offset", scaled(call, p, part->offset), decimals);
		api_put_percent(call, "share_percent", part->share);
		jwrite_end(j);
	}
	jwrite_end(j);
	jwrite_end(j);
}

static void put_pace(struct api_call *call, const struct query_pace *p)
{
	struct jwrite *j = &call->json;
	bool doubt;

	if (api_failed(call, query_in_doubt(call->query, p->figure.measure, p->figure.unit,
					    call->when.valid, &doubt)))
		return;
	jwrite_bool(j, "in_doubt", doubt);
	jwrite_date(j, "day", p->day);
	jwrite_string(j, "counted_in", p->in_share ? "percent" : "units");
	put_schedule(call, p);
	put_forecast(call, p);
	put_rates(call, p);
	jwrite_fraction(j, "delta_points", fraction_div(p->delta, fraction_of(100, 1)),
			DAY_DECIMALS);
	put_attribution(call, p);
}

void api_pace(struct api_call *call)
{
	uint16_t measure, unit;
	struct query_pace pace;

	if (!api_measure(call, "target", &measure) || !api_unit(call, "unit", &unit))
		return;
	if (measure == CATALOGUE_NONE) {
		api_fail(call, API_MISSING, "target", "canteens");
		return;
	}
	if (unit == CATALOGUE_NONE)
		unit = call->catalogue->city;
	if (api_failed(call,
		       query_pace(call->query, measure, unit, call->when, call->arena, &pace)))
		return;
	api_put_measure(call, measure);
	api_put_unit(call, "unit", unit);
	api_put_figure(call, &pace.figure);
	jwrite_bool(&call->json, "paced", pace.paced);
	if (pace.paced)
		put_pace(call, &pace);
}
