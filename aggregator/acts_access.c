/* SPDX-License-Identifier: MIT */
/* Notes of who may sign in and which links were given out: the daemon keeps these in a file of its
 * own, and says here who changed what. They change nothing that the store decides. */
#include "aggregator/acts_private.h"

#define WHAT_MAX 32
#define TEXT_MAX 256

static enum err may_be_text(struct acts_call *x, const char *field)
{
	const char *text = json_string_value(json_object_get(x->body, field));

	return acts_has(x, field) && (!text || *text) ? acts_text(x, field, TEXT_MAX, &text) : ERR_OK;
}

static enum err answer(struct acts_call *x, const char *field, const char *value, const char *what)
{
	if (json_object_set_new(x->answer, field, json_string(value)) != 0 ||
	    json_object_set_new(x->answer, "what", json_string(what)) != 0)
		return ERR_NOMEM;
	return ERR_OK;
}

enum err acts_access_user(struct acts_call *x)
{
	const char *user, *what, *role;
	uint16_t unit;
	enum err e;

	if ((e = acts_text(x, "user", LIMITS_ID, &user)) != ERR_OK ||
	    (e = acts_text(x, "what", WHAT_MAX, &what)) != ERR_OK ||
	    (e = acts_text(x, "role", WHAT_MAX, &role)) != ERR_OK)
		return e;
	if (acts_has(x, "unit") && (e = acts_unit(x, "unit", &unit)) != ERR_OK)
		return e;
	return answer(x, "user", user, what);
}

enum err acts_access_link(struct acts_call *x)
{
	const char *link, *what, *screen;
	int64_t until;
	enum err e;

	if ((e = acts_text(x, "link", LIMITS_ID, &link)) != ERR_OK ||
	    (e = acts_text(x, "what", WHAT_MAX, &what)) != ERR_OK ||
	    (e = acts_text(x, "for", TEXT_MAX, &screen)) != ERR_OK ||
	    (e = acts_number(x, "until", 0, INT64_MAX / 1000, &until)) != ERR_OK ||
	    (e = may_be_text(x, "note")) != ERR_OK)
		return e;
	return answer(x, "link", link, what);
}
