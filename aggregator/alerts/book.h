/* SPDX-License-Identifier: MIT */
/* The alert book: the state of each alert and the numbered log of what became of it. Readers use
 * any read transaction. */
#ifndef ALERTS_BOOK_H
#define ALERTS_BOOK_H

#include "aggregator/catalogue/catalogue.h"
#include "aggregator/ledger/store.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/fraction.h"
#include "base/reader.h"
#include "proto/limits.h"
#include "proto/message.h"

enum book_kind {
	BOOK_BEHIND = 1,   /* light yellow or red */
	BOOK_OVERDUE = 2,  /* due day passed, goal not reached */
	BOOK_SILENT = 3,   /* no report for a period: of a reporter, whatever it owes */
	BOOK_HOLD = 4,	   /* rows wait for the office */
	BOOK_MISMATCH = 5, /* lead and counties differ beyond tolerance */
	BOOK_CONFLICT = 6, /* a reporter contradicted what it had said */
	BOOK_GAP = 7,	   /* a reporter lost rows */
	BOOK_LINK_DOWN = 8,
	BOOK_WILL_MISS = 9, /* on plan so far, but too slow to reach the goal */
	BOOK_SLIP_OVERDUE = 10, /* a unit did not answer a slip in time */
	BOOK_CATALOGUE = 11,	/* the catalogue in force wants a person */
	BOOK_BACK_LOADED = 12,	/* a plan leaves too much to its last quarter */
	BOOK_QUALITY = 13,	/* a figure looks odd, or is known to be wrong */
	BOOK_UNCONFIRMED = 14, /* a lead did not confirm what was reported */
	BOOK_RETURNED = 15,    /* figures were returned to who reported them */
	BOOK_KIND_END
};
enum book_severity { BOOK_INFO = 1, BOOK_YELLOW = 2, BOOK_RED = 3, BOOK_SEVERITY_END };
enum book_transition {
	BOOK_RAISED = 1,
	BOOK_SEVERITY = 2, /* it changed: before tells from what */
	BOOK_RESOLVED = 3,
	BOOK_UPDATED = 4, /* still open, with new figures */
	/* What persons do about an open alert; the figures are those of the row before it. */
	BOOK_ACKNOWLEDGED = 5,
	BOOK_ASSIGNED = 6,
	BOOK_COMMENTED = 7,
	BOOK_SILENCED = 8,
	BOOK_UNSILENCED = 9,
	BOOK_SILENCE_ENDS = 10,	   /* notice, at the tick of the day before */
	BOOK_SILENCE_EXPIRED = 11, /* at the first tick after its end */
	BOOK_ESCALATED = 12,	   /* nobody acknowledged it for too long: to says whose it is now */
	BOOK_TRANSITION_END
};

#define BOOK_ID (16 + 2 * (LIMITS_ID + 1)) /* characters of the longest id, with NUL */
#define BOOK_NAME_MAX 160                  /* bytes of who did it, and of who is to do it */
#define BOOK_WHY_MAX 1000                  /* bytes of a reason or comment */

/* One row of the log: structured, so that texts can be made in both languages at any time. */
struct book_record {
	uint64_t number;   /* dense, from 1 */
	uint64_t position; /* of the entry that caused it */
	int64_t time_ms;   /* of that entry */
	char id[BOOK_ID];  /* of the alert: "behind.canteens.yutai", "silent.yutai" */
	enum book_kind kind;
	enum book_severity severity, before; /* before: 0 when raised */
	enum book_transition transition;
	/* A silence was in force: for outward channels to honour. Never of the rows that tell of a
	 * silence itself. */
	bool in_silence;
	uint16_t measure, unit; /* CATALOGUE_NONE where it is about none */
	int32_t period;		/* last day, or DATE_NONE */
	/* The figures that explain it:
	 * BEHIND, OVERDUE, WILL_MISS: value, goal, other (a ratio's denominator), gap, planned,
	 *   months (judged periods in a row behind); WILL_MISS: other is the required rate as per
	 *   cent of the recent one, 0 where nothing moved; code of a RESOLVED: enum book_kind of the
	 *   alert that goes on in its place, or 0
	 * SILENT: count of the reports that are missing, other of those expected, months in a row
	 * HOLD: count of rows that wait, code of the newest (enum event_code)
	 * MISMATCH: value counted, other as the lead has it
	 * UNCONFIRMED: count of the figures that wait, other of those reported; value and goal: which
	 *   measures, as bits (BOOK_MASK_BITS). RETURNED: count of figures
	 * CONFLICT: count of contradictions; GAP: count of rows lost
	 * QUALITY: count of the flags that wait, code of the newest (enum flags_rule), its period */
	int64_t value, goal, other;
	int64_t gap_hundredths; /* of a percentage point, rounded; behind plan: negative */
	int64_t planned_ppm;
	uint32_t months, count, code;
	/* From BOOK_ACKNOWLEDGED on; empty where it was the machine. The bytes belong to what was
	 * read: of a record of book_read they end with its transaction, or with the next write. */
	struct bytes by, why; /* why: the comment of a COMMENTED */
	struct bytes to;      /* ASSIGNED: a unit's id, or a name */
	int64_t until_ms;     /* of a silence: the first moment that is not silent; else 0 */
};

/* ERR_NOTFOUND past the end. */
enum err book_read(struct store_txn *t, uint64_t number, struct book_record *out);
/* Alerts that are open now (or all that ever were), in the order of their ids: the newest record of
 * each, and the one that raised it last. fn returns false to stop. */
enum err book_open_alerts(struct store_txn *t, bool closed_too,
			  bool (*fn)(void *ctx, const struct book_record *newest,
				     uint64_t raised_number, int64_t raised_ms),
			  void *ctx);
/* The alert with this id. ERR_NOTFOUND: there never was one. */
enum err book_find(struct store_txn *t, struct bytes id, struct book_record *newest,
		   uint64_t *raised_number, int64_t *raised_ms);
/* A sentence that says what, how far, since when. */
void book_text(const struct catalogue *c, const struct book_record *r, enum lang lang,
	       struct buf *out);
const char *book_kind_name(enum book_kind k);		  /* "behind" */
const char *book_severity_name(enum book_severity s);	  /* "info", "yellow", "red" */
const char *book_transition_name(enum book_transition t); /* "raised", "severity", ... */
/* For people: 滞后 / behind. */
struct lang_text book_kind_word(enum book_kind k);
/* The items that an unconfirmed alert is about, "1.1, 2.2" (book_items.c). */
void book_items(const struct catalogue *c, const struct book_record *r, struct buf *out);
/* Which measures it is about: how many fit into such a mask of bits, by their number, into value
 * and then goal. */
#define BOOK_MASK_BITS 63
/* As the wire and the feed carry it; strings in the arena. */
enum err book_message(const struct catalogue *c, const struct book_record *r, struct arena *a,
		      struct message_alert *out);

/* --- for judging ----------------------------------------------------------------------------- */

/* What the book remembers of an alert. */
struct book_state {
	enum book_kind kind;
	uint16_t measure, unit;
	enum book_severity severity; /* 0: not open */
	uint64_t raised_number;	     /* the last time it was raised */
	int64_t raised_ms;
	uint64_t newest;	/* number of its newest record */
	uint32_t months, count; /* of that record */
	int32_t period;
	/* What persons did since it was raised last: numbers of the rows that say so, or 0. A
	 * severity that worsens takes the acknowledgement back; a silence outlives the alert, and
	 * is still there when it is raised again before its end. */
	uint64_t acknowledged, assigned, silenced;
	int64_t silent_until_ms; /* where silenced */
	bool ending;		 /* notice was given */
	unsigned escalated;	 /* how often, since it waits for somebody */
	int64_t waits_ms;	 /* since when, where that is not raised_ms; else 0 */
};
/* ERR_NOTFOUND: there never was such an alert. */
enum err book_state_of(struct store_txn *t, struct bytes id, struct book_state *out);
enum err book_write_state(struct store_txn *t, const char *id, const struct book_state *s);
enum err book_walk_states(struct store_txn *t, bool (*fn)(void *ctx, const struct book_state *s),
			  void *ctx);
/* Appends the record: its number is the greatest yet. */
enum err book_append(struct store_txn *t, const struct book_record *r);
/* What was decided of a record: all but number, position, time and id. What persons did has a
 * second part with a version of its own; the bytes of the others are as they ever were. */
void book_encode(const struct book_record *r, struct buf *out);
bool book_decode(struct reader *in, struct book_record *out); /* false: no such bytes */
void book_id(const struct catalogue *c, enum book_kind kind, uint16_t measure, uint16_t unit,
	     char out[BOOK_ID]);
/* Number of the newest record; 0: none. */
enum err book_last(struct store_txn *t, uint64_t *number);

#endif
