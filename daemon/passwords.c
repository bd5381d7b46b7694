/* SPDX-License-Identifier: MIT */
#include "daemon/passwords.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/ring.h"
#include "base/thread.h"

#define WAITING_MAX 16
#define WAIT_MS 60000

struct job {
	struct job *next;
	bool check;
	char password[PASSWORDS_MAX + 1];
	char hash[CRYPTO_PASSWORD_LEN]; /* "": of nobody */
	enum err result;
	passwords_done *done;
	void *ctx;
};

struct passwords {
	struct thread *thread;
	struct mutex *mutex; /* of the three below */
	struct job *first, *last;
	bool stopping;
	size_t waiting; /* begun and not told: the main thread's */
	struct ring *ready;
	struct loop_source *source;
	char nobody[CRYPTO_PASSWORD_LEN]; /* what passwords of unknown users are compared with */
};

static void wipe(struct job *j)
{
	crypto_wipe(j, sizeof(*j));
	free(j);
}

static void do_job(const struct passwords *p, struct job *j)
{
	struct bytes password = bytes_of_string(j->password);
	bool known = j->hash[0] != '\0';

	if (!j->check)
		j->result = crypto_password_hash(password, j->hash);
	else if (crypto_password_fits(known ? j->hash : p->nobody, password) && known)
		j->result = ERR_OK;
	else
		j->result = ERR_DENIED;
	crypto_wipe(j->password, sizeof(j->password));
}

/* The next one; NULL: the thread has to end. */
static struct job *take(struct passwords *p)
{
	struct job *j;

	mutex_lock(p->mutex);
	while (p->first == NULL && !p->stopping)
		mutex_wait(p->mutex, clock_monotonic_ms() + WAIT_MS);
	j = p->stopping ? NULL : p->first;
	if (j != NULL)
		p->first = j->next;
	mutex_unlock(p->mutex);
	return j;
}

static void run(struct thread *self, void *arg)
{
	struct passwords *p = arg;
	uint8_t random[32];
	char text[48];
	struct job *j;

	thread_ready(self, ERR_OK);
	crypto_random(random, sizeof(random));
	crypto_base64(bytes_of(random, sizeof(random)), text, sizeof(text));
	if (crypto_password_hash(bytes_of_string(text), p->nobody) != ERR_OK)
		p->nobody[0] = '\0';
	while ((j = take(p)) != NULL) {
		void *item = j;

		do_job(p, j);
		(void)ring_push(p->ready, &item); /* has room for all that may wait */
	}
}

static void on_ready(void *ctx)
{
	struct passwords *p = ctx;
	struct job *j;

	while ((j = ring_pop(p->ready)) != NULL) {
		p->waiting--;
		j->done(j->ctx, j->result, j->hash);
		wipe(j);
	}
}

enum err passwords_new(struct loop *l, struct passwords **out)
{
	struct passwords *p = calloc(1, sizeof(*p));
	enum err e;

	if (p == NULL)
		return ERR_NOMEM;
	e = mutex_new(&p->mutex);
	if (e == ERR_OK)
		e = ring_new(WAITING_MAX, &p->ready);
	if (e == ERR_OK)
		e = loop_watch(l, ring_fd(p->ready), on_ready, p, &p->source);
	if (e == ERR_OK)
		e = thread_start("passwords", run, p, &p->thread);
	if (e != ERR_OK) {
		passwords_free(p);
		return e;
	}
	*out = p;
	return ERR_OK;
}

static void give_up(struct job *j)
{
	j->done(j->ctx, ERR_CLOSED, "");
	wipe(j);
}

void passwords_free(struct passwords *p)
{
	struct job *j;

	if (p == NULL)
		return;
	if (p->thread != NULL) {
		mutex_lock(p->mutex);
		p->stopping = true;
		mutex_wake(p->mutex);
		mutex_unlock(p->mutex);
		thread_join(p->thread);
	}
	loop_source_free(p->source);
	while (p->ready != NULL && (j = ring_pop(p->ready)) != NULL)
		give_up(j);
	while ((j = p->first) != NULL) {
		p->first = j->next;
		give_up(j);
	}
	ring_free(p->ready);
	mutex_free(p->mutex);
	free(p);
}

static enum err ask(struct passwords *p, bool check, const char *hash, const char *password,
		    passwords_done *done, void *ctx)
{
	struct job *j;

	if (strlen(password) > PASSWORDS_MAX)
		return ERR_RANGE;
	if (p->waiting == WAITING_MAX)
		return ERR_FULL;
	j = calloc(1, sizeof(*j));
	if (j == NULL)
		return ERR_NOMEM;
	j->check = check;
	j->done = done;
	j->ctx = ctx;
	snprintf(j->password, sizeof(j->password), "%s", password);
	snprintf(j->hash, sizeof(j->hash), "%s", hash ? hash : "");
	p->waiting++;
	mutex_lock(p->mutex);
	if (p->first != NULL)
		p->last->next = j;
	else
		p->first = j;
	p->last = j;
	mutex_wake(p->mutex);
	mutex_unlock(p->mutex);
	return ERR_OK;
}

enum err passwords_check(struct passwords *p, const char *hash, const char *password,
			 passwords_done *done, void *ctx)
{
	return ask(p, true, hash, password, done, ctx);
}

enum err passwords_make(struct passwords *p, const char *password, passwords_done *done, void *ctx)
{
	return ask(p, false, NULL, password, done, ctx);
}
