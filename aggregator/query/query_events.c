/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "aggregator/ledger/decision.h"
#include "aggregator/ledger/ledger.h"
#include "aggregator/query/query_private.h"
#include "proto/codec.h"
#include "proto/envelope.h"

/* A pass over the ledger. */
struct scan {
	struct query *q;
	const struct query_event_filter *filter;
	bool (*fn)(void *ctx, const struct query_event *event);
	void *ctx;
	size_t left;  /* events that may still be told */
	bool stopped; /* by fn */
	struct buf form;
	struct arena *arena;
	struct decision_runs runs;
	struct decision decision;
};

/* Where the sparse columns of a batch stand. */
struct columns {
	size_t revision, stage, note, reason, evidence, ref, withdraw, object, run;
};

static bool any(uint16_t wanted, uint16_t number)
{
	return wanted == CATALOGUE_NONE || wanted == number;
}

static void tell(struct scan *s, const struct query_event *event)
{
	s->left--;
	s->stopped = !s->fn(s->ctx, event);
}

/* --- rows ------------------------------------------------------------------------------------- */
static struct bytes text_at(const struct event_texts *t, size_t *at, uint32_t row)
{
	while (*at < t->count && t->items[*at].row < row)
		++*at;
	return *at < t->count && t->items[*at].row == row ? t->items[*at].text :
							    (struct bytes){ 0 };
}

static uint32_t number_at(const struct event_numbers *n, size_t *at, uint32_t row)
{
	while (*at < n->count && n->items[*at].row < row)
		++*at;
	return *at < n->count && n->items[*at].row == row ? n->items[*at].number : 0;
}

static void take_verdict(const struct scan *s, size_t *at, struct query_event *event)
{
	const struct decision *d = &s->decision;

	event->verdict = EVENT_ADMITTED;
	event->code = EVENT_CODE_NONE;
	while (*at < d->run_count && d->runs[*at].first + d->runs[*at].count <= event->row)
		++*at;
	if (*at < d->run_count && d->runs[*at].first <= event->row) {
		event->verdict = (enum event_verdict)d->runs[*at].verdict;
		event->code = d->runs[*at].code;
	}
}

static void take_names(const struct scan *s, const struct event_batch *b, struct query_event *event)
{
	size_t i = event->row;
	const struct event_target *target = &b->targets[b->target.data[i * b->target.stride]];

	event->measure_id = target->id;
	event->decimals = target->decimals;
	event->unit_id = b->units[b->unit.data[i * b->unit.stride]];
	event->measure = catalogue_measure_number(s->q->catalogue, event->measure_id);
	event->unit = catalogue_unit_number(s->q->catalogue, event->unit_id);
}

static void take_objects(const struct event_texts *t, size_t *at, struct query_event *event)
{
	while (*at < t->count && t->items[*at].row < event->row)
		++*at;
	event->objects = t->items + *at;
	for (; *at < t->count && t->items[*at].row == event->row; ++*at)
		event->object_count++;
}

static void take_row(const struct scan *s, const struct event_batch *b, struct columns *at,
		     struct query_event *event)
{
	size_t i = event->row;

	take_names(s, b, event);
	event->kind = b->kind.data[i * b->kind.stride];
	event->value = b->value.data[i * b->value.stride];
	event->denominator = b->denominator.data[i * b->denominator.stride];
	event->as_of = b->as_of.data[i * b->as_of.stride];
	event->observed_ms = b->observed.data[i * b->observed.stride];
	event->revision = number_at(&b->revision, &at->revision, event->row);
	event->stage = text_at(&b->stage, &at->stage, event->row);
	event->note = text_at(&b->note, &at->note, event->row);
	event->reason = text_at(&b->reason, &at->reason, event->row);
	event->evidence = text_at(&b->evidence, &at->evidence, event->row);
	event->ref = text_at(&b->ref, &at->ref, event->row);
	event->withdraw = text_at(&b->withdraw, &at->withdraw, event->row);
	take_objects(&b->object, &at->object, event);
	take_verdict(s, &at->run, event);
}

static bool is_wanted(const struct scan *s, const struct query_event *event)
{
	const struct query_event_filter *f = s->filter;

	return any(f->measure, event->measure) && any(f->unit, event->unit) &&
	       !(f->not_admitted && event->verdict == EVENT_ADMITTED);
}

/* Tells rows from *row on; *row is where it stopped, or the number of rows. */
static void tell_rows(struct scan *s, const struct entry *entry, const struct event_batch *b,
		      uint32_t *row)
{
	struct columns at = { 0 };

	for (; *row < b->rows && s->left && !s->stopped; ++*row) {
		struct query_event event = { .entry = entry, .has_row = true, .row = *row };

		take_row(s, b, &at, &event);
		if (is_wanted(s, &event))
			tell(s, &event);
	}
}

/* A batch whose body says nothing: one event, with the code that all of its rows got. */
static void tell_poison(struct scan *s, const struct entry *entry)
{
	const struct query_event_filter *f = s->filter;
	struct query_event event = { .entry = entry, .measure = CATALOGUE_NONE,
				     .unit = CATALOGUE_NONE };

	if (f->measure != CATALOGUE_NONE || f->unit != CATALOGUE_NONE)
		return;
	take_verdict(s, &(size_t){ 0 }, &event);
	tell(s, &event);
}

static enum err tell_batch(struct scan *s, const struct entry *entry, uint32_t *row)
{
	struct envelope header;
	struct bytes body;
	struct event_batch batch;
	struct codec_fault fault;
	enum err e = decision_decode(entry->decisions, entry->rows, &s->runs, &s->decision);

	if (e)
		return e;
	if (!s->arena && !(s->arena = arena_new(CODEC_BATCH_BUDGET)))
		return ERR_NOMEM;
	arena_reset(s->arena);
	e = envelope_decode(entry->body, &header, &body);
	if (!e)
		e = codec_batch_decode(body, entry->rows, s->arena, &batch, &fault);
	if (!e) {
		tell_rows(s, entry, &batch, row);
		if (*row < batch.rows)
			return ERR_OK;
	} else if (*row == 0) {
		tell_poison(s, entry);
	}
	*row = 0;
	return ERR_OK;
}

/* --- entries ---------------------------------------------------------------------------------- */
static bool entry_is_wanted(const struct query_event_filter *f, const struct entry *entry)
{
	bool rows_only = f->batches_only || f->not_admitted || f->measure != CATALOGUE_NONE ||
			 f->unit != CATALOGUE_NONE;

	return any(f->reporter, entry->reporter) && (!rows_only || entry->kind == ENTRY_BATCH);
}

/* *row: where to begin in it; afterwards where to go on in it, 0: it is done. */
static enum err tell_entry(struct scan *s, uint64_t position, uint32_t *row)
{
	struct entry entry;
	enum err e = ledger_peek(s->q->txn, position, &entry);
	struct query_event event = { .entry = &entry, .measure = CATALOGUE_NONE,
				     .unit = CATALOGUE_NONE };

	if (e)
		return e == ERR_NOTFOUND ? ERR_CORRUPT : e;
	if (!entry_is_wanted(s->filter, &entry)) {
		*row = 0;
		return ERR_OK;
	}
	if ((e = ledger_read(s->q->txn, position, &s->form, &entry, NULL)))
		return e;
	if (entry.kind == ENTRY_BATCH)
		return tell_batch(s, &entry, row);
	*row = 0;
	tell(s, &event);
	return ERR_OK;
}

enum err query_events(struct query *q, const struct query_event_filter *filter,
		      struct query_place from, size_t limit, size_t entries,
		      bool (*fn)(void *ctx, const struct query_event *event), void *ctx,
		      struct query_place *next)
{
	struct scan s = { .q = q, .filter = filter, .fn = fn, .ctx = ctx, .left = limit };
	struct query_place at = { from.position ? from.position : 1, from.row };
	enum err e = ERR_OK;

	while (!e && at.position <= q->head.position && s.left && entries && !s.stopped) {
		e = tell_entry(&s, at.position, &at.row);
		if (!e && at.row == 0) {
			at.position++;
			entries--;
		}
	}
	*next = at.position <= q->head.position ? at : (struct query_place){ 0 };
	arena_free(s.arena);
	decision_runs_free(&s.runs);
	buf_free(&s.form);
	return e;
}
