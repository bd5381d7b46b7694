/* SPDX-License-Identifier: MIT */
/* The sender's thread: one loop over its phases and time-outs. */
#include "collectors/sender.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/log.h"
#include "collectors/sender_impl.h"
#include "collectors/text.h"
#include "proto/limits.h"

#define HEARD_AT_ONCE 64 /* messages before it is somebody else's turn */
#define IDLE_POLL_MS 1000
#define NUDGES 5      /* pings that an answer may take until Hello is said again */
#define RESENDS_MAX 5 /* Hellos without a receipt before the connection is given up */
#define DECODE_BUDGET ((size_t)LIMITS_REPLY_BYTES * 16)

const struct sender_timing sender_default_timing = {
	.hello = LIMITS_HELLO_TIMEOUT_MS,
	.silence = LIMITS_SILENCE_TIMEOUT_MS,
	.ping = LIMITS_PING_MS,
	.resend = 10000,
	.retry_first = 1000,
	.retry_base = 1000,
	.retry_max = 300000,
	.refused = 300000,
};

/* --- what others may see ---------------------------------------------------------------------- */

static void show(struct sender *s)
{
	mutex_lock(s->lock);
	s->shown = s->status;
	mutex_unlock(s->lock);
}

void sender_status(struct sender *s, struct sender_status *out)
{
	mutex_lock(s->lock);
	*out = s->shown;
	mutex_unlock(s->lock);
}

void sender_say(struct sender *s, enum minsheng_link link, const char *format, ...)
{
	char text[sizeof(s->status.state)], whole[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(whole, sizeof(whole), format, args);
	va_end(args);
	text_cut(text, sizeof(text), bytes_of_string(whole));
	s->status.link = link;
	if (strcmp(text, s->status.state) == 0)
		return;
	memcpy(s->status.state, text, sizeof(text));
	log_write(LOG_INFO, "sender", "%s", text);
	show(s);
	if (s->options.on_state)
		s->options.on_state(s->options.ctx, text);
}

/* --- connections ------------------------------------------------------------------------------ */

static void drop_link(struct sender *s)
{
	sender_leave(s);
	link_close(s->link);
	s->link = NULL;
	s->phase = SENDER_AWAY;
}

/* A random part of a span that doubles with each attempt, so that many collectors do not come
 * back at the same moment. */
static int64_t back_off(const struct sender *s)
{
	int64_t span = s->timing.retry_first;

	if (s->attempts > 1) {
		unsigned doublings = s->attempts - 2 < 20 ? s->attempts - 2 : 20;

		span = s->timing.retry_base << doublings;
	}
	if (span > s->timing.retry_max)
		span = s->timing.retry_max;
	return span / 10 + crypto_random_below((uint32_t)(span - span / 10) + 1);
}

void sender_reconnect(struct sender *s, const char *why)
{
	const char *address = s->identity.servers[s->server];
	int64_t wait;

	drop_link(s);
	s->resends = 0;
	s->attempts++;
	s->status.reconnects++;
	wait = back_off(s);
	s->retry_at = clock_monotonic_ms() + wait;
	sender_say(s, MINSHENG_AWAY, "%s: %s; next try in %lld s", address, why,
		   (long long)(wait + 999) / 1000);
	s->server = (s->server + 1) % s->identity.server_count;
}

void sender_wait_long(struct sender *s, int64_t now)
{
	drop_link(s);
	s->status.reconnects++;
	s->retry_at = now + s->timing.refused / 2 +
		      crypto_random_below((uint32_t)(s->timing.refused / 2) + 1);
}

static void connect_now(struct sender *s, int64_t now)
{
	const char *address = s->identity.servers[s->server];
	enum err e = link_open(s->context, address, s->identity.server_key, &s->identity.pair,
			       &s->link);

	if (e) {
		s->link = NULL;
		sender_reconnect(s, err_name(e));
		return;
	}
	sender_begin_hello(s, now);
	s->last_heard = s->last_sent = now;
	if (s->status.link != MINSHENG_REFUSED)
		sender_say(s, MINSHENG_CONNECTING, "connecting to %s", address);
}

/* --- time-outs -------------------------------------------------------------------------------- */

static void ping(struct sender *s, int64_t now)
{
	struct buf b = { 0 };

	envelope_put(&b, ENVELOPE_PING);
	if (!buf_error(&b))
		(void)link_send(s->link, buf_bytes(&b)); /* unheard, the silence tells */
	buf_free(&b);
	s->last_sent = now;
}

static int64_t sooner(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Pings keep a quiet connection alive. Where an answer is due they come sooner: libzmq connects
 * again by itself, and a daemon that was started anew in the meantime tells only those who speak
 * that it has forgotten their Hello, and what was in flight. */
static int64_t nudge_at(const struct sender *s)
{
	int64_t spoken = s->last_sent > s->last_heard ? s->last_sent : s->last_heard;

	return spoken + s->timing.resend / NUDGES;
}

static int64_t ping_at(const struct sender *s)
{
	int64_t at = s->last_sent + s->timing.ping;

	return s->flight_count || s->want_slice ? sooner(at, nudge_at(s)) : at;
}

/* Whatever was lost: Hello is always welcome, and after it everything in flight goes again. */
static void resend(struct sender *s, int64_t now)
{
	if (++s->resends > RESENDS_MAX)
		sender_reconnect(s, "no receipt came");
	else
		sender_begin_hello(s, now);
}

static void watch(struct sender *s, int64_t now)
{
	if (s->phase == SENDER_HELLO && now >= s->hello_until)
		sender_reconnect(s, "no answer");
	else if (s->phase == SENDER_HELLO && s->hello_sent && now >= nudge_at(s))
		s->hello_sent = false; /* it may have been said to one that died */
	else if (s->phase != SENDER_LIVE)
		return;
	else if (now - s->last_heard >= s->timing.silence)
		sender_reconnect(s, "silent");
	else if (s->want_slice && now - s->last_progress >= s->timing.hello)
		sender_reconnect(s, "no catalogue came");
	else if (s->flight_count && now - s->last_progress >= s->timing.resend &&
		 now >= s->paused_until)
		resend(s, now);
	else if (now >= ping_at(s))
		ping(s, now);
}

static int64_t wait_ms(const struct sender *s, int64_t now)
{
	int64_t until = now + IDLE_POLL_MS;

	if (s->phase == SENDER_AWAY)
		until = sooner(until, s->retry_at);
	if (s->phase == SENDER_HELLO)
		until = sooner(until, s->hello_until);
	if (s->phase == SENDER_HELLO && s->hello_sent)
		until = sooner(until, nudge_at(s));
	if (s->phase == SENDER_HELLO && !s->hello_sent && !s->want_write)
		until = sooner(until, s->paused_until);
	if (s->paused_until > now)
		until = sooner(until, s->paused_until);
	if (s->phase == SENDER_LIVE) {
		until = sooner(until, s->last_heard + s->timing.silence);
		if (s->flight_count)
			until = sooner(until, s->last_progress + s->timing.resend);
		until = sooner(until, ping_at(s));
	}
	return until > now ? until - now : 1;
}

/* --- the loop --------------------------------------------------------------------------------- */

static void listen(struct sender *s, int64_t now)
{
	for (int i = 0; s->link && i < HEARD_AT_ONCE; i++) {
		enum err e = link_receive(s->link, &s->heard);

		if (e == ERR_AGAIN)
			return;
		if (e) {
			sender_reconnect(s, err_name(e));
			return;
		}
		sender_hear(s, buf_bytes(&s->heard), now);
	}
}

static void step(struct sender *s)
{
	int64_t now = clock_monotonic_ms();

	if (s->phase == SENDER_AWAY && now >= s->retry_at)
		connect_now(s, now);
	listen(s, now);
	if (s->phase == SENDER_HELLO && !s->hello_sent && now >= s->paused_until)
		sender_try_hello(s);
	sender_pump(s, now);
	watch(s, now);
	show(s);
}

static void drain_wake(int fd)
{
	uint64_t n;

	while (read(fd, &n, sizeof(n)) < 0 && errno == EINTR)
		;
}

static void run(struct thread *self, void *arg)
{
	struct sender *s = arg;
	struct link_events events;

	thread_ready(self, ERR_OK);
	while (!atomic_load(&s->stopping)) {
		enum err e;

		step(s);
		e = link_poll(s->link, s->want_write, s->wake_fd,
			      wait_ms(s, clock_monotonic_ms()), &events);
		if (e) {
			log_write(LOG_ERROR, "sender", "poll: %s", err_name(e));
			sender_reconnect(s, err_name(e));
		} else if (events.woken) {
			drain_wake(s->wake_fd);
		}
	}
	sender_leave(s);
	link_close(s->link);
	s->link = NULL;
}

void sender_wake(struct sender *s)
{
	uint64_t one = 1;

	while (write(s->wake_fd, &one, sizeof(one)) < 0 && errno == EINTR)
		;
}

/* --- life ------------------------------------------------------------------------------------- */

static enum err prepare(struct sender *s)
{
	enum err e = mutex_new(&s->lock);

	if (e)
		return e;
	if ((s->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) < 0)
		return err_from_errno(errno);
	if (!(s->arena = arena_new(DECODE_BUDGET)))
		return ERR_NOMEM;
	return link_context_new(&s->context);
}

static void sender_free(struct sender *s)
{
	link_context_free(s->context);
	arena_free(s->arena);
	if (s->wake_fd >= 0)
		close(s->wake_fd);
	mutex_free(s->lock);
	buf_free(&s->message);
	buf_free(&s->heard);
	free(s->flights);
	identity_wipe(&s->identity);
	free(s);
}

enum err sender_start(const struct sender_options *options, struct sender **out)
{
	struct sender *s;
	enum err e;

	if (options->identity->server_count == 0)
		return ERR_INVALID;
	if (!(s = calloc(1, sizeof(*s))))
		return ERR_NOMEM;
	s->options = *options;
	s->options.identity = NULL;
	s->options.timing = NULL;
	s->identity = *options->identity;
	s->timing = options->timing ? *options->timing : sender_default_timing;
	s->wake_fd = -1;
	memcpy(s->status.reporter, s->identity.reporter, sizeof(s->status.reporter));
	e = prepare(s);
	if (!e)
		e = thread_start("minsheng-send", run, s, &s->thread);
	if (e) {
		sender_free(s);
		return e;
	}
	*out = s;
	return ERR_OK;
}

void sender_stop(struct sender *s)
{
	if (!s)
		return;
	atomic_store(&s->stopping, true);
	sender_wake(s);
	thread_join(s->thread);
	sender_free(s);
}
