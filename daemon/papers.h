/* SPDX-License-Identifier: MIT */
/* Papers are made on threads of their own, each from a snapshot of its own: one for documents and
 * workbooks, one for PDF, which takes seconds. Neither waits for a proof of the ledger, nor for the
 * other. What waits is bounded. */
#ifndef DAEMON_PAPERS_H
#define DAEMON_PAPERS_H

#include <stdatomic.h>
#include <stdbool.h>

#include "aggregator/papers/slip_paper.h"
#include "aggregator/query/query.h"
#include "base/buf.h"

struct papers;
struct store;

#define PAPERS_ID 128 /* bytes of an id, with NUL */
#define PAPERS_WAITING 16 /* that may wait or be made at a time */

enum papers_what {
	PAPERS_BULLETIN, /* period */
	PAPERS_LEDGER,	 /* when, unit */
	PAPERS_SLIP,	 /* id, letterhead */
	PAPERS_PACK,	 /* id: the quarter, "2022-Q2" */
	PAPERS_WHATS
};
enum papers_format { PAPERS_HTML, PAPERS_DOCX, PAPERS_PDF, PAPERS_XLSX, PAPERS_CSV, PAPERS_FORMATS };

struct papers_task {
	/* asked */
	enum papers_what what;
	enum papers_format format;
	enum lang lang;
	struct query_when when;
	int32_t period;
	uint16_t unit;
	char id[PAPERS_ID];
	enum slip_paper_letterhead letterhead;
	_Atomic bool gone; /* nobody wants it any more */
	void *ctx;	   /* of who asked */
	/* answered */
	enum err err;	  /* ERR_STATE: PDF is wanted, and weasyprint is not installed */
	struct buf out;	  /* the paper */
	uint64_t position; /* of the ledger it was made from */
};
void papers_task_free(struct papers_task *t); /* accepts NULL */

/* folder: of the store, for files that last a moment. Both texts and the store must outlive it. */
enum err papers_start(struct store *store, const char *folder, const char *public_url,
		      struct papers **out);
/* Ends what is being made, and the threads; frees what was not fetched. Accepts NULL. */
void papers_stop(struct papers *p);

/* The following are for one thread. ERR_FULL: too many wait; the task is still the caller's. */
enum err papers_ask(struct papers *p, struct papers_task **task);
/* Readable while there are answers. */
int papers_fd(const struct papers *p);
/* The next answer, the caller's; NULL: none yet. */
struct papers_task *papers_next(struct papers *p);

#endif
