/* SPDX-License-Identifier: MIT */
#include "aggregator/progress/pace.h"

#include "base/date.h"

#define HUNDREDTHS 10000   /* of a percentage point, in a whole */
#define HORIZON_DAYS 73000 /* two hundred years: no forecast looks further */

static const struct fraction nothing = { 0, 1 };

static struct fraction whole(int64_t n)
{
	return (struct fraction){ n, 1 };
}

static struct pace_number known(struct fraction f)
{
	return (struct pace_number){ true, f };
}

static struct pace_number unknown(void)
{
	return (struct pace_number){ false, { 0, 1 } };
}

struct fraction pace_gap(struct fraction done, struct fraction planned)
{
	return fraction_mul(fraction_sub(done, planned), whole(HUNDREDTHS));
}

struct fraction pace_variance(int64_t value, struct fraction expected)
{
	return fraction_sub(whole(value), expected);
}

struct pace_number pace_index(int64_t value, struct fraction expected)
{
	return expected.num > 0 ? known(fraction_div(whole(value), expected)) : unknown();
}

static struct fraction clamp(struct fraction f, struct fraction low, struct fraction high)
{
	if (fraction_compare(f, low) < 0)
		return low;
	return fraction_compare(f, high) > 0 ? high : f;
}

struct pace_schedule pace_schedule(const struct catalogue_plan *p, struct fraction done,
				   int32_t day)
{
	int64_t elapsed = (int64_t)day - plan_start(p);
	int64_t length = (int64_t)plan_due(p) - plan_start(p);
	struct plan_stretch at = plan_days_of(p, done);
	struct pace_schedule s = { .index = unknown(), .to_finish = unknown() };

	s.earned = fraction_compare(done, whole(1)) >= 0 ? whole(length) :
							   clamp(whole(elapsed), at.first, at.last);
	s.variance = fraction_sub(s.earned, whole(elapsed));
	if (elapsed > 0)
		s.index = known(fraction_div(s.earned, whole(elapsed)));
	if (elapsed < length)
		s.to_finish = known(fraction_div(fraction_sub(whole(length), s.earned),
						 whole(length - elapsed)));
	return s;
}

struct pace_number pace_finish_by_index(const struct catalogue_plan *p,
					const struct pace_schedule *s)
{
	if (!s->index.known || s->index.value.num <= 0)
		return unknown();
	return known(fraction_div(whole((int64_t)plan_due(p) - plan_start(p)), s->index.value));
}

struct pace_number pace_finish_by_rate(int64_t elapsed, int64_t value, int64_t goal,
				       struct fraction rate)
{
	if (value >= goal)
		return known(whole(elapsed));
	if (rate.num <= 0)
		return unknown();
	return known(fraction_add(whole(elapsed), fraction_div(whole(goal - value), rate)));
}

int32_t pace_date(const struct catalogue_plan *p, struct pace_number days)
{
	int64_t count = days.known ? fraction_ceil(days.value) : INT64_MAX;

	return count > HORIZON_DAYS ? DATE_NONE : (int32_t)(plan_start(p) + count);
}

struct fraction pace_rate(int64_t value, int64_t before, int64_t days)
{
	return fraction_of((int128)value - before, days);
}

struct pace_number pace_required(const struct catalogue_plan *p, int64_t value, int64_t goal,
				 int32_t day)
{
	int64_t left = (int64_t)plan_due(p) - day;

	return left > 0 ? known(fraction_of((int128)goal - value, left)) : unknown();
}

struct pace_number pace_ratio(struct pace_number required, struct fraction recent)
{
	if (!required.known || required.value.num <= 0 || recent.num <= 0)
		return unknown();
	return known(fraction_div(required.value, recent));
}

enum pace_band pace_band(struct pace_number required, struct fraction recent, bool met)
{
	struct pace_number ratio = pace_ratio(required, recent);

	if (met || (required.known && required.value.num <= 0))
		return PACE_OK;
	if (!required.known)
		return PACE_OVERDUE;
	if (!ratio.known || fraction_compare(ratio.value, whole(2)) > 0)
		return PACE_SERIOUS;
	if (fraction_compare(ratio.value, (struct fraction){ 5, 4 }) > 0)
		return PACE_WILL_MISS;
	return fraction_compare(ratio.value, whole(1)) > 0 ? PACE_WATCH : PACE_OK;
}

struct pace_attribution pace_attribute(struct pace_part *parts, size_t count)
{
	struct pace_attribution sum = { nothing, nothing, nothing };

	for (size_t i = 0; i < count; i++) {
		struct fraction short_by = fraction_sub(parts[i].expected, whole(parts[i].value));

		parts[i].shortfall = short_by.num > 0 ? short_by : nothing;
		parts[i].offset = short_by.num < 0 ? fraction_sub(nothing, short_by) : nothing;
		sum.gross = fraction_add(sum.gross, parts[i].shortfall);
		sum.offset = fraction_add(sum.offset, parts[i].offset);
	}
	for (size_t i = 0; i < count; i++)
		parts[i].share =
			sum.gross.num > 0 ? fraction_div(parts[i].shortfall, sum.gross) : nothing;
	sum.gap = fraction_sub(sum.gross, sum.offset);
	return sum;
}

struct fraction pace_delta(int64_t value, int64_t before, int64_t goal, struct fraction planned,
			   struct fraction planned_before)
{
	return pace_gap(fraction_of((int128)value - before, goal),
			fraction_sub(planned, planned_before));
}

struct fraction pace_plausible(struct fraction planned_increment, int64_t largest_increment)
{
	struct fraction past = whole(largest_increment);

	if (fraction_compare(past, nothing) < 0)
		past = nothing;
	return fraction_compare(planned_increment, past) > 0 ? planned_increment : past;
}
