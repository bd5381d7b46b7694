/* SPDX-License-Identifier: MIT */
/* Who asks: by the socket, by a session, by a link, or because reading is open. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "aggregator/query/query_records.h"
#include "aggregator/query/query_slips.h"
#include "base/clock.h"
#include "daemon/api_private.h"

/* --- who -------------------------------------------------------------------------------------- */

static bool is_forwarded(const struct http_exchange *x)
{
	static const char *const names[] = { "Forwarded", "Via", "X-Forwarded-For",
					     "X-Forwarded-Host", "X-Forwarded-Proto",
					     "X-Forwarded-Port", "X-Forwarded-Server", "X-Real-IP",
					     "CF-Connecting-IP", "True-Client-IP" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (http_header(x, names[i]) != NULL)
			return true;
	return false;
}

static void read_door(struct api_call *call)
{
	struct http_exchange *x = *call->x;
	const struct door_facts facts = {
		.peer = http_peer(x),
		.host = http_header(x, "Host"),
		.forwarded_for = http_header_last(x, "X-Forwarded-For"),
		.forwarded_proto = http_header_last(x, "X-Forwarded-Proto"),
		.forwarded = is_forwarded(x),
		.proxies = call->api->daemon->config->web_proxies,
	};

	door_read(&facts, &call->caller.door);
}

/* A signed-in user that has not been disabled since. */
static bool read_session(struct api_call *call)
{
	struct api_caller *c = &call->caller;
	struct api_access *s = call->api->access;
	const struct signin_session *session;
	char token[SIGNIN_TOKEN];

	if (!door_cookie(http_header(*call->x, "Cookie"),
			 c->door.https ? API_COOKIE_SECURE : API_COOKIE, token, sizeof(token)))
		return false;
	session = signin_find(s->signin, token, clock_monotonic_ms());
	c->user = session ? users_find(s->users, session->name) : NULL;
	if (c->user == NULL || c->user->disabled) {
		c->user = NULL;
		c->stale = true;
		return false;
	}
	c->session = session->number;
	c->until = session->until;
	signin_csrf(token, c->csrf);
	snprintf(c->by, sizeof(c->by), "user:%s", c->user->name);
	return true;
}

static const char *link_of(const struct http_exchange *x, bool https, char *token, size_t cap)
{
	const char *given = http_header(x, "X-Minsheng-Link");
	const char *bearer = http_header(x, "Authorization");

	if (given == NULL && bearer != NULL && strncasecmp(bearer, "Bearer ", 7) == 0)
		given = bearer + 7;
	if (given != NULL)
		return given;
	return door_cookie(http_header(x, "Cookie"), https ? API_COOKIE_LINK_SECURE : API_COOKIE_LINK,
			   token, cap) ?
		       token :
		       NULL;
}

static bool read_link(struct api_call *call)
{
	struct api_caller *c = &call->caller;
	char room[VIEW_LINK_TOKEN];
	const char *token = link_of(*call->x, c->door.https, room, sizeof(room));

	if (token == NULL)
		return false;
	if (!api_link_is_good(call->api, token, &c->link)) {
		c->stale_link = true;
		return false;
	}
	c->until = c->link.until;
	return true;
}

static void read_caller(struct api_call *call)
{
	struct api_caller *c = &call->caller;
	uid_t uid;

	if (http_is_local(*call->x, &uid)) {
		c->who = API_CONTROL;
		c->may_act = api_may_act(call->api, *call->x, c->by, sizeof(c->by));
		return;
	}
	read_door(call);
	if (read_session(call))
		c->who = API_USER;
	else if (read_link(call))
		c->who = API_LINK;
	else if (c->door.direct && !call->api->daemon->config->web_signed_in)
		c->who = API_READER;
}

/* --- what a browser sends --------------------------------------------------------------------- */

/* A page of another site can make a browser send a request with the user's cookies; it can't take
 * the origin away from it, nor read the token. */
static bool is_foreign(const struct api_call *call)
{
	const char *origin = http_header(*call->x, "Origin");
	const char *site = http_header(*call->x, "Sec-Fetch-Site");

	if (site != NULL && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0)
		return true;
	return origin != NULL && !door_is_same_origin(origin, http_header(*call->x, "Host"),
						      call->caller.door.https);
}

bool api_caller_is_page(struct api_call *call)
{
	const char *given = http_header(*call->x, "X-CSRF-Token");

	if (given != NULL && strlen(given) == SIGNIN_TOKEN - 1 &&
	    crypto_equal((const uint8_t *)given, (const uint8_t *)call->caller.csrf,
			 SIGNIN_TOKEN - 1))
		return true;
	metrics_add(&call->api->daemon->metrics, METRIC_SIGNIN_CSRF, 1);
	api_fail(call, API_CSRF, NULL, NULL);
	return false;
}

static void has_to_sign_in(struct api_call *call)
{
	const struct api_caller *c = &call->caller;

	api_fail(call,
		 c->stale      ? API_SESSION_EXPIRED :
		 c->stale_link ? API_LINK_ENDED :
				 API_SIGN_IN,
		 NULL, NULL);
}

static void check_post(struct api_call *call)
{
	struct metrics *m = &call->api->daemon->metrics;

	if (is_foreign(call)) {
		metrics_add(m, METRIC_SIGNIN_FOREIGN, 1);
		api_fail(call, API_FOREIGN_ORIGIN, NULL, NULL);
		return;
	}
	if (call->endpoint->needs & API_FREE)
		return;
	if (call->caller.who != API_USER)
		has_to_sign_in(call);
	else
		api_caller_is_page(call);
}

void api_caller_check(struct api_call *call)
{
	const struct api_endpoint *e = call->endpoint;

	read_caller(call);
	if (call->caller.who == API_CONTROL) {
		if ((e->needs & API_RIGHTS) && !call->caller.may_act)
			api_fail(call, API_NO_RIGHT, NULL, NULL);
		return;
	}
	if (e->method == HTTP_POST)
		check_post(call);
	else if (call->caller.who == API_NOBODY && !(e->needs & API_FREE))
		has_to_sign_in(call);
	if (call->caller.who == API_USER || call->caller.who == API_LINK)
		http_set_header(*call->x, "Vary", "Cookie");
}

/* --- rights ----------------------------------------------------------------------------------- */

bool api_caller_may(struct api_call *call, const char *right)
{
	const struct api_caller *c = &call->caller;

	if (c->who == API_CONTROL && !c->may_act)
		api_fail(call, API_NO_RIGHT, NULL, NULL);
	else if (c->who != API_CONTROL && c->who != API_USER)
		has_to_sign_in(call);
	else if (c->who == API_USER && !roles_may(c->user->role, right))
		api_fail(call, API_ROLE, NULL, right);
	return call->problem == API_OK;
}

static bool is_own(struct api_call *call, const char *unit)
{
	const struct users_one *user = call->caller.user;

	if (unit != NULL && strcmp(unit, user->unit) == 0)
		return true;
	api_fail(call, API_OTHER_UNIT, NULL, user->unit);
	return false;
}

bool api_caller_may_about(struct api_call *call, const char *right, const char *unit)
{
	const struct api_caller *c = &call->caller;

	if (!api_caller_may(call, right))
		return false;
	return c->who != API_USER || c->user->role != ROLE_UNIT || is_own(call, unit);
}

bool api_caller_sees_private(const struct api_call *call)
{
	const struct api_caller *c = &call->caller;

	return c->who == API_CONTROL || (c->who == API_USER && roles_may(c->user->role, "private"));
}

bool api_caller_lasts(void *ctx, const struct live_reader *reader)
{
	struct api *a = ctx;
	const struct users_link *l;

	if (reader->session != 0)
		return signin_lasts(a->access->signin, reader->session, clock_monotonic_ms());
	if (reader->link[0] == '\0')
		return true;
	l = users_link(a->access->users, reader->link);
	return l != NULL && l->revoked == 0 && l->until > clock_now_ms(a->daemon->clock);
}

/* --- whom an act is about --------------------------------------------------------------------- */

struct subject {
	const struct catalogue *catalogue;
	struct query *query;
	const json_t *act;
	char unit[2][LIMITS_ID + 1]; /* either */
};

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static void keep(struct subject *s, size_t i, const char *unit)
{
	snprintf(s->unit[i], sizeof(s->unit[i]), "%s", unit);
}

static void keep_unit(struct subject *s, uint16_t unit)
{
	if (unit != CATALOGUE_NONE)
		keep(s, 0, s->catalogue->units[unit].id);
}

static void keep_lead(struct subject *s)
{
	const char *item = text_of(s->act, "item");

	for (size_t i = 0; i < s->catalogue->item_count; i++)
		if (strcmp(s->catalogue->items[i].id, item) == 0)
			keep_unit(s, s->catalogue->items[i].lead);
}

static void on_slip(void *ctx, const struct query_slip *slip)
{
	keep_unit(ctx, slip->slip.unit);
}

static enum err look_up_problem(struct subject *s)
{
	const struct forms_kind *kind = forms_kind(RECORDS_PROBLEM);
	const char *id = text_of(s->act, "problem");
	size_t prefix = strlen(kind->prefix);
	struct query_record r;
	json_t *record = NULL;
	enum err e;

	if (strncmp(id, kind->prefix, prefix) == 0 && id[prefix] == '-')
		id += prefix + 1;
	e = query_record(s->query, kind, id, &record, &r);
	if (e == ERR_OK) {
		keep(s, 0, text_of(record, "owner"));
		keep(s, 1, text_of(record, "raiser"));
	}
	json_decref(record);
	return e;
}

static enum err look_up(struct subject *s, enum roles_about about)
{
	struct flags_record flag;
	enum err e = ERR_OK;

	switch (about) {
	case ROLES_ABOUT_UNIT:
		keep(s, 0, text_of(s->act, "unit"));
		break;
	case ROLES_ABOUT_LEAD:
		keep(s, 0, text_of(s->act, "lead"));
		break;
	case ROLES_ABOUT_RAISER:
		keep(s, 0, text_of(s->act, "raiser"));
		break;
	case ROLES_ABOUT_ITEM:
		keep(s, 0, text_of(s->act, "unit"));
		if (s->unit[0][0] == '\0')
			keep_lead(s);
		break;
	case ROLES_ABOUT_SLIP:
		e = query_slip(s->query, bytes_of_string(text_of(s->act, "slip")), on_slip, s);
		break;
	case ROLES_ABOUT_FLAG:
		e = query_flag(s->query, bytes_of_string(text_of(s->act, "flag")), &flag);
		if (e == ERR_OK)
			keep_unit(s, flag.unit);
		break;
	case ROLES_ABOUT_PROBLEM:
		e = look_up_problem(s);
		break;
	case ROLES_ABOUT_NOBODY:
	case ROLES_ABOUT_REQUEST:
		break;
	}
	return e;
}

/* What is not there is nobody's: the act itself says so to whoever may ask. */
static bool is_about_own(struct api_call *call, enum roles_about about, const json_t *act)
{
	struct subject s = { .act = act };
	enum err e = snapshots_open(call->api->snapshots, &s.query);

	if (e == ERR_NOTFOUND)
		api_fail(call, API_NO_CATALOGUE, NULL, NULL);
	if (e == ERR_NOTFOUND || api_failed(call, e))
		return false;
	s.catalogue = query_catalogue(s.query);
	e = look_up(&s, about);
	query_close(s.query);
	if (e != ERR_NOTFOUND && e != ERR_INVALID && api_failed(call, e))
		return false;
	return is_own(call, strcmp(s.unit[1], call->caller.user->unit) == 0 ? s.unit[1] : s.unit[0]);
}

bool api_caller_may_do(struct api_call *call, const json_t *act)
{
	const struct api_caller *c = &call->caller;
	const char *name = text_of(act, "act");
	const struct roles_right *right = roles_find(name);

	if (roles_is_internal(name)) {
		api_fail(call, API_ROLE, NULL, name);
		return false;
	}
	if (c->who == API_CONTROL)
		return c->may_act;
	if (!api_caller_may(call, name))
		return false;
	return c->user->role != ROLE_UNIT || is_about_own(call, right->about, act);
}
