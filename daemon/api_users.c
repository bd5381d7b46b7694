/* SPDX-License-Identifier: MIT */
/* Who may sign in, for minshengctl: a change is noted in the ledger, then written to the file; a
 * password goes into neither. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "daemon/api_private.h"

static void put_user(struct jwrite *j, const struct users_one *u)
{
	jwrite_object(j, NULL);
	jwrite_string(j, "name", u->name);
	jwrite_string(j, "display", u->display);
	jwrite_string(j, "role", roles_name(u->role));
	jwrite_lang(j, "role_word", roles_word(u->role));
	jwrite_string(j, "unit", u->unit[0] ? u->unit : NULL);
	jwrite_bool(j, "disabled", u->disabled);
	jwrite_end(j);
}

void api_users(struct api_call *call)
{
	const struct users *all = call->api->access->users;
	const struct users_one *u;

	if (users_fault(all) != ERR_OK) {
		api_fail(call, API_USERS_FAULT, NULL, call->api->daemon->config->users_file);
		return;
	}
	jwrite_array(&call->json, "users");
	for (size_t i = 0; (u = users_at(all, i)) != NULL; i++)
		put_user(&call->json, u);
	jwrite_end(&call->json);
}

/* --- a change --------------------------------------------------------------------------------- */

enum verb { ADD, PASSWD, ROLE, DISABLE, ENABLE, VERBS };
static const struct {
	const char *name;
	const char *what; /* in the ledger */
	bool password;	  /* takes one */
} verbs[VERBS] = {
	[ADD] = { "add", "added", true },	   [PASSWD] = { "passwd", "password", true },
	[ROLE] = { "role", "role", false },	   [DISABLE] = { "disable", "disabled", false },
	[ENABLE] = { "enable", "enabled", false },
};

struct change {
	struct api *api;
	struct http_exchange *x; /* NULL: the client left */
	enum lang lang;
	enum verb verb;
	struct users_one next;
	char by[128];
};

static void on_gone(void *ctx)
{
	struct change *c = ctx;

	c->x = NULL;
}

static void end(struct change *c)
{
	c->api->access->changing = false;
	crypto_wipe(c, sizeof(*c));
	free(c);
}

static void fail(struct change *c, enum api_problem problem, const char *given)
{
	if (c->x != NULL)
		api_answer_problem(&c->x, problem, c->lang, NULL, given, &c->api->body);
	end(c);
}

static void answer(struct change *c)
{
	struct buf *body = &c->api->body;
	struct jwrite j;

	if (c->x == NULL)
		return;
	buf_clear(body);
	j = jwrite_to(body);
	jwrite_object(&j, NULL);
	jwrite_string(&j, "user", c->next.name);
	jwrite_string(&j, "done", verbs[c->verb].what);
	jwrite_string(&j, "role", roles_name(c->next.role));
	jwrite_string(&j, "unit", c->next.unit[0] ? c->next.unit : NULL);
	jwrite_bool(&j, "disabled", c->next.disabled);
	jwrite_end(&j);
	buf_put_u8(body, '\n');
	api_answer_json(&c->x, 200, body);
}

/* The ledger has it: now the file, and what the user had before ends. */
static void on_noted(void *ctx, enum err e, struct bytes answered)
{
	struct change *c = ctx;
	struct api_access *s = c->api->access;

	(void)answered;
	if (e != ERR_OK) {
		fail(c, e == ERR_FULL ? API_STORE_FULL : API_NO_ANSWER, NULL);
		return;
	}
	e = users_put(s->users, &c->next);
	if (e != ERR_OK) {
		fail(c, API_USERS_NOT_WRITTEN, c->api->daemon->config->users_file);
		return;
	}
	if (c->verb != ADD && c->verb != ENABLE)
		signin_end_user(s->signin, c->next.name);
	attempts_right(s->names, c->next.name, true);
	answer(c);
	end(c);
}

static void note(struct change *c)
{
	uint8_t random[16];
	char id[40] = "user-";
	json_t *act;

	crypto_random(random, sizeof(random));
	bytes_to_hex(bytes_of(random, sizeof(random)), id + 5);
	act = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s*}", "id", id, "act", "user.noted", "user",
			c->next.name, "what", verbs[c->verb].what, "role",
			roles_name(c->next.role), "unit", c->next.unit[0] ? c->next.unit : NULL);
	if (api_send_act(c->api, act, c->by, on_noted, c) != ERR_OK)
		fail(c, API_TOO_BUSY, NULL);
}

static void on_hashed(void *ctx, enum err e, const char *hash)
{
	struct change *c = ctx;

	if (e == ERR_CLOSED) {
		end(c);
		return;
	}
	if (e != ERR_OK) {
		fail(c, API_NO_MEMORY, NULL);
		return;
	}
	snprintf(c->next.hash, sizeof(c->next.hash), "%s", hash);
	note(c);
}

/* --- what is asked for ------------------------------------------------------------------------ */

static bool bad(struct api_call *call, const char *field, enum api_problem problem,
		const char *given)
{
	api_fail(call, problem, field, given);
	return false;
}

static size_t characters(const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

static bool read_password(struct api_call *call, const json_t *body, const char **out)
{
	const char *text = json_string_value(json_object_get(body, "password"));

	*out = text;
	if (text == NULL || characters(text) < PASSWORDS_MIN || strlen(text) > PASSWORDS_MAX)
		return bad(call, "password", API_SHORT_PASSWORD, NULL);
	return true;
}

static bool read_role(struct api_call *call, const json_t *body, struct users_one *out)
{
	const char *role = json_string_value(json_object_get(body, "role"));
	const char *unit = json_string_value(json_object_get(body, "unit"));

	out->unit[0] = '\0';
	if (role == NULL || !roles_parse(role, &out->role))
		return bad(call, "role", API_BAD_CHOICE, "viewer, unit, office, operator");
	if (out->role != ROLE_UNIT)
		return unit == NULL || bad(call, "unit", API_UNIT_OF_ROLE, role);
	if (unit == NULL)
		return bad(call, "unit", API_UNIT_OF_ROLE, role);
	if (catalogue_unit_number(call->catalogue, bytes_of_string(unit)) == CATALOGUE_NONE)
		return bad(call, "unit", API_NO_SUCH_UNIT, unit);
	snprintf(out->unit, sizeof(out->unit), "%s", unit);
	return true;
}

static bool read_display(struct api_call *call, const json_t *body, struct users_one *out)
{
	const char *text = json_string_value(json_object_get(body, "display"));

	if (text == NULL)
		text = out->name;
	if (!users_text_is_fine(text, sizeof(out->display)))
		return bad(call, "display", API_BAD_TEXT, "96");
	snprintf(out->display, sizeof(out->display), "%s", text);
	return true;
}

static bool read_new(struct api_call *call, const json_t *body, const char *name,
		     struct users_one *out)
{
	if (!users_name_is_fine(name))
		return bad(call, "name", API_BAD_NAME, name);
	if (users_find(call->api->access->users, name) != NULL)
		return bad(call, "name", API_USER_EXISTS, name);
	snprintf(out->name, sizeof(out->name), "%s", name);
	return read_role(call, body, out) && read_display(call, body, out);
}

/* What the user is afterwards. */
static bool read_next(struct api_call *call, const json_t *body, struct change *c)
{
	const char *name = json_string_value(json_object_get(body, "name"));
	const struct users_one *now;

	if (name == NULL)
		return bad(call, "do, name", API_BAD_JSON, NULL);
	if (c->verb == ADD)
		return read_new(call, body, name, &c->next);
	now = users_find(call->api->access->users, name);
	if (now == NULL)
		return bad(call, "name", API_NO_SUCH_USER, name);
	c->next = *now;
	if (c->verb == DISABLE || c->verb == ENABLE)
		c->next.disabled = c->verb == DISABLE;
	return c->verb != ROLE || read_role(call, body, &c->next);
}

static bool read_verb(struct api_call *call, const json_t *body, enum verb *out)
{
	const char *name = json_string_value(json_object_get(body, "do"));

	for (int i = 0; i < VERBS; i++) {
		*out = (enum verb)i;
		if (name != NULL && strcmp(verbs[i].name, name) == 0)
			return true;
	}
	return bad(call, "do", API_BAD_CHOICE, "add, passwd, role, disable, enable");
}

/* Takes the exchange away. */
static void begin(struct api_call *call, struct change *c, const char *password)
{
	struct api_access *s = call->api->access;

	s->changing = true;
	c->x = *call->x;
	*call->x = NULL;
	http_on_gone(c->x, on_gone, c);
	if (password == NULL)
		note(c);
	else if (passwords_make(s->passwords, password, on_hashed, c) != ERR_OK)
		fail(c, API_TOO_BUSY, NULL);
}

static void change(struct api_call *call, const json_t *body)
{
	struct change *c = calloc(1, sizeof(*c));
	const char *password = NULL;

	if (api_failed(call, c ? ERR_OK : ERR_NOMEM))
		return;
	c->api = call->api;
	c->lang = call->lang;
	snprintf(c->by, sizeof(c->by), "%s", call->caller.by);
	if (read_verb(call, body, &c->verb) && read_next(call, body, c) &&
	    (!verbs[c->verb].password || read_password(call, body, &password)))
		begin(call, c, password);
	else
		free(c);
}

void api_user_change(struct api_call *call)
{
	struct bytes text = http_body(*call->x);
	json_t *body = text.len ? json_loadb((const char *)text.data, text.len, 0, NULL) : NULL;
	struct api_access *s = call->api->access;

	if (!json_is_object(body))
		api_fail(call, API_BAD_JSON, "do, name", NULL);
	else if (users_fault(s->users) != ERR_OK)
		api_fail(call, API_USERS_FAULT, NULL, call->api->daemon->config->users_file);
	else if (s->changing)
		api_fail(call, API_TOO_BUSY, NULL, NULL);
	else
		change(call, body);
	json_decref(body);
}
