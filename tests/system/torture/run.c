/* SPDX-License-Identifier: MIT */
#include "tests/system/torture/run.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/date.h"
#include "base/fs.h"
#include "collectors/identity.h"
#include "daemon/child.h"
#include "tests/system/torture/check.h"
#include "tests/system/torture/reporter.h"

#define PORTS_FROM 20000 /* below those that the kernel gives to whoever connects */
#define PORTS_UNTIL 32000
#define PORTS_NEEDED 4
#define MONTH_MS 600000 /* a month takes no longer */
#define TURN_MS 1
#define NOON_MS (DATE_DAY_MS / 2)

struct life {
	pid_t pid; /* 0: it does not run */
	bool done; /* with this month */
};

struct run {
	const struct run_plan *plan;
	const char *folder;
	struct child *daemon;
	struct reporter_slot *slots;
	struct life lives[RUN_REPORTERS_MAX];
	uint64_t random;
	unsigned month;
	/* rows after which somebody is killed, rising */
	uint64_t *daemon_marks, *reporter_marks;
	unsigned turn_kills; /* of the daemon, as a month ends: left to do */
	struct run_result *out;
};

uint64_t run_rows_of(const struct run_plan *plan, size_t reporter)
{
	return plan->rows * (reporter + 1) / plan->reporter_count -
	       plan->rows * reporter / plan->reporter_count;
}

static bool wrong(const struct run *r, const char *what)
{
	fprintf(stderr, "torture: %s (month %u, see %s)\n", what, r->month + 1, r->folder);
	return false;
}

static uint64_t draw_below(struct run *r, uint64_t bound)
{
	r->random = r->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (r->random >> 33) % bound;
}

/* --- before the first row --------------------------------------------------------------------- */

static bool is_free(unsigned port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port),
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int on = 1;
	bool bound;

	if (fd < 0)
		return false;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	bound = bind(fd, (const struct sockaddr *)&address, sizeof(address)) == 0;
	close(fd);
	return bound;
}

/* The daemon has to come back on the same ports; those that the kernel chooses could be taken by
 * a reporter that knocks while it is away. */
static unsigned find_ports(void)
{
	unsigned span = (PORTS_UNTIL - PORTS_FROM) / PORTS_NEEDED;

	for (unsigned i = 0; i < span; i++) {
		unsigned first = PORTS_FROM + ((unsigned)getpid() + i) % span * PORTS_NEEDED;
		unsigned free_ports = 0;

		while (free_ports < PORTS_NEEDED && is_free(first + free_ports))
			free_ports++;
		if (free_ports == PORTS_NEEDED)
			return first;
	}
	return 0;
}

static int64_t noon_of(const struct run *r, unsigned month)
{
	const struct catalogue *c = r->plan->catalogue;

	return date_begin_ms(player_today(c, month), c->offset_minutes) + NOON_MS;
}

static bool start_daemon(struct run *r)
{
	struct child_setting setting = { .program = r->plan->daemon, .folder = r->folder,
					 .catalogue = r->plan->catalogue_file,
					 .first_port = find_ports(), .cancel_fd = -1,
					 .clock_ms = noon_of(r, 0) };

	return child_start(&setting, &r->daemon) == ERR_OK ||
	       wrong(r, "the daemon does not start");
}

/* An identity as `minsheng enroll` would have written it. */
static bool enrol(struct run *r, const char *unit)
{
	struct identity id = { .server_count = 1 };
	char folder[400];
	enum err e;

	snprintf(folder, sizeof(folder), "%s/%s", r->folder, unit);
	e = fs_make_dirs(folder, 0700);
	if (e == ERR_OK)
		e = identity_make_key(folder, &id.pair);
	snprintf(id.reporter, sizeof(id.reporter), "%s", unit);
	snprintf(id.server_key, sizeof(id.server_key), "%s",
		 child_address(r->daemon, "server_key"));
	snprintf(id.servers[0], sizeof(id.servers[0]), "%s", child_address(r->daemon, "ingest"));
	if (e == ERR_OK)
		e = identity_save(folder, &id);
	if (e == ERR_OK)
		e = child_add_key(r->daemon, unit, id.pair.public_text);
	identity_wipe(&id);
	return e == ERR_OK || wrong(r, "a key is not taken");
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* Rising, and one more that is never reached. */
static uint64_t *draw_marks(struct run *r, unsigned count)
{
	uint64_t *marks = calloc(count + 1, sizeof(*marks));

	if (marks == NULL)
		return NULL;
	for (unsigned i = 0; i < count; i++)
		marks[i] = draw_below(r, r->plan->rows);
	qsort(marks, count, sizeof(*marks), by_value);
	marks[count] = UINT64_MAX;
	return marks;
}

/* --- killing ---------------------------------------------------------------------------------- */

static void wait_some_ms(int ms)
{
	poll(NULL, 0, ms);
}

/* Half of its crashes find the daemon while it is still getting up from the one before. */
static bool crash_daemon(struct run *r, unsigned month, unsigned *left)
{
	bool again;

	do {
		child_kill(r->daemon);
		r->out->daemon_kills++;
		--*left;
		if (child_revive(r->daemon, noon_of(r, month)) != ERR_OK)
			return wrong(r, "the daemon can't be started again");
		again = *left > 0 && draw_below(r, 2) == 0;
		if (again)
			wait_some_ms((int)draw_below(r, 80));
	} while (again);
	return child_wait(r->daemon) == ERR_OK || wrong(r, "the daemon does not come back");
}

static bool spawn_reporter(struct run *r, size_t i)
{
	const struct run_plan *plan = r->plan;
	struct reporter_task task = { .program = plan->self, .folder = r->folder,
				      .catalogue = plan->catalogue_file,
				      .unit = plan->catalogue->units[plan->reporters[i]].id,
				      .seed = plan->seed, .rows = run_rows_of(plan, i),
				      .month = r->month, .slot = i,
				      .slots = plan->reporter_count };

	r->lives[i].pid = reporter_spawn(&task);
	return r->lives[i].pid != 0 || wrong(r, "no process for a reporter");
}

/* One of those that run. False: none does. */
static bool pick_reporter(struct run *r, size_t *victim)
{
	size_t n = r->plan->reporter_count, from = draw_below(r, n);

	for (size_t i = 0; i < n; i++) {
		*victim = (from + i) % n;
		if (r->lives[*victim].pid != 0)
			return true;
	}
	return false;
}

static bool kill_reporter(struct run *r)
{
	size_t victim;

	if (!pick_reporter(r, &victim))
		return true;
	kill(r->lives[victim].pid, SIGKILL);
	waitpid(r->lives[victim].pid, NULL, 0);
	r->out->reporter_kills++;
	return spawn_reporter(r, victim);
}

/* Between what was submitted and what has its receipt. */
static uint64_t progress(const struct run *r)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < r->plan->reporter_count; i++)
		sum += atomic_load(&r->slots[i].submitted) + atomic_load(&r->slots[i].heard);
	return sum / 2;
}

static bool kill_due(struct run *r)
{
	uint64_t now = progress(r);
	unsigned due = 0, left;

	for (; *r->reporter_marks <= now; r->reporter_marks++)
		if (!kill_reporter(r))
			return false;
	while (r->daemon_marks[due] <= now)
		due++;
	for (left = due; left > 0;)
		if (!crash_daemon(r, r->month, &left))
			return false;
	r->daemon_marks += due;
	return true;
}

/* --- a month ---------------------------------------------------------------------------------- */

static bool reap(struct run *r, bool *all_done)
{
	*all_done = true;
	for (size_t i = 0; i < r->plan->reporter_count; i++) {
		struct life *l = &r->lives[i];
		int status;

		if (l->pid != 0 && waitpid(l->pid, &status, WNOHANG) == l->pid) {
			l->pid = 0;
			l->done = WIFEXITED(status) && WEXITSTATUS(status) == 0;
			if (!l->done)
				return wrong(r, "a reporter failed");
		}
		*all_done &= l->done;
	}
	return true;
}

static bool play_month(struct run *r)
{
	int64_t until = clock_monotonic_ms() + MONTH_MS;
	bool all_done = false;

	for (size_t i = 0; i < r->plan->reporter_count; i++) {
		r->lives[i].done = false;
		if (!spawn_reporter(r, i))
			return false;
	}
	while (!all_done) {
		if (!kill_due(r) || !reap(r, &all_done))
			return false;
		if (clock_monotonic_ms() > until)
			return wrong(r, "a month does not come to its end");
		wait_some_ms(TURN_MS);
	}
	return true;
}

/* The month ends: by the clock, or with a crash after which the daemon has to catch up. */
static bool turn_month(struct run *r)
{
	unsigned months_left = PLAYER_MONTHS - r->month;
	unsigned left = (r->turn_kills + months_left - 1) / months_left;

	if (left == 0)
		return child_set_clock(r->daemon, noon_of(r, r->month + 1),
				       r->plan->catalogue->offset_minutes) == ERR_OK ||
		       wrong(r, "the clock can't be set");
	r->turn_kills -= left;
	while (left > 0)
		if (!crash_daemon(r, r->month + 1, &left))
			return false;
	return true;
}

static bool play_year(struct run *r)
{
	int64_t began = clock_monotonic_us();

	for (r->month = 0; r->month < PLAYER_MONTHS; r->month++) {
		if (!play_month(r))
			return false;
		r->out->seconds = (double)(clock_monotonic_us() - began) / 1e6;
		if (r->month + 1 < PLAYER_MONTHS && !turn_month(r))
			return false;
	}
	r->month--;
	return true;
}

/* --- all -------------------------------------------------------------------------------------- */

static bool check_outboxes(struct run *r)
{
	bool good = true;

	for (size_t i = 0; i < r->plan->reporter_count; i++) {
		struct reporter_slot *slot = &r->slots[i];
		uint64_t rows = 0;

		for (size_t v = 0; v < EVENT_VERDICT_COUNT; v++) {
			r->out->verdicts[v] += atomic_load(&slot->verdicts[v]);
			rows += atomic_load(&slot->verdicts[v]);
		}
		if (rows != run_rows_of(r->plan, i))
			good = wrong(r, "an outbox does not count its rows right");
		if (atomic_load(&slot->epochs) != 1)
			good = wrong(r, "an outbox was given another epoch");
	}
	return good;
}

static bool prepare(struct run *r)
{
	const struct run_plan *plan = r->plan;
	char path[400];

	snprintf(path, sizeof(path), "%s/progress", r->folder);
	r->slots = reporter_slots_map(path, plan->reporter_count);
	r->turn_kills = plan->daemon_kills / 4;
	r->daemon_marks = draw_marks(r, plan->daemon_kills - r->turn_kills);
	r->reporter_marks = draw_marks(r, plan->reporter_kills);
	if (r->slots == NULL || r->daemon_marks == NULL || r->reporter_marks == NULL)
		return wrong(r, "no memory");
	if (!start_daemon(r))
		return false;
	for (size_t i = 0; i < plan->reporter_count; i++)
		if (!enrol(r, plan->catalogue->units[plan->reporters[i]].id))
			return false;
	return true;
}

static void end_reporters(struct run *r)
{
	for (size_t i = 0; i < r->plan->reporter_count; i++) {
		if (r->lives[i].pid == 0)
			continue;
		kill(r->lives[i].pid, SIGKILL);
		waitpid(r->lives[i].pid, NULL, 0);
	}
}

bool run_play(const struct run_plan *plan, const char *folder, struct run_result *out)
{
	struct run r = { .plan = plan, .folder = folder, .random = plan->seed, .out = out };
	uint64_t *daemon_marks, *reporter_marks;
	bool good;

	*out = (struct run_result){ 0 };
	good = prepare(&r);
	daemon_marks = r.daemon_marks;
	reporter_marks = r.reporter_marks;
	good = good && play_year(&r) && check_outboxes(&r) && check_daemon(plan, r.daemon, out);
	end_reporters(&r);
	child_stop(r.daemon);
	free(daemon_marks);
	free(reporter_marks);
	return good;
}
