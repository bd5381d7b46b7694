/* SPDX-License-Identifier: MIT */
/* Why an alert about a figure is there: what made its colour, how much is short, whose it is, who has
 * not reported, how fast it goes and would have to, when it would end, by which plan. Any thread, a
 * snapshot each. */
#ifndef QUERY_QUERY_EXPLAIN_H
#define QUERY_QUERY_EXPLAIN_H

#include "aggregator/query/query.h"

enum query_cause {
	QUERY_CAUSE_GAP = 1,	 /* behind by points */
	QUERY_CAUSE_NOT_STARTED, /* nothing done, and due to begin for months */
	QUERY_CAUSE_STAGE,	 /* a milestone's stage is late */
	QUERY_CAUSE_PARTS,	 /* the worst of its parts */
	QUERY_CAUSE_OVERDUE,	 /* the due day has passed */
	QUERY_CAUSE_TOO_SLOW,	 /* on plan, but not at this rate */
	QUERY_CAUSE_END
};
const char *query_cause_name(enum query_cause c); /* "not-started" */
struct lang_text query_cause_word(enum query_cause c);

struct query_explanation {
	enum query_cause cause;		     /* 0: it is about no figure, and the rest is empty */
	struct query_pace pace;		     /* at the end of the alert's period, as known now */
	const struct query_pace_part *parts; /* who is short, the most first; those alone */
	size_t part_count;
	const uint16_t *missing; /* units that owe a report of it for the period, and sent none */
	size_t missing_count;
	const char *plan;      /* id of the plan in force */
	unsigned plan_version; /* 0: the catalogue's */
	/* Alerts that stand back for each other on the same measure and unit: one that is about the
	 * figure as it is takes the place of one that only foretells it. The log says so: the row that
	 * resolved it names its successor. */
	char stands_back_for[BOOK_ID]; /* "" where for none */
	char instead_of[BOOK_ID];
};
/* ERR_NOMEM: the arena is used up. */
enum err query_explain(struct query *q, const struct book_record *r, struct arena *a,
		       struct query_explanation *out);

#endif
