// SPDX-License-Identifier: MIT
// The units, and one of them: what it has done and how it reports.
import type { Programme, Unit, UnitDetail } from "../api";
import { moment, monthEnd, monthText } from "../format";
import { ExportLedger } from "../parts/export";
import { Counts } from "../parts/light";
import { Ranking } from "../parts/ranking";
import { Scroll } from "../parts/scroll";
import { Loaded } from "../parts/state";
import { TileMap } from "../parts/tiles";
import { Curves, Events, Figures, Reports, Slips } from "../parts/unit_tabs";
import { type ScreenProps, useRead, useShared } from "../state";
import { w } from "../words/units";
import "../style/units.css";
import "../style/table.css";

function List({ programme }: { programme: Programme }) {
	const { t, n, lang, when, to } = useShared();
	const answer = useRead<{ units: Unit[] }>(`/units?${when}`);

	return (
		<section>
			<h1>{t("units")}</h1>
			<Loaded of={answer}>{(a) => (
				<div class="two">
					<Scroll><table class="dense">
						<thead><tr><th>{t("unit")}</th><th class="num">✕</th><th class="num">▲</th><th class="num">✓</th><th class="num">★</th><th class="num">{t("expected")}</th><th class="num">{t("on_time")}</th><th class="num">{t("late")}</th><th class="num">{t("missing")}</th><th>{t("received")}</th></tr></thead>
						<tbody>{a.units.map((u) => (
							<tr key={u.id}>
								<th scope="row" class="wraps"><a href={to("units", u.id)}>{n(u.name)}</a></th>
								<td class="num">{u.lights.red ?? 0}</td><td class="num">{u.lights.yellow ?? 0}</td><td class="num">{u.lights.green ?? 0}</td><td class="num">{(u.lights.done ?? 0) + (u.lights.reached ?? 0)}</td>
								<td class="num">{u.reports.expected}</td><td class="num">{u.reports.on_time}</td><td class="num">{u.reports.late}</td><td class="num">{u.reports.missing}</td>
								<td class="wraps when">{u.last_report ? moment(u.last_report, lang) : ""}</td>
							</tr>))}
						</tbody>
					</table></Scroll>
					<TileMap units={a.units} />
				</div>
			)}</Loaded>
			{programme.ranking !== "off" && <Ranking />}
		</section>
	);
}

/** How a unit reported in a month: a sign, and the numbers for who points at it. */
function Square({ unit, day }: { unit: string; day: string }) {
	const { t, lang } = useShared();
	const r = useRead<{ units: Unit[] }>(`/units?valid_at=${day}`).data?.units.find((u) => u.id === unit && u.period === day)?.reports;
	const month = monthText(day.slice(0, 7), lang);

	if (!r) return null;
	const [sign, kind, name] = r.expected === 0 ? ["–", "none", w.square_none] as const : r.missing > 0 ? ["✕", "missing", w.square_missing] as const :
		r.late > 0 ? ["!", "late", w.square_late] as const : ["✓", "on-time", w.square_on_time] as const;
	const words = t(name, { month, ...r });
	return <li class={`due ${kind}`} title={words}><span class="unseen">{words}</span><span aria-hidden="true">{sign}<small>{Number(day.slice(5, 7))}</small></span></li>;
}

function Punctuality({ unit, programme }: { unit: string; programme: Programme }) {
	const { t } = useShared();
	const months: string[] = [];

	for (let day = monthEnd(programme.from, 0); programme.closed_period && day <= programme.closed_period; day = monthEnd(day, 1)) months.push(day);
	if (months.length === 0) return null;
	return <div class="punctual"><span class="meta">{t(w.punctual)}</span><ol>{months.slice(-12).map((d) => <Square key={d} unit={unit} day={d} />)}</ol></div>;
}

function Contact({ unit }: { unit: string }) {
	const { t, lang } = useShared();
	const all = useRead<{ contacts: { id: string; name: string | null; title: string | null; phone: string | null }[] }>(`/contacts?unit=${encodeURIComponent(unit)}`).data?.contacts ?? [];

	return all.length === 0 ? null : <p class="meta">{t(w.contact)}{lang === "zh" ? "：" : ": "}{all.map((c) => [c.name, c.title, c.phone].filter(Boolean).join(" ")).join("；")}</p>;
}

const tabs = ["figures", "curves", "reports", "slips", "events"] as const;
const names = { figures: w.tab_figures, curves: w.tab_curves, reports: w.tab_reports, slips: w.tab_slips, events: w.tab_events };

function One({ id, programme }: { id: string; programme: Programme }) {
	const { t, n, when, place, with: here } = useShared();
	const answer = useRead<UnitDetail & { position: number }>(`/units/${encodeURIComponent(id)}?${when}`);
	const tab = tabs.find((x) => x === place.query["tab"]) ?? "figures";

	return (
		<Loaded of={answer}>{(u) => (
			<section class="unit">
				<h1>{n(u.name)}</h1>
				{!u.area && <p class="meta">{t(w.lead_note)}</p>}
				<Counts counts={u.lights} />
				<Punctuality unit={id} programme={programme} />
				<Contact unit={id} />
				<p class="tools">{u.area && <ExportLedger unit={id} />}</p>
				<nav class="tabs" aria-label={n(u.name)}>{tabs.map((x) => <a key={x} href={here({ tab: x === "figures" ? undefined : x })} {...(x === tab ? { "aria-current": "true" as const } : {})}>{t(names[x])}</a>)}</nav>
				{tab === "figures" && <Figures unit={u} />}
				{tab === "curves" && <Curves unit={u} city={programme.city.id} />}
				{tab === "reports" && <Reports unit={u} />}
				{tab === "slips" && <Slips unit={id} />}
				{tab === "events" && <Events unit={id} position={u.position} />}
			</section>
		)}</Loaded>
	);
}

export default function UnitsScreen({ id, programme }: ScreenProps) {
	return id ? <One id={id} programme={programme} /> : <List programme={programme} />;
}
