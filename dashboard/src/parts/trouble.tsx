// SPDX-License-Identifier: MIT
// What has to be chased, worst first: the measure, who holds it back, why, and what was done about it.
import type { Figure, Light as Colour, Name, Ref, SeriesRow } from "../api";
import { monthEnd, percent, points, progress } from "../format";
import { useRead, useShared } from "../state";
import { light_order } from "../words";
import { w } from "../words/overview";
import { FigureLight, Light } from "./light";
import { Spark } from "./spark";

const SHOWN = 8;
/** Rows of both tables together: so many fit on the first screen of an office PC. */
const ROWS = 12;
/** So many months a thumbnail goes back. */
const MONTHS_BACK = 6;
const UNITS_NAMED = 2;

interface Cell { light: Colour; gap_points: string | null; done_percent: string | null }
interface Matrix { targets: { id: string; lead: Ref }[]; units: Ref[]; rows: { target: string; cells: (Cell | null)[] }[] }
interface Slip { id: string; state: string; state_word: Name; unit: Ref; cause: string | null; subjects: { target: string; unit: Ref | null }[] }
interface Narrative { item: string | null; problem: string | null }
interface Bad { target: string; unit: Ref; cell: Cell }

interface Coloured { light: Colour; gap_points: string | null }

/** Worst first: red before yellow, then by the gap. */
export function byTrouble(a: Coloured, b: Coloured): number {
	return light_order.indexOf(a.light) - light_order.indexOf(b.light) || Number(a.gap_points ?? 0) - Number(b.gap_points ?? 0);
}

const isBad = (x: Coloured) => x.light === "red" || x.light === "yellow";

/** The areas that are behind in these measures, worst first. */
function badCells(matrix: Matrix | undefined, targets: readonly string[]): Bad[] {
	return (matrix?.rows ?? []).filter((r) => targets.includes(r.target)).flatMap((r) => r.cells.flatMap((cell, i) => {
		const unit = matrix?.units[i];
		return cell && unit && isBad(cell) ? [{ target: r.target, unit, cell }] : [];
	})).sort((a, b) => byTrouble(a.cell, b.cell));
}

/** The areas that are furthest behind in a measure; its lead, where no area is. */
function Worst({ target, matrix }: { target: string; matrix: Matrix | undefined }) {
	const { n, t, to } = useShared();
	const bad = badCells(matrix, [target]);
	const lead = matrix?.targets.find((x) => x.id === target)?.lead;

	if (bad.length === 0) return lead ? <span class="worst"><a href={to("units", lead.id)}>{n(lead.name)}</a></span> : null;
	return (
		<span class="worst">{bad.slice(0, UNITS_NAMED).map(({ unit, cell }) => (
			<a key={unit.id} href={to("units", unit.id)}><Light of={cell.light}> </Light> {n(unit.name)} <span class="num">{points(cell.gap_points, t("points"))}</span></a>))}
			{bad.length > UNITS_NAMED && <a href={to("targets", target)}>+{bad.length - UNITS_NAMED}</a>}</span>
	);
}

function Chased({ slips }: { slips: readonly Slip[] }) {
	const { n, t, to } = useShared();
	const first = slips[0];

	if (!first) return null;
	return <><a href={to("slips", first.id)}>{n(first.state_word)}</a>{slips.length > 1 && ` ${t("and_more", { n: slips.length - 1 })}`}{first.cause && <span class="meta">{first.cause}</span>}</>;
}

/** What the light says by itself, where the lead said nothing. */
function causeOf(f: Figure): Name {
	if (f.overdue) return w.cause_overdue;
	if (f.kind === "milestone") return w.cause_stage;
	if (f.kind === "composite") return w.cause_parts;
	return f.value === null || Number(f.value) === 0 ? w.cause_not_started : w.cause_gap;
}

function Cells({ figures, matrix, shown }: { figures: readonly Figure[]; matrix: Matrix | undefined; shown: number }) {
	const { t, n, to } = useShared();
	const bad = badCells(matrix, figures.map((f) => f.id));
	const matrix_link = to("matrix");

	if (bad.length === 0 || shown <= 0) return null;
	return (
		<section aria-labelledby="cells">
			<h2 id="cells">{t(w.worst_cells)}</h2>
			<ol class="worst-cells">{bad.slice(0, shown).map(({ target, unit, cell }) => {
				const f = figures.find((x) => x.id === target);
				const link = to("targets", target);
				return f && (
					<li key={`${target} ${unit.id}`}>
						<Light of={cell.light}> </Light> <a href={to("units", unit.id)}>{n(unit.name)}</a>
						<a href={`${link}${link.includes("?") ? "&" : "?"}unit=${encodeURIComponent(unit.id)}`}>{f.item} {n(f.name)}</a>
						<span class="num">{percent(cell.done_percent)}</span> <span class="num gap">{points(cell.gap_points, t("points"))}</span>
					</li>);
			})}</ol>
			{bad.length > shown && <p><a href={`${matrix_link}${matrix_link.includes("?") ? "&" : "?"}only=behind`}>{t(w.all_cells, { n: bad.length })}</a></p>}
		</section>
	);
}

/** figures: main measures of the city, or of a vice-mayor's portfolio; day: that is looked at. */
export function Trouble({ figures, day }: { figures: readonly Figure[]; day: string }) {
	const { t, n, lang, to, when } = useShared();
	const bad = figures.filter(isBad).sort(byTrouble);
	const period = bad[0]?.light_period?.slice(0, 7);
	/* who, why and how long come after the first paint */
	const some = bad.length > 0;
	const back = monthEnd(day, -MONTHS_BACK), from = back.slice(0, 4) === day.slice(0, 4) ? back : `${day.slice(0, 4)}-01-31`;
	const matrix = useRead<Matrix>(figures.length > 0 ? `/matrix?${when}` : null).data;
	const series = useRead<{ rows: SeriesRow[] }>(some ? `/series?from=${from}${when && `&${when}`}` : null).data?.rows ?? [];
	const slips = useRead<{ slips: Slip[] }>(some ? "/slips?limit=1000" : null).data?.slips ?? [];
	const said = useRead<{ narratives: Narrative[] }>(period ? `/narratives?period=${period}&limit=1000` : null).data?.narratives ?? [];
	const open = slips.filter((s) => s.state !== "closed" && s.state !== "discarded");

	return (
		<div>
			<section aria-labelledby="trouble">
				<h2 id="trouble">{t("to_chase")}</h2>
				{!some ? <p class="nothing">{t("to_chase_none")}</p> : (
					<div class="scroll"><table class="trouble">
						<thead><tr><th>{t("light")}</th><th>{t("measure")}</th><th class="num">{t("done")}</th><th class="num">{t("plan")}</th><th class="num">{t("gap")}</th><th class="num">{t("months")}</th><th>{t("who_lags")}</th><th>{t("slip")}</th><th class="is-trend">{t("trend")}</th></tr></thead>
						<tbody>{bad.slice(0, SHOWN).map((f) => (
							<tr key={f.id}>
								<td class="is-light"><FigureLight figure={f} /></td>
								<th scope="row"><a href={to("targets", f.id)}>{f.item} {n(f.name)}</a><span class="cause">{said.find((x) => x.item === f.item)?.problem ?? t(causeOf(f))}</span></th>
								<td class="num is-done">{progress(f, lang)}</td>
								<td class="num is-plan">{percent(f.planned_percent)}</td>
								<td class="num gap">{points(f.gap_points, t("points"))}</td>
								<td class="num is-months">{f.months_behind > 0 ? t("months_n", { n: f.months_behind }) : ""}</td>
								<td class="is-who"><Worst target={f.id} matrix={matrix} /></td>
								<td class="is-slip"><Chased slips={open.filter((s) => s.subjects.some((x) => x.target === f.id))} /></td>
								<td class="is-trend"><Spark rows={series.filter((r) => r.target === f.id)} label={`${n(f.name)} ${t("trend")}`} first={Number(from.slice(5, 7))} last={Number((period ?? day).slice(5, 7))} /></td>
							</tr>))}</tbody>
					</table></div>)}
				{bad.length > SHOWN && <p><a href={to("items")}>{t("all_of", { n: bad.length })}</a></p>}
			</section>
			<Cells figures={figures} matrix={matrix} shown={ROWS - Math.min(SHOWN, bad.length)} />
		</div>
	);
}
