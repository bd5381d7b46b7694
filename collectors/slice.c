/* SPDX-License-Identifier: MIT */
#include "collectors/slice.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/fs.h"
#include "base/log.h"
#include "base/thread.h"
#include "proto/limits.h"

#define FILE_NAME "catalogue.slice"
/* A slice is a reply of the daemon; decoded it takes a few times its size. */
#define ARENA_BUDGET ((size_t)LIMITS_REPLY_BYTES * 16)

struct slice {
	_Atomic unsigned holders;
	struct arena *arena;
	struct buf body;
	struct message_slice message;
	const struct message_measure **by_id; /* sorted */
};

static int compare_measures(const void *a, const void *b)
{
	const struct message_measure *const *x = a, *const *y = b;

	return bytes_compare((*x)->id, (*y)->id);
}

static enum err sort_measures(struct slice *s)
{
	s->by_id = arena_alloc(s->arena, s->message.count * sizeof(const void *));
	if (!s->by_id)
		return ERR_NOMEM;
	for (size_t i = 0; i < s->message.count; i++)
		s->by_id[i] = &s->message.measures[i];
	qsort(s->by_id, s->message.count, sizeof(const void *), compare_measures);
	return ERR_OK;
}

static void slice_free(struct slice *s)
{
	arena_free(s->arena);
	buf_free(&s->body);
	free(s);
}

enum err slice_new(struct bytes body, struct slice **out)
{
	struct slice *s = calloc(1, sizeof(*s));
	enum err e = ERR_NOMEM;

	if (!s)
		return ERR_NOMEM;
	atomic_init(&s->holders, 1);
	buf_put(&s->body, body);
	if (s->body.failed || !(s->arena = arena_new(ARENA_BUDGET)))
		goto failed;
	if ((e = message_slice_decode(buf_bytes(&s->body), s->arena, &s->message)))
		goto failed;
	if ((e = sort_measures(s)))
		goto failed;
	*out = s;
	return ERR_OK;
failed:
	slice_free(s);
	return e;
}

struct slice *slice_hold(struct slice *s)
{
	if (s)
		atomic_fetch_add(&s->holders, 1);
	return s;
}

void slice_release(struct slice *s)
{
	if (s && atomic_fetch_sub(&s->holders, 1) == 1)
		slice_free(s);
}

const struct message_slice *slice_message(const struct slice *s)
{
	return &s->message;
}

struct bytes slice_body(const struct slice *s)
{
	return buf_bytes(&s->body);
}

/* --- looking up ------------------------------------------------------------------------------- */

const struct message_measure *slice_find(const struct slice *s, struct bytes id)
{
	size_t low = 0, high = s ? s->message.count : 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = bytes_compare(id, s->by_id[middle]->id);

		if (order == 0)
			return s->by_id[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

const struct message_measure *slice_find_name(const struct slice *s, struct bytes name)
{
	for (size_t i = 0; s && name.len && i < s->message.count; i++) {
		const struct message_measure *m = &s->message.measures[i];

		if (bytes_equal(m->name_zh, name) || bytes_equal(m->name_en, name))
			return m;
	}
	return NULL;
}

#define NEAR_MAX 96

static unsigned least(unsigned a, unsigned b, unsigned c)
{
	unsigned ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* Number of bytes to insert, drop or change; texts past NEAR_MAX are far from everything. */
static unsigned distance(struct bytes a, struct bytes b)
{
	unsigned row[NEAR_MAX + 1];

	if (a.len > NEAR_MAX || b.len > NEAR_MAX)
		return UINT32_MAX;
	for (unsigned j = 0; j <= b.len; j++)
		row[j] = j;
	for (unsigned i = 1; i <= a.len; i++) {
		unsigned diagonal = row[0];

		row[0] = i;
		for (unsigned j = 1; j <= b.len; j++) {
			unsigned above = row[j];
			unsigned change = diagonal + (a.data[i - 1] != b.data[j - 1]);

			row[j] = least(above + 1, row[j - 1] + 1, change);
			diagonal = above;
		}
	}
	return row[b.len];
}

const struct message_measure *slice_nearest(const struct slice *s, struct bytes text)
{
	const struct message_measure *best = NULL;
	size_t best_distance = text.len / 2 + 1; /* half of it may be wrong */

	for (size_t i = 0; s && i < s->message.count; i++) {
		const struct message_measure *m = &s->message.measures[i];
		size_t d = least(distance(text, m->id), distance(text, m->name_zh),
				 distance(text, m->name_en));

		if (d < best_distance) {
			best = m;
			best_distance = d;
		}
	}
	return best;
}

bool slice_has_unit(const struct message_measure *m, struct bytes unit)
{
	for (size_t i = 0; i < m->unit_count; i++) {
		if (bytes_equal(m->units[i], unit))
			return true;
	}
	return false;
}

bool slice_has_stage(const struct message_measure *m, struct bytes stage)
{
	for (size_t i = 0; i < m->stage_count; i++) {
		if (bytes_equal(m->stages[i].id, stage))
			return true;
	}
	return false;
}

/* --- the shelf -------------------------------------------------------------------------------- */

struct slice_shelf {
	struct mutex *lock; /* of newest */
	struct slice *newest;
	struct buf path;
};

/* The file is the body with its CRC behind it. */
static enum err load(struct slice_shelf *s)
{
	struct buf file = { 0 };
	enum err e = fs_read(buf_cstring(&s->path), LIMITS_REPLY_BYTES + 4, &file);
	struct bytes body = { file.data, file.len - 4 };

	if (!e && (file.len < 4 || bytes_load32(file.data + file.len - 4) != bytes_crc32c(0, body)))
		e = ERR_CORRUPT;
	if (!e)
		e = slice_new(body, &s->newest);
	if (e && e != ERR_NOTFOUND)
		log_write(LOG_WARN, "slice", "%s is not usable (%s): will ask for it again",
			  buf_cstring(&s->path), err_name(e));
	buf_free(&file);
	return e == ERR_NOMEM ? e : ERR_OK;
}

enum err slice_shelf_open(const char *folder, struct slice_shelf **out)
{
	struct slice_shelf *s = calloc(1, sizeof(*s));
	enum err e;

	if (!s)
		return ERR_NOMEM;
	buf_printf(&s->path, "%s/" FILE_NAME, folder);
	e = buf_error(&s->path);
	if (!e)
		e = mutex_new(&s->lock);
	if (!e)
		e = load(s);
	if (e) {
		slice_shelf_close(s);
		return e;
	}
	*out = s;
	return ERR_OK;
}

void slice_shelf_close(struct slice_shelf *s)
{
	if (!s)
		return;
	slice_release(s->newest);
	mutex_free(s->lock);
	buf_free(&s->path);
	free(s);
}

struct slice *slice_shelf_get(struct slice_shelf *s)
{
	struct slice *held;

	mutex_lock(s->lock);
	held = slice_hold(s->newest);
	mutex_unlock(s->lock);
	return held;
}

static enum err keep(struct slice_shelf *s, struct bytes body)
{
	struct buf file = { 0 };
	enum err e;

	buf_put(&file, body);
	buf_put_u32(&file, bytes_crc32c(0, body));
	e = buf_error(&file);
	if (!e)
		e = fs_write(buf_cstring(&s->path), buf_bytes(&file), 0600);
	buf_free(&file);
	return e;
}

enum err slice_shelf_put(struct slice_shelf *s, struct bytes body)
{
	struct slice *fresh, *old;
	enum err e = slice_new(body, &fresh);

	if (e)
		return e;
	/* a full disk must not keep the outbox from being sent: that makes room */
	if ((e = keep(s, body)))
		log_write(LOG_WARN, "slice", "%s can't be written (%s): kept in memory",
			  buf_cstring(&s->path), err_name(e));
	mutex_lock(s->lock);
	old = s->newest;
	s->newest = fresh;
	mutex_unlock(s->lock);
	slice_release(old);
	return ERR_OK;
}
