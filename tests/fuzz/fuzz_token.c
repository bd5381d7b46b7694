/* SPDX-License-Identifier: MIT */
/* Any bytes as an invitation, and as the JSON inside of one. */
#include <stdlib.h>

#include "base/crypto.h"
#include "collectors/token.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void parse(struct bytes text)
{
	struct token token;
	const char *why = NULL;
	uint8_t key[CURVE_KEY_LEN];

	if (token_parse(text, &token, &why)) {
		if (!why)
			abort();
		return;
	}
	if (!token.ingest[0] || !token.enrol[0] || curve_decode(token.server_key, key))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[TOKEN_TEXT_MAX + 16] = "MINSHENG1.";

	parse(bytes_of(data, size));
	if (size < TOKEN_TEXT_MAX * 3 / 4 - 16) {
		crypto_base64(bytes_of(data, size), text + 10, sizeof(text) - 10);
		parse(bytes_of_string(text));
	}
	return 0;
}
