/* SPDX-License-Identifier: MIT */
/* What was corrected after a month was published (通报后更正), and what changed from one month to
 * another. In an arena. */
#ifndef PAPERS_BULLETIN_AFTER_H
#define PAPERS_BULLETIN_AFTER_H

#include "aggregator/papers/bulletin.h"

/* A light or a figure that is another one now. */
struct bulletin_after {
	uint16_t measure, unit;
	enum light then, now;
	struct bulletin_light published; /* with its figures */
	bool present;
	int64_t value, denominator; /* now */
	uint64_t position;	    /* of the entry that judged it last */
};
/* In the order of the lights; none while the month is not published. */
enum err bulletin_after(struct query *q, const struct bulletin *b, struct arena *a,
			const struct bulletin_after **out, size_t *count);

enum bulletin_change {
	BULLETIN_NEW_RED,    /* red in the later month, and not before */
	BULLETIN_GONE_RED,   /* and the other way round */
	BULLETIN_WORSE,	     /* another colour, for the worse */
	BULLETIN_BETTER,
	BULLETIN_FIRST,	     /* judged for the first time */
	BULLETIN_GONE,	     /* no longer judged */
	BULLETIN_MOVED,	     /* the same colour, another figure */
	BULLETIN_CHANGE_END
};
const char *bulletin_change_name(enum bulletin_change c); /* "new-red" */
struct lang_text bulletin_change_word(enum bulletin_change c);
struct bulletin_diff {
	enum bulletin_change change;
	uint16_t measure, unit;
	const struct bulletin_light *from, *to; /* either may be NULL: not judged */
};
/* From one bulletin to another, by change, then in the order of the lights. */
enum err bulletin_diff(const struct bulletin *from, const struct bulletin *to, struct arena *a,
		       const struct bulletin_diff **out, size_t *count);

#endif
