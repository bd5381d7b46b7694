/* SPDX-License-Identifier: MIT */
/* Odd figures: the verdicts that keep them out, flags that change nothing and do not depend on the
 * order of arrival, and samples that anybody can draw again. */
#include "tests/unit/aggregator/world.h"

#include "aggregator/alerts/flags.h"
#include "aggregator/alerts/sample.h"
#include "aggregator/ledger/ledger.h"
#include "aggregator/progress/reports.h"
#include "aggregator/query/query.h"

#define ROWS 60
#define TURNS 4

/* --- verdicts ----------------------------------------------------------------------------------- */

static struct aggregator_outcome say(struct world *w, const char *unit, uint64_t first,
				     const struct world_row *rows, uint32_t n)
{
	struct aggregator_outcome out;

	world_begin(w);
	out = world_send(w, unit, 1, first, rows, n);
	assert_int_equal(out.answer, AGGREGATOR_APPENDED);
	world_commit(w);
	return out;
}

static void expect_verdict(const struct aggregator_outcome *out, uint32_t row, unsigned verdict,
			   unsigned code)
{
	unsigned is, why;

	world_verdict(&out->receipt, row, &is, &why);
	if (is != verdict || why != code)
		fail_msg("row %u: %s %s", row, event_verdict_name(is), event_code_name(why));
}

static struct world *begin(const char *day)
{
	struct world *w = world_new(day);

	world_begin(w);
	world_add_key(w, "yutai");
	world_add_key(w, "rencheng");
	world_add_key(w, "qufu");
	world_commit(w);
	return w;
}

/* 58 to 55 without a reason is held, with one it counts; of a ratio's numerator too, for it is
 * cumulative like any TOTAL, while its denominator may fall. */
static void what_falls_is_held(void **state)
{
	struct world *w = begin("2022-09-02");
	const struct world_row rows[] = {
		{ "homes-adapted", "yutai", EVENT_TOTAL, 58, .as_of = "2022-07-31" },
		{ "homes-adapted", "yutai", EVENT_TOTAL, 55, .as_of = "2022-08-31" },
		{ "homes-adapted", "yutai", EVENT_TOTAL, 55, .as_of = "2022-08-31",
		  .reason = "three were counted twice" },
		{ "public-kindergarten-rate", "yutai", EVENT_TOTAL, 90, 150, .as_of = "2022-07-31" },
		{ "public-kindergarten-rate", "yutai", EVENT_TOTAL, 89, 100, .as_of = "2022-08-31" },
		{ "public-kindergarten-rate", "yutai", EVENT_TOTAL, 90, 100, .as_of = "2022-08-31" },
		{ "public-kindergarten-rate", "yutai", EVENT_TOTAL, 89, 100, .as_of = "2022-09-01",
		  .reason = "one was private" },
	};
	struct aggregator_outcome out = say(w, "yutai", 1, rows, 7);

	(void)state;
	expect_verdict(&out, 0, EVENT_ADMITTED, EVENT_CODE_NONE);
	expect_verdict(&out, 1, EVENT_HOLD, EVENT_DECREASE);
	expect_verdict(&out, 2, EVENT_ADMITTED, EVENT_CODE_NONE);
	expect_verdict(&out, 4, EVENT_HOLD, EVENT_DECREASE);
	expect_verdict(&out, 5, EVENT_ADMITTED, EVENT_CODE_NONE);
	expect_verdict(&out, 6, EVENT_ADMITTED, EVENT_CODE_NONE);
	world_free(w);
}

/* 43 there, 113 to come, 156 in all: 114 would be 157. A composite is computed, and 57 % alone is no
 * ratio. */
static void what_can_not_be_is_rejected(void **state)
{
	struct world *w = begin("2022-09-02");
	const struct world_row rows[] = {
		{ "rukang-homes", "yutai", EVENT_TOTAL, 114, .as_of = "2022-08-31" },
		{ "rukang-homes", "yutai", EVENT_TOTAL, 113, .as_of = "2022-08-31" },
		{ "public-jobs", "yutai", EVENT_TOTAL, 34300, .as_of = "2022-08-31" },
		{ "public-kindergarten-rate", "yutai", EVENT_TOTAL, 57, .as_of = "2022-08-31" },
		{ "public-kindergarten-rate", "yutai", EVENT_TOTAL, 101, 100, .as_of = "2022-08-31" },
		{ "public-kindergarten-rate", "yutai", EVENT_TOTAL, 100, 100, .as_of = "2022-08-31" },
	};
	struct aggregator_outcome out = say(w, "yutai", 1, rows, 6);

	(void)state;
	expect_verdict(&out, 0, EVENT_REJECT, EVENT_ABOVE_CAP);
	expect_verdict(&out, 1, EVENT_ADMITTED, EVENT_CODE_NONE);
	expect_verdict(&out, 2, EVENT_REJECT, EVENT_DERIVED);
	expect_verdict(&out, 3, EVENT_REJECT, EVENT_NO_DENOMINATOR);
	expect_verdict(&out, 4, EVENT_REJECT, EVENT_RATIO_ABOVE_ONE);
	expect_verdict(&out, 5, EVENT_ADMITTED, EVENT_CODE_NONE);
	world_free(w);
}

/* The date of a row begins at its midnight: up to 24 hours ahead is fine, a millisecond more is not. */
static void a_day_ahead_is_the_limit(void **state)
{
	const struct world_row row = { "homes-adapted", "yutai", EVENT_TOTAL, 5,
				       .as_of = "2022-09-04" };
	struct world *w = begin("2022-09-02");
	struct aggregator_outcome out;

	(void)state;
	w->now = world_time("2022-09-03", 0) - 1;
	out = say(w, "yutai", 1, &row, 1);
	expect_verdict(&out, 0, EVENT_HOLD, EVENT_DATE_FUTURE);
	w->now = world_time("2022-09-03", 0);
	out = say(w, "yutai", 2, &row, 1);
	expect_verdict(&out, 0, EVENT_ADMITTED, EVENT_CODE_NONE);
	world_free(w);
}

/* --- flags -------------------------------------------------------------------------------------- */

struct dice {
	uint64_t seed;
};

static uint32_t draw(struct dice *d, uint32_t below)
{
	d->seed = d->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(d->seed >> 33) % below;
}

static const char *const areas[] = { "yutai", "rencheng", "qufu" };
static const char *const measures[] = { "homes-adapted", "school-canteens", "school-canteen-pupils",
					"nursery-classes", "nursery-places" };
static const char *const days[] = { "2022-01-31", "2022-02-28", "2022-03-31", "2022-04-30",
				    "2022-05-31", "2022-06-30", "2022-07-31", "2022-08-31" };

/* One row a date and cell, so that the order of arrival decides nothing. */
static void make_rows(struct dice *d, struct world_row rows[ROWS])
{
	bool used[3 * 5 * 8] = { false };

	for (size_t i = 0; i < ROWS; i++) {
		uint32_t at;

		do
			at = draw(d, 3 * 5 * 8);
		while (used[at]);
		used[at] = true;
		rows[i] = (struct world_row){ .measure = measures[at % 5],
					      .unit = areas[at / 5 % 3],
					      .kind = EVENT_TOTAL,
					      .as_of = days[at / 15],
					      .value = draw(d, 4) ? (int64_t)draw(d, 6) * 3 :
								    5000 + draw(d, 9),
					      .reason = "counted anew" };
	}
}

static void shuffle(struct dice *d, struct world_row rows[ROWS])
{
	for (uint32_t i = ROWS - 1; i > 0; i--) {
		uint32_t other = draw(d, i + 1);
		struct world_row one = rows[i];

		rows[i] = rows[other];
		rows[other] = one;
	}
}

/* Some of the rows come after the periods closed. */
static void play(struct world *w, struct dice *d, const struct world_row *rows)
{
	uint64_t next[3] = { 1, 1, 1 };

	for (size_t i = 0; i < ROWS; i++) {
		size_t who = 0;

		while (strcmp(areas[who], rows[i].unit) != 0)
			who++;
		w->now = world_time("2022-09-01", 9);
		if (draw(d, 2) && i > ROWS / 2)
			w->now = world_time("2022-09-07", 10);
		say(w, areas[who], next[who]++, &rows[i], 1);
	}
	w->now = world_time("2022-09-20", 9);
	world_begin(w);
	world_commit(w);
}

struct list {
	const struct catalogue *c;
	struct buf text;
	unsigned count;
};

static bool put(void *ctx, const struct flags_record *r)
{
	struct list *list = ctx;
	char id[FLAGS_ID];

	if (r->state == FLAGS_GONE)
		return true;
	flags_id(list->c, r, id);
	buf_printf(&list->text, "%s", id);
	for (size_t i = 0; i < FLAGS_NUMBERS; i++)
		buf_printf(&list->text, " %lld", (long long)r->numbers[i]);
	buf_put_u8(&list->text, '\n');
	list->count++;
	return true;
}

static struct list list_of(struct world *w)
{
	struct list list = { .c = aggregator_catalogue(w->a) };
	struct store_txn *t;

	assert_int_equal(store_begin_read(w->store, &t), ERR_OK);
	assert_int_equal(flags_walk(t, CATALOGUE_NONE, CATALOGUE_NONE, put, &list), ERR_OK);
	store_abort(&t);
	return list;
}

static void figures_of(struct world *w, uint8_t out[CRYPTO_HASH_LEN])
{
	struct store_txn *t;

	assert_int_equal(store_begin_read(w->store, &t), ERR_OK);
	assert_int_equal(aggregator_figures_hash(t, aggregator_catalogue(w->a), out), ERR_OK);
	store_abort(&t);
}

/* Rows that come before the periods close, after it, and in any order: the same flags. */
static void flags_do_not_depend_on_the_order(void **state)
{
	unsigned found = 0;

	(void)state;
	for (uint64_t turn = 1; turn <= TURNS; turn++) {
		struct dice d = { turn };
		struct world_row rows[ROWS];
		struct world *a = begin("2022-01-03"), *b = begin("2022-01-03");
		struct list first, second;
		uint8_t left[CRYPTO_HASH_LEN], right[CRYPTO_HASH_LEN];

		make_rows(&d, rows);
		play(a, &d, rows);
		shuffle(&d, rows);
		play(b, &d, rows);
		first = list_of(a);
		second = list_of(b);
		assert_string_equal(buf_cstring(&first.text), buf_cstring(&second.text));
		figures_of(a, left);
		figures_of(b, right);
		assert_memory_equal(left, right, sizeof(left));
		found += first.count;
		buf_free(&first.text);
		buf_free(&second.text);
		world_free(a);
		world_free(b);
	}
	assert_true(found > 10 * TURNS);
}

static void flag_everything(struct catalogue *c)
{
	c->quality.above_times = 1;
	c->quality.above_steps = 0;
}

static void flag_little(struct catalogue *c)
{
	c->quality.above_times = 1000;
	c->quality.pair_count = 0;
}

static struct world *begin_with(void (*change)(struct catalogue *c))
{
	struct world *w = begin("2022-01-03");

	world_close(w);
	w->change = change;
	world_open(w, true);
	return w;
}

/* What is flagged, and what people say of it, moves no figure. */
static void flags_change_no_figure(void **state)
{
	struct dice d = { 77 };
	struct world_row rows[ROWS];
	struct world *a = begin_with(flag_everything), *b = begin_with(flag_little);
	uint8_t left[CRYPTO_HASH_LEN], right[CRYPTO_HASH_LEN];
	struct list many, few;
	size_t said = 0;

	(void)state;
	make_rows(&d, rows);
	play(a, &d, rows);
	play(b, &d, rows);
	many = list_of(a);
	few = list_of(b);
	assert_true(many.count > few.count);
	world_begin(a);
	for (const char *at = buf_cstring(&many.text); *at; at = strchr(at, '\n') + 1) {
		static const char *const answers[] = { "explain", "dismiss", "confirm" };

		assert_int_equal(world_act(a, NULL,
					   "\"act\":\"flag.%s\",\"flag\":\"%.*s\",\"why\":\"x\"",
					   answers[said++ % 3], (int)strcspn(at, " "), at),
				 ERR_OK);
	}
	world_commit(a);
	figures_of(a, left);
	figures_of(b, right);
	assert_memory_equal(left, right, sizeof(left));
	buf_free(&many.text);
	buf_free(&few.text);
	world_free(a);
	world_free(b);
}

/* --- samples ------------------------------------------------------------------------------------ */

struct drawn {
	const struct catalogue *c;
	char names[512][96]; /* of those that were drawn by lot */
	size_t count;
};

static bool keep_drawn(void *ctx, const struct sample_record *r)
{
	struct drawn *d = ctx;

	if (!r->flagged)
		snprintf(d->names[d->count++], sizeof(d->names[0]), "%s.%s",
			 d->c->measures[r->measure].id, d->c->units[r->unit].id);
	return true;
}

struct ticket {
	uint8_t hash[CRYPTO_HASH_LEN];
	char name[96];
};

static int by_hash(const void *a, const void *b)
{
	return memcmp(((const struct ticket *)a)->hash, ((const struct ticket *)b)->hash,
		      CRYPTO_HASH_LEN);
}

static bool was_drawn(const struct drawn *d, const char *name)
{
	for (size_t i = 0; i < d->count; i++)
		if (strcmp(d->names[i], name) == 0)
			return true;
	return false;
}

/* From the ledger and the words of sample.h alone. */
static size_t draw_again(struct store_txn *t, const struct catalogue *c,
			 const struct sample_period *p, struct ticket *tickets)
{
	char seed[65], text[256];
	struct buf form = { 0 };
	struct entry entry;
	uint8_t chain[CRYPTO_HASH_LEN];
	size_t n = 0;

	assert_int_equal(ledger_read(t, p->position - 1, &form, &entry, chain), ERR_OK);
	buf_free(&form);
	assert_memory_equal(chain, p->seed, sizeof(chain));
	bytes_to_hex(bytes_of(chain, sizeof(chain)), seed);
	for (uint16_t m = 0; m < c->measure_count; m++)
		for (uint16_t u = 0; u < c->unit_count; u++) {
			if (!reports_expected(c, m, u, p->period))
				continue;
			snprintf(tickets[n].name, sizeof(tickets[n].name), "%s.%s",
				 c->measures[m].id, c->units[u].id);
			snprintf(text, sizeof(text), "%s 2022-01 %s", seed, tickets[n].name);
			crypto_digest(bytes_of_string(text), tickets[n++].hash);
		}
	qsort(tickets, n, sizeof(*tickets), by_hash);
	return n;
}

static void anybody_can_draw_again(void **state)
{
	struct world *w = begin("2022-01-03");
	const struct catalogue *c = aggregator_catalogue(w->a);
	struct drawn d = { .c = c };
	struct ticket *tickets = calloc(c->measure_count * c->unit_count, sizeof(*tickets));
	struct sample_period p;
	struct store_txn *t;
	size_t n, size = 0;

	(void)state;
	w->now = world_time("2022-03-01", 9);
	world_begin(w);
	world_commit(w);
	assert_int_equal(store_begin_read(w->store, &t), ERR_OK);
	assert_int_equal(sample_read_period(t, world_day("2022-01-31"), &p), ERR_OK);
	assert_int_equal(sample_walk(t, p.period, keep_drawn, &d), ERR_OK);
	n = draw_again(t, c, &p, tickets);
	store_abort(&t);
	while (size * size < n)
		size++;
	assert_int_equal(p.flagged, 0);
	assert_int_equal(p.expected, n);
	assert_int_equal(p.drawn, size);
	assert_int_equal(d.count, size);
	for (size_t i = 0; i < size; i++)
		assert_true(was_drawn(&d, tickets[i].name));
	free(tickets);
	world_free(w);
}

/* A pending flag, or a row that waits for the office: no match for others. */
static bool in_doubt(struct world *w, const char *measure, const char *unit, const char *day)
{
	const struct catalogue *c = aggregator_catalogue(w->a);
	struct query *q;
	bool out;

	assert_int_equal(query_open(w->store, c, &q), ERR_OK);
	assert_int_equal(query_in_doubt(q, catalogue_measure_number(c, bytes_of_string(measure)),
					catalogue_unit_number(c, bytes_of_string(unit)),
					world_day(day), &out),
			 ERR_OK);
	query_close(q);
	return out;
}

static void flags_and_holds_leave_doubt(void **state)
{
	struct world *w = begin("2022-02-01");
	const struct world_row rows[] = {
		{ "homes-adapted", "yutai", EVENT_TOTAL, 9000, .as_of = "2022-01-31" },
		{ "canteens", "yutai", EVENT_TOTAL, 5, .as_of = "2022-01-30" },
		{ "canteens", "yutai", EVENT_TOTAL, 3, .as_of = "2022-01-31" },
	};

	(void)state;
	say(w, "yutai", 1, rows, 3);
	assert_false(in_doubt(w, "homes-adapted", "yutai", "2022-01-31"));
	assert_true(in_doubt(w, "canteens", "yutai", "2022-01-31"));
	assert_false(in_doubt(w, "canteens", "yutai", "2022-01-30"));
	assert_false(in_doubt(w, "canteens", "qufu", "2022-01-31"));
	w->now = world_time("2022-02-15", 9);
	world_begin(w);
	world_commit(w);
	assert_true(in_doubt(w, "homes-adapted", "yutai", "2022-01-31"));
	assert_false(in_doubt(w, "homes-adapted", "yutai", "2021-12-31"));
	world_free(w);
}

static void ids_are_read_back(void **state)
{
	static const char *const bad[] = {
		"", "jump", "jump.canteens.yutai", "jump..2022-07", "jump.canteens.yutai.2022-13",
		"hop.canteens.yutai.2022-07", "jump.canteens.nowhere.2022-07", "jump.yutai.2022-07",
		"jump.canteens.yutai.2022-7", "jump.2022-07", "..2022-07" };
	struct world *w = begin("2022-01-03");
	const struct catalogue *c = aggregator_catalogue(w->a);
	struct flags_record r;
	char id[FLAGS_ID];

	(void)state;
	assert_true(flags_find_id(c, bytes_of_string("jump.canteens.yutai.2022-07"), &r));
	assert_int_equal(r.rule, FLAGS_JUMP);
	assert_int_equal(r.period, world_day("2022-07-31"));
	flags_id(c, &r, id);
	assert_string_equal(id, "jump.canteens.yutai.2022-07");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(flags_find_id(c, bytes_of_string(bad[i]), &r));
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_falls_is_held),
		cmocka_unit_test(what_can_not_be_is_rejected),
		cmocka_unit_test(a_day_ahead_is_the_limit),
		cmocka_unit_test(flags_do_not_depend_on_the_order),
		cmocka_unit_test(flags_change_no_figure),
		cmocka_unit_test(anybody_can_draw_again),
		cmocka_unit_test(flags_and_holds_leave_doubt),
		cmocka_unit_test(ids_are_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
