// SPDX-License-Identifier: MIT
// The S-curve: plan, actual, forecast. ECharts, loaded only where a chart is shown; the same numbers
// stand in a table beside it.
import { LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { init, use, type EChartsType } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Figure } from "../api";
import { dayText, percent } from "../format";
import { useShared } from "../state";

use([LineChart, AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, SVGRenderer]);

interface Props {
	figure: Figure;
	knots: readonly { day: string; percent: string }[];
	points: readonly { as_of: string; value: string | null }[];
	day: string;
}

function css(name: string): string {
	return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** What the points are of the goal, in per cent; ratios and levels come without one. */
function shares({ figure, points }: Props): [string, number][] {
	const goal = Number(figure.goal ?? 0);
	return goal === 0 || figure.kind === "ratio" ? [] : points.filter((p) => p.value !== null).map((p) => [p.as_of, (100 * Number(p.value)) / goal]);
}

export default function Chart(props: Props) {
	const { figure, knots, day } = props;
	const { t, n, lang, theme } = useShared();
	const place = useRef<HTMLDivElement>(null);
	const [table, setTable] = useState(false);
	const actual = shares(props);

	useEffect(() => {
		if (table || !place.current) return undefined;
		const chart: EChartsType = init(place.current, null, { renderer: "svg" });
		chart.setOption({
			animation: false,
			aria: { enabled: true },
			color: [css("--muted"), css("--done")],
			textStyle: { color: css("--text"), fontFamily: "inherit" },
			legend: { textStyle: { color: css("--text") } },
			grid: { left: 48, right: 16, top: 32, bottom: 32 },
			tooltip: { trigger: "axis", renderMode: "richText", valueFormatter: (v: unknown) => typeof v === "number" ? `${v.toFixed(1)}%` : "" },
			xAxis: { type: "time", axisLabel: { color: css("--text") } },
			yAxis: { type: "value", min: 0, axisLabel: { formatter: "{value}%", color: css("--text") }, splitLine: { lineStyle: { color: css("--line") } } },
			series: [
				{ type: "line", name: t("plan"), data: knots.map((k) => [k.day, Number(k.percent)]), showSymbol: false, lineStyle: { type: "dashed" } },
				{ type: "line", name: t("actual"), data: actual, symbolSize: 5, lineStyle: { width: 3 },
					markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: css("--muted") }, data: [{ xAxis: day }] } },
			],
		});
		const resize = () => { chart.resize(); };
		window.addEventListener("resize", resize);
		return () => { window.removeEventListener("resize", resize); chart.dispose(); };
	});

	return (
		<figure class="chart">
			<figcaption>{n(figure.name)}，{percent(figure.done_percent)} <button type="button" aria-pressed={table} onClick={() => { setTable(!table); }}>{table ? t("chart") : t("table")}</button></figcaption>
			{table ? (
				<table><thead><tr><th>{t("day")}</th><th class="num">{t("actual")}</th></tr></thead>
					<tbody>{actual.map(([d, v]) => <tr key={d}><td>{dayText(d, lang)}</td><td class="num">{v.toFixed(1)}%</td></tr>)}</tbody></table>
			) : <div class="canvas" ref={place} role="img" aria-label={`${n(figure.name)} ${t("chart")} ${theme}`} />}
		</figure>
	);
}
