/* SPDX-License-Identifier: MIT */
#include "daemon/demo_world.h"

#include <stdio.h>
#include <stdlib.h>

#include "aggregator/progress/plan.h"
#include "base/arena.h"
#include "base/date.h"
#include "base/decimal.h"

#define STRINGS_BUDGET (64u << 20)
#define PPM CATALOGUE_ALL_PPM

/* One cell of the generator's books. */
struct book {
	bool present;
	int64_t value;
	int64_t denominator;
};

struct demo_world {
	const struct catalogue *catalogue;
	uint64_t random;
	struct arena *strings;
	struct demo_row *rows;
	size_t row_count, row_cap;
	struct demo_row spare; /* takes a row for which there is no memory */
	uint16_t *reporters;
	size_t reporter_count;
	struct book *books; /* [measure * units + unit] */
	size_t held;
	enum err failed;
};

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

/* SplitMix64 (Steele, Lea and Flood): small, and the same on every machine. */
static uint64_t draw(struct demo_world *w)
{
	uint64_t z = w->random += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

/* Evenly from low to high, both included. */
static int64_t draw_between(struct demo_world *w, int64_t low, int64_t high)
{
	return low + (int64_t)(draw(w) % (uint64_t)(high - low + 1));
}

static bool is_unit(const struct demo_world *w, uint16_t unit, const char *id)
{
	return strcmp(w->catalogue->units[unit].id, id) == 0;
}

static struct book *book_of(struct demo_world *w, size_t measure, uint16_t unit)
{
	return &w->books[measure * w->catalogue->unit_count + unit];
}

static const char *text_of(struct demo_world *w, const char *s, size_t n)
{
	char *copy = arena_strndup(w->strings, s, n);

	if (copy == NULL)
		w->failed = ERR_NOMEM;
	return copy;
}

static const char *number_text(struct demo_world *w, int64_t value, unsigned decimals)
{
	char text[DECIMAL_TEXT_MAX];

	return text_of(w, text, decimal_format(value, decimals, text));
}

static const char *date_text(struct demo_world *w, int32_t day)
{
	char text[11];

	date_format(day, text);
	return text_of(w, text, 10);
}

/* A row to be filled in; never NULL: without memory, a row that is thrown away. */
static struct minsheng_row *add_row(struct demo_world *w, int32_t sent, uint16_t reporter,
				    size_t measure, uint16_t unit, int32_t as_of)
{
	struct demo_row *r = &w->spare;

	if (w->row_count == w->row_cap) {
		size_t cap = w->row_cap ? w->row_cap * 2 : 1024;
		struct demo_row *more = realloc(w->rows, cap * sizeof(*more));

		if (more == NULL) {
			w->failed = ERR_NOMEM;
		} else {
			w->rows = more;
			w->row_cap = cap;
		}
	}
	if (w->row_count < w->row_cap)
		r = &w->rows[w->row_count++];
	*r = (struct demo_row){ 0 };
	r->day = sent;
	r->reporter = reporter;
	r->row.target = w->catalogue->measures[measure].id;
	r->row.unit = w->catalogue->units[unit].id;
	r->row.as_of = date_text(w, as_of);
	return &r->row;
}

/* --- how fast things go ----------------------------------------------------------------------- */

/* Share of the quota that is done at the end of a month, in ppm, given the planned share. */
static int64_t share_done(struct demo_world *w, const struct catalogue_measure *m, uint16_t unit,
			  int64_t planned, int month, int64_t habit)
{
	if (strcmp(m->id, story.lagging_part) == 0)
		return planned * 55 / 100 + planned * draw_between(w, 0, 4) / 100;
	if (is_unit(w, unit, story.late_unit) && month < 10)
		return planned * draw_between(w, 40, 50) / 100;
	if (month == 11)
		return PPM + draw_between(w, 0, 20) * PPM / 1000;
	return planned * (habit + draw_between(w, -3, 3)) / 100;
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

	r = add_row(w, sending_day(period, unit, false), unit, m, unit, period);
	r->value = number_text(w, value + 2 * one, w->catalogue->measures[m].decimals);
	r = add_row(w, period + 20, unit, m, unit, period);
	r->value = number_text(w, value, w->catalogue->measures[m].decimals);
	r->revision = 1;
	r->reason = "核查发现两处尚未验收 (two were not accepted yet)";
}

/* A figure below that of the month before, without a reason: it has to be held. */
static void add_fall(struct demo_world *w, size_t m, uint16_t unit, int32_t period, int64_t before)
{
	struct minsheng_row *r = add_row(w, sending_day(period, unit, false), unit, m, unit, period);

	r->value = number_text(w, before - decimal_pow10(w->catalogue->measures[m].decimals),
			       w->catalogue->measures[m].decimals);
	w->held++;
}

static void quantity_month(struct demo_world *w, size_t measure, uint16_t unit, uint16_t reporter,
			   int32_t period, int64_t value)
{
	const struct catalogue_measure *m = &w->catalogue->measures[measure];
	struct book *b = book_of(w, measure, unit);
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
			add_row(w, sending_day(period, reporter, reporter != unit), reporter, measure,
				unit, period);

		if (b->present && b->value == value)
			r->kind = "nil";
		else
			r->value = number_text(w, value, m->decimals);
	}
	b->present = true;
	b->value = value;
}

static void play_quantity(struct demo_world *w, size_t measure, uint16_t unit, uint16_t reporter,
			  int64_t quota)
{
	const struct catalogue_measure *m = &w->catalogue->measures[measure];
	int64_t habit = draw_between(w, 94, 109), done = 0;

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
	int64_t whole = draw_between(w, 40, 400) * one;
	int64_t goal = m->target * PPM / decimal_pow10(m->rate_decimals) / 100;
	int64_t start = m->has_base ? m->base * PPM / decimal_pow10(m->rate_decimals) / 100 :
				      goal * 3 / 4;
	struct book *b = book_of(w, measure, unit);

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
		r = add_row(w, sending_day(period, reporter, reporter != unit), reporter, measure,
			    unit, period);
		r->value = number_text(w, part, m->decimals);
		r->denominator = number_text(w, whole, m->decimals);
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
			add_row(w, sending_day(period, reporter, true), reporter, measure, unit,
				period)
				->kind = "nil";
	}
	for (size_t s = 0; s < m->stage_count; s++) {
		int32_t reached = m->stages[s].due - (int32_t)draw_between(w, 0, 20);
		struct minsheng_row *r;

		if (reached < w->catalogue->from)
			reached = w->catalogue->from;
		r = add_row(w, reached + 1, reporter, measure, unit, reached);
		r->kind = "stage";
		r->stage = m->stages[s].id;
		book_of(w, measure, unit)->present = true;
		book_of(w, measure, unit)->value += m->stages[s].weight_ppm;
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
		r = add_row(w, sending_day(period, reporter, true), reporter, measure, unit, period);
		r->kind = "level";
		r->value = number_text(w, m->target, m->decimals);
		*book_of(w, measure, unit) = (struct book){ true, m->target, 0 };
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
		struct minsheng_row *r = add_row(w, sending_day(period, lead, true), lead, measure,
						 c->city, period);

		r->value = number_text(w, value, c->measures[measure].decimals);
	}
}

/* --- the whole -------------------------------------------------------------------------------- */

static enum err find_reporters(struct demo_world *w)
{
	const struct catalogue *c = w->catalogue;
	bool *wanted = calloc(c->unit_count, sizeof(*wanted));

	w->reporters = calloc(c->unit_count, sizeof(*w->reporters));
	if (wanted == NULL || w->reporters == NULL) {
		free(wanted);
		return ERR_NOMEM;
	}
	for (size_t u = 0; u < c->unit_count; u++)
		wanted[u] = c->units[u].kind == CATALOGUE_COUNTY ||
			    c->units[u].kind == CATALOGUE_ZONE;
	for (size_t i = 0; i < c->item_count; i++)
		wanted[c->items[i].lead] = true;
	for (size_t u = 0; u < c->unit_count; u++)
		if (wanted[u])
			w->reporters[w->reporter_count++] = (uint16_t)u;
	free(wanted);
	return ERR_OK;
}

static int by_day(const void *a, const void *b)
{
	const struct demo_row *x = a, *y = b;
	int32_t dx = x->day, dy = y->day;

	if (dx != dy)
		return dx < dy ? -1 : 1;
	if (x->reporter != y->reporter)
		return x->reporter < y->reporter ? -1 : 1;
	return strcmp(x->row.target, y->row.target) ? strcmp(x->row.target, y->row.target) :
						      strcmp(x->row.as_of, y->row.as_of);
}

enum err demo_world_new(const struct catalogue *c, uint64_t seed, struct demo_world **out)
{
	struct demo_world *w = calloc(1, sizeof(*w));
	enum err e;

	if (w == NULL)
		return ERR_NOMEM;
	w->catalogue = c;
	w->random = seed;
	w->strings = arena_new(STRINGS_BUDGET);
	w->books = calloc(c->measure_count * c->unit_count, sizeof(*w->books));
	e = w->strings == NULL || w->books == NULL ? ERR_NOMEM : find_reporters(w);
	for (size_t m = 0; e == ERR_OK && m < c->measure_count; m++) {
		play_measure(w, m);
		e = w->failed;
	}
	if (e == ERR_OK) {
		play_doubt(w);
		e = w->failed;
	}
	if (e != ERR_OK) {
		demo_world_free(w);
		return e;
	}
	qsort(w->rows, w->row_count, sizeof(*w->rows), by_day);
	*out = w;
	return ERR_OK;
}

void demo_world_free(struct demo_world *w)
{
	if (w == NULL)
		return;
	arena_free(w->strings);
	free(w->rows);
	free(w->reporters);
	free(w->books);
	free(w);
}

const struct demo_row *demo_world_rows(const struct demo_world *w, size_t *count)
{
	*count = w->row_count;
	return w->rows;
}

const uint16_t *demo_world_reporters(const struct demo_world *w, size_t *count)
{
	*count = w->reporter_count;
	return w->reporters;
}

size_t demo_world_held(const struct demo_world *w)
{
	return w->held;
}

struct demo_total demo_world_total(const struct demo_world *w, uint16_t measure)
{
	const struct catalogue_measure *m = &w->catalogue->measures[measure];
	struct demo_total t = { 0 };
	size_t cells = 0;

	for (size_t p = 0; p < m->part_count; p++) {
		struct demo_total part = demo_world_total(w, m->parts[p]);

		t.present |= part.present;
		t.value += part.value;
	}
	for (size_t u = 0; u < w->catalogue->unit_count; u++) {
		const struct book *b = &w->books[measure * w->catalogue->unit_count + u];

		t.present |= b->present;
		t.value += b->value;
		t.denominator += b->denominator;
		cells += b->present;
	}
	if (m->kind == CATALOGUE_MILESTONE && cells > 0)
		t.value /= (int64_t)cells;
	return t;
}
