// SPDX-License-Identifier: MIT
import type { Name } from "../api";

export const w = {
	worst_cells: { zh: "最滞后的县区任务", en: "Furthest behind in the units" },
	all_cells: { zh: "全部在矩阵中（{n} 项）", en: "All {n} in the matrix" },
	cause_overdue: { zh: "已过完成时限", en: "its due day has passed" },
	cause_stage: { zh: "节点逾期", en: "a stage is late" },
	cause_parts: { zh: "分项滞后", en: "a part is behind" },
	cause_not_started: { zh: "尚未开工", en: "nothing is done yet" },
	cause_gap: { zh: "低于序时进度", en: "slower than planned" },
	changed_since: { zh: "较{month}变化", en: "Changed since {month}" },
	first_month: { zh: "看第一个月（{month}）", en: "To the first month ({month})" },
} satisfies Record<string, Name>;
