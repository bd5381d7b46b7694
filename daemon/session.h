/* SPDX-License-Identifier: MIT */
/* Who is at the other end of the ingest socket: one session per outbox (reporter and epoch). A
 * newer Hello of the same outbox fences the older session. Knows no sockets. One thread. */
#ifndef DAEMON_SESSION_H
#define DAEMON_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/bus.h"
#include "daemon/receipts.h"
#include "proto/envelope.h"

struct session {
	struct bus_peer peer;
	uint8_t key[CURVE_KEY_LEN];
	uint8_t epoch[ENVELOPE_EPOCH_LEN];
	uint16_t unit;		  /* whom it speaks for */
	bool fenced;		  /* a newer session speaks for this outbox */
	int64_t heard_ms;	  /* monotonic */
	uint64_t attempt;	  /* the group that taken is about */
	size_t taken;		  /* bytes of batches in it */
	bool gone;		  /* a send found nobody: it ends after the group */
	struct receipts receipts; /* of the group that is being answered */
	uint8_t receipts_epoch[ENVELOPE_EPOCH_LEN];
	bool is_touched;
	struct session *next_touched;		 /* chain of sessions with receipts */
	struct session *next_peer, *next_outbox; /* chains of the table */
	struct session *previous, *next;	 /* all sessions */
};

struct sessions;

enum err sessions_new(size_t max, struct sessions **out);
void sessions_free(struct sessions *s); /* accepts NULL */
size_t sessions_count(const struct sessions *s);
/* Sessions of a unit that are not fenced. */
size_t sessions_of_unit(const struct sessions *s, uint16_t unit);

/* NULL: none. */
struct session *sessions_find(struct sessions *s, const struct bus_peer *peer);
/* A Hello. *fenced: the session that it fences, or NULL. A second Hello of the same peer gives the
 * same session with what the new one says. ERR_FULL: no more sessions. */
enum err sessions_open(struct sessions *s, const struct session *hello, struct session **out,
		       struct session **fenced);
void sessions_end(struct sessions *s, struct session *gone);

/* Calls fn with each session; fn may end it. */
void sessions_each(struct sessions *s, void (*fn)(void *ctx, struct session *each), void *ctx);

#endif
