/* SPDX-License-Identifier: MIT */
#include "aggregator/acts_versions.h"

#include <stdio.h>

#include "base/date.h"
#include "base/decimal.h"

#define DOCUMENT_MAX 200 /* bytes */
#define APPROVER_MAX 160
#define WHY_MAX 600
#define BY_MAX 160
#define PATH_MAX_LEN 200

static const struct acts_fault no_document = {
	"no-document", { "调整计划或任务须有文号（document，200 字节以内）。",
			 "A plan or quota needs the number of the document that decided it "
			 "(document, up to 200 bytes)." } };
static const struct acts_fault no_approver = {
	"no-approver", { "调整计划或任务须写明批准人（approver）。",
			 "A plan or quota needs the person who approved it (approver)." } };
static const struct acts_fault no_reason = {
	"no-reason", { "调整计划或任务须写明理由（why，600 字节以内）。",
		       "A plan or quota needs a reason (why, up to 600 bytes)." } };
static const struct acts_fault no_day = {
	"no-effective", { "请给出生效日期（effective，如 2022-07-01）。",
			  "Give the day from which it is in force (effective, such as "
			  "2022-07-01)." } };
static const struct acts_fault unknown_measure = {
	"unknown-measure", { "目录中没有这个指标。", "The catalogue has no such measure." } };
static const struct acts_fault in_the_past = {
	"effective-closed", { "生效日期落在已办结的月份：调整不改写以往的亮灯，请改用其后的日期。",
			      "That day lies in a period that is closed: what is decided now never "
			      "rewrites a past light. Take a later day." } };
static const struct acts_fault outside = {
	"effective-outside", { "生效日期不在计划期内，或指标那时已停用。",
			       "That day lies outside the programme, or the measure is no longer "
			       "used then." } };
static const struct acts_fault too_many = {
	"too-many-versions", { "该指标的调整次数已到上限。", "The measure has too many versions." } };

bool acts_decimal(const json_t *j, unsigned decimals, int64_t *out)
{
	if (json_is_integer(j))
		return decimal_mul(json_integer_value(j), decimal_pow10(decimals), out);
	return json_is_string(j) && decimal_parse(bytes_of(json_string_value(j), json_string_length(j)),
						  decimals, out) == ERR_OK;
}

const char *acts_path(struct acts_call *x, const char *field, const char *key)
{
	char text[PATH_MAX_LEN];
	int n = snprintf(text, sizeof(text), "%s.%s", field, key);
	const char *path = n > 0 && (size_t)n < sizeof(text) ?
				   arena_strndup(x->a->arena, text, (size_t)n) :
				   NULL;

	return path ? path : field;
}

static enum err read_word(struct acts_call *x, const char *field, size_t max,
			  const struct acts_fault *fault, const char **out)
{
	enum err e = acts_text(x, field, max, out);

	return e == ERR_OK ? e : acts_fail(x, e, fault, field);
}

static enum err read_measure(struct acts_call *x, struct versions_record *r,
			     const struct catalogue_measure **m)
{
	const char *text;
	enum err e = acts_text(x, "measure", LIMITS_ID, &text);

	if (e != ERR_OK)
		return e;
	r->measure = catalogue_measure_number(x->a->catalogue, bytes_of_string(text));
	if (r->measure == CATALOGUE_NONE)
		return acts_fail(x, ERR_INVALID, &unknown_measure, "measure");
	*m = &x->a->catalogue->measures[r->measure];
	return ERR_OK;
}

/* Behind everything that is closed, so that no light of the past can change by it. */
static enum err read_day(struct acts_call *x, const struct catalogue_measure *m, int32_t *out)
{
	const struct catalogue *c = x->a->catalogue;
	int32_t closed = x->a->admit.closed;

	if (acts_day(x, "effective", out) != ERR_OK)
		return acts_fail(x, ERR_INVALID, &no_day, "effective");
	if (*out < c->from || *out > c->to || (m->retired != DATE_NONE && *out > m->retired))
		return acts_fail(x, ERR_INVALID, &outside, "effective");
	if (closed != DATE_NONE && *out <= closed)
		return acts_fail(x, ERR_STATE, &in_the_past, "effective");
	return ERR_OK;
}

static enum err next_number(struct acts_call *x, const struct catalogue_measure *m,
			    struct versions_record *r)
{
	size_t count = r->kind == VERSIONS_PLAN ? m->plan_count : m->quota_set_count;

	if (count >= UINT16_MAX)
		return acts_fail(x, ERR_STATE, &too_many, "measure");
	r->number = (uint16_t)(count + 1);
	return ERR_OK;
}

enum err acts_versions_read(struct acts_call *x, struct versions_record *r,
			    const struct catalogue_measure **m)
{
	enum err e;

	arena_reset(x->a->arena);
	r->position = x->entry->position;
	r->time_ms = x->entry->time_ms;
	if ((e = read_measure(x, r, m)) != ERR_OK ||
	    (e = read_word(x, "document", DOCUMENT_MAX, &no_document, &r->document)) != ERR_OK ||
	    (e = read_word(x, "approver", APPROVER_MAX, &no_approver, &r->approver)) != ERR_OK ||
	    (e = read_word(x, "why", WHY_MAX, &no_reason, &r->why)) != ERR_OK ||
	    (e = acts_text(x, "by", BY_MAX, &r->by)) != ERR_OK ||
	    (e = read_day(x, *m, &r->effective)) != ERR_OK)
		return e;
	return next_number(x, *m, r);
}

enum err acts_versions_keep(struct acts_call *x, struct versions_record *r)
{
	json_t *answer = x->answer;
	enum err e = versions_write(x->a->txn, r);

	x->a->versioned = true;
	if (e == ERR_OK)
		e = engine_read_versions(x->a, x->a->txn);
	if (e != ERR_OK)
		return e;
	return json_object_set_new(answer, "measure",
				   json_string(x->a->catalogue->measures[r->measure].id)) ||
			       json_object_set_new(answer, "version", json_integer(r->number)) ?
		       ERR_NOMEM :
		       ERR_OK;
}
