/* SPDX-License-Identifier: MIT */
#include "aggregator/papers/zip_archive.h"

#include <zip.h>

#define DOS_DATE ((1u << 5) | 1u) /* 1980-01-01, the first day that a zip knows */

static enum err add(zip_t *archive, const struct zip_archive_entry *e)
{
	zip_source_t *source = zip_source_buffer(archive, e->content.data, e->content.len, 0);
	zip_int64_t at;

	if (!source)
		return ERR_NOMEM;
	at = zip_file_add(archive, e->name, source, ZIP_FL_ENC_UTF_8);
	if (at < 0) {
		zip_source_free(source);
		return ERR_IO;
	}
	if (zip_file_set_dostime(archive, (zip_uint64_t)at, 0, DOS_DATE, 0) != 0 ||
	    zip_set_file_compression(archive, (zip_uint64_t)at, ZIP_CM_DEFLATE, 6) != 0 ||
	    zip_file_set_external_attributes(archive, (zip_uint64_t)at, 0, ZIP_OPSYS_DOS, 0) != 0)
		return ERR_IO;
	return ERR_OK;
}

/* What was written into the source, to the end of out. */
static enum err take(zip_source_t *source, struct buf *out)
{
	zip_stat_t stat;
	zip_int64_t n;
	uint8_t *at;
	enum err e = ERR_OK;

	if (zip_source_stat(source, &stat) != 0 || !(stat.valid & ZIP_STAT_SIZE) ||
	    zip_source_open(source) != 0)
		return ERR_IO;
	at = buf_extend(out, (size_t)stat.size);
	n = at ? zip_source_read(source, at, stat.size) : 0;
	if (!at)
		e = ERR_NOMEM;
	else if (n < 0 || (zip_uint64_t)n != stat.size)
		e = ERR_IO;
	zip_source_close(source);
	return e;
}

enum err zip_archive(const struct zip_archive_entry *entries, size_t count, struct buf *out)
{
	zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, NULL);
	zip_t *archive = source ? zip_open_from_source(source, ZIP_TRUNCATE, NULL) : NULL;
	enum err e = ERR_OK;

	if (!archive) {
		zip_source_free(source); /* accepts NULL */
		return ERR_NOMEM;
	}
	zip_source_keep(source); /* one reference is the archive's */
	for (size_t i = 0; i < count && e == ERR_OK; i++)
		e = add(archive, &entries[i]);
	if (e == ERR_OK && zip_close(archive) != 0)
		e = ERR_IO;
	else if (e == ERR_OK)
		archive = NULL;
	if (archive)
		zip_discard(archive);
	else
		e = take(source, out);
	zip_source_free(source);
	return e;
}
