/* SPDX-License-Identifier: MIT */
/* One row on its way through admission, and the place where it lands. */
#ifndef ADMISSION_ROW_H
#define ADMISSION_ROW_H

#include "aggregator/admission/admit.h"

/* Where the rows of a (measure, unit) of one batch land: worked out once. */
struct row_place {
	uint64_t tag;         /* which batch and pair it is about */
	enum event_code code; /* why nothing may land here */
	uint16_t measure;
	uint16_t unit;
	uint16_t source;      /* CATALOGUE_NONE: its figures count */
	uint32_t fact;        /* 1 + index of its FIGURE fact; 0: none yet */
	uint64_t reported;    /* periods (admit_period_bit) for which a report was noted */
	const struct catalogue_measure *m;
	struct cell *main;    /* of the counting stage: takes note of reports */
};

struct row {
	uint32_t index;
	uint32_t kind; /* enum event_kind, or any number */
	uint32_t revision;
	int32_t as_of;
	int64_t value;
	int64_t denominator;
	bool reason;           /* a correction reason was given */
	struct bytes stage;
	struct bytes ref;      /* of an ADD */
	struct bytes withdraw; /* of a RETRACT */
	const struct event_text *objects; /* ids of places and things */
	uint32_t object_count;
	uint32_t wrong; /* number of the one that the verdict is about, or ROW_NONE_WRONG */
	struct cell *cell;     /* found by row_find_cell */
	struct cell_value stands; /* by a TOTAL of that date, where it was asked for */
};

#define ROW_NONE_WRONG UINT32_MAX

struct row_verdict {
	uint8_t verdict; /* enum event_verdict */
	uint8_t code;    /* enum event_code */
};

/* The highest figure of a row, so that the sum of 4 096 of them still fits. */
#define ROW_VALUE_MAX (INT64_MAX >> 12)

/* The cell of the row's stage. *code: EVENT_UNKNOWN_STAGE where it names none. */
enum err row_find_cell(struct admit *a, const struct row_place *p, struct row *r,
		       enum event_code *code);
/* What becomes of the row, as things stand. */
enum err row_judge(struct admit *a, const struct row_place *p, struct row *r,
		   struct row_verdict *out);
/* Folds the row in as judged. ERR_RANGE: a sum does not fit, nothing changed. */
enum err row_fold(struct admit *a, struct row_place *p, struct row *r, struct row_verdict verdict);

struct holds_record;
/* Folds in a row that the office lets go, as an entry of its own. ERR_RANGE as above; ERR_STATE: the
 * ADD that it withdraws does not stand any more. */
enum err row_release(struct admit *a, const struct holds_record *hold);

#endif
