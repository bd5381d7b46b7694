/* SPDX-License-Identifier: MIT */
#include "daemon/papers.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "aggregator/papers/bulletin.h"
#include "aggregator/papers/ledger_sheet.h"
#include "aggregator/papers/pack.h"
#include "aggregator/papers/paper_docx.h"
#include "aggregator/papers/paper_html.h"
#include "base/log.h"
#include "base/ring.h"
#include "base/thread.h"
#include "daemon/papers_pdf.h"
#include "daemon/snapshot.h"

#define ARENA_BUDGET ((size_t)256 << 20)
#define LANES 2

/* A thread with its queue. */
struct lane {
	struct papers *papers;
	struct ring *asked;
	struct thread *thread;
	/* of the thread */
	struct snapshots *snapshots;
	struct arena *arena;
};

struct papers {
	struct store *store;
	const char *folder, *public_url;
	struct lane lanes[LANES];
	struct ring *answered;
	size_t out; /* asked for and not fetched */
	int stop_fd; /* eventfd: readable once it ends */
	_Atomic bool stopping;
};

void papers_task_free(struct papers_task *t)
{
	if (t == NULL)
		return;
	buf_free(&t->out);
	free(t);
}

/* --- making ----------------------------------------------------------------------------------- */

struct making {
	struct lane *lane;
	struct papers_task *task;
	struct query *query;
	struct buf html; /* on the way to PDF */
	int64_t epoch_s;
};

static enum err make_paper(struct making *m, struct paper *out)
{
	struct papers_task *t = m->task;
	struct arena *a = m->lane->arena;

	switch (t->what) {
	case PAPERS_BULLETIN:
		return paper_bulletin(m->query, query_catalogue(m->query), t->period, t->lang, a,
				      out);
	case PAPERS_SLIP:
		return slip_paper(m->query, t->id, t->letterhead, t->lang, a, out);
	case PAPERS_PACK:
		return pack_paper(m->query, t->id, t->lang, a, out);
	case PAPERS_LEDGER:
	case PAPERS_WHATS:
		break;
	}
	return ERR_INVALID;
}

static enum err write_document(struct making *m)
{
	struct paper p;
	enum err e = make_paper(m, &p);

	if (e != ERR_OK)
		return e;
	if (m->task->format == PAPERS_DOCX)
		return paper_docx(&p, &m->task->out);
	return paper_html(&p, m->task->format == PAPERS_PDF ? &m->html : &m->task->out);
}

static enum err write_sheet(struct making *m)
{
	struct papers_task *t = m->task;
	const struct ledger_sheet_wish wish = { .when = t->when,
						.unit = t->unit,
						.lang = t->lang,
						.public_url = m->lane->papers->public_url,
						.table_only = t->format == PAPERS_CSV };
	struct grid_book book;
	enum err e = ledger_sheet_make(m->query, &wish, m->lane->arena, &book);

	if (e != ERR_OK)
		return e;
	return t->format == PAPERS_CSV ? grid_csv(book.sheets[0], &t->out) :
					 grid_xlsx(&book, m->lane->papers->folder, &t->out);
}

static bool is_unwanted(void *ctx)
{
	struct making *m = ctx;

	return m->task->gone || m->lane->papers->stopping;
}

/* The snapshot ends before the PDF is made: a reader that stays keeps pages from being used again. */
static enum err write_paper(struct making *m)
{
	struct query_head head;
	enum err e = snapshots_open(m->lane->snapshots, &m->query);

	if (e != ERR_OK)
		return e;
	head = query_head(m->query);
	m->task->position = head.position;
	m->epoch_s = head.time_ms / 1000;
	e = m->task->format == PAPERS_XLSX || m->task->format == PAPERS_CSV ? write_sheet(m) :
									      write_document(m);
	query_close(m->query);
	m->query = NULL;
	if (e != ERR_OK || m->task->format != PAPERS_PDF)
		return e;
	e = papers_pdf(buf_bytes(&m->html), m->epoch_s, is_unwanted, m, &m->task->out);
	return e == ERR_NOTFOUND ? ERR_STATE : e;
}

static void make(struct lane *lane, struct papers_task *task)
{
	struct making m = { .lane = lane, .task = task };
	void *item = task;

	task->err = is_unwanted(&m) ? ERR_CLOSED : write_paper(&m);
	if (task->err == ERR_OK)
		task->err = buf_error(&task->out);
	buf_free(&m.html);
	arena_reset_budget(lane->arena, ARENA_BUDGET);
	/* as many answers fit as may be asked for at a time */
	if (ring_push(lane->papers->answered, &item) != ERR_OK) {
		log_write(LOG_ERROR, "papers", "an answer found no room");
		papers_task_free(task);
	}
}

/* --- threads ---------------------------------------------------------------------------------- */

static void work(struct lane *lane)
{
	struct pollfd fds[2] = { { .fd = lane->papers->stop_fd, .events = POLLIN },
				 { .fd = ring_fd(lane->asked), .events = POLLIN } };
	struct papers_task *task;

	while (!lane->papers->stopping) {
		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			break;
		while (!lane->papers->stopping && (task = ring_pop(lane->asked)) != NULL)
			make(lane, task);
	}
}

static void run(struct thread *self, void *arg)
{
	struct lane *lane = arg;
	enum err e = snapshots_new(lane->papers->store, &lane->snapshots);

	if (e == ERR_OK && (lane->arena = arena_new(ARENA_BUDGET)) == NULL)
		e = ERR_NOMEM;
	thread_ready(self, e);
	if (e == ERR_OK)
		work(lane);
	arena_free(lane->arena);
	snapshots_free(lane->snapshots);
}

static void drain(struct ring *r)
{
	struct papers_task *task;

	while (r != NULL && (task = ring_pop(r)) != NULL)
		papers_task_free(task);
	ring_free(r);
}

enum err papers_start(struct store *store, const char *folder, const char *public_url,
		      struct papers **out)
{
	static const char *const names[LANES] = { "papers", "papers-pdf" };
	struct papers *p = calloc(1, sizeof(*p));
	enum err e;

	if (p == NULL)
		return ERR_NOMEM;
	p->store = store;
	p->folder = folder;
	p->public_url = public_url;
	p->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	e = p->stop_fd < 0 ? ERR_IO : ring_new(PAPERS_WAITING, &p->answered);
	grid_sweep(folder);
	for (size_t i = 0; i < LANES && e == ERR_OK; i++) {
		p->lanes[i].papers = p;
		e = ring_new(PAPERS_WAITING, &p->lanes[i].asked);
		if (e == ERR_OK)
			e = thread_start(names[i], run, &p->lanes[i], &p->lanes[i].thread);
	}
	if (e != ERR_OK) {
		papers_stop(p);
		return e;
	}
	*out = p;
	return ERR_OK;
}

void papers_stop(struct papers *p)
{
	if (p == NULL)
		return;
	p->stopping = true;
	if (p->stop_fd >= 0)
		(void)!eventfd_write(p->stop_fd, 1);
	for (size_t i = 0; i < LANES; i++)
		thread_join(p->lanes[i].thread);
	for (size_t i = 0; i < LANES; i++)
		drain(p->lanes[i].asked);
	drain(p->answered);
	if (p->stop_fd >= 0)
		close(p->stop_fd);
	free(p);
}

/* --- asking ----------------------------------------------------------------------------------- */

enum err papers_ask(struct papers *p, struct papers_task **task)
{
	struct lane *lane = &p->lanes[(*task)->format == PAPERS_PDF];
	void *item = *task;
	enum err e = p->out < PAPERS_WAITING ? ring_push(lane->asked, &item) : ERR_FULL;

	if (e != ERR_OK)
		return e;
	*task = NULL;
	p->out++;
	return ERR_OK;
}

int papers_fd(const struct papers *p)
{
	return ring_fd(p->answered);
}

struct papers_task *papers_next(struct papers *p)
{
	struct papers_task *task = ring_pop(p->answered);

	if (task != NULL)
		p->out--;
	return task;
}
