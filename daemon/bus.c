/* SPDX-License-Identifier: MIT */
#include "daemon/bus.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "base/clock.h"
#include "base/log.h"
#include "daemon/zap.h"

/* In zmq.h it is marked as a draft, but the library knows it: without it a socket whose ZAP
 * handler is gone lets everybody in. */
#define CURVE_OVERHEAD 64 /* what encryption adds to a message: 33 bytes, and some room */
#define ZAP_ENFORCE_DOMAIN 93

_Static_assert(sizeof(zmq_msg_t) <= sizeof(((struct bus_message *)NULL)->frame),
	       "a frame has to fit its place");

struct bus_socket {
	void *socket;
	struct metrics *metrics;
	const char *name;
	char bound[128];
	bool is_bound;
	struct log_limit log_frames, log_send;
};

static enum err map_errno(int number)
{
	switch (number) {
	case ETERM:
		return ERR_CLOSED;
	case EHOSTUNREACH:
		return ERR_CLOSED;
	case EAGAIN:
		return ERR_AGAIN;
	default:
		return err_from_errno(number);
	}
}

/* --- listening ------------------------------------------------------------------------------- */
struct option {
	int name, value;
};

static bool set_options(void *socket, const struct option *options, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (zmq_setsockopt(socket, options[i].name, &options[i].value, sizeof(int)) != 0) {
			log_write(LOG_ERROR, "bus", "socket option %d = %d: %s", options[i].name,
				  options[i].value, zmq_strerror(zmq_errno()));
			return false;
		}
	return true;
}

static bool set_common(void *socket, const struct bus_listen *o)
{
	const struct option options[] = {
		{ ZMQ_LINGER, 500 },
		{ ZMQ_RCVHWM, o->queue },
		{ ZMQ_SNDHWM, o->kind == BUS_ROUTER ? 1000 : 10000 },
		{ ZMQ_HEARTBEAT_IVL, 10000 },
		{ ZMQ_HEARTBEAT_TIMEOUT, 30000 },
		{ ZMQ_HEARTBEAT_TTL, 60000 }, /* 65 535 at most: it is sent as 16 bits */
		{ ZMQ_HANDSHAKE_IVL, 5000 },
		{ ZMQ_TCP_KEEPALIVE, 1 },
		{ ZMQ_TCP_KEEPALIVE_IDLE, 60 },
		{ ZMQ_TCP_KEEPALIVE_INTVL, 10 },
		{ ZMQ_TCP_KEEPALIVE_CNT, 6 },
		{ ZMQ_TCP_MAXRT, 30000 },
		{ ZMQ_BACKLOG, 1024 },
		{ ZMQ_IPV6, strchr(o->endpoint, '[') != NULL },
	};
	const int64_t bytes = (int64_t)o->message_bytes + CURVE_OVERHEAD;

	return set_options(socket, options, sizeof(options) / sizeof(options[0])) &&
	       zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &bytes, sizeof(bytes)) == 0;
}

/* A peer that is full or gone is told to us, and nobody takes over another's name. */
static bool set_router(void *socket)
{
	const struct option options[] = { { ZMQ_ROUTER_MANDATORY, 1 }, { ZMQ_ROUTER_HANDOVER, 0 } };

	return set_options(socket, options, sizeof(options) / sizeof(options[0]));
}

static bool set_curve(void *socket, const struct bus_listen *o, const struct curve_pair *keys)
{
	const struct option options[] = { { ZMQ_CURVE_SERVER, 1 }, { ZAP_ENFORCE_DOMAIN, 1 } };

	return zmq_setsockopt(socket, ZMQ_ZAP_DOMAIN, o->domain, strlen(o->domain)) == 0 &&
	       zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, keys->secret_text, CURVE_TEXT_LEN) ==
		       0 &&
	       set_options(socket, options, sizeof(options) / sizeof(options[0]));
}

/* Port 0 means the same as *, which is how ZeroMQ writes it. */
static enum err bind_socket(struct bus_socket *s, const char *endpoint)
{
	size_t n = strlen(endpoint), size = sizeof(s->bound);
	char address[128];

	snprintf(address, sizeof(address), "%s", endpoint);
	if (n > 2 && n < sizeof(address) && strcmp(address + n - 2, ":0") == 0)
		address[n - 1] = '*';
	if (zmq_bind(s->socket, address) != 0 ||
	    zmq_getsockopt(s->socket, ZMQ_LAST_ENDPOINT, s->bound, &size) != 0) {
		log_write(LOG_ERROR, "bus", "cannot listen on %s for %s: %s", endpoint, s->name,
			  zmq_strerror(zmq_errno()));
		return map_errno(zmq_errno());
	}
	s->is_bound = true;
	return ERR_OK;
}

enum err bus_listen(struct daemon *d, const struct bus_listen *options, char bound[128],
		    struct bus_socket **out)
{
	struct bus_socket *s = calloc(1, sizeof(*s));
	enum err e = ERR_OK;

	if (!s)
		return ERR_NOMEM;
	s->metrics = &d->metrics;
	s->name = options->domain;
	s->socket = zmq_socket(d->zmq, options->kind == BUS_ROUTER ? ZMQ_ROUTER : ZMQ_PUB);
	if (!s->socket || !set_common(s->socket, options) ||
	    (options->kind == BUS_ROUTER && !set_router(s->socket)) ||
	    !set_curve(s->socket, options, &d->keys))
		e = map_errno(zmq_errno());
	if (e == ERR_OK)
		e = zap_monitor(d->zap, s->socket, s->name);
	if (e == ERR_OK)
		e = bind_socket(s, options->endpoint);
	if (e != ERR_OK) {
		bus_close(s);
		return e;
	}
	memcpy(bound, s->bound, sizeof(s->bound));
	*out = s;
	return ERR_OK;
}

void bus_unbind(struct bus_socket *s)
{
	if (s->is_bound && zmq_unbind(s->socket, s->bound) != 0)
		log_write(LOG_WARN, "bus", "unbind %s: %s", s->name, zmq_strerror(zmq_errno()));
	s->is_bound = false;
}

void bus_close(struct bus_socket *s)
{
	if (!s)
		return;
	if (s->socket) {
		zmq_socket_monitor(s->socket, NULL, 0);
		zmq_close(s->socket);
	}
	free(s);
}

/* --- receiving ------------------------------------------------------------------------------- */
static zmq_msg_t *frame_of(struct bus_message *m)
{
	return (zmq_msg_t *)(void *)m->frame;
}

void bus_message_free(struct bus_message *m)
{
	if (m->full)
		zmq_msg_close(frame_of(m));
	m->full = false;
	m->payload = (struct bytes){ 0 };
}

static enum err receive_frame(struct bus_socket *s, struct bus_message *m, int flags)
{
	int n;

	zmq_msg_init(frame_of(m));
	m->full = true;
	do
		n = zmq_msg_recv(frame_of(m), s->socket, flags);
	while (n < 0 && zmq_errno() == EINTR);
	if (n >= 0)
		return ERR_OK;
	bus_message_free(m);
	return map_errno(zmq_errno());
}

/* A message ends where its last frame was read; the rest of one that we don't want is dropped. */
static void drop_rest(struct bus_socket *s, struct bus_message *m)
{
	while (m->full && zmq_msg_more(frame_of(m))) {
		bus_message_free(m);
		if (receive_frame(s, m, 0) != ERR_OK)
			return;
	}
	bus_message_free(m);
}

static enum err read_peer(struct bus_message *m)
{
	size_t n = zmq_msg_size(frame_of(m));

	if (n > sizeof(m->peer.id) || !zmq_msg_more(frame_of(m)))
		return ERR_INVALID;
	m->peer.len = (uint8_t)n;
	memcpy(m->peer.id, zmq_msg_data(frame_of(m)), n);
	return ERR_OK;
}

/* The sender is read from the last frame: ZeroMQ 4.3.4 loses it on the first one after a poll. */
static enum err read_sender(struct bus_message *m)
{
	const char *user = zmq_msg_gets(frame_of(m), "User-Id");

	return user ? curve_decode(user, m->key) : ERR_NOTFOUND;
}

static enum err take_one(struct bus_socket *s, struct bus_message *m)
{
	enum err e = receive_frame(s, m, ZMQ_DONTWAIT);
	enum metric why = METRIC_BUS_BAD_FRAMES;

	if (e != ERR_OK)
		return e;
	e = read_peer(m);
	if (e == ERR_OK) {
		bus_message_free(m);
		e = receive_frame(s, m, 0);
		if (e == ERR_OK && zmq_msg_more(frame_of(m)))
			e = ERR_INVALID;
	}
	if (e == ERR_OK) {
		e = read_sender(m);
		why = METRIC_BUS_NO_USER;
	}
	if (e == ERR_OK) {
		m->payload = bytes_of(zmq_msg_data(frame_of(m)), zmq_msg_size(frame_of(m)));
		m->taken_us = clock_monotonic_us();
		return ERR_OK;
	}
	drop_rest(s, m);
	if (e == ERR_CLOSED)
		return e;
	metrics_add(s->metrics, why, 1);
	log_limited(&s->log_frames, 5, LOG_WARN, "bus",
		    "%s: dropped a message that is not one frame from a known sender", s->name);
	return ERR_INVALID;
}

enum err bus_take(struct bus_socket *s, struct bus_message *out)
{
	enum err e;

	memset(out, 0, sizeof(*out));
	do
		e = take_one(s, out);
	while (e == ERR_INVALID);
	return e;
}

/* --- sending --------------------------------------------------------------------------------- */
static int send_frame(struct bus_socket *s, const void *data, size_t len, int flags)
{
	int n;

	do
		n = zmq_send(s->socket, data, len, flags | ZMQ_DONTWAIT);
	while (n < 0 && zmq_errno() == EINTR);
	return n;
}

static enum err count_failure(struct bus_socket *s, enum err e)
{
	if (e == ERR_AGAIN) {
		metrics_add(s->metrics, METRIC_BUS_PEER_FULL, 1);
		return ERR_FULL;
	}
	if (e == ERR_CLOSED) {
		metrics_add(s->metrics, METRIC_BUS_PEER_GONE, 1);
		return e;
	}
	metrics_add(s->metrics, METRIC_BUS_SEND_FAILED, 1);
	log_limited(&s->log_send, 5, LOG_WARN, "bus", "%s: send: %s", s->name, err_name(e));
	return e;
}

enum err bus_send(struct bus_socket *s, const struct bus_peer *peer, struct bytes message)
{
	if (send_frame(s, peer->id, peer->len, ZMQ_SNDMORE) < 0 ||
	    send_frame(s, message.data, message.len, 0) < 0)
		return count_failure(s, map_errno(zmq_errno()));
	return ERR_OK;
}

enum err bus_publish(struct bus_socket *s, struct bytes topic, struct bytes message)
{
	if (send_frame(s, topic.data, topic.len, ZMQ_SNDMORE) < 0 ||
	    send_frame(s, message.data, message.len, 0) < 0)
		return count_failure(s, map_errno(zmq_errno()));
	metrics_add(s->metrics, METRIC_FEED_MESSAGES, 1);
	return ERR_OK;
}

/* --- waiting --------------------------------------------------------------------------------- */
enum err bus_wait(struct bus_socket *const *sockets, size_t count, const int *fds, size_t fd_count,
		  int64_t timeout_ms, bool *ready)
{
	zmq_pollitem_t items[2 * BUS_WAIT_MAX];
	size_t n = count + fd_count;

	if (count > BUS_WAIT_MAX || fd_count > BUS_WAIT_MAX)
		return ERR_RANGE;
	for (size_t i = 0; i < count; i++)
		items[i] = (zmq_pollitem_t){ sockets[i]->socket, 0, ZMQ_POLLIN, 0 };
	for (size_t i = 0; i < fd_count; i++)
		items[count + i] = (zmq_pollitem_t){ NULL, fds[i], ZMQ_POLLIN, 0 };
	memset(ready, 0, n * sizeof(*ready));
	if (zmq_poll(items, (int)n, timeout_ms) < 0)
		return zmq_errno() == EINTR ? ERR_OK : map_errno(zmq_errno());
	for (size_t i = 0; i < n; i++)
		ready[i] = items[i].revents != 0;
	return ERR_OK;
}
