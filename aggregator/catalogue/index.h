/* SPDX-License-Identifier: MIT */
/* Numbers by id: two small hash tables over the units and measures of a catalogue. */
#ifndef CATALOGUE_INDEX_H
#define CATALOGUE_INDEX_H

#include "aggregator/catalogue/catalogue.h"

/* Lives in the arena. Where an id is there twice, the first counts. NULL: no memory. */
const struct catalogue_index *index_new(struct arena *arena, const struct catalogue *c);

#endif
