/* SPDX-License-Identifier: MIT */
/* One reporter of the load generator: a thread, a socket, a key, and what it measured. */
#ifndef BENCH_LOAD_SENDER_H
#define BENCH_LOAD_SENDER_H

#include <sys/types.h>

#include "aggregator/catalogue/catalogue.h"
#include "base/arena.h"
#include "base/thread.h"
#include "proto/curve.h"
#include "proto/envelope.h"

#define SENDER_MEASURES 128
#define SENDER_LATENCIES (1u << 20)
#define SENDER_FLIGHT 4096 /* batches in flight at most */

struct plan {
	const char *catalogue_file;
	const char *program;
	uint64_t rows;
	uint32_t batch;
	bool worst;
	unsigned reporters[8];
	size_t reporter_counts;
};

/* One reporter: its key, its sequence, and what it measured. */
struct sender {
	const struct plan *plan;
	const struct catalogue *catalogue;
	void *zmq;
	const char *endpoint, *server_key;
	struct curve_pair keys;
	uint16_t unit;
	uint64_t rows;          /* to send */
	int64_t pause_us;       /* between batches; 0: as fast as the credit allows */
	uint16_t measures[SENDER_MEASURES];
	size_t measure_count;
	struct thread *thread;
	/* of the thread */
	void *socket;
	struct arena *arena;
	uint8_t epoch[ENVELOPE_EPOCH_LEN];
	uint64_t next, acknowledged, made;
	uint32_t credit;
	size_t in_flight, flight_head, flight_tail;
	struct {
		uint64_t through;
		size_t bytes;
		int64_t sent_us;
	} flight[SENDER_FLIGHT];
	uint32_t *latencies;
	size_t latency_count;
	uint64_t other_verdicts;
	bool failed;
};

/* Says what is wrong and ends the program. */
_Noreturn void sender_die(const char *what);
/* Memory of a process that is its own: anonymous and shared pages, without mapped files. */
uint64_t sender_resident_kib(pid_t pid);
/* Quantities and ratios that the unit reports itself; where several senders speak for one unit,
 * each takes its part of them. */
void sender_choose_measures(struct sender *s, unsigned rank, unsigned sharers);
/* For thread_start: ready once it is welcomed. */
void sender_run(struct thread *self, void *arg);

#endif
