/* SPDX-License-Identifier: MIT */
/* Acts about places and things: what was found there at acceptance. */
#include "aggregator/acts_private.h"
#include "aggregator/office/object_checks.h"
#include "base/date.h"
#include "base/decimal.h"

static const struct acts_fault not_counted = {
	"no-objects", { "该指标不按对象计数，没有验收清单。",
			"This measure is not counted by objects, so it has no checklist." } };
static const struct acts_fault no_checklist = {
	"no-checklist", { "目录没有给该指标的对象列验收清单。",
			  "The catalogue has no checklist for the objects of this measure." } };
static const struct acts_fault unknown_object = {
	"unknown-object", { "名单内没有这个对象；见 minshengctl object list。",
			    "There is no such object in the list; see minshengctl object list." } };
static const struct acts_fault unknown_line = {
	"unknown-check", { "验收清单没有这一项；见 minshengctl object show。",
			   "The checklist has no such line; see minshengctl object show." } };
static const struct acts_fault bad_value = {
	"bad-check", { "是否项写 true 或 false，数值项写数字（小数位数不超过清单所列）。",
		       "Write true or false for a line of yes or no, and a number with no more than "
		       "the line's decimals for the others." } };
static const struct acts_fault future_date = {
	"future-date", { "验收日期不能晚于今天。", "The day of the check lies in the future." } };

struct checking {
	uint16_t measure;
	const struct universe *u;
	struct bytes object;
	int32_t day;
	uint16_t unit; /* whose people looked; CATALOGUE_NONE: the office's */
	const char *why;
};

static enum err read_subject(struct acts_call *x, struct checking *k)
{
	const char *object;
	enum err e;

	if ((e = acts_measure(x, "measure", &k->measure)) != ERR_OK ||
	    (e = acts_text(x, "object", UNIVERSE_ID_MAX, &object)) != ERR_OK)
		return e;
	k->u = x->a->catalogue->measures[k->measure].objects;
	k->object = bytes_of_string(object);
	if (!k->u)
		return acts_fail(x, ERR_INVALID, &not_counted, "measure");
	if (k->u->check_count == 0)
		return acts_fail(x, ERR_INVALID, &no_checklist, "measure");
	if (!universe_id_is_sound(k->object) ||
	    (k->u->enumerated && !universe_find(k->u, k->object)))
		return acts_fail(x, ERR_INVALID, &unknown_object, "object");
	return ERR_OK;
}

static enum err read_who(struct acts_call *x, struct checking *k)
{
	enum err e;

	k->day = x->a->admit.day;
	k->unit = CATALOGUE_NONE;
	k->why = NULL;
	if (acts_has(x, "date") && (e = acts_day(x, "date", &k->day)) != ERR_OK)
		return e;
	if (k->day > x->a->admit.day)
		return acts_fail(x, ERR_INVALID, &future_date, "date");
	if (acts_has(x, "unit") && (e = acts_unit(x, "unit", &k->unit)) != ERR_OK)
		return e;
	return acts_has(x, "why") ? acts_text(x, "why", LIMITS_TEXT, &k->why) : ERR_OK;
}

/* The values in the form in which they are kept: numbers as text at the line's decimals. */
static enum err read_values(struct acts_call *x, const struct checking *k, json_t *to)
{
	json_t *values = json_object_get(x->body, "values"), *value;
	const char *id;

	if (!json_is_object(values) || json_object_size(values) == 0)
		return acts_fail_form(x, (struct lang_text){ "验收各项和所填的值", "lines of the checklist with their values" },
				      "values");
	json_object_foreach(values, id, value) {
		const struct universe_check *c = universe_find_check(k->u, bytes_of_string(id));
		char text[DECIMAL_TEXT_MAX];
		int64_t n;

		if (!c)
			return acts_fail(x, ERR_INVALID, &unknown_line, "values");
		if (!object_checks_value(c, value, &n))
			return acts_fail(x, ERR_INVALID, &bad_value, "values");
		decimal_format(n, c->decimals, text);
		if (json_object_set_new(to, id, c->number ? json_string(text) : json_boolean(n)) != 0)
			return ERR_NOMEM;
	}
	return ERR_OK;
}

/* What was said before stands again where this one does not name the line; that takes a reason
 * where a value becomes another one. */
static enum err keep_before(struct acts_call *x, const struct checking *k, json_t *to)
{
	json_t *before, *value;
	const char *id;
	bool differs = false;
	enum err e = object_checks_read(x->a->txn, k->measure, k->object, &before);

	if (e != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_OK : e;
	json_object_foreach(json_object_get(before, "values"), id, value) {
		json_t *now = json_object_get(to, id);

		differs |= now && !json_equal(now, value);
		if (!now && json_object_set(to, id, value) != 0)
			e = ERR_NOMEM;
	}
	json_decref(before);
	if (e == ERR_OK && differs && !k->why)
		return acts_fail_form(x, (struct lang_text){ "更改先前所填值的理由", "the reason why a value becomes another one" },
				      "why");
	return e;
}

static json_t *check_of(const struct acts_call *x, const struct checking *k, json_t *values)
{
	const struct catalogue *c = x->a->catalogue;
	const char *by = json_string_value(json_object_get(x->body, "by"));
	char day[16];

	date_format(k->day, day);
	return json_pack("{s:s, s:s%, s:O, s:s, s:s, s:s*, s:s*, s:I, s:I}", "measure",
			 c->measures[k->measure].id, "object", (const char *)k->object.data,
			 k->object.len, "values", values, "date", day, "by", by ? by : "", "unit",
			 k->unit == CATALOGUE_NONE ? NULL : c->units[k->unit].id, "why", k->why,
			 "position", (json_int_t)x->entry->position, "at_ms",
			 (json_int_t)x->entry->time_ms);
}

static enum err keep(struct acts_call *x, const struct checking *k, json_t *values)
{
	json_t *check = check_of(x, k, values);
	enum object_checks_state state;
	enum err e = check ? ERR_OK : ERR_NOMEM;

	if (e == ERR_OK)
		e = object_checks_write(x->a->txn, k->measure, k->object, check);
	state = object_checks_of(k->u, check);
	json_decref(check);
	if (e == ERR_OK &&
	    json_object_set_new(x->answer, "state", json_string(object_checks_name(state))) != 0)
		e = ERR_NOMEM;
	return e;
}

enum err acts_objects_check(struct acts_call *x)
{
	json_t *values = json_object();
	struct checking k;
	enum err e = values ? read_subject(x, &k) : ERR_NOMEM;

	if (e == ERR_OK)
		e = read_who(x, &k);
	if (e == ERR_OK)
		e = read_values(x, &k, values);
	if (e == ERR_OK)
		e = keep_before(x, &k, values);
	if (e == ERR_OK)
		e = keep(x, &k, values);
	json_decref(values);
	return e;
}
