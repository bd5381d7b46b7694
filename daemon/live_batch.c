/* SPDX-License-Identifier: MIT */
#include "daemon/live_batch.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/live_event.h"

/* The newest figure of each measure and unit, by open addressing. */
struct newest {
	const struct message_figure **slots;
	size_t mask;
};

typedef void write_figure(struct buf *out, const struct message_figure *f);

void live_batch_clear(struct live_batch *b)
{
	for (size_t i = 0; i < b->count; i++)
		pipeline_notice_free(b->notices[i]);
	b->count = 0;
	b->reset = false;
}

void live_batch_free(struct live_batch *b)
{
	live_batch_clear(b);
}

void live_batch_add(struct live_batch *b, struct pipeline_notice **n)
{
	bool reset = b->reset || (*n)->reset || b->count == LIVE_BATCH_MAX;

	if (!reset) {
		b->notices[b->count++] = *n;
	} else {
		live_batch_clear(b);
		b->reset = true;
		pipeline_notice_free(*n);
	}
	*n = NULL;
}

static uint32_t add_hash(uint32_t hash, struct bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		hash = (hash ^ text.data[i]) * 16777619u; /* FNV-1a */
	return (hash ^ 0xff) * 16777619u;
}

static bool is_same(struct bytes a, struct bytes b)
{
	return a.len == b.len && memcmp(a.data, b.data, a.len) == 0;
}

/* Where the figure of that measure and unit stands, or belongs. */
static const struct message_figure **slot_of(const struct newest *n, const struct message_figure *f)
{
	size_t i = add_hash(add_hash(2166136261u, f->measure), f->unit) & n->mask;

	while (n->slots[i] != NULL &&
	       !(is_same(n->slots[i]->measure, f->measure) && is_same(n->slots[i]->unit, f->unit)))
		i = (i + 1) & n->mask;
	return &n->slots[i];
}

static const struct message_figure *list_of(const struct pipeline_notice *n, bool lights,
					    size_t *count)
{
	*count = lights ? n->light_count : n->figure_count;
	return lights ? n->lights : n->figures;
}

static bool find_newest(const struct live_batch *b, bool lights, struct newest *out)
{
	size_t all = 0, size = 16, count;

	for (size_t i = 0; i < b->count; i++) {
		(void)list_of(b->notices[i], lights, &count);
		all += count;
	}
	while (size < all * 2)
		size *= 2;
	out->mask = size - 1;
	out->slots = calloc(size, sizeof(*out->slots));
	if (out->slots == NULL)
		return false;
	for (size_t i = 0; i < b->count; i++) {
		const struct message_figure *list = list_of(b->notices[i], lights, &count);

		for (size_t k = 0; k < count; k++)
			*slot_of(out, &list[k]) = &list[k];
	}
	return true;
}

static size_t write_newest(const struct live_batch *b, bool lights, write_figure *write,
			   struct buf *out)
{
	struct newest newest;
	size_t events = 0, count;

	if (!find_newest(b, lights, &newest)) {
		out->failed = true;
		return 0;
	}
	for (size_t i = 0; i < b->count; i++) {
		const struct message_figure *list = list_of(b->notices[i], lights, &count);

		for (size_t k = 0; k < count; k++) {
			if (*slot_of(&newest, &list[k]) != &list[k])
				continue;
			write(out, &list[k]);
			events++;
		}
	}
	free(newest.slots);
	return events;
}

size_t live_batch_write(const struct live_batch *b, int offset_minutes, struct buf *out)
{
	size_t events = write_newest(b, false, live_event_figure, out) +
			write_newest(b, true, live_event_light, out);

	for (size_t i = 0; i < b->count; i++)
		for (size_t k = 0; k < b->notices[i]->alert_count; k++, events++)
			live_event_alert(out, &b->notices[i]->alerts[k], offset_minutes);
	return events;
}
