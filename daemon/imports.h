/* SPDX-License-Identifier: MIT */
/* Sheets that people hand in, one after the other on a thread of its own, and what came of them: kept in
 * memory for a while, bounded in number, bytes and time. All calls from the main thread. */
#ifndef DAEMON_IMPORTS_H
#define DAEMON_IMPORTS_H

#include "daemon/import.h"

struct daemon;
struct imports;

/* What came of a sheet; belongs to imports. */
struct imports_table {
	char id[IMPORT_ID];
	char by[160];     /* who handed it in */
	char unit[72];
	int64_t at;       /* monotonic ms */
	bool found;       /* there is a table; else why says what failed */
	bool stored;
	enum err why;     /* NOTFOUND: no such unit; FULL: the store is; STATE, ... of the act */
	bool faulty;      /* told as a problem, status 422 */
	struct buf json;  /* the table, or the problem of an act */
	struct buf csv, xlsx; /* rows with faults; empty where there are none */
};

/* done is called on the main loop once for each request, with the ctx of its ask; ctx NULL: nobody waits
 * any more. */
enum err imports_new(struct daemon *d, const char *folder,
		     void (*done)(void *ctx, const struct imports_table *table),
		     struct imports **out);
/* Finishes what is being done. Accepts NULL. */
void imports_free(struct imports *i);
/* Takes *request over. ERR_FULL: too many wait; nothing happened. */
enum err imports_ask(struct imports *i, struct import_request **request, void *ctx);
/* Whoever waits with this ctx has gone. */
void imports_forget(struct imports *i, void *ctx);
/* NULL: none, or no longer. Valid until the main loop goes on. */
const struct imports_table *imports_find(const struct imports *i, const char *id);
/* Throws away what is too old. */
void imports_tick(struct imports *i, int64_t now_ms);

struct import_request *imports_request_new(void);
void imports_request_free(struct import_request *r); /* accepts NULL */

#endif
