/* SPDX-License-Identifier: MIT */
/* Reading what the office keeps, on a snapshot: as query.h. */
#ifndef QUERY_QUERY_RECORDS_H
#define QUERY_QUERY_RECORDS_H

#include "aggregator/office/narratives.h"
#include "aggregator/office/portfolio.h"
#include "aggregator/query/query.h"

/* NULL and CATALOGUE_NONE and DATE_NONE: any. */
struct query_record_filter {
	const char *state;  /* name of one, "open": those that wait for something, "all" */
	uint16_t item;	    /* itself, its project, or a measure of it */
	uint16_t unit;	    /* in whatever part */
	uint16_t measure;
	const char *period; /* "2022-06" */
	const char *quarter;
	const char *person; /* in charge, or in the chair */
	const char *meeting; /* of decisions */
	int32_t on;	    /* in force on that day */
	bool overdue;	    /* these alone */
};

struct query_record {
	const struct forms_kind *kind;
	struct bytes id;
	const json_t *record;
	bool has_deadline, overdue;
	int32_t due;   /* the deadline by the working calendar */
	unsigned days; /* working days overdue, today */
};

/* By id, those behind an id (empty: all). */
enum err query_records(struct query *q, const struct forms_kind *kind, struct bytes after,
		       const struct query_record_filter *filter,
		       bool (*fn)(void *ctx, const struct query_record *record), void *ctx);
/* One; *record is to be given back with json_decref, out->record is the same. ERR_NOTFOUND. */
enum err query_record(struct query *q, const struct forms_kind *kind, const char *id,
		      json_t **record, struct query_record *out);
/* Its steps, oldest first. */
enum err query_record_steps(struct query *q, const struct forms_kind *kind, struct bytes id,
			    bool (*fn)(void *ctx, uint32_t number, json_t *step), void *ctx);

/* Items that owe a narrative for a period. */
enum err query_narratives(struct query *q, int32_t period,
			  bool (*fn)(void *ctx, const struct narratives_one *one), void *ctx);
/* portfolio_lacking. */
enum err query_lacking(struct query *q, const char *quarter,
		       bool (*fn)(void *ctx, const char *person, const char *title, bool planned),
		       void *ctx);

#endif
