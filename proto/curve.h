/* SPDX-License-Identifier: MIT */
/* CURVE key pairs as 32 raw bytes and as z85 text of 40 characters, and key files: one secret
 * key as z85 on one line, mode 0600. */
#ifndef PROTO_CURVE_H
#define PROTO_CURVE_H

#include "base/err.h"
#include <stdint.h>

#define CURVE_KEY_LEN 32
#define CURVE_TEXT_LEN 41 /* with NUL */

struct curve_pair {
	char public_text[CURVE_TEXT_LEN];
	char secret_text[CURVE_TEXT_LEN];
};

enum err curve_generate(struct curve_pair *out);
/* ERR_INVALID: not 40 characters of z85. */
enum err curve_decode(const char *text, uint8_t out[CURVE_KEY_LEN]);
void curve_encode(const uint8_t key[CURVE_KEY_LEN], char out[CURVE_TEXT_LEN]);
/* Reads a secret key file (fs_read_secret's rules) and derives the public key. */
enum err curve_load(const char *path, struct curve_pair *out);
/* Writes the secret key, mode 0600, never over an existing file (ERR_EXISTS). */
enum err curve_save(const char *path, const struct curve_pair *pair);
void curve_wipe(struct curve_pair *pair);
/* "word-word-word-word-word-word 1a2b3c4d", for people to compare over the telephone: the first
 * ten bytes of the key's BLAKE2b hash, six as words and four as hex. */
void curve_fingerprint(const uint8_t key[CURVE_KEY_LEN], char out[64]);

#endif
