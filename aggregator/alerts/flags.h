/* SPDX-License-Identifier: MIT */
/* Flags: figures of closed periods that look odd. One for each (measure, unit, period, rule), with the
 * numbers that the rule found. A flag never changes a figure: people explain it, dismiss it, or
 * confirm that the figure is wrong. Readers use any read transaction. */
#ifndef ALERTS_FLAGS_H
#define ALERTS_FLAGS_H

#include "aggregator/catalogue/catalogue.h"
#include "aggregator/ledger/store.h"
#include "base/buf.h"
#include "base/reader.h"
#include "proto/limits.h"

enum flags_rule {
	FLAGS_JUMP = 1,	   /* DQ02: an increment far from those before it */
	FLAGS_EXACT = 2,   /* DQ04: exactly the goal at the deadline */
	FLAGS_BUNCHED = 3, /* DQ04: most areas at exactly their goals; unit: the city */
	FLAGS_SPIKE = 4,   /* DQ05: much of the goal in the last period */
	FLAGS_STUCK = 5,   /* DQ07: the same figure again and again */
	FLAGS_TWIN = 6,	   /* DQ07: two areas say the same of everything */
	FLAGS_PAIR = 7,	   /* DQ10: two measures that go together do not */
	FLAGS_ABOVE = 8,   /* DQ15: far above the quota, as by a slip of the finger */
	FLAGS_RULE_END
};
enum flags_state {
	FLAGS_OPEN = 1,
	FLAGS_EXPLAINED = 2, /* odd, and right: why says how come */
	FLAGS_DISMISSED = 3, /* not odd at all */
	FLAGS_CONFIRMED = 4, /* the figure is wrong, and has to be corrected */
	FLAGS_GONE = 5,	     /* later entries changed what the rule looks at */
	FLAGS_STATE_END
};

/* What the numbers of a rule are, in the order of flags_record.numbers. */
enum flags_form {
	FLAGS_FIGURE,  /* at the decimals of the measure */
	FLAGS_FIGURE1, /* with one more */
	FLAGS_OTHER,   /* at the decimals of the other measure */
	FLAGS_COUNT,
	FLAGS_PERCENT, /* three decimals */
	FLAGS_RATIO    /* four decimals */
};
struct flags_number {
	const char *name; /* of the API; NULL: no more */
	enum flags_form form;
};
#define FLAGS_NUMBERS 5
#define FLAGS_NAME_MAX 160 /* bytes of who */
#define FLAGS_WHY_MAX 1000
#define FLAGS_ID (16 + 2 * (LIMITS_ID + 1) + 8) /* characters of the longest id, with NUL */

struct flags_record {
	uint16_t measure, unit;
	int32_t period; /* its last day */
	enum flags_rule rule;
	enum flags_state state;
	uint16_t other_measure, other_unit; /* PAIR, TWIN: of the other side; else CATALOGUE_NONE */
	int64_t numbers[FLAGS_NUMBERS];
	uint64_t position; /* of the entry at which the machine decided it last */
	int64_t time_ms;
	/* What a person did about it since: position 0 where nobody did. The bytes end with the
	 * transaction that read them, or with the next write. */
	uint64_t act_position;
	int64_t act_ms;
	struct bytes by, why;
};

/* ERR_NOTFOUND. */
enum err flags_read(struct store_txn *t, uint16_t measure, uint16_t unit, int32_t period,
		    enum flags_rule rule, struct flags_record *out);
/* In the order of measure, unit, period, rule: all of them, those of a measure, or of a (measure,
 * unit); CATALOGUE_NONE for any. fn returns false to stop. */
enum err flags_walk(struct store_txn *t, uint16_t measure, uint16_t unit,
		    bool (*fn)(void *ctx, const struct flags_record *r), void *ctx);
/* It is for people to deal with: open, or confirmed and not corrected. */
bool flags_pending(const struct flags_record *r);
/* Whether the cell has a pending flag of a period up to this one: such a cell is no match for
 * others, and is left out where units are compared. */
enum err flags_any(struct store_txn *t, uint16_t measure, uint16_t unit, int32_t up_to, bool *out);

/* "jump.canteens.yutai.2022-07", and back. False: no such id. */
void flags_id(const struct catalogue *c, const struct flags_record *r, char out[FLAGS_ID]);
bool flags_find_id(const struct catalogue *c, struct bytes id, struct flags_record *out);

const char *flags_rule_name(enum flags_rule r);	  /* "jump" */
const char *flags_rule_code(enum flags_rule r);	  /* "DQ02" */
struct lang_text flags_rule_word(enum flags_rule r); /* a few words for people */
const char *flags_state_name(enum flags_state s); /* "open" */
struct lang_text flags_state_word(enum flags_state s);
/* FLAGS_NUMBERS of them. */
const struct flags_number *flags_numbers(enum flags_rule r);
/* Decimals of a number: of the record's measures. */
unsigned flags_decimals(const struct catalogue *c, const struct flags_record *r,
			enum flags_form form);
/* A sentence that explains the flag with its numbers. */
void flags_text(const struct catalogue *c, const struct flags_record *r, enum lang lang,
		struct buf *out);

/* --- for judging ------------------------------------------------------------------------------ */

/* What the machine decides of a record: all up to numbers. False: no such bytes. */
void flags_encode(const struct flags_record *r, struct buf *out);
bool flags_decode(struct reader *in, struct flags_record *out);
enum err flags_write(struct store_txn *t, const struct flags_record *r);

#endif
