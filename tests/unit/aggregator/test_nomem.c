/* SPDX-License-Identifier: MIT */
/* Each allocation of a group fails once: the group fails with an error, is taken back, and has its
 * whole effect when it is applied again. No verdict is ever given for want of memory. */
#include "tests/unit/failing.h"

#include "tests/unit/aggregator/world.h"

#define MANY 20000

/* All that makes entries: ticks, an act, a batch of every kind of row, garbage, a conflict, a gap,
 * a link. */
static enum err say_rows(struct world *w, uint64_t first, const struct world_row *rows, uint32_t n)
{
	struct aggregator_outcome out;
	struct aggregator_from from;
	struct envelope h;
	uint8_t key[32];
	unsigned at = failing.at, seen = failing.seen;
	enum err e;

	failing.at = 0; /* the test's own allocations */
	h = world_build(w, 1, first, rows, n);
	failing.at = at;
	failing.seen = seen;
	world_key("yutai", 0, key);
	from = (struct aggregator_from){ key, w->now };
	e = aggregator_batch(w->a, &from, &h, buf_bytes(&w->message), w->arena, &out);
	if (e == ERR_OK && out.answer == AGGREGATOR_APPENDED)
		assert_int_equal(out.receipt.counts[EVENT_ADMITTED] +
				 out.receipt.counts[EVENT_HOLD], n);
	return e;
}

static enum err say_garbage(struct world *w, uint64_t first)
{
	struct envelope h = world_header(1, first, 2);
	uint8_t key[32], message[80];
	struct aggregator_outcome out;
	struct aggregator_from from = { key, w->now };

	memset(message, 0xee, sizeof(message));
	envelope_encode(&h, message);
	world_key("yutai", 0, key);
	return aggregator_batch(w->a, &from, &h, bytes_of(message, sizeof(message)), w->arena, &out);
}

static enum err say_hello(struct world *w, uint64_t first_held)
{
	struct message_hello hello = { .first_held = first_held, .next = first_held };
	uint8_t key[32], epoch[16] = { 1 };
	struct aggregator_from from = { key, w->now };
	struct aggregator_outcome out;

	memset(epoch, 1, sizeof(epoch));
	world_key("yutai", 0, key);
	return aggregator_hello(w->a, &from, epoch, &hello, w->arena, &out);
}

static enum err group(struct world *w)
{
	static const struct world_row rows[] = {
		{ .measure = "canteens", .unit = "yutai", .value = 5, .as_of = "2022-03-31" },
		{ .measure = "canteens", .unit = "yutai", .value = 4, .as_of = "2022-04-02" },
		{ .measure = "rukang-homes", .unit = "yutai", .value = 2, .as_of = "2022-03-31" },
		{ .measure = "gas-hoses-urban", .unit = "yutai", .kind = EVENT_ADD, .value = 2,
		  .ref = "a", .as_of = "2022-03-31" },
		{ .measure = "canteens", .unit = "yutai", .value = 1, .as_of = "2022-03-15",
		  .stage = "started" },
		{ .measure = "public-jobs-rural", .unit = "yutai", .value = 70, .as_of = "2022-03-31" },
	};
	enum err e;

	w->now = world_time("2022-04-04", 9);
	w->acts = 100;
	if ((e = aggregator_begin(w->a)) != ERR_OK || (e = aggregator_tick(w->a, w->now)) != ERR_OK ||
	    (e = say_rows(w, 1, rows, 6)) != ERR_OK || (e = say_garbage(w, 7)) != ERR_OK ||
	    (e = say_rows(w, 2, rows, 1)) != ERR_OK || (e = say_hello(w, 20)) != ERR_OK ||
	    (e = aggregator_link(w->a, 2, false, w->now)) != ERR_OK ||
	    (e = world_act(w, NULL, "\"act\":\"key.revoke\",\"key\":\"%064d\",\"why\":\"x\"", 0)) !=
		    ERR_NOTFOUND)
		return e;
	e = world_act(w, NULL, "\"act\":\"delegate\",\"item\":\"5.1\",\"unit\":\"rencheng\","
		      "\"until\":\"2022-12-28\"");
	if (e != ERR_OK && e != ERR_INVALID)
		return e;
	e = world_act(w, NULL, "\"act\":\"plan.set\",\"measure\":\"canteens\",\"document\":\"No. 31\","
		      "\"approver\":\"a\",\"why\":\"b\",\"effective\":\"2022-05-01\","
		      "\"shape\":\"linear-month\"");
	return e == ERR_OK ? aggregator_commit(w->a, NULL) : e;
}

static struct world *begin(void)
{
	struct world *w = world_new("2022-03-20");

	world_begin(w);
	world_add_key(w, "yutai");
	world_commit(w);
	return w;
}

struct trace {
	uint8_t state[CRYPTO_HASH_LEN];
	struct aggregator_head head;
	uint64_t rows[EVENT_VERDICT_COUNT];
	uint64_t undecodable, conflicts;
};

static void take_trace(struct world *w, struct trace *out)
{
	const struct aggregator_counters *c = aggregator_counters(w->a);
	struct store_txn *t;

	memset(out, 0, sizeof(*out));
	out->head = aggregator_head(w->a);
	for (unsigned v = 0; v < EVENT_VERDICT_COUNT; v++)
		out->rows[v] = counter_read(&c->rows[v]);
	out->undecodable = counter_read(&c->undecodable);
	out->conflicts = counter_read(&c->conflicts);
	assert_int_equal(store_begin_read(w->store, &t), ERR_OK);
	assert_int_equal(aggregator_state_hash(t, out->state), ERR_OK);
	store_abort(&t);
}

static void reopen(struct world *w)
{
	world_close(w);
	world_open(w, false);
}

/* The trace of the group where nothing fails. */
static void undisturbed(struct trace *out)
{
	struct world *w = begin();

	reopen(w);
	assert_int_equal(group(w), ERR_OK);
	take_trace(w, out);
	assert_int_equal(out->undecodable, 1);
	assert_int_equal(out->conflicts, 1);
	world_free(w);
}

/* Applies the group with the n-th allocation failing, then again if that undid it. False: there
 * are fewer allocations. */
static bool disturb(struct world *w, unsigned n, bool lasting, const struct trace *right)
{
	struct trace now;
	bool hit;
	enum err e;

	failing_arm(n, lasting);
	e = group(w);
	hit = failing_disarm();
	if (e != ERR_OK) {
		assert_true(hit);
		if (e != ERR_NOMEM && (e != ERR_FATAL || !lasting))
			fail_msg("allocation %u: %s", n, err_name(e));
		aggregator_rollback(w->a);
		if (e == ERR_FATAL) /* no memory to take it back, either */
			reopen(w);
		assert_int_equal(group(w), ERR_OK);
	}
	take_trace(w, &now);
	if (memcmp(&now, right, sizeof(now)) != 0)
		fail_msg("allocation %u left a trace", n);
	return hit;
}

static void sweep(bool lasting)
{
	struct trace right;
	unsigned n = 1;
	bool more = true;

	if (!FAILING_POSSIBLE)
		return;
	undisturbed(&right);
	for (; more; n++) {
		struct world *w = begin();

		reopen(w);
		more = disturb(w, n, lasting, &right);
		world_free(w);
		assert_true(n < MANY);
	}
	assert_true(n > 50);
}

static void one_failure_leaves_no_trace(void **state)
{
	(void)state;
	sweep(false);
}

static void lasting_failure_leaves_no_trace(void **state)
{
	(void)state;
	sweep(true);
}

static void opening_fails_cleanly(void **state)
{
	struct world *w = begin();
	bool more = FAILING_POSSIBLE;
	unsigned n = 1;

	(void)state;
	aggregator_close(w->a);
	w->a = NULL;
	for (; more; n++) {
		enum err e;

		failing_arm(n, false);
		e = aggregator_open(w->store, NULL, w->now, NULL, &w->a);
		more = failing_disarm();
		assert_int_equal(e, more ? ERR_NOMEM : ERR_OK);
		assert_true(more == !w->a);
	}
	world_free(w);
}

/* The state can't be read again: nothing may go on without it. */
static void a_failed_rollback_ends_it(void **state)
{
	struct world *w = begin();

	(void)state;
	if (FAILING_POSSIBLE) {
		world_begin(w);
		assert_int_equal(say_garbage(w, 1), ERR_OK);
		failing_arm(1, true);
		aggregator_rollback(w->a);
		assert_true(failing_disarm());
		assert_int_equal(aggregator_begin(w->a), ERR_FATAL);
	}
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_failure_leaves_no_trace),
		cmocka_unit_test(lasting_failure_leaves_no_trace),
		cmocka_unit_test(opening_fails_cleanly),
		cmocka_unit_test(a_failed_rollback_ends_it),
	};

	return cmocka_run_group_tests_name("nomem", tests, NULL, NULL);
}
