/* SPDX-License-Identifier: MIT */
/* Hashes, random bytes and comparison in constant time, by libsodium. */
#ifndef BASE_CRYPTO_H
#define BASE_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"

#define CRYPTO_HASH_LEN 32

/* Once a process, before anything else here. May be called again. ERR_FATAL where the system has
 * no random numbers. */
enum err crypto_init(void);

/* BLAKE2b, 32 bytes, no key. */
void crypto_digest(struct bytes b, uint8_t out[CRYPTO_HASH_LEN]);

/* The same in pieces. The state may stand anywhere, but not move between begin and end. */
struct crypto_hasher {
	uint8_t opaque[384 + 64];
};
void crypto_hash_begin(struct crypto_hasher *h);
void crypto_hash_add(struct crypto_hasher *h, struct bytes b);
void crypto_hash_end(struct crypto_hasher *h, uint8_t out[CRYPTO_HASH_LEN]);

/* HMAC-SHA256 (RFC 2104) with a key of any length, for receivers that ask for it. */
void crypto_hmac_sha256(struct bytes key, struct bytes message, uint8_t out[CRYPTO_HASH_LEN]);

/* SHA-256 (FIPS 180-4), where others ask for it: Content-Security-Policy. */
void crypto_sha256(struct bytes b, uint8_t out[CRYPTO_HASH_LEN]);

void crypto_random(uint8_t *out, size_t len);
/* Below bound, evenly. */
uint32_t crypto_random_below(uint32_t bound);
bool crypto_equal(const uint8_t *a, const uint8_t *b, size_t len);
void crypto_wipe(void *p, size_t len);
/* URL-safe base64 without padding, for tokens, with a NUL. Returns the length; 0 and "" where cap
 * is too small: len * 4 / 3 + 4 characters always suffice. */
size_t crypto_base64(struct bytes b, char *out, size_t cap);
/* Standard base64 with padding: what signatures of others are written in. len * 4 / 3 + 5
 * characters always suffice. */
size_t crypto_base64_standard(struct bytes b, char *out, size_t cap);
/* ERR_INVALID where the text is not exactly that form, ERR_FULL where out is too small. */
enum err crypto_base64_decode(struct bytes text, uint8_t *out, size_t cap, size_t *len);
enum err crypto_base64_standard_decode(struct bytes text, uint8_t *out, size_t cap, size_t *len);

/* Signatures (Ed25519): who has the seed signs, who has the public key checks. */
#define CRYPTO_SEED_LEN 32
#define CRYPTO_PUBLIC_LEN 32
#define CRYPTO_SIGNATURE_LEN 64
void crypto_sign_public(const uint8_t seed[CRYPTO_SEED_LEN], uint8_t out[CRYPTO_PUBLIC_LEN]);
void crypto_signature(const uint8_t seed[CRYPTO_SEED_LEN], struct bytes text,
		      uint8_t out[CRYPTO_SIGNATURE_LEN]);
bool crypto_signed(const uint8_t public_key[CRYPTO_PUBLIC_LEN], struct bytes text,
		   const uint8_t signature[CRYPTO_SIGNATURE_LEN]);

/* Passwords (Argon2id, 64 MiB of memory for each call, near a tenth of a second): a text that says
 * how it was made, with its own salt. ERR_NOMEM. */
#define CRYPTO_PASSWORD_LEN 128
enum err crypto_password_hash(struct bytes password, char out[CRYPTO_PASSWORD_LEN]);
/* False too where the hash is none, or there is no memory. */
bool crypto_password_fits(const char *hash, struct bytes password);

#endif
