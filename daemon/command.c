/* SPDX-License-Identifier: MIT */
#include "daemon/command.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/ring.h"

#define WAITING_MAX 4096 /* commands of all clients */

struct commands {
	struct ring *ring;
	struct metrics *metrics;
};

struct pipeline_client {
	struct commands *to;
	struct ring *answers;
	size_t capacity;
	uint64_t ticket;
	_Atomic size_t waiting;	  /* commands without fetched answer: the ring always has room */
	_Atomic unsigned holders; /* its thread, and each command on its way */
};

enum err commands_new(struct metrics *metrics, struct commands **out)
{
	struct commands *c = calloc(1, sizeof(*c));
	enum err e;

	if (!c)
		return ERR_NOMEM;
	c->metrics = metrics;
	e = ring_new(WAITING_MAX, &c->ring);
	if (e != ERR_OK) {
		commands_free(c);
		return e;
	}
	*out = c;
	return ERR_OK;
}

void commands_free(struct commands *c)
{
	struct command *each;

	if (!c)
		return;
	while (c->ring && (each = commands_pop(c)))
		command_answer(&each, ERR_CLOSED, (struct bytes){ 0 });
	ring_free(c->ring);
	free(c);
}

int commands_fd(const struct commands *c)
{
	return ring_fd(c->ring);
}

struct command *commands_pop(struct commands *c)
{
	return ring_pop(c->ring);
}

/* --- clients --------------------------------------------------------------------------------- */
enum err commands_client_new(struct commands *c, size_t capacity, struct pipeline_client **out)
{
	struct pipeline_client *p = calloc(1, sizeof(*p));
	enum err e;

	if (!p)
		return ERR_NOMEM;
	e = ring_new(capacity, &p->answers);
	if (e != ERR_OK) {
		free(p);
		return e;
	}
	p->to = c;
	p->capacity = capacity;
	p->holders = 1;
	*out = p;
	return ERR_OK;
}

static void let_go(struct pipeline_client *p)
{
	struct pipeline_answer *a;

	if (--p->holders > 0)
		return;
	while ((a = ring_pop(p->answers)))
		pipeline_answer_free(a);
	ring_free(p->answers);
	free(p);
}

void pipeline_client_free(struct pipeline_client *c)
{
	if (c)
		let_go(c);
}

int pipeline_client_fd(const struct pipeline_client *c)
{
	return ring_fd(c->answers);
}

struct pipeline_answer *pipeline_next_answer(struct pipeline_client *c)
{
	struct pipeline_answer *a = ring_pop(c->answers);

	if (a)
		c->waiting--;
	return a;
}

void pipeline_answer_free(struct pipeline_answer *a)
{
	if (a)
		free(a->json);
	free(a);
}

static void free_command(struct command *c)
{
	catalogue_free(c->catalogue);
	free(c->by);
	free(c);
}

/* --- commands -------------------------------------------------------------------------------- */
static struct command *new_command(struct pipeline_client *from, enum command_kind kind)
{
	struct command *c;

	if (from->waiting >= from->capacity || !(c = calloc(1, sizeof(*c))))
		return NULL;
	c->kind = kind;
	c->from = from;
	return c;
}

static enum err refuse(struct pipeline_client *from)
{
	metrics_add(from->to->metrics, METRIC_COMMANDS_REFUSED, 1);
	return ERR_FULL;
}

/* Once it is pushed the pipeline may answer and free it at once. */
static enum err push(struct command *c, uint64_t *ticket)
{
	struct pipeline_client *from = c->from;
	void *item = c;

	*ticket = c->ticket = from->ticket + 1;
	from->waiting++;
	from->holders++;
	if (ring_push(from->to->ring, &item) == ERR_OK) {
		from->ticket++;
		return ERR_OK;
	}
	from->waiting--;
	from->holders--;
	c->catalogue = NULL; /* still the caller's */
	free_command(c);
	return refuse(from);
}

enum err pipeline_act(struct pipeline_client *client, struct bytes json, const char *by,
		      uint64_t *ticket)
{
	return pipeline_import(client, json, by, (struct bytes){ 0 }, ticket);
}

enum err pipeline_import(struct pipeline_client *client, struct bytes json, const char *by,
			 struct bytes parcel, uint64_t *ticket)
{
	struct command *c = new_command(client, parcel.len ? COMMAND_IMPORT : COMMAND_ACT);
	size_t n = strlen(by) + 1;

	if (!c)
		return refuse(client);
	c->by = malloc(n + json.len + parcel.len);
	if (!c->by) {
		free_command(c);
		return ERR_NOMEM;
	}
	memcpy(c->by, by, n);
	if (json.len)
		memcpy(c->by + n, json.data, json.len);
	if (parcel.len)
		memcpy(c->by + n + json.len, parcel.data, parcel.len);
	c->json = bytes_of(c->by + n, json.len);
	c->parcel = bytes_of(c->by + n + json.len, parcel.len);
	return push(c, ticket);
}

enum err pipeline_set_clock(struct pipeline_client *client, int64_t ms, uint64_t *ticket)
{
	struct command *c = new_command(client, COMMAND_CLOCK);

	if (!c)
		return refuse(client);
	c->ms = ms;
	return push(c, ticket);
}

enum err pipeline_set_catalogue(struct pipeline_client *client, struct catalogue **catalogue,
				uint64_t *ticket)
{
	struct command *c = new_command(client, COMMAND_CATALOGUE);
	enum err e;

	if (!c)
		return refuse(client);
	c->catalogue = *catalogue;
	e = push(c, ticket);
	if (e == ERR_OK)
		*catalogue = NULL;
	return e;
}

static struct pipeline_answer *new_answer(uint64_t ticket, enum err e, struct bytes json)
{
	struct pipeline_answer *a = calloc(1, sizeof(*a));

	if (!a || !(a->json = malloc(json.len + 1))) {
		free(a);
		return NULL;
	}
	a->ticket = ticket;
	a->err = e;
	if (json.len)
		memcpy(a->json, json.data, json.len);
	a->json[json.len] = '\0';
	a->json_len = json.len;
	return a;
}

void command_answer(struct command **command, enum err e, struct bytes json)
{
	struct command *c = *command;
	struct pipeline_client *to = c->from;
	void *answer = new_answer(c->ticket, e, json);

	*command = NULL;
	free_command(c);
	/* the ring has as many places as commands may wait: only memory can be missing */
	if (!answer || ring_push(to->answers, &answer) != ERR_OK)
		log_write(LOG_ERROR, "pipeline",
			  "no memory for an answer: its client will time out");
	let_go(to);
}

enum err pipeline_wait_answer(struct pipeline_client *c, uint64_t ticket, int64_t timeout_ms,
			      struct pipeline_answer **out)
{
	const int64_t until = clock_monotonic_ms() + timeout_ms;

	for (;;) {
		struct pipeline_answer *a = pipeline_next_answer(c);
		struct pollfd p = { .fd = pipeline_client_fd(c), .events = POLLIN };
		int64_t left = until - clock_monotonic_ms();

		if (a && a->ticket == ticket) {
			*out = a;
			return ERR_OK;
		}
		if (a) {
			pipeline_answer_free(a);
			continue;
		}
		if (left <= 0)
			return ERR_TIMEOUT;
		poll(&p, 1, left > 1000 ? 1000 : (int)left);
	}
}
