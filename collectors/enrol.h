/* SPDX-License-Identifier: MIT */
/* Letting this folder's key in, by an invitation. */
#ifndef COLLECTORS_ENROL_H
#define COLLECTORS_ENROL_H

#include "collectors/token.h"

enum enrol_state {
	ENROL_NO_ANSWER, /* the daemon was not heard */
	ENROL_ADMITTED,
	ENROL_WAITING,   /* for the office's approval */
	ENROL_REFUSED
};

struct enrol_result {
	enum enrol_state state;
	char reporter[72];
	char text[400]; /* the daemon's words, Chinese and English */
};

/* Asks until the key is admitted or refused, or the monotonic time comes; on_waiting (may be
 * NULL) is called when it is first heard that approval is needed. The result is as last heard.
 * poll_ms: how long between two questions; 0: 10 s. */
enum err enrol_ask(const struct token *token, const struct curve_pair *pair,
		   int64_t until_monotonic_ms, int64_t poll_ms,
		   void (*on_waiting)(void *ctx, const struct enrol_result *r), void *ctx,
		   struct enrol_result *out);

#endif
