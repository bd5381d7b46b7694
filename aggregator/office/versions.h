/* SPDX-License-Identifier: MIT */
/* Plans and quotas that came after the catalogue's, each with its document, approver and reason, in
 * force from a day on. Written by acts alone; a version never changes and never goes. Numbers run
 * from 1 for each measure and kind: number 0 is what the catalogue says. Readers use any read
 * transaction. */
#ifndef OFFICE_VERSIONS_H
#define OFFICE_VERSIONS_H

#include "aggregator/catalogue/catalogue.h"
#include "aggregator/ledger/store.h"
#include "base/arena.h"

enum versions_kind { VERSIONS_PLAN = 1, VERSIONS_QUOTA = 2 };

struct versions_record {
	enum versions_kind kind;
	uint16_t measure, number;
	int32_t effective; /* first day on which it is in force */
	uint64_t position; /* of the act */
	int64_t time_ms;
	const char *document, *approver, *by, *why;
	struct catalogue_plan plan; /* PLAN; its id is the document */
	const int32_t *dues;	    /* of a milestone's stages, by index; else NULL */
	size_t due_count;
	const struct catalogue_quota *quotas; /* QUOTA: all of them, by unit number, rising */
	size_t quota_count;
};

enum err versions_write(struct store_txn *t, const struct versions_record *r);
/* In the order of measure, kind, number; of one measure, or CATALOGUE_NONE for all. Records live as
 * long as what was allocated in the arena. fn returns false to stop. */
enum err versions_walk(struct store_txn *t, uint16_t measure, struct arena *a,
		       bool (*fn)(void *ctx, const struct versions_record *r), void *ctx);

/* All of them, as the measures of a catalogue need them. */
struct versions;

/* *out: NULL where there are none, which costs one look. ERR_CORRUPT: they do not fit c. c must
 * outlive it. */
enum err versions_new(struct store_txn *t, const struct catalogue *c, struct versions **out);
void versions_free(struct versions *v); /* accepts NULL */
/* A copy of c that knows them; lives as long as v. */
const struct catalogue *versions_catalogue(const struct versions *v);
/* Gives the measures of c their versions, which live as long as v; none where v is NULL. c is the
 * one that v was made for, and nobody else looks at it meanwhile. */
void versions_apply(const struct versions *v, struct catalogue *c);

#endif
