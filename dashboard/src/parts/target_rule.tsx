// SPDX-License-Identifier: MIT
// How a measure is counted: what stands in its numerator, of which parts or stages it is made.
import type { Figure, Name } from "../api";
import { dayText, decimal, percent, progress } from "../format";
import { Bar } from "./bar";
import { FigureLight } from "./light";
import { Scroll } from "./scroll";
import { useShared } from "../state";
import { w } from "../words/target";

export interface Stage { id: string; name: Name; counts: boolean; invented: boolean; weight_percent?: string; due?: string | null }
export interface Cell { unit: string; stage: string | null; counts: boolean; value: string | null; as_of: string | null }
export interface Ruled extends Figure {
	numerator_name: Name; denominator_name: Name; parts: Figure[]; stages: Stage[]; cells: Cell[]; valid_at: string;
}

function Ratio({ of: f }: { of: Ruled }) {
	const { t, n, lang } = useShared();

	if (!f.denominator) return null;
	return (
		<div class="ratio">
			<p><span class="box"><strong>{decimal(f.numerator ?? "0", lang)}</strong> {n(f.numerator_name)}</span>
				<span class="box"><strong>{decimal(f.denominator, lang)}</strong> {n(f.denominator_name)}</span>
				<span class="box"><strong>{f.value}%</strong> {n(f.name)}</span></p>
			<p class="meta">{t(w.ratio)}</p>
		</div>
	);
}

function Parts({ of: f }: { of: Ruled }) {
	const { t, n, lang, to } = useShared();

	return (
		<section aria-labelledby="parts">
			<h2 id="parts">{t("parts_of")}</h2>
			<p class="meta">{t(w.composite)}</p>
			<ul class="projects one">{f.parts.map((p) => (
				<li key={p.id}><a href={to("targets", p.id)}>{n(p.name)}</a>
					<Bar done={p.done_percent} planned={p.planned_percent} light={p.light} label={`${percent(p.done_percent)}，${t("plan")} ${percent(p.planned_percent)}`} />
					<span class="num">{progress(p, lang)}</span><FigureLight figure={p} short /></li>))}</ul>
		</section>
	);
}

function Stages({ of: f }: { of: Ruled }) {
	const { t, n, lang } = useShared();
	const reached = (s: Stage) => f.cells.find((c) => c.stage === s.id && c.counts && c.value !== null && c.value !== "0");

	return (
		<section aria-labelledby="stages">
			<h2 id="stages">{t(w.stage)}</h2>
			<p class="meta">{t(w.milestone)}</p>
			<Scroll><table class="small">
				<thead><tr><th>{t(w.stage)}</th><th class="num">{t(w.weight)}</th><th>{t(w.stage_due)}</th><th>{t(w.stage_on)}</th></tr></thead>
				<tbody>{f.stages.map((s) => {
					const on = reached(s);
					return (
						<tr key={s.id}>
							<th scope="row"><span aria-hidden="true">{on ? "★" : "○"}</span> {n(s.name)} {s.invented && <span class="mark">{t("invented")}</span>}</th>
							<td class="num">{percent(s.weight_percent ?? null)}</td><td>{s.due ? dayText(s.due, lang) : ""}</td>
							<td>{on ? (on.as_of ? dayText(on.as_of, lang) : "") : <>{t(w.stage_open)}{s.due && s.due < f.valid_at && <span class="mark">{t(w.stage_late)}</span>}</>}</td>
						</tr>);
				})}</tbody>
			</table></Scroll>
		</section>
	);
}

export function Rule({ of: f }: { of: Ruled }) {
	const { t } = useShared();

	return (
		<>
			{f.kind === "ratio" && <Ratio of={f} />}
			{(f.kind === "policy" || f.kind === "level") && <p class="meta">{t(w.level)}</p>}
			{f.parts.length > 0 && <Parts of={f} />}
			{f.kind === "milestone" && f.stages.length > 0 && <Stages of={f} />}
		</>
	);
}
