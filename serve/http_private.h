/* SPDX-License-Identifier: MIT */
/* What http.c (listeners, routing) and http_exchange.c (requests, answers, streams) share. */
#ifndef SERVE_HTTP_PRIVATE_H
#define SERVE_HTTP_PRIVATE_H

#include <sys/queue.h> /* the macros for evkeyvalq; before libevent's headers */

#include <event2/http.h>
#include <event2/keyvalq_struct.h>

#include "serve/http.h"
#include "serve/http_guard.h"

#define HTTP_SEGMENTS 4
#define HTTP_SEGMENT_LEN 200

struct http_exchange {
	struct http *http;
	struct evhttp_request *request; /* NULL after the client left */
	char *path;
	char segments[HTTP_SEGMENTS][HTTP_SEGMENT_LEN];
	struct evkeyvalq query;
	bool local;
	bool deferred;
	int64_t begun_us; /* monotonic */
	void (*on_gone)(void *ctx);
	void *gone_ctx;
	struct http_exchange *next, *previous; /* all that are open */
};

struct http_stream {
	struct http *http;
	struct evhttp_request *request;
	struct evhttp_connection *connection;
	void (*on_close)(void *ctx);
	void *ctx;
	struct http_stream *next, *previous;
};

const struct http_counters *http_counters_of(const struct http *h);
struct http_guard *http_guard_of(struct http *h);
int http_timeout_of(const struct http *h);
void http_link_stream(struct http *h, struct http_stream *s);
void http_unlink_stream(struct http *h, struct http_stream *s);
void http_link_exchange(struct http *h, struct http_exchange *x);
void http_unlink_exchange(struct http *h, struct http_exchange *x);

/* Makes the exchange of a request; NULL: no memory. *valid: its target could be read. */
struct http_exchange *http_exchange_new(struct http *h, struct evhttp_request *request, bool local,
					bool *valid);
void http_exchange_free(struct http_exchange *x);

#endif
