// SPDX-License-Identifier: MIT
// Four questions: what do we try to do, how far are we, what is in trouble, what changed.
import { useState } from "preact/hooks";
import type { Figure, Light as Colour, LightCounts, Programme, Unit } from "../api";
import { byCode, dayText, monthEnd, percent, points, progress } from "../format";
import { Bar } from "../parts/bar";
import { Counts, FigureLight, Light } from "../parts/light";
import { Loaded } from "../parts/state";
import { useRead, useShared } from "../state";
import { light_order, lights, type Word } from "../words";

type Targets = { targets: Figure[]; valid_at: string };

const main = (list: readonly Figure[]) => list.filter((f) => f.role === "main");

function count(list: readonly Figure[]): LightCounts {
	const counts: LightCounts = {};
	for (const f of main(list)) counts[f.light] = (counts[f.light] ?? 0) + 1;
	return counts;
}

function Sentence({ now, before }: { now: readonly Figure[]; before: readonly Figure[] | undefined }) {
	const { t } = useShared();
	const c = count(now), n = main(now).length;
	const reds = (c.red ?? 0) - (before ? count(before).red ?? 0 : 0);

	return (
		<p class="sentence">
			{t("sentence", {
				n, done: (c.done ?? 0) + (c.reached ?? 0), green: c.green ?? 0, yellow: c.yellow ?? 0, red: c.red ?? 0,
				none: c.none ? t("sentence_none", { n: c.none }) : "",
			})}
			{before && reds !== 0 && t("sentence_change", { n: Math.abs(reds), sign: reds > 0 ? "+" : "−" })}
		</p>
	);
}

/** Worst first: red before yellow, then by the gap. */
function byTrouble(a: Figure, b: Figure): number {
	return light_order.indexOf(a.light) - light_order.indexOf(b.light) || Number(a.gap_points ?? 0) - Number(b.gap_points ?? 0);
}

const TROUBLE_SHOWN = 10;

function Trouble({ targets }: { targets: readonly Figure[] }) {
	const { t, n, lang, to } = useShared();
	const bad = main(targets).filter((f) => f.light === "red" || f.light === "yellow").sort(byTrouble);

	return (
		<section aria-labelledby="trouble">
			<h2 id="trouble">{t("to_chase")}</h2>
			{bad.length === 0 ? <p class="nothing">{t("to_chase_none")}</p> : (
				<div class="scroll"><table>
					<thead><tr><th>{t("light")}</th><th>{t("measure")}</th><th class="num">{t("done")}</th><th class="num">{t("plan")}</th><th class="num">{t("gap")}</th><th class="num">{t("months")}</th></tr></thead>
					<tbody>
						{bad.slice(0, TROUBLE_SHOWN).map((f) => (
							<tr key={f.id}>
								<td><FigureLight figure={f} /></td>
								<th scope="row"><a href={to("targets", f.id)}>{f.item} {n(f.name)}</a></th>
								<td class="num">{progress(f, lang)}</td>
								<td class="num">{percent(f.planned_percent)}</td>
								<td class="num gap">{points(f.gap_points, t("points"))}</td>
								<td class="num">{f.months_behind > 0 ? t("months_n", { n: f.months_behind }) : ""}</td>
							</tr>
						))}
					</tbody>
				</table></div>
			)}
			{bad.length > TROUBLE_SHOWN && <p><a href={`${to("items")}`}>{t("all_of", { n: bad.length })}</a></p>}
		</section>
	);
}

type Shown = "reds" | "completion" | "punctuality";

/** A share in whole per cent, or nothing where there is no whole. */
function share(part: number, whole: number): string {
	return whole === 0 ? "–" : `${Math.round((100 * part) / whole)}%`;
}

function tileText(u: Unit, show: Shown): string {
	const all = (["red", "yellow", "green", "reached", "done"] as const).reduce((s, l) => s + (u.lights[l] ?? 0), 0);

	if (show === "reds") return String(u.lights.red ?? 0);
	if (show === "completion") return share((u.lights.done ?? 0) + (u.lights.reached ?? 0), all);
	return share(u.reports.on_time, u.reports.expected);
}

/** The colour of a unit's tile: that of its worst light. */
function tileLight(u: Unit): Colour {
	return light_order.find((l) => l !== "none" && (u.lights[l] ?? 0) > 0) ?? "none";
}

const shown: readonly { show: Shown; name: Word }[] = [
	{ show: "reds", name: "reds" }, { show: "completion", name: "completion" }, { show: "punctuality", name: "punctuality" },
];

export function TileMap({ units }: { units: readonly Unit[] }) {
	const { t, n, to } = useShared();
	const [show, setShow] = useState<Shown>("reds");
	const tiles = units.filter((u) => u.tile !== null);

	return (
		<section aria-labelledby="tiles">
			<h2 id="tiles">{t("tile_map")}</h2>
			<label class="pick">{t("tile_show")} <select value={show} onChange={(e) => { setShow(e.currentTarget.value as Shown); }}>
				{shown.map((s) => <option key={s.show} value={s.show}>{t(s.name)}</option>)}
			</select></label>
			<ul class="tiles">
				{tiles.map((u) => (
					<li key={u.id} class={`row-${u.tile?.row ?? 0} col-${u.tile?.column ?? 0}`}>
						<a class={`tile light ${tileLight(u)}`} href={to("units", u.id)} title={`${n(u.name)}：${n(lights[tileLight(u)].name)}`}>
							<span><span aria-hidden="true">{lights[tileLight(u)].sign}</span> {n(u.name).replace(/(county|district|city)$/i, "")}</span>
							<strong>{tileText(u, show)}</strong>
						</a>
					</li>
				))}
			</ul>
		</section>
	);
}

function Changes({ now, before }: { now: readonly Figure[]; before: readonly Figure[] | undefined }) {
	const { t, n, to } = useShared();
	const was = new Map((before ?? []).map((f) => [f.id, f.light]));
	const moved = main(now).filter((f) => { const b = was.get(f.id); return b !== undefined && b !== f.light && b !== "none" && f.light !== "none"; });
	const better = (f: Figure) => light_order.indexOf(f.light) > light_order.indexOf(was.get(f.id) ?? "none");

	return (
		<section aria-labelledby="changes">
			<h2 id="changes">{t("changed")}</h2>
			{moved.length === 0 && <p class="nothing">{t("changed_none")}</p>}
			<ul class="changes">
				{moved.sort((a, b) => Number(better(a)) - Number(better(b))).slice(0, 12).map((f) => (
					<li key={f.id}>
						<span class="unseen">{better(f) ? t("better") : t("worse")}</span>
						<Light of={was.get(f.id) ?? "none"}> </Light> → <Light of={f.light} /> <a href={to("targets", f.id)}>{f.item} {n(f.name)}</a>
					</li>
				))}
			</ul>
		</section>
	);
}

function Projects({ targets }: { targets: readonly Figure[] }) {
	const { t, n, lang, to } = useShared();

	return (
		<section aria-labelledby="projects">
			<h2 id="projects">{t("items")}</h2>
			<ul class="projects">
				{[...main(targets)].sort((a, b) => byCode(a.item, b.item)).map((f) => (
					<li key={f.id}>
						<a href={to("targets", f.id)}>{f.item} {n(f.name)}</a>
						<Bar done={f.done_percent} planned={f.planned_percent} light={f.light} label={`${percent(f.done_percent)}，${t("plan")} ${percent(f.planned_percent)}`} />
						<span class="num">{progress(f, lang)}</span>
						<Light of={f.light} silent={f.silent} provisional={f.provisional}>{percent(f.done_percent)}</Light>
					</li>
				))}
			</ul>
		</section>
	);
}

export function OverviewScreen({ programme }: { programme: Programme }) {
	const { t, lang, when, place, to } = useShared();
	const latest = programme.today < programme.to ? programme.today : programme.to;
	const day = place.query["asof"] ?? latest;
	const before = monthEnd(programme.closed_period && programme.closed_period < day ? programme.closed_period : day, -1);
	const targets = useRead<Targets>(`/targets?${when}`);
	const last = useRead<Targets>(before >= programme.from ? `/targets?valid_at=${before}` : null);
	const units = useRead<{ units: Unit[] }>(`/units?${when}`);

	return (
		<Loaded of={targets}>
			{(now) => now.targets.every((f) => f.value === null) ? (
				<div class="problem"><p><strong>{t("none_reported")}</strong></p><p>{t("none_reported_hint", { from: dayText(programme.from, lang) })}</p></div>
			) : (
				<>
					<Sentence now={now.targets} before={last.data?.targets} />
					<Counts counts={count(now.targets)} href={(l) => `${to("items")}${to("items").includes("?") ? "&" : "?"}light=${l}`} />
					<div class="two">
						<Trouble targets={now.targets} />
						<div>
							<Loaded of={units}>{(u) => <TileMap units={u.units} />}</Loaded>
							<Changes now={now.targets} before={last.data?.targets} />
						</div>
					</div>
					<Projects targets={now.targets} />
				</>
			)}
		</Loaded>
	);
}
