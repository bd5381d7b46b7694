/* SPDX-License-Identifier: MIT */
/* Acts about figures that look odd, and about what was found on the spot. */
#include "aggregator/acts_private.h"
#include "aggregator/alerts/flags.h"
#include "aggregator/alerts/sample.h"
#include "aggregator/office/records.h"
#include "base/date.h"
#include "base/decimal.h"

static const struct acts_fault no_such_flag = {
	"no-such-flag", { "没有这条数据质量提示；见 minshengctl flag list --state all。",
			  "There is no such flag; see minshengctl flag list --state all." } };
static const struct acts_fault flag_gone = {
	"flag-gone", { "数据已变动，这条提示不再存在，无需处理。",
		       "The figures have changed and the flag is gone: nothing is left to do." } };
static const struct acts_fault flag_settled = {
	"flag-settled", { "这条提示已经是这个结论；要改请给出另一种结论。",
			  "The flag has this answer already; only another one would change it." } };
static const struct acts_fault not_sampled = {
	"not-sampled", { "该期没有抽到这一项；见 minshengctl sample show。",
			 "This was not drawn for the period; see minshengctl sample show." } };
static const struct acts_fault no_such_inspection = {
	"no-such-inspection", { "没有这个编号的核查记录。", "There is no inspection with this id." } };
static const struct acts_fault bad_result = {
	"bad-result", { "result 须为 agree 或 differ；differ 须写 found（实地查得的数），且与报数不同。",
			"result: agree, or differ with found, the number found, which is another one "
			"than was reported." } };

/* --- flags -------------------------------------------------------------------------------------- */

static enum err find_flag(struct acts_call *x, struct flags_record *out)
{
	const char *id;
	enum err e = acts_text(x, "flag", FLAGS_ID - 1, &id);

	if (e != ERR_OK)
		return e;
	if (!flags_find_id(x->a->catalogue, bytes_of_string(id), out))
		return acts_fail(x, ERR_NOTFOUND, &no_such_flag, "flag");
	e = flags_read(x->a->txn, out->measure, out->unit, out->period, out->rule, out);
	return e == ERR_NOTFOUND ? acts_fail(x, e, &no_such_flag, "flag") : e;
}

static enum err answer(struct acts_call *x, enum flags_state state)
{
	struct judge_fact fact = { .kind = JUDGE_FLAGGED, .as_of = DATE_NONE };
	struct flags_record r;
	const char *by, *why;
	enum err e;

	if ((e = find_flag(x, &r)) != ERR_OK ||
	    (e = acts_text(x, "by", FLAGS_NAME_MAX, &by)) != ERR_OK ||
	    (e = acts_text(x, "why", FLAGS_WHY_MAX, &why)) != ERR_OK)
		return e;
	if (r.state == FLAGS_GONE)
		return acts_fail(x, ERR_STATE, &flag_gone, "flag");
	if (r.state == state)
		return acts_fail(x, ERR_STATE, &flag_settled, "flag");
	r.state = state;
	r.act_position = x->entry->position;
	r.act_ms = x->entry->time_ms;
	r.by = bytes_of_string(by);
	r.why = bytes_of_string(why);
	fact.measure = r.measure;
	fact.unit = r.unit;
	if ((e = flags_write(x->a->txn, &r)) != ERR_OK)
		return e;
	return facts_add(&x->a->facts, &fact);
}

enum err acts_flags_explain(struct acts_call *x)
{
	return answer(x, FLAGS_EXPLAINED);
}

enum err acts_flags_dismiss(struct acts_call *x)
{
	return answer(x, FLAGS_DISMISSED);
}

enum err acts_flags_confirm(struct acts_call *x)
{
	return answer(x, FLAGS_CONFIRMED);
}

/* --- samples ------------------------------------------------------------------------------------ */

static enum err find_sample(struct acts_call *x, struct sample_record *out)
{
	const char *measure;
	int32_t period;
	uint16_t unit, m;
	enum err e;

	if ((e = acts_period(x, &period)) != ERR_OK ||
	    (e = acts_text(x, "measure", LIMITS_ID, &measure)) != ERR_OK ||
	    (e = acts_unit(x, "unit", &unit)) != ERR_OK)
		return e;
	m = catalogue_measure_number(x->a->catalogue, bytes_of_string(measure));
	e = m == CATALOGUE_NONE ? ERR_NOTFOUND :
				  sample_read(x->a->txn, period, m, unit, out);
	return e == ERR_NOTFOUND ? acts_fail(x, e, &not_sampled, "measure") : e;
}

/* A number as text, at the measure's decimals. */
static enum err read_number(struct acts_call *x, const char *field, unsigned decimals, int64_t *out)
{
	const char *text;
	enum err e = acts_text(x, field, DECIMAL_TEXT_MAX, &text);

	if (e == ERR_OK && (decimal_parse(bytes_of_string(text), decimals, out) != ERR_OK ||
			    *out < 0))
		e = acts_fail_form(x, (struct lang_text){ "不小于0的数，如12.5", "a number of 0 or more, such as 12.5" },
				      field);
	return e;
}

static enum err read_found(struct acts_call *x, struct sample_record *r)
{
	unsigned decimals = catalogue_figure_decimals(&x->a->catalogue->measures[r->measure]);
	enum err e = ERR_OK;

	r->has_found = json_object_get(x->body, "found") != NULL;
	r->found = r->found_denominator = 0;
	if (r->has_found)
		e = read_number(x, "found", decimals, &r->found);
	if (e == ERR_OK && json_object_get(x->body, "denominator"))
		e = read_number(x, "denominator", decimals, &r->found_denominator);
	else if (r->has_found && x->a->catalogue->measures[r->measure].kind == CATALOGUE_RATIO)
		r->found_denominator = r->denominator; /* not looked at: as it was reported */
	return e;
}

static bool is_as_reported(const struct sample_record *r)
{
	return r->present && r->found == r->value &&
	       (!r->found_denominator || r->found_denominator == r->denominator);
}

static enum err read_result(struct acts_call *x, struct sample_record *r)
{
	const char *text;
	enum err e = acts_text(x, "result", 16, &text);

	if (e != ERR_OK || (e = read_found(x, r)) != ERR_OK)
		return e;
	r->result = SAMPLE_WAITING;
	for (enum sample_result i = SAMPLE_AGREES; i < SAMPLE_RESULT_END; i++)
		if (strcmp(text, sample_result_name(i)) == 0)
			r->result = i;
	if (r->result == SAMPLE_WAITING || (r->result == SAMPLE_DIFFERS && !r->has_found) ||
	    (r->has_found && is_as_reported(r) != (r->result == SAMPLE_AGREES)))
		return acts_fail(x, ERR_INVALID, &bad_result, "result");
	return ERR_OK;
}

static enum err read_inspection(struct acts_call *x, struct sample_record *r)
{
	json_t *record;
	const char *id;
	enum err e;

	r->inspection = (struct bytes){ 0 };
	if (!json_object_get(x->body, "inspection"))
		return ERR_OK;
	if ((e = acts_text(x, "inspection", SAMPLE_INSPECTION_MAX, &id)) != ERR_OK)
		return e;
	e = records_get(x->a->txn, RECORDS_INSPECTION, bytes_of_string(id), &record);
	if (e == ERR_NOTFOUND)
		return acts_fail(x, e, &no_such_inspection, "inspection");
	json_decref(record);
	r->inspection = bytes_of_string(id);
	return e;
}

enum err acts_flags_result(struct acts_call *x)
{
	struct sample_record r;
	const char *by, *why;
	enum err e;

	if ((e = find_sample(x, &r)) != ERR_OK || (e = read_result(x, &r)) != ERR_OK ||
	    (e = read_inspection(x, &r)) != ERR_OK ||
	    (e = acts_text(x, "by", SAMPLE_NAME_MAX, &by)) != ERR_OK ||
	    (e = acts_text(x, "why", SAMPLE_WHY_MAX, &why)) != ERR_OK)
		return e;
	r.by = bytes_of_string(by);
	r.why = bytes_of_string(why);
	r.act_position = x->entry->position;
	r.act_ms = x->entry->time_ms;
	return sample_write(x->a->txn, &r);
}
