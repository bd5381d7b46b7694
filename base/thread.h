/* SPDX-License-Identifier: MIT */
/* Threads that are born and die synchronously, and a mutex. The only file with pthread.h. */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct thread;
struct mutex;

/* Starts a thread with all signals blocked and waits until it has called thread_ready. run must
 * call thread_ready exactly once; with an error it has to return soon after, and thread_start
 * joins it and returns that error. name: up to 15 characters, seen in ps and gdb. */
enum err thread_start(const char *name, void (*run)(struct thread *self, void *arg), void *arg,
		      struct thread **out);
void thread_ready(struct thread *self, enum err e);
/* Waits for the end of the thread and frees it. Accepts NULL. */
void thread_join(struct thread *t);

enum err mutex_new(struct mutex **out);
void mutex_free(struct mutex *m); /* accepts NULL */
void mutex_lock(struct mutex *m);
void mutex_unlock(struct mutex *m);
/* The condition that belongs to the mutex: wait with it locked, until signalled or until the
 * monotonic time (clock_monotonic_ms). False on time-out. Spurious wake-ups happen. */
bool mutex_wait(struct mutex *m, int64_t until_monotonic_ms);
void mutex_wake(struct mutex *m); /* wakes all that wait */

/* Blocks all signals in the calling thread (call first in main, before any thread). */
void thread_block_signals(void);

#endif
