/* SPDX-License-Identifier: MIT */
/* torture: plays a year of rows through real outboxes and sockets into a real daemon, twice: once
 * with kill -9 of the daemon and of the reporters at random moments, once without. No row may be
 * lost, none counted twice: ledger, verdicts, totals and figures have to be the same.
 *
 *     torture [--rows 60000] [--kills 3] [--reporter-kills 6] [--reporters 15] [--seed 1]
 *             [--catalogue FILE] [--only disturbed|calm] [--keep]
 *
 * Prints a line for each run. Exit status 0: all is well; 1: it is not, and the folder with store,
 * outboxes and logs is left behind; 2: usage. */
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/fs.h"
#include "base/thread.h"
#include "tests/system/torture/reporter.h"
#include "tests/system/torture/run.h"

struct setting {
	struct run_plan plan;
	size_t reporters;
	bool disturbed, calm, keep;
	char self[PATH_MAX], daemon[PATH_MAX];
};

static int usage(void)
{
	fprintf(stderr, "usage: torture [--rows N] [--kills N] [--reporter-kills N] [--reporters N] "
			"[--seed N] [--catalogue FILE] [--only disturbed|calm] [--keep]\n");
	return 2;
}

static bool parse(int argc, char **argv, struct setting *s)
{
	static const struct option longs[] = {
		{ "rows", required_argument, NULL, 'r' },
		{ "kills", required_argument, NULL, 'k' },
		{ "reporter-kills", required_argument, NULL, 'l' },
		{ "reporters", required_argument, NULL, 'n' },
		{ "seed", required_argument, NULL, 's' },
		{ "catalogue", required_argument, NULL, 'c' },
		{ "only", required_argument, NULL, 'o' },
		{ "keep", no_argument, NULL, 'K' },
		{ NULL, 0, NULL, 0 }
	};
	int c;

	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		switch (c) {
		case 'r': s->plan.rows = strtoull(optarg, NULL, 10); break;
		case 'k': s->plan.daemon_kills = (unsigned)strtoul(optarg, NULL, 10); break;
		case 'l': s->plan.reporter_kills = (unsigned)strtoul(optarg, NULL, 10); break;
		case 'n': s->reporters = strtoul(optarg, NULL, 10); break;
		case 's': s->plan.seed = strtoull(optarg, NULL, 10); break;
		case 'c': s->plan.catalogue_file = optarg; break;
		case 'K': s->keep = true; break;
		case 'o':
			s->disturbed = strcmp(optarg, "disturbed") == 0;
			s->calm = strcmp(optarg, "calm") == 0;
			break;
		default: return false;
		}
	}
	return optind == argc && s->plan.rows >= 1000 && s->reporters > 0 &&
	       s->reporters <= RUN_REPORTERS_MAX && (s->disturbed || s->calm);
}

/* --- who reports ------------------------------------------------------------------------------ */

static void try_reporter(struct setting *s, uint16_t unit)
{
	struct run_plan *plan = &s->plan;
	struct player *p;

	for (size_t i = 0; i < plan->reporter_count; i++)
		if (plan->reporters[i] == unit)
			return;
	/* not everybody has figures of his own */
	if (plan->reporter_count == s->reporters ||
	    player_new(plan->catalogue, unit, 1, 1, &p) != ERR_OK)
		return;
	player_free(p);
	plan->reporters[plan->reporter_count++] = unit;
}

/* Areas and leads in turn, so that there are all kinds of measures. */
static void choose_reporters(struct setting *s)
{
	const struct catalogue *c = s->plan.catalogue;
	size_t item = 0;

	for (size_t u = 0; u < c->unit_count; u++) {
		if (!c->units[u].area)
			continue;
		try_reporter(s, (uint16_t)u);
		for (size_t before = s->plan.reporter_count;
		     item < c->item_count && s->plan.reporter_count == before; item++)
			try_reporter(s, c->items[item].lead);
	}
	for (; item < c->item_count; item++)
		try_reporter(s, c->items[item].lead);
}

/* --- runs ------------------------------------------------------------------------------------- */

static void print_result(const char *name, const struct run_plan *plan,
			 const struct run_result *r)
{
	printf("%s: %" PRIu64 " rows of %zu reporters in %" PRIu64 " entries, %u + %u kills "
	       "(daemon + reporters), %.1f s\n",
	       name, r->rows, plan->reporter_count, r->entries, r->daemon_kills, r->reporter_kills,
	       r->seconds);
	printf("  admitted %" PRIu64 ", hold %" PRIu64 ", reject %" PRIu64 ", duplicate %" PRIu64
	       ", conflict %" PRIu64 "; %u totals as computed apart\n",
	       r->verdicts[0], r->verdicts[1], r->verdicts[2], r->verdicts[3], r->verdicts[4],
	       r->totals);
	printf("  figures %s\n  state   %s (its replay's)\n  chain   %s\n", r->figures, r->state,
	       r->chain);
	fflush(stdout);
}

static bool play(const struct setting *s, const char *name, bool disturbed, struct run_result *out)
{
	struct run_plan plan = s->plan;
	const char *tmp = getenv("TMPDIR");
	char folder[200];
	bool good;

	snprintf(folder, sizeof(folder), "%s/torture-XXXXXX", tmp && tmp[0] ? tmp : "/tmp");
	if (mkdtemp(folder) == NULL) {
		perror(folder);
		return false;
	}
	if (!disturbed)
		plan.daemon_kills = plan.reporter_kills = 0;
	good = run_play(&plan, folder, out);
	print_result(name, &plan, out);
	if (good && !s->keep)
		return fs_remove_tree(folder) == ERR_OK;
	fprintf(stderr, "torture: %s stays\n", folder);
	return good;
}

static int torture(struct setting *s)
{
	struct run_result disturbed, calm;
	bool good = true;

	choose_reporters(s);
	if (s->disturbed)
		good &= play(s, "disturbed", true, &disturbed);
	if (s->calm)
		good &= play(s, "calm", false, &calm);
	if (s->disturbed && s->calm && strcmp(disturbed.figures, calm.figures) != 0) {
		fprintf(stderr, "torture: the figures differ\n");
		good = false;
	}
	printf("%s\n", good ? "nothing lost, nothing counted twice" : "FAILED");
	return good ? 0 : 1;
}

int main(int argc, char **argv)
{
	struct setting s = { .plan = { .rows = 60000, .seed = 1, .daemon_kills = 3,
				       .reporter_kills = 6,
				       .catalogue_file = "catalogue/jining-2022.yaml" },
			     .reporters = 15, .disturbed = true, .calm = true };
	const char *bin = getenv("MINSHENG_BIN");
	struct diag_list diags = { 0 };
	struct catalogue *c;
	int status = 2;

	if (argc == REPORTER_ARGS && strcmp(argv[1], "--reporter") == 0)
		return reporter_main(argv);
	if (!parse(argc, argv, &s))
		return usage();
	thread_block_signals();
	snprintf(s.daemon, sizeof(s.daemon), "%s/minshengd", bin ? bin : "build/bin");
	s.plan.daemon = s.daemon;
	s.plan.self = s.self;
	if (readlink("/proc/self/exe", s.self, sizeof(s.self) - 1) > 0 && crypto_init() == ERR_OK &&
	    catalogue_load(s.plan.catalogue_file, &diags, &c) == ERR_OK) {
		s.plan.catalogue = c;
		status = torture(&s);
		catalogue_free(c);
	} else {
		diag_print(&diags, LANG_EN, stderr);
	}
	diag_free(&diags);
	return status;
}
