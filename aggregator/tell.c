/* SPDX-License-Identifier: MIT */
#include "aggregator/tell.h"

#include <stdlib.h>

#include "aggregator/alerts/book.h"
#include "aggregator/alerts/judge.h"
#include "aggregator/alerts/lights.h"
#include "aggregator/engine.h"
#include "aggregator/ledger/keys.h"
#include "aggregator/progress/shelf.h"
#include "aggregator/sums.h"
#include "base/log.h"

#define SEVERITIES (BOOK_RED + 1)

void tell_free(struct tell *t)
{
	free(t->figures);
	free(t->lights);
	free(t->alerts);
	free(t->lit);
	free(t->fresh);
	*t = (struct tell){ 0 };
}

static size_t topic(const struct tell *t, uint16_t measure, uint16_t unit)
{
	return (size_t)measure * t->units + unit;
}

/* Alerts may be about no measure, or about no unit: these have the last place. */
static size_t alert_topic(const struct tell *t, const struct book_record *r)
{
	size_t measure = r->measure < t->measures ? r->measure : t->measures;
	size_t unit = r->unit < t->units ? r->unit : t->units;
	size_t severity = (unsigned)r->severity < SEVERITIES ? (unsigned)r->severity : 0;

	return (severity * (t->measures + 1) + measure) * (t->units + 1) + unit;
}

static void raise_to(uint64_t *at, uint64_t position)
{
	if (position > *at)
		*at = position;
}

/* --- positions from the store ----------------------------------------------------------------- */

static enum err make_room(struct tell *t, const struct catalogue *c)
{
	size_t n = c->measure_count * c->unit_count + 1;

	tell_free(t);
	t->measures = c->measure_count;
	t->units = c->unit_count;
	t->figures = calloc(n, sizeof(*t->figures));
	t->lights = calloc(n, sizeof(*t->lights));
	t->lit = calloc(n, sizeof(*t->lit));
	t->alerts = calloc(SEVERITIES * (t->measures + 1) * (t->units + 1), sizeof(*t->alerts));
	return t->figures && t->lights && t->lit && t->alerts ? ERR_OK : ERR_NOMEM;
}

static bool tells_figure(const struct aggregator *a, struct cell_key key)
{
	const struct catalogue *c = a->catalogue;
	const struct catalogue_measure *m;

	if (key.source != CATALOGUE_NONE || key.unit == c->city)
		return false; /* shadows are not public; the city's figure is a total */
	m = &c->measures[key.measure];
	return m->kind == CATALOGUE_MILESTONE || key.stage == cell_counting_stage(m);
}

static enum err load_figures(struct aggregator *a, struct store_txn *txn)
{
	struct store_cursor *c;
	struct bytes found, value;
	enum err e = store_cursor_open(txn, STORE_CURRENT, &c);

	if (e != ERR_OK)
		return e;
	e = store_cursor_seek(c, (struct bytes){ 0 }, &found, &value);
	while (e == ERR_OK) {
		struct cell_key key;
		struct cell_value v;
		int32_t through;

		if (!keys_read_cell(found, &key.measure, &key.stage, &key.unit, &key.source) ||
		    key.measure >= a->tell.measures || key.unit >= a->tell.units) {
			e = ERR_CORRUPT;
			break;
		}
		if ((e = shelf_read_current(value, &v, &through)) != ERR_OK)
			break;
		if (tells_figure(a, key))
			raise_to(&a->tell.figures[topic(&a->tell, key.measure, key.unit)],
				 v.position);
		e = store_cursor_next(c, &found, &value);
	}
	store_cursor_close(c);
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

static bool load_light(void *ctx, const struct lights_record *r)
{
	struct tell *t = ctx;

	if (r->measure < t->measures && r->unit < t->units)
		raise_to(&t->lights[topic(t, r->measure, r->unit)], r->position);
	return true;
}

static enum err load_alerts(struct tell *t, struct store_txn *txn, uint64_t last)
{
	struct book_record record;
	enum err e = ERR_OK;

	for (uint64_t n = 1; e == ERR_OK && n <= last; n++) {
		e = book_read(txn, n, &record);
		if (e == ERR_OK)
			raise_to(&t->alerts[alert_topic(t, &record)], record.position);
	}
	return e == ERR_NOTFOUND ? ERR_CORRUPT : e;
}

enum err tell_load(struct aggregator *a, struct store_txn *txn)
{
	enum err e;

	if (!a->catalogue)
		return ERR_OK;
	if ((e = make_room(&a->tell, a->catalogue)) != ERR_OK ||
	    (e = load_figures(a, txn)) != ERR_OK ||
	    (e = lights_walk(txn, CATALOGUE_NONE, load_light, &a->tell)) != ERR_OK)
		return e;
	return load_alerts(&a->tell, txn, a->head.alert_number);
}

/* --- while entries are applied ---------------------------------------------------------------- */

void tell_light(void *ctx, uint16_t measure, uint16_t unit, int32_t period)
{
	struct aggregator *a = ctx;
	struct tell *t = &a->tell;

	(void)period;
	if (measure >= t->measures || unit >= t->units)
		return; /* a replay tells nobody */
	t->lit[topic(t, measure, unit)] = a->admit.position;
	t->any_lit = true;
}

void tell_rollback(struct aggregator *a)
{
	struct tell *t = &a->tell;

	if (t->any_lit)
		memset(t->lit, 0, t->measures * t->units * sizeof(*t->lit));
	t->fresh_count = 0;
	t->any_lit = t->failed = t->keys = t->catalogue = false;
}

/* --- after the commit ------------------------------------------------------------------------- */

struct telling {
	struct aggregator *a;
	const struct aggregator_changes *changes;
};

static void add_fresh(struct tell *t, uint32_t at)
{
	if (t->fresh_count && t->fresh[t->fresh_count - 1] == at)
		return;
	if (t->fresh_count == t->fresh_cap) {
		size_t cap = t->fresh_cap * 2 + 64;
		uint32_t *fresh = realloc(t->fresh, cap * sizeof(*fresh));

		if (!fresh) {
			t->failed = true;
			return;
		}
		t->fresh = fresh;
		t->fresh_cap = cap;
	}
	t->fresh[t->fresh_count++] = at;
}

static void see_cell(void *ctx, struct cell_key key, struct cell_value before,
		     struct cell_value now)
{
	struct aggregator *a = ctx;

	(void)before, (void)now;
	if (tells_figure(a, key))
		add_fresh(&a->tell, (uint32_t)topic(&a->tell, key.measure, key.unit));
}

static int by_topic(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static struct message_figure figure_of(const struct aggregator *a, uint16_t measure, uint16_t unit,
				       const struct totals_result *r)
{
	const struct catalogue_measure *m = &a->catalogue->measures[measure];

	return (struct message_figure){
		.measure = bytes_of_string(m->id),
		.unit = bytes_of_string(a->catalogue->units[unit].id),
		.present = r->present,
		.value = r->value,
		.denominator = r->denominator,
		.decimals = catalogue_figure_decimals(m),
		.as_of = r->as_of,
		.position = r->position,
		.light = judge_light(a->judge, measure, unit),
	};
}

static void tell_figure(const struct telling *w, size_t at, const struct message_figure *figure)
{
	uint64_t previous = w->a->tell.figures[at];

	w->a->tell.figures[at] = figure->position;
	if (w->changes && w->changes->figure)
		w->changes->figure(w->changes->ctx, figure, previous);
}

static enum err tell_cells(const struct telling *w)
{
	struct tell *t = &w->a->tell;
	enum err e = ERR_OK;

	if (t->fresh_count)
		qsort(t->fresh, t->fresh_count, sizeof(*t->fresh), by_topic);
	for (size_t i = 0; e == ERR_OK && i < t->fresh_count; i++) {
		uint16_t measure = (uint16_t)(t->fresh[i] / t->units);
		uint16_t unit = (uint16_t)(t->fresh[i] % t->units);
		struct message_figure figure;
		struct totals_result r;

		if (i && t->fresh[i] == t->fresh[i - 1])
			continue;
		if ((e = sums_compute(w->a, measure, unit, &r)) != ERR_OK)
			break;
		figure = figure_of(w->a, measure, unit, &r);
		tell_figure(w, t->fresh[i], &figure);
	}
	return e;
}

static bool same_sum(const struct totals_result *a, const struct totals_result *b)
{
	return a->present == b->present && a->value == b->value &&
	       a->denominator == b->denominator && a->as_of == b->as_of &&
	       a->position == b->position;
}

static void tell_sums(const struct telling *w)
{
	struct aggregator *a = w->a;

	for (size_t m = 0; m < a->catalogue->measure_count; m++) {
		const struct engine_sum *sum = &a->sums[m];
		struct message_figure figure;

		if (!sum->moved || same_sum(&sum->now, &sum->committed))
			continue;
		figure = figure_of(a, (uint16_t)m, a->catalogue->city, &sum->now);
		if (w->changes && w->changes->figure)
			w->changes->figure(w->changes->ctx, &figure, sum->committed.position);
	}
}

static enum err tell_one_light(const struct telling *w, size_t at)
{
	struct tell *t = &w->a->tell;
	uint16_t measure = (uint16_t)(at / t->units), unit = (uint16_t)(at % t->units);
	uint64_t previous = t->lights[at];
	struct message_figure figure;
	struct totals_result r;
	enum err e;

	t->lights[at] = t->lit[at];
	if (!w->changes || !w->changes->light)
		return ERR_OK;
	if ((e = sums_compute(w->a, measure, unit, &r)) != ERR_OK)
		return e;
	figure = figure_of(w->a, measure, unit, &r);
	figure.position = t->lit[at];
	w->changes->light(w->changes->ctx, &figure, previous);
	return ERR_OK;
}

static enum err tell_lights(const struct telling *w)
{
	const struct tell *t = &w->a->tell;
	enum err e = ERR_OK;

	for (size_t i = 0; t->any_lit && e == ERR_OK && i < t->measures * t->units; i++)
		if (t->lit[i])
			e = tell_one_light(w, i);
	return e;
}

static enum err tell_alert(const struct telling *w, struct store_txn *t, uint64_t number)
{
	struct aggregator *a = w->a;
	struct message_alert message;
	struct book_record record;
	uint64_t *at, previous;
	enum err e = book_read(t, number, &record);

	if (e != ERR_OK)
		return e;
	at = &a->tell.alerts[alert_topic(&a->tell, &record)];
	previous = *at;
	*at = record.position;
	if (!w->changes || !w->changes->alert)
		return ERR_OK;
	arena_reset(a->arena);
	if ((e = book_message(a->catalogue, &record, a->arena, &message)) == ERR_OK)
		w->changes->alert(w->changes->ctx, &message, previous);
	return e;
}

static enum err tell_alerts(const struct telling *w, uint64_t before)
{
	struct store_txn *t;
	enum err e;

	if (w->a->head.alert_number <= before)
		return ERR_OK;
	if ((e = store_begin_read(w->a->store, &t)) != ERR_OK)
		return e;
	for (uint64_t n = before + 1; e == ERR_OK && n <= w->a->head.alert_number; n++)
		e = tell_alert(w, t, n);
	store_abort(&t);
	return e;
}

enum err tell_world(struct aggregator *a, const struct aggregator_changes *changes,
		    uint64_t alerts_before)
{
	const struct telling w = { a, changes };
	struct tell *t = &a->tell;
	enum err e;

	cells_committed(a->cells, see_cell, a);
	/* cells that were dropped from memory would be read through it */
	e = store_begin_read(a->store, &a->txn);
	if (e == ERR_OK)
		e = tell_cells(&w);
	if (e == ERR_OK)
		tell_sums(&w);
	if (e == ERR_OK)
		e = tell_lights(&w);
	store_abort(&a->txn);
	if (e == ERR_OK)
		e = tell_alerts(&w, alerts_before);
	if (t->failed || e != ERR_OK)
		log_write(LOG_ERROR, "aggregator", "changes up to %llu were not all told",
			  (unsigned long long)a->head.position);
	if (changes && changes->keys && t->keys)
		changes->keys(changes->ctx);
	if (changes && changes->catalogue && t->catalogue)
		changes->catalogue(changes->ctx);
	tell_rollback(a);
	return e;
}
