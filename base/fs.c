/* SPDX-License-Identifier: MIT */
#include "base/fs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/log.h"

#define READ_STEP 65536
#define TREE_DEPTH_MAX 64

/* Maps errno; what the caller can't tell from the code alone is logged. */
static enum err failed(const char *what, const char *path)
{
	int number = errno;
	enum err e = err_from_errno(number);

	if (e == ERR_IO || e == ERR_FULL)
		log_write(LOG_ERROR, "fs", "%s %s: %s", what, path, strerror(number));
	return e;
}

static int open_retry(const char *path, int flags, unsigned mode)
{
	int fd;

	do
		fd = open(path, flags | O_CLOEXEC | O_NOCTTY, mode);
	while (fd < 0 && errno == EINTR);
	return fd;
}

/* One read. *n is 0 at the end. */
static enum err read_some(int fd, uint8_t *to, size_t cap, size_t *n)
{
	ssize_t got;

	do
		got = read(fd, to, cap);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return failed("read", "a file");
	*n = (size_t)got;
	return ERR_OK;
}

enum err fs_read_fd(int fd, size_t max, struct buf *out)
{
	size_t start = out->len, n = 0;
	enum err e;

	do {
		size_t before = out->len;
		uint8_t *to = buf_extend(out, READ_STEP);

		if (!to)
			return ERR_NOMEM;
		e = read_some(fd, to, READ_STEP, &n);
		buf_truncate(out, before + (e == ERR_OK ? n : 0));
		if (e == ERR_OK && out->len - start > max)
			e = ERR_FULL;
	} while (e == ERR_OK && n > 0);
	if (e != ERR_OK)
		buf_truncate(out, start);
	return e;
}

enum err fs_read(const char *path, size_t max, struct buf *out)
{
	int fd = open_retry(path, O_RDONLY, 0);
	enum err e;

	if (fd < 0)
		return failed("open", path);
	e = fs_read_fd(fd, max, out);
	close(fd);
	return e;
}

static enum err write_all(int fd, struct bytes b, const char *path)
{
	while (b.len) {
		ssize_t n = write(fd, b.data, b.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return failed("write", path);
		b = bytes_of(b.data + n, b.len - (size_t)n);
	}
	return ERR_OK;
}

/* Writes and syncs a new file; nothing is left of it on failure. */
static enum err write_new(const char *path, struct bytes content, unsigned mode)
{
	enum err e = ERR_OK;
	int fd;

	unlink(path); /* of a writer that was killed */
	fd = open_retry(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
	if (fd < 0)
		return failed("open", path);
	e = write_all(fd, content, path);
	if (e == ERR_OK && (fchmod(fd, mode) != 0 || fsync(fd) != 0))
		e = failed("fsync", path);
	if (close(fd) != 0 && e == ERR_OK)
		e = failed("close", path);
	if (e != ERR_OK)
		unlink(path);
	return e;
}

enum err fs_sync_parent(const char *path)
{
	char folder[PATH_MAX];
	const char *slash = strrchr(path, '/');
	size_t len = slash ? (size_t)(slash - path) : 0;

	if (!slash)
		return fs_sync_dir(".");
	if (len == 0)
		return fs_sync_dir("/");
	if (len >= sizeof(folder))
		return ERR_INVALID;
	memcpy(folder, path, len);
	folder[len] = '\0';
	return fs_sync_dir(folder);
}

enum err fs_write(const char *path, struct bytes content, unsigned mode)
{
	char temporary[PATH_MAX];
	int n = snprintf(temporary, sizeof(temporary), "%s.tmp", path);
	enum err e;

	if (n < 0 || (size_t)n >= sizeof(temporary))
		return ERR_INVALID;
	e = write_new(temporary, content, mode);
	if (e != ERR_OK)
		return e;
	if (rename(temporary, path) != 0) {
		e = failed("rename", path);
		unlink(temporary);
		return e;
	}
	return fs_sync_parent(path);
}

enum err fs_read_secret(const char *path, size_t max, struct buf *out)
{
	/* not blocking: the path may be a FIFO */
	int fd = open_retry(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);
	struct stat st;
	enum err e;

	if (fd < 0)
		return failed("open", path);
	if (fstat(fd, &st) != 0)
		e = failed("stat", path);
	else if (!S_ISREG(st.st_mode) || (st.st_mode & 077) != 0 ||
		 (st.st_uid != geteuid() && st.st_uid != 0))
		e = ERR_DENIED;
	else
		e = fs_read_fd(fd, max, out);
	close(fd);
	return e;
}

static enum err make_dir(const char *path, unsigned mode)
{
	struct stat st;

	if (mkdir(path, mode) == 0)
		return ERR_OK;
	if (errno != EEXIST)
		return failed("mkdir", path);
	if (stat(path, &st) != 0)
		return failed("stat", path);
	return S_ISDIR(st.st_mode) ? ERR_OK : ERR_EXISTS;
}

enum err fs_make_dirs(const char *path, unsigned mode)
{
	char part[PATH_MAX];
	size_t len = strlen(path);
	enum err e = ERR_OK;

	if (len == 0 || len >= sizeof(part))
		return ERR_INVALID;
	memcpy(part, path, len + 1);
	for (size_t i = 1; i < len && e == ERR_OK; i++) {
		if (part[i] != '/' || part[i - 1] == '/')
			continue;
		part[i] = '\0';
		e = make_dir(part, mode);
		part[i] = '/';
	}
	return e == ERR_OK ? make_dir(path, mode) : e;
}

enum err fs_sync_dir(const char *path)
{
	int fd = open_retry(path, O_RDONLY | O_DIRECTORY, 0);
	enum err e = ERR_OK;

	if (fd < 0)
		return failed("open", path);
	if (fsync(fd) != 0)
		e = failed("fsync", path);
	close(fd);
	return e;
}

static enum err remove_at(int folder, const char *name, unsigned depth);

/* Removes what stands in a folder, and closes its descriptor. */
static enum err empty_folder(int fd, const char *name, unsigned depth)
{
	DIR *dir = fdopendir(fd);
	struct dirent *entry;
	enum err e = ERR_OK;

	if (!dir) {
		e = failed("open", name);
		close(fd);
		return e;
	}
	while (e == ERR_OK && (entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			e = remove_at(dirfd(dir), entry->d_name, depth + 1);
	closedir(dir);
	return e;
}

static enum err remove_at(int folder, const char *name, unsigned depth)
{
	enum err e;
	int fd;

	if (unlinkat(folder, name, 0) == 0 || errno == ENOENT)
		return ERR_OK;
	if (errno != EISDIR && errno != EPERM)
		return failed("remove", name);
	if (depth > TREE_DEPTH_MAX)
		return ERR_FULL;
	fd = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return failed("open", name);
	e = empty_folder(fd, name, depth);
	if (e == ERR_OK && unlinkat(folder, name, AT_REMOVEDIR) != 0 && errno != ENOENT)
		e = failed("remove", name);
	return e;
}

enum err fs_remove_tree(const char *path)
{
	return remove_at(AT_FDCWD, path, 0);
}

bool fs_exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}

enum err fs_lock(const char *path, int *fd)
{
	int lock = open_retry(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0600);
	int n;
	enum err e;

	if (lock < 0)
		return failed("open", path);
	do
		n = flock(lock, LOCK_EX | LOCK_NB);
	while (n != 0 && errno == EINTR);
	if (n == 0) {
		*fd = lock;
		return ERR_OK;
	}
	e = errno == EWOULDBLOCK ? ERR_BUSY : failed("lock", path);
	close(lock);
	return e;
}

enum err fs_free_bytes(const char *path, uint64_t *out)
{
	struct statvfs st;

	if (statvfs(path, &st) != 0)
		return failed("statvfs", path);
	*out = (uint64_t)st.f_bavail * st.f_frsize;
	return ERR_OK;
}
