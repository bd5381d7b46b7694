/* SPDX-License-Identifier: MIT */
#include "daemon/ports.h"

#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fs.h"

static char *ports_path(const struct daemon *d)
{
	char *path;

	return asprintf(&path, "%s/ports.json", d->config->runtime) < 0 ? NULL : path;
}

enum err ports_write(const struct daemon *d)
{
	const struct daemon_bound *b = &d->bound;
	json_t *json = json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "pid",
				 (int)getpid(), "version", DAEMON_VERSION, "ingest", b->ingest,
				 "enrol", b->enrol, "query", b->query, "feed", b->feed, "http",
				 b->http, "control", b->control, "server_key", d->keys.public_text);
	char *text = json ? json_dumps(json, JSON_INDENT(1)) : NULL, *path = ports_path(d);
	enum err e = ERR_NOMEM;

	if (text && path)
		e = fs_write(path, bytes_of_string(text), 0644);
	json_decref(json);
	free(text);
	free(path);
	return e;
}

void ports_remove(const struct daemon *d)
{
	char *path = ports_path(d);

	if (path)
		(void)unlink(path);
	free(path);
}
