/* SPDX-License-Identifier: MIT */
#include "aggregator/admission/refs.h"
#include "aggregator/admission/row.h"
#include "aggregator/admission/row_objects.h"
#include "base/date.h"
#include "base/decimal.h"

#define KIND(k) (1u << (k))

/* Which rows go with which measures. */
static const unsigned kinds_of[] = {
	[CATALOGUE_QUANTITY] = KIND(EVENT_TOTAL) | KIND(EVENT_ADD) | KIND(EVENT_NIL) |
			       KIND(EVENT_RETRACT),
	[CATALOGUE_RATIO] = KIND(EVENT_TOTAL) | KIND(EVENT_NIL) | KIND(EVENT_RETRACT),
	[CATALOGUE_COMPOSITE] = 0,
	[CATALOGUE_MILESTONE] = KIND(EVENT_STAGE) | KIND(EVENT_NIL) | KIND(EVENT_RETRACT),
	[CATALOGUE_LEVEL] = KIND(EVENT_LEVEL) | KIND(EVENT_NIL) | KIND(EVENT_RETRACT),
	[CATALOGUE_POLICY] = KIND(EVENT_LEVEL) | KIND(EVENT_NIL) | KIND(EVENT_RETRACT),
};

static const struct row_verdict admitted = { EVENT_ADMITTED, EVENT_CODE_NONE };

static struct row_verdict reject(enum event_code code)
{
	return (struct row_verdict){ EVENT_REJECT, (uint8_t)code };
}

static struct row_verdict hold(enum event_code code)
{
	return (struct row_verdict){ EVENT_HOLD, (uint8_t)code };
}

/* A milestone has no stage that counts: there a row without one means nothing, but for NIL. */
static bool stage_needed(const struct catalogue_measure *m, uint32_t kind)
{
	return kind == EVENT_STAGE || (m->kind == CATALOGUE_MILESTONE && kind == EVENT_RETRACT);
}

enum err row_find_cell(struct admit *a, const struct row_place *p, struct row *r,
		       enum event_code *code)
{
	struct cell_key key;
	uint16_t stage;

	*code = EVENT_CODE_NONE;
	r->cell = p->main;
	if (r->stage.len == 0) {
		if (stage_needed(p->m, r->kind))
			*code = EVENT_UNKNOWN_STAGE;
		return ERR_OK;
	}
	stage = catalogue_stage_index(p->m, r->stage);
	if (stage == CATALOGUE_NONE || stage > UINT8_MAX) {
		*code = EVENT_UNKNOWN_STAGE;
		return ERR_OK;
	}
	key = cell_key_of(p->main);
	if (key.stage == stage)
		return ERR_OK;
	key.stage = (uint8_t)stage;
	return cells_get(a->cells, a->txn, key, &r->cell);
}

static enum event_code judge_date(const struct admit *a, const struct row_place *p,
				  const struct row *r)
{
	if (r->as_of < a->catalogue->from || r->as_of > a->catalogue->to)
		return EVENT_DATE_OUTSIDE;
	if (p->m->retired != DATE_NONE && r->as_of > p->m->retired)
		return EVENT_RETIRED;
	return EVENT_CODE_NONE;
}

static bool has_value(uint32_t kind)
{
	return kind == EVENT_TOTAL || kind == EVENT_ADD || kind == EVENT_LEVEL;
}

static enum event_code judge_numbers(const struct row_place *p, const struct row *r)
{
	if (!has_value(r->kind))
		return EVENT_CODE_NONE;
	if (r->value < 0)
		return EVENT_NEGATIVE;
	if (r->value > ROW_VALUE_MAX || r->denominator > ROW_VALUE_MAX)
		return EVENT_OVERFLOW;
	if (p->m->kind != CATALOGUE_RATIO)
		return EVENT_CODE_NONE;
	/* 0 of 0 says of an enumerated universe that nothing of it is due yet */
	if (r->denominator == 0 && r->value == 0 && p->m->comparator == CATALOGUE_ALL)
		return EVENT_CODE_NONE;
	if (r->denominator <= 0)
		return EVENT_NO_DENOMINATOR;
	return r->value > r->denominator ? EVENT_RATIO_ABOVE_ONE : EVENT_CODE_NONE;
}

/* What the row's cell would stand at before its next TOTAL: increments said for later dates count
 * on top of the row. */
static bool peak_of(const struct row *r, int64_t *out)
{
	struct cell_value at = cell_at(r->cell, r->as_of);
	struct cell_value after = cell_after(r->cell, r->as_of);
	struct cell_value last = after.present ? cell_at(r->cell, after.as_of - 1) :
						 cell_now(r->cell);
	int64_t on_top = last.value - (r->kind == EVENT_ADD ? 0 : at.value);

	return decimal_add(r->value, on_top, out);
}

/* What the other areas of a counting cell's measure stand at. */
static enum err others_of(struct admit *a, const struct row_place *p, int64_t *sum)
{
	const struct catalogue_item *item = &a->catalogue->items[p->m->item];

	for (size_t i = 0; i < item->scope_count; i++) {
		struct cell *other;
		enum err e;

		if (item->scope[i] == p->unit)
			continue;
		e = cells_get(a->cells, a->txn,
			      cell_counting(a->catalogue, p->measure, item->scope[i]), &other);
		if (e != ERR_OK)
			return e;
		if (!decimal_add(*sum, cell_now(other).value, sum))
			return ERR_OK; /* ROW_VALUE_MAX keeps sums of areas below that */
	}
	return ERR_OK;
}

/* Opening base and figure together may not exceed the universe: a lead's own figure by itself, an
 * area's together with those of the others. */
static enum err judge_cap(struct admit *a, const struct row_place *p, const struct row *r,
			  struct row_verdict *out)
{
	int64_t sum = p->m->has_base ? p->m->base : 0, peak;
	enum err e = ERR_OK;

	/* a list that has all objects is a cap of its own */
	if (!p->m->has_cap || p->m->kind != CATALOGUE_QUANTITY || p->m->objects)
		return ERR_OK;
	if (p->source == CATALOGUE_NONE && p->unit != a->catalogue->city && r->cell == p->main)
		e = others_of(a, p, &sum);
	if (e == ERR_OK && (!peak_of(r, &peak) || !decimal_add(sum, peak, &sum) || sum > p->m->cap))
		*out = reject(EVENT_ABOVE_CAP);
	return e;
}

/* A cumulative figure that is below what stands before it, or above what is said after it. */
static bool falls(const struct row *r)
{
	/* what a TOTAL set at that date is the fold of that date */
	struct cell_value at = r->stands.present ? r->stands : cell_at(r->cell, r->as_of);
	struct cell_value after = cell_after(r->cell, r->as_of);
	int64_t value = r->value;

	if (r->kind == EVENT_TOTAL && at.present && value < at.value)
		return true;
	if (r->kind == EVENT_ADD && !decimal_add(value, at.value, &value))
		return false; /* the fold will say so */
	return after.present && value > after.value;
}

/* What was published is changed with a reason, or not at all. */
static bool is_published(const struct admit *a, int32_t as_of)
{
	return a->desk->published & admit_period_bit(a, as_of);
}

static struct row_verdict judge_time(const struct admit *a, const struct row *r)
{
	if (r->as_of > a->day && date_begin_ms(r->as_of, a->catalogue->offset_minutes) >
					 a->time_ms + DATE_DAY_MS)
		return hold(EVENT_DATE_FUTURE);
	if (a->desk->published && !r->reason && is_published(a, r->as_of))
		return hold(EVENT_PERIOD_CLOSED);
	return a->year == ADMIT_YEAR_LATE ? hold(EVENT_YEAR_CLOSED) : admitted;
}

static bool is_cumulative(const struct row *r)
{
	return r->kind == EVENT_TOTAL || r->kind == EVENT_ADD;
}

static struct row_verdict judge_hold(const struct admit *a, const struct row *r)
{
	struct row_verdict v = judge_time(a, r);

	return v.verdict == EVENT_ADMITTED && is_cumulative(r) && !r->reason && falls(r) ?
		       hold(EVENT_DECREASE) : v;
}

static bool same_add(const struct refs_record *said, const struct row *r)
{
	struct cell_key key = cell_key_of(r->cell);

	return said->cell.measure == key.measure && said->cell.unit == key.unit &&
	       said->cell.stage == key.stage && said->as_of == r->as_of && said->value == r->value;
}

static enum err judge_add(struct admit *a, struct row *r, struct row_verdict *out)
{
	struct refs_record said;
	enum err e;
	bool same;

	if (r->ref.len == 0 || r->revision != 0) {
		*out = reject(r->ref.len == 0 ? EVENT_REF_MISSING : EVENT_ADD_REVISED);
		return ERR_OK;
	}
	e = refs_read(a->txn, a->reporter, r->ref, &said);
	if (e != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_OK : e;
	same = same_add(&said, r);
	if (same && row_objects_counts(a, said.cell))
		e = row_objects_same(a, &said, r, &same);
	*out = (struct row_verdict){ same ? EVENT_DUPLICATE : EVENT_CONFLICT, EVENT_REF_REPEATED };
	return e;
}

/* A RETRACT by ref needs an ADD that stands, and names its measure and unit. */
static enum err judge_withdraw(struct admit *a, const struct row_place *p, const struct row *r,
			       struct row_verdict *out)
{
	struct refs_record said;
	enum err e = refs_read(a->txn, a->reporter, r->withdraw, &said);

	if (e == ERR_OK && said.state == REFS_STANDS && said.cell.measure == p->measure &&
	    said.cell.unit == p->unit) {
		if (!r->reason && is_published(a, said.as_of))
			*out = hold(EVENT_PERIOD_CLOSED);
		else if (a->year == ADMIT_YEAR_LATE)
			*out = hold(EVENT_YEAR_CLOSED);
		return ERR_OK;
	}
	*out = reject(EVENT_NOTHING_TO_RETRACT);
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

/* Against what stands at the same date: word for word, or of a higher revision. */
static struct row_verdict judge_standing(struct row *r)
{
	uint32_t revision;

	r->stands = cell_exactly(r->cell, r->as_of, &revision);
	if (r->revision < revision)
		return (struct row_verdict){ EVENT_ADMITTED, EVENT_SUPERSEDED };
	if (r->kind != EVENT_ADD && r->stands.present && r->revision == revision &&
	    r->stands.value == r->value && r->stands.denominator == r->denominator)
		return (struct row_verdict){ EVENT_DUPLICATE, EVENT_UNCHANGED };
	return admitted;
}

static enum event_code judge_form(struct admit *a, const struct row_place *p, struct row *r)
{
	enum event_code code = judge_date(a, p, r);

	return code == EVENT_CODE_NONE ? judge_numbers(p, r) : code;
}

static bool plain(struct row_verdict v)
{
	return v.verdict == EVENT_ADMITTED && v.code == EVENT_CODE_NONE;
}

/* A RETRACT finds something at its date. */
static enum err judge_retract(struct admit *a, const struct row_place *p, const struct row *r,
			      enum event_code *code)
{
	bool stands = false;
	enum err e = ERR_OK;

	if (p->m->objects)
		e = row_objects_stands(a, r, &stands);
	else
		stands = cell_stands(r->cell, r->as_of);
	if (!stands)
		*code = EVENT_NOTHING_TO_RETRACT;
	return e;
}

/* What is counted by ids compares sets where others compare numbers. */
static enum err judge_objects(struct admit *a, struct row *r, struct row_verdict *out)
{
	bool falls_out = false, counted = false;
	enum err e = ERR_OK;

	if (plain(*out) && has_value(r->kind))
		e = row_objects_standing(a, r, out);
	if (e != ERR_OK || !plain(*out))
		return e;
	*out = judge_time(a, r);
	if (!plain(*out) || !is_cumulative(r))
		return ERR_OK;
	if (!r->reason && (e = row_objects_falls(a, r, &falls_out)) == ERR_OK && falls_out)
		*out = hold(EVENT_OBJECT_DROPPED);
	if (e == ERR_OK && !falls_out && r->kind == EVENT_ADD &&
	    (e = row_objects_counted(a, r, &counted)) == ERR_OK && counted)
		*out = (struct row_verdict){ EVENT_ADMITTED, EVENT_OBJECT_COUNTED };
	return e;
}

enum err row_judge(struct admit *a, const struct row_place *p, struct row *r,
		   struct row_verdict *out)
{
	enum event_code code = p->code;
	enum err e = ERR_OK;

	*out = admitted;
	if (code == EVENT_CODE_NONE &&
	    (r->kind >= EVENT_KIND_COUNT || !(kinds_of[p->m->kind] & KIND(r->kind))))
		code = EVENT_BAD_KIND;
	if (code == EVENT_CODE_NONE && a->year == ADMIT_YEAR_CLOSED)
		code = EVENT_YEAR_CLOSED;
	if (code == EVENT_CODE_NONE)
		e = row_find_cell(a, p, r, &code);
	if (e == ERR_OK && code == EVENT_CODE_NONE && r->kind == EVENT_RETRACT && r->withdraw.len)
		return judge_withdraw(a, p, r, out);
	if (e == ERR_OK && code == EVENT_CODE_NONE)
		code = judge_form(a, p, r);
	if (e == ERR_OK && code == EVENT_CODE_NONE && r->kind == EVENT_RETRACT)
		e = judge_retract(a, p, r, &code);
	if (e == ERR_OK && code == EVENT_CODE_NONE && p->m->objects && is_cumulative(r))
		e = row_objects_check(a, p, r, &code);
	if (code != EVENT_CODE_NONE)
		*out = reject(code);
	if (e == ERR_OK && plain(*out) && r->kind == EVENT_ADD)
		e = judge_add(a, r, out);
	if (e == ERR_OK && plain(*out) && has_value(r->kind))
		e = judge_cap(a, p, r, out);
	if (e != ERR_OK)
		return e;
	if (p->m && p->m->objects)
		return judge_objects(a, r, out);
	if (plain(*out) && (has_value(r->kind) || r->kind == EVENT_STAGE))
		*out = judge_standing(r);
	if (plain(*out))
		*out = judge_hold(a, r);
	return e;
}
