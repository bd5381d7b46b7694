/* SPDX-License-Identifier: MIT */
/* The figures of a row: cleaned, compared with what the measure takes. */
#include <stdio.h>
#include <stdlib.h>

#include "base/decimal.h"
#include "collectors/input_impl.h"
#include "collectors/row.h"

static const enum input_field figures[] = { INPUT_VALUE, INPUT_NUMERATOR, INPUT_DENOMINATOR };

static bool is_ratio(const struct input_work *w)
{
	return w->measure && bytes_equal(w->measure->kind, bytes_of_string("ratio"));
}

/* --- as people write them ----------------------------------------------------------------------- */

static bool ask(struct input_work *w, enum input_field f, enum input_number what, const char *number)
{
	static const struct input_kind commas = {
		"commas",
		{ "“{0}”中的逗号位置不对", "the commas in \"{0}\" are out of place" },
		{ "请去掉逗号；小数点用“.”", "leave the commas out; write decimals with a point" }
	};
	static const struct input_kind multiplier = {
		"unit-multiplier",
		{ "“{0}”带有倍数，请写出全部数字", "\"{0}\" has a multiplier: write all digits" },
		{ "是否为 {1}？请写成 {1}，或在表头注明单位，如“万户”",
		  "is it {1}? write {1}, or put the unit of measure into the heading" }
	};
	static const struct input_kind unclear = {
		"unit-multiplier",
		{ "“{0}”带有倍数，请写出全部数字", "\"{0}\" has a multiplier: write all digits" },
		{ NULL, NULL }
	};
	static const struct input_kind ratio = {
		"ratio-percent",
		{ "比例指标不能只填“{0}”", "a ratio can't be told as \"{0}\"" },
		{ "请填分子和分母，百分比由系统计算",
		  "give numerator and denominator: the share is worked out" }
	};
	static const struct input_kind percent = {
		"percent",
		{ "“{0}”是百分比，此指标不按百分比计", "\"{0}\" is a share, and the measure is none" },
		{ NULL, NULL }
	};
	static const struct input_kind unit = {
		"value-unit",
		{ "“{0}”后面的计量单位与目录（{2}）不同",
		  "what stands behind the figure \"{0}\" is not the catalogue's unit of measure" },
		{ "是否为 {1}？请只写数字", "is it {1}? write digits only" }
	};
	const struct input_kind *kinds[] = {
		[INPUT_NUMBER_COMMAS] = &commas,
		[INPUT_NUMBER_MULTIPLIER] = number[0] ? &multiplier : &unclear,
		[INPUT_NUMBER_PERCENT] = is_ratio(w) ? &ratio : &percent,
		[INPUT_NUMBER_UNIT] = &unit,
	};
	const char *uom = w->measure ? input_copy(w, w->measure->uom) : "";
	const char *kept = number[0] ? input_copy(w, bytes_of_string(number)) : NULL;
	bool plain = what == INPUT_NUMBER_MULTIPLIER || what == INPUT_NUMBER_UNIT;

	return input_wrong(w, f, kinds[what],
			   &(struct input_about){ { w->text[f], kept, uom }, plain ? kept : NULL });
}

static bool clean(struct input_work *w, enum input_field f)
{
	struct bytes uom = w->measure && !is_ratio(w) ? w->measure->uom : (struct bytes){ 0 };
	char number[INPUT_NUMBER_MAX], shifted[INPUT_NUMBER_MAX];
	enum input_number what = input_number_read(bytes_of_string(w->text[f]), uom, number);

	if (what == INPUT_NUMBER_NONE)
		return true; /* the check of the row tells */
	/* 万 behind the figure, where the heading says so too */
	if (what == INPUT_NUMBER_MULTIPLIER && w->shift == 4 && number[0])
		what = INPUT_NUMBER_PLAIN;
	else if (what == INPUT_NUMBER_PLAIN && w->shift && f == INPUT_VALUE) {
		if (!input_number_shift(number, w->shift, shifted))
			return true;
		memcpy(number, shifted, sizeof(number));
	}
	if (what != INPUT_NUMBER_PLAIN)
		return ask(w, f, what, number);
	w->text[f] = input_copy(w, bytes_of_string(number));
	return true;
}

/* 0.56 of a measure that is told in per cent may well mean 56. */
static bool may_be_share(const struct input_work *w)
{
	int64_t n;

	return w->measure && !is_ratio(w) && bytes_equal(w->measure->uom, bytes_of_string("%")) &&
	       w->text[INPUT_VALUE] && strchr(w->text[INPUT_VALUE], '.') &&
	       decimal_parse(bytes_of_string(w->text[INPUT_VALUE]), DECIMAL_PLACES_MAX, &n) == ERR_OK &&
	       n > 0 && n < decimal_pow10(DECIMAL_PLACES_MAX);
}

bool input_clean_figures(struct input_work *w)
{
	static const struct input_kind share = {
		"share-or-percent",
		{ "“{0}”按 {0}% 计，是否应为 {1}%？", "\"{0}\" counts as {0}%: should it be {1}%?" },
		{ NULL, NULL }
	};
	char percent[INPUT_NUMBER_MAX];

	for (size_t i = 0; i < sizeof(figures) / sizeof(*figures); i++)
		if (w->text[figures[i]] && !clean(w, figures[i]))
			return false;
	if (may_be_share(w) && input_number_shift(w->text[INPUT_VALUE], 2, percent)) {
		const char *kept = input_copy(w, bytes_of_string(percent));

		return input_odd(w, INPUT_VALUE, &share,
				 &(struct input_about){ { w->text[INPUT_VALUE], kept }, kept });
	}
	return true;
}

/* --- what the measure takes --------------------------------------------------------------------- */

static size_t decimals_of(const char *text)
{
	const char *dot = text ? strchr(text, '.') : NULL;
	size_t n = dot ? strlen(dot + 1) : 0;

	while (n && dot[n] == '0')
		n--;
	return n;
}

static bool is_negative(const char *text)
{
	int64_t n;

	return text && decimal_parse(bytes_of_string(text), DECIMAL_PLACES_MAX, &n) == ERR_OK &&
	       n < 0;
}

static bool check_figure(struct input_work *w, enum input_field f)
{
	static const struct input_kind fine = {
		"too-fine",
		{ "“{0}”的小数位数太多，此指标最多 {1} 位",
		  "\"{0}\" has too many decimals: this measure takes {1} at most" },
		{ NULL, NULL }
	};
	static const struct input_kind below = {
		"negative",
		{ "“{0}”是负数，不能上报", "\"{0}\" is negative" },
		{ "数字变少时请报新的累计数并写更正原因；新增的数用撤回",
		  "report the new total with a reason, or retract an add" }
	};
	char bound[16];

	snprintf(bound, sizeof(bound), "%u", w->measure ? w->measure->decimals : 0);
	if (w->measure && decimals_of(w->row.value) > w->measure->decimals)
		return input_wrong(w, f, &fine,
				   &(struct input_about){ { w->row.value, bound }, NULL });
	if (is_negative(w->row.value))
		return input_wrong(w, f, &below, &(struct input_about){ { w->row.value }, NULL });
	return true;
}

bool input_read_figures(struct input_work *w)
{
	static const struct input_kind both = {
		"two-figures",
		{ "分子和数值只填一个", "give numerator or value, not both" },
		{ NULL, NULL }
	};
	static const struct input_kind bare = {
		"no-denominator",
		{ "比例指标要填分母", "a ratio needs its denominator" },
		{ NULL, NULL }
	};
	static const struct input_about nothing = { { NULL }, NULL };

	if (w->text[INPUT_VALUE] && w->text[INPUT_NUMERATOR])
		return input_wrong(w, INPUT_NUMERATOR, &both, &nothing);
	w->row.value = w->text[INPUT_NUMERATOR] ? w->text[INPUT_NUMERATOR] : w->text[INPUT_VALUE];
	w->row.denominator = w->text[INPUT_DENOMINATOR];
	if (is_ratio(w) && w->row.value && !w->row.denominator)
		return input_wrong(w, INPUT_DENOMINATOR, &bare, &nothing);
	return check_figure(w, w->text[INPUT_NUMERATOR] ? INPUT_NUMERATOR : INPUT_VALUE);
}

bool input_read_revision(struct input_work *w)
{
	static const struct input_kind wrong = {
		"bad-revision",
		{ "“{0}”不是修订号，请写 0、1、2…", "\"{0}\" is no revision: write 0, 1, 2 ..." },
		{ NULL, NULL }
	};
	const char *s = w->text[INPUT_REVISION];
	char *end;
	unsigned long n;

	if (!s)
		return true;
	n = strtoul(s, &end, 10);
	if (*s < '0' || *s > '9' || *end || n > UINT32_MAX)
		return input_wrong(w, INPUT_REVISION, &wrong, &(struct input_about){ { s }, NULL });
	w->row.revision = (unsigned)n;
	return true;
}

/* --- ids ------------------------------------------------------------------------------------------ */

static bool is_listed(const struct message_measure *m, struct bytes id)
{
	for (size_t i = 0; i < m->object_count; i++) {
		if (bytes_equal(m->objects[i], id))
			return true;
	}
	return m->object_count == 0; /* no list, or one that is too long to be carried */
}

/* What is counted by ids names them, as many as its value says. Ids that are there twice are for
 * the check of rows. */
bool input_check_objects(struct input_work *w)
{
	static const struct input_kind count = {
		"object-count",
		{ "数值是 {0}，对象编号却有 {1} 个", "the value is {0}, the object ids are {1}" },
		{ NULL, NULL }
	};
	static const struct input_kind unlisted = {
		"unknown-object",
		{ "对象“{0}”不在可计入的名单内",
		  "object \"{0}\" is not in the list of what may be counted" },
		{ NULL, NULL }
	};
	struct bytes rest = bytes_of_string(w->row.object), id;
	const char *kind = w->row.kind ? w->row.kind : "total";
	char ids[24];
	int64_t value;

	if (!w->measure || !w->measure->counts_objects ||
	    (strcmp(kind, "total") != 0 && strcmp(kind, "add") != 0))
		return true;
	snprintf(ids, sizeof(ids), "%zu", row_count_objects(rest));
	while (row_next_object(&rest, &id)) {
		if (!is_listed(w->measure, id))
			return input_wrong(w, INPUT_OBJECT, &unlisted,
					   &(struct input_about){ { input_copy(w, id) }, NULL });
	}
	if (decimal_parse(bytes_of_string(w->row.value), 0, &value) == ERR_OK &&
	    value == strtoll(ids, NULL, 10))
		return true;
	return input_wrong(w, INPUT_OBJECT, &count,
			   &(struct input_about){ { w->row.value ? w->row.value : "", ids }, NULL });
}
