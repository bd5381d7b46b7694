/* SPDX-License-Identifier: MIT */
#include "daemon/signer.h"

#include "base/crypto.h"

static void make_seed(const struct curve_pair *keys, uint8_t out[CRYPTO_SEED_LEN])
{
	struct crypto_hasher h;

	_Static_assert(CRYPTO_SEED_LEN == CRYPTO_HASH_LEN, "a hash is a seed");
	crypto_hash_begin(&h);
	crypto_hash_add(&h, bytes_of_string("minsheng year close\n"));
	crypto_hash_add(&h, bytes_of_string(keys->secret_text));
	crypto_hash_end(&h, out);
	crypto_wipe(&h, sizeof(h));
}

static void sign(void *ctx, struct bytes text, uint8_t signature[CRYPTO_SIGNATURE_LEN])
{
	uint8_t seed[CRYPTO_SEED_LEN];

	make_seed(ctx, seed);
	crypto_signature(seed, text, signature);
	crypto_wipe(seed, sizeof(seed));
}

struct aggregator_signer signer_of(const struct curve_pair *keys)
{
	struct aggregator_signer s = { .sign = sign, .ctx = (void *)(uintptr_t)keys };
	uint8_t seed[CRYPTO_SEED_LEN];

	make_seed(keys, seed);
	crypto_sign_public(seed, s.public_key);
	crypto_wipe(seed, sizeof(seed));
	return s;
}
