/* SPDX-License-Identifier: MIT */
#include "aggregator/acts.h"

#include <stdio.h>
#include <stdlib.h>

#include "aggregator/acts_private.h"
#include "aggregator/ledger/keys.h"
#include "aggregator/office/json_text.h"
#include "aggregator/office/records.h"
#include "base/date.h"

#define BODY_MAX 65536 /* bytes of an act */

static const struct acts_fault not_json = {
	"not-json", { "内容不是合规的 JSON 对象。", "This is no JSON object." } };
static const struct acts_fault too_long = {
	"too-long", { "内容超过 64 KiB，请分几次提交。",
		      "The act is longer than 64 KiB: send it in parts." } };
static const struct acts_fault id_used = {
	"id-used", { "这个 id 已用于另一项操作；重发须内容相同，新操作请换 id。",
		     "This id stands for another act: repeat that one word for word, or take a new id." } };
static const struct acts_fault unknown_act = {
	"unknown-act", { "没有这种操作。", "There is no such act." } };
const struct acts_fault acts_bad_field = {
	"bad-field", { "字段缺失或格式不对。", "A field is missing or has another form." } };

static const struct {
	const char *name;
	enum err (*fn)(struct acts_call *x);
	bool internal; /* the daemon's own */
} table[] = {
	{ "unit.invite", acts_keys_invite, false },  { ACTS_ENROL, acts_keys_enrol, true },
	{ "key.add", acts_keys_add, false },         { "key.approve", acts_keys_approve, false },
	{ "key.revoke", acts_keys_revoke, false },   { "delegate", acts_keys_delegate, false },
	{ "hold.release", acts_holds_release, false }, { "hold.reject", acts_holds_reject, false },
	{ "alert.ack", acts_alerts_ack, false },     { "alert.assign", acts_alerts_assign, false },
	{ "alert.comment", acts_alerts_comment, false },
	{ "alert.silence", acts_alerts_silence, false },
	{ "alert.unsilence", acts_alerts_unsilence, false },
	{ "report.confirm", acts_reports_confirm, false },
	{ "report.verify", acts_reports_verify, false },
	{ "report.return", acts_reports_return, false },
	{ "report.object", acts_objections_object, false },
	{ "report.answer", acts_objections_answer, false },
	{ "report.extend", acts_objections_extend, false },
	{ "month.publish", acts_months_publish, false },
	{ "bulletin.edit", acts_bulletin_edit, false },
	{ "bulletin.sign", acts_bulletin_sign, false },
	{ "year.close", acts_year_close, false },
	{ "audit.correct", acts_year_audit, false }, { "audit.withdraw", acts_year_withdraw, false },
	{ "plan.set", acts_plans_set, false },       { "quota.set", acts_quotas_set, false },
	{ "slip.issue", acts_slips_issue, false },   { "slip.discard", acts_slips_discard, false },
	{ "slip.sign", acts_slips_sign, false },     { "slip.reply", acts_slips_reply, false },
	{ "slip.verify", acts_slips_verify, false }, { "slip.close", acts_slips_close, false },
	{ "slip.extend", acts_slips_extend, false }, { "slip.reopen", acts_slips_reopen, false },
	{ "flag.explain", acts_flags_explain, false },
	{ "flag.dismiss", acts_flags_dismiss, false },
	{ "flag.confirm", acts_flags_confirm, false },
	{ "sample.result", acts_flags_result, false },
	{ "object.check", acts_objects_check, false },
	{ "user.noted", acts_access_user, false },
	{ "link.noted", acts_access_link, false },
	{ ACTS_IMPORT, acts_imports_rows, true },
};

const char *acts_name(size_t i)
{
	for (size_t n = 0; n < sizeof(table) / sizeof(table[0]); n++)
		if (!table[n].internal && i-- == 0)
			return table[n].name;
	return NULL;
}

enum err acts_fail(struct acts_call *x, enum err e, const struct acts_fault *fault,
		   const char *field)
{
	x->fault = fault;
	x->field = field;
	return e;
}

enum err acts_fail_words(struct acts_call *x, enum err e, const char *code, struct lang_text text,
			 const char *field)
{
	snprintf(x->made_zh, sizeof(x->made_zh), "%s", text.zh);
	snprintf(x->made_en, sizeof(x->made_en), "%s", text.en);
	x->made = (struct acts_fault){ code, { x->made_zh, x->made_en } };
	return acts_fail(x, e, &x->made, field);
}

enum err acts_fail_form(struct acts_call *x, struct lang_text form, const char *field)
{
	char zh[300], en[300];

	snprintf(zh, sizeof(zh), "字段缺失或格式不对，应为%s。", form.zh);
	snprintf(en, sizeof(en), "A field is missing or has another form; it takes %s.", form.en);
	return acts_fail_words(x, ERR_INVALID, acts_bad_field.code, (struct lang_text){ zh, en },
			       field);
}

/* --- fields ----------------------------------------------------------------------------------- */

static enum err no_text(struct acts_call *x, const char *field, size_t max)
{
	char zh[80], en[80];

	snprintf(zh, sizeof(zh), "不超过%zu字节的文字", max);
	snprintf(en, sizeof(en), "a text of at most %zu bytes", max);
	return acts_fail_form(x, (struct lang_text){ zh, en }, field);
}

static enum err no_number(struct acts_call *x, const char *field, int64_t from, int64_t to)
{
	char zh[80], en[80];

	snprintf(zh, sizeof(zh), "%lld至%lld的整数", (long long)from, (long long)to);
	snprintf(en, sizeof(en), "a whole number from %lld to %lld", (long long)from,
		 (long long)to);
	return acts_fail_form(x, (struct lang_text){ zh, en }, field);
}

static bool is_text(const struct acts_call *x, const char *field)
{
	return json_string_length(json_object_get(x->body, field)) > 0;
}

enum err acts_text(struct acts_call *x, const char *field, size_t max, const char **out)
{
	json_t *j = json_object_get(x->body, field);

	*out = json_string_value(j);
	if (!*out || json_string_length(j) == 0 || json_string_length(j) > max)
		return no_text(x, field, max);
	return ERR_OK;
}

enum err acts_number(struct acts_call *x, const char *field, int64_t from, int64_t to,
		     int64_t *out)
{
	json_t *j = json_object_get(x->body, field);

	*out = json_integer_value(j);
	if (!json_is_integer(j) || *out < from || *out > to)
		return no_number(x, field, from, to);
	return ERR_OK;
}

enum err acts_hex32(struct acts_call *x, const char *field, uint8_t out[32])
{
	static const struct lang_text form = { "64位十六进制数字", "64 hexadecimal digits" };
	const char *text = json_string_value(json_object_get(x->body, field));

	if (!text || strlen(text) != 64 || !bytes_from_hex(text, out, 32))
		return acts_fail_form(x, form, field);
	return ERR_OK;
}

enum err acts_unit(struct acts_call *x, const char *field, uint16_t *out)
{
	static const struct acts_fault unknown = {
		"unknown-unit", { "目录中没有这个单位。", "The catalogue has no such unit." } };
	static const struct lang_text form = { "目录中一个单位的编号", "a unit's id of the catalogue" };
	const char *text;
	enum err e = is_text(x, field) ? acts_text(x, field, LIMITS_ID, &text) :
					 acts_fail_form(x, form, field);

	if (e != ERR_OK)
		return e;
	*out = catalogue_unit_number(x->a->catalogue, bytes_of_string(text));
	return *out == CATALOGUE_NONE ? acts_fail(x, ERR_INVALID, &unknown, field) : ERR_OK;
}

enum err acts_day(struct acts_call *x, const char *field, int32_t *out)
{
	static const struct lang_text form = { "日期，如2022-06-30", "a day such as 2022-06-30" };
	const char *text = json_string_value(json_object_get(x->body, field));

	if (!text || date_parse(bytes_of_string(text), out) != ERR_OK)
		return acts_fail_form(x, form, field);
	return ERR_OK;
}

/* --- doing ------------------------------------------------------------------------------------ */

static enum err write_answer(struct acts_call *x, const char *id)
{
	char *text = records_dump(x->answer);
	struct buf value = { 0 };
	struct keys key;
	enum err e;

	if (!text)
		return ERR_NOMEM;
	buf_put_u64(&value, x->entry->position);
	buf_put_string(&value, text);
	free(text);
	keys_text(&key, bytes_of_string(id));
	e = buf_error(&value);
	if (e == ERR_OK)
		e = store_put(x->a->txn, STORE_ACTS, keys_bytes(&key), buf_bytes(&value));
	buf_free(&value);
	return e;
}

static enum err call(struct acts_call *x, const char *name)
{
	if (x->a->year_closed && acts_year_bars(name))
		return acts_year_barred(x);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strcmp(table[i].name, name) == 0)
			return table[i].fn(x);
	if (acts_is_record(name))
		return acts_records(x);
	return acts_fail(x, ERR_INVALID, &unknown_act, "act");
}

/* Does the act of x->body, and remembers its answer. */
static enum err perform(struct acts_call *x)
{
	const char *id, *name;
	enum err e;

	if ((e = acts_text(x, "id", ACTS_ID_MAX, &id)) != ERR_OK ||
	    (e = acts_text(x, "act", 64, &name)) != ERR_OK)
		return e;
	x->answer = json_pack("{s:s, s:s, s:I}", "id", id, "act", name, "position",
			      (json_int_t)x->entry->position);
	if (!x->answer)
		return ERR_NOMEM;
	if ((e = call(x, name)) != ERR_OK)
		return e;
	return write_answer(x, id);
}

enum err acts_replay(struct aggregator *a, const struct entry *entry)
{
	struct acts_call x = { .a = a, .entry = entry };
	enum err e;

	if ((e = json_text_object(entry->body, &x.body)) != ERR_OK)
		return e == ERR_INVALID ? ERR_CORRUPT : e;
	e = perform(&x);
	json_decref(x.answer);
	json_decref(x.body);
	return e != ERR_OK && x.fault ? ERR_CORRUPT : e;
}

static enum err append(struct acts_call *x, struct entry *entry)
{
	char *text = records_dump(x->body);
	enum err e;

	if (!text)
		return ERR_NOMEM;
	entry->body = bytes_of_string(text);
	e = engine_append(x->a, entry, NULL);
	free(text);
	return e;
}

/* What nobody explained is no answer: the state may be half changed, and the group has to go. */
static enum err no_answer(const struct acts_call *x, enum err e)
{
	bool answer = e == ERR_INVALID || e == ERR_NOTFOUND || e == ERR_STATE || e == ERR_DENIED ||
		      e == ERR_EXISTS || e == ERR_RANGE;

	return answer && !x->fault ? ERR_CORRUPT : e;
}

static enum err perform_and_append(struct acts_call *x, int64_t now_ms)
{
	struct entry entry = { .kind = ENTRY_ACT, .time_ms = now_ms, .reporter = CATALOGUE_NONE };
	enum err e;

	engine_enter(x->a, &entry);
	x->entry = &entry;
	x->live = true;
	if ((e = perform(x)) == ERR_OK)
		e = append(x, &entry);
	x->entry = NULL;
	return no_answer(x, e);
}

enum err acts_enrol(struct aggregator *a, const uint8_t nonce_hash[CRYPTO_HASH_LEN],
		    const uint8_t key[32], struct bytes software, int64_t now_ms)
{
	struct acts_call x = { .a = a };
	char hash[65], hex[65], id[80] = "enrol-";
	enum err e;

	bytes_to_hex(bytes_of(nonce_hash, CRYPTO_HASH_LEN), hash);
	bytes_to_hex(bytes_of(key, 32), hex);
	memcpy(id + 6, hash, sizeof(hash));
	x.body = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s%}", "id", id, "act", ACTS_ENROL, "by",
			   "enrolment", "nonce_hash", hash, "key", hex, "software",
			   software.len ? (const char *)software.data : "", software.len);
	e = x.body ? perform_and_append(&x, now_ms) : ERR_INVALID;
	json_decref(x.answer);
	json_decref(x.body);
	return e;
}

/* --- from outside ----------------------------------------------------------------------------- */

static enum err to_arena(const json_t *j, struct arena *arena, struct bytes *out)
{
	char *text = records_dump(j);
	size_t len = text ? strlen(text) : 0;
	char *copy = text ? arena_strndup(arena, text, len) : NULL;

	free(text);
	if (!copy)
		return ERR_NOMEM;
	*out = bytes_of(copy, len);
	return ERR_OK;
}

static enum err explain(const struct acts_call *x, enum err e, struct arena *arena,
			struct bytes *answer)
{
	static const struct acts_fault plain = {
		"refused", { "操作未执行。", "The act was not done." } };
	const struct acts_fault *f = x->fault ? x->fault : &plain;
	json_t *j = json_pack("{s:s, s:s, s:s, s:s, s:s*}", "type", "about:blank", "code", f->code,
			      "title", f->text.en, "detail", f->text.zh, "field", x->field);
	enum err made = j ? to_arena(j, arena, answer) : ERR_NOMEM;

	json_decref(j);
	return made == ERR_OK ? e : made;
}

/* What is said now was said in that entry too: a reply that got lost is asked for again. The daemon
 * may have added members then, and a nonce is not kept. */
static enum err check_repeat(struct acts_call *x, uint64_t position)
{
	struct aggregator *a = x->a;
	struct entry entry;
	const char *name;
	json_t *before, *value;
	bool same = true;
	enum err e = ledger_read(a->txn, position, &a->form, &entry, NULL);

	if (e == ERR_OK)
		e = json_text_object(entry.body, &before);
	if (e != ERR_OK)
		return e == ERR_NOMEM ? e : ERR_CORRUPT;
	json_object_foreach(x->body, name, value)
		same &= strcmp(name, "nonce") == 0 || strcmp(name, "by") == 0 ||
			json_equal(value, json_object_get(before, name));
	json_decref(before);
	return same ? ERR_OK : acts_fail(x, ERR_EXISTS, &id_used, "id");
}

/* The answer that this id got. ERR_NOTFOUND: a new id. */
static enum err answer_again(struct acts_call *x, const char *id, struct arena *arena,
			     struct bytes *answer)
{
	struct bytes value;
	struct keys key;
	json_t *j;
	enum err e;

	keys_text(&key, bytes_of_string(id));
	if ((e = store_get(x->a->txn, STORE_ACTS, keys_bytes(&key), &value)) != ERR_OK)
		return e;
	if (value.len < 8)
		return ERR_CORRUPT;
	if ((e = check_repeat(x, bytes_load64(value.data))) != ERR_OK)
		return e;
	if ((e = json_text_object(bytes_of(value.data + 8, value.len - 8), &j)) != ERR_OK)
		return e == ERR_INVALID ? ERR_CORRUPT : e;
	e = json_object_set_new(j, "repeated", json_true()) == 0 ? to_arena(j, arena, answer) :
								   ERR_NOMEM;
	json_decref(j);
	return e;
}

static bool is_internal(const char *name)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strcmp(table[i].name, name) == 0)
			return table[i].internal;
	return false;
}

/* The nonce opens a door: its hash alone is written down. *nonce: as it came, or NULL. */
static enum err hide_nonce(struct acts_call *x, json_t **nonce)
{
	const char *text = json_string_value(json_object_get(x->body, "nonce"));
	uint8_t raw[16], hash[CRYPTO_HASH_LEN];
	char hex[2 * CRYPTO_HASH_LEN + 1];

	if (!text)
		return ERR_OK;
	if (strlen(text) != 32 || !bytes_from_hex(text, raw, sizeof(raw)))
		return acts_fail_form(
			x, (struct lang_text){ "32位十六进制数字", "32 hexadecimal digits" }, "nonce");
	crypto_digest(bytes_of(raw, sizeof(raw)), hash);
	crypto_wipe(raw, sizeof(raw));
	bytes_to_hex(bytes_of(hash, sizeof(hash)), hex);
	*nonce = json_incref(json_object_get(x->body, "nonce"));
	if (json_object_del(x->body, "nonce") != 0 ||
	    json_object_set_new(x->body, "nonce_hash", json_string(hex)) != 0)
		return ERR_NOMEM;
	return ERR_OK;
}

static enum err act(struct acts_call *x, const char *by, int64_t now_ms, struct arena *arena,
		    struct bytes *answer, const char *internal)
{
	const char *id, *name;
	json_t *nonce = NULL;
	enum err e;

	if ((e = acts_text(x, "id", ACTS_ID_MAX, &id)) != ERR_OK ||
	    (e = acts_text(x, "act", 64, &name)) != ERR_OK)
		return e;
	if (is_internal(name) && (!internal || strcmp(internal, name) != 0))
		return acts_fail(x, ERR_INVALID, &unknown_act, "act");
	if ((e = answer_again(x, id, arena, answer)) != ERR_NOTFOUND)
		return e;
	if (json_object_set_new(x->body, "by", json_string(by)) != 0)
		return acts_fail(x, ERR_INVALID, &acts_bad_field, "by");
	if ((e = hide_nonce(x, &nonce)) == ERR_OK)
		e = perform_and_append(x, now_ms);
	if (e == ERR_OK && nonce && json_object_set(x->answer, "nonce", nonce) != 0)
		e = ERR_NOMEM;
	json_decref(nonce);
	return e == ERR_OK ? to_arena(x->answer, arena, answer) : e;
}

/* internal: the one act of the daemon's own that may be done so, or NULL. */
static enum err from_outside(struct aggregator *a, struct bytes json, const char *by,
			     int64_t now_ms, struct arena *arena, struct bytes *answer,
			     const char *internal)
{
	struct acts_call x = { .a = a };
	enum err e;

	*answer = (struct bytes){ 0 };
	if ((e = aggregator_tick(a, now_ms)) != ERR_OK)
		return e;
	e = json.len <= BODY_MAX ? json_text_object(json, &x.body) : ERR_INVALID;
	if (e == ERR_OK)
		e = act(&x, by, now_ms, arena, answer, internal);
	else if (e == ERR_INVALID)
		e = acts_fail(&x, e, json.len <= BODY_MAX ? &not_json : &too_long, NULL);
	if (e != ERR_OK && x.fault)
		e = explain(&x, e, arena, answer);
	json_decref(x.answer);
	json_decref(x.body);
	return e;
}

enum err aggregator_act(struct aggregator *a, struct bytes json, const char *by, int64_t now_ms,
			struct arena *arena, struct bytes *answer)
{
	return from_outside(a, json, by, now_ms, arena, answer, NULL);
}

enum err acts_import(struct aggregator *a, struct bytes json, const char *by, int64_t now_ms,
		     struct arena *arena, struct bytes *answer, uint64_t *position, bool *again)
{
	enum err e = from_outside(a, json, by, now_ms, arena, answer, ACTS_IMPORT);
	json_t *said;

	if (e != ERR_OK)
		return e;
	if ((e = json_text_object(*answer, &said)) != ERR_OK)
		return e == ERR_INVALID ? ERR_CORRUPT : e;
	*position = (uint64_t)json_integer_value(json_object_get(said, "position"));
	*again = json_is_true(json_object_get(said, "repeated"));
	json_decref(said);
	return ERR_OK;
}
