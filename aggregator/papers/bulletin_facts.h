/* SPDX-License-Identifier: MIT */
/* What a bulletin is made of: numbers and names of things, no words yet. Gathered from a snapshot, or
 * read back from the act that published the month: what was published stands, whatever comes later.
 * All of it in an arena. */
#ifndef PAPERS_BULLETIN_FACTS_H
#define PAPERS_BULLETIN_FACTS_H

#include <jansson.h>

#include "aggregator/query/query_months.h"

/* An official light of the period with the figures that it was judged by. */
struct bulletin_light {
	uint16_t measure, unit;
	enum light light;
	enum light before; /* of the period before; LIGHT_NONE: none */
	bool silent, provisional, overdue, present, has_goal;
	int64_t value, denominator, goal;
	int64_t done_ppm, planned_ppm, gap_hundredths;
	unsigned months; /* closed periods in a row behind */
};
/* What a reporter owed; what a lead had to confirm. */
struct bulletin_unit {
	uint16_t unit;
	struct reports_tally owed;
	unsigned corrected; /* figures of the month that were said again otherwise */
	bool leads;
	unsigned items, waiting; /* figures of its items, and of these: not confirmed */
};
/* Why something lags, where somebody said so, and until when an answer is due. */
struct bulletin_cause {
	uint16_t measure, unit;
	const char *text;   /* "" where nobody said */
	const char *source; /* "narratives/2022-09.1.1", "slips/2022-0003", "" */
	const char *slip;   /* number of its open slip, or "" */
	int32_t deadline;   /* of that; DATE_NONE */
};
/* Where the catalogue ranks units: by what the month added against its plan. */
struct bulletin_rank {
	uint16_t unit;
	unsigned rank;		  /* shared where scores are the same; 0: not ranked */
	int64_t score_hundredths; /* of a point, rounded */
};
struct bulletin_facts {
	int32_t period;
	/* Official lights of main measures, as people read them: by measure, then unit, the city last. */
	struct bulletin_light *lights;
	size_t light_count;
	int32_t before; /* the judged period before; DATE_NONE: none */
	unsigned counts[LIGHT_COUNT], counts_before[LIGHT_COUNT]; /* of the city's */
	struct bulletin_unit *units; /* by number */
	size_t unit_count;
	struct bulletin_rank *ranks; /* by rank, those without one last; none where nobody is ranked */
	size_t rank_count;
	struct bulletin_cause *causes; /* of yellow and red ones, in the order of lights */
	size_t cause_count;
};

/* As things stand. ERR_NOTFOUND: nothing was judged for that period. */
enum err bulletin_facts_gather(struct query *q, int32_t period, struct arena *a,
			       struct bulletin_facts *out);
/* The same as JSON, for the act that publishes: NULL: no memory. */
json_t *bulletin_facts_json(const struct bulletin_facts *f);
/* ERR_CORRUPT: no such JSON, or about things that the catalogue does not have. */
enum err bulletin_facts_parse(const json_t *json, const struct catalogue *c, struct arena *a,
			      struct bulletin_facts *out);

const struct bulletin_cause *bulletin_facts_cause(const struct bulletin_facts *f, uint16_t measure,
						  uint16_t unit); /* NULL: none */
const struct bulletin_light *bulletin_facts_light(const struct bulletin_facts *f, uint16_t measure,
						  uint16_t unit); /* NULL: none */
/* Lights of a unit that lag, the worst first: indices into lights, in the arena; NULL: no memory. */
const size_t *bulletin_facts_worst(const struct bulletin_facts *f, uint16_t unit, struct arena *a,
				   size_t *count);
static inline bool bulletin_facts_lags(enum light l)
{
	return l == LIGHT_YELLOW || l == LIGHT_RED;
}

#endif
