/* SPDX-License-Identifier: MIT */
/* Judging: official lights at the close of a period and where an entry changes a closed period;
 * alerts with a durable, numbered log. Deciding and applying are two steps: what was decided is
 * stored in the entry that caused it, and a replay applies it without deciding again. One
 * thread: the pipeline. */
#ifndef ALERTS_JUDGE_H
#define ALERTS_JUDGE_H

#include "aggregator/alerts/book.h"
#include "aggregator/catalogue/catalogue.h"
#include "aggregator/ledger/store.h"
#include "aggregator/progress/cells.h"
#include "base/buf.h"

enum judge_fact_kind {
	JUDGE_FIGURE,	/* a counting figure moved on days from as_of on */
	JUDGE_REPORTED, /* a report for a closed period arrived late */
	JUDGE_HELD,	/* a row is on hold: code says why */
	JUDGE_SETTLED,	/* a row left the hold queue */
	JUDGE_CONFLICT, /* a reporter contradicted what it had said */
	JUDGE_GAP,	/* a reporter lost rows: count of them in as much as is known */
	JUDGE_LINK_UP,
	JUDGE_LINK_DOWN,
	JUDGE_NOTED,	/* a person did something about an open alert */
	JUDGE_REVIEWED,	/* what office or lead said of the figures of the period of as_of changed */
	JUDGE_EXTENDED, /* the due day of a period was moved */
	JUDGE_SLIP,	/* a person made a step of a slip */
	JUDGE_FLAGGED	/* a person dealt with a flag of the (measure, unit) */
};
/* What a person did; the texts live as long as the entry is being dealt with. */
struct judge_note {
	enum book_kind kind; /* of the alert, with the fact's measure and unit */
	enum book_transition transition;
	struct bytes by, to, why; /* see struct book_record */
	int64_t until_ms;
};
struct judge_fact {
	enum judge_fact_kind kind;
	uint16_t measure; /* FIGURE, REPORTED, REVIEWED, HELD, SETTLED, NOTED */
	uint16_t unit;	  /* of the cell, or the reporter */
	int32_t as_of;
	uint64_t position; /* HELD, SETTLED: of the held row's entry */
	uint32_t row;
	unsigned code;	/* HELD: enum event_code; REVIEWED: enum reviews_state now */
	uint64_t count; /* GAP: rows; REVIEWED: enum reviews_state before */
	const struct judge_note *note; /* NOTED */
};

/* What the entry is about. */
struct judge_entry {
	uint64_t position;
	int64_t time_ms;
	bool tick;   /* a civil day begins */
	int32_t day; /* the civil day of time_ms; of a tick: the day that begins */
	const struct judge_fact *facts; /* collected while the entry was folded; may be empty */
	size_t fact_count;
	const uint8_t *chain; /* hash behind the entry before it; NULL: all zero */
};

struct judge;

/* Reads light and alert states of the store into memory. */
enum err judge_new(struct store_txn *t, const struct catalogue *c, struct judge **out);
void judge_free(struct judge *j); /* accepts NULL */

/* Appends what follows from the entry to decisions: lights and alert transitions, canonical
 * bytes, nothing where nothing follows. Reads cells and tables; writes nothing. A tick on which
 * no period closes and nothing is due costs next to nothing; an entry without facts too. */
enum err judge_decide(struct judge *j, struct store_txn *t, struct cells *cells,
		      const struct judge_entry *e, struct buf *decisions);

/* Told of each transition and each light while they are applied. */
struct judge_listener {
	void (*light)(void *ctx, uint16_t measure, uint16_t unit, int32_t period);
	void (*alert)(void *ctx, uint64_t number);
	void *ctx;
};
/* Folds decisions into LIGHTS, ALERTS, ALERT_LOG and memory. decisions: as made by judge_decide.
 * ERR_CORRUPT: not such bytes. */
enum err judge_apply(struct judge *j, struct store_txn *t, const struct judge_entry *e,
		     struct bytes decisions, const struct judge_listener *listener);

void judge_committed(struct judge *j);
/* Memory is read again from the last commit when next needed. */
void judge_rollback(struct judge *j);
/* An act made a step of a slip. */
void judge_slip_moved(struct judge *j);
enum err judge_follow(struct judge *j, const struct catalogue *next);
/* Number of the newest row of the alert log, the open transaction's included. */
uint64_t judge_alert_number(const struct judge *j);
/* The official light of a (measure, unit) now: enum light. */
unsigned judge_light(const struct judge *j, uint16_t measure, uint16_t unit);

#endif
