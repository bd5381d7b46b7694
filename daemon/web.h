/* SPDX-License-Identifier: MIT */
/* The page: files that are part of the program, or those of a folder while somebody works on them. */
#ifndef DAEMON_WEB_H
#define DAEMON_WEB_H

#include "base/bytes.h"
#include "serve/http.h"

struct web_file {
	const char *path; /* "index.html", "assets/main-1A2B3C4D.js" */
	struct bytes plain, packed; /* packed: the same by gzip */
};
/* In the order of their paths; made by the build. */
extern const struct web_file web_files[];
extern const size_t web_file_count;

/* Answers with the file of that path; root: a folder that is read each time instead of the built-in
 * files, or ""; policy: the
 * Content-Security-Policy. False: there is none, and nothing was answered. Main thread. */
bool web_answer(struct http_exchange **x, const char *root, const char *policy, const char *path);

#endif
