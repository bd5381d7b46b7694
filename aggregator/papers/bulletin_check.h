/* SPDX-License-Identifier: MIT */
/* What to look at before a bulletin is published. Nothing here forbids anything: publishing has its
 * own rules (its time, its order, a signature that is still of this text). */
#ifndef PAPERS_BULLETIN_CHECK_H
#define PAPERS_BULLETIN_CHECK_H

#include "aggregator/papers/bulletin.h"

enum bulletin_check_kind {
	BULLETIN_CHECK_REPORTS,	   /* all figures that are owed came */
	BULLETIN_CHECK_CONFIRMED,  /* leads confirmed them */
	BULLETIN_CHECK_HOLDS,	   /* rows wait for the office */
	BULLETIN_CHECK_FLAGS,	   /* odd figures that nobody explained */
	BULLETIN_CHECK_MISMATCHES, /* lead and counties say different things */
	BULLETIN_CHECK_OBJECTIONS, /* not answered */
	BULLETIN_CHECK_CAUSES,	   /* what lags for the city has a cause */
	BULLETIN_CHECK_DIGITS,	   /* numbers typed by hand in edited text */
	BULLETIN_CHECK_STRAYS,	   /* edited sections that this month does not have */
	BULLETIN_CHECK_SIGNED,
	BULLETIN_CHECK_UNCHANGED,  /* since it was signed */
	BULLETIN_CHECK_TIME,	   /* the objection days are over */
	BULLETIN_CHECK_COUNT
};
struct bulletin_check {
	enum bulletin_check_kind kind;
	bool good;
	bool stops; /* publishing would be refused, or wants a reason */
	unsigned long count; /* of what is not good */
};
const char *bulletin_check_name(enum bulletin_check_kind k); /* "reports" */
/* What is asked, and what to do where it is not so. */
struct lang_text bulletin_check_word(enum bulletin_check_kind k);
struct lang_text bulletin_check_advice(enum bulletin_check_kind k);

/* All of them, in their order. */
enum err bulletin_check(struct query *q, const struct bulletin *b, struct arena *a,
			struct bulletin_check out[BULLETIN_CHECK_COUNT]);

#endif
