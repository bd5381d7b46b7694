// SPDX-License-Identifier: MIT
import type { Name } from "../api";

export const w = {
	show_change: { zh: "当月变化（点）", en: "change this month (points)" },
	project: { zh: "项目", en: "Project" },
	all: { zh: "全部", en: "all" },
	columns_worst: { zh: "滞后单位在前", en: "Worst units first" },
	rows_worst: { zh: "滞后指标在前", en: "Worst measures first" },
	text: { zh: "筛选指标", en: "Filter measures" },
	fold_all: { zh: "全部收起", en: "Fold all" },
	unfold_all: { zh: "全部展开", en: "Unfold all" },
	caption: { zh: "指标×单位。方向键移动，回车打开，Esc 关闭提示。", en: "Measures by units. Arrow keys move, Enter opens, Esc closes the card." },
	legend: { zh: "图例（点击筛选）", en: "Legend (choose one to filter)" },
	measures_n: { zh: "{n}项", en: "{n} measures" },
	csv: { zh: "CSV", en: "CSV" },
	sheet: { zh: "Excel 台账", en: "Excel ledger" },
	print_a3: { zh: "打印 A3 横向", en: "Print, A3 landscape" },
	print_a4: { zh: "打印 A4 两张", en: "Print, A4 in two sheets" },
	one_unit: { zh: "单位", en: "Unit" },
	card_done: { zh: "完成", en: "Done" },
	card_plan: { zh: "计划", en: "Plan" },
	card_gap: { zh: "差距", en: "Gap" },
	card_change: { zh: "当月变化", en: "This month" },
	card_last: { zh: "最近数据", en: "Newest figure" },
	card_cause: { zh: "原因", en: "Cause" },
	card_now: { zh: "（目前）", en: "(now) " },
	card_none: { zh: "没有未解除的预警", en: "no open alert" },
} satisfies Record<string, Name>;
