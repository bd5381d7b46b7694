/* SPDX-License-Identifier: MIT */
/* Looks that store nothing: reconciliation at the edge of its tolerance, lights by other
 * thresholds, and the pace, by numbers worked out by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "aggregator/ledger/ledger.h"
#include "aggregator/query/query.h"
#include "base/date.h"
#include "base/fs.h"

enum { CITY, A, B, C, LEAD, UNITS };
enum { CANTEENS, WORKS, URBAN, RURAL, JOBS, POLICY, MEASURES };
#define JAN_1 18993 /* 2022-01-01 */
#define JAN_31 (JAN_1 + 30)
#define FEB_28 (JAN_1 + 58)
#define MAR_31 (JAN_1 + 89)
#define APR_10 (JAN_1 + 99) /* half of the works by plan */
#define MAY_31 (JAN_1 + 150)
#define JUL_31 (JAN_1 + 211)
#define AUG_31 (JAN_1 + 242)

/* --- a programme ------------------------------------------------------------------------------ */
static const uint16_t scope[] = { A, B, C };
static const uint16_t parts[] = { URBAN, RURAL };
static const struct catalogue_unit units[UNITS] = {
	[CITY] = { .id = "city", .kind = CATALOGUE_CITY },
	[A] = { .id = "a", .kind = CATALOGUE_COUNTY, .area = true, .expected = true },
	[B] = { .id = "b", .kind = CATALOGUE_COUNTY, .area = true, .expected = true },
	[C] = { .id = "c", .kind = CATALOGUE_COUNTY, .area = true, .expected = true },
	[LEAD] = { .id = "lead", .kind = CATALOGUE_DEPARTMENT, .expected = true },
};
static const struct catalogue_item items[] = {
	{ .id = "1.1", .lead = LEAD, .scope = scope, .scope_count = 3 },
};
static const struct catalogue_knot year[] = {
	{ JAN_1 - 1, 0 }, { JAN_1 + 180, 350000 }, { JAN_1 + 272, 750000 }, { JAN_1 + 364, 1000000 }
};
static const struct catalogue_knot even[] = { { JAN_1 - 1, 0 }, { JAN_1 + 199, 1000000 } };
static const struct catalogue_quota nothing[] = { { B, 0 } };
static const struct catalogue_quota works[] = { { A, 48 }, { B, 20 }, { C, 72 } };
#define COMMON .counting_stage = CATALOGUE_NONE, .first_report = JAN_31, .retired = DATE_NONE
#define EVEN .plan = { .id = "even", .shape = CATALOGUE_KNOTS, .knots = even, .knot_count = 2 }
static const struct catalogue_measure measures[MEASURES] = {
	[CANTEENS] = { .id = "canteens",
		       .target = 113,
		       .quotas = nothing,
		       .quota_count = 1,
		       .whole = CATALOGUE_NONE,
		       COMMON,
		       .plan = { .id = "year",
				 .shape = CATALOGUE_KNOTS,
				 .knots = year,
				 .knot_count = 4 } },
	[WORKS] = { .id = "works",
		    .target = 140,
		    .quotas = works,
		    .quota_count = 3,
		    .whole = CATALOGUE_NONE,
		    COMMON,
		    EVEN },
	[URBAN] = { .id = "urban",
		    .target = 100,
		    .role = CATALOGUE_PART,
		    .whole = JOBS,
		    COMMON,
		    EVEN },
	[RURAL] = { .id = "rural",
		    .target = 100,
		    .role = CATALOGUE_PART,
		    .whole = JOBS,
		    COMMON,
		    EVEN },
	[JOBS] = { .id = "jobs",
		   .kind = CATALOGUE_COMPOSITE,
		   .figure = CATALOGUE_DERIVED,
		   .target = 200,
		   .parts = parts,
		   .part_count = 2,
		   .whole = CATALOGUE_NONE,
		   COMMON,
		   EVEN },
	[POLICY] = { .id = "policy",
		     .kind = CATALOGUE_POLICY,
		     .target = 1,
		     .whole = CATALOGUE_NONE,
		     COMMON,
		     EVEN },
};
static const struct catalogue catalogue = {
	.id = "test",
	.version = 1,
	.from = JAN_1,
	.to = JAN_1 + 364,
	.offset_minutes = 480,
	.units = units,
	.unit_count = UNITS,
	.city = CITY,
	.office = LEAD,
	.items = items,
	.item_count = 1,
	.measures = measures,
	.measure_count = MEASURES,
	.calendar = { .from = JAN_1, .to = JAN_1 + 500 },
	.profile = { .id = "p",
		     .yellow_enter = 1000,
		     .red_enter = 3000,
		     .yellow_leave = 1000,
		     .red_leave = 3000,
		     .enter_count = 1,
		     .leave_count = 1,
		     .not_started_months = 3 },
	.reporting = { .due_day = 5, .confirm_days = 3, .object_days = 2, .silent_after = 1 },
};

static char folder[64];
static struct store *store;
static struct query *q;
static struct arena *arena;

/* --- what was said ---------------------------------------------------------------------------- */
static void say(struct cells *cells, struct store_txn *t, uint16_t measure, uint16_t unit,
		uint16_t source, int32_t as_of, int64_t value)
{
	struct cell_row row = { .kind = EVENT_TOTAL,
				.as_of = as_of,
				.value = value,
				.position = 1,
				.known = AUG_31 + 1 };
	struct cell_key key = cell_counting(&catalogue, measure, unit);
	struct cell *cell;
	bool changed;

	key.source = source;
	assert_int_equal(cells_get(cells, t, key, &cell), ERR_OK);
	assert_int_equal(cells_fold(cells, t, cell, &row, &changed), ERR_OK);
}

static void say_all(struct store_txn *t)
{
	const uint16_t counts = CATALOGUE_NONE;
	struct cells *cells;

	assert_int_equal(cells_new(&catalogue, &cells), ERR_OK);
	say(cells, t, CANTEENS, A, counts, MAY_31, 30);
	say(cells, t, CANTEENS, A, counts, JUL_31, 52);
	say(cells, t, CANTEENS, A, counts, AUG_31, 58);
	say(cells, t, WORKS, A, counts, APR_10, 12);
	say(cells, t, WORKS, B, counts, APR_10, 12);
	say(cells, t, WORKS, C, counts, APR_10, 34);
	/* at the edge of 2 %, beyond it, at one whole unit, and of an older month */
	say(cells, t, URBAN, A, counts, FEB_28, 200);
	say(cells, t, URBAN, A, LEAD, FEB_28, 204);
	say(cells, t, URBAN, B, counts, FEB_28, 200);
	say(cells, t, URBAN, B, LEAD, FEB_28, 195);
	say(cells, t, URBAN, C, counts, FEB_28, 3);
	say(cells, t, URBAN, C, LEAD, FEB_28, 4);
	say(cells, t, RURAL, A, LEAD, JAN_31, 9);
	assert_int_equal(cells_flush(cells, t), ERR_OK);
	cells_free(cells);
}

static void judge(struct store_txn *t, uint16_t measure, uint16_t unit, int32_t period,
		  enum light light, bool silent, int64_t done, int64_t goal, int64_t planned_ppm)
{
	struct lights_record r = { .measure = measure,
				   .unit = unit,
				   .period = period,
				   .state = { .light = light, .silent = silent },
				   .first = light,
				   .position = 1,
				   .present = true,
				   .has_goal = true,
				   .value = done,
				   .attained = done,
				   .goal = goal,
				   .done_ppm = done * 1000000 / goal,
				   .planned_ppm = planned_ppm };

	assert_int_equal(lights_write(t, &r), ERR_OK);
}

/* What was judged by a goal of 100 that is no longer in force: the records alone know. */
static void judge_all(struct store_txn *t)
{
	judge(t, CANTEENS, B, JAN_31, LIGHT_YELLOW, false, 10, 100, 200000);
	judge(t, CANTEENS, B, FEB_28, LIGHT_YELLOW, true, 10, 100, 900000);
	judge(t, CANTEENS, B, MAR_31, LIGHT_GREEN, false, 30, 100, 300000);
	judge(t, URBAN, CITY, JAN_31, LIGHT_GREEN, false, 10, 100, 150000);
	judge(t, RURAL, CITY, JAN_31, LIGHT_GREEN, false, 20, 100, 200000);
	judge(t, JOBS, CITY, JAN_31, LIGHT_GREEN, false, 30, 200, 175000);
}

static void write_head(struct store_txn *t)
{
	struct ledger_head head = { 0 };
	struct entry tick = {
		.kind = ENTRY_TICK, .reporter = CATALOGUE_NONE, .rules = 1, .position = 1
	};
	struct buf scratch = { 0 };

	tick.time_ms = date_begin_ms(AUG_31 + 1, catalogue.offset_minutes);
	assert_int_equal(ledger_append(t, &tick, &head, &scratch), ERR_OK);
	assert_int_equal(ledger_head_write(t, &head), ERR_OK);
	buf_free(&scratch);
}

static int setup(void **state)
{
	struct store_options options = { .map_bytes = UINT64_C(64) << 20, .no_sync = true };
	struct store_txn *t;

	(void)state;
	crypto_init();
	snprintf(folder, sizeof(folder), "/tmp/test-looks-%d", (int)getpid());
	fs_remove_tree(folder);
	assert_int_equal(store_open(folder, &options, &store), ERR_OK);
	assert_int_equal(store_begin_write(store, &t), ERR_OK);
	say_all(t);
	judge_all(t);
	write_head(t);
	assert_int_equal(store_commit(&t), ERR_OK);
	arena = arena_new(1 << 20);
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

/* --- reconciliation --------------------------------------------------------------------------- */
static void shadows_stand_beside_what_counts(void **state)
{
	struct query_reconciliation all;

	(void)state;
	assert_int_equal(query_reconcile(q, FEB_28, URBAN, CATALOGUE_NONE, arena, &all), ERR_OK);
	assert_int_equal(all.count, 3);
	for (size_t i = 0; i < all.count; i++) {
		assert_int_equal(all.items[i].unit, A + i);
		assert_int_equal(all.items[i].shadow_count, 1);
		assert_true(all.items[i].shadows[0].compared);
		assert_int_equal(all.items[i].shadows[0].source, LEAD);
		assert_int_equal(all.items[i].alert[0], '\0');
	}
	assert_true(all.items[0].shadows[0].within); /* 4 of 200: 2 % */
	assert_false(all.items[0].differs);
	assert_false(all.items[1].shadows[0].within); /* 5 of 200 */
	assert_true(all.items[1].differs);
	assert_true(all.items[2].shadows[0].within); /* 1 of 3: one whole unit */
}

static void what_nobody_counts_is_not_compared(void **state)
{
	struct query_reconciliation all;

	(void)state;
	assert_int_equal(query_reconcile(q, FEB_28, RURAL, A, arena, &all), ERR_OK);
	assert_int_equal(all.count, 1);
	assert_false(all.items[0].shadows[0].speaks); /* of January */
	assert_false(all.items[0].shadows[0].compared);
	assert_false(all.items[0].differs);
	assert_int_equal(query_reconcile(q, JAN_31, RURAL, A, arena, &all), ERR_OK);
	assert_true(all.items[0].shadows[0].speaks);
	assert_false(all.items[0].shadows[0].compared);
	assert_int_equal(query_reconcile(q, JAN_31, RURAL, B, arena, &all), ERR_OK);
	assert_int_equal(all.count, 0);
}

/* --- lights by other thresholds --------------------------------------------------------------- */
static struct catalogue_profile profile(int64_t yellow, int64_t red)
{
	struct catalogue_profile p = catalogue.profile;

	p.yellow_enter = p.yellow_leave = yellow;
	p.red_enter = p.red_leave = red;
	return p;
}

static struct query_preview preview(int64_t yellow, int64_t red, int32_t period)
{
	struct catalogue_profile p = profile(yellow, red);
	struct query_preview out;

	assert_int_equal(query_preview(q, &p, period, arena, &out), ERR_OK);
	return out;
}

static void the_present_thresholds_change_nothing(void **state)
{
	struct query_preview p = preview(1000, 3000, DATE_NONE);

	(void)state;
	assert_int_equal(p.judged, 6);
	assert_int_equal(p.count, 0);
	assert_int_equal(p.before[LIGHT_YELLOW], 2);
	assert_int_equal(p.after[LIGHT_YELLOW], 2);
	assert_int_equal(p.after[LIGHT_GREEN], 4);
}

/* 10 points behind: yellow at 10, which includes the edge, not at 10.01; red above 9.99 alone. The
 * silent month after it keeps whatever the colour was, though 80 points are missing. */
static void edges_are_exact_and_silence_holds(void **state)
{
	struct query_preview p = preview(1001, 3000, DATE_NONE);

	(void)state;
	assert_int_equal(p.count, 2);
	assert_int_equal(p.items[0].measure, CANTEENS);
	assert_int_equal(p.items[0].unit, B);
	assert_int_equal(p.items[0].period, JAN_31);
	assert_int_equal(p.items[0].from, LIGHT_YELLOW);
	assert_int_equal(p.items[0].to, LIGHT_GREEN);
	assert_int_equal(p.items[1].period, FEB_28);
	assert_int_equal(p.items[1].to, LIGHT_GREEN);
	p = preview(900, 999, FEB_28);
	assert_int_equal(p.judged, 1);
	assert_int_equal(p.count, 1);
	assert_int_equal(p.items[0].to, LIGHT_RED);
	p = preview(900, 1000, FEB_28);
	assert_int_equal(p.count, 0);
}

static void a_whole_follows_its_parts(void **state)
{
	struct query_preview p = preview(500, 3000, JAN_31);

	(void)state;
	assert_int_equal(p.count, 2);
	assert_int_equal(p.items[0].measure, URBAN);
	assert_int_equal(p.items[0].to, LIGHT_YELLOW);
	assert_int_equal(p.items[1].measure, JOBS);
	assert_int_equal(p.items[1].to, LIGHT_YELLOW);
}

static void crossed_thresholds_are_refused(void **state)
{
	struct catalogue_profile p = profile(1000, 3000);
	struct query_preview out;

	(void)state;
	assert_int_equal(query_profile_check(&p), QUERY_CROSSED_NOT);
	p = profile(3000, 3000);
	assert_int_equal(query_profile_check(&p), QUERY_CROSSED_ENTER);
	assert_int_equal(query_preview(q, &p, DATE_NONE, arena, &out), ERR_INVALID);
	p = profile(-1, 3000);
	assert_int_equal(query_profile_check(&p), QUERY_CROSSED_NEGATIVE);
	p = profile(1000, 10001);
	assert_int_equal(query_profile_check(&p), QUERY_CROSSED_NEGATIVE);
	p = profile(1000, 3000);
	p.red_leave = 3001;
	assert_int_equal(query_profile_check(&p), QUERY_CROSSED_LEAVE);
}

/* --- pace ------------------------------------------------------------------------------------- */
static void assert_rounded(struct fraction f, int64_t wanted, unsigned decimals)
{
	assert_int_equal(fraction_round(f, decimals), wanted);
}

static struct query_pace pace_of(uint16_t measure, uint16_t unit, int32_t valid)
{
	struct query_when when = { valid, HISTORY_NOW };
	struct query_pace p;

	assert_int_equal(query_pace(q, measure, unit, when, arena, &p), ERR_OK);
	return p;
}

/* 58 of 113 on 31 August, 52 a month and 30 three months before. */
static void the_pace_of_a_year_that_falls_behind(void **state)
{
	struct query_pace p = pace_of(CANTEENS, CITY, AUG_31);

	(void)state;
	assert_true(p.paced);
	assert_false(p.in_share);
	assert_int_equal(p.figure.gap_hundredths, -1063);
	assert_rounded(p.schedule.earned, 2185531, 4);
	assert_rounded(p.schedule.variance, -244469, 4);
	assert_rounded(p.schedule.index.value, 899395, 6);
	assert_rounded(p.schedule.to_finish.value, 1200384, 6);
	assert_rounded(p.by_index.value, 4058282, 4);
	assert_int_equal(p.finish_by_index, JAN_1 + 405); /* 2023-02-10 */
	assert_int_equal(p.window_from, MAY_31);
	assert_rounded(p.recent, 304348, 6);
	assert_rounded(p.by_rate.value, 4237143, 4);
	assert_int_equal(p.finish_by_rate, JAN_1 + 423); /* 2023-02-28 */
	assert_rounded(p.required.value, 450820, 6);
	assert_rounded(p.ratio.value, 1481265, 6);
	assert_int_equal(p.band, PACE_WILL_MISS);
	assert_rounded(fraction_div(p.delta, fraction_of(100, 1)), -81685, 4);
}

static void a_shortfall_has_its_units(void **state)
{
	struct query_pace p = pace_of(WORKS, CITY, APR_10);

	(void)state;
	assert_int_equal(p.part_count, 3);
	assert_rounded(p.attribution.gross, 14, 0);
	assert_rounded(p.attribution.offset, 2, 0);
	assert_rounded(p.attribution.gap, 12, 0);
	assert_int_equal(p.parts[0].unit, A);
	assert_rounded(p.parts[0].part.share, 857, 3);
	assert_rounded(p.parts[1].part.offset, 2, 0);
	assert_rounded(p.parts[2].part.share, 143, 3);
	p = pace_of(WORKS, A, APR_10);
	assert_true(p.paced);
	assert_int_equal(p.part_count, 0);
	assert_int_equal(p.goal, 48);
}

static void what_is_finished_stands_still(void **state)
{
	struct query_pace p = pace_of(URBAN, CITY, AUG_31);

	(void)state;
	assert_true(p.figure.at.met);
	assert_int_equal(p.day, FEB_28);
	assert_int_equal(p.finish_by_index, FEB_28);
	assert_int_equal(p.finish_by_rate, FEB_28);
	assert_int_equal(p.band, PACE_OK);
}

static void without_a_pace_there_is_none(void **state)
{
	struct query_when when = { AUG_31, HISTORY_NOW };
	struct query_pace p;

	(void)state;
	assert_false(pace_of(POLICY, CITY, AUG_31).paced);
	assert_false(pace_of(CANTEENS, A, AUG_31).paced); /* no quota */
	p = pace_of(RURAL, CITY, AUG_31);
	assert_true(p.paced);
	assert_int_equal(p.finish_by_rate, DATE_NONE); /* nothing moved */
	assert_int_equal(query_pace(q, MEASURES, CITY, when, arena, &p), ERR_NOTFOUND);
}

/* Nothing of nothing is neither 100 % nor ahead of plan. */
static void a_quota_of_nothing_is_no_task(void **state)
{
	struct query_pace p = pace_of(CANTEENS, B, AUG_31);

	(void)state;
	assert_true(p.figure.at.has_goal);
	assert_int_equal(p.figure.at.goal, 0);
	assert_false(p.figure.has_share);
	assert_false(p.figure.has_gap);
	assert_false(p.paced);
	p = pace_of(WORKS, B, AUG_31);
	assert_true(p.figure.has_gap);
	assert_true(p.figure.has_share == p.figure.at.present);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(shadows_stand_beside_what_counts),
		cmocka_unit_test(what_nobody_counts_is_not_compared),
		cmocka_unit_test(the_present_thresholds_change_nothing),
		cmocka_unit_test(edges_are_exact_and_silence_holds),
		cmocka_unit_test(a_whole_follows_its_parts),
		cmocka_unit_test(crossed_thresholds_are_refused),
		cmocka_unit_test(the_pace_of_a_year_that_falls_behind),
		cmocka_unit_test(a_shortfall_has_its_units),
		cmocka_unit_test(what_is_finished_stands_still),
		cmocka_unit_test(without_a_pace_there_is_none),
		cmocka_unit_test(a_quota_of_nothing_is_no_task),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
