/* SPDX-License-Identifier: MIT */
/* The links of reporters, up or down: at most one entry a reporter a minute, the newest state
 * waits. Memory only: what was appended is in the ledger. Private to this folder. */
#ifndef AGGREGATOR_LINE_H
#define AGGREGATOR_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct aggregator;

struct line_state {
	int64_t last_ms; /* of the newest entry */
	bool known;      /* since this start */
	bool up;         /* as appended */
	bool waiting;    /* the newest state differs, and has to wait */
};
/* Zero-initialised is empty. */
struct line {
	struct line_state *units, *before; /* now, and when the group began */
	size_t count;
	bool any_waiting;
};

enum err line_resize(struct line *l, size_t units);
void line_free(struct line *l);
void line_begin(struct line *l);
void line_rollback(struct line *l);
/* When line_due has something to do next; INT64_MAX: never. */
int64_t line_deadline(const struct line *l);
/* Appends the states that have waited long enough. */
enum err line_due(struct aggregator *a, int64_t now_ms);

#endif
