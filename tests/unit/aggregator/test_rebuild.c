/* SPDX-License-Identifier: MIT */
/* Ledger files of others: what was damaged on its way is refused, and what somebody made to fit its
 * chain is either a ledger or named with its position. Nothing is left behind in any case. */
#include "tests/unit/aggregator/world.h"

#include <sys/stat.h>

#include "aggregator/ledger/archive.h"
#include "aggregator/ledger/ledger.h"

#define DAMAGES 24
#define FORGERIES 48
#define ENTRIES 400

static const struct world_row march = { .measure = "canteens", .unit = "yutai", .value = 7,
					.as_of = "2022-03-31" };

/* Rows, one that waits and is let go, a month that closes, a slip: an entry of each kind but links. */
static struct world *some_weeks(void)
{
	struct world *w = world_new("2022-04-02");
	struct aggregator_outcome out;
	struct world_row less = march;

	world_begin(w);
	world_add_key(w, "yutai");
	world_send(w, "yutai", 1, 1, &march, 1);
	world_commit(w);
	less.value = 5;
	less.as_of = "2022-04-01";
	world_begin(w);
	out = world_send(w, "yutai", 1, 2, &less, 1);
	assert_int_equal(world_act(w, NULL, "\"act\":\"hold.release\",\"position\":%llu,\"row\":0,"
				   "\"why\":\"checked\"",
				   (unsigned long long)out.receipt.first_position), ERR_OK);
	world_commit(w);
	w->now = world_time("2022-04-10", 9);
	world_begin(w);
	assert_int_equal(world_act(w, NULL, "\"act\":\"slip.issue\",\"slip\":\"2022-0001\""), ERR_OK);
	world_commit(w);
	return w;
}

struct copied {
	struct buf forms[ENTRIES];
	size_t count;
	char path[96], rebuilt[96];
};

static struct copied *copy_of(struct world *w)
{
	struct copied *c = calloc(1, sizeof(*c));
	struct store_txn *t;
	struct entry entry;

	assert_non_null(c);
	snprintf(c->path, sizeof(c->path), "%s/ledger", w->folder);
	snprintf(c->rebuilt, sizeof(c->rebuilt), "%s/rebuilt", w->folder);
	assert_int_equal(store_begin_read(w->store, &t), ERR_OK);
	while (c->count < ENTRIES &&
	       ledger_read(t, c->count + 1, &c->forms[c->count], &entry, NULL) == ERR_OK)
		c->count++;
	store_abort(&t);
	assert_true(c->count > 10 && c->count < ENTRIES);
	return c;
}

static void copied_free(struct copied *c)
{
	for (size_t i = 0; i < ENTRIES; i++)
		buf_free(&c->forms[i]);
	free(c);
}

static void write_archive(const struct copied *c)
{
	struct archive *to;

	(void)unlink(c->path);
	assert_int_equal(archive_create(c->path, &to), ERR_OK);
	for (size_t i = 0; i < c->count; i++)
		assert_int_equal(archive_put(to, buf_bytes(&c->forms[i])), ERR_OK);
	assert_int_equal(archive_finish(&to), ERR_OK);
}

/* The folder is there where a store was made, and nowhere else. */
static enum err rebuild(const struct copied *c, struct aggregator_proof *proof)
{
	enum err e = aggregator_rebuild(c->path, c->rebuilt, 7, NULL, NULL, proof);

	assert_int_equal(fs_exists(c->rebuilt), e == ERR_OK);
	if (e == ERR_OK)
		assert_int_equal(fs_remove_tree(c->rebuilt), ERR_OK);
	return e;
}

static uint32_t draw(uint32_t *seed, size_t below)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (uint32_t)((uint64_t)(*seed >> 8) * below >> 24);
}

static void a_bit_is_another_one(void **state)
{
	struct world *w = some_weeks();
	struct copied *c = copy_of(w);
	struct aggregator_proof proof;
	struct buf file = { 0 };
	uint32_t seed = 11;

	(void)state;
	write_archive(c);
	assert_int_equal(rebuild(c, &proof), ERR_OK);
	assert_int_equal(fs_read(c->path, 64 << 20, &file), ERR_OK);
	for (unsigned i = 0; i < DAMAGES; i++) {
		size_t at = draw(&seed, file.len);
		uint8_t bit = (uint8_t)(1u << draw(&seed, 8));
		enum err e;

		file.data[at] ^= bit;
		assert_int_equal(fs_write(c->path, buf_bytes(&file), 0600), ERR_OK);
		file.data[at] ^= bit;
		e = rebuild(c, &proof);
		if (e != ERR_CORRUPT && e != ERR_VERSION)
			fail_msg("byte %zu, bit %u: %s", at, bit, err_name(e));
	}
	buf_free(&file);
	copied_free(c);
	world_free(w);
}

static void an_entry_that_was_made_to_fit(void **state)
{
	struct world *w = some_weeks();
	struct copied *c = copy_of(w);
	struct aggregator_proof proof;
	uint32_t seed = 5;

	(void)state;
	for (unsigned i = 0; i < FORGERIES; i++) {
		struct buf *form = &c->forms[draw(&seed, c->count)];
		size_t at = draw(&seed, form->len);
		uint8_t before = form->data[at];
		enum err e;

		form->data[at] = (uint8_t)draw(&seed, 256);
		write_archive(c);
		form->data[at] = before;
		e = rebuild(c, &proof);
		if (e != ERR_OK && e != ERR_VERSION && (e != ERR_CORRUPT || !proof.what))
			fail_msg("forgery %u: %s, position %llu", i, err_name(e),
				 (unsigned long long)proof.broken_at);
	}
	copied_free(c);
	world_free(w);
}

/* An act about what is not there: the position is named, whatever the act's own error was. */
static void an_act_about_nothing(void **state)
{
	struct world *w = some_weeks();
	struct copied *c = copy_of(w);
	struct aggregator_proof proof;
	size_t forged = 0;

	(void)state;
	for (size_t i = 0; i < c->count; i++) {
		char *id = memmem(c->forms[i].data, c->forms[i].len, "\"slip\":\"2022-0001\"", 18);

		if (!id || !memmem(c->forms[i].data, c->forms[i].len, "slip.issue", 10))
			continue;
		id[16] = '9';
		forged = i + 1;
	}
	assert_true(forged > 0);
	write_archive(c);
	assert_int_equal(rebuild(c, &proof), ERR_CORRUPT);
	assert_int_equal(proof.broken_at, forged);
	assert_non_null(proof.what);
	copied_free(c);
	world_free(w);
}

/* A folder that is there stays as it is. */
static void a_folder_that_is_there(void **state)
{
	struct world *w = some_weeks();
	struct copied *c = copy_of(w);
	struct aggregator_proof proof;
	char inside[128];

	(void)state;
	write_archive(c);
	snprintf(inside, sizeof(inside), "%s/mine", c->rebuilt);
	assert_int_equal(mkdir(c->rebuilt, 0700), 0);
	assert_int_equal(fs_write(inside, bytes_of_string("mine"), 0600), ERR_OK);
	assert_int_equal(aggregator_rebuild(c->path, c->rebuilt, 0, NULL, NULL, &proof), ERR_EXISTS);
	assert_true(fs_exists(inside));
	copied_free(c);
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bit_is_another_one),
		cmocka_unit_test(an_entry_that_was_made_to_fit),
		cmocka_unit_test(an_act_about_nothing),
		cmocka_unit_test(a_folder_that_is_there),
	};

	return cmocka_run_group_tests_name("rebuild", tests, NULL, NULL);
}
