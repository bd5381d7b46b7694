/* SPDX-License-Identifier: MIT */
#include "daemon/intake.h"

#include <stdlib.h>
#include <string.h>

#define UNITS ((size_t)UINT16_MAX + 1)

struct budget {
	uint32_t round; /* the group that the rest is about */
	bool used_up;	/* everything that follows waits: the order of a reporter is kept */
	size_t bytes;
};

/* Messages never move while they are full: they stand in blocks of their own. */
struct intake {
	size_t group_bytes, messages;
	struct bus_message **group;
	size_t group_count, group_used;
	struct bus_message *
		*waiting; /* twice as many as a group: those carried over, and new ones */
	size_t waiting_count, waiting_bytes;
	struct bus_message **spare;
	size_t spare_count;
	struct budget *budgets; /* by unit */
	uint32_t round;
};

enum err intake_new(size_t group_bytes, size_t messages, struct intake **out)
{
	struct intake *in = calloc(1, sizeof(*in));

	if (!in)
		return ERR_NOMEM;
	in->group_bytes = group_bytes;
	in->messages = messages;
	in->group = calloc(messages, sizeof(struct bus_message *));
	in->waiting = calloc(2 * messages, sizeof(struct bus_message *));
	in->spare = calloc(3 * messages, sizeof(struct bus_message *));
	in->budgets = calloc(UNITS, sizeof(*in->budgets));
	if (!in->group || !in->waiting || !in->spare || !in->budgets) {
		intake_free(in);
		return ERR_NOMEM;
	}
	*out = in;
	return ERR_OK;
}

static void free_all(struct bus_message **list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		bus_message_free(list[i]);
		free(list[i]);
	}
	free(list);
}

void intake_free(struct intake *in)
{
	if (!in)
		return;
	free_all(in->group, in->group_count);
	free_all(in->waiting, in->waiting_count);
	free_all(in->spare, in->spare_count);
	free(in->budgets);
	free(in);
}

bool intake_waits(const struct intake *in)
{
	return in->waiting_count > 0;
}

static struct bus_message *get_spare(struct intake *in)
{
	return in->spare_count ? in->spare[--in->spare_count] :
				 calloc(1, sizeof(struct bus_message));
}

static void give_back(struct intake *in, struct bus_message *m)
{
	bus_message_free(m);
	in->spare[in->spare_count++] = m;
}

/* True: it goes into this group. */
static bool within_share(struct intake *in, uint16_t unit, size_t bytes, size_t share)
{
	struct budget *b = &in->budgets[unit];

	if (b->round != in->round)
		*b = (struct budget){ .round = in->round };
	/* the first one always fits, however large */
	if (b->used_up || (b->bytes > 0 && b->bytes + bytes > share)) {
		b->used_up = true;
		return false;
	}
	b->bytes += bytes;
	return true;
}

static void place(struct intake *in, const struct intake_from *from, size_t share,
		  struct bus_message *m)
{
	size_t bytes = m->payload.len;

	if (in->group_count < in->messages &&
	    within_share(in, from->unit(from->ctx, m), bytes, share)) {
		in->group[in->group_count++] = m;
		in->group_used += bytes;
	} else {
		in->waiting[in->waiting_count++] = m;
		in->waiting_bytes += bytes;
	}
}

static void carry_over(struct intake *in, const struct intake_from *from, size_t share)
{
	size_t count = in->waiting_count;

	/* those that stay move to the front: never past where the walk is */
	in->waiting_count = in->waiting_bytes = 0;
	for (size_t i = 0; i < count; i++)
		place(in, from, share, in->waiting[i]);
}

static bool has_room(const struct intake *in)
{
	return in->group_count < in->messages && in->group_used < in->group_bytes &&
	       in->waiting_count < in->messages && in->waiting_bytes < in->group_bytes;
}

enum err intake_next(struct intake *in, const struct intake_from *from, size_t share,
		     struct bus_message *const **messages, size_t *count)
{
	enum err e = ERR_OK;

	while (in->group_count > 0)
		give_back(in, in->group[--in->group_count]);
	in->group_used = 0;
	in->round++;
	carry_over(in, from, share);
	while (e == ERR_OK && has_room(in)) {
		struct bus_message *m = get_spare(in);

		if (!m)
			break; /* memory comes back when this group is done */
		e = from->take(from->ctx, m);
		if (e == ERR_OK)
			place(in, from, share, m);
		else
			give_back(in, m);
	}
	*messages = in->group;
	*count = in->group_count;
	return e == ERR_CLOSED ? e : ERR_OK;
}
