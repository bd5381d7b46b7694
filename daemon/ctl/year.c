/* SPDX-License-Identifier: MIT */
/* The year's end: the signed close, audits beside it, and its check without a daemon. */
#include "base/crypto.h"
#include "base/fs.h"
#include "daemon/ctl/ctl.h"
#include "daemon/ctl/table.h"

#include <stdlib.h>
#include <string.h>

#define FILE_MAX (16u << 20)

/* --- show ------------------------------------------------------------------------------------- */

static void print_state(const struct ctl *c, const json_t *y)
{
	static const struct {
		const char *state;
		struct lang_text text;
	} states[] = {
		{ "running", { "年度进行中", "the year runs" } },
		{ "late", { "年度已结束，补报期内", "the year is over; late rows are taken" } },
		{ "due", { "补报期已过，可以封账", "late rows are over; the year can be closed" } },
		{ "closed", { "已封账", "closed" } },
	};
	const char *state = ctl_string(y, "state");

	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (strcmp(states[i].state, state) == 0)
			state = lang_pick(states[i].text, c->lang);
	ctl_say(c, stdout, "%s（%s 至 %s）：%s；补报至 %s\n", "%s (%s to %s): %s; late rows until %s\n",
		ctl_string(y, "programme"), ctl_string(y, "from"), ctl_string(y, "to"), state,
		ctl_string(y, "late_until"));
}

static void print_close(const struct ctl *c, const json_t *y)
{
	const json_t *close = json_object_get(y, "close");
	char at[CTL_TIME];

	if (!json_is_object(close)) {
		ctl_say(c, stdout, "未发布的月份 %zu 个，待核定的行 %lld 条\n",
			"months not published: %zu; rows that wait for the office: %lld\n",
			json_array_size(json_object_get(y, "unpublished")), ctl_number(y, "holds"));
		return;
	}
	ctl_say(c, stdout, "封账：%s，%s，%s（#%lld）\n", "closed: %s, %s, %s (#%lld)\n",
		ctl_time(close, "at", at), ctl_string(close, "by"), ctl_string(close, "document"),
		ctl_number(close, "position"));
	ctl_say(c, stdout, "链 %s\n状态 %s\n数据 %s\n公钥 %s\n签名 %s\n",
		"chain      %s\nstate      %s\nfigures    %s\npublic key %s\nsignature  %s\n",
		ctl_string(close, "chain"), ctl_string(close, "state"), ctl_string(close, "figures"),
		ctl_string(close, "public_key"), ctl_string(close, "signature"));
}

static void put_heading(const struct ctl *c, struct table *t)
{
	table_put(t, ctl_pick(c, "指标", "target"));
	table_put(t, ctl_pick(c, "名称", "name"));
	table_put(t, ctl_pick(c, "单位", "unit"));
	table_put(t, ctl_pick(c, "封账数", "closed"));
	table_put(t, ctl_pick(c, "目标", "goal"));
	table_put(t, ctl_pick(c, "达到", "met"));
	table_put(t, ctl_pick(c, "灯", "light"));
	table_put(t, ctl_pick(c, "审计数", "audited"));
	table_put(t, ctl_pick(c, "审计文号", "document"));
}

static const char *met_word(const struct ctl *c, const json_t *result)
{
	const json_t *met = json_object_get(result, "met");

	return !json_is_boolean(met) ? "" : json_is_true(met) ? ctl_pick(c, "✓", "✓ yes") :
								ctl_pick(c, "✕", "✕ no");
}

static void put_closed(const struct ctl *c, struct table *t, const json_t *m, const json_t *closed)
{
	const char *kind = ctl_string(m, "kind");
	char value[CTL_RATE], goal[CTL_PLAIN];

	table_put(t, ctl_string(m, "id"));
	table_put(t, ctl_words(c, m, "name"));
	table_put(t, ctl_pick(c, "全市", "city"));
	table_put(t, ctl_rate(closed, "value", "numerator", "denominator", kind, value));
	table_put(t, ctl_value(closed, "goal", kind, goal));
	table_put(t, met_word(c, closed));
	table_put(t, ctl_light(c, ctl_string(closed, "light")));
	table_put(t, "");
	table_put(t, "");
}

static const json_t *closed_of(const json_t *m, const char *unit)
{
	json_t *each;
	size_t i;

	json_array_foreach(json_object_get(m, "units"), i, each)
		if (strcmp(ctl_string(json_object_get(each, "unit"), "id"), unit) == 0)
			return json_object_get(each, "closed");
	return json_object_get(m, "closed");
}

/* A line of its own: the closed result stays as it was. */
static void put_audit(const struct ctl *c, struct table *t, const json_t *m, const json_t *audit)
{
	const json_t *unit = json_object_get(audit, "unit");
	const json_t *closed = closed_of(m, ctl_string(unit, "id"));
	bool withdrawn = json_is_true(json_object_get(audit, "withdrawn"));
	const char *kind = ctl_string(m, "kind");
	char value[CTL_RATE], goal[CTL_PLAIN];

	table_put(t, ctl_string(m, "id"));
	table_put(t, withdrawn ? ctl_pick(c, "（审计更正，已撤回）", "(audit, withdrawn)") :
				 ctl_pick(c, "（审计更正）", "(audit)"));
	table_put(t, ctl_words(c, unit, "name"));
	table_put(t, ctl_rate(closed, "value", "numerator", "denominator", kind, value));
	table_put(t, ctl_value(closed, "goal", kind, goal));
	table_put(t, met_word(c, audit));
	table_put(t, "");
	table_put(t, ctl_rate(audit, "value", "numerator", "denominator", kind, value));
	table_put(t, ctl_string(audit, "document"));
}

static int print_results(const struct ctl *c, const json_t *y)
{
	struct table *t = table_new("lllrrllrl");
	json_t *m, *audit;
	size_t i, k;
	int status;

	if (t == NULL)
		return CTL_FAILED;
	put_heading(c, t);
	json_array_foreach(json_object_get(y, "measures"), i, m)
	{
		put_closed(c, t, m, json_object_get(m, "closed"));
		json_array_foreach(json_object_get(m, "audits"), k, audit)
			put_audit(c, t, m, audit);
	}
	table_print(t, stdout);
	status = table_error(t) == ERR_OK ? CTL_OK : CTL_FAILED;
	table_free(t);
	return status;
}

int ctl_year_show(struct ctl *c)
{
	json_t *y = ctl_get(c, "/api/v1/year");
	int status = CTL_OK;

	if (y == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, y)) {
		print_state(c, y);
		print_close(c, y);
		if (json_is_object(json_object_get(y, "close")))
			status = print_results(c, y);
	}
	json_decref(y);
	return status;
}

/* --- acts ------------------------------------------------------------------------------------- */

static bool put_option(const struct ctl *c, json_t *fields, const char *name)
{
	const char *value = ctl_option(c, name);

	return value == NULL || json_object_set_new(fields, name, json_string(value)) == 0;
}

/* fields: taken over. */
static int act(struct ctl *c, const char *name, json_t *fields, struct lang_text done)
{
	json_t *answer = ctl_act(c, name, fields);

	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer))
		printf("%s  #%lld\n", lang_pick(done, c->lang), ctl_number(answer, "position"));
	json_decref(answer);
	return CTL_OK;
}

static json_t *fields_of(const struct ctl *c, const char *const *options)
{
	json_t *fields = json_object();

	for (size_t i = 0; fields != NULL && options[i] != NULL; i++) {
		if (put_option(c, fields, options[i]))
			continue;
		json_decref(fields);
		fields = NULL;
	}
	return fields;
}

int ctl_year_close(struct ctl *c)
{
	static const char *const options[] = { "document", "despite", NULL };

	return act(c, "year.close", fields_of(c, options),
		   (struct lang_text){ "已封账", "closed" });
}

int ctl_year_audit(struct ctl *c)
{
	static const char *const options[] = { "document", "unit", "denominator", NULL };
	const char *met = ctl_option(c, "met");
	json_t *fields = fields_of(c, options);

	if (met != NULL && strcmp(met, "yes") != 0 && strcmp(met, "no") != 0) {
		json_decref(fields);
		return ctl_complain(c, CTL_USAGE,
				    (struct lang_text){ "--met 只写 yes 或 no，不是：",
							"--met is yes or no, not: " },
				    met);
	}
	if (fields != NULL &&
	    (json_object_set_new(fields, "measure", json_string(c->arguments[0])) != 0 ||
	     json_object_set_new(fields, "value", json_string(c->arguments[1])) != 0 ||
	     (met != NULL &&
	      json_object_set_new(fields, "met", json_boolean(strcmp(met, "yes") == 0)) != 0))) {
		json_decref(fields);
		fields = NULL;
	}
	return act(c, "audit.correct", fields,
		   (struct lang_text){ "已记审计更正，封账结果不变",
				       "noted beside the closed result, which stays" });
}

int ctl_year_withdraw(struct ctl *c)
{
	static const char *const options[] = { "unit", NULL };
	json_t *fields = fields_of(c, options);

	if (fields != NULL &&
	    json_object_set_new(fields, "measure", json_string(c->arguments[0])) != 0) {
		json_decref(fields);
		fields = NULL;
	}
	return act(c, "audit.withdraw", fields,
		   (struct lang_text){ "已撤回审计更正", "withdrawn" });
}

/* --- the close as a file ---------------------------------------------------------------------- */

int ctl_year_export(struct ctl *c)
{
	static const struct lang_text there = { "文件已存在，要覆盖请加 --force：",
						"the file exists; --force overwrites it: " };
	char *text = NULL;
	enum err e = ERR_NOMEM;
	json_t *answer;

	if (fs_exists(c->arguments[0]) && ctl_option(c, "force") == NULL)
		return ctl_complain(c, CTL_FAILED, there, c->arguments[0]);
	answer = ctl_get(c, "/api/v1/year/close");
	if (answer != NULL && !json_is_true(json_object_get(answer, "closed"))) {
		json_decref(answer);
		return ctl_complain(c, CTL_FAILED,
				    (struct lang_text){ "本年度尚未封账", "the year is not closed" },
				    NULL);
	}
	if (answer != NULL)
		text = json_dumps(answer, JSON_INDENT(1) | JSON_SORT_KEYS | JSON_ENSURE_ASCII);
	if (text != NULL)
		e = fs_write(c->arguments[0], bytes_of_string(text), 0644);
	free(text);
	if (answer != NULL && e != ERR_OK)
		ctl_complain(c, CTL_FAILED, (struct lang_text){ "写不了 ", "can't write " },
			     c->arguments[0]);
	if (e == ERR_OK && !ctl_printed(c, answer))
		ctl_say(c, stdout, "封账结果和签名已写入 %s\n",
			"the signed close is in %s\n", c->arguments[0]);
	json_decref(answer);
	return e == ERR_OK ? CTL_OK : CTL_FAILED;
}

static json_t *read_file(const struct ctl *c, const char *path)
{
	struct buf text = { 0 };
	json_t *file = NULL;

	if (fs_read(path, FILE_MAX, &text) == ERR_OK)
		file = json_loadb((const char *)text.data, text.len, 0, NULL);
	buf_free(&text);
	if (json_is_object(file))
		return file;
	json_decref(file);
	ctl_complain(c, CTL_FAILED,
		     (struct lang_text){ "不是 minshengctl year export 写下的文件：",
					 "not a file that minshengctl year export wrote: " },
		     path);
	return NULL;
}

static bool read_hex(const char *text, uint8_t *out, size_t len)
{
	return strlen(text) == 2 * len && bytes_from_hex(text, out, len);
}

static bool is_signed(const json_t *file)
{
	uint8_t key[CRYPTO_PUBLIC_LEN], signature[CRYPTO_SIGNATURE_LEN];

	return read_hex(ctl_string(file, "public_key"), key, sizeof(key)) &&
	       read_hex(ctl_string(file, "signature"), signature, sizeof(signature)) &&
	       crypto_signed(key, bytes_of_string(ctl_string(file, "statement")), signature);
}

static int print_verified(const struct ctl *c, const json_t *file)
{
	json_t *statement = json_loads(ctl_string(file, "statement"), 0, NULL);
	const json_t *close = json_object_get(statement, "close");

	if (close == NULL) {
		json_decref(statement);
		return CTL_FAILED;
	}
	if (!ctl_printed(c, statement)) {
		ctl_say(c, stdout, "签名有效：%s，%s，%zu 个指标\n", "the signature holds: %s, %s, %zu targets\n",
			ctl_string(statement, "programme"), ctl_string(close, "document"),
			json_object_size(json_object_get(statement, "measures")));
		ctl_say(c, stdout, "公钥 %s\n数据 %s\n链   %s\n",
			"public key %s\nfigures    %s\nchain      %s\n",
			ctl_string(file, "public_key"), ctl_string(close, "figures"),
			ctl_string(close, "chain"));
	}
	json_decref(statement);
	return CTL_OK;
}

int ctl_year_verify(struct ctl *c)
{
	const char *wanted = ctl_option(c, "key");
	json_t *file;
	int status;

	if (!fs_exists(c->arguments[0]))
		return ctl_no_file(c, c->arguments[0]);
	file = read_file(c, c->arguments[0]);
	if (file == NULL)
		return CTL_FAILED;
	if (crypto_init() != ERR_OK || !is_signed(file))
		status = ctl_complain(c, CTL_FAILED,
				      (struct lang_text){ "签名不符：内容被改动过，或不是这把密钥签的：",
							  "the signature does not hold: the file was "
							  "changed, or another key signed it: " },
				      c->arguments[0]);
	else if (wanted != NULL && strcmp(wanted, ctl_string(file, "public_key")) != 0)
		status = ctl_complain(c, CTL_FAILED,
				      (struct lang_text){ "签名有效，但是另一把密钥的：",
							  "the signature holds, but it is another key's: " },
				      ctl_string(file, "public_key"));
	else
		status = print_verified(c, file);
	json_decref(file);
	return status;
}
