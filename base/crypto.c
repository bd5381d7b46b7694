/* SPDX-License-Identifier: MIT */
#include "base/crypto.h"

#include <sodium.h>

_Static_assert(sizeof(crypto_generichash_state) + _Alignof(crypto_generichash_state) <=
		       sizeof(struct crypto_hasher),
	       "the opaque hash state is too small");

#define BASE64 sodium_base64_VARIANT_URLSAFE_NO_PADDING

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

size_t crypto_base64(struct bytes b, char *out, size_t cap)
{
	size_t need; /* with the NUL */

	if (b.len > SIZE_MAX / 2 || (need = sodium_base64_encoded_len(b.len, BASE64)) > cap) {
		if (cap)
			out[0] = '\0';
		return 0;
	}
	sodium_bin2base64(out, cap, b.data, b.len, BASE64);
	return need - 1;
}

enum err crypto_base64_decode(struct bytes text, uint8_t *out, size_t cap, size_t *len)
{
	const char *end;

	*len = 0;
	if (text.len == 0)
		return ERR_OK;
	if (text.len / 4 * 3 > cap)
		return ERR_FULL;
	if (sodium_base642bin(out, cap, (const char *)text.data, text.len, NULL, len, &end,
			      BASE64) != 0 ||
	    end != (const char *)text.data + text.len)
		return ERR_INVALID;
	return ERR_OK;
}
