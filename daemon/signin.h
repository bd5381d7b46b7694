/* SPDX-License-Identifier: MIT */
/* Sessions of users who signed in: in memory alone, so that none outlives the daemon. The token is
 * known to the browser only; its hash is kept. Times are monotonic ms. Main thread. */
#ifndef DAEMON_SIGNIN_H
#define DAEMON_SIGNIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/crypto.h"
#include "base/err.h"
#include "daemon/users.h"

#define SIGNIN_TOKEN 44 /* 256 random bits as base64, with NUL */

struct signin;

struct signin_session {
	char name[USERS_NAME];
	uint64_t number; /* rising from 1; of no other session */
	int64_t until;	 /* when it ends at the latest */
};

/* max: sessions at a time; when there are more, the one that was idle longest ends. */
enum err signin_new(size_t max, int64_t idle_ms, int64_t life_ms, struct signin **out);
void signin_free(struct signin *s); /* accepts NULL */

void signin_begin(struct signin *s, const char *name, int64_t now, char token[SIGNIN_TOKEN]);
/* The session of the token, which counts as used now; NULL: there is none, or it has ended. Valid
 * until the next call that begins or ends one. */
const struct signin_session *signin_find(struct signin *s, const char *token, int64_t now);
/* Whether the session of that number goes on; it does not count as used. */
bool signin_lasts(const struct signin *s, uint64_t number, int64_t now);
void signin_end(struct signin *s, uint64_t number);
void signin_end_user(struct signin *s, const char *name); /* all of hers */
size_t signin_count(const struct signin *s, int64_t now);

/* What the page has to send back with each POST: follows from the token, and does not tell it. */
void signin_csrf(const char *token, char out[SIGNIN_TOKEN]);

#endif
