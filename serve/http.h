/* SPDX-License-Identifier: MIT */
/* HTTP on the main loop, by libevent's evhttp behind limits: a table of routes, answers now or
 * later, event streams. TCP listeners and a Unix socket, whose callers are known by their uid.
 * Everything is called on the main thread. */
#ifndef SERVE_HTTP_H
#define SERVE_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/bytes.h"
#include "base/counter.h"
#include "base/err.h"
#include "serve/loop.h"

struct http;
struct http_exchange; /* a request and its answer to come */
struct http_stream;   /* an answer that goes on: text/event-stream */

enum http_method { HTTP_GET = 1, HTTP_POST = 2 };

/* path: "/api/v1/targets/{id}"; a {name} takes one segment. The handler has to answer, now or
 * later, or begin a stream; HEAD is served by GET's handler. */
struct http_route {
	enum http_method method;
	const char *path;
	void (*handler)(void *ctx, const struct http_route *route, struct http_exchange *x);
	bool local_only;  /* the Unix socket only */
	const void *what; /* for the handler */
};

struct http_options {
	const char *listen;	 /* "127.0.0.1:8080", "[::1]:0", ""; port 0: the kernel chooses */
	const char *socket_path; /* Unix socket, made with mode 0660; NULL: none */
	const struct http_route *routes;
	size_t route_count;
	/* answers what no route takes: 400, 403, 404, 405; allow: the methods of a 405, or NULL */
	void (*fallback)(void *ctx, struct http_exchange *x, int status, const char *allow);
	void *ctx;		/* for the handlers */
	size_t max_connections; /* of both listeners; further ones wait to be accepted */
	size_t max_body;
	int timeout_s; /* of an idle or slow connection */
	const char *const
		*hosts; /* names allowed in Host besides loopback's, NULL-ended; NULL: none */
};

/* Where it counts: counters of the program's own table. */
struct http_counters {
	struct counter *answers[4]; /* by class: 2xx to 5xx */
	struct counter *connections; /* open ones, a gauge */
	struct counter *refused;     /* times that accepting paused at the bound */
	struct counter *overdue;     /* connections cut off because no whole request came in time */
	struct counter_histogram *time;
};

/* Options and counters are copied, what they point to must outlive it. ERR_BUSY: somebody answers at the Unix
 * socket; ERR_INVALID: listen is no address; else what the system said. */
enum err http_new(struct loop *l, const struct http_options *options, const struct http_counters *counters,
		  struct http **out);
/* Ends all streams first, then all connections. Accepts NULL. */
void http_free(struct http *h);
/* The port that listens. */
uint16_t http_port(const struct http *h);

/* --- the request; all strings live until the answer ------------------------------------------- */
const char *http_path(const struct http_exchange *x);
/* The n-th {name} of the route, percent-decoded. */
const char *http_segment(const struct http_exchange *x, unsigned n);
/* A query parameter, decoded; NULL where it is absent. The first of several with one name. */
const char *http_query(const struct http_exchange *x, const char *name);
/* The n-th parameter's name, or NULL: so that unknown ones can be refused. */
const char *http_query_name(const struct http_exchange *x, size_t n);
const char *http_header(const struct http_exchange *x, const char *name);
/* Where it came more than once: what stands last, which the nearest proxy has added. */
const char *http_header_last(const struct http_exchange *x, const char *name);
/* Address of the other end of the connection; "" on the Unix socket. */
const char *http_peer(const struct http_exchange *x);
struct bytes http_body(struct http_exchange *x);
bool http_is_head(const struct http_exchange *x);
/* GET or HEAD; POST; else 0. */
enum http_method http_method_of(const struct http_exchange *x);
/* True on the Unix socket; *uid then is the caller's. */
bool http_is_local(const struct http_exchange *x, uid_t *uid);

/* --- the answer ------------------------------------------------------------------------------- */
void http_set_header(struct http_exchange *x, const char *name, const char *value);
/* Sends and ends it: *x becomes NULL. body is copied. */
void http_answer(struct http_exchange **x, int status, const char *content_type, struct bytes body);
/* For a deferred answer: fn is called, at most once, where the client left first; the exchange
 * is gone then. */
void http_on_gone(struct http_exchange *x, void (*fn)(void *ctx), void *ctx);

/* The other side closed its end while the answer is being made: libevent reads nothing until then, and
 * on_gone comes late. Ask now and then where an answer takes long. */
bool http_has_left(const struct http_exchange *x);

/* Begins an event stream: *x becomes NULL. on_close is called once, whoever ends it, and the
 * stream is gone then. */
enum err http_stream_begin(struct http_exchange **x, void (*on_close)(void *ctx), void *ctx,
			   struct http_stream **out);
/* ERR_FULL: the client has more than limit bytes unread; nothing was sent. */
enum err http_stream_send(struct http_stream *s, struct bytes data, size_t limit);
/* Bytes that the client has not read yet. */
size_t http_stream_unread(const struct http_stream *s);
/* Ends it from this side. */
void http_stream_end(struct http_stream *s);

#endif
