/* SPDX-License-Identifier: MIT */
/* load: what the whole road carries. Starts a daemon of its own on loopback, lets reporters in
 * (CURVE, a thread and a socket each) and sends them sealed batches within their credit; a row
 * counts once its receipt has come, that is, once it is durable, deduplicated and totalled.
 *
 *     load [--catalogue FILE] [--rows N] [--reporters 1,4,16] [--batch 1000] [--shape month-end|worst]
 *
 * Prints rows a second, p50 and p99 from send to receipt at full load, bytes on disk a row and the
 * daemon's own memory (RssAnon + RssShmem), then the latency of single rows at 100 a second. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zmq.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/date.h"
#include "base/fs.h"
#include "bench/load/sender.h"
#include "daemon/child.h"
#include "proto/limits.h"

#define ANSWER_BUDGET (4u << 20)

/* --- one run ---------------------------------------------------------------------------------- */

struct figures {
	double rows_a_second;
	uint32_t p50_us, p99_us;
	double bytes_a_row;
	uint64_t resident_kib;
	uint64_t other_verdicts;
};

static int by_size(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static uint64_t store_bytes(const char *folder)
{
	char path[400];
	struct stat st;

	snprintf(path, sizeof(path), "%s/store/data.mdb", folder);
	return stat(path, &st) == 0 ? (uint64_t)st.st_blocks * 512 : 0;
}

static void take_figures(struct sender *senders, unsigned count, double seconds, uint64_t rows,
			 struct figures *out)
{
	uint32_t *all;
	size_t n = 0, at = 0;

	for (unsigned i = 0; i < count; i++)
		n += senders[i].latency_count;
	all = calloc(n ? n : 1, sizeof(*all));
	if (all == NULL)
		sender_die("no memory");
	for (unsigned i = 0; i < count; i++) {
		memcpy(all + at, senders[i].latencies,
		       senders[i].latency_count * sizeof(*all));
		at += senders[i].latency_count;
		out->other_verdicts += senders[i].other_verdicts;
	}
	qsort(all, n, sizeof(*all), by_size);
	out->rows_a_second = (double)rows / seconds;
	out->p50_us = n ? all[n / 2] : 0;
	out->p99_us = n ? all[n * 99 / 100] : 0;
	free(all);
}

static unsigned count_areas(const struct catalogue *c)
{
	unsigned areas = 0;

	for (size_t u = 0; u < c->unit_count; u++)
		areas += c->units[u].area && c->units[u].expected;
	return areas;
}

/* The n-th area that reports, in the order of the catalogue. */
static uint16_t area_of(const struct catalogue *c, unsigned index)
{
	for (size_t u = 0; u < c->unit_count; u++)
		if (c->units[u].area && c->units[u].expected && index-- == 0)
			return (uint16_t)u;
	return CATALOGUE_NONE;
}

static struct figures measure(const struct plan *plan, const struct catalogue *c, unsigned reporters,
			      uint64_t rows, int64_t pause_us)
{
	char folder[] = "/tmp/minsheng-load-XXXXXX";
	struct child_setting setting = { .program = plan->program, .catalogue = plan->catalogue_file,
					 .cancel_fd = -1,
					 .clock_ms = date_begin_ms(c->to, c->offset_minutes) +
						     12 * 3600 * 1000 };
	struct sender *senders = calloc(reporters, sizeof(*senders));
	struct figures out = { 0 };
	unsigned areas = count_areas(c);
	struct child *daemon;
	uint64_t before;
	int64_t began;
	void *zmq;

	setting.folder = mkdtemp(folder);
	if (senders == NULL || setting.folder == NULL || child_start(&setting, &daemon) != ERR_OK)
		sender_die("the daemon did not start; see daemon.log in its folder");
	zmq = zmq_ctx_new();
	for (unsigned i = 0; i < reporters; i++) {
		struct sender *s = &senders[i];

		*s = (struct sender){ .plan = plan, .catalogue = c, .zmq = zmq,
				      .endpoint = child_address(daemon, "ingest"),
				      .server_key = child_address(daemon, "server_key"),
				      .unit = area_of(c, i % areas), .rows = rows / reporters,
				      .pause_us = pause_us };
		s->arena = arena_new(ANSWER_BUDGET);
		s->latencies = calloc(SENDER_LATENCIES, sizeof(*s->latencies));
		sender_choose_measures(s, i / areas, (reporters - i % areas + areas - 1) / areas);
		if (s->arena == NULL || s->latencies == NULL || curve_generate(&s->keys) != ERR_OK ||
		    child_add_key(daemon, c->units[s->unit].id, s->keys.public_text) != ERR_OK)
			sender_die("a key was not taken");
	}
	before = store_bytes(folder);
	began = clock_monotonic_us();
	for (unsigned i = 0; i < reporters; i++)
		if (thread_start("sender", sender_run, &senders[i], &senders[i].thread) != ERR_OK)
			sender_die("a sender was not welcomed");
	for (unsigned i = 0; i < reporters; i++) {
		thread_join(senders[i].thread);
		if (senders[i].failed)
			sender_die("a sender did not get its receipts");
	}
	take_figures(senders, reporters, (double)(clock_monotonic_us() - began) / 1e6,
		     rows / reporters * reporters, &out);
	out.resident_kib = sender_resident_kib(child_pid(daemon));
	out.bytes_a_row = (double)(store_bytes(folder) - before) / (double)rows;
	child_stop(daemon);
	for (unsigned i = 0; i < reporters; i++) {
		arena_free(senders[i].arena);
		free(senders[i].latencies);
	}
	zmq_ctx_term(zmq);
	free(senders);
	if (fs_remove_tree(folder) != ERR_OK)
		sender_die("the temporary folder stays");
	return out;
}

/* --- all -------------------------------------------------------------------------------------- */

static void parse(int argc, char **argv, struct plan *plan)
{
	static const struct option longs[] = {
		{ "catalogue", required_argument, NULL, 'c' },
		{ "rows", required_argument, NULL, 'r' },
		{ "reporters", required_argument, NULL, 'n' },
		{ "batch", required_argument, NULL, 'b' },
		{ "shape", required_argument, NULL, 's' },
		{ NULL, 0, NULL, 0 }
	};
	int c;

	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		if (c == 'c') {
			plan->catalogue_file = optarg;
		} else if (c == 'r') {
			plan->rows = strtoull(optarg, NULL, 10);
		} else if (c == 'b') {
			plan->batch = (uint32_t)strtoul(optarg, NULL, 10);
		} else if (c == 's') {
			plan->worst = strcmp(optarg, "worst") == 0;
		} else if (c == 'n') {
			plan->reporter_counts = 0;
			for (char *p = strtok(optarg, ","); p && plan->reporter_counts < 8;
			     p = strtok(NULL, ","))
				plan->reporters[plan->reporter_counts++] =
					(unsigned)strtoul(p, NULL, 10);
		} else {
			sender_die("usage: load [--catalogue FILE] [--rows N] [--reporters 1,4,16] "
			    "[--batch 1000] [--shape month-end|worst]");
		}
	}
	if (plan->rows == 0 || plan->batch == 0 || plan->batch > LIMITS_BATCH_ROWS)
		sender_die("rows and batch must be above 0, and a batch at most 10000");
}

int main(int argc, char **argv)
{
	struct plan plan = { .catalogue_file = "catalogue/jining-2022.yaml", .rows = 4000000,
			     .batch = 1000, .reporters = { 1, 4, 16 }, .reporter_counts = 3 };
	struct diag_list diags = { 0 };
	struct catalogue *c;
	struct figures f;
	char program[400];

	thread_block_signals();
	parse(argc, argv, &plan);
	snprintf(program, sizeof(program), "%s/minshengd",
		 getenv("MINSHENG_BIN") ? getenv("MINSHENG_BIN") : "build/bin");
	plan.program = program;
	if (crypto_init() != ERR_OK || catalogue_load(plan.catalogue_file, &diags, &c) != ERR_OK) {
		diag_print(&diags, LANG_EN, stderr);
		sender_die("no catalogue");
	}
	printf("%llu rows in batches of %u, %s shape, CURVE, fsync before each receipt\n",
	       (unsigned long long)plan.rows, plan.batch, plan.worst ? "worst" : "month-end");
	printf("%10s %14s %10s %10s %12s %12s %10s\n", "reporters", "rows/s", "p50 ms", "p99 ms",
	       "bytes/row", "RSS MiB", "others");
	for (size_t i = 0; i < plan.reporter_counts; i++) {
		f = measure(&plan, c, plan.reporters[i], plan.rows, 0);
		printf("%10u %14.0f %10.2f %10.2f %12.2f %12.1f %10llu\n", plan.reporters[i],
		       f.rows_a_second, f.p50_us / 1e3, f.p99_us / 1e3, f.bytes_a_row,
		       (double)f.resident_kib / 1024, (unsigned long long)f.other_verdicts);
		fflush(stdout);
	}
	f = measure(&plan, c, 1, 1000, 10000);
	printf("one row a message, 100 a second: p50 %.2f ms, p99 %.2f ms\n", f.p50_us / 1e3,
	       f.p99_us / 1e3);
	catalogue_free(c);
	diag_free(&diags);
	return 0;
}
