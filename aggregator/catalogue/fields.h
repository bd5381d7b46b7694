/* SPDX-License-Identifier: MIT */
/* The one table of all keys of a catalogue file. Private to the loader. */
#ifndef CATALOGUE_FIELDS_H
#define CATALOGUE_FIELDS_H

#include "aggregator/catalogue/draft.h"

extern const struct schema_section fields_main; /* struct draft */
extern const struct schema_section fields_part; /* struct draft_part: an included file */

#endif
