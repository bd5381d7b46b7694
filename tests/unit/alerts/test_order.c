/* SPDX-License-Identifier: MIT */
/* What a year's lights must not depend on: the order in which its rows arrive, and when. And what
 * always holds between a whole and its parts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/alerts/town.h"

#define ROWS 160
#define YEARS 6

struct said {
	struct cell_key key;
	enum event_kind kind;
	int month, day;
	int64_t value, denominator;
	uint32_t revision;
};

static uint64_t next_number(uint64_t *seed, uint64_t below)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (*seed >> 33) % below;
}

static struct cell_key random_cell(const struct town *t, uint64_t *seed)
{
	static const uint16_t measures[] = { CANTEENS, PART_A, PART_B, RATE, STEPS };
	uint16_t m = measures[next_number(seed, 5)];
	uint16_t unit = m == STEPS ? CITY : next_number(seed, 2) ? NORTH : SOUTH;
	struct cell_key key = cell_counting(&t->c, m, unit);

	if (m == STEPS)
		key.stage = (uint8_t)next_number(seed, 2);
	return key;
}

/* Figures rise over the year, with months of silence, revisions, and days withdrawn. No two rows of
 * a day have the same revision, and a withdrawal has the highest: all others are told apart by their
 * arrival, as they should be. */
static void invent(const struct town *t, uint64_t seed, struct said *rows)
{
	static const int64_t goals[] = {
		[CANTEENS] = 12, [PART_A] = 60, [PART_B] = 60, [RATE] = 60, [STEPS] = 1
	};

	for (uint32_t i = 0; i < ROWS; i++) {
		struct said *r = &rows[i];
		int64_t goal;

		*r = (struct said){ .key = random_cell(t, &seed), .kind = EVENT_TOTAL };
		goal = goals[r->key.measure];
		r->month = (int)next_number(&seed, 12) + 1;
		r->day = next_number(&seed, 3) ? 28 : (int)next_number(&seed, 28) + 1;
		r->revision = i;
		r->value = (int64_t)next_number(&seed, (uint64_t)(goal * r->month / 10 + 2));
		if (r->key.measure == STEPS)
			r->value = r->month > 3 + 6 * r->key.stage;
		if (r->key.measure == RATE)
			r->denominator = 100;
		if (next_number(&seed, 12) == 0)
			r->kind = EVENT_NIL;
		else if (next_number(&seed, 12) == 0)
			*r =
				(struct said){ r->key, EVENT_RETRACT, r->month, r->day, 0,
					       0,      ROWS + i };
	}
}

static void shuffle(struct said *rows, uint64_t seed)
{
	for (size_t i = ROWS - 1; i > 0; i--) {
		size_t at = (size_t)next_number(&seed, i + 1);
		struct said kept = rows[i];

		rows[i] = rows[at];
		rows[at] = kept;
	}
}

static void tell(struct town *t, const struct said *r)
{
	town_fold(t, r->key,
		  (struct cell_row){ .kind = r->kind,
				     .as_of = town_day(r->month, r->day),
				     .revision = r->revision,
				     .value = r->value,
				     .denominator = r->denominator });
}

/* Rows of each month while it is open. */
static void tell_in_time(struct town *t, const struct said *rows)
{
	for (int month = 1; month <= 12; month++) {
		town_until(t, month, 28);
		for (size_t i = 0; i < ROWS; i++)
			if (rows[i].month == month)
				tell(t, &rows[i]);
	}
	town_until(t, 13, 10);
}

/* Some while their month is open, some after, most when the year is over. */
static void tell_late(struct town *t, const struct said *rows)
{
	for (int month = 4; month <= 12; month += 4) {
		town_until(t, month, 28);
		for (size_t i = (size_t)month; i < ROWS; i += 16)
			if (rows[i].month <= month)
				tell(t, &rows[i]);
	}
	town_until(t, 13, 10);
	for (size_t i = 0; i < ROWS; i++)
		if (i % 16 != 4 && i % 16 != 8 && i % 16 != 12)
			tell(t, &rows[i]);
	for (size_t i = 0; i < ROWS; i++)
		if (i % 16 == 4 || i % 16 == 8 || i % 16 == 12)
			tell(t, &rows[i]); /* again, where it was told: same revision, same words */
}

/* --- the same lights -------------------------------------------------------------------------- */

struct others {
	struct town *other;
	size_t count;
};

/* All but when it was judged, how often, what it was at first, and how new its rows were: a row that
 * repeats a figure moves nothing, so that nothing is judged again. */
static void assert_same_light(struct lights_record a, struct lights_record b)
{
	struct buf left = { 0 }, right = { 0 };

	a.first = b.first = LIGHT_NONE;
	a.restated = b.restated = 0;
	a.as_of = b.as_of = DATE_NONE;
	lights_encode(&a, &left);
	lights_encode(&b, &right);
	assert_int_equal(a.state.light, b.state.light);
	assert_int_equal(left.len, right.len);
	assert_memory_equal(left.data, right.data, left.len);
	buf_free(&left);
	buf_free(&right);
}

static bool compare_light(void *ctx, const struct lights_record *r)
{
	struct others *o = ctx;
	struct lights_record twin;

	assert_int_equal(lights_read(o->other->txn, r->measure, r->unit, r->period, &twin), ERR_OK);
	assert_same_light(*r, twin);
	o->count++;
	return true;
}

static void assert_same_lights(struct town *a, struct town *b)
{
	struct others to_b = { b, 0 }, to_a = { a, 0 };

	assert_int_equal(lights_walk(a->txn, CATALOGUE_NONE, compare_light, &to_b), ERR_OK);
	assert_int_equal(lights_walk(b->txn, CATALOGUE_NONE, compare_light, &to_a), ERR_OK);
	assert_int_equal(to_a.count, to_b.count);
	assert_true(to_a.count > 100);
}

/* The alerts that hang on figures alone are open in both, or in neither. */
static void assert_same_alerts(struct town *a, struct town *b)
{
	static const char *const ids[] = {
		"behind.canteens.city", "behind.canteens.north", "behind.both.city",
		"behind.part-a.south",	"overdue.steps.city",	 "overdue.canteens.city",
		"overdue.rate.city",	"overdue.both.city",	 "silent.north",
	};

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		struct book_record x = town_alert(a, ids[i]), y = town_alert(b, ids[i]);
		bool open = x.number && x.transition != BOOK_RESOLVED;

		assert_int_equal(open, y.number && y.transition != BOOK_RESOLVED);
		if (open && x.kind != BOOK_SILENT)
			assert_int_equal(x.severity, y.severity);
	}
}

static void lights_do_not_depend_on_arrival(void **state)
{
	struct said rows[ROWS];

	(void)state;
	for (uint64_t year = 1; year <= YEARS; year++) {
		struct town *early = town_new(), *late = town_new();

		invent(early, year, rows);
		tell_in_time(early, rows);
		shuffle(rows, year + 77);
		tell_late(late, rows);
		assert_same_lights(early, late);
		assert_same_alerts(early, late);
		town_free(early);
		town_free(late);
	}
}

/* --- a whole and its parts -------------------------------------------------------------------- */

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static void assert_sums(struct town *t, int month)
{
	struct lights_record city = town_light(t, CANTEENS, CITY, month);
	struct lights_record both = town_light(t, BOTH, CITY, month);
	struct lights_record a = town_light(t, PART_A, CITY, month);
	struct lights_record b = town_light(t, PART_B, CITY, month);

	assert_int_equal(city.value, town_light(t, CANTEENS, NORTH, month).value +
					     town_light(t, CANTEENS, SOUTH, month).value);
	assert_int_equal(both.value, a.value + b.value);
	assert_int_equal(both.attained, least(a.value, a.goal) + least(b.value, b.goal));
	if (a.state.light == LIGHT_RED || b.state.light == LIGHT_RED)
		assert_int_equal(both.state.light, LIGHT_RED);
	if (both.state.light == LIGHT_REACHED)
		assert_true(a.value >= a.goal && b.value >= b.goal);
	assert_true(both.attained <= both.value);
}

static void wholes_agree_with_their_parts(void **state)
{
	struct said rows[ROWS];

	(void)state;
	for (uint64_t year = 1; year <= YEARS; year++) {
		struct town *t = town_new();

		invent(t, year, rows);
		tell_in_time(t, rows);
		for (int month = 1; month <= 12; month++)
			assert_sums(t, month);
		town_free(t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lights_do_not_depend_on_arrival),
		cmocka_unit_test(wholes_agree_with_their_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
