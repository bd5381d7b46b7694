/* SPDX-License-Identifier: MIT */
#include "daemon/notify_check.h"

#include <string.h>

#include "base/log.h"

typedef bool known_fn(const struct catalogue *c, struct bytes id);

static bool is_unit(const struct catalogue *c, struct bytes id)
{
	return catalogue_unit_number(c, id) != CATALOGUE_NONE;
}

static bool is_project(const struct catalogue *c, struct bytes id)
{
	for (size_t i = 0; i < c->project_count; i++)
		if (bytes_equal(bytes_of_string(c->projects[i].id), id))
			return true;
	return false;
}

static size_t check(const struct config_channel *channel, const struct catalogue *c, const char *key,
		    const char *list, known_fn *known)
{
	size_t unknown = 0;

	for (const char *at = list; *at != '\0';) {
		size_t n = strcspn(at, ", ");

		if (n > 0 && !known(c, bytes_of(at, n))) {
			unknown++;
			log_write(LOG_WARN, "notify",
				  "channel %s: %s: the catalogue has no %.*s; nothing passes this filter "
				  "for it", channel->name, key, (int)n, at);
		}
		at += n + (at[n] != '\0');
	}
	return unknown;
}

size_t notify_check(const struct config_channel *channel, const struct catalogue *c)
{
	return check(channel, c, "units", channel->units, is_unit) +
	       check(channel, c, "leads", channel->leads, is_unit) +
	       check(channel, c, "projects", channel->projects, is_project);
}
