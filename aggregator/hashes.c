/* SPDX-License-Identifier: MIT */
/* The state hash, over every state table, and the figures hash, over what the figures say alone. */
#include "aggregator/aggregator.h"
#include "aggregator/ledger/keys.h"
#include "aggregator/progress/history.h"
#include "base/date.h"

#define PIECE 65536

/* Gathers, because the hash likes long pieces. */
struct gatherer {
	struct crypto_hasher hasher;
	struct buf piece;
};

static void gather(struct gatherer *g)
{
	if (g->piece.len < PIECE || buf_error(&g->piece) != ERR_OK)
		return; /* what could not be gathered is told at the end */
	crypto_hash_add(&g->hasher, buf_bytes(&g->piece));
	buf_clear(&g->piece);
}

static enum err finish(struct gatherer *g, enum err e, uint8_t out[CRYPTO_HASH_LEN])
{
	if (e == ERR_OK)
		e = buf_error(&g->piece);
	crypto_hash_add(&g->hasher, buf_bytes(&g->piece));
	crypto_hash_end(&g->hasher, out);
	buf_free(&g->piece);
	return e;
}

/* --- state ------------------------------------------------------------------------------------ */

static enum err add_table(struct store_txn *t, enum store_table table, struct gatherer *g)
{
	struct store_cursor *c;
	struct bytes key, value;
	enum err e = store_cursor_open(t, table, &c);

	if (e != ERR_OK)
		return e;
	e = store_cursor_seek(c, (struct bytes){ 0 }, &key, &value);
	if (e == ERR_NOTFOUND && table > STORE_ASIDE) {
		/* tables that later versions added: older ledgers keep their hashes */
		store_cursor_close(c);
		return ERR_OK;
	}
	buf_put_block(&g->piece, bytes_of_string(store_table_name(table)));
	for (; e == ERR_OK; e = store_cursor_next(c, &key, &value)) {
		buf_put_block(&g->piece, key);
		buf_put_block(&g->piece, value);
		gather(g);
	}
	buf_put_varint(&g->piece, 0); /* no key is empty: the end of the table */
	store_cursor_close(c);
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

enum err aggregator_state_hash(struct store_txn *t, uint8_t out[CRYPTO_HASH_LEN])
{
	struct gatherer g = { 0 };
	enum err e = ERR_OK;

	crypto_hash_begin(&g.hasher);
	for (unsigned i = 0; e == ERR_OK && i < STORE_TABLE_COUNT; i++)
		if (store_table_is_state((enum store_table)i))
			e = add_table(t, (enum store_table)i, &g);
	return finish(&g, e, out);
}

enum err aggregator_alerts_hash(struct store_txn *t, uint8_t out[CRYPTO_HASH_LEN])
{
	struct gatherer g = { 0 };

	crypto_hash_begin(&g.hasher);
	return finish(&g, add_table(t, STORE_ALERT_LOG, &g), out);
}

/* --- figures ---------------------------------------------------------------------------------- */

struct figures_walk {
	struct gatherer gatherer;
	struct cells *cells;
	struct cell *cell;
	struct bytes key;
	int32_t as_of; /* of the figure that may be added next, or DATE_NONE */
};

static void add_figure(struct figures_walk *w)
{
	struct buf *to = &w->gatherer.piece;
	struct cell_value v;

	if (w->as_of == DATE_NONE)
		return;
	v = cell_at(w->cell, w->as_of);
	buf_put(to, w->key);
	buf_put_u32(to, keys_biased(w->as_of));
	buf_put_u64(to, (uint64_t)v.value);
	buf_put_u64(to, (uint64_t)v.denominator);
	gather(&w->gatherer);
}

/* Points of one date follow each other: the last of them says whether anything stands there. Its
 * value is asked of the cell, for later rows of earlier dates may have moved it. */
static bool see_point(void *ctx, const struct history_point *point)
{
	struct figures_walk *w = ctx;

	if (w->as_of != point->as_of)
		add_figure(w);
	w->as_of = point->withdrawn ? DATE_NONE : point->as_of;
	return true;
}

static enum err add_cell(struct store_txn *t, struct bytes found, struct figures_walk *w)
{
	struct cell_key key;
	enum err e;

	if (!keys_read_cell(found, &key.measure, &key.stage, &key.unit, &key.source))
		return ERR_CORRUPT;
	w->key = found;
	w->as_of = DATE_NONE;
	if ((e = cells_get(w->cells, t, key, &w->cell)) != ERR_OK ||
	    (e = history_walk(t, key, HISTORY_NOW, see_point, w)) != ERR_OK)
		return e;
	add_figure(w);
	return ERR_OK;
}

enum err aggregator_figures_hash(struct store_txn *t, const struct catalogue *catalogue,
				 uint8_t out[CRYPTO_HASH_LEN])
{
	struct figures_walk w = { 0 };
	struct store_cursor *c;
	struct bytes key, value;
	enum err e = cells_new(catalogue, &w.cells);

	if (e != ERR_OK)
		return e;
	if ((e = store_cursor_open(t, STORE_CURRENT, &c)) != ERR_OK) {
		cells_free(w.cells);
		return e;
	}
	crypto_hash_begin(&w.gatherer.hasher);
	e = store_cursor_seek(c, (struct bytes){ 0 }, &key, &value);
	while (e == ERR_OK)
		if ((e = add_cell(t, key, &w)) == ERR_OK)
			e = store_cursor_next(c, &key, &value);
	store_cursor_close(c);
	cells_free(w.cells);
	return finish(&w.gatherer, e == ERR_NOTFOUND ? ERR_OK : e, out);
}
