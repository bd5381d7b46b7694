/* SPDX-License-Identifier: MIT */
/* Who asks, and what they may: users, their sessions, links. Main thread. */
#ifndef DAEMON_API_ACCESS_H
#define DAEMON_API_ACCESS_H

#include <jansson.h>

#include "base/log.h"
#include "daemon/attempts.h"
#include "serve/door.h"
#include "serve/http.h"
#include "daemon/live.h"
#include "daemon/passwords.h"
#include "daemon/signin.h"
#include "daemon/users.h"
#include "daemon/view_link.h"

struct api;
struct api_call;
struct clock;

struct api_access {
	struct users *users;
	struct signin *signin;
	struct attempts *names, *addresses;
	struct passwords *passwords;
	struct view_link_key key;
	struct clock *wall;	/* for what a browser compares with its own clock */
	const char **hosts;	/* NULL-ended; into host_words */
	char *host_words;
	char *policy;		/* Content-Security-Policy of the page */
	struct log_limit log_wrong;
	bool changing;		/* a change of users is being written down */
};

enum api_who {
	API_NOBODY,  /* has to sign in */
	API_READER,  /* on this machine, where reading is open */
	API_LINK,    /* has a link */
	API_USER,    /* signed in */
	API_CONTROL  /* the control socket */
};

struct api_caller {
	enum api_who who;
	struct door door;
	bool may_act;		      /* API_CONTROL: and has the right to */
	const struct users_one *user; /* API_USER; until the next change of users */
	uint64_t session;	      /* API_USER: its number */
	int64_t until;		      /* API_USER: monotonic ms; API_LINK: ms of the daemon's clock */
	char csrf[SIGNIN_TOKEN];      /* API_USER */
	struct view_link link;	      /* API_LINK */
	bool stale;		      /* had a session, or a link, that is over */
	bool stale_link;
	char by[128];		      /* as the ledger names her: "uid:0 root", "user:wang" */
};

enum err api_access_new(struct api *a, struct api_access **out);
void api_access_free(struct api_access *access); /* after http_free; accepts NULL */

/* Fills call->caller in, and fails the call where she may not ask this. */
void api_caller_check(struct api_call *call);
/* Of a signed-in user: the request brings what the page alone knows; else the call has failed. */
bool api_caller_is_page(struct api_call *call);
/* Whether she has that right (daemon/roles.h); else the call has failed. A user of role unit has to
 * be asked api_caller_may_about. */
bool api_caller_may(struct api_call *call, const char *right);
/* The same for what is done about one unit: a user of role unit does it for her own alone. */
bool api_caller_may_about(struct api_call *call, const char *right, const char *unit);
/* The same for an act, by its own fields. */
bool api_caller_may_do(struct api_call *call, const json_t *act);
/* Personal data of contacts is for her too. */
bool api_caller_sees_private(const struct api_call *call);
/* The token is ours, not over and not revoked (api_links.c). */
bool api_link_is_good(struct api *a, const char *token, struct view_link *out);
/* Whether what was begun may go on. ctx: the api. */
bool api_caller_lasts(void *ctx, const struct live_reader *reader);

#define API_COOKIE "minsheng"
#define API_COOKIE_SECURE "__Host-minsheng"
#define API_COOKIE_LINK "minsheng-link"
#define API_COOKIE_LINK_SECURE "__Host-minsheng-link"

#endif
