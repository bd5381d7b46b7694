/* SPDX-License-Identifier: MIT */
/* Links that let somebody read without signing in: a token that says who it is (id), until when and
 * for which screen, under a code that only the holder of the server's key can make. Any thread. */
#ifndef DAEMON_VIEW_LINK_H
#define DAEMON_VIEW_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/users.h"
#include "proto/curve.h"

#define VIEW_LINK_TOKEN 400

struct view_link_key {
	uint8_t bytes[CRYPTO_HASH_LEN];
};
struct view_link {
	char id[USERS_LINK];
	char screen[USERS_SCREEN];
	int64_t until; /* ms */
};

/* Follows from the server's secret key: with another one all links end. */
void view_link_key(const struct curve_pair *keys, struct view_link_key *out);
/* until counts to the second. */
void view_link_write(const struct view_link_key *key, const struct view_link *link,
		     char token[VIEW_LINK_TOKEN]);
/* False: nobody here wrote it. Whether it is over, or revoked, is for the caller. */
bool view_link_read(const struct view_link_key *key, const char *token, struct view_link *out);

#endif
