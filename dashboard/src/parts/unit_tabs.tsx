// SPDX-License-Identifier: MIT
// What one unit has done and how it reports: a table, thumbnails, reports, slips, rows of the ledger.
import type { Alert, Figure, Name, Ref, SeriesRow, UnitDetail } from "../api";
import { byCode, dayText, decimal, moment, monthText, percent, points, progress } from "../format";
import { type Event, saidWord, verdictWord } from "../screens/event";
import { useRead, useShared } from "../state";
import { w } from "../words/units";
import { AlertList } from "./alerts";
import { Bar } from "./bar";
import { FigureLight, Light } from "./light";
import { useNames } from "./names";
import { Scroll } from "./scroll";
import { Spark } from "./spark";
import { Loaded, Nothing } from "./state";

const sorted = (u: UnitDetail): Figure[] => [...u.figures].sort((a, b) => byCode(a.item, b.item));

/** The measure's screen, with this unit chosen where it is an area. */
function useTargetLink(u: UnitDetail): (id: string) => string {
	const { to } = useShared();
	return (id) => u.area ? `${to("targets", id)}${to("").includes("?") ? "&" : "?"}unit=${encodeURIComponent(u.id)}` : to("targets", id);
}

export function Figures({ unit: u }: { unit: UnitDetail }) {
	const { t, n, lang } = useShared();
	const href = useTargetLink(u);

	return (
		<Scroll><table class="dense cards">
			<thead><tr><th>{t("light")}</th><th>{t("measure")}</th><th class="num">{t("done")}</th><th class="bars">%</th><th class="num">{t("plan")}</th><th class="num">{t("gap")}</th><th>{t("newest")}</th></tr></thead>
			<tbody>{sorted(u).map((f) => (
				<tr key={f.id} class={f.role}>
					<td><FigureLight figure={f} /></td>
					<th scope="row" class="wraps"><a href={href(f.id)}>{f.item} {n(f.name)}</a></th>
					<td class="num">{f.goal === null && f.role !== "support" ? `${progress(f, lang)} ${t("unallotted")}` : progress(f, lang)}</td>
					<td class="bars"><Bar done={f.done_percent} planned={f.planned_percent} light={f.light} label={`${percent(f.done_percent)}，${t("plan")} ${percent(f.planned_percent)}`} /></td>
					<td class="num" data-label={t("plan")}>{percent(f.planned_percent)}</td>
					<td class="num gap">{points(f.gap_points, t("points"))}</td>
					<td data-label={t("newest")}>{f.as_of ? dayText(f.as_of, lang) : t("no_report")}</td>
				</tr>))}
			</tbody>
		</table></Scroll>
	);
}

/** Small multiples, all on the same scale. */
export function Curves({ unit: u, city }: { unit: UnitDetail; city: string }) {
	const { n, t, when } = useShared();
	const href = useTargetLink(u);
	const answer = useRead<{ rows: SeriesRow[] }>(`/series?unit=${encodeURIComponent(u.area ? u.id : city)}${when && `&${when}`}`);

	return (
		<Loaded of={answer}>{(a) => (
			<ul class="curves">{sorted(u).filter((f) => f.role === "main").map((f) => (
				<li key={f.id}><a href={href(f.id)}>
					<span class="curve-name">{f.item} {n(f.name)}</span>
					<Spark rows={a.rows.filter((r) => r.target === f.id)} label={`${n(f.name)} ${percent(f.done_percent)}，${t("plan")} ${percent(f.planned_percent)}`} />
					<Light of={f.light}>{percent(f.done_percent)}</Light>
				</a></li>))}</ul>
		)}</Loaded>
	);
}

interface Report {
	target: string; target_name: Name; item: string; unit: Ref; state: string; due: string | null; first_report: string | null;
	review: { state: "submitted" | "confirmed" | "verified" | "returned" } | null;
}
const states: Record<string, { sign: string; word: "on_time" | "late" | "missing" | "expected" }> = {
	"on-time": { sign: "✓", word: "on_time" }, late: { sign: "!", word: "late" }, missing: { sign: "✕", word: "missing" },
};

export function Reports({ unit: u }: { unit: UnitDetail }) {
	const { t, n, lang, to } = useShared();
	const period = u.period?.slice(0, 7);
	const answer = useRead<{ reports: Report[] }>(`/reports?unit=${encodeURIComponent(u.id)}${period ? `&period=${period}` : ""}`);

	return (
		<Loaded of={answer}>{(a) => (
			<>
				<p>{t(w.period)}：{period ? monthText(period, lang) : ""} · <a href={`${to("reporting")}${to("").includes("?") ? "&" : "?"}month=${period ?? ""}`}>{t(w.all_reports)}</a></p>
				{a.reports.length === 0 ? <Nothing /> : <Scroll><table class="dense">
					<thead><tr><th>{t("state")}</th><th>{t("measure")}</th><th>{t(w.due)}</th><th>{t(w.first)}</th><th>{t(w.review)}</th></tr></thead>
					<tbody>{a.reports.map((r) => {
						const s = states[r.state] ?? { sign: "–", word: "expected" as const };
						return (
							<tr key={`${r.target} ${r.unit.id}`}>
								<td><span class={`due ${r.state}`}>{s.sign} {t(s.word)}</span></td><th scope="row" class="wraps"><a href={to("targets", r.target)}>{r.item} {n(r.target_name)}</a></th>
								<td>{r.due ? dayText(r.due, lang) : ""}</td><td>{r.first_report ? moment(r.first_report, lang) : ""}</td><td>{r.review ? t(w[r.review.state]) : ""}</td>
							</tr>);
					})}</tbody>
				</table></Scroll>}
			</>
		)}</Loaded>
	);
}

interface Slip { id: string; rung_word: Name; state_word: Name; about: Name; deadline: string | null }

export function Slips({ unit }: { unit: string }) {
	const { t, n, lang, to } = useShared();
	const slips = useRead<{ slips: Slip[] }>(`/slips?unit=${encodeURIComponent(unit)}&limit=1000`);
	const alerts = useRead<{ alerts: Alert[] }>(`/alerts?unit=${encodeURIComponent(unit)}&limit=1000`);

	return (
		<>
			<Loaded of={slips}>{(a) => a.slips.length === 0 ? <p class="nothing">{t(w.slips_none)}</p> : (
				<Scroll><table class="dense">
					<thead><tr><th>{t("slip")}</th><th>{t(w.rung)}</th><th>{t("measure")}</th><th>{t("state")}</th><th>{t(w.deadline)}</th></tr></thead>
					<tbody>{a.slips.map((s) => <tr key={s.id}><th scope="row"><a href={to("slips", s.id)}>{s.id}</a></th><td>{n(s.rung_word)}</td><td class="wraps">{n(s.about)}</td><td>{n(s.state_word)}</td><td>{s.deadline ? dayText(s.deadline, lang) : ""}</td></tr>)}</tbody>
				</table></Scroll>)}</Loaded>
			<h2>{t("alerts")}</h2>
			<Loaded of={alerts}>{(a) => <AlertList alerts={a.alerts} />}</Loaded>
		</>
	);
}

const EVENTS_SHOWN = 50;
/** So many entries of the ledger are looked through. */
const ENTRIES_BACK = 400;

export function Events({ unit, position }: { unit: string; position: number }) {
	const { t, n, lang, to } = useShared();
	const names = useNames();
	const said = (e: Event) => { const s = saidWord(e); return typeof s === "string" ? decimal(s, lang) : n(s); };
	const answer = useRead<{ events: Event[] }>(`/events?reporter=${encodeURIComponent(unit)}&from=${Math.max(1, position - ENTRIES_BACK)}&limit=1000`);

	return (
		<Loaded of={answer}>{(a) => {
			const rows = a.events.filter((e) => e.row !== null).slice(-EVENTS_SHOWN).reverse();
			return rows.length === 0 ? <Nothing /> : (
				<>
					<p class="meta">{t(w.events_newest, { n: rows.length })}</p>
					<Scroll><table class="dense">
						<thead><tr><th>{t("position")}</th><th>{t("received")}</th><th>{t("measure")}</th><th>{t("day")}</th><th class="num">{t("value")}</th><th>{t("verdict")}</th></tr></thead>
						<tbody>{rows.map((e) => (
							<tr key={`${e.position}-${e.row}`}><td><a href={to("events", String(e.position), String(e.row ?? 0))}>{e.position}-{e.row}</a></td><td>{moment(e.at, lang)}</td><td class="wraps">{e.target && <a href={to("targets", e.target)}>{names.item(e.target)} {names.target(e.target)}</a>}</td><td>{e.as_of ? dayText(e.as_of, lang) : ""}</td><td class="num">{said(e)}</td><td>{n(verdictWord(e))}</td></tr>))}</tbody>
					</table></Scroll>
				</>);
		}}</Loaded>
	);
}
