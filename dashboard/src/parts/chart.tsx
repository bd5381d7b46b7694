// SPDX-License-Identifier: MIT
// The S-curve: plan, actual, forecast. ECharts, loaded only where a chart is shown; the same numbers
// stand in a table beside it.
import { LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { init, registerLocale, use, type EChartsType } from "echarts/core";
import zh from "echarts/i18n/langZH-obj.js";
import { SVGRenderer } from "echarts/renderers";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Figure, SeriesRow } from "../api";
import { dayShort, dayText, percent, progress } from "../format";
import { useShared } from "../state";
import { w } from "../words/target";
import { Scroll } from "./scroll";

use([LineChart, AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, SVGRenderer]);
registerLocale("ZH", zh);

interface Props { figure: Figure; rows: readonly SeriesRow[]; knots: readonly { day: string; percent: string }[]; day: string }
type Point = [string, number];

function css(name: string): string {
	return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

const points = (rows: readonly SeriesRow[], key: "done_percent" | "forecast_low_percent" | "forecast_high_percent"): Point[] =>
	rows.flatMap((r) => { const v = r[key]; return v === null ? [] : [[r.day, Number(v)] as Point]; });

/** A forecast goes on from where the figure stands. */
function ahead(rows: readonly SeriesRow[], key: "forecast_low_percent" | "forecast_high_percent"): Point[] {
	const future = points(rows, key), last = points(rows, "done_percent").pop();
	return future.length > 0 && last ? [last, ...future] : [];
}

/** Colours follow the theme, whichever way it was chosen. */
function useScheme(): string {
	const { theme } = useShared();
	const [system, set] = useState(() => matchMedia("(prefers-color-scheme: dark)").matches);
	useEffect(() => {
		const query = matchMedia("(prefers-color-scheme: dark)");
		const on = () => { set(query.matches); };
		query.addEventListener("change", on);
		return () => { query.removeEventListener("change", on); };
	}, []);
	return theme === "auto" ? (system ? "dark" : "light") : theme;
}

function Table({ rows }: { rows: readonly SeriesRow[] }) {
	const { t, lang } = useShared();

	return (
		<Scroll><table class="small">
			<thead><tr><th>{t("day")}</th><th class="num">{t("actual")}</th><th class="num">{t("plan")}</th><th class="num">{t(w.forecast_band)}</th></tr></thead>
			<tbody>{rows.map((r) => (
				<tr key={r.day}>
					<th scope="row">{dayText(r.day, lang)}</th><td class="num">{percent(r.done_percent)}</td><td class="num">{percent(r.planned_percent)}</td>
					<td class="num">{r.forecast_low_percent !== null && `${percent(r.forecast_low_percent)} – ${percent(r.forecast_high_percent)}`}</td>
				</tr>))}</tbody>
		</table></Scroll>
	);
}

export default function Chart({ figure, rows, knots, day }: Props) {
	const { t, n, lang } = useShared();
	const scheme = useScheme();
	const place = useRef<HTMLDivElement>(null);
	const [table, setTable] = useState(false);
	const words = t(w.curve_words, { name: n(figure.name), day: dayText(day, lang), done: progress(figure, lang), plan: percent(figure.planned_percent) });

	useEffect(() => {
		if (table || !place.current) return undefined;
		const chart: EChartsType = init(place.current, null, { renderer: "svg", locale: lang === "zh" ? "ZH" : "EN" });
		const dotted = (name: string, data: Point[]) => ({ type: "line", name, data, showSymbol: false, lineStyle: { type: "dotted", width: 2 }, color: css("--link") });

		chart.setOption({
			animation: false,
			aria: { enabled: true },
			textStyle: { color: css("--text"), fontFamily: getComputedStyle(document.body).fontFamily },
			legend: { top: 0, bottom: "auto", data: [t("plan"), t("actual"), t("forecast")], textStyle: { color: css("--text") } },
			grid: { left: 52, right: 20, top: 36, bottom: 30 },
			tooltip: { trigger: "axis", renderMode: "richText", valueFormatter: (v: unknown) => typeof v === "number" ? `${v.toFixed(1)}%` : "" },
			xAxis: { type: "time", min: knots[0]?.day, max: rows[rows.length - 1]?.day, axisLabel: { color: css("--text"), hideOverlap: true, formatter: (v: number) => new Date(v).toLocaleDateString(lang === "zh" ? "zh-CN" : "en-GB", { month: "short" }) } },
			yAxis: { type: "value", min: 0, axisLabel: { formatter: "{value}%", color: css("--text") }, splitLine: { lineStyle: { color: css("--line") } } },
			series: [
				{ type: "line", name: t("plan"), data: knots.map((k) => [k.day, Number(k.percent)]), showSymbol: false, color: css("--muted"), lineStyle: { type: "dashed" } },
				{ type: "line", name: t("actual"), data: points(rows, "done_percent"), symbolSize: 6, color: css("--done"), lineStyle: { width: 3 },
					markLine: { silent: true, symbol: "none", lineStyle: { color: css("--muted") }, label: { color: css("--text"), formatter: dayShort(day, lang) }, data: [{ xAxis: day }, { yAxis: 100, label: { show: false } }] } },
				dotted(t("forecast"), ahead(rows, "forecast_low_percent")), dotted(t("forecast"), ahead(rows, "forecast_high_percent")),
			],
		});
		const resize = () => { chart.resize(); };
		window.addEventListener("resize", resize);
		window.addEventListener("beforeprint", resize);
		return () => { window.removeEventListener("resize", resize); window.removeEventListener("beforeprint", resize); chart.dispose(); };
	}, [table, scheme, lang, rows, knots, day, t]);

	return (
		<figure class="chart">
			<figcaption>{words} <button type="button" aria-pressed={table} onClick={() => { setTable(!table); }}>{table ? t("chart") : t("table")}</button></figcaption>
			{table ? <Table rows={rows} /> : <div class="canvas" ref={place} role="img" aria-label={words} />}
		</figure>
	);
}
