/* SPDX-License-Identifier: MIT */
/* Alerts that follow from the entry itself: rows on hold, contradictions, losses, links. */
#include "aggregator/alerts/rules.h"

#include <stdlib.h>

#include "aggregator/alerts/transition.h"
#include "aggregator/catalogue/calendar.h"

/* What the facts of one alert add up to. */
struct sum {
	enum book_kind kind;
	uint16_t measure, unit;
	int64_t delta;
	uint32_t code; /* of the newest */
	bool up;       /* the newest word about a link */
};

/* Which alert a fact is about; 0: none. */
static enum book_kind kind_of(enum judge_fact_kind k)
{
	static const enum book_kind kinds[] = {
		[JUDGE_HELD] = BOOK_HOLD,	  [JUDGE_SETTLED] = BOOK_HOLD,
		[JUDGE_CONFLICT] = BOOK_CONFLICT, [JUDGE_GAP] = BOOK_GAP,
		[JUDGE_LINK_UP] = BOOK_LINK_DOWN, [JUDGE_LINK_DOWN] = BOOK_LINK_DOWN,
	};

	return (size_t)k < sizeof(kinds) / sizeof(kinds[0]) ? kinds[k] : (enum book_kind)0;
}

static int64_t delta_of(const struct judge_fact *f)
{
	switch (f->kind) {
	case JUDGE_SETTLED:
		return -1;
	case JUDGE_GAP:
		return f->count > INT32_MAX ? INT32_MAX : (int64_t)f->count;
	default:
		return 1;
	}
}

static struct sum sum_of(const struct judge_fact *f)
{
	return (struct sum){ .kind = kind_of(f->kind),
			     .measure = kind_of(f->kind) == BOOK_HOLD ? f->measure : CATALOGUE_NONE,
			     .unit = f->unit,
			     .delta = delta_of(f),
			     .code = f->code,
			     .up = f->kind == JUDGE_LINK_UP };
}

static int by_alert(const struct sum *a, const struct sum *b)
{
	if (a->kind != b->kind)
		return (int)a->kind - (int)b->kind;
	if (a->measure != b->measure)
		return a->measure - b->measure;
	return a->unit - b->unit;
}

/* Adds a fact to the sums, which are in the order of their alerts. */
static size_t collect(struct sum *sums, size_t count, struct sum one)
{
	size_t at = count;

	while (at > 0 && by_alert(&sums[at - 1], &one) > 0)
		at--;
	if (at > 0 && by_alert(&sums[at - 1], &one) == 0) {
		sums[at - 1].delta += one.delta;
		sums[at - 1].up = one.up;
		if (one.code)
			sums[at - 1].code = one.code;
		return count;
	}
	memmove(&sums[at + 1], &sums[at], (count - at) * sizeof(*sums));
	sums[at] = one;
	return count + 1;
}

static enum book_severity severity_of(const struct sum *s, int64_t count)
{
	switch (s->kind) {
	case BOOK_LINK_DOWN:
		return s->up ? (enum book_severity)0 : BOOK_INFO;
	case BOOK_GAP:
		return BOOK_RED; /* rows are lost, whether their number is known or not */
	default:
		return count > 0 ? BOOK_YELLOW : (enum book_severity)0;
	}
}

static enum err settle(const struct rules_case *c, const struct sum *sum)
{
	const struct book_state *s = docket_alert(c->k->docket, sum->kind, sum->measure, sum->unit);
	int64_t count = (s && s->severity ? (int64_t)s->count : 0) + sum->delta;
	struct book_record want = { .kind = sum->kind,
				    .measure = sum->measure,
				    .unit = sum->unit,
				    .period = calendar_period_of(c->e->day),
				    .code = sum->code };

	want.severity = severity_of(sum, count);
	if (sum->kind != BOOK_LINK_DOWN && count > 0)
		want.count = count > UINT32_MAX ? UINT32_MAX : (uint32_t)count;
	return transition_to(c->k, want);
}

enum err rules_facts(const struct rules_case *c)
{
	struct sum *sums = NULL;
	size_t count = 0;
	enum err e = ERR_OK;

	for (size_t i = 0; i < c->e->fact_count; i++) {
		if (!kind_of(c->e->facts[i].kind))
			continue;
		if (!sums && !(sums = calloc(c->e->fact_count, sizeof(*sums))))
			return ERR_NOMEM;
		count = collect(sums, count, sum_of(&c->e->facts[i]));
	}
	for (size_t i = 0; i < count && e == ERR_OK; i++)
		e = settle(c, &sums[i]);
	free(sums);
	return e;
}
