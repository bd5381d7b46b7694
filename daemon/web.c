/* SPDX-License-Identifier: MIT */
#include "daemon/web.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/fs.h"
#include "base/log.h"

#define FILE_MAX (8 << 20)

static const struct {
	const char *end, *type;
} types[] = {
	{ ".html", "text/html; charset=utf-8" },	{ ".js", "text/javascript; charset=utf-8" },
	{ ".css", "text/css; charset=utf-8" },		{ ".svg", "image/svg+xml" },
	{ ".json", "application/json; charset=utf-8" }, { ".txt", "text/plain; charset=utf-8" },
};

static const char *type_of(const char *path)
{
	size_t n = strlen(path);

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		size_t end = strlen(types[i].end);

		if (n > end && strcmp(path + n - end, types[i].end) == 0)
			return types[i].type;
	}
	return "application/octet-stream";
}

static const struct web_file *find(const char *path)
{
	for (size_t i = 0; i < web_file_count; i++)
		if (strcmp(web_files[i].path, path) == 0)
			return &web_files[i];
	return NULL;
}

/* The names of the others hold a hash of their content: they never change. */
static bool is_hashed(const char *path)
{
	return strncmp(path, "assets/", 7) == 0;
}

static void set_headers(struct http_exchange *x, const char *policy, const char *path,
			bool built_in)
{
	http_set_header(x, "Content-Security-Policy", policy);
	http_set_header(x, "Cross-Origin-Opener-Policy", "same-origin");
	http_set_header(x, "Vary", "Accept-Encoding");
	http_set_header(x, "Cache-Control", built_in && is_hashed(path) ?
			"public, max-age=31536000, immutable" : "no-cache");
}

/* Whether the client unpacks gzip: the word stands in the list, and not with a weight of 0. */
static bool takes_gzip(const struct http_exchange *x)
{
	const char *list = http_header(x, "Accept-Encoding"), *at = list ? strcasestr(list, "gzip") : NULL;

	if (!at)
		return false;
	at += strcspn(at, ";,");
	return strncmp(at, ";q=0", 4) != 0 || (at[4] == '.' && strspn(at + 5, "0") < strcspn(at + 5, ", "));
}

static bool answer_from(struct http_exchange **x, const char *root, const char *policy,
			const char *path)
{
	struct buf file = { 0 };
	char name[4096];
	int n = snprintf(name, sizeof(name), "%s/%s", root, path);
	bool found = n > 0 && (size_t)n < sizeof(name) && !strstr(path, "..") &&
		     fs_read(name, FILE_MAX, &file) == ERR_OK;

	if (found) {
		set_headers(*x, policy, path, false);
		http_answer(x, 200, type_of(path), buf_bytes(&file));
	}
	buf_free(&file);
	return found;
}

bool web_answer(struct http_exchange **x, const char *root, const char *policy, const char *path)
{
	const struct web_file *file;

	if (root[0] != '\0')
		return answer_from(x, root, policy, path);
	if (!(file = find(path)))
		return false;
	set_headers(*x, policy, path, true);
	if (!takes_gzip(*x)) {
		http_answer(x, 200, type_of(path), file->plain);
		return true;
	}
	http_set_header(*x, "Content-Encoding", "gzip");
	http_answer(x, 200, type_of(path), file->packed);
	return true;
}
