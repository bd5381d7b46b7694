/* SPDX-License-Identifier: MIT */
/* Questions about places and things: which ones a measure counts, which ones are missing, who said
 * so, who said it twice, and what was found there. The rules of query.h hold. */
#ifndef QUERY_QUERY_OBJECTS_H
#define QUERY_QUERY_OBJECTS_H

#include "aggregator/office/object_checks.h"
#include "aggregator/progress/objects_log.h"
#include "aggregator/query/query.h"

/* A cell that holds an object. */
struct query_claim {
	uint16_t unit;     /* of the cell */
	uint16_t reporter; /* whose row brought it */
	int32_t as_of;     /* of that row */
	uint64_t position;
	uint32_t row;
};
struct query_object {
	struct bytes id;
	const struct universe_object *listed;  /* NULL: the list does not have it */
	const struct universe_known *known;    /* of the base, or an earlier year; NULL: neither */
	const struct query_claim *claims;      /* by cells that count; several: counts once */
	size_t claim_count;
	enum object_checks_state check;
};
struct query_objects {
	const struct query_object *items; /* by id, rising */
	size_t count;
	size_t counted;  /* with claims: the city's figure */
	size_t doubled;  /* with several */
	size_t base;     /* of the opening base */
	size_t universe; /* listed */
	size_t covered;  /* listed, and counted or of the base: covered / universe is the coverage */
	size_t accepted; /* counted, and with a checklist that holds */
};

/* Everything that is listed, known or counted. ERR_NOTFOUND: no such measure, or it is not counted
 * by objects. */
enum err query_objects(struct query *q, uint16_t measure, struct query_when when, struct arena *a,
		       struct query_objects *out);

/* What a cell with objects stood at on a day, by the rows up to an entry of the ledger: the size of its
 * set; of the city's cell, where counties report, the size of the union. */
enum err query_objects_value(struct query *q, struct cell_key key, int32_t day, uint64_t position,
			     struct cell_value *out);

/* Rows that named the object, in the order (cell, position, row), as known then. */
enum err query_object_rows(struct query *q, uint16_t measure, struct bytes id, int32_t known,
			   bool (*fn)(void *ctx, const struct objects_record *r), void *ctx);
/* Checks of it, oldest first, and the newest (*out: a new reference, or NULL where there is none). */
enum err query_object_checks(struct query *q, uint16_t measure, struct bytes id,
			     bool (*fn)(void *ctx, uint32_t number, json_t *step), void *ctx);
enum err query_object_check(struct query *q, uint16_t measure, struct bytes id, json_t **out);

#endif
