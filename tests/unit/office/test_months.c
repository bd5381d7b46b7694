/* SPDX-License-Identifier: MIT */
/* What the office keeps of a month: reviews, due days that were moved, objections, publications. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "aggregator/catalogue/calendar.h"
#include "aggregator/office/desk.h"
#include "aggregator/office/months.h"
#include "aggregator/office/objections.h"
#include "aggregator/office/owed.h"
#include "base/date.h"
#include "base/fs.h"

struct place {
	char folder[64];
	struct store *s;
	struct store_txn *t;
	struct catalogue *c;
	struct cells *cells;
	uint16_t canteens, yutai, rencheng, minzheng;
};

static uint16_t unit(const struct place *p, const char *id)
{
	return catalogue_unit_number(p->c, bytes_of_string(id));
}

static int setup(void **state)
{
	const struct store_options quick = { .no_sync = true };
	struct diag_list diags = { 0 };
	struct place *p = calloc(1, sizeof(*p));
	char path[80];

	snprintf(p->folder, sizeof(p->folder), "/tmp/minsheng-office-XXXXXX");
	assert_non_null(mkdtemp(p->folder));
	snprintf(path, sizeof(path), "%s/store", p->folder);
	assert_int_equal(catalogue_load("catalogue/jining-2022.yaml", &diags, &p->c), ERR_OK);
	diag_free(&diags);
	assert_int_equal(store_open(path, &quick, &p->s), ERR_OK);
	assert_int_equal(store_begin_write(p->s, &p->t), ERR_OK);
	assert_int_equal(cells_new(p->c, &p->cells), ERR_OK);
	p->canteens = catalogue_measure_number(p->c, bytes_of_string("canteens"));
	p->yutai = unit(p, "yutai");
	p->rencheng = unit(p, "rencheng");
	p->minzheng = unit(p, "minzheng");
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct place *p = *state;

	cells_free(p->cells);
	store_abort(&p->t);
	store_close(p->s);
	catalogue_free(p->c);
	assert_int_equal(fs_remove_tree(p->folder), ERR_OK);
	free(p);
	return 0;
}

static int32_t day(int month, int date)
{
	return date_from_civil(2022, month, date);
}

/* A figure that was received at the beginning of a day. */
static void report(struct place *p, uint16_t area, int32_t as_of, int64_t value, int32_t received)
{
	int64_t ms = date_begin_ms(received, p->c->offset_minutes);
	struct cell_row row = { .kind = EVENT_TOTAL, .as_of = as_of, .value = value,
				.position = (uint64_t)received, .known = received };
	struct cell *cell;
	bool changed;

	assert_int_equal(cells_get(p->cells, p->t, cell_counting(p->c, p->canteens, area), &cell),
			 ERR_OK);
	assert_int_equal(cells_fold(p->cells, p->t, cell, &row, &changed), ERR_OK);
	assert_int_equal(cells_reported(p->cells, p->t, cell, as_of, ms, row.position), ERR_OK);
	assert_int_equal(cells_flush(p->cells, p->t), ERR_OK);
}

static void say(struct place *p, uint16_t area, int32_t period, enum reviews_state state)
{
	const struct review r = { .measure = p->canteens, .unit = area, .period = period,
				  .state = state, .position = 7, .time_ms = 8,
				  .by = bytes_of_string("wang"), .why = bytes_of_string("") };

	assert_int_equal(reviews_write(p->t, &r), ERR_OK);
}

/* --- reviews ---------------------------------------------------------------------------------- */

static struct review review(struct place *p, uint16_t area, int32_t period)
{
	struct owed_report r;
	struct owed o;

	assert_int_equal(owed_open(&o, p->c, p->t, period), ERR_OK);
	assert_int_equal(owed_report(&o, p->canteens, area, period, &r), ERR_OK);
	owed_close(&o);
	return r.review;
}

static void test_reviews(void **state)
{
	struct place *p = *state;
	int32_t june = day(6, 30);
	enum reviews_state was;

	assert_int_equal(review(p, p->yutai, june).state, REVIEWS_NONE);
	report(p, p->yutai, june, 4, day(7, 2));
	assert_int_equal(review(p, p->yutai, june).state, REVIEWS_SUBMITTED);
	assert_int_equal(review(p, p->yutai, day(5, 31)).state, REVIEWS_NONE);
	assert_int_equal(reviews_reset(p->t, p->canteens, p->yutai, june, 9, 10, &was), ERR_OK);
	assert_int_equal(was, REVIEWS_NONE);
	say(p, p->yutai, june, REVIEWS_VERIFIED);
	assert_int_equal(review(p, p->yutai, june).state, REVIEWS_VERIFIED);
	assert_true(bytes_equal(review(p, p->yutai, june).by, bytes_of_string("wang")));
	assert_int_equal(reviews_reset(p->t, p->canteens, p->yutai, june, 9, 10, &was), ERR_OK);
	assert_int_equal(was, REVIEWS_VERIFIED);
	assert_int_equal(review(p, p->yutai, june).state, REVIEWS_SUBMITTED);
	assert_int_equal(review(p, p->yutai, june).was, REVIEWS_VERIFIED);
	assert_int_equal(review(p, p->yutai, june).position, 9);
}

static bool verified(struct place *p, uint16_t area, int32_t on)
{
	struct totals_cells from = { p->cells, p->t };
	struct totals_source source = totals_from_cells(&from);
	bool yes;

	assert_int_equal(reviews_is_verified(p->c, p->t, &source, p->canteens, area, on, &yes),
			 ERR_OK);
	return yes;
}

static void test_verified(void **state)
{
	struct place *p = *state;
	uint16_t city = p->c->city;

	assert_false(verified(p, p->yutai, day(12, 31))); /* nothing is said */
	report(p, p->yutai, day(6, 30), 4, day(7, 2));
	report(p, p->rencheng, day(5, 31), 4, day(7, 2));
	say(p, p->yutai, day(6, 30), REVIEWS_VERIFIED);
	assert_true(verified(p, p->yutai, day(7, 31)));
	assert_false(verified(p, p->yutai, day(6, 29)));
	assert_false(verified(p, city, day(7, 31))); /* each by its newest month */
	say(p, p->rencheng, day(5, 31), REVIEWS_CONFIRMED);
	assert_false(verified(p, city, day(7, 31)));
	say(p, p->rencheng, day(5, 31), REVIEWS_VERIFIED);
	assert_true(verified(p, city, day(7, 31)));
	report(p, p->rencheng, day(7, 31), 5, day(8, 2));
	assert_false(verified(p, city, day(7, 31)));
}

/* --- due days --------------------------------------------------------------------------------- */

static void extend(struct place *p, const char *area, const char *item, const char *measure,
		   const char *until, int position)
{
	json_t *r = json_pack("{s:s, s:s, s:s*, s:s*, s:s*, s:i, s:s}", "period", "2022-09",
			      "until", until, "unit", area, "item", item, "measure", measure,
			      "position", position, "why", "floods");

	assert_non_null(r);
	assert_int_equal(extensions_add(p->t, r), ERR_OK);
	json_decref(r);
}

static int32_t due_of(struct place *p, uint16_t area, int32_t period)
{
	struct extensions x = { 0 };
	int32_t due;

	assert_int_equal(extensions_load(&x, p->t, p->c, period), ERR_OK);
	due = extensions_due(&x, p->c, p->canteens, area, period);
	extensions_free(&x);
	return due;
}

static void test_due_days(void **state)
{
	struct place *p = *state;
	int32_t september = day(9, 30);

	/* the 5th is a holiday, and so are the days up to the 7th; Saturday the 8th is worked */
	assert_int_equal(due_of(p, p->yutai, september), day(10, 8));
	extend(p, "yutai", NULL, "homes-adapted", "2022-10-20", 1); /* another measure */
	assert_int_equal(due_of(p, p->yutai, september), day(10, 8));
	extend(p, "yutai", "1.1", NULL, "2022-10-12", 2);
	assert_int_equal(due_of(p, p->yutai, september), day(10, 12));
	assert_int_equal(due_of(p, p->rencheng, september), day(10, 8));
	extend(p, NULL, NULL, NULL, "2022-10-10", 3);
	assert_int_equal(due_of(p, p->yutai, september), day(10, 12)); /* the later one */
	assert_int_equal(due_of(p, p->rencheng, september), day(10, 10));
	assert_int_equal(due_of(p, p->rencheng, day(8, 31)), day(9, 5)); /* that month alone */
	assert_int_equal(due_of(p, p->rencheng, day(10, 31)), day(11, 7));
	/* an item that the catalogue has no more is not every item */
	extend(p, NULL, "99.9", NULL, "2022-11-30", 4);
	assert_int_equal(due_of(p, p->rencheng, september), day(10, 10));
}

static void test_owed(void **state)
{
	struct place *p = *state;
	struct owed_report r;
	struct owed o;

	report(p, p->yutai, day(9, 30), 4, day(10, 9));
	assert_int_equal(owed_open(&o, p->c, p->t, day(9, 30)), ERR_OK);
	assert_int_equal(owed_report(&o, p->canteens, p->yutai, day(10, 12), &r), ERR_OK);
	assert_int_equal(r.state, REPORTS_LATE);
	assert_false(r.extended);
	assert_int_equal(owed_report(&o, p->canteens, p->rencheng, day(10, 12), &r), ERR_OK);
	assert_int_equal(r.state, REPORTS_MISSING);
	owed_close(&o);
	extend(p, NULL, NULL, NULL, "2022-10-09", 3);
	assert_int_equal(owed_open(&o, p->c, p->t, day(9, 30)), ERR_OK);
	assert_int_equal(owed_report(&o, p->canteens, p->yutai, day(10, 12), &r), ERR_OK);
	assert_int_equal(r.state, REPORTS_ON_TIME);
	assert_true(r.extended);
	assert_int_equal(owed_report(&o, p->canteens, p->rencheng, day(10, 12), &r), ERR_OK);
	assert_int_equal(r.state, REPORTS_MISSING);
	assert_int_equal(owed_report(&o, p->canteens, p->rencheng, day(10, 9), &r), ERR_OK);
	assert_int_equal(r.state, REPORTS_DUE);
	assert_int_equal(owed_report(&o, p->canteens, unit(p, "qufu-culture"), day(10, 12), &r), ERR_OK);
	assert_int_equal(r.state, REPORTS_NOT_EXPECTED); /* the Qufu cultural zone */
	owed_close(&o);
}

/* --- objections and publications -------------------------------------------------------------- */

static void test_objections(void **state)
{
	struct place *p = *state;
	struct objection o = { .measure = p->canteens, .unit = p->yutai, .period = day(6, 30),
			       .open = true, .position = 5, .time_ms = 6, .by = "li",
			       .why = "one more" };
	struct objection back;
	unsigned open;

	assert_int_equal(objections_read(p->t, p->c, p->canteens, p->yutai, day(6, 30), &back),
			 ERR_NOTFOUND);
	assert_int_equal(objections_write(p->t, p->c, &o), ERR_OK);
	assert_int_equal(objections_open(p->t, p->c, day(6, 30), &open), ERR_OK);
	assert_int_equal(open, 1);
	assert_int_equal(objections_open(p->t, p->c, day(5, 31), &open), ERR_OK);
	assert_int_equal(open, 0);
	o.open = false;
	snprintf(o.answer, sizeof(o.answer), "counted in July");
	assert_int_equal(objections_write(p->t, p->c, &o), ERR_OK);
	assert_int_equal(objections_read(p->t, p->c, p->canteens, p->yutai, day(6, 30), &back),
			 ERR_OK);
	assert_false(back.open);
	assert_string_equal(back.why, "one more");
	assert_string_equal(back.answer, "counted in July");
	assert_int_equal(back.unit, p->yutai);
}

static void test_desk(void **state)
{
	struct place *p = *state;
	struct month m = { .period = day(6, 30), .position = 9, .document = "no. 6" };
	struct desk d = { 0 };
	int32_t last;

	m.lights[LIGHT_GREEN] = 3;
	assert_int_equal(months_write(p->t, &m), ERR_OK);
	say(p, p->yutai, day(5, 31), REVIEWS_CONFIRMED);
	say(p, p->yutai, day(4, 30), REVIEWS_SUBMITTED);
	assert_int_equal(desk_load(&d, p->t, p->c), ERR_OK);
	assert_true(d.published == desk_bit(p->c, day(6, 30)));
	assert_true(*desk_reviewed(&d, p->canteens, p->yutai) == desk_bit(p->c, day(5, 31)));
	assert_int_equal(*desk_reviewed(&d, p->canteens, p->rencheng), 0);
	assert_int_equal(desk_bit(p->c, day(1, 31)), 1);
	assert_int_equal(desk_bit(p->c, date_from_civil(2021, 12, 31)), 0);
	desk_free(&d);
	assert_int_equal(months_last(p->t, &last), ERR_OK);
	assert_int_equal(last, day(6, 30));
	assert_int_equal(months_read(p->t, day(6, 30), &m), ERR_OK);
	assert_int_equal(m.lights[LIGHT_GREEN], 3);
	assert_string_equal(m.document, "no. 6");
	assert_int_equal(months_read(p->t, day(7, 31), &m), ERR_NOTFOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_reviews, setup, teardown),
		cmocka_unit_test_setup_teardown(test_verified, setup, teardown),
		cmocka_unit_test_setup_teardown(test_due_days, setup, teardown),
		cmocka_unit_test_setup_teardown(test_owed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_objections, setup, teardown),
		cmocka_unit_test_setup_teardown(test_desk, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
