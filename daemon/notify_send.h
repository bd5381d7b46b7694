/* SPDX-License-Identifier: MIT */
/* Sends requests over HTTP and SMTP, several at a time, without blocking. One thread, except
 * notify_sender_wake. */
#ifndef DAEMON_NOTIFY_SEND_H
#define DAEMON_NOTIFY_SEND_H

#include "base/buf.h"
#include "base/err.h"

#define NOTIFY_HEADERS 6
#define NOTIFY_ANSWER 500 /* bytes kept of an answer, with NUL */

/* What to send. Zero-initialised is empty. The const texts belong to somebody else; NULL and "" mean
 * none. */
struct notify_request {
	struct buf url, body;
	struct buf headers[NOTIFY_HEADERS]; /* "Name: value" */
	size_t header_count;
	const char *proxy, *ca_file;
	const char *user, *password;
	const char *mail_from, *mail_to; /* of SMTP; NULL: this is HTTP */
	bool private_allowed;		 /* may connect to addresses of private networks */
};
void notify_request_free(struct notify_request *r); /* leaves an empty one */
enum err notify_request_error(const struct notify_request *r);

struct notify_result {
	void *tag;
	int status;		/* of HTTP or SMTP; 0: no answer */
	uint32_t retry_after_s; /* what the receiver asked for; 0: nothing */
	char answer[NOTIFY_ANSWER]; /* what it said, or what went wrong, on one line */
	bool ok;		    /* sent, and answered with 2xx */
};

/* Copies a text of others: whole characters of UTF-8 as far as there is room, "?" for what is none. */
void notify_send_clip(char *out, size_t cap, const char *text);

struct notify_sender;

enum err notify_sender_new(struct notify_sender **out);
void notify_sender_free(struct notify_sender *s); /* drops what is on its way; accepts NULL */
/* Takes over the buffers of the request, which is empty afterwards, whatever happens; the const texts
 * may go once it returns. */
enum err notify_sender_start(struct notify_sender *s, struct notify_request *request, void *tag);
/* Works on all transfers; waits until there is news, a wake-up, or the time is over. */
void notify_sender_poll(struct notify_sender *s, int timeout_ms);
/* False: none now. */
bool notify_sender_next(struct notify_sender *s, struct notify_result *out);
void notify_sender_wake(struct notify_sender *s); /* any thread */

#endif
