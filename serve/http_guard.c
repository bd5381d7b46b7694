/* SPDX-License-Identifier: MIT */
#include "serve/http_guard.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define LISTENERS 2
#define FD_MAX 65536 /* a connection with a higher descriptor is counted, not timed */

/* What is known of a descriptor; the inode tells whether it is still the same socket. */
struct seat {
	ino_t inode; /* 0: none seen */
	int64_t since;
	bool busy;
};

struct http_guard {
	int64_t deadline_ms;
	struct sockaddr_storage listeners[LISTENERS];
	socklen_t lengths[LISTENERS];
	size_t count;
	struct seat *seats; /* by descriptor */
	size_t seat_count;
};

enum err http_guard_new(int64_t deadline_ms, struct http_guard **out)
{
	struct http_guard *g = calloc(1, sizeof(*g));

	if (g == NULL)
		return ERR_NOMEM;
	g->deadline_ms = deadline_ms;
	*out = g;
	return ERR_OK;
}

void http_guard_free(struct http_guard *g)
{
	if (g == NULL)
		return;
	free(g->seats);
	free(g);
}

void http_guard_listener(struct http_guard *g, int fd)
{
	socklen_t length = sizeof(g->listeners[0]);

	if (g->count == LISTENERS ||
	    getsockname(fd, (struct sockaddr *)&g->listeners[g->count], &length) != 0)
		return;
	g->lengths[g->count++] = length;
}

static struct seat *seat_of(struct http_guard *g, int fd)
{
	size_t n = (size_t)fd;

	if (fd < 0 || n >= FD_MAX)
		return NULL;
	if (n >= g->seat_count) {
		size_t want = (n + 64) / 64 * 64 + 64;
		struct seat *more = realloc(g->seats, want * sizeof(*more));

		if (more == NULL)
			return NULL;
		memset(more + g->seat_count, 0, (want - g->seat_count) * sizeof(*more));
		g->seats = more;
		g->seat_count = want;
	}
	return &g->seats[n];
}

/* The seat as that of the socket that the descriptor is now. */
static struct seat *taken(struct http_guard *g, int fd, int64_t now_ms)
{
	struct seat *s = seat_of(g, fd);
	struct stat st;

	if (s == NULL || fstat(fd, &st) != 0)
		return NULL;
	if (s->inode != st.st_ino)
		*s = (struct seat){ .inode = st.st_ino, .since = now_ms };
	return s;
}

static void mark(struct http_guard *g, int fd, int64_t now_ms, bool busy)
{
	struct seat *s = taken(g, fd, now_ms);

	if (s == NULL)
		return;
	s->since = now_ms;
	s->busy = busy;
}

void http_guard_alive(struct http_guard *g, int fd, int64_t now_ms)
{
	mark(g, fd, now_ms, false);
}

void http_guard_busy(struct http_guard *g, int fd, int64_t now_ms)
{
	mark(g, fd, now_ms, true);
}

/* A socket that was accepted has its listener's address, but for the wildcard's. */
static bool is_ours(const struct http_guard *g, int fd)
{
	struct sockaddr_storage address = { 0 };
	socklen_t length = sizeof(address);
	int listens = 0;
	socklen_t size = sizeof(listens);

	if (getsockname(fd, (struct sockaddr *)&address, &length) != 0 ||
	    getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 || listens)
		return false;
	for (size_t i = 0; i < g->count; i++) {
		const struct sockaddr_storage *l = &g->listeners[i];

		if (l->ss_family != address.ss_family)
			continue;
		/* of both internet families, the port stands behind the family */
		if (l->ss_family != AF_UNIX &&
		    memcmp((const char *)l + sizeof(l->ss_family),
			   (const char *)&address + sizeof(l->ss_family), 2) == 0)
			return true;
		if (l->ss_family == AF_UNIX && g->lengths[i] == length &&
		    memcmp(l, &address, length) == 0)
			return true;
	}
	return false;
}

size_t http_guard_count(struct http_guard *g, int64_t now_ms, size_t *overdue)
{
	DIR *d = opendir("/proc/self/fd");
	struct dirent *each;
	size_t n = 0;

	*overdue = 0;
	if (d == NULL)
		return SIZE_MAX;
	while ((each = readdir(d)) != NULL) {
		int fd = isdigit((unsigned char)each->d_name[0]) ? atoi(each->d_name) : -1;
		struct seat *s;

		if (fd < 0 || !is_ours(g, fd))
			continue;
		n++;
		s = taken(g, fd, now_ms);
		if (s == NULL || s->busy || now_ms - s->since <= g->deadline_ms)
			continue;
		shutdown(fd, SHUT_RDWR);
		s->since = now_ms;
		++*overdue;
	}
	closedir(d);
	return n;
}
