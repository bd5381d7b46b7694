/* SPDX-License-Identifier: MIT */
#include "daemon/demo.h"

#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/diag.h"
#include "base/fs.h"
#include "base/log.h"
#include "base/thread.h"
#include "daemon/demo_play.h"
#include "daemon/demo_text.h"
#include "daemon/demo_users.h"

#define MONTH_SECONDS 20
#define FOLDER_MAX (PATH_MAX - 64) /* leaves room for a file in it */

struct options {
	struct demo_setting setting;
	char catalogue[PATH_MAX];
	int64_t month_ms;
	uint64_t seed;
	bool keep;
	bool help;
	enum lang lang;
};

/* The folder that this program runs from. */
static void find_programs(char out[FOLDER_MAX])
{
	ssize_t n = readlink("/proc/self/exe", out, FOLDER_MAX - 1);
	char *slash;

	out[n > 0 ? n : 0] = '\0';
	slash = strrchr(out, '/');
	if (slash != NULL)
		*slash = '\0';
	else
		snprintf(out, FOLDER_MAX, ".");
}

/* Where the catalogue files are: beside the sources, or where `make install` puts them. */
static void find_catalogue(char out[PATH_MAX])
{
	static const char *const places[] = { "../../catalogue", "../share/minsheng/catalogue" };
	char programs[FOLDER_MAX];

	find_programs(programs);
	snprintf(out, PATH_MAX, "catalogue/jining-2022.yaml");
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]) && !fs_exists(out); i++)
		snprintf(out, PATH_MAX, "%s/%s/jining-2022.yaml", programs, places[i]);
}

static bool parse_number(const char *text, long low, long high, long *out)
{
	char *end;

	*out = strtol(text, &end, 10);
	return *text != '\0' && *end == '\0' && *out >= low && *out <= high;
}

static bool parse_options(int argc, char **argv, struct options *o)
{
	static const struct option longs[] = {
		{ "check", no_argument, NULL, 'c' },	 { "speed", required_argument, NULL, 's' },
		{ "port", required_argument, NULL, 'p' }, { "seed", required_argument, NULL, 'e' },
		{ "keep", no_argument, NULL, 'k' },	 { "catalogue", required_argument, NULL, 'f' },
		{ "help", no_argument, NULL, 'h' },	 { "lang", required_argument, NULL, 'l' },
		{ NULL, 0, NULL, 0 }
	};
	long number = 0;
	bool ok = true;
	int c;

	*o = (struct options){ .lang = lang_from_environment(), .month_ms = MONTH_SECONDS * 1000, .seed = 2022 };
	o->setting.port = 8080;
	optind = 1;
	while (ok && (c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		switch (c) {
		case 'c':
			o->setting.check = true;
			o->setting.port = 0;
			o->month_ms = 0;
			break;
		case 'l':
			ok = strcmp(optarg, "zh") == 0 || strcmp(optarg, "en") == 0;
			o->lang = optarg[0] == 'e' ? LANG_EN : LANG_ZH;
			break;
		case 's':
			ok = parse_number(optarg, 0, 3600, &number);
			o->month_ms = number * 1000;
			break;
		case 'p':
			ok = parse_number(optarg, 0, 65535, &number);
			o->setting.port = (unsigned)number;
			break;
		case 'e':
			ok = parse_number(optarg, 0, LONG_MAX, &number);
			o->seed = (uint64_t)number;
			break;
		case 'k':
			o->keep = true;
			break;
		case 'f':
			snprintf(o->catalogue, sizeof(o->catalogue), "%s", optarg);
			break;
		case 'h':
			o->help = true;
			break;
		default:
			ok = false;
		}
	}
	return ok && optind == argc;
}

/* After the year, the API stays up to be looked at. */
static void stay(struct demo_play *p)
{
	demo_say(stdout, DEMO_TEXT_PLAYED, p->lang, p->stage->http);
	fflush(stdout);
	while (!demo_stage_pause(p->stage, 3600 * 1000))
		;
}

static int play(const struct options *o, const struct catalogue *c, const struct demo_world *w,
		enum lang lang)
{
	char programs[FOLDER_MAX];
	struct demo_stage stage;
	struct demo_play p = { .stage = &stage, .catalogue = c, .world = w, .lang = lang,
			       .month_ms = o->month_ms, .next_alert = 1 };
	bool good;

	if (demo_stage_open(&o->setting, c, w, &stage) != ERR_OK)
		return 1;
	find_programs(programs);
	demo_say(stdout, DEMO_TEXT_RUNNING, lang, stage.http, stage.http, programs,
		 child_address(stage.daemon, "control"), programs,
		 child_address(stage.daemon, "control"), stage.folder);
	fflush(stdout);
	good = (o->setting.check || demo_users_make(&stage, c, lang) == ERR_OK) &&
	       demo_play_year(&p) == ERR_OK;
	if (good && o->setting.check) {
		good = !p.stopped && demo_play_check(&p);
		demo_say(stdout, good ? DEMO_TEXT_OK : DEMO_TEXT_FAILED, lang);
	} else if (good && !p.stopped) {
		stay(&p);
	}
	demo_stage_close(&stage, o->keep);
	demo_say(stdout, o->keep ? DEMO_TEXT_KEPT : DEMO_TEXT_STOPPED, lang, stage.folder);
	return good ? 0 : 1;
}

int demo_main(int argc, char **argv)
{
	enum lang lang;
	struct diag_list diags = { 0 };
	struct catalogue *c = NULL;
	struct demo_world *w = NULL;
	struct options o;
	size_t reporters;
	int status = 1;

	if (!parse_options(argc, argv, &o) || o.help) {
		demo_say(o.help ? stdout : stderr, DEMO_TEXT_USAGE, o.lang);
		return o.help ? 0 : 2;
	}
	lang = o.lang;
	if (o.catalogue[0] == '\0')
		find_catalogue(o.catalogue);
	o.setting.catalogue = o.catalogue;
	thread_block_signals();
	log_set_level(LOG_WARN); /* the demo speaks for itself */
	if (crypto_init() != ERR_OK)
		return 1;
	if (!fs_exists(o.catalogue)) {
		demo_say(stderr, DEMO_TEXT_NO_CATALOGUE, lang, o.catalogue);
		return 1;
	}
	if (catalogue_load(o.catalogue, &diags, &c) != ERR_OK) {
		diag_print(&diags, lang, stderr);
	} else if (demo_world_new(c, o.seed, &w) == ERR_OK) {
		(void)demo_world_reporters(w, &reporters);
		demo_say(stdout, DEMO_TEXT_WELCOME, lang, lang_pick(c->title, lang), reporters,
			 c->measure_count, (unsigned long long)o.seed);
		fflush(stdout);
		status = play(&o, c, w, lang);
	}
	demo_world_free(w);
	catalogue_free(c);
	diag_free(&diags);
	return status;
}
