/* SPDX-License-Identifier: MIT */
#include "base/thread.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct mutex {
	pthread_mutex_t lock;
	pthread_cond_t changed;
};

/* The lock calls fail only where the mutex is broken or misused: nothing to go on with. */
static void must(int result)
{
	if (result != 0)
		abort();
}

/* Waits are measured by a clock that nobody sets. */
static int init_condition(pthread_cond_t *c)
{
	pthread_condattr_t attributes;
	int result = pthread_condattr_init(&attributes);

	if (result != 0)
		return result;
	result = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	if (result == 0)
		result = pthread_cond_init(c, &attributes);
	pthread_condattr_destroy(&attributes);
	return result;
}

enum err mutex_new(struct mutex **out)
{
	struct mutex *m = calloc(1, sizeof(*m));
	int result;

	if (!m)
		return ERR_NOMEM;
	result = pthread_mutex_init(&m->lock, NULL);
	if (result != 0)
		goto no_lock;
	result = init_condition(&m->changed);
	if (result != 0)
		goto no_condition;
	*out = m;
	return ERR_OK;
no_condition:
	pthread_mutex_destroy(&m->lock);
no_lock:
	free(m);
	return err_from_errno(result);
}

void mutex_free(struct mutex *m)
{
	if (!m)
		return;
	pthread_cond_destroy(&m->changed);
	pthread_mutex_destroy(&m->lock);
	free(m);
}

void mutex_lock(struct mutex *m)
{
	must(pthread_mutex_lock(&m->lock));
}

void mutex_unlock(struct mutex *m)
{
	must(pthread_mutex_unlock(&m->lock));
}

bool mutex_wait(struct mutex *m, int64_t until_monotonic_ms)
{
	int64_t ms = until_monotonic_ms > 0 ? until_monotonic_ms : 0;
	struct timespec until = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	return pthread_cond_timedwait(&m->changed, &m->lock, &until) == 0;
}

void mutex_wake(struct mutex *m)
{
	must(pthread_cond_broadcast(&m->changed));
}

struct thread {
	pthread_t id;
	struct mutex *mutex; /* protects the two below; woken when ready is set */
	bool ready;
	enum err result;
	void (*run)(struct thread *self, void *arg);
	void *arg;
};

static void thread_free(struct thread *t)
{
	mutex_free(t->mutex);
	free(t);
}

static void *run_thread(void *arg)
{
	struct thread *t = arg;

	t->run(t, t->arg);
	return NULL;
}

void thread_ready(struct thread *self, enum err e)
{
	mutex_lock(self->mutex);
	self->ready = true;
	self->result = e;
	mutex_wake(self->mutex);
	mutex_unlock(self->mutex);
}

static enum err wait_ready(struct thread *t)
{
	enum err e;

	mutex_lock(t->mutex);
	while (!t->ready)
		must(pthread_cond_wait(&t->mutex->changed, &t->mutex->lock));
	e = t->result;
	mutex_unlock(t->mutex);
	return e;
}

/* The new thread inherits the signal mask of its maker. */
static int create_blocked(struct thread *t)
{
	sigset_t all, before;
	int result;

	sigfillset(&all);
	result = pthread_sigmask(SIG_SETMASK, &all, &before);
	if (result != 0)
		return result;
	result = pthread_create(&t->id, NULL, run_thread, t);
	must(pthread_sigmask(SIG_SETMASK, &before, NULL));
	return result;
}

enum err thread_start(const char *name, void (*run)(struct thread *self, void *arg), void *arg,
		      struct thread **out)
{
	struct thread *t = calloc(1, sizeof(*t));
	char short_name[16];
	enum err e;

	if (!t)
		return ERR_NOMEM;
	t->run = run;
	t->arg = arg;
	e = mutex_new(&t->mutex);
	if (e == ERR_OK)
		e = err_from_errno(create_blocked(t));
	if (e != ERR_OK) {
		thread_free(t);
		return e;
	}
	snprintf(short_name, sizeof(short_name), "%s", name);
	pthread_setname_np(t->id, short_name); /* for people only */
	e = wait_ready(t);
	if (e != ERR_OK) {
		thread_join(t);
		return e;
	}
	*out = t;
	return ERR_OK;
}

void thread_join(struct thread *t)
{
	if (!t)
		return;
	must(pthread_join(t->id, NULL));
	thread_free(t);
}

void thread_block_signals(void)
{
	sigset_t all;

	sigfillset(&all);
	must(pthread_sigmask(SIG_SETMASK, &all, NULL));
}
