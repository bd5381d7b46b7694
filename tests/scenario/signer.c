/* SPDX-License-Identifier: MIT */
#include "tests/scenario/signer.h"

static void sign(void *ctx, struct bytes text, uint8_t signature[CRYPTO_SIGNATURE_LEN])
{
	crypto_signature(ctx, text, signature);
}

void signer_set(struct aggregator *a)
{
	static const uint8_t seed[CRYPTO_SEED_LEN] = { 1 };
	struct aggregator_signer signer = { .sign = sign, .ctx = (void *)(uintptr_t)seed };

	crypto_sign_public(seed, signer.public_key);
	aggregator_set_signer(a, &signer);
}
