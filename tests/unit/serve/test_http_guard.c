/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <sys/un.h>
#include <unistd.h>

#include "serve/http_guard.h"

#define DEADLINE_MS 1000

struct link {
	int listener, client, accepted;
};

static struct link join(int family, const struct sockaddr *a, socklen_t length)
{
	struct link l;
	struct sockaddr_storage bound = { 0 };
	socklen_t bound_length = sizeof(bound);

	l.listener = socket(family, SOCK_STREAM, 0);
	assert_int_equal(bind(l.listener, a, length), 0);
	assert_int_equal(listen(l.listener, 4), 0);
	assert_int_equal(getsockname(l.listener, (struct sockaddr *)&bound, &bound_length), 0);
	l.client = socket(family, SOCK_STREAM, 0);
	assert_int_equal(connect(l.client, (struct sockaddr *)&bound, bound_length), 0);
	l.accepted = accept(l.listener, NULL, NULL);
	assert_true(l.accepted >= 0);
	return l;
}

static struct link join_tcp(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET };

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return join(AF_INET, (struct sockaddr *)&a, sizeof(a));
}

static void end(struct link l)
{
	close(l.listener);
	close(l.client);
	close(l.accepted);
}

static struct http_guard *guard(const struct link *l)
{
	struct http_guard *g;

	assert_int_equal(http_guard_new(DEADLINE_MS, &g), ERR_OK);
	http_guard_listener(g, l->listener);
	return g;
}

static bool is_cut(int client)
{
	char c;

	return recv(client, &c, 1, MSG_DONTWAIT) == 0;
}

/* Neither listeners nor the other ends of connections, nor sockets of others. */
static void counts_its_own(void **state)
{
	struct link l = join_tcp(), foreign = join_tcp();
	struct http_guard *g = guard(&l);
	size_t overdue;

	(void)state;
	assert_int_equal(http_guard_count(g, 1, &overdue), 1);
	close(l.accepted);
	l.accepted = -1;
	assert_int_equal(http_guard_count(g, 1, &overdue), 0);
	http_guard_free(g);
	end(l);
	end(foreign);
}

static void unix_sockets(void **state)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	struct link l;
	struct http_guard *g;
	size_t overdue;

	(void)state;
	snprintf(a.sun_path, sizeof(a.sun_path), "/tmp/minsheng-guard-%d", (int)getpid());
	l = join(AF_UNIX, (struct sockaddr *)&a, sizeof(a));
	g = guard(&l);
	assert_int_equal(http_guard_count(g, 1, &overdue), 1);
	http_guard_free(g);
	end(l);
	unlink(a.sun_path);
}

static void cuts_what_is_overdue(void **state)
{
	struct link l = join_tcp();
	struct http_guard *g = guard(&l);
	size_t overdue;

	(void)state;
	http_guard_count(g, 100, &overdue);
	http_guard_count(g, 100 + DEADLINE_MS, &overdue);
	assert_int_equal(overdue, 0);
	http_guard_alive(g, l.accepted, 100 + DEADLINE_MS); /* a request came */
	http_guard_count(g, 101 + DEADLINE_MS, &overdue);
	assert_int_equal(overdue, 0);
	assert_false(is_cut(l.client));
	http_guard_count(g, 101 + 2 * DEADLINE_MS, &overdue);
	assert_int_equal(overdue, 1);
	assert_true(is_cut(l.client));
	http_guard_free(g);
	end(l);
}

static void busy_ones_stay(void **state)
{
	struct link l = join_tcp();
	struct http_guard *g = guard(&l);
	size_t overdue;

	(void)state;
	http_guard_busy(g, l.accepted, 100);
	http_guard_count(g, 100 * DEADLINE_MS, &overdue);
	assert_int_equal(overdue, 0);
	http_guard_free(g);
	end(l);
}

/* A descriptor that is another socket by now begins anew. */
static void descriptors_come_again(void **state)
{
	struct link l = join_tcp();
	struct http_guard *g = guard(&l);
	struct sockaddr_storage a;
	socklen_t length = sizeof(a);
	int old = l.accepted;
	size_t overdue;

	(void)state;
	http_guard_count(g, 100, &overdue);
	close(l.accepted);
	close(l.client);
	assert_int_equal(getsockname(l.listener, (struct sockaddr *)&a, &length), 0);
	l.client = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(connect(l.client, (struct sockaddr *)&a, length), 0);
	l.accepted = accept(l.listener, NULL, NULL);
	if (l.accepted != old && dup2(l.accepted, old) == old) {
		close(l.accepted);
		l.accepted = old;
	}
	http_guard_count(g, 101 + DEADLINE_MS, &overdue);
	assert_int_equal(overdue, 0);
	http_guard_free(g);
	end(l);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_its_own),	  cmocka_unit_test(unix_sockets),
		cmocka_unit_test(cuts_what_is_overdue),	  cmocka_unit_test(busy_ones_stay),
		cmocka_unit_test(descriptors_come_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
