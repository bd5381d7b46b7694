/* SPDX-License-Identifier: MIT */
#include "collectors/program/program.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/log.h"
#include "base/version.h"
#include "collectors/text.h"

/* --- tables ----------------------------------------------------------------------------------- */

struct option_info {
	const char *name;
	const char *argument; /* NULL: takes none */
	struct lang_text help;
};

static const struct option_info infos[OPTION_COUNT] = {
	[OPTION_FOLDER] = { "folder", "DIR", { "身份和发件箱所在文件夹（默认 $MINSHENG_FOLDER）",
					       "where identity and outbox are (default $MINSHENG_FOLDER)" } },
	[OPTION_LANG] = { "lang", "zh|en", { "语言", "language" } },
	[OPTION_JSON] = { "json", NULL, { "结果写成 JSON", "the result as JSON" } },
	[OPTION_QUIET] = { "quiet", NULL, { "只说错误", "say faults only" } },
	[OPTION_HELP] = { "help", NULL, { "显示帮助", "this help" } },
	[OPTION_VERSION] = { "version", NULL, { "显示版本", "the version" } },
	[OPTION_AS_OF] = { "as-of", "DATE", { "截止日期，默认今天", "date of the figure; default today" } },
	[OPTION_UNIT] = { "unit", "ID", { "为哪个单位，默认本单位；牵头单位报全市数时为市", "for which unit; default your own, the city for the city's figures of a lead" } },
	[OPTION_KIND] = { "kind", "KIND", { "total（累计，默认）、add、stage、level、nil、retract",
					    "total (default), add, stage, level, nil, retract" } },
	[OPTION_DENOMINATOR] = { "denominator", "N", { "比例指标的分母", "denominator of a ratio" } },
	[OPTION_STAGE] = { "stage", "ID", { "节点", "stage" } },
	[OPTION_REASON] = { "reason", "TEXT", { "更正原因", "why an earlier figure is corrected" } },
	[OPTION_REF] = { "ref", "REF", { "流水号（add 必填）", "unique number of an add" } },
	[OPTION_WITHDRAW] = { "withdraw", "REF", { "要撤回的流水号", "the ref that a retract withdraws" } },
	[OPTION_NOTE] = { "note", "TEXT", { "进展情况", "a remark" } },
	[OPTION_EVIDENCE] = { "evidence", "URL", { "证明材料链接", "a link" } },
	[OPTION_OBJECT] = { "object", "ID", { "对象编号，多个用“；”分开", "id of the place or thing counted; several with ; between them" } },
	[OPTION_REVISION] = { "revision", "N", { "修订号", "revision of the figure of this date" } },
	[OPTION_FORMAT] = { "format", "csv|xlsx|jsonl", { "文件格式，默认按扩展名", "of the file; default by its name" } },
	[OPTION_DRY_RUN] = { "dry-run", NULL, { "只检查格式，不保存、不发送", "check the form only" } },
	[OPTION_PARTIAL] = { "partial", NULL, { "有错的行跳过，其余导入", "leave out rows with faults" } },
	[OPTION_WAIT] = { "wait", "SECONDS", { "等待回执（或批准）的时间；文件夹被占用时等它的时间",
						 "how long to wait for receipts, approval, or a folder in use" } },
	[OPTION_NO_WAIT] = { "no-wait", NULL, { "保存后立即返回；以后用 minsheng outbox flush 发送", "return once stored; minsheng outbox flush sends later" } },
	[OPTION_TOKEN_FILE] = { "token-file", "FILE", { "邀请码文件，- 为标准输入（默认）",
							"the invitation; - is standard input (default)" } },
	[OPTION_MEASURES] = { "measures", NULL, { "列出本单位可报的指标", "list the measures you may report" } },
	[OPTION_LIMIT] = { "limit", "N", { "最多列出几条，默认 20", "how many to list; default 20" } },
};

static const enum program_option global_options[] = { OPTION_FOLDER, OPTION_LANG,    OPTION_JSON,
						      OPTION_QUIET,  OPTION_HELP,
						      OPTION_VERSION, OPTION_END };

static const struct program_command commands[] = {
	{ "enroll", "[--token-file FILE]",
	  { "用邀请码接入：在本机生成密钥，等待批准", "let this machine in by an invitation" },
	  "  minsheng enroll < token.txt\n  minsheng enroll --token-file token.txt --wait 600\n",
	  { OPTION_TOKEN_FILE, OPTION_WAIT }, 0, 0, program_enroll, NULL },
	{ "push", "TARGET [VALUE] | FILE",
	  { "上报一个数，或一张表（同 import）", "report one figure, or a sheet (as import does)" },
	  "  minsheng push 1.1/canteens 3\n"
	  "  minsheng push 6月台账.xlsx --dry-run\n"
	  "  minsheng push canteens 3 --as-of 2022-06-30 --note 2处装修中\n"
	  "  minsheng push public-kindergarten-rate 9120 --denominator 17040\n"
	  "  minsheng push canteens 2 --reason 复核后更正\n"
	  "  minsheng push homes 120 --unit jining   # 牵头单位报全市数，单位写市的编号 / a lead, for the city\n",
	  { OPTION_AS_OF, OPTION_UNIT, OPTION_KIND, OPTION_DENOMINATOR, OPTION_STAGE, OPTION_REASON,
	    OPTION_REF, OPTION_WITHDRAW, OPTION_NOTE, OPTION_EVIDENCE, OPTION_OBJECT,
	    OPTION_REVISION, OPTION_DRY_RUN, OPTION_PARTIAL, OPTION_WAIT, OPTION_NO_WAIT }, 1, 2, program_push, NULL },
	{ "import", "FILE.xlsx|FILE.csv|FILE.jsonl|-",
	  { "导入表格；有一行出错就全部不导入", "import a sheet, all of it or nothing" },
	  "  minsheng import 6月台账.csv --dry-run\n  minsheng import 6月台账.csv\n"
	  "  some-program | minsheng import - --format jsonl --no-wait\n",
	  { OPTION_FORMAT, OPTION_DRY_RUN, OPTION_PARTIAL, OPTION_WAIT, OPTION_NO_WAIT }, 1, 1,
	  program_import, program_format },
	{ "outbox", "[list|flush]",
	  { "查看（或发送）等待中的数据，和最近没有入账的", "what waits, and what was not admitted; or send it" },
	  "  minsheng outbox\n  minsheng outbox flush --wait 60\n",
	  { OPTION_LIMIT, OPTION_WAIT }, 0, 1, program_outbox, NULL },
	{ "status", "",
	  { "身份、连接、发件箱、回执", "identity, connection, outbox, receipts" },
	  "  minsheng status\n  minsheng status --measures\n  minsheng status --json\n",
	  { OPTION_WAIT, OPTION_MEASURES }, 0, 0, program_status, NULL },
};
#define COMMANDS (sizeof(commands) / sizeof(*commands))

/* --- saying ----------------------------------------------------------------------------------- */

void program_say(const struct program *p, FILE *to, enum program_text_id id,
		 const char *const *args)
{
	struct buf b = { 0 };
	size_t n = 0;

	while (args[n])
		n++;
	text_fill(&b, program_text(id, p->lang), args, n);
	fprintf(to, "%s\n", buf_cstring(&b));
	buf_free(&b);
}

void program_age(const struct program *p, int64_t ms, char out[64])
{
	static const struct {
		int64_t below, unit;
		enum program_text_id text;
	} steps[] = {
		{ 120000, 1000, TEXT_SECONDS },
		{ 7200000, 60000, TEXT_MINUTES },
		{ 172800000, 3600000, TEXT_HOURS },
		{ INT64_MAX, 86400000, TEXT_DAYS },
	};
	char number[24];
	const char *args[] = { "", number };
	size_t i = 0;

	ms = ms < 0 ? -ms : ms;
	while (ms >= steps[i].below)
		i++;
	snprintf(number, sizeof(number), "%lld", (long long)(ms / steps[i].unit));
	text_fill_cut(out, 64, program_text(steps[i].text, p->lang), args, 2);
}

/* --- help ------------------------------------------------------------------------------------- */

static void print_options(const struct program *p, const enum program_option *options)
{
	for (; *options != OPTION_END; options++) {
		const struct option_info *info = &infos[*options];
		char name[40];

		snprintf(name, sizeof(name), "--%s %s", info->name,
			 info->argument ? info->argument : "");
		fprintf(p->out, "  %-24s %s\n", name, lang_pick(info->help, p->lang));
	}
}

static void print_command_help(const struct program *p, const struct program_command *c)
{
	PROGRAM_SAY(p, p->out, TEXT_EXAMPLES);
	fputs(c->examples, p->out);
	fprintf(p->out, "\n%s\n", lang_pick(c->what, p->lang));
	PROGRAM_SAY(p, p->out, TEXT_USAGE, c->name, c->usage);
	PROGRAM_SAY(p, p->out, TEXT_OPTIONS);
	print_options(p, c->options);
	print_options(p, global_options);
	if (c->more)
		c->more(p);
	PROGRAM_SAY(p, p->out, TEXT_EXIT_CODES);
}

static void print_help(const struct program *p)
{
	PROGRAM_SAY(p, p->out, TEXT_EXAMPLES);
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(p->out, "%.*s\n", (int)strcspn(commands[i].examples, "\n"),
			commands[i].examples);
	PROGRAM_SAY(p, p->out, TEXT_COMMANDS);
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(p->out, "  %-8s %s\n", commands[i].name, lang_pick(commands[i].what, p->lang));
	PROGRAM_SAY(p, p->out, TEXT_OPTIONS);
	print_options(p, global_options);
	PROGRAM_SAY(p, p->out, TEXT_EXIT_CODES);
}

/* --- arguments -------------------------------------------------------------------------------- */

enum { ARGUMENT = 1, LONG_OPTION = 256 }; /* what getopt_long gives beside letters */

static size_t add_options(struct option *list, size_t n, const enum program_option *options)
{
	for (; *options != OPTION_END; options++)
		list[n++] = (struct option){ infos[*options].name,
					     infos[*options].argument ? required_argument :
									no_argument,
					     NULL, LONG_OPTION + (int)*options };
	return n;
}

/* "-1", "-.5": no option of ours looks like that. */
static bool is_negative(const char *text)
{
	return text[0] == '-' && ((text[1] >= '0' && text[1] <= '9') || text[1] == '.');
}

static void bad_option(const struct program *p, int got, const char *last)
{
	char name[40];
	bool is_short = optopt > 0 && optopt < LONG_OPTION;

	if (got == ':') {
		snprintf(name, sizeof(name), "--%s", infos[optopt - LONG_OPTION].name);
		PROGRAM_SAY(p, p->err, TEXT_OPTION_LACKS, name, infos[optopt - LONG_OPTION].argument);
		return;
	}
	snprintf(name, sizeof(name), "-%c", is_short ? optopt : '-');
	PROGRAM_SAY(p, p->err, TEXT_BAD_OPTION, is_short ? name : last);
}

/* The next option, or ARGUMENT, which is at optarg; -1: no more. */
static int next_option(int argc, char **argv, const char *letters, const struct option *list)
{
	if (optind > 0 && optind < argc && letters[0] == '-' && is_negative(argv[optind])) {
		optarg = argv[optind++];
		return ARGUMENT;
	}
	return getopt_long(argc, argv, letters, list, NULL);
}

/* Arguments are gathered at the front of argv. False: a fault, which was told. */
static bool read_options(struct program *p, const struct program_command *c, int argc, char **argv)
{
	struct option list[OPTION_COUNT + 1] = { 0 };
	size_t n = add_options(list, 0, global_options);
	int got, kept = 1;

	if (c)
		add_options(list, n, c->options);
	optind = 0; /* begin anew */
	opterr = 0; /* faults are told in the user's language */
	while ((got = next_option(argc, argv, c ? "-:qh" : "+:qh", list)) != -1) {
		if (got == '?' || got == ':') {
			bad_option(p, got, argv[optind - 1]);
			return false;
		}
		if (got == ARGUMENT) {
			argv[kept++] = optarg;
			continue;
		}
		got = got == 'q' ? OPTION_QUIET : got == 'h' ? OPTION_HELP : got - LONG_OPTION;
		p->options[got] = optarg ? optarg : "";
	}
	while (c && optind < argc)
		argv[kept++] = argv[optind++];
	p->arguments = argv + (c ? 1 : optind);
	p->argument_count = c ? kept - 1 : argc - optind;
	return true;
}

static bool use_lang(struct program *p)
{
	const char *lang = p->options[OPTION_LANG];

	if (!lang)
		return true;
	if (strcmp(lang, "zh") != 0 && strcmp(lang, "en") != 0) {
		PROGRAM_SAY(p, p->err, TEXT_BAD_LANG);
		return false;
	}
	p->lang = lang[0] == 'z' ? LANG_ZH : LANG_EN;
	return true;
}

static bool use_folder(struct program *p)
{
	const char *folder = p->options[OPTION_FOLDER], *home = getenv("HOME");
	int n;

	if (!folder)
		folder = getenv("MINSHENG_FOLDER");
	if (folder && *folder)
		n = snprintf(p->folder, sizeof(p->folder), "%s", folder);
	else if (geteuid() == 0)
		n = snprintf(p->folder, sizeof(p->folder), "/var/lib/minsheng");
	else
		n = snprintf(p->folder, sizeof(p->folder), "%s/.local/share/minsheng",
			     home ? home : ".");
	if (n >= (int)sizeof(p->folder)) {
		PROGRAM_SAY(p, p->err, TEXT_FOLDER_LONG);
		return false;
	}
	return true;
}

static const struct program_command *find_command(const char *name)
{
	for (size_t i = 0; i < COMMANDS; i++) {
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	}
	return NULL;
}

int64_t program_wait_ms(const struct program *p, int64_t otherwise_ms)
{
	const char *text = p->options[OPTION_WAIT];
	char *end;
	long seconds;

	if (p->options[OPTION_NO_WAIT])
		return 0;
	if (!text)
		return otherwise_ms;
	errno = 0;
	seconds = strtol(text, &end, 10);
	if (errno || end == text || *end || seconds < 0 || seconds > 86400) {
		PROGRAM_SAY(p, p->err, TEXT_BAD_WAIT, text);
		return -1;
	}
	return seconds * INT64_C(1000);
}

/* --- running ---------------------------------------------------------------------------------- */

static int print_version(const struct program *p)
{
	fputs("minsheng " VERSION_NUMBER "\n", p->out);
	return PROGRAM_DONE;
}

static int run_command(struct program *p, const struct program_command *c, int argc, char **argv)
{
	/* the command's name stands where getopt expects the program's */
	if (!read_options(p, c, argc, argv) || !use_lang(p) || !use_folder(p)) {
		PROGRAM_SAY(p, p->err, TEXT_SEE_HELP, c->name, " ");
		return PROGRAM_USAGE;
	}
	p->json = p->options[OPTION_JSON] != NULL;
	p->quiet = p->options[OPTION_QUIET] != NULL;
	if (p->options[OPTION_VERSION])
		return print_version(p);
	if (p->options[OPTION_HELP]) {
		print_command_help(p, c);
		return PROGRAM_DONE;
	}
	if (p->argument_count < c->least || p->argument_count > c->most) {
		PROGRAM_SAY(p, p->err, TEXT_ARGUMENTS, c->name, c->usage);
		return PROGRAM_USAGE;
	}
	if (crypto_init() || clock_new_system(&p->clock)) {
		PROGRAM_SAY(p, p->err, TEXT_NO_MEMORY);
		return PROGRAM_FAILED;
	}
	return c->run(p);
}

static int run(struct program *p, int argc, char **argv)
{
	const struct program_command *c;

	if (!read_options(p, NULL, argc, argv) || !use_lang(p))
		return PROGRAM_USAGE;
	if (p->options[OPTION_VERSION])
		return print_version(p);
	if (p->argument_count == 0 && p->options[OPTION_HELP]) {
		print_help(p);
		return PROGRAM_DONE;
	}
	if (p->argument_count == 0) {
		PROGRAM_SAY(p, p->err, TEXT_NO_COMMAND);
		PROGRAM_SAY(p, p->err, TEXT_SEE_HELP);
		return PROGRAM_USAGE;
	}
	if (!(c = find_command(p->arguments[0]))) {
		PROGRAM_SAY(p, p->err, TEXT_UNKNOWN_COMMAND, p->arguments[0]);
		PROGRAM_SAY(p, p->err, TEXT_SEE_HELP);
		return PROGRAM_USAGE;
	}
	return run_command(p, c, p->argument_count, p->arguments);
}

int program_run(int argc, char **argv, FILE *out, FILE *err)
{
	struct program p = { .out = out, .err = err, .lang = lang_from_environment() };
	int code;

	log_set_level(LOG_ERROR); /* people read what the commands say */
	code = run(&p, argc, argv);
	clock_free(p.clock);
	if (fflush(out) != 0 && code == PROGRAM_DONE)
		code = PROGRAM_FAILED;
	return code;
}
