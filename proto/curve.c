/* SPDX-License-Identifier: MIT */
#include "proto/curve.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

#include "base/crypto.h"
#include "base/fs.h"
#include "proto/words.h"

#define FINGERPRINT_WORDS 6
#define FILE_MAX 128 /* a key, and room to see that there is more than a key */

_Static_assert(FINGERPRINT_WORDS + 4 <= CRYPTO_HASH_LEN, "the hash is long enough");

enum err curve_generate(struct curve_pair *out)
{
	if (zmq_curve_keypair(out->public_text, out->secret_text) == 0)
		return ERR_OK;
	curve_wipe(out);
	return ERR_IO;
}

enum err curve_decode(const char *text, uint8_t out[CURVE_KEY_LEN])
{
	if (strlen(text) != CURVE_TEXT_LEN - 1 || !zmq_z85_decode(out, text))
		return ERR_INVALID;
	return ERR_OK;
}

void curve_encode(const uint8_t key[CURVE_KEY_LEN], char out[CURVE_TEXT_LEN])
{
	/* fails for lengths only, and this one is right */
	zmq_z85_encode(out, key, CURVE_KEY_LEN);
}

/* zmq_curve_public takes any text for a key, so the text is decoded first. */
static enum err derive(struct bytes text, struct curve_pair *out)
{
	uint8_t raw[CURVE_KEY_LEN];
	enum err e;

	if (text.len != CURVE_TEXT_LEN - 1)
		return ERR_INVALID;
	memcpy(out->secret_text, text.data, text.len);
	out->secret_text[text.len] = '\0';
	e = curve_decode(out->secret_text, raw);
	crypto_wipe(raw, sizeof(raw));
	if (e)
		return e;
	return zmq_curve_public(out->public_text, out->secret_text) == 0 ? ERR_OK : ERR_IO;
}

enum err curve_load(const char *path, struct curve_pair *out)
{
	struct buf file = { 0 };
	enum err e = fs_read_secret(path, FILE_MAX, &file);
	size_t len = file.len;

	if (!e) {
		while (len && strchr("\r\n", file.data[len - 1]))
			len--;
		e = derive(bytes_of(file.data, len), out);
	}
	if (e)
		curve_wipe(out);
	if (file.data)
		crypto_wipe(file.data, file.cap);
	buf_free(&file);
	return e;
}

/* Gives a file that is whole a second name, which fails where that is taken. */
static enum err publish(const char *temporary, const char *path)
{
	char folder[PATH_MAX];
	enum err e = link(temporary, path) == 0 ? ERR_OK : err_from_errno(errno);

	unlink(temporary);
	if (e)
		return e;
	snprintf(folder, sizeof(folder), "%s", path);
	return fs_sync_dir(dirname(folder));
}

enum err curve_save(const char *path, const struct curve_pair *pair)
{
	char line[CURVE_TEXT_LEN + 1];
	char temporary[PATH_MAX];
	int n = snprintf(temporary, sizeof(temporary), "%s.%ld", path, (long)getpid());
	enum err e;

	if (n < 0 || (size_t)n >= sizeof(temporary))
		return ERR_INVALID;
	snprintf(line, sizeof(line), "%s\n", pair->secret_text);
	e = fs_write(temporary, bytes_of_string(line), 0600);
	crypto_wipe(line, sizeof(line));
	return e ? e : publish(temporary, path);
}

void curve_wipe(struct curve_pair *pair)
{
	crypto_wipe(pair, sizeof(*pair));
}

void curve_fingerprint(const uint8_t key[CURVE_KEY_LEN], char out[64])
{
	uint8_t hash[CRYPTO_HASH_LEN];
	size_t n = 0;

	crypto_digest(bytes_of(key, CURVE_KEY_LEN), hash);
	for (size_t i = 0; i < FINGERPRINT_WORDS; i++)
		n += (size_t)snprintf(out + n, 64 - n, "%s%s", i ? "-" : "", words_table[hash[i]]);
	out[n++] = ' ';
	bytes_to_hex(bytes_of(hash + FINGERPRINT_WORDS, 4), out + n);
}
