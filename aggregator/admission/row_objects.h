/* SPDX-License-Identifier: MIT */
/* Rows of measures that are counted by the ids of places and things: what may be said, and from the
 * ids to the figures of cells. Every such cell has, for each day on which a row of it stands, the
 * size of its set as a TOTAL; and where counties report, the city's cell (measure, city,
 * CATALOGUE_NONE) has the size of the union. Worked out once an entry. One thread. */
#ifndef ADMISSION_ROW_OBJECTS_H
#define ADMISSION_ROW_OBJECTS_H

#include "aggregator/admission/row.h"

struct row_objects;
enum err row_objects_new(struct row_objects **out);
void row_objects_free(struct row_objects *o); /* accepts NULL */
/* The transaction was aborted: what is in memory is read again when next needed. */
void row_objects_rollback(struct row_objects *o);

/* --- judging: of measures with objects alone -------------------------------------------------- */

/* The ids of a TOTAL or ADD. *code: why they can't be; r->wrong is then the number of the id. */
enum err row_objects_check(struct admit *a, const struct row_place *p, struct row *r,
			   enum event_code *code);
/* Against what stands at the same date. */
enum err row_objects_standing(struct admit *a, struct row *r, struct row_verdict *out);
/* What was counted would be gone, or gone again with what is said for later. */
enum err row_objects_falls(struct admit *a, struct row *r, bool *out);
/* An object of the ADD was counted before. r->wrong: the first of them. */
enum err row_objects_counted(struct admit *a, struct row *r, bool *out);
/* There is something of that day to retract. */
enum err row_objects_stands(struct admit *a, const struct row *r, bool *out);
struct refs_record;
/* The ADD that was said with this ref names the same objects. */
enum err row_objects_same(struct admit *a, const struct refs_record *said, const struct row *r,
			  bool *out);

/* --- folding ---------------------------------------------------------------------------------- */

static inline bool row_objects_counts(const struct admit *a, struct cell_key key)
{
	return a->catalogue->measures[key.measure].objects != NULL;
}
/* A TOTAL, ADD or RETRACT as it is; held: kept for a release. ERR_RANGE: the measure has too many ids
 * already; nothing was changed. */
enum err row_objects_put(struct admit *a, const struct row *r, bool held);
/* Takes an ADD back. row: number of the row that does. */
enum err row_objects_withdraw(struct admit *a, const struct refs_record *said, uint32_t row);
struct holds_record;
/* Held rows: gives the row its ids (in an arena), or forgets them. ERR_RANGE as above. */
enum err row_objects_held(struct admit *a, const struct holds_record *h, struct arena *arena,
			  struct row *r);
enum err row_objects_drop(struct admit *a, const struct holds_record *h);

/* Brings the cells up to what the entry said; costs a branch where it said nothing of the kind. */
enum err row_objects_settle(struct admit *a);
/* Another catalogue is in force: the cities' unions may be others. */
enum err row_objects_follow(struct admit *a);

#endif
