/* SPDX-License-Identifier: MIT */
/* Ranks of units, by numbers worked out by hand: August of a plan that wants 35 % by June and 75 % by
 * September. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "aggregator/ledger/ledger.h"
#include "aggregator/query/query_ranking.h"
#include "base/date.h"
#include "base/fs.h"

enum { CITY, A, B, C, D, E, F, G, H, ZONE, LEAD, UNITS };
enum { CANTEENS, WORKS, URBAN, RURAL, JOBS, TALKS, LED, MEASURES };
#define JAN_1 18993 /* 2022-01-01 */
#define JAN_31 (JAN_1 + 30)
#define JUL_31 (JAN_1 + 211)
#define AUG_31 (JAN_1 + 242)
#define SEP_20 (JAN_1 + 262)
#define SEP_30 (JAN_1 + 272)

static const uint16_t scope[] = { A, B, C, D, E, F, G, H, ZONE };
static const uint16_t parts[] = { URBAN, RURAL };
#define COUNTY(name) { .id = name, .kind = CATALOGUE_COUNTY, .area = true, .expected = true }
static const struct catalogue_unit units[UNITS] = {
	[CITY] = { .id = "city", .kind = CATALOGUE_CITY },
	[A] = COUNTY("a"), [B] = COUNTY("b"), [C] = COUNTY("c"), [D] = COUNTY("d"),
	[E] = COUNTY("e"), [F] = COUNTY("f"), [G] = COUNTY("g"), [H] = COUNTY("h"),
	[ZONE] = { .id = "zone", .kind = CATALOGUE_ZONE, .area = true },
	[LEAD] = { .id = "lead", .kind = CATALOGUE_DEPARTMENT, .expected = true },
};
static const struct catalogue_item items[] = {
	{ .id = "1.1", .lead = LEAD, .scope = scope, .scope_count = 9 },
};
static const struct catalogue_knot year[] = {
	{ JAN_1 - 1, 0 }, { JAN_1 + 180, 350000 }, { JAN_1 + 272, 750000 }, { JAN_1 + 364, 1000000 }
};
/* over by July: August adds nothing */
static const struct catalogue_knot early[] = { { JAN_1 - 1, 0 }, { JAN_1 + 199, 1000000 } };
static const struct catalogue_quota canteens[] = { { A, 113 }, { B, 113 }, { C, 9 }, { D, 113 },
						   { E, 113 }, { G, 113 }, { H, 113 } };
static const struct catalogue_quota works[] = { { A, 20 }, { C, 10 } }; /* tenths: 2.0 and 1.0 */
static const struct catalogue_quota talks[] = { { A, 40 } }, led[] = { { A, 50 } };
static const struct catalogue_quota urban[] = { { H, 50 } }, rural[] = { { H, 50 } };
#define COMMON .counting_stage = CATALOGUE_NONE, .first_report = JAN_31, .retired = DATE_NONE
#define PLAN(name, of) .plan = { .id = name, .shape = CATALOGUE_KNOTS, .knots = of, .knot_count = sizeof(of) / sizeof((of)[0]) }
#define QUOTAS(of) .quotas = of, .quota_count = sizeof(of) / sizeof((of)[0])
static const struct catalogue_measure measures[MEASURES] = {
	[CANTEENS] = { .id = "canteens", .target = 800, QUOTAS(canteens), .whole = CATALOGUE_NONE,
		       .order = 1, COMMON, PLAN("year", year) },
	[WORKS] = { .id = "works", .target = 30, .decimals = 1, QUOTAS(works), .whole = CATALOGUE_NONE, .order = 2,
		    COMMON, PLAN("early", early) },
	[URBAN] = { .id = "urban", .target = 50, .role = CATALOGUE_PART, QUOTAS(urban), .whole = JOBS,
		    .order = 4, COMMON, PLAN("early", early) },
	[RURAL] = { .id = "rural", .target = 50, .role = CATALOGUE_PART, QUOTAS(rural), .whole = JOBS,
		    .order = 5, COMMON, PLAN("early", early) },
	[JOBS] = { .id = "jobs", .kind = CATALOGUE_COMPOSITE, .figure = CATALOGUE_DERIVED, .target = 100,
		   .parts = parts, .part_count = 2, .whole = CATALOGUE_NONE, .order = 3, COMMON,
		   PLAN("early", early) },
	[TALKS] = { .id = "talks", .target = 40, .role = CATALOGUE_SUPPORT, QUOTAS(talks),
		    .whole = CATALOGUE_NONE, .order = 6, COMMON, PLAN("early", early) },
	/* what the lead counts is not a county's work */
	[LED] = { .id = "led", .target = 50, .figure = CATALOGUE_LEAD, QUOTAS(led),
		  .whole = CATALOGUE_NONE, .order = 7, COMMON, PLAN("early", early) },
};
static struct catalogue catalogue = {
	.id = "test", .version = 1, .from = JAN_1, .to = JAN_1 + 364, .offset_minutes = 480,
	.units = units, .unit_count = UNITS, .city = CITY, .office = LEAD,
	.items = items, .item_count = 1, .measures = measures, .measure_count = MEASURES,
	.calendar = { .from = JAN_1, .to = JAN_1 + 500 },
	.profile = { .id = "p", .yellow_enter = 1000, .red_enter = 3000, .yellow_leave = 1000,
		     .red_leave = 3000, .enter_count = 1, .leave_count = 1, .not_started_months = 3 },
	.reporting = { .due_day = 5, .confirm_days = 3, .object_days = 2, .silent_after = 1 },
	.ranking = CATALOGUE_RANKING_DELTA,
};

static char folder[64];
static struct store *store;
static struct query *q;
static struct arena *arena;

/* --- what was said ---------------------------------------------------------------------------- */
struct said {
	uint16_t measure, unit;
	int32_t as_of;
	int64_t value;
};
static const struct said all_said[] = {
	{ CANTEENS, A, JUL_31, 52 }, { CANTEENS, A, AUG_31, 58 }, { CANTEENS, B, JUL_31, 12 },
	{ CANTEENS, B, AUG_31, 18 }, { CANTEENS, C, JUL_31, 1 },  { CANTEENS, C, AUG_31, 9 },
	{ CANTEENS, D, JUL_31, 52 }, { CANTEENS, D, AUG_31, 70 }, { CANTEENS, E, JUL_31, 5 },
	{ CANTEENS, G, JUL_31, 52 }, { CANTEENS, G, AUG_31, 50 }, { CANTEENS, H, JUL_31, 10 },
	{ CANTEENS, H, AUG_31, 90 }, { WORKS, A, JUL_31, 10 },	  { WORKS, A, AUG_31, 11 },
	{ URBAN, H, JUL_31, 10 },    { URBAN, H, AUG_31, 20 },	  { RURAL, H, AUG_31, 5 },
};

static void say(struct cells *cells, struct store_txn *t, const struct said *s)
{
	struct cell_row row = { .kind = EVENT_TOTAL, .as_of = s->as_of, .value = s->value,
				.position = 1, .known = AUG_31 + 1 };
	struct cell *cell;
	bool changed;

	assert_int_equal(cells_get(cells, t, cell_counting(&catalogue, s->measure, s->unit), &cell), ERR_OK);
	assert_int_equal(cells_fold(cells, t, cell, &row, &changed), ERR_OK);
}

static void be_silent(struct store_txn *t, uint16_t measure, uint16_t unit, int32_t period)
{
	struct lights_record r = { .measure = measure, .unit = unit, .period = period, .position = 1,
				   .state = { .light = LIGHT_GREEN, .silent = true, .missed = 1 },
				   .first = LIGHT_GREEN };

	assert_int_equal(lights_write(t, &r), ERR_OK);
}

static void hold(struct store_txn *t, uint16_t measure, uint16_t unit, int32_t as_of, uint32_t row)
{
	struct holds_record r = { .position = 1, .row = row, .reporter = unit, .as_of = as_of,
				  .cell = cell_counting(&catalogue, measure, unit), .kind = EVENT_TOTAL };

	assert_int_equal(holds_write(t, &r), ERR_OK);
}

static void write_head(struct store_txn *t)
{
	struct ledger_head head = { 0 };
	struct entry tick = { .kind = ENTRY_TICK, .reporter = CATALOGUE_NONE, .rules = 1, .position = 1 };
	struct buf scratch = { 0 };

	tick.time_ms = date_begin_ms(SEP_20, catalogue.offset_minutes);
	assert_int_equal(ledger_append(t, &tick, &head, &scratch), ERR_OK);
	assert_int_equal(ledger_head_write(t, &head), ERR_OK);
	buf_free(&scratch);
}

static int setup(void **state)
{
	struct store_options options = { .map_bytes = UINT64_C(64) << 20, .no_sync = true };
	struct store_txn *t;
	struct cells *cells;

	(void)state;
	crypto_init();
	snprintf(folder, sizeof(folder), "/tmp/test-ranking-%d", (int)getpid());
	fs_remove_tree(folder);
	assert_int_equal(store_open(folder, &options, &store), ERR_OK);
	assert_int_equal(store_begin_write(store, &t), ERR_OK);
	assert_int_equal(cells_new(&catalogue, &cells), ERR_OK);
	for (size_t i = 0; i < sizeof(all_said) / sizeof(all_said[0]); i++)
		say(cells, t, &all_said[i]);
	assert_int_equal(cells_flush(cells, t), ERR_OK);
	cells_free(cells);
	be_silent(t, CANTEENS, E, AUG_31);
	be_silent(t, CANTEENS, D, JUL_31);  /* the month before does not matter */
	hold(t, RURAL, H, AUG_31, 0);	    /* a part holds its whole */
	hold(t, CANTEENS, D, SEP_30, 1);    /* nor does the month after */
	write_head(t);
	assert_int_equal(store_commit(&t), ERR_OK);
	arena = arena_new(8 << 20);
	assert_non_null(arena);
	return query_open(store, &catalogue, &q) == ERR_OK ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	query_close(q);
	arena_free(arena);
	store_close(store);
	fs_remove_tree(folder);
	return 0;
}

static struct query_ranking ranking_of(uint16_t measure)
{
	struct query_ranking all;

	assert_int_equal(query_ranking(q, AUG_31, measure, arena, &all), ERR_OK);
	assert_int_equal(all.period, AUG_31);
	return all;
}

static const struct query_rank *find(const struct query_ranking *all, uint16_t unit)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->items[i].unit == unit)
			return &all->items[i];
	return NULL;
}

/* In ten-thousandths of a point. */
static int64_t points(struct fraction hundredths)
{
	return fraction_round(fraction_div(hundredths, fraction_of(100, 1)), 4);
}

/* --- tests ------------------------------------------------------------------------------------ */
/* 6 of 113 are 5.3097 %; 31 of the 92 days from 35 to 75 % are 13.4783 %. */
static void the_delta_is_what_was_added_less_what_was_planned(void **state)
{
	struct query_ranking all = ranking_of(CANTEENS);
	const struct query_rank *a = find(&all, A);

	(void)state;
	assert_int_equal(a->cell_count, 1);
	assert_int_equal(a->cells[0].added, 6);
	assert_int_equal(a->cells[0].goal, 113);
	assert_int_equal(fraction_round(a->cells[0].planned, 6), 134783);
	assert_int_equal(points(a->cells[0].delta), -81685);
	assert_int_equal(points(a->score), -81685);
	/* exactly 6/113 - 31/92 * 2/5 of ten thousand */
	assert_int_equal(fraction_compare(a->score,
					  fraction_mul(fraction_sub(fraction_of(6, 113), fraction_of(62, 460)),
						       fraction_of(10000, 1))),
			 0);
}

/* 52 to 58 and 12 to 18 are the same effort: the level is not ranked. */
static void ties_share_a_rank_and_the_next_one_skips(void **state)
{
	struct query_ranking all = ranking_of(CANTEENS);
	static const struct {
		uint16_t unit;
		unsigned rank;
	} expected[] = { { H, 1 }, { D, 2 }, { A, 3 }, { B, 3 }, { G, 5 } };

	(void)state;
	assert_int_equal(all.count, 8); /* the zone owes no reports */
	assert_null(find(&all, ZONE));
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(all.items[i].unit, expected[i].unit);
		assert_int_equal(all.items[i].rank, expected[i].rank);
		assert_int_equal(all.items[i].state, QUERY_RANK_COUNTED);
	}
	assert_true(points(all.items[4].score) < points(all.items[3].score)); /* it took two back */
	assert_int_equal(all.items[4].cells[0].added, -2);
}

static void who_cannot_be_compared_has_no_rank(void **state)
{
	struct query_ranking all = ranking_of(CANTEENS);

	(void)state;
	for (size_t i = 5; i < 8; i++)
		assert_int_equal(all.items[i].rank, 0);
	assert_int_equal(all.items[5].unit, C); /* the rest in the order of their numbers */
	assert_int_equal(all.items[5].state, QUERY_RANK_SMALL_TASK);
	assert_int_equal(all.items[6].unit, E);
	assert_int_equal(all.items[6].state, QUERY_RANK_SILENT);
	assert_int_equal(all.items[7].unit, F);
	assert_int_equal(all.items[7].state, QUERY_RANK_NO_TASK);
	assert_int_equal(all.items[7].cell_count, 0);
}

static void the_mean_is_over_tasks_that_are_there(void **state)
{
	struct query_ranking all = ranking_of(CATALOGUE_NONE);
	const struct query_rank *a = find(&all, A), *b = find(&all, B), *c = find(&all, C);

	(void)state;
	assert_int_equal(a->cell_count, 2); /* no part, no support, nothing of the lead's */
	assert_int_equal(a->cells[0].measure, CANTEENS);
	assert_int_equal(a->cells[1].measure, WORKS);
	assert_int_equal(points(a->cells[1].delta), 50000); /* 1 of 20, and nothing was planned */
	assert_int_equal(a->counted, 2);
	assert_int_equal(points(a->score), -15843);
	assert_int_equal(b->counted, 1); /* without works it is not taken for nothing done */
	assert_int_equal(points(b->score), -81685);
	/* nine canteens leave, ten works stay: exactly ten is not small */
	assert_int_equal(c->counted, 1);
	assert_int_equal(c->state, QUERY_RANK_COUNTED);
	assert_int_equal(points(c->score), 0);
	assert_int_equal(c->cells[0].state, QUERY_RANK_SMALL_TASK);
}

static void doubt_about_one_figure_leaves_the_unit_out(void **state)
{
	struct query_ranking all = ranking_of(CATALOGUE_NONE), one = ranking_of(JOBS);
	const struct query_rank *h = find(&all, H);

	(void)state;
	assert_int_equal(h->state, QUERY_RANK_HELD);
	assert_int_equal(h->rank, 0);
	assert_int_equal(h->cells[0].state, QUERY_RANK_COUNTED);
	assert_int_equal(h->cells[1].measure, JOBS);
	assert_int_equal(h->cells[1].state, QUERY_RANK_HELD);
	assert_int_equal(h->cells[1].added, 15);
	assert_int_equal(find(&one, H)->state, QUERY_RANK_HELD);
	assert_int_equal(find(&all, E)->state, QUERY_RANK_SILENT);
	assert_int_equal(all.items[0].unit, D); /* its hold and its silence are of other months */
}

static void only_closed_months_are_ranked(void **state)
{
	struct query_ranking all;

	(void)state;
	assert_int_equal(query_ranking(q, SEP_30, CATALOGUE_NONE, arena, &all), ERR_NOTFOUND);
	assert_int_equal(query_ranking(q, JAN_1 - 1, CATALOGUE_NONE, arena, &all), ERR_NOTFOUND);
	assert_int_equal(query_ranking(q, JAN_31, CATALOGUE_NONE, arena, &all), ERR_OK);
	assert_int_equal(find(&all, A)->cells[0].added, 0);
}

static void a_catalogue_without_ranks_gives_none(void **state)
{
	struct query_ranking all;

	(void)state;
	catalogue.ranking = CATALOGUE_RANKING_OFF;
	assert_int_equal(query_ranking(q, AUG_31, CATALOGUE_NONE, arena, &all), ERR_INVALID);
	catalogue.ranking = CATALOGUE_RANKING_DELTA;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_delta_is_what_was_added_less_what_was_planned),
		cmocka_unit_test(ties_share_a_rank_and_the_next_one_skips),
		cmocka_unit_test(who_cannot_be_compared_has_no_rank),
		cmocka_unit_test(the_mean_is_over_tasks_that_are_there),
		cmocka_unit_test(doubt_about_one_figure_leaves_the_unit_out),
		cmocka_unit_test(only_closed_months_are_ranked),
		cmocka_unit_test(a_catalogue_without_ranks_gives_none),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
