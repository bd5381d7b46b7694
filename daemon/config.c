/* SPDX-License-Identifier: MIT */
#include "daemon/config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "serve/address.h"
#include "daemon/config_read.h"

#define NOTIFY "notify" /* the one list among the sections */

/* --- the file -------------------------------------------------------------------------------- */
static const struct config_key *find_key(const char *section, const char *name, size_t *index)
{
	for (size_t i = 0; i < config_key_count; i++)
		if (strcmp(config_keys[i].section, section) == 0 &&
		    strcmp(config_keys[i].name, name) == 0) {
			*index = i;
			return &config_keys[i];
		}
	return NULL;
}

static bool is_section(const char *name)
{
	for (size_t i = 0; i < config_key_count; i++)
		if (name[0] != '\0' && strcmp(config_keys[i].section, name) == 0)
			return true;
	return false;
}

/* The names that may stand in a section; at the top, the sections too. */
static void list_known(const char *section, struct buf *out)
{
	const char *before = "";

	for (size_t i = 0; i < config_key_count; i++) {
		const struct config_key *k = &config_keys[i];

		if (strcmp(k->section, section) == 0) {
			buf_printf(out, "%s%s", out->len ? ", " : "", k->name);
		} else if (section[0] == '\0' && strcmp(k->section, before) != 0) {
			buf_printf(out, "%s%s", out->len ? ", " : "", k->section);
			before = k->section;
		}
	}
	if (section[0] == '\0')
		buf_put_string(out, ", " NOTIFY);
}

static void unknown_key(struct config_load *l, const char *section, const struct yaml_node *key)
{
	struct buf known = { 0 };

	list_known(section, &known);
	config_fault(l, key, CONFIG_FAULT_UNKNOWN, (const char *)key->text.data, "",
		     buf_cstring(&known));
	buf_free(&known);
}

static void read_map(struct config_load *l, const struct yaml_node *map, const char *section);

static void read_word_list(struct config_load *l, const struct config_key *k,
			   const struct yaml_node *list)
{
	struct buf words = { 0 };

	for (size_t i = 0; i < list->count; i++) {
		if (list->values[i]->kind != YAML_SCALAR)
			config_fault(l, list->values[i], CONFIG_FAULT_NOT_SCALAR, k->name, "", "");
		else
			buf_printf(&words, "%s ", (const char *)list->values[i]->text.data);
	}
	config_read(l, k, list, buf_cstring(&words));
	buf_free(&words);
}

static void read_entry(struct config_load *l, const char *section, const struct yaml_node *key,
		       const struct yaml_node *value)
{
	const char *name = (const char *)key->text.data;
	size_t index = 0;
	const struct config_key *k = find_key(section, name, &index);

	if (k && value->kind == YAML_SCALAR) {
		l->seen[index] = value;
		config_read(l, k, value, (const char *)value->text.data);
	} else if (k && value->kind == YAML_LIST && k->type >= CONFIG_HOSTS &&
		   k->type <= CONFIG_ORIGINS) {
		l->seen[index] = value;
		read_word_list(l, k, value);
	} else if (k) {
		config_fault(l, value, CONFIG_FAULT_NOT_SCALAR, name, "", "");
	} else if (section[0] == '\0' && strcmp(name, NOTIFY) == 0) {
		config_channels_read(l, value);
	} else if (section[0] == '\0' && is_section(name)) {
		read_map(l, value, name);
	} else {
		unknown_key(l, section, key);
	}
}

static void read_map(struct config_load *l, const struct yaml_node *map, const char *section)
{
	/* a section whose lines are all comments is an empty scalar */
	if (map->kind == YAML_SCALAR && map->text.len == 0)
		return;
	if (map->kind != YAML_MAP) {
		config_fault(l, map, CONFIG_FAULT_NOT_MAP, section[0] ? section : "minshengd.yaml",
			     "", "");
		return;
	}
	for (size_t i = 0; i < map->count; i++)
		read_entry(l, section, map->keys[i], map->values[i]);
}

/* Two sockets on one fixed port can't both be bound: say so here, with the place. */
static void check_ports(struct config_load *l)
{
	for (size_t i = 0; i < config_key_count; i++) {
		const struct config_key *k = &config_keys[i];

		if (k->type != CONFIG_ENDPOINT ||
		    config_port_is_chosen(*(char **)config_field(l->config, k)))
			continue;
		for (size_t j = 0; j < i; j++) {
			const struct config_key *other = &config_keys[j];
			const char *a = *(char **)config_field(l->config, k);
			char key[64], taken[64];

			if (other->type != CONFIG_ENDPOINT ||
			    strcmp(a, *(char **)config_field(l->config, other)) != 0)
				continue;
			config_key_path(k, key), config_key_path(other, taken);
			config_fault(l, l->seen[i] ? l->seen[i] : l->seen[j],
				     CONFIG_FAULT_PORT_SAME, key, a, taken);
		}
	}
}

/* Beyond this machine, a browser's Host has to be known. */
static void check_public(struct config_load *l)
{
	const char *http = l->config->http;
	const char *colon = strrchr(http, ':');
	char address[ADDRESS_TEXT];
	size_t n = colon ? (size_t)(colon - http) : 0, index = 0;

	if (n > 1 && http[0] == '[')
		snprintf(address, sizeof(address), "%.*s", (int)(n - 2), http + 1);
	else
		snprintf(address, sizeof(address), "%.*s", (int)n, http);
	if (colon == NULL || l->config->web_hosts[0] != '\0' || address_is_loopback(address))
		return;
	(void)find_key("listen", "http", &index);
	config_fault(l, l->seen[index], CONFIG_FAULT_PUBLIC, "listen.http", http, "web.hosts");
}

/* --- defaults that depend on the place ------------------------------------------------------- */
/* The first that fits: what the service manager says, root's place, the user's own. */
static char *standard_folder(const char *manager, const char *root, const char *xdg,
			     const char *below_home)
{
	const char *given = getenv(manager), *user = getenv(xdg), *home = getenv("HOME");
	char *out = NULL;
	int n = -1;

	if (given && given[0] == '/')
		n = asprintf(&out, "%.*s", (int)strcspn(given, ":"), given);
	else if (geteuid() == 0)
		n = asprintf(&out, "%s", root);
	else if (user && user[0] == '/')
		n = asprintf(&out, "%s/minsheng", user);
	else if (home && home[0] == '/' && below_home)
		n = asprintf(&out, "%s/%s", home, below_home);
	else
		n = asprintf(&out, "%s", below_home ? "minsheng" : "");
	return n < 0 ? NULL : out;
}

static void replace_empty(struct config_load *l, char **at, char *value)
{
	if (**at != '\0') {
		free(value);
		return;
	}
	if (!value)
		l->nomem = true;
	else
		free(*at), *at = value;
}

static char *path_below(const char *folder, const char *name)
{
	char *out;

	return asprintf(&out, "%s/%s", folder, name) < 0 ? NULL : out;
}

/* The folder that a path lies in. */
static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
}

/* Links begin with it, and have a slash of their own. */
static void trim_url(char *url)
{
	size_t n = strlen(url);

	while (n > 0 && url[n - 1] == '/')
		url[--n] = '\0';
}

static void fill_places(struct config_load *l)
{
	struct config *c = l->config;
	char *state = standard_folder("STATE_DIRECTORY", "/var/lib/minsheng", "XDG_STATE_HOME",
				      ".local/state/minsheng");
	char *beside;

	trim_url(c->public_url);
	if (c->store[0] == '\0')
		replace_empty(l, &c->store, state ? path_below(state, "store") : NULL);
	beside = folder_of(c->store);
	replace_empty(
		l, &c->runtime,
		standard_folder("RUNTIME_DIRECTORY", "/run/minsheng", "XDG_RUNTIME_DIR", NULL));
	if (beside) {
		replace_empty(l, &c->runtime, strdup(beside));
		replace_empty(l, &c->key_file, path_below(beside, "server.key"));
		replace_empty(l, &c->users_file, path_below(beside, "users.json"));
	}
	replace_empty(l, &c->control, path_below(c->runtime, "ctl.sock"));
	l->nomem |= !state || !beside;
	free(state);
	free(beside);
}

static bool fill_defaults(struct config_load *l)
{
	for (size_t i = 0; i < config_key_count; i++)
		config_read(l, &config_keys[i], NULL, config_keys[i].standard);
	l->config->file = strdup(l->file);
	return !l->nomem && l->config->file != NULL;
}

static enum err read_file(struct config_load *l, const char *file)
{
	struct yaml_doc *doc = NULL;
	enum err e = yaml_load_file(file, l->diags, &doc);

	if (e != ERR_OK)
		return e;
	read_map(l, yaml_root(doc), "");
	check_ports(l);
	check_public(l);
	yaml_close(doc);
	return ERR_OK;
}

enum err config_load(const char *file, struct diag_list *diags, struct config **out)
{
	struct config_load l = { .diags = diags, .file = file ? file : "" };
	size_t errors = diags->errors;
	enum err e = ERR_OK;

	l.config = calloc(1, sizeof(*l.config));
	l.into = l.config;
	if (!l.config)
		return ERR_NOMEM;
	if (!fill_defaults(&l))
		e = ERR_NOMEM;
	else if (file)
		e = read_file(&l, file);
	if (e == ERR_OK && diags->errors == errors)
		fill_places(&l);
	if (e == ERR_OK && l.nomem)
		e = ERR_NOMEM;
	if (e == ERR_OK && diags->errors != errors)
		e = ERR_INVALID;
	if (e != ERR_OK) {
		config_free(l.config);
		return e;
	}
	*out = l.config;
	return ERR_OK;
}

enum err config_set_web_root(struct config *c, const char *folder)
{
	char *copy = strdup(folder);

	if (!copy)
		return ERR_NOMEM;
	free(c->web_root);
	c->web_root = copy;
	return ERR_OK;
}

void config_free(struct config *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < config_key_count; i++)
		if (config_keys[i].type < CONFIG_COUNT)
			free(*(char **)config_field(c, &config_keys[i]));
	config_channels_free(c->notify, c->notify_count);
	free(c->file);
	free(c);
}

void config_reference(enum lang lang, FILE *to)
{
	const char *section = "";

	for (size_t i = 0; i < config_key_count; i++) {
		const struct config_key *k = &config_keys[i];
		const char *indent = k->section[0] ? "  " : "";

		if (strcmp(k->section, section) != 0)
			fprintf(to, "\n%s:\n", k->section);
		section = k->section;
		fprintf(to, "%s# %s\n", indent, lang_pick(k->help, lang));
		if (k->type == CONFIG_COUNT)
			fprintf(to, "%s# %llu .. %llu\n", indent, (unsigned long long)k->min,
				(unsigned long long)k->max);
		fprintf(to, "%s%s: %s\n", indent, k->name, k->standard[0] ? k->standard : "\"\"");
	}
	config_channels_reference(lang, to);
}
