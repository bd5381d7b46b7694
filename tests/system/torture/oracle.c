/* SPDX-License-Identifier: MIT */
#include "tests/system/torture/oracle.h"

#include <stdlib.h>

enum err oracle_cell_init(struct oracle_cell *cell, const struct catalogue *c)
{
	cell->from = c->from;
	cell->to = c->to;
	cell->last_set = c->from - 1;
	cell->days = calloc((size_t)(c->to - c->from) + 1, sizeof(*cell->days));
	return cell->days != NULL ? ERR_OK : ERR_NOMEM;
}

void oracle_cell_free(struct oracle_cell *cell)
{
	free(cell->days);
	cell->days = NULL;
}

struct oracle_day *oracle_day(const struct oracle_cell *cell, int32_t day)
{
	return day < cell->from || day > cell->to ? NULL : &cell->days[day - cell->from];
}

/* Back to the last TOTAL; what a RETRACT took away lets earlier days show through. */
struct oracle_value oracle_at(const struct oracle_cell *cell, int32_t day)
{
	struct oracle_value out = { 0 };

	for (int32_t d = day; d >= cell->from; d--) {
		const struct oracle_day *at = oracle_day(cell, d);

		out.value += at->add;
		out.present |= at->adds > 0;
		if (at->stand == ORACLE_SET) {
			out.value += at->set;
			out.below = at->below;
			out.present = true;
			break;
		}
	}
	return out;
}

static struct oracle_value value_after(const struct oracle_cell *cell, int32_t day)
{
	for (int32_t d = day + 1; d <= cell->last_set; d++)
		if (oracle_day(cell, d)->stand == ORACLE_SET)
			return oracle_at(cell, d);
	return (struct oracle_value){ 0 };
}

static bool has_value(enum event_kind kind)
{
	return kind == EVENT_TOTAL || kind == EVENT_ADD || kind == EVENT_LEVEL;
}

static bool is_sound(const struct catalogue_measure *m, const struct oracle_row *row)
{
	if (!has_value(row->kind))
		return true;
	if (m->kind == CATALOGUE_RATIO && (row->below <= 0 || row->value > row->below))
		return false;
	return row->value >= 0;
}

/* By itself: players see to it that what they say together is not. */
static bool is_above_cap(const struct catalogue_measure *m, const struct oracle_row *row)
{
	return m->has_cap && m->kind == CATALOGUE_QUANTITY && has_value(row->kind) &&
	       row->value + m->base > m->cap;
}

static bool falls(const struct oracle_cell *cell, const struct oracle_row *row)
{
	struct oracle_value at = oracle_at(cell, row->as_of);
	struct oracle_value after = value_after(cell, row->as_of);
	int64_t value = row->kind == EVENT_ADD ? at.value + row->value : row->value;

	if (row->reason || (row->kind != EVENT_TOTAL && row->kind != EVENT_ADD))
		return false;
	return (at.present && value < at.value) || (after.present && value > after.value);
}

static bool is_repeated(const struct oracle_day *at, const struct oracle_row *row)
{
	return at->stand == ORACLE_SET && at->revision == row->revision &&
	       at->set + at->add == row->value && at->below == row->below;
}

enum event_verdict oracle_judge(const struct catalogue *c, const struct oracle_cell *cell,
				const struct oracle_row *row, int32_t today)
{
	const struct catalogue_measure *m = &c->measures[cell->measure];
	const struct oracle_day *at = oracle_day(cell, row->as_of);
	bool sets = row->kind == EVENT_TOTAL || row->kind == EVENT_STAGE ||
		    row->kind == EVENT_LEVEL;

	if (at == NULL || !is_sound(m, row) || is_above_cap(m, row))
		return EVENT_REJECT;
	if (row->kind == EVENT_RETRACT && at->stand != ORACLE_SET && at->adds == 0)
		return EVENT_REJECT;
	if (sets && is_repeated(at, row))
		return EVENT_DUPLICATE;
	if (sets && row->revision < at->revision)
		return EVENT_ADMITTED; /* superseded */
	if (row->as_of > today + 1 || falls(cell, row))
		return EVENT_HOLD;
	return EVENT_ADMITTED;
}

static void stand(struct oracle_day *at, enum oracle_stand how, uint32_t revision)
{
	at->stand = how;
	at->revision = revision;
	at->set = at->below = at->add = 0;
	at->adds = 0;
	at->generation++;
}

bool oracle_fold(struct oracle_cell *cell, const struct oracle_row *row)
{
	struct oracle_day *at = oracle_day(cell, row->as_of);

	if (row->kind == EVENT_NIL)
		return true;
	if (row->kind == EVENT_ADD) {
		if (at->stand != ORACLE_NOTHING && at->revision > 0)
			return false;
		at->add += row->value;
		at->adds++;
		return true;
	}
	if (row->kind == EVENT_RETRACT) {
		stand(at, ORACLE_GONE,
		      at->revision > row->revision ? at->revision : row->revision);
		return true;
	}
	if (at->stand != ORACLE_NOTHING && row->revision < at->revision)
		return true;
	stand(at, ORACLE_SET, row->revision);
	at->set = row->value;
	at->below = row->below;
	if (row->as_of > cell->last_set)
		cell->last_set = row->as_of;
	return true;
}

void oracle_withdraw(struct oracle_cell *cell, int32_t as_of, int64_t value, uint32_t generation)
{
	struct oracle_day *at = oracle_day(cell, as_of);

	if (at->generation != generation)
		return;
	at->add -= value;
	at->adds--;
}
