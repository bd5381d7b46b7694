/* SPDX-License-Identifier: MIT */
#include "aggregator/ledger/archive.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fs.h"

/* The first line; then of each entry its length u32 and its form; then length 0, how many they are
 * u64, and the chain's hash 32. */
static const char heading[] = "minsheng-ledger 1\n";
#define HEADING_LEN (sizeof(heading) - 1)
#define KIND_LEN 16 /* of the heading, before the version */
#define END_LEN (4 + 8 + CRYPTO_HASH_LEN)

struct archive {
	FILE *file;
	char *path, *aside; /* aside: under which it is written; NULL: reading */
	uint64_t count;
	uint8_t chain[CRYPTO_HASH_LEN];
};

static enum err fail(void)
{
	int number = errno;

	return number ? err_from_errno(number) : ERR_IO;
}

static struct archive *archive_new(const char *path, const char *ending)
{
	struct archive *a = calloc(1, sizeof(*a));

	if (!a || !(a->path = strdup(path)) ||
	    (ending && asprintf(&a->aside, "%s%s", path, ending) < 0)) {
		archive_close(a);
		return NULL;
	}
	return a;
}

void archive_close(struct archive *a)
{
	if (!a)
		return;
	if (a->file)
		fclose(a->file);
	if (a->aside)
		(void)unlink(a->aside);
	free(a->aside);
	free(a->path);
	free(a);
}

uint64_t archive_count(const struct archive *a)
{
	return a->count;
}

const uint8_t *archive_chain(const struct archive *a)
{
	return a->chain;
}

static void count_form(struct archive *a, struct bytes form)
{
	uint8_t chain[CRYPTO_HASH_LEN];

	entry_chain(a->chain, form, chain);
	memcpy(a->chain, chain, sizeof(chain));
	a->count++;
}

/* --- writing ---------------------------------------------------------------------------------- */

static enum err write_all(struct archive *a, const void *from, size_t n)
{
	errno = 0;
	return fwrite(from, 1, n, a->file) == n ? ERR_OK : fail();
}

enum err archive_create(const char *path, struct archive **out)
{
	struct archive *a;
	enum err e;

	*out = NULL;
	if (fs_exists(path))
		return ERR_EXISTS;
	if (!(a = archive_new(path, ".new")))
		return ERR_NOMEM;
	errno = 0;
	a->file = fopen(a->aside, "we");
	e = a->file ? write_all(a, heading, HEADING_LEN) : fail();
	if (e == ERR_OK)
		*out = a;
	else
		archive_close(a);
	return e;
}

enum err archive_put(struct archive *a, struct bytes form)
{
	uint8_t length[4];
	enum err e;

	if (form.len == 0 || form.len > ARCHIVE_FORM_MAX)
		return ERR_RANGE;
	bytes_store32(length, (uint32_t)form.len);
	if ((e = write_all(a, length, sizeof(length))) == ERR_OK &&
	    (e = write_all(a, form.data, form.len)) == ERR_OK)
		count_form(a, form);
	return e;
}

static enum err put_end(struct archive *a)
{
	uint8_t end[END_LEN] = { 0 };

	bytes_store64(end + 4, a->count);
	memcpy(end + 12, a->chain, CRYPTO_HASH_LEN);
	return write_all(a, end, sizeof(end));
}

static enum err settle(struct archive *a)
{
	FILE *file = a->file;
	bool good;

	errno = 0;
	good = fflush(file) == 0 && fsync(fileno(file)) == 0;
	a->file = NULL;
	if (fclose(file) != 0 || !good || rename(a->aside, a->path) != 0)
		return fail();
	return fs_sync_parent(a->path);
}

enum err archive_finish(struct archive **archive)
{
	struct archive *a = *archive;
	enum err e = put_end(a);

	*archive = NULL;
	if (e == ERR_OK)
		e = settle(a);
	archive_close(a);
	return e;
}

/* --- reading ---------------------------------------------------------------------------------- */

/* ERR_CORRUPT where the file ends before. */
static enum err read_all(struct archive *a, void *to, size_t n)
{
	errno = 0;
	if (fread(to, 1, n, a->file) == n)
		return ERR_OK;
	return ferror(a->file) ? fail() : ERR_CORRUPT;
}

static enum err read_heading(struct archive *a)
{
	char found[HEADING_LEN];
	enum err e = read_all(a, found, sizeof(found));

	if (e != ERR_OK || memcmp(found, heading, sizeof(found)) == 0)
		return e;
	return memcmp(found, heading, KIND_LEN) == 0 ? ERR_VERSION : ERR_CORRUPT;
}

enum err archive_open(const char *path, struct archive **out)
{
	struct archive *a = archive_new(path, NULL);
	enum err e;

	*out = NULL;
	if (!a)
		return ERR_NOMEM;
	errno = 0;
	a->file = fopen(path, "re");
	e = a->file ? read_heading(a) : fail();
	if (e == ERR_OK)
		*out = a;
	else
		archive_close(a);
	return e;
}

/* Behind the length 0: all is there, and nothing follows. */
static enum err read_end(struct archive *a)
{
	uint8_t end[END_LEN - 4];
	enum err e = read_all(a, end, sizeof(end));

	if (e != ERR_OK)
		return e;
	if (bytes_load64(end) != a->count || memcmp(end + 8, a->chain, CRYPTO_HASH_LEN) != 0 ||
	    fgetc(a->file) != EOF)
		return ERR_CORRUPT;
	return ERR_NOTFOUND;
}

enum err archive_next(struct archive *a, struct buf *form)
{
	uint8_t head[4];
	uint32_t length;
	uint8_t *room;
	enum err e = read_all(a, head, sizeof(head));

	if (e != ERR_OK)
		return e;
	if ((length = bytes_load32(head)) == 0)
		return read_end(a);
	if (length > ARCHIVE_FORM_MAX)
		return ERR_CORRUPT;
	buf_clear(form);
	if (!(room = buf_extend(form, length)))
		return buf_error(form);
	if ((e = read_all(a, room, length)) == ERR_OK)
		count_form(a, buf_bytes(form));
	return e;
}
