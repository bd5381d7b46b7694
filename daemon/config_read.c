/* SPDX-License-Identifier: MIT */
#include "daemon/config_read.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/decimal.h"
#include "serve/address.h"

/* %1$s: the key, %2$s: what stands there, %3$s: what is allowed */
static const struct {
	struct lang_text text, hint;
} faults[] = {
	[CONFIG_FAULT_UNKNOWN] = { { "不认识的配置项“%1$s”", "unknown key \"%1$s\"" },
				   { "可用的配置项：%3$s", "known here: %3$s" } },
	[CONFIG_FAULT_NOT_MAP] = { { "“%1$s”应为一组“名称: 值”",
				     "\"%1$s\" has to hold \"name: value\" lines" },
				   { "每行一项，缩进写在它下面",
				     "write one a line, indented below it" } },
	[CONFIG_FAULT_NOT_LIST] = { { "“%1$s”应为列表，每项以“-”开头",
				      "\"%1$s\" has to be a list, each entry with a dash" },
				    { "最多 %3$s 项", "at most %3$s entries" } },
	[CONFIG_FAULT_NOT_SCALAR] = { { "“%1$s”应为单个值", "\"%1$s\" takes a single value" },
				      { NULL, NULL } },
	[CONFIG_FAULT_COUNT] = { { "%1$s：“%2$s”不是整数", "%1$s: \"%2$s\" is not a whole number" },
				 { "使用半角数字，例如 %3$s",
				   "write plain digits, such as %3$s" } },
	[CONFIG_FAULT_SIZE] = { { "%1$s：“%2$s”不是数据量", "%1$s: \"%2$s\" is not a size" },
				{ "整数加单位 KiB、MiB 或 GiB，例如 %3$s",
				  "write a whole number with KiB, MiB or GiB, such as %3$s" } },
	[CONFIG_FAULT_RANGE] = { { "%1$s：“%2$s”超出范围", "%1$s: %2$s is out of range" },
				 { "允许 %3$s", "allowed: %3$s" } },
	[CONFIG_FAULT_ENDPOINT] = { { "%1$s：“%2$s”不是监听地址",
				      "%1$s: \"%2$s\" is not an address to listen on" },
				    { "写成 tcp://地址:端口，例如 %3$s",
				      "write tcp://ADDRESS:PORT, such as %3$s" } },
	[CONFIG_FAULT_HTTP] = { { "%1$s：“%2$s”不是监听地址",
				  "%1$s: \"%2$s\" is not an address to listen on" },
				{ "写成 地址:端口，例如 %3$s，或 off",
				  "write ADDRESS:PORT, such as %3$s, or off" } },
	[CONFIG_FAULT_PORT_SAME] = { { "%1$s：“%2$s”已用于 %3$s", "%1$s: %2$s is taken by %3$s" },
				     { "每个套接字使用不同的端口",
				       "give each socket a port of its own" } },
	[CONFIG_FAULT_CHOICE] = { { "%1$s：不认识“%2$s”", "%1$s: \"%2$s\" is none of the choices" },
				  { "可选：%3$s", "choose one of: %3$s" } },
	[CONFIG_FAULT_TIME] = { { "%1$s：“%2$s”不是时间", "%1$s: \"%2$s\" is not a time" },
				{ "写成 %3$s（须带时区）",
				  "write it like %3$s (with its offset)" } },
	[CONFIG_FAULT_LONG] = { { "%1$s：内容过长", "%1$s: the text is too long" },
				{ "最多 %3$s 字节", "at most %3$s bytes" } },
	[CONFIG_FAULT_HOSTS] = { { "%1$s：“%2$s”不是域名或地址",
				   "%1$s: \"%2$s\" is no name or address" },
				 { "只写名称，不带 http:// 和端口，例如 %3$s",
				   "write the name alone, without http:// and port, such as %3$s" } },
	[CONFIG_FAULT_NETWORKS] = { { "%1$s：“%2$s”不是地址或网段",
				      "%1$s: \"%2$s\" is no address or network" },
				    { "例如 %3$s", "write it like %3$s" } },
	[CONFIG_FAULT_ORIGINS] = { { "%1$s：“%2$s”不是网站地址",
				     "%1$s: \"%2$s\" is no address of a site" },
				   { "写成 %3$s，不带路径", "write it like %3$s, without a path" } },
	[CONFIG_FAULT_PUBLIC] = { { "%1$s：%2$s 可从其他机器访问，但没有设置 %3$s",
				    "%1$s: %2$s can be reached from other machines, but %3$s is not set" },
				  { "在 web.hosts 写明浏览器所用的域名或地址；或者只监听 127.0.0.1，由反向代理提供 TLS",
				    "name in web.hosts what browsers call it; or listen on 127.0.0.1 and "
				    "put a reverse proxy with TLS before it" } },
};

void config_fault(struct config_load *l, const struct yaml_node *at, enum config_fault what,
		  const char *key, const char *found, const char *allowed)
{
	diag_add(l->diags, DIAG_ERROR, l->file, at ? at->line : 0, at ? at->column : 0,
		 &faults[what].text, &faults[what].hint, key, found, allowed);
}

void *config_field(void *base, const struct config_key *k)
{
	return (char *)base + k->offset;
}

void config_key_path(const struct config_key *k, char out[64])
{
	snprintf(out, 64, "%s%s%s", k->section, k->section[0] ? "." : "", k->name);
}

static void set_text(struct config_load *l, const struct config_key *k, char *value)
{
	char **at = config_field(l->into, k);

	if (!value)
		l->nomem = true;
	free(*at);
	*at = value;
}

static void set_number(struct config_load *l, const struct config_key *k, uint64_t value)
{
	void *at = config_field(l->into, k);

	if (k->width == sizeof(uint64_t))
		*(uint64_t *)at = value;
	else if (k->width == sizeof(bool))
		*(bool *)at = value != 0;
	else
		*(uint32_t *)at = (uint32_t)value;
}

/* --- one function a type; text is NUL-terminated --------------------------------------------- */
typedef void read_fn(struct config_load *l, const struct config_key *k, const struct yaml_node *at,
		     const char *text);

#define TEXT_MAX 1024

static void read_word(struct config_load *l, const struct config_key *k, const struct yaml_node *at,
		      const char *text)
{
	char key[64];

	config_key_path(k, key);
	if (strlen(text) >= TEXT_MAX)
		config_fault(l, at, CONFIG_FAULT_LONG, key, text, "1023");
	else
		set_text(l, k, strdup(text));
}

static void read_path(struct config_load *l, const struct config_key *k, const struct yaml_node *at,
		      const char *text)
{
	const char *slash = strrchr(l->file, '/');
	char *joined = NULL;

	if (text[0] == '\0' || text[0] == '/' || !slash || !at || strlen(text) >= TEXT_MAX) {
		read_word(l, k, at, text);
		return;
	}
	if (asprintf(&joined, "%.*s/%s", (int)(slash - l->file), l->file, text) < 0)
		joined = NULL;
	set_text(l, k, joined);
}

/* ADDRESS:PORT; port 0 .. 65535 or *. */
static bool is_address(const char *text)
{
	const char *colon = strrchr(text, ':');
	char *end;
	unsigned long port;

	if (!colon || colon == text || strlen(text) > 100 || text[strcspn(text, " \t/")] != '\0')
		return false;
	if (strcmp(colon, ":*") == 0)
		return true;
	port = strtoul(colon + 1, &end, 10);
	return colon[1] >= '0' && colon[1] <= '9' && *end == '\0' && port <= 65535;
}

bool config_port_is_chosen(const char *text)
{
	const char *colon = strrchr(text, ':');

	return colon && (strcmp(colon, ":*") == 0 || strcmp(colon, ":0") == 0);
}

static void read_endpoint(struct config_load *l, const struct config_key *k,
			  const struct yaml_node *at, const char *text)
{
	char key[64];

	config_key_path(k, key);
	if (strncmp(text, "tcp://", 6) != 0 || !is_address(text + 6))
		config_fault(l, at, CONFIG_FAULT_ENDPOINT, key, text, k->standard);
	else
		set_text(l, k, strdup(text));
}

static void read_http(struct config_load *l, const struct config_key *k, const struct yaml_node *at,
		      const char *text)
{
	char key[64], *copy;
	size_t n = strlen(text);

	config_key_path(k, key);
	if (strcmp(text, "off") != 0 && !is_address(text)) {
		config_fault(l, at, CONFIG_FAULT_HTTP, key, text, k->standard);
		return;
	}
	copy = strdup(text);
	if (copy && copy[n - 1] == '*')
		copy[n - 1] = '0';
	set_text(l, k, copy);
}

static bool is_host(const char *word)
{
	return strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-[]:") ==
		       strlen(word) &&
	       (word[0] == '[' || strchr(word, ':') == NULL);
}

static bool is_origin(const char *word)
{
	size_t scheme = strncmp(word, "https://", 8) == 0 ? 8 :
			strncmp(word, "http://", 7) == 0  ? 7 :
							    0;

	return scheme > 0 && word[scheme] != '\0' &&
	       strspn(word + scheme, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "0123456789.-[]:*") == strlen(word + scheme);
}

/* Words with a space between each two; a word that is none of what the key takes is a fault. */
static void read_words(struct config_load *l, const struct config_key *k,
		       const struct yaml_node *at, const char *text)
{
	static const struct {
		bool (*fits)(const char *word);
		enum config_fault fault;
		const char *such;
	} kinds[] = {
		{ is_host, CONFIG_FAULT_HOSTS, "minsheng.example.gov.cn" },
		{ address_is_network, CONFIG_FAULT_NETWORKS, "127.0.0.1 10.2.0.0/16" },
		{ is_origin, CONFIG_FAULT_ORIGINS, "https://portal.example.gov.cn" },
	};
	size_t kind = (size_t)(k->type - CONFIG_HOSTS), used = 0;
	char key[64], out[TEXT_MAX], word[TEXT_MAX];

	config_key_path(k, key);
	if (strlen(text) >= TEXT_MAX - 1) {
		config_fault(l, at, CONFIG_FAULT_LONG, key, text, "1022");
		return;
	}
	out[0] = '\0';
	while (*(text += strspn(text, " ,\n")) != '\0') {
		size_t n = strcspn(text, " ,\n");

		snprintf(word, sizeof(word), "%.*s", (int)n, text);
		if (!kinds[kind].fits(word))
			config_fault(l, at, kinds[kind].fault, key, word, kinds[kind].such);
		used += (size_t)snprintf(out + used, sizeof(out) - used, "%s%s", used ? " " : "",
					 word);
		text += n;
	}
	set_text(l, k, strdup(out));
}

static bool whole_number(const char *text, size_t len, uint64_t *out)
{
	int64_t value;

	if (len == 0 || text[0] < '0' || text[0] > '9' ||
	    decimal_parse(bytes_of(text, len), 0, &value) != ERR_OK || memchr(text, '.', len))
		return false;
	*out = (uint64_t)value;
	return true;
}

static void in_range(struct config_load *l, const struct config_key *k, const struct yaml_node *at,
		     const char *text, uint64_t value)
{
	char key[64], allowed[64];

	config_key_path(k, key);
	if (value >= k->min && value <= k->max) {
		set_number(l, k, value);
		return;
	}
	snprintf(allowed, sizeof(allowed), "%llu .. %llu", (unsigned long long)k->min,
		 (unsigned long long)k->max);
	config_fault(l, at, CONFIG_FAULT_RANGE, key, text, allowed);
}

static void read_count(struct config_load *l, const struct config_key *k,
		       const struct yaml_node *at, const char *text)
{
	char key[64];
	uint64_t value;

	config_key_path(k, key);
	if (whole_number(text, strlen(text), &value))
		in_range(l, k, at, text, value);
	else
		config_fault(l, at, CONFIG_FAULT_COUNT, key, text, k->standard);
}

static void read_size(struct config_load *l, const struct config_key *k, const struct yaml_node *at,
		      const char *text)
{
	static const struct {
		const char *name;
		unsigned shift;
	} units[] = { { "", 0 }, { "B", 0 }, { "KiB", 10 }, { "MiB", 20 }, { "GiB", 30 } };
	size_t digits = strspn(text, "0123456789");
	const char *unit = text + digits + strspn(text + digits, " ");
	char key[64];
	uint64_t value;

	config_key_path(k, key);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(unit, units[i].name) != 0 || !whole_number(text, digits, &value))
			continue;
		if (value > UINT64_MAX >> units[i].shift)
			value = UINT64_MAX;
		else
			value <<= units[i].shift;
		in_range(l, k, at, text, value);
		return;
	}
	config_fault(l, at, CONFIG_FAULT_SIZE, key, text, k->standard);
}

static void read_clock(struct config_load *l, const struct config_key *k,
		       const struct yaml_node *at, const char *text)
{
	bool manual = strcmp(text, "manual") == 0;
	char key[64];

	config_key_path(k, key);
	if (manual || strcmp(text, "system") == 0)
		set_number(l, k, manual);
	else
		config_fault(l, at, CONFIG_FAULT_CHOICE, key, text, "system, manual");
}

static void read_reading(struct config_load *l, const struct config_key *k,
			 const struct yaml_node *at, const char *text)
{
	bool signed_in = strcmp(text, "signed_in") == 0;
	char key[64];

	config_key_path(k, key);
	if (signed_in || strcmp(text, "open") == 0)
		set_number(l, k, signed_in);
	else
		config_fault(l, at, CONFIG_FAULT_CHOICE, key, text, "open, signed_in");
}

static void read_time(struct config_load *l, const struct config_key *k, const struct yaml_node *at,
		      const char *text)
{
	char key[64];
	int64_t ms;

	config_key_path(k, key);
	if (date_time_parse(bytes_of_string(text), &ms) == ERR_OK)
		*(int64_t *)config_field(l->into, k) = ms;
	else
		config_fault(l, at, CONFIG_FAULT_TIME, key, text, k->standard);
}

static void read_level(struct config_load *l, const struct config_key *k,
		       const struct yaml_node *at, const char *text)
{
	char key[64];

	config_key_path(k, key);
	if (!log_level_parse(text, config_field(l->into, k)))
		config_fault(l, at, CONFIG_FAULT_CHOICE, key, text, "error, warn, info, debug");
}

static read_fn *const readers[] = {
	[CONFIG_PATH] = read_path,   [CONFIG_WORD] = read_word,	  [CONFIG_ENDPOINT] = read_endpoint,
	[CONFIG_HTTP] = read_http,   [CONFIG_COUNT] = read_count, [CONFIG_SIZE] = read_size,
	[CONFIG_HOSTS] = read_words, [CONFIG_NETWORKS] = read_words, [CONFIG_ORIGINS] = read_words,
	[CONFIG_READING] = read_reading,
	[CONFIG_CLOCK] = read_clock, [CONFIG_TIME] = read_time,	  [CONFIG_LEVEL] = read_level,
};

void config_read(struct config_load *l, const struct config_key *k, const struct yaml_node *at,
		 const char *text)
{
	readers[k->type](l, k, at, text);
}
