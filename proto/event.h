/* SPDX-License-Identifier: MIT */
/* A batch of progress rows as plain C: what the wire's columns mean, without protobuf. */
#ifndef PROTO_EVENT_H
#define PROTO_EVENT_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/lang.h"

/* What a row does to its cell (measure, unit). Numbers are those of the wire. */
enum event_kind {
	EVENT_TOTAL = 0,   /* the cumulative value since the programme began, as of a date */
	EVENT_ADD = 1,     /* an increment; needs a ref that is unique for its reporter */
	EVENT_STAGE = 2,   /* a milestone's stage is reached */
	EVENT_LEVEL = 3,   /* a rate or cap that is now in force */
	EVENT_NIL = 4,     /* no progress in this period: a report without a figure */
	EVENT_RETRACT = 5, /* withdraws what stands at (measure, unit, stage, as_of), or an ADD */
	EVENT_KIND_COUNT
};

/* An entry of a batch's dictionary of measures. */
struct event_target {
	struct bytes id;      /* the measure's id, such as "canteens" */
	struct bytes uom;     /* its unit of measure as the sender knows it, such as "处" */
	uint32_t decimals;    /* of value and denominator */
};

/* A column: row r has data[r * stride]; stride 0 repeats one value for all rows. Never NULL. */
struct event_u32 {
	const uint32_t *data;
	size_t stride;
};
struct event_i32 {
	const int32_t *data;
	size_t stride;
};
struct event_i64 {
	const int64_t *data;
	size_t stride;
};

/* Sparse columns: rows in rising order (object ids: a row may come more than once). */
struct event_text {
	uint32_t row;
	struct bytes text;
};
struct event_texts {
	const struct event_text *items;
	size_t count;
};
struct event_number {
	uint32_t row;
	uint32_t number;
};
struct event_numbers {
	const struct event_number *items;
	size_t count;
};

/* All memory belongs to whoever made the batch (an arena, usually). */
struct event_batch {
	uint32_t rows;
	const struct event_target *targets;
	size_t target_count;
	const struct bytes *units; /* ids of units, such as "yutai" */
	size_t unit_count;
	struct event_u32 target; /* index into targets */
	struct event_u32 unit;   /* index into units */
	struct event_u32 kind;   /* enum event_kind; may hold any number */
	struct event_i64 value;  /* at the target's decimals; a ratio's numerator */
	struct event_i64 denominator; /* ratios; 0 elsewhere */
	struct event_i32 as_of;       /* days since 1970-01-01 */
	struct event_i64 observed;    /* ms since 1970 UTC by the sender; 0: unknown */
	struct event_numbers revision; /* of the figure for this as_of; default 0 */
	struct event_texts stage;      /* stage id */
	struct event_texts note;
	struct event_texts reason;   /* of a correction */
	struct event_texts evidence; /* a link */
	struct event_texts ref;      /* of an ADD */
	struct event_texts object;   /* ids of places or things that are counted */
	struct event_texts withdraw; /* of a RETRACT: the ref of the ADD that goes */
};

/* Columns for those who build batches. */
static inline struct event_u32 event_u32_of(const uint32_t *data, size_t stride)
{
	return (struct event_u32){ data, stride };
}

/* What became of a row. Numbers are those of the wire. */
enum event_verdict {
	EVENT_ADMITTED = 0,
	EVENT_HOLD = 1,      /* kept out of totals until the office releases or rejects it */
	EVENT_REJECT = 2,    /* kept, looked at, never counted */
	EVENT_DUPLICATE = 3, /* said before, word for word */
	EVENT_CONFLICT = 4,  /* a ref said before with other content */
	EVENT_VERDICT_COUNT
};

/* Why. The number is the wire's, the name and the texts are in event.c. */
enum event_code {
	EVENT_CODE_NONE = 0,
	/* about the batch */
	EVENT_BAD_BODY = 1,         /* the body does not decode */
	EVENT_BAD_COLUMN = 2,       /* a column has neither 0, 1 nor rows values */
	EVENT_BAD_INDEX = 3,        /* a dictionary index points nowhere */
	EVENT_BAD_TEXT = 4,         /* text is no UTF-8, holds NUL or is too long */
	/* about names and rights */
	EVENT_UNKNOWN_TARGET = 10,
	EVENT_UNKNOWN_UNIT = 11,
	EVENT_FORBIDDEN = 12,       /* this key may not report this measure for this unit */
	EVENT_OUT_OF_SCOPE = 13,    /* the unit has no part in this item */
	EVENT_DERIVED = 14,         /* the figure is computed, nobody reports it */
	EVENT_SCALE = 15,           /* decimals or unit of measure differ from the catalogue */
	EVENT_RETIRED = 16,         /* the measure is no longer reported on that date */
	/* about the row */
	EVENT_BAD_KIND = 20,        /* this kind does not go with this measure, or is unknown */
	EVENT_UNKNOWN_STAGE = 21,
	EVENT_NEGATIVE = 22,
	EVENT_OVERFLOW = 23,        /* the sum would not fit 64 bits, or there are too many ids */
	EVENT_NO_DENOMINATOR = 24,  /* a ratio row without a denominator: none, or 0, or below 0 */
	EVENT_RATIO_ABOVE_ONE = 25, /* numerator above denominator */
	EVENT_DATE_OUTSIDE = 26,    /* as_of lies outside the programme */
	EVENT_DATE_FUTURE = 27,     /* HOLD: more than 24 h after the daemon's clock */
	EVENT_PERIOD_CLOSED = 28,   /* HOLD: the period is published and no reason was given */
	EVENT_DECREASE = 29,        /* HOLD: the figure falls without a reason for the correction */
	EVENT_ABOVE_CAP = 30,       /* REJECT: base and figure together exceed the universe */
	EVENT_REF_MISSING = 31,     /* an ADD needs a ref */
	EVENT_REF_REPEATED = 32,    /* this ref was said before */
	EVENT_NOTHING_TO_RETRACT = 33,
	EVENT_ADD_REVISED = 34,     /* an ADD carries no revision: retract it and add again */
	EVENT_SUPERSEDED = 35,      /* ADMITTED, but a higher revision of that date counts */
	EVENT_UNCHANGED = 36,       /* DUPLICATE: the same figure for the same date and revision */
	EVENT_PARTS_DIFFER = 37,    /* REJECT: the parts do not sum to the reported whole */
	/* about places and things that are counted by their ids; the exception's text names the id */
	EVENT_OBJECT_MISSING = 38,  /* the measure is counted by ids, and the row names none */
	EVENT_OBJECT_COUNT = 39,    /* the value is not the number of ids */
	EVENT_OBJECT_REPEATED = 40, /* an id stands twice in the row */
	EVENT_OBJECT_FORM = 41,     /* an id is blank, too long or has separators in it */
	EVENT_OBJECT_UNKNOWN = 42,  /* an id is not in the universe */
	EVENT_OBJECT_IN_BASE = 43,  /* an id belongs to the opening base */
	EVENT_OBJECT_EARLIER = 44,  /* an id was counted in an earlier year */
	EVENT_OBJECT_DROPPED = 45,  /* HOLD: what was counted is missing, without a reason */
	EVENT_OBJECT_COUNTED = 46,  /* ADMITTED, but an id of the ADD was counted before */
	/* about the year's end */
	EVENT_YEAR_CLOSED = 47      /* HOLD once the window for late rows is over; REJECT after the close */
};

/* "unknown-target"; "code-<n>" is not made up: NULL for a number that has no name. */
const char *event_code_name(unsigned code);
const char *event_verdict_name(unsigned verdict);
const char *event_kind_name(unsigned kind);   /* "total", "add", ...; NULL as above */
/* What is wrong and what to do, in a sentence each; both NULL for a number that has no name. */
struct lang_text event_code_text(unsigned code);
int event_kind_from_name(struct bytes name); /* enum event_kind, or -1 */

#endif
