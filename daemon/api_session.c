/* SPDX-License-Identifier: MIT */
/* Signing in and out, and who is signed in. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "daemon/api_private.h"

#define WRONG_LINES 20 /* a minute, in the log */
#define COOKIE 600 /* bytes of a cookie with its attributes */

/* --- who is here ------------------------------------------------------------------------------ */

static const char *reading_of(const struct api_call *call)
{
	static const char *const words[] = { [API_NOBODY] = "closed", [API_READER] = "open",
					     [API_LINK] = "link", [API_USER] = "signed_in",
					     [API_CONTROL] = "open" };

	return words[call->caller.who];
}

static void put_user(struct jwrite *j, const struct users_one *user)
{
	if (user == NULL) {
		jwrite_null(j, "user");
		return;
	}
	jwrite_object(j, "user");
	jwrite_string(j, "name", user->name);
	jwrite_string(j, "display", user->display);
	jwrite_string(j, "role", roles_name(user->role));
	jwrite_string(j, "unit", user->unit[0] ? user->unit : NULL);
	jwrite_end(j);
}

static void put_rights(struct jwrite *j, const struct users_one *user)
{
	const struct roles_right *right;

	jwrite_array(j, "may");
	for (size_t i = 0; user != NULL && (right = roles_at(i)) != NULL; i++)
		if (right->roles & ROLES_OF(user->role))
			jwrite_string(j, NULL, right->name);
	jwrite_end(j);
}

/* Of a link by the daemon's own clock; of a session by the clock that the browser has too. */
static int64_t end_of(const struct api_call *call)
{
	const struct api_caller *c = &call->caller;

	if (c->who == API_LINK)
		return c->until;
	if (c->who != API_USER)
		return 0;
	return clock_now_ms(call->api->access->wall) + (c->until - clock_monotonic_ms());
}

static void put_session(struct api_call *call)
{
	const struct api_caller *c = &call->caller;
	struct jwrite *j = &call->json;

	put_user(j, c->user);
	jwrite_string(j, "reading", reading_of(call));
	jwrite_string(j, "csrf", c->who == API_USER ? c->csrf : NULL);
	jwrite_time(j, "expires_at", end_of(call), call->api->offset_minutes);
	jwrite_string(j, "screen", c->who == API_LINK ? c->link.screen : NULL);
	put_rights(j, c->user);
}

void api_session(struct api_call *call)
{
	put_session(call);
}

/* --- cookies ---------------------------------------------------------------------------------- */

/* A link's may be shown in a frame of another site, and gives reading alone. */
static void set_cookie(struct http_exchange *x, bool https, bool link, const char *token,
		       int64_t seconds)
{
	const char *name = link ? (https ? API_COOKIE_LINK_SECURE : API_COOKIE_LINK) :
				  (https ? API_COOKIE_SECURE : API_COOKIE);
	const char *site = !https ? "SameSite=Lax" :
			   link	  ? "SameSite=None; Secure; Partitioned" :
				    "SameSite=Lax; Secure";
	char text[COOKIE];

	snprintf(text, sizeof(text), "%s=%s; Path=/; HttpOnly; %s; Max-Age=%lld", name, token, site,
		 (long long)seconds);
	http_set_header(x, "Set-Cookie", text);
}

/* --- by a password ---------------------------------------------------------------------------- */

/* Waits for the password to be compared. */
struct entering {
	struct api *api;
	struct http_exchange *x; /* NULL: the client left */
	enum lang lang;
	struct door door;
	char name[USERS_NAME];
	char group[ADDRESS_TEXT];
	uint64_t before; /* the session of this browser, which the new one takes the place of; 0: none */
};

static void on_gone(void *ctx)
{
	struct entering *w = ctx;

	w->x = NULL;
}

static void answer_entered(struct entering *w, const struct users_one *user, const char *token)
{
	struct api *a = w->api;
	struct api_call call = { .api = a, .x = &w->x, .lang = w->lang };
	int64_t life = a->daemon->config->session_life_s;

	call.caller.who = API_USER;
	call.caller.user = user;
	call.caller.until = clock_monotonic_ms() + life * 1000;
	signin_csrf(token, call.caller.csrf);
	buf_clear(&a->body);
	call.json = jwrite_to(&a->body);
	jwrite_object(&call.json, NULL);
	put_session(&call);
	jwrite_end(&call.json);
	buf_put_u8(&a->body, '\n');
	set_cookie(w->x, w->door.https, false, token, life);
	api_answer_json(&w->x, 200, &a->body);
}

static void enter(struct entering *w)
{
	struct api_access *s = w->api->access;
	const struct users_one *user = users_find(s->users, w->name);
	char token[SIGNIN_TOKEN];

	attempts_right(s->names, w->name, true);
	attempts_right(s->addresses, w->group, false);
	metrics_add(&w->api->daemon->metrics, METRIC_SIGNIN_OK, 1);
	if (w->x == NULL)
		return;
	if (w->before != 0)
		signin_end(s->signin, w->before);
	signin_begin(s->signin, w->name, clock_monotonic_ms(), token);
	answer_entered(w, user, token);
	crypto_wipe(token, sizeof(token));
}

static void on_compared(void *ctx, enum err e, const char *hash)
{
	struct entering *w = ctx;
	struct api *a = w->api;
	const struct users_one *user = e == ERR_OK ? users_find(a->access->users, w->name) : NULL;

	/* it may have been changed meanwhile */
	if (user != NULL && !user->disabled && strcmp(user->hash, hash) == 0) {
		enter(w);
	} else if (e != ERR_CLOSED) {
		metrics_add(&a->daemon->metrics, METRIC_SIGNIN_WRONG, 1);
		log_limited(&a->access->log_wrong, WRONG_LINES, LOG_WARN, "signin",
			    "wrong name or password: %s from %s", w->name, w->door.address);
		if (w->x != NULL)
			api_answer_problem(&w->x, API_WRONG_PASSWORD, w->lang, NULL, NULL, &a->body);
	}
	free(w);
}

/* True: the name or the address has to wait, and was told how long. */
static bool must_wait(struct api_call *call, const struct entering *w)
{
	struct api_access *s = call->api->access;
	int64_t now = clock_monotonic_ms();
	int64_t name = attempts_wait(s->names, w->name, now);
	int64_t address = attempts_wait(s->addresses, w->group, now);
	int64_t wait = name > address ? name : address;
	char seconds[24];

	if (wait == 0)
		return false;
	metrics_add(&call->api->daemon->metrics, METRIC_SIGNIN_LIMITED, 1);
	snprintf(seconds, sizeof(seconds), "%lld", (long long)((wait + 999) / 1000));
	http_set_header(*call->x, "Retry-After", seconds);
	api_fail(call, API_TOO_MANY_TRIES, NULL, seconds);
	return true;
}

/* Takes the exchange away from the call where the password is being compared. */
static enum err compare(struct api_call *call, struct entering *w, const char *password)
{
	struct api_access *s = call->api->access;
	const struct users_one *user = users_find(s->users, w->name);
	enum err e = passwords_check(s->passwords, user ? user->hash : NULL, password, on_compared,
				     w);

	if (e != ERR_OK)
		return e;
	attempts_begin(s->names, w->name, clock_monotonic_ms());
	attempts_begin(s->addresses, w->group, clock_monotonic_ms());
	w->x = *call->x;
	*call->x = NULL;
	http_on_gone(w->x, on_gone, w);
	return ERR_OK;
}

static void make_name(char out[USERS_NAME], const char *given)
{
	size_t i = 0;

	for (; given[i] != '\0' && i < USERS_NAME - 1; i++)
		out[i] = given[i] >= 'A' && given[i] <= 'Z' ? (char)(given[i] + 32) : given[i];
	out[i] = '\0';
}

static void by_password(struct api_call *call, const char *name, const char *password)
{
	struct entering *w = calloc(1, sizeof(*w));
	enum err e;

	if (api_failed(call, w ? ERR_OK : ERR_NOMEM))
		return;
	w->api = call->api;
	w->lang = call->lang;
	w->door = call->caller.door;
	w->before = call->caller.who == API_USER ? call->caller.session : 0;
	make_name(w->name, name);
	address_group(w->door.address, w->group);
	if (must_wait(call, w)) {
		free(w);
		return;
	}
	e = compare(call, w, password);
	if (e == ERR_OK)
		return;
	free(w);
	if (e == ERR_RANGE)
		api_fail(call, API_WRONG_PASSWORD, NULL, NULL);
	else
		api_fail(call, e == ERR_FULL ? API_TOO_BUSY : API_NO_MEMORY, NULL, NULL);
}

/* --- by a link -------------------------------------------------------------------------------- */

static void by_link(struct api_call *call, const char *token)
{
	struct api_caller *c = &call->caller;
	int64_t now = clock_now_ms(call->api->daemon->clock);

	if (!api_link_is_good(call->api, token, &c->link)) {
		api_fail(call, API_LINK_ENDED, NULL, NULL);
		return;
	}
	set_cookie(*call->x, c->door.https, true, token, (c->link.until - now) / 1000 + 1);
	if (c->who == API_NOBODY || c->who == API_READER) {
		c->who = API_LINK;
		c->until = c->link.until;
	}
	put_session(call);
}

/* --- requests --------------------------------------------------------------------------------- */

void api_session_begin(struct api_call *call)
{
	struct bytes text = http_body(*call->x);
	json_t *body = text.len ? json_loadb((const char *)text.data, text.len, 0, NULL) : NULL;
	const char *user = json_string_value(json_object_get(body, "user"));
	const char *password = json_string_value(json_object_get(body, "password"));
	const char *link = json_string_value(json_object_get(body, "link"));

	if (link != NULL)
		by_link(call, link);
	else if (user == NULL || password == NULL)
		api_fail(call, API_BAD_JSON, "user, password", NULL);
	else if (users_fault(call->api->access->users) != ERR_OK)
		api_fail(call, API_USERS_FAULT, NULL, call->api->daemon->config->users_file);
	else
		by_password(call, user, password);
	json_decref(body);
}

void api_session_end(struct api_call *call)
{
	struct api_caller *c = &call->caller;
	bool direct = c->door.direct && !call->api->daemon->config->web_signed_in;

	if (c->who == API_USER && !api_caller_is_page(call))
		return;
	if (c->who == API_USER)
		signin_end(call->api->access->signin, c->session);
	set_cookie(*call->x, c->door.https, false, "", 0);
	set_cookie(*call->x, c->door.https, true, "", 0);
	c->user = NULL;
	c->who = direct ? API_READER : API_NOBODY;
	put_session(call);
}
