/* SPDX-License-Identifier: MIT */
/* Streams over the Unix socket: whoever ends one is told apart, and the connection serves again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "serve/control.h"

#define STREAM "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nevent: head\n\n"
#define REFUSED "HTTP/1.1 503 No\r\nContent-Length: 2\r\n\r\nno"

static char path[64];

/* --- a server that says one thing ------------------------------------------------------------- */
static void serve_one(int listener, const char *wanted, const char *answer, bool stay)
{
	char request[4096] = "";
	size_t n = 0;
	int s = accept(listener, NULL, NULL);

	while (s >= 0 && n < sizeof(request) - 1 && strstr(request, "\r\n\r\n") == NULL) {
		ssize_t got = read(s, request + n, sizeof(request) - 1 - n);

		if (got <= 0)
			_exit(1);
		n += (size_t)got;
		request[n] = '\0';
	}
	if (s < 0 || strstr(request, wanted) == NULL ||
	    write(s, answer, strlen(answer)) != (ssize_t)strlen(answer))
		_exit(2);
	while (stay && read(s, request, sizeof(request)) > 0)
		;
	close(s);
}

static pid_t serve(const char *wanted, const char *answer, bool stay)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	pid_t child;

	snprintf(path, sizeof(path), "/tmp/test-control-%d", (int)getpid());
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	unlink(path);
	assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(listener, 4), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		alarm(30);
		serve_one(listener, wanted, answer, stay);
		_exit(0);
	}
	close(listener);
	return child;
}

static void assert_served(pid_t child)
{
	int status;

	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	unlink(path);
}

/* --- a listener ------------------------------------------------------------------------------- */
struct heard {
	char text[256];
	bool enough; /* after the first piece */
	bool leave;  /* as soon as something came */
	int asked;
};

static bool on_data(void *ctx, struct bytes piece)
{
	struct heard *h = ctx;
	size_t n = strlen(h->text);

	assert_true(n + piece.len < sizeof(h->text));
	memcpy(h->text + n, piece.data, piece.len);
	h->text[n + piece.len] = '\0';
	return !h->enough;
}

static bool on_alive(void *ctx)
{
	struct heard *h = ctx;

	h->asked++;
	return !h->leave || h->text[0] == '\0';
}

static enum err listen_to(struct control *c, struct heard *h, const char *last, int *status)
{
	struct control_sink sink = { on_data, on_alive, h };

	return control_stream(c, "/api/v1/stream", last, &sink, status);
}

/* --- tests ------------------------------------------------------------------------------------ */
static void the_other_side_ends_it(void **state)
{
	pid_t child = serve("Last-Event-ID: 42\r\n", STREAM, false);
	struct heard h = { .text = "" };
	struct control *c;
	int status;

	(void)state;
	assert_int_equal(control_open(path, &c), ERR_OK);
	assert_int_equal(listen_to(c, &h, "42", &status), ERR_CLOSED);
	assert_int_equal(status, 200);
	assert_string_equal(h.text, "event: head\n\n");
	assert_served(child);
	control_close(c);
}

static void the_caller_ends_it(void **state)
{
	struct heard enough = { .enough = true }, gone = { .leave = true };
	struct control *c;
	int status;
	pid_t child = serve("GET /api/v1/stream", STREAM, true);

	(void)state;
	assert_int_equal(control_open(path, &c), ERR_OK);
	assert_int_equal(listen_to(c, &enough, NULL, &status), ERR_OK);
	assert_served(child);
	child = serve("GET /api/v1/stream", STREAM, true);
	assert_int_equal(listen_to(c, &gone, NULL, &status), ERR_OK);
	assert_served(child);
	control_close(c);
}

static void the_connection_serves_again(void **state)
{
	struct heard h = { .text = "" };
	struct buf body = { 0 };
	struct control *c;
	int status;
	pid_t child = serve("GET /api/v1/stream", REFUSED, false);

	(void)state;
	assert_int_equal(control_open(path, &c), ERR_OK);
	assert_int_equal(listen_to(c, &h, NULL, &status), ERR_CLOSED);
	assert_int_equal(status, 503);
	assert_served(child);
	assert_int_equal(listen_to(c, &h, NULL, &status), ERR_CLOSED); /* nobody is there */
	assert_int_equal(status, 0);
	child = serve("GET /x", REFUSED, false);
	h.asked = 0;
	assert_int_equal(control_get(c, "/x", 5000, &status, &body), ERR_OK);
	assert_int_equal(status, 503);
	assert_true(bytes_equal(buf_bytes(&body), bytes_of_string("no")));
	assert_int_equal(h.asked, 0);
	assert_served(child);
	buf_free(&body);
	control_close(c);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_other_side_ends_it),
		cmocka_unit_test(the_caller_ends_it),
		cmocka_unit_test(the_connection_serves_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
