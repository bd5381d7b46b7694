// SPDX-License-Identifier: MIT
// What has to be chased, worst first: the measure, who holds it back, why, and what was done about it.
import type { Figure, Light as Colour, Name, Ref, SeriesRow } from "../api";
import { monthEnd, percent, points, progress } from "../format";
import { useRead, useShared } from "../state";
import { light_order } from "../words";
import { FigureLight, Light } from "./light";
import { Spark } from "./spark";

const SHOWN = 8;
/** So many months a thumbnail goes back. */
const MONTHS_BACK = 6;
const UNITS_NAMED = 2;

interface Cell { light: Colour; gap_points: string | null }
interface Matrix { units: Ref[]; rows: { target: string; cells: (Cell | null)[] }[] }
interface Slip { id: string; state: string; state_word: Name; unit: Ref; cause: string | null; subjects: { target: string }[] }

/** Worst first: red before yellow, then by the gap. */
export function byTrouble(a: Figure, b: Figure): number {
	return light_order.indexOf(a.light) - light_order.indexOf(b.light) || Number(a.gap_points ?? 0) - Number(b.gap_points ?? 0);
}

/** The areas that are furthest behind in a measure. */
function Worst({ target, matrix }: { target: string; matrix: Matrix | undefined }) {
	const { n, t, to } = useShared();
	const cells = matrix?.rows.find((r) => r.target === target)?.cells ?? [];
	const bad = cells.flatMap((c, i) => { const unit = matrix?.units[i]; return c && unit && (c.light === "red" || c.light === "yellow") ? [{ unit, c }] : []; })
		.sort((a, b) => light_order.indexOf(a.c.light) - light_order.indexOf(b.c.light) || Number(a.c.gap_points ?? 0) - Number(b.c.gap_points ?? 0));

	return (
		<span class="worst">{bad.slice(0, UNITS_NAMED).map(({ unit, c }) => (
			<a key={unit.id} href={to("units", unit.id)}><Light of={c.light}> </Light> {n(unit.name)} <span class="num">{points(c.gap_points, t("points"))}</span></a>))}
			{bad.length > UNITS_NAMED && <a href={to("targets", target)}>+{bad.length - UNITS_NAMED}</a>}</span>
	);
}

function Chased({ slips }: { slips: readonly Slip[] }) {
	const { n, t, to } = useShared();
	const first = slips[0];

	if (!first) return null;
	return <><a href={to("slips", first.id)}>{n(first.state_word)}</a>{slips.length > 1 && ` ${t("and_more", { n: slips.length - 1 })}`}{first.cause && <span class="meta">{first.cause}</span>}</>;
}

/** figures: main measures of the city, or of a vice-mayor's portfolio; day: that is looked at. */
export function Trouble({ figures, day }: { figures: readonly Figure[]; day: string }) {
	const { t, n, lang, to, when } = useShared();
	const bad = figures.filter((f) => f.light === "red" || f.light === "yellow").sort(byTrouble);
	/* who, why and how long come after the first paint */
	const some = bad.length > 0;
	const matrix = useRead<Matrix>(some ? `/matrix?${when}` : null).data;
	const series = useRead<{ rows: SeriesRow[] }>(some ? `/series?from=${monthEnd(day, -MONTHS_BACK)}${when && `&${when}`}` : null).data?.rows ?? [];
	const slips = useRead<{ slips: Slip[] }>(some ? "/slips?limit=1000" : null).data?.slips ?? [];
	const open = slips.filter((s) => s.state !== "closed" && s.state !== "discarded");

	if (!some) return <section aria-labelledby="trouble"><h2 id="trouble">{t("to_chase")}</h2><p class="nothing">{t("to_chase_none")}</p></section>;
	return (
		<section aria-labelledby="trouble">
			<h2 id="trouble">{t("to_chase")}</h2>
			<table class="trouble">
				<thead><tr><th>{t("light")}</th><th>{t("measure")}</th><th class="num">{t("done")}</th><th class="num">{t("plan")}</th><th class="num">{t("gap")}</th><th class="num">{t("months")}</th><th>{t("who_lags")}</th><th>{t("slip")}</th><th>{t("trend")}</th></tr></thead>
				<tbody>{bad.slice(0, SHOWN).map((f) => (
					<tr key={f.id}>
						<td class="is-light"><FigureLight figure={f} /></td>
						<th scope="row"><a href={to("targets", f.id)}>{f.item} {n(f.name)}</a></th>
						<td class="num">{progress(f, lang)}</td>
						<td class="num is-plan">{percent(f.planned_percent)}</td>
						<td class="num gap">{points(f.gap_points, t("points"))}</td>
						<td class="num is-months">{f.months_behind > 0 ? t("months_n", { n: f.months_behind }) : ""}</td>
						<td class="is-who"><Worst target={f.id} matrix={matrix} /></td>
						<td class="is-slip"><Chased slips={open.filter((s) => s.subjects.some((x) => x.target === f.id))} /></td>
						<td class="is-trend"><Spark rows={series.filter((r) => r.target === f.id)} label={t("trend")} /></td>
					</tr>))}</tbody>
			</table>
			{bad.length > SHOWN && <p><a href={to("items")}>{t("all_of", { n: bad.length })}</a></p>}
		</section>
	);
}
