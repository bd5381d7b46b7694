/* SPDX-License-Identifier: MIT */
/* Books of objects against a fold that is as simple as the rule: for a cell and a day, the last
 * TOTAL up to it and the ADDs behind that; for a city, what any of its cells holds. At random, in
 * any order of dates, as of any day, as known on any day. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "aggregator/progress/objects_impl.h"
#include "base/fs.h"

#define UNITS 4
#define DAYS 12
#define FIRST 19000
#define IDS 14
#define ROWS 160
#define ROW_IDS 6

struct row {
	unsigned unit, day, kind; /* enum objects_kind */
	uint32_t revision;
	int32_t known;
	unsigned withdrawn; /* WITHDRAW: index of the ADD's row */
	unsigned ids[ROW_IDS], count;
};
struct ledger {
	struct row rows[ROWS];
	unsigned count;
	uint64_t seed;
};

static unsigned draw(struct ledger *l, unsigned below)
{
	l->seed = l->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)(l->seed >> 33) % below;
}

static void draw_row(struct ledger *l)
{
	static const unsigned kinds[] = { OBJECTS_TOTAL, OBJECTS_TOTAL, OBJECTS_ADD, OBJECTS_ADD,
					  OBJECTS_ADD, OBJECTS_RETRACT, OBJECTS_WITHDRAW };
	struct row *r = &l->rows[l->count];
	bool taken[IDS] = { false };

	*r = (struct row){ .unit = draw(l, UNITS), .day = draw(l, DAYS), .kind = kinds[draw(l, 7)],
			   .known = FIRST + (int32_t)(l->count / 8) };
	if (r->kind == OBJECTS_WITHDRAW) {
		unsigned of = l->count ? draw(l, l->count) : 0;

		if (!l->count || l->rows[of].kind != OBJECTS_ADD)
			return;
		r->withdrawn = of;
		r->unit = l->rows[of].unit;
		r->day = l->rows[of].day;
	} else {
		unsigned want = draw(l, ROW_IDS + 1);

		r->revision = r->kind == OBJECTS_ADD ? 0 : draw(l, 4) == 0;
		for (unsigned i = 0; i < want && r->kind != OBJECTS_RETRACT; i++) {
			unsigned id = draw(l, IDS);

			if (!taken[id])
				r->ids[r->count++] = id;
			taken[id] = true;
		}
	}
	l->count++;
}

/* --- the rule, as simple as can be ------------------------------------------------------------ */

/* Index of the row whose TOTAL or RETRACT stands at the day, or -1; the revision that rules it. */
static int ruling(const struct ledger *l, unsigned unit, unsigned day, int32_t known)
{
	uint32_t revision = 0;
	int at = -1;

	for (unsigned i = 0; i < l->count; i++) {
		const struct row *r = &l->rows[i];

		if (r->unit != unit || r->day != day || r->known > known ||
		    (r->kind != OBJECTS_TOTAL && r->kind != OBJECTS_RETRACT))
			continue;
		if (r->kind == OBJECTS_TOTAL && r->revision < revision)
			continue;
		at = (int)i;
		if (r->revision > revision)
			revision = r->revision;
	}
	return at;
}

static uint32_t revision_before(const struct ledger *l, unsigned row)
{
	uint32_t revision = 0;

	for (unsigned i = 0; i < row; i++)
		if (l->rows[i].unit == l->rows[row].unit && l->rows[i].day == l->rows[row].day &&
		    l->rows[i].kind != OBJECTS_ADD && l->rows[i].kind != OBJECTS_WITHDRAW &&
		    l->rows[i].revision > revision)
			revision = l->rows[i].revision;
	return revision;
}

/* The ADD counts: nothing of its day came behind it, it was not absorbed and not taken back. */
static bool add_counts(const struct ledger *l, unsigned row, int rule, int32_t known)
{
	if (l->rows[row].known > known || (int)row < rule || revision_before(l, row) > 0)
		return false;
	for (unsigned i = row + 1; i < l->count; i++)
		if (l->rows[i].kind == OBJECTS_WITHDRAW && l->rows[i].withdrawn == row &&
		    l->rows[i].known <= known)
			return false;
	return true;
}

static bool day_says(const struct ledger *l, unsigned unit, unsigned day, int32_t known)
{
	int rule = ruling(l, unit, day, known);

	if (rule >= 0 && l->rows[rule].kind == OBJECTS_TOTAL)
		return true;
	for (unsigned i = 0; i < l->count; i++)
		if (l->rows[i].unit == unit && l->rows[i].day == day &&
		    l->rows[i].kind == OBJECTS_ADD && add_counts(l, i, rule, known))
			return true;
	return false;
}

static unsigned naive(const struct ledger *l, unsigned unit, unsigned day, int32_t known)
{
	unsigned set = 0;

	for (unsigned d = 0; d <= day; d++) {
		int rule = ruling(l, unit, d, known);

		if (rule >= 0 && l->rows[rule].kind == OBJECTS_TOTAL) {
			set = 0;
			for (unsigned k = 0; k < l->rows[rule].count; k++)
				set |= 1u << l->rows[rule].ids[k];
		}
		for (unsigned i = 0; i < l->count; i++)
			if (l->rows[i].unit == unit && l->rows[i].day == d &&
			    l->rows[i].kind == OBJECTS_ADD && add_counts(l, i, rule, known))
				for (unsigned k = 0; k < l->rows[i].count; k++)
					set |= 1u << l->rows[i].ids[k];
	}
	return set;
}

/* --- the book --------------------------------------------------------------------------------- */

static struct bytes id_of(unsigned n, char room[8])
{
	return bytes_of(room, (size_t)snprintf(room, 8, "o-%u", n));
}

/* What the cells have, as the writer keeps it: the figures that it was told. */
struct figures {
	bool stands[UNITS + 1][DAYS];
	int64_t value[UNITS + 1][DAYS];
	unsigned moves;
};

static enum err take(struct figures *f, unsigned unit, const struct objects_figure *from)
{
	unsigned day = (unsigned)(from->as_of - FIRST);

	assert_true(day < DAYS);
	f->stands[unit][day] = from->stands;
	f->value[unit][day] = from->value;
	f->moves++;
	return ERR_OK;
}

static enum err take_unit(void *ctx, const struct objects_figure *f, bool touched)
{
	(void)touched;
	return take(ctx, f->cell.unit, f);
}

static enum err take_city(void *ctx, const struct objects_figure *f)
{
	return take(ctx, UNITS, f);
}

static void fold_row(struct objects_book *b, struct store_txn *t, const struct ledger *l,
		     unsigned at)
{
	const struct row *r = &l->rows[at];
	struct bytes ids[ROW_IDS];
	char rooms[ROW_IDS][8];
	struct objects_record record = {
		.cell = { 7, (uint16_t)r->unit, CATALOGUE_NONE, 1 }, .position = 100 + at, .row = 3,
		.kind = (enum objects_kind)r->kind, .as_of = FIRST + (int32_t)r->day,
		.revision = r->revision, .known = r->known, .reporter = (uint16_t)r->unit,
		.of_position = r->kind == OBJECTS_WITHDRAW ? 100 + r->withdrawn : 0, .of_row = 3,
		.ids = ids, .id_count = r->count,
	};

	for (unsigned i = 0; i < r->count; i++)
		ids[i] = id_of(r->ids[i], rooms[i]);
	assert_int_equal(objects_log_write(t, &record), ERR_OK);
	assert_int_equal(objects_fold(b, &record), ERR_OK);
}

static int64_t told(const struct figures *f, unsigned unit, unsigned day)
{
	while (day < DAYS && !f->stands[unit][day])
		day--;
	return day < DAYS ? f->value[unit][day] : 0;
}

struct seen {
	unsigned sets[UNITS];
};

static bool see(void *ctx, const struct objects_claim *c)
{
	struct seen *s = ctx;
	unsigned id = (unsigned)strtoul((const char *)c->id.data + 2, NULL, 10);

	assert_int_equal(c->reporter, c->cell.unit);
	assert_false(s->sets[c->cell.unit] >> id & 1); /* once a cell */
	s->sets[c->cell.unit] |= 1u << id;
	return true;
}

static void same_sets(struct objects_book *b, const struct ledger *l, unsigned day, int32_t known)
{
	struct seen s = { 0 };

	objects_at(b, 1, FIRST + (int32_t)day, see, &s);
	for (unsigned u = 0; u < UNITS; u++)
		assert_int_equal(s.sets[u], naive(l, u, day, known));
}

static void same_figures(const struct figures *f, const struct ledger *l)
{
	for (unsigned d = 0; d < DAYS; d++) {
		unsigned all = 0, any = 0;

		for (unsigned u = 0; u < UNITS; u++) {
			unsigned set = naive(l, u, d, INT32_MAX);

			assert_int_equal(told(f, u, d), __builtin_popcount(set));
			assert_int_equal(f->stands[u][d], day_says(l, u, d, INT32_MAX));
			any |= day_says(l, u, d, INT32_MAX);
			all |= u < UNITS - 1 ? set : 0; /* the last one has no part in it */
		}
		assert_int_equal(told(f, UNITS, d), __builtin_popcount(all));
		if (f->stands[UNITS][d])
			assert_true(any);
	}
}

static struct store *open_store(char folder[64])
{
	const struct store_options options = { .no_sync = true };
	struct store *s = NULL;
	char path[80];

	snprintf(folder, 64, "/tmp/minsheng-objects-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/store", folder);
	assert_int_equal(store_open(path, &options, &s), ERR_OK);
	return s;
}

static void check_loaded(struct store_txn *t, const struct ledger *l, int32_t known)
{
	struct objects_book *b;

	assert_int_equal(objects_load(t, 7, known, &b), ERR_OK);
	for (unsigned d = 0; d < DAYS; d++)
		same_sets(b, l, d, known);
	objects_free(b);
}

static void play(uint64_t seed)
{
	static const uint16_t units[] = { 0, 1, 2 };
	struct ledger *l = calloc(1, sizeof(*l));
	struct figures f = { .moves = 0 };
	struct objects_book *b;
	struct store_txn *t;
	char folder[64];
	struct store *s = open_store(folder);

	assert_non_null(l);
	l->seed = seed;
	assert_int_equal(objects_new(7, &b), ERR_OK);
	assert_int_equal(store_begin_write(s, &t), ERR_OK);
	while (l->count < ROWS - 1) {
		unsigned until = l->count + 1 + draw(l, 5);

		for (unsigned at = l->count; at < until && l->count < ROWS - 1; at = l->count) {
			draw_row(l);
			if (l->count > at)
				fold_row(b, t, l, at);
		}
		assert_int_equal(objects_moved(b, take_unit, &f), ERR_OK);
		assert_int_equal(objects_union(b, 1, units, 3, take_city, &f), ERR_OK);
		same_figures(&f, l);
	}
	for (int32_t known = FIRST; known < FIRST + ROWS / 8; known += 3)
		check_loaded(t, l, known);
	check_loaded(t, l, INT32_MAX);
	store_abort(&t);
	objects_free(b);
	store_close(s);
	fs_remove_tree(folder);
	free(l);
}

static void books_hold_what_the_rule_says(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 12; seed++)
		play(seed);
}

/* --- the log ---------------------------------------------------------------------------------- */

static bool count_ids(void *ctx, const struct objects_record *r)
{
	size_t *n = ctx;

	*n += r->id_count;
	for (size_t i = 0; i < r->id_count; i++)
		assert_int_equal(r->ids[i].len, 90);
	return true;
}

/* A row that takes several values of the store, held and not; and away again. */
static void long_rows_are_kept(void **state)
{
	struct objects_record r = { .cell = { 3, 1, CATALOGUE_NONE, 0 }, .position = 9,
				    .held = true, .as_of = FIRST, .known = FIRST };
	struct objects_book *b;
	struct bytes *ids = calloc(500, sizeof(*ids));
	struct store_txn *t;
	char folder[64], (*texts)[91] = calloc(500, sizeof(*texts));
	struct store *s = open_store(folder);
	size_t n = 0;

	(void)state;
	for (unsigned i = 0; i < 500; i++) {
		snprintf(texts[i], 91, "%090u", i);
		ids[i] = bytes_of(texts[i], 90);
	}
	r.ids = ids;
	r.id_count = 500;
	assert_int_equal(store_begin_write(s, &t), ERR_OK);
	assert_int_equal(objects_log_write(t, &r), ERR_OK);
	assert_int_equal(objects_log_walk(t, 3, count_ids, &n), ERR_OK);
	assert_int_equal(n, 500);
	assert_int_equal(objects_load(t, 3, INT32_MAX, &b), ERR_OK);
	assert_int_equal(objects_mark(b, r.cell, FIRST), 0); /* held: counts nowhere */
	objects_free(b);
	assert_int_equal(objects_log_remove(t, r.cell, 9, 0), ERR_OK);
	assert_int_equal(objects_log_remove(t, r.cell, 9, 0), ERR_NOTFOUND);
	n = 0;
	assert_int_equal(objects_log_walk(t, 3, count_ids, &n), ERR_OK);
	assert_int_equal(n, 0);
	r.held = false;
	assert_int_equal(objects_log_write(t, &r), ERR_OK);
	assert_int_equal(objects_load(t, 3, INT32_MAX, &b), ERR_OK);
	assert_int_equal(objects_mark(b, r.cell, FIRST - 1), 0);
	assert_int_equal(objects_mark(b, r.cell, FIRST), 500);
	assert_true(objects_is_marked(b, ids[499]));
	objects_free(b);
	store_abort(&t);
	store_close(s);
	fs_remove_tree(folder);
	free(ids);
	free(texts);
}

/* --- bounds ----------------------------------------------------------------------------------- */

#define MANY (OBJECTS_IDS_MAX - 1)

/* There is an end to ids, and what was said again takes no more room than what stands. */
static void a_book_has_bounds(void **state)
{
	struct objects_record r = { .cell = { 3, 1, CATALOGUE_NONE, 0 }, .position = 9,
				    .as_of = FIRST, .known = FIRST };
	struct bytes *ids = calloc(MANY + 2, sizeof(*ids));
	char (*texts)[8] = calloc(MANY + 2, sizeof(*texts));
	struct objects_book *b;
	size_t used;

	(void)state;
	assert_true(ids && texts);
	for (unsigned i = 0; i < MANY + 2; i++)
		ids[i] = bytes_of(texts[i], (size_t)snprintf(texts[i], 8, "%u", i));
	r.ids = ids;
	r.id_count = MANY;
	assert_int_equal(objects_new(3, &b), ERR_OK);
	assert_int_equal(objects_fold(b, &r), ERR_OK);
	assert_true(objects_fit(b, ids, MANY + 1));
	assert_false(objects_fit(b, ids, MANY + 2));
	assert_true(objects_fit(b, ids + MANY, 1));
	assert_false(objects_fit(b, ids + MANY, 2));
	used = arena_used(b->arena);
	for (r.position = 10; r.position < 30; r.position++) {
		r.kind = r.position % 3 ? OBJECTS_TOTAL : OBJECTS_RETRACT;
		r.revision = (uint32_t)r.position;
		assert_int_equal(objects_fold(b, &r), ERR_OK);
	}
	assert_int_equal(arena_used(b->arena), used);
	assert_int_equal(objects_mark(b, r.cell, FIRST), MANY);
	objects_free(b);
	free(ids);
	free(texts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(books_hold_what_the_rule_says),
		cmocka_unit_test(long_rows_are_kept),
		cmocka_unit_test(a_book_has_bounds),
	};

	return cmocka_run_group_tests_name("objects", tests, NULL, NULL);
}
