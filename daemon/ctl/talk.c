/* SPDX-License-Identifier: MIT */
/* Asking the daemon, and saying what went wrong. */
#include "daemon/ctl/ctl.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"

#define TIMEOUT_MS 30000
#define ACT_TIMEOUT_MS 70000
#define PAGE "500"

int ctl_complain(const struct ctl *c, int status, struct lang_text text, const char *what)
{
	fprintf(stderr, "minshengctl: %s%s\n", lang_pick(text, c->lang), what ? what : "");
	return status;
}

int ctl_no_file(const struct ctl *c, const char *path)
{
	return ctl_complain(c, CTL_FAILED,
			    (struct lang_text){ "没有这个文件：", "there is no such file: " }, path);
}

void ctl_say(const struct ctl *c, FILE *to, const char *zh, const char *en, ...)
{
	va_list args;

	va_start(args, en);
	if (c->lang == LANG_ZH)
		vfprintf(to, zh, args);
	else
		vfprintf(to, en, args);
	va_end(args);
}

/* --- problems --------------------------------------------------------------------------------- */

static void tell_unreachable(const struct ctl *c, enum err e)
{
	static const struct lang_text nobody = { "没有服务在应答，minshengd 在运行吗？套接字：",
						 "nobody answers; is minshengd running? socket: " };
	static const struct lang_text denied = {
		"无权使用控制套接字（见配置 control.group）：",
		"no right to use the control socket (see control.group): "
	};
	static const struct lang_text late = { "服务没有按时应答：",
					       "the daemon did not answer in time: " };
	static const struct lang_text broken = { "通信失败：", "talking failed: " };

	if (e == ERR_CLOSED)
		ctl_complain(c, CTL_FAILED, nobody, c->socket);
	else if (e == ERR_DENIED)
		ctl_complain(c, CTL_FAILED, denied, c->socket);
	else if (e == ERR_TIMEOUT)
		ctl_complain(c, CTL_FAILED, late, c->socket);
	else
		ctl_complain(c, CTL_FAILED, broken, c->control ? control_reason(c->control) : "");
}

/* What the API names by one word, and the command line by another. */
static const struct {
	const char *api, *typed;
} names[] = { { "measure", "target" } };

const char *ctl_field(const struct ctl *c, const char *field, char out[CTL_PLAIN])
{
	const struct ctl_option *o = c->command ? c->command->options : NULL;
	const char *name = field;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i].api, field) == 0)
			name = names[i].typed;
	snprintf(out, CTL_PLAIN, "--%s", name);
	for (char *at = out; *at != '\0'; at++)
		*at = *at == '_' ? '-' : *at;
	for (size_t i = 0; o != NULL && o[i].name != NULL; i++)
		if (strcmp(o[i].name, out + 2) == 0)
			return out;
	snprintf(out, CTL_PLAIN, "%s", name);
	return out;
}

char *ctl_typed(const char *text)
{
	static const struct {
		const char *api, *typed;
	} words[] = { { " despite", " --despite" },
		      { "（audit.correct）", "（year audit）" },
		      { "(audit.correct)", "(year audit)" },
		      { "（why）", "（--why）" } };
	struct buf out = { 0 };
	char *copy;

	while (*text != '\0') {
		size_t i = 0;

		while (i < sizeof(words) / sizeof(words[0]) &&
		       strncmp(text, words[i].api, strlen(words[i].api)) != 0)
			i++;
		if (i == sizeof(words) / sizeof(words[0])) {
			buf_put_u8(&out, (uint8_t)*text++);
			continue;
		}
		buf_put_string(&out, words[i].typed);
		text += strlen(words[i].api);
	}
	copy = buf_error(&out) == ERR_OK ? strdup(buf_cstring(&out)) : NULL;
	buf_free(&out);
	return copy;
}

static void tell_problem(const struct ctl *c, int status, const json_t *problem)
{
	const char *title = ctl_string(problem, "title"), *detail = ctl_string(problem, "detail");
	const char *field = ctl_string(json_array_get(json_object_get(problem, "errors"), 0),
				       "parameter");
	char number[16], option[CTL_PLAIN], *typed = ctl_typed(detail);

	snprintf(number, sizeof(number), "HTTP %d", status);
	fprintf(stderr, "minshengctl: %s%s%s", title[0] ? title : number,
		detail[0] ? ctl_pick(c, "：", ": ") : "", typed ? typed : detail);
	if (strstr(ctl_string(problem, "type"), "bad-field") != NULL)
		fprintf(stderr, "%s%s%s", ctl_pick(c, "（", " ("), ctl_field(c, field, option),
			ctl_pick(c, "）", ")"));
	fputc('\n', stderr);
	free(typed);
}

/* The answer, or NULL with what is wrong on standard error. */
static json_t *read_answer(const struct ctl *c, enum err e, int status, struct buf *body)
{
	json_t *answer = NULL;

	if (e == ERR_OK && body->len > 0)
		answer = json_loadb((const char *)body->data, body->len, 0, NULL);
	buf_free(body);
	if (e == ERR_OK && status == 200 && answer != NULL)
		return answer;
	if (e == ERR_OK)
		tell_problem(c, status, answer);
	else
		tell_unreachable(c, e);
	json_decref(answer);
	return NULL;
}

static bool connect_to(struct ctl *c)
{
	enum err e = c->control ? ERR_OK : control_open(c->socket, &c->control);

	if (e != ERR_OK)
		tell_unreachable(c, e);
	return e == ERR_OK;
}

static void put_lang(const struct ctl *c, const char *path, char *out, size_t cap)
{
	snprintf(out, cap, "%s%clang=%s", path, strchr(path, '?') ? '&' : '?',
		 c->lang == LANG_ZH ? "zh" : "en");
}

json_t *ctl_get(struct ctl *c, const char *path)
{
	struct buf body = { 0 };
	char whole[1024];
	int status = 0;
	enum err e;

	if (!connect_to(c))
		return NULL;
	put_lang(c, path, whole, sizeof(whole));
	e = control_get(c->control, whole, TIMEOUT_MS, &status, &body);
	return read_answer(c, e, status, &body);
}

json_t *ctl_get_quietly(struct ctl *c, const char *path)
{
	struct buf body = { 0 };
	json_t *answer = NULL;
	int status = 0;
	enum err e = c->control ? ERR_OK : control_open(c->socket, &c->control);

	if (e == ERR_OK)
		e = control_get(c->control, path, TIMEOUT_MS, &status, &body);
	if (e == ERR_OK && status == 200 && body.len > 0)
		answer = json_loadb((const char *)body.data, body.len, 0, NULL);
	buf_free(&body);
	return answer;
}

json_t *ctl_post(struct ctl *c, const char *path, json_t *body, int64_t timeout_ms)
{
	struct buf answer = { 0 };
	char whole[256], *text = body ? json_dumps(body, JSON_COMPACT) : NULL;
	int status = 0;
	enum err e = ERR_NOMEM;

	json_decref(body);
	put_lang(c, path, whole, sizeof(whole));
	if (text != NULL && connect_to(c))
		e = control_post(c->control, whole, bytes_of_string(text), timeout_ms, &status,
				 &answer);
	else if (text != NULL)
		e = ERR_AGAIN; /* told already */
	free(text);
	return e == ERR_AGAIN ? NULL : read_answer(c, e, status, &answer);
}

json_t *ctl_act(struct ctl *c, const char *act, json_t *fields)
{
	const char *why = ctl_option(c, "why");
	uint8_t random[16];
	char id[4 + 2 * sizeof(random) + 1] = "ctl-";

	if (crypto_init() != ERR_OK) {
		json_decref(fields);
		return NULL;
	}
	crypto_random(random, sizeof(random));
	bytes_to_hex(bytes_of(random, sizeof(random)), id + 4);
	if (fields == NULL || json_object_set_new(fields, "id", json_string(id)) != 0 ||
	    json_object_set_new(fields, "act", json_string(act)) != 0 ||
	    (why != NULL && json_object_set_new(fields, "why", json_string(why)) != 0)) {
		json_decref(fields);
		ctl_complain(c, CTL_FAILED,
			     (struct lang_text){ "内容不是 UTF-8，或内存不足",
						 "not UTF-8, or out of memory" },
			     NULL);
		return NULL;
	}
	return ctl_post(c, "/api/v1/acts", fields, ACT_TIMEOUT_MS);
}

/* --- lists ------------------------------------------------------------------------------------ */

void ctl_put_encoded(struct buf *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (isalnum((unsigned char)*text) || strchr("-._~", *text) != NULL)
			buf_put_u8(out, (uint8_t)*text);
		else
			buf_printf(out, "%%%02X", (unsigned char)*text);
	}
}

json_t *ctl_get_one(struct ctl *c, const char *list, const char *id, const char *rest)
{
	struct buf path = { 0 };
	json_t *answer = NULL;

	buf_printf(&path, "/api/v1/%s/", list);
	ctl_put_encoded(&path, id);
	buf_put_string(&path, rest);
	if (buf_error(&path) == ERR_OK)
		answer = ctl_get(c, buf_cstring(&path));
	buf_free(&path);
	return answer;
}

static void put_parameter(struct buf *out, const char *name, const char *value)
{
	buf_put_u8(out, memchr(out->data, '?', out->len) ? '&' : '?');
	for (; *name != '\0'; name++)
		buf_put_u8(out, *name == '-' ? '_' : (uint8_t)*name);
	buf_put_u8(out, '=');
	ctl_put_encoded(out, value);
}

/* Appends the page to the first one; true where there is another one. */
static bool join(json_t **all, json_t *page, const char *list, size_t max)
{
	if (*all == NULL)
		*all = json_incref(page);
	else if (json_array_extend(json_object_get(*all, list), json_object_get(page, list)) != 0)
		return false;
	return json_is_string(json_object_get(page, "next")) &&
	       json_array_size(json_object_get(*all, list)) < max;
}

json_t *ctl_list(struct ctl *c, const char *path, const char *list, const char *const *options,
		 size_t max)
{
	json_t *all = NULL, *page = NULL;
	char *cursor = NULL;
	bool more;

	do {
		struct buf whole = { 0 };

		buf_put_string(&whole, path);
		for (const char *const *o = options; o != NULL && *o != NULL; o++)
			if (ctl_option(c, *o) != NULL)
				put_parameter(&whole, *o, ctl_option(c, *o));
		if (cursor != NULL)
			put_parameter(&whole, "cursor", cursor);
		page = ctl_get(c, buf_cstring(&whole));
		buf_free(&whole);
		free(cursor);
		cursor = NULL;
		if (page == NULL)
			break;
		more = join(&all, page, list, max);
		cursor = more ? strdup(ctl_string(page, "next")) : NULL;
		json_decref(page);
	} while (more && cursor != NULL);
	free(cursor);
	if (page == NULL) {
		json_decref(all);
		return NULL;
	}
	return all;
}

/* The path with the options that are set, from a position on. */
static void put_path(const struct ctl *c, struct buf *out, const char *path,
		     const char *const *options, long long from, const char *cursor)
{
	char text[24];

	buf_put_string(out, path);
	for (const char *const *o = options; o != NULL && *o != NULL; o++)
		if (ctl_option(c, *o) != NULL)
			put_parameter(out, *o, ctl_option(c, *o));
	snprintf(text, sizeof(text), "%lld", from);
	put_parameter(out, "from", text);
	put_parameter(out, "limit", PAGE);
	if (cursor[0] != '\0')
		put_parameter(out, "cursor", cursor);
}

/* The last max of what stands from a position on. */
static json_t *tail(struct ctl *c, const char *path, const char *list, const char *const *options,
		    long long from, size_t max, ctl_keep *keep)
{
	char cursor[64] = "";
	json_t *kept = NULL;

	do {
		struct buf whole = { 0 };
		json_t *page, *before;

		put_path(c, &whole, path, options, from, cursor);
		page = ctl_get(c, buf_cstring(&whole));
		buf_free(&whole);
		for (size_t i = json_array_size(json_object_get(page, list)); keep && i-- > 0;)
			if (!keep(c, json_array_get(json_object_get(page, list), i)))
				json_array_remove(json_object_get(page, list), i);
		before = json_object_get(kept, list);
		if (page != NULL && before != NULL &&
		    (json_array_extend(before, json_object_get(page, list)) != 0 ||
		     json_object_set(page, list, before) != 0)) {
			json_decref(page);
			page = NULL;
		}
		json_decref(kept);
		kept = page;
		while (json_array_size(json_object_get(kept, list)) > max)
			json_array_remove(json_object_get(kept, list), 0);
		snprintf(cursor, sizeof(cursor), "%s", ctl_string(kept, "next"));
	} while (kept != NULL && cursor[0] != '\0');
	return kept;
}

json_t *ctl_newest(struct ctl *c, const char *path, const char *list, const char *const *options,
		   size_t max, ctl_keep *keep)
{
	json_t *head = ctl_get(c, "/api/v1/programme"), *found = NULL;
	long long newest = ctl_number(head, "position"), back = 8, from;

	if (head == NULL)
		return NULL;
	json_decref(head);
	do { /* a window that grows until it has enough */
		from = newest > back ? newest - back : 1;
		back *= 4;
		json_decref(found);
		found = tail(c, path, list, options, from, max, keep);
	} while (found != NULL && from > 1 && json_array_size(json_object_get(found, list)) < max);
	return found;
}

/* --- members ---------------------------------------------------------------------------------- */

bool ctl_printed(const struct ctl *c, const json_t *answer)
{
	if (!c->json)
		return false;
	json_dumpf(answer, stdout, JSON_INDENT(2));
	putchar('\n');
	return true;
}

const char *ctl_string(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

long long ctl_number(const json_t *object, const char *key)
{
	return (long long)json_integer_value(json_object_get(object, key));
}

const char *ctl_words(const struct ctl *c, const json_t *object, const char *key)
{
	return ctl_string(json_object_get(object, key), c->lang == LANG_ZH ? "zh" : "en");
}

bool ctl_count(const struct ctl *c, const char *name, size_t otherwise, size_t most, size_t *out)
{
	const char *text = ctl_option(c, name);
	char *end, say[64];
	long long n;

	*out = otherwise;
	if (text == NULL)
		return true;
	n = strtoll(text, &end, 10);
	*out = (size_t)n;
	if (end != text && *end == '\0' && n >= 1 && n <= (long long)most)
		return true;
	snprintf(say, sizeof(say), "--%s %.20s (1..%zu)", name, text, most);
	ctl_complain(c, CTL_USAGE, (struct lang_text){ "不是这个范围的整数：", "no such number: " },
		     say);
	return false;
}

json_t *ctl_items(const char *text)
{
	json_t *items = json_array();

	while (items != NULL && text != NULL && *text != '\0') {
		size_t n = strcspn(text, ",");

		if (n > 0 && json_array_append_new(items, json_stringn(text, n)) != 0) {
			json_decref(items);
			return NULL;
		}
		text += n + (text[n] == ',');
	}
	return items;
}

const char *ctl_time(const json_t *object, const char *key, char out[CTL_TIME])
{
	char *t;

	snprintf(out, CTL_TIME, "%.16s", ctl_string(object, key));
	t = strchr(out, 'T');
	if (t != NULL)
		*t = ' ';
	return out;
}

const char *ctl_light(const struct ctl *c, const char *light)
{
	static const struct {
		const char *name;
		struct lang_text text;
	} lights[] = {
		{ "green", { "✓ 正常推进", "✓ on plan" } },
		{ "yellow", { "▲ 滞后", "▲ behind" } },
		{ "red", { "✕ 严重滞后", "✕ far behind" } },
		{ "done", { "★ 已完成", "★ done" } },
		{ "reached", { "☆ 达量待核", "☆ reached, to be verified" } },
		{ "none", { "— 暂不亮灯", "— no light" } },
	};

	for (size_t i = 0; i < sizeof(lights) / sizeof(lights[0]); i++)
		if (strcmp(lights[i].name, light) == 0)
			return lang_pick(lights[i].text, c->lang);
	return light;
}
