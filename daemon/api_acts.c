/* SPDX-License-Identifier: MIT */
/* What people do: checked for their right, passed to the pipeline, answered when it is durable. */
#include "daemon/api_private.h"

#include <grp.h>
#include <jansson.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/date.h"
#include "daemon/notify.h"
#include "proto/curve.h"

#define ANSWER_MS 60000 /* after that the client is told that nothing is known */
#define GROUPS_MAX 256
#define NAME_MAX_LEN 64

/* --- rights ----------------------------------------------------------------------------------- */

static bool is_member(const struct passwd *user, const char *group_name)
{
	struct group *group = getgrnam(group_name);
	gid_t groups[GROUPS_MAX];
	int count = GROUPS_MAX;
	gid_t wanted;

	if (group == NULL)
		return false;
	wanted = group->gr_gid;
	if (getgrouplist(user->pw_name, user->pw_gid, groups, &count) < 0)
		return false;
	for (int i = 0; i < count; i++)
		if (groups[i] == wanted)
			return true;
	return false;
}

bool api_may_act(struct api *a, const struct http_exchange *x, char *by, size_t cap)
{
	const char *group = a->daemon->config->control_group;
	const struct passwd *user;
	uid_t uid;

	if (!http_is_local(x, &uid))
		return false;
	user = getpwuid(uid);
	snprintf(by, cap, "uid:%u %.*s", (unsigned)uid, NAME_MAX_LEN, user ? user->pw_name : "-");
	if (uid == 0 || uid == geteuid())
		return true;
	return user != NULL && group[0] != '\0' && is_member(user, group);
}

/* --- waiting for the pipeline ----------------------------------------------------------------- */

/* A request whose answer is to come. */
struct api_waiting {
	struct api *api;
	struct http_exchange *x; /* NULL: the client left, or was told that nothing is known */
	enum lang lang;
	uint64_t ticket;
	int64_t until; /* monotonic */
	bool clock;    /* else an act */
	api_done *done; /* of an act of the daemon's own: there is no exchange */
	void *ctx;
	struct api_waiting *next;
};

static void on_gone(void *ctx)
{
	struct api_waiting *w = ctx;

	w->x = NULL;
}

/* Takes the exchange away from the call. */
static void wait_for(struct api_call *call, struct api_waiting *w, uint64_t ticket, bool clock)
{
	w->api = call->api;
	w->x = *call->x;
	w->lang = call->lang;
	w->ticket = ticket;
	w->until = clock_monotonic_ms() + ANSWER_MS;
	w->clock = clock;
	w->next = call->api->waiting;
	call->api->waiting = w;
	*call->x = NULL;
	http_on_gone(w->x, on_gone, w);
}

/* A command could not be passed on. */
static void not_passed(struct api_call *call, struct api_waiting *w, enum err e)
{
	free(w);
	api_fail(call, e == ERR_FULL ? API_TOO_BUSY : API_NO_MEMORY, NULL, NULL);
}

static void answer_clock(struct api_waiting *w, const struct pipeline_answer *a)
{
	struct daemon *d = w->api->daemon;
	struct buf *body = &w->api->body;
	struct jwrite j;
	char text[32];

	notify_wake(d->notify);
	date_time_format(clock_now_ms(d->clock), w->api->offset_minutes, text);
	if (a->err != ERR_OK) {
		api_answer_problem(&w->x, a->err == ERR_STATE ? API_CLOCK_RUNS : API_CLOCK_BACK,
				   w->lang, "now", text, body);
		return;
	}
	buf_clear(body);
	j = jwrite_to(body);
	jwrite_object(&j, NULL);
	jwrite_string(&j, "now", text);
	jwrite_uint(&j, "position", pipeline_head(d->pipeline).position);
	jwrite_end(&j);
	api_answer_json(&w->x, 200, body);
}

static void answer_act(struct api_waiting *w, const struct pipeline_answer *a)
{
	static const struct {
		enum err err;
		int status;
	} of[] = { { ERR_INVALID, 422 }, { ERR_NOTFOUND, 404 }, { ERR_STATE, 409 },
		   { ERR_DENIED, 403 },	 { ERR_EXISTS, 409 },	{ ERR_RANGE, 422 } };
	struct buf *body = &w->api->body;

	if (a->err == ERR_OK) {
		buf_clear(body);
		buf_put(body, bytes_of(a->json, a->json_len));
		buf_put_u8(body, '\n');
		api_answer_json(&w->x, 200, body);
		return;
	}
	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		if (of[i].err == a->err && a->json_len > 0) {
			api_answer_refused(&w->x, of[i].status, w->lang,
					   bytes_of(a->json, a->json_len), body);
			return;
		}
	}
	api_answer_problem(&w->x, a->err == ERR_FULL ? API_STORE_FULL : API_NO_ANSWER, w->lang,
			   NULL, NULL, body);
}

static struct api_waiting *take(struct api *a, uint64_t ticket)
{
	for (struct api_waiting **at = &a->waiting; *at != NULL; at = &(*at)->next) {
		struct api_waiting *w = *at;

		if (w->ticket != ticket)
			continue;
		*at = w->next;
		return w;
	}
	return NULL;
}

void api_on_answers(void *ctx)
{
	struct api *a = ctx;
	struct pipeline_answer *answer;

	while ((answer = pipeline_next_answer(a->daemon->client)) != NULL) {
		struct api_waiting *w = take(a, answer->ticket);

		if (w != NULL && w->done != NULL)
			w->done(w->ctx, answer->err, bytes_of(answer->json, answer->json_len));
		else if (w != NULL && w->x != NULL && w->clock)
			answer_clock(w, answer);
		else if (w != NULL && w->x != NULL)
			answer_act(w, answer);
		free(w);
		pipeline_answer_free(answer);
	}
}

void api_waiting_overdue(struct api *a, int64_t now_ms)
{
	for (struct api_waiting *w = a->waiting; w != NULL; w = w->next)
		if (w->x != NULL && now_ms > w->until)
			api_answer_problem(&w->x, API_NO_ANSWER, w->lang, NULL, NULL, &a->body);
}

void api_waiting_free(struct api *a)
{
	while (a->waiting != NULL) {
		struct api_waiting *w = a->waiting;

		a->waiting = w->next;
		if (w->done != NULL)
			w->done(w->ctx, ERR_CLOSED, bytes_of(NULL, 0));
		free(w);
	}
}

enum err api_send_act(struct api *a, json_t *act, const char *by, api_done *done, void *ctx)
{
	char *text = act ? json_dumps(act, JSON_COMPACT) : NULL;
	struct api_waiting *w = calloc(1, sizeof(*w));
	enum err e = ERR_NOMEM;

	json_decref(act);
	if (text != NULL && w != NULL)
		e = pipeline_act(a->daemon->client, bytes_of_string(text), by, &w->ticket);
	free(text);
	if (e != ERR_OK) {
		free(w);
		return e;
	}
	w->api = a;
	w->done = done;
	w->ctx = ctx;
	w->next = a->waiting;
	a->waiting = w;
	return ERR_OK;
}

/* --- endpoints -------------------------------------------------------------------------------- */

/* A key may be given as z85, as in key files; the ledger has hex. */
static bool put_key_as_hex(json_t *body)
{
	const char *text = json_string_value(json_object_get(body, "key"));
	uint8_t key[CURVE_KEY_LEN];
	char hex[2 * CURVE_KEY_LEN + 1];

	if (text == NULL || curve_decode(text, key) != ERR_OK)
		return true;
	bytes_to_hex(bytes_of(key, sizeof(key)), hex);
	return json_object_set_new(body, "key", json_string(hex)) == 0;
}

/* The act as it goes to the pipeline; NULL, and the call has failed. The caller frees it. */
static char *read_act(struct api_call *call)
{
	struct bytes text = http_body(*call->x);
	json_t *body = text.len ? json_loadb((const char *)text.data, text.len,
					     JSON_REJECT_DUPLICATES, NULL) :
				  NULL;
	char *out = NULL;

	if (!json_is_object(body))
		api_fail(call, API_BAD_JSON, "id, act, why", NULL);
	else if (!api_caller_may_do(call, body))
		api_fail(call, API_NO_RIGHT, NULL, NULL);
	else if (!put_key_as_hex(body) || (out = json_dumps(body, JSON_COMPACT)) == NULL)
		api_fail(call, API_NO_MEMORY, NULL, NULL);
	json_decref(body);
	return out;
}

static void pass_on(struct api_call *call, const char *act)
{
	struct api_waiting *w = calloc(1, sizeof(*w));
	uint64_t ticket;
	enum err e = w == NULL ? ERR_NOMEM :
				 pipeline_act(call->api->daemon->client, bytes_of_string(act),
					      call->caller.by, &ticket);

	if (e == ERR_OK)
		wait_for(call, w, ticket, false);
	else
		not_passed(call, w, e);
}

void api_act(struct api_call *call)
{
	char *act = read_act(call);

	if (act != NULL)
		pass_on(call, act);
	free(act);
}

void api_clock(struct api_call *call)
{
	struct bytes text = http_body(*call->x);
	json_t *body = text.len ? json_loadb((const char *)text.data, text.len, 0, NULL) : NULL;
	const char *now = json_string_value(json_object_get(body, "now"));
	struct api_waiting *w;
	uint64_t ticket;
	int64_t ms = 0;
	enum err e;

	if (now == NULL || date_time_parse(bytes_of_string(now), &ms) != ERR_OK)
		api_fail(call, API_BAD_JSON, "now: \"2022-06-30T09:00:00+08:00\"", NULL);
	else if (!api_caller_may(call, "clock"))
		api_fail(call, API_NO_RIGHT, NULL, NULL);
	else if (!call->api->daemon->config->clock_manual)
		api_fail(call, API_CLOCK_RUNS, NULL, NULL);
	json_decref(body);
	if (call->problem != API_OK)
		return;
	w = calloc(1, sizeof(*w));
	e = w == NULL ? ERR_NOMEM : pipeline_set_clock(call->api->daemon->client, ms, &ticket);
	if (e == ERR_OK)
		wait_for(call, w, ticket, true);
	else
		not_passed(call, w, e);
}
