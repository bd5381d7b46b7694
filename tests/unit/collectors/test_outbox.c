/* SPDX-License-Identifier: MIT */
#include "tests/unit/collectors/fixture.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/thread.h"

static struct outbox_state state_of(struct outbox *o)
{
	struct outbox_state s;

	outbox_state(o, &s);
	return s;
}

/* The values that a batch message carries. */
static uint32_t read_values(struct buf *message, int64_t *out, struct envelope *head)
{
	struct arena *a = arena_new(16u << 20);
	struct event_batch b;
	struct codec_fault fault;
	struct bytes body;

	assert_int_equal(envelope_decode(buf_bytes(message), head, &body), ERR_OK);
	assert_int_equal(codec_batch_decode(body, head->rows, a, &b, &fault), ERR_OK);
	for (uint32_t i = 0; i < b.rows; i++)
		out[i] = b.value.data[i * b.value.stride];
	arena_free(a);
	return head->rows;
}

static void rows_survive_and_seal_in_order(void **state)
{
	struct fixture *f = *state;
	struct buf m = { 0 };
	int64_t values[16];
	struct envelope head;
	uint64_t after;

	fixture_open(f, 0, 4);
	assert_int_equal(fixture_submit(f->outbox, 10, 3), 1);
	assert_int_equal(fixture_submit(f->outbox, 13, 6), 4);
	fixture_reopen(f, 4);
	assert_int_equal(state_of(f->outbox).next, 10);
	fixture_seal(f->outbox);
	assert_int_equal(state_of(f->outbox).batches, 3);
	assert_int_equal(outbox_batch(f->outbox, 1, &m, &after), ERR_OK);
	assert_int_equal(after, 5);
	assert_int_equal(read_values(&m, values, &head), 4);
	assert_int_equal(head.first_sequence, 1);
	assert_int_equal(values[0], 10);
	assert_int_equal(values[3], 13);
	buf_clear(&m);
	assert_int_equal(outbox_batch(f->outbox, 9, &m, &after), ERR_OK);
	assert_int_equal(read_values(&m, values, &head), 1);
	assert_int_equal(values[0], 18);
	assert_int_equal(after, 10);
	assert_int_equal(outbox_batch(f->outbox, 2, &m, &after), ERR_NOTFOUND);
	buf_free(&m);
}

static void sealed_bytes_never_change(void **state)
{
	struct fixture *f = *state;
	struct buf before = { 0 }, after = { 0 };
	uint64_t next;

	fixture_open(f, 0, 1000);
	fixture_submit(f->outbox, 1, 700);
	fixture_seal(f->outbox);
	assert_int_equal(outbox_batch(f->outbox, 1, &before, &next), ERR_OK);
	fixture_submit(f->outbox, 5000, 700);
	fixture_reopen(f, 10);
	fixture_seal(f->outbox);
	assert_int_equal(outbox_batch(f->outbox, 1, &after, &next), ERR_OK);
	assert_int_equal(next, 701);
	assert_true(bytes_equal(buf_bytes(&before), buf_bytes(&after)));
	buf_free(&before);
	buf_free(&after);
}

static void receipts_delete(void **state)
{
	const struct message_exception x = { 1, EVENT_REJECT, EVENT_NEGATIVE, bytes_of(NULL, 0) };
	const struct message_receipt item = { .first_sequence = 11, .through_sequence = 30,
					      .counts = { 19, 0, 1 }, .exceptions = &x,
					      .exception_count = 1 };
	const struct message_receipts across = { 31, 0, &item, 1 };
	struct fixture *f = *state;
	struct outbox_settled settled;
	struct outbox_state s;
	struct buf m = { 0 };
	uint64_t after;

	fixture_open(f, 0, 10);
	fixture_submit(f->outbox, 1, 30);
	fixture_seal(f->outbox);
	/* one that leaves out the first batch is no reason to forget anything */
	assert_int_equal(fixture_settle(f->outbox, 11, 20, &settled), ERR_OK);
	assert_int_equal(settled.ahead, 1);
	assert_int_equal(state_of(f->outbox).first, 1);
	/* one that cuts a batch is nonsense */
	assert_int_equal(fixture_settle(f->outbox, 1, 15, &settled), ERR_INVALID);
	assert_int_equal(state_of(f->outbox).first, 1);
	/* the last one, too */
	assert_int_equal(fixture_settle(f->outbox, 1, 25, &settled), ERR_INVALID);
	assert_int_equal(fixture_settle(f->outbox, 1, 20, &settled), ERR_OK);
	assert_int_equal(settled.applied, 1);
	assert_int_equal(fixture_settle(f->outbox, 1, 10, &settled), ERR_OK);
	assert_int_equal(settled.stale, 1);
	fixture_reopen(f, 10);
	s = state_of(f->outbox);
	assert_int_equal(s.first, 21);
	assert_int_equal(s.batches, 1);
	assert_int_equal(s.verdicts[EVENT_ADMITTED], 20);
	assert_int_equal(s.receipted_rows, 20);
	assert_int_equal(outbox_batch(f->outbox, 1, &m, &after), ERR_NOTFOUND);
	assert_int_equal(outbox_batch(f->outbox, 21, &m, &after), ERR_OK);
	/* one about single rows that begins in what is settled is about no batch of ours */
	assert_int_equal(outbox_settle(f->outbox, &across, &settled), ERR_INVALID);
	assert_int_equal(fixture_settle(f->outbox, 21, 30, &settled), ERR_OK);
	assert_int_equal(state_of(f->outbox).bytes, 0);
	buf_free(&m);
}

struct seen {
	size_t count;
	struct outbox_exception last;
	char target[72], text[72];
};

static bool see(void *ctx, const struct outbox_exception *x)
{
	struct seen *s = ctx;

	s->count++;
	s->last = *x;
	snprintf(s->target, sizeof(s->target), "%.*s", (int)x->target.len,
		 (const char *)x->target.data);
	snprintf(s->text, sizeof(s->text), "%.*s", (int)x->text.len, (const char *)x->text.data);
	return true;
}

static void exceptions_keep_the_rows_words(void **state)
{
	struct fixture *f = *state;
	const struct message_exception x = { 2, EVENT_REJECT, EVENT_NEGATIVE,
					     bytes_of_string("below 0") };
	const struct message_receipt item = { .first_sequence = 1, .through_sequence = 3,
					      .received_ms = 9, .counts = { 2, 0, 1 },
					      .exceptions = &x, .exception_count = 1 };
	const struct message_receipts r = { 4, 0, &item, 1 };
	struct outbox_settled settled;
	struct seen seen = { 0 };

	fixture_open(f, 0, 10);
	fixture_submit(f->outbox, 41, 3);
	fixture_seal(f->outbox);
	assert_int_equal(outbox_settle(f->outbox, &r, &settled), ERR_OK);
	fixture_reopen(f, 10);
	assert_int_equal(outbox_exceptions(f->outbox, 10, see, &seen), ERR_OK);
	assert_int_equal(seen.count, 1);
	assert_int_equal(seen.last.row, 3);
	assert_int_equal(seen.last.value, 43);
	assert_int_equal(seen.last.code, EVENT_NEGATIVE);
	assert_string_equal(seen.target, "canteens");
	assert_string_equal(seen.text, "below 0");
	assert_int_equal(state_of(f->outbox).verdicts[EVENT_REJECT], 1);
}

static void a_new_epoch_counts_from_one(void **state)
{
	struct fixture *f = *state;
	struct outbox_settled settled;
	struct outbox_state before, after;
	struct buf old = { 0 }, new = { 0 };
	struct envelope a, b;
	struct bytes body_a, body_b;
	uint64_t next;

	fixture_open(f, 0, 10);
	fixture_submit(f->outbox, 1, 20);
	fixture_seal(f->outbox);
	fixture_settle(f->outbox, 1, 10, &settled);
	fixture_submit(f->outbox, 100, 5);
	before = state_of(f->outbox);
	outbox_batch(f->outbox, 11, &old, &next);
	assert_int_equal(outbox_new_epoch(f->outbox), ERR_OK);
	fixture_reopen(f, 10);
	after = state_of(f->outbox);
	outbox_batch(f->outbox, 11, &new, &next);
	assert_memory_not_equal(before.epoch, after.epoch, 16);
	assert_int_equal(after.first, 11);
	assert_int_equal(after.base, 10);
	envelope_decode(buf_bytes(&old), &a, &body_a);
	envelope_decode(buf_bytes(&new), &b, &body_b);
	assert_int_equal(a.first_sequence, 11);
	assert_int_equal(b.first_sequence, 1);
	assert_memory_equal(b.epoch, after.epoch, 16);
	assert_true(bytes_equal(body_a, body_b));
	/* what comes behind goes on without a hole */
	fixture_seal(f->outbox);
	assert_int_equal(fixture_settle(f->outbox, 1, 15, &settled), ERR_OK);
	assert_int_equal(state_of(f->outbox).first, 26);
	buf_free(&old);
	buf_free(&new);
}

static void sealing_anew_keeps_every_word(void **state)
{
	struct fixture *f = *state;
	struct slice *slice = fixture_slice(1);
	const struct seal_terms terms = { slice, bytes_of_string("rencheng"), 0, 0 };
	const struct seal_terms small = { slice, bytes_of_string("rencheng"), 1, 0 };
	struct row rows[3] = { fixture_row("area", 125), fixture_row("canteens", 2),
			       fixture_row("no-such", 35) };
	struct envelope head;
	struct bytes body;
	uint64_t next;

	rows[0].decimals = rows[2].decimals = 1;
	rows[1].note = bytes_of_string("a note");
	rows[1].reason = bytes_of_string("why");
	rows[1].object = bytes_of_string("c-1;c-2");
	rows[1].revision = 3;
	rows[2].ref = bytes_of_string("r-1");
	rows[2].kind = EVENT_ADD;
	fixture_open(f, 0, 10);
	assert_int_equal(outbox_submit(f->outbox, rows, 3, 1, NULL), ERR_OK);
	assert_int_equal(outbox_seal(f->outbox, &terms), ERR_OK);
	fixture_submit(f->outbox, 8, 1); /* stays open */
	assert_int_equal(outbox_reseal(f->outbox, &small), ERR_OK);
	assert_int_equal(state_of(f->outbox).batches, 3);
	assert_int_equal(state_of(f->outbox).sealed_until, 4);
	assert_int_equal(state_of(f->outbox).epochs, 2);
	for (size_t i = 0; i < 3; i++) {
		struct buf one = { 0 }, got = { 0 };
		size_t taken;

		assert_int_equal(seal_rows(&(struct seal_terms){ slice, terms.reporter, 1,
						LIMITS_BATCH_BYTES }, &rows[i], 1, &taken, &one),
				 ERR_OK);
		assert_int_equal(outbox_batch(f->outbox, i + 1, &got, &next), ERR_OK);
		assert_int_equal(envelope_decode(buf_bytes(&got), &head, &body), ERR_OK);
		assert_true(bytes_equal(body, buf_bytes(&one)));
		buf_free(&one);
		buf_free(&got);
	}
	slice_release(slice);
}

static void copy_file(const char *from, const char *to)
{
	struct buf b = { 0 };

	assert_int_equal(fs_read(from, SIZE_MAX, &b), ERR_OK);
	assert_int_equal(fs_write(to, buf_bytes(&b), 0600), ERR_OK);
	buf_free(&b);
}

/* A backup that was put back must not use the epoch's sequences for other rows. */
static void a_restored_copy_begins_an_epoch(void **state)
{
	struct fixture *f = *state;
	char data[128], backup[128];
	struct outbox_state before, after;

	snprintf(data, sizeof(data), "%s/outbox/data.mdb", f->folder);
	snprintf(backup, sizeof(backup), "%s/backup", f->folder);
	fixture_open(f, 0, 10);
	fixture_submit(f->outbox, 1, 5);
	before = state_of(f->outbox);
	fixture_reopen(f, 10);
	assert_memory_equal(before.epoch, state_of(f->outbox).epoch, 16);
	outbox_close(f->outbox);
	f->outbox = NULL;
	copy_file(data, backup);
	copy_file(backup, data);
	fixture_open(f, 0, 10);
	after = state_of(f->outbox);
	assert_memory_not_equal(before.epoch, after.epoch, 16);
	assert_int_equal(after.next, 6);
	assert_int_equal(after.epochs, before.epochs + 1);
}

static void the_bound_refuses_and_stores_nothing(void **state)
{
	struct fixture *f = *state;
	struct row rows[100];
	struct outbox_settled settled;
	enum err e = ERR_OK;
	uint64_t stored;

	for (size_t i = 0; i < 100; i++)
		rows[i] = fixture_row("canteens", (int64_t)i);
	fixture_open(f, 64 * 1024, 100);
	for (int i = 0; i < 100 && !e; i++)
		e = outbox_submit(f->outbox, rows, 100, 1, NULL);
	assert_int_equal(e, ERR_FULL);
	stored = state_of(f->outbox).next;
	assert_true(stored > 500);
	assert_true(state_of(f->outbox).bytes <= 64 * 1024);
	fixture_seal(f->outbox);
	assert_int_equal(fixture_settle(f->outbox, 1, stored - 1, &settled), ERR_OK);
	assert_int_equal(outbox_submit(f->outbox, rows, 100, 1, NULL), ERR_OK);
}

static void one_holder_at_a_time(void **state)
{
	struct fixture *f = *state;
	struct outbox_options o = { f->folder, 0, 0 };
	struct outbox *second = NULL;

	fixture_open(f, 0, 0);
	assert_int_equal(outbox_open(&o, 1, &second), ERR_BUSY);
	assert_null(second);
}

static void damage_is_seen(void **state)
{
	struct fixture *f = *state;
	char data[128];
	struct buf b = { 0 };
	struct outbox_options o = { f->folder, 0, 0 };
	struct buf m = { 0 };
	uint64_t after;
	size_t flips = 0;

	snprintf(data, sizeof(data), "%s/outbox/data.mdb", f->folder);
	fixture_open(f, 0, 1000);
	fixture_submit(f->outbox, 77777777, 400);
	fixture_seal(f->outbox);
	outbox_close(f->outbox);
	f->outbox = NULL;
	assert_int_equal(fs_read(data, SIZE_MAX, &b), ERR_OK);
	for (size_t i = 0; i + 8 < b.len; i++) { /* in each copy of the dictionary of the batch */
		if (memcmp(b.data + i, "canteens", 8) == 0)
			b.data[i] ^= 1, flips++;
	}
	assert_true(flips > 0);
	assert_int_equal(fs_write(data, buf_bytes(&b), 0600), ERR_OK);
	fixture_open(f, 0, 1000);
	assert_int_equal(outbox_batch(f->outbox, 1, &m, &after), ERR_CORRUPT);
	outbox_close(f->outbox);
	f->outbox = NULL;
	assert_int_equal(truncate(data, 8192 + 4096), 0);
	assert_int_equal(outbox_open(&o, 1, &f->outbox), ERR_CORRUPT);
	buf_free(&b);
	buf_free(&m);
}

/* LMDB does not always write the last pages that it counts, where they are free: the file is then
 * shorter than its last page number says, and nothing is wrong. */
static void a_short_file_is_no_damage(void **state)
{
	struct fixture *f = *state;
	struct outbox_settled settled;
	char data[128];
	struct stat st;

	snprintf(data, sizeof(data), "%s/outbox/data.mdb", f->folder);
	fixture_open(f, 0, 1000);
	fixture_submit(f->outbox, 1, 10000);
	fixture_seal(f->outbox);
	fixture_settle(f->outbox, 1, 10000, &settled);
	for (int i = 0; i < 4; i++) /* what is left moves to the front */
		fixture_submit(f->outbox, 77, 1);
	outbox_close(f->outbox);
	f->outbox = NULL;
	assert_int_equal(stat(data, &st), 0);
	assert_true(st.st_size > 200000);
	assert_int_equal(truncate(data, st.st_size - 8 * 4096), 0);
	fixture_open(f, 0, 1000);
	assert_int_equal(state_of(f->outbox).next, 10005);
	fixture_submit(f->outbox, 1, 10000);
	fixture_seal(f->outbox);
	assert_int_equal(state_of(f->outbox).sealed_until, 20005);
}

static void only_the_newest_exceptions_are_kept(void **state)
{
	static struct message_exception x[2 * OUTBOX_EXCEPTIONS_KEPT];
	struct message_receipt items[5];
	const struct message_receipts r = { 1, 0, items, 5 };
	struct outbox_settled settled;
	struct fixture *f = *state;
	struct seen seen = { 0 };

	fixture_open(f, 0, 2000);
	fixture_submit(f->outbox, 1, 10000);
	fixture_seal(f->outbox);
	for (uint32_t i = 0; i < 2000; i++)
		x[i] = (struct message_exception){ i, EVENT_HOLD, EVENT_DECREASE,
						   bytes_of_string("some words of the daemon") };
	for (uint64_t i = 0; i < 5; i++)
		items[i] = (struct message_receipt){ .first_sequence = i * 2000 + 1,
						     .through_sequence = i * 2000 + 2000,
						     .counts = { 0, 2000 },
						     .exceptions = x,
						     .exception_count = 2000 };
	assert_int_equal(outbox_settle(f->outbox, &r, &settled), ERR_OK);
	assert_int_equal(settled.applied, 5);
	fixture_reopen(f, 10);
	assert_int_equal(outbox_exceptions(f->outbox, 5000, see, &seen), ERR_OK);
	assert_int_equal(seen.count, OUTBOX_EXCEPTIONS_KEPT);
	assert_int_equal(seen.last.row, 10000);
	assert_int_equal(state_of(f->outbox).verdicts[EVENT_HOLD], 10000);
}

/* --- killed at any moment --------------------------------------------------------------------- */

/* The child tells after each submit how far it got, and is killed in the middle. */
static void child_submits(const char *folder, int pipe_fd)
{
	struct outbox_options o = { folder, 0, 10 };
	struct outbox *outbox;
	struct slice *slice = fixture_slice(1);
	const struct seal_terms terms = { slice, bytes_of_string("rencheng"), 0, 0 };

	if (outbox_open(&o, 1, &outbox))
		_exit(1);
	for (;;) {
		struct row row = fixture_row("canteens", 1);
		uint64_t first;

		if (outbox_submit(outbox, &row, 1, 1, &first) ||
		    (first % 7 == 0 && outbox_seal(outbox, &terms)) ||
		    write(pipe_fd, &first, sizeof(first)) != sizeof(first))
			_exit(1);
	}
}

static uint64_t last_heard(int fd)
{
	uint64_t number = 0, next;

	while (read(fd, &next, sizeof(next)) == (ssize_t)sizeof(next))
		number = next;
	return number;
}

static void killed_at_any_moment_keeps_what_was_promised(void **state)
{
	struct fixture *f = *state;
	uint64_t promised = 0;

	for (int round = 0; round < 8; round++) {
		int fds[2], status;
		struct outbox_state s;
		uint64_t first;
		pid_t child;

		assert_int_equal(pipe(fds), 0);
		child = fork();
		assert_true(child >= 0);
		if (child == 0) {
			close(fds[0]);
			child_submits(f->folder, fds[1]);
		}
		close(fds[1]);
		/* let it get going, then kill it at a moment that differs each time */
		assert_int_equal(read(fds[0], &first, sizeof(first)), sizeof(first));
		promised = first;
		for (int i = 0; i < round * 5; i++)
			assert_int_equal(read(fds[0], &promised, sizeof(promised)),
					 sizeof(promised));
		kill(child, SIGKILL);
		first = last_heard(fds[0]);
		promised = first ? first : promised;
		waitpid(child, &status, 0);
		assert_true(WIFSIGNALED(status));
		close(fds[0]);
		fixture_open(f, 0, 10);
		s = state_of(f->outbox);
		assert_true(s.next > promised);
		assert_true(s.next <= promised + 2);
		outbox_close(f->outbox);
		f->outbox = NULL;
	}
	fixture_open(f, 0, 10);
	fixture_seal(f->outbox);
	assert_int_equal(state_of(f->outbox).sealed_until, state_of(f->outbox).next);
}

/* --- many threads ----------------------------------------------------------------------------- */

struct submitter {
	struct outbox *outbox;
	size_t each;
	enum err e;
};

static void submit_many(struct thread *self, void *arg)
{
	struct submitter *s = arg;

	thread_ready(self, ERR_OK);
	for (size_t i = 0; !s->e && i < s->each; i++) {
		struct row rows[3] = { fixture_row("canteens", 1), fixture_row("area", 2),
				       fixture_row("canteens", 3) };

		s->e = outbox_submit(s->outbox, rows, 3, 1, NULL);
	}
}

static void threads_share_commits(void **state)
{
	struct fixture *f = *state;
	struct slice *slice = fixture_slice(1);
	const struct seal_terms terms = { slice, bytes_of_string("rencheng"), 0, 0 };
	struct submitter work[6];
	struct thread *threads[6];

	fixture_open(f, 0, 100);
	assert_int_equal(outbox_seal_directly(f->outbox, &terms), ERR_OK);
	slice_release(slice);
	for (size_t i = 0; i < 6; i++) {
		work[i] = (struct submitter){ f->outbox, 20, ERR_OK };
		assert_int_equal(thread_start("submit", submit_many, &work[i], &threads[i]),
				 ERR_OK);
	}
	for (size_t i = 0; i < 6; i++) {
		thread_join(threads[i]);
		assert_int_equal(work[i].e, ERR_OK);
	}
	assert_int_equal(state_of(f->outbox).next, 6 * 20 * 3 + 1);
	assert_int_equal(state_of(f->outbox).sealed_until, 6 * 20 * 3 + 1);
	assert_true(state_of(f->outbox).batches <= 6 * 20);
	/* open rows come first: once there are some, nothing overtakes them */
	assert_int_equal(outbox_seal_directly(f->outbox, NULL), ERR_OK);
	fixture_submit(f->outbox, 1, 1);
	slice = fixture_slice(1);
	assert_int_equal(outbox_seal_directly(f->outbox, &(struct seal_terms){ slice,
			 bytes_of_string("rencheng"), 0, 0 }), ERR_OK);
	slice_release(slice);
	fixture_submit(f->outbox, 2, 1);
	assert_int_equal(state_of(f->outbox).sealed_until, 6 * 20 * 3 + 1);
	fixture_seal(f->outbox);
	fixture_submit(f->outbox, 3, 1);
	assert_int_equal(state_of(f->outbox).sealed_until, 6 * 20 * 3 + 4);
}

static void waiting_ends_with_the_receipt(void **state)
{
	struct fixture *f = *state;
	struct outbox_settled settled;
	int64_t oldest;

	fixture_open(f, 0, 10);
	assert_int_equal(outbox_oldest(f->outbox, &oldest), ERR_OK);
	assert_int_equal(oldest, 0);
	fixture_submit(f->outbox, 1, 5);
	assert_int_equal(outbox_oldest(f->outbox, &oldest), ERR_OK);
	assert_int_equal(oldest, 2000);
	assert_int_equal(outbox_wait(f->outbox, 6, clock_monotonic_ms() + 5), ERR_TIMEOUT);
	fixture_seal(f->outbox);
	fixture_settle(f->outbox, 1, 5, &settled);
	assert_int_equal(outbox_wait(f->outbox, 6, clock_monotonic_ms() + 5), ERR_OK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_up, fixture_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(rows_survive_and_seal_in_order),
		TEST(sealed_bytes_never_change),
		TEST(receipts_delete),
		TEST(exceptions_keep_the_rows_words),
		TEST(a_new_epoch_counts_from_one),
		TEST(sealing_anew_keeps_every_word),
		TEST(a_restored_copy_begins_an_epoch),
		TEST(the_bound_refuses_and_stores_nothing),
		TEST(one_holder_at_a_time),
		TEST(damage_is_seen),
		TEST(a_short_file_is_no_damage),
		TEST(only_the_newest_exceptions_are_kept),
		TEST(killed_at_any_moment_keeps_what_was_promised),
		TEST(threads_share_commits),
		TEST(waiting_ends_with_the_receipt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
