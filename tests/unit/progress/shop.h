/* SPDX-License-Identifier: MIT */
/* A store with cells of one quantity and one ratio, for tests that fold single rows. */
#ifndef TESTS_PROGRESS_SHOP_H
#define TESTS_PROGRESS_SHOP_H

#include <stdio.h>
#include <unistd.h>

#include "aggregator/progress/cells.h"
#include "base/crypto.h"
#include "base/fs.h"

#define SHOP_START 18993 /* 2022-01-01 */

static const struct catalogue_unit shop_units[3] = { { .id = "city" }, { .id = "a" }, { .id = "b" } };
static const struct catalogue_measure shop_measures[2] = {
	{ .id = "quantity", .kind = CATALOGUE_QUANTITY, .counting_stage = CATALOGUE_NONE },
	{ .id = "ratio", .kind = CATALOGUE_RATIO, .counting_stage = CATALOGUE_NONE },
};
static const struct catalogue shop_catalogue = {
	.id = "test", .from = SHOP_START, .to = SHOP_START + 364, .units = shop_units,
	.unit_count = 3, .measures = shop_measures, .measure_count = 2,
};
static const struct cell_key shop_count = { 0, 1, CATALOGUE_NONE, 0 };
static const struct cell_key shop_ratio = { 1, 1, CATALOGUE_NONE, 0 };

struct shop {
	char folder[64];
	struct store *store;
	struct cells *cells;
	struct store_txn *t;
	int32_t known;
	uint64_t position;
	uint32_t row;
	bool changed; /* by the last row */
};

static inline void shop_begin(struct shop *s)
{
	assert_int_equal(store_begin_write(s->store, &s->t), ERR_OK);
}

static inline void shop_open(struct shop *s, const char *name)
{
	struct store_options options = { .map_bytes = UINT64_C(64) << 20, .no_sync = true };

	*s = (struct shop){ .known = SHOP_START + 40, .position = 1 };
	crypto_init();
	snprintf(s->folder, sizeof(s->folder), "/tmp/test-%s-%d", name, (int)getpid());
	fs_remove_tree(s->folder);
	assert_int_equal(store_open(s->folder, &options, &s->store), ERR_OK);
	assert_int_equal(cells_new(&shop_catalogue, &s->cells), ERR_OK);
	shop_begin(s);
}

static inline void shop_close(struct shop *s)
{
	store_abort(&s->t);
	cells_free(s->cells);
	store_close(s->store);
	fs_remove_tree(s->folder);
}

static inline void shop_commit(struct shop *s)
{
	assert_int_equal(cells_flush(s->cells, s->t), ERR_OK);
	assert_int_equal(store_commit(&s->t), ERR_OK);
	cells_committed(s->cells, NULL, NULL);
	shop_begin(s);
}

static inline struct cell *shop_cell(struct shop *s, struct cell_key key)
{
	struct cell *cell;

	assert_int_equal(cells_get(s->cells, s->t, key, &cell), ERR_OK);
	return cell;
}

/* Folds a row as the next entry; day counts from the start. */
static inline struct cell_row shop_row(struct shop *s, enum event_kind kind, int day,
					uint32_t revision, int64_t value)
{
	return (struct cell_row){ .kind = kind, .as_of = SHOP_START + day, .revision = revision,
				  .value = value, .position = s->position, .row = s->row,
				  .known = s->known };
}
static inline struct cell_row shop_fold(struct shop *s, enum event_kind kind, int day,
					 uint32_t revision, int64_t value)
{
	struct cell_row row;

	s->position++;
	row = shop_row(s, kind, day, revision, value);
	assert_int_equal(cells_fold(s->cells, s->t, shop_cell(s, shop_count), &row, &s->changed),
			 ERR_OK);
	return row;
}
static inline void shop_withdraw(struct shop *s, const struct cell_row *add)
{
	s->position++;
	assert_int_equal(cells_withdraw(s->cells, s->t, shop_cell(s, shop_count), add,
					s->position, s->known, &s->changed), ERR_OK);
}
static inline struct cell_value shop_at(struct shop *s, int day)
{
	return cell_at(shop_cell(s, shop_count), SHOP_START + day);
}

#endif
