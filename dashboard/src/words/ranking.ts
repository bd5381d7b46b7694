// SPDX-License-Identifier: MIT
import type { Name } from "../api";

export const w = {
	title: { zh: "进度排名（{month}）", en: "Ranks ({month})" },
	how: { zh: "按当月新增与计划新增之差排名，不看总量：每项得分 = 新增÷任务数 − 计划新增，各项取平均。任务数不足 {small} 个最小单位（如 0.01 公里）的指标不计；当月未报或有待核数据的单位不排名；得分相同名次并列。", en: "Units are ranked by what a month added against its plan, not by level: each score is added ÷ quota − planned, and the mean of them counts. Quotas of fewer than {small} smallest units (such as 0.01 km) are left out; a unit that did not report, or has rows on hold, has no rank; the same score shares a rank." },
	rank: { zh: "名次", en: "Rank" },
	score: { zh: "得分（点）", en: "Score (points)" },
	counted: { zh: "计入指标", en: "Measures" },
	why: { zh: "怎么算的", en: "How it is computed" },
	tied: { zh: "并列", en: "tied" },
	added: { zh: "当月新增", en: "Added" },
	planned: { zh: "计划新增", en: "Planned" },
	delta: { zh: "得分", en: "Score" },
	mean: { zh: "平均：{list} ÷ {n} = {score}", en: "Mean: {list} ÷ {n} = {score}" },
	"small-task": { zh: "任务数不足 {small}，不计", en: "quota below {small}: left out" },
	silent: { zh: "当月未报，不排名", en: "no report for the month: not ranked" },
	held: { zh: "有待核数据，不排名", en: "a row on hold: not ranked" },
	"no-task": { zh: "无可比任务，不排名", en: "no task to compare: not ranked" },
	state_counted: { zh: "计入", en: "counts" },
} satisfies Record<string, Name>;
