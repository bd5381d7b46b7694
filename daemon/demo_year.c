/* SPDX-License-Identifier: MIT */
#include "aggregator/progress/plan.h"
#include "base/date.h"
#include "base/decimal.h"
#include "daemon/demo_world_private.h"

#define PPM CATALOGUE_ALL_PPM

/* The parts of the year's story, by ids of the first programme; another programme simply has
 * fewer of them. */
static const struct {
	const char *silent_unit;     /* reports nothing in August and September */
	const char *corrected_unit, *corrected_measure;
	const char *falling_unit, *falling_measure;
	const char *doubted_measure; /* its lead counts more than the counties */
	const char *late_unit;       /* far behind until autumn, then catches up */
	const char *lagging_part;    /* of a composite: never gets there */
} story = { "liangshan", "wenshang", "canteens", "sishui", "sports-grounds",
	    "rukang-homes", "yutai", "gas-hoses-rural" };

static bool is_unit(const struct demo_world *w, uint16_t unit, const char *id)
{
	return strcmp(w->catalogue->units[unit].id, id) == 0;
}

/* --- how fast things go ----------------------------------------------------------------------- */

/* Share of the quota that is done at the end of a month, in ppm, given the planned share. */
static int64_t share_done(struct demo_world *w, const struct catalogue_measure *m, uint16_t unit,
			  int64_t planned, int month, int64_t habit)
{
	if (strcmp(m->id, story.lagging_part) == 0)
		return planned * 55 / 100 + planned * demo_world_draw(w, 0, 4) / 100;
	if (is_unit(w, unit, story.late_unit) && month < 10)
		return planned * demo_world_draw(w, 40, 50) / 100;
	if (month == 11)
		return PPM + demo_world_draw(w, 0, 20) * PPM / 1000;
	return planned * (habit + demo_world_draw(w, -3, 3)) / 100;
}

static int64_t planned_ppm(const struct catalogue_measure *m, int32_t day)
{
	return fraction_round(plan_share(&m->plan, day), 6);
}

/* --- kinds ------------------------------------------------------------------------------------ */

/* The day on which a reporter sends its figures of a period: in the first days of the next month. */
static int32_t sending_day(int32_t period, uint16_t reporter, bool lead)
{
	return period + (lead ? 4 : 1 + reporter % 3);
}

static bool falls_silent(const struct demo_world *w, uint16_t unit, int month)
{
	return is_unit(w, unit, story.silent_unit) && (month == 6 || month == 7);
}

/* A figure that was two too high, put right on the 20th with a reason. */
static void add_correction(struct demo_world *w, size_t m, uint16_t unit, int32_t period,
			   int64_t value)
{
	struct minsheng_row *r;
	int64_t one = decimal_pow10(w->catalogue->measures[m].decimals);

	r = demo_world_add(w, sending_day(period, unit, false), unit, m, unit, period);
	r->value = demo_world_number(w, value + 2 * one, w->catalogue->measures[m].decimals);
	r = demo_world_add(w, period + 20, unit, m, unit, period);
	r->value = demo_world_number(w, value, w->catalogue->measures[m].decimals);
	r->revision = 1;
	r->reason = "核查发现两处尚未验收 (two were not accepted yet)";
}

/* A figure below that of the month before, without a reason: it has to be held. */
static void add_fall(struct demo_world *w, size_t m, uint16_t unit, int32_t period, int64_t before)
{
	struct minsheng_row *r = demo_world_add(w, sending_day(period, unit, false), unit, m, unit, period);

	r->value = demo_world_number(w, before - decimal_pow10(w->catalogue->measures[m].decimals),
			       w->catalogue->measures[m].decimals);
	w->held++;
}

static void quantity_month(struct demo_world *w, size_t measure, uint16_t unit, uint16_t reporter,
			   int32_t period, int64_t value)
{
	const struct catalogue_measure *m = &w->catalogue->measures[measure];
	struct book *b = demo_world_book(w, measure, unit);
	int month = date_month_of(period) % 12;

	if (falls_silent(w, reporter, month))
		return;
	if (month == 4 && is_unit(w, unit, story.corrected_unit) &&
	    strcmp(m->id, story.corrected_measure) == 0) {
		add_correction(w, measure, unit, period, value);
	} else if (month == 6 && is_unit(w, unit, story.falling_unit) && b->value > 0 &&
		   strcmp(m->id, story.falling_measure) == 0) {
		add_fall(w, measure, unit, period, b->value);
		return;
	} else {
		struct minsheng_row *r =
			demo_world_add(w, sending_day(period, reporter, reporter != unit), reporter, measure,
				unit, period);

		if (b->present && b->value == value)
			r->kind = "nil";
		else
			r->value = demo_world_number(w, value, m->decimals);
	}
	b->present = true;
	b->value = value;
}

static void play_quantity(struct demo_world *w, size_t measure, uint16_t unit, uint16_t reporter,
			  int64_t quota)
{
	const struct catalogue_measure *m = &w->catalogue->measures[measure];
	int64_t habit = demo_world_draw(w, 94, 109), done = 0;

	for (int32_t month = date_month_of(w->catalogue->from);
	     month <= date_month_of(w->catalogue->to); month++) {
		int32_t period = date_month_last(month);
		int64_t share = share_done(w, m, unit, planned_ppm(m, period), month % 12, habit);
		int64_t one = decimal_pow10(m->decimals);
		int64_t value = (int64_t)((int128)quota * share / PPM / one * one);

		if (m->has_cap && value > quota)
			value = quota;
		done = value > done ? value : done;
		if (period >= m->first_report)
			quantity_month(w, measure, unit, reporter, period, done);
	}
}

/* A share that climbs from a little under its goal to a little over it. */
static void play_ratio(struct demo_world *w, size_t measure, uint16_t unit, uint16_t reporter)
{
	const struct catalogue_measure *m = &w->catalogue->measures[measure];
	int64_t one = decimal_pow10(m->decimals);
	int64_t whole = demo_world_draw(w, 40, 400) * one;
	int64_t goal = m->target * PPM / decimal_pow10(m->rate_decimals) / 100;
	int64_t start = m->has_base ? m->base * PPM / decimal_pow10(m->rate_decimals) / 100 :
				      goal * 3 / 4;
	struct book *b = demo_world_book(w, measure, unit);

	for (int32_t month = date_month_of(w->catalogue->from);
	     month <= date_month_of(w->catalogue->to); month++) {
		int32_t period = date_month_last(month);
		int64_t share = start + (int64_t)((int128)(goal - start) *
						  planned_ppm(m, period) / PPM);
		int64_t part = (whole * share + PPM - 1) / PPM;
		struct minsheng_row *r;

		part = part > whole ? whole : part < b->value ? b->value : part;
		if (period < m->first_report || falls_silent(w, reporter, month % 12))
			continue;
		r = demo_world_add(w, sending_day(period, reporter, reporter != unit), reporter, measure,
			    unit, period);
		r->value = demo_world_number(w, part, m->decimals);
		r->denominator = demo_world_number(w, whole, m->decimals);
		*b = (struct book){ true, part, whole };
	}
}

/* A word each month, and each stage on its day, give or take; the books count weights. */
static void play_milestone(struct demo_world *w, size_t measure, uint16_t unit, uint16_t reporter)
{
	const struct catalogue_measure *m = &w->catalogue->measures[measure];

	for (int32_t month = date_month_of(w->catalogue->from);
	     month <= date_month_of(w->catalogue->to); month++) {
		int32_t period = date_month_last(month);

		if (period >= m->first_report && !falls_silent(w, reporter, month % 12))
			demo_world_add(w, sending_day(period, reporter, true), reporter, measure, unit,
				period)
				->kind = "nil";
	}
	for (size_t s = 0; s < m->stage_count; s++) {
		int32_t reached = m->stages[s].due - (int32_t)demo_world_draw(w, 0, 20);
		struct minsheng_row *r;

		if (reached < w->catalogue->from)
			reached = w->catalogue->from;
		r = demo_world_add(w, reached + 1, reporter, measure, unit, reached);
		r->kind = "stage";
		r->stage = m->stages[s].id;
		demo_world_book(w, measure, unit)->present = true;
		demo_world_book(w, measure, unit)->value += m->stages[s].weight_ppm;
	}
}

/* In force from the beginning, and said again each quarter. */
static void play_level(struct demo_world *w, size_t measure, uint16_t unit, uint16_t reporter)
{
	const struct catalogue_measure *m = &w->catalogue->measures[measure];

	for (int32_t month = date_month_of(w->catalogue->from);
	     month <= date_month_of(w->catalogue->to); month++) {
		int32_t period = date_month_last(month);
		struct minsheng_row *r;

		if (period < m->first_report)
			continue;
		r = demo_world_add(w, sending_day(period, reporter, true), reporter, measure, unit, period);
		r->kind = "level";
		r->value = demo_world_number(w, m->target, m->decimals);
		*demo_world_book(w, measure, unit) = (struct book){ true, m->target, 0 };
	}
}

/* Quotas where there are any; else equal shares, the first unit taking what is left over. */
static int64_t quota_of(const struct demo_world *w, const struct catalogue_measure *m,
			const struct catalogue_item *item, uint16_t unit)
{
	int64_t quota, share;

	if (unit == w->catalogue->city || item->scope_count == 0)
		return m->target;
	if (catalogue_quota_of(m, unit, &quota))
		return quota;
	share = m->target / (int64_t)item->scope_count;
	return unit == item->scope[0] ?
		       m->target - share * ((int64_t)item->scope_count - 1) :
		       share;
}

static void play_cell(struct demo_world *w, size_t measure, uint16_t unit, uint16_t reporter)
{
	const struct catalogue_measure *m = &w->catalogue->measures[measure];

	switch (m->kind) {
	case CATALOGUE_QUANTITY:
		play_quantity(w, measure, unit, reporter,
			      quota_of(w, m, &w->catalogue->items[m->item], unit));
		break;
	case CATALOGUE_RATIO:
		play_ratio(w, measure, unit, reporter);
		break;
	case CATALOGUE_MILESTONE:
		play_milestone(w, measure, unit, reporter);
		break;
	case CATALOGUE_LEVEL:
	case CATALOGUE_POLICY:
		play_level(w, measure, unit, reporter);
		break;
	case CATALOGUE_COMPOSITE:
		break;
	}
}

static void play_measure(struct demo_world *w, size_t measure)
{
	const struct catalogue_measure *m = &w->catalogue->measures[measure];
	const struct catalogue_item *item = &w->catalogue->items[m->item];

	if (m->figure == CATALOGUE_LEAD) {
		play_cell(w, measure, w->catalogue->city, item->lead);
		return;
	}
	if (m->figure != CATALOGUE_COUNTIES)
		return;
	for (size_t i = 0; i < item->scope_count; i++)
		if (catalogue_owner(w->catalogue, (uint16_t)measure, item->scope[i]) ==
		    item->scope[i])
			play_cell(w, measure, item->scope[i], item->scope[i]);
}

/* --- the leads' own counts -------------------------------------------------------------------- */

/* What the counties have said a measure stands at by the end of a period, from the rows so far. */
static int64_t said_so_far(const struct demo_world *w, size_t measure, size_t rows, int32_t period)
{
	const struct catalogue *c = w->catalogue;
	int64_t sum = 0;

	for (size_t u = 0; u < c->unit_count; u++) {
		int64_t value = 0;
		unsigned revision = 0;
		int32_t best = DATE_NONE;

		for (size_t i = 0; i < rows; i++) {
			const struct minsheng_row *r = &w->rows[i].row;
			int32_t as_of;

			if (r->target != c->measures[measure].id || r->unit != c->units[u].id ||
			    r->value == NULL ||
			    date_parse(bytes_of_string(r->as_of), &as_of) != ERR_OK ||
			    as_of > period || as_of < best ||
			    (as_of == best && r->revision < revision))
				continue;
			best = as_of;
			revision = r->revision;
			(void)decimal_parse(bytes_of_string(r->value), c->measures[measure].decimals,
					    &value);
		}
		sum += value;
	}
	return sum;
}

/* From August to November the lead of the doubted measure counts six more than its counties. */
static void play_doubt(struct demo_world *w)
{
	const struct catalogue *c = w->catalogue;
	uint16_t measure = catalogue_measure_number(c, bytes_of_string(story.doubted_measure));
	size_t rows = w->row_count;

	if (measure == CATALOGUE_NONE || c->measures[measure].figure != CATALOGUE_COUNTIES)
		return;
	for (int32_t month = date_month_of(c->from); month <= date_month_of(c->to); month++) {
		int32_t period = date_month_last(month);
		uint16_t lead = c->items[c->measures[measure].item].lead;
		int64_t value = said_so_far(w, measure, rows, period) + (month % 12 >= 7 && month % 12 <= 10 ? 6 : 0);
		struct minsheng_row *r = demo_world_add(w, sending_day(period, lead, true), lead, measure,
						 c->city, period);

		r->value = demo_world_number(w, value, c->measures[measure].decimals);
	}
}

void demo_year_play(struct demo_world *w)
{
	for (size_t m = 0; m < w->catalogue->measure_count && w->failed == ERR_OK; m++)
		play_measure(w, m);
	if (w->failed == ERR_OK)
		play_doubt(w);
}
