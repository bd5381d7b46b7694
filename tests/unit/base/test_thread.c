/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <signal.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "base/counter.h"
#include "base/thread.h"

struct shared {
	struct mutex *mutex;
	int value; /* under the mutex */
	_Atomic int ended;
	enum err ready_with;
};

static void count_up(struct thread *self, void *arg)
{
	struct shared *s = arg;

	thread_ready(self, s->ready_with);
	if (s->ready_with == ERR_OK) {
		for (int i = 0; i < 10000; i++) {
			mutex_lock(s->mutex);
			s->value++;
			mutex_unlock(s->mutex);
		}
	}
	atomic_fetch_add(&s->ended, 1);
}

static void threads_end_before_join_returns(void **state)
{
	struct shared s = { 0 };
	struct thread *t[4] = { 0 };

	(void)state;
	assert_int_equal(mutex_new(&s.mutex), ERR_OK);
	for (int i = 0; i < 4; i++)
		assert_int_equal(thread_start("a-name-longer-than-fifteen", count_up, &s, &t[i]),
				 ERR_OK);
	for (int i = 0; i < 4; i++)
		thread_join(t[i]);
	assert_int_equal(s.value, 40000);
	assert_int_equal(atomic_load(&s.ended), 4);
	thread_join(NULL);
	mutex_free(s.mutex);
	mutex_free(NULL);
}

static void a_failed_start_leaves_nothing_behind(void **state)
{
	struct shared s = { .ready_with = ERR_EXISTS };
	struct thread *t = NULL;

	(void)state;
	assert_int_equal(thread_start("fails", count_up, &s, &t), ERR_EXISTS);
	assert_null(t);
	assert_int_equal(atomic_load(&s.ended), 1);
}

static void keep_mask(struct thread *self, void *arg)
{
	sigset_t *mask = arg;

	pthread_sigmask(SIG_BLOCK, NULL, mask);
	thread_ready(self, ERR_OK);
}

static void a_thread_takes_no_signals(void **state)
{
	sigset_t theirs, ours;
	struct thread *t;

	(void)state;
	sigemptyset(&theirs);
	assert_int_equal(thread_start("mask", keep_mask, &theirs, &t), ERR_OK);
	thread_join(t);
	assert_int_equal(sigismember(&theirs, SIGTERM), 1);
	assert_int_equal(sigismember(&theirs, SIGHUP), 1);
	pthread_sigmask(SIG_BLOCK, NULL, &ours);
	assert_int_equal(sigismember(&ours, SIGTERM), 0);
}

static void set_later(struct thread *self, void *arg)
{
	struct shared *s = arg;

	thread_ready(self, ERR_OK);
	mutex_lock(s->mutex);
	s->value = 1;
	mutex_wake(s->mutex);
	mutex_unlock(s->mutex);
}

static void waiting_ends_by_a_wake_or_a_deadline(void **state)
{
	struct shared s = { 0 };
	struct thread *t;
	int64_t began, deadline = clock_monotonic_ms() + 10000;
	bool in_time = true;

	(void)state;
	assert_int_equal(mutex_new(&s.mutex), ERR_OK);
	mutex_lock(s.mutex);
	assert_int_equal(thread_start("later", set_later, &s, &t), ERR_OK);
	while (s.value == 0 && in_time)
		in_time = mutex_wait(s.mutex, deadline);
	assert_int_equal(s.value, 1);
	assert_true(in_time);
	began = clock_monotonic_ms();
	while (mutex_wait(s.mutex, began + 20))
		;
	assert_true(clock_monotonic_ms() >= began + 20);
	assert_false(mutex_wait(s.mutex, -5));
	mutex_unlock(s.mutex);
	thread_join(t);
	mutex_free(s.mutex);
}

static void a_manual_clock_never_goes_back(void **state)
{
	struct clock *c, *real;
	int64_t a, b;

	(void)state;
	assert_int_equal(clock_new_manual(1000, &c), ERR_OK);
	assert_int_equal(clock_now_ms(c), 1000);
	assert_int_equal(clock_set_ms(c, 2500), ERR_OK);
	assert_int_equal(clock_set_ms(c, 2499), ERR_RANGE);
	assert_int_equal(clock_set_ms(c, 2500), ERR_OK);
	assert_int_equal(clock_now_ms(c), 2500);
	assert_int_equal(clock_new_system(&real), ERR_OK);
	assert_int_equal(clock_set_ms(real, 5), ERR_STATE);
	a = clock_now_ms(real);
	assert_true(a > INT64_C(1640995200000)); /* 2022 */
	a = clock_monotonic_us();
	b = clock_monotonic_us();
	assert_true(b >= a && clock_monotonic_ms() >= b / 1000);
	clock_free(c);
	clock_free(real);
	clock_free(NULL);
}

static void counters_and_histograms(void **state)
{
	struct counter c = { 0 };
	struct counter_histogram h = { 0 };
	uint64_t total = 0;

	(void)state;
	counter_add(&c, 5);
	counter_add(&c, 2);
	assert_int_equal(counter_read(&c), 7);
	counter_set(&c, 1);
	assert_int_equal(counter_read(&c), 1);
	for (unsigned i = 1; i < COUNTER_BUCKETS; i++)
		assert_true(counter_bounds_us[i] > counter_bounds_us[i - 1]);
	counter_observe(&h, 0);
	counter_observe(&h, 100);
	counter_observe(&h, 101);
	counter_observe(&h, 100000000);
	counter_observe(&h, 100000001);
	assert_int_equal(counter_read(&h.bucket[0]), 2);
	assert_int_equal(counter_read(&h.bucket[1]), 1);
	assert_int_equal(counter_read(&h.bucket[COUNTER_BUCKETS - 1]), 1);
	assert_int_equal(counter_read(&h.bucket[COUNTER_BUCKETS]), 1);
	for (unsigned i = 0; i <= COUNTER_BUCKETS; i++)
		total += counter_read(&h.bucket[i]);
	assert_int_equal(total, 5);
	assert_int_equal(counter_read(&h.sum_us), 200000202);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_end_before_join_returns),
		cmocka_unit_test(a_failed_start_leaves_nothing_behind),
		cmocka_unit_test(a_thread_takes_no_signals),
		cmocka_unit_test(waiting_ends_by_a_wake_or_a_deadline),
		cmocka_unit_test(a_manual_clock_never_goes_back),
		cmocka_unit_test(counters_and_histograms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
