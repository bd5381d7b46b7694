/* SPDX-License-Identifier: MIT */
/* The invitation: one line of text that says where the daemon is, how to know it, and holds a
 * secret that is good for one key. */
#ifndef COLLECTORS_TOKEN_H
#define COLLECTORS_TOKEN_H

#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"
#include "collectors/identity.h"

#define TOKEN_TEXT_MAX 8192
#define TOKEN_NONCE_LEN 16

struct token {
	char ingest[IDENTITY_ADDRESS];
	char enrol[IDENTITY_ADDRESS];
	char server_key[CURVE_TEXT_LEN];
	char unit[72];
	char unit_name[200];
	char role[16];
	int64_t expires_ms; /* 0: not said */
	uint8_t nonce[TOKEN_NONCE_LEN];
};

/* White space around the token is taken off. ERR_INVALID: no token; ERR_VERSION: of a version
 * that this program does not know. *why, where not NULL, is a short static English reason. */
enum err token_parse(struct bytes text, struct token *out, const char **why);

#endif
