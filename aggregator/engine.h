/* SPDX-License-Identifier: MIT */
/* The inside of the aggregator: all that one ledger's state needs in memory, and how an entry gets
 * in. The daemon's writer and the replay of a proof both run it; they differ in where the entries
 * come from. Private to this folder. */
#ifndef AGGREGATOR_ENGINE_H
#define AGGREGATOR_ENGINE_H

#include "aggregator/admission/epochs.h"
#include "aggregator/admission/row_objects.h"
#include "aggregator/admission/rows.h"
#include "aggregator/aggregator.h"
#include "aggregator/ledger/decision.h"
#include "aggregator/ledger/ledger.h"
#include "aggregator/line.h"
#include "aggregator/office/versions.h"
#include "aggregator/office/desk.h"
#include "aggregator/tell.h"

#define ENGINE_TICK_DAYS 400           /* days after the programme's end for which time passes */
#define ENGINE_BATCH_BUDGET (16 << 20) /* bytes that a decoded batch may take */

/* What the last commit knew of a measure's total, and whether it may have moved. */
struct engine_sum {
	struct totals_result now;       /* as stored in this transaction */
	struct totals_result committed;
	uint16_t derives_from;          /* a computed measure: from which one, or CATALOGUE_NONE */
	bool moved;                     /* since the last commit */
};

struct aggregator {
	struct store *store;
	struct catalogue *catalogue; /* in force; NULL before the first entry */
	struct versions *versions;   /* plans and quotas that the catalogue has beside its own */
	bool versioned;		     /* they changed since the last commit */
	struct catalogue *failed;    /* one that could not be adopted, but is looked at */
	struct admit_calendar calendar;
	struct cells *cells;
	struct judge *judge;
	struct keyring *keyring;
	struct epochs *epochs;
	struct desk desk;
	struct row_objects *objects;
	struct rows *rows;
	struct line line;
	struct tell tell;
	struct engine_sum *sums; /* by measure */
	uint8_t *touched;        /* by measure */

	struct store_txn *txn; /* the open group */
	bool year_closed;      /* the close of the year is in the ledger */
	struct aggregator_signer signer; /* of the close; sign is NULL: there is none */
	bool broken;           /* a roll-back could not read the state again: no more groups */
	struct ledger_head head, committed;
	struct admit admit;
	struct facts facts;
	int32_t closed_day, closed; /* the last closed period at the beginning of a day */

	struct arena *arena; /* of the batch that is being decoded */
	struct decision_runs runs;
	struct buf form, decisions, judged, body;
	struct aggregator_counters counters; /* of what is settled */
	struct aggregator_counters group;    /* of the open group: nobody else looks */
};

enum err engine_new(struct store *store, struct aggregator **out);
void engine_free(struct aggregator *a); /* accepts NULL */

/* Reads everything that the store remembers, in any transaction. */
enum err engine_load(struct aggregator *a, struct store_txn *t);
/* A catalogue comes into force; taken over, in any case. */
enum err engine_adopt(struct aggregator *a, struct catalogue **next);

/* Plans and quotas of the catalogue in force, as the tables have them in the transaction. */
enum err engine_read_versions(struct aggregator *a, struct store_txn *t);

/* Starts an entry at the next position; time_ms is moved up to that of the one before. Sets what
 * admission wants to know of it, and forgets the facts of the last one. */
void engine_enter(struct aggregator *a, struct entry *e);
/* The judge's view of the entry that was entered. */
struct judge_entry engine_judge_entry(const struct aggregator *a, const struct entry *e);
/* Judges what the entry did, stores it with its decisions, and applies them. d: of a batch, or
 * NULL. Afterwards e->decisions is gone. */
enum err engine_append(struct aggregator *a, struct entry *e, struct decision *d);
/* What follows from decisions, for lights and alerts. */
enum err engine_apply_judged(struct aggregator *a, const struct entry *e, struct bytes judged);

/* Brings the tables up to what is in memory. */
enum err engine_flush(struct aggregator *a);
/* What the open group counted is true; or it was taken back, and will be counted again. */
void engine_count(struct aggregator *a, bool true_now);
/* The group is durable, or was taken back. */
void engine_committed(struct aggregator *a);
enum err engine_rolled_back(struct aggregator *a);

int32_t engine_day(const struct aggregator *a, int64_t ms);

#endif
