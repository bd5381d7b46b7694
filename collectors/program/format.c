/* SPDX-License-Identifier: MIT */
/* What a file for minsheng import looks like, as help. */
#include "collectors/program/program.h"

struct column {
	enum input_field field;
	struct lang_text what;
};

/* In the order in which people fill them in. */
static const struct column columns[] = {
	{ INPUT_TARGET, { "必填。指标编码或全名，也可写 1.1/canteens",
			  "required: id or whole name of the measure, or 1.1/canteens" } },
	{ INPUT_AS_OF, { "必填。数据截至哪一天（写法见下）", "required: the day of the figure (see below)" } },
	{ INPUT_VALUE, { "必填（或填分子、节点）。只写数字，如 12 或 12.5；空白表示未报，不是 0",
			 "required (or numerator, or stage): digits such as 12 or 12.5; empty: not reported, not 0" } },
	{ INPUT_NUMERATOR, { "比例指标的分子，可代替数值", "numerator of a ratio, in place of value" } },
	{ INPUT_DENOMINATOR, { "比例指标必填", "required for a ratio" } },
	{ INPUT_UNIT, { "为哪个单位；本单位可不填", "for which unit; empty: your own" } },
	{ INPUT_ITEM, { "只用于核对指标属于哪个事项", "only to check which item the measure is of" } },
	{ INPUT_UOM, { "只用于核对，须与目录相同", "only to check: the catalogue's unit of measure" } },
	{ INPUT_KIND, { "total/累计（默认）、add/新增、stage/节点、level/标准、nil/零报告、retract/撤回",
			"total (default), add, stage, level, nil, retract" } },
	{ INPUT_STAGE, { "节点指标到了哪一步", "the stage that was reached" } },
	{ INPUT_REF, { "新增（add）必填，不能重复", "required for add, unique" } },
	{ INPUT_WITHDRAW, { "撤回哪一个流水号", "the ref that a retract withdraws" } },
	{ INPUT_REVISION, { "同一天再报时 0、1、2…", "0, 1, 2 ... where a day is reported anew" } },
	{ INPUT_REASON, { "更正以前数据的原因", "why an earlier figure is corrected" } },
	{ INPUT_NOTE, { "文字说明", "a remark" } },
	{ INPUT_EVIDENCE, { "证明材料链接", "a link" } },
	{ INPUT_OBJECT, { "对象编号", "id of the place or thing counted" } },
};

void program_format(const struct program *p)
{
	enum input_field field;
	const char *name;

	PROGRAM_SAY(p, p->out, TEXT_FORMAT_HEAD);
	for (size_t c = 0; c < sizeof(columns) / sizeof(*columns); c++) {
		const char *between = "  ";

		for (size_t i = 0; (name = input_heading_at(i, &field)); i++) {
			if (field != columns[c].field)
				continue;
			fprintf(p->out, "%s%s", between, name);
			between = " | ";
		}
		fprintf(p->out, "\n      %s\n", lang_pick(columns[c].what, p->lang));
	}
	PROGRAM_SAY(p, p->out, TEXT_FORMAT_TAIL);
}
