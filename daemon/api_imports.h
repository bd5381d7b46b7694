/* SPDX-License-Identifier: MIT */
/* Sheets over HTTP. Main thread. */
#ifndef DAEMON_API_IMPORTS_H
#define DAEMON_API_IMPORTS_H

#include "daemon/api_private.h"

void api_import(struct api_call *call);        /* POST */
void api_import_table(struct api_call *call);  /* what came of one */
void api_import_errors(struct api_call *call); /* its bad rows */
void api_template(struct api_call *call);      /* api_template.c */

/* Whether the caller may hand in a sheet for the unit, else the call has failed; *by: who it is, for the
 * ledger. */
bool api_may_import(struct api_call *call, const char *unit, char *by, size_t cap);

enum err api_imports_new(struct api *a, struct api_imports **out);
/* After http_free: nobody waits any more. Accepts NULL. */
void api_imports_free(struct api_imports *s);
void api_imports_tick(struct api_imports *s, int64_t now_ms);

#endif
