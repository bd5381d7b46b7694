/* SPDX-License-Identifier: MIT */
#include "tests/system/torture/check.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/decimal.h"

#define CLOSED_DAYS 16 /* after its end the year is reported and closed */

/* What a measure should stand at in the whole city. */
struct expected {
	bool present;
	int64_t value, below;
};

struct books {
	const struct catalogue *catalogue;
	struct expected *measures;
	uint64_t verdicts[EVENT_VERDICT_COUNT];
	bool good;
};

static void differ(struct books *b, const char *what, const char *wanted, const char *got)
{
	fprintf(stderr, "torture: %s should be %s, but is %s\n", what, wanted, got);
	b->good = false;
}

static void compare_numbers(struct books *b, const char *what, uint64_t wanted, uint64_t got)
{
	char w[24], g[24];

	snprintf(w, sizeof(w), "%" PRIu64, wanted);
	snprintf(g, sizeof(g), "%" PRIu64, got);
	if (wanted != got)
		differ(b, what, w, g);
}

/* --- what should be --------------------------------------------------------------------------- */

static void add_cell(struct books *b, const struct oracle_cell *cell)
{
	const struct catalogue_measure *m = &b->catalogue->measures[cell->measure];
	struct expected *to = &b->measures[cell->measure];
	struct oracle_value v = oracle_at(cell, b->catalogue->to);

	if (!cell->counts || !v.present)
		return;
	to->present = true;
	to->value += m->kind == CATALOGUE_MILESTONE ? m->stages[cell->stage].weight_ppm : v.value;
	to->below += v.below;
}

static bool add_player(struct books *b, const struct run_plan *plan, size_t index)
{
	uint64_t rows = run_rows_of(plan, index);
	const struct oracle_cell *cells;
	struct player_row row;
	struct player *p;
	size_t count;

	if (player_new(plan->catalogue, plan->reporters[index], plan->seed, rows, &p) != ERR_OK)
		return false;
	for (uint64_t i = 0; i < rows; i++) {
		player_next(p, &row);
		b->verdicts[row.verdict]++;
	}
	cells = player_cells(p, &count);
	for (size_t i = 0; i < count; i++)
		add_cell(b, &cells[i]);
	player_free(p);
	return true;
}

/* Composites are the sum of their parts, milestones of several areas an average over all of them. */
static struct expected total_of(const struct books *b, uint16_t measure)
{
	const struct catalogue_measure *m = &b->catalogue->measures[measure];
	const struct catalogue_item *item = &b->catalogue->items[m->item];
	struct expected t = b->measures[measure];

	for (size_t p = 0; p < m->part_count; p++) {
		struct expected part = total_of(b, m->parts[p]);

		t.present |= part.present;
		t.value += part.value;
	}
	if (m->kind == CATALOGUE_MILESTONE && m->figure == CATALOGUE_COUNTIES)
		t.value /= (int64_t)item->scope_count;
	return t;
}

/* --- what is ---------------------------------------------------------------------------------- */

static const char *text_at(const json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));

	return s != NULL ? s : "-";
}

static void compare_total(struct books *b, uint16_t measure, const json_t *target)
{
	const struct catalogue_measure *m = &b->catalogue->measures[measure];
	struct expected t = total_of(b, measure);
	bool ratio = m->kind == CATALOGUE_RATIO;
	const char *value = text_at(target, ratio ? "numerator" : "value");
	const char *below = text_at(target, "denominator");
	char wanted[DECIMAL_TEXT_MAX] = "-", wanted_below[DECIMAL_TEXT_MAX] = "-";

	if (t.present) /* milestones: ppm as per cent */
		decimal_format(t.value, m->kind == CATALOGUE_MILESTONE ? 4 : m->decimals, wanted);
	if (t.present && ratio)
		decimal_format(t.below, m->decimals, wanted_below);
	if (strcmp(wanted, value) != 0)
		differ(b, m->id, wanted, value);
	if (ratio && strcmp(wanted_below, below) != 0)
		differ(b, m->id, wanted_below, below);
}

static void compare_totals(struct books *b, struct child *daemon, struct run_result *out)
{
	json_t *answer = child_get(daemon, "/api/v1/targets"), *target;
	size_t i;

	json_array_foreach(json_object_get(answer, "targets"), i, target) {
		uint16_t measure = catalogue_measure_number(b->catalogue,
							    bytes_of_string(text_at(target, "id")));

		if (measure == CATALOGUE_NONE) {
			differ(b, "a target", "in the catalogue", text_at(target, "id"));
		} else if (b->catalogue->measures[measure].derived_from == NULL) {
			compare_total(b, measure, target);
			out->totals++;
		}
	}
	if (out->totals == 0)
		differ(b, "the totals", "told", "not");
	json_decref(answer);
}

static void compare_verdicts(struct books *b, const struct run_result *out)
{
	static const char *const names[] = { "rows admitted", "rows on hold", "rows rejected",
					     "rows repeated", "rows in conflict" };

	for (size_t v = 0; v < EVENT_VERDICT_COUNT; v++)
		compare_numbers(b, names[v], b->verdicts[v], out->verdicts[v]);
}

static void copy_hash(char out[65], const json_t *proof, const char *key)
{
	snprintf(out, 65, "%s", text_at(proof, key));
}

static void verify(struct books *b, struct child *daemon, uint64_t rows, struct run_result *out)
{
	json_t *proof = child_post(daemon, "/api/v1/verify", json_object());

	if (!json_is_true(json_object_get(proof, "ok")))
		differ(b, "the ledger", "sound", text_at(proof, "what"));
	out->rows = (uint64_t)json_integer_value(json_object_get(proof, "rows"));
	out->entries = (uint64_t)json_integer_value(json_object_get(proof, "entries"));
	copy_hash(out->chain, proof, "chain");
	copy_hash(out->state, proof, "state");
	copy_hash(out->figures, proof, "figures");
	compare_numbers(b, "the ledger's rows", rows, out->rows);
	if (strcmp(text_at(proof, "stored"), out->state) != 0)
		differ(b, "the store's state", out->state, text_at(proof, "stored"));
	json_decref(proof);
}

bool check_daemon(const struct run_plan *plan, struct child *daemon, struct run_result *out)
{
	const struct catalogue *c = plan->catalogue;
	struct books b = { .catalogue = c, .good = true };

	b.measures = calloc(c->measure_count, sizeof(*b.measures));
	for (size_t i = 0; b.good && i < plan->reporter_count; i++)
		b.good = b.measures != NULL && add_player(&b, plan, i);
	if (!b.good ||
	    child_set_clock(daemon, date_begin_ms(c->to + CLOSED_DAYS, c->offset_minutes),
			    c->offset_minutes) != ERR_OK) {
		fprintf(stderr, "torture: the year can't be closed\n");
		free(b.measures);
		return false;
	}
	compare_verdicts(&b, out);
	compare_totals(&b, daemon, out);
	verify(&b, daemon, plan->rows, out);
	free(b.measures);
	return b.good;
}
