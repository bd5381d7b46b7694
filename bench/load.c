/* SPDX-License-Identifier: MIT */
/* load: what the whole road carries. Starts a daemon of its own on loopback, lets reporters in
 * (CURVE, a thread and a socket each) and sends them sealed batches within their credit; a row
 * counts once its receipt has come, that is, once it is durable, deduplicated and totalled.
 *
 *     load [--catalogue FILE] [--rows N] [--reporters 1,4,16] [--batch 1000] [--shape month-end|worst]
 *
 * Prints rows a second, p50 and p99 from send to receipt at full load, bytes on disk a row and the
 * daemon's own memory (RssAnon + RssShmem), then the latency of single rows at 100 a second. */
#include <dirent.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zmq.h>

#include "aggregator/catalogue/catalogue.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/date.h"
#include "base/fs.h"
#include "base/thread.h"
#include "daemon/child.h"
#include "proto/codec.h"
#include "proto/curve.h"
#include "proto/limits.h"
#include "proto/message.h"

#define MEASURES_MAX 128
#define LATENCIES_MAX (1u << 20)
#define ANSWER_BUDGET (4u << 20)
#define GIVE_UP_MS 60000
#define RATIO_WHOLE (INT64_C(1) << 40) /* above every numerator that a run makes */

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
	uint16_t measures[MEASURES_MAX];
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
	} flight[4096];
	uint32_t *latencies;
	size_t latency_count;
	uint64_t other_verdicts;
	bool failed;
};

static void die(const char *what)
{
	fprintf(stderr, "load: %s\n", what);
	exit(1);
}

/* --- batches ---------------------------------------------------------------------------------- */

/* Quantities and ratios that this unit reports itself; where several senders speak for one unit, each takes
 * its part of them. */
static void choose_measures(struct sender *s, unsigned rank, unsigned sharers)
{
	const struct catalogue *c = s->catalogue;
	unsigned seen = 0;

	for (size_t m = 0; m < c->measure_count && s->measure_count < MEASURES_MAX; m++)
		if ((c->measures[m].kind == CATALOGUE_QUANTITY ||
		     c->measures[m].kind == CATALOGUE_RATIO) &&
		    !c->measures[m].has_cap &&
		    catalogue_owner(c, (uint16_t)m, s->unit) == s->unit && seen++ % sharers == rank)
			s->measures[s->measure_count++] = (uint16_t)m;
	if (s->measure_count == 0)
		die("a reporter has nothing to report");
}

/* Month end: the last three days of the year. Worst: any day of it. Figures rise with the day and
 * with each round, so that every row changes its cell. */
static enum err make_batch(struct sender *s, uint32_t rows, struct buf *out)
{
	static const uint32_t zero_u32;
	static const int64_t zero_i64;
	const struct catalogue *c = s->catalogue;
	struct event_target targets[MEASURES_MAX];
	struct bytes unit = bytes_of_string(c->units[s->unit].id);
	uint32_t target[LIMITS_BATCH_ROWS];
	int64_t value[LIMITS_BATCH_ROWS], denominator[LIMITS_BATCH_ROWS];
	int32_t as_of[LIMITS_BATCH_ROWS];
	uint32_t days = (uint32_t)(c->to - c->from) + 1;
	struct event_batch b = {
		.rows = rows, .targets = targets, .target_count = s->measure_count,
		.units = &unit, .unit_count = 1,
		.target = { target, 1 }, .unit = { &zero_u32, 0 }, .kind = { &zero_u32, 0 },
		.value = { value, 1 }, .denominator = { denominator, 1 }, .as_of = { as_of, 1 },
		.observed = { &zero_i64, 0 }
	};

	for (size_t m = 0; m < s->measure_count; m++) {
		const struct catalogue_measure *measure = &c->measures[s->measures[m]];

		targets[m] = (struct event_target){ bytes_of_string(measure->id),
						    bytes_of_string(measure->uom),
						    measure->decimals };
	}
	for (uint32_t r = 0; r < rows; r++, s->made++) {
		uint32_t day = s->plan->worst ? crypto_random_below(days) :
						days - 3 + (uint32_t)(s->made / s->measure_count % 3);

		target[r] = (uint32_t)(s->made % s->measure_count);
		denominator[r] = c->measures[s->measures[target[r]]].kind == CATALOGUE_RATIO ?
					 RATIO_WHOLE :
					 0;
		as_of[r] = c->from + (int32_t)day;
		value[r] = (int64_t)day * INT64_C(1000000000) + (int64_t)s->made;
	}
	return codec_batch_encode(&b, out);
}

static enum err seal(struct sender *s, uint32_t rows, struct buf *out)
{
	struct envelope e = { .version = LIMITS_VERSION, .type = ENVELOPE_BATCH, .rows = rows,
			      .first_sequence = s->next };
	uint8_t *header;

	memcpy(e.epoch, s->epoch, sizeof(e.epoch));
	buf_clear(out);
	header = buf_extend(out, LIMITS_HEADER);
	if (header != NULL)
		envelope_encode(&e, header);
	return make_batch(s, rows, out);
}

/* --- the wire --------------------------------------------------------------------------------- */

static void open_socket(struct sender *s)
{
	int zero = 0, big = 10000;

	s->socket = zmq_socket(s->zmq, ZMQ_DEALER);
	if (s->socket == NULL || zmq_setsockopt(s->socket, ZMQ_LINGER, &zero, sizeof(zero)) ||
	    zmq_setsockopt(s->socket, ZMQ_SNDHWM, &big, sizeof(big)) ||
	    zmq_setsockopt(s->socket, ZMQ_CURVE_SERVERKEY, s->server_key, CURVE_TEXT_LEN) ||
	    zmq_setsockopt(s->socket, ZMQ_CURVE_PUBLICKEY, s->keys.public_text, CURVE_TEXT_LEN) ||
	    zmq_setsockopt(s->socket, ZMQ_CURVE_SECRETKEY, s->keys.secret_text, CURVE_TEXT_LEN) ||
	    zmq_connect(s->socket, s->endpoint))
		die(zmq_strerror(zmq_errno()));
}

static bool is_readable(struct sender *s, long timeout_ms)
{
	zmq_pollitem_t item = { s->socket, 0, ZMQ_POLLIN, 0 };

	return zmq_poll(&item, 1, timeout_ms) > 0;
}

static void note_receipts(struct sender *s, const struct message_receipts *m)
{
	int64_t now = clock_monotonic_us();

	s->credit = m->credit;
	s->acknowledged = m->expected - 1;
	for (size_t i = 0; i < m->count; i++)
		for (unsigned v = 1; v < EVENT_VERDICT_COUNT; v++)
			s->other_verdicts += m->items[i].counts[v];
	while (s->flight_head != s->flight_tail &&
	       s->flight[s->flight_head % 4096].through <= s->acknowledged) {
		s->in_flight -= s->flight[s->flight_head % 4096].bytes;
		if (s->latency_count < LATENCIES_MAX)
			s->latencies[s->latency_count++] =
				(uint32_t)(now - s->flight[s->flight_head % 4096].sent_us);
		s->flight_head++;
	}
}

/* Takes one message; false where it says no. */
static bool take(struct sender *s)
{
	struct envelope header;
	struct message_receipts receipts;
	struct message_refused refused;
	struct message_welcome welcome;
	struct bytes body;
	zmq_msg_t msg;
	bool good = true;

	zmq_msg_init(&msg);
	if (zmq_msg_recv(&msg, s->socket, 0) < 0)
		die(zmq_strerror(zmq_errno()));
	arena_reset(s->arena);
	if (envelope_decode(bytes_of(zmq_msg_data(&msg), zmq_msg_size(&msg)), &header, &body)) {
		good = false;
	} else if (header.type == ENVELOPE_RECEIPTS) {
		good = message_receipts_decode(body, s->arena, &receipts) == ERR_OK;
		if (good)
			note_receipts(s, &receipts);
	} else if (header.type == ENVELOPE_WELCOME) {
		good = message_welcome_decode(body, s->arena, &welcome) == ERR_OK;
		s->credit = welcome.credit;
	} else if (header.type == ENVELOPE_REFUSED) {
		good = message_refused_decode(body, s->arena, &refused) == ERR_OK &&
		       refused.code == MESSAGE_REFUSED_BUSY;
		if (!good)
			fprintf(stderr, "load: refused %u: %.*s\n", refused.code,
				(int)refused.text.len, refused.text.data);
	}
	zmq_msg_close(&msg);
	return good;
}

static bool say_hello(struct sender *s)
{
	struct message_hello hello = { .first_held = 1, .next = 1,
				       .software = bytes_of_string("load/1") };
	struct buf out = { 0 };
	bool good;

	crypto_random(s->epoch, sizeof(s->epoch));
	s->next = 1;
	good = message_hello_encode(&hello, s->epoch, &out) == ERR_OK &&
	       zmq_send(s->socket, out.data, out.len, 0) >= 0 && is_readable(s, GIVE_UP_MS) &&
	       take(s) && s->credit > 0;
	buf_free(&out);
	return good;
}

static bool send_batch(struct sender *s, struct buf *out)
{
	uint64_t left = s->rows - (s->next - 1);
	uint32_t rows = left < s->plan->batch ? (uint32_t)left : s->plan->batch;

	if (s->pause_us > 0)
		rows = 1;
	if (seal(s, rows, out) != ERR_OK)
		return false;
	s->next += rows;
	s->flight[s->flight_tail % 4096].through = s->next - 1;
	s->flight[s->flight_tail % 4096].bytes = out->len;
	s->flight[s->flight_tail % 4096].sent_us = clock_monotonic_us();
	s->flight_tail++;
	s->in_flight += out->len;
	return zmq_send(s->socket, out->data, out->len, 0) >= 0;
}

static bool may_send(const struct sender *s)
{
	return s->next <= s->rows && s->in_flight + LIMITS_BATCH_BYTES / 4 < s->credit &&
	       s->flight_tail - s->flight_head < 4096;
}

static bool pump(struct sender *s)
{
	struct buf out = { 0 };
	int64_t next_us = clock_monotonic_us();
	bool good = true;

	while (good && s->acknowledged < s->rows) {
		int64_t now = clock_monotonic_us();
		bool due = s->pause_us == 0 || now >= next_us;
		long wait_ms = s->pause_us && !due ? (long)((next_us - now) / 1000) : GIVE_UP_MS;

		if (may_send(s) && due) {
			good = send_batch(s, &out);
			next_us += s->pause_us;
			wait_ms = 0;
		} else if (s->pause_us && s->next <= s->rows && wait_ms == 0) {
			wait_ms = 1;
		}
		if (is_readable(s, wait_ms))
			good = good && take(s);
		else if (wait_ms == GIVE_UP_MS)
			good = false;
	}
	buf_free(&out);
	return good;
}

static void run(struct thread *self, void *arg)
{
	struct sender *s = arg;

	open_socket(s);
	if (!say_hello(s)) {
		s->failed = true;
		thread_ready(self, ERR_TIMEOUT);
	} else {
		thread_ready(self, ERR_OK);
		s->failed = !pump(s);
	}
	zmq_close(s->socket);
}

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

static uint64_t resident_kib(pid_t pid)
{
	char path[64], line[256];
	unsigned long long kib, sum = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	f = fopen(path, "r");
	if (f == NULL)
		die("the daemon is gone");
	while (fgets(line, sizeof(line), f) != NULL)
		if (sscanf(line, "RssAnon: %llu", &kib) == 1 ||
		    sscanf(line, "RssShmem: %llu", &kib) == 1)
			sum += kib;
	fclose(f);
	return sum;
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
		die("no memory");
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
		die("the daemon did not start; see daemon.log in its folder");
	zmq = zmq_ctx_new();
	for (unsigned i = 0; i < reporters; i++) {
		struct sender *s = &senders[i];

		*s = (struct sender){ .plan = plan, .catalogue = c, .zmq = zmq,
				      .endpoint = child_address(daemon, "ingest"),
				      .server_key = child_address(daemon, "server_key"),
				      .unit = area_of(c, i % areas), .rows = rows / reporters,
				      .pause_us = pause_us };
		s->arena = arena_new(ANSWER_BUDGET);
		s->latencies = calloc(LATENCIES_MAX, sizeof(*s->latencies));
		choose_measures(s, i / areas, (reporters - i % areas + areas - 1) / areas);
		if (s->arena == NULL || s->latencies == NULL || curve_generate(&s->keys) != ERR_OK ||
		    child_add_key(daemon, c->units[s->unit].id, s->keys.public_text) != ERR_OK)
			die("a key was not taken");
	}
	before = store_bytes(folder);
	began = clock_monotonic_us();
	for (unsigned i = 0; i < reporters; i++)
		if (thread_start("sender", run, &senders[i], &senders[i].thread) != ERR_OK)
			die("a sender was not welcomed");
	for (unsigned i = 0; i < reporters; i++) {
		thread_join(senders[i].thread);
		if (senders[i].failed)
			die("a sender did not get its receipts");
	}
	take_figures(senders, reporters, (double)(clock_monotonic_us() - began) / 1e6,
		     rows / reporters * reporters, &out);
	out.resident_kib = resident_kib(child_pid(daemon));
	out.bytes_a_row = (double)(store_bytes(folder) - before) / (double)rows;
	child_stop(daemon);
	for (unsigned i = 0; i < reporters; i++) {
		arena_free(senders[i].arena);
		free(senders[i].latencies);
	}
	zmq_ctx_term(zmq);
	free(senders);
	if (fs_remove_tree(folder) != ERR_OK)
		die("the temporary folder stays");
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
			die("usage: load [--catalogue FILE] [--rows N] [--reporters 1,4,16] "
			    "[--batch 1000] [--shape month-end|worst]");
		}
	}
	if (plan->rows == 0 || plan->batch == 0 || plan->batch > LIMITS_BATCH_ROWS)
		die("rows and batch must be above 0, and a batch at most 10000");
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
		die("no catalogue");
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
