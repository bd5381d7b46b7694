/* SPDX-License-Identifier: MIT */
/* What the files of this folder share. */
#ifndef QUERY_QUERY_PRIVATE_H
#define QUERY_QUERY_PRIVATE_H

#include "aggregator/office/versions.h"
#include "aggregator/query/query.h"

struct query {
	struct store_txn *txn;
	bool borrowed; /* the transaction is ended elsewhere */
	const struct catalogue *catalogue;
	struct versions *versions; /* of plans and quotas; NULL: none */
	struct query_head head;
};

/* The unit of the cell that a reporter feeds: its own, or the city's for a lead; CATALOGUE_NONE
 * where it reports nothing of the measure. */
uint16_t query_cell_unit(const struct catalogue *c, uint16_t measure, uint16_t reporter);
/* An area, or a lead that reports something. */
bool query_is_reporter(const struct catalogue *c, uint16_t unit);
/* Reports that a unit owes for a period. */
enum err query_tally(struct query *q, uint16_t unit, int32_t period, struct reports_tally *out);
/* Newest entry of each unit's outboxes, by unit number: zeroed by the callee. */
struct query_heard {
	int64_t last_ms;
	uint64_t position;
};
enum err query_last_heard(struct query *q, struct query_heard *by_unit);
/* What the page of a unit shows, in the order of the catalogue file. */
enum err query_unit_figures(struct query *q, uint16_t unit, struct query_when when,
			    struct arena *a, struct query_figures *out);
/* Official lights of its main measures, counted by colour. */
enum err query_unit_lights(struct query *q, uint16_t unit, struct query_when when,
			   unsigned lights[LIGHT_COUNT]);

#endif
