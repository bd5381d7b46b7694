/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "aggregator/ledger/archive.h"
#include "base/fs.h"

struct place {
	char folder[64];
	char path[96];
};

static int set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	assert_non_null(p);
	snprintf(p->folder, sizeof(p->folder), "/tmp/minsheng-archive-XXXXXX");
	assert_non_null(mkdtemp(p->folder));
	snprintf(p->path, sizeof(p->path), "%s/ledger", p->folder);
	*state = p;
	return 0;
}

static int tear_down(void **state)
{
	struct place *p = *state;

	assert_int_equal(fs_remove_tree(p->folder), ERR_OK);
	free(p);
	return 0;
}

static const char *const forms[] = { "one", "another, longer one", "3" };

static void write_three(struct place *p)
{
	struct archive *a;

	assert_int_equal(archive_create(p->path, &a), ERR_OK);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(archive_put(a, bytes_of_string(forms[i])), ERR_OK);
	assert_int_equal(archive_count(a), 3);
	assert_false(fs_exists(p->path)); /* not before it is whole */
	assert_int_equal(archive_finish(&a), ERR_OK);
	assert_null(a);
}

/* Reads to the end: the entries that were there, and why it ended. */
static enum err read_through(const char *path, unsigned *count)
{
	struct archive *a;
	struct buf form = { 0 };
	enum err e = archive_open(path, &a);

	for (*count = 0; e == ERR_OK; ++*count)
		if ((e = archive_next(a, &form)) != ERR_OK)
			break;
	buf_free(&form);
	archive_close(a);
	return e;
}

static void what_was_put_comes_out(void **state)
{
	struct place *p = *state;
	struct buf form = { 0 };
	struct archive *a;
	uint8_t chain[CRYPTO_HASH_LEN] = { 0 };

	write_three(p);
	assert_int_equal(archive_open(p->path, &a), ERR_OK);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(archive_next(a, &form), ERR_OK);
		assert_true(bytes_equal(buf_bytes(&form), bytes_of_string(forms[i])));
		entry_chain(chain, bytes_of_string(forms[i]), chain);
		assert_memory_equal(archive_chain(a), chain, sizeof(chain));
	}
	assert_int_equal(archive_next(a, &form), ERR_NOTFOUND);
	archive_close(a);
	buf_free(&form);
}

static void nothing_is_overwritten_or_left_half(void **state)
{
	struct place *p = *state;
	struct archive *a;
	char aside[128];

	write_three(p);
	assert_int_equal(archive_create(p->path, &a), ERR_EXISTS);
	assert_int_equal(unlink(p->path), 0);
	assert_int_equal(archive_create(p->path, &a), ERR_OK);
	snprintf(aside, sizeof(aside), "%s.new", p->path);
	assert_true(fs_exists(aside));
	archive_close(a);
	assert_false(fs_exists(aside));
	assert_false(fs_exists(p->path));
	assert_int_equal(archive_open(p->path, &a), ERR_NOTFOUND);
}

/* Every bit counts, and every byte of the length. */
static void damage_is_seen(void **state)
{
	struct place *p = *state;
	struct buf whole = { 0 };
	unsigned count;

	write_three(p);
	assert_int_equal(fs_read(p->path, 4096, &whole), ERR_OK);
	for (size_t i = 0; i < whole.len; i++) {
		enum err e;

		whole.data[i] ^= 0x10;
		assert_int_equal(fs_write(p->path, buf_bytes(&whole), 0600), ERR_OK);
		whole.data[i] ^= 0x10;
		e = read_through(p->path, &count);
		if (e != ERR_CORRUPT && e != ERR_VERSION)
			fail_msg("byte %zu: %s", i, err_name(e));
		assert_int_equal(fs_write(p->path, bytes_of(whole.data, i), 0600), ERR_OK);
		assert_int_equal(read_through(p->path, &count), ERR_CORRUPT);
	}
	buf_put_u8(&whole, 0);
	assert_int_equal(fs_write(p->path, buf_bytes(&whole), 0600), ERR_OK);
	assert_int_equal(read_through(p->path, &count), ERR_CORRUPT);
	buf_free(&whole);
}

static void a_newer_form_is_named(void **state)
{
	struct place *p = *state;
	unsigned count;

	assert_int_equal(fs_write(p->path, bytes_of_string("minsheng-ledger 2\n"), 0600), ERR_OK);
	assert_int_equal(read_through(p->path, &count), ERR_VERSION);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_was_put_comes_out, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nothing_is_overwritten_or_left_half, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(damage_is_seen, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_newer_form_is_named, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("archive", tests, NULL, NULL);
}
