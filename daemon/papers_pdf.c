/* SPDX-License-Identifier: MIT */
#include "daemon/papers_pdf.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/log.h"

#define PROGRAM "weasyprint"
#define TIMEOUT_MS 180000
#define SLICE_MS 100 /* after which it is asked whether anybody still wants it */
#define MEMORY_MAX ((rlim_t)3 << 30)
#define SIZE_MAX_BYTES ((rlim_t)64 << 20)
#define CPU_S 150
#define COMPLAINT 400 /* bytes of what it says, for the log */

struct press {
	int files[3]; /* in, out, complaints: memory */
	pid_t pid;
	int pidfd;
};

static enum err write_all(int fd, struct bytes b)
{
	for (size_t at = 0; at < b.len;) {
		ssize_t n = write(fd, b.data + at, b.len - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_from_errno(errno);
		at += (size_t)n;
	}
	return lseek(fd, 0, SEEK_SET) == 0 ? ERR_OK : ERR_IO;
}

static enum err open_files(struct press *p, struct bytes html)
{
	for (int i = 0; i < 3; i++)
		if ((p->files[i] = memfd_create("paper", MFD_CLOEXEC)) < 0)
			return err_from_errno(errno);
	return write_all(p->files[0], html);
}

static void close_files(struct press *p)
{
	for (int i = 0; i < 3; i++)
		if (p->files[i] >= 0)
			close(p->files[i]);
	if (p->pidfd >= 0)
		close(p->pidfd);
}

/* The three files and nothing else. ERR_NOTFOUND where there is no such program. */
static enum err spawn(struct press *p, int64_t epoch_s)
{
	char epoch[48];
	/* nothing in a paper leads outside; who tries finds no way */
	char path[] = "PATH=/usr/local/bin:/usr/bin:/bin", lang[] = "LANG=C.UTF-8", zone[] = "TZ=UTC",
	     no_cache[] = "PYTHONDONTWRITEBYTECODE=1", http[] = "http_proxy=http://127.0.0.1:9",
	     https[] = "https_proxy=http://127.0.0.1:9";
	char *environment[] = { path, lang, zone, no_cache, http, https, epoch, NULL };
	char program[] = PROGRAM, quiet[] = "-q", dash[] = "-", again[] = "-";
	char *arguments[] = { program, quiet, dash, again, NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, all;
	int failed;

	snprintf(epoch, sizeof(epoch), "SOURCE_DATE_EPOCH=%" PRId64, epoch_s);
	sigemptyset(&none);
	sigfillset(&all);
	if (posix_spawn_file_actions_init(&actions) != 0)
		return ERR_NOMEM;
	if (posix_spawnattr_init(&attributes) != 0) {
		posix_spawn_file_actions_destroy(&actions);
		return ERR_NOMEM;
	}
	failed = 0;
	for (int i = 0; i < 3 && !failed; i++)
		failed = posix_spawn_file_actions_adddup2(&actions, p->files[i], i);
	if (!failed)
		failed = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
						      POSIX_SPAWN_SETPGROUP);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	if (!failed)
		failed = posix_spawnp(&p->pid, PROGRAM, &actions, &attributes, arguments,
				      environment);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	if (failed)
		p->pid = -1;
	return failed ? err_from_errno(failed) : ERR_OK;
}

static void set_limits(pid_t pid)
{
	const struct rlimit memory = { MEMORY_MAX, MEMORY_MAX }, cpu = { CPU_S, CPU_S },
			    size = { SIZE_MAX_BYTES, SIZE_MAX_BYTES };

	(void)prlimit(pid, RLIMIT_AS, &memory, NULL);
	(void)prlimit(pid, RLIMIT_CPU, &cpu, NULL);
	(void)prlimit(pid, RLIMIT_FSIZE, &size, NULL);
}

static enum err wait_for(struct press *p, bool (*stop)(void *ctx), void *ctx)
{
	int64_t until = clock_monotonic_ms() + TIMEOUT_MS;
	struct pollfd fd = { .fd = p->pidfd, .events = POLLIN };

	for (;;) {
		int n = poll(&fd, 1, SLICE_MS);

		if (n > 0)
			return ERR_OK;
		if (n < 0 && errno != EINTR)
			return err_from_errno(errno);
		if (stop(ctx))
			return ERR_CLOSED;
		if (clock_monotonic_ms() > until)
			return ERR_TIMEOUT;
	}
}

/* Ends it where it still runs, and takes its status. */
static enum err reap(struct press *p, enum err e)
{
	int status = 0;

	if (e != ERR_OK)
		(void)kill(-p->pid, SIGKILL);
	while (waitpid(p->pid, &status, 0) < 0)
		if (errno != EINTR)
			return err_from_errno(errno);
	if (e == ERR_OK && !(WIFEXITED(status) && WEXITSTATUS(status) == 0))
		e = ERR_IO;
	return e;
}

static void tell(struct press *p, enum err e)
{
	struct buf said = { 0 };

	if (lseek(p->files[2], 0, SEEK_SET) == 0)
		(void)fs_read_fd(p->files[2], 1 << 20, &said);
	if (said.len > COMPLAINT) /* the end of it says what it was */
		log_write(LOG_ERROR, "papers", "weasyprint failed (%s): %s", err_name(e),
			  buf_cstring(&said) + said.len - COMPLAINT);
	else
		log_write(LOG_ERROR, "papers", "weasyprint failed (%s): %s", err_name(e),
			  buf_cstring(&said));
	buf_free(&said);
}

enum err papers_pdf(struct bytes html, int64_t epoch_s, bool (*stop)(void *ctx), void *ctx,
		    struct buf *out)
{
	struct press p = { { -1, -1, -1 }, -1, -1 };
	enum err e = open_files(&p, html);

	if (e == ERR_OK)
		e = spawn(&p, epoch_s);
	if (e == ERR_OK) {
		set_limits(p.pid);
		p.pidfd = pidfd_open(p.pid, 0);
		e = reap(&p, p.pidfd < 0 ? err_from_errno(errno) : wait_for(&p, stop, ctx));
	}
	if (e == ERR_OK && lseek(p.files[1], 0, SEEK_SET) != 0)
		e = ERR_IO;
	if (e == ERR_OK)
		e = fs_read_fd(p.files[1], SIZE_MAX_BYTES, out);
	if (e != ERR_OK && e != ERR_NOTFOUND && e != ERR_CLOSED)
		tell(&p, e);
	close_files(&p);
	return e;
}
