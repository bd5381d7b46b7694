/* SPDX-License-Identifier: MIT */
/* The proof finds what somebody, or a disk, changed behind the ledger's back; and the feed's chain
 * of positions holds over restarts. */
#include "tests/unit/aggregator/world.h"

#include "aggregator/ledger/keys.h"
#include "aggregator/ledger/ledger.h"

#include <sys/stat.h>

static const char *const when[] = { "2022-03-31", "2022-04-30", "2022-05-31", "2022-06-30" };

static void send_month(struct world *w, unsigned i, uint64_t first)
{
	const struct world_row rows[] = {
		{ .measure = "canteens", .unit = "yutai", .value = 3 * i, .as_of = when[i] },
		{ .measure = "homes-adapted", .unit = "yutai", .value = 30 * i, .as_of = when[i] },
		{ .measure = "canteens", .unit = "nowhere", .value = 1, .as_of = when[i] },
		{ .measure = "nursery-classes", .unit = "yutai", .kind = EVENT_ADD, .value = 1,
		  .as_of = when[i], .ref = when[i] },
	};

	assert_int_equal(world_send(w, "yutai", 1, first, rows, 4).answer, AGGREGATOR_APPENDED);
}

static int setup(void **state)
{
	struct world *w = world_new("2022-03-10");

	world_begin(w);
	world_add_key(w, "yutai");
	world_add_key(w, "rencheng");
	for (unsigned i = 0; i < 4; i++) {
		w->now = world_time(when[i], 20);
		send_month(w, i, 1 + 4 * i);
	}
	w->now = world_time("2022-07-08", 8);
	assert_int_equal(aggregator_tick(w->a, w->now), ERR_OK);
	world_commit(w);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	world_free(*state);
	return 0;
}

static enum err verify(struct world *w, struct aggregator_proof *proof)
{
	char scratch[96];

	snprintf(scratch, sizeof(scratch), "%s/scratch", w->folder);
	return aggregator_verify(w->store, scratch, 0, NULL, NULL, proof);
}

static void count_calls(void *ctx, uint64_t position, uint64_t head)
{
	assert_true(position <= head);
	++*(unsigned *)ctx;
}

static void an_honest_store_is_proved(void **state)
{
	struct world *w = *state;
	struct aggregator_proof proof, later;
	char scratch[96];
	unsigned calls = 0;

	snprintf(scratch, sizeof(scratch), "%s/scratch", w->folder);
	assert_int_equal(aggregator_verify(w->store, scratch, 10, count_calls, &calls, &proof),
			 ERR_OK);
	assert_true(calls > 3);
	assert_int_equal(proof.rows, 16);
	assert_int_equal(proof.broken_at, 0);
	assert_int_equal(proof.decided_otherwise, 0);
	/* time alone moves the state, not the figures */
	w->now += 40 * DATE_DAY_MS;
	world_begin(w);
	world_commit(w);
	assert_int_equal(verify(w, &later), ERR_OK);
	assert_memory_equal(proof.figures, later.figures, sizeof(proof.figures));
	assert_memory_not_equal(proof.chain, later.chain, sizeof(proof.chain));
	assert_int_equal(mkdir(scratch, 0700), 0);
	assert_int_equal(verify(w, &proof), ERR_EXISTS);
}

static void figures_are_the_same_by_any_way(void **state)
{
	struct world *w = *state, *other = world_new("2022-07-08");
	struct aggregator_proof a, b;

	world_begin(other);
	world_add_key(other, "yutai");
	for (unsigned i = 4; i-- > 0;) /* the other way round, and all at once */
		send_month(other, i, 1 + 4 * (3 - i));
	world_commit(other);
	assert_int_equal(verify(w, &a), ERR_OK);
	assert_int_equal(verify(other, &b), ERR_OK);
	assert_memory_equal(a.figures, b.figures, sizeof(a.figures));
	assert_memory_not_equal(a.state, b.state, sizeof(a.state));
	world_free(other);
}

/* Rewrites a value with a good CRC: what no disk does. */
static void change(struct world *w, enum store_table table, struct bytes key, size_t at)
{
	struct store_txn *t;
	struct bytes value;
	uint8_t copy[2048];

	assert_int_equal(store_begin_write(w->store, &t), ERR_OK);
	assert_int_equal(store_get(t, table, key, &value), ERR_OK);
	assert_in_range(value.len, at + 1, sizeof(copy));
	memcpy(copy, value.data, value.len);
	copy[at] ^= 1;
	assert_int_equal(store_put(t, table, key, bytes_of(copy, value.len)), ERR_OK);
	assert_int_equal(store_commit(&t), ERR_OK);
}

static void a_changed_entry_is_found(void **state)
{
	struct world *w = *state;
	struct aggregator_proof proof;
	struct keys key;

	for (uint64_t position = 2; position <= 40; position += 19) {
		keys_ledger(&key, position, 0);
		change(w, STORE_LEDGER, keys_bytes(&key), 32 + 4 + 12); /* in its time */
		assert_int_equal(verify(w, &proof), ERR_CORRUPT);
		assert_int_equal(proof.broken_at, position);
		assert_non_null(proof.what);
		change(w, STORE_LEDGER, keys_bytes(&key), 32 + 4 + 12);
	}
	assert_int_equal(verify(w, &proof), ERR_OK);
}

/* Somebody who knows the chain appends an entry with its decisions. */
static void forge(struct world *w, uint64_t position, uint16_t reporter)
{
	struct buf form = { 0 }, scratch = { 0 };
	struct ledger_head head;
	struct entry entry;
	struct store_txn *t;

	assert_int_equal(store_begin_write(w->store, &t), ERR_OK);
	assert_int_equal(ledger_head_read(t, &head), ERR_OK);
	do /* the first batch from there on */
		assert_int_equal(ledger_read(t, position++, &form, &entry, NULL), ERR_OK);
	while (entry.kind != ENTRY_BATCH);
	entry.position = head.position + 1;
	entry.time_ms = head.time_ms;
	entry.reporter = reporter ? reporter : entry.reporter;
	assert_int_equal(ledger_append(t, &entry, &head, &scratch), ERR_OK);
	assert_int_equal(ledger_head_write(t, &head), ERR_OK);
	assert_int_equal(store_commit(&t), ERR_OK);
	buf_free(&form);
	buf_free(&scratch);
}

static void a_batch_twice_is_found(void **state)
{
	struct world *w = *state;
	struct aggregator_proof proof;

	forge(w, 2, 0);
	assert_int_equal(verify(w, &proof), ERR_CORRUPT);
	assert_int_equal(proof.broken_at, aggregator_head(w->a).position + 1);
	assert_string_equal(proof.what, "the entry can't be what was decided about it");
}

static void a_strange_unit_is_found(void **state)
{
	struct world *w = *state;
	struct aggregator_proof proof;

	forge(w, 2, 5000);
	assert_int_equal(verify(w, &proof), ERR_CORRUPT);
	assert_int_equal(proof.broken_at, aggregator_head(w->a).position + 1);
	assert_string_equal(proof.what, "it names a unit that is not in the catalogue");
}

static void a_missing_entry_is_found(void **state)
{
	struct world *w = *state;
	struct aggregator_proof proof;
	struct store_txn *t;
	struct keys key;

	keys_ledger(&key, 7, 0);
	assert_int_equal(store_begin_write(w->store, &t), ERR_OK);
	assert_int_equal(store_delete(t, STORE_LEDGER, keys_bytes(&key)), ERR_OK);
	assert_int_equal(store_commit(&t), ERR_OK);
	assert_int_equal(verify(w, &proof), ERR_CORRUPT);
	assert_int_equal(proof.broken_at, 7);
}

static void a_changed_table_is_found(void **state)
{
	static const enum store_table tables[] = { STORE_TOTALS, STORE_CURRENT, STORE_HISTORY,
						   STORE_REPORTS, STORE_LIGHTS, STORE_EPOCHS,
						   STORE_REFS, STORE_KEYS, STORE_ACTS,
						   STORE_ALERT_LOG };
	struct world *w = *state;
	struct aggregator_proof proof;

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		struct store_txn *t;
		struct store_cursor *c;
		struct bytes found, value;
		uint8_t key[200];
		size_t len;

		assert_int_equal(store_begin_read(w->store, &t), ERR_OK);
		assert_int_equal(store_cursor_open(t, tables[i], &c), ERR_OK);
		assert_int_equal(store_cursor_seek(c, (struct bytes){ 0 }, &found, &value), ERR_OK);
		len = found.len;
		memcpy(key, found.data, len);
		store_cursor_close(c);
		store_abort(&t);
		change(w, tables[i], bytes_of(key, len), 0);
		if (verify(w, &proof) != ERR_CORRUPT)
			fail_msg("a change of %s was not found", store_table_name(tables[i]));
		change(w, tables[i], bytes_of(key, len), 0);
	}
	assert_int_equal(verify(w, &proof), ERR_OK);
}

/* --- the feed's chain ------------------------------------------------------------------------- */

#define TOPICS 8192

struct topics {
	struct {
		char name[96];
		uint64_t position;
	} items[TOPICS];
	size_t count;
	unsigned messages;
};

static void see(struct topics *t, const char *kind, struct bytes measure, struct bytes unit,
		uint64_t position, uint64_t previous)
{
	char name[96];
	size_t i = 0;

	snprintf(name, sizeof(name), "%s.%.*s.%.*s", kind, (int)measure.len,
		 measure.len ? (const char *)measure.data : "", (int)unit.len,
		 unit.len ? (const char *)unit.data : "");
	while (i < t->count && strcmp(t->items[i].name, name) != 0)
		i++;
	if (i == t->count) {
		assert_true(t->count < TOPICS);
		snprintf(t->items[t->count++].name, sizeof(name), "%s", name);
		t->items[i].position = 0;
	}
	if (t->items[i].position != previous)
		fail_msg("%s: previous %llu, but %llu was told", name, (unsigned long long)previous,
			 (unsigned long long)t->items[i].position);
	t->items[i].position = position;
	t->messages++;
}

static void see_figure(void *ctx, const struct message_figure *m, uint64_t previous)
{
	see(ctx, "total", m->measure, m->unit, m->position, previous);
}
static void see_light(void *ctx, const struct message_figure *m, uint64_t previous)
{
	see(ctx, "light", m->measure, m->unit, m->position, previous);
}
static void see_alert(void *ctx, const struct message_alert *m, uint64_t previous)
{
	char kind[32];

	snprintf(kind, sizeof(kind), "alert.%.*s", (int)m->severity.len,
		 (const char *)m->severity.data);
	see(ctx, kind, m->measure, m->unit, m->position, previous);
}

static void every_message_names_the_one_before(void **state)
{
	struct world *w = world_new("2022-03-10");
	struct topics *t = calloc(1, sizeof(*t));
	const struct aggregator_changes changes = { .figure = see_figure, .light = see_light,
						    .alert = see_alert, .ctx = t };

	(void)state;
	world_begin(w);
	world_add_key(w, "yutai");
	world_add_key(w, "rencheng");
	world_add_key(w, "weijian");
	assert_int_equal(aggregator_commit(w->a, &changes), ERR_OK);
	for (unsigned i = 0; i < 24; i++) {
		const struct world_row rows[] = {
			{ .measure = "canteens", .unit = "yutai", .value = i, .as_of = when[i % 4],
			  .reason = "x" },
			{ .measure = "rukang-homes", .unit = "yutai", .value = i / 5,
			  .as_of = when[3], .reason = "x" },
			{ .measure = "gas-hoses-urban", .unit = "yutai", .value = i / 3,
			  .as_of = when[i / 6], .reason = "x", .stage = i % 2 ? "started" : NULL },
		};
		const struct world_row stage = { .measure = "long-term-care", .unit = "rencheng",
						 .kind = EVENT_NIL, .as_of = when[i / 6] };

		w->now = world_time("2022-07-01", 0) + i * 3 * DATE_DAY_MS;
		assert_int_equal(aggregator_begin(w->a), ERR_OK);
		world_send(w, "yutai", 1, 1 + 3 * i, rows, 3);
		world_send(w, "rencheng", 1, 1 + i, &stage, 1);
		assert_int_equal(aggregator_commit(w->a, &changes), ERR_OK);
		if (i % 5 == 2) {
			world_close(w);
			world_open(w, false);
		}
	}
	assert_true(t->messages > 100);
	free(t);
	world_free(w);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_honest_store_is_proved),
		TEST(figures_are_the_same_by_any_way),
		TEST(a_changed_entry_is_found),
		TEST(a_batch_twice_is_found),
		TEST(a_strange_unit_is_found),
		TEST(a_missing_entry_is_found),
		TEST(a_changed_table_is_found),
		cmocka_unit_test(every_message_names_the_one_before),
	};

	return cmocka_run_group_tests_name("verify", tests, NULL, NULL);
}
