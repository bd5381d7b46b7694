// SPDX-License-Identifier: MIT
// Ranks of units, where the catalogue turns them on; nothing at all where it does not. Each rank opens
// its arithmetic.
import { useState } from "preact/hooks";
import type { Name, Ref } from "../api";
import { decimal, monthEnd } from "../format";
import { Scroll } from "./scroll";
import { Loaded } from "./state";
import { useRead, useShared } from "../state";
import { w } from "../words/ranking";
import "../style/ranking.css";

type State = "counted" | "small-task" | "silent" | "held" | "no-task";
interface Cell {
	target: string; target_name: Name; item: string; state: State; uom: string; uom_en: string;
	added: string; goal: string; added_percent: string; planned_percent: string; delta_points: string;
}
interface Ranked { rank: number | null; unit: Ref; state: State; score_points: string | null; counted: number; cells: Cell[] }
interface Answer { period: string; small_below: number; units: Ranked[] }

/** "-8.1685" with a true minus, and a plus. */
function signed(text: string): string {
	return text.startsWith("-") ? `−${text.slice(1)}` : `+${text}`;
}

function reason(state: State): Name {
	return state === "counted" ? w.state_counted : w[state];
}

function Arithmetic({ unit, small }: { unit: Ranked; small: number }) {
	const { t, n, lang, to } = useShared();
	const counted = unit.cells.filter((c) => c.state === "counted");

	return (
		<div class="arithmetic">
			<table>
				<thead><tr><th>{t("measure")}</th><th class="num">{t(w.added)}</th><th class="num">{t("quota")}</th><th class="num">{t(w.added)} %</th><th class="num">{t(w.planned)} %</th><th class="num">{t(w.delta)}</th><th>{t("state")}</th></tr></thead>
				<tbody>{unit.cells.map((c) => (
					<tr key={c.target} class={c.state === "counted" ? "" : "left-out"}>
						<th scope="row"><a href={`${to("targets", c.target)}${to().includes("?") ? "&" : "?"}unit=${unit.unit.id}`}>{c.item} {n(c.target_name)}</a></th>
						<td class="num">{decimal(c.added, lang)}</td><td class="num">{decimal(c.goal, lang)}{lang === "zh" ? c.uom : ` ${c.uom_en}`}</td>
						<td class="num">{c.added_percent}</td><td class="num">{c.planned_percent}</td><td class="num"><strong>{signed(c.delta_points)}</strong></td>
						<td>{t(reason(c.state), { small })}</td>
					</tr>))}
				</tbody>
			</table>
			{counted.length > 0 && unit.score_points !== null && <p>{t(w.mean, { list: counted.length > 1 ? `(${counted.map((c) => signed(c.delta_points)).join(" ")})` : signed(counted[0]?.delta_points ?? ""), n: counted.length, score: signed(unit.score_points) })}</p>}
		</div>
	);
}

function Line({ unit, tied, small }: { unit: Ranked; tied: boolean; small: number }) {
	const { t, n, to } = useShared();
	const [open, set] = useState(false);

	return (
		<>
			<tr>
				<td class="num"><strong>{unit.rank ?? "—"}</strong>{tied && <span class="mark">{t(w.tied)}</span>}</td>
				<th scope="row"><a href={to("units", unit.unit.id)}>{n(unit.unit.name)}</a></th>
				<td class="num">{unit.score_points === null ? t(reason(unit.state), { small }) : signed(unit.score_points)}</td>
				<td class="num">{unit.counted}/{unit.cells.length}</td>
				<td>{unit.cells.length > 0 && <button type="button" aria-expanded={open} onClick={() => { set(!open); }}>{t(w.why)} <span aria-hidden="true">{open ? "▴" : "▾"}</span></button>}</td>
			</tr>
			{open && <tr><td colSpan={5}><Arithmetic unit={unit} small={small} /></td></tr>}
		</>
	);
}

/** Of the month of the day looked at, or of the newest closed one. For programmes that rank. */
export function Ranking() {
	const { t, lang, place } = useShared();
	const asof = place.query["asof"];
	const period = asof ? (asof === monthEnd(asof, 0) ? asof : monthEnd(asof, -1)).slice(0, 7) : undefined;
	const answer = useRead<Answer>(`/ranking${period ? `?period=${period}` : ""}`);

	if (!answer.data && !answer.problem) return null;
	return (
		<Loaded of={answer}>{(a) => {
			const month = lang === "zh" ? `${Number(a.period.slice(0, 4))}年${Number(a.period.slice(5, 7))}月` : new Date(`${a.period}T00:00:00Z`).toLocaleDateString("en-GB", { month: "long", year: "numeric", timeZone: "UTC" });
			return (
				<section class="ranking">
					<h2>{t(w.title, { month })}</h2>
					<p class="how">{t(w.how, { small: a.small_below })}</p>
					<Scroll><table>
						<thead><tr><th class="num">{t(w.rank)}</th><th>{t("unit")}</th><th class="num">{t(w.score)}</th><th class="num">{t(w.counted)}</th><th><span class="unseen">{t(w.why)}</span></th></tr></thead>
						<tbody>{a.units.map((u) => <Line key={u.unit.id} unit={u} small={a.small_below} tied={u.rank !== null && a.units.some((o) => o !== u && o.rank === u.rank)} />)}</tbody>
					</table></Scroll>
				</section>
			);
		}}</Loaded>
	);
}
