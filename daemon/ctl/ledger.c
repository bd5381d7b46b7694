/* SPDX-License-Identifier: MIT */
/* The proof of the ledger, by the daemon or on a store that no daemon holds; and the clock. */
#include "aggregator/aggregator.h"
#include "base/crypto.h"
#include "base/date.h"
#include "daemon/ctl/ctl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VERIFY_TIMEOUT_MS (INT64_C(6) * 3600 * 1000)

static const char *hash_of(const uint8_t hash[CRYPTO_HASH_LEN], char out[2 * CRYPTO_HASH_LEN + 1])
{
	bytes_to_hex(bytes_of(hash, CRYPTO_HASH_LEN), out);
	return out;
}

json_t *ctl_proof(enum err e, const struct aggregator_proof *p)
{
	char chain[65], state[65], stored[65], figures[65], alerts[65];

	return json_pack("{s:b, s:I, s:I, s:s, s:s, s:s, s:s, s:s, s:I, s:s?, s:I}", "ok", e == ERR_OK,
			 "entries", (json_int_t)p->entries, "rows", (json_int_t)p->rows, "chain",
			 hash_of(p->chain, chain), "state", hash_of(p->state, state), "stored",
			 hash_of(p->stored, stored), "figures", hash_of(p->figures, figures),
			 "alerts", hash_of(p->alerts, alerts),
			 "broken_at", (json_int_t)p->broken_at, "what", p->what,
			 "decided_otherwise", (json_int_t)p->decided_otherwise);
}

static json_t *verify_folder(const struct ctl *c, const char *folder)
{
	struct store_options options = { .read_only = true };
	struct aggregator_proof proof = { 0 };
	char scratch[] = "/tmp/minsheng-verify-XXXXXX", inside[sizeof(scratch) + 8];
	struct store *store = NULL;
	enum err e = crypto_init();

	if (e == ERR_OK)
		e = store_open(folder, &options, &store);
	if (e != ERR_OK) {
		ctl_complain(c, CTL_FAILED,
			     e == ERR_BUSY ?
				     (struct lang_text){
					     "服务正在使用这个目录，去掉 --store：",
					     "a daemon holds this store, leave out --store: " } :
				     (struct lang_text){ "打不开：", "can't open: " },
			     e == ERR_BUSY ? folder : err_name(e));
		return NULL;
	}
	if (mkdtemp(scratch) == NULL) {
		store_close(store);
		ctl_complain(c, CTL_FAILED, (struct lang_text){ "无法建立 ", "can't make " },
			     scratch);
		return NULL;
	}
	snprintf(inside, sizeof(inside), "%s/store", scratch);
	e = aggregator_verify(store, inside, 0, NULL, NULL, &proof);
	store_close(store);
	(void)remove(scratch);
	if (e == ERR_OK || e == ERR_CORRUPT)
		return ctl_proof(e, &proof);
	ctl_complain(c, CTL_FAILED, (struct lang_text){ "核对未能完成：", "the proof failed: " },
		     err_name(e));
	return NULL;
}

void ctl_print_proof(const struct ctl *c, const json_t *p)
{
	static const struct {
		const char *key;
		struct lang_text text;
	} hashes[] = { { "chain", { "链      ", "chain    " } },
		       { "state", { "重放    ", "replayed " } },
		       { "stored", { "存储    ", "stored   " } },
		       { "figures", { "数据    ", "figures  " } },
		       { "alerts", { "预警    ", "alerts   " } } };
	bool ok = json_is_true(json_object_get(p, "ok"));

	ctl_say(c, stdout, "条目 %lld，行 %lld\n", "%lld entries, %lld rows\n",
		ctl_number(p, "entries"), ctl_number(p, "rows"));
	for (size_t i = 0; i < sizeof(hashes) / sizeof(hashes[0]); i++) {
		const char *hash = ctl_string(p, hashes[i].key);

		if (strspn(hash, "0") < strlen(hash)) /* zeros: it did not come to that */
			printf("%s%s\n", lang_pick(hashes[i].text, c->lang), hash);
	}
	if (ctl_number(p, "decided_otherwise") > 0)
		ctl_say(c, stdout, "按现行规则结论不同的条目：%lld\n",
			"entries that today's rules decide otherwise: %lld\n",
			ctl_number(p, "decided_otherwise"));
	if (ok)
		puts("OK");
	else
		ctl_say(c, stdout, "有误：位置 %lld，%s\n", "BROKEN at position %lld: %s\n",
			ctl_number(p, "broken_at"), ctl_string(p, "what"));
}

int ctl_ledger_verify(struct ctl *c)
{
	const char *folder = ctl_option(c, "store");
	json_t *p = folder ? verify_folder(c, folder) :
			     ctl_post(c, "/api/v1/verify", json_object(), VERIFY_TIMEOUT_MS);
	bool ok = json_is_true(json_object_get(p, "ok"));

	if (p != NULL && !ctl_printed(c, p))
		ctl_print_proof(c, p);
	json_decref(p);
	return ok ? CTL_OK : CTL_FAILED;
}

/* A day (09:00 there), a local time of the programme, or RFC 3339. ERR_INVALID: none of them;
 * ERR_CLOSED: the offset could not be asked for, and the user was told. */
static enum err read_moment(struct ctl *c, char out[32])
{
	char text[64], whole[80];
	bool second = c->count > 1;
	int offset;
	int64_t ms;
	json_t *programme;
	size_t n;

	snprintf(text, sizeof(text), "%.30s%s%.30s", c->arguments[0], second ? "T" : "",
		 second ? c->arguments[1] : "");
	n = strlen(text);
	if (n > 10 && text[10] == ' ')
		text[10] = 'T';
	snprintf(whole, sizeof(whole), "%s%s", text,
		 n == 10 ? "T09:00:00Z" : n == 16 ? ":00Z" : n == 19 ? "Z" : "");
	if (date_time_parse(bytes_of_string(whole), &ms) != ERR_OK)
		return ERR_INVALID;
	if (n != 10 && n != 16 && n != 19) {
		snprintf(out, 32, "%.31s", whole);
		return ERR_OK;
	}
	programme = ctl_get(c, "/api/v1/programme");
	if (programme == NULL)
		return ERR_CLOSED;
	offset = (int)ctl_number(programme, "offset_minutes");
	json_decref(programme);
	date_time_format(ms - (int64_t)offset * 60000, offset, out);
	return ERR_OK;
}

int ctl_clock_set(struct ctl *c)
{
	char moment[32];
	enum err e = read_moment(c, moment);
	json_t *answer;

	if (e == ERR_INVALID)
		return ctl_complain(
			c, CTL_USAGE,
			(struct lang_text){
				"时间写作 2022-06-30（即 09:00）、2022-06-30 17:30 或 "
				"2022-06-30T09:00:00+08:00，不是：",
				"a time is 2022-06-30 (09:00 then), 2022-06-30 17:30 or "
				"2022-06-30T09:00:00+08:00, not " },
			c->arguments[0]);
	if (e != ERR_OK)
		return CTL_FAILED;
	answer = ctl_post(c, "/api/v1/clock", json_pack("{s:s}", "now", moment), VERIFY_TIMEOUT_MS);
	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer))
		printf("%s  #%lld\n", ctl_string(answer, "now"), ctl_number(answer, "position"));
	json_decref(answer);
	return CTL_OK;
}
