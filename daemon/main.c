/* SPDX-License-Identifier: MIT */
/* minshengd: the aggregator daemon. */
#include <getopt.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "aggregator/catalogue/check.h"
#include "base/fs.h"
#include "base/thread.h"
#include "daemon/demo.h"
#include "daemon/process.h"

#define CONFIG_FILE "/etc/minsheng/minshengd.yaml"

enum { EXIT_OK = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_CONFIG = 78 };

static const struct lang_text usage = {
	"用法：minshengd [--config 文件] [--web-root 目录]\n"
	"      minshengd --check-config [--config 文件]   检查配置与目录文件，0 为正确，78 为有错\n"
	"      minshengd --print-config                   打印全部配置项及其默认值\n"
	"      minshengd demo [--help]                    一次性演示：十五个县区的一年\n"
	"      minshengd --version | --help\n"
	"各种用法都可加 --lang zh|en；--web-root 用该目录的文件代替内置看板。\n"
	"不给 --config 时读 " CONFIG_FILE "（如果存在），否则用默认值。\n",
	"usage: minshengd [--config FILE] [--web-root FOLDER]\n"
	"       minshengd --check-config [--config FILE]   check all that it names: 0, or 78\n"
	"       minshengd --print-config                   print all settings with their defaults\n"
	"       minshengd demo [--help]                    a throw-away year of fifteen counties\n"
	"       minshengd --version | --help\n"
	"Each takes --lang zh|en; --web-root serves a folder in place of the built-in page.\n"
	"Without --config, " CONFIG_FILE " is read if it exists; else the defaults hold.\n",
};

struct wish {
	const char *config, *web_root;
	int what; /* 0: run; else the option's letter */
	enum lang lang;
};

static bool read_lang(const char *text, enum lang *out)
{
	bool known = strcmp(text, "zh") == 0 || strcmp(text, "en") == 0;

	if (known)
		*out = text[0] == 'z' ? LANG_ZH : LANG_EN;
	return known;
}

static bool read_wish(int argc, char **argv, struct wish *w)
{
	static const struct option options[] = { { "config", required_argument, NULL, 'c' },
						 { "lang", required_argument, NULL, 'l' },
						 { "web-root", required_argument, NULL, 'w' },
						 { "check-config", no_argument, NULL, 'k' },
						 { "print-config", no_argument, NULL, 'p' },
						 { "version", no_argument, NULL, 'v' },
						 { "help", no_argument, NULL, 'h' },
						 { NULL, 0, NULL, 0 } };
	int letter;

	w->config = fs_exists(CONFIG_FILE) ? CONFIG_FILE : NULL;
	while ((letter = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (letter == '?' || (letter == 'l' && !read_lang(optarg, &w->lang)))
			return false;
		if (letter == 'c')
			w->config = optarg;
		else if (letter == 'w')
			w->web_root = optarg;
		else if (letter != 'l')
			w->what = letter;
	}
	return optind == argc;
}

static enum err load(const struct wish *w, enum lang lang, struct config **out)
{
	struct diag_list diags = { 0 };
	enum err e = config_load(w->config, &diags, out);

	if (e == ERR_OK && w->web_root)
		e = config_set_web_root(*out, w->web_root);
	diag_print(&diags, lang, stderr);
	diag_free(&diags);
	return e;
}

static int check(const struct config *c, enum lang lang)
{
	static const struct lang_text fine = { "：配置正确\n", ": the configuration is fine\n" };
	int status = c->catalogue[0] ? catalogue_check_main(c->catalogue, lang, false, stdout) :
				       EXIT_OK;

	if (status == EXIT_OK)
		printf("%s%s", c->file[0] ? c->file : "minshengd", lang_pick(fine, lang));
	return status;
}

static int run(struct config **config)
{
	struct daemon *d = NULL;
	enum err e = process_start(config, &d);

	if (e == ERR_OK)
		e = process_run(d);
	process_stop(d);
	return e == ERR_OK ? EXIT_OK : EXIT_FAILED;
}

int main(int argc, char **argv)
{
	struct wish wish = { .lang = lang_from_environment() };
	struct config *config = NULL;
	int status;

	setlocale(LC_CTYPE, "");
	if (argc > 1 && strcmp(argv[1], "demo") == 0)
		return demo_main(argc - 1, argv + 1);
	if (!read_wish(argc, argv, &wish)) {
		fputs(lang_pick(usage, wish.lang), stderr);
		return EXIT_USAGE;
	}
	if (wish.what == 'h')
		return fputs(lang_pick(usage, wish.lang), stdout) < 0;
	if (wish.what == 'v')
		return puts("minshengd " DAEMON_VERSION) < 0;
	if (wish.what == 'p') {
		config_reference(wish.lang, stdout);
		return EXIT_OK;
	}
	thread_block_signals(); /* before the first thread: each one inherits it */
	if (load(&wish, wish.lang, &config) != ERR_OK)
		return EXIT_CONFIG;
	status = wish.what == 'k' ? check(config, wish.lang) : run(&config);
	config_free(config);
	return status;
}
