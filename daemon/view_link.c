/* SPDX-License-Identifier: MIT */
#include "daemon/view_link.h"

#include <stdio.h>
#include <string.h>

#define ID_LEN 8
#define HEAD_LEN (ID_LEN + 8)

void view_link_key(const struct curve_pair *keys, struct view_link_key *out)
{
	crypto_hmac_sha256(bytes_of_string(keys->secret_text),
			   bytes_of_string("minsheng view link"), out->bytes);
}

static void seal(const struct view_link_key *key, struct bytes text, uint8_t out[CRYPTO_HASH_LEN])
{
	crypto_hmac_sha256(bytes_of(key->bytes, sizeof(key->bytes)), text, out);
}

void view_link_write(const struct view_link_key *key, const struct view_link *link,
		     char token[VIEW_LINK_TOKEN])
{
	uint8_t payload[HEAD_LEN + USERS_SCREEN], code[CRYPTO_HASH_LEN];
	size_t screen = strlen(link->screen), n;

	bytes_from_hex(link->id, payload, ID_LEN);
	bytes_store64(payload + ID_LEN, (uint64_t)(link->until / 1000));
	memcpy(payload + HEAD_LEN, link->screen, screen);
	seal(key, bytes_of(payload, HEAD_LEN + screen), code);
	n = crypto_base64(bytes_of(payload, HEAD_LEN + screen), token, VIEW_LINK_TOKEN);
	token[n++] = '.';
	crypto_base64(bytes_of(code, sizeof(code)), token + n, VIEW_LINK_TOKEN - n);
}

bool view_link_read(const struct view_link_key *key, const char *token, struct view_link *out)
{
	uint8_t payload[HEAD_LEN + USERS_SCREEN], code[CRYPTO_HASH_LEN], wanted[CRYPTO_HASH_LEN];
	const char *dot = strchr(token, '.');
	size_t n, code_len;

	if (dot == NULL || strlen(token) >= VIEW_LINK_TOKEN ||
	    crypto_base64_decode(bytes_of(token, (size_t)(dot - token)), payload,
				 sizeof(payload) - 1, &n) != ERR_OK ||
	    crypto_base64_decode(bytes_of_string(dot + 1), code, sizeof(code), &code_len) !=
		    ERR_OK ||
	    n < HEAD_LEN || code_len != sizeof(code))
		return false;
	seal(key, bytes_of(payload, n), wanted);
	if (!crypto_equal(code, wanted, sizeof(code)))
		return false;
	bytes_to_hex(bytes_of(payload, ID_LEN), out->id);
	out->until = (int64_t)bytes_load64(payload + ID_LEN) * 1000;
	memcpy(out->screen, payload + HEAD_LEN, n - HEAD_LEN);
	out->screen[n - HEAD_LEN] = '\0';
	return true;
}
