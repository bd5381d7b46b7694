/* SPDX-License-Identifier: MIT */
/* What a quarterly meeting has before it: the whole on a page, a page for each item that is behind, and
 * what is to be decided. A4 across. */
#ifndef PAPERS_PACK_H
#define PAPERS_PACK_H

#include "aggregator/papers/paper.h"
#include "aggregator/query/query.h"

/* "2022-Q2": a quarter that has days of the programme. *last: its last day; NULL: nobody asks. */
bool pack_quarter(const struct catalogue *c, const char *quarter, int32_t *last);

/* By the newest month of the quarter that is judged. ERR_NOTFOUND: no such quarter, or nothing of it is
 * judged yet. */
enum err pack_paper(struct query *q, const char *quarter, enum lang lang, struct arena *a,
		    struct paper *out);

#endif
