/* SPDX-License-Identifier: MIT */
#include "daemon/api_access.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "daemon/api_private.h"

#define SESSIONS 1000
#define TABLE 2000	     /* names, addresses */
#define NAME_TRIES 5	     /* that cost nothing */
#define ADDRESS_TRIES 20     /* an office of many people may be behind one */
#define NAME_WAIT_MS 60000   /* at the longest: nobody shuts out another one for long */
#define ADDRESS_WAIT_MS 900000
#define FORGET_MS (3600 * 1000)

static enum err split_hosts(struct api_access *s, const char *words)
{
	size_t count = 0, n = strlen(words);
	char *rest;

	s->host_words = strdup(words);
	s->hosts = calloc(n / 2 + 2, sizeof(*s->hosts));
	if (s->host_words == NULL || s->hosts == NULL)
		return ERR_NOMEM;
	for (char *word = strtok_r(s->host_words, " ", &rest); word != NULL;
	     word = strtok_r(NULL, " ", &rest))
		s->hosts[count++] = word;
	return ERR_OK;
}

/* Nothing from elsewhere, nothing inline; frames of our own origin, and of those that are named. */
static enum err make_policy(struct api_access *s, const char *frames)
{
	int n = asprintf(&s->policy,
			 "default-src 'self'; object-src 'none'; base-uri 'none'; form-action "
			 "'self'; frame-ancestors 'self'%s%s",
			 frames[0] ? " " : "", frames);

	if (n < 0)
		s->policy = NULL;
	return n < 0 ? ERR_NOMEM : ERR_OK;
}

enum err api_access_new(struct api *a, struct api_access **out)
{
	const struct config *c = a->daemon->config;
	struct api_access *s = calloc(1, sizeof(*s));
	enum err e;

	if (s == NULL)
		return ERR_NOMEM;
	view_link_key(&a->daemon->keys, &s->key);
	e = users_open(c->users_file, &s->users);
	if (e == ERR_OK)
		e = signin_new(SESSIONS, c->session_idle_s * INT64_C(1000),
			       c->session_life_s * INT64_C(1000), &s->signin);
	if (e == ERR_OK)
		e = attempts_new(TABLE, NAME_TRIES, NAME_WAIT_MS, FORGET_MS, &s->names);
	if (e == ERR_OK)
		e = attempts_new(TABLE, ADDRESS_TRIES, ADDRESS_WAIT_MS, FORGET_MS, &s->addresses);
	if (e == ERR_OK)
		e = passwords_new(a->daemon->loop, &s->passwords);
	if (e == ERR_OK)
		e = clock_new_system(&s->wall);
	if (e == ERR_OK)
		e = split_hosts(s, c->web_hosts);
	if (e == ERR_OK)
		e = make_policy(s, c->web_frames);
	if (e != ERR_OK) {
		api_access_free(s);
		return e;
	}
	*out = s;
	return ERR_OK;
}

void api_access_free(struct api_access *s)
{
	if (s == NULL)
		return;
	passwords_free(s->passwords);
	clock_free(s->wall);
	attempts_free(s->addresses);
	attempts_free(s->names);
	signin_free(s->signin);
	users_free(s->users);
	crypto_wipe(&s->key, sizeof(s->key));
	free(s->policy);
	free(s->hosts);
	free(s->host_words);
	free(s);
}
