/* SPDX-License-Identifier: MIT */
/* What the tables of a bulletin share: writing cells. Private to these files. */
#ifndef PAPERS_BULLETIN_DRAW_H
#define PAPERS_BULLETIN_DRAW_H

#include "aggregator/papers/bulletin_after.h"

struct bulletin_draw {
	const struct bulletin *b;
	const struct catalogue *c;
	struct paper *p;
	struct paper_table_writer table;
	struct buf text; /* of the cell being written */
};
struct bulletin_draw bulletin_draw_begin(const struct bulletin *b, struct paper *p);
void bulletin_draw_end(struct bulletin_draw *d); /* ends the table */
bool bulletin_draw_zh(const struct bulletin_draw *d);
const char *bulletin_draw_pick(const struct bulletin_draw *d, const char *chinese,
			       const char *english);
/* What was written becomes a cell that was computed. */
void bulletin_draw_put(struct bulletin_draw *d, const char *source);
void bulletin_draw_count(struct bulletin_draw *d, unsigned long n, const char *source);
void bulletin_draw_unit(struct bulletin_draw *d, uint16_t unit);
void bulletin_draw_light(struct bulletin_draw *d, enum light l);

/* Lights of a unit, or of the measures that a lead answers for. */
struct bulletin_draw_tally {
	unsigned lights[LIGHT_COUNT], judged, silent, red_before;
};
struct bulletin_draw_tally bulletin_draw_tally(const struct bulletin *b, uint16_t unit, bool leads);

#endif
