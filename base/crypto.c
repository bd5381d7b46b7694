/* SPDX-License-Identifier: MIT */
#include "base/crypto.h"

#include <sodium.h>
#include <string.h>

_Static_assert(sizeof(crypto_generichash_state) + _Alignof(crypto_generichash_state) <=
		       sizeof(struct crypto_hasher),
	       "the opaque hash state is too small");

#define BASE64 sodium_base64_VARIANT_URLSAFE_NO_PADDING
#define STANDARD sodium_base64_VARIANT_ORIGINAL

enum err crypto_init(void)
{
	return sodium_init() < 0 ? ERR_FATAL : ERR_OK;
}

void crypto_digest(struct bytes b, uint8_t out[CRYPTO_HASH_LEN])
{
	crypto_generichash(out, CRYPTO_HASH_LEN, b.data, b.len, NULL, 0);
}

/* libsodium wants more alignment than malloc gives. */
static crypto_generichash_state *state_of(struct crypto_hasher *h)
{
	size_t over = (uintptr_t)h->opaque % _Alignof(crypto_generichash_state);

	return (crypto_generichash_state *)(void *)(h->opaque + _Alignof(crypto_generichash_state) -
						    over);
}

void crypto_hash_begin(struct crypto_hasher *h)
{
	crypto_generichash_init(state_of(h), NULL, 0, CRYPTO_HASH_LEN);
}

void crypto_hash_add(struct crypto_hasher *h, struct bytes b)
{
	if (b.len)
		crypto_generichash_update(state_of(h), b.data, b.len);
}

void crypto_hash_end(struct crypto_hasher *h, uint8_t out[CRYPTO_HASH_LEN])
{
	crypto_generichash_final(state_of(h), out, CRYPTO_HASH_LEN);
}

void crypto_hmac_sha256(struct bytes key, struct bytes message, uint8_t out[CRYPTO_HASH_LEN])
{
	crypto_auth_hmacsha256_state h;

	crypto_auth_hmacsha256_init(&h, key.data, key.len);
	crypto_auth_hmacsha256_update(&h, message.data, message.len);
	crypto_auth_hmacsha256_final(&h, out);
	sodium_memzero(&h, sizeof(h));
}

void crypto_sha256(struct bytes b, uint8_t out[CRYPTO_HASH_LEN])
{
	crypto_hash_sha256(out, b.data, b.len);
}

void crypto_random(uint8_t *out, size_t len)
{
	randombytes_buf(out, len);
}

uint32_t crypto_random_below(uint32_t bound)
{
	return randombytes_uniform(bound);
}

bool crypto_equal(const uint8_t *a, const uint8_t *b, size_t len)
{
	return sodium_memcmp(a, b, len) == 0;
}

void crypto_wipe(void *p, size_t len)
{
	sodium_memzero(p, len);
}

static size_t encode(struct bytes b, int variant, char *out, size_t cap)
{
	size_t need; /* with the NUL */

	if (b.len > SIZE_MAX / 2 || (need = sodium_base64_encoded_len(b.len, variant)) > cap) {
		if (cap)
			out[0] = '\0';
		return 0;
	}
	sodium_bin2base64(out, cap, b.data, b.len, variant);
	return strlen(out);
}

size_t crypto_base64(struct bytes b, char *out, size_t cap)
{
	return encode(b, BASE64, out, cap);
}

size_t crypto_base64_standard(struct bytes b, char *out, size_t cap)
{
	return encode(b, STANDARD, out, cap);
}

static enum err decode(struct bytes text, int variant, uint8_t *out, size_t cap, size_t *len)
{
	const char *end;

	*len = 0;
	if (text.len == 0)
		return ERR_OK;
	if (text.len / 4 * 3 > cap)
		return ERR_FULL;
	if (sodium_base642bin(out, cap, (const char *)text.data, text.len, NULL, len, &end,
			      variant) != 0 ||
	    end != (const char *)text.data + text.len)
		return ERR_INVALID;
	return ERR_OK;
}

enum err crypto_base64_decode(struct bytes text, uint8_t *out, size_t cap, size_t *len)
{
	return decode(text, BASE64, out, cap, len);
}

enum err crypto_base64_standard_decode(struct bytes text, uint8_t *out, size_t cap, size_t *len)
{
	return decode(text, STANDARD, out, cap, len);
}

/* --- signatures ------------------------------------------------------------------------------- */

_Static_assert(CRYPTO_SEED_LEN == crypto_sign_SEEDBYTES && CRYPTO_SIGNATURE_LEN == crypto_sign_BYTES &&
		       CRYPTO_PUBLIC_LEN == crypto_sign_PUBLICKEYBYTES,
	       "lengths of Ed25519");

/* None of these can fail: libsodium documents that they return 0 always. */
void crypto_sign_public(const uint8_t seed[CRYPTO_SEED_LEN], uint8_t out[CRYPTO_PUBLIC_LEN])
{
	uint8_t secret[crypto_sign_SECRETKEYBYTES];

	(void)crypto_sign_seed_keypair(out, secret, seed);
	sodium_memzero(secret, sizeof(secret));
}

void crypto_signature(const uint8_t seed[CRYPTO_SEED_LEN], struct bytes text,
		      uint8_t out[CRYPTO_SIGNATURE_LEN])
{
	uint8_t secret[crypto_sign_SECRETKEYBYTES], public_key[CRYPTO_PUBLIC_LEN];

	(void)crypto_sign_seed_keypair(public_key, secret, seed);
	(void)crypto_sign_detached(out, NULL, text.data, text.len, secret);
	sodium_memzero(secret, sizeof(secret));
}

bool crypto_signed(const uint8_t public_key[CRYPTO_PUBLIC_LEN], struct bytes text,
		   const uint8_t signature[CRYPTO_SIGNATURE_LEN])
{
	return crypto_sign_verify_detached(signature, text.data, text.len, public_key) == 0;
}

/* --- passwords -------------------------------------------------------------------------------- */

enum err crypto_password_hash(struct bytes password, char out[CRYPTO_PASSWORD_LEN])
{
	_Static_assert(CRYPTO_PASSWORD_LEN >= crypto_pwhash_STRBYTES, "the hash has room");
	return crypto_pwhash_str_alg(out, (const char *)password.data, password.len,
				     crypto_pwhash_OPSLIMIT_INTERACTIVE,
				     crypto_pwhash_MEMLIMIT_INTERACTIVE,
				     crypto_pwhash_ALG_ARGON2ID13) == 0 ?
		       ERR_OK :
		       ERR_NOMEM;
}

bool crypto_password_fits(const char *hash, struct bytes password)
{
	return crypto_pwhash_str_verify(hash, (const char *)password.data, password.len) == 0;
}
