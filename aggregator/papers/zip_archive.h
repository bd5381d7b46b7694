/* SPDX-License-Identifier: MIT */
/* A zip archive made in memory: no clock, no names of a machine; entries in the order in which they
 * are added. The same entries give the same bytes. */
#ifndef PAPERS_ZIP_ARCHIVE_H
#define PAPERS_ZIP_ARCHIVE_H

#include "base/buf.h"

struct zip_archive_entry {
	const char *name;
	struct bytes content; /* borrowed */
};

/* Adds the archive to out. ERR_NOMEM; ERR_IO: the library refused. */
enum err zip_archive(const struct zip_archive_entry *entries, size_t count, struct buf *out);

#endif
