/* SPDX-License-Identifier: MIT */
/* The rows of the ledger that make up a cell on a day, as known at a position. History tells on which
 * days something moved it; the entries of these days are read, and their rows folded anew. */
#include "aggregator/query/query_trace.h"

#include <jansson.h>
#include <stdlib.h>

#include "aggregator/admission/rights.h"
#include "aggregator/ledger/ledger.h"
#include "aggregator/query/query_objects.h"
#include "aggregator/query/query_private.h"
#include "base/date.h"

#define KNOWN_MAX 800 /* known days of a cell */
#define APART_MAX 200 /* rows of a cell that are told apart within their day */
#define TOTAL_OF(kind) ((kind) != EVENT_ADD && (kind) != EVENT_RETRACT)

/* A row while it is looked at. */
struct found {
	struct query_trace_row row;
	uint64_t order;		    /* position at which it was folded */
	struct bytes ref, withdraw; /* in the arena */
};

/* What stood before and after a row. */
struct view {
	int32_t known; /* the day on which it was folded */
	struct cell_value before, after;
	bool exact; /* the rows of its day account for what stood before and after it */
};

struct search {
	struct query_trace_case *k;
	const struct catalogue_measure *m;
	struct cell_key key;
	int32_t day;
	int32_t *known; /* rising */
	size_t known_count;
	struct found *found;
	struct view *views; /* of each that was found */
	size_t count, cap;
	uint64_t released; /* of the row that is being fetched */
	bool ended;	   /* there was too much */
	enum err err;
};

/* --- on which days ---------------------------------------------------------------------------- */

/* A point with a TOTAL makes all before it irrelevant; what else became known of earlier dates is
 * not asked for. */
static bool take_point(void *ctx, const struct history_point *p)
{
	struct search *s = ctx;
	size_t at = s->known_count;

	if (p->as_of > s->day)
		return false;
	while (at > 0 && s->known[at - 1] > p->known)
		at--;
	if (at > 0 && s->known[at - 1] == p->known)
		return true;
	if (s->known_count == KNOWN_MAX) {
		s->ended = true;
		return false;
	}
	memmove(&s->known[at + 1], &s->known[at], (s->known_count - at) * sizeof(*s->known));
	s->known[at] = p->known;
	s->known_count++;
	return true;
}

/* The first position whose entry is of this day or later. */
static enum err first_of(struct query *q, int32_t day, uint64_t *out)
{
	uint64_t low = 1, high = q->head.position + 1;

	while (low < high) {
		uint64_t mid = low + (high - low) / 2;
		struct entry entry;
		enum err e = ledger_peek(q->txn, mid, &entry);

		if (e)
			return e == ERR_NOTFOUND ? ERR_CORRUPT : e;
		if (date_of_ms(entry.time_ms, q->catalogue->offset_minutes) < day)
			low = mid + 1;
		else
			high = mid;
	}
	*out = low;
	return ERR_OK;
}

/* --- rows ------------------------------------------------------------------------------------- */

static struct bytes keep(struct search *s, struct bytes text)
{
	char *copy =
		text.len ? arena_strndup(s->k->arena, (const char *)text.data, text.len) : NULL;

	return copy ? bytes_of(copy, text.len) : (struct bytes){ 0 };
}

static bool grow(struct search *s)
{
	size_t cap = s->cap ? s->cap * 2 : 16;
	struct found *more = arena_calloc(s->k->arena, cap, sizeof(*more));

	if (!more) {
		s->err = ERR_NOMEM;
		return false;
	}
	if (s->count)
		memcpy(more, s->found, s->count * sizeof(*more));
	s->found = more;
	s->cap = cap;
	return true;
}

static bool is_of_the_cell(const struct search *s, const struct query_event *e)
{
	const struct catalogue *c = s->k->q->catalogue;
	uint8_t stage = e->stage.len ? (uint8_t)catalogue_stage_index(s->m, e->stage) :
				       cell_counting_stage(s->m);
	int32_t day = date_of_ms(e->entry->time_ms, c->offset_minutes);

	return e->has_row && e->as_of <= s->day && e->kind != EVENT_NIL &&
	       e->verdict == (s->released ? EVENT_HOLD : EVENT_ADMITTED) && stage == s->key.stage &&
	       rights_source(c, s->k->keyring, e->entry->reporter, s->key.measure, s->key.unit,
			     day) == s->key.source;
}

static bool take_row(void *ctx, const struct query_event *e)
{
	struct search *s = ctx;
	struct found *f;

	if (!is_of_the_cell(s, e))
		return true;
	if (s->count == s->cap && !grow(s))
		return false;
	f = &s->found[s->count++];
	*f = (struct found){ .order = s->released ? s->released : e->entry->position,
			     .ref = keep(s, e->ref),
			     .withdraw = keep(s, e->withdraw) };
	f->row = (struct query_trace_row){ .position = e->entry->position,
					   .row = e->row,
					   .released = s->released,
					   .reporter = e->entry->reporter,
					   .said_ms = e->entry->time_ms,
					   .kind = (enum event_kind)e->kind,
					   .as_of = e->as_of,
					   .revision = e->revision,
					   .value = e->kind == EVENT_STAGE ? 1 : e->value };
	if (s->m->kind == CATALOGUE_RATIO)
		f->row.denominator = e->denominator;
	return !s->released; /* it is one row */
}

static enum err read_rows(struct search *s, struct query_place from)
{
	struct query_event_filter filter = { CATALOGUE_NONE, s->key.measure, s->key.unit, false,
					     true };
	struct query_place next;
	enum err e = query_events(s->k->q, &filter, from, s->released ? 1 : SIZE_MAX, 1, take_row,
				  s, &next);

	return e ? e : s->err;
}

/* An act may have let a row go from hold. */
static enum err read_act(struct search *s, uint64_t position)
{
	struct buf form = { 0 };
	struct entry entry;
	json_t *body = NULL;
	const char *act = NULL;
	enum err e = ledger_read(s->k->q->txn, position, &form, &entry, NULL);

	if (!e)
		body = json_loadb((const char *)entry.body.data, entry.body.len, 0, NULL);
	act = json_string_value(json_object_get(body, "act"));
	if (act && strcmp(act, "hold.release") == 0) {
		s->released = position;
		e = read_rows(
			s, (struct query_place){
				   (uint64_t)json_integer_value(json_object_get(body, "position")),
				   (uint32_t)json_integer_value(json_object_get(body, "row")) });
		s->released = 0;
	}
	json_decref(body);
	buf_free(&form);
	return e;
}

static enum err read_day(struct search *s, int32_t known)
{
	uint64_t from, to;
	enum err e;

	if ((e = first_of(s->k->q, known, &from)) || (e = first_of(s->k->q, known + 1, &to)))
		return e;
	for (; !e && from < to && from <= s->k->position; from++) {
		struct entry entry;

		if (s->k->entries == 0) {
			s->ended = true;
			return ERR_OK;
		}
		s->k->entries--;
		if ((e = ledger_peek(s->k->q->txn, from, &entry)))
			return e == ERR_NOTFOUND ? ERR_CORRUPT : e;
		if (entry.kind == ENTRY_BATCH)
			e = read_rows(s, (struct query_place){ from, 0 });
		else if (entry.kind == ENTRY_ACT)
			e = read_act(s, from);
	}
	return e;
}

/* --- folding ---------------------------------------------------------------------------------- */

static int by_fold(const void *left, const void *right)
{
	const struct found *a = left, *b = right;

	if (a->row.as_of != b->row.as_of)
		return a->row.as_of < b->row.as_of ? -1 : 1;
	if (a->order != b->order)
		return a->order < b->order ? -1 : 1;
	return (a->row.row > b->row.row) - (a->row.row < b->row.row);
}

/* An ADD goes by its ref, whatever the day on which that was said. */
static void withdraw_adds(struct search *s)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct found *w = &s->found[i];

		for (size_t n = 0; n < s->count && w->withdraw.len; n++) {
			struct found *f = &s->found[n];

			if (f->row.kind == EVENT_ADD && f->row.reporter == w->row.reporter &&
			    bytes_equal(f->ref, w->withdraw))
				f->row.counts = false;
		}
	}
}

static void drop(struct found *from, struct found *to)
{
	for (; from < to; from++)
		from->row.counts = false;
}

/* The rows of one date: a TOTAL or RETRACT of the revision that stands, or a higher one, takes the
 * place of all before it. *stands: a TOTAL or RETRACT does. */
static void fold_date(struct found *rows, size_t count, bool *stands)
{
	uint32_t revision = 0;

	*stands = false;
	for (size_t i = 0; i < count; i++) {
		struct query_trace_row *r = &rows[i].row;

		r->counts = r->kind != EVENT_RETRACT;
		if (rows[i].withdraw.len)
			continue;
		if (r->kind == EVENT_ADD) {
			r->counts = !(*stands && revision > 0);
			continue;
		}
		if (r->kind != EVENT_RETRACT && *stands && r->revision < revision) {
			r->counts = false;
			continue;
		}
		drop(rows, &rows[i]);
		*stands = true;
		revision = r->revision > revision ? r->revision : revision;
	}
}

static bool has_total(const struct found *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (rows[i].row.counts && TOTAL_OF(rows[i].row.kind))
			return true;
	return false;
}

static void fold(struct search *s)
{
	for (size_t i = 0, n; i < s->count; i += n) {
		bool stands;

		for (n = 1; i + n < s->count && s->found[i + n].row.as_of == s->found[i].row.as_of;)
			n++;
		fold_date(&s->found[i], n, &stands);
		if (has_total(&s->found[i], n))
			drop(s->found, &s->found[i]);
	}
	withdraw_adds(s);
}

static struct cell_value sum_of(const struct search *s)
{
	struct cell_value v = { .as_of = DATE_NONE };

	for (size_t i = 0; i < s->count; i++) {
		const struct query_trace_row *r = &s->found[i].row;

		if (!r->counts)
			continue;
		v.present = true;
		v.value += r->value;
		v.denominator += r->denominator;
		v.as_of = r->as_of;
		if (s->found[i].order > v.position)
			v.position = s->found[i].order;
	}
	return v;
}

/* --- all -------------------------------------------------------------------------------------- */

/* What the cell stood at before the row's day of arrival, and at its end. */
static enum err view(const struct search *s, struct query_trace_row *r, uint64_t order,
		     int32_t *day)
{
	const struct query *q = s->k->q;
	struct entry entry;
	int32_t known;
	enum err e = ledger_peek(q->txn, order, &entry);

	if (e)
		return e == ERR_NOTFOUND ? ERR_CORRUPT : e;
	known = *day = date_of_ms(entry.time_ms, q->catalogue->offset_minutes);
	if ((e = history_at(q->txn, q->catalogue, s->key, s->day, known - 1, &r->before)))
		return e;
	return history_at(q->txn, q->catalogue, s->key, s->day, known, &r->after);
}

/* --- row by row --------------------------------------------------------------------------------- */

static bool is_up_to(const struct found *f, const struct found *last)
{
	return f->order != last->order ? f->order < last->order : f->row.row <= last->row.row;
}

/* What the rows up to one of them make, itself included or not. */
static struct cell_value made_of(const struct search *s, const struct found *last, bool with,
				 struct found *scratch)
{
	struct search part = { .m = s->m, .found = scratch };

	for (size_t i = 0; i < s->count; i++)
		if (is_up_to(&s->found[i], last) && (with || &s->found[i] != last))
			scratch[part.count++] = s->found[i];
	fold(&part);
	return sum_of(&part);
}

static bool is_same(const struct cell_value *a, const struct cell_value *b)
{
	return a->present == b->present &&
	       (!a->present || (a->value == b->value && a->denominator == b->denominator));
}

static void tell_apart(struct search *s, const struct found *of, struct found *scratch)
{
	struct cell_value *before = &s->views[of - s->found].before;
	struct cell_value *after = &s->views[of - s->found].after;

	*before = made_of(s, of, false, scratch);
	*after = made_of(s, of, true, scratch);
}

static bool is_same_day(const struct search *s, size_t a, size_t b)
{
	return s->views[a].known == s->views[b].known;
}

/* The first of its day starts from what stood before it, the last of it ends with what stood. */
static bool accounts(const struct search *s, size_t of)
{
	size_t first = of, last = of;

	for (size_t i = 0; i < s->count; i++) {
		if (!is_same_day(s, i, of))
			continue;
		if (is_up_to(&s->found[i], &s->found[first]))
			first = i;
		if (is_up_to(&s->found[last], &s->found[i]))
			last = i;
	}
	return is_same(&s->views[first].before, &s->found[of].row.before) &&
	       is_same(&s->views[last].after, &s->found[of].row.after);
}

/* Rows of one day have the same view of it. Where the rows that were found account for all that
 * stood on both sides of that day, each gets what it found and what it left. */
static enum err view_rows(struct search *s)
{
	struct found *scratch;

	if (s->m->objects || s->count < 2 || s->count > APART_MAX)
		return ERR_OK;
	if (!(scratch = arena_calloc(s->k->arena, s->count, sizeof(*scratch))))
		return ERR_NOMEM;
	for (size_t i = 0; i < s->count; i++)
		tell_apart(s, &s->found[i], scratch);
	for (size_t i = 0; i < s->count; i++)
		s->views[i].exact = accounts(s, i);
	for (size_t i = 0; i < s->count; i++)
		if (s->views[i].exact) {
			s->found[i].row.before = s->views[i].before;
			s->found[i].row.after = s->views[i].after;
		}
	return ERR_OK;
}

static enum err give(struct search *s, struct query_trace_cell *out)
{
	struct query_trace_row *rows = arena_calloc(s->k->arena, s->count + 1, sizeof(*rows));
	enum err e = rows ? ERR_OK : ERR_NOMEM;

	s->views = arena_calloc(s->k->arena, s->count + 1, sizeof(*s->views));
	if (!e && !s->views)
		e = ERR_NOMEM;
	for (size_t i = 0; i < s->count && !e; i++)
		e = view(s, &s->found[i].row, s->found[i].order, &s->views[i].known);
	if (!e)
		e = view_rows(s);
	for (size_t i = 0; i < s->count && !e; i++)
		rows[i] = s->found[i].row;
	*out = (struct query_trace_cell){
		.key = s->key, .value = sum_of(s), .rows = rows, .row_count = s->count
	};
	return e;
}

enum err query_trace_cell_of(struct query_trace_case *k, struct cell_key key, int32_t day,
			     struct query_trace_cell *out)
{
	const struct catalogue *c = k->q->catalogue;
	struct search s = { .k = k, .m = &c->measures[key.measure], .key = key, .day = day };
	enum err e;

	if (!(s.known = arena_calloc(k->arena, KNOWN_MAX, sizeof(*s.known))))
		return ERR_NOMEM;
	e = history_walk(k->q->txn, key, HISTORY_NOW, take_point, &s);
	for (size_t i = 0; i < s.known_count && !e; i++)
		e = read_day(&s, s.known[i]);
	if (e)
		return e;
	if (s.count > 1)
		qsort(s.found, s.count, sizeof(*s.found), by_fold);
	fold(&s);
	if ((e = give(&s, out)))
		return e;
	if (s.ended)
		k->entries = 0;
	if (s.m->objects) {
		out->by_objects = true;
		e = query_objects_value(k->q, key, day, k->position, &out->value);
	}
	return e;
}
