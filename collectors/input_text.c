/* SPDX-License-Identifier: MIT */
#include "collectors/input_text.h"

#include <errno.h>
#include <iconv.h>

static enum err convert(const char *from, struct bytes in, struct buf *out)
{
	iconv_t cd = iconv_open("UTF-8", from);
	char *at = (char *)(uintptr_t)in.data;
	size_t left = in.len;
	enum err e = ERR_OK;

	if (cd == (iconv_t)-1)
		return ERR_INVALID; /* a machine without the tables */
	while (e == ERR_OK && left) {
		size_t room = left * 2 + 16, before = room;
		char *to = (char *)buf_extend(out, room);

		if (!to) {
			e = ERR_NOMEM;
			break;
		}
		if (iconv(cd, &at, &left, &to, &room) == (size_t)-1 && errno != E2BIG)
			e = ERR_INVALID;
		buf_truncate(out, out->len - room);
		if (e == ERR_OK && room == before)
			e = ERR_INVALID; /* no way on */
	}
	iconv_close(cd);
	return e;
}

static bool begins(struct bytes file, const char *mark, size_t n)
{
	return file.len >= n && memcmp(file.data, mark, n) == 0;
}

enum err input_text_decode(struct bytes *file, struct buf *store, const char **encoding)
{
	static const struct {
		const char *mark;
		const char *name;
	} wide[] = { { "\xff\xfe", "UTF-16LE" }, { "\xfe\xff", "UTF-16BE" } };
	struct bytes rest = input_without_bom(*file);
	enum err e;

	*encoding = NULL;
	if (rest.len != file->len) {
		*file = rest;
		*encoding = "UTF-8";
		return ERR_OK;
	}
	for (size_t i = 0; i < sizeof(wide) / sizeof(*wide); i++) {
		if (!begins(*file, wide[i].mark, 2))
			continue;
		e = convert(wide[i].name, bytes_of(file->data + 2, file->len - 2), store);
		*encoding = e == ERR_OK ? wide[i].name : NULL;
		*file = e == ERR_OK ? buf_bytes(store) : *file;
		return e;
	}
	if (bytes_is_text(*file) || memchr(file->data, 0, file->len)) {
		*encoding = "UTF-8";
		return ERR_OK;
	}
	e = convert("GB18030", *file, store);
	if (e == ERR_OK && !bytes_is_text(buf_bytes(store)))
		e = ERR_INVALID;
	*encoding = e == ERR_OK ? "GB18030" : NULL;
	*file = e == ERR_OK ? buf_bytes(store) : *file;
	return e;
}
