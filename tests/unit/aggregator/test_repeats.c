/* SPDX-License-Identifier: MIT */
/* Rows said once more, whenever and by whichever outbox, move no figure, no light and no alert. */
#include "tests/unit/aggregator/world.h"

#include "aggregator/alerts/lights.h"

#define MONTHS 6
#define TOTAL(m, v, d)                                                                             \
	{                                                                                          \
		.measure = m, .unit = "yutai", .value = v, .as_of = d                              \
	}
#define ADD(m, v, d, r)                                                                            \
	{                                                                                          \
		.measure = m, .unit = "yutai", .kind = EVENT_ADD, .value = v, .as_of = d, .ref = r \
	}

static const struct world_row months[MONTHS][3] = {
	{ TOTAL("canteens", 0, "2022-03-31"), TOTAL("homes-adapted", 10, "2022-03-31"),
	  ADD("cable-tv-households", 5, "2022-03-15", "a") },
	{ TOTAL("canteens", 1, "2022-04-30"), TOTAL("homes-adapted", 10, "2022-04-30"),
	  ADD("cable-tv-households", 7, "2022-04-20", "b") },
	{ TOTAL("canteens", 1, "2022-05-31"), TOTAL("homes-adapted", 40, "2022-05-31"),
	  ADD("cable-tv-households", 9, "2022-05-11", "c") },
	{ TOTAL("canteens", 3, "2022-06-30"), TOTAL("homes-adapted", 90, "2022-06-30"),
	  ADD("cable-tv-households", 200, "2022-06-02", "d") },
	{ TOTAL("canteens", 3, "2022-07-31"), TOTAL("homes-adapted", 90, "2022-07-31"),
	  ADD("cable-tv-households", 1, "2022-07-10", "e") },
	{ TOTAL("canteens", 9, "2022-08-31"), TOTAL("homes-adapted", 200, "2022-08-31"),
	  ADD("cable-tv-households", 1000, "2022-08-10", "f") },
};

/* All that figures and lights say, as one hash each, and how many alerts there were. */
struct told {
	uint8_t figures[CRYPTO_HASH_LEN];
	struct buf lights;
	uint64_t alert_number;
};

static bool keep_light(void *ctx, const struct lights_record *r)
{
	struct buf *to = ctx;

	buf_put_u16(to, r->measure);
	buf_put_u16(to, r->unit);
	buf_put_zigzag(to, r->period);
	lights_encode(r, to);
	return true;
}

static void look(const struct world *w, struct told *out)
{
	struct store_txn *t;

	buf_clear(&out->lights);
	assert_int_equal(store_begin_read(w->store, &t), ERR_OK);
	assert_int_equal(aggregator_figures_hash(t, aggregator_catalogue(w->a), out->figures),
			 ERR_OK);
	assert_int_equal(lights_walk(t, CATALOGUE_NONE, keep_light, &out->lights), ERR_OK);
	store_abort(&t);
	out->alert_number = aggregator_head(w->a).alert_number;
}

static void assert_same(const struct told *a, const struct told *b)
{
	assert_memory_equal(a->figures, b->figures, sizeof(a->figures));
	assert_true(bytes_equal(buf_bytes(&a->lights), buf_bytes(&b->lights)));
	assert_int_equal(a->alert_number, b->alert_number);
}

/* One month's rows, as the next ones of an outbox; all of them with this verdict. */
static void say(struct world *w, uint8_t epoch, uint64_t first, int month,
		enum event_verdict verdict)
{
	struct aggregator_outcome out;

	world_begin(w);
	out = world_send(w, "yutai", epoch, first, months[month], 3);
	assert_int_equal(out.answer, AGGREGATOR_APPENDED);
	assert_int_equal(out.receipt.counts[verdict], 3);
	world_commit(w);
}

static void duplicates_move_nothing(void **state)
{
	static const char *const days[MONTHS] = { "2022-04-02", "2022-05-05", "2022-06-02",
						  "2022-07-02", "2022-08-02", "2022-09-02" };
	struct world *w = *state;
	struct told before = { 0 }, after = { 0 };

	world_begin(w);
	world_add_key(w, "yutai");
	world_commit(w);
	for (int m = 0; m < MONTHS; m++) {
		w->now = world_time(days[m], 10);
		say(w, 1, 3 * (uint64_t)m + 1, m, EVENT_ADMITTED);
		look(w, &before);
		say(w, 2, 3 * (uint64_t)m + 1, m, EVENT_DUPLICATE);
		look(w, &after);
		assert_same(&before, &after);
	}
	/* when all is closed, the other way round */
	w->now = world_time("2022-09-20", 10);
	world_begin(w);
	world_commit(w);
	look(w, &before);
	assert_true(before.lights.len > 100);
	for (int m = MONTHS; m-- > 0;)
		say(w, 3, 3 * (uint64_t)(MONTHS - 1 - m) + 1, m, EVENT_DUPLICATE);
	look(w, &after);
	assert_same(&before, &after);
	buf_free(&before.lights);
	buf_free(&after.lights);
}

static int set_up(void **state)
{
	*state = world_new("2022-03-01");
	return 0;
}

static int tear_down(void **state)
{
	world_free(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(duplicates_move_nothing, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
