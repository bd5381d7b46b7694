/* SPDX-License-Identifier: MIT */
/* The year's end on a snapshot. */
#ifndef QUERY_QUERY_YEAR_H
#define QUERY_QUERY_YEAR_H

#include <jansson.h>

#include "aggregator/query/query.h"

#define QUERY_YEAR_MONTHS 36

enum query_year_state {
	QUERY_YEAR_RUNNING,
	QUERY_YEAR_LATE,  /* over; late rows are taken as they come */
	QUERY_YEAR_DUE,   /* late rows wait for the office; it may be closed */
	QUERY_YEAR_CLOSED
};

struct query_year {
	enum query_year_state state;
	int32_t late_until;
	/* not closed: what stands in the way */
	int32_t unpublished[QUERY_YEAR_MONTHS]; /* judged, or the last one: last days */
	size_t unpublished_count;
	size_t holds;
	/* as office/year.h has them; close is NULL while it is open */
	json_t *close, *measures, *items, *audits;
};

/* *out is to be freed where ERR_OK. */
enum err query_year(struct query *q, struct query_year *out);
void query_year_free(struct query_year *y);
/* What the close's signature is over; to be freed. ERR_NOTFOUND: not closed. */
enum err query_year_statement(struct query *q, char **out);

#endif
