/* SPDX-License-Identifier: MIT */
/* Tables of the bulletin: within it, and its annexes. */
#ifndef PAPERS_BULLETIN_ANNEX_H
#define PAPERS_BULLETIN_ANNEX_H

#include "aggregator/papers/bulletin_after.h"

void bulletin_annex_units(const struct bulletin *b, struct paper *p); /* counties, in code order */
void bulletin_annex_leads(const struct bulletin *b, struct paper *p);
/* 附件1 to 3: progress, laggards, matrix. */
void bulletin_annexes(const struct bulletin *b, struct paper *p);
/* 通报后更正; nothing where nothing was corrected. */
void bulletin_annex_after(const struct bulletin *b, const struct bulletin_after *list, size_t count,
			  struct paper *p);
/* Some plan or quota that is printed is invented. */
bool bulletin_annex_invents(const struct catalogue *c);
/* Says so; nothing where none is. */
void bulletin_annex_note(const struct bulletin *b, struct paper *p);

#endif
