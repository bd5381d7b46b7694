/* SPDX-License-Identifier: MIT */
#include "serve/loop.h"

#include <event2/event.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Signals and timers go before traffic. */
enum { PRIORITY_URGENT, PRIORITY_NORMAL, PRIORITY_COUNT };

struct loop {
	struct event_base *base;
	struct loop_source *stop;
	int stop_fd;
};

struct loop_source {
	struct event *event;
	void (*fn)(void *ctx);
	void *ctx;
};

static void on_stop(void *ctx)
{
	struct loop *l = ctx;

	event_base_loopbreak(l->base);
}

enum err loop_new(struct loop **out)
{
	struct loop *l = calloc(1, sizeof(*l));
	enum err e = ERR_NOMEM;

	if (l == NULL)
		return e;
	l->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	l->base = event_base_new();
	if (l->stop_fd < 0 || l->base == NULL ||
	    event_base_priority_init(l->base, PRIORITY_COUNT) != 0)
		goto fail;
	e = loop_watch(l, l->stop_fd, on_stop, l, &l->stop);
	if (e != ERR_OK)
		goto fail;
	*out = l;
	return ERR_OK;
fail:
	loop_free(l);
	return e;
}

void loop_free(struct loop *l)
{
	if (l == NULL)
		return;
	loop_source_free(l->stop);
	if (l->base != NULL)
		event_base_free(l->base);
	if (l->stop_fd >= 0)
		close(l->stop_fd);
	free(l);
}

enum err loop_run(struct loop *l)
{
	return event_base_loop(l->base, EVLOOP_NO_EXIT_ON_EMPTY) < 0 ? ERR_IO : ERR_OK;
}

void loop_stop(struct loop *l)
{
	/* An eventfd takes a write from any thread; it can only fail by being readable already. */
	(void)!eventfd_write(l->stop_fd, 1);
}

static void on_event(evutil_socket_t fd, short what, void *ctx)
{
	struct loop_source *s = ctx;

	(void)fd, (void)what;
	s->fn(s->ctx);
}

static enum err source_new(struct loop *l, int fd, short what, int priority,
			   const struct timeval *period, void (*fn)(void *ctx), void *ctx,
			   struct loop_source **out)
{
	struct loop_source *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return ERR_NOMEM;
	s->fn = fn;
	s->ctx = ctx;
	s->event = event_new(l->base, fd, (short)(what | EV_PERSIST), on_event, s);
	if (s->event == NULL || event_priority_set(s->event, priority) != 0 ||
	    event_add(s->event, period) != 0) {
		loop_source_free(s);
		return ERR_NOMEM;
	}
	*out = s;
	return ERR_OK;
}

enum err loop_watch(struct loop *l, int fd, void (*fn)(void *ctx), void *ctx,
		    struct loop_source **out)
{
	return source_new(l, fd, EV_READ, PRIORITY_NORMAL, NULL, fn, ctx, out);
}

enum err loop_timer(struct loop *l, int64_t period_ms, void (*fn)(void *ctx), void *ctx,
		    struct loop_source **out)
{
	struct timeval period = { period_ms / 1000, (period_ms % 1000) * 1000 };

	return source_new(l, -1, 0, PRIORITY_URGENT, &period, fn, ctx, out);
}

enum err loop_signal(struct loop *l, int number, void (*fn)(void *ctx), void *ctx,
		     struct loop_source **out)
{
	return source_new(l, number, EV_SIGNAL, PRIORITY_URGENT, NULL, fn, ctx, out);
}

void loop_source_free(struct loop_source *s)
{
	if (s == NULL)
		return;
	if (s->event != NULL)
		event_free(s->event);
	free(s);
}

struct event_base *loop_base(struct loop *l)
{
	return l->base;
}
