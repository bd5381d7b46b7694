/* SPDX-License-Identifier: MIT */
#include "aggregator/admission/facts.h"

#include <stdlib.h>

void facts_free(struct facts *f)
{
	free(f->items);
	*f = (struct facts){ 0 };
}

enum err facts_add(struct facts *f, const struct judge_fact *fact)
{
	if (f->count == f->cap) {
		size_t cap = f->cap * 2 + 32;
		struct judge_fact *grown = realloc(f->items, cap * sizeof(*grown));

		if (!grown)
			return ERR_NOMEM;
		f->items = grown;
		f->cap = cap;
	}
	f->items[f->count++] = *fact;
	return ERR_OK;
}
