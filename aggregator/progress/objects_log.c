/* SPDX-License-Identifier: MIT */
#include "aggregator/progress/objects_log.h"

#include <stdlib.h>

#include "aggregator/ledger/keys.h"
#include "base/reader.h"

#define CHUNK_BYTES 1700 /* of a value; an id never straddles two */
#define HELD 0x80

static struct keys cell_of(struct cell_key cell)
{
	struct keys k;

	keys_cell(&k, cell.measure, cell.stage, cell.unit, cell.source);
	return k;
}

/* --- writing ---------------------------------------------------------------------------------- */

static void put_head(struct buf *out, const struct objects_record *r)
{
	buf_put_u8(out, (uint8_t)((unsigned)r->kind | (r->held ? HELD : 0)));
	buf_put_varint(out, r->reporter);
	buf_put_zigzag(out, r->as_of);
	buf_put_varint(out, r->revision);
	buf_put_zigzag(out, r->known);
	buf_put_varint(out, r->of_position);
	buf_put_varint(out, r->of_row);
	buf_put_varint(out, r->id_count);
}

static enum err put_chunk(struct store_txn *t, const struct objects_record *r, uint16_t chunk,
			  struct buf *value)
{
	struct keys cell = cell_of(r->cell), key;
	enum err e = buf_error(value);

	keys_object(&key, &cell, r->position, r->row, chunk);
	if (e == ERR_OK)
		e = store_put(t, STORE_OBJECTS, keys_bytes(&key), buf_bytes(value));
	buf_clear(value);
	return e;
}

enum err objects_log_write(struct store_txn *t, const struct objects_record *r)
{
	struct buf value = { 0 };
	uint16_t chunk = 0;
	enum err e = ERR_OK;

	put_head(&value, r);
	for (size_t i = 0; e == ERR_OK && i < r->id_count; i++) {
		if (value.len + r->ids[i].len + 2 > CHUNK_BYTES)
			e = put_chunk(t, r, chunk++, &value);
		buf_put_block(&value, r->ids[i]);
	}
	if (e == ERR_OK)
		e = put_chunk(t, r, chunk, &value);
	buf_free(&value);
	return e;
}

enum err objects_log_remove(struct store_txn *t, struct cell_key cell, uint64_t position,
			    uint32_t row)
{
	struct keys prefix = cell_of(cell), key;

	for (unsigned chunk = 0; chunk <= UINT16_MAX; chunk++) {
		enum err e;

		keys_object(&key, &prefix, position, row, (uint16_t)chunk);
		e = store_delete(t, STORE_OBJECTS, keys_bytes(&key));
		if (e != ERR_OK)
			return e == ERR_NOTFOUND && chunk > 0 ? ERR_OK : e;
	}
	return ERR_OK;
}

/* --- reading ---------------------------------------------------------------------------------- */

struct walk {
	struct store_cursor *cursor;
	struct bytes found, value;
	struct bytes *ids;
	size_t cap;
};

static enum err room(struct walk *w, size_t count)
{
	struct bytes *grown;

	if (count <= w->cap)
		return ERR_OK;
	if (!(grown = realloc(w->ids, count * sizeof(*grown))))
		return ERR_NOMEM;
	w->ids = grown;
	w->cap = count;
	return ERR_OK;
}

static bool is_kind(unsigned kind)
{
	return kind == OBJECTS_TOTAL || kind == OBJECTS_ADD || kind == OBJECTS_RETRACT ||
	       kind == OBJECTS_WITHDRAW;
}

static enum err take_head(struct walk *w, struct reader *in, struct objects_record *r)
{
	unsigned kind = reader_u8(in);
	uint64_t count;

	r->held = (kind & HELD) != 0;
	kind &= HELD - 1u;
	r->kind = (enum objects_kind)kind;
	r->reporter = (uint16_t)reader_varint(in);
	r->as_of = (int32_t)reader_zigzag(in);
	r->revision = (uint32_t)reader_varint(in);
	r->known = (int32_t)reader_zigzag(in);
	r->of_position = reader_varint(in);
	r->of_row = (uint32_t)reader_varint(in);
	count = reader_varint(in);
	/* a batch has no more of them than bytes */
	if (in->failed || !is_kind(kind) || count > (UINT32_C(1) << 20))
		return ERR_CORRUPT;
	r->id_count = (size_t)count;
	return room(w, r->id_count);
}

/* The next chunk of the record: it has to follow. */
static enum err next_chunk(struct walk *w, const struct objects_record *r, unsigned chunk,
			   struct reader *in)
{
	enum err e = store_cursor_next(w->cursor, &w->found, &w->value);
	uint64_t position;
	uint32_t row;
	uint16_t number;

	if (e != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_CORRUPT : e;
	if (!keys_read_object(w->found, &position, &row, &number) || position != r->position ||
	    row != r->row || number != chunk)
		return ERR_CORRUPT;
	*in = reader_of(w->value);
	return ERR_OK;
}

/* Reads the record under the cursor; the cursor stays at its last chunk. */
static enum err take_record(struct walk *w, struct objects_record *r)
{
	struct reader in = reader_of(w->value);
	unsigned chunk = 0;
	uint16_t first;
	enum err e;

	*r = (struct objects_record){ 0 };
	if (!keys_read_cell(bytes_of(w->found.data, w->found.len < KEYS_CELL_LEN ? 0 : KEYS_CELL_LEN),
			    &r->cell.measure, &r->cell.stage, &r->cell.unit, &r->cell.source) ||
	    !keys_read_object(w->found, &r->position, &r->row, &first) || first != 0)
		return ERR_CORRUPT;
	e = take_head(w, &in, r);
	for (size_t i = 0; e == ERR_OK && i < r->id_count; i++) {
		if (reader_left(&in) == 0 && (e = next_chunk(w, r, ++chunk, &in)) != ERR_OK)
			break;
		w->ids[i] = reader_block(&in);
		if (in.failed)
			e = ERR_CORRUPT;
	}
	r->ids = w->ids;
	return e == ERR_OK && !reader_done(&in) ? ERR_CORRUPT : e;
}

static enum err walk(struct store_txn *t, const struct keys *from, const struct keys *prefix,
		     bool (*fn)(void *ctx, const struct objects_record *r), void *ctx)
{
	struct walk w = { 0 };
	struct objects_record r;
	enum err e = store_cursor_open(t, STORE_OBJECTS, &w.cursor);

	if (e != ERR_OK)
		return e;
	e = store_cursor_seek(w.cursor, keys_bytes(from), &w.found, &w.value);
	while (e == ERR_OK && keys_begin(w.found, prefix)) {
		if ((e = take_record(&w, &r)) != ERR_OK || !fn(ctx, &r))
			break;
		e = store_cursor_next(w.cursor, &w.found, &w.value);
	}
	store_cursor_close(w.cursor);
	free(w.ids);
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

enum err objects_log_walk(struct store_txn *t, uint16_t measure,
			  bool (*fn)(void *ctx, const struct objects_record *r), void *ctx)
{
	struct keys prefix;

	keys_total(&prefix, measure); /* a cell's key begins with its measure */
	return walk(t, &prefix, &prefix, fn, ctx);
}

struct one {
	bool (*fn)(void *ctx, const struct objects_record *r);
	void *ctx;
	bool found;
};

static bool only(void *ctx, const struct objects_record *r)
{
	struct one *o = ctx;

	o->found = true;
	o->fn(o->ctx, r);
	return false;
}

enum err objects_log_read(struct store_txn *t, struct cell_key cell, uint64_t position,
			  uint32_t row, bool (*fn)(void *ctx, const struct objects_record *r),
			  void *ctx)
{
	struct keys prefix = cell_of(cell), key;
	struct one o = { fn, ctx, false };
	enum err e;

	keys_object(&key, &prefix, position, row, 0);
	e = walk(t, &key, &key, only, &o);
	return e == ERR_OK && !o.found ? ERR_NOTFOUND : e;
}
