/* SPDX-License-Identifier: MIT */
/* Signatures that receivers check, each in its own way, and the lines of a secret file. */
#ifndef DAEMON_NOTIFY_SIGN_H
#define DAEMON_NOTIFY_SIGN_H

#include "base/buf.h"

/* The n-th line (from 0) that is not empty, without the white space around it. False: there is
 * none. */
bool notify_sign_line(const struct buf *secret, size_t n, struct bytes *out);
/* Every line is "whsec_" and base64 of 24 to 64 bytes, and there is one. */
bool notify_sign_is_webhook(const struct buf *secret);
/* Standard Webhooks: "v1,BASE64", one a secret, with a space between. */
void notify_sign_webhook(const struct buf *secret, const char *id, int64_t seconds,
			 struct bytes body, struct buf *out);
/* DingTalk: key is the secret, the message is "MS\nSECRET"; as it goes into the address. */
void notify_sign_dingtalk(struct bytes secret, int64_t ms, struct buf *out);
/* Feishu: key is "SECONDS\nSECRET", the message is empty. */
void notify_sign_feishu(struct bytes secret, int64_t seconds, struct buf *out);

#endif
