/* SPDX-License-Identifier: MIT */
/* Keys and delegation. */
#include "daemon/ctl/ctl.h"
#include "daemon/ctl/table.h"

#include <stdio.h>
#include <string.h>

#include "base/fs.h"
#include "proto/curve.h"

#define KEYFILE_MAX 4096

/* --- lists ------------------------------------------------------------------------------------ */

static void put_items(struct table *t, const json_t *items)
{
	char text[200] = "";
	json_t *item;
	size_t i, n = 0;

	json_array_foreach(items, i, item) if (n < sizeof(text)) n += (size_t)snprintf(
		text + n, sizeof(text) - n, "%s%s", i ? "," : "", json_string_value(item));
	table_put(t, text);
}

/* Keys of all units, or of one. Returns how many. */
static size_t put_keys(const struct ctl *c, struct table *t, const json_t *answer, const char *unit)
{
	json_t *reporter, *key;
	size_t i, k, count = 0;
	char since[CTL_TIME];

	json_array_foreach(json_object_get(answer, "reporters"), i, reporter)
	{
		if (unit != NULL && strcmp(ctl_string(reporter, "id"), unit) != 0)
			continue;
		json_array_foreach(json_object_get(reporter, "keys"), k, key)
		{
			table_put(t, ctl_string(reporter, "id"));
			table_put(t, ctl_words(c, reporter, "name"));
			table_put(t, ctl_string(key, "fingerprint"));
			table_put(t, ctl_word(c, ctl_string(key, "role")));
			table_put(t, ctl_word(c, ctl_string(key, "state")));
			table_put(t, ctl_time(key, "since", since));
			put_items(t, json_object_get(key, "items"));
			count++;
		}
	}
	return count;
}

static int list_keys(struct ctl *c, const char *unit)
{
	static const struct lang_text heads[] = { { "单位", "unit" },	     { "名称", "name" },
						  { "指纹", "fingerprint" }, { "角色", "role" },
						  { "状态", "state" },	     { "自", "since" },
						  { "限于事项", "items" } };
	json_t *answer = ctl_get(c, "/api/v1/reporters");
	struct table *t;

	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer)) {
		t = table_new("lllllll");
		for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
			table_put(t, lang_pick(heads[i], c->lang));
		if (put_keys(c, t, answer, unit) > 0)
			table_print(t, stdout);
		else
			puts(ctl_pick(c, "没有密钥；发邀请：minshengctl unit invite 单位",
				      "no keys; invite: minshengctl unit invite UNIT"));
		table_free(t);
	}
	json_decref(answer);
	return CTL_OK;
}

int ctl_key_list(struct ctl *c)
{
	return list_keys(c, NULL);
}

int ctl_unit_keys(struct ctl *c)
{
	json_t *unit = ctl_get_one(c, "units", c->arguments[0], ""); /* says it where there is none */

	if (unit == NULL)
		return CTL_FAILED;
	json_decref(unit);
	return list_keys(c, c->arguments[0]);
}

/* --- approve, revoke -------------------------------------------------------------------------- */

/* By hex, z85, the whole fingerprint, its words or its number. */
static bool is_named(const json_t *key, const char *text)
{
	const char *fingerprint = ctl_string(key, "fingerprint");
	const char *number = strchr(fingerprint, ' ');
	size_t n = strlen(text);

	return strcmp(text, ctl_string(key, "key")) == 0 ||
	       strcmp(text, ctl_string(key, "z85")) == 0 || strcmp(text, fingerprint) == 0 ||
	       (number != NULL &&
		(strcmp(text, number + 1) == 0 ||
		 (n == (size_t)(number - fingerprint) && memcmp(text, fingerprint, n) == 0)));
}

static unsigned find_key(const json_t *answer, const char *text, char hex[65])
{
	json_t *reporter, *key;
	size_t i, k;
	unsigned found = 0;

	json_array_foreach(json_object_get(answer, "reporters"), i, reporter)
	{
		json_array_foreach(json_object_get(reporter, "keys"), k, key)
		{
			if (!is_named(key, text))
				continue;
			snprintf(hex, 65, "%s", ctl_string(key, "key"));
			found++;
		}
	}
	return found;
}

static int act_on_key(struct ctl *c, const char *act)
{
	json_t *reporters = ctl_get(c, "/api/v1/reporters"), *answer;
	char text[200], hex[65];
	unsigned found;

	if (reporters == NULL)
		return CTL_FAILED;
	snprintf(text, sizeof(text), "%s%s%s", c->arguments[0], c->count > 1 ? " " : "",
		 c->count > 1 ? c->arguments[1] : "");
	found = find_key(reporters, text, hex);
	json_decref(reporters);
	if (found != 1)
		return ctl_complain(
			c, CTL_FAILED,
			found ? (struct lang_text){ "不止一个密钥叫这个，请写全：",
						    "more than one key has this name: " } :
				(struct lang_text){ "没有这个密钥（见 minshengctl key list）：",
						    "no such key (see minshengctl key list): " },
			text);
	answer = ctl_act(c, act, json_pack("{s:s}", "key", hex));
	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer))
		ctl_say(c, stdout, "已记入台账，位置 %lld\n", "done, ledger position %lld\n",
			ctl_number(answer, "position"));
	json_decref(answer);
	return CTL_OK;
}

int ctl_key_approve(struct ctl *c)
{
	return act_on_key(c, "key.approve");
}

int ctl_key_revoke(struct ctl *c)
{
	return act_on_key(c, "key.revoke");
}

/* --- add -------------------------------------------------------------------------------------- */

/* The public key in a file: its first word, hex or z85. */
static bool read_keyfile(const char *path, char out[65])
{
	struct buf text = { 0 };
	uint8_t key[CURVE_KEY_LEN];
	const char *at;
	size_t n;
	bool ok;

	if (fs_read(path, KEYFILE_MAX, &text) != ERR_OK) {
		buf_free(&text);
		return false;
	}
	at = buf_cstring(&text);
	at += strspn(at, " \t\r\n");
	n = strcspn(at, " \t\r\n");
	ok = n == 64 || n == CURVE_TEXT_LEN - 1;
	if (ok)
		snprintf(out, 65, "%.*s", (int)n, at);
	buf_free(&text);
	return ok &&
	       (n == 64 ? bytes_from_hex(out, key, sizeof(key)) : curve_decode(out, key) == ERR_OK);
}

static int add_key(struct ctl *c, const char *path, const char *unit)
{
	const char *role = ctl_option(c, "role");
	char key[65];
	json_t *answer;

	if (!read_keyfile(path, key))
		return ctl_complain(
			c, CTL_CONFIG,
			(struct lang_text){ "文件中没有公钥（64 位十六进制或 40 位 z85）：",
					    "no public key in this file (64 hex or 40 z85): " },
			path);
	answer = ctl_act(c, "key.add",
			 json_pack("{s:s, s:s, s:s, s:o}", "key", key, "unit", unit, "role",
				   role ? role : "reporter", "items",
				   ctl_items(ctl_option(c, "items"))));
	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer))
		ctl_say(c, stdout, "%s：已登记，台账位置 %lld\n",
			"%s: added, ledger position %lld\n", path, ctl_number(answer, "position"));
	json_decref(answer);
	return CTL_OK;
}

int ctl_key_add(struct ctl *c)
{
	const char *unit = ctl_option(c, "unit");
	int status = CTL_OK;

	for (int i = 0; i < c->count; i++) {
		int one = add_key(c, c->arguments[i], unit);

		status = one == CTL_OK ? status : one;
	}
	return status;
}

int ctl_delegate(struct ctl *c)
{
	const char *until = ctl_option(c, "until");
	json_t *answer;

	answer = ctl_act(c, "delegate",
			 json_pack("{s:s, s:s, s:s}", "item", c->arguments[0], "unit",
				   c->arguments[1], "until", until));
	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer))
		ctl_say(c, stdout, "已记入台账，位置 %lld\n", "done, ledger position %lld\n",
			ctl_number(answer, "position"));
	json_decref(answer);
	return CTL_OK;
}
