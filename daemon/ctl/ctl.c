/* SPDX-License-Identifier: MIT */
/* How words on the command line become a call of one of the commands. */
#include "daemon/ctl/ctl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/ctl/record.h"
#include "daemon/daemon.h"

/* All of them, those about records behind the others. */
const struct ctl_command *ctl_command_at(size_t i)
{
	if (i < ctl_command_count)
		return &ctl_commands[i];
	i -= ctl_command_count;
	return i < ctl_record_command_count ? &ctl_record_commands[i] : NULL;
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

	for (size_t i = 0; (k = ctl_command_at(i)) != NULL; i++) {
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
				     (struct lang_text){ "看不懂（见 --help）：", "what is this (see --help): " }, words[i]);
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
				     (struct lang_text){ "看不懂（见 --help）：", "what is this (see --help): " }, words[i]);
			return -1;
		}
		i += took;
	}
	return i;
}

/* The words where no command is named: help, or one line with what may be meant. */
static int no_command(const struct ctl *c, char **words, int count)
{
	bool noun = count > 0 && ctl_noun_help(c->lang, words[0], NULL);
	bool whole = count > 1 && words[1][0] != '-';
	bool help = c->help || (count > 1 && strcmp(words[1], "--help") == 0);
	char name[64], near[200];

	if (noun && !whole) {
		ctl_noun_help(c->lang, words[0], help ? stdout : stderr);
		return help ? CTL_OK :
			      ctl_complain(c, CTL_USAGE,
					   (struct lang_text){ "命令没有写完：", "the command goes on: " },
					   words[0]);
	}
	if (c->help || count == 0) {
		ctl_overview(c->lang, c->help ? stdout : stderr);
		return c->help ? CTL_OK : CTL_USAGE;
	}
	snprintf(name, sizeof(name), "%.30s%s%.30s", words[0], whole ? " " : "",
		 whole ? words[1] : "");
	ctl_nearest(c, name, near, sizeof(near));
	ctl_say(c, stderr, "minshengctl: 没有这个命令：%s%s%s；全部命令见 minshengctl --help\n",
		"minshengctl: there is no such command: %s%s%s; all of them: minshengctl --help\n",
		name, near[0] ? ctl_pick(c, "；相近的有：", "; near it: ") : "", near);
	return CTL_USAGE;
}

static void complain_count(const struct ctl *c)
{
	const struct ctl_command *k = c->command;
	char name[80];

	snprintf(name, sizeof(name), "%s%s%s", k->noun, k->verb[0] ? " " : "", k->verb);
	if (c->count < k->min)
		ctl_complain(c, CTL_USAGE, (struct lang_text){ "缺少参数：", "missing: " },
			     k->arguments);
	else if (k->max == 0)
		ctl_say(c, stderr, "minshengctl: %s 后面不带参数，多出：%s\n",
			"minshengctl: nothing follows %s, but there is: %s\n", name, c->arguments[0]);
	else
		ctl_say(c, stderr, "minshengctl: 参数太多，%s 后面应为：%s，多出：%s\n",
			"minshengctl: too many words; %s takes %s, and there is one more: %s\n", name,
			k->arguments, c->arguments[k->max]);
}

/* The option that is missing, or NULL. */
static const struct ctl_option *missing_option(const struct ctl *c)
{
	const struct ctl_option *o = c->command->options;

	for (size_t i = 0; o[i].name != NULL; i++)
		if (o[i].value != NULL && o[i].value[0] == MUST[0] &&
		    (c->values[i] == NULL || c->values[i][0] == '\0'))
			return &o[i];
	return NULL;
}

/* Whether all is there that has to be; else the usage, and what is wrong comes last. */
static bool is_complete(const struct ctl *c)
{
	const struct ctl_option *missing = missing_option(c);
	bool counted = c->count >= c->command->min && c->count <= c->command->max;
	char text[64];

	if (counted && missing == NULL)
		return true;
	ctl_usage(c, stderr);
	if (!counted) {
		complain_count(c);
		return false;
	}
	snprintf(text, sizeof(text), "--%s %s", missing->name, missing->value + 1);
	ctl_complain(c, CTL_USAGE, (struct lang_text){ "缺少选项 ", "missing: " }, text);
	return false;
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
	if (!is_complete(c))
		return CTL_USAGE;
	if (!ctl_days(c))
		return ctl_complain(c, CTL_FAILED,
				    (struct lang_text){ "内存不足", "out of memory" }, NULL);
	return c->command->run(c);
}

int ctl_run(int argc, char **argv)
{
	struct ctl c = { .lang = lang_from_environment(), .socket = getenv("MINSHENG_CTL") };
	int from, status;

	if (c.socket == NULL || c.socket[0] == '\0')
		c.socket = CTL_SOCKET;
	from = skip_common(&c, argv + 1, argc - 1);
	if (from < 0)
		return CTL_USAGE;
	if (c.version)
		puts("minshengctl " DAEMON_VERSION);
	status = c.version ? CTL_OK : call(&c, argv + 1 + from, argc - 1 - from);
	control_close(c.control);
	for (size_t i = 0; i < c.kept_count; i++)
		free(c.kept[i]);
	if (fflush(stdout) != 0 && status == CTL_OK)
		status = CTL_FAILED;
	return status;
}
