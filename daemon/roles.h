/* SPDX-License-Identifier: MIT */
/* What a user of the page may do: a table of rights, an act a line. Any thread. */
#ifndef DAEMON_ROLES_H
#define DAEMON_ROLES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/lang.h"

enum role { ROLE_VIEWER, ROLE_UNIT, ROLE_OFFICE, ROLE_OPERATOR, ROLE_COUNT };
#define ROLES_OF(role) (1u << (role))

/* "viewer", "unit", "office", "operator" */
const char *roles_name(enum role r);
bool roles_parse(const char *name, enum role *out);
struct lang_text roles_word(enum role r);

/* How an act shows whom it is about: a user of role unit does it for that unit alone. */
enum roles_about {
	ROLES_ABOUT_NOBODY,  /* no unit does it */
	ROLES_ABOUT_UNIT,    /* the member "unit" */
	ROLES_ABOUT_LEAD,    /* "lead" */
	ROLES_ABOUT_RAISER,  /* "raiser" */
	ROLES_ABOUT_ITEM,    /* "unit", or where it is absent the lead of "item" */
	ROLES_ABOUT_SLIP,    /* the unit of the slip */
	ROLES_ABOUT_FLAG,    /* the unit of the flag */
	ROLES_ABOUT_PROBLEM, /* the owner of the problem, or who raised it */
	ROLES_ABOUT_REQUEST  /* no act: the request's own handler looks */
};

struct roles_right {
	const char *name; /* an act, "slip.issue", or what the page asks for, "import" */
	unsigned roles;	  /* ROLES_OF of each that has it */
	enum roles_about about;
};

/* The right of that name. NULL: nobody has it but who may use the control socket. */
const struct roles_right *roles_find(const char *name);
bool roles_may(enum role r, const char *name);
/* The i-th; NULL: there are no more. */
const struct roles_right *roles_at(size_t i);
/* Acts that the daemon makes itself, and takes from nobody. */
bool roles_is_internal(const char *act);

#endif
