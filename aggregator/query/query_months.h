/* SPDX-License-Identifier: MIT */
/* The months of the office, read on a snapshot: calendar, publication, who reported, who confirmed,
 * what was objected. */
#ifndef QUERY_QUERY_MONTHS_H
#define QUERY_QUERY_MONTHS_H

#include "aggregator/office/extensions.h"
#include "aggregator/office/months.h"
#include "aggregator/office/objections.h"
#include "aggregator/query/query.h"

/* A cell that owes a report for a period. */
struct query_months_cell {
	struct owed_report report;
	uint16_t owner;		 /* who reports it: an area, or the lead */
	struct cell_value value; /* at the end of the period, as known now */
	bool objected;		 /* an objection waits for an answer */
	bool restated;		 /* its figure moved after the period was published */
};
struct query_months_filter {
	int32_t period;
	uint16_t unit; /* who reports; CATALOGUE_NONE: everybody */
	uint16_t item; /* index; CATALOGUE_NONE: all */
};
/* The due day of a period is over and the ledger never judged it: it began after that day. What did
 * not come for it is not asked for. */
enum err query_months_is_outside(struct query *q, int32_t period, bool *out);

/* Cells that owe a report, in the order of (item, measure, unit); fn returns false to stop. */
enum err query_months_cells(struct query *q, const struct query_months_filter *filter,
			    bool (*fn)(void *ctx, const struct query_months_cell *cell),
			    void *ctx);

/* What one reporter owed, or all of a lead's items, or everybody. */
struct query_months_tally {
	struct reports_tally reports;
	unsigned extended, reviews[REVIEWS_STATE_END]; /* of those that came */
	unsigned objections, objections_open;
};
struct query_months_row {
	uint16_t unit;
	struct query_months_tally owed; /* by itself: an area's cells, a lead's own figures */
	/* Of a lead: every cell of its items, which it has to confirm. */
	bool leads;
	struct query_months_tally items;
	bool unconfirmed; /* its day is over, and cells of its items wait for it */
};

enum query_months_state {
	QUERY_MONTHS_OUTSIDE,	 /* its reports were due before the ledger began: nobody is asked */
	QUERY_MONTHS_RUNNING,	 /* the month is not over */
	QUERY_MONTHS_REPORTING,	 /* reports are due */
	QUERY_MONTHS_CONFIRMING, /* leads confirm */
	QUERY_MONTHS_OBJECTING,	 /* counties may object */
	QUERY_MONTHS_READY,	 /* to be published */
	QUERY_MONTHS_PUBLISHED,
	QUERY_MONTHS_STATE_COUNT
};
const char *query_months_state_name(enum query_months_state s); /* "running" */

struct query_month {
	int32_t period;
	int32_t due, confirm, object; /* the last day of each step */
	bool outside;		      /* its reports were due before the ledger began */
	bool beyond;		      /* the calendar ends before the last of them */
	enum query_months_state state;
	struct query_months_tally city;
	unsigned lights[LIGHT_COUNT]; /* official ones of the city's main measures, as they stand now */
	struct month publication;     /* period DATE_NONE: not published */
	unsigned restated;	      /* lights that are of another colour than was published */
};
/* The month alone. */
enum err query_month(struct query *q, int32_t period, struct query_month *out);
/* By reporter and lead, in the order of their numbers; in the arena. */
enum err query_months_rows(struct query *q, int32_t period, struct arena *a,
			   const struct query_months_row **out, size_t *count);
/* By item, in the order of the catalogue; in the arena. */
enum err query_months_items(struct query *q, int32_t period, struct arena *a,
			    const struct query_months_tally **out);
/* Colours of a published period that are others now. */
enum err query_months_restated(struct query *q, int32_t period,
			       bool (*fn)(void *ctx, const struct lights_record *r), void *ctx);
enum err query_months_objections(struct query *q, int32_t period,
				 bool (*fn)(void *ctx, const struct objection *o), void *ctx);
enum err query_months_extensions(struct query *q, int32_t period,
				 bool (*fn)(void *ctx, const struct extension *x), void *ctx);

/* What was said of the figure that a (measure, unit) stands at on a day: reviews_weakest, as known
 * now. */
enum err query_months_review(struct query *q, uint16_t measure, uint16_t unit, int32_t day,
			     enum reviews_state *out);

#endif
