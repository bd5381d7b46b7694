// SPDX-License-Identifier: MIT
import type { Name } from "../api";

export const w = {
	punctual: { zh: "按月报送", en: "Reports by month" },
	square_on_time: { zh: "{month}：按时 {on_time}/{expected}", en: "{month}: {on_time} of {expected} on time" },
	square_late: { zh: "{month}：迟报 {late} 项", en: "{month}: {late} late" },
	square_missing: { zh: "{month}：缺报 {missing} 项", en: "{month}: {missing} missing" },
	square_none: { zh: "{month}：无应报", en: "{month}: nothing expected" },
	contact: { zh: "联系人", en: "Contact" },
	tab_figures: { zh: "指标", en: "Figures" },
	tab_curves: { zh: "曲线", en: "Curves" },
	tab_reports: { zh: "报送", en: "Reports" },
	tab_slips: { zh: "督办", en: "Slips and alerts" },
	tab_events: { zh: "记录", en: "Events" },
	period: { zh: "报告期", en: "Period" },
	due: { zh: "应报日期", en: "Due" },
	first: { zh: "首次收到", en: "First received" },
	review: { zh: "审核", en: "Review" },
	submitted: { zh: "已报", en: "submitted" }, confirmed: { zh: "已确认", en: "confirmed" },
	verified: { zh: "已核实", en: "verified" }, returned: { zh: "已退回", en: "returned" },
	slips_none: { zh: "没有督办单", en: "There are no slips" },
	events_newest: { zh: "最近 {n} 条，新的在前", en: "The newest {n}, newest first" },
	all_reports: { zh: "全部报送情况", en: "All about reports" },
	rung: { zh: "级别", en: "Rung" },
	deadline: { zh: "期限", en: "Deadline" },
	lead_note: { zh: "牵头单位：以下为其所报指标的全市数", en: "A lead: figures of the whole city that it reports" },
} satisfies Record<string, Name>;
