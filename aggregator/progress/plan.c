/* SPDX-License-Identifier: MIT */
#include "aggregator/progress/plan.h"

#include "base/date.h"

/* Any shape as points with straight lines between them, or with a step up at each. */
struct points {
	const struct catalogue_plan *plan;
	size_t count;
	int64_t whole; /* the share of a point is num / whole */
	bool jumps;
};

struct point {
	int32_t day; /* civil */
	int64_t num;
};

int32_t plan_start(const struct catalogue_plan *p)
{
	return p->knots[0].day;
}

int32_t plan_due(const struct catalogue_plan *p)
{
	return p->knots[p->knot_count - 1].day;
}

static struct points points_of(const struct catalogue_plan *p)
{
	struct points v = { p, p->knot_count, CATALOGUE_ALL_PPM, p->shape == CATALOGUE_STEPS };

	if (p->shape == CATALOGUE_LINEAR_DAY) {
		v.count = 2;
		v.whole = 1;
	} else if (p->shape == CATALOGUE_LINEAR_MONTH) {
		v.whole = date_month_of(plan_due(p)) - date_month_of(plan_start(p) + 1) + 1;
		v.count = (size_t)v.whole + 1;
		v.jumps = true;
	}
	return v;
}

static struct point point_at(const struct points *v, size_t i)
{
	const struct catalogue_plan *p = v->plan;
	int64_t num = (int64_t)i;

	if (p->shape == CATALOGUE_KNOTS || p->shape == CATALOGUE_STEPS)
		return (struct point){ p->knots[i].day, p->knots[i].ppm };
	if (i == 0)
		return (struct point){ plan_start(p), num };
	if (i == v->count - 1)
		return (struct point){ plan_due(p), num };
	return (struct point){ date_month_last(date_month_of(plan_start(p) + 1) + (int32_t)i - 1),
			       num };
}

struct fraction plan_share(const struct catalogue_plan *p, int32_t day)
{
	struct points v = points_of(p);
	size_t after = 0; /* the first point behind day */
	struct point a, b;
	int128 length;

	while (after < v.count && point_at(&v, after).day <= day)
		after++;
	if (after == 0)
		return (struct fraction){ 0, 1 };
	a = point_at(&v, after - 1);
	if (v.jumps || after == v.count)
		return fraction_of(a.num, v.whole);
	b = point_at(&v, after);
	length = b.day - a.day;
	return fraction_of(a.num * length + (int128)(b.num - a.num) * (day - a.day),
			   v.whole * length);
}

struct fraction plan_expected(const struct catalogue_plan *p, int64_t goal, int32_t day)
{
	return fraction_mul(plan_share(p, day), (struct fraction){ goal, 1 });
}

/* Where the line into point i, or its step, passes a share that lies above the point before it. */
static struct fraction crossing(const struct points *v, size_t i, struct fraction share)
{
	struct point b = point_at(v, i), a = i ? point_at(v, i - 1) : b;
	int32_t start = plan_start(v->plan);
	struct fraction part;

	if (i == 0 || v->jumps)
		return (struct fraction){ b.day - start, 1 };
	part = fraction_mul(fraction_sub(share, fraction_of(a.num, v->whole)),
			    fraction_of((int128)v->whole * (b.day - a.day), b.num - a.num));
	return fraction_add((struct fraction){ a.day - start, 1 }, part);
}

struct plan_stretch plan_days_of(const struct catalogue_plan *p, struct fraction share)
{
	struct points v = points_of(p);
	struct fraction none = { 0, 1 }, all = { 1, 1 };
	struct fraction end = { plan_due(p) - plan_start(p), 1 };
	struct plan_stretch out = { end, end };
	bool reached = false;

	if (fraction_compare(share, none) < 0)
		share = none;
	if (fraction_compare(share, all) > 0)
		share = all;
	for (size_t i = 0; i < v.count; i++) {
		int order = fraction_compare(fraction_of(point_at(&v, i).num, v.whole), share);

		if (order >= 0 && !reached) {
			out.first = crossing(&v, i, share);
			reached = true;
		}
		if (order > 0) {
			out.last = crossing(&v, i, share);
			if (v.jumps && out.last.num > 0)
				out.last.num -=
					out.last.den; /* at the end of that day it has jumped */
			break;
		}
	}
	return out;
}
