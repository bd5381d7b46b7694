/* SPDX-License-Identifier: MIT */
/* pages: what open pages cost. Starts a daemon of its own on loopback, sends it batches as load
 * does, once with nobody looking and once with a crowd of open pages, in turn.
 *
 *     pages [--catalogue FILE] [--rows N] [--reporters 4] [--batch 1000] [--pages 200] [--runs 3]
 *           [--pause MICROSECONDS] [--plain]
 *
 * --pause: one row a message, with that pause between them (an ordinary day), in place of as fast as
 * it goes. Prints rows a second, cores that daemon and crowd took, answers a second, and the daemon's
 * own memory (RssAnon + RssShmem) with no page, with the pages at rest, and at the end. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/date.h"
#include "base/fs.h"
#include "bench/load/sender.h"
#include "bench/pages/crowd.h"
#include "daemon/child.h"

#define ANSWER_BUDGET (4u << 20)
#define RUNS_MAX 16

struct trial {
	struct plan plan;
	const struct catalogue *catalogue;
	unsigned pages, runs;
	int64_t pause_us;
	bool plain;
};

struct figures {
	double rows_a_second, seconds, daemon_share;
	double before_mib, rest_mib, end_mib;
	struct crowd_figures crowd;
};

static double resident_mib(pid_t pid)
{
	return (double)sender_resident_kib(pid) / 1024;
}

/* Processor time of the daemon, seconds. */
static double processor(pid_t pid)
{
	char path[64], text[1024];
	unsigned long long user = 0, system = 0;
	const char *at;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	f = fopen(path, "r");
	if (f == NULL || fgets(text, sizeof(text), f) == NULL)
		sender_die("the daemon is gone");
	fclose(f);
	at = strrchr(text, ')');
	if (at == NULL || sscanf(at, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu",
				 &user, &system) != 2)
		sender_die("/proc says nothing of the daemon");
	return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

static uint16_t area_of(const struct catalogue *c, unsigned index)
{
	for (size_t u = 0; u < c->unit_count; u++)
		if (c->units[u].area && c->units[u].expected && index-- == 0)
			return (uint16_t)u;
	sender_die("more reporters than areas");
}

static void make_sender(const struct trial *t, struct child *daemon, void *zmq, unsigned i,
			struct sender *s)
{
	const struct catalogue *c = t->catalogue;

	*s = (struct sender){ .plan = &t->plan,
			      .catalogue = c,
			      .zmq = zmq,
			      .endpoint = child_address(daemon, "ingest"),
			      .server_key = child_address(daemon, "server_key"),
			      .unit = area_of(c, i),
			      .rows = t->plan.rows / t->plan.reporters[0],
			      .pause_us = t->pause_us };
	s->arena = arena_new(ANSWER_BUDGET);
	s->latencies = calloc(SENDER_LATENCIES, sizeof(*s->latencies));
	sender_choose_measures(s, 0, 1);
	if (s->arena == NULL || s->latencies == NULL || curve_generate(&s->keys) != ERR_OK ||
	    child_add_key(daemon, c->units[s->unit].id, s->keys.public_text) != ERR_OK)
		sender_die("a key was not taken");
}

static void send_all(struct sender *senders, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		if (thread_start("sender", sender_run, &senders[i], &senders[i].thread) != ERR_OK)
			sender_die("a sender was not welcomed");
	for (unsigned i = 0; i < count; i++) {
		thread_join(senders[i].thread);
		if (senders[i].failed)
			sender_die("a sender did not get its receipts");
		arena_free(senders[i].arena);
		free(senders[i].latencies);
	}
}

static void measure(const struct trial *t, struct child *daemon, unsigned pages,
		    struct figures *out)
{
	unsigned count = t->plan.reporters[0];
	struct sender *senders = calloc(count, sizeof(*senders));
	pid_t pid = child_pid(daemon);
	struct crowd *crowd = NULL;
	void *zmq = zmq_ctx_new();
	char month_before[11];
	double used, crowd_used = 0;
	int64_t began;

	if (senders == NULL || zmq == NULL)
		sender_die("no memory");
	for (unsigned i = 0; i < count; i++)
		make_sender(t, daemon, zmq, i, &senders[i]);
	out->before_mib = resident_mib(pid);
	date_format(date_month_last(date_month_of(t->catalogue->to) - 1), month_before);
	if (pages > 0) {
		crowd = crowd_start(child_address(daemon, "http"), pages, month_before, t->plain);
		crowd_used = (double)crowd_look(crowd).processor_us;
	}
	out->rest_mib = resident_mib(pid);
	used = processor(pid);
	began = clock_monotonic_us();
	send_all(senders, count);
	out->seconds = (double)(clock_monotonic_us() - began) / 1e6;
	out->rows_a_second = (double)(t->plan.rows / count * count) / out->seconds;
	out->daemon_share = (processor(pid) - used) / out->seconds;
	out->end_mib = resident_mib(pid);
	if (crowd != NULL) {
		out->crowd = crowd_look(crowd);
		out->crowd.processor_us -= (uint64_t)crowd_used;
	}
	crowd_stop(crowd);
	zmq_ctx_term(zmq);
	free(senders);
}

static struct figures run(const struct trial *t, unsigned pages)
{
	char folder[] = "/tmp/minsheng-pages-XXXXXX";
	const struct catalogue *c = t->catalogue;
	struct child_setting setting = { .program = t->plan.program,
					 .catalogue = t->plan.catalogue_file,
					 .cancel_fd = -1,
					 .clock_ms = date_begin_ms(c->to, c->offset_minutes) +
						     12 * 3600 * 1000 };
	struct figures out = { 0 };
	struct child *daemon;

	setting.folder = mkdtemp(folder);
	if (setting.folder == NULL || child_start(&setting, &daemon) != ERR_OK)
		sender_die("the daemon did not start; see daemon.log in its folder");
	measure(t, daemon, pages, &out);
	child_stop(daemon);
	if (fs_remove_tree(folder) != ERR_OK)
		sender_die("the temporary folder stays");
	printf("%6u %12.0f %7.1f %8.2f %8.2f %9.1f %9.1f %7.1f %9.1f %9.1f %9.1f\n", pages,
	       out.rows_a_second, out.seconds, out.daemon_share,
	       (double)out.crowd.processor_us / 1e6 / out.seconds,
	       (double)(out.crowd.answers + out.crowd.unchanged) / out.seconds,
	       (double)out.crowd.bytes / out.seconds / 1e6, (double)out.crowd.slowest_us / 1e3,
	       out.before_mib, out.rest_mib, out.end_mib);
	if (out.crowd.refused > 0)
		printf("       %llu answers were refusals\n",
		       (unsigned long long)out.crowd.refused);
	fflush(stdout);
	return out;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double median(double *values, unsigned n)
{
	qsort(values, n, sizeof(*values), by_size);
	return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

static void run_all(const struct trial *t)
{
	double without[RUNS_MAX], with[RUNS_MAX], more[RUNS_MAX], share[RUNS_MAX], ratio[RUNS_MAX],
		used;

	printf("%6s %12s %7s %8s %8s %9s %9s %7s %9s %9s %9s\n", "pages", "rows/s", "seconds",
	       "daemon", "crowd", "answers/s", "MB/s", "slow ms", "MiB none", "MiB rest",
	       "MiB end");
	for (unsigned i = 0; i < t->runs; i++) {
		struct figures f = run(t, 0);
		double end = f.end_mib;

		used = f.daemon_share * f.seconds;
		without[i] = f.rows_a_second;
		f = run(t, t->pages);
		with[i] = f.rows_a_second;
		more[i] = f.end_mib - end;
		ratio[i] = with[i] / without[i];
		share[i] = f.daemon_share - used / f.seconds;
	}
	printf("medians: %.0f rows/s without, %.0f with %u pages; "
	       "of the pairs %+.1f %%, %+.1f MiB\n",
	       median(without, t->runs), median(with, t->runs), t->pages,
	       (median(ratio, t->runs) - 1) * 100, median(more, t->runs));
	printf("processor time that the pages take from the same rows: %.1f %% of a core\n",
	       median(share, t->runs) * 100);
}

static void parse(int argc, char **argv, struct trial *t)
{
	static const struct option longs[] = { { "catalogue", required_argument, NULL, 'c' },
					       { "rows", required_argument, NULL, 'r' },
					       { "reporters", required_argument, NULL, 'n' },
					       { "batch", required_argument, NULL, 'b' },
					       { "pages", required_argument, NULL, 'p' },
					       { "runs", required_argument, NULL, 'x' },
					       { "pause", required_argument, NULL, 'u' },
					       { "plain", no_argument, NULL, 'o' },
					       { NULL, 0, NULL, 0 } };
	int c;

	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		unsigned long long n = optarg ? strtoull(optarg, NULL, 10) : 0;

		switch (c) {
		case 'c':
			t->plan.catalogue_file = optarg;
			break;
		case 'r':
			t->plan.rows = n;
			break;
		case 'n':
			t->plan.reporters[0] = (unsigned)n;
			break;
		case 'b':
			t->plan.batch = (uint32_t)n;
			break;
		case 'p':
			t->pages = (unsigned)n;
			break;
		case 'x':
			t->runs = (unsigned)n;
			break;
		case 'u':
			t->pause_us = (int64_t)n;
			break;
		case 'o':
			t->plain = true;
			break;
		default:
			sender_die("usage: see the top of bench/pages.c");
		}
	}
	if (t->plan.rows == 0 || t->plan.reporters[0] == 0 || t->plan.batch == 0 || t->pages == 0 ||
	    t->pages > 1000 || t->runs == 0 || t->runs > RUNS_MAX)
		sender_die(
			"rows, reporters, batch, pages (to 1000) and runs (to 16) must be above 0");
}

int main(int argc, char **argv)
{
	struct trial t = { .plan = { .catalogue_file = "catalogue/jining-2022.yaml",
				     .rows = 24000000,
				     .batch = 1000,
				     .reporters = { 4 },
				     .reporter_counts = 1 },
			   .pages = 200,
			   .runs = 3 };
	struct diag_list diags = { 0 };
	struct catalogue *c;
	char program[400];

	thread_block_signals();
	parse(argc, argv, &t);
	snprintf(program, sizeof(program), "%s/minshengd",
		 getenv("MINSHENG_BIN") ? getenv("MINSHENG_BIN") : "build/bin");
	t.plan.program = program;
	if (crypto_init() != ERR_OK ||
	    catalogue_load(t.plan.catalogue_file, &diags, &c) != ERR_OK) {
		diag_print(&diags, LANG_EN, stderr);
		sender_die("no catalogue");
	}
	t.catalogue = c;
	run_all(&t);
	catalogue_free(c);
	diag_free(&diags);
	return 0;
}
