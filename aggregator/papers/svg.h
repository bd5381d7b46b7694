/* SPDX-License-Identifier: MIT */
/* A static drawing of a plan, what was done and what is to be expected, as SVG: integers only, so that
 * the same numbers give the same bytes; presentation attributes only, so that no style is needed. The
 * three lines differ by their strokes, not by colour alone. Pure. */
#ifndef PAPERS_SVG_H
#define PAPERS_SVG_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/lang.h"

struct svg_point {
	int32_t day;
	int64_t ppm; /* share of the goal: 1 000 000 for all of it; below 0 is drawn as 0 */
};
struct svg_line {
	const struct svg_point *points; /* by day, rising */
	size_t count;			/* 0: no such line */
};
struct svg_chart {
	int32_t from, to; /* first and last day of the axis, from < to */
	struct svg_line plan, actual, forecast;
	const char *title; /* for who can't see it */
	enum lang lang;
};

/* Appends an <svg> element. */
void svg_curves(const struct svg_chart *c, struct buf *out);

#endif
