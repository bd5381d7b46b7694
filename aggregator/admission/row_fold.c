/* SPDX-License-Identifier: MIT */
#include "aggregator/admission/holds.h"
#include "aggregator/admission/refs.h"
#include "aggregator/admission/row.h"
#include "aggregator/admission/row_objects.h"
#include "aggregator/office/reviews.h"
#include "base/arena.h"
#include "base/date.h"

static void copy_ref(char to[LIMITS_REF + 1], struct bytes ref)
{
	size_t n = ref.len < LIMITS_REF ? ref.len : LIMITS_REF;

	if (n)
		memcpy(to, ref.data, n);
	to[n] = '\0';
}

/* Only what is older than the last close is for the judge: open periods are judged at their end. */
static bool is_closed(const struct admit *a, int32_t as_of)
{
	return a->closed != DATE_NONE && as_of <= a->closed;
}

/* A counting figure moved. One fact a place, of its earliest date; *fact is 1 + its index. */
static enum err note_figure(struct admit *a, struct cell_key key, int32_t as_of, uint32_t *fact)
{
	struct judge_fact f = { .kind = JUDGE_FIGURE, .measure = key.measure, .unit = key.unit,
				.as_of = as_of };
	enum err e;

	if (!is_closed(a, as_of))
		return ERR_OK;
	if (*fact) {
		if (as_of < a->facts->items[*fact - 1].as_of)
			a->facts->items[*fact - 1].as_of = as_of;
		return ERR_OK;
	}
	e = facts_add(a->facts, &f);
	*fact = (uint32_t)a->facts->count;
	return e;
}

/* What was said of the figure of this period was said of another figure. */
static enum err take_back(struct admit *a, struct cell_key key, int32_t as_of)
{
	uint64_t bit = admit_period_bit(a, as_of);
	uint64_t *reviewed = desk_reviewed(a->desk, key.measure, key.unit);
	struct judge_fact f = { .kind = JUDGE_REVIEWED, .measure = key.measure, .unit = key.unit,
				.as_of = as_of, .code = REVIEWS_SUBMITTED };
	enum reviews_state was;
	enum err e;

	if (key.source != CATALOGUE_NONE || !(*reviewed & bit))
		return ERR_OK;
	*reviewed &= ~bit;
	e = reviews_reset(a->txn, key.measure, key.unit, as_of, a->position, a->time_ms, &was);
	f.count = was;
	return e == ERR_OK ? facts_add(a->facts, &f) : e;
}

/* A report came in: of the counting figure's cell, whatever stage it told. reported: periods that
 * need no second look. */
static enum err note_report(struct admit *a, struct cell *main, uint64_t *reported, int32_t as_of,
			    int64_t received_ms)
{
	struct cell_key key = cell_key_of(main);
	uint64_t bit = admit_period_bit(a, as_of);

	enum err e;

	if (*reported & bit)
		return ERR_OK;
	*reported |= bit;
	if ((e = take_back(a, key, as_of)) != ERR_OK)
		return e;
	if (key.source == CATALOGUE_NONE && is_closed(a, as_of) &&
	    cell_first_report(main, as_of) == 0) {
		struct judge_fact f = { .kind = JUDGE_REPORTED, .measure = key.measure,
					.unit = key.unit, .as_of = as_of };
		if ((e = facts_add(a->facts, &f)) != ERR_OK)
			return e;
	}
	return cells_reported(a->cells, a->txn, main, as_of, received_ms, a->position);
}

static enum err after_fold(struct admit *a, struct cell *cell, int32_t as_of, bool changed,
			   uint32_t *fact)
{
	struct cell_key key = cell_key_of(cell);

	if (key.source != CATALOGUE_NONE)
		return ERR_OK;
	a->touched[key.measure] = 1; /* its position moves even where its value does not */
	return changed ? note_figure(a, key, as_of, fact) : ERR_OK;
}

/* Takes the ADD out of the figures. */
static enum err take_out(struct admit *a, const struct refs_record *said, uint32_t row,
			 uint32_t *fact)
{
	const struct cell_row add = { .kind = EVENT_ADD, .as_of = said->as_of, .value = said->value,
				      .position = said->position, .row = said->row };
	struct cell *cell;
	bool changed;
	enum err e;

	if (row_objects_counts(a, said->cell))
		return row_objects_withdraw(a, said, row);
	if ((e = cells_get(a->cells, a->txn, said->cell, &cell)) != ERR_OK ||
	    (e = cells_withdraw(a->cells, a->txn, cell, &add, a->position, a->day, &changed)) !=
		    ERR_OK)
		return e;
	return after_fold(a, cell, said->as_of, changed, fact);
}

static enum err withdraw(struct admit *a, const struct row *r, uint32_t *fact)
{
	struct refs_record said;
	enum err e;

	if ((e = refs_read(a->txn, a->reporter, r->withdraw, &said)) != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_STATE : e;
	if (said.state != REFS_STANDS)
		return ERR_STATE;
	if ((e = take_out(a, &said, r->index, fact)) != ERR_OK)
		return e;
	said.state = REFS_WITHDRAWN;
	e = refs_write(a->txn, a->reporter, r->withdraw, &said);
	return e == ERR_OK ? take_back(a, said.cell, said.as_of) : e;
}

static enum err remember_ref(struct admit *a, const struct row *r, enum refs_state state)
{
	struct refs_record record = { .state = state, .cell = cell_key_of(r->cell),
				      .as_of = r->as_of, .value = r->value,
				      .position = a->position, .row = r->index };

	return refs_write(a->txn, a->reporter, r->ref, &record);
}

static enum event_kind fold_kind(uint32_t kind)
{
	return kind == EVENT_ADD || kind == EVENT_RETRACT ? (enum event_kind)kind : EVENT_TOTAL;
}

static enum err put_figure(struct admit *a, const struct row *r, uint32_t *fact)
{
	struct cell_row row = { .kind = fold_kind(r->kind), .as_of = r->as_of,
				.revision = r->revision, .value = r->value,
				.denominator = r->denominator, .position = a->position,
				.row = r->index, .known = a->day };
	bool changed;
	enum err e;

	if (row_objects_counts(a, cell_key_of(r->cell)))
		return row_objects_put(a, r, false);
	e = cells_fold(a->cells, a->txn, r->cell, &row, &changed);
	return e == ERR_OK ? after_fold(a, r->cell, r->as_of, changed, fact) : e;
}

static enum err fold_admitted(struct admit *a, struct row_place *p, const struct row *r,
			      int64_t received_ms)
{
	uint32_t *fact = &p->fact;
	enum err e = ERR_OK;

	if (r->kind == EVENT_RETRACT && r->withdraw.len)
		return withdraw(a, r, fact);
	if (r->kind == EVENT_RETRACT) {
		e = put_figure(a, r, fact);
		return e == ERR_OK ? take_back(a, cell_key_of(p->main), r->as_of) : e;
	}
	if (r->kind != EVENT_NIL)
		e = put_figure(a, r, fact);
	if (e == ERR_OK && r->kind == EVENT_ADD)
		e = remember_ref(a, r, REFS_STANDS);
	return e == ERR_OK ? note_report(a, p->main, &p->reported, r->as_of, received_ms) : e;
}

static enum err fold_held(struct admit *a, const struct row_place *p, const struct row *r,
			  enum event_code code)
{
	struct holds_record h = { .position = a->position, .row = r->index,
				  .reporter = a->reporter, .cell = cell_key_of(r->cell),
				  .kind = (enum event_kind)r->kind, .code = code,
				  .as_of = r->as_of, .revision = r->revision, .value = r->value,
				  .denominator = r->denominator, .received_ms = a->time_ms };
	struct judge_fact f = { .kind = JUDGE_HELD, .measure = p->measure, .unit = p->unit,
				.as_of = r->as_of, .position = a->position, .row = r->index,
				.code = code };
	enum err e;

	copy_ref(h.ref, r->kind == EVENT_RETRACT ? r->withdraw : r->ref);
	if ((e = holds_write(a->txn, &h)) != ERR_OK ||
	    (row_objects_counts(a, h.cell) && (e = row_objects_put(a, r, true)) != ERR_OK))
		return e;
	if (r->kind == EVENT_ADD && (e = remember_ref(a, r, REFS_HELD)) != ERR_OK)
		return e;
	return facts_add(a->facts, &f);
}

enum err row_fold(struct admit *a, struct row_place *p, struct row *r, struct row_verdict verdict)
{
	if (verdict.verdict == EVENT_ADMITTED)
		return fold_admitted(a, p, r, a->time_ms);
	if (verdict.verdict == EVENT_HOLD)
		return fold_held(a, p, r, (enum event_code)verdict.code);
	return ERR_OK;
}

static enum err release_objects(struct admit *a, struct row_place *p, struct row *r,
				const struct holds_record *h)
{
	struct arena *arena = arena_new(LIMITS_BATCH_BYTES * 8);
	enum err e = arena ? row_objects_held(a, h, arena, r) : ERR_NOMEM;

	if (e == ERR_OK)
		e = fold_admitted(a, p, r, h->received_ms);
	if (e == ERR_OK)
		e = row_objects_settle(a);
	arena_free(arena);
	return e;
}

enum err row_release(struct admit *a, const struct holds_record *h)
{
	struct row r = { .kind = h->kind, .as_of = h->as_of, .revision = h->revision,
			 .value = h->value, .denominator = h->denominator };
	struct row_place place = { .measure = h->cell.measure, .unit = h->cell.unit,
				   .source = h->cell.source };
	struct cell_key main = h->cell;
	int64_t received_ms = h->received_ms;
	enum err e;

	a->reporter = h->reporter;
	main.stage = cell_counting_stage(&a->catalogue->measures[main.measure]);
	if (h->kind == EVENT_RETRACT)
		r.withdraw = bytes_of_string(h->ref);
	else
		r.ref = bytes_of_string(h->ref);
	if ((e = cells_get(a->cells, a->txn, h->cell, &r.cell)) != ERR_OK ||
	    (e = cells_get(a->cells, a->txn, main, &place.main)) != ERR_OK)
		return e;
	/* by the first rules a report that came in between stayed the first */
	if (a->rules < 2 && cell_first_report(place.main, h->as_of))
		received_ms = a->time_ms;
	if (row_objects_counts(a, h->cell))
		return release_objects(a, &place, &r, h);
	return fold_admitted(a, &place, &r, received_ms);
}
