/* SPDX-License-Identifier: MIT */
/* From a draft to a catalogue: each file builds and checks one kind of thing, adds every fault it
 * finds, and goes on with what can be used. Private to the loader. */
#ifndef CATALOGUE_BUILD_H
#define CATALOGUE_BUILD_H

#include "aggregator/catalogue/draft.h"

struct build {
	struct schema_reader reader; /* arena of the draft, diags, no_memory */
	struct draft *draft;
	struct draft_part **parts; /* the main file's first */
	size_t part_count;
	struct catalogue c; /* what is built; its arrays, not const, are these: */
	struct catalogue_unit *units;
	struct draft_unit *draft_units;
	struct catalogue_item *items;
	struct draft_item **draft_items;
	struct catalogue_measure *measures;
	struct draft_measure **draft_measures;
};

/* Zeroed memory in the draft's arena, for a count of 0 too; NULL sets no_memory. */
void *build_alloc(struct build *b, size_t count, size_t size);

/* In this order. */
void programme_build(struct build *b); /* period, title, reporting, lights */
void units_build(struct build *b);
void items_build(struct build *b);    /* projects, items, the list of measures */
void measures_build(struct build *b); /* numbers, stages, parts, what is derived */
void days_build(struct build *b);     /* calendar */
void plans_build(struct build *b);
void quotas_build(struct build *b);
void universes_build(struct build *b); /* objects: all there are, those of before, checklists */
void pairs_build(struct build *b); /* quality */

/* --- references: refs.c --------------------------------------------------------------------- */

struct refs_id {
	const char *id;
	struct spot at;
};
/* Adds a fault for each id that was there before. Sorts the array. */
void refs_unique(struct build *b, struct refs_id *ids, size_t count);
/* The number of what a node names under a key; CATALOGUE_NONE, and a fault, where there is none. */
uint16_t refs_unit(struct build *b, const char *key, struct spot at);
uint16_t refs_measure(struct build *b, const char *key, struct spot at);
/* Numbers of a list of names; those that are unknown or there twice give a fault and are left out.
 * In the order of the list. */
typedef uint16_t refs_find(struct build *b, const char *key, struct spot at);
uint16_t *refs_list(struct build *b, refs_find *find, const char *key, struct spot list,
		    size_t *count);
/* "file:line", in the draft's arena. */
const char *refs_place(struct build *b, struct spot at);

#endif
