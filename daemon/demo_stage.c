/* SPDX-License-Identifier: MIT */
#include "daemon/demo_stage.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/date.h"
#include "base/fs.h"
#include "base/lang.h"
#include "collectors/identity.h"
#include "daemon/demo_text.h"

#define NINE_O_CLOCK_MS (9 * 3600 * 1000)

enum err demo_stage_set_day(struct demo_stage *s, const struct catalogue *c, int32_t day)
{
	return child_set_clock(s->daemon, date_begin_ms(day, c->offset_minutes) + NINE_O_CLOCK_MS,
			       c->offset_minutes);
}

bool demo_stage_pause(struct demo_stage *s, int64_t ms)
{
	struct pollfd p = { .fd = s->signals, .events = POLLIN };

	return poll(&p, 1, (int)ms) > 0;
}

/* --- the collectors --------------------------------------------------------------------------- */

/* An identity as `minsheng enroll` would have written it. */
static enum err make_identity(const struct demo_stage *s, const char *folder, const char *unit,
			      struct identity *id)
{
	enum err e = fs_make_dirs(folder, 0700);

	if (e == ERR_OK)
		e = identity_make_key(folder, &id->pair);
	if (e != ERR_OK)
		return e;
	snprintf(id->reporter, sizeof(id->reporter), "%s", unit);
	snprintf(id->server_key, sizeof(id->server_key), "%s",
		 child_address(s->daemon, "server_key"));
	snprintf(id->servers[0], sizeof(id->servers[0]), "%s", child_address(s->daemon, "ingest"));
	id->server_count = 1;
	return identity_save(folder, id);
}

static enum err open_collector(struct demo_stage *s, const struct catalogue *c, size_t index)
{
	const char *unit = c->units[s->reporters[index]].id;
	struct minsheng_options options = { 0 };
	struct identity id = { 0 };
	char folder[400];
	enum err e;

	snprintf(folder, sizeof(folder), "%s/collectors/%s", s->folder, unit);
	e = make_identity(s, folder, unit, &id);
	if (e == ERR_OK)
		e = child_add_key(s->daemon, unit, id.pair.public_text);
	identity_wipe(&id);
	options.folder = folder;
	return e == ERR_OK ? minsheng_open(&options, &s->collectors[index]) : e;
}

static enum err open_collectors(struct demo_stage *s, const struct catalogue *c)
{
	enum err e = ERR_OK;

	s->collectors = calloc(s->reporter_count, sizeof(struct minsheng *));
	if (s->collectors == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; e == ERR_OK && i < s->reporter_count; i++)
		e = open_collector(s, c, i);
	return e;
}

/* --- birth and death -------------------------------------------------------------------------- */

static enum err catch_signals(struct demo_stage *s)
{
	sigset_t ends;

	sigemptyset(&ends);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	s->signals = signalfd(-1, &ends, SFD_CLOEXEC | SFD_NONBLOCK);
	return s->signals < 0 ? err_from_errno(errno) : ERR_OK;
}

static enum err make_folder(struct demo_stage *s)
{
	const char *tmp = getenv("TMPDIR");

	if (snprintf(s->folder, sizeof(s->folder), "%s/minsheng-demo-XXXXXX",
		     tmp && tmp[0] ? tmp : "/tmp") >= (int)sizeof(s->folder)) {
		s->folder[0] = '\0';
		return ERR_RANGE;
	}
	if (mkdtemp(s->folder) == NULL) {
		s->folder[0] = '\0';
		return err_from_errno(errno);
	}
	return ERR_OK;
}

/* The port, or 0 where somebody has it: a demo should run all the same. */
static unsigned free_port(unsigned port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port),
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int on = 1, taken;

	if (fd < 0)
		return 0;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	taken = bind(fd, (const struct sockaddr *)&address, sizeof(address)) != 0;
	close(fd);
	return taken ? 0 : port;
}

static enum err open_all(struct demo_stage *s, const struct demo_setting *setting,
			 const struct catalogue *c)
{
	struct child_setting child = { .catalogue = setting->catalogue,
				       .http_port = free_port(setting->port),
				       .clock_ms = date_begin_ms(c->from, c->offset_minutes) };
	enum err e = make_folder(s);

	if (e == ERR_OK)
		e = catch_signals(s);
	child.folder = s->folder;
	child.cancel_fd = s->signals;
	if (e == ERR_OK)
		e = child_start(&child, &s->daemon);
	if (e != ERR_OK)
		return e;
	snprintf(s->http, sizeof(s->http), "http://%s", child_address(s->daemon, "http"));
	return open_collectors(s, c);
}

enum err demo_stage_open(const struct demo_setting *setting, const struct catalogue *c,
			 const struct demo_world *w, struct demo_stage *out)
{
	enum err e;

	*out = (struct demo_stage){ .signals = -1, .alone = setting->check };
	out->reporters = demo_world_reporters(w, &out->reporter_count);
	e = open_all(out, setting, c);
	if (e != ERR_OK) {
		demo_say(stderr, DEMO_TEXT_NO_DAEMON, lang_from_environment(), err_name(e),
			 out->folder);
		demo_stage_close(out, true);
	}
	return e;
}

void demo_stage_close(struct demo_stage *s, bool keep)
{
	for (size_t i = 0; s->collectors != NULL && i < s->reporter_count; i++)
		minsheng_close(s->collectors[i]);
	free(s->collectors);
	child_stop(s->daemon);
	if (s->signals >= 0)
		close(s->signals);
	if (!keep && s->folder[0] != '\0')
		(void)fs_remove_tree(s->folder);
}
