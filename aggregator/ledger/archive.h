/* SPDX-License-Identifier: MIT */
/* A ledger as one file, to be carried to another machine: every entry in the form that the chain
 * hashes, and at the end how many there are and the hash of the chain. A file that was cut short, or
 * of which one bit is another, is no ledger. One thread. */
#ifndef LEDGER_ARCHIVE_H
#define LEDGER_ARCHIVE_H

#include "aggregator/ledger/entry.h"
#include "base/buf.h"

#define ARCHIVE_FORM_MAX (8u << 20) /* bytes of the longest entry */

struct archive;

/* Writing. The file appears under its name once it is finished, whole and durable. ERR_EXISTS: there
 * is such a file. */
enum err archive_create(const char *path, struct archive **out);
/* The entry of the next position. */
enum err archive_put(struct archive *a, struct bytes form);
/* Ends the archive in any case. */
enum err archive_finish(struct archive **a);

/* Reading. ERR_NOTFOUND: no such file; ERR_CORRUPT: no such archive; ERR_VERSION: a newer one. */
enum err archive_open(const char *path, struct archive **out);
/* The next entry's form replaces what form holds. ERR_NOTFOUND: that was all, and it was whole;
 * ERR_CORRUPT: it is not. */
enum err archive_next(struct archive *a, struct buf *form);

uint64_t archive_count(const struct archive *a); /* entries so far */
/* The chain's hash behind the last entry. */
const uint8_t *archive_chain(const struct archive *a);
void archive_close(struct archive *a); /* accepts NULL; what was not finished leaves nothing */

#endif
