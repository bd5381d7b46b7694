/* SPDX-License-Identifier: MIT */
/* Addresses of machines and networks, as texts. Any thread. */
#ifndef SERVE_ADDRESS_H
#define SERVE_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

#define ADDRESS_TEXT 64

/* An address, or a network such as 10.2.0.0/16, IPv4 or IPv6. */
bool address_is_network(const char *text);
/* Whether the address lies in one of the networks, which stand with spaces between them. */
bool address_in(const char *address, const char *networks);
bool address_is_loopback(const char *address);
/* What one customer of an access network has: the address, or the /64 of an IPv6 one. False, and the
 * text itself: it is no address. */
bool address_group(const char *address, char out[ADDRESS_TEXT]);

#endif
