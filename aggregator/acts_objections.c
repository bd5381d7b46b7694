/* SPDX-License-Identifier: MIT */
/* Acts about a month's figures that are in doubt or late: a county objects, the office answers; the
 * office moves a due day. */
#include <stdio.h>

#include "aggregator/acts_private.h"
#include "aggregator/catalogue/calendar.h"
#include "aggregator/office/months.h"
#include "aggregator/office/objections.h"
#include "base/date.h"

static const struct acts_fault no_cell = {
	"no-such-cell", { "该指标不由这个单位填报。", "Nobody reports this measure for this unit." } };
static const struct acts_fault not_reported = {
	"not-reported", { "该月还没有这项数据，无从提出异议。",
			  "There is no figure of that month to object to." } };
static const struct acts_fault too_late = {
	"objections-closed", { "异议期已过或该月已发布；请报送带更正理由的数据。",
			       "The days for objections are over, or the month is published: report "
			       "a correction with its reason instead." } };
static const struct acts_fault open_already = {
	"objected-already", { "该数据已有待答复的异议。",
			      "An objection against this figure waits for its answer." } };
static const struct acts_fault no_objection = {
	"no-open-objection", { "没有待答复的异议。", "No objection waits for an answer there." } };
static const struct acts_fault published = {
	"published-already", { "该月已发布，不能再延期。",
			       "That month is published: its due day stands." } };
static const struct acts_fault not_later = {
	"not-later", { "延期须晚于原定期限，且不超过 100 天。",
		       "until: after the due day, by 100 days at most." } };

#define EXTENSION_MAX 100 /* days */

static enum err is_published(struct acts_call *x, int32_t period, bool *out)
{
	struct month m;
	enum err e = months_read(x->a->txn, period, &m);

	*out = e == ERR_OK;
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

/* --- objections ------------------------------------------------------------------------------- */

/* measure, unit and period of one cell. */
static enum err read_cell(struct acts_call *x, struct objection *o)
{
	const struct catalogue *c = x->a->catalogue;
	enum err e;

	if ((e = acts_measure(x, "measure", &o->measure)) != ERR_OK ||
	    (e = acts_unit(x, "unit", &o->unit)) != ERR_OK ||
	    (e = acts_period(x, &o->period)) != ERR_OK)
		return e;
	if (catalogue_owner(c, o->measure, o->unit) == CATALOGUE_NONE &&
	    catalogue_owner(c, o->measure, c->city) == o->unit)
		o->unit = c->city; /* a lead's own figure */
	return catalogue_owner(c, o->measure, o->unit) == CATALOGUE_NONE ?
		       acts_fail(x, ERR_INVALID, &no_cell, "unit") :
		       ERR_OK;
}

static enum err copy_text(struct acts_call *x, const char *field, char *out, size_t cap)
{
	const char *text;
	enum err e = acts_text(x, field, cap - 1, &text);

	if (e == ERR_OK)
		snprintf(out, cap, "%s", text);
	return e;
}

/* Against a figure that is there, as long as it is neither published nor its days are over. */
static enum err check_objection(struct acts_call *x, const struct objection *o)
{
	int32_t last = calendar_publish(x->a->catalogue, o->period);
	bool came, over;
	enum err e;

	if ((e = is_published(x, o->period, &over)) != ERR_OK ||
	    (e = acts_was_reported(x, o->measure, o->unit, o->period, &came)) != ERR_OK)
		return e;
	if (over || engine_day(x->a, x->entry->time_ms) > last)
		return acts_fail(x, ERR_STATE, &too_late, "period");
	return came ? ERR_OK : acts_fail(x, ERR_STATE, &not_reported, "unit");
}

enum err acts_objections_object(struct acts_call *x)
{
	struct objection o = { .open = true, .position = x->entry->position,
			       .time_ms = x->entry->time_ms };
	struct objection before;
	enum err e;

	if ((e = read_cell(x, &o)) != ERR_OK ||
	    (e = copy_text(x, "why", o.why, sizeof(o.why))) != ERR_OK ||
	    (e = copy_text(x, "by", o.by, sizeof(o.by))) != ERR_OK ||
	    (e = check_objection(x, &o)) != ERR_OK)
		return e;
	e = objections_read(x->a->txn, x->a->catalogue, o.measure, o.unit, o.period, &before);
	if (e == ERR_OK && before.open)
		return acts_fail(x, ERR_STATE, &open_already, "unit");
	return e == ERR_OK || e == ERR_NOTFOUND ?
		       objections_write(x->a->txn, x->a->catalogue, &o) :
		       e;
}

enum err acts_objections_answer(struct acts_call *x)
{
	struct objection key = { 0 }, o;
	enum err e = read_cell(x, &key);

	if (e != ERR_OK)
		return e;
	e = objections_read(x->a->txn, x->a->catalogue, key.measure, key.unit, key.period, &o);
	if (e == ERR_NOTFOUND || (e == ERR_OK && !o.open))
		return acts_fail(x, ERR_STATE, &no_objection, "unit");
	if (e != ERR_OK || (e = copy_text(x, "why", o.answer, sizeof(o.answer))) != ERR_OK ||
	    (e = copy_text(x, "by", o.answered_by, sizeof(o.answered_by))) != ERR_OK)
		return e;
	o.open = false;
	o.answered_ms = x->entry->time_ms;
	return objections_write(x->a->txn, x->a->catalogue, &o);
}

/* --- extensions ------------------------------------------------------------------------------- */

struct extend {
	uint16_t unit, item, measure;
	int32_t period, until;
	const char *by, *why;
};

static enum err read_extension(struct acts_call *x, struct extend *d)
{
	enum err e;

	d->item = d->measure = CATALOGUE_NONE;
	if ((e = acts_period(x, &d->period)) != ERR_OK ||
	    (e = acts_day(x, "until", &d->until)) != ERR_OK ||
	    (e = acts_text(x, "why", EXTENSIONS_WHY - 1, &d->why)) != ERR_OK ||
	    (e = acts_text(x, "by", EXTENSIONS_WHO - 1, &d->by)) != ERR_OK)
		return e;
	if (!acts_has(x, "unit"))
		return acts_fail_form(x, (struct lang_text){ "一个单位的编号，或 all", "a unit's id, or all" },
				      "unit"); /* "all" is said */
	if (acts_has(x, "item") && (e = acts_item(x, "item", &d->item)) != ERR_OK)
		return e;
	if (acts_has(x, "measure") && (e = acts_measure(x, "measure", &d->measure)) != ERR_OK)
		return e;
	return acts_unit_or_all(x, &d->unit);
}

static enum err check_extension(struct acts_call *x, const struct extend *d)
{
	int32_t due = calendar_due(x->a->catalogue, d->period);
	bool over;
	enum err e = is_published(x, d->period, &over);

	if (e != ERR_OK)
		return e;
	if (over)
		return acts_fail(x, ERR_STATE, &published, "period");
	return d->until > due && d->until <= due + EXTENSION_MAX ?
		       ERR_OK :
		       acts_fail(x, ERR_INVALID, &not_later, "until");
}

/* The state of what is missing for the newest closed period may be another now. */
static enum err note_extension(struct acts_call *x, const struct extend *d)
{
	const struct judge_fact fact = { .kind = JUDGE_EXTENDED, .measure = CATALOGUE_NONE,
					 .unit = d->unit, .as_of = d->period };

	return facts_add(&x->a->facts, &fact);
}

static enum err keep_extension(struct acts_call *x, const struct extend *d)
{
	const struct catalogue *c = x->a->catalogue;
	char month[8], until[11];
	json_t *record;
	enum err e;

	date_month_format(date_month_of(d->period), month);
	date_format(d->until, until);
	record = json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:s*, s:s*, s:s*}", "period", month,
			   "until", until, "by", d->by, "why", d->why, "at",
			   (json_int_t)x->entry->time_ms, "position",
			   (json_int_t)x->entry->position, "unit",
			   d->unit == CATALOGUE_NONE ? NULL : c->units[d->unit].id, "item",
			   d->item == CATALOGUE_NONE ? NULL : c->items[d->item].id, "measure",
			   d->measure == CATALOGUE_NONE ? NULL : c->measures[d->measure].id);
	e = record ? extensions_add(x->a->txn, record) : ERR_NOMEM;
	json_decref(record);
	return e;
}

enum err acts_objections_extend(struct acts_call *x)
{
	struct aggregator *a = x->a;
	struct extend d;
	enum err e;

	if ((e = read_extension(x, &d)) != ERR_OK || (e = check_extension(x, &d)) != ERR_OK ||
	    (e = keep_extension(x, &d)) != ERR_OK ||
	    (e = extensions_load(&a->desk.extensions, a->txn, a->catalogue, DATE_NONE)) !=
		    ERR_OK)
		return e;
	return note_extension(x, &d);
}
