/* SPDX-License-Identifier: MIT */
#include "serve/http_private.h"

#include <arpa/inet.h>
#include <errno.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "serve/door.h"

#define MAX_HEADERS 16384
#define LISTEN_BACKLOG 128
#define GUARD_MS 1000
#define REQUEST_S 10 /* that a request may take beyond the idle time of a connection */

struct http {
	struct loop *loop;
	struct http_options options;
	struct http_counters counters;
	struct evhttp *tcp, *local;
	struct evconnlistener *tcp_listener, *local_listener;
	struct http_guard *guard;
	struct loop_source *timer;
	size_t budget; /* connections that may still be accepted until the next count */
	uint16_t port;
	struct log_limit accept_limit;
	struct http_stream *streams;
	struct http_exchange *exchanges;
};

const struct http_counters *http_counters_of(const struct http *h)
{
	return &h->counters;
}

struct http_guard *http_guard_of(struct http *h)
{
	return h->guard;
}

int http_timeout_of(const struct http *h)
{
	return h->options.timeout_s;
}

uint16_t http_port(const struct http *h)
{
	return h->port;
}

/* --- lists of what is open -------------------------------------------------------------------- */

void http_link_stream(struct http *h, struct http_stream *s)
{
	s->next = h->streams;
	if (s->next != NULL)
		s->next->previous = s;
	h->streams = s;
}

void http_unlink_stream(struct http *h, struct http_stream *s)
{
	if (s->next != NULL)
		s->next->previous = s->previous;
	if (s->previous != NULL)
		s->previous->next = s->next;
	else
		h->streams = s->next;
}

void http_link_exchange(struct http *h, struct http_exchange *x)
{
	x->next = h->exchanges;
	if (x->next != NULL)
		x->next->previous = x;
	h->exchanges = x;
}

void http_unlink_exchange(struct http *h, struct http_exchange *x)
{
	if (x->next != NULL)
		x->next->previous = x->previous;
	if (x->previous != NULL)
		x->previous->next = x->next;
	else if (h->exchanges == x)
		h->exchanges = x->next;
}

/* --- the cap of connections ------------------------------------------------------------------- */

static void listen_on(struct http *h, bool on)
{
	struct evconnlistener *all[] = { h->tcp_listener, h->local_listener };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (all[i] == NULL)
			continue;
		if (on)
			evconnlistener_enable(all[i]);
		else
			evconnlistener_disable(all[i]);
	}
}

static void on_timer(void *ctx)
{
	struct http *h = ctx;
	size_t overdue;
	size_t used = http_guard_count(h->guard, clock_monotonic_ms(), &overdue);

	if (used > h->options.max_connections)
		used = h->options.max_connections;
	counter_set(h->counters.connections, used);
	counter_add(h->counters.overdue, overdue);
	h->budget = h->options.max_connections - used;
	if (h->budget > 0)
		listen_on(h, true);
}

/* evhttp asks for a bufferevent for each connection that it accepted. */
static struct bufferevent *on_connection(struct event_base *base, void *ctx)
{
	struct http *h = ctx;

	if (h->budget > 0)
		h->budget--;
	if (h->budget == 0) {
		counter_add(h->counters.refused, 1);
		listen_on(h, false);
	}
	return bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);
}

static void on_listener_error(struct evconnlistener *l, void *ctx)
{
	struct http *h = ctx;

	(void)l;
	log_limited(&h->accept_limit, 3, LOG_WARN, "http", "accept failed: %s; pausing",
		    strerror(errno));
	counter_add(h->counters.refused, 1);
	h->budget = 0;
	listen_on(h, false);
}

/* --- requests --------------------------------------------------------------------------------- */

/* Two of these headers may be read differently by a proxy before us. */
static bool has_doubled_header(struct evhttp_request *request)
{
	static const char *const once[] = { "Content-Length", "Host", "Authorization",
					    "Transfer-Encoding" };
	const struct evkeyval *pair;

	for (size_t i = 0; i < sizeof(once) / sizeof(once[0]); i++) {
		unsigned n = 0;

		TAILQ_FOREACH(pair, evhttp_request_get_input_headers(request), next)
		n += strcasecmp(pair->key, once[i]) == 0;
		if (n > 1)
			return true;
	}
	return false;
}

/* Against DNS rebinding: a page of another name must not reach us through its own name. */
static bool host_is_allowed(const struct http *h, const char *host)
{
	if (host == NULL || door_is_loopback_name(host))
		return host != NULL;
	for (const char *const *p = h->options.hosts; p != NULL && *p != NULL; p++)
		if (door_is_host(host, *p))
			return true;
	return false;
}

/* Matches a path with {names} and keeps their values, decoded. */
static bool match_path(const char *pattern, const char *path, struct http_exchange *x)
{
	unsigned segment = 0;

	while (*pattern != '\0' && *path != '\0') {
		if (*pattern != '{') {
			if (*pattern++ != *path++)
				return false;
			continue;
		}
		size_t n = strcspn(path, "/"), decoded_len = 0;
		char *raw = strndup(path, n);
		char *decoded = raw ? evhttp_uridecode(raw, 0, &decoded_len) : NULL;
		bool fits = decoded != NULL && n > 0 && segment < HTTP_SEGMENTS &&
			    decoded_len < HTTP_SEGMENT_LEN && strlen(decoded) == decoded_len;

		if (fits)
			memcpy(x->segments[segment++], decoded, decoded_len + 1);
		free(raw);
		free(decoded);
		if (!fits)
			return false;
		pattern += strcspn(pattern, "}") + 1;
		path += n;
	}
	return *pattern == '\0' && *path == '\0';
}

static bool method_matches(const struct http_route *r, enum evhttp_cmd_type command)
{
	return (r->method == HTTP_GET &&
		(command == EVHTTP_REQ_GET || command == EVHTTP_REQ_HEAD)) ||
	       (r->method == HTTP_POST && command == EVHTTP_REQ_POST);
}

static void route(struct http *h, struct http_exchange *x)
{
	enum evhttp_cmd_type command = evhttp_request_get_command(x->request);
	bool get = false, post = false;

	for (size_t i = 0; i < h->options.route_count; i++) {
		const struct http_route *r = &h->options.routes[i];

		if (!match_path(r->path, x->path, x))
			continue;
		if (!method_matches(r, command)) {
			get |= r->method == HTTP_GET;
			post |= r->method == HTTP_POST;
			continue;
		}
		if (r->local_only && !x->local)
			h->options.fallback(h->options.ctx, x, 403, NULL);
		else
			r->handler(h->options.ctx, r, x);
		return;
	}
	if (get || post)
		h->options.fallback(h->options.ctx, x, 405,
				    get && post ? "GET, HEAD, POST" :
				    get		? "GET, HEAD" :
						  "POST");
	else
		h->options.fallback(h->options.ctx, x, 404, NULL);
}

static void on_request(struct http *h, struct evhttp_request *request, bool local)
{
	const char *host = evhttp_find_header(evhttp_request_get_input_headers(request), "Host");
	struct evhttp_connection *connection = evhttp_request_get_connection(request);
	bool valid = false;
	struct http_exchange *x;

	http_guard_alive(h->guard, bufferevent_getfd(evhttp_connection_get_bufferevent(connection)),
			 clock_monotonic_ms());
	x = http_exchange_new(h, request, local, &valid);
	if (x == NULL) {
		counter_add(h->counters.answers[3], 1);
		evhttp_send_error(request, 503, NULL);
		return;
	}
	if (!valid || has_doubled_header(request) || (!local && !host_is_allowed(h, host))) {
		http_set_header(x, "Connection", "close");
		h->options.fallback(h->options.ctx, x, 400, NULL);
		return;
	}
	route(h, x);
}

static void on_tcp_request(struct evhttp_request *request, void *ctx)
{
	on_request(ctx, request, false);
}

static void on_local_request(struct evhttp_request *request, void *ctx)
{
	on_request(ctx, request, true);
}

/* --- birth and death -------------------------------------------------------------------------- */

static enum err server_new(struct http *h, void (*on)(struct evhttp_request *, void *),
			   const struct sockaddr *address, int length, struct evhttp **out,
			   struct evconnlistener **listener)
{
	struct event_base *base = loop_base(h->loop);
	struct evhttp *e = evhttp_new(base);
	struct evconnlistener *l;

	if (e == NULL)
		return ERR_NOMEM;
	*out = e;
	l = evconnlistener_new_bind(
		base, NULL, NULL, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC | LEV_OPT_REUSEABLE,
		LISTEN_BACKLOG, address, length);
	if (l == NULL)
		return err_from_errno(errno);
	if (evhttp_bind_listener(e, l) == NULL) {
		evconnlistener_free(l);
		return ERR_NOMEM;
	}
	*listener = l; /* the server's own from now on */
	http_guard_listener(h->guard, evconnlistener_get_fd(l));
	evconnlistener_set_error_cb(l, on_listener_error);
	evhttp_set_bevcb(e, on_connection, h);
	evhttp_set_gencb(e, on, h);
	evhttp_set_allowed_methods(e, EVHTTP_REQ_GET | EVHTTP_REQ_HEAD | EVHTTP_REQ_POST |
					      EVHTTP_REQ_PUT | EVHTTP_REQ_DELETE |
					      EVHTTP_REQ_OPTIONS);
	evhttp_set_max_headers_size(e, MAX_HEADERS);
	evhttp_set_max_body_size(e, (ev_ssize_t)h->options.max_body);
	evhttp_set_timeout(e, h->options.timeout_s);
	evhttp_set_default_content_type(e, NULL);
	return ERR_OK;
}

/* evutil_parse_sockaddr_port takes no port 0: that one is put in afterwards. */
static enum err parse_address(const char *text, struct sockaddr_storage *out, int *length)
{
	char with_port[128];
	size_t n = strlen(text);
	bool any = n >= 2 && strcmp(text + n - 2, ":0") == 0;

	if (snprintf(with_port, sizeof(with_port), "%s", text) >= (int)sizeof(with_port))
		return ERR_RANGE;
	if (any)
		with_port[n - 1] = '1';
	if (evutil_parse_sockaddr_port(with_port, (struct sockaddr *)out, length) != 0)
		return ERR_INVALID;
	if (any && out->ss_family == AF_INET6)
		((struct sockaddr_in6 *)(void *)out)->sin6_port = 0;
	else if (any)
		((struct sockaddr_in *)(void *)out)->sin_port = 0;
	return ERR_OK;
}

static enum err listen_tcp(struct http *h)
{
	struct sockaddr_storage address;
	int length = sizeof(address);
	socklen_t bound_length = sizeof(address);
	enum err e;

	e = parse_address(h->options.listen, &address, &length);
	if (e != ERR_OK)
		return e;
	e = server_new(h, on_tcp_request, (struct sockaddr *)&address, length, &h->tcp,
		       &h->tcp_listener);
	if (e != ERR_OK)
		return e;
	if (getsockname(evconnlistener_get_fd(h->tcp_listener), (struct sockaddr *)&address,
			&bound_length) != 0)
		return err_from_errno(errno);
	h->port = ntohs(address.ss_family == AF_INET6 ?
				((struct sockaddr_in6 *)(void *)&address)->sin6_port :
				((struct sockaddr_in *)(void *)&address)->sin_port);
	return ERR_OK;
}

/* A socket that a dead daemon left behind is taken over; one that answers is not. */
static enum err clear_stale_socket(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int answers;

	if (fd < 0)
		return err_from_errno(errno);
	answers = connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0;
	close(fd);
	if (answers)
		return ERR_BUSY;
	if (unlink(address->sun_path) != 0 && errno != ENOENT)
		return err_from_errno(errno);
	return ERR_OK;
}

static enum err listen_local(struct http *h)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	mode_t mask;
	enum err e;

	if (strlen(h->options.socket_path) >= sizeof(address.sun_path))
		return ERR_RANGE;
	memcpy(address.sun_path, h->options.socket_path, strlen(h->options.socket_path));
	e = clear_stale_socket(&address);
	if (e != ERR_OK)
		return e;
	mask = umask(0117); /* 0660 from its first moment on */
	e = server_new(h, on_local_request, (struct sockaddr *)&address, sizeof(address), &h->local,
		       &h->local_listener);
	umask(mask);
	return e;
}

enum err http_new(struct loop *l, const struct http_options *options, const struct http_counters *counters,
		  struct http **out)
{
	struct http *h = calloc(1, sizeof(*h));
	enum err e;

	if (h == NULL)
		return ERR_NOMEM;
	h->loop = l;
	h->options = *options;
	h->counters = *counters;
	h->budget = options->max_connections;
	e = http_guard_new((options->timeout_s + REQUEST_S) * INT64_C(1000), &h->guard);
	if (e == ERR_OK && options->listen != NULL && options->listen[0] != '\0')
		e = listen_tcp(h);
	if (e == ERR_OK && options->socket_path != NULL)
		e = listen_local(h);
	if (e == ERR_OK)
		e = loop_timer(l, GUARD_MS, on_timer, h, &h->timer);
	if (e != ERR_OK) {
		http_free(h);
		return e;
	}
	*out = h;
	return ERR_OK;
}

void http_free(struct http *h)
{
	if (h == NULL)
		return;
	loop_source_free(h->timer);
	while (h->streams != NULL)
		http_stream_end(h->streams);
	if (h->tcp != NULL)
		evhttp_free(h->tcp);
	if (h->local != NULL)
		evhttp_free(h->local);
	/* requests that still wait for their answer went with their connections */
	while (h->exchanges != NULL)
		http_exchange_free(h->exchanges);
	if (h->local_listener != NULL)
		unlink(h->options.socket_path);
	http_guard_free(h->guard);
	free(h);
}
