/* SPDX-License-Identifier: MIT */
#include "aggregator/query/query_trace.h"

#include "aggregator/ledger/ledger.h"
#include "aggregator/query/query_private.h"

#define LOG_MAX 50000	  /* rows of the log that are looked through */
#define ENTRIES_MAX 40000 /* entries of the ledger that are looked through */

struct trace {
	struct query *q;
	struct arena *arena;
	struct query_trace_case k;
	struct query_trace_cell *cells;
	size_t cell_cap;
	struct query_trace *out;
	enum err err;
};

/* Makes room for one more in a list in the arena. */
static void *room(struct arena *a, const void *items, size_t count, size_t *cap, size_t size)
{
	size_t more = *cap ? *cap * 2 : 16;
	void *now;

	if (count < *cap)
		return (void *)(uintptr_t)items;
	if (!(now = arena_calloc(a, more, size)))
		return NULL;
	if (count)
		memcpy(now, items, count * size);
	*cap = more;
	return now;
}

/* --- the log ---------------------------------------------------------------------------------- */

static bool has_figures(const struct book_record *r)
{
	return r->transition < BOOK_ACKNOWLEDGED;
}

static enum err take_step(struct trace *t, const struct book_record *r, size_t *cap)
{
	struct query_trace *out = t->out;
	struct query_trace_step *steps =
		room(t->arena, out->steps, out->step_count, cap, sizeof(*steps));

	if (!steps)
		return ERR_NOMEM;
	steps[out->step_count++] =
		(struct query_trace_step){ r->number,	  r->position, r->time_ms,
					   r->transition, r->severity, r->count };
	out->steps = steps;
	if (has_figures(r)) {
		out->about = *r;
		out->about.by = out->about.to = out->about.why = (struct bytes){ 0 };
	}
	return ERR_OK;
}

/* Rows about the alert since it was raised, up to the one asked for. */
static enum err take_log(struct trace *t, struct bytes id, uint64_t from, uint64_t to)
{
	size_t cap = 0;
	enum err e = ERR_OK;

	if (to - from > LOG_MAX) {
		from = to - LOG_MAX;
		t->out->complete = false;
	}
	for (; from <= to && !e; from++) {
		struct book_record r;

		if ((e = book_read(t->q->txn, from, &r)))
			return e == ERR_NOTFOUND ? ERR_CORRUPT : e;
		if (bytes_equal(bytes_of_string(r.id), id))
			e = take_step(t, &r, &cap);
	}
	return e;
}

/* Each entry once: several rows may have one cause. */
static enum err take_entries(struct trace *t)
{
	struct query_trace *out = t->out;
	struct query_trace_entry *entries =
		arena_calloc(t->arena, out->step_count + 1, sizeof(*entries));

	if (!entries)
		return ERR_NOMEM;
	for (size_t i = 0; i < out->step_count; i++) {
		uint64_t position = out->steps[i].position;
		struct entry entry;
		enum err e;

		if (out->entry_count && entries[out->entry_count - 1].position == position)
			continue;
		if ((e = ledger_peek(t->q->txn, position, &entry)))
			return e == ERR_NOTFOUND ? ERR_CORRUPT : e;
		entries[out->entry_count++] =
			(struct query_trace_entry){ position, entry.kind, entry.reporter,
						    entry.time_ms };
	}
	out->entries = entries;
	return ERR_OK;
}

/* --- figures ---------------------------------------------------------------------------------- */

static const struct query_trace_cell *cell_found(const struct trace *t, struct cell_key key)
{
	for (size_t i = 0; i < t->out->cell_count; i++) {
		const struct cell_key *at = &t->cells[i].key;

		if (at->measure == key.measure && at->unit == key.unit &&
		    at->source == key.source && at->stage == key.stage)
			return &t->cells[i];
	}
	return NULL;
}

static enum err trace_cell(struct trace *t, struct cell_key key, int32_t day,
			   struct cell_value *out)
{
	const struct query_trace_cell *found = cell_found(t, key);
	struct query_trace *to = t->out;
	enum err e = ERR_OK;

	if (!found) {
		t->cells =
			room(t->arena, t->cells, to->cell_count, &t->cell_cap, sizeof(*t->cells));
		if (!t->cells)
			return ERR_NOMEM;
		to->cells = t->cells;
		e = query_trace_cell_of(&t->k, key, day, &t->cells[to->cell_count]);
		if (e)
			return e;
		found = &t->cells[to->cell_count++];
	}
	*out = found->value;
	return ERR_OK;
}

/* Where totals take their cells from: the rows that are traced, and nothing else. */
static enum err traced_value(void *ctx, struct cell_key key, int32_t day, struct cell_value *out)
{
	return trace_cell(ctx, key, day, out);
}

/* A cell that nothing was said about explains nothing. */
static void leave_out_empty(struct trace *t)
{
	size_t kept = 0;

	for (size_t i = 0; i < t->out->cell_count; i++)
		if (t->cells[i].row_count || t->cells[i].value.present)
			t->cells[kept++] = t->cells[i];
	t->out->cell_count = kept;
}

static enum err trace_total(struct trace *t)
{
	const struct book_record *r = &t->out->about;
	struct totals_source source = { .value = traced_value, .ctx = t };
	enum err e = totals_compute(t->q->catalogue, &source, r->measure, r->unit, r->period,
				    &t->out->total);

	t->out->has_total = e == ERR_OK;
	return e == ERR_RANGE ? ERR_OK : e;
}

static int64_t value_of(const struct trace *t)
{
	const struct query_trace *out = t->out;
	bool whole = t->q->catalogue->measures[out->about.measure].kind == CATALOGUE_COMPOSITE;

	return whole ? out->total.attained : out->total.value;
}

static enum err trace_light(struct trace *t)
{
	const struct book_record *r = &t->out->about;
	enum err e = trace_total(t);

	t->out->adds_up = t->out->has_total && value_of(t) == r->value &&
			  (r->kind == BOOK_WILL_MISS || t->out->total.denominator == r->other);
	leave_out_empty(t);
	return e;
}

/* Both sides: what is counted, and what the lead says. */
static enum err trace_mismatch(struct trace *t)
{
	const struct catalogue *c = t->q->catalogue;
	const struct book_record *r = &t->out->about;
	struct cell_key key = cell_counting(c, r->measure, r->unit);
	struct cell_value lead;
	enum err e = trace_total(t);

	key.source = c->items[c->measures[r->measure].item].lead;
	if (!e)
		e = trace_cell(t, key, r->period, &lead);
	if (e)
		return e;
	t->out->adds_up = (t->out->total.value == r->value && lead.value == r->other) ||
			  (t->out->total.denominator == r->value && lead.denominator == r->other);
	leave_out_empty(t);
	return ERR_OK;
}

/* --- what is missing, what waits -------------------------------------------------------------- */

struct absent {
	struct trace *t;
	size_t cap;
};

static bool take_report(void *ctx, const struct owed_report *report)
{
	struct absent *a = ctx;
	struct query_trace *out = a->t->out;
	struct query_trace_missing *list;

	if (report->state == REPORTS_NOT_EXPECTED ||
	    (report->first_ms && report->first_ms <= out->about.time_ms))
		return true;
	list = room(a->t->arena, out->missing, out->missing_count, &a->cap, sizeof(*list));
	if (!list) {
		a->t->err = ERR_NOMEM;
		return false;
	}
	list[out->missing_count++] =
		(struct query_trace_missing){ report->measure, report->unit, report->first_ms };
	out->missing = list;
	return true;
}

static enum err trace_silence(struct trace *t)
{
	struct absent a = { t, 0 };
	enum err e = query_reports(t->q, t->out->about.unit, t->out->about.period, take_report, &a);

	t->out->adds_up = t->out->missing_count == t->out->about.count;
	return e ? e : t->err;
}

static bool take_hold(void *ctx, const struct holds_record *h)
{
	struct absent *a = ctx;
	struct query_trace *out = a->t->out;
	struct holds_record *list;

	if (h->cell.measure != out->about.measure || h->cell.unit != out->about.unit)
		return true;
	list = room(a->t->arena, out->holds, out->hold_count, &a->cap, sizeof(*list));
	if (!list) {
		a->t->err = ERR_NOMEM;
		return false;
	}
	list[out->hold_count++] = *h;
	out->holds = list;
	return true;
}

static enum err trace_holds(struct trace *t)
{
	struct absent a = { t, 0 };
	enum err e = query_holds(t->q, take_hold, &a);

	t->out->adds_up = t->out->hold_count == t->out->about.count;
	return e ? e : t->err;
}

/* The entries say it: as many of them as the alert counts, or more. */
static enum err trace_entries(struct trace *t)
{
	t->out->adds_up = t->out->entry_count > 0;
	return ERR_OK;
}

static enum err (*const tracers[BOOK_KIND_END])(struct trace *t) = {
	[BOOK_BEHIND] = trace_light,	[BOOK_OVERDUE] = trace_light,
	[BOOK_WILL_MISS] = trace_light, [BOOK_SILENT] = trace_silence,
	[BOOK_HOLD] = trace_holds,	[BOOK_MISMATCH] = trace_mismatch,
};

/* --- all -------------------------------------------------------------------------------------- */

/* The row that raised it, at or before this one. */
static enum err find_raised(struct query *q, struct bytes id, uint64_t number, uint64_t *raised)
{
	struct book_record r = { .number = 0 };
	enum err e = ERR_OK;

	for (*raised = number; *raised > 1 && !e; --*raised) {
		e = book_read(q->txn, *raised, &r);
		if (!e && r.transition == BOOK_RAISED && bytes_equal(bytes_of_string(r.id), id))
			break;
	}
	return e;
}

static enum err find(struct query *q, struct bytes id, uint64_t *number, uint64_t *raised)
{
	struct book_state s;
	struct book_record r;
	enum err e = book_state_of(q->txn, id, &s);

	if (e)
		return e;
	*raised = s.raised_number;
	if (!*number)
		*number = s.newest;
	if ((e = book_read(q->txn, *number, &r)))
		return e;
	if (!bytes_equal(bytes_of_string(r.id), id))
		return ERR_NOTFOUND;
	return *number < *raised ? find_raised(q, id, *number, raised) : ERR_OK;
}

static enum err trace(struct trace *t, struct bytes id, uint64_t number)
{
	enum err (*tracer)(struct trace * t);
	uint64_t raised;
	enum err e;

	if ((e = find(t->q, id, &number, &raised)) || (e = take_log(t, id, raised, number)) ||
	    (e = take_entries(t)))
		return e;
	if (!t->out->about.number)
		return ERR_CORRUPT;
	t->k.position = t->out->about.position;
	tracer = tracers[t->out->about.kind];
	if ((e = (tracer ? tracer : trace_entries)(t)))
		return e;
	t->out->complete &= t->k.entries > 0;
	return ERR_OK;
}

enum err query_trace(struct query *q, struct bytes id, uint64_t number, struct arena *a,
		     struct query_trace *out)
{
	struct trace t = { .q = q, .arena = a, .out = out };
	struct keyring *keyring = NULL;
	enum err e;

	*out = (struct query_trace){ .complete = true };
	t.k = (struct query_trace_case){ .q = q, .arena = a, .entries = ENTRIES_MAX };
	if ((e = keyring_new(&keyring)) == ERR_OK &&
	    (e = keyring_load(keyring, q->txn)) == ERR_OK) {
		t.k.keyring = keyring;
		e = trace(&t, id, number);
	}
	keyring_free(keyring);
	return e;
}
