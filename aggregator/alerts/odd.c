/* SPDX-License-Identifier: MIT */
#include "aggregator/alerts/odd.h"

#include <stdlib.h>

#include "aggregator/alerts/evidence.h"
#include "aggregator/catalogue/calendar.h"
#include "aggregator/progress/light.h"
#include "aggregator/progress/plan.h"
#include "base/date.h"
#include "base/decimal.h"

#define YEAR 12 /* periods */

void odd_free(struct odd_list *list)
{
	free(list->items);
	*list = (struct odd_list){ 0 };
}

enum err odd_add(struct odd_list *list, const struct flags_record *r)
{
	size_t cap = list->cap ? list->cap * 2 : 16;
	struct flags_record *more;

	if (list->count == list->cap) {
		if (!(more = realloc(list->items, cap * sizeof(*more))))
			return ERR_NOMEM;
		list->items = more;
		list->cap = cap;
	}
	list->items[list->count++] = *r;
	return ERR_OK;
}

static int32_t period_before(int32_t period)
{
	return date_month_first(date_month_of(period)) - 1;
}

struct odd_window odd_window(const struct catalogue *c, int32_t period)
{
	struct odd_window w = { .period = period, .before = period_before(period) };
	int32_t last = date_month_of(period), month = date_month_of(c->from);

	if (last - month >= ODD_WINDOW)
		month = last - ODD_WINDOW + 1;
	for (; month <= last; month++)
		w.ends[w.count++] = date_month_last(month);
	return w;
}

static int64_t percent(struct fraction share)
{
	return fraction_round(share, 5); /* three decimals of a per cent */
}

static int64_t ratio(struct fraction f)
{
	return fraction_round(f, 4);
}

/* --- one cell ---------------------------------------------------------------------------------- */

struct look {
	const struct panel_case *k;
	const struct catalogue_measure *m;
	const struct catalogue_plan *plan; /* in force on the period's last day */
	uint16_t measure, unit;
	const struct odd_window *w;
	struct quality_step steps[ODD_WINDOW]; /* as the window's periods */
	size_t count;
	int64_t value, before; /* now, and a period ago */
	int64_t quota;	       /* 0: none, or no task */
	int64_t goal;	       /* the quota, or what the whole city is to reach */
	struct odd_list *found;
};

static enum err add(const struct look *l, enum flags_rule rule, const int64_t *numbers,
		    size_t count)
{
	struct flags_record r = { .measure = l->measure,
				  .unit = l->unit,
				  .period = l->w->period,
				  .rule = rule,
				  .state = FLAGS_OPEN,
				  .other_measure = CATALOGUE_NONE,
				  .other_unit = CATALOGUE_NONE };

	for (size_t i = 0; i < count; i++)
		r.numbers[i] = numbers[i];
	return odd_add(l->found, &r);
}

/* The cumulative figures at the ends of the last periods, and which of them were reported. */
static enum err gather(struct look *l)
{
	struct cell *cell;
	enum err e;

	e = cells_get(l->k->cells, l->k->t, cell_counting(l->k->docket->c, l->measure, l->unit),
		      &cell);
	if (e != ERR_OK)
		return e;
	l->before = cell_at(cell, l->w->before).value;
	for (; l->count < l->w->count; l->count++) {
		int32_t end = l->w->ends[l->count];

		l->steps[l->count] =
			(struct quality_step){ .value = cell_at(cell, end).value,
					       .reported = cell_first_report(cell, end) != 0 };
	}
	return ERR_OK;
}

static void find_goal(struct look *l)
{
	l->value = l->count ? l->steps[l->count - 1].value : 0;
	if (l->unit == l->k->docket->c->city)
		l->quota = l->m->target;
	else if (!catalogue_quota_on(l->m, l->unit, l->w->period, &l->quota))
		l->goal = l->m->target;
	if (l->quota > 0)
		l->goal = l->quota;
}

/* In the first year the plan's own pace is all that the past can be held against: an increment of up
 * to three times what was planned, and a step more, is no jump then. */
static bool is_planned(const struct look *l, int64_t increment)
{
	int32_t first = date_month_of(l->k->docket->c->from), now = date_month_of(l->w->period);
	struct fraction planned = fraction_sub(plan_share(l->plan, l->w->period),
					       plan_share(l->plan, l->w->before));

	return now - first < YEAR && increment >= 0 && l->goal > 0 &&
	       fraction_compare(fraction_of(increment - 1, l->goal),
				fraction_mul(planned, (struct fraction){ 3, 1 })) <= 0;
}

/* Increments between reports, from the first that brought something: what came before it was no
 * work yet, and no history. */
static enum err look_at_jump(const struct look *l)
{
	int64_t past[ODD_WINDOW], increment = 0, last = 0;
	struct quality_jump jump;
	bool started = false;
	size_t n = 0;

	if (l->count < QUALITY_HISTORY_MIN + 1 || !l->steps[l->count - 1].reported)
		return ERR_OK;
	for (size_t i = 0; i < l->count; i++) {
		if (!l->steps[i].reported)
			continue;
		if (started)
			past[n++] = increment;
		increment = l->steps[i].value - last;
		last = l->steps[i].value;
		started |= increment > 0;
	}
	if (n > QUALITY_HISTORY_MAX) /* the newest ones */
		memmove(past, past + n - QUALITY_HISTORY_MAX, QUALITY_HISTORY_MAX * sizeof(*past));
	n = n > QUALITY_HISTORY_MAX ? QUALITY_HISTORY_MAX : n;
	if (!quality_jump(past, n, increment, l->goal, &jump) || is_planned(l, increment))
		return ERR_OK;
	return add(l, FLAGS_JUMP,
		   (const int64_t[]){ increment, fraction_round(jump.median, 1), ratio(jump.score),
				      (int64_t)n, jump.by },
		   5);
}

static bool is_due(const struct catalogue_plan *plan, const struct odd_window *w)
{
	int32_t due = plan_due(plan);

	return due > w->before && due <= w->period;
}

/* A single step in the last period is no spike, however small the goal is. */
static enum err look_at_deadline(const struct look *l)
{
	int64_t increment = l->value - l->before;
	struct fraction planned, share;
	enum err e = ERR_OK;

	if (l->quota <= 0 || !is_due(l->plan, l->w))
		return ERR_OK;
	if (quality_exact(l->value, l->before, l->quota))
		e = add(l, FLAGS_EXACT,
			(const int64_t[]){ l->value, l->before,
					   percent(fraction_of(l->before, l->quota)) },
			3);
	planned = fraction_sub(plan_share(l->plan, l->w->period),
			       plan_share(l->plan, l->w->before));
	if (e != ERR_OK || increment < 2 || !quality_spike(increment, l->quota, planned))
		return e;
	share = fraction_of(increment, l->quota);
	return add(l, FLAGS_SPIKE,
		   (const int64_t[]){ increment, l->quota, percent(share), percent(planned),
				      planned.num ? ratio(fraction_div(share, planned)) : 0 },
		   5);
}

static bool is_behind(const struct look *l, struct fraction planned)
{
	enum light light;

	if (l->quota <= 0)
		return false;
	light = light_of(&l->k->docket->c->profile, fraction_of(l->value, l->quota), planned);
	return light == LIGHT_YELLOW || light == LIGHT_RED;
}

/* Work that began and is not done, and of which the plan expects at least a step more by now. A run
 * is told at its third period, its sixth, and so on. */
static enum err look_at_rest(struct look *l)
{
	struct quality_step *steps = l->steps;
	size_t run, n = l->count;
	struct fraction moved;

	if (n < QUALITY_STUCK_MIN || l->value <= 0 || l->value >= l->goal ||
	    !steps[n - 1].reported || steps[n - 2].value != l->value ||
	    steps[n - 3].value != l->value)
		return ERR_OK;
	for (size_t i = n; i > 0 && steps[i - 1].value == l->value; i--)
		steps[i - 1].planned = plan_share(l->plan, l->w->ends[i - 1]);
	run = quality_stuck(steps, n);
	if (run < QUALITY_STUCK_MIN || run % QUALITY_STUCK_MIN ||
	    is_behind(l, steps[n - 1].planned))
		return ERR_OK;
	moved = fraction_sub(steps[n - 1].planned, steps[n - run].planned);
	if (fraction_floor(fraction_mul(moved, (struct fraction){ l->goal, 1 })) < 1)
		return ERR_OK;
	return add(l, FLAGS_STUCK,
		   (const int64_t[]){ l->value, (int64_t)run, percent(steps[n - run].planned),
				      percent(steps[n - 1].planned) },
		   4);
}

/* Told once, when the figure gets there. */
static enum err look_at_height(const struct look *l)
{
	const struct catalogue_quality *q = &l->k->docket->c->quality;

	if (!quality_above(l->value, l->goal, q->above_times, q->above_steps) ||
	    quality_above(l->before, l->goal, q->above_times, q->above_steps))
		return ERR_OK;
	return add(l, FLAGS_ABOVE,
		   (const int64_t[]){ l->value, l->goal, ratio(fraction_of(l->value, l->goal)),
				      q->above_times },
		   4);
}

static bool is_looked_at(const struct catalogue *c, uint16_t measure, uint16_t unit,
			 int32_t period)
{
	const struct catalogue_measure *m = &c->measures[measure];

	return m->kind == CATALOGUE_QUANTITY && period >= m->first_report &&
	       (m->retired == DATE_NONE || period <= m->retired) &&
	       catalogue_owner(c, measure, unit) != CATALOGUE_NONE;
}

enum err odd_cell(const struct panel_case *k, const struct odd_window *w, uint16_t measure,
		  uint16_t unit, struct odd_list *found)
{
	const struct catalogue *c = k->docket->c;
	struct look l = { .k = k, .measure = measure, .unit = unit, .w = w, .found = found };
	enum err e;

	if (!is_looked_at(c, measure, unit, w->period))
		return ERR_OK;
	l.m = &c->measures[measure];
	l.plan = catalogue_plan_on(l.m, w->period);
	if ((e = gather(&l)) != ERR_OK)
		return e;
	find_goal(&l);
	if ((e = look_at_jump(&l)) != ERR_OK || (e = look_at_deadline(&l)) != ERR_OK ||
	    (e = look_at_rest(&l)) != ERR_OK)
		return e;
	return look_at_height(&l);
}

/* --- many areas -------------------------------------------------------------------------------- */

/* Areas with goals so small that many reach them exactly by chance are left out. */
enum err odd_bunch(const struct panel_case *k, const struct odd_window *w, uint16_t measure,
		   struct odd_list *found)
{
	const struct catalogue *c = k->docket->c;
	const struct catalogue_measure *m = &c->measures[measure];
	const struct catalogue_item *item = &c->items[m->item];
	struct look l = { .k = k, .measure = measure, .unit = c->city, .w = w, .found = found };
	unsigned exact = 0, areas = 0;

	if (m->kind != CATALOGUE_QUANTITY || m->figure != CATALOGUE_COUNTIES ||
	    !is_due(catalogue_plan_on(m, w->period), w))
		return ERR_OK;
	for (size_t i = 0; i < item->scope_count; i++) {
		struct cell_value v;
		int64_t quota;
		enum err e;

		if (!catalogue_quota_on(m, item->scope[i], w->period, &quota) ||
		    quota < QUALITY_ROUND_MIN)
			continue;
		e = evidence_value(k, measure, item->scope[i], CATALOGUE_NONE, w->period, &v);
		if (e != ERR_OK)
			return e;
		areas++;
		exact += v.present && v.value == quota;
	}
	if (!quality_bunched(exact, areas))
		return ERR_OK;
	return add(&l, FLAGS_BUNCHED,
		   (const int64_t[]){ exact, areas, percent(fraction_of(exact, areas)) }, 3);
}

bool odd_pair_is_areal(const struct catalogue *c, const struct catalogue_pair *pair)
{
	return c->measures[pair->first].figure == CATALOGUE_COUNTIES &&
	       c->measures[pair->second].figure == CATALOGUE_COUNTIES;
}

struct side {
	bool said; /* a figure, or that there is none */
	int64_t value, goal;
};

static enum err look_at_side(const struct panel_case *k, uint16_t measure, uint16_t unit,
			     int32_t period, struct side *out)
{
	struct evidence_report report;
	struct totals_result at;
	enum err e = evidence_total(k, measure, unit, period, &at);

	if (e == ERR_OK)
		e = evidence_report(k, measure, unit, period, &report);
	if (e != ERR_OK)
		return e;
	out->said = at.present || report.came;
	out->value = at.value;
	out->goal = at.has_goal ? at.goal : -1;
	return ERR_OK;
}

struct sides {
	enum quality_pair is;
	struct side first, second;
};

/* Small numbers: a side that is off by less than a step, by what the other one makes of it, fits. */
static bool is_rounding(int64_t value, int64_t goal, int64_t other, int64_t other_goal)
{
	struct fraction off = fraction_sub(fraction_of((int128)other * goal, other_goal),
					   fraction_of(value, 1));

	return fraction_compare(off, (struct fraction){ -1, 1 }) > 0 &&
	       fraction_compare(off, (struct fraction){ 1, 1 }) < 0;
}

static enum err look_at_pair(const struct panel_case *k, const struct catalogue_pair *pair,
			     uint16_t unit, int32_t period, struct sides *out)
{
	const struct catalogue *c = k->docket->c;
	struct side *a = &out->first, *b = &out->second;
	enum err e;

	out->is = QUALITY_PAIR_FITS;
	if ((e = look_at_side(k, pair->first, unit, period, a)) != ERR_OK ||
	    (e = look_at_side(k, pair->second, unit, period, b)) != ERR_OK)
		return e;
	if (!a->said || !b->said || a->goal == 0 || b->goal == 0)
		return ERR_OK; /* a side that is silent, or has no task */
	if (a->goal < 0 || b->goal < 0) {
		a->goal = c->measures[pair->first].target;
		b->goal = c->measures[pair->second].target;
	}
	if (!is_rounding(a->value, a->goal, b->value, b->goal) &&
	    !is_rounding(b->value, b->goal, a->value, a->goal))
		out->is = quality_pair(a->value, a->goal, b->value, b->goal, pair->times);
	return ERR_OK;
}

/* second / first as people read it. */
static int64_t shown_ratio(const struct catalogue *c, const struct catalogue_pair *p,
			   int64_t second, int64_t first)
{
	if (first <= 0 || second <= 0)
		return 0;
	return ratio(fraction_of(
		(int128)second * decimal_pow10(c->measures[p->first].decimals),
		(int128)first * decimal_pow10(c->measures[p->second].decimals)));
}

/* Told once, when it stops fitting in this way. */
enum err odd_pair(const struct panel_case *k, const struct odd_window *w,
		  const struct catalogue_pair *pair, uint16_t unit, struct odd_list *found)
{
	const struct catalogue *c = k->docket->c;
	struct flags_record r = { .measure = pair->first,
				  .unit = unit,
				  .period = w->period,
				  .rule = FLAGS_PAIR,
				  .state = FLAGS_OPEN,
				  .other_measure = pair->second,
				  .other_unit = CATALOGUE_NONE };
	struct sides now, then;
	enum err e = look_at_pair(k, pair, unit, w->period, &now);

	if (e != ERR_OK || now.is == QUALITY_PAIR_FITS)
		return e;
	if ((e = look_at_pair(k, pair, unit, w->before, &then)) != ERR_OK ||
	    then.is == now.is)
		return e;
	r.numbers[0] = now.first.value;
	r.numbers[1] = now.second.value;
	r.numbers[2] = shown_ratio(c, pair, now.second.value, now.first.value);
	r.numbers[3] = shown_ratio(c, pair, now.second.goal, now.first.goal);
	r.numbers[4] = pair->times;
	return odd_add(found, &r);
}
