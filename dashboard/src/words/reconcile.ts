// SPDX-License-Identifier: MIT
import type { Name } from "../api";

export const w = {
	lead_in: { zh: "同一指标，县区上报之和与牵头单位所报各是多少。计入的是目录规定的一方，另一方只作对照。", en: "One measure, two figures: what the counties add up to, and what the lead has. The catalogue says which one counts; the other is kept beside it." },
	month: { zh: "{month}：对照 {n} 项，{bad} 项超出容差", en: "{month}: {n} compared, {bad} beyond the tolerance" },
	none: { zh: "这个月没有两方都报的指标。", en: "No measure was reported by both this month." },
	counted: { zh: "计入数", en: "Counted" },
	lead: { zh: "对照数", en: "Beside it" },
	by: { zh: "报送单位", en: "Reported by" },
	tolerance: { zh: "容差", en: "Tolerance" },
	newest: { zh: "最后报送", en: "Last to report" },
	row: { zh: "原始行", en: "row" },
	reported: { zh: "{n}/{all} 单位已报", en: "{n} of {all} reported" },
	older: { zh: "仅有 {day} 的数据，未比较", en: "only of {day}: not compared" },
	alert: { zh: "预警", en: "Alert" },
	who: { zh: "县区明细", en: "By county" },
	ask: { zh: "复制询问", en: "Copy the question" },
	asked: { zh: "已复制", en: "Copied" },
	question: { zh: "{target}（{unit}）{month}：县区合计 {counted}，{source} 报 {other}，相差 {difference}（容差 {tolerance}）。请{source}与有关县区核对后更正或说明。", en: "{target} ({unit}), {month}: the counties add up to {counted}, {source} reports {other}, difference {difference} (tolerance {tolerance}). Would {source} and the counties please check, and correct or explain." },
	problem: { zh: "需协调事项", en: "Problems" },
} satisfies Record<string, Name>;
