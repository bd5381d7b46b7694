/* SPDX-License-Identifier: MIT */
/* What the canonical form may hold. Private. */
#ifndef CATALOGUE_SOUND_H
#define CATALOGUE_SOUND_H

#include "aggregator/catalogue/catalogue.h"

/* Every number in it names something, and what has to rise does: nothing that follows these numbers
 * can leave an array, whatever bytes it was read from. */
bool sound_catalogue(const struct catalogue *c);

#endif
