/* SPDX-License-Identifier: MIT */
/* What a scenario plays in: an aggregator with a store of its own and a clock that stands still
 * until it is moved. Functions give false where the scenario can't go on; fault then says why. */
#ifndef TESTS_SCENARIO_WORLD_H
#define TESTS_SCENARIO_WORLD_H

#include "aggregator/aggregator.h"
#include "aggregator/alerts/book.h"

#define WORLD_TEXT 512

/* A row as somebody says it. */
struct world_row {
	uint16_t reporter, unit, measure;
	enum event_kind kind;
	int64_t value, denominator;
	int32_t as_of;
	uint32_t revision;
	const char *stage, *reason, *ref, *withdraw; /* NULL: none */
	const char *objects; /* ids of places and things, with ; between them; NULL: none */
	const char *target; /* NULL: the measure's id; else what is said instead */
};

struct world {
	char folder[64];
	char place[96];
	struct catalogue *loaded; /* until the store is opened */
	struct store *store;
	struct aggregator *a;
	struct arena *arena;
	struct buf message; /* the newest batch, header and body */
	int64_t now_ms;
	uint64_t *next;	 /* by unit: its next sequence */
	uint32_t *epoch; /* by unit: number of its outbox */
	bool *has_key;	 /* by unit */
	uint16_t last_reporter;
	unsigned acts;
	/* what the newest batch, hello or act was answered */
	enum aggregator_answer answer;
	unsigned verdict, code, refused;
	struct message_receipt receipt;
	char fault[WORLD_TEXT];
};

bool world_init(struct world *w);
void world_close(struct world *w);
bool world_fault(struct world *w, const char *format, ...) __attribute__((format(printf, 2, 3)));

bool world_load(struct world *w, const char *path);
/* Moves the clock to a time of a day, through every midnight; the first time the store is made. */
bool world_go(struct world *w, int32_t day, int minute);
/* Closes the store and opens it again: memory is lost, what is stored is not. */
bool world_restart(struct world *w);
const struct catalogue *world_catalogue(struct world *w);

/* One batch. The last row's verdict is kept. */
bool world_say(struct world *w, const struct world_row *rows, size_t count);
/* The newest batch once more, word for word; or its numbers with another body. */
bool world_repeat(struct world *w, bool changed);
/* A new outbox, with a new epoch. */
void world_new_outbox(struct world *w, uint16_t reporter);
/* The outbox lost so many rows, and says Hello. */
bool world_lose(struct world *w, uint16_t reporter, uint64_t rows);
bool world_link(struct world *w, uint16_t reporter, bool up);
/* JSON of an act without its id. accepted: whether it has to be taken or refused. */
bool world_act(struct world *w, const char *fields, bool accepted);
/* The same, and who does it. */
bool world_act_by(struct world *w, const char *by, const char *fields, bool accepted);
/* It has to be refused with this code. */
bool world_act_refused(struct world *w, const char *by, const char *fields, const char *code);
/* It is done, and its answer warns with this code. */
bool world_act_warned(struct world *w, const char *by, const char *fields, const char *code);
/* Releases or rejects every row of the cell that waits. */
bool world_settle(struct world *w, uint16_t measure, uint16_t unit, bool release);
void world_key(uint16_t unit, uint8_t key[32]);

#define WORLD_OBJECTS 32 /* a row has no more */
/* Adds the ids of a row's objects to a column. Their texts stay where they are. */
void world_put_objects(struct event_text *column, size_t *count, size_t row, const char *objects);

/* Replays the ledger in groups of 1 and of 7 and compares the states. */
bool world_verify(struct world *w);

#endif
