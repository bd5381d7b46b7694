/* SPDX-License-Identifier: MIT */
/* A published month and rows of every kind for it; a calendar that ends; what a roll-back leaves. */
#include "tests/unit/aggregator/world.h"

#include "aggregator/alerts/book.h"

static int setup(void **state)
{
	struct world *w = world_new("2022-01-20");

	world_begin(w);
	world_add_key(w, "yutai");
	world_commit(w);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	world_free(*state);
	return 0;
}

static uint64_t next_of(struct world *w)
{
	static const uint8_t epoch[16] = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 };
	const struct message_hello h = { .first_held = 1, .next = 1 };
	struct aggregator_outcome out;
	uint8_t key[32];
	const struct aggregator_from from = { key, w->now };

	world_key("yutai", 0, key);
	assert_int_equal(aggregator_hello(w->a, &from, epoch, &h, w->arena, &out), ERR_OK);
	return out.expected;
}

/* A row by itself; its code, and what became of it. */
static unsigned said(struct world *w, const struct world_row *row, unsigned *code)
{
	struct aggregator_outcome out;
	unsigned verdict;

	world_begin(w);
	out = world_send(w, "yutai", 1, next_of(w), row, 1);
	assert_int_equal(out.answer, AGGREGATOR_APPENDED);
	world_verdict(&out.receipt, 0, &verdict, code);
	world_commit(w);
	return verdict;
}

static void admitted(struct world *w, const struct world_row *row)
{
	unsigned code;

	assert_int_equal(said(w, row, &code), EVENT_ADMITTED);
}

static void held(struct world *w, const struct world_row *row)
{
	unsigned code;

	assert_int_equal(said(w, row, &code), EVENT_HOLD);
	assert_int_equal(code, EVENT_PERIOD_CLOSED);
}

static void go(struct world *w, const char *day)
{
	w->now = world_time(day, 9);
	world_begin(w);
	world_commit(w);
}

static enum err act(struct world *w, const char *fields)
{
	enum err e;

	world_begin(w);
	e = world_act(w, NULL, "%s", fields);
	world_commit(w);
	return e;
}

static void publish(struct world *w)
{
	go(w, "2022-03-15");
	assert_int_equal(act(w, "\"act\":\"month.publish\",\"period\":\"2022-02\",\"document\":"
				"\"no. 2\",\"despite\":\"x\""), ERR_STATE); /* January first */
	assert_int_equal(act(w, "\"act\":\"month.publish\",\"period\":\"2022-01\",\"document\":"
				"\"no. 1\""), ERR_OK);
	assert_int_equal(act(w, "\"act\":\"month.publish\",\"period\":\"2022-02\",\"document\":"
				"\"no. 2\""), ERR_OK);
}

static void proves(struct world *w)
{
	struct aggregator_proof proof;
	char scratch[96];

	snprintf(scratch, sizeof(scratch), "%s/scratch", w->folder);
	assert_int_equal(aggregator_verify(w->store, scratch, 0, NULL, NULL, &proof), ERR_OK);
	assert_int_equal(proof.decided_otherwise, 0);
	assert_memory_equal(proof.state, proof.stored, sizeof(proof.state));
}

static void test_every_kind_waits(void **state)
{
	struct world *w = *state;
	struct world_row total = { .measure = "canteens", .unit = "yutai", .as_of = "2022-02-28",
				   .value = 3 };
	struct world_row add = { .measure = "canteens", .unit = "yutai", .as_of = "2022-02-28",
				 .value = 1, .kind = EVENT_ADD, .ref = "a" };
	struct world_row nil = { .measure = "homes-adapted", .unit = "yutai",
				 .as_of = "2022-02-28", .kind = EVENT_NIL };
	struct world_row retract = { .measure = "canteens", .unit = "yutai",
				     .as_of = "2022-02-28", .kind = EVENT_RETRACT };
	struct world_row withdraw = retract;

	withdraw.withdraw = "a";
	go(w, "2022-03-01");
	admitted(w, &total);
	admitted(w, &add);
	publish(w);
	total.value = 9;
	held(w, &total);
	add.ref = "b";
	held(w, &add);
	held(w, &nil);
	held(w, &withdraw);
	held(w, &retract);
	world_close(w);
	world_open(w, false);
	total.value = 10;
	held(w, &total); /* what is published is remembered */
	total.reason = nil.reason = withdraw.reason = add.reason = "counted anew";
	admitted(w, &total);
	add.ref = "c";
	admitted(w, &add);
	withdraw.withdraw = "c";
	admitted(w, &withdraw);
	admitted(w, &nil);
	total.as_of = "2022-03-15"; /* a month that is open */
	total.reason = NULL;
	total.value = 11;
	admitted(w, &total);
	proves(w);
}

static void test_rolled_back(void **state)
{
	struct world *w = *state;
	struct world_row total = { .measure = "canteens", .unit = "yutai", .as_of = "2022-02-28",
				   .value = 3 };

	go(w, "2022-03-15");
	world_begin(w);
	assert_int_equal(world_act(w, NULL, "\"act\":\"month.publish\",\"period\":\"2022-01\","
				   "\"document\":\"no. 1\""), ERR_OK);
	assert_int_equal(world_act(w, NULL, "\"act\":\"month.publish\",\"period\":\"2022-02\","
				   "\"document\":\"no. 2\""), ERR_OK);
	aggregator_rollback(w->a);
	admitted(w, &total); /* nothing was published */
	publish(w);
	total.value = 4;
	held(w, &total);
	proves(w);
}

static void short_calendar(struct catalogue *c)
{
	c->calendar.to = world_day("2022-01-31");
}

/* Every weekday counts as worked beyond its end; somebody is told, and nothing is lost. */
static void test_calendar_ends(void **state)
{
	struct world *w = *state;
	struct world_row total = { .measure = "canteens", .unit = "yutai", .as_of = "2022-09-30",
				   .value = 3 };
	unsigned lines = w->lines;

	w->change = short_calendar;
	world_close(w);
	world_open(w, true);
	assert_true(w->lines > lines);
	go(w, "2022-10-06");
	admitted(w, &total);
	assert_int_equal(act(w, "\"act\":\"report.extend\",\"unit\":\"all\",\"period\":\"2022-09\","
				"\"until\":\"2022-10-14\",\"why\":\"holidays\""), ERR_OK);
	go(w, "2022-12-31");
	assert_int_equal(act(w, "\"act\":\"month.publish\",\"period\":\"2022-02\",\"document\":\"x\""),
			 ERR_STATE);
	proves(w);
}

static bool lead_is_late(struct world *w)
{
	struct book_state s;
	struct store_txn *t;
	enum err e;

	assert_int_equal(store_begin_read(w->store, &t), ERR_OK);
	e = book_state_of(t, bytes_of_string("unconfirmed.minzheng"), &s);
	store_abort(&t);
	return e == ERR_OK && s.severity;
}

static void nobody_confirms(struct catalogue *c)
{
	c->reporting.confirm_days = 0;
}

static void test_leads_are_late(void **state)
{
	struct world *w = *state;
	struct world_row total = { .measure = "canteens", .unit = "yutai", .as_of = "2022-01-31",
				   .value = 3 };

	go(w, "2022-02-01");
	admitted(w, &total);
	go(w, "2022-02-10"); /* due on Monday the 7th, and three working days */
	assert_false(lead_is_late(w));
	go(w, "2022-02-11");
	assert_true(lead_is_late(w));
	assert_int_equal(act(w, "\"act\":\"report.confirm\",\"lead\":\"minzheng\",\"period\":"
				"\"2022-01\",\"unit\":\"all\""), ERR_OK);
	assert_false(lead_is_late(w));
}

static void test_nobody_has_to_confirm(void **state)
{
	struct world *w = *state;
	struct world_row total = { .measure = "canteens", .unit = "yutai", .as_of = "2022-01-31",
				   .value = 3 };

	w->change = nobody_confirms;
	world_close(w);
	world_open(w, true);
	go(w, "2022-02-01");
	admitted(w, &total);
	go(w, "2022-02-20");
	assert_false(lead_is_late(w));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_every_kind_waits, setup, teardown),
		cmocka_unit_test_setup_teardown(test_rolled_back, setup, teardown),
		cmocka_unit_test_setup_teardown(test_calendar_ends, setup, teardown),
		cmocka_unit_test_setup_teardown(test_leads_are_late, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nobody_has_to_confirm, setup, teardown),
	};

	return cmocka_run_group_tests_name("months", tests, NULL, NULL);
}
