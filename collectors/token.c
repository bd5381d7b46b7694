/* SPDX-License-Identifier: MIT */
#include "collectors/token.h"

#include <jansson.h>

#include "base/crypto.h"
#include "base/date.h"

static const char prefix[] = "MINSHENG1.";

static bool is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct bytes trimmed(struct bytes b)
{
	while (b.len && is_space(b.data[0]))
		b = bytes_of(b.data + 1, b.len - 1);
	while (b.len && is_space(b.data[b.len - 1]))
		b.len--;
	return b;
}

struct field {
	const char *key;
	char *to;
	size_t cap;
	bool required;
};

/* NULL, or the key that is missing, too long or no text. */
static const char *copy_fields(json_t *root, const struct field *fields, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		json_t *value = json_object_get(root, fields[i].key);
		size_t len = json_string_length(value);

		if (!value && !fields[i].required)
			continue;
		if (!json_is_string(value) || len >= fields[i].cap ||
		    (fields[i].required && len == 0))
			return fields[i].key;
		memcpy(fields[i].to, json_string_value(value), len + 1);
	}
	return NULL;
}

static enum err read_root(json_t *root, struct token *out, const char **why)
{
	char nonce[2 * TOKEN_NONCE_LEN + 1], expires[40] = "";
	uint8_t key[CURVE_KEY_LEN];
	const struct field fields[] = {
		{ "ingest", out->ingest, sizeof(out->ingest), true },
		{ "enrol", out->enrol, sizeof(out->enrol), true },
		{ "server_key", out->server_key, sizeof(out->server_key), true },
		{ "nonce", nonce, sizeof(nonce), true },
		{ "unit", out->unit, sizeof(out->unit), false },
		{ "unit_name", out->unit_name, sizeof(out->unit_name), false },
		{ "role", out->role, sizeof(out->role), false },
		{ "expires", expires, sizeof(expires), false },
	};

	if (json_integer_value(json_object_get(root, "v")) != 1) {
		*why = "v";
		return ERR_VERSION;
	}
	if ((*why = copy_fields(root, fields, sizeof(fields) / sizeof(*fields))))
		return ERR_INVALID;
	*why = "nonce";
	if (strlen(nonce) != 2 * TOKEN_NONCE_LEN ||
	    !bytes_from_hex(nonce, out->nonce, TOKEN_NONCE_LEN))
		return ERR_INVALID;
	*why = "server_key";
	if (curve_decode(out->server_key, key))
		return ERR_INVALID;
	*why = "expires";
	if (expires[0] && date_time_parse(bytes_of_string(expires), &out->expires_ms))
		return ERR_INVALID;
	*why = NULL;
	return ERR_OK;
}

static enum err decode(struct bytes text, uint8_t json[TOKEN_TEXT_MAX], size_t *len,
		       const char **why)
{
	*why = "prefix";
	if (text.len < sizeof(prefix) - 1 || text.len > TOKEN_TEXT_MAX ||
	    memcmp(text.data, prefix, sizeof(prefix) - 1) != 0)
		return ERR_INVALID;
	*why = "base64";
	text = bytes_of(text.data + sizeof(prefix) - 1, text.len - (sizeof(prefix) - 1));
	return crypto_base64_decode(text, json, TOKEN_TEXT_MAX, len) ? ERR_INVALID : ERR_OK;
}

enum err token_parse(struct bytes text, struct token *out, const char **why)
{
	uint8_t json[TOKEN_TEXT_MAX];
	const char *ignored;
	json_t *root;
	size_t len;
	enum err e;

	why = why ? why : &ignored;
	*out = (struct token){ 0 };
	e = decode(trimmed(text), json, &len, why);
	if (e)
		return e;
	root = json_loadb((const char *)json, len, JSON_REJECT_DUPLICATES, NULL);
	crypto_wipe(json, sizeof(json));
	*why = "json";
	e = json_is_object(root) ? read_root(root, out, why) : ERR_INVALID;
	json_decref(root);
	if (e)
		crypto_wipe(out, sizeof(*out));
	return e;
}
