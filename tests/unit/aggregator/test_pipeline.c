/* SPDX-License-Identifier: MIT */
#include "tests/unit/aggregator/world.h"

#include "aggregator/ledger/ledger.h"

#define ROW(m, u, v, d) { .measure = m, .unit = u, .value = v, .as_of = d }

static struct world *start(void)
{
	struct world *w = world_new("2022-07-02");

	world_begin(w);
	world_add_key(w, "yutai");
	world_add_key(w, "rencheng");
	world_add_key(w, "minzheng");
	world_commit(w);
	return w;
}

static int setup(void **state)
{
	*state = start();
	return 0;
}

static int teardown(void **state)
{
	world_free(*state);
	return 0;
}

/* --- changes that were told ------------------------------------------------------------------- */

struct told {
	unsigned figures, lights, alerts, keys;
	struct message_figure last;
	uint64_t previous;
	const char *unit; /* only figures of this unit are kept in last */
};

static void on_figure(void *ctx, const struct message_figure *figure, uint64_t previous)
{
	struct told *t = ctx;

	t->figures++;
	if (t->unit && !bytes_equal(figure->unit, bytes_of_string(t->unit)))
		return;
	t->last = *figure;
	t->previous = previous;
}

static void on_keys(void *ctx)
{
	((struct told *)ctx)->keys++;
}

static void commit_told(struct world *w, struct told *t)
{
	const struct aggregator_changes changes = { .figure = on_figure, .keys = on_keys,
						    .ctx = t };

	assert_int_equal(aggregator_commit(w->a, &changes), ERR_OK);
}

static void admits_and_totals(void **state)
{
	struct world *w = *state;
	const struct world_row first = ROW("canteens", "yutai", 5, "2022-06-30");
	const struct world_row second = ROW("canteens", "rencheng", 7, "2022-06-30");
	struct told told = { .unit = "jining" };
	struct aggregator_outcome out;
	uint64_t position;

	world_begin(w);
	out = world_send(w, "yutai", 1, 1, &first, 1);
	assert_int_equal(out.answer, AGGREGATOR_APPENDED);
	assert_int_equal(out.expected, 2);
	assert_int_equal(out.receipt.counts[EVENT_ADMITTED], 1);
	assert_int_equal(out.receipt.on_time, 1);
	assert_int_equal(out.receipt.exception_count, 0);
	assert_int_equal(out.receipt.received_ms, w->now);
	position = out.receipt.first_position;
	commit_told(w, &told);
	assert_int_equal(told.figures, 2); /* the cell and the city */
	assert_int_equal(told.last.value, 5);
	assert_int_equal(told.last.position, position);
	assert_int_equal(told.previous, 0);
	assert_int_equal(aggregator_head(w->a).position, position);
	assert_int_equal(aggregator_head(w->a).rows, 1);

	world_begin(w);
	world_send(w, "rencheng", 1, 1, &second, 1);
	commit_told(w, &told);
	assert_int_equal(told.figures, 4);
	assert_int_equal(told.last.value, 12);
	assert_int_equal(told.previous, position);
	assert_int_equal(told.last.position, position + 1);
}

static void rollback_forgets(void **state)
{
	struct world *w = *state;
	const struct world_row row = ROW("canteens", "yutai", 5, "2022-06-30");
	struct aggregator_head before = aggregator_head(w->a), after;
	struct told told = { .unit = "jining" };
	struct aggregator_outcome out;

	world_begin(w);
	world_send(w, "yutai", 1, 1, &row, 1);
	world_add_key(w, "qufu");
	aggregator_rollback(w->a);
	after = aggregator_head(w->a);
	assert_memory_equal(&before, &after, sizeof(before));
	world_begin(w);
	out = world_send(w, "qufu", 1, 1, &row, 1);
	assert_int_equal(out.refused.code, MESSAGE_REFUSED_REVOKED);
	out = world_send(w, "yutai", 1, 1, &row, 1);
	assert_int_equal(out.answer, AGGREGATOR_APPENDED);
	commit_told(w, &told);
	assert_int_equal(told.last.value, 5);
	assert_int_equal(told.keys, 0);
}

static void one_group_at_a_time(void **state)
{
	struct world *w = *state;

	assert_int_equal(aggregator_tick(w->a, w->now), ERR_STATE);
	assert_int_equal(aggregator_commit(w->a, NULL), ERR_STATE);
	world_begin(w);
	assert_int_equal(aggregator_begin(w->a), ERR_STATE);
	world_commit(w);
}

/* --- repeats, conflicts, gaps ----------------------------------------------------------------- */

static void same_receipt(const struct message_receipt *a, const struct message_receipt *b)
{
	assert_int_equal(a->first_sequence, b->first_sequence);
	assert_int_equal(a->through_sequence, b->through_sequence);
	assert_int_equal(a->first_position, b->first_position);
	assert_int_equal(a->through_position, b->through_position);
	assert_int_equal(a->received_ms, b->received_ms);
	assert_int_equal(a->on_time, b->on_time);
	assert_int_equal(a->late, b->late);
	assert_memory_equal(a->counts, b->counts, sizeof(a->counts));
	assert_int_equal(a->exception_count, b->exception_count);
	for (size_t i = 0; i < a->exception_count; i++) {
		assert_int_equal(a->exceptions[i].row, b->exceptions[i].row);
		assert_int_equal(a->exceptions[i].verdict, b->exceptions[i].verdict);
		assert_int_equal(a->exceptions[i].code, b->exceptions[i].code);
		assert_true(bytes_equal(a->exceptions[i].text, b->exceptions[i].text));
	}
}

static void a_repeat_gives_the_same_receipt(void **state)
{
	struct world *w = *state;
	const struct world_row rows[] = { ROW("canteens", "yutai", 5, "2022-06-30"),
					  ROW("canteens", "rencheng", 6, "2022-06-30"),
					  ROW("nothing", "yutai", 6, "2022-06-30"),
					  ROW("homes-adapted", "yutai", 3, "2022-05-31") };
	struct aggregator_outcome first, again;
	struct aggregator_head head;

	world_begin(w);
	first = world_send(w, "yutai", 1, 1, rows, 4);
	again = world_send(w, "yutai", 1, 1, rows, 4); /* in the same group */
	assert_int_equal(again.answer, AGGREGATOR_REPEATED);
	same_receipt(&first.receipt, &again.receipt);
	world_commit(w);
	head = aggregator_head(w->a);
	w->now += 86400000 * 3;
	world_close(w);
	world_open(w, false);
	world_begin(w);
	again = world_send(w, "yutai", 1, 1, rows, 4);
	assert_int_equal(again.answer, AGGREGATOR_REPEATED);
	assert_int_equal(again.expected, 5);
	assert_int_equal(again.receipt.counts[EVENT_ADMITTED], 2);
	assert_int_equal(again.receipt.counts[EVENT_REJECT], 2);
	same_receipt(&first.receipt, &again.receipt);
	world_commit(w);
	assert_int_equal(aggregator_head(w->a).rows, head.rows);
}

/* Far more batches than the sparse index has steps. */
static void any_batch_is_found_again(void **state)
{
	enum { BATCHES = 200 };
	struct world *w = *state;
	struct aggregator_outcome first[BATCHES], again;
	struct world_row row = ROW("canteens", "yutai", 0, "2022-06-30");

	world_begin(w);
	for (unsigned i = 0; i < BATCHES; i++) {
		row.value = i;
		first[i] = world_send(w, "yutai", 1, i + 1, &row, 1);
		assert_int_equal(first[i].answer, AGGREGATOR_APPENDED);
	}
	world_commit(w);
	world_begin(w);
	for (unsigned i = 0; i < BATCHES; i++) {
		row.value = i;
		again = world_send(w, "yutai", 1, i + 1, &row, 1);
		assert_int_equal(again.answer, AGGREGATOR_REPEATED);
		same_receipt(&first[i].receipt, &again.receipt);
		row.value = i + 1;
		again = world_send(w, "yutai", 1, i + 1, &row, 1);
		assert_int_equal(again.refused.code, MESSAGE_REFUSED_CONFLICT);
	}
	world_commit(w);
	/* kept up to the day's limit, counted for ever */
	assert_int_equal(aggregator_head(w->a).position, first[BATCHES - 1].receipt.first_position +
								 100);
	assert_int_equal(counter_read(&aggregator_counters(w->a)->conflicts), BATCHES);
	assert_int_equal(counter_read(&aggregator_counters(w->a)->conflicts_dropped),
			 BATCHES - 100);
}

static void straddles_and_shifted_borders_conflict(void **state)
{
	struct world *w = *state;
	const struct world_row rows[] = { ROW("canteens", "yutai", 1, "2022-05-31"),
					  ROW("canteens", "yutai", 2, "2022-06-30"),
					  ROW("canteens", "yutai", 3, "2022-07-01") };
	struct aggregator_outcome out;

	world_begin(w);
	world_send(w, "yutai", 1, 1, rows, 2);
	out = world_send(w, "yutai", 1, 2, rows + 1, 2);
	assert_int_equal(out.refused.code, MESSAGE_REFUSED_CONFLICT);
	assert_int_equal(out.refused.expected, 3);
	out = world_send(w, "yutai", 1, 1, rows, 1);
	assert_int_equal(out.refused.code, MESSAGE_REFUSED_CONFLICT);
	out = world_send(w, "yutai", 1, 1, rows, 3);
	assert_int_equal(out.refused.code, MESSAGE_REFUSED_CONFLICT);
	/* another reporter's sequences are his own */
	out = world_send(w, "rencheng", 1, 1, rows, 1);
	assert_int_equal(out.answer, AGGREGATOR_APPENDED);
	world_commit(w);
	assert_true(aggregator_head(w->a).alert_number > 0);
}

static struct aggregator_outcome hello(struct world *w, const char *unit, uint8_t epoch,
				       uint64_t first_held, uint64_t next)
{
	struct message_hello h = { .first_held = first_held, .next = next };
	struct aggregator_outcome out;
	uint8_t key[32], id[16];
	const struct aggregator_from from = { key, w->now };

	world_key(unit, 0, key);
	memset(id, epoch, sizeof(id));
	assert_int_equal(aggregator_hello(w->a, &from, id, &h, w->arena, &out), ERR_OK);
	return out;
}

static void gaps_are_told_or_recorded(void **state)
{
	struct world *w = *state;
	const struct world_row row = ROW("canteens", "yutai", 1, "2022-06-30");
	struct aggregator_outcome out;
	uint64_t head;

	world_begin(w);
	out = world_send(w, "yutai", 1, 2, &row, 1);
	assert_int_equal(out.refused.code, MESSAGE_REFUSED_GAP);
	assert_int_equal(out.refused.expected, 1);
	assert_int_equal(hello(w, "yutai", 1, 1, 1).expected, 1);
	world_send(w, "yutai", 1, 1, &row, 1);
	assert_int_equal(hello(w, "yutai", 1, 2, 2).expected, 2);
	world_commit(w);
	head = aggregator_head(w->a).position;
	world_begin(w);
	out = hello(w, "yutai", 1, 10, 12);
	assert_int_equal(out.answer, AGGREGATOR_APPENDED);
	assert_int_equal(out.expected, 10);
	assert_int_equal(hello(w, "yutai", 1, 10, 12).answer, AGGREGATOR_REPEATED);
	out = world_send(w, "yutai", 1, 5, &row, 1); /* it was given up */
	assert_int_equal(out.refused.code, MESSAGE_REFUSED_CONFLICT);
	out = world_send(w, "yutai", 1, 10, &row, 1);
	assert_int_equal(out.answer, AGGREGATOR_APPENDED);
	out = world_send(w, "yutai", 1, 10, &row, 1);
	assert_int_equal(out.answer, AGGREGATOR_REPEATED);
	world_commit(w);
	assert_int_equal(aggregator_head(w->a).position, head + 3); /* gap, conflict, batch */
}

static void hello_is_checked(void **state)
{
	struct world *w = *state;
	struct message_hello h = { .programme = bytes_of_string("elsewhere-2022") };
	struct aggregator_outcome out;
	uint8_t key[32], id[16] = { 1 };
	const struct aggregator_from from = { key, w->now };

	world_key("yutai", 0, key);
	world_begin(w);
	assert_int_equal(aggregator_hello(w->a, &from, id, &h, w->arena, &out), ERR_OK);
	assert_int_equal(out.refused.code, MESSAGE_REFUSED_PROGRAMME);
	h.programme = bytes_of_string("jining-2022");
	assert_int_equal(aggregator_hello(w->a, &from, id, &h, w->arena, &out), ERR_OK);
	assert_int_equal(out.answer, AGGREGATOR_REPEATED);
	assert_int_equal(hello(w, "yutai", 1, 9, 8).refused.code, MESSAGE_REFUSED_BODY);
	assert_int_equal(hello(w, "qufu", 1, 1, 1).refused.code, MESSAGE_REFUSED_REVOKED);
	world_commit(w);
}

static void sixteen_outboxes(void **state)
{
	struct world *w = *state;
	const struct world_row row = ROW("canteens", "yutai", 1, "2022-06-30");
	struct aggregator_outcome out;

	world_begin(w);
	for (uint8_t epoch = 1; epoch <= 16; epoch++)
		assert_int_equal(world_send(w, "yutai", epoch, 1, &row, 1).answer,
				 AGGREGATOR_APPENDED);
	out = world_send(w, "yutai", 17, 1, &row, 1);
	assert_int_equal(out.refused.code, MESSAGE_REFUSED_EPOCHS);
	assert_int_equal(world_send(w, "yutai", 16, 2, &row, 1).answer, AGGREGATOR_APPENDED);
	w->now += 91 * DATE_DAY_MS;
	out = world_send(w, "yutai", 17, 1, &row, 1);
	assert_int_equal(out.answer, AGGREGATOR_APPENDED);
	/* the old ones are not forgotten */
	assert_int_equal(world_send(w, "yutai", 3, 1, &row, 1).answer, AGGREGATOR_REPEATED);
	world_commit(w);
}

/* --- bad input -------------------------------------------------------------------------------- */

static void garbage_is_kept_and_rejected(void **state)
{
	struct world *w = *state;
	struct envelope h = world_header(1, 1, 7);
	uint8_t message[200], key[32];
	struct aggregator_outcome out, again;

	memset(message, 0xff, sizeof(message));
	envelope_encode(&h, message);
	world_key("yutai", 0, key);
	world_begin(w);
	out = world_send_raw(w, key, &h, bytes_of(message, sizeof(message)));
	assert_int_equal(out.answer, AGGREGATOR_APPENDED);
	assert_int_equal(out.receipt.counts[EVENT_REJECT], 7);
	assert_int_equal(out.receipt.exception_count, 7);
	assert_int_equal(out.receipt.exceptions[6].code, EVENT_BAD_BODY);
	assert_int_equal(out.expected, 8);
	again = world_send_raw(w, key, &h, bytes_of(message, sizeof(message)));
	assert_int_equal(again.answer, AGGREGATOR_REPEATED);
	same_receipt(&out.receipt, &again.receipt);
	world_commit(w);
	assert_int_equal(aggregator_head(w->a).rows, 7);
	assert_int_equal(counter_read(&aggregator_counters(w->a)->undecodable), 1);
	assert_true(w->lines > 0);
}

static void headers_are_checked(void **state)
{
	static const struct {
		uint64_t first;
		uint32_t rows;
		unsigned code;
	} cases[] = {
		{ 0, 1, MESSAGE_REFUSED_BODY },
		{ 1, 0, MESSAGE_REFUSED_SIZE },
		{ UINT64_MAX, 1, MESSAGE_REFUSED_BODY },
		{ 1, 10001, MESSAGE_REFUSED_SIZE },
	};
	struct world *w = *state;
	uint8_t message[64] = { 0 }, key[32];
	struct aggregator_outcome out;

	world_key("yutai", 0, key);
	world_begin(w);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct envelope h = world_header(1, cases[i].first, cases[i].rows);

		out = world_send_raw(w, key, &h, bytes_of(message, sizeof(message)));
		assert_int_equal(out.answer, AGGREGATOR_REFUSED);
		assert_int_equal(out.refused.code, cases[i].code);
		assert_true(out.refused.text.len > 0);
	}
	world_commit(w);
}

/* --- ticks ------------------------------------------------------------------------------------ */

static void missed_ticks_come_first_and_in_order(void **state)
{
	struct world *w = *state;
	const struct world_row row = ROW("canteens", "yutai", 5, "2022-06-30");
	uint64_t head = aggregator_head(w->a).position;
	struct aggregator_outcome out;

	assert_int_equal(aggregator_deadline(w->a), world_time("2022-07-03", 0));
	w->now = world_time("2022-07-09", 12);
	assert_int_equal(aggregator_begin(w->a), ERR_OK);
	out = world_send(w, "yutai", 1, 1, &row, 1);
	assert_int_equal(out.receipt.first_position, head + 8);
	assert_int_equal(out.receipt.late, 1); /* June was due on 5 July */
	world_commit(w);
	assert_int_equal(aggregator_deadline(w->a), world_time("2022-07-10", 0));
	world_begin(w);
	world_commit(w);
	assert_int_equal(aggregator_head(w->a).position, head + 8);
}

static void time_ends_after_the_programme(void **state)
{
	struct world *w = *state;

	w->now = world_time("2026-01-01", 0);
	world_begin(w);
	world_commit(w);
	assert_int_equal(aggregator_deadline(w->a), INT64_MAX);
	assert_int_equal(aggregator_head(w->a).time_ms, world_time("2024-02-04", 0));
}

static void time_never_runs_back(void **state)
{
	struct world *w = *state;
	const struct world_row row = ROW("canteens", "yutai", 5, "2022-06-30");
	int64_t before = aggregator_head(w->a).time_ms;
	struct aggregator_outcome out;

	w->now -= 5 * DATE_DAY_MS;
	world_begin(w);
	out = world_send(w, "yutai", 1, 1, &row, 1);
	assert_int_equal(out.receipt.received_ms, before);
	world_commit(w);
}

/* --- links ------------------------------------------------------------------------------------ */

static void link_is(struct world *w, uint16_t unit, bool up)
{
	assert_int_equal(aggregator_link(w->a, unit, up, w->now), ERR_OK);
}

static void links_speak_once_a_minute(void **state)
{
	struct world *w = *state;
	uint64_t head = aggregator_head(w->a).position;
	uint16_t unit = catalogue_unit_number(aggregator_catalogue(w->a), bytes_of_string("yutai"));

	world_begin(w);
	link_is(w, unit, true);
	for (unsigned i = 0; i < 11; i++)
		link_is(w, unit, i % 2); /* ends with down */
	world_commit(w);
	assert_int_equal(aggregator_head(w->a).position, head + 1);
	assert_int_equal(aggregator_deadline(w->a), w->now + 60000);
	w->now += 59999;
	world_begin(w);
	world_commit(w);
	assert_int_equal(aggregator_head(w->a).position, head + 1);
	w->now++;
	world_begin(w); /* the tick lets it speak */
	world_commit(w);
	assert_int_equal(aggregator_head(w->a).position, head + 2);
	w->now += 60000;
	world_begin(w);
	link_is(w, unit, false); /* known already */
	world_commit(w);
	assert_int_equal(aggregator_head(w->a).position, head + 2);
	assert_true(counter_read(&aggregator_counters(w->a)->links_coalesced) > 0);
}

/* --- no room ---------------------------------------------------------------------------------- */

static void a_full_store_stays_as_it_is(void **state)
{
	struct world *w = *state;
	const struct world_row row = ROW("canteens", "yutai", 5, "2022-06-30");
	struct aggregator_head before = { 0 }, after;
	struct told told = { 0 };
	const struct aggregator_changes changes = { .figure = on_figure, .ctx = &told };
	enum err e = ERR_OK;
	uint64_t sequence = 1;

	world_close(w);
	w->map_bytes = 3 << 20;
	world_open(w, false);
	while (e == ERR_OK) {
		before = aggregator_head(w->a);
		if ((e = aggregator_begin(w->a)) != ERR_OK)
			break;
		for (unsigned i = 0; i < 50; i++)
			world_send(w, "yutai", 1, sequence++, &row, 1);
		told.figures = 0;
		e = aggregator_commit(w->a, &changes);
	}
	assert_int_equal(e, ERR_FULL);
	after = aggregator_head(w->a);
	assert_memory_equal(&before, &after, sizeof(before));
	assert_int_equal(aggregator_begin(w->a), ERR_FULL);
	/* with more room it goes on where it stood */
	world_close(w);
	w->map_bytes = 64 << 20;
	world_open(w, false);
	world_begin(w);
	assert_int_equal(world_send(w, "yutai", 1, sequence, &row, 1).answer, AGGREGATOR_APPENDED);
	world_commit(w);
}

/* --- the catalogue ---------------------------------------------------------------------------- */

static void a_changed_catalogue_is_an_entry(void **state)
{
	struct world *w = *state;
	uint64_t head = aggregator_head(w->a).position;
	struct aggregator_proof proof;
	char scratch[96];

	world_close(w);
	world_open(w, true); /* the same: nothing to say */
	assert_int_equal(aggregator_head(w->a).position, head);
	assert_int_equal(aggregator_catalogue(w->a)->version, 1);
	world_close(w);
	w->yellow_enter = 1234;
	w->now = world_time("2022-07-04", 9);
	world_open(w, true);
	assert_int_equal(aggregator_head(w->a).position, head + 3); /* two ticks */
	assert_int_equal(aggregator_catalogue(w->a)->version, 2);
	world_close(w);
	world_open(w, false);
	assert_int_equal(aggregator_catalogue(w->a)->version, 2);
	assert_int_equal(aggregator_catalogue(w->a)->profile.yellow_enter, 1234);
	snprintf(scratch, sizeof(scratch), "%s/scratch", w->folder);
	assert_int_equal(aggregator_verify(w->store, scratch, 2, NULL, NULL, &proof), ERR_OK);
}

static void newer_rules_are_refused(void **state)
{
	struct world *w = *state;
	struct ledger_head head;
	struct aggregator *a;
	struct store_txn *t;
	struct buf form = { 0 };
	struct entry e = { .kind = ENTRY_TICK, .rules = AGGREGATOR_RULES + 1 };

	aggregator_close(w->a);
	assert_int_equal(store_begin_write(w->store, &t), ERR_OK);
	assert_int_equal(ledger_head_read(t, &head), ERR_OK);
	e.position = head.position + 1;
	e.time_ms = head.time_ms;
	assert_int_equal(ledger_append(t, &e, &head, &form), ERR_OK);
	assert_int_equal(ledger_head_write(t, &head), ERR_OK);
	assert_int_equal(store_commit(&t), ERR_OK);
	assert_int_equal(aggregator_open(w->store, NULL, w->now, NULL, &a), ERR_VERSION);
	w->a = NULL;
	buf_free(&form);
}

static void an_empty_store_needs_a_catalogue(void **state)
{
	struct world *w = *state;
	const struct store_options options = { .no_sync = true };
	struct aggregator *a;
	struct store *s;
	char path[96];

	snprintf(path, sizeof(path), "%s/other", w->folder);
	assert_int_equal(store_open(path, &options, &s), ERR_OK);
	assert_int_equal(aggregator_open(s, NULL, w->now, NULL, &a), ERR_NOTFOUND);
	assert_null(a);
	store_close(s);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(admits_and_totals),
		TEST(rollback_forgets),
		TEST(one_group_at_a_time),
		TEST(a_repeat_gives_the_same_receipt),
		TEST(any_batch_is_found_again),
		TEST(straddles_and_shifted_borders_conflict),
		TEST(gaps_are_told_or_recorded),
		TEST(hello_is_checked),
		TEST(sixteen_outboxes),
		TEST(garbage_is_kept_and_rejected),
		TEST(headers_are_checked),
		TEST(missed_ticks_come_first_and_in_order),
		TEST(time_ends_after_the_programme),
		TEST(time_never_runs_back),
		TEST(links_speak_once_a_minute),
		TEST(a_full_store_stays_as_it_is),
		TEST(a_changed_catalogue_is_an_entry),
		TEST(newer_rules_are_refused),
		TEST(an_empty_store_needs_a_catalogue),
	};

	return cmocka_run_group_tests_name("pipeline", tests, NULL, NULL);
}
