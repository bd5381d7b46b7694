/* SPDX-License-Identifier: MIT */
/* The pipeline: one thread that owns the ingest, enrolment and feed sockets and the only write
 * transaction. Takes what is queued, decides, commits with fsync, and only then acknowledges,
 * publishes and tells the other threads. They speak to it through bounded rings. */
#ifndef DAEMON_PIPELINE_H
#define DAEMON_PIPELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aggregator/aggregator.h"
#include "base/bytes.h"
#include "base/err.h"
#include "proto/message.h"

struct daemon;
struct pipeline;

/* Applies the ticks that were missed while down, takes over the configured catalogue (belongs to
 * the pipeline from then on; NULL: the store's), binds its sockets, and runs. d->config, store,
 * zmq, zap, clock and keys must be there; the endpoints really bound are in d->bound afterwards.
 * What is wrong with the catalogue is added to diags. */
enum err pipeline_start(struct daemon *d, struct catalogue **catalogue, struct diag_list *diags,
			struct pipeline **out);
/* Stops intake, finishes the group, sends the last receipts, ends the thread. Commands on their
 * way are answered with ERR_CLOSED. Accepts NULL. */
void pipeline_stop(struct pipeline *p);

/* Monotonic ms at which the pipeline last finished a turn, an idle one included: the watchdog. */
int64_t pipeline_alive_ms(const struct pipeline *p);
/* The head as of the last commit. Any thread. */
struct aggregator_head pipeline_head(struct pipeline *p);

/* --- commands: one client a thread ----------------------------------------------------------- */
struct pipeline_client;

struct pipeline_answer {
	uint64_t ticket;
	/* Acts: that of aggregator_act after its commit (ERR_OK: it is durable). ERR_FULL: the
	 * store is full. Clock: that of clock_set_ms. */
	enum err err;
	/* JSON with a NUL behind it: the act's answer or problem fields; "" for other commands. */
	char *json;
	size_t json_len;
};

/* capacity: commands that may wait for their answers at a time. */
enum err pipeline_client_new(struct pipeline *p, size_t capacity, struct pipeline_client **out);
/* Answers not fetched yet, and those still to come, are thrown away. NULL is fine. */
void pipeline_client_free(struct pipeline_client *c);

/* Each command gives a ticket (from 1, rising within the client) that its answer repeats. ERR_FULL:
 * too many wait; nothing happened. The bytes are copied. */
enum err pipeline_act(struct pipeline_client *c, struct bytes json, const char *by,
		      uint64_t *ticket);
/* A sheet's rows: aggregator_import. parcel is not empty; the answer is that of an act. */
enum err pipeline_import(struct pipeline_client *c, struct bytes json, const char *by,
			 struct bytes parcel, uint64_t *ticket);
/* Sets a manual clock, and applies the ticks up to it before it answers. */
enum err pipeline_set_clock(struct pipeline_client *c, int64_t ms, uint64_t *ticket);
/* Takes over a catalogue (*catalogue belongs to the pipeline from then on, and becomes NULL).
 * ERR_INVALID in the answer: it does not follow the one in force, which stays. */
enum err pipeline_set_catalogue(struct pipeline_client *c, struct catalogue **catalogue,
				uint64_t *ticket);

/* Readable while an answer waits. Watch it, never read it. */
int pipeline_client_fd(const struct pipeline_client *c);
/* NULL: none now. The caller frees it. */
struct pipeline_answer *pipeline_next_answer(struct pipeline_client *c);
void pipeline_answer_free(struct pipeline_answer *a); /* accepts NULL */
/* For threads that may wait: the answer to this ticket, others are thrown away. ERR_TIMEOUT. */
enum err pipeline_wait_answer(struct pipeline_client *c, uint64_t ticket, int64_t timeout_ms,
			      struct pipeline_answer **out);

/* --- notices: what each commit changed, for one reader, the main thread ---------------------- */
struct pipeline_notice {
	/* True: notices were lost, or there was too much to tell. The lists are empty; read a
	 * snapshot that is at least as new as head. */
	bool reset;
	bool keys_changed;
	bool catalogue_changed;
	struct aggregator_head head;
	/* Coalesced by the commit. Strings belong to the notice. */
	const struct message_figure *figures; /* cells and totals */
	size_t figure_count;
	const struct message_figure *lights;
	size_t light_count;
	const struct message_alert *alerts; /* rising numbers, none left out */
	size_t alert_count;
};

/* Readable while a notice waits. Watch it, never read it. */
int pipeline_notice_fd(const struct pipeline *p);
struct pipeline_notice *pipeline_next_notice(struct pipeline *p); /* NULL: none now */
void pipeline_notice_free(struct pipeline_notice *n);		  /* accepts NULL */

#endif
