/* SPDX-License-Identifier: MIT */
/* Links that let somebody read without signing in: made, listed, revoked. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "daemon/api_private.h"

#define DAY_MS (INT64_C(24) * 3600 * 1000)
#define DAYS_MAX 400

bool api_link_is_good(struct api *a, const char *token, struct view_link *out)
{
	const struct users_link *l;

	if (!view_link_read(&a->access->key, token, out))
		return false;
	l = users_link(a->access->users, out->id);
	return l != NULL && l->revoked == 0 && out->until > clock_now_ms(a->daemon->clock);
}

static void put_members(struct jwrite *j, const struct users_link *l, int offset)
{
	jwrite_string(j, "link", l->id);
	jwrite_string(j, "for", l->screen);
	jwrite_string(j, "note", l->note);
	jwrite_string(j, "by", l->by);
	jwrite_time(j, "made", l->made, offset);
	jwrite_time(j, "until", l->until, offset);
	jwrite_time(j, "revoked", l->revoked, offset);
}

void api_links(struct api_call *call)
{
	struct jwrite *j = &call->json;
	const struct users_link *l;
	int64_t now = clock_now_ms(call->api->daemon->clock);

	if (!api_caller_may(call, "links"))
		return;
	jwrite_array(j, "links");
	for (size_t i = 0; (l = users_link_at(call->api->access->users, i)) != NULL; i++) {
		jwrite_object(j, NULL);
		put_members(j, l, call->api->offset_minutes);
		jwrite_string(j, "state",
			      l->revoked ? "revoked" : l->until <= now ? "expired" : "valid");
		jwrite_end(j);
	}
	jwrite_end(j);
}

/* --- a change --------------------------------------------------------------------------------- */

struct change {
	struct api *api;
	struct http_exchange *x; /* NULL: the client left */
	enum lang lang;
	bool revoke;
	struct users_link next;
};

static void on_gone(void *ctx)
{
	struct change *c = ctx;

	c->x = NULL;
}

static void end(struct change *c)
{
	c->api->access->changing = false;
	free(c);
}

static void fail(struct change *c, enum api_problem problem, const char *given)
{
	if (c->x != NULL)
		api_answer_problem(&c->x, problem, c->lang, NULL, given, &c->api->body);
	end(c);
}

/* What stands behind the page's address: "#/wall?link=TOKEN". */
static void put_address(struct jwrite *j, const struct change *c, const char *token)
{
	const char *url = c->api->daemon->config->public_url;
	char local[160], text[VIEW_LINK_TOKEN + USERS_SCREEN + 300];

	snprintf(local, sizeof(local), "http://%s", c->api->daemon->bound.http);
	snprintf(text, sizeof(text), "%s/%s%clink=%s", url[0] ? url : local, c->next.screen,
		 strchr(c->next.screen, '?') ? '&' : '?', token);
	jwrite_string(j, "address", text);
}

static void answer(struct change *c)
{
	struct buf *body = &c->api->body;
	char token[VIEW_LINK_TOKEN];
	struct view_link l = { .until = c->next.until };
	struct jwrite j;

	if (c->x == NULL)
		return;
	buf_clear(body);
	j = jwrite_to(body);
	jwrite_object(&j, NULL);
	put_members(&j, &c->next, c->api->offset_minutes);
	if (!c->revoke) {
		snprintf(l.id, sizeof(l.id), "%s", c->next.id);
		snprintf(l.screen, sizeof(l.screen), "%s", c->next.screen);
		view_link_write(&c->api->access->key, &l, token);
		jwrite_string(&j, "token", token);
		put_address(&j, c, token);
	}
	jwrite_end(&j);
	buf_put_u8(body, '\n');
	api_answer_json(&c->x, 200, body);
}

static void on_noted(void *ctx, enum err e, struct bytes answered)
{
	struct change *c = ctx;
	struct api *a = c->api;

	(void)answered;
	if (e != ERR_OK) {
		fail(c, e == ERR_FULL ? API_STORE_FULL : API_NO_ANSWER, NULL);
		return;
	}
	e = users_link_put(a->access->users, &c->next, clock_now_ms(a->daemon->clock));
	if (e != ERR_OK) {
		fail(c, e == ERR_FULL ? API_TOO_MANY_LINKS : API_USERS_NOT_WRITTEN,
		     a->daemon->config->users_file);
		return;
	}
	answer(c);
	end(c);
}

static void note(struct api_call *call, struct change *c)
{
	uint8_t random[16];
	char id[40] = "link-";
	json_t *act;

	crypto_random(random, sizeof(random));
	bytes_to_hex(bytes_of(random, sizeof(random)), id + 5);
	act = json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:s}", "id", id, "act", "link.noted", "link",
			c->next.id, "what", c->revoke ? "revoked" : "made", "for", c->next.screen,
			"until", (json_int_t)(c->next.until / 1000), "note", c->next.note);
	c->api->access->changing = true;
	c->x = *call->x;
	*call->x = NULL;
	http_on_gone(c->x, on_gone, c);
	if (api_send_act(c->api, act, call->caller.by, on_noted, c) != ERR_OK)
		fail(c, API_TOO_BUSY, NULL);
}

static bool read_new(struct api_call *call, const json_t *body, struct users_link *out)
{
	const char *screen = json_string_value(json_object_get(body, "for"));
	const char *words = json_string_value(json_object_get(body, "note"));
	const json_t *days = json_object_get(body, "days");
	int64_t n = json_is_integer(days) ? json_integer_value(days) : 30;
	uint8_t random[8];

	if (screen == NULL)
		screen = "#/";
	if (strncmp(screen, "#/", 2) != 0 || !users_text_is_fine(screen, sizeof(out->screen)))
		api_fail(call, API_BAD_SCREEN, "for", screen);
	else if (words != NULL && words[0] != '\0' && !users_text_is_fine(words, sizeof(out->note)))
		api_fail(call, API_BAD_TEXT, "note", "200");
	else if (n < 1 || n > DAYS_MAX)
		api_fail(call, API_BAD_NUMBER, "days", "1 .. 400");
	if (call->problem != API_OK)
		return false;
	crypto_random(random, sizeof(random));
	bytes_to_hex(bytes_of(random, sizeof(random)), out->id);
	snprintf(out->screen, sizeof(out->screen), "%s", screen);
	snprintf(out->note, sizeof(out->note), "%s", words ? words : "");
	snprintf(out->by, sizeof(out->by), "%s", call->caller.by);
	out->made = clock_now_ms(call->api->daemon->clock) / 1000 * 1000;
	out->until = out->made + n * DAY_MS;
	return true;
}

static bool read_old(struct api_call *call, const json_t *body, struct users_link *out)
{
	const char *id = json_string_value(json_object_get(body, "link"));
	const struct users_link *l = id ? users_link(call->api->access->users, id) : NULL;

	if (l == NULL) {
		api_fail(call, API_NO_SUCH_LINK, "link", id);
		return false;
	}
	*out = *l;
	if (out->revoked == 0)
		out->revoked = clock_now_ms(call->api->daemon->clock);
	return true;
}

static void change(struct api_call *call, bool revoke)
{
	struct bytes text = http_body(*call->x);
	json_t *body = text.len ? json_loadb((const char *)text.data, text.len, 0, NULL) : NULL;
	struct api_access *s = call->api->access;
	struct change *c = calloc(1, sizeof(*c));
	bool fine = false;

	if (c == NULL)
		api_fail(call, API_NO_MEMORY, NULL, NULL);
	else if (users_fault(s->users) != ERR_OK)
		api_fail(call, API_USERS_FAULT, NULL, call->api->daemon->config->users_file);
	else if (s->changing)
		api_fail(call, API_TOO_BUSY, NULL, NULL);
	else if (!json_is_object(body))
		api_fail(call, API_BAD_JSON, revoke ? "link" : "for, days", NULL);
	else
		fine = revoke ? read_old(call, body, &c->next) : read_new(call, body, &c->next);
	json_decref(body);
	if (!fine) {
		free(c);
		return;
	}
	c->api = call->api;
	c->lang = call->lang;
	c->revoke = revoke;
	note(call, c);
}

void api_link_new(struct api_call *call)
{
	if (api_caller_may(call, "links"))
		change(call, false);
}

void api_link_revoke(struct api_call *call)
{
	if (api_caller_may(call, "links"))
		change(call, true);
}
