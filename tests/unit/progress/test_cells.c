/* SPDX-License-Identifier: MIT */
/* Random rows against a naive model: a list of all rows, sorted and folded anew for each answer. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "aggregator/progress/cells.h"
#include "aggregator/progress/history.h"
#include "base/buf.h"
#include "base/crypto.h"
#include "base/date.h"
#include "base/fs.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))
#define ROWS 5000
#define CELLS 6
#define START 18993 /* 2022-01-01 */
#define SPAN 100    /* dates in use */
#define KNOWN 19    /* known days in use */

__extension__ typedef __int128 wide;

/* --- a catalogue ------------------------------------------------------------------------------ */
static const struct catalogue_unit units[3] = { { .id = "city" }, { .id = "a" }, { .id = "b" } };
static const struct catalogue_measure measures[3] = {
	{ .id = "quantity", .kind = CATALOGUE_QUANTITY, .counting_stage = CATALOGUE_NONE },
	{ .id = "ratio", .kind = CATALOGUE_RATIO, .counting_stage = CATALOGUE_NONE },
	{ .id = "staged", .kind = CATALOGUE_QUANTITY, .counting_stage = 1, .stage_count = 2 },
};
static const struct catalogue catalogue = {
	.id = "test", .from = START, .to = START + 364, .units = units, .unit_count = 3,
	.measures = measures, .measure_count = 3,
};
static const struct cell_key keys[CELLS] = {
	{ .measure = 0, .unit = 1, .source = CATALOGUE_NONE, .stage = 0 },
	{ .measure = 0, .unit = 2, .source = CATALOGUE_NONE, .stage = 0 },
	{ .measure = 0, .unit = 1, .source = 2, .stage = 0 },
	{ .measure = 1, .unit = 1, .source = CATALOGUE_NONE, .stage = 0 },
	{ .measure = 2, .unit = 1, .source = CATALOGUE_NONE, .stage = 1 },
	{ .measure = 2, .unit = 1, .source = CATALOGUE_NONE, .stage = 0 },
};

/* --- rows ------------------------------------------------------------------------------------- */
struct step {
	unsigned cell;
	struct cell_row row;
	bool withdraw;     /* takes steps[of] back */
	size_t of;
	bool report;
	/* what the model says */
	uint32_t effective; /* revision in the fold order */
	bool refused;       /* overflow */
	bool moved;         /* its date stood otherwise after it */
	size_t gone;        /* index of the step that withdrew it, or SIZE_MAX */
};
static struct step steps[ROWS];
/* Steps of each (cell, date), in order. */
static struct {
	uint16_t at[ROWS / 10];
	size_t count;
} said[CELLS][SPAN];

static uint64_t seed = 42;
static uint32_t below(uint32_t bound)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(seed >> 33) % bound;
}

static int64_t any_value(void)
{
	uint32_t dice = below(40);

	if (dice == 0)
		return INT64_MAX - below(3);
	if (dice == 1)
		return INT64_MAX / 2;
	return below(1000);
}

static enum event_kind any_kind(unsigned cell)
{
	uint32_t dice = below(20);

	if (cell == 1) /* a cell that lives of ADDs */
		return dice < 18 ? EVENT_ADD : dice == 18 ? EVENT_TOTAL : EVENT_RETRACT;
	if (dice < 10)
		return EVENT_TOTAL;
	if (dice < 17)
		return EVENT_ADD;
	return dice < 19 ? EVENT_RETRACT : EVENT_NIL;
}

/* --- the model -------------------------------------------------------------------------------- */
static bool set_or_gone(const struct step *s)
{
	return s->row.kind == EVENT_TOTAL || s->row.kind == EVENT_RETRACT;
}

static bool counts(const struct step *s)
{
	return !s->withdraw && !s->refused && s->row.kind != EVENT_NIL;
}

/* One date, of the first n steps as known on a day: whether anything is said, and by what. */
struct date_fold {
	bool set, says;
	wide value, below;
	uint64_t touch;
};
static struct date_fold fold_date(unsigned cell, int32_t date, size_t n, int32_t known)
{
	const uint16_t *list = said[cell][date - START].at;
	size_t of = said[cell][date - START].count;
	struct date_fold out = { 0 };
	uint32_t top = 0;

	for (size_t i = 0; i < of; i++) { /* highest revision that was said of the date */
		const struct step *s = &steps[list[i]];

		if (list[i] >= n || s->row.known > known)
			continue;
		if (s->moved && s->row.position > out.touch)
			out.touch = s->row.position;
		if (counts(s) && s->effective > top)
			top = s->effective;
	}
	for (uint32_t revision = 0; revision <= top; revision++) {
		for (size_t i = 0; i < of; i++) {
			const struct step *s = &steps[list[i]];

			if (list[i] >= n || !counts(s) || s->row.known > known ||
			    s->effective != revision)
				continue;
			if (s->gone < n && steps[s->gone].row.known <= known)
				continue;
			if (set_or_gone(s)) {
				out.set = out.says = s->row.kind == EVENT_TOTAL;
				out.value = out.says ? s->row.value : 0;
				out.below = out.says ? s->row.denominator : 0;
			} else {
				out.says = true;
				out.value += s->row.value;
				out.below += s->row.denominator;
			}
		}
	}
	return out;
}

struct fold {
	bool present;
	wide value, below;
	int32_t as_of;
	uint64_t position;
};
static struct date_fold table[SPAN]; /* of one cell at one known day */
static void fill(unsigned cell, size_t n, int32_t known)
{
	for (int d = 0; d < SPAN; d++)
		table[d] = fold_date(cell, START + d, n, known);
}
static struct fold model_at(int32_t day)
{
	struct fold out = { .as_of = DATE_NONE };

	for (int d = 0; d < SPAN && START + d <= day; d++) {
		const struct date_fold *f = &table[d];

		if (f->set)
			out.value = out.below = 0, out.position = 0;
		out.value += f->value;
		out.below += f->below;
		if (f->says)
			out.present = true, out.as_of = START + d;
		if (f->touch > out.position)
			out.position = f->touch;
	}
	return out;
}

static bool overflows(unsigned cell, size_t n)
{
	bool too_big = false;

	fill(cell, n, INT32_MAX);
	for (int d = 0; d < SPAN && !too_big; d++) {
		struct fold f = model_at(START + d);

		too_big = f.value > INT64_MAX || f.below > INT64_MAX;
	}
	return too_big;
}

/* Whether a row moves its date at the time it arrives. */
static bool takes_effect(size_t n)
{
	const struct step *s = &steps[n], *subject = s->withdraw ? &steps[s->of] : s;

	if (s->row.kind == EVENT_NIL && !s->withdraw)
		return false;
	for (size_t i = 0; i < n; i++) {
		const struct step *o = &steps[i];

		if (o->cell != s->cell || !counts(o) || o->row.as_of != subject->row.as_of ||
		    !set_or_gone(o))
			continue;
		if (s->withdraw && (o->effective > 0 || i > s->of))
			return false;
		if (!s->withdraw && !set_or_gone(s) && o->effective > 0)
			return false;
		if (!s->withdraw && s->row.kind == EVENT_TOTAL && o->effective > s->effective)
			return false;
	}
	return true;
}

static uint32_t effective_revision(size_t n)
{
	uint32_t top = steps[n].row.revision;

	for (size_t i = 0; steps[n].row.kind == EVENT_RETRACT && i < n; i++) {
		const struct step *o = &steps[i];

		if (o->cell == steps[n].cell && counts(o) && set_or_gone(o) &&
		    o->row.as_of == steps[n].row.as_of && o->effective > top)
			top = o->effective;
	}
	return steps[n].row.kind == EVENT_ADD ? 0 : top;
}

static bool choose_withdrawn(size_t n)
{
	for (int tries = 0; n && tries < 10; tries++) {
		size_t of = below((uint32_t)n);
		struct step *add = &steps[of];

		if (add->withdraw || add->refused || add->row.kind != EVENT_ADD || add->gone < n)
			continue;
		steps[n].cell = add->cell;
		steps[n].row.as_of = add->row.as_of;
		steps[n].withdraw = true;
		steps[n].of = of;
		return true;
	}
	return false;
}

static void note_step(size_t n)
{
	const struct step *s = &steps[n];
	size_t *count = &said[s->cell][s->row.as_of - START].count;

	assert_true(*count < COUNT(said[0][0].at));
	said[s->cell][s->row.as_of - START].at[(*count)++] = (uint16_t)n;
}

static void plan_step(size_t n, int32_t known, uint64_t position, uint32_t row)
{
	struct step *s = &steps[n];

	*s = (struct step){ .cell = below(CELLS), .gone = SIZE_MAX };
	s->row = (struct cell_row){ .as_of = START + (int32_t)below(SPAN), .value = any_value(),
				    .position = position, .row = row, .known = known };
	if (!(n % 9) && choose_withdrawn(n)) {
		s->moved = takes_effect(n);
		steps[s->of].gone = n;
		note_step(n);
		return;
	}
	s->row.kind = any_kind(s->cell);
	s->row.revision = s->row.kind == EVENT_ADD || below(3) ? 0 : below(4);
	if (measures[keys[s->cell].measure].kind == CATALOGUE_RATIO)
		s->row.denominator = any_value();
	s->report = below(2);
	s->effective = effective_revision(n);
	note_step(n);
	s->moved = takes_effect(n);
	if (s->row.kind != EVENT_NIL && s->row.kind != EVENT_RETRACT && s->moved)
		s->refused = overflows(s->cell, n + 1);
	s->moved &= !s->refused;
}

static void plan(void)
{
	uint64_t position = 0;
	uint32_t row = 0;

	for (size_t n = 0; n < ROWS; n++) {
		int32_t known = START + 20 + (int32_t)(n * KNOWN / ROWS);
		bool same = n && known == steps[n - 1].row.known && below(3);

		row = same ? row + 1 : 0;
		position += same ? 0 : 1 + below(3);
		plan_step(n, known, position, row);
	}
}

/* --- the real thing --------------------------------------------------------------------------- */
struct place {
	char folder[64];
	struct store *store;
	struct cells *cells;
	struct store_txn *txn;
};

static void open_place(struct place *p, const char *name)
{
	struct store_options options = { .map_bytes = UINT64_C(256) << 20, .no_sync = true };

	snprintf(p->folder, sizeof(p->folder), "/tmp/test-cells-%s-%d", name, (int)getpid());
	fs_remove_tree(p->folder);
	assert_int_equal(store_open(p->folder, &options, &p->store), ERR_OK);
	assert_int_equal(cells_new(&catalogue, &p->cells), ERR_OK);
	p->txn = NULL;
}

static void close_place(struct place *p)
{
	store_abort(&p->txn);
	cells_free(p->cells);
	store_close(p->store);
	fs_remove_tree(p->folder);
}

static void apply(struct place *p, size_t n)
{
	const struct step *s = &steps[n];
	struct cell *cell;
	bool changed;
	enum err e;

	assert_int_equal(cells_get(p->cells, p->txn, keys[s->cell], &cell), ERR_OK);
	if (s->withdraw)
		e = cells_withdraw(p->cells, p->txn, cell, &steps[s->of].row, s->row.position,
				   s->row.known, &changed);
	else
		e = cells_fold(p->cells, p->txn, cell, &s->row, &changed);
	assert_int_equal(e, s->refused ? ERR_RANGE : ERR_OK);
	if (!s->moved)
		assert_false(changed);
	if (s->report)
		assert_int_equal(cells_reported(p->cells, p->txn, cell, s->row.as_of,
						(int64_t)n + 1, s->row.position), ERR_OK);
}

static void begin(struct place *p)
{
	assert_int_equal(store_begin_write(p->store, &p->txn), ERR_OK);
}

static void commit(struct place *p)
{
	assert_int_equal(cells_flush(p->cells, p->txn), ERR_OK);
	assert_int_equal(store_commit(&p->txn), ERR_OK);
	cells_committed(p->cells, NULL, NULL);
}

/* stumble: now and then a group is rolled back and applied again, and the memory is thrown away */
static void run(struct place *p, size_t group, bool stumble)
{
	for (size_t n = 0; n < ROWS; n += group) {
		size_t end = n + group < ROWS ? n + group : ROWS;

		begin(p);
		for (size_t i = n; i < end; i++)
			apply(p, i);
		if (stumble && n / group % 5 == 0) {
			if (n / group % 2)
				assert_int_equal(cells_flush(p->cells, p->txn), ERR_OK);
			store_abort(&p->txn);
			cells_rollback(p->cells);
			begin(p);
			for (size_t i = n; i < end; i++)
				apply(p, i);
		}
		commit(p);
		if (stumble && n / group % 50 == 49) {
			cells_free(p->cells);
			assert_int_equal(cells_new(&catalogue, &p->cells), ERR_OK);
		}
	}
}

static void dump(struct place *p, struct buf *out)
{
	struct store_txn *t;

	assert_int_equal(store_begin_read(p->store, &t), ERR_OK);
	for (int table_number = STORE_HISTORY; table_number < STORE_TABLE_COUNT; table_number++) {
		struct store_cursor *c;
		struct bytes key, value, none = { 0 };
		enum err e;

		assert_int_equal(store_cursor_open(t, (enum store_table)table_number, &c), ERR_OK);
		for (e = store_cursor_seek(c, none, &key, &value); !e;
		     e = store_cursor_next(c, &key, &value)) {
			buf_put_block(out, key);
			buf_put_block(out, value);
			if (table_number == STORE_HISTORY)
				assert_true(key.len + value.len <= 2020);
		}
		store_cursor_close(c);
		buf_put_string(out, "--");
	}
	store_abort(&t);
}

/* --- tests ------------------------------------------------------------------------------------ */
static struct place one, seven, all;

static int setup(void **state)
{
	(void)state;
	crypto_init();
	plan();
	open_place(&one, "one");
	open_place(&seven, "seven");
	open_place(&all, "all");
	run(&one, 1, false);
	run(&seven, 7, true);
	run(&all, 10000, false);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	close_place(&one);
	close_place(&seven);
	close_place(&all);
	return 0;
}

static void same_bytes_whatever_the_groups(void **state)
{
	struct buf a = { 0 }, b = { 0 }, c = { 0 };

	(void)state;
	dump(&one, &a);
	dump(&seven, &b);
	dump(&all, &c);
	assert_true(a.len > 10000);
	assert_int_equal(a.len, b.len);
	assert_memory_equal(a.data, b.data, a.len);
	assert_int_equal(a.len, c.len);
	assert_memory_equal(a.data, c.data, a.len);
	buf_free(&a);
	buf_free(&b);
	buf_free(&c);
}

static void agree(struct fold want, struct cell_value got)
{
	assert_int_equal(got.present, want.present);
	assert_true(got.value == want.value);
	assert_true(got.denominator == want.below);
	assert_int_equal(got.as_of, want.as_of);
	assert_true(got.position == want.position);
}

static void memory_agrees_with_the_model(void **state)
{
	struct cells *fresh;
	struct store_txn *t;

	(void)state;
	assert_int_equal(store_begin_read(all.store, &t), ERR_OK);
	assert_int_equal(cells_new(&catalogue, &fresh), ERR_OK);
	for (unsigned cell = 0; cell < CELLS; cell++) {
		struct cell *live, *loaded;

		assert_int_equal(cells_get(seven.cells, t, keys[cell], &live), ERR_OK);
		assert_int_equal(cells_get(fresh, t, keys[cell], &loaded), ERR_OK);
		fill(cell, ROWS, INT32_MAX);
		for (int32_t day = START - 1; day <= START + SPAN; day++) {
			agree(model_at(day), cell_at(live, day));
			agree(model_at(day), cell_at(loaded, day));
		}
		agree(model_at(INT32_MAX), cell_now(live));
	}
	assert_true(cells_memory(fresh) > 0);
	cells_free(fresh);
	store_abort(&t);
}

static void history_agrees_with_the_model(void **state)
{
	struct store_txn *t;

	(void)state;
	assert_int_equal(store_begin_read(seven.store, &t), ERR_OK);
	for (unsigned cell = 0; cell < CELLS; cell++) {
		for (int32_t known = START + 18; known <= START + 21 + KNOWN; known++) {
			fill(cell, ROWS, known);
			for (int32_t day = START - 1; day <= START + SPAN; day++) {
				struct cell_value got;

				assert_int_equal(history_at(t, &catalogue, keys[cell], day, known, &got),
						 ERR_OK);
				agree(model_at(day), got);
			}
		}
		fill(cell, ROWS, INT32_MAX);
		for (int32_t day = START - 1; day <= START + SPAN; day++) {
			struct cell_value got;

			assert_int_equal(history_at(t, &catalogue, keys[cell], day, HISTORY_NOW, &got),
					 ERR_OK);
			agree(model_at(day), got);
		}
	}
	store_abort(&t);
}

struct walked {
	unsigned cell;
	size_t points;
	int32_t as_of, known;
};
static bool check_point(void *ctx, const struct history_point *point)
{
	struct walked *w = ctx;

	assert_true(point->as_of > w->as_of || (point->as_of == w->as_of && point->known > w->known));
	w->as_of = point->as_of;
	w->known = point->known;
	if (w->points++ % 7 == 0) { /* the model is slow */
		fill(w->cell, ROWS, point->known);
		agree(model_at(point->as_of), point->folded);
		assert_int_equal(point->withdrawn, !table[point->as_of - START].says);
		assert_int_equal(point->total, table[point->as_of - START].set);
		assert_true(point->position == table[point->as_of - START].touch);
	}
	return true;
}

/* As many points as (date, known day) pairs in which a row moved something. */
static size_t pairs_of(unsigned cell)
{
	static bool seen[SPAN][ROWS];
	size_t count = 0;

	memset(seen, 0, sizeof(seen));
	for (size_t i = 0; i < ROWS; i++) {
		const struct step *s = &steps[i];
		bool *flag = &seen[s->row.as_of - START][s->row.known - START];

		if (s->cell != cell || !s->moved || *flag)
			continue;
		*flag = true;
		count++;
	}
	return count;
}

static void walk_visits_every_figure(void **state)
{
	struct store_txn *t;

	(void)state;
	assert_int_equal(store_begin_read(one.store, &t), ERR_OK);
	for (unsigned cell = 0; cell < CELLS; cell++) {
		struct walked w = { .cell = cell };

		assert_int_equal(history_walk(t, keys[cell], HISTORY_NOW, check_point, &w), ERR_OK);
		assert_int_equal(w.points, pairs_of(cell));
	}
	store_abort(&t);
}

static void first_reports_are_kept(void **state)
{
	struct store_txn *t;

	(void)state;
	assert_int_equal(store_begin_read(all.store, &t), ERR_OK);
	for (unsigned cell = 0; cell < CELLS; cell++) {
		for (int32_t month = 2022 * 12; month < 2022 * 12 + 4; month++) {
			int64_t want = 0, got;
			enum err e;

			for (size_t i = 0; i < ROWS && !want; i++) {
				if (steps[i].report && steps[i].cell == cell &&
				    date_month_of(steps[i].row.as_of) == month)
					want = (int64_t)i + 1;
			}
			e = history_first_report(t, keys[cell], date_month_last(month), &got);
			assert_int_equal(e, want ? ERR_OK : ERR_NOTFOUND);
			assert_int_equal(got, want);
		}
	}
	store_abort(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_bytes_whatever_the_groups),
		cmocka_unit_test(memory_agrees_with_the_model),
		cmocka_unit_test(history_agrees_with_the_model),
		cmocka_unit_test(walk_visits_every_figure),
		cmocka_unit_test(first_reports_are_kept),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
