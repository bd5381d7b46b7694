/* SPDX-License-Identifier: MIT */
/* A server on the loop of a thread of its own, and clients that speak byte by byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <poll.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/thread.h"
#include "serve/http.h"

struct counted {
	struct counter answers[4], connections, refused, overdue;
	struct counter_histogram time;
};
#define COUNTED(c)                                                                                \
	.answers = { &(c).answers[0], &(c).answers[1], &(c).answers[2], &(c).answers[3] },        \
	.connections = &(c).connections, .refused = &(c).refused, .overdue = &(c).overdue,        \
	.time = &(c).time

#define WAIT_MS 10000

struct server {
	struct loop *loop;
	struct http *http;
	struct counted counted;
	struct loop_source *timer;
	struct thread *thread;
	char path[80];
	/* of the loop's thread */
	struct http_exchange *later;
	struct http_stream *stream;
	_Atomic int gone, closed, full, waits;
	_Atomic bool answer; /* the deferred answer may leave */
};

/* --- handlers --------------------------------------------------------------------------------- */

static void answer_text(struct http_exchange *x, int status, const char *text)
{
	http_answer(&x, status, "text/plain", bytes_of_string(text));
}

static void on_echo(void *ctx, const struct http_route *route, struct http_exchange *x)
{
	char text[512];
	uid_t uid = 0;
	const char *q = http_query(x, "q");

	(void)ctx;
	snprintf(text, sizeof(text), "%s|%s|%s|%s|%zu|%s", http_segment(x, 0), http_segment(x, 1),
		 q ? q : "-", http_is_local(x, &uid) && uid == getuid() ? "me" : "tcp",
		 http_body(x).len, (const char *)route->what);
	answer_text(x, 200, text);
}

static void on_gone(void *ctx)
{
	struct server *s = ctx;

	s->later = NULL;
	s->gone++;
}

static void on_later(void *ctx, const struct http_route *route, struct http_exchange *x)
{
	struct server *s = ctx;

	(void)route;
	s->later = x;
	http_on_gone(x, on_gone, s);
	s->waits++;
}

static void on_close(void *ctx)
{
	struct server *s = ctx;

	s->stream = NULL;
	s->closed++;
}

static void on_stream(void *ctx, const struct http_route *route, struct http_exchange *x)
{
	struct server *s = ctx;

	(void)route;
	if (http_stream_begin(&x, on_close, s, &s->stream) != ERR_OK ||
	    http_stream_send(s->stream, bytes_of_string("first\n"), 1 << 20) != ERR_OK)
		abort();
}

static void on_other(void *ctx, struct http_exchange *x, int status, const char *allow)
{
	(void)ctx;
	if (allow)
		http_set_header(x, "Allow", allow);
	answer_text(x, status, "other");
}

/* Every 10 ms: the deferred answer, and data for the stream until it is full. */
static void on_timer(void *ctx)
{
	struct server *s = ctx;
	static char data[4096];

	if (s->later && s->answer)
		http_answer(&s->later, 200, "text/plain", bytes_of_string("later"));
	while (s->stream && s->full == 0 && s->answer)
		if (http_stream_send(s->stream, bytes_of(data, sizeof(data)), 100000) == ERR_FULL)
			s->full = 1;
}

static const struct http_route routes[] = {
	{ HTTP_GET, "/echo/{a}/{b}", on_echo, false, "get" },
	{ HTTP_POST, "/echo/{a}/{b}", on_echo, false, "post" },
	{ HTTP_GET, "/later", on_later, false, NULL },
	{ HTTP_GET, "/stream", on_stream, false, NULL },
	{ HTTP_GET, "/local", on_echo, true, "local" },
};

/* --- the server ------------------------------------------------------------------------------- */

static struct http_options options_of(struct server *s)
{
	return (struct http_options){ .listen = "127.0.0.1:0",
				      .socket_path = s->path,
				      .routes = routes,
				      .route_count = sizeof(routes) / sizeof(routes[0]),
				      .fallback = on_other,
				      .ctx = s,
				      .max_connections = 64,
				      .max_body = 1000,
				      .timeout_s = 15 };
}

static void run(struct thread *self, void *arg)
{
	struct server *s = arg;

	thread_ready(self, ERR_OK);
	loop_run(s->loop);
}

static struct server *start(void)
{
	static unsigned number;
	struct server *s = calloc(1, sizeof(*s));
	struct http_options options;

	assert_non_null(s);
	snprintf(s->path, sizeof(s->path), "/tmp/minsheng-http-%d-%u.sock", (int)getpid(),
		 number++);
	options = options_of(s);
	assert_int_equal(loop_new(&s->loop), ERR_OK);
	assert_int_equal(http_new(s->loop, &options, &(struct http_counters){ COUNTED(s->counted) }, &s->http), ERR_OK);
	assert_int_equal(loop_timer(s->loop, 10, on_timer, s, &s->timer), ERR_OK);
	assert_int_equal(thread_start("loop", run, s, &s->thread), ERR_OK);
	return s;
}

static void stop(struct server *s)
{
	loop_stop(s->loop);
	thread_join(s->thread);
	http_free(s->http);
	loop_source_free(s->timer);
	loop_free(s->loop);
	assert_int_not_equal(access(s->path, F_OK), 0); /* the socket's name is gone */
	free(s);
}

static int connect_tcp(const struct server *s)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(http_port(s->http)) };
	int fd = socket(AF_INET, SOCK_STREAM, 0), small = 4096;

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	return fd;
}

static int connect_local(const struct server *s)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(a.sun_path, sizeof(a.sun_path), "%s", s->path);
	assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	return fd;
}

static void send_text(int fd, const char *text)
{
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
}

/* Reads until the text is in what came. */
static void expect_text(int fd, const char *wanted)
{
	char got[8192] = "";
	size_t n = 0;

	while (strstr(got, wanted) == NULL) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		ssize_t more;

		assert_int_equal(poll(&p, 1, WAIT_MS), 1);
		more = read(fd, got + n, sizeof(got) - n - 1);
		if (more <= 0)
			fail_msg("closed before \"%s\" came: %s", wanted, got);
		n += (size_t)more;
		got[n] = '\0';
	}
}

static void ask(int fd, const char *request, const char *wanted)
{
	send_text(fd, request);
	expect_text(fd, wanted);
}

static void wait_for(const _Atomic int *n, int wanted)
{
	int64_t until = clock_monotonic_ms() + WAIT_MS;

	while (*n < wanted) {
		assert_true(clock_monotonic_ms() < until);
		poll(NULL, 0, 5);
	}
}

/* --- tests ------------------------------------------------------------------------------------ */

#define HOST "Host: localhost\r\n"

static void routes_and_parameters(void **state)
{
	struct server *s = start();
	int fd = connect_tcp(s);

	(void)state;
	ask(fd, "GET /echo/a%20b/%E7%81%AF?q=1%202 HTTP/1.1\r\n" HOST "\r\n",
	    "a b|灯|1 2|tcp|0|get");
	ask(fd, "POST /echo/a/b HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nxyz",
	    "a|b|-|tcp|3|post");
	ask(fd, "DELETE /echo/a/b HTTP/1.1\r\n" HOST "\r\n", "Allow: GET, HEAD, POST");
	ask(fd, "GET /echo/a HTTP/1.1\r\n" HOST "\r\n", "404 ");
	ask(fd, "GET /echo/a/b/ HTTP/1.1\r\n" HOST "\r\n", "404 ");
	ask(fd, "GET /echo//b HTTP/1.1\r\n" HOST "\r\n", "404 ");
	ask(fd, "GET /echo/a%00/b HTTP/1.1\r\n" HOST "\r\n", "404 ");
	ask(fd, "GET /local HTTP/1.1\r\n" HOST "\r\n", "403 ");
	ask(fd, "GET /echo/a/b HTTP/1.1\r\nHost: evil.example\r\n\r\n", "400 ");
	close(fd);
	assert_int_equal(counter_read(&s->counted.answers[0]), 2);
	assert_int_equal(counter_read(&s->counted.answers[2]), 7);
	stop(s);
}

static void unix_socket(void **state)
{
	struct server *s = start();
	int fd = connect_local(s);

	(void)state;
	ask(fd, "GET /local HTTP/1.1\r\nHost: any\r\n\r\n", "|me|0|local");
	close(fd);
	stop(s);
}

static void deferred(void **state)
{
	struct server *s = start();
	int fd = connect_tcp(s);

	(void)state;
	send_text(fd, "GET /later HTTP/1.1\r\n" HOST "\r\n");
	s->answer = true;
	expect_text(fd, "later");
	ask(fd, "GET /echo/a/b HTTP/1.1\r\n" HOST "\r\n", "a|b|-"); /* the connection lives on */
	s->answer = false;
	send_text(fd, "GET /later HTTP/1.1\r\n" HOST "\r\n");
	close(fd);
	s->answer = true; /* it left: either that is noticed, or the answer goes nowhere */
	fd = connect_tcp(s);
	ask(fd, "GET /echo/a/b HTTP/1.1\r\n" HOST "\r\n", "a|b|-");
	close(fd);
	assert_in_range(s->gone, 0, 1);
	stop(s);
}

static void deferred_at_the_end(void **state)
{
	struct server *s = start();
	int fd = connect_tcp(s);

	(void)state;
	send_text(fd, "GET /later HTTP/1.1\r\n" HOST "\r\n");
	wait_for(&s->waits, 1);
	stop(s); /* frees what still waits */
	close(fd);
}

static void streams(void **state)
{
	struct server *s = start();
	int fd = connect_tcp(s);

	(void)state;
	ask(fd, "GET /stream HTTP/1.1\r\n" HOST "\r\n", "first");
	close(fd);
	wait_for(&s->closed, 1); /* noticed without a word to send */
	fd = connect_tcp(s);
	ask(fd, "GET /stream HTTP/1.1\r\n" HOST "\r\n", "first");
	s->answer = true;
	wait_for(&s->full, 1); /* who does not read gets no more than the limit */
	stop(s);	       /* ends the stream first */
	close(fd);
}

static void stale_and_live_sockets(void **state)
{
	struct server *s = start();
	struct http_options options = options_of(s);
	struct loop *loop;
	struct http *other = NULL;
	struct counted counted = { 0 };
	char stale[100];
	int fd;
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	(void)state;
	assert_int_equal(loop_new(&loop), ERR_OK);
	assert_int_equal(http_new(loop, &options, &(struct http_counters){ COUNTED(counted) }, &other), ERR_BUSY);
	snprintf(stale, sizeof(stale), "%s.stale", s->path);
	snprintf(a.sun_path, sizeof(a.sun_path), "%s", stale);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	close(fd); /* its name stays behind */
	options.socket_path = stale;
	assert_int_equal(http_new(loop, &options, &(struct http_counters){ COUNTED(counted) }, &other), ERR_OK);
	http_free(other);
	loop_free(loop);
	stop(s);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(routes_and_parameters),
		cmocka_unit_test(unix_socket),
		cmocka_unit_test(deferred),
		cmocka_unit_test(deferred_at_the_end),
		cmocka_unit_test(streams),
		cmocka_unit_test(stale_and_live_sockets),
	};

	thread_block_signals();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
