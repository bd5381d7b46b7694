/* SPDX-License-Identifier: MIT */
#include "serve/door.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Behind a trusted proxy stands who it saw; behind that one perhaps another trusted one: the last
 * address that is none of theirs. What stands before it was written by anybody. */
static void read_client(const struct door_facts *f, char out[ADDRESS_TEXT])
{
	size_t end = strlen(f->forwarded_for);
	char each[ADDRESS_TEXT];

	while (end > 0) {
		size_t begin = end, stop = end;

		while (begin > 0 && f->forwarded_for[begin - 1] != ',')
			begin--;
		while (begin < stop && f->forwarded_for[begin] == ' ')
			begin++;
		while (stop > begin && f->forwarded_for[stop - 1] == ' ')
			stop--;
		if (stop - begin >= ADDRESS_TEXT)
			return;
		snprintf(each, sizeof(each), "%.*s", (int)(stop - begin), f->forwarded_for + begin);
		if (!address_in(each, "::/0 0.0.0.0/0"))
			return; /* no address: who sent it is not known better than by the proxy */
		memcpy(out, each, sizeof(each));
		if (!address_in(each, f->proxies))
			return;
		while (begin > 0 && f->forwarded_for[begin - 1] == ' ')
			begin--;
		end = begin > 0 ? begin - 1 : 0;
	}
}

bool door_is_host(const char *host, const char *name)
{
	size_t n = strlen(name);

	if (strncasecmp(host, name, n) != 0)
		return false;
	host += n;
	return *host == '\0' || (*host == ':' && host[1 + strspn(host + 1, "0123456789")] == '\0');
}

bool door_is_loopback_name(const char *host)
{
	return door_is_host(host, "127.0.0.1") || door_is_host(host, "localhost") ||
	       door_is_host(host, "[::1]");
}

void door_read(const struct door_facts *f, struct door *out)
{
	bool trusted = address_in(f->peer, f->proxies);

	*out = (struct door){ 0 };
	snprintf(out->address, sizeof(out->address), "%s", f->peer);
	out->direct = !f->forwarded && f->host != NULL && door_is_loopback_name(f->host) &&
		      address_is_loopback(f->peer);
	if (!trusted)
		return;
	if (f->forwarded_for != NULL)
		read_client(f, out->address);
	out->https = f->forwarded_proto != NULL && strcasecmp(f->forwarded_proto, "https") == 0;
}

bool door_is_same_origin(const char *origin, const char *host, bool https)
{
	bool secure = strncmp(origin, "https://", 8) == 0;

	if (host == NULL || (!secure && strncmp(origin, "http://", 7) != 0) || (https && !secure))
		return false;
	return strcasecmp(origin + (secure ? 8 : 7), host) == 0;
}

bool door_cookie(const char *header, const char *name, char *out, size_t cap)
{
	size_t n = strlen(name);

	while (header != NULL && *header != '\0') {
		size_t length;

		header += strspn(header, " ;");
		length = strcspn(header, ";");
		if (length > n + 1 && header[n] == '=' && strncmp(header, name, n) == 0 &&
		    length - n - 1 < cap) {
			snprintf(out, cap, "%.*s", (int)(length - n - 1), header + n + 1);
			return true;
		}
		header += length;
	}
	return false;
}
