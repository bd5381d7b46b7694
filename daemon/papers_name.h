/* SPDX-License-Identifier: MIT */
/* What a paper is called as a file, and its type. */
#ifndef DAEMON_PAPERS_NAME_H
#define DAEMON_PAPERS_NAME_H

#include "daemon/papers.h"

/* "html" and so on; PAPERS_FORMATS: no such word, or none that there is of this paper. */
enum papers_format papers_name_format(enum papers_what what, const char *word);
/* The words that a kind of paper takes, each with a space between: for a problem's text. */
const char *papers_name_formats(enum papers_what what);
const char *papers_name_type(enum papers_format f); /* "text/html; charset=utf-8" */
/* A Content-Disposition (RFC 6266): an ASCII name for old programs, and the one in the task's language
 * as UTF-8. unit: its id and its name, or NULL. HTML is shown, all others are saved. */
void papers_name_header(const struct papers_task *t, const char *unit_id, const char *unit_name,
			struct buf *out);

#endif
