/* SPDX-License-Identifier: MIT */
/* What an entry did that lights and alerts have to look at: gathered while it is folded. */
#ifndef ADMISSION_FACTS_H
#define ADMISSION_FACTS_H

#include "aggregator/alerts/judge.h"

/* Zero-initialised is empty. */
struct facts {
	struct judge_fact *items;
	size_t count;
	size_t cap;
};

void facts_free(struct facts *f);
static inline void facts_clear(struct facts *f)
{
	f->count = 0;
}
enum err facts_add(struct facts *f, const struct judge_fact *fact);

#endif
