/* SPDX-License-Identifier: MIT */
/* Which sentences a month's bulletin has, and what stands in their places. */
#ifndef PAPERS_BULLETIN_SENTENCES_H
#define PAPERS_BULLETIN_SENTENCES_H

#include "aggregator/papers/bulletin.h"

/* Fills b->sentences from b->facts, in b->lang. */
enum err bulletin_sentences(struct bulletin *b, struct arena *a);
#endif
