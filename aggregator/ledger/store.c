/* SPDX-License-Identifier: MIT */
#include "aggregator/ledger/store.h"

#include <errno.h>
#include <stdlib.h>

#include "aggregator/ledger/store_private.h"
#include "base/log.h"

#define KEY_MAX 511
#define CRC_LEN 4

static const char *const table_names[STORE_TABLE_COUNT] = {
	[STORE_META] = "meta",       [STORE_LEDGER] = "ledger",
	[STORE_HISTORY] = "history", [STORE_CURRENT] = "current",
	[STORE_TOTALS] = "totals",   [STORE_REPORTS] = "reports",
	[STORE_LIGHTS] = "lights",   [STORE_KEYS] = "keys",
	[STORE_EPOCHS] = "epochs",   [STORE_BATCHES] = "batches",
	[STORE_REFS] = "refs",       [STORE_HOLDS] = "holds",
	[STORE_ALERTS] = "alerts",   [STORE_ALERT_LOG] = "alert-log",
	[STORE_ACTS] = "acts",       [STORE_ASIDE] = "aside",
	[STORE_RECORDS] = "records", [STORE_STEPS] = "steps",
	[STORE_REVIEWS] = "reviews", [STORE_FLAGS] = "flags",
	[STORE_VERSIONS] = "versions",
	[STORE_SAMPLES] = "samples", [STORE_OBJECTS] = "objects",
};

static const struct {
	int code;
	enum err e;
} from_lmdb[] = {
	{ MDB_SUCCESS, ERR_OK },
	{ MDB_NOTFOUND, ERR_NOTFOUND },
	{ MDB_KEYEXIST, ERR_EXISTS },
	{ MDB_PAGE_NOTFOUND, ERR_CORRUPT },
	{ MDB_CORRUPTED, ERR_CORRUPT },
	{ MDB_INVALID, ERR_CORRUPT },
	{ MDB_PANIC, ERR_FATAL },
	{ MDB_VERSION_MISMATCH, ERR_VERSION },
	{ MDB_MAP_FULL, ERR_FULL },
	{ MDB_TXN_FULL, ERR_FULL },
	{ MDB_READERS_FULL, ERR_BUSY },
	{ MDB_BAD_VALSIZE, ERR_INVALID },
	{ MDB_BAD_TXN, ERR_STATE },
};

enum err store_map_code(int code)
{
	for (size_t i = 0; i < sizeof(from_lmdb) / sizeof(from_lmdb[0]); i++)
		if (from_lmdb[i].code == code)
			return from_lmdb[i].e;
	return err_from_errno(code);
}

enum err store_failed(const char *what, int code)
{
	log_write(LOG_ERROR, "store", "%s: %s", what, mdb_strerror(code));
	return store_map_code(code);
}

static MDB_val val_of(struct bytes b)
{
	return (MDB_val){ b.len, (void *)(uintptr_t)b.data };
}

static uint32_t crc_of(struct bytes key, struct bytes value)
{
	return bytes_crc32c(bytes_crc32c(0, key), value);
}

/* --- transactions ----------------------------------------------------------------------------- */

static enum err begin(struct store *s, bool write, struct store_txn **out)
{
	struct store_txn *t = calloc(1, sizeof(*t));
	int code;

	*out = NULL;
	if (!t)
		return ERR_NOMEM;
	t->store = s;
	t->write = write;
	code = mdb_txn_begin(s->env, NULL, write ? 0 : MDB_RDONLY, &t->txn);
	if (code != 0) {
		free(t);
		return store_failed("begin", code);
	}
	*out = t;
	return ERR_OK;
}

enum err store_begin_write(struct store *s, struct store_txn **out)
{
	enum err e;

	*out = NULL;
	if (s->dead)
		return ERR_FATAL;
	if (s->options.read_only || atomic_exchange(&s->writing, true))
		return ERR_STATE; /* LMDB would wait for ever */
	if ((e = store_room(s)) == ERR_OK)
		e = begin(s, true, out);
	if (e != ERR_OK)
		atomic_store(&s->writing, false);
	return e;
}

enum err store_begin_read(struct store *s, struct store_txn **out)
{
	return begin(s, false, out);
}

enum err store_begin_trial(struct store *s, struct store_txn **out)
{
	enum err e = begin(s, false, out);

	if (e == ERR_OK && !((*out)->trial = store_trial_new())) {
		store_abort(out);
		e = ERR_NOMEM;
	}
	return e;
}

/* A failed commit was taken back by LMDB, unless its meta page got lost on the way: then every
 * transaction says MDB_PANIC. EIO is what a short write on a full disk gives; any other is a disk
 * that can't be believed. */
static enum err commit_failed(struct store *s, int code)
{
	enum err e = store_failed("commit", code);
	MDB_txn *probe;

	if (code == EIO)
		e = store_disk_full(s) ? ERR_FULL : ERR_FATAL;
	if (e != ERR_FULL && e != ERR_NOMEM)
		e = ERR_FATAL;
	code = mdb_txn_begin(s->env, NULL, MDB_RDONLY, &probe);
	if (code == 0)
		mdb_txn_abort(probe);
	else if (code == MDB_PANIC)
		e = ERR_FATAL;
	s->dead = e == ERR_FATAL;
	return e;
}

enum err store_commit(struct store_txn **txn)
{
	struct store_txn *t = *txn;
	enum err e = t->error;
	int code;

	if (e != ERR_OK || !t->write) {
		store_abort(txn);
		return e;
	}
	code = mdb_txn_commit(t->txn);
	if (code != 0)
		e = commit_failed(t->store, code);
	atomic_store(&t->store->writing, false);
	free(t);
	*txn = NULL;
	return e;
}

void store_abort(struct store_txn **txn)
{
	struct store_txn *t = *txn;

	if (!t)
		return;
	mdb_txn_abort(t->txn);
	if (t->write)
		atomic_store(&t->store->writing, false);
	store_trial_free(t->trial);
	free(t);
	*txn = NULL;
}

enum err store_error(const struct store_txn *txn)
{
	return txn->error;
}

static enum err stick(struct store_txn *t, enum err e)
{
	if (t->write && t->error == ERR_OK && e != ERR_NOTFOUND)
		t->error = e;
	return e;
}

/* --- values ----------------------------------------------------------------------------------- */

/* Apart, so that reading pays nothing for the room that its line takes. */
__attribute__((noinline, cold)) static void log_damage(enum store_table table, struct bytes key)
{
	char hex[2 * KEY_MAX + 1];

	bytes_to_hex(bytes_of(key.data, key.len > KEY_MAX ? KEY_MAX : key.len), hex);
	log_write(LOG_ERROR, "store", "damaged value in table %s, key %s", table_names[table], hex);
}

static enum err check_value(struct store_txn *t, enum store_table table, struct bytes key,
			    const MDB_val *v, struct bytes *value)
{
	struct bytes all = bytes_of(v->mv_data, v->mv_size);

	*value = (struct bytes){ 0 };
	if (all.len >= CRC_LEN) {
		*value = bytes_of(all.data, all.len - CRC_LEN);
		if (bytes_load32(all.data + value->len) == crc_of(key, *value))
			return ERR_OK;
	}
	log_damage(table, key);
	return stick(t, ERR_CORRUPT);
}

enum err store_get(struct store_txn *t, enum store_table table, struct bytes key,
		   struct bytes *value)
{
	MDB_val k = val_of(key), v;
	int code;

	*value = (struct bytes){ 0 };
	if (t->error != ERR_OK)
		return t->error;
	if (t->trial) {
		enum err e = store_trial_get(t->trial, table, key, value);

		if (e != ERR_AGAIN)
			return e;
	}
	code = mdb_get(t->txn, t->store->tables[table], &k, &v);
	if (code == MDB_NOTFOUND)
		return ERR_NOTFOUND;
	if (code != 0)
		return stick(t, store_failed("get", code));
	return check_value(t, table, key, &v, value);
}

/* Writes into the page itself: value, then CRC. */
static enum err put(struct store_txn *t, enum store_table table, struct bytes key,
		    struct bytes value, unsigned flags)
{
	MDB_val k = val_of(key), v = { value.len + CRC_LEN, NULL };
	int code;

	if (t->error != ERR_OK)
		return t->error;
	if (t->trial)
		return store_trial_put(t->trial, table, key, &value);
	if (!t->write)
		return ERR_STATE;
	code = mdb_put(t->txn, t->store->tables[table], &k, &v, flags | MDB_RESERVE);
	if (code != 0)
		return stick(t, store_failed("put", code));
	if (value.len)
		memcpy(v.mv_data, value.data, value.len);
	bytes_store32((uint8_t *)v.mv_data + value.len, crc_of(key, value));
	return ERR_OK;
}

enum err store_put(struct store_txn *t, enum store_table table, struct bytes key,
		   struct bytes value)
{
	return put(t, table, key, value, 0);
}

enum err store_append(struct store_txn *t, enum store_table table, struct bytes key,
		      struct bytes value)
{
	return put(t, table, key, value, MDB_APPEND);
}

enum err store_delete(struct store_txn *t, enum store_table table, struct bytes key)
{
	MDB_val k = val_of(key);
	int code;

	if (t->error != ERR_OK)
		return t->error;
	if (t->trial)
		return store_trial_put(t->trial, table, key, NULL);
	if (!t->write)
		return ERR_STATE;
	code = mdb_del(t->txn, t->store->tables[table], &k, NULL);
	if (code == MDB_NOTFOUND)
		return ERR_NOTFOUND;
	return code == 0 ? ERR_OK : stick(t, store_failed("delete", code));
}

enum err store_count(struct store_txn *t, enum store_table table, uint64_t *out)
{
	MDB_stat stat;
	int code = mdb_stat(t->txn, t->store->tables[table], &stat);

	*out = code == 0 ? stat.ms_entries : 0;
	return code == 0 ? ERR_OK : store_failed("count", code);
}

/* --- cursors ---------------------------------------------------------------------------------- */

enum err store_cursor_open(struct store_txn *t, enum store_table table, struct store_cursor **out)
{
	struct store_cursor *c = calloc(1, sizeof(*c));
	int code;

	*out = NULL;
	if (!c)
		return ERR_NOMEM;
	c->txn = t;
	c->table = table;
	code = mdb_cursor_open(t->txn, t->store->tables[table], &c->cursor);
	if (code != 0) {
		free(c);
		return store_failed("cursor", code);
	}
	*out = c;
	return ERR_OK;
}

void store_cursor_close(struct store_cursor *c)
{
	if (!c)
		return;
	mdb_cursor_close(c->cursor);
	free(c);
}

static enum err step(struct store_cursor *c, MDB_val key, MDB_cursor_op op, struct bytes *found,
		     struct bytes *value)
{
	MDB_val v;
	int code;

	*found = *value = (struct bytes){ 0 };
	if (c->txn->error != ERR_OK)
		return c->txn->error;
	code = mdb_cursor_get(c->cursor, &key, &v, op);
	if (code == MDB_NOTFOUND)
		return ERR_NOTFOUND;
	if (code != 0)
		return stick(c->txn, store_failed("walk", code));
	*found = bytes_of(key.mv_data, key.mv_size);
	return check_value(c->txn, c->table, *found, &v, value);
}

enum err store_cursor_seek(struct store_cursor *c, struct bytes key, struct bytes *found,
			   struct bytes *value)
{
	return step(c, val_of(key), key.len ? MDB_SET_RANGE : MDB_FIRST, found, value);
}

enum err store_cursor_before(struct store_cursor *c, struct bytes key, struct bytes *found,
			     struct bytes *value)
{
	MDB_val k = val_of(key), v;
	int code = key.len ? mdb_cursor_get(c->cursor, &k, &v, MDB_SET_RANGE) : MDB_NOTFOUND;

	*found = *value = (struct bytes){ 0 };
	if (code == MDB_NOTFOUND)
		return step(c, (MDB_val){ 0 }, MDB_LAST, found, value);
	if (code != 0)
		return stick(c->txn, store_failed("walk", code));
	return step(c, (MDB_val){ 0 }, MDB_PREV, found, value);
}

enum err store_cursor_next(struct store_cursor *c, struct bytes *found, struct bytes *value)
{
	return step(c, (MDB_val){ 0 }, MDB_NEXT, found, value);
}

enum err store_cursor_previous(struct store_cursor *c, struct bytes *found, struct bytes *value)
{
	return step(c, (MDB_val){ 0 }, MDB_PREV, found, value);
}

const char *store_table_name(enum store_table t)
{
	return table_names[t];
}

bool store_table_is_state(enum store_table t)
{
	return t != STORE_META && t != STORE_LEDGER;
}

