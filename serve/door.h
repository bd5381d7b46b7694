/* SPDX-License-Identifier: MIT */
/* By which way a request came: what its peer and its headers prove, and what they only say. Any
 * thread. */
#ifndef SERVE_DOOR_H
#define SERVE_DOOR_H

#include <stdbool.h>
#include <stddef.h>

#include "serve/address.h"

/* What is known of a request; a header that is absent is NULL. */
struct door_facts {
	const char *peer; /* address of the other end of the connection */
	const char *host; /* header Host */
	const char *forwarded_for, *forwarded_proto; /* X-Forwarded-For, X-Forwarded-Proto */
	bool forwarded; /* there is any header that a proxy sets */
	const char *proxies; /* networks that are believed */
};

struct door {
	char address[ADDRESS_TEXT]; /* whose it is: the peer's, or as a trusted proxy says */
	/* From this machine, to a name of this machine, through no proxy: it is somebody who could
	 * read the page here anyway. */
	bool direct;
	bool https; /* a trusted proxy says so */
};

void door_read(const struct door_facts *f, struct door *out);
/* Whether a page of this origin (header Origin) is the one that Host names. */
bool door_is_same_origin(const char *origin, const char *host, bool https);
/* Whether the header Host is that name, with or without a port. */
bool door_is_host(const char *host, const char *name);
bool door_is_loopback_name(const char *host);
/* The value of a cookie in the header Cookie, of cap - 1 bytes at most. */
bool door_cookie(const char *header, const char *name, char *out, size_t cap);

#endif
