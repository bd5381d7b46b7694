/* SPDX-License-Identifier: MIT */
#include "daemon/notify_sign.h"

#include <string.h>

#include "base/crypto.h"

#define PREFIX "whsec_"
#define KEY_MIN 24
#define KEY_MAX 64
#define BASE64_LEN 48 /* of a hash, with NUL */

static bool is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct bytes trimmed(struct bytes b)
{
	while (b.len > 0 && is_space(b.data[0]))
		b.data++, b.len--;
	while (b.len > 0 && is_space(b.data[b.len - 1]))
		b.len--;
	return b;
}

bool notify_sign_line(const struct buf *secret, size_t n, struct bytes *out)
{
	for (size_t at = 0; at < secret->len;) {
		const uint8_t *from = secret->data + at, *end = memchr(from, '\n', secret->len - at);
		size_t len = end ? (size_t)(end - from) : secret->len - at;

		*out = trimmed(bytes_of(from, len));
		if (out->len > 0 && n-- == 0)
			return true;
		at += len + 1;
	}
	*out = (struct bytes){ 0 };
	return false;
}

/* --- Standard Webhooks ------------------------------------------------------------------------ */
static bool read_key(struct bytes line, uint8_t key[KEY_MAX], size_t *len)
{
	size_t skip = strlen(PREFIX);

	return line.len > skip && memcmp(line.data, PREFIX, skip) == 0 &&
	       crypto_base64_standard_decode(bytes_of(line.data + skip, line.len - skip), key,
					     KEY_MAX, len) == ERR_OK &&
	       *len >= KEY_MIN;
}

bool notify_sign_is_webhook(const struct buf *secret)
{
	uint8_t key[KEY_MAX];
	struct bytes line;
	size_t n = 0, len;
	bool fine = true;

	for (; fine && notify_sign_line(secret, n, &line); n++)
		fine = read_key(line, key, &len);
	crypto_wipe(key, sizeof(key));
	return fine && n > 0;
}

static void sign(struct bytes key, struct bytes message, struct buf *out)
{
	uint8_t mac[CRYPTO_HASH_LEN];
	char text[BASE64_LEN];

	crypto_hmac_sha256(key, message, mac);
	(void)crypto_base64_standard(bytes_of(mac, sizeof(mac)), text, sizeof(text));
	buf_put_string(out, text);
}

void notify_sign_webhook(const struct buf *secret, const char *id, int64_t seconds,
			 struct bytes body, struct buf *out)
{
	uint8_t key[KEY_MAX];
	struct buf message = { 0 };
	struct bytes line;
	size_t len;

	buf_printf(&message, "%s.%lld.", id, (long long)seconds);
	buf_put(&message, body);
	for (size_t n = 0; notify_sign_line(secret, n, &line); n++) {
		if (!read_key(line, key, &len))
			continue;
		buf_put_string(out, n ? " v1," : "v1,");
		sign(bytes_of(key, len), buf_bytes(&message), out);
	}
	crypto_wipe(key, sizeof(key));
	out->failed |= message.failed;
	buf_free(&message);
}

/* --- bots ------------------------------------------------------------------------------------- */
static void put_stamped(struct bytes secret, int64_t stamp, struct buf *out)
{
	buf_printf(out, "%lld\n", (long long)stamp);
	buf_put(out, secret);
}

void notify_sign_dingtalk(struct bytes secret, int64_t ms, struct buf *out)
{
	static const struct {
		char from;
		const char *to;
	} escaped[] = { { '+', "%2B" }, { '/', "%2F" }, { '=', "%3D" } };
	struct buf message = { 0 }, plain = { 0 };

	put_stamped(secret, ms, &message);
	sign(secret, buf_bytes(&message), &plain);
	for (size_t i = 0; i < plain.len; i++) {
		size_t e = 0;

		while (e < 3 && escaped[e].from != (char)plain.data[i])
			e++;
		if (e < 3)
			buf_put_string(out, escaped[e].to);
		else
			buf_put_u8(out, plain.data[i]);
	}
	out->failed |= message.failed || plain.failed;
	buf_free(&message);
	buf_free(&plain);
}

void notify_sign_feishu(struct bytes secret, int64_t seconds, struct buf *out)
{
	struct buf key = { 0 };

	put_stamped(secret, seconds, &key);
	sign(buf_bytes(&key), bytes_of(NULL, 0), out);
	out->failed |= key.failed;
	buf_free(&key);
}
