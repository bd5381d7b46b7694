/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/log.h"

static char room[PATH_MAX];

static const char *in_room(const char *name)
{
	static char path[PATH_MAX + 64];

	snprintf(path, sizeof(path), "%s/%s", room, name);
	return path;
}

static int make_room(void **state)
{
	const char *tmp = getenv("TMPDIR");

	(void)state;
	snprintf(room, sizeof(room), "%s/fs.XXXXXX", tmp ? tmp : "/tmp");
	return mkdtemp(room) ? 0 : -1;
}

static int clear_room(void **state)
{
	(void)state;
	return fs_remove_tree(room) == ERR_OK && !fs_exists(room) ? 0 : -1;
}

static void put(const char *path, const char *text)
{
	assert_int_equal(fs_write(path, bytes_of_string(text), 0644), ERR_OK);
}

static void a_file_is_replaced_whole(void **state)
{
	struct buf b = { 0 };
	struct stat st;

	(void)state;
	put(in_room("a"), "first");
	assert_int_equal(fs_write(in_room("a"), bytes_of_string("second one"), 0600), ERR_OK);
	buf_put_string(&b, "> ");
	assert_int_equal(fs_read(in_room("a"), 10, &b), ERR_OK);
	assert_string_equal(buf_cstring(&b), "> second one");
	assert_int_equal(stat(in_room("a"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_false(fs_exists(in_room("a.tmp")));
	/* what a killed writer left does not disturb */
	put(in_room("a.tmp"), "half");
	put(in_room("a"), "third");
	assert_false(fs_exists(in_room("a.tmp")));
	buf_free(&b);
}

static void reads_are_bounded(void **state)
{
	struct buf b = { 0 };

	(void)state;
	put(in_room("big"), "0123456789");
	buf_put_string(&b, "kept");
	assert_int_equal(fs_read(in_room("big"), 9, &b), ERR_FULL);
	assert_string_equal(buf_cstring(&b), "kept");
	assert_int_equal(fs_read("/dev/zero", 1000000, &b), ERR_FULL);
	assert_int_equal(fs_read(in_room("nothing"), 9, &b), ERR_NOTFOUND);
	assert_int_equal(fs_read(room, 9, &b), ERR_INVALID);
	assert_int_equal(b.len, 4);
	buf_free(&b);
}

static void a_failed_write_leaves_the_old_file(void **state)
{
	struct buf b = { 0 };

	(void)state;
	put(in_room("old"), "old");
	assert_int_equal(mkdir(in_room("old.tmp"), 0700), 0);
	assert_int_equal(fs_write(in_room("old"), bytes_of_string("new"), 0600), ERR_EXISTS);
	assert_int_equal(fs_read(in_room("old"), 10, &b), ERR_OK);
	assert_string_equal(buf_cstring(&b), "old");
	assert_int_equal(fs_write(in_room("no/such"), bytes_of_string("x"), 0600), ERR_NOTFOUND);
	buf_free(&b);
}

static void a_secret_is_a_private_file(void **state)
{
	struct buf b = { 0 };
	char target[PATH_MAX + 64];

	(void)state;
	assert_int_equal(fs_write(in_room("key"), bytes_of_string("secret"), 0600), ERR_OK);
	assert_int_equal(fs_read_secret(in_room("key"), 100, &b), ERR_OK);
	assert_string_equal(buf_cstring(&b), "secret");
	for (unsigned bit = 1; bit <= 040; bit <<= 1) {
		assert_int_equal(chmod(in_room("key"), 0600 | bit), 0);
		assert_int_equal(fs_read_secret(in_room("key"), 100, &b), ERR_DENIED);
	}
	assert_int_equal(chmod(in_room("key"), 0400), 0);
	assert_int_equal(fs_read_secret(in_room("key"), 5, &b), ERR_FULL);
	snprintf(target, sizeof(target), "%s", in_room("key"));
	assert_int_equal(symlink(target, in_room("link")), 0);
	assert_int_equal(fs_read_secret(in_room("link"), 100, &b), ERR_DENIED);
	assert_int_equal(mkfifo(in_room("fifo"), 0600), 0);
	assert_int_equal(fs_read_secret(in_room("fifo"), 100, &b), ERR_DENIED);
	assert_int_equal(b.len, 6);
	buf_free(&b);
}

static void folders_are_made_and_removed(void **state)
{
	(void)state;
	assert_int_equal(fs_make_dirs(in_room("x//y/z/"), 0700), ERR_OK);
	assert_int_equal(fs_make_dirs(in_room("x/y/z"), 0700), ERR_OK);
	put(in_room("x/y/file"), "");
	put(in_room("outside"), "stays");
	assert_int_equal(fs_make_dirs(in_room("x/y/file"), 0700), ERR_EXISTS);
	assert_int_equal(fs_make_dirs(in_room("x/y/file/w"), 0700), ERR_EXISTS);
	assert_int_equal(fs_make_dirs("", 0700), ERR_INVALID);
	assert_int_equal(symlink("../../outside", in_room("x/y/link")), 0);
	assert_int_equal(symlink("..", in_room("x/y/up")), 0);
	assert_int_equal(fs_remove_tree(in_room("x")), ERR_OK);
	assert_false(fs_exists(in_room("x")));
	assert_true(fs_exists(in_room("outside")));
	assert_int_equal(fs_remove_tree(in_room("x")), ERR_OK);
	assert_int_equal(fs_sync_dir(in_room("x")), ERR_NOTFOUND);
}

static void a_lock_has_one_holder(void **state)
{
	int first = -1, second = -1;

	(void)state;
	assert_int_equal(fs_lock(in_room("lock"), &first), ERR_OK);
	assert_int_equal(fs_lock(in_room("lock"), &second), ERR_BUSY);
	assert_int_equal(second, -1);
	close(first);
	assert_int_equal(fs_lock(in_room("lock"), &second), ERR_OK);
	close(second);
}

static void free_space_is_known(void **state)
{
	uint64_t n = 0;

	(void)state;
	assert_int_equal(fs_free_bytes(room, &n), ERR_OK);
	assert_true(n > 0);
	assert_int_equal(fs_free_bytes(in_room("nothing"), &n), ERR_NOTFOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_file_is_replaced_whole, make_room, clear_room),
		cmocka_unit_test_setup_teardown(reads_are_bounded, make_room, clear_room),
		cmocka_unit_test_setup_teardown(a_failed_write_leaves_the_old_file, make_room,
						clear_room),
		cmocka_unit_test_setup_teardown(a_secret_is_a_private_file, make_room, clear_room),
		cmocka_unit_test_setup_teardown(folders_are_made_and_removed, make_room,
						clear_room),
		cmocka_unit_test_setup_teardown(a_lock_has_one_holder, make_room, clear_room),
		cmocka_unit_test_setup_teardown(free_space_is_known, make_room, clear_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
