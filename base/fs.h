/* SPDX-License-Identifier: MIT */
/* Files: whole reads and atomic, durable writes. */
#ifndef BASE_FS_H
#define BASE_FS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/* Appends the whole file to out. ERR_FULL where it is larger than max. */
enum err fs_read(const char *path, size_t max, struct buf *out);
/* The same for an open descriptor, until its end. */
enum err fs_read_fd(int fd, size_t max, struct buf *out);
/* Writes path.tmp, fsyncs, renames, fsyncs the folder. */
enum err fs_write(const char *path, struct bytes content, unsigned mode);
/* Reads a secret: a regular file, not a link, owned by this user or root, mode without any right
 * for group or others (ERR_DENIED else). */
enum err fs_read_secret(const char *path, size_t max, struct buf *out);
enum err fs_make_dirs(const char *path, unsigned mode); /* like mkdir -p */
enum err fs_sync_dir(const char *path);
/* The folder that path stands in: after a rename. */
enum err fs_sync_parent(const char *path);
enum err fs_remove_tree(const char *path); /* never follows links; no error where it is absent */
bool fs_exists(const char *path);
/* An exclusive flock on a file that is made where absent; ERR_BUSY where somebody holds it. Closing
 * the descriptor gives it back. */
enum err fs_lock(const char *path, int *fd);
/* Bytes that a normal user may still write on the file system of path. */
enum err fs_free_bytes(const char *path, uint64_t *out);

#endif
