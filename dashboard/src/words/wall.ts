// SPDX-License-Identifier: MIT
import type { Name } from "../api";

export const w = {
	sentence: { zh: "{n}项主要指标：已完成{done}项，正常推进{green}项，滞后{yellow}项，严重滞后{red}项{none}。", en: "{n} main measures: {done} done, {green} on schedule, {yellow} behind, {red} far behind{none}." },
	none: { zh: "，{n}项未亮灯", en: ", {n} without a light" },
	reds: { zh: "较上月红灯{sign}{n}项。", en: " Reds {sign}{n} on last month." },
	map: { zh: "县区", en: "Units" },
	map_hint: { zh: "数字为红灯数", en: "numbers: reds" },
	curve: { zh: "本项进度", en: "This item" },
	laggards: { zh: "要督办的", en: "To be chased" },
	calm: { zh: "没有滞后的指标", en: "Nothing is behind" },
	more: { zh: "另有{n}项", en: "{n} more" },
	turn: { zh: "{i}/{n}", en: "{i} of {n}" },
	old: { zh: "数据已 {n} 天未更新（截至 {day}）", en: "The figures are {n} days old (as of {day})" },
	cut: { zh: "连接中断，所示为 {time} 的数据", en: "Connection lost: shown are the figures of {time}" },
	leave: { zh: "返回总览", en: "To the overview" },
	says: { zh: "{name}：计划 {plan}，完成 {done}，{gap}", en: "{name}: planned {plan}, done {done}, {gap}" },
	finish: { zh: "预计 {day} 完成", en: "expected to be done on {day}" },
	never: { zh: "按近期速度无法完成", en: "not at the recent pace" },
} satisfies Record<string, Name>;
