/* SPDX-License-Identifier: MIT */
/* From an alert back to what it came from: the rows of its log, their entries, and the rows of the
 * ledger that make up the figures that were judged. The figures are computed anew from these rows
 * alone, with the rules of totals, and compared with what the alert says. Any thread, a snapshot
 * each. */
#ifndef QUERY_QUERY_TRACE_H
#define QUERY_QUERY_TRACE_H

#include "aggregator/query/query.h"

/* A row of a batch that touched a cell on or before the judged day, and was known then. */
struct query_trace_row {
	uint64_t position; /* where it stands in the ledger */
	uint32_t row;
	uint64_t released; /* position of the act that let it go from hold, or 0 */
	uint16_t reporter;
	int64_t said_ms; /* when it was received: the time of its receipt */
	enum event_kind kind;
	int32_t as_of;
	uint32_t revision;
	int64_t value, denominator;
	bool counts; /* it is part of the figure; false: later rows stand in its place */
	/* What the cell stood at on the judged day, just before the row was folded and just after it;
	 * where that can't be made out, on the day before it arrived and at the end of that day. */
	struct cell_value before, after;
};
struct query_trace_cell {
	struct cell_key key;
	struct cell_value value;	    /* made of the rows below */
	bool by_objects;		    /* counted by ids: the value is the cell's own */
	const struct query_trace_row *rows; /* in the order in which they were folded */
	size_t row_count;
};
struct query_trace_step { /* a row of the alert log */
	uint64_t number, position;
	int64_t time_ms;
	enum book_transition transition;
	enum book_severity severity;
	uint32_t count;
};
struct query_trace_missing { /* a report that was owed and had not come */
	uint16_t measure, unit;
	int64_t came_ms; /* afterwards; 0: never */
};
struct query_trace_entry { /* of the ledger */
	uint64_t position;
	enum entry_kind kind;
	uint16_t reporter; /* CATALOGUE_NONE: none */
	int64_t time_ms;
};

struct query_trace {
	struct book_record
		about; /* the newest row of the log that has figures, not a person's note */
	const struct query_trace_step *steps; /* since it was raised, up to the row asked for */
	size_t step_count;
	const struct query_trace_entry *entries; /* that caused these rows, oldest first */
	size_t entry_count;
	const struct query_trace_cell *cells; /* that feed the figure */
	size_t cell_count;
	const struct query_trace_missing *missing; /* SILENT */
	size_t missing_count;
	const struct holds_record *holds; /* HOLD: that wait now */
	size_t hold_count;
	bool has_total;
	struct totals_result total; /* computed from the rows of the cells */
	bool complete;		    /* all of it was looked through; false: there was too much */
	bool adds_up;		    /* what was found makes up what the alert says */
};

/* number: a row of the log about this alert, or 0 for the newest. ERR_NOTFOUND: there never was such
 * an alert, or the row is about another one. */
enum err query_trace(struct query *q, struct bytes id, uint64_t number, struct arena *a,
		     struct query_trace *out);

/* For the file beside it: the rows that make up a cell on a day, up to a position of the ledger. */
struct query_trace_case {
	struct query *q;
	struct arena *arena;
	const struct keyring *keyring;
	uint64_t position; /* of the entry that judged */
	size_t entries;	   /* that may still be read */
};
enum err query_trace_cell_of(struct query_trace_case *k, struct cell_key key, int32_t day,
			     struct query_trace_cell *out);

#endif
