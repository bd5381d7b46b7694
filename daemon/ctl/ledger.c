/* SPDX-License-Identifier: MIT */
/* The proof of the ledger, by the daemon or on a store that no daemon holds; and the clock. */
#include "aggregator/aggregator.h"
#include "base/crypto.h"
#include "daemon/ctl/ctl.h"

#include <stdio.h>
#include <stdlib.h>

#define VERIFY_TIMEOUT_MS (INT64_C(6) * 3600 * 1000)

static const char *hash_of(const uint8_t hash[CRYPTO_HASH_LEN], char out[2 * CRYPTO_HASH_LEN + 1])
{
	bytes_to_hex(bytes_of(hash, CRYPTO_HASH_LEN), out);
	return out;
}

/* The same members as the daemon's answer. */
static json_t *answer_of(enum err e, const struct aggregator_proof *p)
{
	char chain[65], state[65], stored[65], figures[65];

	return json_pack("{s:b, s:I, s:I, s:s, s:s, s:s, s:s, s:I, s:s?, s:I}", "ok", e == ERR_OK,
			 "entries", (json_int_t)p->entries, "rows", (json_int_t)p->rows, "chain",
			 hash_of(p->chain, chain), "state", hash_of(p->state, state), "stored",
			 hash_of(p->stored, stored), "figures", hash_of(p->figures, figures),
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
		return answer_of(e, &proof);
	ctl_complain(c, CTL_FAILED, (struct lang_text){ "核对未能完成：", "the proof failed: " },
		     err_name(e));
	return NULL;
}

static void print_proof(const struct ctl *c, const json_t *p)
{
	bool ok = json_is_true(json_object_get(p, "ok"));

	ctl_say(c, stdout, "条目 %lld，行 %lld\n", "%lld entries, %lld rows\n",
		ctl_number(p, "entries"), ctl_number(p, "rows"));
	ctl_say(c, stdout, "链      %s\n", "chain    %s\n", ctl_string(p, "chain"));
	ctl_say(c, stdout, "重放    %s\n", "replayed %s\n", ctl_string(p, "state"));
	ctl_say(c, stdout, "存储    %s\n", "stored   %s\n", ctl_string(p, "stored"));
	ctl_say(c, stdout, "数据    %s\n", "figures  %s\n", ctl_string(p, "figures"));
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
		print_proof(c, p);
	json_decref(p);
	return ok ? CTL_OK : CTL_FAILED;
}

int ctl_clock_set(struct ctl *c)
{
	json_t *answer = ctl_post(c, "/api/v1/clock", json_pack("{s:s}", "now", c->arguments[0]),
				  VERIFY_TIMEOUT_MS);

	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer))
		printf("%s  #%lld\n", ctl_string(answer, "now"), ctl_number(answer, "position"));
	json_decref(answer);
	return CTL_OK;
}
