/* SPDX-License-Identifier: MIT */
#include "aggregator/office/checks.h"

#include <stdio.h>
#include <string.h>

#include "aggregator/catalogue/calendar.h"
#include "aggregator/office/months.h"
#include "aggregator/office/overdue.h"
#include "base/date.h"
#include "base/decimal.h"

static enum err put(json_t *record, const char *name, json_t *value)
{
	return value && json_object_set_new(record, name, value) == 0 ? ERR_OK : ERR_NOMEM;
}

static enum err put_day(json_t *record, const char *name, int32_t day)
{
	char text[11];

	date_format(day, text);
	return put(record, name, json_string(text));
}

static bool is_set(const json_t *record, const char *name)
{
	return json_object_get(record, name) != NULL;
}

/* --- narratives ------------------------------------------------------------------------------- */

static int32_t period_of(const json_t *record)
{
	int32_t month;

	return date_month_parse(bytes_of_string(forms_text(record, "period")), &month) == ERR_OK ?
		       date_month_last(month) :
		       DATE_NONE;
}

static enum err default_unit(struct forms_call *x)
{
	static const struct lang_text not_theirs = {
		"月度说明由牵头单位填报，或由受其委托的协办单位、督查室代填；请改填牵头单位。",
		"the lead of the item writes its narrative, or whom it delegated the item to, or the "
		"office; name the lead." };
	const struct catalogue_item *item = &x->c->items[forms_item(x->c, forms_text(x->record, "item"))];
	uint16_t unit = catalogue_unit_number(x->c, bytes_of_string(forms_text(x->given, "unit")));

	if (!is_set(x->given, "unit"))
		return put(x->record, "unit", json_string(x->c->units[item->lead].id));
	if (unit != item->lead && unit != x->c->office && !x->delegated)
		return forms_refuse(x, ERR_INVALID, "not-the-lead", "unit", not_theirs);
	return ERR_OK;
}

static enum err published(struct forms_call *x, bool *out)
{
	struct month month;
	enum err e = months_read(x->t, period_of(x->record), &month);

	*out = e == ERR_OK;
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

static enum err mark_late(struct forms_call *x)
{
	int32_t due = calendar_confirm(x->c, period_of(x->record));
	enum err e = put_day(x->record, "due", due);

	if (e != ERR_OK)
		return e;
	return put(x->record, "late_days", json_integer(overdue_days(x->c, due, x->today)));
}

enum err checks_narrative(struct forms_call *x)
{
	static const struct lang_text too_early = { "这个月还没有开始。", "has not begun yet." };
	static const struct lang_text is_published = {
		"该月已通报，改动须写明理由。", "the month is published: say why it changes." };
	bool frozen;
	enum err e;

	if (date_month_first(date_month_of(period_of(x->record))) > x->today)
		return forms_refuse(x, ERR_INVALID, "bad-period", "period", too_early);
	if ((e = default_unit(x)) != ERR_OK || (e = published(x, &frozen)) != ERR_OK)
		return e;
	if (frozen && !is_set(x->given, "why"))
		return forms_refuse(x, ERR_STATE, "period-published", "why", is_published);
	return x->is_new ? mark_late(x) : ERR_OK;
}

/* --- deadlines -------------------------------------------------------------------------------- */

enum err checks_deadline(struct forms_call *x)
{
	static const struct lang_text over = { "期限不能早于今天。", "is over already." };

	if (forms_day(x->record, "deadline") < x->today)
		return forms_refuse(x, ERR_INVALID, "deadline-over", "deadline", over);
	return ERR_OK;
}

enum err checks_extend(struct forms_call *x)
{
	static const struct lang_text not_later = { "延期须晚于原期限。",
						    "has to be later than the one before." };
	json_int_t times = json_integer_value(json_object_get(x->before, "extended"));
	enum err e;

	if (forms_day(x->record, "deadline") <= forms_day(x->before, "deadline"))
		return forms_refuse(x, ERR_INVALID, "not-later", "deadline", not_later);
	if ((e = checks_deadline(x)) != ERR_OK)
		return e;
	return put(x->record, "extended", json_integer(times + 1));
}

enum err checks_end(struct forms_call *x)
{
	int32_t due = overdue_due(x->c, forms_day(x->record, "deadline"));
	enum err e = put_day(x->record, "ended", x->today);

	if (e != ERR_OK)
		return e;
	return put(x->record, "late_days", json_integer(overdue_days(x->c, due, x->today)));
}

enum err checks_reopen(struct forms_call *x)
{
	static const char *const gone[] = { "ended", "late_days", "outcome" };

	for (size_t i = 0; i < sizeof(gone) / sizeof(gone[0]); i++)
		json_object_del(x->record, gone[i]);
	return is_set(x->given, "deadline") ? checks_deadline(x) : ERR_OK;
}

/* --- inspections, meetings -------------------------------------------------------------------- */

static enum err has_happened(struct forms_call *x)
{
	static const struct lang_text later = { "已发生的事，日期不能晚于今天。",
						"is later than today, and it has happened." };

	if (forms_day(x->record, "date") > x->today)
		return forms_refuse(x, ERR_INVALID, "not-yet", "date", later);
	return ERR_OK;
}

/* A value of the record at its measure's decimals; *has: there is one. False: it does not go with the
 * measure, or there is no measure. */
static bool value_of(const struct forms_call *x, const char *name, bool *has, int64_t *out)
{
	uint16_t m = catalogue_measure_number(x->c, bytes_of_string(forms_text(x->record, "measure")));

	*has = is_set(x->record, name);
	return !*has ||
	       (m != CATALOGUE_NONE &&
		decimal_parse(bytes_of_string(forms_text(x->record, name)),
			      catalogue_figure_decimals(&x->c->measures[m]), out) == ERR_OK);
}

static enum err compare(struct forms_call *x)
{
	static const struct lang_text other = {
		"与上报数、实查数不符：请一并填写指标和两数。",
		"does not go with the values reported and found: give all three." };
	uint16_t m = catalogue_measure_number(x->c, bytes_of_string(forms_text(x->record, "measure")));
	int64_t reported = 0, found = 0, difference;
	bool has_reported, has_found;
	char text[DECIMAL_TEXT_MAX];

	json_object_del(x->record, "difference");
	if (!value_of(x, "reported", &has_reported, &reported) ||
	    !value_of(x, "found", &has_found, &found) ||
	    !decimal_sub(found, reported, &difference))
		return forms_refuse(x, ERR_INVALID, "bad-value", "measure", other);
	if (!has_reported || !has_found)
		return ERR_OK;
	decimal_format(difference, catalogue_figure_decimals(&x->c->measures[m]), text);
	return put(x->record, "difference", json_string(text));
}

enum err checks_inspection(struct forms_call *x)
{
	enum err e = ERR_OK;

	if (strcmp(forms_text(x->record, "state"), "planned") != 0)
		e = has_happened(x);
	return e == ERR_OK ? compare(x) : e;
}

enum err checks_meeting(struct forms_call *x)
{
	enum err e = ERR_OK;

	if (!is_set(x->record, "form"))
		e = put(x->record, "form", json_string("meeting"));
	if (e == ERR_OK && strcmp(forms_text(x->record, "state"), "held") == 0)
		e = has_happened(x);
	return e;
}

enum err checks_decision(struct forms_call *x)
{
	static const struct lang_text not_held = {
		"会议还没有召开，或已取消：先用 meeting.hold 登记召开。",
		"has not been held: record that first (meeting.hold)." };
	json_t *meeting;
	bool held;
	enum err e = records_get(x->t, RECORDS_MEETING,
				 bytes_of_string(forms_text(x->record, "meeting")), &meeting);

	if (e != ERR_OK)
		return e;
	held = strcmp(forms_text(meeting, "state"), "held") == 0;
	json_decref(meeting);
	return held ? checks_deadline(x) :
		      forms_refuse(x, ERR_STATE, "meeting-not-held", "meeting", not_held);
}

/* --- contacts --------------------------------------------------------------------------------- */

static const char *const ways[] = { "phone", "wecom", "email" };

enum err checks_contact(struct forms_call *x)
{
	static const struct lang_text unreachable = {
		"电话、企业微信、邮箱至少填一项。", "give a phone number, WeCom or e-mail." };
	bool any = false;

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		any |= is_set(x->record, ways[i]);
	if (!any)
		return forms_refuse(x, ERR_INVALID, "field-missing", "phone", unreachable);
	return is_set(x->record, "from") ? ERR_OK : put_day(x->record, "from", x->today);
}

enum err checks_removed(struct forms_call *x)
{
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		json_object_del(x->record, ways[i]);
	return ERR_OK;
}
