/* SPDX-License-Identifier: MIT */
/* libminsheng: report progress from a county's or department's own system.
 *
 *     struct minsheng_options options = { .folder = "/var/lib/minsheng" };
 *     struct minsheng *m;
 *     if (minsheng_open(&options, &m) != ERR_OK) ...
 *     struct minsheng_row row = { .target = "canteens", .value = "3", .as_of = "2022-06-30" };
 *     minsheng_submit(m, &row, 1, NULL);   // durable in the outbox when it returns
 *     minsheng_flush(m, 30000);            // optional: wait until the daemon has all of it
 *     minsheng_close(m);
 *
 * What minsheng_submit accepted survives any crash and reaches the daemon exactly once: it waits
 * in a durable outbox until a receipt says that it is stored. The library starts one thread, has
 * no global state, and does nothing with signals, fork or exit. All calls are thread-safe unless
 * they say otherwise. One process a folder at a time. */
#ifndef COLLECTORS_MINSHENG_H
#define COLLECTORS_MINSHENG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "proto/message.h"

struct minsheng;

/* One figure, as text: exact, no floating point. NULL: not said. */
struct minsheng_row {
	const char *target;      /* measure id; required */
	const char *unit;        /* NULL: the unit that the key speaks for */
	const char *kind;        /* "total" (NULL), "add", "stage", "level", "nil", "retract" */
	const char *value;       /* "3", "12.5" */
	const char *denominator; /* ratios */
	const char *as_of;       /* "2022-06-30"; required */
	const char *stage;
	const char *ref;         /* add: required */
	const char *withdraw;    /* retract: the ref that goes */
	const char *reason;      /* of a correction */
	const char *note;
	const char *evidence;
	const char *object;      /* ids of places and things that are counted, with ; between them */
	unsigned revision;
	int64_t observed_ms;
};

/* Why a row can't be taken, before anything was stored. Texts in both languages. */
struct minsheng_fault {
	size_t row;            /* index in the call */
	const char *field;     /* static: "value" */
	char text_zh[200];
	char text_en[200];
};

/* What the daemon says about a batch, or about several that it admitted whole. */
struct minsheng_receipt {
	const struct message_receipt *receipt;
	const uint8_t *epoch; /* 16 bytes */
	uint64_t first_row;   /* number of the first row: see minsheng_submit_numbered */
};

/* How it stands with the connection. */
enum minsheng_link {
	MINSHENG_AWAY,         /* none; the next try comes by itself */
	MINSHENG_CONNECTING,
	MINSHENG_CONNECTED,
	MINSHENG_REFUSED,      /* the daemon says why in the state; tried again every few minutes */
	MINSHENG_FENCED,       /* another process sends for this outbox: this one has stopped */
	MINSHENG_NOT_ENROLLED, /* the folder has no identity: rows wait */
	MINSHENG_OFFLINE       /* as asked for in the options */
};

struct minsheng_options {
	const char *folder;      /* outbox, identity (identity.json, key.secret), catalogue slice */
	uint64_t max_bytes;      /* of the outbox; 0: 1 GiB. Past it, submit refuses: ERR_FULL */
	unsigned batch_rows;     /* rows a batch at most; 0: 1 000 */
	bool offline;            /* only the outbox: no thread, nothing is sent */
	/* Called on the library's thread, which waits meanwhile: no minsheng_flush and no
	 * minsheng_close in there. For each receipt, after it was noted durably: */
	void (*on_receipt)(void *ctx, const struct minsheng_receipt *r);
	/* Link state in words changed: "connected", "refused: ...". */
	void (*on_state)(void *ctx, const char *state);
	void *ctx;
};

enum err minsheng_open(const struct minsheng_options *options, struct minsheng **out);
/* Stops the thread and closes; what has no receipt stays in the outbox. Accepts NULL. */
void minsheng_close(struct minsheng *m);

/* Checks all rows, then stores all or none, durably (fsync; concurrent calls share one). fault
 * may be NULL. ERR_INVALID: *fault says which row and why. ERR_FULL: the outbox is at its bound,
 * or the disk is full; nothing was stored. ERR_FATAL: the disk failed, and it is not known whether
 * the rows were stored: close, open again, and see what waits. */
enum err minsheng_submit(struct minsheng *m, const struct minsheng_row *rows, size_t count,
			 struct minsheng_fault *fault);

/* The same. Rows are numbered from 1 in the order in which they were stored, for the life of the
 * outbox; *first is the number of the first of these. A receipt's exception about row r of its
 * batch is about row first_row + r. */
enum err minsheng_submit_numbered(struct minsheng *m, const struct minsheng_row *rows, size_t count,
				  uint64_t *first, struct minsheng_fault *fault);

/* Waits until everything submitted before the call has its receipt. ERR_TIMEOUT. */
enum err minsheng_flush(struct minsheng *m, int64_t timeout_ms);

struct minsheng_status {
	bool connected;           /* a Welcome was heard on this connection */
	char reporter[72];        /* id of the unit; empty before the first Welcome */
	enum minsheng_link link;
	char state[160];          /* the same in words, with the reason */
	uint64_t waiting_rows;    /* in the outbox without receipt */
	uint64_t waiting_batches;
	uint64_t outbox_bytes;
	int64_t oldest_ms;        /* when the oldest waiting row was submitted; 0: none */
	uint64_t receipted_rows;  /* since the outbox was made */
	uint64_t verdicts[EVENT_VERDICT_COUNT];
	int64_t last_receipt_ms;
	int64_t clock_skew_ms;    /* server minus here, at the last Welcome */
	uint64_t catalogue_version;
	uint64_t reconnects;
	uint64_t next_sequence;
	uint8_t epoch[16];
};
enum err minsheng_status(struct minsheng *m, struct minsheng_status *out);

/* The reporter's own measures as last heard from the daemon, kept in the folder; ERR_NOTFOUND
 * where none was heard yet. The caller frees the arena. */
enum err minsheng_measures(struct minsheng *m, struct arena *a, struct message_slice *out);

#endif
