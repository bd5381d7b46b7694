/* SPDX-License-Identifier: MIT */
#include "tests/system/torture/reporter.h"

#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/log.h"
#include "base/thread.h"

#define CHUNK_MAX 300
#define FLUSH_MS 300000
#define NUMBER_LEN 24

struct reporter_slot *reporter_slots_map(const char *path, size_t count)
{
	size_t bytes = count * sizeof(struct reporter_slot);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	void *map = MAP_FAILED;

	if (fd >= 0 && ftruncate(fd, (off_t)bytes) == 0)
		map = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (fd >= 0)
		close(fd);
	return map == MAP_FAILED ? NULL : map;
}

/* --- birth ------------------------------------------------------------------------------------ */

pid_t reporter_spawn(const struct reporter_task *task)
{
	char seed[NUMBER_LEN], rows[NUMBER_LEN], month[NUMBER_LEN], slot[NUMBER_LEN],
		slots[NUMBER_LEN], log[400];
	char *argv[REPORTER_ARGS + 1] = { (char *)"torture", (char *)"--reporter",
					  (char *)task->folder, (char *)task->catalogue,
					  (char *)task->unit, seed, rows, month, slot, slots };
	sigset_t none;
	pid_t pid;
	int fd;

	snprintf(seed, sizeof(seed), "%" PRIu64, task->seed);
	snprintf(rows, sizeof(rows), "%" PRIu64, task->rows);
	snprintf(month, sizeof(month), "%u", task->month);
	snprintf(slot, sizeof(slot), "%zu", task->slot);
	snprintf(slots, sizeof(slots), "%zu", task->slots);
	snprintf(log, sizeof(log), "%s/%s.log", task->folder, task->unit);
	pid = fork();
	if (pid != 0)
		return pid > 0 ? pid : 0;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd >= 0 && dup2(fd, STDERR_FILENO) >= 0 && dup2(fd, STDOUT_FILENO) >= 0)
		execv(task->program, argv);
	_exit(127);
}

/* --- life ------------------------------------------------------------------------------------- */

struct reporter {
	struct reporter_slot *slot;
	struct player *player;
	struct minsheng *minsheng;
	uint64_t said, until;
	struct player_row rows[CHUNK_MAX];
	struct minsheng_row chunk[CHUNK_MAX];
};

static int fail(const char *what, enum err e)
{
	log_write(LOG_ERROR, "torture", "%s: %s", what, err_name(e));
	return 1;
}

static void on_receipt(void *ctx, const struct minsheng_receipt *r)
{
	struct reporter *self = ctx;

	atomic_fetch_add(&self->slot->heard,
			 r->receipt->through_sequence - r->receipt->first_sequence + 1);
}

static void on_state(void *ctx, const char *state)
{
	(void)ctx;
	log_write(LOG_INFO, "torture", "%s", state);
}

/* The epoch lives as long as the outbox does, however often its process dies. */
static enum err take_note(struct reporter *self, struct minsheng_status *s)
{
	struct reporter_slot *slot = self->slot;
	enum err e = minsheng_status(self->minsheng, s);

	if (e != ERR_OK)
		return e;
	if (memcmp(slot->epoch, s->epoch, sizeof(slot->epoch)) != 0) {
		memcpy(slot->epoch, s->epoch, sizeof(slot->epoch));
		atomic_fetch_add(&slot->epochs, 1);
	}
	self->said = s->receipted_rows + s->waiting_rows;
	atomic_store(&slot->submitted, self->said);
	atomic_store(&slot->heard, s->receipted_rows);
	for (size_t v = 0; v < EVENT_VERDICT_COUNT; v++)
		atomic_store(&slot->verdicts[v], s->verdicts[v]);
	return ERR_OK;
}

static enum err submit_chunk(struct reporter *self)
{
	size_t n = 1 + self->said * UINT64_C(2654435761) % CHUNK_MAX;
	struct minsheng_fault fault;
	enum err e;

	if (n > self->until - self->said)
		n = (size_t)(self->until - self->said);
	for (size_t i = 0; i < n; i++) {
		player_next(self->player, &self->rows[i]);
		self->chunk[i] = self->rows[i].row;
	}
	e = minsheng_submit(self->minsheng, self->chunk, n, &fault);
	if (e == ERR_INVALID)
		log_write(LOG_ERROR, "torture", "row %" PRIu64 " %s %s",
			  self->said + fault.row, fault.field, fault.text_en);
	self->said += n;
	atomic_store(&self->slot->submitted, self->said);
	return e;
}

static int live(struct reporter *self, const char *folder)
{
	struct minsheng_options options = { .folder = folder, .on_receipt = on_receipt,
					    .on_state = on_state, .ctx = self };
	struct minsheng_status status;
	struct player_row skipped;
	enum err e = minsheng_open(&options, &self->minsheng);

	if (e != ERR_OK)
		return fail("open", e);
	if ((e = take_note(self, &status)) != ERR_OK)
		return fail("status", e);
	for (uint64_t i = 0; i < self->said; i++)
		player_next(self->player, &skipped);
	while (e == ERR_OK && self->said < self->until)
		e = submit_chunk(self);
	if (e != ERR_OK)
		return fail("submit", e);
	if ((e = minsheng_flush(self->minsheng, FLUSH_MS)) != ERR_OK)
		return fail("flush", e);
	if ((e = take_note(self, &status)) != ERR_OK)
		return fail("status", e);
	return status.waiting_rows == 0 && self->said == self->until ? 0 : 1;
}

int reporter_main(char **argv)
{
	const char *folder = argv[2], *unit = argv[4];
	uint64_t seed = strtoull(argv[5], NULL, 10), rows = strtoull(argv[6], NULL, 10);
	unsigned month = (unsigned)strtoul(argv[7], NULL, 10);
	size_t slot = strtoul(argv[8], NULL, 10), slots = strtoul(argv[9], NULL, 10);
	struct reporter *self = calloc(1, sizeof(*self));
	struct reporter_slot *map;
	struct catalogue *c = NULL;
	struct diag_list diags = { 0 };
	char path[400];
	int status = 1;

	thread_block_signals();
	snprintf(path, sizeof(path), "%s/progress", folder);
	map = reporter_slots_map(path, slots);
	if (self == NULL || map == NULL || crypto_init() != ERR_OK ||
	    catalogue_load(argv[3], &diags, &c) != ERR_OK ||
	    player_new(c, catalogue_unit_number(c, bytes_of_string(unit)), seed, rows,
		       &self->player) != ERR_OK)
		goto out;
	self->slot = &map[slot];
	self->until = player_rows_until(self->player, month);
	atomic_fetch_add(&self->slot->lives, 1);
	snprintf(path, sizeof(path), "%s/%s", folder, unit);
	status = live(self, path);
	minsheng_close(self->minsheng);
out:
	if (self != NULL)
		player_free(self->player);
	catalogue_free(c);
	diag_free(&diags);
	free(self);
	return status;
}
