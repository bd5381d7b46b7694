/* SPDX-License-Identifier: MIT */
/* A slip as a letter (函): a reminder, a supervision slip, an invitation to an interview, with its
 * reply slip below a line to cut along. A draft says that it is one. */
#ifndef PAPERS_SLIP_PAPER_H
#define PAPERS_SLIP_PAPER_H

#include "aggregator/papers/paper.h"
#include "aggregator/query/query.h"

enum slip_paper_letterhead {
	SLIP_PAPER_NONE,       /* no head: as an annex */
	SLIP_PAPER_PREPRINTED, /* the room for it stays empty */
	SLIP_PAPER_DIGITAL,    /* the office's name in red, double line */
	SLIP_PAPER_LETTERHEADS
};
#define SLIP_PAPER_LETTERHEAD_WORDS "none preprinted digital"
/* SLIP_PAPER_LETTERHEADS: no such word. */
enum slip_paper_letterhead slip_paper_letterhead_of(const char *word);

/* Telephone numbers are personal data, and no part of it: there is room to write one. ERR_NOTFOUND: no
 * such slip. */
enum err slip_paper(struct query *q, const char *id, enum slip_paper_letterhead head, enum lang lang,
		    struct arena *a, struct paper *out);

#endif
