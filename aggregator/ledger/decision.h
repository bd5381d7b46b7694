/* SPDX-License-Identifier: MIT */
/* What was decided about an entry, as stored in it: what became of the rows of a batch, and what
 * followed for lights and alerts. A replay takes it from here and never judges anew. */
#ifndef LEDGER_DECISION_H
#define LEDGER_DECISION_H

#include "base/buf.h"
#include "proto/event.h"

/* Rows first .. first + count - 1 of a batch that share a verdict other than plainly admitted. */
struct decision_run {
	uint32_t first;
	uint32_t count;
	uint8_t verdict; /* enum event_verdict */
	uint8_t code;    /* enum event_code */
};

/* Which of a row's object ids its verdict is about: a number, from 0. */
struct decision_name {
	uint32_t row;
	uint32_t object;
};

struct decision {
	uint32_t on_time; /* rows received before their period was due */
	uint32_t late;
	const struct decision_run *runs; /* rising, not touching where verdict and code are equal */
	size_t run_count;
	const struct decision_name *names; /* by row, rising */
	size_t name_count;
	struct bytes judge; /* judge.h */
};

/* A list of runs while it grows. Zero-initialised is empty; memory is kept by clear. */
struct decision_runs {
	struct decision_run *items;
	size_t count;
	size_t cap;
	struct decision_name *names; /* DECISION_NAMES_MAX of them, or NULL */
	size_t name_count;
};
void decision_runs_free(struct decision_runs *runs);
static inline void decision_runs_clear(struct decision_runs *runs)
{
	runs->count = runs->name_count = 0;
}
/* Rows have to come in rising order. ERR_NOMEM. */
enum err decision_runs_add(struct decision_runs *runs, uint32_t row, uint32_t count,
			   uint8_t verdict, uint8_t code);

/* Names the object that a row's verdict is about; past the first ones of a batch it says nothing.
 * ERR_NOMEM. */
#define DECISION_NAMES_MAX 256
enum err decision_runs_name(struct decision_runs *runs, uint32_t row, uint32_t object);

enum err decision_encode(const struct decision *d, struct buf *out);
/* judge points into form, runs go to *runs. rows: of the batch; 0 for other entries.
 * ERR_CORRUPT: not such bytes; ERR_NOMEM. */
enum err decision_decode(struct bytes form, uint32_t rows, struct decision_runs *runs,
			 struct decision *out);

#endif
