/* SPDX-License-Identifier: MIT */
/* A reporter as a process of its own, that may be killed at any moment and started again: what it
 * has submitted durably it asks its outbox, and goes on from there. */
#ifndef TORTURE_REPORTER_H
#define TORTURE_REPORTER_H

#include <stdatomic.h>
#include <sys/types.h>

#include "tests/system/torture/player.h"

/* Shared between a reporter and the torturer: a file that both map. */
struct reporter_slot {
	_Atomic uint64_t submitted, heard; /* rows, of all its lives; heard: nearly */
	_Atomic uint64_t verdicts[EVENT_VERDICT_COUNT]; /* as the outbox has them */
	_Atomic uint32_t lives, epochs;
	uint8_t epoch[16];
};
struct reporter_slot *reporter_slots_map(const char *path, size_t count);

struct reporter_task {
	const char *program, *folder; /* of the run */
	const char *catalogue;        /* file */
	const char *unit;
	uint64_t seed, rows;
	unsigned month; /* tell the rows up to its end, wait for the receipts, leave */
	size_t slot, slots;
};
#define REPORTER_ARGS 10
/* Starts it; its log is <folder>/<unit>.log. 0: no process. */
pid_t reporter_spawn(const struct reporter_task *task);
/* The other side: argv as reporter_spawn made it. Exit status. */
int reporter_main(char **argv);

#endif
