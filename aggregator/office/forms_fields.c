/* SPDX-License-Identifier: MIT */
/* Fields of a form, one by one: whether they have the form of their type, and are known to the
 * catalogue. */
#include <stdlib.h>
#include <string.h>

#include "aggregator/catalogue/calendar.h"
#include "aggregator/office/forms.h"
#include "base/date.h"
#include "base/decimal.h"

#define NAME_MAX_BYTES 200
#define TEXT_MAX_BYTES 8000
#define LIST_MAX 100

static const struct {
	const char *code;
	struct lang_text text;
} wrong[] = {
	[FORMS_NAME] = { "bad-name", { "须为一行文字，不超过 200 字节（约 66 个汉字）。",
				       "has to be one line of text of 200 bytes at most." } },
	[FORMS_TEXT] = { "bad-text", { "须为文字，不为空，不超过 8000 字节（约 2600 个汉字）。",
				       "has to be text, not empty, of 8000 bytes at most." } },
	[FORMS_DAY] = { "bad-day", { "日期须写作 2022-06-30。", "has to be a day such as 2022-06-30." } },
	[FORMS_PERIOD] = { "bad-period", { "须为本方案年度内的月份，写作 2022-06。",
					   "has to be a month of the programme, such as 2022-06." } },
	[FORMS_QUARTER] = { "bad-quarter", { "季度须写作 2022-Q2。",
					     "has to be a quarter such as 2022-Q2." } },
	[FORMS_UNIT] = { "unknown-unit", { "目录中没有这个单位；见 minshengctl unit list。",
					   "the catalogue has no such unit; see minshengctl unit list." } },
	[FORMS_ITEM] = { "unknown-item", { "目录中没有这个事项；见 minshengctl catalogue show。",
					   "the catalogue has no such item; see minshengctl catalogue "
					   "show." } },
	[FORMS_PROJECT] = { "unknown-project", { "目录中没有这个项目；见 minshengctl catalogue show。",
						 "the catalogue has no such project; see minshengctl "
						 "catalogue show." } },
	[FORMS_MEASURE] = { "unknown-measure", { "目录中没有这个指标；见 minshengctl target list。",
						 "the catalogue has no such target; see minshengctl "
						 "target list." } },
	[FORMS_VALUE] = { "bad-value", { "须为数字，写作文字（如 \"12.5\"），小数位数不超过指标的规定；并写明指标（measure）。",
					 "has to be a number as text, such as \"12.5\", with no more "
					 "decimals than its measure has; name the measure." } },
	[FORMS_CHOICE] = { "bad-choice", { "不是可选的词。", "is none of the words that it may be." } },
	[FORMS_COUNT] = { "unknown-field", { "由系统计算，不能填写。", "is computed, not given." } },
};

uint16_t forms_item(const struct catalogue *c, const char *id)
{
	for (size_t i = 0; i < c->item_count; i++)
		if (strcmp(c->items[i].id, id) == 0)
			return (uint16_t)i;
	return CATALOGUE_NONE;
}

static bool is_project(const struct catalogue *c, const char *id)
{
	for (size_t i = 0; i < c->project_count; i++)
		if (strcmp(c->projects[i].id, id) == 0)
			return true;
	return false;
}

/* Something to read, and no control characters but the ends of lines and tabs. */
static bool is_text(const char *text, size_t max, bool lines)
{
	bool ink = false;

	if (strlen(text) > max)
		return false;
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if ((c < 0x20 && !(lines && (c == '\n' || c == '\t' || c == '\r'))) || c == 0x7f)
			return false;
		ink |= c > 0x20;
	}
	return ink;
}

/* A month of the programme; out: always as "2022-06", since records are named by it. */
static bool read_period(const struct catalogue *c, const char *text, char out[8])
{
	int32_t day;

	if (date_period_parse(bytes_of_string(text), &day) != ERR_OK ||
	    day < calendar_period_of(c->from) || day > calendar_period_of(c->to))
		return false;
	date_month_format(date_month_of(day), out);
	return true;
}

static bool is_quarter(const char *text)
{
	if (strlen(text) != 7 || memcmp(text + 4, "-Q", 2) != 0 || text[6] < '1' || text[6] > '4')
		return false;
	return strspn(text, "0123456789") == 4;
}

static bool is_choice(const char *choices, const char *text)
{
	size_t n = strlen(text);

	for (; *choices != '\0'; choices += strcspn(choices, " ") + 1)
		if (strcspn(choices, " ") == n && memcmp(choices, text, n) == 0)
			return true;
	return false;
}

/* The measure that values are of: what is given, or what the record has. */
static const struct catalogue_measure *measure_of(const struct forms_call *x)
{
	const char *id = forms_text(x->given, "measure");
	uint16_t m;

	m = catalogue_measure_number(x->c, bytes_of_string(*id ? id : forms_text(x->record, "measure")));
	return m == CATALOGUE_NONE ? NULL : &x->c->measures[m];
}

/* All decimals of the measure, so that one number has one form. */
static bool read_value(const struct forms_call *x, const char *text, char out[DECIMAL_TEXT_MAX])
{
	const struct catalogue_measure *m = measure_of(x);
	int64_t value;

	if (!m || decimal_parse(bytes_of_string(text), catalogue_figure_decimals(m), &value) != ERR_OK)
		return false;
	decimal_format(value, catalogue_figure_decimals(m), out);
	return true;
}

static bool is_good(const struct forms_call *x, const struct forms_field *f, const char *text)
{
	const struct catalogue *c = x->c;
	struct bytes b = bytes_of_string(text);
	int32_t day;

	switch (f->type) {
	case FORMS_NAME:
		return is_text(text, NAME_MAX_BYTES, false);
	case FORMS_TEXT:
		return is_text(text, TEXT_MAX_BYTES, true);
	case FORMS_DAY:
		return date_parse(b, &day) == ERR_OK;
	case FORMS_QUARTER:
		return is_quarter(text);
	case FORMS_UNIT:
		return catalogue_unit_number(c, b) != CATALOGUE_NONE;
	case FORMS_ITEM:
		return forms_item(c, text) != CATALOGUE_NONE;
	case FORMS_PROJECT:
		return is_project(c, text);
	case FORMS_MEASURE:
		return catalogue_measure_number(c, b) != CATALOGUE_NONE;
	case FORMS_CHOICE:
		return is_choice(f->choices, text);
	case FORMS_PERIOD:
	case FORMS_VALUE:
	case FORMS_COUNT:
		break;
	}
	return false;
}

static enum err read_one(struct forms_call *x, const struct forms_field *f, json_t *value,
			 json_t **out)
{
	const char *text = json_string_value(value);
	char number[DECIMAL_TEXT_MAX], month[8];

	if (text && f->type == FORMS_VALUE && read_value(x, text, number))
		*out = json_string(number);
	else if (text && f->type == FORMS_PERIOD && read_period(x->c, text, month))
		*out = json_string(month);
	else if (text && strlen(text) == json_string_length(value) && is_good(x, f, text))
		*out = json_string(text);
	else
		return forms_refuse(x, ERR_INVALID, wrong[f->type].code, f->name, wrong[f->type].text);
	return *out ? ERR_OK : ERR_NOMEM;
}

static bool has(const json_t *list, const json_t *value)
{
	const json_t *each;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)list, i, each)
		if (json_equal(each, value))
			return true;
	return false;
}

static enum err read_list(struct forms_call *x, const struct forms_field *f, json_t *value,
			  json_t **out)
{
	static const struct lang_text no_list = { "须为列表，1 至 100 项，不重复。",
						  "has to be a list of 1 to 100, each once." };
	size_t n = json_array_size(value);
	json_t *list, *one;
	enum err e = ERR_OK;

	if (!json_is_array(value) || n == 0 || n > LIST_MAX)
		return forms_refuse(x, ERR_INVALID, "bad-list", f->name, no_list);
	if (!(list = json_array()))
		return ERR_NOMEM;
	for (size_t i = 0; e == ERR_OK && i < n; i++) {
		if ((e = read_one(x, f, json_array_get(value, i), &one)) != ERR_OK)
			break;
		if (has(list, one))
			e = forms_refuse(x, ERR_INVALID, "bad-list", f->name, no_list);
		if (json_array_append_new(list, one) != 0 && e == ERR_OK)
			e = ERR_NOMEM;
	}
	if (e == ERR_OK)
		*out = list;
	else
		json_decref(list);
	return e;
}

enum err forms_read(struct forms_call *x, const struct forms_field *f, json_t *value, json_t **out)
{
	*out = NULL;
	return f->flags & FORMS_LIST ? read_list(x, f, value, out) : read_one(x, f, value, out);
}
