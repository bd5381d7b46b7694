/* SPDX-License-Identifier: MIT */
#include "daemon/imports.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/ring.h"
#include "base/thread.h"
#include "daemon/daemon.h"
#include "serve/loop.h"
#include "daemon/pipeline.h"
#include "daemon/snapshot.h"

#define WAITING_MAX 8
#define KEPT_MAX 64
#define KEPT_BYTES ((size_t)64 << 20)
#define KEPT_MS 3600000
#define ANSWER_MS 60000

struct job {
	struct import_request *request;
	struct imports_table *table;
	void *ctx; /* main thread */
};

struct imports {
	struct daemon *d;
	const char *folder;
	void (*done)(void *ctx, const struct imports_table *table);
	struct thread *thread;
	struct ring *asked, *answered;
	struct loop_source *source;
	struct job *jobs[WAITING_MAX]; /* that are on their way */
	struct imports_table *kept[KEPT_MAX]; /* oldest first */
	size_t kept_count, kept_bytes;
	struct mutex *mutex; /* of stop */
	bool stop;
	/* the thread's */
	struct pipeline_client *client;
	struct snapshots *snapshots;
};

struct import_request *imports_request_new(void)
{
	return calloc(1, sizeof(struct import_request));
}

void imports_request_free(struct import_request *r)
{
	if (!r)
		return;
	buf_free(&r->body);
	free(r);
}

static void free_table(struct imports_table *t)
{
	if (!t)
		return;
	buf_free(&t->json);
	buf_free(&t->csv);
	buf_free(&t->xlsx);
	free(t);
}

static void free_job(struct job *j)
{
	if (!j)
		return;
	imports_request_free(j->request);
	free_table(j->table);
	free(j);
}

/* --- the thread ----------------------------------------------------------------------------------- */

static enum err send(struct imports *s, struct import *i, const char *json, const struct buf *parcel,
		     struct pipeline_answer **answer)
{
	uint64_t ticket;
	enum err e = pipeline_import(s->client, bytes_of_string(json), i->request->by,
				     buf_bytes(parcel), &ticket);

	return e == ERR_OK ? pipeline_wait_answer(s->client, ticket, ANSWER_MS, answer) : e;
}

/* The lights before and after; what can't be compared is not told. */
static void compare(struct imports *s, struct import *i, struct import_watch *before)
{
	struct query *q = NULL;

	if (before && snapshots_open(s->snapshots, &q) == ERR_OK)
		(void)import_watch_compare(i, before, q);
	query_close(q);
}

static struct import_watch *watch(struct imports *s, const struct import *i)
{
	struct import_watch *w = NULL;
	struct query *q = NULL;

	if (snapshots_open(s->snapshots, &q) == ERR_OK)
		(void)import_watch_new(i, q, &w);
	query_close(q);
	return w;
}

/* The rows go to the ledger. */
static enum err store_rows(struct imports *s, struct import *i, struct imports_table *t)
{
	struct pipeline_answer *answer = NULL;
	struct import_watch *before = watch(s, i);
	struct buf parcel = { 0 };
	char *json;
	enum err e = import_seal(i, &json, &parcel);

	if (e == ERR_OK)
		e = send(s, i, json, &parcel, &answer);
	if (e == ERR_OK && (e = answer->err) == ERR_OK)
		e = import_settle(i, bytes_of(answer->json, answer->json_len));
	else if (answer && answer->json_len)
		buf_put(&t->json, bytes_of(answer->json, answer->json_len));
	if (e == ERR_OK)
		compare(s, i, before);
	t->stored = e == ERR_OK;
	metrics_add(&s->d->metrics, e != ERR_OK	   ? METRIC_IMPORTS_FAILED :
				    i->repeated ? METRIC_IMPORTS_REPEATED :
						  METRIC_IMPORTS_STORED, 1);
	import_watch_free(before);
	pipeline_answer_free(answer);
	buf_free(&parcel);
	free(json);
	return e;
}

static void tell(struct imports *s, const struct import *i, struct imports_table *t)
{
	t->found = true;
	t->faulty = !t->stored && (i->input.broken || i->counts[IMPORT_ERROR] > 0 ||
				   (!i->request->dry_run && !import_is_ready(i)));
	import_tell(i, t->faulty, &t->json);
	if (t->faulty)
		metrics_add(&s->d->metrics, METRIC_IMPORTS_FAULTY, 1);
	if (i->counts[IMPORT_ERROR] && import_errors(i, s->folder, &t->csv, &t->xlsx) != ERR_OK) {
		log_write(LOG_WARN, "imports", "no sheet of bad rows could be made in %s", s->folder);
		buf_clear(&t->xlsx);
	}
	if (buf_error(&t->json) != ERR_OK) {
		t->found = false;
		t->why = ERR_NOMEM;
	}
}

static void work(struct imports *s, struct job *j)
{
	struct imports_table *t = j->table;
	struct import i;

	t->why = import_read(s->d->store, j->request, clock_now_ms(s->d->clock), &i);
	memcpy(t->id, i.id, sizeof(t->id));
	if (t->why == ERR_OK && !j->request->dry_run && import_is_ready(&i))
		t->why = store_rows(s, &i, t);
	if (t->why == ERR_OK)
		tell(s, &i, t);
	else
		metrics_add(&s->d->metrics, METRIC_IMPORTS_FAILED, 1);
	import_free(&i);
}

static bool must_stop(struct imports *s)
{
	bool stop;

	mutex_lock(s->mutex);
	stop = s->stop;
	mutex_unlock(s->mutex);
	return stop;
}

static void run(struct thread *self, void *arg)
{
	struct imports *s = arg;

	thread_ready(self, ERR_OK);
	while (!must_stop(s)) {
		struct job *j = ring_pop(s->asked);
		void *item = j;

		if (!j) {
			mutex_lock(s->mutex);
			if (!s->stop && ring_length(s->asked) == 0)
				mutex_wait(s->mutex, clock_monotonic_ms() + 1000);
			mutex_unlock(s->mutex);
			continue;
		}
		work(s, j);
		/* as many places as jobs */
		if (ring_push(s->answered, &item) != ERR_OK)
			log_write(LOG_ERROR, "imports", "an answer found no place");
	}
}

/* --- the main thread ------------------------------------------------------------------------------ */

static size_t size_of(const struct imports_table *t)
{
	return sizeof(*t) + t->json.cap + t->csv.cap + t->xlsx.cap;
}

static void show(struct imports *s)
{
	metrics_set(&s->d->metrics, METRIC_IMPORTS_KEPT, s->kept_count);
	metrics_set(&s->d->metrics, METRIC_IMPORTS_BYTES, s->kept_bytes);
}

static void drop(struct imports *s, size_t at)
{
	s->kept_bytes -= size_of(s->kept[at]);
	free_table(s->kept[at]);
	s->kept_count--;
	for (size_t k = at; k < s->kept_count; k++)
		s->kept[k] = s->kept[k + 1];
}

static void keep(struct imports *s, struct imports_table **table)
{
	struct imports_table *t = *table;

	*table = NULL;
	t->at = clock_monotonic_ms();
	for (size_t k = s->kept_count; k-- > 0;)
		if (strcmp(s->kept[k]->id, t->id) == 0)
			drop(s, k); /* the same again: the newest stays */
	while (s->kept_count &&
	       (s->kept_count == KEPT_MAX || s->kept_bytes + size_of(t) > KEPT_BYTES)) {
		drop(s, 0);
		metrics_add(&s->d->metrics, METRIC_IMPORTS_DROPPED, 1);
	}
	s->kept[s->kept_count++] = t;
	s->kept_bytes += size_of(t);
	show(s);
}

static void take_out(struct imports *s, const struct job *j)
{
	for (size_t k = 0; k < WAITING_MAX; k++)
		if (s->jobs[k] == j)
			s->jobs[k] = NULL;
}

static void on_answers(void *ctx)
{
	struct imports *s = ctx;
	struct job *j;

	while ((j = ring_pop(s->answered)) != NULL) {
		take_out(s, j);
		if (j->ctx)
			s->done(j->ctx, j->table);
		if (j->table->found)
			keep(s, &j->table);
		free_job(j);
	}
}

enum err imports_ask(struct imports *s, struct import_request **request, void *ctx)
{
	struct job *j;
	void *item;
	size_t k = 0;

	while (k < WAITING_MAX && s->jobs[k])
		k++;
	if (k == WAITING_MAX) {
		metrics_add(&s->d->metrics, METRIC_IMPORTS_REFUSED, 1);
		return ERR_FULL;
	}
	item = j = calloc(1, sizeof(*j));
	if (!j || !(j->table = calloc(1, sizeof(*j->table)))) {
		free_job(j);
		return ERR_NOMEM;
	}
	j->request = *request;
	j->ctx = ctx;
	memcpy(j->table->by, j->request->by, sizeof(j->table->by));
	memcpy(j->table->unit, j->request->unit, sizeof(j->table->unit));
	*request = NULL;
	metrics_add(&s->d->metrics, METRIC_IMPORTS_TRIED, 1);
	mutex_lock(s->mutex);
	(void)ring_push(s->asked, &item); /* as many places as jobs */
	mutex_wake(s->mutex);
	mutex_unlock(s->mutex);
	s->jobs[k] = j;
	return ERR_OK;
}

void imports_forget(struct imports *s, void *ctx)
{
	for (size_t k = 0; k < WAITING_MAX; k++)
		if (s->jobs[k] && s->jobs[k]->ctx == ctx)
			s->jobs[k]->ctx = NULL;
}

const struct imports_table *imports_find(const struct imports *s, const char *id)
{
	for (size_t k = s->kept_count; k-- > 0;)
		if (strcmp(s->kept[k]->id, id) == 0)
			return s->kept[k];
	return NULL;
}

void imports_tick(struct imports *s, int64_t now_ms)
{
	while (s->kept_count && now_ms - s->kept[0]->at > KEPT_MS) {
		drop(s, 0);
		metrics_add(&s->d->metrics, METRIC_IMPORTS_DROPPED, 1);
		show(s);
	}
}

enum err imports_new(struct daemon *d, const char *folder,
		     void (*done)(void *ctx, const struct imports_table *table),
		     struct imports **out)
{
	struct imports *s = calloc(1, sizeof(*s));
	enum err e;

	*out = NULL;
	if (!s)
		return ERR_NOMEM;
	s->d = d;
	s->folder = folder;
	s->done = done;
	e = mutex_new(&s->mutex);
	if (e == ERR_OK)
		e = ring_new(WAITING_MAX, &s->asked);
	if (e == ERR_OK)
		e = ring_new(WAITING_MAX, &s->answered);
	if (e == ERR_OK)
		e = snapshots_new(d->store, &s->snapshots);
	if (e == ERR_OK)
		e = pipeline_client_new(d->pipeline, 4, &s->client);
	if (e == ERR_OK)
		e = loop_watch(d->loop, ring_fd(s->answered), on_answers, s, &s->source);
	if (e == ERR_OK)
		e = thread_start("imports", run, s, &s->thread);
	if (e == ERR_OK)
		*out = s;
	else
		imports_free(s);
	return e;
}

void imports_free(struct imports *s)
{
	if (!s)
		return;
	if (s->thread) {
		mutex_lock(s->mutex);
		s->stop = true;
		mutex_wake(s->mutex);
		mutex_unlock(s->mutex);
	}
	thread_join(s->thread);
	loop_source_free(s->source);
	while (s->asked && ring_pop(s->asked))
		;
	while (s->answered && ring_pop(s->answered))
		;
	for (size_t k = 0; k < WAITING_MAX; k++)
		free_job(s->jobs[k]);
	while (s->kept_count)
		drop(s, 0);
	pipeline_client_free(s->client);
	snapshots_free(s->snapshots);
	ring_free(s->asked);
	ring_free(s->answered);
	mutex_free(s->mutex);
	free(s);
}
