/* SPDX-License-Identifier: MIT */
#include "daemon/feed.h"

#include <stdlib.h>
#include <string.h>

#include "proto/limits.h"

#define REPEAT_S 40 /* every topic once in so many seconds */

struct topic {
	struct topic *next; /* of its bucket */
	bool is_alert;
	enum feed_kind kind;
	bool dirty;		      /* changed since it was published last */
	bool published;		      /* in this life */
	uint64_t previous;	      /* what the next, or the repeated, message says */
	uint64_t position;	      /* of the last message published */
	struct message_figure figure; /* measure and unit point into name */
	struct buf message;	      /* alerts: the last one */
	size_t index;		      /* in feed.all */
	size_t len;
	char name[];
};

struct feed {
	struct metrics *metrics;
	struct feed_out to;
	struct topic **buckets;
	size_t bucket_count; /* a power of two */
	struct topic **all;  /* in order of birth: the order of repeats */
	size_t count, cap;
	size_t cursor;
	size_t *dirty; /* indexes into all; room for all of them */
	size_t dirty_count;
	struct message_figure *figures, *lights; /* of the last flush; room for all */
	struct buf scratch;
};

enum err feed_new(struct metrics *metrics, const struct feed_out *to, struct feed **out)
{
	struct feed *f = calloc(1, sizeof(*f));

	if (!f)
		return ERR_NOMEM;
	f->metrics = metrics;
	f->to = *to;
	f->bucket_count = 4096;
	f->buckets = calloc(f->bucket_count, sizeof(struct topic *));
	if (!f->buckets) {
		feed_free(f);
		return ERR_NOMEM;
	}
	*out = f;
	return ERR_OK;
}

void feed_free(struct feed *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->count; i++) {
		buf_free(&f->all[i]->message);
		free(f->all[i]);
	}
	free(f->all);
	free(f->dirty);
	free(f->figures);
	free(f->lights);
	free(f->buckets);
	buf_free(&f->scratch);
	free(f);
}

/* --- topics ---------------------------------------------------------------------------------- */
struct name {
	char text[LIMITS_TOPIC + 1];
	size_t len;
	size_t measure, unit; /* where they begin */
};

/* An id that is not there is written as a dash, so that a topic always has its parts. */
static struct bytes or_dash(struct bytes id)
{
	return id.len ? id : bytes_of_string("-");
}

static bool put_name(struct name *n, const char *prefix, struct bytes measure, struct bytes unit)
{
	struct bytes m = or_dash(measure), u = or_dash(unit);
	int len = snprintf(n->text, sizeof(n->text), "%s.%.*s.%.*s", prefix, (int)m.len,
			   (const char *)m.data, (int)u.len, (const char *)u.data);

	n->len = (size_t)len;
	n->measure = strlen(prefix) + 1;
	n->unit = n->measure + m.len + 1;
	return len > 0 && n->len < sizeof(n->text);
}

static struct topic **find(struct feed *f, const struct name *n)
{
	uint32_t h = bytes_crc32c(0, bytes_of(n->text, n->len));
	struct topic **at = &f->buckets[h & (f->bucket_count - 1)];

	while (*at && ((*at)->len != n->len || memcmp((*at)->name, n->text, n->len) != 0))
		at = &(*at)->next;
	return at;
}

static bool resize(void *list, size_t cap, size_t size)
{
	void *grown = realloc(*(void **)list, cap * size);

	if (grown)
		*(void **)list = grown;
	return grown != NULL;
}

static bool make_room(struct feed *f)
{
	size_t cap = f->cap ? f->cap * 2 : 1024;

	if (f->count < f->cap)
		return true;
	if (!resize(&f->all, cap, sizeof(*f->all)) || !resize(&f->dirty, cap, sizeof(*f->dirty)) ||
	    !resize(&f->figures, cap, sizeof(*f->figures)) ||
	    !resize(&f->lights, cap, sizeof(*f->lights)))
		return false;
	f->cap = cap;
	return true;
}

static struct topic *topic_of(struct feed *f, const struct name *n)
{
	struct topic **at = find(f, n), *t = *at;

	if (t || !make_room(f))
		return t;
	t = calloc(1, sizeof(*t) + n->len + 1);
	if (!t)
		return NULL;
	memcpy(t->name, n->text, n->len);
	t->len = n->len;
	*at = t;
	t->index = f->count;
	f->all[f->count++] = t;
	metrics_set(f->metrics, METRIC_FEED_TOPICS, f->count);
	return t;
}

static void mark_dirty(struct feed *f, struct topic *t)
{
	if (!t->dirty)
		f->dirty[f->dirty_count++] = t->index;
	t->dirty = true;
}

/* --- messages -------------------------------------------------------------------------------- */
static void send(struct feed *f, const struct topic *t, struct bytes message)
{
	f->to.publish(f->to.ctx, bytes_of(t->name, t->len), message);
}

static enum err send_figure(struct feed *f, struct topic *t)
{
	const struct message_feed chain = { t->figure.position, t->previous };
	enum envelope_type type = t->kind == FEED_TOTAL ? ENVELOPE_FEED_TOTAL : ENVELOPE_FEED_LIGHT;
	enum err e;

	buf_clear(&f->scratch);
	e = message_feed_figure_encode(type, &chain, &t->figure, &f->scratch);
	if (e == ERR_OK)
		send(f, t, buf_bytes(&f->scratch));
	return e;
}

static struct topic *figure_topic(struct feed *f, enum feed_kind kind,
				  const struct message_figure *figure)
{
	struct name n;
	struct topic *t;

	if (!put_name(&n, kind == FEED_TOTAL ? "total" : "light", figure->measure, figure->unit))
		return NULL;
	t = topic_of(f, &n);
	if (!t)
		return NULL;
	t->kind = kind;
	t->figure = *figure;
	t->figure.measure = bytes_of(t->name + n.measure, figure->measure.len);
	t->figure.unit = bytes_of(t->name + n.unit, figure->unit.len);
	return t;
}

enum err feed_seed(struct feed *f, enum feed_kind kind, const struct message_figure *figure)
{
	struct topic *t = figure_topic(f, kind, figure);

	if (!t)
		return ERR_NOMEM;
	/* whoever has not seen this position takes a snapshot: we can't know what he saw before */
	t->previous = t->position = figure->position;
	t->published = true;
	return ERR_OK;
}

enum err feed_figure(struct feed *f, enum feed_kind kind, const struct message_figure *figure,
		     uint64_t previous)
{
	struct topic *t = figure_topic(f, kind, figure);

	if (!t)
		return ERR_NOMEM;
	if (!t->dirty)
		t->previous = t->published ? t->position : previous;
	mark_dirty(f, t);
	return ERR_OK;
}

enum err feed_alert(struct feed *f, const struct message_alert *alert, uint64_t previous)
{
	const struct message_feed chain = { alert->position, previous };
	char prefix[80];
	struct name n;
	struct topic *t;
	enum err e;

	snprintf(prefix, sizeof(prefix), "alert.%.*s", (int)alert->severity.len,
		 (const char *)alert->severity.data);
	if (!put_name(&n, prefix, alert->measure, alert->unit) || !(t = topic_of(f, &n)))
		return ERR_NOMEM;
	t->is_alert = true;
	buf_clear(&t->message);
	e = message_feed_alert_encode(&chain, alert, &t->message);
	if (e == ERR_OK)
		send(f, t, buf_bytes(&t->message));
	return e;
}

bool feed_is_dirty(const struct feed *f)
{
	return f->dirty_count > 0;
}

enum err feed_flush(struct feed *f, struct pipeline_notice *notice)
{
	enum err e = ERR_OK;

	notice->figures = f->figures, notice->figure_count = 0;
	notice->lights = f->lights, notice->light_count = 0;
	for (size_t i = 0; i < f->dirty_count; i++) {
		struct topic *t = f->all[f->dirty[i]];
		enum err failed = send_figure(f, t);

		if (e == ERR_OK)
			e = failed;
		if (t->kind == FEED_TOTAL)
			f->figures[notice->figure_count++] = t->figure;
		else
			f->lights[notice->light_count++] = t->figure;
		t->position = t->figure.position;
		t->published = true;
		t->dirty = false;
	}
	f->dirty_count = 0;
	return e;
}

static void repeat(struct feed *f, struct topic *t)
{
	if (t->is_alert)
		send(f, t, buf_bytes(&t->message));
	else if (!t->dirty) /* else it leaves as news, soon */
		send_figure(f, t);
}

void feed_each_second(struct feed *f, const struct aggregator_head *head, int64_t now_ms)
{
	const struct message_feed_head m = { .position = head->position,
					     .alert_number = head->alert_number,
					     .chain = bytes_of(head->chain, sizeof(head->chain)),
					     .server_ms = now_ms };
	size_t share = (f->count + REPEAT_S - 1) / REPEAT_S;

	buf_clear(&f->scratch);
	if (message_feed_head_encode(&m, &f->scratch) == ERR_OK)
		f->to.publish(f->to.ctx, bytes_of_string("head"), buf_bytes(&f->scratch));
	for (size_t i = 0; i < share; i++)
		repeat(f, f->all[f->cursor++ % f->count]);
}
