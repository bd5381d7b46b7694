// SPDX-License-Identifier: MIT
import type { Name } from "../api";

export const w = {
	project: { zh: "项目", en: "Project" },
	part: { zh: "分项", en: "part" },
	support: { zh: "参考", en: "context" },
} satisfies Record<string, Name>;
