/* SPDX-License-Identifier: MIT */
/* Who this folder speaks for: identity.json (readable) and key.secret (0600). */
#ifndef COLLECTORS_IDENTITY_H
#define COLLECTORS_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "proto/curve.h"

#define IDENTITY_SERVERS 8
#define IDENTITY_ADDRESS 256

struct identity {
	char reporter[72];  /* id of the unit; empty while it waits for approval */
	char name[200];     /* of the unit, as people call it; may be empty */
	char programme[72]; /* empty: whatever the daemon has */
	char server_key[CURVE_TEXT_LEN];
	char servers[IDENTITY_SERVERS][IDENTITY_ADDRESS]; /* tried one after the other */
	size_t server_count;
	struct curve_pair pair; /* wipe it: identity_wipe */
};

/* ERR_NOTFOUND: the folder is not enrolled. ERR_INVALID: damaged; why is logged. ERR_DENIED: the
 * key file may be read by others. */
enum err identity_load(const char *folder, struct identity *out);
/* Writes identity.json; the key is written by identity_make_key. */
enum err identity_save(const char *folder, const struct identity *id);
/* Loads the folder's key, or makes one. */
enum err identity_make_key(const char *folder, struct curve_pair *out);
void identity_wipe(struct identity *id);

#endif
