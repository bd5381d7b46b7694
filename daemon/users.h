/* SPDX-License-Identifier: MIT */
/* Who may sign in, and the links that let somebody read without: a file beside the store, mode
 * 0600, written whole. Main thread. */
#ifndef DAEMON_USERS_H
#define DAEMON_USERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/crypto.h"
#include "base/err.h"
#include "daemon/roles.h"
#include "proto/limits.h"

#define USERS_NAME 33	 /* bytes of a name with NUL: a-z, 0-9, "." "_" "-", a letter first */
#define USERS_DISPLAY 97 /* of the name that people read */
#define USERS_SCREEN 201 /* of "#/wall" */
#define USERS_NOTE 201
#define USERS_LINK 17 /* an id: 16 hex digits */

struct users_one {
	char name[USERS_NAME];
	char display[USERS_DISPLAY];
	enum role role;
	char unit[LIMITS_ID + 1]; /* of role unit; else "" */
	char hash[CRYPTO_PASSWORD_LEN];
	bool disabled;
};

struct users_link {
	char id[USERS_LINK];
	char screen[USERS_SCREEN];
	char note[USERS_NOTE];
	char by[128];	   /* who made it */
	int64_t made, until; /* ms */
	int64_t revoked;   /* ms; 0: it is not */
};

struct users;

/* A file that is absent: nobody yet. A file that can't be used (rights beyond the owner's, damage)
 * is no error here: users_fault tells, nobody can sign in, and nothing is written over it. */
enum err users_open(const char *path, struct users **out);
void users_free(struct users *u); /* accepts NULL; wipes */
/* ERR_DENIED: mode or owner of the file; ERR_INVALID: not what we wrote; ERR_OK. */
enum err users_fault(const struct users *u);

bool users_name_is_fine(const char *name);
/* One line of UTF-8 text without control characters, 1 .. cap - 1 bytes. */
bool users_text_is_fine(const char *text, size_t cap);

/* Valid until the next change. */
const struct users_one *users_find(const struct users *u, const char *name);
const struct users_one *users_at(const struct users *u, size_t i); /* by name; NULL: no more */
const struct users_link *users_link(const struct users *u, const char *id);
const struct users_link *users_link_at(const struct users *u, size_t i); /* oldest first */

/* Adds one, or puts it in place of that of the same name or id, and writes the file: durable when
 * it returns. On an error nothing has changed. ERR_FULL: too many. */
enum err users_put(struct users *u, const struct users_one *one);
/* now: links that have expired make room where there is none. */
enum err users_link_put(struct users *u, const struct users_link *link, int64_t now);

#endif
