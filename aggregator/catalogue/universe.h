/* SPDX-License-Identifier: MIT */
/* The places and things that a measure counts by their ids (canteens, towns, schools; never
 * persons): which there are, which stood there before the programme began, which an earlier year
 * counted, and what has to be true of one before it is accepted. A part of the catalogue: read-only,
 * shared by all threads. */
#ifndef CATALOGUE_UNIVERSE_H
#define CATALOGUE_UNIVERSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/lang.h"

struct universe_object {
	const char *id;
	struct lang_text name;
	uint16_t unit; /* where it lies: number of an area, or CATALOGUE_NONE */
};
/* An id that may not be counted again. */
struct universe_known {
	const char *id;
	unsigned year; /* in which it was counted; 0: it belongs to the opening base */
};
/* A line of the checklist. */
struct universe_check {
	const char *id;
	struct lang_text name;
	bool must;   /* else it should be so, and is told only */
	bool number; /* else yes or no */
	unsigned decimals; /* numbers: of value and bounds */
	bool has_min, has_max;
	int64_t min, max; /* at decimals, both inclusive */
	struct lang_text uom; /* numbers: 平方米; "" where it has none */
};
struct universe {
	const char *version; /* of the list, as its file says it; may be "" */
	bool invented;	     /* not from any document: say so wherever it shows */
	bool enumerated;     /* objects has all there are: no other id may be counted */
	const struct universe_object *objects; /* by id, rising */
	size_t object_count;
	const struct universe_known *known; /* by id, rising */
	size_t known_count;
	const struct universe_check *checks; /* in the order of the file */
	size_t check_count;
};

/* NULL: not in it. O(log n). u may be NULL. */
const struct universe_object *universe_find(const struct universe *u, struct bytes id);
const struct universe_known *universe_find_known(const struct universe *u, struct bytes id);
const struct universe_check *universe_find_check(const struct universe *u, struct bytes id);
/* Of the opening base alone. */
size_t universe_base_count(const struct universe *u);

/* An id as it may be reported: at most UNIVERSE_ID_MAX bytes of UTF-8 without control characters, not blank at either end, and none
 * of the marks that separate ids in a sheet. */
#define UNIVERSE_ID_MAX 96 /* bytes */
bool universe_id_is_sound(struct bytes id);

/* The value is what the line asks for. A line of yes or no: 1 or 0. */
bool universe_check_holds(const struct universe_check *c, int64_t value);

#endif
