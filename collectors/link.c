/* SPDX-License-Identifier: MIT */
#include "collectors/link.h"

#include <errno.h>
#include <stdlib.h>
#include <zmq.h>

#include "base/crypto.h"
#include "base/log.h"
#include "proto/limits.h"

struct link_context {
	void *zmq;
};

struct link {
	void *socket;
};

static enum err map_error(void)
{
	switch (zmq_errno()) {
	case EAGAIN:
	case EINTR:
		return ERR_AGAIN;
	case ETERM:
	case ENOTSOCK:
		return ERR_CLOSED;
	case EINVAL:
	case EPROTONOSUPPORT:
		return ERR_INVALID;
	default:
		return err_from_errno(zmq_errno());
	}
}

enum err link_context_new(struct link_context **out)
{
	struct link_context *c = calloc(1, sizeof(*c));

	if (!c)
		return ERR_NOMEM;
	if (!(c->zmq = zmq_ctx_new()) || zmq_ctx_set(c->zmq, ZMQ_BLOCKY, 0) != 0) {
		link_context_free(c);
		return ERR_IO;
	}
	*out = c;
	return ERR_OK;
}

void link_context_free(struct link_context *c)
{
	if (!c)
		return;
	if (c->zmq) {
		while (zmq_ctx_term(c->zmq) != 0 && zmq_errno() == EINTR)
			;
	}
	free(c);
}

/* The outbox is durable and our own watchdog reconnects: nothing lingers, nothing is queued for a
 * connection that is not there. */
static bool set_numbers(void *socket)
{
	const struct {
		int option;
		int value;
	} options[] = {
		{ ZMQ_LINGER, 0 },
		{ ZMQ_IMMEDIATE, 1 },
		{ ZMQ_SNDHWM, 1000 },
		{ ZMQ_RCVHWM, 1000 },
		{ ZMQ_HEARTBEAT_IVL, 10000 },
		{ ZMQ_HEARTBEAT_TIMEOUT, 30000 },
		{ ZMQ_HEARTBEAT_TTL, 60000 }, /* above 65 535 it would wrap round */
		{ ZMQ_HANDSHAKE_IVL, 10000 },
		{ ZMQ_TCP_KEEPALIVE, 1 },
		{ ZMQ_TCP_KEEPALIVE_IDLE, 60 },
		{ ZMQ_TCP_KEEPALIVE_INTVL, 10 },
		{ ZMQ_TCP_KEEPALIVE_CNT, 6 },
		{ ZMQ_TCP_MAXRT, 30000 },
		{ ZMQ_CONNECT_TIMEOUT, 5000 },
		{ ZMQ_RECONNECT_IVL, 1000 + (int)crypto_random_below(2000) },
		{ ZMQ_RECONNECT_IVL_MAX, 60000 },
		{ ZMQ_IPV6, 1 },
	};
	int64_t largest = LIMITS_REPLY_BYTES + 4096;

	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
		if (zmq_setsockopt(socket, options[i].option, &options[i].value, sizeof(int)) != 0)
			return false;
	}
	return zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &largest, sizeof(largest)) == 0;
}

static bool set_keys(void *socket, const char *server_key, const struct curve_pair *pair)
{
	return zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, server_key, CURVE_TEXT_LEN) == 0 &&
	       zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, pair->public_text, CURVE_TEXT_LEN) == 0 &&
	       zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, pair->secret_text, CURVE_TEXT_LEN) == 0;
}

enum err link_open(struct link_context *c, const char *address, const char *server_key,
		   const struct curve_pair *pair, struct link **out)
{
	struct link *l = calloc(1, sizeof(*l));
	enum err e = ERR_OK;

	if (!l)
		return ERR_NOMEM;
	if (!(l->socket = zmq_socket(c->zmq, ZMQ_DEALER)) || !set_numbers(l->socket) ||
	    !set_keys(l->socket, server_key, pair) || zmq_connect(l->socket, address) != 0) {
		e = map_error();
		log_write(LOG_ERROR, "link", "%s: %s", address, zmq_strerror(zmq_errno()));
		link_close(l);
		return e;
	}
	*out = l;
	return ERR_OK;
}

void link_close(struct link *l)
{
	if (!l)
		return;
	if (l->socket)
		zmq_close(l->socket);
	free(l);
}

enum err link_send(struct link *l, struct bytes message)
{
	return zmq_send(l->socket, message.data, message.len, ZMQ_DONTWAIT) < 0 ? map_error() :
										   ERR_OK;
}

/* Frames behind the first are none of ours: read and forgotten. */
static enum err skip_rest(struct link *l)
{
	int more = 1;
	size_t size = sizeof(more);

	while (zmq_getsockopt(l->socket, ZMQ_RCVMORE, &more, &size) == 0 && more) {
		if (zmq_recv(l->socket, NULL, 0, ZMQ_DONTWAIT) < 0)
			return map_error();
	}
	return ERR_OK;
}

enum err link_receive(struct link *l, struct buf *message)
{
	zmq_msg_t m;
	enum err e;

	zmq_msg_init(&m);
	if (zmq_msg_recv(&m, l->socket, ZMQ_DONTWAIT) < 0) {
		e = map_error();
		zmq_msg_close(&m);
		return e;
	}
	buf_clear(message);
	buf_put(message, bytes_of(zmq_msg_data(&m), zmq_msg_size(&m)));
	zmq_msg_close(&m);
	e = skip_rest(l);
	return e ? e : buf_error(message);
}

enum err link_poll(struct link *l, bool want_write, int fd, int64_t timeout_ms,
		   struct link_events *out)
{
	zmq_pollitem_t items[2];
	int count = 0, link_at = -1, fd_at = -1;

	*out = (struct link_events){ 0 };
	if (l) {
		link_at = count;
		items[count++] = (zmq_pollitem_t){ .socket = l->socket,
						   .events = (short)(ZMQ_POLLIN |
								     (want_write ? ZMQ_POLLOUT : 0)) };
	}
	if (fd >= 0) {
		fd_at = count;
		items[count++] = (zmq_pollitem_t){ .fd = fd, .events = ZMQ_POLLIN };
	}
	if (zmq_poll(items, count, timeout_ms < 0 ? 0 : (long)timeout_ms) < 0) {
		enum err e = map_error();

		return e == ERR_AGAIN ? ERR_OK : e;
	}
	if (link_at >= 0) {
		out->readable = (items[link_at].revents & ZMQ_POLLIN) != 0;
		out->writable = (items[link_at].revents & ZMQ_POLLOUT) != 0;
	}
	if (fd_at >= 0)
		out->woken = (items[fd_at].revents & ZMQ_POLLIN) != 0;
	return ERR_OK;
}
