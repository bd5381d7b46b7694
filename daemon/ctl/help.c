/* SPDX-License-Identifier: MIT */
/* What there is to type: one command, a noun's, or all of them under headings; and what somebody
 * may have meant. */
#include "daemon/ctl/ctl.h"

#include <stdlib.h>
#include <string.h>

#define NAME_MAX_BYTES 64
#define NEAR 3	    /* letters that may differ */
#define NEAREST 3   /* commands that are named */

static const struct {
	struct lang_text head;
	const char *nouns; /* each with a space on both sides */
} groups[] = {
	{ { "查看", "Looking" }, " status target lights reconcile pace watch " },
	{ { "月度", "The month" }, " month report publish bulletin pack narrative " },
	{ { "计划", "Plans" }, " catalogue plan quota " },
	{ { "预警与督办", "Alerts and slips" }, " alert slip " },
	{ { "台账记录", "Records" },
	  " problem inspection meeting decision portfolio contact " },
	{ { "数据质量", "Data quality" }, " hold event object flag sample " },
	{ { "单位与密钥", "Units and keys" }, " unit key delegate user link " },
	{ { "对外通知", "Outward" }, " notify " },
	{ { "年终", "The year" }, " year " },
	{ { "台账", "The ledger" }, " ledger export clock " },
};
#define GROUPS (sizeof(groups) / sizeof(groups[0]))

static void name_of(const struct ctl_command *k, bool arguments, char out[NAME_MAX_BYTES])
{
	bool more = arguments && k->arguments[0];

	snprintf(out, NAME_MAX_BYTES, "%s%s%s%s%s", k->noun, k->verb[0] ? " " : "", k->verb,
		 more ? " " : "", more ? k->arguments : "");
}

static bool has_to_be(const struct ctl_option *o)
{
	return o->value != NULL && o->value[0] == MUST[0];
}

void ctl_usage(const struct ctl *c, FILE *to)
{
	const struct ctl_command *k = c->command;
	char name[NAME_MAX_BYTES];

	name_of(k, true, name);
	fprintf(to, "%s\n%s\n%sminshengctl %s", lang_pick(k->summary, c->lang), k->examples,
		ctl_pick(c, "用法：", "usage: "), name);
	for (const struct ctl_option *o = k->options; o->name != NULL; o++)
		if (has_to_be(o))
			fprintf(to, " --%s %s", o->name, o->value + 1);
	for (const struct ctl_option *o = k->options; o->name != NULL; o++)
		if (!has_to_be(o))
			fprintf(to, o->value ? " [--%s %s]" : " [--%s]", o->name, o->value);
	fputs("\n       [--socket PATH] [--json] [--lang zh|en]\n", to);
}

/* --- lists ------------------------------------------------------------------------------------ */

static void print_line(const struct ctl_command *k, enum lang lang, FILE *to)
{
	char name[NAME_MAX_BYTES];

	name_of(k, true, name);
	fprintf(to, "  %-28s %s\n", name, lang_pick(k->summary, lang));
}

static bool is_in(const struct ctl_command *k, size_t group)
{
	char noun[NAME_MAX_BYTES];

	snprintf(noun, sizeof(noun), " %s ", k->noun);
	return strstr(groups[group].nouns, noun) != NULL;
}

static void print_group(size_t group, enum lang lang, FILE *to)
{
	const struct ctl_command *k;

	fprintf(to, "\n%s%s\n", lang_pick(groups[group].head, lang), lang == LANG_ZH ? "：" : ":");
	for (size_t i = 0; (k = ctl_command_at(i)) != NULL; i++)
		if (is_in(k, group))
			print_line(k, lang, to);
}

void ctl_overview(enum lang lang, FILE *to)
{
	fputs(lang == LANG_ZH ?
		      "例如：\n  minshengctl status\n  minshengctl target show canteens\n"
		      "  minshengctl unit invite yutai > yutai.token\n" :
		      "For example:\n  minshengctl status\n  minshengctl target show canteens\n"
		      "  minshengctl unit invite yutai > yutai.token\n",
	      to);
	for (size_t i = 0; i < GROUPS; i++)
		print_group(i, lang, to);
	fputs(lang == LANG_ZH ?
		      "\nminshengctl slip --help 只列一类命令；minshengctl --version 打印版本。每个命令都有 --help、--json、--lang zh|en、--socket 路径（默认 " CTL_SOCKET
		      "，或环境变量 MINSHENG_CTL）。\n日期可写 2022-06-30、2022/6/30、2022年6月30日。\n退出码：0 成功，1 被拒绝或失败，2 用法错误，78 文件有错。\n" :
		      "\nminshengctl slip --help lists one kind; minshengctl --version prints it. Each takes --help, --json, --lang zh|en and --socket PATH (default " CTL_SOCKET
		      ", or MINSHENG_CTL).\nDays may be written 2022-06-30, 2022/6/30, 2022年6月30日.\nExit status: 0 done, 1 refused or failed, 2 usage, 78 bad file.\n",
	      to);
}

bool ctl_noun_help(enum lang lang, const char *noun, FILE *to)
{
	const struct ctl_command *k;
	bool found = false;

	for (size_t i = 0; (k = ctl_command_at(i)) != NULL; i++) {
		if (strcmp(k->noun, noun) != 0)
			continue;
		found = true;
		if (to != NULL)
			print_line(k, lang, to);
	}
	return found;
}

/* --- what may be meant ------------------------------------------------------------------------ */

/* How many letters have to be changed, added or left out; no more than 64 of each. */
static unsigned distance(const char *a, const char *b)
{
	unsigned row[NAME_MAX_BYTES + 1];
	size_t n = strlen(b);

	for (unsigned j = 0; j <= n; j++)
		row[j] = j;
	for (unsigned i = 1; a[i - 1] != '\0'; i++) {
		unsigned corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			unsigned change = corner + (a[i - 1] != b[j - 1]);
			unsigned other = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;

			corner = row[j];
			row[j] = change < other ? change : other;
		}
	}
	return row[n];
}

/* Commands of the same noun come before others that are as near. */
static unsigned far_off(const struct ctl_command *k, const char *words)
{
	char name[NAME_MAX_BYTES];
	size_t noun = strlen(k->noun);
	unsigned far;

	name_of(k, false, name);
	far = 2 * distance(words, name);
	return strncmp(words, k->noun, noun) == 0 && words[noun] == ' ' ? far / 2 : far;
}

void ctl_nearest(const struct ctl *c, const char *words, char *out, size_t cap)
{
	const struct ctl_command *k;
	size_t named = 0, used = 0;

	out[0] = '\0';
	for (unsigned far = 0; far <= 2 * NEAR && named < NEAREST; far++)
		for (size_t i = 0; (k = ctl_command_at(i)) != NULL && named < NEAREST; i++) {
			char name[NAME_MAX_BYTES];

			if (far_off(k, words) != far || used >= cap)
				continue;
			name_of(k, false, name);
			used += (size_t)snprintf(out + used, cap - used, "%s%s",
						 named++ ? ctl_pick(c, "、", ", ") : "", name);
		}
}
