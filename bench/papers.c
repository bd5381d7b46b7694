/* SPDX-License-Identifier: MIT */
/* How long each paper takes, made from a store that no daemon holds, such as the one that
 * `minshengd demo --keep` leaves: bench/papers FOLDER [RUNS]. Wall time, snapshot included. */
#include <stdio.h>
#include <stdlib.h>

#include "aggregator/papers/bulletin.h"
#include "aggregator/papers/ledger_sheet.h"
#include "aggregator/papers/pack.h"
#include "aggregator/papers/paper_docx.h"
#include "aggregator/papers/paper_html.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/date.h"
#include "daemon/snapshot.h"

#define ARENA_BUDGET ((size_t)512 << 20)
#define RUNS 20

struct bench {
	struct snapshots *snapshots;
	struct arena *arena;
	struct buf out;
	size_t used; /* of the arena, at most */
};

static enum err make_sheet(struct query *q, struct bench *b, bool csv)
{
	const struct query_head head = query_head(q);
	const struct catalogue *c = query_catalogue(q);
	const struct ledger_sheet_wish wish = {
		.when = { head.today < c->to ? head.today : c->to, HISTORY_NOW },
		.unit = CATALOGUE_NONE,
		.lang = LANG_ZH,
		.public_url = "https://example.org",
		.table_only = csv
	};
	struct grid_book book;
	enum err e = ledger_sheet_make(q, &wish, b->arena, &book);

	if (e != ERR_OK)
		return e;
	return csv ? grid_csv(book.sheets[0], &b->out) : grid_xlsx(&book, "/tmp", &b->out);
}

static enum err make_workbook(struct query *q, struct bench *b)
{
	return make_sheet(q, b, false);
}

static enum err make_csv(struct query *q, struct bench *b)
{
	return make_sheet(q, b, true);
}

static enum err make_bulletin(struct query *q, struct bench *b)
{
	struct paper p;
	enum err e = paper_bulletin(q, query_catalogue(q), date_from_civil(2022, 9, 30), LANG_ZH,
				    b->arena, &p);

	return e == ERR_OK ? paper_docx(&p, &b->out) : e;
}

static enum err make_pack(struct query *q, struct bench *b, bool docx)
{
	struct paper p;
	enum err e = pack_paper(q, "2022-Q3", LANG_ZH, b->arena, &p);

	if (e != ERR_OK)
		return e;
	return docx ? paper_docx(&p, &b->out) : paper_html(&p, &b->out);
}

static enum err make_pack_html(struct query *q, struct bench *b)
{
	return make_pack(q, b, false);
}

static enum err make_pack_docx(struct query *q, struct bench *b)
{
	return make_pack(q, b, true);
}

static int run(struct bench *b, const char *name, enum err (*make)(struct query *, struct bench *),
	       long runs)
{
	int64_t worst = 0, sum = 0;

	for (long i = 0; i < runs; i++) {
		int64_t begun = clock_monotonic_us(), took;
		struct query *q = NULL;
		enum err e = snapshots_open(b->snapshots, &q);

		buf_clear(&b->out);
		if (e == ERR_OK)
			e = make(q, b);
		query_close(q);
		b->used = arena_used(b->arena);
		arena_reset_budget(b->arena, ARENA_BUDGET);
		if (e != ERR_OK) {
			fprintf(stderr, "papers: %s: %s\n", name, err_name(e));
			return 1;
		}
		took = clock_monotonic_us() - begun;
		worst = took > worst ? took : worst;
		sum += took;
	}
	printf("%-22s %8.1f ms mean %8.1f ms worst %9zu bytes %6.1f MiB of memory\n", name,
	       (double)sum / (double)runs / 1e3, (double)worst / 1e3, b->out.len,
	       (double)b->used / 1048576.0);
	return 0;
}

int main(int argc, char **argv)
{
	const struct store_options options = { .read_only = true };
	struct bench b = { .arena = arena_new(ARENA_BUDGET) };
	struct store *store = NULL;
	long runs = argc > 2 ? strtol(argv[2], NULL, 10) : RUNS;
	int status;

	if (argc < 2 || runs < 1) {
		fprintf(stderr, "papers FOLDER [RUNS]\n");
		return 2;
	}
	if (b.arena == NULL || crypto_init() != ERR_OK ||
	    store_open(argv[1], &options, &store) != ERR_OK ||
	    snapshots_new(store, &b.snapshots) != ERR_OK) {
		fprintf(stderr, "papers: %s can't be opened\n", argv[1]);
		return 1;
	}
	status = run(&b, "ledger sheet, xlsx", make_workbook, runs) |
		 run(&b, "ledger sheet, csv", make_csv, runs) |
		 run(&b, "bulletin, docx", make_bulletin, runs) |
		 run(&b, "pack, html", make_pack_html, runs) |
		 run(&b, "pack, docx", make_pack_docx, runs);
	snapshots_free(b.snapshots);
	store_close(store);
	arena_free(b.arena);
	buf_free(&b.out);
	return status;
}
