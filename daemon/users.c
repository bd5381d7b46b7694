/* SPDX-License-Identifier: MIT */
#include "daemon/users.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/log.h"

#define FILE_MAX (4 << 20)
#define USERS_MAX 2000
#define LINKS_MAX 500
#define VERSION 1

struct users {
	char *path;
	enum err fault;
	struct users_one *all; /* USERS_MAX */
	size_t count;
	struct users_link *links; /* LINKS_MAX */
	size_t link_count;
};

/* --- words ------------------------------------------------------------------------------------ */

bool users_name_is_fine(const char *name)
{
	size_t n = strlen(name);

	return n >= 2 && n < USERS_NAME && name[0] >= 'a' && name[0] <= 'z' &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789._-") == n;
}

bool users_text_is_fine(const char *text, size_t cap)
{
	size_t n = strlen(text);

	if (n == 0 || n >= cap || !bytes_is_text(bytes_of(text, n)))
		return false;
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			return false;
	return true;
}

/* --- the file --------------------------------------------------------------------------------- */

static bool read_text(const json_t *from, const char *key, char *out, size_t cap)
{
	const char *text = json_string_value(json_object_get(from, key));

	return text != NULL && snprintf(out, cap, "%s", text) < (int)cap;
}

static bool read_user(const json_t *j, struct users_one *out)
{
	char role[16];

	*out = (struct users_one){ .disabled = json_is_true(json_object_get(j, "disabled")) };
	return read_text(j, "name", out->name, sizeof(out->name)) &&
	       users_name_is_fine(out->name) &&
	       read_text(j, "display", out->display, sizeof(out->display)) &&
	       read_text(j, "role", role, sizeof(role)) && roles_parse(role, &out->role) &&
	       read_text(j, "unit", out->unit, sizeof(out->unit)) &&
	       read_text(j, "password", out->hash, sizeof(out->hash)) &&
	       (out->role == ROLE_UNIT) == (out->unit[0] != '\0');
}

/* Names are looked for in their order: one behind another, or twice, would not be found. */
static bool is_behind(const struct users *u, const char *name)
{
	return u->count == 0 || strcmp(u->all[u->count - 1].name, name) < 0;
}

static bool read_link(const json_t *j, struct users_link *out)
{
	*out = (struct users_link){ .made = json_integer_value(json_object_get(j, "made")),
				    .until = json_integer_value(json_object_get(j, "until")),
				    .revoked = json_integer_value(json_object_get(j, "revoked")) };
	return read_text(j, "id", out->id, sizeof(out->id)) &&
	       strlen(out->id) == USERS_LINK - 1 &&
	       read_text(j, "for", out->screen, sizeof(out->screen)) &&
	       read_text(j, "note", out->note, sizeof(out->note)) &&
	       read_text(j, "by", out->by, sizeof(out->by));
}

static bool read_all(struct users *u, const json_t *root)
{
	json_t *users = json_object_get(root, "users"), *links = json_object_get(root, "links");
	json_t *each;
	size_t i;

	if (json_integer_value(json_object_get(root, "version")) != VERSION ||
	    !json_is_array(users) || json_array_size(users) > USERS_MAX || !json_is_array(links) ||
	    json_array_size(links) > LINKS_MAX)
		return false;
	json_array_foreach(users, i, each) {
		struct users_one *one = &u->all[u->count];

		if (!read_user(each, one) || !is_behind(u, one->name))
			return false;
		u->count++;
	}
	json_array_foreach(links, i, each)
		if (!read_link(each, &u->links[u->link_count++]))
			return false;
	return true;
}

static enum err read_file(struct users *u)
{
	struct buf text = { 0 };
	enum err e = fs_read_secret(u->path, FILE_MAX, &text);
	json_t *root = NULL;

	if (e == ERR_OK && (root = json_loadb((const char *)text.data, text.len, 0, NULL)) == NULL)
		e = ERR_INVALID;
	if (e == ERR_OK && !read_all(u, root))
		e = ERR_INVALID;
	if (e != ERR_OK)
		u->count = u->link_count = 0;
	json_decref(root);
	if (text.data != NULL)
		crypto_wipe(text.data, text.cap);
	buf_free(&text);
	return e;
}

static bool append(json_t *list, json_t *one)
{
	return one != NULL && json_array_append_new(list, one) == 0;
}

static json_t *write_all(const struct users *u)
{
	json_t *users = json_array(), *links = json_array();
	bool fine = users != NULL && links != NULL;

	for (size_t i = 0; fine && i < u->count; i++) {
		const struct users_one *o = &u->all[i];

		fine = append(users, json_pack("{s:s, s:s, s:s, s:s, s:s, s:b}", "name", o->name,
					       "display", o->display, "role", roles_name(o->role),
					       "unit", o->unit, "password", o->hash, "disabled",
					       (int)o->disabled));
	}
	for (size_t i = 0; fine && i < u->link_count; i++) {
		const struct users_link *l = &u->links[i];

		fine = append(links, json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:I}", "id", l->id,
					       "for", l->screen, "note", l->note, "by", l->by, "made",
					       (json_int_t)l->made, "until", (json_int_t)l->until,
					       "revoked", (json_int_t)l->revoked));
	}
	if (fine)
		return json_pack("{s:i, s:o, s:o}", "version", VERSION, "users", users, "links",
				 links);
	json_decref(users);
	json_decref(links);
	return NULL;
}

static enum err write_file(struct users *u)
{
	json_t *root = write_all(u);
	char *text = root ? json_dumps(root, JSON_INDENT(1)) : NULL;
	enum err e = text ? fs_write(u->path, bytes_of_string(text), 0600) : ERR_NOMEM;

	if (text != NULL)
		crypto_wipe(text, strlen(text));
	free(text);
	json_decref(root);
	return e;
}

enum err users_open(const char *path, struct users **out)
{
	struct users *u = calloc(1, sizeof(*u));

	if (u == NULL)
		return ERR_NOMEM;
	u->path = strdup(path);
	u->all = calloc(USERS_MAX + 1, sizeof(*u->all));
	u->links = calloc(LINKS_MAX + 1, sizeof(*u->links));
	if (u->path == NULL || u->all == NULL || u->links == NULL) {
		users_free(u);
		return ERR_NOMEM;
	}
	u->fault = fs_exists(path) ? read_file(u) : ERR_OK;
	if (u->fault != ERR_OK)
		log_write(LOG_ERROR, "users",
			  "%s: %s; nobody can sign in until it is mended (%s) and the daemon started "
			  "again", path, err_name(u->fault),
			  u->fault == ERR_DENIED ? "it has to belong to this user, with mode 0600" :
						   "it is not what minshengd wrote");
	*out = u;
	return ERR_OK;
}

void users_free(struct users *u)
{
	if (u == NULL)
		return;
	if (u->all != NULL)
		crypto_wipe(u->all, USERS_MAX * sizeof(*u->all));
	free(u->all);
	free(u->links);
	free(u->path);
	free(u);
}

enum err users_fault(const struct users *u)
{
	return u->fault;
}

/* --- looking ---------------------------------------------------------------------------------- */

/* Where the name stands, or would stand. */
static size_t place_of(const struct users *u, const char *name, bool *found)
{
	size_t i = 0;

	while (i < u->count && strcmp(u->all[i].name, name) < 0)
		i++;
	*found = i < u->count && strcmp(u->all[i].name, name) == 0;
	return i;
}

const struct users_one *users_find(const struct users *u, const char *name)
{
	bool found;
	size_t i = place_of(u, name, &found);

	return found ? &u->all[i] : NULL;
}

const struct users_one *users_at(const struct users *u, size_t i)
{
	return i < u->count ? &u->all[i] : NULL;
}

static size_t link_place(const struct users *u, const char *id)
{
	size_t i = 0;

	while (i < u->link_count && strcmp(u->links[i].id, id) != 0)
		i++;
	return i;
}

const struct users_link *users_link(const struct users *u, const char *id)
{
	return users_link_at(u, link_place(u, id));
}

const struct users_link *users_link_at(const struct users *u, size_t i)
{
	return i < u->link_count ? &u->links[i] : NULL;
}

/* --- changes ---------------------------------------------------------------------------------- */

enum err users_put(struct users *u, const struct users_one *one)
{
	struct users_one before;
	bool found;
	size_t i = place_of(u, one->name, &found);
	enum err e;

	if (u->fault != ERR_OK)
		return u->fault;
	if (!found && u->count == USERS_MAX)
		return ERR_FULL;
	before = u->all[i];
	if (!found) {
		memmove(&u->all[i + 1], &u->all[i], (u->count - i) * sizeof(*u->all));
		u->count++;
	}
	u->all[i] = *one;
	e = write_file(u);
	if (e == ERR_OK)
		return ERR_OK;
	u->all[i] = before;
	if (!found) {
		u->count--;
		memmove(&u->all[i], &u->all[i + 1], (u->count - i) * sizeof(*u->all));
	}
	return e;
}

static void drop_expired(struct users *u, int64_t now)
{
	size_t kept = 0;

	for (size_t i = 0; i < u->link_count; i++)
		if (u->links[i].until > now)
			u->links[kept++] = u->links[i];
	u->link_count = kept;
}

enum err users_link_put(struct users *u, const struct users_link *link, int64_t now)
{
	struct users_link before;
	size_t i, count;
	enum err e;

	if (u->fault != ERR_OK)
		return u->fault;
	if (u->link_count == LINKS_MAX && link_place(u, link->id) == LINKS_MAX)
		drop_expired(u, now);
	i = link_place(u, link->id);
	count = u->link_count;
	if (i == LINKS_MAX)
		return ERR_FULL;
	before = u->links[i];
	u->links[i] = *link;
	u->link_count = i == count ? count + 1 : count;
	e = write_file(u);
	if (e != ERR_OK) {
		u->links[i] = before;
		u->link_count = count;
	}
	return e;
}
