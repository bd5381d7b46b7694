/* SPDX-License-Identifier: MIT */
/* How many HTTP connections there are, and for how long: evhttp has no bound of its own, does not
 * tell when a connection ends, and lets a slow one stay for ever as long as a byte comes now and
 * then. So the process's sockets are looked at once a second: those with a listener's own address
 * are its connections. Private to the HTTP files. */
#ifndef SERVE_HTTP_GUARD_H
#define SERVE_HTTP_GUARD_H

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/err.h"

struct http_guard;

/* deadline_ms: how long a connection may be open without a whole request. */
enum err http_guard_new(int64_t deadline_ms, struct http_guard **out);
void http_guard_free(struct http_guard *g); /* accepts NULL */

/* The address that a listener is bound to; two at most. */
void http_guard_listener(struct http_guard *g, int fd);
/* A whole request came, or was answered: its connection's time begins anew. */
void http_guard_alive(struct http_guard *g, int fd, int64_t now_ms);
/* The connection is answered later, or streams: it may stay. */
void http_guard_busy(struct http_guard *g, int fd, int64_t now_ms);
/* Counts the connections, and cuts off those that are overdue (their owner then sees their end).
 * SIZE_MAX: there is no descriptor left to count with. *overdue: how many were cut off. */
size_t http_guard_count(struct http_guard *g, int64_t now_ms, size_t *overdue);

#endif
