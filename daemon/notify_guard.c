/* SPDX-License-Identifier: MIT */
#include "daemon/notify_guard.h"

#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

#include "base/bytes.h"

static bool is_private4(uint32_t address)
{
	static const struct {
		uint32_t net;
		unsigned bits;
	} nets[] = {
		{ 0x00000000, 8 },  { 0x0a000000, 8 },	{ 0x64400000, 10 }, { 0x7f000000, 8 },
		{ 0xa9fe0000, 16 }, { 0xac100000, 12 }, { 0xc0000000, 24 }, { 0xc0a80000, 16 },
		{ 0xc6120000, 15 }, { 0xe0000000, 4 },	{ 0xf0000000, 4 },
	};

	for (size_t i = 0; i < sizeof(nets) / sizeof(nets[0]); i++)
		if (address >> (32 - nets[i].bits) == nets[i].net >> (32 - nets[i].bits))
			return true;
	return false;
}

/* Where an IPv6 address carries an IPv4 one: compatible, mapped, translated, NAT64, 6to4. */
static bool inner4(const uint8_t *a, uint32_t *out)
{
	static const uint8_t before[][12] = {
		{ 0 },
		{ [10] = 0xff, [11] = 0xff },
		{ [8] = 0xff, [9] = 0xff },
		{ 0x00, 0x64, 0xff, 0x9b },
	};
	bool last = false;

	for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++)
		last |= memcmp(a, before[i], sizeof(before[i])) == 0;

	if (last)
		*out = bytes_load32(a + 12);
	else if (a[0] == 0x20 && a[1] == 0x02)
		*out = bytes_load32(a + 2);
	else
		return false;
	return true;
}

/* A translator of one's own network, or a tunnel: what lies behind can't be told from the address. */
static bool leads_on(const uint8_t *a)
{
	static const uint8_t nat64[] = { 0x00, 0x64, 0xff, 0x9b, 0x00, 0x01 },
			     teredo[] = { 0x20, 0x01, 0x00, 0x00 };

	return memcmp(a, nat64, sizeof(nat64)) == 0 || memcmp(a, teredo, sizeof(teredo)) == 0;
}

static bool is_private6(const uint8_t *a)
{
	uint32_t inner;

	if (inner4(a, &inner)) /* ::1 and :: lie in 0.0.0.0/8 */
		return is_private4(inner);
	return leads_on(a) || (a[0] & 0xfe) == 0xfc || (a[0] == 0xfe && (a[1] & 0x80) != 0) || a[0] == 0xff;
}

bool notify_guard_private(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET) {
		struct sockaddr_in in;

		memcpy(&in, address, sizeof(in));
		return is_private4(ntohl(in.sin_addr.s_addr));
	}
	if (address->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;

		memcpy(&in6, address, sizeof(in6));
		return is_private6(in6.sin6_addr.s6_addr);
	}
	return true;
}
