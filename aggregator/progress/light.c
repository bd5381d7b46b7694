/* SPDX-License-Identifier: MIT */
#include "aggregator/progress/light.h"

#include "aggregator/progress/pace.h"
#include "base/decimal.h"

#define HUNDREDTHS 10000 /* of a percentage point, in a whole */

bool light_has_pace(const struct catalogue_measure *m)
{
	switch (m->kind) {
	case CATALOGUE_QUANTITY:
	case CATALOGUE_MILESTONE:
	case CATALOGUE_COMPOSITE:
		return true;
	case CATALOGUE_RATIO:
	case CATALOGUE_LEVEL:
		return m->has_base;
	default:
		return false;
	}
}

static struct fraction done_of(const struct totals_result *at)
{
	return at->present && at->done.den ? at->done : (struct fraction){ 0, 1 };
}

struct fraction light_gap(const struct totals_result *at, struct fraction planned)
{
	return pace_gap(done_of(at), planned);
}

/* How far behind, in the profile's own measure; on plan or ahead: 0 or less. */
static struct fraction behind_of(const struct catalogue_profile *p, struct fraction done,
				 struct fraction planned)
{
	struct fraction gap = pace_gap(planned, done);

	if (!p->relative)
		return gap;
	return planned.num > 0 ? fraction_div(gap, planned) : (struct fraction){ 0, 1 };
}

static bool above(struct fraction f, int64_t limit)
{
	return fraction_compare(f, (struct fraction){ limit, 1 }) > 0;
}

static enum light entered(const struct catalogue_profile *p, struct fraction behind)
{
	if (behind.num <= 0)
		return LIGHT_GREEN;
	if (above(behind, p->red_enter))
		return LIGHT_RED;
	return fraction_compare(behind, (struct fraction){ p->yellow_enter, 1 }) >= 0 ?
		       LIGHT_YELLOW :
		       LIGHT_GREEN;
}

/* The colour to which a light may improve; the colour itself where it may not. What still passes
 * the test of entering never improves. */
static enum light left(const struct catalogue_profile *p, enum light now, struct fraction behind)
{
	enum light floor_light = entered(p, behind);
	enum light to = now;

	if (to == LIGHT_RED && !above(behind, p->red_leave))
		to = LIGHT_YELLOW;
	if (to == LIGHT_YELLOW && !above(behind, p->yellow_leave))
		to = LIGHT_GREEN;
	return to < floor_light ? floor_light : to;
}

enum light light_of(const struct catalogue_profile *p, struct fraction done,
		    struct fraction planned)
{
	return entered(p, behind_of(p, done, planned));
}

bool light_is_countable(const struct catalogue_measure *m, const struct totals_result *at,
			struct fraction planned)
{
	int64_t unit = decimal_pow10(m->decimals);
	int64_t value = at->present ? at->value : 0;
	struct fraction expected;

	if (m->kind != CATALOGUE_QUANTITY)
		return true;
	expected = fraction_mul(planned, fraction_of(at->goal, unit));
	return (int128)fraction_floor(expected) * unit - value >= unit;
}

static void bump(uint8_t *n)
{
	*n = (uint8_t)(*n + (*n < UINT8_MAX));
}

static struct light_state settled(struct light_state s, enum light light)
{
	s.light = light;
	s.worse = s.better = 0;
	if (light == LIGHT_YELLOW || light == LIGHT_RED)
		bump(&s.months);
	else
		s.months = 0;
	return s;
}

static enum light milestone_light(const struct catalogue_profile *p, const struct light_input *in)
{
	if (!in->late)
		return LIGHT_GREEN;
	return in->months_late >= p->not_started_months ? LIGHT_RED : LIGHT_YELLOW;
}

/* Thresholds, with the counts of periods that a change needs. */
static struct light_state stepped(const struct catalogue_profile *p, struct light_state s,
				  struct fraction behind)
{
	enum light now = s.light == LIGHT_YELLOW || s.light == LIGHT_RED ? s.light : LIGHT_GREEN;
	enum light up = entered(p, behind), down = left(p, now, behind);
	uint8_t worse = s.worse, better = s.better;

	if (up > now) {
		bump(&worse);
		if (worse >= p->enter_count)
			return settled(s, up);
		better = 0;
	} else if (down < now) {
		bump(&better);
		if (better >= p->leave_count)
			return settled(s, down);
		worse = 0;
	} else {
		return settled(s, now);
	}
	s = settled(s, now);
	s.worse = worse;
	s.better = better;
	return s;
}

static struct light_state paced(const struct catalogue_profile *p,
				const struct catalogue_measure *m, struct light_state s,
				const struct light_input *in)
{
	struct fraction done = done_of(&in->at), none = { 0, 1 };
	struct fraction behind = none;
	bool stuck = in->late && in->months_late >= p->not_started_months;

	if (m->kind == CATALOGUE_MILESTONE)
		return settled(s, milestone_light(p, in));
	if (light_is_countable(m, &in->at, in->planned))
		behind = behind_of(p, done, in->planned);
	s = stuck ? settled(s, LIGHT_RED) : stepped(p, s, behind);
	s.provisional = in->has_high &&
			light_of(p, in->high, in->planned) != light_of(p, done, in->planned);
	return s;
}

static bool is_judged(const struct catalogue_measure *m, const struct totals_result *at)
{
	return m->role != CATALOGUE_SUPPORT && at->has_goal && at->goal > 0 && !at->not_due;
}

struct light_state light_step(const struct catalogue_profile *profile,
			      const struct catalogue_measure *m, struct light_state before,
			      const struct light_input *in)
{
	struct light_state s = before;

	s.silent = !in->reported;
	s.overdue = s.provisional = false;
	if (in->reported)
		s.missed = 0;
	else
		bump(&s.missed);
	if (!is_judged(m, &in->at))
		return settled(s, LIGHT_NONE);
	if (in->at.met)
		return settled(s, LIGHT_DONE);
	if (in->due_passed) {
		s.overdue = true;
		s = settled(s, LIGHT_RED);
	} else if (!light_has_pace(m)) {
		return settled(s, LIGHT_NONE);
	} else if (s.missed == 1 && before.light != LIGHT_DONE) {
		return s; /* the first silence holds the colour and freezes the counts */
	} else {
		s = paced(profile, m, s, in);
	}
	if (m->comparator == CATALOGUE_ABOUT && s.light == LIGHT_RED)
		s.light = LIGHT_YELLOW;
	return s;
}

/* How bad: of two parts, the one with the higher rank colours the whole. */
static int rank(enum light l)
{
	static const int ranks[] = { [LIGHT_NONE] = 0,
				     [LIGHT_DONE] = 1,
				     [LIGHT_GREEN] = 2,
				     [LIGHT_YELLOW] = 3,
				     [LIGHT_RED] = 4 };

	return ranks[l];
}

struct light_state light_compose(struct light_state before, const struct light_state *parts,
				 size_t count)
{
	struct light_state s = { .light = LIGHT_NONE, .months = before.months };

	for (size_t i = 0; i < count; i++) {
		if (rank(parts[i].light) > rank(s.light))
			s.light = parts[i].light;
		if (parts[i].missed > s.missed)
			s.missed = parts[i].missed;
		s.silent |= parts[i].silent;
		s.overdue |= parts[i].overdue;
		s.provisional |= parts[i].provisional;
	}
	return settled(s, s.light);
}

const char *light_name(enum light l)
{
	static const char *const names[] = { [LIGHT_NONE] = "none",
					     [LIGHT_GREEN] = "green",
					     [LIGHT_YELLOW] = "yellow",
					     [LIGHT_RED] = "red",
					     [LIGHT_DONE] = "done" };

	return names[l];
}

struct lang_text light_word(enum light l)
{
	static const struct lang_text words[] = {
		[LIGHT_NONE] = { "不评灯", "not judged" },
		[LIGHT_GREEN] = { "正常推进", "on plan" },
		[LIGHT_YELLOW] = { "滞后", "behind" },
		[LIGHT_RED] = { "严重滞后", "seriously behind" },
		[LIGHT_DONE] = { "已完成", "done" },
	};

	return words[l];
}
