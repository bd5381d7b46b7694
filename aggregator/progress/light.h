/* SPDX-License-Identifier: MIT */
/* Lights: is it on plan? Pure. */
#ifndef PROGRESS_LIGHT_H
#define PROGRESS_LIGHT_H

#include "aggregator/catalogue/catalogue.h"
#include "aggregator/progress/totals.h"
#include "base/fraction.h"

enum light {
	LIGHT_NONE = 0, /* nothing to judge: no quota, not due, informs only */
	LIGHT_GREEN = 1,
	LIGHT_YELLOW = 2,
	LIGHT_RED = 3,
	LIGHT_DONE = 4,   /* reached, and verified by the office */
	LIGHT_REACHED = 5 /* 达量待核: reached, not verified yet */
};
#define LIGHT_COUNT 6

/* The judged state of a (measure, unit) at the close of a period; stored. */
struct light_state {
	enum light light;
	bool silent;	  /* 未报: no report for this period; the light is held or carried */
	bool overdue;	  /* past the due day and not reached */
	bool provisional; /* reports are missing that could change the colour */
	/* For how many judged periods in a row each test held. */
	uint8_t worse;	/* of entering yellow, or red */
	uint8_t worst;	/* of entering red */
	uint8_t better; /* of leaving red */
	uint8_t best;	/* of leaving yellow, too */
	uint8_t months; /* judged periods in a row that are yellow or red */
	uint8_t missed; /* periods in a row without a report */
};

struct light_input {
	struct totals_result at; /* on the period's last day */
	struct fraction planned; /* share planned on that day, 0..1 */
	bool reported;		 /* for this period; NIL counts, and so does a period for which
				   * nothing is expected */
	bool due_passed;	 /* the measure's due day is behind */
	bool verified;		 /* by the office, in every cell that feeds it: REACHED becomes DONE */
	/* Milestones: a stage is not reached and its day is over. All others: nothing is done, and
	 * the plan expected one of the measure's smallest units. */
	bool late;
	unsigned months_late; /* whole months since; 0 in the first */
	bool has_high;	      /* reports are missing: */
	struct fraction high; /* the share done if they brought what they plausibly could */
};

/* Whether a measure runs against its plan, or is only met or not (a ratio or level without a base,
 * a policy). Composites take the worst of their parts. */
bool light_has_pace(const struct catalogue_measure *measure);

/* Whether there is anything to do: a goal, and for what is counted one above 0, since a share of
 * nothing says nothing. Without it there is neither a share done nor a gap. */
bool light_has_task(const struct catalogue_measure *measure, bool has_goal, int64_t goal);

/* Hundredths of a percentage point behind plan (negative: behind), exact. */
struct fraction light_gap(const struct totals_result *at, struct fraction planned);
/* The colour that a share done has by the thresholds alone: no memory, no deadline. */
enum light light_of(const struct catalogue_profile *profile, struct fraction done,
		    struct fraction planned);
/* Behind plan by at least one of the smallest units that the measure counts (1 without decimals, 0.01
 * with two): floor(E) - V >= 1. Always true for kinds that count no units. */
bool light_is_countable(const struct catalogue_measure *measure, const struct totals_result *at,
			struct fraction planned);
/* One step of the state machine, for a period that closes. before: the state of the period before
 * it, all zero where there is none. Not for composites. */
struct light_state light_step(const struct catalogue_profile *profile,
			      const struct catalogue_measure *measure, struct light_state before,
			      const struct light_input *in);
/* A composite: the worst of its parts' lights, done only where every part with a light is done, and
 * reached where the others are reached.
 * parts: states of the same period. */
struct light_state light_compose(struct light_state before, const struct light_state *parts,
				 size_t count);
/* What the parts leave open: a composite is reached or done only where its own total says so, since a part that
 * has no light yet is not done either. */
struct light_state light_of_whole(struct light_state composed, const struct totals_result *whole);
const char *light_name(enum light l); /* "green" */
struct lang_text light_word(enum light l);

#endif
