/* SPDX-License-Identifier: MIT */
#include "aggregator/engine.h"

#include <stdlib.h>

#include "aggregator/catalogue/calendar.h"
#include "aggregator/office/year.h"
#include "aggregator/sums.h"
#include "base/date.h"
#include "base/log.h"

enum err engine_new(struct store *store, struct aggregator **out)
{
	struct aggregator *a = calloc(1, sizeof(*a));
	enum err e = ERR_OK;

	*out = NULL;
	if (!a)
		return ERR_NOMEM;
	a->store = store;
	a->closed_day = DATE_NONE;
	if (!(a->arena = arena_new(ENGINE_BATCH_BUDGET)))
		e = ERR_NOMEM;
	if (e == ERR_OK)
		e = keyring_new(&a->keyring);
	if (e == ERR_OK)
		e = epochs_new(&a->epochs);
	if (e == ERR_OK)
		e = rows_new(&a->rows);
	if (e == ERR_OK)
		e = row_objects_new(&a->objects);
	if (e == ERR_OK)
		*out = a;
	else
		engine_free(a);
	return e;
}

void engine_free(struct aggregator *a)
{
	if (!a)
		return;
	store_abort(&a->txn);
	judge_free(a->judge);
	cells_free(a->cells);
	rows_free(a->rows);
	row_objects_free(a->objects);
	epochs_free(a->epochs);
	desk_free(&a->desk);
	keyring_free(a->keyring);
	line_free(&a->line);
	tell_free(&a->tell);
	admit_calendar_free(&a->calendar);
	free(a->sums);
	free(a->touched);
	facts_free(&a->facts);
	decision_runs_free(&a->runs);
	arena_free(a->arena);
	buf_free(&a->form);
	buf_free(&a->decisions);
	buf_free(&a->judged);
	buf_free(&a->body);
	catalogue_free(a->catalogue);
	catalogue_free(a->failed);
	versions_free(a->versions);
	free(a);
}

int32_t engine_day(const struct aggregator *a, int64_t ms)
{
	return date_of_ms(ms, a->catalogue->offset_minutes);
}

/* --- the catalogue ---------------------------------------------------------------------------- */

static enum err grow_sums(struct aggregator *a, const struct catalogue *next)
{
	size_t before = a->catalogue ? a->catalogue->measure_count : 0, now = next->measure_count;
	struct engine_sum *sums = realloc(a->sums, (now + 1) * sizeof(*sums));
	uint8_t *touched;

	if (!sums)
		return ERR_NOMEM;
	a->sums = sums;
	if (!(touched = realloc(a->touched, now + 1)))
		return ERR_NOMEM;
	a->touched = touched;
	for (size_t m = before; m < now; m++) {
		sums[m] = (struct engine_sum){ 0 };
		touched[m] = 0;
	}
	for (size_t m = 0; m < now; m++) {
		const char *from = next->measures[m].derived_from;

		sums[m].derives_from = from ? catalogue_measure_number(next, bytes_of_string(from)) :
					      CATALOGUE_NONE;
	}
	return ERR_OK;
}

static enum err follow(struct aggregator *a, const struct catalogue *next)
{
	enum err e = a->cells ? cells_follow(a->cells, next) : cells_new(next, &a->cells);

	if (e != ERR_OK)
		return e;
	return a->judge ? judge_follow(a->judge, next) : judge_new(a->txn, next, &a->judge);
}

enum err engine_read_versions(struct aggregator *a, struct store_txn *t)
{
	struct versions *next;
	enum err e = versions_new(t, a->catalogue, &next);

	if (e != ERR_OK)
		return e;
	versions_apply(next, a->catalogue);
	versions_free(a->versions);
	a->versions = next;
	return ERR_OK;
}

enum err engine_adopt(struct aggregator *a, struct catalogue **next)
{
	struct catalogue *c = *next;
	enum err e;

	*next = NULL;
	if ((e = admit_calendar_fill(&a->calendar, c)) != ERR_OK ||
	    (e = grow_sums(a, c)) != ERR_OK || (e = line_resize(&a->line, c->unit_count)) != ERR_OK ||
	    (e = desk_load(&a->desk, a->txn, c)) != ERR_OK || (e = follow(a, c)) != ERR_OK) {
		/* cells and judge may look at either by now */
		catalogue_free(a->failed);
		a->failed = c;
		return e;
	}
	catalogue_free(a->catalogue);
	a->catalogue = c;
	a->closed_day = DATE_NONE;
	a->admit = (struct admit){ .catalogue = c, .calendar = &a->calendar, .cells = a->cells,
				   .keyring = a->keyring, .desk = &a->desk,
				   .objects = a->objects,
				   .touched = a->touched, .txn = a->txn,
				   .facts = &a->facts };
	a->versioned = true; /* read again, should the group be taken back */
	return engine_read_versions(a, a->txn);
}

static enum err load_catalogue(struct aggregator *a, struct store_txn *t)
{
	struct catalogue *c;
	struct entry entry;
	enum err e;

	if (a->head.catalogue == 0)
		return ERR_OK;
	if ((e = ledger_read(t, a->head.catalogue, &a->form, &entry, NULL)) != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_CORRUPT : e;
	if (entry.kind != ENTRY_CATALOGUE)
		return ERR_CORRUPT;
	if ((e = catalogue_decode(entry.body, &c)) != ERR_OK)
		return e;
	return engine_adopt(a, &c);
}

/* State that newer rules decided can't be carried on by older ones. */
static enum err check_rules(struct aggregator *a, struct store_txn *t)
{
	struct entry newest;
	enum err e;

	if (a->head.position == 0)
		return ERR_OK;
	if ((e = ledger_peek(t, a->head.position, &newest)) != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_CORRUPT : e;
	if (newest.rules <= AGGREGATOR_RULES)
		return ERR_OK;
	log_write(LOG_ERROR, "aggregator", "the store was written by newer rules (%u, here %u): "
		  "update this program", newest.rules, AGGREGATOR_RULES);
	return ERR_VERSION;
}

enum err engine_load(struct aggregator *a, struct store_txn *t)
{
	enum err e;

	a->txn = t;
	if ((e = ledger_head_read(t, &a->head)) == ERR_OK && (e = check_rules(a, t)) == ERR_OK &&
	    (e = keyring_load(a->keyring, t)) == ERR_OK &&
	    (e = epochs_load(a->epochs, t)) == ERR_OK &&
	    (e = year_is_closed(t, &a->year_closed)) == ERR_OK &&
	    (e = load_catalogue(a, t)) == ERR_OK &&
	    (e = sums_load(a, t)) == ERR_OK)
		e = tell_load(a, t);
	a->committed = a->head;
	a->txn = NULL;
	return e;
}

/* --- entries ---------------------------------------------------------------------------------- */

static int32_t closed_on(struct aggregator *a, int32_t day)
{
	if (day != a->closed_day) {
		a->closed = calendar_closed_period(a->catalogue, day);
		a->closed_day = day;
	}
	return a->closed;
}

/* What the year's end means for rows of that day. */
static enum admit_year year_on(const struct aggregator *a, int32_t day)
{
	if (a->year_closed)
		return ADMIT_YEAR_CLOSED;
	return year_is_late(a->catalogue, day) ? ADMIT_YEAR_LATE : ADMIT_YEAR_OPEN;
}

void engine_enter(struct aggregator *a, struct entry *e)
{
	e->position = a->head.position + 1;
	if (e->time_ms < a->head.time_ms)
		e->time_ms = a->head.time_ms;
	facts_clear(&a->facts);
	if (!a->catalogue)
		return; /* the very first entry brings it */
	a->admit.txn = a->txn;
	a->admit.reporter = e->reporter;
	a->admit.rules = e->rules ? e->rules : AGGREGATOR_RULES;
	a->admit.position = e->position;
	a->admit.time_ms = e->time_ms;
	a->admit.day = engine_day(a, e->time_ms);
	a->admit.closed = closed_on(a, a->admit.day);
	a->admit.year = year_on(a, a->admit.day);
}

struct judge_entry engine_judge_entry(const struct aggregator *a, const struct entry *e)
{
	return (struct judge_entry){ .position = e->position, .time_ms = e->time_ms,
				     .tick = e->kind == ENTRY_TICK,
				     .day = engine_day(a, e->time_ms), .facts = a->facts.items,
				     .fact_count = a->facts.count,
				     .chain = a->head.chain };
}

enum err engine_apply_judged(struct aggregator *a, const struct entry *e, struct bytes judged)
{
	const struct judge_listener listener = { .light = tell_light, .ctx = a };
	struct judge_entry about = engine_judge_entry(a, e);
	enum err error = judge_apply(a->judge, a->txn, &about, judged, &listener);

	a->head.alert_number = judge_alert_number(a->judge);
	return error;
}

enum err engine_append(struct aggregator *a, struct entry *e, struct decision *d)
{
	struct judge_entry about = engine_judge_entry(a, e);
	struct decision none = { 0 };
	enum err error;

	e->rules = AGGREGATOR_RULES;
	if (!d)
		d = &none;
	buf_clear(&a->judged);
	if ((error = judge_decide(a->judge, a->txn, a->cells, &about, &a->judged)) != ERR_OK)
		return error;
	d->judge = buf_bytes(&a->judged);
	buf_clear(&a->decisions);
	if ((error = decision_encode(d, &a->decisions)) != ERR_OK)
		return error;
	e->decisions = buf_bytes(&a->decisions);
	error = ledger_append(a->txn, e, &a->head, &a->form);
	e->decisions = (struct bytes){ 0 };
	if (error == ERR_OK && e->kind == ENTRY_CATALOGUE)
		a->head.catalogue = e->position;
	return error == ERR_OK ? engine_apply_judged(a, e, d->judge) : error;
}

/* --- the end of a group ----------------------------------------------------------------------- */

enum err engine_flush(struct aggregator *a)
{
	enum err e;

	if ((e = cells_flush(a->cells, a->txn)) != ERR_OK ||
	    (e = epochs_flush(a->epochs, a->txn)) != ERR_OK)
		return e;
	return sums_flush(a);
}

void engine_count(struct aggregator *a, bool true_now)
{
	struct counter *settled = (struct counter *)&a->counters;
	struct counter *group = (struct counter *)&a->group;

	_Static_assert(sizeof(a->group) % sizeof(*group) == 0, "counters alone");
	for (size_t i = 0; i < sizeof(a->group) / sizeof(*group); i++) {
		if (true_now)
			counter_add(&settled[i], counter_read(&group[i]));
		counter_set(&group[i], 0);
	}
}

void engine_committed(struct aggregator *a)
{
	engine_count(a, true);
	judge_committed(a->judge);
	for (size_t m = 0; m < a->catalogue->measure_count; m++) {
		a->sums[m].committed = a->sums[m].now;
		a->sums[m].moved = false;
	}
	a->versioned = false;
	a->committed = a->head;
}

enum err engine_rolled_back(struct aggregator *a)
{
	struct store_txn *t;
	enum err e;

	a->head = a->committed;
	engine_count(a, false);
	line_rollback(&a->line);
	tell_rollback(a);
	if (!a->catalogue)
		return ERR_OK;
	cells_rollback(a->cells);
	row_objects_rollback(a->objects);
	judge_rollback(a->judge);
	for (size_t m = 0; m < a->catalogue->measure_count; m++) {
		a->sums[m].now = a->sums[m].committed;
		a->sums[m].moved = false;
		a->touched[m] = 0;
	}
	if ((e = store_begin_read(a->store, &t)) != ERR_OK)
		return e;
	if ((e = keyring_load(a->keyring, t)) == ERR_OK &&
	    (e = epochs_load(a->epochs, t)) == ERR_OK)
		e = desk_load(&a->desk, t, a->catalogue);
	if (e == ERR_OK)
		e = year_is_closed(t, &a->year_closed);
	if (e == ERR_OK && a->versioned && (e = engine_read_versions(a, t)) == ERR_OK)
		a->versioned = false;
	store_abort(&t);
	return e;
}
