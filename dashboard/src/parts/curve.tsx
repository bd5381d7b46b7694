// SPDX-License-Identifier: MIT
// An S-curve drawn by hand: plan dashed, actual solid and ending at its day, forecast dotted. For where
// a chart library would be too much: the wall runs for months.
import { dayShort, percent } from "../format";
import { useShared } from "../state";

export interface CurveProps {
	/** Days of the programme, "2022-01-01". */
	from: string; to: string;
	plan: readonly { day: string; percent: string }[];
	actual: readonly { day: string; percent: string }[];
	/** When everything would be done at the recent pace; null: never. */
	finish: string | null;
	light: string; label: string;
	width: number; height: number;
}

const LEFT = 88, RIGHT = 24, TOP = 20, BOTTOM = 44;

export function Curve({ from, to, plan, actual, finish, light, label, width, height }: CurveProps) {
	const { t, lang } = useShared();
	const begin = Date.parse(from), span = Date.parse(to) - begin;
	const top = Math.max(100, ...actual.map((p) => Number(p.percent)), ...plan.map((p) => Number(p.percent)));
	const x = (day: string) => LEFT + ((width - LEFT - RIGHT) * Math.max(0, Date.parse(day) - begin)) / span;
	const y = (share: number) => height - BOTTOM - ((height - TOP - BOTTOM) * share) / top;
	const line = (points: readonly { day: string; percent: string }[]) => points.map((p, i) => `${i ? "L" : "M"}${x(p.day).toFixed(1)} ${y(Number(p.percent)).toFixed(1)}`).join("");
	const last = actual[actual.length - 1];
	/* near the right edge the number stands on the other side */
	const late = last !== undefined && x(last.day) > width - RIGHT - 130;
	const end = last && finish && finish > last.day ? finish : null;
	/* the way to 100 %, as far as the year goes */
	const reach = last && end ? (end <= to ? 1 : (Date.parse(to) - Date.parse(last.day)) / (Date.parse(end) - Date.parse(last.day))) : 0;
	const quarters = [3, 6, 9, 12].map((m) => new Date(Date.UTC(new Date(begin).getUTCFullYear(), m, 0)).toISOString().slice(0, 10)).filter((d) => d >= from && d <= to);

	return (
		<svg class={`curve ${light}`} viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img" aria-label={label}>
			{[0, 50, 100].map((v) => <g key={v}><line class="grid" x1={LEFT} x2={width - RIGHT} y1={y(v)} y2={y(v)} /><text x={LEFT - 10} y={y(v) + 8} text-anchor="end">{v}%</text></g>)}
			{quarters.map((d) => <text key={d} x={Math.min(x(d), width - RIGHT - 30)} y={height - 10} text-anchor="middle">{dayShort(d, lang)}</text>)}
			<path class="plan" d={line(plan.filter((p) => p.day <= to))} />
			<path class="actual" d={line(actual)} />
			{last && <circle class="actual-end" cx={x(last.day)} cy={y(Number(last.percent))} r="9" />}
			{last && reach > 0 && <path class="forecast" d={`M${x(last.day)} ${y(Number(last.percent))}L${x(end && end <= to ? end : to)} ${y(Number(last.percent) + (100 - Number(last.percent)) * reach)}`} />}
			{last && <text class="value" x={x(last.day) + (late ? -14 : 14)} y={y(Number(last.percent)) + (late ? 58 : 34)} text-anchor={late ? "end" : "start"}>{percent(last.percent)}</text>}
			<g transform={`translate(${LEFT + 12} ${TOP + 14})`}>
				<line class="plan" x2="44" y1="0" y2="0" /><text x="54" y="8">{t("plan")}</text>
				<line class="actual" x2="44" y1="34" y2="34" /><text x="54" y="42">{t("actual")}</text>
				<line class="forecast" x2="44" y1="68" y2="68" /><text x="54" y="76">{t("forecast")}</text>
			</g>
		</svg>
	);
}
