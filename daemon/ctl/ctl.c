/* SPDX-License-Identifier: MIT */
/* How words on the command line become a call of one of the commands. */
#include "daemon/ctl/ctl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/ctl/record.h"
#include "daemon/daemon.h"

#define SOCKET "/run/minsheng/ctl.sock"

/* All of them, those about records behind the others. */
static const struct ctl_command *command_at(size_t i)
{
	if (i < ctl_command_count)
		return &ctl_commands[i];
	i -= ctl_command_count;
	return i < ctl_record_command_count ? &ctl_record_commands[i] : NULL;
}

/* --- help ------------------------------------------------------------------------------------- */

static void print_name(const struct ctl_command *k, FILE *to)
{
	fprintf(to, "minshengctl %s%s%s%s%s", k->noun, k->verb[0] ? " " : "", k->verb,
		k->arguments[0] ? " " : "", k->arguments);
}

static bool has_to_be(const struct ctl_option *o)
{
	return o->value != NULL && o->value[0] == MUST[0];
}

void ctl_usage(const struct ctl *c, FILE *to)
{
	const struct ctl_command *k = c->command;

	fprintf(to, "%s\n%s\n", lang_pick(k->summary, c->lang), k->examples);
	fputs(ctl_pick(c, "用法：", "usage: "), to);
	print_name(k, to);
	for (const struct ctl_option *o = k->options; o->name != NULL; o++)
		if (has_to_be(o))
			fprintf(to, " --%s %s", o->name, o->value + 1);
	for (const struct ctl_option *o = k->options; o->name != NULL; o++)
		if (!has_to_be(o))
			fprintf(to, o->value ? " [--%s %s]" : " [--%s]", o->name, o->value);
	fputs("\n       [--socket PATH] [--json] [--lang zh|en]\n", to);
}

void ctl_overview(enum lang lang, FILE *to)
{
	const struct ctl_command *k;

	fputs(lang == LANG_ZH ?
		      "例如：\n  minshengctl status\n  minshengctl target show canteens\n"
		      "  minshengctl unit invite yutai > yutai.token\n\n命令：\n" :
		      "For example:\n  minshengctl status\n  minshengctl target show canteens\n"
		      "  minshengctl unit invite yutai > yutai.token\n\nCommands:\n",
	      to);
	for (size_t i = 0; (k = command_at(i)) != NULL; i++) {
		char name[64];

		snprintf(name, sizeof(name), "%s%s%s%s%s", k->noun, k->verb[0] ? " " : "", k->verb,
			 k->arguments[0] ? " " : "", k->arguments);
		fprintf(to, "  %-28s %s\n", name, lang_pick(k->summary, lang));
	}
	fputs(lang == LANG_ZH ?
		      "\nminshengctl --version 打印版本。每个命令都有 --help、--json、--lang zh|en、--socket 路径（默认 " SOCKET
		      "，或环境变量 MINSHENG_CTL）。\n退出码：0 成功，1 被拒绝或失败，2 用法错误，78 文件有错。\n" :
		      "\nminshengctl --version prints it. Each takes --help, --json, --lang zh|en and --socket PATH (default " SOCKET
		      ", or MINSHENG_CTL).\nExit status: 0 done, 1 refused or failed, 2 usage, 78 bad file.\n",
	      to);
}

/* --- words ------------------------------------------------------------------------------------ */

const char *ctl_option(const struct ctl *c, const char *name)
{
	for (size_t i = 0; c->command->options[i].name != NULL; i++)
		if (strcmp(c->command->options[i].name, name) == 0)
			return c->values[i];
	return NULL;
}

/* Splits "--name=value"; *value is NULL where there is no "=". */
static void split(const char *word, char name[32], const char **value)
{
	size_t n = strcspn(word + 2, "=");

	*value = word[2 + n] == '=' ? word + 2 + n + 1 : NULL;
	snprintf(name, 32, "%.*s", (int)n, word + 2);
}

/* What every command takes. */
static bool take_common(struct ctl *c, const char *name, const char *value, bool *used)
{
	const struct {
		const char *name;
		bool *flag;
	} flags[] = { { "json", &c->json }, { "help", &c->help }, { "version", &c->version } };

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		if (strcmp(name, flags[i].name) != 0)
			continue;
		*used = false;
		*flags[i].flag = true;
		return true;
	}
	*used = value != NULL;
	if (value == NULL)
		return false;
	if (strcmp(name, "socket") == 0) {
		c->socket = value;
		return true;
	}
	if (strcmp(name, "lang") == 0 && (strcmp(value, "zh") == 0 || strcmp(value, "en") == 0)) {
		c->lang = value[0] == 'z' ? LANG_ZH : LANG_EN;
		return true;
	}
	return false;
}

static bool take_own(struct ctl *c, const char *name, const char *value, bool *used)
{
	const struct ctl_option *options = c->command ? c->command->options : NULL;

	for (size_t i = 0; options != NULL && options[i].name != NULL; i++) {
		if (strcmp(options[i].name, name) != 0)
			continue;
		*used = options[i].value != NULL;
		if (*used && value == NULL)
			return false;
		c->values[i] = *used ? value : "";
		return true;
	}
	return false;
}

/* One option, whose value may be the next word. Returns how many words it took; 0: wrong. */
static int take_option(struct ctl *c, const char *word, const char *next)
{
	char name[32];
	const char *value;
	bool joined, used = false;

	split(word, name, &value);
	joined = value != NULL;
	if (!joined)
		value = next;
	if (!take_common(c, name, value, &used) && !take_own(c, name, value, &used))
		return 0;
	if (joined && !used)
		return 0; /* --json=1 */
	return used && !joined ? 2 : 1;
}

/* The command that the first words name; *words: how many they are. */
static const struct ctl_command *find_command(char **words, int count, int *used)
{
	const struct ctl_command *k;

	for (size_t i = 0; (k = command_at(i)) != NULL; i++) {
		if (count < 1 || strcmp(k->noun, words[0]) != 0)
			continue;
		*used = k->verb[0] ? 2 : 1;
		if (k->verb[0] == '\0' || (count > 1 && strcmp(k->verb, words[1]) == 0))
			return k;
	}
	return NULL;
}

static bool read_words(struct ctl *c, char **words, int count)
{
	bool plain = false; /* behind "--" */

	for (int i = 0; i < count;) {
		int took = 1;

		if (!plain && strcmp(words[i], "--") == 0)
			plain = true;
		else if (!plain && strncmp(words[i], "--", 2) == 0)
			took = take_option(c, words[i], i + 1 < count ? words[i + 1] : NULL);
		else if (c->count < CTL_ARGS)
			c->arguments[c->count++] = words[i];
		else
			took = 0;
		if (took == 0) {
			ctl_complain(c, CTL_USAGE,
				     (struct lang_text){ "看不懂：", "what is this: " }, words[i]);
			return false;
		}
		i += took;
	}
	return true;
}

/* Options may stand before the command: finds where it begins. */
static int skip_common(struct ctl *c, char **words, int count)
{
	int i = 0;

	while (i < count && strncmp(words[i], "--", 2) == 0) {
		int took = take_option(c, words[i], i + 1 < count ? words[i + 1] : NULL);

		if (took == 0) {
			ctl_complain(c, CTL_USAGE,
				     (struct lang_text){ "看不懂：", "what is this: " }, words[i]);
			return -1;
		}
		i += took;
	}
	return i;
}

static bool is_noun(const char *word)
{
	const struct ctl_command *k;

	for (size_t i = 0; (k = command_at(i)) != NULL; i++)
		if (strcmp(k->noun, word) == 0)
			return true;
	return false;
}

/* Says what is wrong before the help. */
static int no_command(const struct ctl *c, char **words, int count)
{
	static const struct lang_text none = { "没有这个命令：", "there is no such command: " };
	static const struct lang_text half = { "命令没有写完：", "the command goes on: " };
	char name[80];

	if (c->help) {
		ctl_overview(c->lang, stdout);
		return CTL_OK;
	}
	if (count > 0) {
		bool whole = count > 1 && words[1][0] != '-';

		snprintf(name, sizeof(name), "%.30s%s%.30s", words[0], whole ? " " : "",
			 whole ? words[1] : "");
		ctl_complain(c, CTL_USAGE, !whole && is_noun(words[0]) ? half : none, name);
	}
	ctl_overview(c->lang, stderr);
	return CTL_USAGE;
}

/* Whether all is there that has to be. */
static bool is_complete(const struct ctl *c)
{
	const struct ctl_command *k = c->command;

	if (c->count < k->min || c->count > k->max) {
		ctl_complain(c, CTL_USAGE,
			     c->count < k->min ?
				     (struct lang_text){ "缺少参数：", "missing: " } :
				     (struct lang_text){ "参数太多，应为：", "too many words; expected: " },
			     k->arguments);
		return false;
	}
	for (size_t i = 0; k->options[i].name != NULL; i++) {
		char text[64];

		if (!has_to_be(&k->options[i]) || (c->values[i] != NULL && c->values[i][0]))
			continue;
		snprintf(text, sizeof(text), "--%s %s", k->options[i].name, k->options[i].value + 1);
		ctl_complain(c, CTL_USAGE, (struct lang_text){ "缺少选项 ", "missing: " }, text);
		return false;
	}
	return true;
}

static int call(struct ctl *c, char **words, int count)
{
	int used = 0;

	c->command = find_command(words, count, &used);
	if (c->command == NULL)
		return no_command(c, words, count);
	if (c->command->run == ctl_record_act) {
		c->made = *c->command;
		ctl_record_options(&c->made);
		c->command = &c->made;
	}
	if (!read_words(c, words + used, count - used))
		return CTL_USAGE;
	if (c->help) {
		ctl_usage(c, stdout);
		return CTL_OK;
	}
	if (!is_complete(c)) {
		ctl_usage(c, stderr);
		return CTL_USAGE;
	}
	return c->command->run(c);
}

int ctl_run(int argc, char **argv)
{
	struct ctl c = { .lang = lang_from_environment(), .socket = getenv("MINSHENG_CTL") };
	int from, status;

	if (c.socket == NULL || c.socket[0] == '\0')
		c.socket = SOCKET;
	from = skip_common(&c, argv + 1, argc - 1);
	if (from < 0) {
		ctl_overview(c.lang, stderr);
		return CTL_USAGE;
	}
	if (c.version)
		puts("minshengctl " DAEMON_VERSION);
	status = c.version ? CTL_OK : call(&c, argv + 1 + from, argc - 1 - from);
	control_close(c.control);
	if (fflush(stdout) != 0 && status == CTL_OK)
		status = CTL_FAILED;
	return status;
}
