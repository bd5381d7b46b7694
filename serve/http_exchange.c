/* SPDX-License-Identifier: MIT */
#include "serve/http_private.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "base/clock.h"

#define UNREAD_INPUT 4096
#define STREAM_KERNEL (64 * 1024)

static bool read_target(struct http_exchange *x)
{
	const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(x->request);
	const char *path = uri ? evhttp_uri_get_path(uri) : NULL;
	const char *query = uri ? evhttp_uri_get_query(uri) : NULL;

	x->path = strdup(path && path[0] ? path : "/");
	if (query == NULL || query[0] == '\0')
		return path != NULL;
	return path != NULL && evhttp_parse_query_str(query, &x->query) == 0;
}

struct http_exchange *http_exchange_new(struct http *h, struct evhttp_request *request, bool local,
					bool *valid)
{
	struct http_exchange *x = calloc(1, sizeof(*x));

	if (x == NULL)
		return NULL;
	TAILQ_INIT(&x->query);
	x->http = h;
	x->request = request;
	x->local = local;
	x->begun_us = clock_monotonic_us();
	http_link_exchange(h, x);
	*valid = read_target(x);
	if (x->path == NULL) {
		http_exchange_free(x);
		return NULL;
	}
	return x;
}

void http_exchange_free(struct http_exchange *x)
{
	if (x == NULL)
		return;
	http_unlink_exchange(x->http, x);
	evhttp_clear_headers(&x->query);
	free(x->path);
	free(x);
}

const char *http_path(const struct http_exchange *x)
{
	return x->path;
}

const char *http_segment(const struct http_exchange *x, unsigned n)
{
	return n < HTTP_SEGMENTS ? x->segments[n] : "";
}

const char *http_query(const struct http_exchange *x, const char *name)
{
	return evhttp_find_header(&x->query, name);
}

const char *http_query_name(const struct http_exchange *x, size_t n)
{
	const struct evkeyval *pair;

	TAILQ_FOREACH(pair, &x->query, next)
	if (n-- == 0)
		return pair->key;
	return NULL;
}

const char *http_header(const struct http_exchange *x, const char *name)
{
	return evhttp_find_header(evhttp_request_get_input_headers(x->request), name);
}

const char *http_header_last(const struct http_exchange *x, const char *name)
{
	const struct evkeyval *pair;
	const char *last = NULL;

	TAILQ_FOREACH(pair, evhttp_request_get_input_headers(x->request), next)
	if (strcasecmp(pair->key, name) == 0)
		last = pair->value;
	return last;
}

const char *http_peer(const struct http_exchange *x)
{
	char *address = NULL;
	ev_uint16_t port;

	if (!x->local)
		evhttp_connection_get_peer(evhttp_request_get_connection(x->request), &address,
					   &port);
	return address ? address : "";
}

struct bytes http_body(struct http_exchange *x)
{
	struct evbuffer *in = evhttp_request_get_input_buffer(x->request);
	size_t length = evbuffer_get_length(in);

	return bytes_of(length ? evbuffer_pullup(in, -1) : NULL, length);
}

bool http_is_head(const struct http_exchange *x)
{
	return evhttp_request_get_command(x->request) == EVHTTP_REQ_HEAD;
}

enum http_method http_method_of(const struct http_exchange *x)
{
	switch (evhttp_request_get_command(x->request)) {
	case EVHTTP_REQ_GET:
	case EVHTTP_REQ_HEAD:
		return HTTP_GET;
	case EVHTTP_REQ_POST:
		return HTTP_POST;
	default:
		return 0;
	}
}

static struct bufferevent *bufferevent_of(struct evhttp_request *request)
{
	return evhttp_connection_get_bufferevent(evhttp_request_get_connection(request));
}

bool http_is_local(const struct http_exchange *x, uid_t *uid)
{
	struct ucred peer;
	socklen_t length = sizeof(peer);

	if (!x->local)
		return false;
	if (getsockopt(bufferevent_getfd(bufferevent_of(x->request)), SOL_SOCKET, SO_PEERCRED,
		       &peer, &length) != 0)
		return false;
	*uid = peer.uid;
	return true;
}

void http_set_header(struct http_exchange *x, const char *name, const char *value)
{
	/* refuses values with line breaks by itself */
	evhttp_add_header(evhttp_request_get_output_headers(x->request), name, value);
}

/* The client left. After an error of reading, libevent has let go of the request and leaves it
 * to us; when we close the connection ourselves, libevent frees the request. */
static void request_gone(struct evhttp_request *request)
{
	if (evhttp_request_get_connection(request) == NULL)
		evhttp_send_reply_end(request);
}

static void on_exchange_closed(struct evhttp_connection *connection, void *ctx)
{
	struct http_exchange *x = ctx;
	void (*on_gone)(void *) = x->on_gone;
	void *gone_ctx = x->gone_ctx;

	(void)connection;
	request_gone(x->request);
	http_exchange_free(x);
	if (on_gone != NULL)
		on_gone(gone_ctx);
}

/* Without a time limit of libevent's: reading stays on to notice a client that leaves, and would
 * time out. What it sends meanwhile is not read beyond a little. */
static void keep_open(struct http *h, struct bufferevent *b)
{
	bufferevent_set_timeouts(b, NULL, NULL);
	bufferevent_setwatermark(b, EV_READ, 0, UNREAD_INPUT);
	http_guard_busy(http_guard_of(h), bufferevent_getfd(b), clock_monotonic_ms());
}

static void let_go(struct http *h, struct bufferevent *b)
{
	struct timeval t = { http_timeout_of(h), 0 };

	bufferevent_set_timeouts(b, &t, &t);
	bufferevent_setwatermark(b, EV_READ, 0, 0);
	http_guard_alive(http_guard_of(h), bufferevent_getfd(b), clock_monotonic_ms());
}

void http_on_gone(struct http_exchange *x, void (*fn)(void *ctx), void *ctx)
{
	x->on_gone = fn;
	x->gone_ctx = ctx;
	x->deferred = true;
	evhttp_connection_set_closecb(evhttp_request_get_connection(x->request), on_exchange_closed,
				      x);
	keep_open(x->http, bufferevent_of(x->request));
}

bool http_has_left(const struct http_exchange *x)
{
	struct pollfd p = { .fd = bufferevent_getfd(bufferevent_of(x->request)),
			    .events = POLLRDHUP };

	return p.fd < 0 || (poll(&p, 1, 0) > 0 && (p.revents & (POLLRDHUP | POLLHUP | POLLERR)));
}

static void count(struct http_exchange *x, int status)
{
	const struct http_counters *c = http_counters_of(x->http);

	if (status >= 200 && status < 600)
		counter_add(c->answers[status / 100 - 2], 1);
	counter_observe(c->time, (uint64_t)(clock_monotonic_us() - x->begun_us));
}

void http_answer(struct http_exchange **x, int status, const char *content_type, struct bytes body)
{
	struct http_exchange *self = *x;
	struct evhttp_request *request = self->request;
	struct evbuffer *out = evbuffer_new();
	char length[24];

	*x = NULL;
	evhttp_connection_set_closecb(evhttp_request_get_connection(request), NULL, NULL);
	if (self->deferred)
		let_go(self->http, bufferevent_of(request));
	count(self, status);
	if (content_type != NULL)
		http_set_header(self, "Content-Type", content_type);
	http_set_header(self, "X-Content-Type-Options", "nosniff");
	http_set_header(self, "Referrer-Policy", "no-referrer");
	/* A 304 has neither body nor length. */
	if (status != 304) {
		snprintf(length, sizeof(length), "%zu", body.len);
		http_set_header(self, "Content-Length", length);
	}
	if (out != NULL && status != 304 && !http_is_head(self) && body.len > 0 &&
	    evbuffer_add(out, body.data, body.len) != 0) {
		evbuffer_free(out);
		out = NULL;
	}
	if (out == NULL) /* no memory for the answer: the connection says so by its end */
		evhttp_connection_free(evhttp_request_get_connection(request));
	else
		evhttp_send_reply(request, status, NULL, out);
	if (out != NULL)
		evbuffer_free(out);
	http_exchange_free(self);
}

static void on_stream_closed(struct evhttp_connection *connection, void *ctx)
{
	struct http_stream *s = ctx;

	(void)connection;
	request_gone(s->request);
	http_unlink_stream(s->http, s);
	s->on_close(s->ctx);
	free(s);
}

/* Else the kernel holds some megabytes for a client that does not read. */
static void bound_kernel(int fd)
{
	int size = STREAM_KERNEL;

	(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
}

enum err http_stream_begin(struct http_exchange **x, void (*on_close)(void *ctx), void *ctx,
			   struct http_stream **out)
{
	struct http_exchange *self = *x;
	struct http_stream *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return ERR_NOMEM;
	s->http = self->http;
	s->request = self->request;
	s->connection = evhttp_request_get_connection(self->request);
	s->on_close = on_close;
	s->ctx = ctx;
	http_set_header(self, "Content-Type", "text/event-stream; charset=utf-8");
	http_set_header(self, "Cache-Control", "no-store");
	http_set_header(self, "X-Accel-Buffering", "no");
	http_set_header(self, "X-Content-Type-Options", "nosniff");
	evhttp_connection_set_closecb(s->connection, on_stream_closed, s);
	count(self, 200);
	evhttp_send_reply_start(s->request, 200, "OK");
	keep_open(s->http, bufferevent_of(s->request));
	bound_kernel(bufferevent_getfd(bufferevent_of(s->request)));
	bufferevent_enable(bufferevent_of(s->request), EV_READ);
	http_link_stream(self->http, s);
	http_exchange_free(self);
	*x = NULL;
	*out = s;
	return ERR_OK;
}

size_t http_stream_unread(const struct http_stream *s)
{
	struct bufferevent *b = evhttp_connection_get_bufferevent(s->connection);

	return evbuffer_get_length(bufferevent_get_output(b));
}

enum err http_stream_send(struct http_stream *s, struct bytes data, size_t limit)
{
	struct evbuffer *chunk;
	enum err e = ERR_OK;

	if (http_stream_unread(s) + data.len > limit)
		return ERR_FULL;
	chunk = evbuffer_new();
	if (chunk == NULL || evbuffer_add(chunk, data.data, data.len) != 0)
		e = ERR_NOMEM;
	else
		evhttp_send_reply_chunk(s->request, chunk);
	if (chunk != NULL)
		evbuffer_free(chunk);
	return e;
}

void http_stream_end(struct http_stream *s)
{
	evhttp_connection_free(s->connection); /* calls on_stream_closed */
}
