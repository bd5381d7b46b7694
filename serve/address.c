/* SPDX-License-Identifier: MIT */
#include "serve/address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* IPv4 as ::ffff:a.b.c.d, so that there is one form. */
struct network {
	unsigned char bytes[16];
	unsigned bits;
};

static bool read_address(const char *text, size_t n, unsigned char out[16], bool *four)
{
	static const unsigned char mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
	char copy[ADDRESS_TEXT];

	if (n == 0 || n >= sizeof(copy))
		return false;
	memcpy(copy, text, n);
	copy[n] = '\0';
	memcpy(out, mapped, sizeof(mapped));
	*four = inet_pton(AF_INET, copy, out + 12) == 1;
	if (*four)
		return true;
	if (inet_pton(AF_INET6, copy, out) != 1)
		return false;
	*four = memcmp(out, mapped, sizeof(mapped)) == 0;
	return true;
}

static bool read_network(const char *text, size_t n, struct network *out)
{
	const char *slash = memchr(text, '/', n);
	size_t address = slash ? (size_t)(slash - text) : n;
	unsigned long bits, most;
	char *end;
	bool four;

	if (!read_address(text, address, out->bytes, &four))
		return false;
	most = four ? 32 : 128;
	bits = most;
	if (slash != NULL) {
		if (slash[1] < '0' || slash[1] > '9')
			return false;
		bits = strtoul(slash + 1, &end, 10);
		if (end != text + n || bits > most)
			return false;
	}
	out->bits = (unsigned)(bits + (128 - most));
	return true;
}

bool address_is_network(const char *text)
{
	struct network n;

	return read_network(text, strlen(text), &n);
}

static bool holds(const struct network *n, const unsigned char address[16])
{
	unsigned whole = n->bits / 8, rest = n->bits % 8;

	if (memcmp(n->bytes, address, whole) != 0)
		return false;
	return rest == 0 || ((n->bytes[whole] ^ address[whole]) >> (8 - rest)) == 0;
}

bool address_in(const char *address, const char *networks)
{
	unsigned char bytes[16];
	struct network n;
	bool four;

	if (!read_address(address, strlen(address), bytes, &four))
		return false;
	for (size_t word; *networks != '\0'; networks += word) {
		networks += strspn(networks, " ");
		word = strcspn(networks, " ");
		if (word > 0 && read_network(networks, word, &n) && holds(&n, bytes))
			return true;
	}
	return false;
}

bool address_is_loopback(const char *address)
{
	return address_in(address, "127.0.0.0/8 ::1");
}

bool address_group(const char *address, char out[ADDRESS_TEXT])
{
	unsigned char bytes[16];
	bool four;

	snprintf(out, ADDRESS_TEXT, "%s", address);
	if (!read_address(address, strlen(address), bytes, &four))
		return false;
	if (four) {
		inet_ntop(AF_INET, bytes + 12, out, ADDRESS_TEXT);
	} else {
		memset(bytes + 8, 0, 8);
		inet_ntop(AF_INET6, bytes, out, ADDRESS_TEXT);
	}
	return true;
}
