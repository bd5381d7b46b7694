/* SPDX-License-Identifier: MIT */
#include "collectors/identity.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/crypto.h"
#include "base/fs.h"
#include "base/log.h"

#define FILE_MAX 65536
#define PATH_CAP 4096

static enum err path_of(const char *folder, const char *name, char out[PATH_CAP])
{
	return snprintf(out, PATH_CAP, "%s/%s", folder, name) < PATH_CAP ? ERR_OK : ERR_RANGE;
}

static bool copy_text(json_t *from, const char *key, char *out, size_t cap, bool required)
{
	json_t *value = json_object_get(from, key);
	const char *text = json_string_value(value);

	if (!value)
		return !required;
	if (!text || strlen(text) >= cap)
		return false;
	memcpy(out, text, strlen(text) + 1);
	return true;
}

static bool copy_servers(json_t *from, struct identity *out)
{
	json_t *list = json_object_get(from, "servers");
	size_t n = json_array_size(list);

	if (n == 0 || n > IDENTITY_SERVERS)
		return false;
	for (size_t i = 0; i < n; i++) {
		const char *text = json_string_value(json_array_get(list, i));

		if (!text || strlen(text) >= IDENTITY_ADDRESS)
			return false;
		memcpy(out->servers[i], text, strlen(text) + 1);
	}
	out->server_count = n;
	return true;
}

static enum err parse(const struct buf *file, const char *path, struct identity *out)
{
	json_error_t why;
	json_t *root = json_loadb((const char *)file->data, file->len, JSON_REJECT_DUPLICATES, &why);
	uint8_t key[CURVE_KEY_LEN];
	bool ok;

	if (!root) {
		log_write(LOG_ERROR, "identity", "%s:%d:%d: %s", path, why.line, why.column, why.text);
		return ERR_INVALID;
	}
	ok = copy_text(root, "reporter", out->reporter, sizeof(out->reporter), false) &&
	     copy_text(root, "name", out->name, sizeof(out->name), false) &&
	     copy_text(root, "programme", out->programme, sizeof(out->programme), false) &&
	     copy_text(root, "server_key", out->server_key, sizeof(out->server_key), true) &&
	     curve_decode(out->server_key, key) == ERR_OK && copy_servers(root, out);
	if (!ok)
		log_write(LOG_ERROR, "identity",
			  "%s needs \"server_key\" (40 characters) and \"servers\" (1 to %d addresses)",
			  path, IDENTITY_SERVERS);
	json_decref(root);
	return ok ? ERR_OK : ERR_INVALID;
}

enum err identity_load(const char *folder, struct identity *out)
{
	char path[PATH_CAP];
	struct buf file = { 0 };
	enum err e = path_of(folder, "identity.json", path);

	*out = (struct identity){ 0 };
	if (!e)
		e = fs_read(path, FILE_MAX, &file);
	if (!e)
		e = parse(&file, path, out);
	buf_free(&file);
	if (!e)
		e = path_of(folder, "key.secret", path);
	if (!e)
		e = curve_load(path, &out->pair);
	if (e)
		identity_wipe(out);
	return e;
}

static json_t *to_json(const struct identity *id)
{
	json_t *servers = json_array();

	for (size_t i = 0; i < id->server_count; i++)
		json_array_append_new(servers, json_string(id->servers[i]));
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:o}", "reporter", id->reporter, "name",
			 id->name, "programme", id->programme, "public_key", id->pair.public_text, "server_key",
			 id->server_key, "servers", servers);
}

enum err identity_save(const char *folder, const struct identity *id)
{
	char path[PATH_CAP], *text = NULL;
	enum err e = path_of(folder, "identity.json", path);
	json_t *root;

	if (e)
		return e;
	root = to_json(id);
	if (root)
		text = json_dumps(root, JSON_INDENT(2));
	e = text ? fs_write(path, bytes_of_string(text), 0644) : ERR_NOMEM;
	free(text);
	json_decref(root);
	return e;
}

enum err identity_make_key(const char *folder, struct curve_pair *out)
{
	char path[PATH_CAP];
	enum err e = path_of(folder, "key.secret", path);

	if (e || (e = curve_load(path, out)) != ERR_NOTFOUND)
		return e;
	if ((e = curve_generate(out)))
		return e;
	if ((e = curve_save(path, out)))
		curve_wipe(out);
	return e;
}

void identity_wipe(struct identity *id)
{
	curve_wipe(&id->pair);
	crypto_wipe(id, sizeof(*id));
}
