/* SPDX-License-Identifier: MIT */
#include "aggregator/progress/light.h"

#include "aggregator/progress/pace.h"

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

static bool is_at_goal(enum light l)
{
	return l == LIGHT_DONE || l == LIGHT_REACHED;
}

bool light_has_task(const struct catalogue_measure *m, bool has_goal, int64_t goal)
{
	bool counted = m->kind == CATALOGUE_QUANTITY || m->kind == CATALOGUE_COMPOSITE;

	return has_goal && (goal > 0 || !counted);
}

static struct fraction done_of(const struct totals_result *at)
{
	return at->present && at->done.den ? at->done : (struct fraction){ 0, 1 };
}

struct fraction light_gap(const struct totals_result *at, struct fraction planned)
{
	return pace_gap(done_of(at), planned);
}

/* The share done that is so far behind plan, in the profile's own measure: hundredths of a point, or
 * of a per cent of the plan. Shares are compared with it, and never subtracted from each other, so
 * that the edges are exact whatever the numbers. */
static struct fraction line_of(const struct catalogue_profile *p, struct fraction planned,
			       int64_t behind)
{
	struct fraction part = fraction_of(behind, HUNDREDTHS);

	return fraction_sub(planned, p->relative ? fraction_mul(planned, part) : part);
}

/* What the share done is to the plan, for one light. */
struct standing {
	struct fraction done, planned;
};

static enum light entered(const struct catalogue_profile *p, const struct standing *s)
{
	if (fraction_compare(s->done, s->planned) >= 0)
		return LIGHT_GREEN;
	if (fraction_compare(s->done, line_of(p, s->planned, p->red_enter)) < 0)
		return LIGHT_RED;
	return fraction_compare(s->done, line_of(p, s->planned, p->yellow_enter)) <= 0 ?
		       LIGHT_YELLOW :
		       LIGHT_GREEN;
}

static bool leaves(const struct catalogue_profile *p, const struct standing *s, int64_t limit)
{
	return fraction_compare(s->done, line_of(p, s->planned, limit)) >= 0;
}

enum light light_of(const struct catalogue_profile *p, struct fraction done,
		    struct fraction planned)
{
	return entered(p, &(struct standing){ done, planned });
}

/* floor(E), in the smallest units that the measure counts. */
static int64_t expected_of(int64_t goal, struct fraction planned)
{
	return fraction_floor(fraction_mul(planned, fraction_of(goal, 1)));
}

bool light_is_countable(const struct catalogue_measure *m, const struct totals_result *at,
			struct fraction planned)
{
	int64_t value = at->present ? at->value : 0;

	if (m->kind != CATALOGUE_QUANTITY)
		return true;
	return (int128)expected_of(at->goal, planned) - value >= 1;
}

/* The colour of a share that may come to be, with the rule of small numbers. */
static enum light prospect(const struct catalogue_profile *p, const struct catalogue_measure *m,
			   int64_t goal, const struct standing *s)
{
	int64_t most = expected_of(goal, s->planned) - 1;
	struct fraction units = fraction_mul(s->done, fraction_of(goal, 1));

	if (m->kind == CATALOGUE_QUANTITY && fraction_compare(units, fraction_of(most, 1)) > 0)
		return LIGHT_GREEN;
	return entered(p, s);
}

static void bump(uint8_t *n)
{
	*n = (uint8_t)(*n + (*n < UINT8_MAX));
}

static struct light_state shown(struct light_state s, enum light light)
{
	s.light = light;
	if (light == LIGHT_YELLOW || light == LIGHT_RED)
		bump(&s.months);
	else
		s.months = 0;
	return s;
}

/* A light that no threshold gave: what was counted towards a change is void. */
static struct light_state settled(struct light_state s, enum light light)
{
	s.worse = s.worst = s.better = s.best = 0;
	return shown(s, light);
}

static enum light milestone_light(const struct catalogue_profile *p, const struct light_input *in)
{
	if (!in->late)
		return LIGHT_GREEN;
	return in->months_late >= p->not_started_months ? LIGHT_RED : LIGHT_YELLOW;
}

static void count(uint8_t *n, bool held)
{
	if (held)
		bump(n);
	else
		*n = 0;
}

/* What still passes the test of entering never counts as leaving. */
static void count_tests(const struct catalogue_profile *p, const struct standing *at,
			struct light_state *s)
{
	enum light call = entered(p, at);

	count(&s->worse, call >= LIGHT_YELLOW);
	count(&s->worst, call == LIGHT_RED);
	count(&s->better, call < LIGHT_RED && leaves(p, at, p->red_leave));
	count(&s->best, call == LIGHT_GREEN && leaves(p, at, p->yellow_leave));
}

/* Thresholds, each with the number of periods for which its test has to hold. */
static struct light_state stepped(const struct catalogue_profile *p, struct light_state s,
				  const struct standing *at)
{
	enum light now = s.light == LIGHT_YELLOW || s.light == LIGHT_RED ? s.light : LIGHT_GREEN;

	count_tests(p, at, &s);
	if (s.worst && s.worst >= p->enter_count)
		return shown(s, LIGHT_RED);
	if (now == LIGHT_GREEN && s.worse && s.worse >= p->enter_count)
		return shown(s, LIGHT_YELLOW);
	if (now == LIGHT_RED && s.better && s.better >= p->leave_count)
		now = LIGHT_YELLOW;
	if (now == LIGHT_YELLOW && s.best && s.best >= p->leave_count)
		now = LIGHT_GREEN;
	return shown(s, now);
}

static struct light_state paced(const struct catalogue_profile *p,
				const struct catalogue_measure *m, struct light_state s,
				const struct light_input *in)
{
	struct standing low = { done_of(&in->at), in->planned }, judged = low;
	struct standing high = { in->high, in->planned };
	bool stuck = in->late && in->months_late >= p->not_started_months;

	if (m->kind == CATALOGUE_MILESTONE)
		return settled(s, milestone_light(p, in));
	if (!light_is_countable(m, &in->at, in->planned))
		judged.done = in->planned;
	s = stuck ? settled(s, LIGHT_RED) : stepped(p, s, &judged);
	s.provisional =
		in->has_high && prospect(p, m, in->at.goal, &high) !=
					(stuck ? LIGHT_RED : prospect(p, m, in->at.goal, &low));
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
		return settled(s, in->verified ? LIGHT_DONE : LIGHT_REACHED);
	if (in->due_passed) {
		s.overdue = true;
		s = settled(s, LIGHT_RED);
	} else if (!light_has_pace(m)) {
		return settled(s, LIGHT_NONE);
	} else if (s.missed == 1 && !is_at_goal(before.light)) {
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
	static const int ranks[LIGHT_COUNT] = { [LIGHT_NONE] = 0,    [LIGHT_DONE] = 1,
						[LIGHT_REACHED] = 2, [LIGHT_GREEN] = 3,
						[LIGHT_YELLOW] = 4,  [LIGHT_RED] = 5 };

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

struct light_state light_of_whole(struct light_state composed, const struct totals_result *whole)
{
	if (is_at_goal(composed.light) && whole->has_goal && !whole->met)
		composed.light = LIGHT_GREEN;
	return composed;
}

const char *light_name(enum light l)
{
	static const char *const names[LIGHT_COUNT] = {
		[LIGHT_NONE] = "none", [LIGHT_GREEN] = "green", [LIGHT_YELLOW] = "yellow",
		[LIGHT_RED] = "red",   [LIGHT_DONE] = "done",   [LIGHT_REACHED] = "reached"
	};

	return names[l];
}

struct lang_text light_word(enum light l)
{
	static const struct lang_text words[LIGHT_COUNT] = {
		[LIGHT_NONE] = { "不评灯", "not judged" },
		[LIGHT_GREEN] = { "正常推进", "on plan" },
		[LIGHT_YELLOW] = { "滞后", "behind" },
		[LIGHT_RED] = { "严重滞后", "seriously behind" },
		[LIGHT_DONE] = { "已完成", "done" },
		[LIGHT_REACHED] = { "达量待核", "reached, to be verified" },
	};

	return words[l];
}
