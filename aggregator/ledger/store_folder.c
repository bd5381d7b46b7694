/* SPDX-License-Identifier: MIT */
#include "aggregator/ledger/store_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/log.h"

/* Not LMDB's lock.mdb: closing a second descriptor of that one would drop LMDB's own locks. */
#define LOCK_NAME "daemon.lock"

static enum err join(char out[PATH_MAX], const char *folder, const char *end)
{
	int n = snprintf(out, PATH_MAX, "%s%s", folder, end);

	return n < 0 || n >= PATH_MAX ? ERR_INVALID : ERR_OK;
}

static bool has_store(const char *folder)
{
	char path[PATH_MAX];

	return join(path, folder, "/" STORE_FOLDER_DATA) == ERR_OK && fs_exists(path);
}

static enum err take_lock(struct store_folder *f)
{
	char path[PATH_MAX];
	enum err e = join(path, f->path, "/" LOCK_NAME);

	return e == ERR_OK ? fs_lock(path, &f->lock) : e;
}

/* What a maker that was killed left behind. */
static enum err clear_leftovers(const char *folder)
{
	static const char *const names[] = { "/" STORE_FOLDER_DATA, "/lock.mdb" };
	char path[PATH_MAX];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		enum err e = join(path, folder, names[i]);

		if (e != ERR_OK)
			return e;
		if (unlink(path) != 0 && errno != ENOENT)
			return err_from_errno(errno);
	}
	return ERR_OK;
}

static enum err open_fresh(struct store_folder *f)
{
	enum err e;

	if (rmdir(f->home) != 0 && errno != ENOENT) {
		e = err_from_errno(errno);
		log_write(LOG_ERROR, "store", "%s: %s", f->home,
			  e == ERR_EXISTS ? "holds no store and is not empty" : strerror(errno));
		return e;
	}
	if ((e = join(f->path, f->home, ".new")) != ERR_OK ||
	    (e = fs_make_dirs(f->path, 0700)) != ERR_OK || (e = take_lock(f)) != ERR_OK)
		return e;
	/* somebody else may have been making it, and finished, before we had the lock */
	if (has_store(f->home))
		return ERR_BUSY;
	f->fresh = true;
	return clear_leftovers(f->path);
}

enum err store_folder_open(const char *folder, bool may_make, struct store_folder *f)
{
	enum err e;

	*f = (struct store_folder){ .lock = -1 };
	if (folder[0] == '\0' || join(f->home, folder, "") != ERR_OK)
		return ERR_INVALID;
	for (size_t n = strlen(f->home); n > 1 && f->home[n - 1] == '/';)
		f->home[--n] = '\0';
	if (has_store(f->home)) {
		memcpy(f->path, f->home, sizeof(f->path));
		e = take_lock(f);
	} else {
		e = may_make ? open_fresh(f) : ERR_NOTFOUND;
	}
	if (e == ERR_BUSY)
		log_write(LOG_ERROR, "store", "%s is in use", f->home);
	if (e != ERR_OK)
		store_folder_close(f);
	return e;
}

static enum err sync_data(const char *folder)
{
	char path[PATH_MAX];
	enum err e = join(path, folder, "/" STORE_FOLDER_DATA);
	int fd;

	if (e != ERR_OK)
		return e;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_from_errno(errno);
	if (fsync(fd) != 0)
		e = err_from_errno(errno);
	close(fd);
	return e;
}

enum err store_folder_publish(struct store_folder *f)
{
	enum err e;

	if ((e = sync_data(f->path)) != ERR_OK || (e = fs_sync_dir(f->path)) != ERR_OK)
		return e;
	if (rename(f->path, f->home) != 0)
		return err_from_errno(errno);
	f->fresh = false;
	memcpy(f->path, f->home, sizeof(f->path));
	return fs_sync_parent(f->home);
}

void store_folder_close(struct store_folder *f)
{
	if (f->lock >= 0)
		close(f->lock);
	f->lock = -1;
}
