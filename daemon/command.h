/* SPDX-License-Identifier: MIT */
/* The pipeline's side of its commands: what clients push, and where answers go. */
#ifndef DAEMON_COMMAND_H
#define DAEMON_COMMAND_H

#include "daemon/metrics.h"
#include "daemon/pipeline.h"

enum command_kind { COMMAND_ACT, COMMAND_IMPORT, COMMAND_CLOCK, COMMAND_CATALOGUE };

struct command {
	enum command_kind kind;
	uint64_t ticket;
	struct pipeline_client *from; /* kept alive until it is answered */
	int64_t ms;		      /* CLOCK */
	struct catalogue *catalogue;  /* CATALOGUE */
	char *by;		      /* ACT */
	struct bytes json;	      /* ACT; in the same block as by */
	struct bytes parcel;	      /* IMPORT, which is an ACT too; in the same block */
};

struct commands;

enum err commands_new(struct metrics *metrics, struct commands **out);
/* Answers what waits with ERR_CLOSED. Accepts NULL. */
void commands_free(struct commands *c);
int commands_fd(const struct commands *c);
struct command *commands_pop(struct commands *c); /* NULL: none waits */
/* Gives the answer to whom it belongs and frees the command: *command becomes NULL. */
void command_answer(struct command **command, enum err e, struct bytes json);

enum err commands_client_new(struct commands *c, size_t capacity, struct pipeline_client **out);

#endif
