// SPDX-License-Identifier: MIT
// A thumbnail of a curve: what was done, month by month, above a line of what was planned. It spans
// the months from first to last, so that thumbnails beside each other have the same scale.
import type { SeriesRow } from "../api";

const WIDTH = 100, HEIGHT = 28;

export function Spark({ rows, label, first = 0, last = 12 }: { rows: readonly SeriesRow[]; label: string; first?: number; last?: number }) {
	const y = (share: string) => (HEIGHT - 2 - (HEIGHT - 4) * Math.max(0, Math.min(110, Number(share))) / 110).toFixed(1);
	const x = (day: string) => (2 + (WIDTH - 4) * (Number(day.slice(5, 7)) - first) / Math.max(1, last - first)).toFixed(1);
	const path = (key: "done_percent" | "planned_percent") => rows.flatMap((r) => { const v = r[key]; return v === null ? [] : [`${x(r.day)} ${y(v)}`]; });
	const done = path("done_percent"), planned = path("planned_percent");

	if (done.length === 0 && planned.length === 0) return null;
	return (
		<svg class="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} role="img" aria-label={label}>
			{planned.length > 0 && <path class="spark-plan" d={`M${planned.join("L")}`} />}
			{done.length > 0 && <path class="spark-done" d={`M${done.join("L")}`} />}
		</svg>
	);
}
