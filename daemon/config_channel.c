/* SPDX-License-Identifier: MIT */
#include "daemon/config_channel.h"

#include <stdlib.h>
#include <string.h>

#include "aggregator/alerts/book.h"
#include "base/buf.h"
#include "base/decimal.h"
#include "daemon/config_read.h"

#define AT(field) offsetof(struct config_channel, field), sizeof(char *)

/* clang-format off */
static const struct config_key keys[] = {
	{ "notify", "name", CONFIG_WORD, AT(name), 0, 0, "",
	  { "通道名（小写字母、数字、连字符），不可重复；改名即新通道",
	    "Name: lower-case letters, digits, dashes; another name is another channel" } },
	{ "notify", "kind", CONFIG_WORD, AT(kind), 0, 0, "",
	  { "webhook、alertmanager、smtp、wecom、dingtalk 或 feishu",
	    "webhook, alertmanager, smtp, wecom, dingtalk or feishu" } },
	{ "notify", "url", CONFIG_WORD, AT(url), 0, 0, "",
	  { "地址。smtp：smtp://主机:端口 或 smtps://；机器人：密钥之前的部分，留空为官方地址；alertmanager：不含 /api/v2",
	    "Address. smtp: smtp://HOST:PORT or smtps://; bots: what stands before the key, empty for the public "
	    "service; alertmanager: without /api/v2" } },
	{ "notify", "secret_file", CONFIG_PATH, AT(secret_file), 0, 0, "",
	  { "密钥文件（权限 0600），一行一项。webhook：whsec_…，可多行以便轮换；机器人：第一行 key 或 token，第二行签名密钥；smtp、alertmanager：密码",
	    "File with secrets, mode 0600, one a line. webhook: whsec_..., several while they are changed; bots: the "
	    "key or token, then the signing secret; smtp, alertmanager: the password" } },
	{ "notify", "user", CONFIG_WORD, AT(user), 0, 0, "",
	  { "登录用户名：smtp（须 TLS）或 alertmanager", "User name to log in with: smtp (needs TLS), alertmanager" } },
	{ "notify", "ca_file", CONFIG_PATH, AT(ca_file), 0, 0, "",
	  { "验证对方证书用的 CA 文件；留空：系统的", "CA file to check the receiver's certificate; empty: the system's" } },
	{ "notify", "proxy", CONFIG_WORD, AT(proxy), 0, 0, "",
	  { "HTTP 代理，例如 http://10.1.2.3:3128；留空：直连", "HTTP proxy, such as http://10.1.2.3:3128; empty: none" } },
	{ "notify", "private", CONFIG_WORD, AT(private_net), 0, 0, "",
	  { "yes：允许连接内网与本机地址。留空：smtp、alertmanager 允许，其他不允许",
	    "yes: addresses of private networks may be reached. Empty: for smtp and alertmanager only" } },
	{ "notify", "language", CONFIG_WORD, AT(language), 0, 0, "zh",
	  { "zh 或 en", "zh or en" } },
	{ "notify", "kinds", CONFIG_WORD, AT(kinds), 0, 0, "",
	  { "只发这些种类，例如 behind, overdue；留空：全部", "Only these kinds, such as behind, overdue; empty: all" } },
	{ "notify", "severity", CONFIG_WORD, AT(severity), 0, 0, "info",
	  { "最低级别：info、yellow 或 red", "The least severity: info, yellow or red" } },
	{ "notify", "units", CONFIG_WORD, AT(units), 0, 0, "",
	  { "只发这些单位；留空：全部", "Only these units; empty: all" } },
	{ "notify", "leads", CONFIG_WORD, AT(leads), 0, 0, "",
	  { "只发这些牵头单位的事项；留空：全部", "Only items of these leads; empty: all" } },
	{ "notify", "projects", CONFIG_WORD, AT(projects), 0, 0, "",
	  { "只发这些项目；留空：全部", "Only these projects; empty: all" } },
	{ "notify", "transitions", CONFIG_WORD, AT(transitions), 0, 0, "raised, severity, resolved",
	  { "只发这些变化；all：全部，包括 updated、acknowledged、commented 等",
	    "Only these transitions; all: updated, acknowledged, commented and the others too" } },
	{ "notify", "digest", CONFIG_WORD, AT(digest), 0, 0, "",
	  { "smtp 与机器人的摘要：now、30m、2h、08:30（每天）或 monthly 08:30（每月关账日）。留空：smtp 为 monthly 08:30，机器人为 now",
	    "Digests of smtp and bots: now, 30m, 2h, 08:30 (daily) or monthly 08:30 (the day that closes a month). "
	    "Empty: monthly 08:30 for smtp, now for bots" } },
	{ "notify", "red_now", CONFIG_WORD, AT(red_now), 0, 0, "yes",
	  { "yes：新的红灯不等摘要，立即发", "yes: new reds do not wait for the digest" } },
	{ "notify", "quiet", CONFIG_WORD, AT(quiet), 0, 0, "",
	  { "免打扰时段，例如 22:00-07:00，其间的消息之后再发",
	    "Quiet hours, such as 22:00-07:00; what comes in them is sent afterwards" } },
	{ "notify", "workdays", CONFIG_WORD, AT(workdays), 0, 0, "no",
	  { "yes：只在工作日发送（按目录的日历）", "yes: only on working days, by the catalogue's calendar" } },
	{ "notify", "since", CONFIG_WORD, AT(since), 0, 0, "now",
	  { "新通道从何处开始：now 或 start（全部历史）", "Where a new channel begins: now, or start (all that ever was)" } },
	{ "notify", "mail_from", CONFIG_WORD, AT(mail_from), 0, 0, "",
	  { "smtp：发件地址", "smtp: the sender's address" } },
	{ "notify", "mail_to", CONFIG_WORD, AT(mail_to), 0, 0, "",
	  { "smtp：收件地址，逗号分隔", "smtp: addresses of receivers, separated by commas" } },
	{ "notify", "prefix", CONFIG_WORD, AT(prefix), 0, 0, "",
	  { "标题开头的字，例如钉钉机器人要求的关键词", "Words that begin the title, such as a keyword that a DingTalk bot asks for" } },
};
/* clang-format on */
#define KEY_COUNT (sizeof(keys) / sizeof(keys[0]))

static const struct {
	const char *name, *url; /* the public service's address, or "" */
} kinds[] = {
	[CONFIG_WEBHOOK] = { "webhook", "" },
	[CONFIG_ALERTMANAGER] = { "alertmanager", "" },
	[CONFIG_SMTP] = { "smtp", "" },
	[CONFIG_WECOM] = { "wecom", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=" },
	[CONFIG_DINGTALK] = { "dingtalk", "https://oapi.dingtalk.com/robot/send?access_token=" },
	[CONFIG_FEISHU] = { "feishu", "https://open.feishu.cn/open-apis/bot/v2/hook/" },
};

const char *config_channel_kind_name(enum config_channel_kind k)
{
	return kinds[k].name;
}

bool config_channel_lists(const char *list, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = list; *at != '\0';) {
		size_t n = strcspn(at, ", ");

		if (n == len && strncmp(at, word, n) == 0)
			return true;
		at += n + (at[n] != '\0');
	}
	return list[strspn(list, ", ")] == '\0';
}

/* --- what the texts say ---------------------------------------------------------------------- */
struct reading {
	struct config_load *l;
	const struct yaml_node *map;
	const struct yaml_node *seen[KEY_COUNT]; /* where each key was set, or NULL */
	struct config_channel *c;
	bool fine;
};

static const struct yaml_node *place_of(const struct reading *r, const char *key)
{
	for (size_t i = 0; i < KEY_COUNT; i++)
		if (strcmp(keys[i].name, key) == 0 && r->seen[i] != NULL)
			return r->seen[i];
	return r->map;
}

static void wrong(struct reading *r, const char *key, const char *found, const char *allowed)
{
	char path[64];

	snprintf(path, sizeof(path), "notify.%s", key);
	config_fault(r->l, place_of(r, key), CONFIG_FAULT_CHOICE, path, found, allowed);
	r->fine = false;
}

static void check_name(struct reading *r)
{
	const char *name = r->c->name;
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");

	if (n == 0 || n > CONFIG_CHANNEL_NAME || name[n] != '\0')
		wrong(r, "name", name, "a-z 0-9 - (1 .. 32)");
	for (const struct config_channel *o = r->l->config->notify; o < r->c; o++)
		if (strcmp(o->name, name) == 0)
			wrong(r, "name", name, "another name (taken)");
}

static void read_type(struct reading *r)
{
	for (size_t i = 0; i < CONFIG_CHANNEL_KINDS; i++)
		if (strcmp(kinds[i].name, r->c->kind) == 0) {
			r->c->type = (enum config_channel_kind)i;
			return;
		}
	wrong(r, "kind", r->c->kind, "webhook, alertmanager, smtp, wecom, dingtalk, feishu");
}

static bool starts_with(const char *s, const char *with)
{
	return strncmp(s, with, strlen(with)) == 0 && strlen(s) > strlen(with);
}

#define ADDRESS_MAX 254 /* of SMTP */

/* Each of them has an @ and may be sent: one that could not would get nothing, and nobody would know. */
static bool are_addresses(const char *list)
{
	size_t count = 0;

	while (list[strspn(list, ", ")] != '\0') {
		size_t n;

		list += strspn(list, ", ");
		n = strcspn(list, ", ");
		if (n > ADDRESS_MAX || memchr(list, '@', n) == NULL)
			return false;
		list += n;
		count++;
	}
	return count > 0;
}

static void check_mail(struct reading *r)
{
	struct config_channel *c = r->c;

	if (!starts_with(c->url, "smtp://") && !starts_with(c->url, "smtps://"))
		wrong(r, "url", c->url, "smtp://HOST:PORT, smtps://HOST:PORT");
	if (!strchr(c->mail_from, '@') || c->mail_from[strcspn(c->mail_from, " ,<>\r\n")] != '\0')
		wrong(r, "mail_from", c->mail_from, "office@example.gov.cn");
	if (!are_addresses(c->mail_to) || c->mail_to[strcspn(c->mail_to, "<>\r\n")] != '\0')
		wrong(r, "mail_to", c->mail_to, "a@example.gov.cn, b@example.gov.cn");
}

static void fill_address(struct reading *r)
{
	char **url = &r->c->url;
	char *standard;

	if ((*url)[0] != '\0' || kinds[r->c->type].url[0] == '\0')
		return;
	standard = strdup(kinds[r->c->type].url);
	r->l->nomem |= standard == NULL;
	if (standard != NULL) {
		free(*url);
		*url = standard;
	}
}

static void check_address(struct reading *r)
{
	struct config_channel *c = r->c;

	fill_address(r);
	if (c->type == CONFIG_SMTP)
		check_mail(r);
	else if (!starts_with(c->url, "http://") && !starts_with(c->url, "https://"))
		wrong(r, "url", c->url, "https://HOST/PATH");
	if (c->secret_file[0] == '\0' && (c->type == CONFIG_WEBHOOK || c->type >= CONFIG_WECOM ||
					  c->user[0] != '\0'))
		wrong(r, "secret_file", "", "FILE");
}

/* The bit of a word of a list; 0: there is none. */
typedef uint64_t bit_fn(const char *word, size_t len);

static uint64_t kind_bit(const char *word, size_t len)
{
	for (unsigned k = 1; k < BOOK_KIND_END; k++) {
		const char *known = book_kind_name((enum book_kind)k);

		if (strlen(known) == len && strncmp(known, word, len) == 0)
			return UINT64_C(1) << k;
	}
	return 0;
}

static uint64_t transition_bit(const char *word, size_t len)
{
	for (unsigned t = 1; t < BOOK_TRANSITION_END; t++) {
		const char *known = book_transition_name((enum book_transition)t);

		if (strlen(known) == len && strncmp(known, word, len) == 0)
			return UINT64_C(1) << t;
	}
	return len == 3 && strncmp(word, "all", 3) == 0 ? UINT32_MAX : 0;
}

static uint64_t read_mask(struct reading *r, const char *key, const char *list, bit_fn *bit_of,
			  const char *allowed)
{
	uint64_t mask = 0;

	for (const char *at = list; *at != '\0';) {
		size_t n = strcspn(at, ", ");
		uint64_t bit = bit_of(at, n);

		if (n > 0 && bit == 0)
			wrong(r, key, list, allowed);
		if (n > 0 && bit == 0)
			return 0;
		mask |= bit;
		at += n + (at[n] != '\0');
	}
	return mask ? mask : UINT64_MAX;
}

static void read_severity(struct reading *r)
{
	for (unsigned s = BOOK_INFO; s < BOOK_SEVERITY_END; s++)
		if (strcmp(book_severity_name((enum book_severity)s), r->c->severity) == 0)
			r->c->least = s;
	if (r->c->least == 0)
		wrong(r, "severity", r->c->severity, "info, yellow, red");
}

/* One of two words. */
static bool read_choice(struct reading *r, const char *key, const char *text, const char *yes,
			const char *no)
{
	char allowed[32];

	if (strcmp(text, yes) == 0 || strcmp(text, no) == 0)
		return text[0] == yes[0];
	snprintf(allowed, sizeof(allowed), "%s, %s", no, yes);
	wrong(r, key, text, allowed);
	return false;
}

static void read_private(struct reading *r)
{
	struct config_channel *c = r->c;

	c->private_allowed = c->type == CONFIG_SMTP || c->type == CONFIG_ALERTMANAGER;
	if (c->private_net[0] != '\0')
		c->private_allowed = read_choice(r, "private", c->private_net, "yes", "no");
}

/* --- times of day ---------------------------------------------------------------------------- */
/* Minutes of "HH:MM" at the beginning of text; -1 where it is none. */
static int read_minute(const char *text)
{
	static const char form[] = "00:00";

	for (size_t i = 0; i < 5; i++)
		if (form[i] == ':' ? text[i] != ':' : text[i] < '0' || text[i] > '9')
			return -1;
	if (text[0] > '2' || (text[0] == '2' && text[1] > '3') || text[3] > '5')
		return -1;
	return ((text[0] - '0') * 10 + text[1] - '0') * 60 + (text[3] - '0') * 10 + text[4] - '0';
}

/* "30m", "2h": 0 where it is none, or more than a week. */
static int64_t read_every(const char *text)
{
	size_t digits = strspn(text, "0123456789");
	int64_t n;

	if (digits == 0 || digits > 5 || decimal_parse(bytes_of(text, digits), 0, &n) != ERR_OK ||
	    (strcmp(text + digits, "m") != 0 && strcmp(text + digits, "h") != 0))
		return 0;
	n *= text[digits] == 'm' ? 1 : 60;
	return n <= 7 * 24 * 60 ? n * 60000 : 0;
}

static void read_digest(struct reading *r)
{
	static const char monthly[] = "monthly ";
	struct config_channel *c = r->c;
	const char *text = c->digest;

	if (text[0] == '\0')
		text = c->type == CONFIG_SMTP ? "monthly 08:30" : "now";
	if (strcmp(text, "now") == 0)
		return;
	c->digest_ms = read_every(text);
	c->digest_when = c->digest_ms ? CONFIG_DIGEST_EVERY : CONFIG_DIGEST_DAILY;
	if (c->digest_ms)
		return;
	if (starts_with(text, monthly)) {
		c->digest_when = CONFIG_DIGEST_MONTHLY;
		text += strlen(monthly);
	}
	c->digest_minute = read_minute(text);
	if (c->digest_minute < 0 || strlen(text) != 5)
		wrong(r, "digest", c->digest, "now, 30m, 2h, 08:30, monthly 08:30");
}

static void read_quiet(struct reading *r)
{
	struct config_channel *c = r->c;

	c->quiet_from = c->quiet_to = -1;
	if (c->type == CONFIG_ALERTMANAGER && (c->quiet[0] != '\0' || c->workdays_only))
		wrong(r, c->quiet[0] ? "quiet" : "workdays", c->quiet[0] ? c->quiet : "yes",
		      "\"\" (Alertmanager: mute_time_intervals)");
	if (c->quiet[0] == '\0')
		return;
	if (strlen(c->quiet) == 11 && c->quiet[5] == '-') {
		c->quiet_from = read_minute(c->quiet);
		c->quiet_to = read_minute(c->quiet + 6);
	}
	if (c->quiet_from < 0 || c->quiet_to < 0 || c->quiet_from == c->quiet_to)
		wrong(r, "quiet", c->quiet, "22:00-07:00");
}

static void check(struct reading *r)
{
	struct config_channel *c = r->c;

	check_name(r);
	read_type(r);
	if (!r->fine)
		return;
	check_address(r);
	c->kind_mask = read_mask(r, "kinds", c->kinds, kind_bit, "behind, overdue, silent, ...");
	c->transition_mask = (uint32_t)read_mask(r, "transitions", c->transitions, transition_bit,
						 "all, raised, severity, resolved, updated, ...");
	read_severity(r);
	read_private(r);
	c->lang = read_choice(r, "language", c->language, "zh", "en") ? LANG_ZH : LANG_EN;
	c->urgent = read_choice(r, "red_now", c->red_now, "yes", "no");
	c->workdays_only = read_choice(r, "workdays", c->workdays, "yes", "no");
	c->from_start = read_choice(r, "since", c->since, "start", "now");
	read_digest(r);
	read_quiet(r);
}

/* --- the list -------------------------------------------------------------------------------- */
static void unknown(struct config_load *l, const struct yaml_node *key)
{
	struct buf known = { 0 };

	for (size_t i = 0; i < KEY_COUNT; i++)
		buf_printf(&known, "%s%s", i ? ", " : "", keys[i].name);
	config_fault(l, key, CONFIG_FAULT_UNKNOWN, (const char *)key->text.data, "",
		     buf_cstring(&known));
	buf_free(&known);
}

static void read_value(struct reading *r, const struct yaml_node *key,
		       const struct yaml_node *value)
{
	const char *name = (const char *)key->text.data;

	for (size_t i = 0; i < KEY_COUNT; i++) {
		if (strcmp(keys[i].name, name) != 0)
			continue;
		r->seen[i] = value;
		if (value->kind == YAML_SCALAR)
			config_read(r->l, &keys[i], value, (const char *)value->text.data);
		else
			config_fault(r->l, value, CONFIG_FAULT_NOT_SCALAR, name, "", "");
		return;
	}
	unknown(r->l, key);
}

static void read_channel(struct config_load *l, const struct yaml_node *map,
			 struct config_channel *c)
{
	struct reading r = { .l = l, .map = map, .c = c, .fine = true };

	l->into = c;
	for (size_t i = 0; i < KEY_COUNT; i++)
		config_read(l, &keys[i], NULL, keys[i].standard);
	for (size_t i = 0; i < map->count && !l->nomem; i++)
		read_value(&r, map->keys[i], map->values[i]);
	if (!l->nomem)
		check(&r);
	l->into = l->config;
}

void config_channels_read(struct config_load *l, const struct yaml_node *list)
{
	struct config *c = l->config;

	if (list->kind == YAML_SCALAR && list->text.len == 0)
		return;
	if (list->kind != YAML_LIST || list->count > CONFIG_CHANNELS_MAX) {
		config_fault(l, list, CONFIG_FAULT_NOT_LIST, "notify", "", "32");
		return;
	}
	c->notify = calloc(list->count + 1, sizeof(*c->notify));
	l->nomem |= c->notify == NULL;
	for (size_t i = 0; i < list->count && !l->nomem; i++) {
		const struct yaml_node *map = list->values[i];

		if (map->kind == YAML_MAP)
			read_channel(l, map, &c->notify[c->notify_count++]);
		else
			config_fault(l, map, CONFIG_FAULT_NOT_MAP, "notify", "", "");
	}
}

void config_channels_free(struct config_channel *channels, size_t count)
{
	for (size_t i = 0; channels && i < count; i++)
		for (size_t k = 0; k < KEY_COUNT; k++)
			free(*(char **)((char *)&channels[i] + keys[k].offset));
	free(channels);
}

void config_channels_reference(enum lang lang, FILE *to)
{
	static const struct lang_text help = {
		"对外通知的通道，逐条列出；重启后生效。每条可有：",
		"Channels to the outside, one an entry; a restart applies it. Each may have:"
	};

	fprintf(to, "\n# %s\nnotify: []\n", lang_pick(help, lang));
	for (size_t i = 0; i < KEY_COUNT; i++) {
		fprintf(to, "#     # %s\n", lang_pick(keys[i].help, lang));
		fprintf(to, "#   %s %s: %s\n", i ? " " : "-", keys[i].name,
			keys[i].standard[0] ? keys[i].standard : "\"\"");
	}
}
