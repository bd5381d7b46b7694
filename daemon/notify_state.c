/* SPDX-License-Identifier: MIT */
#include "daemon/notify_state.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"

#define FILE_MAX (16u << 20)
#define VERSION 1

struct notify_state {
	char path[4096];
	json_t *root; /* {"version": 1, "channels": {name: ...}} */
};

/* --- reading ---------------------------------------------------------------------------------- */
static bool read_item(const json_t *from, struct notify_item *out)
{
	json_int_t first, last, tries, due, status;
	const char *why;
	int urgent;

	if (json_unpack((json_t *)from, "[IIbIIIs]", &first, &last, &urgent, &tries, &due, &status,
			&why) != 0 ||
	    first < 1 || last < first || tries < 0 || tries > 1000000)
		return false;
	*out = (struct notify_item){ .from = (uint64_t)first,
				     .to = (uint64_t)last,
				     .urgent = urgent != 0,
				     .tries = (unsigned)tries,
				     .due_ms = due,
				     .status = (int)status };
	notify_send_clip(out->why, sizeof(out->why), why);
	return true;
}

static bool read_items(const json_t *list, struct notify_item *out, size_t max, size_t *count)
{
	json_t *each;
	size_t i;

	if (!json_is_array(list) || json_array_size(list) > max)
		return false;
	json_array_foreach(list, i, each)
	{
		if (!read_item(each, &out[i]))
			return false;
	}
	*count = json_array_size(list);
	return true;
}

static bool read_lane(const json_t *from, struct notify_lane *l)
{
	json_int_t position, gathered, digest;
	json_t *waiting, *dead;
	int disabled;

	l->fresh = from == NULL;
	if (l->fresh)
		return true;
	if (json_unpack((json_t *)from, "{sI sI sI sb so so}", "position", &position, "gathered",
			&gathered, "digest", &digest, "disabled", &disabled, "waiting", &waiting,
			"dead", &dead) != 0 ||
	    position < 0 || gathered < 0 || gathered > position)
		return false;
	l->position = (uint64_t)position;
	l->gathered = (uint64_t)gathered;
	l->digest_ms = digest;
	l->disabled = disabled != 0;
	return read_items(waiting, l->waiting, NOTIFY_WAITING_MAX, &l->waiting_count) &&
	       read_items(dead, l->dead, NOTIFY_DEAD_MAX, &l->dead_count);
}

static enum err read_all(struct notify_state *s, struct notify_lane *lanes, size_t count)
{
	struct buf text = { 0 };
	json_t *channels;
	enum err e = fs_exists(s->path) ? fs_read(s->path, FILE_MAX, &text) : ERR_OK;

	if (e == ERR_OK && text.len > 0)
		s->root = json_loadb((const char *)text.data, text.len, JSON_REJECT_DUPLICATES,
				     NULL);
	else if (e == ERR_OK)
		s->root = json_pack("{si s{}}", "version", VERSION, "channels");
	buf_free(&text);
	if (e != ERR_OK)
		return e;
	channels = json_object_get(s->root, "channels");
	if (json_integer_value(json_object_get(s->root, "version")) != VERSION ||
	    !json_is_object(channels))
		return ERR_CORRUPT;
	for (size_t i = 0; i < count; i++)
		if (!read_lane(json_object_get(channels, lanes[i].config->name), &lanes[i]))
			return ERR_CORRUPT;
	return ERR_OK;
}

enum err notify_state_open(const char *folder, struct notify_lane *lanes, size_t count,
			   struct notify_state **out)
{
	struct notify_state *s = calloc(1, sizeof(*s));
	enum err e;

	if (s == NULL)
		return ERR_NOMEM;
	if (snprintf(s->path, sizeof(s->path), "%s/notify.json", folder) >= (int)sizeof(s->path))
		e = ERR_RANGE;
	else
		e = read_all(s, lanes, count);
	if (e != ERR_OK) {
		notify_state_free(s);
		return e;
	}
	*out = s;
	return ERR_OK;
}

void notify_state_free(struct notify_state *s)
{
	if (s == NULL)
		return;
	json_decref(s->root);
	free(s);
}

/* --- writing ---------------------------------------------------------------------------------- */
static json_t *items_of(const struct notify_item *items, size_t count)
{
	json_t *list = json_array();

	for (size_t i = 0; list != NULL && i < count; i++) {
		const struct notify_item *each = &items[i];
		json_t *form = json_pack("[IIbIIIs]", (json_int_t)each->from, (json_int_t)each->to,
					 (int)each->urgent, (json_int_t)each->tries,
					 (json_int_t)each->due_ms, (json_int_t)each->status,
					 each->why);

		if (json_array_append_new(list, form) != 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

/* A lane of Alertmanager looks ahead of what it has told. */
static json_t *lane_of(const struct notify_lane *l)
{
	uint64_t gathered = l->gathered < l->position ? l->gathered : l->position;

	return json_pack("{sI sI sI sb so so}", "position", (json_int_t)l->position, "gathered",
			 (json_int_t)gathered, "digest", (json_int_t)l->digest_ms, "disabled",
			 (int)l->disabled, "waiting", items_of(l->waiting, l->waiting_count),
			 "dead", items_of(l->dead, l->dead_count));
}

enum err notify_state_take(struct notify_state *s, const struct notify_lane *lanes, size_t count)
{
	json_t *channels = json_object_get(s->root, "channels");

	for (size_t i = 0; i < count; i++)
		if (json_object_set_new(channels, lanes[i].config->name, lane_of(&lanes[i])) != 0)
			return ERR_NOMEM;
	return ERR_OK;
}

enum err notify_state_write(struct notify_state *s)
{
	char *text = json_dumps(s->root, JSON_COMPACT);
	enum err e = text ? fs_write(s->path, bytes_of_string(text), 0600) : ERR_NOMEM;

	free(text);
	return e;
}
