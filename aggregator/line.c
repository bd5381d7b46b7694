/* SPDX-License-Identifier: MIT */
#include "aggregator/line.h"

#include <stdlib.h>

#include "aggregator/engine.h"
#include "aggregator/fold.h"

#define LINE_PAUSE_MS 60000 /* between two entries of a reporter */

enum err line_resize(struct line *l, size_t units)
{
	struct line_state *now, *before;

	if (units <= l->count)
		return ERR_OK;
	if (!(now = realloc(l->units, units * sizeof(*now))))
		return ERR_NOMEM;
	l->units = now;
	if (!(before = realloc(l->before, units * sizeof(*before))))
		return ERR_NOMEM;
	l->before = before;
	for (size_t i = l->count; i < units; i++)
		l->units[i] = (struct line_state){ .last_ms = INT64_MIN };
	l->count = units;
	return ERR_OK;
}

void line_free(struct line *l)
{
	free(l->units);
	free(l->before);
	*l = (struct line){ 0 };
}

void line_begin(struct line *l)
{
	if (l->count)
		memcpy(l->before, l->units, l->count * sizeof(*l->units));
}

void line_rollback(struct line *l)
{
	if (l->count)
		memcpy(l->units, l->before, l->count * sizeof(*l->units));
	l->any_waiting = true; /* whether it is so is found out when it is due */
}

static bool may_speak(const struct line_state *s, int64_t now_ms)
{
	return s->last_ms == INT64_MIN || now_ms - s->last_ms >= LINE_PAUSE_MS;
}

int64_t line_deadline(const struct line *l)
{
	int64_t due = INT64_MAX;

	for (size_t i = 0; l->any_waiting && i < l->count; i++)
		if (l->units[i].waiting && l->units[i].last_ms + LINE_PAUSE_MS < due)
			due = l->units[i].last_ms + LINE_PAUSE_MS;
	return due;
}

static enum err append(struct aggregator *a, uint16_t reporter, bool up, int64_t now_ms)
{
	struct line_state *s = &a->line.units[reporter];
	uint8_t body = up;
	struct entry entry = { .kind = ENTRY_LINK, .time_ms = now_ms, .reporter = reporter,
			       .body = bytes_of(&body, 1) };
	enum err e;

	engine_enter(a, &entry);
	if ((e = fold_link(a, &entry)) != ERR_OK || (e = engine_append(a, &entry, NULL)) != ERR_OK)
		return e;
	*s = (struct line_state){ .last_ms = now_ms, .known = true, .up = up };
	return ERR_OK;
}

enum err line_due(struct aggregator *a, int64_t now_ms)
{
	enum err e = ERR_OK;
	bool waiting = false;

	for (size_t i = 0; a->line.any_waiting && e == ERR_OK && i < a->line.count; i++) {
		struct line_state *s = &a->line.units[i];

		if (s->waiting && may_speak(s, now_ms))
			e = append(a, (uint16_t)i, !s->up, now_ms);
		waiting |= s->waiting;
	}
	a->line.any_waiting = waiting;
	return e;
}

enum err aggregator_link(struct aggregator *a, uint16_t reporter, bool up, int64_t now_ms)
{
	struct line_state *s;
	enum err e;

	if (!a->catalogue || reporter >= a->line.count)
		return ERR_INVALID;
	if ((e = aggregator_tick(a, now_ms)) != ERR_OK)
		return e;
	s = &a->line.units[reporter];
	if (s->known && s->up == up) {
		s->waiting = false;
		return ERR_OK;
	}
	if (may_speak(s, now_ms))
		return append(a, reporter, up, now_ms);
	counter_add(&a->group.links_coalesced, 1);
	s->waiting = a->line.any_waiting = true;
	return ERR_OK;
}
