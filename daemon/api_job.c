/* SPDX-License-Identifier: MIT */
/* What takes long runs on a thread of its own, one at a time: the proof of the ledger. */
#include "daemon/api_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/thread.h"

#define SCRATCH "verify.tmp" /* in the folder of the store */

struct api_job {
	struct api *api;
	struct thread *thread;
	struct loop_source *done;
	int done_fd;		 /* eventfd: the thread has ended its work */
	struct http_exchange *x; /* who waits for the answer; NULL: the client left */
	enum lang lang;
	bool runs;
	/* of the thread while it runs */
	char scratch[4096];
	int64_t took_ms;
	enum err err;
	struct aggregator_proof proof;
};

static void put_hash(struct jwrite *j, const char *key, const uint8_t hash[CRYPTO_HASH_LEN])
{
	jwrite_hex(j, key, bytes_of(hash, CRYPTO_HASH_LEN));
}

static void answer(struct api_job *job)
{
	const struct aggregator_proof *p = &job->proof;
	struct buf *body = &job->api->body;
	struct jwrite j = jwrite_to(body);

	if (job->err != ERR_OK && job->err != ERR_CORRUPT) {
		api_answer_problem(&job->x, job->err == ERR_NOMEM ? API_NO_MEMORY : API_DAMAGED,
				   job->lang, NULL, NULL, body);
		return;
	}
	buf_clear(body);
	jwrite_object(&j, NULL);
	jwrite_bool(&j, "ok", job->err == ERR_OK);
	jwrite_uint(&j, "entries", p->entries);
	jwrite_uint(&j, "rows", p->rows);
	put_hash(&j, "chain", p->chain);
	put_hash(&j, "state", p->state);
	put_hash(&j, "stored", p->stored);
	put_hash(&j, "figures", p->figures);
	put_hash(&j, "alerts", p->alerts);
	jwrite_uint(&j, "broken_at", p->broken_at);
	jwrite_string(&j, "what", p->what);
	jwrite_uint(&j, "decided_otherwise", p->decided_otherwise);
	jwrite_int(&j, "took_ms", job->took_ms);
	jwrite_end(&j);
	buf_put_u8(body, '\n');
	api_answer_json(&job->x, 200, body);
}

static void on_done(void *ctx)
{
	struct api_job *job = ctx;
	eventfd_t value;

	(void)!eventfd_read(job->done_fd, &value);
	thread_join(job->thread);
	job->thread = NULL;
	job->runs = false;
	if (job->x != NULL)
		answer(job);
}

static void run(struct thread *self, void *arg)
{
	struct api_job *job = arg;
	int64_t begun = clock_monotonic_ms();

	thread_ready(self, ERR_OK);
	job->err = aggregator_verify(job->api->daemon->store, job->scratch, 0, NULL, NULL,
				     &job->proof);
	job->took_ms = clock_monotonic_ms() - begun;
	(void)!eventfd_write(job->done_fd, 1);
}

static void on_gone(void *ctx)
{
	struct api_job *job = ctx;

	job->x = NULL;
}

void api_verify(struct api_call *call)
{
	struct api_job *job = call->api->job;
	enum err e;

	if (!api_caller_may(call, "verify"))
		return;
	if (job->runs) {
		api_fail(call, API_JOB_RUNS, NULL, NULL);
		return;
	}
	snprintf(job->scratch, sizeof(job->scratch), "%s/" SCRATCH,
		 call->api->daemon->config->store);
	job->proof = (struct aggregator_proof){ 0 };
	e = thread_start("job", run, job, &job->thread);
	if (api_failed(call, e))
		return;
	job->runs = true;
	job->lang = call->lang;
	job->x = *call->x;
	*call->x = NULL;
	http_on_gone(job->x, on_gone, job);
}

enum err api_job_new(struct api *a, struct api_job **out)
{
	struct api_job *job = calloc(1, sizeof(*job));
	enum err e;

	if (job == NULL)
		return ERR_NOMEM;
	job->api = a;
	job->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	e = job->done_fd < 0 ? ERR_IO :
			       loop_watch(a->daemon->loop, job->done_fd, on_done, job, &job->done);
	if (e != ERR_OK) {
		api_job_free(job);
		return e;
	}
	*out = job;
	return ERR_OK;
}

void api_job_free(struct api_job *job)
{
	if (job == NULL)
		return;
	thread_join(job->thread);
	loop_source_free(job->done);
	if (job->done_fd >= 0)
		close(job->done_fd);
	free(job);
}
