/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "aggregator/ledger/store.h"
#include "base/buf.h"
#include "base/fs.h"
#include "base/log.h"

struct place {
	char folder[64];
	char store[80];
	struct store *s;
};

static const struct store_options quick = { .no_sync = true };

static void drop_line(enum log_level level, const char *line, void *ctx)
{
	(void)level, (void)line;
	++*(unsigned *)ctx;
}
static unsigned lines;

static int setup(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	lines = 0;
	log_set_sink(drop_line, &lines);
	snprintf(p->folder, sizeof(p->folder), "/tmp/minsheng-store-XXXXXX");
	assert_non_null(mkdtemp(p->folder));
	snprintf(p->store, sizeof(p->store), "%s/store", p->folder);
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct place *p = *state;

	store_close(p->s);
	assert_int_equal(fs_remove_tree(p->folder), ERR_OK);
	log_set_sink(NULL, NULL);
	free(p);
	return 0;
}

static struct bytes text(const char *s)
{
	return bytes_of_string(s);
}

static void put_one(struct store *s, const char *key, const char *value)
{
	struct store_txn *t;

	assert_int_equal(store_begin_write(s, &t), ERR_OK);
	assert_int_equal(store_put(t, STORE_ACTS, text(key), text(value)), ERR_OK);
	assert_int_equal(store_commit(&t), ERR_OK);
	assert_null(t);
}

static bool has(struct store *s, const char *key, const char *value)
{
	struct store_txn *t;
	struct bytes found;
	enum err e;
	bool same;

	assert_int_equal(store_begin_read(s, &t), ERR_OK);
	e = store_get(t, STORE_ACTS, text(key), &found);
	same = e == ERR_OK && bytes_equal(found, text(value));
	store_abort(&t);
	return same;
}

static void keeps_what_is_committed(void **state)
{
	struct place *p = *state;
	uint8_t incarnation[16];
	struct store_txn *t;

	assert_int_equal(store_open(p->store, &(struct store_options){ 0 }, &p->s), ERR_OK);
	memcpy(incarnation, store_incarnation(p->s), 16);
	put_one(p->s, "a", "one");
	put_one(p->s, "empty", "");
	assert_int_equal(store_begin_write(p->s, &t), ERR_OK);
	assert_int_equal(store_put(t, STORE_ACTS, text("a"), text("two")), ERR_OK);
	store_abort(&t);
	assert_null(t);
	store_close(p->s);
	assert_int_equal(store_open(p->store, &quick, &p->s), ERR_OK);
	assert_memory_equal(incarnation, store_incarnation(p->s), 16);
	assert_true(has(p->s, "a", "one"));
	assert_true(has(p->s, "empty", ""));
	assert_false(has(p->s, "b", "one"));
}

static void opens_once(void **state)
{
	struct place *p = *state;
	struct store *second = NULL;
	char link[96];

	assert_int_equal(store_open(p->store, &quick, &p->s), ERR_OK);
	assert_int_equal(store_open(p->store, &quick, &second), ERR_BUSY);
	assert_null(second);
	snprintf(link, sizeof(link), "%s/alias", p->folder);
	assert_int_equal(symlink(p->store, link), 0);
	assert_int_equal(store_open(link, &quick, &second), ERR_BUSY);
	put_one(p->s, "a", "still works");
	assert_true(has(p->s, "a", "still works"));
	store_close(p->s);
	assert_int_equal(store_open(link, &quick, &p->s), ERR_OK);
}

static void fresh_store_is_open_once_too(void **state)
{
	struct place *p = *state;
	struct store *second;
	char path[96];

	snprintf(path, sizeof(path), "%s//", p->store);
	assert_int_equal(store_open(path, &quick, &p->s), ERR_OK);
	snprintf(path, sizeof(path), "%s.new", p->store);
	assert_false(fs_exists(path));
	assert_int_equal(store_open(p->store, &quick, &second), ERR_BUSY);
}

static void leftovers_of_a_killed_maker_go(void **state)
{
	struct place *p = *state;
	char path[96];

	snprintf(path, sizeof(path), "%s.new", p->store);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s.new/data.mdb", p->store);
	assert_int_equal(fs_write(path, text("half a page"), 0600), ERR_OK);
	assert_int_equal(mkdir(p->store, 0700), 0); /* an empty folder is no obstacle */
	assert_int_equal(store_open(p->store, &quick, &p->s), ERR_OK);
	put_one(p->s, "a", "one");
}

static void other_folders_are_left_alone(void **state)
{
	struct place *p = *state;
	char path[96];

	assert_int_equal(mkdir(p->store, 0700), 0);
	snprintf(path, sizeof(path), "%s/photo.jpg", p->store);
	assert_int_equal(fs_write(path, text("mine"), 0600), ERR_OK);
	assert_int_equal(store_open(p->store, &quick, &p->s), ERR_EXISTS);
	assert_true(fs_exists(path));
	assert_int_equal(store_open("", &quick, &p->s), ERR_INVALID);
}

static void read_only_makes_nothing(void **state)
{
	struct place *p = *state;
	struct store_options look = { .read_only = true };
	struct store_txn *t;

	assert_int_equal(store_open(p->store, &look, &p->s), ERR_NOTFOUND);
	assert_false(fs_exists(p->store));
	assert_int_equal(store_open(p->store, &quick, &p->s), ERR_OK);
	put_one(p->s, "a", "one");
	store_close(p->s);
	assert_int_equal(store_open(p->store, &look, &p->s), ERR_OK);
	assert_true(has(p->s, "a", "one"));
	assert_int_equal(store_begin_write(p->s, &t), ERR_STATE);
}

static void one_writer(void **state)
{
	struct place *p = *state;
	struct store_txn *t, *second;

	assert_int_equal(store_open(p->store, &quick, &p->s), ERR_OK);
	assert_int_equal(store_begin_write(p->s, &t), ERR_OK);
	assert_int_equal(store_begin_write(p->s, &second), ERR_STATE);
	store_abort(&t);
	assert_int_equal(store_begin_write(p->s, &t), ERR_OK);
	assert_int_equal(store_commit(&t), ERR_OK);
}

static void errors_stick(void **state)
{
	struct place *p = *state;
	struct store_txn *t;
	struct bytes found;

	assert_int_equal(store_open(p->store, &quick, &p->s), ERR_OK);
	assert_int_equal(store_begin_write(p->s, &t), ERR_OK);
	assert_int_equal(store_delete(t, STORE_ACTS, text("none")), ERR_NOTFOUND);
	assert_int_equal(store_error(t), ERR_OK);
	assert_int_equal(store_append(t, STORE_ACTS, text("b"), text("1")), ERR_OK);
	assert_int_equal(store_append(t, STORE_ACTS, text("a"), text("1")), ERR_EXISTS);
	assert_int_equal(store_put(t, STORE_ACTS, text("c"), text("1")), ERR_EXISTS);
	assert_int_equal(store_get(t, STORE_ACTS, text("b"), &found), ERR_EXISTS);
	assert_int_equal(store_commit(&t), ERR_EXISTS);
	assert_null(t);
	assert_false(has(p->s, "b", "1"));
}

static void keys_have_a_length(void **state)
{
	struct place *p = *state;
	struct store_txn *t;
	uint8_t key[512] = { 1 };

	assert_int_equal(store_open(p->store, &quick, &p->s), ERR_OK);
	assert_int_equal(store_begin_write(p->s, &t), ERR_OK);
	assert_int_equal(store_put(t, STORE_ACTS, bytes_of(key, 511), text("x")), ERR_OK);
	assert_int_equal(store_put(t, STORE_ACTS, bytes_of(key, 512), text("x")), ERR_INVALID);
	store_abort(&t);
	assert_int_equal(store_begin_write(p->s, &t), ERR_OK);
	assert_int_equal(store_put(t, STORE_ACTS, text(""), text("x")), ERR_INVALID);
	store_abort(&t);
}

static void walks_in_order(void **state)
{
	struct place *p = *state;
	struct store_txn *t;
	struct store_cursor *c;
	struct bytes key, value;
	uint64_t count;

	assert_int_equal(store_open(p->store, &quick, &p->s), ERR_OK);
	assert_int_equal(store_begin_write(p->s, &t), ERR_OK);
	assert_int_equal(store_put(t, STORE_REFS, text("d"), text("4")), ERR_OK);
	assert_int_equal(store_put(t, STORE_REFS, text("b"), text("2")), ERR_OK);
	assert_int_equal(store_put(t, STORE_REFS, text("f"), text("6")), ERR_OK);
	assert_int_equal(store_count(t, STORE_REFS, &count), ERR_OK);
	assert_int_equal(count, 3);
	assert_int_equal(store_cursor_open(t, STORE_REFS, &c), ERR_OK);
	assert_int_equal(store_cursor_seek(c, text("c"), &key, &value), ERR_OK);
	assert_true(bytes_equal(key, text("d")) && bytes_equal(value, text("4")));
	assert_int_equal(store_cursor_next(c, &key, &value), ERR_OK);
	assert_true(bytes_equal(key, text("f")));
	assert_int_equal(store_cursor_next(c, &key, &value), ERR_NOTFOUND);
	assert_int_equal(store_cursor_seek(c, text("g"), &key, &value), ERR_NOTFOUND);
	assert_int_equal(store_cursor_seek(c, text(""), &key, &value), ERR_OK);
	assert_true(bytes_equal(key, text("b")));
	assert_int_equal(store_cursor_before(c, text("d"), &key, &value), ERR_OK);
	assert_true(bytes_equal(key, text("b")));
	assert_int_equal(store_cursor_before(c, text("b"), &key, &value), ERR_NOTFOUND);
	assert_int_equal(store_cursor_before(c, text("z"), &key, &value), ERR_OK);
	assert_true(bytes_equal(key, text("f")));
	assert_int_equal(store_cursor_before(c, text(""), &key, &value), ERR_OK);
	assert_true(bytes_equal(key, text("f")));
	assert_int_equal(store_cursor_previous(c, &key, &value), ERR_OK);
	assert_true(bytes_equal(key, text("d")));
	store_cursor_close(c);
	store_abort(&t);
}

static void snapshots_stand_still(void **state)
{
	struct place *p = *state;
	struct store_txn *old, *other;
	struct store_stats stats;
	struct bytes found;

	assert_int_equal(store_open(p->store, &quick, &p->s), ERR_OK);
	put_one(p->s, "a", "one");
	assert_int_equal(store_begin_read(p->s, &old), ERR_OK);
	assert_int_equal(store_begin_read(p->s, &other), ERR_OK); /* two on one thread */
	put_one(p->s, "a", "two");
	put_one(p->s, "a", "three");
	assert_int_equal(store_get(old, STORE_ACTS, text("a"), &found), ERR_OK);
	assert_true(bytes_equal(found, text("one")));
	assert_int_equal(store_stat(p->s, &stats), ERR_OK);
	assert_int_equal(stats.readers, 2);
	assert_int_equal(stats.oldest_reader_lag, 2);
	assert_int_equal(store_put(old, STORE_ACTS, text("a"), text("x")), ERR_STATE);
	store_abort(&old);
	store_abort(&other);
	assert_true(has(p->s, "a", "three"));
}

/* The one place in the file where the marker stands. */
static void change_file(const char *path, const char *marker, uint8_t mask)
{
	struct buf file = { 0 };
	uint8_t *at;
	int fd;

	assert_int_equal(fs_read(path, 1 << 30, &file), ERR_OK);
	at = memmem(file.data, file.len, marker, strlen(marker));
	assert_non_null(at);
	do
		*at ^= mask;
	while ((at = memmem(at + 1, (size_t)(file.data + file.len - at - 1), marker,
			    strlen(marker))) != NULL);
	fd = open(path, O_WRONLY);
	assert_int_equal(pwrite(fd, file.data, file.len, 0), (ssize_t)file.len);
	close(fd);
	buf_free(&file);
}

static void a_flipped_bit_is_found(void **state)
{
	struct place *p = *state;
	char path[96];
	struct store_txn *t;
	struct bytes found;

	assert_int_equal(store_open(p->store, &quick, &p->s), ERR_OK);
	put_one(p->s, "key", "a value to find again");
	store_close(p->s);
	snprintf(path, sizeof(path), "%s/data.mdb", p->store);
	change_file(path, "value to find", 0x01);
	assert_int_equal(store_open(p->store, &quick, &p->s), ERR_OK);
	assert_int_equal(store_begin_read(p->s, &t), ERR_OK);
	lines = 0;
	assert_int_equal(store_get(t, STORE_ACTS, text("key"), &found), ERR_CORRUPT);
	assert_int_equal(lines, 1);
	store_abort(&t);
}

static void a_short_file_is_refused(void **state)
{
	struct place *p = *state;
	char path[96];
	struct stat st;

	assert_int_equal(store_open(p->store, &quick, &p->s), ERR_OK);
	put_one(p->s, "key", "value");
	store_close(p->s);
	p->s = NULL;
	snprintf(path, sizeof(path), "%s/data.mdb", p->store);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(truncate(path, st.st_size / 2), 0);
	for (int again = 0; again < 2; again++) /* a look mends nothing and hides nothing */
		assert_int_equal(store_open(p->store, &quick, &p->s), ERR_CORRUPT);
	assert_int_equal(truncate(path, 100), 0);
	assert_int_not_equal(store_open(p->store, &quick, &p->s), ERR_OK);
}

/* Free pages at the end need not be in the file: LMDB leaves it so itself. */
static void a_short_tail_of_free_pages_is_no_damage(void **state)
{
	struct place *p = *state;
	struct store_txn *t;
	uint8_t value[1500] = { 0 }, key[4];
	char path[96];
	struct stat st;

	assert_int_equal(store_open(p->store, &quick, &p->s), ERR_OK);
	for (int round = 0; round < 2; round++) {
		assert_int_equal(store_begin_write(p->s, &t), ERR_OK);
		for (uint32_t n = 0; n < 400; n++) {
			bytes_store32(key, n);
			if (round == 0)
				store_put(t, STORE_ACTS, bytes_of(key, 4), bytes_of(value, 1500));
			else
				store_delete(t, STORE_ACTS, bytes_of(key, 4));
		}
		assert_int_equal(store_commit(&t), ERR_OK);
	}
	for (int i = 0; i < 4; i++)
		put_one(p->s, "key", "value"); /* what is left moves to the front */
	store_close(p->s);
	p->s = NULL;
	snprintf(path, sizeof(path), "%s/data.mdb", p->store);
	assert_int_equal(stat(path, &st), 0);
	assert_true(st.st_size > 400000);
	assert_int_equal(truncate(path, st.st_size - 20 * 4096), 0);
	assert_int_equal(store_open(p->store, &quick, &p->s), ERR_OK);
	put_one(p->s, "other", "value");
}

static void a_full_map_is_refused_early(void **state)
{
	struct place *p = *state;
	struct store_options small = { .map_bytes = 1 << 20, .no_sync = true };
	struct store_txn *t;
	uint8_t value[1500] = { 0 }, key[4];
	enum err e = ERR_OK;
	uint32_t n = 0;

	assert_int_equal(store_open(p->store, &small, &p->s), ERR_OK);
	for (; n < 1000; n++) {
		if ((e = store_begin_write(p->s, &t)) != ERR_OK)
			break;
		bytes_store32(key, n);
		assert_int_equal(store_put(t, STORE_ACTS, bytes_of(key, 4), bytes_of(value, 1500)),
				 ERR_OK);
		assert_int_equal(store_commit(&t), ERR_OK);
	}
	assert_int_equal(e, ERR_FULL);
	assert_in_range(n, 150, 500); /* 256 pages, a value or two each, nine tenths */
	assert_int_equal(store_begin_write(p->s, &t), ERR_FULL);
	assert_int_equal(store_begin_read(p->s, &t), ERR_OK);
	store_abort(&t);
}

static void a_group_too_big_is_taken_back(void **state)
{
	struct place *p = *state;
	struct store_options small = { .map_bytes = 1 << 20, .no_sync = true };
	struct store_txn *t;
	uint8_t value[1500] = { 0 }, key[4];
	enum err e = ERR_OK;

	assert_int_equal(store_open(p->store, &small, &p->s), ERR_OK);
	put_one(p->s, "a", "before");
	assert_int_equal(store_begin_write(p->s, &t), ERR_OK);
	for (uint32_t n = 0; n < 1000 && e == ERR_OK; n++) {
		bytes_store32(key, n);
		e = store_put(t, STORE_ACTS, bytes_of(key, 4), bytes_of(value, 1500));
	}
	assert_int_equal(e, ERR_FULL);
	assert_int_equal(store_commit(&t), ERR_FULL);
	assert_true(has(p->s, "a", "before"));
	put_one(p->s, "a", "after");
	assert_true(has(p->s, "a", "after"));
}

static void little_disk_is_refused(void **state)
{
	struct place *p = *state;
	struct store_options greedy = { .reserve_bytes = UINT64_MAX, .no_sync = true };
	struct store_txn *t;

	assert_int_equal(store_open(p->store, &quick, &p->s), ERR_OK);
	store_close(p->s);
	assert_int_equal(store_open(p->store, &greedy, &p->s), ERR_OK);
	assert_int_equal(store_begin_write(p->s, &t), ERR_FULL);
	assert_null(t);
}

static void a_newer_format_is_refused(void **state)
{
	struct place *p = *state;
	struct store_txn *t;
	uint8_t format[4] = { 0, 0, 0, STORE_FORMAT + 1 };

	assert_int_equal(store_open(p->store, &quick, &p->s), ERR_OK);
	assert_int_equal(store_begin_write(p->s, &t), ERR_OK);
	store_put(t, STORE_META, text("format"), bytes_of(format, 4));
	assert_int_equal(store_commit(&t), ERR_OK);
	store_close(p->s);
	assert_int_equal(store_open(p->store, &quick, &p->s), ERR_VERSION);
}

static void a_killed_writer_leaves_the_last_commit(void **state)
{
	struct place *p = *state;
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		struct store_txn *t;

		if (store_open(p->store, &(struct store_options){ 0 }, &p->s) != ERR_OK)
			_exit(1);
		put_one(p->s, "a", "one");
		if (store_begin_write(p->s, &t) != ERR_OK)
			_exit(1);
		store_put(t, STORE_ACTS, text("a"), text("two"));
		kill(getpid(), SIGKILL);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(store_open(p->store, &quick, &p->s), ERR_OK);
	assert_true(has(p->s, "a", "one"));
	put_one(p->s, "a", "three");
}

static void backs_up_while_in_use(void **state)
{
	struct place *p = *state;
	char folder[96], path[128];

	assert_int_equal(store_open(p->store, &quick, &p->s), ERR_OK);
	put_one(p->s, "a", "one");
	snprintf(folder, sizeof(folder), "%s/copy", p->folder);
	assert_int_equal(mkdir(folder, 0700), 0);
	snprintf(path, sizeof(path), "%s/data.mdb", folder);
	assert_int_equal(store_backup(p->s, path), ERR_OK);
	assert_int_equal(store_backup(p->s, path), ERR_EXISTS);
	put_one(p->s, "a", "two");
	store_close(p->s);
	assert_int_equal(store_open(folder, &quick, &p->s), ERR_OK);
	assert_true(has(p->s, "a", "one"));
}

static void survives_a_descriptor_that_ends_at_exec(void **state)
{
	struct place *p = *state;
	int leaks = 0;

	assert_int_equal(store_open(p->store, &quick, &p->s), ERR_OK);
	for (int fd = 3; fd < 64; fd++) {
		char link[32], to[256];
		ssize_t n;

		snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
		n = readlink(link, to, sizeof(to) - 1);
		if (n <= 0)
			continue;
		to[n] = '\0';
		if (strncmp(to, p->store, strlen(p->store)) == 0 &&
		    !(fcntl(fd, F_GETFD) & FD_CLOEXEC))
			leaks++;
	}
	assert_int_equal(leaks, 0);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(keeps_what_is_committed),
		TEST(opens_once),
		TEST(fresh_store_is_open_once_too),
		TEST(leftovers_of_a_killed_maker_go),
		TEST(other_folders_are_left_alone),
		TEST(read_only_makes_nothing),
		TEST(one_writer),
		TEST(errors_stick),
		TEST(keys_have_a_length),
		TEST(walks_in_order),
		TEST(snapshots_stand_still),
		TEST(a_flipped_bit_is_found),
		TEST(a_short_file_is_refused),
		TEST(a_short_tail_of_free_pages_is_no_damage),
		TEST(a_full_map_is_refused_early),
		TEST(a_group_too_big_is_taken_back),
		TEST(little_disk_is_refused),
		TEST(a_newer_format_is_refused),
		TEST(a_killed_writer_leaves_the_last_commit),
		TEST(backs_up_while_in_use),
		TEST(survives_a_descriptor_that_ends_at_exec),
	};

	return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
