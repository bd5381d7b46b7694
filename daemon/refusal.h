/* SPDX-License-Identifier: MIT */
/* What is said to somebody whose message is refused: a code, a text in both languages, a counter
 * and a line in the log. */
#ifndef DAEMON_REFUSAL_H
#define DAEMON_REFUSAL_H

#include "base/buf.h"
#include "base/log.h"
#include "daemon/metrics.h"
#include "proto/message.h"

/* Fills in the text of the code where there is none. */
void refusal_complete(struct message_refused *r);
/* "gap"; "other" for a code without a name. */
const char *refusal_name(uint32_t code);
/* Counts it, and logs it within the limit. who: public key of the sender, 32 bytes. */
void refusal_note(struct metrics *m, struct log_limit *limit, const char *where, const uint8_t *who,
		  uint32_t code);

#endif
