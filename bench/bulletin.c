/* SPDX-License-Identifier: MIT */
/* How long a month's bulletin takes: facts, sentences, page and .docx of every month of a store that
 * no daemon has open. bulletin STORE [MONTH.html|MONTH.docx|MONTH.en.html ...] writes those too. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "aggregator/papers/bulletin.h"
#include "aggregator/papers/paper_docx.h"
#include "aggregator/papers/paper_html.h"
#include "base/crypto.h"
#include "base/date.h"
#include "daemon/snapshot.h"

#define BUDGET ((size_t)64 << 20)

static void must(enum err e, const char *what)
{
	if (e == ERR_OK)
		return;
	fprintf(stderr, "bulletin: %s: %s\n", what, err_name(e));
	exit(1);
}

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void write_file(const char *name, const struct buf *b)
{
	FILE *f = fopen(name, "wb");

	if (!f || fwrite(b->data, 1, b->len, f) != b->len || fclose(f) != 0) {
		perror(name);
		exit(1);
	}
}

static void measure(struct query *q, int32_t period, enum lang lang, const char *name)
{
	struct arena *a = arena_new(BUDGET);
	struct buf page = { 0 }, word = { 0 };
	struct paper p;
	double from = now_ms(), made, printed;
	char month[8];
	enum err e = a ? paper_bulletin(q, query_catalogue(q), period, lang, a, &p) : ERR_NOMEM;

	if (e == ERR_NOTFOUND) {
		arena_free(a);
		return;
	}
	must(e, "a bulletin");
	made = now_ms();
	must(paper_html(&p, &page), "a page");
	printed = now_ms();
	must(paper_docx(&p, &word), "a .docx");
	date_month_format(date_month_of(period), month);
	printf("%s  facts and text %6.1f ms  page %5.1f ms (%zu kB)  docx %5.1f ms (%zu kB)  "
	       "%zu kB of arena\n",
	       month, made - from, printed - made, page.len / 1000, now_ms() - printed,
	       word.len / 1000, arena_used(a) / 1000);
	if (name)
		write_file(name, strstr(name, ".docx") ? &word : &page);
	buf_free(&page);
	buf_free(&word);
	arena_free(a);
}

int main(int argc, char **argv)
{
	const struct store_options options = { 0 };
	struct store *store;
	struct snapshots *snapshots;
	struct query *q;
	const struct catalogue *c;

	if (argc < 2) {
		fprintf(stderr, "bulletin STORE [2022-09.html|2022-09.docx|2022-09.en.html ...]\n");
		return 2;
	}
	must(crypto_init(), "libsodium");
	must(store_open(argv[1], &options, &store), argv[1]);
	must(snapshots_new(store, &snapshots), "snapshots");
	must(snapshots_open(snapshots, &q), "a snapshot");
	c = query_catalogue(q);
	for (int32_t m = date_month_of(c->from); m <= date_month_of(c->to) && argc == 2; m++)
		measure(q, date_month_last(m), LANG_ZH, NULL);
	for (int i = 2; i < argc; i++) {
		const char *base = strrchr(argv[i], '/') ? strrchr(argv[i], '/') + 1 : argv[i];
		int32_t month;

		must(date_month_parse(bytes_of(base, strlen(base) < 7 ? 0 : 7), &month), base);
		measure(q, date_month_last(month), strstr(base, ".en.") ? LANG_EN : LANG_ZH, argv[i]);
	}
	query_close(q);
	snapshots_free(snapshots);
	store_close(store);
	return 0;
}
