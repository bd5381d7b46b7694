/* SPDX-License-Identifier: MIT */
#include "collectors/outbox_store.h"

#include <errno.h>
#include <fcntl.h>
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/log.h"

#define KEY_LEN 10    /* number u64, part u16 */
#define CHUNK 1900    /* larger values leave the tree's pages */
#define CHUNK_HEAD 8  /* crc u32, length of the whole u32 */
#define PARTS_MAX 65535
#define PATH_CAP 4096
#define READERS 64

static const char *const table_names[OUTBOX_TABLES] = { "open", "sealed", "exceptions", "meta" };

struct outbox_store {
	MDB_env *env;
	MDB_dbi tables[OUTBOX_TABLES];
	int lock_fd;
	char path[PATH_CAP];
};

struct outbox_txn {
	struct outbox_store *store;
	MDB_txn *txn;
	enum err failed;
};

static enum err map_error(int rc)
{
	static const struct {
		int rc;
		enum err e;
	} known[] = {
		{ MDB_SUCCESS, ERR_OK },      { MDB_NOTFOUND, ERR_NOTFOUND },
		{ MDB_MAP_FULL, ERR_FULL },   { MDB_TXN_FULL, ERR_FULL },
		{ MDB_PANIC, ERR_FATAL },     { MDB_VERSION_MISMATCH, ERR_VERSION },
		{ MDB_INVALID, ERR_CORRUPT }, { MDB_PAGE_NOTFOUND, ERR_CORRUPT },
		{ MDB_CORRUPTED, ERR_CORRUPT }, { MDB_READERS_FULL, ERR_BUSY },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (known[i].rc == rc)
			return known[i].e;
	}
	return rc > 0 ? err_from_errno(rc) : ERR_IO;
}

static enum err told(int rc, const char *what)
{
	if (rc)
		log_write(LOG_ERROR, "outbox", "%s: %s", what, mdb_strerror(rc));
	return map_error(rc);
}

/* --- keys and chunks ---------------------------------------------------------------------------- */

static void put_key(uint8_t key[KEY_LEN], uint64_t number, uint16_t part)
{
	bytes_store64(key, number);
	bytes_store16(key + 8, part);
}

static uint32_t chunk_crc(const uint8_t key[KEY_LEN], const uint8_t *behind_crc, size_t len)
{
	return bytes_crc32c(bytes_crc32c(0, bytes_of(key, KEY_LEN)), bytes_of(behind_crc, len));
}

/* --- opening ---------------------------------------------------------------------------------- */

static enum err open_env(const char *path, uint64_t map_bytes, MDB_env **out)
{
	MDB_env *env;
	enum err e = told(mdb_env_create(&env), "mdb_env_create");
	mdb_filehandle_t fd;

	if (e)
		return e;
	if ((e = told(mdb_env_set_mapsize(env, map_bytes), "mdb_env_set_mapsize")) ||
	    (e = told(mdb_env_set_maxdbs(env, OUTBOX_TABLES), "mdb_env_set_maxdbs")) ||
	    (e = told(mdb_env_set_maxreaders(env, READERS), "mdb_env_set_maxreaders")) ||
	    (e = told(mdb_env_open(env, path, MDB_NOTLS, 0600), path)) ||
	    (e = told(mdb_env_get_fd(env, &fd), "mdb_env_get_fd")))
		goto failed;
	/* LMDB leaves this one open for children */
	if (fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
		e = err_from_errno(errno);
		goto failed;
	}
	*out = env;
	return ERR_OK;
failed:
	mdb_env_close(env);
	return e;
}

static enum err open_tables(MDB_env *env, unsigned flags, MDB_dbi tables[OUTBOX_TABLES])
{
	MDB_txn *txn;
	int rc = mdb_txn_begin(env, NULL, flags ? 0 : MDB_RDONLY, &txn);

	if (rc)
		return told(rc, "mdb_txn_begin");
	for (size_t i = 0; !rc && i < OUTBOX_TABLES; i++)
		rc = mdb_dbi_open(txn, table_names[i], flags, &tables[i]);
	if (rc) {
		mdb_txn_abort(txn);
		return rc == MDB_NOTFOUND ? ERR_CORRUPT : told(rc, "mdb_dbi_open");
	}
	return told(mdb_txn_commit(txn), "mdb_txn_commit");
}

/* Made aside and renamed, so that a crash on the way leaves nothing that can't be opened. */
static enum err create(const char *folder, const char *path, uint64_t map_bytes)
{
	char aside[PATH_CAP + 8];
	MDB_dbi tables[OUTBOX_TABLES];
	MDB_env *env;
	enum err e;

	snprintf(aside, sizeof(aside), "%s.tmp", path);
	if ((e = fs_remove_tree(aside)) || (e = fs_make_dirs(aside, 0700)) ||
	    (e = open_env(aside, map_bytes, &env)))
		return e;
	e = open_tables(env, MDB_CREATE, tables);
	if (!e)
		e = told(mdb_env_sync(env, 1), "mdb_env_sync");
	mdb_env_close(env);
	if (!e)
		e = fs_sync_dir(aside);
	if (!e && rename(aside, path) != 0)
		e = err_from_errno(errno);
	return e ? e : fs_sync_dir(folder);
}

static bool is_whole(const MDB_val *k, const MDB_val *v)
{
	const uint8_t *value = v->mv_data;

	return k->mv_size == KEY_LEN && v->mv_size >= CHUNK_HEAD &&
	       bytes_load32(value) == chunk_crc(k->mv_data, value + 4, v->mv_size - 4);
}

/* Each key and value of a table, so that every page of it is looked at. */
static int walk_table(MDB_txn *txn, MDB_dbi dbi)
{
	MDB_cursor *c;
	MDB_val k, v;
	int rc = mdb_cursor_open(txn, dbi, &c);

	if (rc)
		return rc;
	while (!rc && !(rc = mdb_cursor_get(c, &k, &v, MDB_NEXT)))
		rc = dbi == 0 || is_whole(&k, &v) ? MDB_SUCCESS : MDB_CORRUPTED;
	mdb_cursor_close(c);
	return rc == MDB_NOTFOUND ? MDB_SUCCESS : rc;
}

/* Table 0 is LMDB's own: the free pages. */
static enum err walk(MDB_env *env, const MDB_dbi tables[OUTBOX_TABLES])
{
	MDB_txn *txn;
	int rc = mdb_txn_begin(env, NULL, MDB_RDONLY, &txn);

	if (rc)
		return told(rc, "mdb_txn_begin");
	rc = walk_table(txn, 0);
	for (size_t i = 0; !rc && i < OUTBOX_TABLES; i++)
		rc = walk_table(txn, tables[i]);
	mdb_txn_abort(txn);
	return told(rc, "data.mdb is cut off");
}

/* A file may be shorter than its last page number says: pages that one transaction took and gave
 * back were never written. Or it was cut off, and a read past its end would end the process by
 * SIGBUS. Filled up with zeros, it can be looked through to tell the two apart. */
static enum err fill_up(MDB_env *env, off_t *short_size)
{
	MDB_envinfo info;
	MDB_stat stat;
	struct stat st;
	mdb_filehandle_t fd;
	off_t whole;
	int rc;

	if ((rc = mdb_env_info(env, &info)) || (rc = mdb_env_stat(env, &stat)) ||
	    (rc = mdb_env_get_fd(env, &fd)))
		return told(rc, "mdb_env_info");
	if (fstat(fd, &st) != 0)
		return err_from_errno(errno);
	whole = (off_t)((info.me_last_pgno + 1) * stat.ms_psize);
	if (st.st_size >= whole)
		return ERR_OK;
	*short_size = st.st_size;
	return ftruncate(fd, whole) == 0 ? ERR_OK : err_from_errno(errno);
}

/* Leaves a damaged file as it was found, so that the next look finds it damaged too. */
static void shorten(MDB_env *env, off_t size)
{
	mdb_filehandle_t fd;

	if (mdb_env_get_fd(env, &fd) != 0 || ftruncate(fd, size) != 0)
		log_write(LOG_ERROR, "outbox", "the size of data.mdb stays changed");
}

static enum err open_existing(struct outbox_store *s, uint64_t map_bytes)
{
	int dead;
	off_t short_size = 0;
	enum err e = open_env(s->path, map_bytes, &s->env);

	if (e || (e = fill_up(s->env, &short_size)))
		return e;
	/* What a failed fsync left in the page cache is believed only once it is on the disk. */
	if ((e = told(mdb_env_sync(s->env, 1), "mdb_env_sync")) ||
	    (e = told(mdb_reader_check(s->env, &dead), "mdb_reader_check")))
		return e;
	e = open_tables(s->env, 0, s->tables);
	if (!e && short_size > 0)
		e = walk(s->env, s->tables);
	if (e && short_size > 0)
		shorten(s->env, short_size);
	return e;
}

enum err outbox_store_open(const char *folder, uint64_t map_bytes, struct outbox_store **out)
{
	struct outbox_store *s = calloc(1, sizeof(*s));
	char lock[PATH_CAP];
	enum err e;

	if (!s)
		return ERR_NOMEM;
	s->lock_fd = -1;
	if (snprintf(s->path, sizeof(s->path), "%s/outbox", folder) >= (int)sizeof(s->path) - 8 ||
	    snprintf(lock, sizeof(lock), "%s/outbox.lock", folder) >= (int)sizeof(lock)) {
		e = ERR_RANGE;
		goto failed;
	}
	if ((e = fs_lock(lock, &s->lock_fd)))
		goto failed;
	if (!fs_exists(s->path) && (e = create(folder, s->path, map_bytes)))
		goto failed;
	if ((e = open_existing(s, map_bytes)))
		goto failed;
	*out = s;
	return ERR_OK;
failed:
	outbox_store_close(s);
	return e;
}

void outbox_store_close(struct outbox_store *s)
{
	if (!s)
		return;
	if (s->env)
		mdb_env_close(s->env);
	if (s->lock_fd >= 0)
		close(s->lock_fd);
	free(s);
}

/* --- transactions ----------------------------------------------------------------------------- */

enum err outbox_txn_begin(struct outbox_store *s, bool write, struct outbox_txn **out)
{
	struct outbox_txn *t = calloc(1, sizeof(*t));
	enum err e;

	if (!t)
		return ERR_NOMEM;
	t->store = s;
	e = told(mdb_txn_begin(s->env, NULL, write ? 0 : MDB_RDONLY, &t->txn), "mdb_txn_begin");
	if (e)
		free(t);
	else
		*out = t;
	return e;
}

/* A short write shows as EIO: with no room left on the disk it means full. */
static enum err judge_commit(const struct outbox_store *s, int rc)
{
	uint64_t left;

	if (rc == MDB_SUCCESS)
		return ERR_OK;
	log_write(LOG_ERROR, "outbox", "commit: %s", mdb_strerror(rc));
	if (map_error(rc) == ERR_FULL)
		return ERR_FULL;
	if (rc == EIO && fs_free_bytes(s->path, &left) == ERR_OK && left < (1u << 20))
		return ERR_FULL;
	return ERR_FATAL;
}

enum err outbox_txn_commit(struct outbox_txn **txn)
{
	struct outbox_txn *t = *txn;
	enum err e = t->failed;

	*txn = NULL;
	if (e)
		mdb_txn_abort(t->txn);
	else
		e = judge_commit(t->store, mdb_txn_commit(t->txn));
	free(t);
	return e;
}

void outbox_txn_abort(struct outbox_txn **txn)
{
	if (!*txn)
		return;
	mdb_txn_abort((*txn)->txn);
	free(*txn);
	*txn = NULL;
}

static enum err stick(struct outbox_txn *t, int rc, const char *what)
{
	if (rc != MDB_SUCCESS)
		t->failed = told(rc, what);
	return t->failed;
}

/* --- chunks ----------------------------------------------------------------------------------- */

/* Rows come in rising order, so nearly every put goes to the end. */
static int put_chunk(struct outbox_txn *t, enum outbox_table table, uint64_t number, uint16_t part,
		     uint8_t *value, size_t len)
{
	uint8_t key[KEY_LEN];
	MDB_val k = { KEY_LEN, key }, v = { len, value };
	int rc;

	put_key(key, number, part);
	bytes_store32(value, chunk_crc(key, value + 4, len - 4));
	rc = mdb_put(t->txn, t->store->tables[table], &k, &v, MDB_APPEND);
	if (rc == MDB_KEYEXIST) {
		v = (MDB_val){ len, value };
		rc = mdb_put(t->txn, t->store->tables[table], &k, &v, 0);
	}
	return rc;
}

enum err outbox_txn_put(struct outbox_txn *t, enum outbox_table table, uint64_t number,
			struct bytes value)
{
	uint8_t chunk[CHUNK];
	size_t room = CHUNK - CHUNK_HEAD, done = 0;

	if (t->failed)
		return t->failed;
	if (value.len > room * PARTS_MAX)
		return t->failed = ERR_RANGE;
	for (unsigned part = 0; part == 0 || done < value.len; part++) {
		size_t n = value.len - done < room ? value.len - done : room;

		bytes_store32(chunk + 4, (uint32_t)value.len);
		if (n)
			memcpy(chunk + CHUNK_HEAD, value.data + done, n);
		if (stick(t, put_chunk(t, table, number, (uint16_t)part, chunk, CHUNK_HEAD + n),
			  "mdb_put"))
			return t->failed;
		done += n;
	}
	return ERR_OK;
}

/* Takes one chunk; *whole is the length of the value that it belongs to. */
static enum err take_chunk(const MDB_val *k, const MDB_val *v, uint64_t number, unsigned part,
			   uint32_t *whole, struct buf *out)
{
	const uint8_t *key = k->mv_data, *value = v->mv_data;

	if (!is_whole(k, v) || bytes_load64(key) != number || bytes_load16(key + 8) != part)
		return ERR_CORRUPT;
	*whole = bytes_load32(value + 4);
	buf_put(out, bytes_of(value + CHUNK_HEAD, v->mv_size - CHUNK_HEAD));
	return buf_error(out);
}

static enum err take_all(MDB_cursor *c, uint64_t number, struct buf *out)
{
	uint8_t key[KEY_LEN];
	MDB_val k = { KEY_LEN, key }, v;
	size_t start = out->len;
	uint32_t whole = 0;
	unsigned part = 0;
	int rc;
	enum err e;

	put_key(key, number, 0);
	rc = mdb_cursor_get(c, &k, &v, MDB_SET_KEY);
	if (rc == MDB_NOTFOUND)
		return ERR_NOTFOUND;
	do {
		e = rc ? ERR_CORRUPT : take_chunk(&k, &v, number, part++, &whole, out);
		if (e || out->len - start >= whole)
			break;
		rc = mdb_cursor_get(c, &k, &v, MDB_NEXT);
	} while (true);
	return !e && out->len - start != whole ? ERR_CORRUPT : e;
}

enum err outbox_txn_get(struct outbox_txn *t, enum outbox_table table, uint64_t number,
			struct buf *out)
{
	MDB_cursor *c;
	enum err e;

	if (t->failed)
		return t->failed;
	if (stick(t, mdb_cursor_open(t->txn, t->store->tables[table], &c), "mdb_cursor_open"))
		return t->failed;
	e = take_all(c, number, out);
	if (e == ERR_CORRUPT)
		log_write(LOG_ERROR, "outbox", "value %llu of %s is damaged",
			  (unsigned long long)number, table_names[table]);
	mdb_cursor_close(c);
	return e;
}

enum err outbox_txn_next(struct outbox_txn *t, enum outbox_table table, uint64_t from,
			 uint64_t *number)
{
	uint8_t key[KEY_LEN];
	MDB_val k = { KEY_LEN, key }, v;
	MDB_cursor *c;
	int rc;

	if (t->failed)
		return t->failed;
	if (stick(t, mdb_cursor_open(t->txn, t->store->tables[table], &c), "mdb_cursor_open"))
		return t->failed;
	put_key(key, from, 0);
	rc = mdb_cursor_get(c, &k, &v, MDB_SET_RANGE);
	if (rc == MDB_SUCCESS && k.mv_size == KEY_LEN)
		*number = bytes_load64(k.mv_data);
	mdb_cursor_close(c);
	return rc == MDB_NOTFOUND ? ERR_NOTFOUND : stick(t, rc, "mdb_cursor_get");
}

/* The cursor is placed anew for each chunk: after a delete at the end of a page it stands nowhere. */
static int delete_next(MDB_cursor *c, uint64_t from, uint64_t until, struct outbox_removed *removed)
{
	uint8_t key[KEY_LEN];
	MDB_val k = { KEY_LEN, key }, v;
	int rc;

	put_key(key, from, 0);
	rc = mdb_cursor_get(c, &k, &v, MDB_SET_RANGE);
	if (rc)
		return rc;
	if (bytes_load64(k.mv_data) >= until)
		return MDB_NOTFOUND;
	removed->values += bytes_load16((uint8_t *)k.mv_data + 8) == 0;
	removed->bytes += v.mv_size - CHUNK_HEAD;
	return mdb_cursor_del(c, 0);
}

enum err outbox_txn_delete(struct outbox_txn *t, enum outbox_table table, uint64_t from,
			   uint64_t until, struct outbox_removed *removed)
{
	MDB_cursor *c;
	int rc = MDB_SUCCESS;

	*removed = (struct outbox_removed){ 0 };
	if (t->failed)
		return t->failed;
	if (stick(t, mdb_cursor_open(t->txn, t->store->tables[table], &c), "mdb_cursor_open"))
		return t->failed;
	while (!rc)
		rc = delete_next(c, from, until, removed);
	mdb_cursor_close(c);
	return rc == MDB_NOTFOUND ? ERR_OK : stick(t, rc, "mdb_cursor_del");
}
