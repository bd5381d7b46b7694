/* SPDX-License-Identifier: MIT */
/* Acts at the year's end: the signed close, and what auditors find afterwards. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aggregator/acts_private.h"
#include "aggregator/admission/holds.h"
#include "aggregator/alerts/lights.h"
#include "aggregator/catalogue/calendar.h"
#include "aggregator/office/months.h"
#include "aggregator/office/year.h"
#include "aggregator/year_results.h"
#include "base/date.h"
#include "base/decimal.h"

#define DESPITE_MAX 2000
#define DOCUMENT_MAX 300

static const struct acts_fault closed_already = {
	"year-closed", { "本年度已经封账。", "The year is closed already." } };
static const struct acts_fault not_over = {
	"year-not-over", { "本年度尚未结束，不能封账。", "The year is not over: it can't be closed." } };
static const struct acts_fault no_key = {
	"no-signing-key", { "本程序没有签名私钥，不能封账；请由 minshengd 执行。",
			    "This program has no key to sign with: let minshengd close the year." } };
static const struct acts_fault not_closed = {
	"year-open", { "本年度尚未封账：请照常报送或更正，审计更正在封账之后。",
		       "The year is not closed: correct figures by reports; audits come after the "
		       "close." } };
static const struct acts_fault no_audit = {
	"no-audit", { "这个结果没有审计更正，或已撤回。",
		      "No audit correction stands beside that result, or it was withdrawn." } };
static const struct acts_fault no_result = {
	"no-result", { "这个单位不承担该指标，没有封账结果。",
		       "That unit has no part in the measure: there is no closed result." } };
static const struct acts_fault bad_value = {
	"bad-value", { "数值不合该指标的小数位数，或缺分母。",
		       "That value has too many decimals for the measure, or a denominator is "
		       "missing." } };

/* --- what stands in the way ------------------------------------------------------------------- */

struct closing {
	struct acts_call *x;
	const char *document, *why, *by, *despite; /* despite: "" for none */
	json_t *unpublished;                       /* months that were judged and not published */
	json_int_t holds;
	bool last_judged;
	enum err err;
	json_t *close;
};

static enum err read_body(struct closing *c)
{
	struct acts_call *x = c->x;
	enum err e;

	if ((e = acts_text(x, "document", DOCUMENT_MAX, &c->document)) != ERR_OK ||
	    (e = acts_text(x, "why", LIMITS_TEXT, &c->why)) != ERR_OK ||
	    (e = acts_text(x, "by", LIMITS_TEXT, &c->by)) != ERR_OK)
		return e;
	c->despite = "";
	return acts_has(x, "despite") ? acts_text(x, "despite", DESPITE_MAX, &c->despite) : ERR_OK;
}

static void add_unpublished(struct closing *c, int32_t period)
{
	char month[8];

	date_month_format(date_month_of(period), month);
	if (json_array_append_new(c->unpublished, json_string(month)) != 0)
		c->err = ERR_NOMEM;
}

static bool see_period(void *ctx, const struct lights_period *l)
{
	struct closing *c = ctx;
	struct aggregator *a = c->x->a;
	struct month m;

	c->last_judged |= l->period == calendar_period_of(a->catalogue->to);
	c->err = months_read(a->txn, l->period, &m);
	if (c->err == ERR_NOTFOUND) {
		c->err = ERR_OK;
		add_unpublished(c, l->period);
	}
	return c->err == ERR_OK;
}

static bool count_hold(void *ctx, const struct holds_record *record)
{
	struct closing *c = ctx;

	(void)record;
	c->holds++;
	return true;
}

static enum err look_round(struct closing *c)
{
	struct aggregator *a = c->x->a;
	int32_t last = calendar_period_of(a->catalogue->to);
	enum err e;

	if (!(c->unpublished = json_array()))
		return ERR_NOMEM;
	if ((e = lights_periods(a->txn, see_period, c)) != ERR_OK || (e = c->err) != ERR_OK ||
	    (e = holds_walk(a->txn, count_hold, c)) != ERR_OK)
		return e;
	if (!c->last_judged && engine_day(a, c->x->entry->time_ms) <= calendar_due(a->catalogue, last))
		add_unpublished(c, last);
	return c->err;
}

/* Words about this year, for this act. */
static enum err refuse(struct acts_call *x, const char *code, const char *field)
{
	x->made = (struct acts_fault){ code, { x->made_zh, x->made_en } };
	return acts_fail(x, ERR_STATE, &x->made, field);
}

static enum err window_open(struct closing *c, int32_t until)
{
	struct acts_call *x = c->x;
	char day[11];

	date_format(until, day);
	snprintf(x->made_zh, sizeof(x->made_zh), "补报期到 %s 为止，其后才能封账。", day);
	snprintf(x->made_en, sizeof(x->made_en),
		 "Late rows are taken until %s; the year can be closed after that day.", day);
	return refuse(x, "late-window-open", NULL);
}

static enum err unfinished(struct closing *c)
{
	struct acts_call *x = c->x;
	const char *first = json_string_value(json_array_get(c->unpublished, 0));
	size_t n = json_array_size(c->unpublished);

	char months_zh[80] = "", months_en[80] = "", holds_zh[80] = "", holds_en[80] = "";

	if (first) {
		snprintf(months_zh, sizeof(months_zh), "未发布的月份%zu个，首个是%s；", n, first);
		snprintf(months_en, sizeof(months_en), "Months not published: %zu, the first is %s. ",
			 n, first);
	}
	if (c->holds) {
		snprintf(holds_zh, sizeof(holds_zh), "待核定的行%lld条；", (long long)c->holds);
		snprintf(holds_en, sizeof(holds_en), "Rows that wait for the office: %lld. ",
			 (long long)c->holds);
	}
	snprintf(x->made_zh, sizeof(x->made_zh), "%s%s确需封账的请在 despite 中写明理由。", months_zh,
		 holds_zh);
	snprintf(x->made_en, sizeof(x->made_en),
		 "%s%sTo close all the same, give the reason in despite.", months_en, holds_en);
	return refuse(x, "year-unfinished", "despite");
}

static enum err check(struct closing *c)
{
	struct acts_call *x = c->x;
	const struct catalogue *k = x->a->catalogue;
	int32_t today = engine_day(x->a, x->entry->time_ms);
	enum err e;

	if (x->a->year_closed)
		return acts_fail(x, ERR_STATE, &closed_already, NULL);
	if (today <= k->to)
		return acts_fail(x, ERR_STATE, &not_over, NULL);
	if (today <= year_late_until(k))
		return window_open(c, year_late_until(k));
	if (x->live && !x->a->signer.sign)
		return acts_fail(x, ERR_STATE, &no_key, NULL);
	if ((e = look_round(c)) != ERR_OK)
		return e;
	if (json_array_size(c->unpublished) == 0 && c->holds == 0)
		c->despite = ""; /* there was nothing to override */
	else if (!c->despite[0])
		return unfinished(c);
	return ERR_OK;
}

/* --- closing ---------------------------------------------------------------------------------- */

static json_t *hex_of(const uint8_t *data, size_t len)
{
	char text[2 * CRYPTO_SIGNATURE_LEN + 1];

	bytes_to_hex(bytes_of(data, len), text);
	return json_string(text);
}

/* What the ledger and its state were just before this entry. */
static enum err describe(struct closing *c, const uint8_t public_key[CRYPTO_PUBLIC_LEN])
{
	struct aggregator *a = c->x->a;
	uint8_t state[CRYPTO_HASH_LEN], figures[CRYPTO_HASH_LEN];
	enum err e;

	if ((e = engine_flush(a)) != ERR_OK || (e = aggregator_state_hash(a->txn, state)) != ERR_OK ||
	    (e = aggregator_figures_hash(a->txn, a->catalogue, figures)) != ERR_OK)
		return e;
	c->close = json_pack("{s:I, s:s, s:s, s:s, s:s, s:I, s:O, s:I, s:o, s:o, s:o, s:o}", "at",
			     (json_int_t)c->x->entry->time_ms, "by", c->by, "document", c->document,
			     "why", c->why, "despite", c->despite, "holds", c->holds, "unpublished",
			     c->unpublished, "position", (json_int_t)c->x->entry->position, "chain",
			     hex_of(a->head.chain, CRYPTO_HASH_LEN), "state",
			     hex_of(state, sizeof(state)), "figures",
			     hex_of(figures, sizeof(figures)), "public_key",
			     hex_of(public_key, CRYPTO_PUBLIC_LEN));
	return c->close ? ERR_OK : ERR_NOMEM;
}

/* The daemon signs while the act is being done; a replay has what it signed with. */
static enum err sign(struct closing *c, const char *statement,
		     const uint8_t public_key[CRYPTO_PUBLIC_LEN])
{
	struct acts_call *x = c->x;
	const struct aggregator_signer *s = &x->a->signer;
	uint8_t signature[CRYPTO_SIGNATURE_LEN] = { 0 };
	const char *text = json_string_value(json_object_get(x->body, "signature"));

	if (x->live)
		s->sign(s->ctx, bytes_of_string(statement), signature);
	else if (!text || strlen(text) != 2 * sizeof(signature) ||
		 !bytes_from_hex(text, signature, sizeof(signature)))
		return ERR_CORRUPT;
	if (!crypto_signed(public_key, bytes_of_string(statement), signature))
		return ERR_CORRUPT;
	if (json_object_set_new(x->body, "signature", hex_of(signature, sizeof(signature))) != 0 ||
	    json_object_set(c->close, "signature", json_object_get(x->body, "signature")) != 0)
		return ERR_NOMEM;
	return year_write(x->a->txn, c->close);
}

static enum err take_public_key(struct closing *c, uint8_t out[CRYPTO_PUBLIC_LEN])
{
	struct acts_call *x = c->x;

	if (!x->live)
		return acts_hex32(x, "public_key", out);
	memcpy(out, x->a->signer.public_key, CRYPTO_PUBLIC_LEN);
	return json_object_set_new(x->body, "public_key", hex_of(out, CRYPTO_PUBLIC_LEN)) ?
		       ERR_NOMEM :
		       ERR_OK;
}

static enum err seal(struct closing *c)
{
	struct aggregator *a = c->x->a;
	uint8_t public_key[CRYPTO_PUBLIC_LEN];
	char *statement = NULL;
	enum err e;

	if ((e = take_public_key(c, public_key)) != ERR_OK ||
	    (e = describe(c, public_key)) != ERR_OK || (e = year_write(a->txn, c->close)) != ERR_OK ||
	    (e = year_results_write(a)) != ERR_OK ||
	    (e = year_statement(a->txn, a->catalogue->id, &statement)) != ERR_OK)
		return e;
	e = sign(c, statement, public_key);
	free(statement);
	return e;
}

static enum err answer_close(struct closing *c)
{
	json_t *answer = c->x->answer;
	bool good = json_object_set(answer, "signature", json_object_get(c->close, "signature")) == 0 &&
		    json_object_set(answer, "public_key", json_object_get(c->close, "public_key")) == 0 &&
		    json_object_set(answer, "state", json_object_get(c->close, "state")) == 0 &&
		    json_object_set(answer, "figures", json_object_get(c->close, "figures")) == 0;

	return good ? ERR_OK : ERR_NOMEM;
}

enum err acts_year_close(struct acts_call *x)
{
	struct closing c = { .x = x };
	enum err e = read_body(&c);

	if (e == ERR_OK && (e = check(&c)) == ERR_OK && (e = seal(&c)) == ERR_OK &&
	    (e = answer_close(&c)) == ERR_OK)
		x->a->year_closed = true;
	json_decref(c.unpublished);
	json_decref(c.close);
	return e;
}

bool acts_year_bars(const char *name)
{
	static const char *const names[] = { "hold.release", "plan.set", "quota.set" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

enum err acts_year_barred(struct acts_call *x)
{
	static const struct acts_fault barred = {
		"year-closed", { "本年度已经封账：只能作审计更正（audit.correct）。",
				 "The year is closed: only audit corrections enter (audit.correct)." } };

	return acts_fail(x, ERR_STATE, &barred, "act");
}

/* --- audits ----------------------------------------------------------------------------------- */

struct audit {
	struct acts_call *x;
	uint16_t measure, unit;
	json_t *record;
};

/* The unit is the whole city where none is named. */
static enum err find_result(struct audit *a)
{
	struct acts_call *x = a->x;
	const struct catalogue *c = x->a->catalogue;
	enum err e;

	if (!x->a->year_closed)
		return acts_fail(x, ERR_STATE, &not_closed, NULL);
	a->unit = c->city;
	if ((e = acts_measure(x, "measure", &a->measure)) != ERR_OK ||
	    (acts_has(x, "unit") && (e = acts_unit(x, "unit", &a->unit)) != ERR_OK))
		return e;
	if (a->unit != c->city &&
	    !catalogue_in_scope(&c->items[c->measures[a->measure].item], a->unit))
		return acts_fail(x, ERR_NOTFOUND, &no_result, "unit");
	return ERR_OK;
}

/* A number at the measure's decimals, in its full form. */
static enum err put_number(struct audit *a, const char *field, unsigned decimals)
{
	char exact[DECIMAL_TEXT_MAX];
	const char *text;
	int64_t value;
	enum err e = acts_text(a->x, field, DECIMAL_TEXT_MAX - 1, &text);

	if (e != ERR_OK)
		return e;
	if (decimal_parse(bytes_of_string(text), decimals, &value) != ERR_OK || value < 0)
		return acts_fail(a->x, ERR_INVALID, &bad_value, field);
	decimal_format(value, decimals, exact);
	return json_object_set_new(a->record, field, json_string(exact)) ? ERR_NOMEM : ERR_OK;
}

static enum err put_numbers(struct audit *a)
{
	const struct catalogue_measure *m = &a->x->a->catalogue->measures[a->measure];
	enum err e = put_number(a, "value", catalogue_figure_decimals(m));

	return e == ERR_OK && m->kind == CATALOGUE_RATIO ? put_number(a, "denominator", m->decimals) :
							   e;
}

static enum err begin_record(struct audit *a)
{
	struct acts_call *x = a->x;
	const struct catalogue *c = x->a->catalogue;
	const char *document, *why, *by;
	enum err e;

	if ((e = acts_text(x, "document", DOCUMENT_MAX, &document)) != ERR_OK ||
	    (e = acts_text(x, "why", LIMITS_TEXT, &why)) != ERR_OK ||
	    (e = acts_text(x, "by", LIMITS_TEXT, &by)) != ERR_OK)
		return e;
	a->record = json_pack("{s:s, s:s, s:I, s:I, s:s, s:s, s:s, s:b}", "measure",
			      c->measures[a->measure].id, "unit", c->units[a->unit].id, "at",
			      (json_int_t)x->entry->time_ms, "position",
			      (json_int_t)x->entry->position, "by", by, "document", document, "why",
			      why, "withdrawn", 0);
	return a->record ? ERR_OK : ERR_NOMEM;
}

static enum err put_met(struct audit *a)
{
	json_t *met = json_object_get(a->x->body, "met");

	if (!met || json_is_null(met))
		return ERR_OK;
	if (!json_is_boolean(met))
		return acts_fail_form(a->x, (struct lang_text){ "true、false 之一", "one of true, false" },
				      "met");
	return json_object_set(a->record, "met", met) ? ERR_NOMEM : ERR_OK;
}

enum err acts_year_audit(struct acts_call *x)
{
	struct audit a = { .x = x };
	enum err e;

	if ((e = find_result(&a)) == ERR_OK && (e = begin_record(&a)) == ERR_OK &&
	    (e = put_numbers(&a)) == ERR_OK && (e = put_met(&a)) == ERR_OK)
		e = year_write_audit(x->a->txn, a.measure, a.unit, a.record);
	json_decref(a.record);
	return e;
}

static enum err mark_withdrawn(struct audit *a, const char *why, const char *by)
{
	json_t *r = a->record;
	bool good = json_object_set_new(r, "withdrawn", json_true()) == 0 &&
		    json_object_set_new(r, "withdrawn_at",
					json_integer(a->x->entry->time_ms)) == 0 &&
		    json_object_set_new(r, "withdrawn_by", json_string(by)) == 0 &&
		    json_object_set_new(r, "withdrawn_why", json_string(why)) == 0;

	return good ? year_write_audit(a->x->a->txn, a->measure, a->unit, r) : ERR_NOMEM;
}

enum err acts_year_withdraw(struct acts_call *x)
{
	struct audit a = { .x = x };
	const char *why, *by;
	enum err e;

	if ((e = find_result(&a)) != ERR_OK ||
	    (e = acts_text(x, "why", LIMITS_TEXT, &why)) != ERR_OK ||
	    (e = acts_text(x, "by", LIMITS_TEXT, &by)) != ERR_OK)
		return e;
	e = year_read_audit(x->a->txn, a.measure, a.unit, &a.record);
	if (e == ERR_NOTFOUND || (e == ERR_OK && json_is_true(json_object_get(a.record, "withdrawn"))))
		e = acts_fail(x, ERR_NOTFOUND, &no_audit, "measure");
	else if (e == ERR_OK)
		e = mark_withdrawn(&a, why, by);
	json_decref(a.record);
	return e;
}
