/* SPDX-License-Identifier: MIT */
/* Units, and inviting them: the token goes to standard output, everything else to standard error. */
#include "daemon/ctl/ctl.h"
#include "daemon/ctl/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/date.h"

#define TOKEN_MAX 8192
#define ADDRESS_MAX 256

static const char *const when[] = { "valid-at", "known-at", NULL };

static void put_unit(const struct ctl *c, struct table *t, const json_t *unit)
{
	static const char *const order[] = { "done", "reached", "green", "yellow", "red" };
	const json_t *lights = json_object_get(unit, "lights");
	const json_t *reports = json_object_get(unit, "reports");
	char last[CTL_TIME];

	table_put(t, ctl_string(unit, "id"));
	table_put(t, ctl_words(c, unit, "name"));
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		table_put_number(t, ctl_number(lights, order[i]));
	table_put_number(t, ctl_number(reports, "expected"));
	table_put_number(t, ctl_number(reports, "on_time"));
	table_put_number(t, ctl_number(reports, "late"));
	table_put_number(t, ctl_number(reports, "missing"));
	table_put(t, ctl_time(unit, "last_report", last));
}

int ctl_unit_list(struct ctl *c)
{
	static const struct lang_text heads[] = { { "单位", "unit" },
						  { "名称", "name" },
						  { "★", "★" },
						  { "☆", "☆" },
						  { "✓", "✓" },
						  { "▲", "▲" },
						  { "✕", "✕" },
						  { "应报", "due" },
						  { "按时", "on time" },
						  { "迟报", "late" },
						  { "缺报", "missing" },
						  { "最近报送", "last report" } };
	json_t *answer = ctl_list(c, "/api/v1/units", "units", when, 1), *unit;
	struct table *t;
	size_t i;

	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer)) {
		t = table_new("llrrrrrrrrrl");
		for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
			table_put(t, lang_pick(heads[i], c->lang));
		json_array_foreach(json_object_get(answer, "units"), i, unit) put_unit(c, t, unit);
		table_print(t, stdout);
		table_free(t);
	}
	json_decref(answer);
	return CTL_OK;
}

/* --- inviting --------------------------------------------------------------------------------- */

/* "7d", "12h", "30m", "90s" or seconds; 0: none of them. */
static int64_t read_ttl(const char *text)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = { { 'd', 86400 }, { 'h', 3600 }, { 'm', 60 }, { 's', 1 }, { '\0', 1 } };
	char *end;
	long n = strtol(text, &end, 10);

	if (n <= 0 || n > 1000000000 || (*end != '\0' && end[1] != '\0'))
		return 0;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (*end == units[i].unit)
			return n * units[i].seconds;
	return 0;
}

static json_t *invitation(struct ctl *c, int64_t ttl, const char *nonce)
{
	const char *role = ctl_option(c, "role"), *items = ctl_option(c, "items");
	json_t *act = json_pack("{s:s, s:s, s:s, s:o, s:s}", "unit", c->arguments[0], "role",
				role ? role : "reporter", "nonce", nonce, "items",
				ctl_items(items), "approve", ctl_option(c, "auto-approve") ? "auto" : "office");

	if (act != NULL && ttl > 0 && json_object_set_new(act, "ttl_s", json_integer(ttl)) != 0) {
		json_decref(act);
		return NULL;
	}
	return act;
}

/* The address as others reach it: with --host in place of the one that is listened on. */
static void outside(const struct ctl *c, const char *address, char out[ADDRESS_MAX])
{
	const char *host = ctl_option(c, "host"), *from = strstr(address, "://");
	const char *port = strrchr(address, ':');

	if (host == NULL || from == NULL || port == NULL || port <= from)
		snprintf(out, ADDRESS_MAX, "%s", address);
	else
		snprintf(out, ADDRESS_MAX, "%.*s%s%s", (int)(from + 3 - address), address, host,
			 port);
}

static bool add_addresses(const struct ctl *c, json_t *token, const json_t *programme)
{
	static const char *const names[] = { "ingest", "enrol", "query", "feed", "http" };
	const json_t *addresses = json_object_get(programme, "addresses");
	bool ok = true;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *address = ctl_string(addresses, names[i]);
		char text[ADDRESS_MAX];

		outside(c, address, text);
		if (address[0] != '\0')
			ok &= json_object_set_new(token, names[i], json_string(text)) == 0;
	}
	return ok &&
	       json_object_set(token, "server_key", json_object_get(addresses, "server_key")) == 0;
}

/* What the token holds; see PROTOCOL.md. */
static json_t *token_of(const struct ctl *c, const json_t *act, const json_t *programme,
			const json_t *unit, const char *nonce)
{
	const char *role = ctl_option(c, "role");
	char expires[32];
	json_t *token;

	date_time_format(ctl_number(act, "expires"), (int)ctl_number(programme, "offset_minutes"),
			 expires);
	token = json_pack("{s:i, s:s, s:s, s:o, s:s, s:s, s:s}", "v", 1, "unit", c->arguments[0],
			  "unit_name", ctl_words(c, unit, "name"), "items",
			  ctl_items(ctl_option(c, "items")), "role", role ? role : "reporter",
			  "nonce", nonce, "expires", expires);
	if (token != NULL && !add_addresses(c, token, programme)) {
		json_decref(token);
		return NULL;
	}
	return token;
}

static int print_token(const struct ctl *c, json_t *token)
{
	char *text = token ? json_dumps(token, JSON_COMPACT) : NULL;
	char encoded[TOKEN_MAX];
	size_t n = text ? crypto_base64(bytes_of_string(text), encoded, sizeof(encoded)) : 0;

	free(text);
	if (n == 0)
		return ctl_complain(c, CTL_FAILED,
				    (struct lang_text){ "邀请码过长", "the token is too long" },
				    NULL);
	if (c->json)
		printf("{\"token\": \"MINSHENG1.%s\"}\n", encoded);
	else
		printf("MINSHENG1.%s\n", encoded);
	ctl_say(c, stderr, "%s 之前有效，只能用一次。对方运行：minsheng enroll --token-file 文件\n",
		"Good until %s, for one key. There: minsheng enroll --token-file FILE\n",
		ctl_string(token, "expires"));
	if (ctl_option(c, "auto-approve") == NULL)
		ctl_say(c, stderr, "登记后核对指纹（minshengctl key list），再批准：minshengctl key approve 指纹\n",
			"Then compare fingerprints (minshengctl key list) and approve: "
			"minshengctl key approve FINGERPRINT\n");
	return CTL_OK;
}

int ctl_unit_invite(struct ctl *c)
{
	const char *ttl_text = ctl_option(c, "ttl");
	int64_t ttl = ttl_text ? read_ttl(ttl_text) : 0;
	uint8_t random[16];
	char nonce[2 * sizeof(random) + 1];
	json_t *programme, *unit = NULL, *act = NULL, *token = NULL;
	int status = CTL_FAILED;

	if (ttl_text != NULL && ttl == 0)
		return ctl_complain(c, CTL_USAGE,
				    (struct lang_text){ "--ttl 写作 7d、12h 或 30m：",
							"--ttl is 7d, 12h or 30m: " },
				    ttl_text);
	if (crypto_init() != ERR_OK)
		return CTL_FAILED;
	crypto_random(random, sizeof(random));
	bytes_to_hex(bytes_of(random, sizeof(random)), nonce);
	programme = ctl_get(c, "/api/v1/programme");
	if (programme != NULL)
		unit = ctl_get_one(c, "units", c->arguments[0], "");
	if (unit != NULL)
		act = ctl_act(c, "unit.invite", invitation(c, ttl, nonce));
	if (act != NULL) {
		token = token_of(c, act, programme, unit, nonce);
		status = print_token(c, token);
	}
	json_decref(token);
	json_decref(act);
	json_decref(unit);
	json_decref(programme);
	crypto_wipe(nonce, sizeof(nonce));
	return status;
}
