/* SPDX-License-Identifier: MIT */
#include "daemon/pipeline.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "daemon/catalogue_file.h"
#include "daemon/pipeline_private.h"
#include "daemon/seed.h"
#include "daemon/signer.h"
#include "proto/limits.h"

#define FLUSH_MS 100 /* feed and notices leave at most that often */
#define ARENA_BYTES (256u << 20)
#define ALERT_BYTES (8u << 20)
#define NOTICES 64

/* --- for other threads ----------------------------------------------------------------------- */
struct aggregator_head pipeline_head(struct pipeline *p)
{
	struct aggregator_head head;

	mutex_lock(p->mutex);
	head = p->head;
	mutex_unlock(p->mutex);
	return head;
}

int pipeline_notice_fd(const struct pipeline *p)
{
	return notices_fd(p->notices);
}

struct pipeline_notice *pipeline_next_notice(struct pipeline *p)
{
	return notices_pop(p->notices);
}

enum err pipeline_client_new(struct pipeline *p, size_t capacity, struct pipeline_client **out)
{
	return commands_client_new(p->commands, capacity, out);
}

int64_t pipeline_alive_ms(const struct pipeline *p)
{
	return p->alive_ms;
}

static void publish(void *ctx, struct bytes topic, struct bytes message)
{
	struct pipeline *p = ctx;

	/* a failure is counted by the bus; the next repeat heals it */
	(void)bus_publish(p->publisher, topic, message);
}

/* --- commands -------------------------------------------------------------------------------- */
static void set_clock(struct pipeline *p, struct command **c)
{
	enum err e = clock_set_ms(p->d->clock, (*c)->ms);

	if (e == ERR_OK) {
		group_run(p);
		if (p->full)
			e = ERR_FULL;
	}
	metrics_add(&p->d->metrics, METRIC_COMMANDS, 1);
	command_answer(c, e, (struct bytes){ 0 });
}

/* An aggregator that can close the year. */
static enum err open_aggregator(struct pipeline *p, struct catalogue **catalogue,
				struct diag_list *diags)
{
	const struct aggregator_signer signer = signer_of(&p->d->keys);
	enum err e = aggregator_open(p->d->store, catalogue, clock_now_ms(p->d->clock), diags,
				     &p->aggregator);

	if (e == ERR_OK)
		aggregator_set_signer(p->aggregator, &signer);
	return e;
}

/* The aggregator takes a catalogue when it opens. */
static enum err reopen(struct pipeline *p, struct catalogue **catalogue)
{
	struct diag_list diags = { 0 };
	enum err e;

	aggregator_close(p->aggregator);
	p->aggregator = NULL;
	e = open_aggregator(p, catalogue, &diags);
	catalogue_file_log(&diags);
	diag_free(&diags);
	return e;
}

static void set_catalogue(struct pipeline *p, struct command **c)
{
	struct catalogue *none = NULL;
	enum err e = reopen(p, &(*c)->catalogue);

	if (e != ERR_OK && reopen(p, &none) != ERR_OK) {
		log_write(LOG_ERROR, "pipeline",
			  "the store's own catalogue does not open: the daemon ends");
		_exit(1);
	}
	if (e == ERR_OK)
		p->told_catalogue = true;
	announce_head(p);
	announce_keys(p);
	p->notice_due = true;
	metrics_add(&p->d->metrics, METRIC_COMMANDS, 1);
	command_answer(c, e, (struct bytes){ 0 });
}

static void take_act(struct pipeline *p, struct command **c)
{
	struct item *i = group_add(p);

	if (!i) {
		command_answer(c, ERR_BUSY, (struct bytes){ 0 });
		return;
	}
	i->kind = ITEM_ACT;
	i->command = *c;
	*c = NULL;
}

static void take_commands(struct pipeline *p)
{
	struct command *c;

	for (int n = 0; n < PIPELINE_GROUP_COMMANDS && (c = commands_pop(p->commands)); n++) {
		if (c->kind == COMMAND_ACT || c->kind == COMMAND_IMPORT) {
			take_act(p, &c);
			continue;
		}
		if (p->item_count > 0)
			group_run(p); /* what came before it sees the state before it */
		if (c->kind == COMMAND_CLOCK)
			set_clock(p, &c);
		else
			set_catalogue(p, &c);
	}
}

/* --- messages -------------------------------------------------------------------------------- */
static enum err take_message(void *ctx, struct bus_message *out)
{
	return bus_take(((struct pipeline *)ctx)->ingest, out);
}

static uint16_t unit_of(void *ctx, const struct bus_message *m)
{
	const struct session *s = sessions_find(((struct pipeline *)ctx)->sessions, &m->peer);

	return s ? s->unit : INTAKE_NOBODY;
}

static enum err take_messages(struct pipeline *p)
{
	const struct intake_from from = { take_message, unit_of, p };
	size_t share = p->d->config->group_bytes, count = 0;
	struct bus_message *const *messages;
	enum err e;

	if (sessions_count(p->sessions) > 1)
		share /= 4;
	e = intake_next(p->intake, &from, share, &messages, &count);
	for (size_t i = 0; i < count; i++)
		group_add_message(p, p->ingest, messages[i]);
	return e;
}

static void take_enrolments(struct pipeline *p)
{
	for (int n = 0; n < PIPELINE_GROUP_ENROLMENTS; n++) {
		bus_message_free(&p->enrolments[n]);
		if (bus_take(p->enrol, &p->enrolments[n]) == ERR_OK)
			group_add_message(p, p->enrol, &p->enrolments[n]);
	}
}

/* --- the turn -------------------------------------------------------------------------------- */
static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static bool is_due(struct pipeline *p, int64_t now_ms)
{
	if (now_ms < p->due_after_ms || (p->full && now_ms < p->retry_ms))
		return false;
	return p->full || aggregator_deadline(p->aggregator) <= clock_now_ms(p->d->clock) ||
	       links_due(p->links, now_ms);
}

static int64_t wait_ms(struct pipeline *p, int64_t now_ms)
{
	int64_t wait = p->second_ms + 1000 - now_ms;
	int64_t deadline = aggregator_deadline(p->aggregator);
	int64_t clock = clock_now_ms(p->d->clock);

	if (intake_waits(p->intake))
		return 0;
	if (p->notice_due)
		wait = least(wait, p->flushed_ms + FLUSH_MS - now_ms);
	/* a manual clock stands still: waiting brings no deadline nearer */
	if (!p->d->config->clock_manual && now_ms >= p->due_after_ms && !p->full &&
	    deadline < INT64_MAX)
		wait = least(wait, deadline - clock);
	return wait < 0 ? 0 : wait;
}

static void copy_counters(struct pipeline *p)
{
	const struct aggregator_counters *from = aggregator_counters(p->aggregator);
	struct metrics *m = &p->d->metrics;

	metrics_set(m, METRIC_CONFLICTS, counter_read(&from->conflicts));
	metrics_set(m, METRIC_CONFLICTS_DROPPED, counter_read(&from->conflicts_dropped));
	metrics_set(m, METRIC_UNDECODABLE, counter_read(&from->undecodable));
	metrics_set(m, METRIC_LINKS_COALESCED, counter_read(&from->links_coalesced));
}

static void each_second(struct pipeline *p, int64_t now_ms)
{
	p->second_ms = now_ms;
	feed_each_second(p->feed, &p->head, clock_now_ms(p->d->clock));
	notices_retry(p->notices, &p->head);
	speak_silent(p);
	copy_counters(p);
	if (++p->seconds % 60 == 0)
		store_check_readers(p->d->store);
}

/* A group for whatever waits; then the work that goes by the time. */
static enum err turn(struct pipeline *p)
{
	int64_t now = clock_monotonic_ms();
	enum err e;

	take_commands(p);
	e = take_messages(p);
	take_enrolments(p);
	if (p->item_count > 0 || is_due(p, now)) {
		p->due_after_ms = 0;
		group_run(p);
		now = clock_monotonic_ms();
		if (is_due(p, now))
			p->due_after_ms = now + 1000; /* it failed, and was logged */
	}
	if (p->notice_due && now - p->flushed_ms >= FLUSH_MS)
		announce_flush(p, now);
	if (now - p->second_ms >= 1000)
		each_second(p, now);
	p->alive_ms = now;
	return e;
}

static void serve(struct pipeline *p)
{
	struct bus_socket *const sockets[] = { p->ingest, p->enrol };
	const int fds[] = { commands_fd(p->commands), p->stop_fd };
	bool ready[4] = { false };
	enum err e = ERR_OK;

	while (e == ERR_OK && !ready[3]) {
		e = turn(p);
		if (e == ERR_OK)
			e = bus_wait(sockets, 2, fds, 2, wait_ms(p, clock_monotonic_ms()), ready);
	}
	if (e != ERR_OK)
		log_write(LOG_ERROR, "pipeline", "the sockets ended: %s", err_name(e));
	bus_unbind(p->ingest);
	bus_unbind(p->enrol);
	if (e == ERR_OK)
		(void)turn(
			p); /* what has arrived; what comes later has no receipt, and comes again */
	announce_flush(p, clock_monotonic_ms());
}

/* --- birth and death ------------------------------------------------------------------------- */
struct start {
	struct pipeline *p;
	struct catalogue **catalogue;
	struct diag_list *diags;
};

static enum err bind_all(struct pipeline *p)
{
	const struct config *c = p->d->config;
	struct daemon_bound *b = &p->d->bound;
	/* Above the protocol's bounds a message is refused with a word; far above them its
	 * connection ends. */
	const struct bus_listen ingest = { BUS_ROUTER, ZAP_DOMAIN_INGEST, c->ingest,
					   LIMITS_REPLY_BYTES, 64 };
	const struct bus_listen enrol = { BUS_ROUTER, ZAP_DOMAIN_ENROL, c->enrol,
					  4 * LIMITS_ENROL_BYTES, 4 };
	const struct bus_listen feed = { BUS_PUBLISHER, ZAP_DOMAIN_FEED, c->feed, 1024, 16 };
	enum err e = bus_listen(p->d, &ingest, b->ingest, &p->ingest);

	if (e == ERR_OK)
		e = bus_listen(p->d, &enrol, b->enrol, &p->enrol);
	if (e == ERR_OK)
		e = bus_listen(p->d, &feed, b->feed, &p->publisher);
	return e;
}

static enum err open_all(struct start *s)
{
	struct pipeline *p = s->p;
	const struct feed_out to = { publish, p };
	enum err e = open_aggregator(p, s->catalogue, s->diags);

	if (e == ERR_OK)
		e = feed_new(&p->d->metrics, &to, &p->feed);
	if (e == ERR_OK)
		e = seed_feed(p->d->store, p->feed);
	if (e == ERR_OK)
		e = roster_reload(p->roster, p->aggregator, p->d->zap);
	if (e == ERR_OK)
		e = bind_all(p);
	if (e == ERR_OK)
		announce_head(p);
	return e;
}

static void close_all(struct pipeline *p)
{
	bus_close(p->ingest);
	bus_close(p->enrol);
	bus_close(p->publisher);
	p->ingest = p->enrol = p->publisher = NULL;
	aggregator_close(p->aggregator);
	p->aggregator = NULL;
}

static void run(struct thread *self, void *arg)
{
	struct start *s = arg;
	struct pipeline *p = s->p;
	enum err e = open_all(s);

	p->alive_ms = clock_monotonic_ms();
	thread_ready(self, e); /* s is gone from here on */
	if (e == ERR_OK)
		serve(p);
	for (int n = 0; n < PIPELINE_GROUP_ENROLMENTS; n++)
		bus_message_free(&p->enrolments[n]);
	intake_free(p->intake); /* its messages, before the sockets' context */
	p->intake = NULL;
	close_all(p);
}

static enum err make_parts(struct pipeline *p)
{
	const struct config *c = p->d->config;
	enum err e = mutex_new(&p->mutex);

	if (e == ERR_OK)
		e = sessions_new(c->peers, &p->sessions);
	if (e == ERR_OK)
		e = roster_new(&p->roster);
	if (e == ERR_OK)
		e = links_new(&p->links);
	if (e == ERR_OK)
		e = intake_new(c->group_bytes, PIPELINE_GROUP_MESSAGES, &p->intake);
	if (e == ERR_OK)
		e = commands_new(&p->d->metrics, &p->commands);
	if (e == ERR_OK)
		e = notices_new(&p->d->metrics, NOTICES, &p->notices);
	if (e != ERR_OK)
		return e;
	p->arena = arena_new(ARENA_BYTES);
	p->alert_arena = arena_new(ALERT_BYTES);
	p->enrolments = calloc(PIPELINE_GROUP_ENROLMENTS, sizeof(*p->enrolments));
	p->items = calloc(PIPELINE_GROUP_MESSAGES + PIPELINE_GROUP_COMMANDS +
				  PIPELINE_GROUP_ENROLMENTS,
			  sizeof(*p->items));
	if (!p->arena || !p->alert_arena || !p->enrolments || !p->items)
		return ERR_NOMEM;
	p->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return p->stop_fd < 0 ? err_from_errno(errno) : ERR_OK;
}

static void free_parts(struct pipeline *p)
{
	commands_free(p->commands);
	notices_free(p->notices);
	feed_free(p->feed);
	intake_free(p->intake);
	links_free(p->links);
	roster_free(p->roster);
	sessions_free(p->sessions);
	arena_free(p->arena);
	arena_free(p->alert_arena);
	free(p->alerts);
	free(p->enrolments);
	free(p->items);
	mutex_free(p->mutex);
	if (p->stop_fd >= 0)
		close(p->stop_fd);
	free(p);
}

enum err pipeline_start(struct daemon *d, struct catalogue **catalogue, struct diag_list *diags,
			struct pipeline **out)
{
	struct pipeline *p = calloc(1, sizeof(*p));
	struct start start = { p, catalogue, diags };
	enum err e;

	if (!p)
		return ERR_NOMEM;
	p->d = d;
	p->stop_fd = -1;
	p->changes.last = &p->changes.first;
	e = make_parts(p);
	if (e == ERR_OK)
		e = thread_start("pipeline", run, &start, &p->thread);
	if (e != ERR_OK) {
		free_parts(p);
		return e;
	}
	*out = p;
	return ERR_OK;
}

void pipeline_stop(struct pipeline *p)
{
	if (!p)
		return;
	(void)!eventfd_write(p->stop_fd, 1);
	thread_join(p->thread);
	free_parts(p);
}
