/* SPDX-License-Identifier: MIT */
/* How a store comes up and goes down, and how much room it has. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aggregator/ledger/store_private.h"
#include "base/crypto.h"
#include "base/fs.h"
#include "base/log.h"

#define MAP_BYTES (UINT64_C(64) << 30)
#define RESERVE_BYTES (UINT64_C(64) << 20)
#define MAX_READERS 256
/* Pages of the map that may be in use: LMDB needs free ones even to delete. */
#define USED_PERCENT 90
/* The free list is counted again after so many doubtful transactions. */
#define FREE_COUNT_EVERY 64

/* --- opening ---------------------------------------------------------------------------------- */

static enum err open_tables(struct store *s)
{
	MDB_txn *txn;
	int code = mdb_txn_begin(s->env, NULL, s->options.read_only ? MDB_RDONLY : 0, &txn);

	for (unsigned i = 0; code == 0 && i < STORE_TABLE_COUNT; i++) {
		code = mdb_dbi_open(txn, store_table_name((enum store_table)i), s->options.read_only ? 0 : MDB_CREATE,
				    &s->tables[i]);
		if (code != 0)
			mdb_txn_abort(txn);
	}
	if (code == 0)
		code = mdb_txn_commit(txn);
	return code == 0 ? ERR_OK : store_failed("open tables", code);
}

/* Through a descriptor of its own: LMDB's may be for reading only. */
static enum err set_size(const struct store *s, off_t size)
{
	char path[PATH_MAX + sizeof(STORE_FOLDER_DATA) + 1];

	snprintf(path, sizeof(path), "%s/" STORE_FOLDER_DATA, s->folder.path);
	return truncate(path, size) == 0 ? ERR_OK : err_from_errno(errno);
}

/* LMDB opens a short file without a word, and a read past its end would be the end of us by
 * SIGBUS. A file may be short in good health: pages at its tail that one transaction took and gave
 * back were never written. Or it was cut. Filled up with zeros, it can be looked through to tell
 * the two apart. */
static enum err fill_up(struct store *s)
{
	MDB_envinfo info;
	MDB_stat stat;
	struct stat st;
	mdb_filehandle_t fd;
	off_t whole;
	int code;
	enum err e;

	if ((code = mdb_env_get_fd(s->env, &fd)) != 0 || (code = mdb_env_info(s->env, &info)) != 0 ||
	    (code = mdb_env_stat(s->env, &stat)) != 0)
		return store_failed("stat", code);
	if (fcntl(fd, F_SETFD, FD_CLOEXEC) != 0 || fstat(fd, &st) != 0)
		return err_from_errno(errno);
	whole = (off_t)(info.me_last_pgno + 1) * stat.ms_psize;
	if (st.st_size >= whole)
		return ERR_OK;
	if ((e = set_size(s, whole)) == ERR_OK)
		s->short_size = st.st_size;
	return e;
}

/* Table 0 is the free list: for each transaction, a count and so many page numbers. */
static enum err count_free(struct store *s)
{
	MDB_txn *txn;
	MDB_cursor *cursor;
	MDB_val key, value;
	uint64_t pages = 0;
	size_t count;
	int code;

	if ((code = mdb_txn_begin(s->env, NULL, MDB_RDONLY, &txn)) != 0)
		return store_map_code(code);
	if ((code = mdb_cursor_open(txn, 0, &cursor)) == 0) {
		while ((code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
			memcpy(&count, value.mv_data, sizeof(count));
			pages += count;
		}
		mdb_cursor_close(cursor);
	}
	mdb_txn_abort(txn);
	s->free_pages = pages;
	return code == MDB_NOTFOUND ? ERR_OK : store_map_code(code);
}

/* Every value of every table, with its CRC. */
static enum err walk_tables(struct store *s)
{
	struct store_txn *t;
	enum err e = store_begin_read(s, &t);

	if (e != ERR_OK)
		return e;
	for (unsigned i = 0; e == ERR_OK && i < STORE_TABLE_COUNT; i++) {
		struct store_cursor *c;
		struct bytes key, value;

		e = store_cursor_open(t, (enum store_table)i, &c);
		if (e != ERR_OK)
			break;
		e = store_cursor_seek(c, bytes_of(NULL, 0), &key, &value);
		while (e == ERR_OK)
			e = store_cursor_next(c, &key, &value);
		store_cursor_close(c);
		e = e == ERR_NOTFOUND ? ERR_OK : e;
	}
	store_abort(&t);
	return e;
}

static enum err check_short(struct store *s)
{
	enum err e = s->short_size > 0 ? count_free(s) : ERR_OK;

	return e == ERR_OK && s->short_size > 0 ? walk_tables(s) : e;
}

/* The file as it was found, for whoever looks at it next. */
static void leave_short(struct store *s)
{
	log_write(LOG_ERROR, "store", "%s/" STORE_FOLDER_DATA " was cut short at %lld bytes: restore a "
		  "backup", s->folder.path, (long long)s->short_size);
	if (set_size(s, s->short_size) != ERR_OK)
		log_write(LOG_ERROR, "store", "its size stays changed: %s", strerror(errno));
}

static enum err open_env(struct store *s)
{
	const struct store_options *o = &s->options;
	unsigned flags = MDB_NOTLS | (o->read_only ? MDB_RDONLY : 0u) | (o->no_sync ? MDB_NOSYNC : 0u);
	int dead = 0, code;
	enum err e;

	if ((code = mdb_env_create(&s->env)) != 0 ||
	    (code = mdb_env_set_mapsize(s->env, o->map_bytes)) != 0 ||
	    (code = mdb_env_set_maxreaders(s->env, MAX_READERS)) != 0 ||
	    (code = mdb_env_set_maxdbs(s->env, STORE_TABLE_COUNT)) != 0 ||
	    (code = mdb_env_open(s->env, s->folder.path, flags, 0600)) != 0)
		return store_failed(s->folder.path, code);
	if ((e = fill_up(s)) != ERR_OK)
		return e;
	/* What the kernel has, but the disk perhaps not, since the last life ended. */
	if (!o->read_only && !o->no_sync && (code = mdb_env_sync(s->env, 1)) != 0)
		return store_failed("sync at start", code) == ERR_FULL ? ERR_FULL : ERR_FATAL;
	mdb_reader_check(s->env, &dead);
	return open_tables(s);
}

static void close_env(struct store *s)
{
	if (s->env)
		mdb_env_close(s->env);
	s->env = NULL;
}

static enum err write_identity(struct store *s)
{
	struct store_txn *t;
	uint8_t format[4];
	enum err e = store_begin_write(s, &t);

	if (e != ERR_OK)
		return e;
	bytes_store32(format, STORE_FORMAT);
	crypto_random(s->incarnation, STORE_INCARNATION_LEN);
	store_put(t, STORE_META, bytes_of_string("format"), bytes_of(format, sizeof(format)));
	store_put(t, STORE_META, bytes_of_string("incarnation"),
		  bytes_of(s->incarnation, STORE_INCARNATION_LEN));
	return store_commit(&t);
}

static enum err read_identity(struct store *s)
{
	struct store_txn *t;
	struct bytes value;
	enum err e = store_begin_read(s, &t);

	if (e != ERR_OK)
		return e;
	e = store_get(t, STORE_META, bytes_of_string("format"), &value);
	if (e == ERR_OK && value.len == 4 && bytes_load32(value.data) > STORE_FORMAT)
		e = ERR_VERSION;
	if (e == ERR_OK)
		e = store_get(t, STORE_META, bytes_of_string("incarnation"), &value);
	if (e == ERR_OK && value.len == STORE_INCARNATION_LEN)
		memcpy(s->incarnation, value.data, STORE_INCARNATION_LEN);
	else if (e == ERR_OK || e == ERR_NOTFOUND)
		e = ERR_CORRUPT;
	store_abort(&t);
	return e;
}

/* Made, committed and closed under its temporary name, then renamed: a crash on the way leaves
 * nothing that looks like a store. */
static enum err make_fresh(struct store *s)
{
	enum err e;

	if ((e = open_env(s)) == ERR_OK)
		e = write_identity(s);
	close_env(s);
	return e == ERR_OK ? store_folder_publish(&s->folder) : e;
}

enum err store_open(const char *folder, const struct store_options *options, struct store **out)
{
	struct store *s = calloc(1, sizeof(*s));
	enum err e;

	*out = NULL;
	if (!s)
		return ERR_NOMEM;
	s->options = *options;
	s->folder.lock = -1;
	if (s->options.map_bytes == 0)
		s->options.map_bytes = MAP_BYTES;
	if (s->options.reserve_bytes == 0)
		s->options.reserve_bytes = RESERVE_BYTES;
	e = crypto_init();
	if (e == ERR_OK)
		e = store_folder_open(folder, !options->read_only, &s->folder);
	if (e == ERR_OK && s->folder.fresh)
		e = make_fresh(s);
	if (e == ERR_OK)
		e = open_env(s);
	if (e == ERR_OK)
		e = check_short(s);
	if (e == ERR_OK)
		e = read_identity(s);
	if (e != ERR_OK && s->short_size > 0)
		leave_short(s);
	if (e == ERR_OK)
		*out = s;
	else
		store_close(s);
	return e;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	close_env(s);
	store_folder_close(&s->folder);
	free(s);
}

const uint8_t *store_incarnation(const struct store *s)
{
	return s->incarnation;
}

/* --- room ------------------------------------------------------------------------------------- */

static enum err check_map(struct store *s)
{
	MDB_envinfo info;
	MDB_stat stat;
	uint64_t limit;

	mdb_env_info(s->env, &info);
	mdb_env_stat(s->env, &stat);
	limit = (uint64_t)info.me_mapsize / stat.ms_psize * USED_PERCENT / 100;
	if (info.me_last_pgno + 1 < limit)
		return ERR_OK;
	if (s->free_age++ % FREE_COUNT_EVERY == 0 && count_free(s) != ERR_OK)
		return ERR_FULL;
	return info.me_last_pgno + 1 - s->free_pages < limit ? ERR_OK : ERR_FULL;
}

bool store_disk_full(struct store *s)
{
	uint64_t left;

	return fs_free_bytes(s->folder.path, &left) == ERR_OK && left < s->options.reserve_bytes;
}

enum err store_room(struct store *s)
{
	enum err e = check_map(s);

	return e == ERR_OK && store_disk_full(s) ? ERR_FULL : e;
}

/* What mdb_reader_list tells, in lines of "pid thread txnid". */
struct oldest {
	uint64_t txn;
	unsigned readers;
};

static int see_reader(const char *line, void *ctx)
{
	struct oldest *o = ctx;
	long pid, txn;
	unsigned long thread;

	if (sscanf(line, "%ld %lx %ld", &pid, &thread, &txn) == 3) {
		o->readers++;
		if (txn > 0 && (uint64_t)txn < o->txn)
			o->txn = (uint64_t)txn;
	}
	return 0;
}

enum err store_stat(struct store *s, struct store_stats *out)
{
	MDB_envinfo info;
	MDB_stat stat;
	struct stat st;
	mdb_filehandle_t fd;
	struct oldest oldest;

	if (mdb_env_info(s->env, &info) != 0 || mdb_env_stat(s->env, &stat) != 0 ||
	    mdb_env_get_fd(s->env, &fd) != 0 || fstat(fd, &st) != 0)
		return ERR_IO;
	oldest = (struct oldest){ .txn = info.me_last_txnid };
	if (mdb_reader_list(s->env, see_reader, &oldest) < 0)
		return ERR_IO;
	*out = (struct store_stats){
		.file_bytes = (uint64_t)st.st_size,
		.used_pages = (uint64_t)info.me_last_pgno + 1,
		.map_pages = (uint64_t)info.me_mapsize / stat.ms_psize,
		.readers = oldest.readers,
		.oldest_reader_lag = info.me_last_txnid - oldest.txn,
	};
	return ERR_OK;
}

void store_check_readers(struct store *s)
{
	int dead = 0;

	if (mdb_reader_check(s->env, &dead) == 0 && dead > 0)
		log_write(LOG_WARN, "store", "cleared %d readers of processes that died", dead);
}

/* --- backup ----------------------------------------------------------------------------------- */

enum err store_backup(struct store *s, const char *path)
{
	char part[PATH_MAX];
	int fd, code;
	enum err e = ERR_OK;

	if (fs_exists(path))
		return ERR_EXISTS;
	if (snprintf(part, sizeof(part), "%s.part", path) >= (int)sizeof(part))
		return ERR_INVALID;
	fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_from_errno(errno);
	code = mdb_env_copyfd2(s->env, fd, MDB_CP_COMPACT);
	if (code != 0)
		e = store_failed("copy", code);
	else if (fsync(fd) != 0)
		e = err_from_errno(errno);
	close(fd);
	if (e == ERR_OK && rename(part, path) != 0)
		e = err_from_errno(errno);
	if (e != ERR_OK)
		unlink(part);
	return e == ERR_OK ? fs_sync_parent(path) : e;
}
