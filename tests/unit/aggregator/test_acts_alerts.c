/* SPDX-License-Identifier: MIT */
/* Acts about alerts: done once, refused with a reason, the same again after a restart and in a
 * replay. */
#include "tests/unit/aggregator/world.h"

#include "aggregator/alerts/book.h"

#define ALERT "link-down.yutai"

static int setup(void **state)
{
	struct world *w = world_new("2022-07-01");

	world_begin(w);
	world_add_key(w, "yutai");
	assert_int_equal(aggregator_link(w->a, catalogue_unit_number(aggregator_catalogue(w->a),
								     bytes_of_string("yutai")),
					 false, w->now),
			 ERR_OK);
	world_commit(w);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	world_free(*state);
	return 0;
}

static struct book_state look(struct world *w)
{
	struct book_state s;
	struct store_txn *t;

	assert_int_equal(store_begin_read(w->store, &t), ERR_OK);
	assert_int_equal(book_state_of(t, bytes_of_string(ALERT), &s), ERR_OK);
	store_abort(&t);
	return s;
}

static void assert_code(struct bytes answer, const char *code)
{
	char quoted[64];

	snprintf(quoted, sizeof(quoted), "\"code\":\"%s\"", code);
	assert_non_null(strstr((const char *)answer.data, quoted));
	assert_non_null(strstr((const char *)answer.data, "\"detail\":\""));
}

static void verified(struct world *w)
{
	char scratch[96];
	struct aggregator_proof proof;

	for (uint64_t group = 1; group <= 100; group += 6) {
		snprintf(scratch, sizeof(scratch), "%s/scratch-%u", w->folder, (unsigned)group);
		assert_int_equal(aggregator_verify(w->store, scratch, group, NULL, NULL, &proof),
				 ERR_OK);
		assert_int_equal(proof.broken_at, 0);
		assert_memory_equal(proof.state, proof.stored, sizeof(proof.state));
		assert_int_equal(proof.decided_otherwise, 0);
	}
}

static void acknowledged_once(void **state)
{
	struct world *w = *state;
	struct bytes answer;

	world_begin(w);
	assert_int_equal(world_act(w, &answer, "\"act\":\"alert.ack\",\"alert\":\"" ALERT
				   "\",\"why\":\"rang\""), ERR_OK);
	assert_int_equal(world_act(w, &answer, "\"act\":\"alert.ack\",\"alert\":\"" ALERT
				   "\",\"why\":\"rang\""), ERR_STATE);
	assert_code(answer, "acknowledged-already");
	world_commit(w);
	assert_int_equal(look(w).acknowledged, 2);
	world_close(w);
	world_open(w, false);
	assert_int_equal(look(w).acknowledged, 2);
	verified(w);
}

static void taken_back(void **state)
{
	struct world *w = *state;

	world_begin(w);
	assert_int_equal(world_act(w, NULL, "\"act\":\"alert.ack\",\"alert\":\"" ALERT
				   "\",\"why\":\"rang\""), ERR_OK);
	aggregator_rollback(w->a);
	assert_int_equal(look(w).acknowledged, 0);
	world_begin(w);
	assert_int_equal(world_act(w, NULL, "\"act\":\"alert.ack\",\"alert\":\"" ALERT
				   "\",\"why\":\"rang\""), ERR_OK);
	world_commit(w);
	assert_int_equal(look(w).acknowledged, 2);
}

/* A refused act leaves nothing in the ledger. */
static void refused(void **state)
{
	static const struct {
		const char *rest, *code;
		enum err err;
	} cases[] = {
		{ "\"act\":\"alert.ack\",\"alert\":\"gap.yutai\",\"why\":\"x\"", "no-such-alert",
		  ERR_NOTFOUND },
		{ "\"act\":\"alert.ack\",\"alert\":\"" ALERT "\"", "bad-field", ERR_INVALID },
		{ "\"act\":\"alert.comment\",\"alert\":\"" ALERT "\",\"text\":\"\"", "bad-field",
		  ERR_INVALID },
		{ "\"act\":\"alert.silence\",\"alert\":\"" ALERT
		  "\",\"why\":\"x\",\"until\":\"2022-06-30\"", "bad-until", ERR_INVALID },
		{ "\"act\":\"alert.unsilence\",\"alert\":\"" ALERT "\",\"why\":\"x\"",
		  "not-silenced", ERR_STATE },
		{ "\"act\":\"alert.unsilence\",\"unit\":\"yutai\",\"why\":\"x\"", "no-match",
		  ERR_NOTFOUND },
		{ "\"act\":\"alert.silence\",\"why\":\"x\",\"until\":\"2022-07-09\"",
		  "no-alert-named", ERR_INVALID },
	};
	struct world *w = *state;
	uint64_t position = aggregator_head(w->a).position;
	struct bytes answer;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		world_begin(w);
		assert_int_equal(world_act(w, &answer, "%s", cases[i].rest), cases[i].err);
		assert_code(answer, cases[i].code);
		world_commit(w);
	}
	assert_int_equal(aggregator_head(w->a).position, position);
	assert_int_equal(look(w).newest, 1);
}

/* A silence ends by the ticks alone, and they decide the same in a replay. */
static void silence_ends(void **state)
{
	struct world *w = *state;

	world_begin(w);
	assert_int_equal(world_act(w, NULL, "\"act\":\"alert.silence\",\"kind\":\"link-down\","
				   "\"why\":\"x\",\"until\":\"2022-07-03\""), ERR_OK);
	world_commit(w);
	assert_int_equal(look(w).silenced, 2);
	assert_int_equal(look(w).silent_until_ms, world_time("2022-07-04", 0));
	w->now = world_time("2022-07-03", 9);
	world_begin(w);
	world_commit(w);
	assert_true(look(w).ending);
	assert_int_equal(look(w).newest, 3);
	w->now = world_time("2022-07-09", 9);
	world_begin(w);
	world_commit(w);
	assert_int_equal(look(w).silenced, 0);
	assert_int_equal(look(w).newest, 4);
	verified(w);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(acknowledged_once), TEST(taken_back), TEST(refused), TEST(silence_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
