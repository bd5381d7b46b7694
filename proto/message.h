/* SPDX-License-Identifier: MIT */
/* Every other message, as plain C and to and from its body. A decode keeps its memory in the
 * arena or points into the body; an encode appends header and body. Thread: any, one arena each.
 * Decode: ERR_INVALID where the body is not that message or breaks a limit, ERR_NOMEM. */
#ifndef PROTO_MESSAGE_H
#define PROTO_MESSAGE_H

#include "base/arena.h"
#include "base/buf.h"
#include "proto/envelope.h"
#include "proto/event.h"

/* client -> daemon: who I am (the key says that), what my outbox holds. epoch in the header. */
struct message_hello {
	struct bytes programme; /* id, such as "jining-2022"; empty: whatever the daemon has */
	uint64_t first_held;    /* lowest sequence that the outbox has; next where it is empty */
	uint64_t next;          /* the sequence that the next new row will get */
	struct bytes software;  /* "libminsheng/1.0" */
};

struct message_welcome {
	struct bytes reporter;     /* id of the unit that this key speaks for */
	struct bytes incarnation;  /* 16 bytes: which life of the store */
	uint64_t expected;         /* next sequence of this epoch */
	uint64_t catalogue_version;
	int64_t server_ms;
	uint32_t credit;           /* bytes that may be in flight */
	uint32_t batch_rows;       /* limits of this daemon */
	uint32_t batch_bytes;
	struct bytes programme;
};

struct message_exception {
	uint32_t row; /* within the batch */
	uint32_t verdict;
	uint32_t code;
	struct bytes text; /* what is wrong and what to do; may be empty */
};

/* One batch, or several in a row that were admitted whole. */
struct message_receipt {
	uint64_t first_sequence;
	uint64_t through_sequence;
	uint64_t first_position;   /* in the ledger */
	uint64_t through_position;
	int64_t received_ms;       /* of the last one */
	uint32_t on_time;          /* rows whose period was not yet due when they were received */
	uint32_t late;
	uint32_t counts[EVENT_VERDICT_COUNT];
	const struct message_exception *exceptions;
	size_t exception_count;
};

struct message_receipts {
	uint64_t expected; /* next sequence of this epoch: everything below it is durable */
	uint32_t credit;
	const struct message_receipt *items;
	size_t count;
};

enum message_refusal {
	MESSAGE_REFUSED_VERSION = 1,
	MESSAGE_REFUSED_TYPE = 2,
	MESSAGE_REFUSED_SIZE = 3,
	MESSAGE_REFUSED_GAP = 4,       /* expected: send again from there */
	MESSAGE_REFUSED_CONFLICT = 5,  /* these sequences were used with other bytes: new epoch */
	MESSAGE_REFUSED_FENCED = 6,    /* a newer session speaks for this epoch */
	MESSAGE_REFUSED_REVOKED = 7,   /* the key is no longer valid */
	MESSAGE_REFUSED_ROLE = 8,      /* the key's role does not allow that */
	MESSAGE_REFUSED_PROGRAMME = 9,
	MESSAGE_REFUSED_EPOCHS = 10,   /* too many live epochs */
	MESSAGE_REFUSED_BUSY = 11,     /* try again after retry_ms */
	MESSAGE_REFUSED_NO_HELLO = 12, /* say Hello first */
	MESSAGE_REFUSED_TOKEN = 13,    /* unknown, used or expired invitation */
	MESSAGE_REFUSED_BODY = 14,     /* the body does not decode */
	MESSAGE_REFUSED_CREDIT = 15    /* more bytes in flight than granted */
};

struct message_refused {
	uint32_t code;
	uint64_t expected; /* GAP, CONFLICT */
	uint32_t retry_ms; /* BUSY */
	struct bytes text; /* Chinese and English, for a person */
};

/* The reporter's own measures. */
struct message_stage {
	struct bytes id, name_zh, name_en;
};
struct message_measure {
	struct bytes id, item, name_zh, name_en, uom, kind; /* kind: "quantity", "ratio", ... */
	uint32_t decimals;
	const struct bytes *units; /* that this key may report it for */
	size_t unit_count;
	const struct message_stage *stages;
	size_t stage_count;
	const int32_t *expected; /* last days of the periods for which a report is expected */
	size_t expected_count;
	bool counts_objects; /* by the ids of places and things, which rows have to name */
	const struct bytes *objects; /* all that may be counted; none: not listed, or too many */
	size_t object_count;
};
struct message_slice {
	uint64_t catalogue_version;
	struct bytes programme;
	const struct message_measure *measures;
	size_t count;
};

/* query socket */
struct message_figure {
	struct bytes measure, unit; /* unit: the city's id for the whole */
	bool present;               /* false: never reported */
	int64_t value;              /* a ratio's numerator; a rate at the measure's decimals else */
	int64_t denominator;
	uint32_t decimals;
	int32_t as_of;
	uint64_t position;          /* newest entry that touched it: the feed's position */
	uint32_t light;             /* the official one: 0 none, 1 green, 2 yellow, 3 red, 4 done,
				     * 5 reached, not verified */
};
/* A snapshot comes in parts of one read transaction; the last one says so. */
struct message_snapshot {
	uint64_t position;
	uint64_t alert_number;
	struct bytes chain;
	bool last;
	const struct message_figure *figures;
	size_t count;
};
struct message_replay_request {
	uint64_t from;  /* first alert number wanted */
	uint32_t limit; /* at most so many; 0: as many as fit */
};
struct message_alert {
	uint64_t number;   /* dense, from 1 */
	uint64_t position; /* the entry that caused it */
	int64_t at_ms;
	struct bytes id;   /* of the alert: the same for all its transitions */
	struct bytes kind; /* "behind", "overdue", ... */
	struct bytes transition; /* "raised", "severity", "resolved" */
	struct bytes severity;   /* "info", "yellow", "red" */
	struct bytes measure, unit;
	struct bytes text_zh, text_en;
};
struct message_replay {
	uint64_t next; /* ask from here; */
	uint64_t last; /* the newest number that there is */
	const struct message_alert *alerts;
	size_t count;
};

/* enrolment socket */
struct message_enrol {
	struct bytes nonce;      /* 16 bytes of the invitation */
	struct bytes public_key; /* 32 bytes: the key that asks to be let in */
	struct bytes software;
};
struct message_enrol_reply {
	uint32_t state; /* 1 admitted, 2 waits for the office's approval, 3 refused */
	struct bytes reporter;
	struct bytes text;
};

/* feed: each message says its own position and that of the one before it on this topic */
struct message_feed {
	uint64_t position;
	uint64_t previous;
};
struct message_feed_head {
	uint64_t position;
	uint64_t alert_number;
	struct bytes chain;
	int64_t server_ms;
};

enum err message_hello_encode(const struct message_hello *m, const uint8_t epoch[16],
			      struct buf *out);
enum err message_hello_decode(struct bytes body, struct arena *a, struct message_hello *out);
enum err message_welcome_encode(const struct message_welcome *m, const uint8_t epoch[16],
				struct buf *out);
enum err message_welcome_decode(struct bytes body, struct arena *a, struct message_welcome *out);
enum err message_receipts_encode(const struct message_receipts *m, const uint8_t epoch[16],
				 struct buf *out);
enum err message_receipts_decode(struct bytes body, struct arena *a, struct message_receipts *out);
enum err message_refused_encode(const struct message_refused *m, const uint8_t epoch[16],
				struct buf *out);
enum err message_refused_decode(struct bytes body, struct arena *a, struct message_refused *out);
enum err message_slice_encode(const struct message_slice *m, struct buf *out);
enum err message_slice_decode(struct bytes body, struct arena *a, struct message_slice *out);
/* Ping and Pong, CatalogueRequest, SnapshotRequest and MineRequest are a bare header:
 * envelope_put. */
enum err message_snapshot_encode(const struct message_snapshot *m, enum envelope_type type,
				 struct buf *out); /* SNAPSHOT or MINE */
enum err message_snapshot_decode(struct bytes body, struct arena *a, struct message_snapshot *out);
enum err message_replay_request_encode(const struct message_replay_request *m, struct buf *out);
enum err message_replay_request_decode(struct bytes body, struct arena *a,
				       struct message_replay_request *out);
enum err message_replay_encode(const struct message_replay *m, struct buf *out);
enum err message_replay_decode(struct bytes body, struct arena *a, struct message_replay *out);
enum err message_enrol_encode(const struct message_enrol *m, struct buf *out);
enum err message_enrol_decode(struct bytes body, struct arena *a, struct message_enrol *out);
enum err message_enrol_reply_encode(const struct message_enrol_reply *m, struct buf *out);
enum err message_enrol_reply_decode(struct bytes body, struct arena *a,
				    struct message_enrol_reply *out);
/* type: ENVELOPE_FEED_TOTAL or ENVELOPE_FEED_LIGHT */
enum err message_feed_figure_encode(enum envelope_type type, const struct message_feed *f,
				    const struct message_figure *m, struct buf *out);
enum err message_feed_figure_decode(struct bytes body, struct arena *a, struct message_feed *f,
				    struct message_figure *out);
enum err message_feed_alert_encode(const struct message_feed *f, const struct message_alert *m,
				   struct buf *out);
enum err message_feed_alert_decode(struct bytes body, struct arena *a, struct message_feed *f,
				   struct message_alert *out);
enum err message_feed_head_encode(const struct message_feed_head *m, struct buf *out);
enum err message_feed_head_decode(struct bytes body, struct arena *a,
				  struct message_feed_head *out);

#endif
