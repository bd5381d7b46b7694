/* SPDX-License-Identifier: MIT */
/* The rules of a row told a second time, as slowly and as simply as can be: an array of days a
 * cell. What the daemon says of a torture run is held against this. */
#ifndef TORTURE_ORACLE_H
#define TORTURE_ORACLE_H

#include "aggregator/catalogue/catalogue.h"
#include "proto/event.h"

enum oracle_stand { ORACLE_NOTHING, ORACLE_SET, ORACLE_GONE };

struct oracle_day {
	int64_t set, below; /* of the TOTAL; below: a ratio's denominator */
	int64_t add;        /* sum of the ADDs after it */
	uint32_t adds;
	uint32_t revision;
	uint32_t generation; /* TOTALs and RETRACTs so far: which of them absorbed an ADD */
	enum oracle_stand stand;
};

struct oracle_cell {
	uint16_t measure, unit;
	uint16_t stage; /* index, or CATALOGUE_NONE */
	bool counts;    /* its figure feeds the city's total */
	int32_t from, to;
	int32_t last_set; /* no TOTAL stands after this day */
	struct oracle_day *days;
};

struct oracle_value {
	bool present;
	int64_t value, below;
};

struct oracle_row {
	enum event_kind kind;
	int32_t as_of;
	uint32_t revision;
	int64_t value, below;
	bool reason;
};

enum err oracle_cell_init(struct oracle_cell *cell, const struct catalogue *c);
void oracle_cell_free(struct oracle_cell *cell);

struct oracle_day *oracle_day(const struct oracle_cell *cell, int32_t day); /* NULL: outside */
struct oracle_value oracle_at(const struct oracle_cell *cell, int32_t day);

/* What becomes of a row on the daemon's civil day today, whose clock stands at noon. Refs of ADDs
 * are the caller's to look at first. */
enum event_verdict oracle_judge(const struct catalogue *c, const struct oracle_cell *cell,
				const struct oracle_row *row, int32_t today);
/* Folds an admitted row. False: an ADD that a TOTAL of a higher revision absorbs at once. */
bool oracle_fold(struct oracle_cell *cell, const struct oracle_row *row);
/* Takes an ADD of that generation of its day back. */
void oracle_withdraw(struct oracle_cell *cell, int32_t as_of, int64_t value, uint32_t generation);

#endif
