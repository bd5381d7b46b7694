/* SPDX-License-Identifier: MIT */
#include "daemon/notify_secret.h"

#include <string.h>

#include "base/crypto.h"
#include "base/fs.h"
#include "base/log.h"
#include "daemon/notify_sign.h"

#define FILE_MAX 4096
#define LINE_MIN 4 /* characters: less is no secret, and would hide half of an answer */

void notify_secret_wipe(struct buf *secret)
{
	if (secret->data)
		crypto_wipe(secret->data, secret->cap);
	buf_free(secret);
}

/* NULL: it is fine. */
static const char *fault_of(const struct config_channel *c, enum err e, const struct buf *secret)
{
	struct bytes line;

	if (e != ERR_OK)
		return e == ERR_DENIED ? "it has to be a file of this user, with mode 0600" :
					 err_name(e);
	if (!notify_sign_line(secret, 0, &line))
		return "it has to hold the secret on its first line";
	if (c->type == CONFIG_WEBHOOK && !notify_sign_is_webhook(secret))
		return "each line has to be whsec_ and base64 of 24 to 64 bytes";
	return NULL;
}

bool notify_secret_load(const struct config_channel *c, struct buf *out)
{
	struct buf secret = { 0 };
	const char *fault;

	if (c->secret_file[0] == '\0')
		return true;
	fault = fault_of(c, fs_read_secret(c->secret_file, FILE_MAX, &secret), &secret);
	if (fault != NULL) {
		log_write(LOG_ERROR, "notify",
			  "channel %s: secret_file %s: %s; nothing is sent until minshengctl notify "
			  "retry %s", c->name, c->secret_file, fault, c->name);
		notify_secret_wipe(&secret);
		return false;
	}
	notify_secret_wipe(out);
	*out = secret;
	return true;
}

void notify_secret_redact(const struct buf *secret, char *answer)
{
	struct bytes line;

	for (size_t i = 0; notify_sign_line(secret, i, &line); i++)
		for (char *at = answer; line.len >= LINE_MIN &&
					(at = memmem(at, strlen(at), line.data, line.len)) != NULL;)
			memset(at, '*', line.len);
}
