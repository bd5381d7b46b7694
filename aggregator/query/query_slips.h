/* SPDX-License-Identifier: MIT */
/* Reading slips, on a snapshot: as query.h. */
#ifndef QUERY_QUERY_SLIPS_H
#define QUERY_QUERY_SLIPS_H

#include "aggregator/alerts/slips.h"
#include "aggregator/query/query.h"

enum query_slip_choice {
	QUERY_SLIPS_OPEN, /* drafts, and whatever is not closed */
	QUERY_SLIPS_ALL,
	QUERY_SLIPS_IN /* one state */
};
struct query_slip_filter {
	enum query_slip_choice choice;
	enum slips_state state; /* QUERY_SLIPS_IN */
	enum slips_rung rung;	/* 0: any */
	uint16_t unit, project; /* CATALOGUE_NONE: any */
};
struct query_slip {
	struct slips_slip slip;
	const json_t *record; /* everything that steps said */
};
/* By id, those behind an id (empty: all). */
enum err query_slips(struct query *q, const struct query_slip_filter *filter, struct bytes after,
		     bool (*fn)(void *ctx, const struct query_slip *slip), void *ctx);
/* One. ERR_NOTFOUND. What fn is given is valid during the call. */
enum err query_slip(struct query *q, struct bytes id,
		    void (*fn)(void *ctx, const struct query_slip *slip), void *ctx);
/* Its steps, oldest first. */
enum err query_slip_steps(struct query *q, struct bytes id,
			  bool (*fn)(void *ctx, uint32_t number, json_t *step), void *ctx);

#endif
