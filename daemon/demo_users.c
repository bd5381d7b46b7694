/* SPDX-License-Identifier: MIT */
#include "daemon/demo_users.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/crypto.h"
#include "daemon/demo_text.h"
#include "daemon/users.h"

#define GROUPS 3
#define GROUP 4
#define PASSWORD (GROUPS * (GROUP + 1)) /* bytes, with NUL */

/* Letters that nobody takes for others, in groups that can be read aloud. */
static void make_password(char out[PASSWORD])
{
	static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789";

	for (size_t i = 0; i < PASSWORD - 1; i++)
		out[i] = i % (GROUP + 1) == GROUP ? '-' :
						    letters[crypto_random_below(sizeof(letters) - 1)];
	out[PASSWORD - 1] = '\0';
}

static enum err add(struct demo_stage *s, const char *name, const char *display, enum role role,
		    const char *unit, const char *password)
{
	json_t *answer = child_post(s->daemon, "/api/v1/users",
				    json_pack("{s:s, s:s, s:s, s:s, s:s*, s:s}", "do", "add", "name",
					      name, "display", display, "role", roles_name(role),
					      "unit", unit, "password", password));

	json_decref(answer);
	return answer ? ERR_OK : ERR_DENIED;
}

/* An area whose id can be a name too; NULL: there is none. */
static const struct catalogue_unit *first_area(const struct catalogue *c)
{
	for (size_t i = 0; i < c->unit_count; i++)
		if (c->units[i].area && users_name_is_fine(c->units[i].id))
			return &c->units[i];
	return NULL;
}

enum err demo_users_make(struct demo_stage *s, const struct catalogue *c, enum lang lang)
{
	static const struct {
		enum role role;
		struct lang_text display;
	} people[] = { { ROLE_OFFICE, { "督查室（演示）", "Office (demo)" } },
		       { ROLE_OPERATOR, { "系统管理（演示）", "Operator (demo)" } },
		       { ROLE_VIEWER, { "来宾（演示）", "Guest (demo)" } } };
	const struct catalogue_unit *area = first_area(c);
	char password[PASSWORD];
	enum err e = ERR_OK;

	make_password(password);
	for (size_t i = 0; e == ERR_OK && i < sizeof(people) / sizeof(people[0]); i++)
		e = add(s, roles_name(people[i].role), lang_pick(people[i].display, lang),
			people[i].role, NULL, password);
	if (e == ERR_OK && area != NULL)
		e = add(s, area->id, lang_pick(area->name, lang), ROLE_UNIT, area->id, password);
	if (e == ERR_OK)
		demo_say(stdout, DEMO_TEXT_USERS, lang, area ? area->id : "", password);
	crypto_wipe(password, sizeof(password));
	return e;
}
