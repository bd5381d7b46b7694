/* SPDX-License-Identifier: MIT */
#include "daemon/child.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/date.h"
#include "base/fs.h"
#include "base/log.h"
#include "serve/control.h"

#define START_MS 30000
#define STOP_MS 15000
#define ANSWER_MS 120000
#define POLL_MS 10
#define PORTS_MAX (1u << 16)
#define PATH_LEN 400

struct child {
	char folder[PATH_LEN - 100];
	char program[PATH_LEN];
	char catalogue[PATH_LEN];
	unsigned http_port, first_port;
	pid_t pid; /* 0: it has ended */
	struct control *control;
	json_t *ports;
	int cancel_fd;
	unsigned keys; /* given so far: for the ids of their acts */
};

/* --- the API ---------------------------------------------------------------------------------- */

static json_t *answer_of(const char *path, enum err e, const struct control *c, int status,
			 struct buf *body)
{
	json_t *json = NULL;

	if (e == ERR_OK && status == 200)
		json = json_loadb((const char *)body->data, body->len, 0, NULL);
	if (json == NULL)
		log_write(LOG_ERROR, "child", "%s answered %d: %s", path, status,
			  e == ERR_OK ? buf_cstring(body) : control_reason(c));
	buf_free(body);
	return json;
}

json_t *child_get(struct child *c, const char *path)
{
	struct buf body = { 0 };
	int status = 0;
	enum err e = control_get(c->control, path, ANSWER_MS, &status, &body);

	return answer_of(path, e, c->control, status, &body);
}

json_t *child_post(struct child *c, const char *path, json_t *request)
{
	struct buf body = { 0 };
	int status = 0;
	char *text = json_dumps(request, JSON_COMPACT);
	enum err e = ERR_NOMEM;

	json_decref(request);
	if (text != NULL)
		e = control_post(c->control, path, bytes_of_string(text), ANSWER_MS, &status, &body);
	free(text);
	return answer_of(path, e, c->control, status, &body);
}

enum err child_set_clock(struct child *c, int64_t ms, int offset_minutes)
{
	char text[32];
	json_t *answer;

	date_time_format(ms, offset_minutes, text);
	answer = child_post(c, "/api/v1/clock", json_pack("{s:s}", "now", text));
	json_decref(answer);
	return answer != NULL ? ERR_OK : ERR_CLOSED;
}

enum err child_add_key(struct child *c, const char *unit, const char *public_key)
{
	char id[120];
	json_t *answer;

	snprintf(id, sizeof(id), "child-key-%s-%u", unit, ++c->keys);
	answer = child_post(c, "/api/v1/acts",
			    json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "id", id, "act", "key.add",
				      "key", public_key, "unit", unit, "role", "reporter", "why",
				      "rehearsal"));
	json_decref(answer);
	return answer != NULL ? ERR_OK : ERR_DENIED;
}

const char *child_address(const struct child *c, const char *name)
{
	const char *text = json_string_value(json_object_get(c->ports, name));

	return text != NULL ? text : "";
}

pid_t child_pid(const struct child *c)
{
	return c->pid;
}

/* --- birth ------------------------------------------------------------------------------------ */

/* "tcp://127.0.0.1:*" where no port is asked for. */
static void put_endpoint(struct buf *text, const char *name, unsigned first_port, unsigned index)
{
	if (first_port == 0)
		buf_printf(text, "  %s: tcp://127.0.0.1:*\n", name);
	else
		buf_printf(text, "  %s: tcp://127.0.0.1:%u\n", name, first_port + index);
}

static enum err write_config(const struct child *c, int64_t clock_ms)
{
	static const char *const endpoints[] = { "ingest", "enrol", "query", "feed" };
	struct buf text = { 0 };
	char path[PATH_LEN], start[32];
	enum err e;

	date_time_format(clock_ms, 0, start);
	buf_printf(&text, "store: %s/store\ncatalogue: %s\nruntime: %s\nlisten:\n", c->folder,
		   c->catalogue, c->folder);
	for (unsigned i = 0; i < sizeof(endpoints) / sizeof(endpoints[0]); i++)
		put_endpoint(&text, endpoints[i], c->first_port, i);
	buf_printf(&text, "  http: 127.0.0.1:%u\nclock:\n  mode: manual\n  start: \"%s\"\n",
		   c->http_port, start);
	snprintf(path, sizeof(path), "%s/minshengd.yaml", c->folder);
	e = buf_error(&text);
	if (e == ERR_OK)
		e = fs_write(path, buf_bytes(&text), 0600);
	buf_free(&text);
	return e;
}

/* The child gets its own signals back, stands apart from the terminal's Ctrl-C, and goes when its
 * parent goes. Only calls that are safe after fork. */
static void become_daemon(const char *program, const char *config, const char *log)
{
	int fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (fd >= 0 && dup2(fd, STDERR_FILENO) >= 0 && dup2(fd, STDOUT_FILENO) >= 0)
		execl(program, "minshengd", "--config", config, (char *)NULL);
	_exit(127);
}

static enum err spawn(struct child *c)
{
	char config[PATH_LEN], log[PATH_LEN];

	snprintf(config, sizeof(config), "%s/minshengd.yaml", c->folder);
	snprintf(log, sizeof(log), "%s/daemon.log", c->folder);
	c->pid = fork();
	if (c->pid < 0) {
		c->pid = 0;
		return err_from_errno(errno);
	}
	if (c->pid == 0)
		become_daemon(c->program, config, log);
	return ERR_OK;
}

static bool has_ended(struct child *c)
{
	if (c->pid > 0 && waitpid(c->pid, NULL, WNOHANG) == c->pid)
		c->pid = 0;
	return c->pid == 0;
}

static json_t *read_ports(const struct child *c)
{
	struct buf text = { 0 };
	char path[PATH_LEN];
	json_t *ports = NULL;

	snprintf(path, sizeof(path), "%s/ports.json", c->folder);
	if (fs_exists(path) && fs_read(path, PORTS_MAX, &text) == ERR_OK)
		ports = json_loadb((const char *)text.data, text.len, 0, NULL);
	buf_free(&text);
	return ports;
}

static bool is_ready(struct child *c)
{
	struct buf body = { 0 };
	int status = 0;
	enum err e = control_get(c->control, "/readyz", ANSWER_MS, &status, &body);

	buf_free(&body);
	return e == ERR_OK && status == 200;
}

enum err child_wait(struct child *c)
{
	int64_t until = clock_monotonic_ms() + START_MS;
	struct pollfd cancel = { .fd = c->cancel_fd, .events = POLLIN };
	char path[PATH_LEN];

	while (clock_monotonic_ms() < until) {
		if (has_ended(c))
			return ERR_CLOSED;
		if (c->ports == NULL)
			c->ports = read_ports(c);
		if (c->ports != NULL && c->control == NULL) {
			snprintf(path, sizeof(path), "%s", child_address(c, "control"));
			if (control_open(path, &c->control) != ERR_OK)
				return ERR_NOMEM;
		}
		if (c->control != NULL && is_ready(c))
			return ERR_OK;
		if (poll(&cancel, 1, POLL_MS) > 0)
			return ERR_CLOSED;
	}
	return ERR_TIMEOUT;
}

/* Relative paths would not do: the configuration lies in another folder. */
static enum err copy_setting(struct child *c, const struct child_setting *setting)
{
	char catalogue[PATH_MAX];
	const char *program = setting->program ? setting->program : "/proc/self/exe";

	if (realpath(setting->catalogue, catalogue) == NULL)
		return err_from_errno(errno);
	c->http_port = setting->http_port;
	c->first_port = setting->first_port;
	c->cancel_fd = setting->cancel_fd;
	if (snprintf(c->folder, sizeof(c->folder), "%s", setting->folder) >=
		    (int)sizeof(c->folder) ||
	    snprintf(c->catalogue, sizeof(c->catalogue), "%s", catalogue) >=
		    (int)sizeof(c->catalogue) ||
	    snprintf(c->program, sizeof(c->program), "%s", program) >= (int)sizeof(c->program))
		return ERR_RANGE;
	return ERR_OK;
}

enum err child_revive(struct child *c, int64_t clock_ms)
{
	char path[PATH_LEN];
	enum err e;

	if (!has_ended(c))
		return ERR_STATE;
	snprintf(path, sizeof(path), "%s/ports.json", c->folder);
	unlink(path); /* of an earlier life */
	control_close(c->control);
	c->control = NULL;
	json_decref(c->ports);
	c->ports = NULL;
	e = write_config(c, clock_ms);
	return e == ERR_OK ? spawn(c) : e;
}

enum err child_start(const struct child_setting *setting, struct child **out)
{
	struct child *c = calloc(1, sizeof(*c));
	enum err e;

	if (c == NULL)
		return ERR_NOMEM;
	e = copy_setting(c, setting);
	if (e == ERR_OK)
		e = child_revive(c, setting->clock_ms);
	if (e == ERR_OK)
		e = child_wait(c);
	if (e != ERR_OK) {
		child_stop(c);
		return e;
	}
	*out = c;
	return ERR_OK;
}

void child_kill(struct child *c)
{
	if (has_ended(c))
		return;
	kill(c->pid, SIGKILL);
	waitpid(c->pid, NULL, 0);
	c->pid = 0;
}

void child_stop(struct child *c)
{
	int64_t until = clock_monotonic_ms() + STOP_MS;

	if (c == NULL)
		return;
	control_close(c->control);
	json_decref(c->ports);
	if (!has_ended(c))
		kill(c->pid, SIGTERM);
	while (!has_ended(c) && clock_monotonic_ms() < until)
		poll(NULL, 0, POLL_MS);
	child_kill(c);
	free(c);
}
