/* SPDX-License-Identifier: MIT */
/* Judging on a real catalogue: a commit that moved every figure of a closed period, a tick on which
 * nothing happens, a tick that closes a month. What is timed is the judge alone: reading cells,
 * deciding, and folding what was decided into tables and memory; not the disk, and not the state
 * hash that a tick's entry carries. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "aggregator/alerts/judge.h"
#include "aggregator/catalogue/calendar.h"
#include "base/crypto.h"
#include "base/date.h"
#include "base/fs.h"
#include "base/log.h"

#define CLOSED_MONTHS 8
#define RESTATED 10
#define SAMPLES_MAX 20000
#define LIMIT_ALL_US 5000
#define LIMIT_QUIET_US 50

/* Microseconds, in the order in which they were taken until they are sorted. */
struct samples {
	double us[SAMPLES_MAX];
	size_t count;
};

struct bench {
	struct catalogue *c;
	char folder[64];
	struct store *store;
	struct store_txn *txn;
	struct cells *cells;
	struct judge *judge;
	struct buf decisions;
	uint64_t position;
	int32_t today;
	struct judge_fact *facts;
	size_t fact_count, cell_count;
	struct samples decide, apply, both;
};

static void must(enum err e, const char *what)
{
	if (e == ERR_OK)
		return;
	fprintf(stderr, "judge: %s: %s\n", what, err_name(e));
	exit(1);
}

/* --- time ------------------------------------------------------------------------------------- */

/* Of this thread on a processor: what others do on the machine meanwhile does not count. */
static double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void sample(struct samples *s, double us)
{
	if (s->count < SAMPLES_MAX)
		s->us[s->count++] = us;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* limit: 0 for none. True: the median keeps it. */
static bool print_samples(const char *what, struct samples *s, double limit)
{
	double median;

	if (s->count == 0)
		return false;
	qsort(s->us, s->count, sizeof(s->us[0]), by_size);
	median = s->us[s->count / 2];
	printf("%-44s %6zu %9.1f %9.1f %9.1f %9.1f", what, s->count, s->us[0], median,
	       s->us[s->count * 95 / 100], s->us[s->count - 1]);
	if (limit > 0)
		printf("  %s %.0f", median < limit ? "<" : "ABOVE", limit);
	putchar('\n');
	return limit == 0 || median < limit;
}

/* --- entries ---------------------------------------------------------------------------------- */

static struct judge_entry entry_of(const struct bench *b, bool tick)
{
	return (struct judge_entry){ .position = b->position,
				     .time_ms = date_begin_ms(b->today, b->c->offset_minutes) +
						(tick ? 0 : 3600000),
				     .tick = tick,
				     .day = b->today,
				     .facts = b->facts,
				     .fact_count = b->fact_count };
}

/* Ends an entry; timed where the samples are wanted. */
static void say(struct bench *b, bool tick, bool timed)
{
	struct judge_entry e;
	double begun, decided, done;

	b->position++;
	e = entry_of(b, tick);
	buf_clear(&b->decisions);
	begun = now_us();
	must(judge_decide(b->judge, b->txn, b->cells, &e, &b->decisions), "deciding");
	decided = now_us();
	must(judge_apply(b->judge, b->txn, &e, buf_bytes(&b->decisions), NULL), "applying");
	done = now_us();
	b->fact_count = 0;
	if (!timed)
		return;
	sample(&b->decide, decided - begun);
	sample(&b->apply, done - decided);
	sample(&b->both, done - begun);
}

static void commit(struct bench *b)
{
	must(cells_flush(b->cells, b->txn), "flushing");
	must(store_commit(&b->txn), "committing");
	cells_committed(b->cells, NULL, NULL);
	judge_committed(b->judge);
	must(store_begin_write(b->store, &b->txn), "a new group");
}

/* --- figures ---------------------------------------------------------------------------------- */

static bool has_cell(const struct catalogue *c, uint16_t measure, uint16_t unit)
{
	const struct catalogue_measure *m = &c->measures[measure];

	return m->kind != CATALOGUE_COMPOSITE && m->figure != CATALOGUE_DERIVED &&
	       catalogue_owner(c, measure, unit) != CATALOGUE_NONE;
}

/* A share of the year's task that differs by cell, so that every colour occurs; turn: no two calls
 * give the same figure. */
static struct cell_row row_of(const struct bench *b, uint16_t measure, uint16_t unit,
			      int32_t as_of, unsigned turn)
{
	const struct catalogue_measure *m = &b->c->measures[measure];
	int64_t month = date_month_of(as_of) - date_month_of(b->c->from) + 1, quota = 0;
	unsigned per_cent = 50 + (measure * 7u + unit * 13u) % 70;
	struct cell_row r = { .kind = EVENT_TOTAL, .as_of = as_of, .position = b->position + 1,
			      .known = b->today, .revision = turn };

	if (m->kind == CATALOGUE_RATIO) {
		r.denominator = 100000;
		r.value = 40000 + month * 1000 + turn;
		return r;
	}
	if (!catalogue_quota_of(m, unit, &quota))
		quota = m->target;
	r.value = quota * month * per_cent / 1200 + turn;
	return r;
}

static void fact(struct bench *b, enum judge_fact_kind kind, uint16_t measure, uint16_t unit,
		 int32_t as_of)
{
	b->facts[b->fact_count++] = (struct judge_fact){
		.kind = kind, .measure = measure, .unit = unit, .as_of = as_of };
}

/* Every cell gets a figure for the day. Returns how many they are. */
static size_t report_all(struct bench *b, int32_t as_of, unsigned turn)
{
	size_t n = 0;

	for (uint16_t m = 0; m < b->c->measure_count; m++) {
		for (uint16_t u = 0; u < b->c->unit_count; u++) {
			struct cell_row row;
			struct cell *cell;
			bool changed;

			if (!has_cell(b->c, m, u))
				continue;
			row = row_of(b, m, u, as_of, turn);
			must(cells_get(b->cells, b->txn, cell_counting(b->c, m, u), &cell), "a cell");
			must(cells_fold(b->cells, b->txn, cell, &row, &changed), "a row");
			must(cells_reported(b->cells, b->txn, cell, as_of,
					    date_begin_ms(b->today, b->c->offset_minutes),
					    b->position + 1), "a report");
			fact(b, JUDGE_FIGURE, m, u, as_of);
			n++;
		}
	}
	return n;
}

/* Days pass; those that close a month, or those that don't, are timed. */
static void until(struct bench *b, int32_t day, bool time_closing, bool time_quiet)
{
	while (b->today < day) {
		bool closes = calendar_closed_period(b->c, b->today + 1) !=
			      calendar_closed_period(b->c, b->today);

		b->today++;
		say(b, true, closes ? time_closing : time_quiet);
	}
}

/* --- life ------------------------------------------------------------------------------------- */

static void open_bench(struct bench *b)
{
	const struct store_options options = { .no_sync = true, .map_bytes = UINT64_C(1) << 30 };
	char path[80];

	snprintf(b->folder, sizeof(b->folder), "/tmp/minsheng-bench-XXXXXX");
	if (mkdtemp(b->folder) == NULL)
		must(ERR_IO, "a folder");
	snprintf(path, sizeof(path), "%s/store", b->folder);
	must(store_open(path, &options, &b->store), "a store");
	must(store_begin_write(b->store, &b->txn), "a group");
	must(cells_new(b->c, &b->cells), "cells");
	must(judge_new(b->txn, b->c, &b->judge), "the judge");
	b->facts = calloc(b->c->measure_count * b->c->unit_count, sizeof(*b->facts));
	if (b->facts == NULL)
		must(ERR_NOMEM, "facts");
	b->today = b->c->from;
	b->position = 0;
	b->fact_count = 0;
}

static void close_bench(struct bench *b)
{
	judge_free(b->judge);
	cells_free(b->cells);
	store_abort(&b->txn);
	store_close(b->store);
	free(b->facts);
	(void)fs_remove_tree(b->folder);
}

/* The first months of a year: everybody reports at each month's end, months close. */
static void live_through(struct bench *b, unsigned months, bool time_closing)
{
	for (unsigned m = 0; m < months; m++) {
		int32_t last = date_month_last(date_month_of(b->c->from) + (int32_t)m);

		until(b, last + 2, time_closing, false);
		b->cell_count = report_all(b, last, 0);
		say(b, false, false);
		commit(b);
	}
	until(b, b->today + 12, time_closing, false);
	commit(b);
}

static void forget(struct bench *b)
{
	b->decide.count = b->apply.count = b->both.count = 0;
}

/* --- what is measured ------------------------------------------------------------------------- */

/* A town where each figure was restated again and again is no town: a new one after a few times. */
static void restate_all(struct bench *b, unsigned times)
{
	open_bench(b);
	live_through(b, CLOSED_MONTHS, false);
	for (unsigned i = 1; i <= times; i++) {
		report_all(b, calendar_closed_period(b->c, b->today), i);
		say(b, false, true);
		commit(b);
	}
	close_bench(b);
}

/* One commit moved every figure of the newest closed period. */
static bool bench_all(struct bench *b, unsigned runs)
{
	char what[80];
	bool good;

	forget(b);
	for (unsigned done = 0; done < runs; done += RESTATED)
		restate_all(b, runs - done < RESTATED ? runs - done : RESTATED);
	snprintf(what, sizeof(what), "all %zu cells of %zu measures: decide", b->cell_count,
		 b->c->measure_count);
	print_samples(what, &b->decide, 0);
	print_samples("  apply", &b->apply, 0);
	good = print_samples("  together", &b->both, LIMIT_ALL_US);
	return good;
}

static bool bench_quiet(struct bench *b)
{
	forget(b);
	open_bench(b);
	live_through(b, CLOSED_MONTHS, false);
	/* to the end of the time that the ledger knows: months close without a report, too */
	until(b, b->c->to + 300, false, true);
	close_bench(b);
	return print_samples("a tick on which nothing closes", &b->both, LIMIT_QUIET_US);
}

static void bench_closing(struct bench *b, unsigned years)
{
	forget(b);
	for (unsigned i = 0; i < years; i++) {
		open_bench(b);
		live_through(b, 12, true);
		close_bench(b);
	}
	print_samples("a tick that closes a month: decide", &b->decide, 0);
	print_samples("  apply", &b->apply, 0);
	print_samples("  together", &b->both, 0);
}

static bool read_options(int argc, char **argv, const char **catalogue, unsigned *runs)
{
	static const struct option longs[] = { { "catalogue", required_argument, NULL, 'c' },
					       { "runs", required_argument, NULL, 'r' },
					       { NULL, 0, NULL, 0 } };
	int letter;

	while ((letter = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		if (letter == 'c')
			*catalogue = optarg;
		else if (letter == 'r')
			*runs = (unsigned)strtoul(optarg, NULL, 10);
		else
			return false;
	}
	return optind == argc && *runs > 0 && *runs <= SAMPLES_MAX;
}

int main(int argc, char **argv)
{
	static struct bench b;
	const char *catalogue = "catalogue/jining-2022.yaml";
	struct diag_list diags = { 0 };
	unsigned runs = 200;
	bool good;

	if (!read_options(argc, argv, &catalogue, &runs)) {
		fputs("usage: judge [--catalogue FILE] [--runs 200]\n", stderr);
		return 2;
	}
	log_set_level(LOG_WARN);
	must(crypto_init(), "random numbers");
	if (catalogue_load(catalogue, &diags, &b.c) != ERR_OK) {
		diag_print(&diags, LANG_EN, stderr);
		return 1;
	}
	printf("%-44s %6s %9s %9s %9s %9s  (microseconds of processor time)\n", "judging", "runs", "least", "median",
	       "p95", "most");
	good = bench_all(&b, runs);
	good &= bench_quiet(&b);
	bench_closing(&b, runs / 20 + 1);
	buf_free(&b.decisions);
	catalogue_free(b.c);
	diag_free(&diags);
	return good ? 0 : 1;
}
