/* SPDX-License-Identifier: MIT */
/* The table of commands, and how words on the command line become a call of one of them. */
#include "daemon/ctl/ctl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/daemon.h"

#define SOCKET "/run/minsheng/ctl.sock"

/* clang-format off */
const struct ctl_command ctl_commands[] = {
	{ "status", "", "", 0, 0, { { NULL, NULL } }, ctl_status,
	  { "一屏看全局：亮灯、预警、台账", "One screen: lights, alerts, ledger" },
	  "  minshengctl status\n" },
	{ "catalogue", "check", "FILE", 1, 1, { { NULL, NULL } }, ctl_catalogue_check,
	  { "检查目录文件，列出全部错误（不需要服务）",
	    "Check a catalogue file, all faults at once (no daemon needed)" },
	  "  minshengctl catalogue check catalogue/jining-2022.yaml\n" },
	{ "catalogue", "show", "", 0, 0, { { NULL, NULL } }, ctl_catalogue_show,
	  { "列出项目、指标、目标值与计划", "List items, targets, goals and plans" },
	  "  minshengctl catalogue show\n" },
	{ "target", "list", "", 0, 0, { { "valid-at", "DAY" }, { "known-at", "DAY" } }, ctl_target_list,
	  { "全部指标：目标、完成、差距、亮灯", "All targets: goal, done, gap, light" },
	  "  minshengctl target list\n"
	  "  minshengctl target list --valid-at 2022-06-30 --known-at 2022-07-05\n" },
	{ "target", "show", "ID", 1, 1, { { "valid-at", "DAY" }, { "known-at", "DAY" } }, ctl_target_show,
	  { "一个指标：各县区的数、配额、亮灯", "One target: figure, quota and light of each unit" },
	  "  minshengctl target show canteens\n" },
	{ "reconcile", "", "", 0, 0, { { "month", "2022-06" }, { "target", "ID" }, { "unit", "UNIT" } },
	  ctl_reconcile,
	  { "牵头单位的数与计入的数核对", "What leads have against what counts" },
	  "  minshengctl reconcile\n"
	  "  minshengctl reconcile --month 2022-06 --target canteens\n" },
	{ "lights", "preview", "", 0, 0,
	  { { "yellow", "POINTS" }, { "red", "POINTS" }, { "yellow-leave", "POINTS" },
	    { "red-leave", "POINTS" }, { "period", "2022-06" } },
	  ctl_lights_preview,
	  { "换一套阈值，哪些灯会变（不保存）", "Which lights other thresholds would change; stores nothing" },
	  "  minshengctl lights preview --yellow 5 --red 15\n"
	  "  minshengctl lights preview --yellow 10 --red 30 --yellow-leave 8 --period 2022-06\n" },
	{ "watch", "alerts", "", 0, 0, { { "from", "N" }, { "count", "N" } }, ctl_watch_alerts,
	  { "逐条显示预警，断线后按编号续接", "Alerts as they come; goes on by number after a lost connection" },
	  "  minshengctl watch alerts\n"
	  "  minshengctl watch alerts --from 1 --json >> alerts.jsonl\n" },
	{ "watch", "totals", "", 0, 0, { { "from", "POSITION" }, { "count", "N" } }, ctl_watch_totals,
	  { "全市合计，变化时逐行显示", "The city's totals, and each change of them" },
	  "  minshengctl watch totals\n"
	  "  minshengctl watch totals --from 448 --json\n" },
	{ "unit", "list", "", 0, 0, { { "valid-at", "DAY" }, { "known-at", "DAY" } }, ctl_unit_list,
	  { "各单位：亮灯与报送情况", "Units: lights and reports" }, "  minshengctl unit list\n" },
	{ "unit", "invite", "UNIT", 1, 1,
	  { { "role", "ROLE" }, { "items", "A,B" }, { "ttl", "7d" },
	    { "auto-approve", NULL }, { "host", "NAME" }, { "why", "TEXT" } },
	  ctl_unit_invite,
	  { "发一个邀请码，打印一行；用一次即失效，所登记的密钥等待批准",
	    "Invite a unit: prints a token, good for one key, which then waits for approval" },
	  "  minshengctl unit invite yutai > yutai.token\n"
	  "  minshengctl unit invite minzheng --items 1.1,1.2 --ttl 12h\n"
	  "  minshengctl unit invite yutai --auto-approve   # no key approve needed: for scripts\n" },
	{ "unit", "keys", "UNIT", 1, 1, { { NULL, NULL } }, ctl_unit_keys,
	  { "一个单位的密钥", "The keys of a unit" }, "  minshengctl unit keys yutai\n" },
	{ "key", "list", "", 0, 0, { { NULL, NULL } }, ctl_key_list,
	  { "全部密钥", "All keys" }, "  minshengctl key list\n" },
	{ "key", "approve", "KEY", 1, 2, { { "why", "TEXT" } }, ctl_key_approve,
	  { "批准等待中的密钥（指纹或公钥）", "Approve a key that waits (fingerprint or key)" },
	  "  minshengctl key approve dune-ivy-clock-magnet-field-echo 125f8b34\n" },
	{ "key", "revoke", "KEY", 1, 2, { { "why", MUST "TEXT" } }, ctl_key_revoke,
	  { "吊销密钥：上报和查询立即停止", "Revoke a key: reports and queries end at once" },
	  "  minshengctl key revoke 125f8b34 --why 'laptop lost'\n" },
	{ "key", "add", "KEYFILE...", 1, CTL_ARGS,
	  { { "unit", MUST "UNIT" }, { "role", "ROLE" }, { "items", "A,B" }, { "why", "TEXT" } },
	  ctl_key_add,
	  { "登记公钥文件中的公钥", "Register the public keys in files" },
	  "  minshengctl key add yutai.pub --unit yutai --why 'handed over in person'\n" },
	{ "delegate", "", "ITEM UNIT", 2, 2, { { "until", MUST "DAY" }, { "why", "TEXT" } },
	  ctl_delegate,
	  { "牵头单位把事项委托给协办单位填报", "Let a co-organiser report an item like its lead" },
	  "  minshengctl delegate 1.1 caizheng --until 2022-12-31\n" },
	{ "hold", "list", "", 0, 0, { { NULL, NULL } }, ctl_hold_list,
	  { "等待核定的行", "Rows that wait for the office" }, "  minshengctl hold list\n" },
	{ "hold", "release", "POSITION:ROW", 1, 1, { { "why", MUST "TEXT" } },
	  ctl_hold_release,
	  { "放行一行，从此计入", "Let a row count" },
	  "  minshengctl hold release 448:39 --why 'confirmed by telephone'\n" },
	{ "hold", "reject", "POSITION:ROW", 1, 1, { { "why", MUST "TEXT" } },
	  ctl_hold_reject,
	  { "退回一行，永不计入", "Reject a row for good" },
	  "  minshengctl hold reject 448:39 --why 'typing error'\n" },
	{ "event", "list", "", 0, 0,
	  { { "target", "ID" }, { "unit", "UNIT" }, { "reporter", "UNIT" }, { "verdict", "exceptions" },
	    { "from", "POSITION[:ROW]" }, { "limit", "N" } },
	  ctl_event_list,
	  { "台账中的行：最新的一页，或自 --from 起", "Rows of the ledger: the newest, or from --from on" },
	  "  minshengctl event list --target canteens --unit yutai\n"
	  "  minshengctl event list --verdict exceptions\n" },
	{ "event", "show", "POSITION[:ROW]", 1, 1, { { NULL, NULL } }, ctl_event_show,
	  { "一行的全部内容，或一个条目的各行", "All of one row, or the rows of an entry" },
	  "  minshengctl event show 448:39\n  minshengctl event show 448\n" },
	{ "alert", "list", "", 0, 0,
	  { { "state", "all" }, { "target", "ID" }, { "unit", "UNIT" }, { "severity", "red" },
	    { "group", "lead" }, { "limit", "N" } },
	  ctl_alert_list,
	  { "未解除的预警", "Alerts that are open" },
	  "  minshengctl alert list --severity red\n  minshengctl alert list --state all --unit yutai\n"
	  "  minshengctl alert list --group project\n" },
	{ "alert", "ack", "ID", 1, 1, { { "why", "TEXT" } }, ctl_alert_ack,
	  { "签收一条预警", "Acknowledge an alert" },
	  "  minshengctl alert ack behind.canteens.yutai --why 'telephoned the county'\n" },
	{ "alert", "assign", "ID TO", 2, 2, { { "why", "TEXT" } }, ctl_alert_assign,
	  { "把一条预警交给单位或个人办理", "Give an alert to a unit or a person" },
	  "  minshengctl alert assign behind.canteens.yutai minzheng --why 'their item'\n" },
	{ "alert", "comment", "ID TEXT", 2, 2, { { NULL, NULL } }, ctl_alert_comment,
	  { "给一条预警加批注", "Add a comment to an alert" },
	  "  minshengctl alert comment behind.canteens.yutai 'visited on Monday'\n" },
	{ "alert", "silence", "[ID]", 0, 1,
	  { { "kind", "KIND" }, { "unit", "UNIT" }, { "target", "ID" }, { "until", "DAY|TIME" },
	    { "why", "TEXT" } },
	  ctl_alert_silence,
	  { "静默到某日（日志照记，只是不外发）", "Silence alerts until a day; the log goes on" },
	  "  minshengctl alert silence behind.canteens.yutai --until 2022-08-31 --why 'floods'\n"
	  "  minshengctl alert silence --kind link-down --until 2022-07-03 --why 'works on the line'\n" },
	{ "alert", "unsilence", "[ID]", 0, 1,
	  { { "kind", "KIND" }, { "unit", "UNIT" }, { "target", "ID" }, { "why", "TEXT" } },
	  ctl_alert_unsilence,
	  { "提前结束静默", "End a silence" },
	  "  minshengctl alert unsilence behind.canteens.yutai --why 'the water has gone'\n" },
	{ "alert", "log", "", 0, 0, { { "from", "N" }, { "limit", "N" } }, ctl_alert_log,
	  { "预警日志：最新的一页，或自 --from 起", "The log of alerts: the newest, or from --from on" }, "  minshengctl alert log --from 100\n" },
	{ "alert", "show", "ID", 1, 1, { { NULL, NULL } }, ctl_alert_show,
	  { "一条预警的来龙去脉", "One alert and its past" },
	  "  minshengctl alert show behind.canteens.yutai\n" },
	{ "ledger", "verify", "", 0, 0, { { "store", "FOLDER" } }, ctl_ledger_verify,
	  { "重放台账，核对链、状态、数据", "Replay the ledger; check chain, state and figures" },
	  "  minshengctl ledger verify\n"
	  "  minshengctl ledger verify --store /var/lib/minsheng   # while the daemon is down\n" },
	{ "clock", "set", "TIME", 1, 2, { { NULL, NULL } }, ctl_clock_set,
	  { "拨动 manual 时钟（演练）", "Set a manual clock (rehearsals)" },
	  "  minshengctl clock set 2022-06-30            # 09:00 there\n"
	  "  minshengctl clock set 2022-06-30 17:30      # local time of the programme\n"
	  "  minshengctl clock set 2022-06-30T09:00:00+08:00\n" },
};
/* clang-format on */
const size_t ctl_command_count = sizeof(ctl_commands) / sizeof(ctl_commands[0]);

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
	fputs(lang == LANG_ZH ?
		      "例如：\n  minshengctl status\n  minshengctl target show canteens\n"
		      "  minshengctl unit invite yutai > yutai.token\n\n命令：\n" :
		      "For example:\n  minshengctl status\n  minshengctl target show canteens\n"
		      "  minshengctl unit invite yutai > yutai.token\n\nCommands:\n",
	      to);
	for (size_t i = 0; i < ctl_command_count; i++) {
		const struct ctl_command *k = &ctl_commands[i];
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
	for (size_t i = 0; i < ctl_command_count; i++) {
		const struct ctl_command *k = &ctl_commands[i];

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
	for (size_t i = 0; i < ctl_command_count; i++)
		if (strcmp(ctl_commands[i].noun, word) == 0)
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
