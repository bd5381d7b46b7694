/* SPDX-License-Identifier: MIT */
/* What the files of the pipeline share: pipeline.c (the thread), group.c (one group commit),
 * announce.c (what changed), speak.c (who is answered what). Private to them. Everything belongs
 * to the pipeline's thread, but where it says otherwise. */
#ifndef DAEMON_PIPELINE_PRIVATE_H
#define DAEMON_PIPELINE_PRIVATE_H

#include "base/arena.h"
#include "base/thread.h"
#include "daemon/command.h"
#include "daemon/daemon.h"
#include "daemon/feed.h"
#include "daemon/intake.h"
#include "daemon/links.h"
#include "daemon/notices.h"
#include "daemon/refusal.h"
#include "daemon/roster.h"
#include "daemon/session.h"

#define PIPELINE_GROUP_MESSAGES 4096
#define PIPELINE_GROUP_COMMANDS 256
#define PIPELINE_GROUP_ENROLMENTS 16
#define PIPELINE_BUSY_MS 5000	 /* between two tries while the store is full */
#define PIPELINE_POISON_MS 60000 /* before what could not be applied comes again */

enum item_kind {
	ITEM_HELLO,
	ITEM_BATCH,
	ITEM_SLICE,
	ITEM_PING,
	ITEM_ENROL,
	ITEM_ACT,
	ITEM_REFUSED /* decided before it was applied */
};

/* One thing of a group: a message or a command, and what became of it. */
struct item {
	enum item_kind kind;
	const struct bus_message *message; /* of intake; NULL for acts */
	struct bus_socket *via;
	struct envelope header;
	struct bytes body;
	struct command *command; /* ACT; owned until it is answered */
	/* outcome; in the arena */
	enum err err;
	struct aggregator_outcome outcome;
	struct message_enrol_reply enrolled;
	struct message_slice slice;
	struct bytes answer;	/* ACT: JSON */
	struct bus_peer fenced; /* HELLO: whom it fenced; length 0: nobody */
	uint8_t fenced_epoch[ENVELOPE_EPOCH_LEN];
};

/* What a commit changed, kept until it is durable. */
struct changed {
	bool light;
	bool is_alert;
	struct message_figure figure;
	struct message_alert alert;
	uint64_t previous;
	struct changed *next;
};
struct changes {
	struct changed *first, **last;
	bool keys, catalogue, lost;
};

struct pipeline {
	struct daemon *d;
	struct thread *thread;
	struct aggregator *aggregator;
	struct bus_socket *ingest, *enrol, *publisher;
	struct bus_message *enrolments; /* PIPELINE_GROUP_ENROLMENTS of them */
	struct sessions *sessions;
	struct roster *roster;
	struct links *links;
	struct intake *intake;
	struct commands *commands; /* its ring: any thread */
	struct notices *notices;   /* its ring: main thread too */
	struct feed *feed;
	struct arena *arena;
	struct item *items;
	size_t item_count;
	uint64_t attempts; /* groups that were applied, or tried */
	struct changes changes;
	struct session *touched; /* chain: sessions with receipts to send */
	bool some_gone;		 /* a session's peer is gone */

	bool full;			/* the store is */
	int64_t retry_ms;		/* monotonic: when to try again while it is */
	bool told_keys, told_catalogue; /* to go into the next notice */
	bool notice_due;
	int64_t flushed_ms;   /* monotonic: when feed and notices left last */
	int64_t second_ms;    /* monotonic: when the last second's work was done */
	int64_t due_after_ms; /* monotonic: no group for ticks and links alone before */
	unsigned seconds;
	struct message_alert *alerts; /* of the next notice; strings in alert_text */
	size_t alert_count, alert_cap;
	struct arena *alert_arena;
	bool lost_changes; /* for want of memory: readers have to take a snapshot */

	int stop_fd; /* eventfd; any thread */
	_Atomic int64_t alive_ms;
	struct mutex *mutex; /* protects head */
	struct aggregator_head head;

	struct log_limit log_refused, log_apply, log_link, log_full;
};

/* group.c: applies p->items, commits, and has everybody told. */
void group_run(struct pipeline *p);
/* Room for one more, zeroed, or NULL at the bound. */
struct item *group_add(struct pipeline *p);
/* Sorts a message into its kind. */
void group_add_message(struct pipeline *p, struct bus_socket *via, const struct bus_message *m);

/* announce.c: what the last commit changed, once it is durable. */
void announce_commit(struct pipeline *p);
void announce_head(struct pipeline *p); /* the head alone */
/* The key table changed: reads it, and ends the sessions of those who are out. */
void announce_keys(struct pipeline *p);
/* Publishes, and tells the main thread, what has gathered. */
void announce_flush(struct pipeline *p, int64_t now_ms);

/* speak.c: after the commit. */
void speak_items(struct pipeline *p, struct item *items, size_t count);
/* Sessions of keys that are no longer valid, and those from whom nothing was heard, end. */
void speak_keys_changed(struct pipeline *p);
void speak_silent(struct pipeline *p);
uint32_t speak_credit(const struct pipeline *p);
/* Ends a session, and its reporter's link where it was the last one. */
void speak_end_session(struct pipeline *p, struct session *s);

#endif
