/* SPDX-License-Identifier: MIT */
/* The main thread's event loop: descriptors, timers, signals. Everything here is called on the
 * main thread, except loop_stop. */
#ifndef SERVE_LOOP_H
#define SERVE_LOOP_H

#include <stdint.h>

#include "base/err.h"

struct loop;
struct loop_source;
struct event_base;

enum err loop_new(struct loop **out);
/* All sources have to be freed before. Accepts NULL. */
void loop_free(struct loop *l);
/* Runs until loop_stop. */
enum err loop_run(struct loop *l);
void loop_stop(struct loop *l); /* any thread */

/* Calls fn whenever fd is readable (level-triggered). The fd stays the caller's. */
enum err loop_watch(struct loop *l, int fd, void (*fn)(void *ctx), void *ctx,
		    struct loop_source **out);
/* Calls fn every period_ms. */
enum err loop_timer(struct loop *l, int64_t period_ms, void (*fn)(void *ctx), void *ctx,
		    struct loop_source **out);
/* Calls fn on the loop when the signal comes. */
enum err loop_signal(struct loop *l, int number, void (*fn)(void *ctx), void *ctx,
		     struct loop_source **out);
void loop_source_free(struct loop_source *s); /* accepts NULL */

/* For http.c. */
struct event_base *loop_base(struct loop *l);

#endif
