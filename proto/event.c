/* SPDX-License-Identifier: MIT */
#include "proto/event.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

struct code {
	const char *name;
	struct lang_text text;
};

static const struct code codes[] = {
	[EVENT_CODE_NONE] = { "none", {
		"无异常",
		"nothing is wrong" } },
	[EVENT_BAD_BODY] = { "bad-body", {
		"批次内容无法解码；请升级上报程序，按原数据重新上报",
		"the batch does not decode; update the sender and report the rows again" } },
	[EVENT_BAD_COLUMN] = { "bad-column", {
		"某列的值个数既不是 0、1，也不等于行数；请检查上报程序",
		"a column has neither 0, 1 nor as many values as rows; mend the sender" } },
	[EVENT_BAD_INDEX] = { "bad-index", {
		"字典下标或行号越界；请检查上报程序",
		"a dictionary index or a row number points nowhere; mend the sender" } },
	[EVENT_BAD_TEXT] = { "bad-text", {
		"文本不是 UTF-8、含 NUL、为空或过长；请改正文本后重新上报",
		"a text is no UTF-8, holds NUL, is empty or too long; correct it" } },
	[EVENT_UNKNOWN_TARGET] = { "unknown-target", {
		"目录中没有这个指标；请更新目录并核对指标编号",
		"the catalogue has no such measure; fetch the catalogue and check the id" } },
	[EVENT_UNKNOWN_UNIT] = { "unknown-unit", {
		"目录中没有这个单位；请核对单位编号",
		"the catalogue has no such unit; check the id" } },
	[EVENT_FORBIDDEN] = { "forbidden", {
		"此密钥无权为该单位上报该指标；如应有权，请联系市督查室",
		"this key may not report this measure for this unit; ask the office" } },
	[EVENT_OUT_OF_SCOPE] = { "out-of-scope", {
		"该单位不承担此项工作；请核对单位（牵头单位报全市数写 --unit 市的编号）或联系市督查室",
		"the unit has no part in this item; check the unit (a lead's figure of the city takes "
		"--unit with the city's id) or ask the office" } },
	[EVENT_DERIVED] = { "derived", {
		"此数由系统计算，不接受上报；请上报其组成指标",
		"the figure is computed and not reported; report its parts" } },
	[EVENT_SCALE] = { "scale", {
		"小数位数或计量单位与目录不一致；请更新目录后重新上报",
		"decimals or unit of measure differ from the catalogue; fetch it" } },
	[EVENT_RETIRED] = { "retired", {
		"该指标在此日期已停用；请更新目录",
		"the measure is no longer reported on that date; fetch the catalogue" } },
	[EVENT_BAD_KIND] = { "bad-kind", {
		"此指标不接受这种行；请核对行的种类",
		"this kind of row does not go with this measure; check the kind" } },
	[EVENT_UNKNOWN_STAGE] = { "unknown-stage", {
		"该指标没有这个阶段；请从目录中选择阶段",
		"the measure has no such stage; choose one of the catalogue" } },
	[EVENT_NEGATIVE] = { "negative", {
		"数值不得为负；更正请报新的累计数，撤回请用 RETRACT",
		"a figure must not be negative; report a new total or retract the old one" } },
	[EVENT_OVERFLOW] = { "overflow", {
		"超出可计范围（合计 64 位整数，一个指标对象编号 20 万个）；请核对数值、小数位数和编号",
		"more than can be counted (64 bits of a sum, 200 000 ids of a measure); check the value, its "
		"decimals and the ids" } },
	[EVENT_NO_DENOMINATOR] = { "no-denominator", {
		"比率缺少大于 0 的分母；请同时上报分子与分母",
		"a ratio needs a denominator above 0; report both numbers" } },
	[EVENT_RATIO_ABOVE_ONE] = { "ratio-above-one", {
		"分子大于分母；请核对两个数",
		"the numerator is above the denominator; check both numbers" } },
	[EVENT_DATE_OUTSIDE] = { "date-outside", {
		"截至日期不在项目期内；请核对日期",
		"the date lies outside the programme; check it" } },
	[EVENT_DATE_FUTURE] = { "date-future", {
		"截至日期超前 24 小时以上，暂存待核；请核对日期或系统时钟",
		"the date is more than 24 h ahead: held; check the date and the clock" } },
	[EVENT_PERIOD_CLOSED] = { "period-closed", {
		"该期数据已发布，暂存待核；请附更正理由重新上报",
		"the period is published: held; report again with a reason for the correction" } },
	[EVENT_DECREASE] = { "decrease", {
		"累计数下降而无更正理由，暂存待核；请附理由重新上报",
		"the figure falls without a reason: held; report again with a reason" } },
	[EVENT_ABOVE_CAP] = { "above-cap", {
		"基数与本数之和超过总量；请核对是否重复计入往年数",
		"base and figure exceed the universe; check for work of earlier years" } },
	[EVENT_REF_MISSING] = { "ref-missing", {
		"增量必须带唯一凭证号（ref）；请补充后重新上报",
		"an increment needs a unique ref; add one and report again" } },
	[EVENT_REF_REPEATED] = { "ref-repeated", {
		"此凭证号已报过：同一增量已计入，不必再报；新的增量请换新的凭证号",
		"this ref was said before: the same increment counts already, nothing to do; a new one needs "
		"a new ref" } },
	[EVENT_NOTHING_TO_RETRACT] = { "nothing-to-retract", {
		"没有可撤回的数据；请核对指标、单位、日期或凭证号",
		"nothing stands there to withdraw; check measure, unit, date or ref" } },
	[EVENT_ADD_REVISED] = { "add-revised", {
		"增量不带修订号；请撤回原增量后另报",
		"an increment carries no revision; retract it and add again" } },
	[EVENT_SUPERSEDED] = { "superseded", {
		"已接收，但该日期已有更高修订号的数在用",
		"admitted, but a higher revision of that date already counts" } },
	[EVENT_UNCHANGED] = { "unchanged", {
		"与已报数据完全相同，不重复计入",
		"the same figure for the same date and revision: nothing to do" } },
	[EVENT_PARTS_DIFFER] = { "parts-differ", {
		"各部分之和与上报总数不符；请核对后重新上报",
		"the parts do not sum to the reported whole; check and report again" } },
	[EVENT_OBJECT_MISSING] = { "object-missing", {
		"该指标按对象编号计数；请填写每个对象的编号",
		"this measure is counted by objects: name the id of each" } },
	[EVENT_OBJECT_COUNT] = { "object-count", {
		"数值与对象编号的个数不符；请核对后重新上报",
		"the value is not the number of object ids; correct one of them" } },
	[EVENT_OBJECT_REPEATED] = { "object-repeated", {
		"同一行中该对象编号出现两次；请只留一个",
		"this object id stands twice in the row; keep one" } },
	[EVENT_OBJECT_FORM] = { "object-form", {
		"对象编号为空、过长，首尾有空格，或含分隔符；请更正",
		"an object id is blank or too long, has spaces at its ends or a separator in it; "
		"correct it" } },
	[EVENT_OBJECT_UNKNOWN] = { "object-unknown", {
		"该对象不在名单内；请核对编号，或请督查室更新名单",
		"this object is not in the list; check its id, or ask the office to update the list" } },
	[EVENT_OBJECT_IN_BASE] = { "object-in-base", {
		"该对象期初已有，不得作为新增再计",
		"this object stood before the programme: it does not count as new" } },
	[EVENT_OBJECT_EARLIER] = { "object-earlier", {
		"该对象以前年度已计入，不得再计",
		"this object was counted in an earlier year: it does not count again" } },
	[EVENT_OBJECT_DROPPED] = { "object-dropped", {
		"已计入的对象不在本次名单中且未说明原因，待督查室审核；更正请填写原因",
		"an object that was counted is missing, without a reason: the office decides; give a "
		"reason for the correction" } },
	[EVENT_OBJECT_COUNTED] = { "object-counted", {
		"已接收，但其中有对象此前已计入，不重复计数",
		"admitted, but some of its objects were counted before and count once" } },
	[EVENT_YEAR_CLOSED] = { "year-closed", {
		"年度补报期已过或已封账；请联系督查室（封账后只作审计更正）",
		"the window for late rows is over, or the year is closed: ask the office; after the close "
		"only audit corrections enter" } },
};

static const char *const verdicts[] = {
	[EVENT_ADMITTED] = "admitted",   [EVENT_HOLD] = "hold",
	[EVENT_REJECT] = "reject",       [EVENT_DUPLICATE] = "duplicate",
	[EVENT_CONFLICT] = "conflict",
};

static const char *const kinds[] = {
	[EVENT_TOTAL] = "total", [EVENT_ADD] = "add", [EVENT_STAGE] = "stage",
	[EVENT_LEVEL] = "level", [EVENT_NIL] = "nil", [EVENT_RETRACT] = "retract",
};

_Static_assert(COUNT(verdicts) == EVENT_VERDICT_COUNT, "each verdict has a name");
_Static_assert(COUNT(kinds) == EVENT_KIND_COUNT, "each kind has a name");

const char *event_code_name(unsigned code)
{
	return code < COUNT(codes) ? codes[code].name : NULL;
}

struct lang_text event_code_text(unsigned code)
{
	return code < COUNT(codes) ? codes[code].text : (struct lang_text){ NULL, NULL };
}

const char *event_verdict_name(unsigned verdict)
{
	return verdict < COUNT(verdicts) ? verdicts[verdict] : NULL;
}

const char *event_kind_name(unsigned kind)
{
	return kind < COUNT(kinds) ? kinds[kind] : NULL;
}

int event_kind_from_name(struct bytes name)
{
	for (size_t i = 0; i < COUNT(kinds); i++) {
		if (bytes_equal(name, bytes_of_string(kinds[i])))
			return (int)i;
	}
	return -1;
}
