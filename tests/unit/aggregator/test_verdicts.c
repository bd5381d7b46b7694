/* SPDX-License-Identifier: MIT */
/* Every verdict that a row can get, and what becomes of rows on hold. */
#include "tests/unit/aggregator/world.h"

#include "aggregator/ledger/keys.h"

static int setup(void **state)
{
	struct world *w = world_new("2022-07-20");
	static const char *const units[] = { "yutai", "rencheng", "minzheng", "canlian", "weijian",
					     "yibao", "jiaoyu", "chengguan" };

	world_begin(w);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		world_add_key(w, units[i]);
	world_add_key_n(w, "yutai", 1, "\"1.1\",\"1.2\"");
	world_commit(w);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	world_free(*state);
	return 0;
}

struct expected {
	unsigned verdict, code;
};

static void check(struct aggregator_outcome out, const struct expected *expected, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		unsigned verdict, code;

		world_verdict(&out.receipt, i, &verdict, &code);
		if (verdict != expected[i].verdict || code != expected[i].code)
			fail_msg("row %u: %s %s, expected %s %s", i, event_verdict_name(verdict),
				 event_code_name(code), event_verdict_name(expected[i].verdict),
				 event_code_name(expected[i].code));
	}
}

static struct aggregator_outcome send_one_group(struct world *w, const char *unit, uint8_t epoch,
						uint64_t first, const struct world_row *rows,
						uint32_t n)
{
	struct aggregator_outcome out;

	world_begin(w);
	out = world_send(w, unit, epoch, first, rows, n);
	assert_int_equal(out.answer, AGGREGATOR_APPENDED);
	world_commit(w);
	return out;
}

#define D "2022-06-30"
#define OK { EVENT_ADMITTED, EVENT_CODE_NONE }
#define REJECTED(code) { EVENT_REJECT, code }
#define HELD(code) { EVENT_HOLD, code }

/* A row and what becomes of it. */
#define CHECK(w, who, ...) do { \
	static const struct { struct world_row row; struct expected expected; } cases[] = { __VA_ARGS__ }; \
	enum { N = sizeof(cases) / sizeof(cases[0]) }; \
	struct world_row rows[N]; struct expected expected[N]; \
	for (unsigned i = 0; i < N; i++) { rows[i] = cases[i].row; expected[i] = cases[i].expected; } \
	check(send_one_group(w, who, ++epoch, 1, rows, N), expected, N); \
} while (0)

static void names_and_rights(void **state)
{
	uint8_t epoch = 0;

	CHECK(*state, "yutai",
	      { { .measure = "canteens", .unit = "yutai", .value = 1, .as_of = D }, OK },
	      { { .measure = "no-such", .unit = "yutai", .value = 1, .as_of = D },
		REJECTED(EVENT_UNKNOWN_TARGET) },
	      { { .measure = "canteens", .unit = "no-such", .value = 1, .as_of = D },
		REJECTED(EVENT_UNKNOWN_UNIT) },
	      { { .measure = "canteens", .unit = "rencheng", .value = 1, .as_of = D },
		REJECTED(EVENT_FORBIDDEN) },
	      { { .measure = "canteens", .unit = "jining", .value = 1, .as_of = D },
		REJECTED(EVENT_FORBIDDEN) },
	      { { .measure = "bus-lanes", .unit = "yutai", .value = 1, .as_of = D },
		REJECTED(EVENT_OUT_OF_SCOPE) },
	      { { .measure = "public-kindergartens", .unit = "yutai", .value = 1, .as_of = D },
		REJECTED(EVENT_DERIVED) },
	      { { .measure = "rukang-coverage", .unit = "yutai", .value = 1, .denominator = 2,
		  .as_of = D }, REJECTED(EVENT_DERIVED) },
	      { { .measure = "canteens", .unit = "yutai", .value = 1, .as_of = D, .uom = "个" },
		REJECTED(EVENT_SCALE) },
	      { { .measure = "canteens", .unit = "yutai", .value = 10, .as_of = D, .decimals = 1 },
		REJECTED(EVENT_SCALE) });
	/* a lead speaks for the city and for every area of its items, and for no other */
	CHECK(*state, "minzheng",
	      { { .measure = "canteens", .unit = "yutai", .value = 1, .as_of = D }, OK },
	      { { .measure = "canteens", .unit = "jining", .value = 9, .as_of = D }, OK },
	      { { .measure = "canteens", .unit = "zhujian", .value = 9, .as_of = D },
		REJECTED(EVENT_OUT_OF_SCOPE) },
	      { { .measure = "rukang-homes", .unit = "yutai", .value = 1, .as_of = D },
		REJECTED(EVENT_FORBIDDEN) });
}

static void forms_of_rows(void **state)
{
	uint8_t epoch = 0;

	CHECK(*state, "yutai",
	      { { .measure = "canteens", .unit = "yutai", .kind = EVENT_LEVEL, .value = 1,
		  .as_of = D }, REJECTED(EVENT_BAD_KIND) },
	      { { .measure = "canteens", .unit = "yutai", .bad_kind = true, .as_of = D },
		REJECTED(EVENT_BAD_KIND) },
	      { { .measure = "public-kindergarten-rate", .unit = "yutai", .kind = EVENT_ADD,
		  .value = 1, .denominator = 2, .ref = "a", .as_of = D }, REJECTED(EVENT_BAD_KIND) },
	      { { .measure = "canteens", .unit = "yutai", .value = 1, .stage = "dreamt",
		  .as_of = D }, REJECTED(EVENT_UNKNOWN_STAGE) },
	      { { .measure = "canteens", .unit = "yutai", .value = -1, .as_of = D },
		REJECTED(EVENT_NEGATIVE) },
	      { { .measure = "canteens", .unit = "yutai", .value = INT64_MAX, .as_of = D },
		REJECTED(EVENT_OVERFLOW) },
	      { { .measure = "public-kindergarten-rate", .unit = "yutai", .value = 1, .as_of = D },
		REJECTED(EVENT_NO_DENOMINATOR) },
	      { { .measure = "public-kindergarten-rate", .unit = "yutai", .value = 1,
		  .denominator = -2, .as_of = D }, REJECTED(EVENT_NO_DENOMINATOR) },
	      { { .measure = "public-kindergarten-rate", .unit = "yutai", .value = 3,
		  .denominator = 2, .as_of = D }, REJECTED(EVENT_RATIO_ABOVE_ONE) },
	      { { .measure = "public-kindergarten-rate", .unit = "yutai", .value = 1,
		  .denominator = 2, .as_of = D }, OK },
	      { { .measure = "canteens", .unit = "yutai", .value = 1, .as_of = "2021-12-31" },
		REJECTED(EVENT_DATE_OUTSIDE) },
	      { { .measure = "canteens", .unit = "yutai", .value = 1, .as_of = "2023-01-01" },
		REJECTED(EVENT_DATE_OUTSIDE) },
	      { { .measure = "canteens", .unit = "yutai", .value = 1, .as_of = "2022-07-21" }, OK },
	      { { .measure = "canteens", .unit = "yutai", .value = 1, .as_of = "2022-07-22" },
		HELD(EVENT_DATE_FUTURE) },
	      { { .measure = "canteens", .unit = "yutai", .kind = EVENT_NIL, .as_of = D }, OK },
	      { { .measure = "rukang-homes", .unit = "yutai", .value = 113, .as_of = D }, OK },
	      { { .measure = "rukang-homes", .unit = "yutai", .value = 114, .as_of = D },
		REJECTED(EVENT_ABOVE_CAP) });
	CHECK(*state, "weijian",
	      { { .measure = "nursery-group", .unit = "jining", .kind = EVENT_TOTAL, .value = 1,
		  .as_of = D }, REJECTED(EVENT_BAD_KIND) },
	      { { .measure = "nursery-group", .unit = "jining", .kind = EVENT_STAGE, .as_of = D },
		REJECTED(EVENT_UNKNOWN_STAGE) },
	      { { .measure = "nursery-group", .unit = "jining", .kind = EVENT_STAGE, .as_of = D,
		  .stage = "no" }, REJECTED(EVENT_UNKNOWN_STAGE) },
	      { { .measure = "nursery-group", .unit = "jining", .kind = EVENT_NIL, .as_of = D }, OK });
	CHECK(*state, "yibao",
	      { { .measure = "reimbursement-level1", .unit = "jining", .kind = EVENT_LEVEL,
		  .value = 8500, .as_of = "2022-05-31" }, OK },
	      { { .measure = "reimbursement-level1", .unit = "jining", .kind = EVENT_LEVEL,
		  .value = 8300, .as_of = D }, OK /* a rate may fall */ });
}

static void against_what_stands(void **state)
{
	uint8_t epoch = 0;

	CHECK(*state, "yutai",
	      { { .measure = "canteens", .unit = "yutai", .value = 58, .as_of = "2022-05-31" }, OK },
	      { { .measure = "canteens", .unit = "yutai", .value = 55, .as_of = D },
		HELD(EVENT_DECREASE) },
	      { { .measure = "canteens", .unit = "yutai", .value = 55, .as_of = D,
		  .reason = "counted twice" }, OK },
	      { { .measure = "canteens", .unit = "yutai", .value = 56, .as_of = "2022-06-15" },
		HELD(EVENT_DECREASE) /* above what is said of later */ },
	      { { .measure = "canteens", .unit = "yutai", .value = 55, .as_of = D },
		{ EVENT_DUPLICATE, EVENT_UNCHANGED } },
	      { { .measure = "canteens", .unit = "yutai", .value = 60, .as_of = D, .revision = 2 },
		OK },
	      { { .measure = "canteens", .unit = "yutai", .value = 70, .as_of = D, .revision = 1 },
		{ EVENT_ADMITTED, EVENT_SUPERSEDED } },
	      { { .measure = "canteens", .unit = "yutai", .value = 61, .as_of = D, .revision = 2 },
		OK /* the later one of a revision wins */ },
	      { { .measure = "canteens", .unit = "yutai", .kind = EVENT_RETRACT,
		  .as_of = "2022-04-30" }, REJECTED(EVENT_NOTHING_TO_RETRACT) },
	      { { .measure = "canteens", .unit = "yutai", .kind = EVENT_ADD, .value = 1, .as_of = D,
		  .ref = "late" }, { EVENT_ADMITTED, EVENT_SUPERSEDED } },
	      { { .measure = "canteens", .unit = "yutai", .kind = EVENT_RETRACT, .as_of = D,
		  .revision = 3 }, OK },
	      { { .measure = "canteens", .unit = "yutai", .kind = EVENT_RETRACT, .as_of = D },
		REJECTED(EVENT_NOTHING_TO_RETRACT) });
}

static void refs_are_unique(void **state)
{
	uint8_t epoch = 0;

	CHECK(*state, "yutai",
	      { { .measure = "canteens", .unit = "yutai", .kind = EVENT_ADD, .value = 2, .as_of = D },
		REJECTED(EVENT_REF_MISSING) },
	      { { .measure = "canteens", .unit = "yutai", .kind = EVENT_ADD, .value = 2, .as_of = D,
		  .ref = "a", .revision = 1 }, REJECTED(EVENT_ADD_REVISED) },
	      { { .measure = "canteens", .unit = "yutai", .kind = EVENT_ADD, .value = 2, .as_of = D,
		  .ref = "a" }, OK },
	      { { .measure = "canteens", .unit = "yutai", .kind = EVENT_ADD, .value = 2, .as_of = D,
		  .ref = "a" }, { EVENT_DUPLICATE, EVENT_REF_REPEATED } },
	      { { .measure = "canteens", .unit = "yutai", .kind = EVENT_ADD, .value = 3, .as_of = D,
		  .ref = "a" }, { EVENT_CONFLICT, EVENT_REF_REPEATED } });
	/* over all epochs, but not over reporters */
	CHECK(*state, "yutai",
	      { { .measure = "canteens", .unit = "yutai", .kind = EVENT_ADD, .value = 2, .as_of = D,
		  .ref = "a" }, { EVENT_DUPLICATE, EVENT_REF_REPEATED } },
	      { { .measure = "canteens", .unit = "yutai", .kind = EVENT_RETRACT, .withdraw = "b" },
		REJECTED(EVENT_NOTHING_TO_RETRACT) },
	      { { .measure = "homes-adapted", .unit = "yutai", .kind = EVENT_RETRACT,
		  .withdraw = "a" }, REJECTED(EVENT_NOTHING_TO_RETRACT) },
	      { { .measure = "canteens", .unit = "yutai", .kind = EVENT_RETRACT, .withdraw = "a" },
		OK },
	      { { .measure = "canteens", .unit = "yutai", .kind = EVENT_RETRACT, .withdraw = "a" },
		REJECTED(EVENT_NOTHING_TO_RETRACT) });
	CHECK(*state, "rencheng",
	      { { .measure = "canteens", .unit = "rencheng", .kind = EVENT_ADD, .value = 7,
		  .as_of = D, .ref = "a" }, OK });
}

static void keys_are_limited_to_items(void **state)
{
	struct world *w = *state;
	const struct world_row rows[] = {
		{ .measure = "canteens", .unit = "yutai", .value = 1, .as_of = D },
		{ .measure = "homes-adapted", .unit = "yutai", .value = 1, .as_of = D },
		{ .measure = "rukang-homes", .unit = "yutai", .value = 1, .as_of = D },
	};
	const struct expected expected[] = { OK, OK, REJECTED(EVENT_FORBIDDEN) };
	struct envelope h = world_build(w, 9, 1, rows, 3);
	struct aggregator_outcome out;
	uint8_t key[32];

	world_key("yutai", 1, key);
	world_begin(w);
	out = world_send_raw(w, key, &h, buf_bytes(&w->message));
	check(out, expected, 3);
	world_commit(w);
}

static int64_t city(struct world *w, const char *measure)
{
	struct store_txn *t;
	struct bytes value;
	struct keys key;
	uint16_t m = catalogue_measure_number(aggregator_catalogue(w->a),
					      bytes_of_string(measure));
	int64_t out;

	keys_total(&key, m);
	assert_int_equal(store_begin_read(w->store, &t), ERR_OK);
	out = store_get(t, STORE_TOTALS, keys_bytes(&key), &value) == ERR_OK && value.data[0] ?
		      (value.data[1] & 0x80 ? value.data[1] % 128 + 128 * value.data[2] :
					      value.data[1]) / 2 : -1;
	store_abort(&t);
	return out;
}

static void shadows_do_not_count(void **state)
{
	struct world *w = *state;
	const struct world_row own = { .measure = "canteens", .unit = "yutai", .value = 4, .as_of = D };
	const struct world_row other = { .measure = "canteens", .unit = "yutai", .value = 40,
					 .as_of = D };
	const struct world_row whole = { .measure = "canteens", .unit = "jining", .value = 50,
					 .as_of = D };

	send_one_group(w, "yutai", 1, 1, &own, 1);
	send_one_group(w, "minzheng", 1, 1, &other, 1);
	send_one_group(w, "minzheng", 1, 2, &whole, 1);
	assert_int_equal(city(w, "canteens"), 4);
}

static void coorganisers_write_by_delegation(void **state)
{
	struct world *w = *state;
	const struct world_row row = { .measure = "pocket-parks", .unit = "jining", .value = 4,
				       .as_of = D };
	struct bytes answer;
	struct aggregator_outcome out;
	unsigned verdict, code;
	uint16_t other = CATALOGUE_NONE;
	const struct catalogue *c = aggregator_catalogue(w->a);
	const char *unit;

	for (size_t i = 0; i < c->item_count; i++)
		if (strcmp(c->items[i].id, "12.1") == 0)
			other = c->items[i].coorganisers[0];
	unit = c->units[other].id;
	world_begin(w);
	world_add_key(w, unit);
	out = world_send(w, unit, 1, 1, &row, 1);
	world_verdict(&out.receipt, 0, &verdict, &code);
	assert_int_equal(code, EVENT_FORBIDDEN);
	assert_int_equal(world_act(w, &answer, "\"act\":\"delegate\",\"item\":\"12.1\",\"unit\":\"yutai\","
				   "\"until\":\"2022-07-31\""), ERR_INVALID);
	assert_non_null(memmem(answer.data, answer.len, "not-a-co-organiser", 18));
	assert_int_equal(world_act(w, NULL, "\"act\":\"delegate\",\"item\":\"12.1\",\"unit\":\"%s\","
				   "\"until\":\"2022-07-31\"", unit), ERR_OK);
	out = world_send(w, unit, 1, 2, &row, 1);
	assert_int_equal(out.receipt.counts[EVENT_ADMITTED], 1);
	w->now = world_time("2022-08-01", 1);
	out = world_send(w, unit, 1, 3, &row, 1);
	world_verdict(&out.receipt, 0, &verdict, &code);
	assert_int_equal(code, EVENT_FORBIDDEN);
	world_commit(w);
}

/* --- holds ------------------------------------------------------------------------------------ */

static void a_released_row_counts(void **state)
{
	struct world *w = *state;
	const struct world_row rows[] = {
		{ .measure = "canteens", .unit = "yutai", .value = 58, .as_of = "2022-05-31" },
		{ .measure = "canteens", .unit = "yutai", .value = 55, .as_of = D },
		{ .measure = "canteens", .unit = "yutai", .value = 50, .as_of = D },
		{ .measure = "canteens", .unit = "yutai", .kind = EVENT_ADD, .value = 1, .ref = "x",
		  .as_of = "2022-08-15" },
	};
	struct aggregator_outcome out = send_one_group(w, "yutai", 1, 1, rows, 4);
	unsigned long long at = out.receipt.first_position;
	struct bytes answer;

	assert_int_equal(out.receipt.counts[EVENT_HOLD], 3);
	assert_int_equal(city(w, "canteens"), 58);
	world_begin(w);
	assert_int_equal(world_act(w, NULL, "\"act\":\"hold.release\",\"position\":%llu,\"row\":1,"
				   "\"why\":\"inspected\"", at), ERR_OK);
	assert_int_equal(world_act(w, NULL, "\"act\":\"hold.reject\",\"position\":%llu,\"row\":2,"
				   "\"why\":\"invented\"", at), ERR_OK);
	assert_int_equal(world_act(w, &answer, "\"act\":\"hold.release\",\"position\":%llu,\"row\":2,"
				   "\"why\":\"no\"", at), ERR_NOTFOUND);
	assert_non_null(memmem(answer.data, answer.len, "not-on-hold", 11));
	assert_int_equal(world_act(w, NULL, "\"act\":\"hold.release\",\"position\":%llu,\"row\":3",
				   at), ERR_INVALID); /* why? */
	world_commit(w);
	assert_int_equal(city(w, "canteens"), 55);
	world_begin(w);
	assert_int_equal(world_act(w, NULL, "\"act\":\"hold.release\",\"position\":%llu,\"row\":3,"
				   "\"why\":\"planned\"", at), ERR_OK);
	world_commit(w);
	assert_int_equal(city(w, "canteens"), 56);
}

/* More than 10 times the task: let go, and said. */
static void a_released_row_beyond_belief_is_told(void **state)
{
	struct world *w = *state;
	const struct world_row rows[] = {
		{ .measure = "canteens", .unit = "yutai", .value = 5000, .as_of = "2022-05-31" },
		{ .measure = "canteens", .unit = "yutai", .value = 4000, .as_of = D },
		{ .measure = "canteens", .unit = "yutai", .value = 5, .as_of = D },
	};
	struct aggregator_outcome out = send_one_group(w, "yutai", 1, 1, rows, 3);
	unsigned long long at = out.receipt.first_position;
	struct bytes answer;

	assert_int_equal(out.receipt.counts[EVENT_HOLD], 2);
	world_begin(w);
	assert_int_equal(world_act(w, &answer, "\"act\":\"hold.release\",\"position\":%llu,\"row\":1,"
				   "\"why\":\"by telephone\"", at), ERR_OK);
	assert_non_null(memmem(answer.data, answer.len, "\"far-above\"", 11));
	assert_int_equal(world_act(w, &answer, "\"act\":\"hold.release\",\"position\":%llu,\"row\":2,"
				   "\"why\":\"by telephone\"", at), ERR_OK);
	assert_null(memmem(answer.data, answer.len, "\"far-above\"", 11));
	world_commit(w);
}

static void an_act_is_done_once(void **state)
{
	struct world *w = *state;
	const char *json = "{\"id\":\"same\",\"act\":\"unit.invite\",\"unit\":\"qufu\","
			   "\"nonce\":\"000102030405060708090a0b0c0d0e0f\"}";
	struct bytes first, again;
	uint64_t head;

	world_begin(w);
	assert_int_equal(aggregator_act(w->a, bytes_of_string(json), "li", w->now, w->arena,
					&first), ERR_OK);
	assert_non_null(memmem(first.data, first.len, "0a0b0c0d0e0f", 12));
	world_commit(w);
	head = aggregator_head(w->a).position;
	world_begin(w);
	assert_int_equal(aggregator_act(w->a, bytes_of_string(json), "li", w->now, w->arena,
					&again), ERR_OK);
	assert_non_null(memmem(again.data, again.len, "\"repeated\":true", 15));
	assert_null(memmem(again.data, again.len, "0a0b0c0d0e0f", 12));
	world_commit(w);
	assert_int_equal(aggregator_head(w->a).position, head);
}

static void bad_acts_change_nothing(void **state)
{
	static const char *const bad[] = {
		"", "[]", "{", "{\"id\":\"a\"}", "{\"act\":\"key.add\"}",
		"{\"id\":\"a\",\"act\":\"no-such\"}",
		"{\"id\":\"a\",\"act\":\"key.enrol\",\"key\":\"00\"}",
		"{\"id\":\"a\",\"act\":\"key.add\",\"key\":\"00\",\"unit\":\"yutai\"}",
		"{\"id\":\"a\",\"act\":\"unit.invite\",\"unit\":\"yutai\"}",
		"{\"id\":\"a\",\"act\":\"unit.invite\",\"unit\":\"yutai\",\"nonce\":\"zz\"}",
		"{\"id\":\"a\",\"id\":\"b\",\"act\":\"key.approve\"}",
	};
	struct world *w = *state;
	uint64_t head = aggregator_head(w->a).position;
	struct bytes answer;

	world_begin(w);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(aggregator_act(w->a, bytes_of_string(bad[i]), "li", w->now,
						w->arena, &answer), ERR_INVALID);
		assert_true(answer.len > 0);
	}
	world_commit(w);
	assert_int_equal(aggregator_head(w->a).position, head);
}

/* --- enrolment -------------------------------------------------------------------------------- */

static unsigned enrol(struct world *w, const uint8_t *nonce, uint8_t last)
{
	uint8_t key[32] = { 77 };
	const struct aggregator_from from = { key, w->now };
	struct message_enrol m = { .nonce = bytes_of(nonce, 16), .public_key = bytes_of(key, 32),
				   .software = bytes_of_string("test/1") };
	struct message_enrol_reply reply;

	key[31] = last;
	assert_int_equal(aggregator_enrol(w->a, &from, &m, w->arena, &reply), ERR_OK);
	assert_true(reply.text.len > 0);
	return reply.state;
}

static void invitations_are_for_one_key(void **state)
{
	static const uint8_t nonce[16] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
	static const uint8_t other[16] = { 9 };
	const struct world_row row = { .measure = "canteens", .unit = "qufu", .value = 4, .as_of = D };
	struct world *w = *state;
	uint8_t key[32] = { 77 };
	char hex[65];
	struct envelope h;

	key[31] = 1;
	bytes_to_hex(bytes_of(key, 32), hex);
	world_begin(w);
	assert_int_equal(world_act(w, NULL, "\"act\":\"unit.invite\",\"unit\":\"qufu\",\"ttl_s\":3600,"
				   "\"approve\":\"office\",\"nonce\":\"000102030405060708090a0b0c0d0e0f\""),
			 ERR_OK);
	assert_int_equal(enrol(w, other, 1), 3);
	assert_int_equal(enrol(w, nonce, 1), 2);
	assert_int_equal(enrol(w, nonce, 1), 2); /* once more, the same */
	assert_int_equal(enrol(w, nonce, 2), 3); /* used */
	h = world_build(w, 1, 1, &row, 1);
	assert_int_equal(world_send_raw(w, key, &h, buf_bytes(&w->message)).refused.code,
			 MESSAGE_REFUSED_REVOKED);
	assert_int_equal(world_act(w, NULL, "\"act\":\"key.approve\",\"key\":\"%s\"", hex), ERR_OK);
	assert_int_equal(enrol(w, nonce, 1), 1);
	assert_int_equal(world_send_raw(w, key, &h, buf_bytes(&w->message)).answer,
			 AGGREGATOR_APPENDED);
	assert_int_equal(world_act(w, NULL, "\"act\":\"key.revoke\",\"key\":\"%s\",\"why\":\"left\"",
				   hex), ERR_OK);
	assert_int_equal(world_send_raw(w, key, &h, buf_bytes(&w->message)).refused.code,
			 MESSAGE_REFUSED_REVOKED);
	assert_int_equal(enrol(w, nonce, 1), 3);
	world_commit(w);
}

static void invitations_expire(void **state)
{
	static const uint8_t nonce[16] = { 255 };
	struct world *w = *state;

	world_begin(w);
	assert_int_equal(world_act(w, NULL, "\"act\":\"unit.invite\",\"unit\":\"qufu\",\"ttl_s\":3600,"
				   "\"nonce\":\"ff000000000000000000000000000000\""), ERR_OK);
	w->now += 3600001;
	assert_int_equal(enrol(w, nonce, 1), 3);
	world_commit(w);
}

static void invitations_wait_unless_told_otherwise(void **state)
{
	static const uint8_t plain[16] = { 0xf1 }, automatic[16] = { 0xf2 };
	struct world *w = *state;

	world_begin(w);
	assert_int_equal(world_act(w, NULL, "\"act\":\"unit.invite\",\"unit\":\"qufu\","
				   "\"nonce\":\"f1000000000000000000000000000000\""), ERR_OK);
	assert_int_equal(world_act(w, NULL, "\"act\":\"unit.invite\",\"unit\":\"qufu\","
				   "\"approve\":\"auto\","
				   "\"nonce\":\"f2000000000000000000000000000000\""), ERR_OK);
	assert_int_equal(world_act(w, NULL, "\"act\":\"unit.invite\",\"unit\":\"qufu\","
				   "\"approve\":true,"
				   "\"nonce\":\"f3000000000000000000000000000000\""),
			 ERR_INVALID);
	assert_int_equal(enrol(w, plain, 81), 2);
	assert_int_equal(enrol(w, automatic, 82), 1);
	world_commit(w);
}

static void slices_show_what_a_key_may_report(void **state)
{
	struct world *w = *state;
	uint8_t key[32];
	const struct aggregator_from from = { key, w->now };
	struct message_slice slice;

	world_key("yutai", 1, key); /* items 1.1 and 1.2 */
	assert_int_equal(aggregator_slice(w->a, &from, w->arena, &slice), ERR_OK);
	assert_int_equal(slice.count, 2);
	assert_true(bytes_equal(slice.measures[0].id, bytes_of_string("canteens")));
	assert_int_equal(slice.measures[0].unit_count, 1);
	assert_int_equal(slice.measures[0].stage_count, 3);
	assert_int_equal(slice.measures[0].expected_count, 12);
	world_key("minzheng", 0, key);
	assert_int_equal(aggregator_slice(w->a, &from, w->arena, &slice), ERR_OK);
	assert_int_equal(slice.count, 2);
	assert_int_equal(slice.measures[0].unit_count, 16);
	memset(key, 0, sizeof(key));
	assert_int_equal(aggregator_slice(w->a, &from, w->arena, &slice), ERR_DENIED);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(names_and_rights),
		TEST(forms_of_rows),
		TEST(against_what_stands),
		TEST(refs_are_unique),
		TEST(keys_are_limited_to_items),
		TEST(shadows_do_not_count),
		TEST(coorganisers_write_by_delegation),
		TEST(a_released_row_counts),
		TEST(a_released_row_beyond_belief_is_told),
		TEST(an_act_is_done_once),
		TEST(bad_acts_change_nothing),
		TEST(invitations_are_for_one_key),
		TEST(invitations_expire),
		TEST(invitations_wait_unless_told_otherwise),
		TEST(slices_show_what_a_key_may_report),
	};

	return cmocka_run_group_tests_name("verdicts", tests, NULL, NULL);
}
