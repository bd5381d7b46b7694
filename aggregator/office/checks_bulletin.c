/* SPDX-License-Identifier: MIT */
/* What a bulletin's text and signature have to hold to. */
#include <stdio.h>

#include "aggregator/office/checks.h"
#include "aggregator/office/months.h"
#include "aggregator/office/prose.h"
#include "base/date.h"

static int32_t period_of(const struct forms_call *x)
{
	int32_t month;

	return date_month_parse(bytes_of_string(forms_text(x->record, "period")), &month) == ERR_OK ?
		       date_month_last(month) :
		       DATE_NONE;
}

static enum err check_open(struct forms_call *x)
{
	static const struct lang_text is_published = {
		"该月已通报，通报文字和签发不能再改；更正见“通报后更正”。",
		"is published: neither its bulletin's text nor its signature changes any more; "
		"corrections are listed behind it." };
	struct month month;
	enum err e = months_read(x->t, period_of(x), &month);

	if (e == ERR_NOTFOUND)
		return ERR_OK;
	return e == ERR_OK ? forms_refuse(x, ERR_STATE, "period-published", "period", is_published) : e;
}

/* --- text ------------------------------------------------------------------------------------- */

/* A section that no bulletin of this catalogue could have. */
static enum err no_section(struct forms_call *x)
{
	static const struct lang_text unknown = {
		"通报没有这一段；段落编号见 minshengctl bulletin draft。",
		"no bulletin has such a section; see minshengctl bulletin draft." };

	return forms_refuse(x, ERR_INVALID, "unknown-section", "section", unknown);
}

static enum err find_template(struct forms_call *x, const struct prose_template **out)
{
	const char *id;

	*out = prose_find(forms_text(x->record, "section"), &id);
	if (!*out ||
	    ((*out)->about == PROSE_UNIT &&
	     catalogue_unit_number(x->c, bytes_of_string(id)) == CATALOGUE_NONE) ||
	    ((*out)->about == PROSE_MEASURE &&
	     catalogue_measure_number(x->c, bytes_of_string(id)) == CATALOGUE_NONE))
		return no_section(x);
	return ERR_OK;
}

static enum err refuse_text(struct forms_call *x, const char *field, enum prose_fault fault,
			    const char *name)
{
	static const struct {
		const char *code;
		struct lang_text text;
	} why[] = {
		[PROSE_BRACES] = { "bulletin-braces",
				   { "花括号不成对，或括号内不是数字名称。",
				     "a brace lacks its other half, or holds no name" } },
		[PROSE_LOST] = { "bulletin-number-lost",
				 { "锁定数字不能删除，请放回原处：",
				   "a locked number is gone; put it back: " } },
		[PROSE_UNKNOWN] = { "bulletin-number-unknown",
				    { "这一段没有这个锁定数字，不能添加：",
				      "no number of this section has that name: " } },
	};
	const char *open = *name ? "{" : "", *close = *name ? "}" : "";
	char zh[200], en[200];

	snprintf(zh, sizeof(zh), "%s%s%s%s", why[fault].text.zh, open, name, close);
	snprintf(en, sizeof(en), "%s%s%s%s", why[fault].text.en, open, name, close);
	return forms_refuse(x, ERR_INVALID, why[fault].code, field, (struct lang_text){ zh, en });
}

static enum err check_text(struct forms_call *x, const char *field, const char *template)
{
	static const struct lang_text too_long = { "太长，不超过4000字节（约1300个汉字）。",
						   "is too long: 4000 bytes at most." };
	const char *text = forms_text(x->given, field);
	char name[PROSE_NAME];
	enum prose_fault fault;

	if (!*text)
		return ERR_OK;
	if (strlen(text) > PROSE_TEXT)
		return forms_refuse(x, ERR_INVALID, "bad-text", field, too_long);
	fault = prose_check(template, text, name);
	return fault == PROSE_GOOD ? ERR_OK : refuse_text(x, field, fault, name);
}

/* Who edits says which revision was on the screen: two at once don't overwrite each other. */
static enum err check_revision(struct forms_call *x)
{
	const char *seen = forms_text(x->given, "revision");
	json_int_t steps = json_integer_value(json_object_get(x->record, "steps"));
	char now[24], zh[200], en[200];

	snprintf(now, sizeof(now), "%lld", (long long)steps);
	if (!*seen || strcmp(seen, now) == 0)
		return ERR_OK;
	snprintf(zh, sizeof(zh), "这一段已有人改过（现为第%s版，您看到的是第%.20s版），请刷新后再改。", now, seen);
	snprintf(en, sizeof(en), "somebody edited the section meanwhile: it is at revision %s, you saw %.20s.",
		 now, seen);
	return forms_refuse(x, ERR_EXISTS, "edited-meanwhile", "revision",
			    (struct lang_text){ zh, en });
}

enum err checks_prose(struct forms_call *x)
{
	static const struct lang_text missing = { "缺少文字。", "is missing." };
	const struct prose_template *t;
	enum err e;

	if ((e = check_open(x)) != ERR_OK || (e = find_template(x, &t)) != ERR_OK)
		return e;
	if (!*forms_text(x->given, "text") && !*forms_text(x->given, "text_en"))
		return forms_refuse(x, ERR_INVALID, "field-missing", "text", missing);
	if ((e = check_text(x, "text", t->text.zh)) != ERR_OK ||
	    (e = check_text(x, "text_en", t->text.en)) != ERR_OK)
		return e;
	return check_revision(x);
}

enum err checks_prose_reset(struct forms_call *x)
{
	enum err e = check_open(x);

	if (e == ERR_OK && (e = check_revision(x)) == ERR_OK) {
		json_object_del(x->record, "text");
		json_object_del(x->record, "text_en");
	}
	return e;
}

/* --- signature -------------------------------------------------------------------------------- */

enum err checks_signature(struct forms_call *x)
{
	static const struct lang_text too_early = { "成文日期不能早于该月最后一天。",
						    "is before the month's last day." };
	enum err e = check_open(x);

	if (e != ERR_OK)
		return e;
	if (forms_day(x->record, "date") < period_of(x))
		return forms_refuse(x, ERR_INVALID, "bad-day", "date", too_early);
	return ERR_OK;
}
