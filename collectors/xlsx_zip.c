/* SPDX-License-Identifier: MIT */
#include "collectors/xlsx_zip.h"

#include <stdlib.h>
#include <zip.h>

#define PARTS_MAX 4000
#define PIECE 65536
#define RATIO_MAX 250             /* XML of sheets shrinks to a fiftieth at best */
#define RATIO_FREE (UINT64_C(64) << 20) /* less is read in no time, and not kept */

struct xlsx_zip {
	zip_t *zip;
	uint64_t left; /* bytes that may still come out */
};

enum err xlsx_zip_open(struct bytes file, uint64_t most, struct xlsx_zip **out)
{
	struct xlsx_zip *z = calloc(1, sizeof(*z));
	zip_source_t *source;
	zip_error_t why;

	*out = NULL;
	if (!z)
		return ERR_NOMEM;
	zip_error_init(&why);
	z->left = most;
	source = zip_source_buffer_create(file.data, file.len, 0, &why);
	if (source && !(z->zip = zip_open_from_source(source, ZIP_RDONLY, &why)))
		zip_source_free(source);
	zip_error_fini(&why);
	if (!source || !z->zip) {
		free(z);
		return source ? ERR_INVALID : ERR_NOMEM;
	}
	if (zip_get_num_entries(z->zip, 0) > PARTS_MAX) {
		xlsx_zip_close(z);
		return ERR_FULL;
	}
	*out = z;
	return ERR_OK;
}

void xlsx_zip_close(struct xlsx_zip *z)
{
	if (!z)
		return;
	zip_discard(z->zip);
	free(z);
}

bool xlsx_zip_has(struct xlsx_zip *z, const char *name)
{
	return zip_name_locate(z->zip, name, 0) >= 0;
}

/* What has come out so far of what went in. Sizes that the file itself names are not believed. */
static bool is_bomb(uint64_t out, uint64_t in)
{
	return out > RATIO_FREE && out / RATIO_MAX > in;
}

static enum err read_all(struct xlsx_zip *z, zip_file_t *f, uint64_t packed,
			 enum err (*fn)(void *ctx, struct bytes piece), void *ctx, uint8_t *room)
{
	uint64_t total = 0;
	enum err e = ERR_OK;

	while (e == ERR_OK) {
		zip_int64_t n = zip_fread(f, room, PIECE);

		if (n < 0)
			return ERR_INVALID;
		if (n == 0)
			return ERR_OK;
		total += (uint64_t)n;
		if ((uint64_t)n > z->left || is_bomb(total, packed))
			return ERR_FULL;
		z->left -= (uint64_t)n;
		e = fn(ctx, bytes_of(room, (size_t)n));
	}
	return e;
}

enum err xlsx_zip_read(struct xlsx_zip *z, const char *name,
		       enum err (*fn)(void *ctx, struct bytes piece), void *ctx)
{
	zip_stat_t stat;
	zip_file_t *f;
	uint8_t *room;
	enum err e;

	if (zip_stat(z->zip, name, 0, &stat) != 0)
		return ERR_NOTFOUND;
	if (!(stat.valid & ZIP_STAT_COMP_SIZE) || !(f = zip_fopen(z->zip, name, 0)))
		return ERR_INVALID;
	room = malloc(PIECE);
	e = room ? read_all(z, f, stat.comp_size, fn, ctx, room) : ERR_NOMEM;
	free(room);
	zip_fclose(f);
	return e;
}
