// SPDX-License-Identifier: MIT
// Alerts: which are open, grouped and filtered, many dealt with at once; and one with its whole life.
import { useState } from "preact/hooks";
import type { Alert, Name } from "../api";
import { dayText, decimal, moment } from "../format";
import { Acts, type Offer, why } from "../parts/act";
import { Light } from "../parts/light";
import { type Names, useNames } from "../parts/names";
import { Scroll } from "../parts/scroll";
import { Loaded, Nothing } from "../parts/state";
import { type ScreenProps, useRead, useShared } from "../state";
import "../style/office.css";
import { alert_kinds, transitions, w } from "../words/office";
import type { Slip } from "./slips";

export { AlertList } from "../parts/alerts";

interface Care { number: number; at: string; by: string | null; to?: string | null; until?: string | null; why: string | null }
type State = Omit<Alert, "acknowledged" | "assigned" | "silenced" | "state"> & {
	acknowledged: Care | null; assigned: Care | null; silenced: Care | null; state: "open" | "resolved";
};
interface Explanation {
	text: Name; short: string | null; required_a_month: string | null; recent_a_month: string | null;
	finish_by_schedule: string | null; finish_by_rate: string | null;
	contributors: { unit?: { id: string; name: Name } | string; target?: string; shortfall: string }[];
}
interface One {
	id: string; state: "open" | "resolved"; raised_at: string; acknowledged: Care | null; assigned: Care | null; silenced: Care | null;
	newest: Alert; explanation: Explanation | null; log: Alert[];
}
interface TraceRow { position: number; row: number; reporter?: { id: string; name: Name } | null; received_at: string; kind: string; as_of: string; value?: string | null; counts: boolean }
interface Trace { adds_up: boolean; complete: boolean; cells: { target: string; unit?: { id: string; name: Name } | string; value?: string | null; rows: TraceRow[] }[] }

const signs = { red: "✕", yellow: "▲", info: "·" };
const LIMIT = 1000;

function age(from: string, today: string): number {
	return Math.max(0, Math.round((Date.parse(today.slice(0, 10)) - Date.parse(from.slice(0, 10))) / 86400000));
}

/** What may be done with an open alert. */
function offers(a: { id: string; acknowledged: unknown; silenced: unknown }): Offer[] {
	const fixed = { alert: a.id };
	return [
		...(a.acknowledged === null ? [{ act: "alert.ack", word: w.ack, about: a.id, fixed, fields: [why] }] : []),
		{ act: "alert.assign", word: w.assign, about: a.id, fixed, fields: [{ name: "to", word: w.assign_to, type: "line", must: true }, why] },
		{ act: "alert.comment", word: w.add_comment, about: a.id, fixed, fields: [{ name: "text", word: w.comment, type: "text", must: true }] },
		a.silenced === null ?
			{ act: "alert.silence", word: w.silence, about: a.id, fixed, note: w.silence_note, fields: [{ name: "until", word: w.until, type: "day", must: true }, why] } :
			{ act: "alert.unsilence", word: w.unsilence, about: a.id, fixed, fields: [why] },
	];
}

/* --- the list -------------------------------------------------------------------------------- */

function fits(a: State, q: Record<string, string>, names: Names, today: string): boolean {
	const day = a.at.slice(0, 10);
	if (q["state"] === "resolved" && a.state !== "resolved") return false;
	if (q["severity"] && a.severity !== q["severity"]) return false;
	if (q["light"] && a.severity !== q["light"]) return false;
	if (q["kind"] && a.kind !== q["kind"]) return false;
	if (q["unit"] && a.unit !== q["unit"]) return false;
	if (q["lead"] && names.lead(a.target ?? "") !== q["lead"] && !(a.target === null && a.unit === q["lead"])) return false;
	if (q["age"] && age(a.raised_at, today) < Number(q["age"])) return false;
	if (q["from"] && day < q["from"].slice(0, 10) && !/^\d+$/.test(q["from"])) return false;
	if (q["to"] && day > q["to"].slice(0, 10) && !/^\d+$/.test(q["to"])) return false;
	/* links of notices name the numbers of the log */
	if (/^\d+$/.test(q["from"] ?? "") && a.number < Number(q["from"])) return false;
	return !(/^\d+$/.test(q["to"] ?? "") && a.number > Number(q["to"]));
}

function Filters({ alerts, names }: { alerts: readonly State[]; names: Names }) {
	const { t, n, place, with: here, go } = useShared();
	const q = place.query;
	const set = (key: string) => (e: { currentTarget: { value: string } }) => { go(here({ [key]: e.currentTarget.value || undefined })); };
	const some = (of: (a: State) => string | null) => [...new Set(alerts.map(of))].filter((x): x is string => Boolean(x)).sort();

	return (
		<div class="filters">
			<label>{t("state")} <select value={q["state"] ?? "open"} onChange={set("state")}>
				<option value="open">{t("open")}</option><option value="resolved">{t(w.resolved)}</option><option value="all">{t(w.open_and)}</option>
			</select></label>
			<label>{t("severity")} <select value={q["severity"] ?? ""} onChange={set("severity")}>
				<option value="">{t(w.all)}</option><option value="red">✕ {n({ zh: "红", en: "red" })}</option><option value="yellow">▲ {n({ zh: "黄", en: "yellow" })}</option><option value="info">· {t(w.info)}</option>
			</select></label>
			<label>{t(w.find_kind)} <select value={q["kind"] ?? ""} onChange={set("kind")}>
				<option value="">{t(w.all)}</option>{some((a) => a.kind).map((k) => <option key={k} value={k}>{n(alert_kinds[k] ?? { zh: k, en: k })}</option>)}
			</select></label>
			<label>{t("unit")} <select value={q["unit"] ?? ""} onChange={set("unit")}>
				<option value="">{t(w.all)}</option>{some((a) => a.unit).map((u) => <option key={u} value={u}>{names.unit(u)}</option>)}
			</select></label>
			<label>{t("lead")} <select value={q["lead"] ?? ""} onChange={set("lead")}>
				<option value="">{t(w.all)}</option>{some((a) => names.lead(a.target ?? "")).map((u) => <option key={u} value={u}>{names.unit(u)}</option>)}
			</select></label>
			<label>{t(w.age)} <select value={q["age"] ?? ""} onChange={set("age")}>
				<option value="">{t(w.all)}</option>{[7, 30, 60, 90].map((d) => <option key={d} value={String(d)}>{t(w.days_n, { n: d })}</option>)}
			</select></label>
			<label>{t("group_by")} <select value={q["group"] ?? "unit"} onChange={set("group")}>
				<option value="unit">{t("group_unit")}</option><option value="lead">{t("group_lead")}</option><option value="project">{t("group_project")}</option><option value="none">{t(w.none)}</option>
			</select></label>
			<label>{t(w.from)} <input type="date" value={q["from"] ?? ""} onChange={set("from")} /></label>
			<label>{t(w.to)} <input type="date" value={q["to"] ?? ""} onChange={set("to")} /></label>
		</div>
	);
}

function Row({ a, today, chosen, choose }: { a: State; today: string; chosen: boolean; choose(): void }) {
	const { t, n, lang, to } = useShared();

	return (
		<li>
			{a.state === "open" ? <input type="checkbox" checked={chosen} onChange={choose} aria-label={`${t(w.select)} ${n(a.text)}`} /> : <span />}
			<div>
				<p><Light of={a.severity === "info" ? "none" : a.severity}>{n(a.kind_word)}</Light>{" "}
					<a href={to("alerts", a.id)}>{n(a.text)}</a></p>
				<p class="meta">
					<span>{t("since")} {dayText(a.raised_at, lang)}（{t(w.days, { n: age(a.raised_at, today) })}）</span>
					<span>{a.acknowledged ? `✓ ${t(w.acked_by, { by: a.acknowledged.by ?? "", at: dayText(a.acknowledged.at, lang) })}` : a.state === "open" ? t(w.not_acked) : ""}</span>
					{a.assigned && <span>{t(w.assigned_to, { to: a.assigned.to ?? "" })}</span>}
					{a.silenced && <span>{t(w.silent_until, { at: a.silenced.until ? dayText(a.silenced.until, lang) : "" })}</span>}
					{a.state === "resolved" && <span>✓ {t(w.resolved)} {dayText(a.at, lang)}</span>}
				</p>
			</div>
		</li>
	);
}

function groupName(key: string, by: string, names: Names, other: string): string {
	if (key === "") return other;
	return by === "project" ? `${key} ${names.project_name(key)}` : names.unit(key);
}

/** Slips are drafted by rule: those of the alerts that were chosen are issued. */
function Bulk({ chosen, again }: { chosen: readonly State[]; again(): void }) {
	const { t } = useShared();
	const drafts = useRead<{ slips: Slip[] }>(chosen.length > 0 ? "/slips?state=draft&limit=1000" : null);
	const ids = new Set(chosen.map((a) => a.id));
	const slips = (drafts.data?.slips ?? []).filter((s) => s.subjects.some((x) => x.alert !== null && ids.has(x.alert)));
	const unseen = chosen.filter((a) => !a.acknowledged);

	if (chosen.length === 0) return null;
	return (
		<div class="selected">
			<p role="status">{t(w.chosen, { n: chosen.length })}{drafts.data && slips.length === 0 ? `　${t(w.no_draft)}` : ""}</p>
			<Acts onDone={again} offers={[
				...(unseen.length > 0 ? [{ act: "alert.ack", word: w.ack_chosen, about: "chosen", fields: [why], each: unseen.map((a) => ({ alert: a.id })) } satisfies Offer] : []),
				...(slips.length > 0 ? [{ act: "slip.issue", word: w.issue_chosen, about: "chosen", note: w.issue_note, each: slips.map((s) => ({ slip: s.id })),
					fields: [{ name: "days", word: w.days_given, type: "number", hint: w.days_hint }, { name: "person", word: w.person, type: "line" }] } satisfies Offer] : []),
			]} />
		</div>
	);
}

function List({ today }: { today: string }) {
	const { t, place } = useShared();
	const names = useNames();
	const [chosen, choose] = useState<readonly string[]>([]);
	const q = place.query, by = q["group"] ?? "unit";
	const ended = q["state"] === "all" || q["state"] === "resolved" || q["from"] !== undefined || q["to"] !== undefined;
	const answer = useRead<{ alerts: State[]; next: string | null }>(`/alerts?limit=${LIMIT}&state=${ended ? "all" : "open"}`);
	const turn = (id: string) => { choose(chosen.includes(id) ? chosen.filter((x) => x !== id) : [...chosen, id]); };
	const key = (a: State) => by === "none" ? "" : by === "unit" ? a.unit ?? "" : by === "project" ? names.project(a.target ?? "") : names.lead(a.target ?? "") || (a.target ? "" : a.unit ?? "");
	const worst = { red: 0, yellow: 1, info: 2 };

	return (
		<section>
			<h1>{t("alerts")}</h1>
			<Loaded of={answer}>{(d) => {
				const shown = d.alerts.filter((a) => fits(a, q, names, today)).sort((a, b) => worst[a.severity] - worst[b.severity] || (a.raised_at < b.raised_at ? -1 : 1));
				const groups = new Map<string, State[]>();
				for (const a of shown) groups.set(key(a), [...(groups.get(key(a)) ?? []), a]);
				const reds = (g: readonly State[], s: string) => g.filter((a) => a.severity === s).length;
				const order = [...groups].sort((a, b) => reds(b[1], "red") - reds(a[1], "red") || reds(b[1], "yellow") - reds(a[1], "yellow"));

				return (
					<>
						<Filters alerts={d.alerts} names={names} />
						<p role="status">{t(w.shown_n, { n: shown.length })}：✕ {reds(shown, "red")} ▲ {reds(shown, "yellow")} · {reds(shown, "info")}</p>
						{d.next && <p class="hint">{t(w.only_first, { n: LIMIT })}</p>}
						{shown.length === 0 && <Nothing />}
						{order.map(([k, g]) => (
							<section key={k}>
								<div class="group-head">
									<h2>{by === "none" ? t("alerts") : groupName(k, by, names, t("city"))}</h2>
									<span>✕ {reds(g, "red")}　▲ {reds(g, "yellow")}　· {reds(g, "info")}</span>
									<button type="button" onClick={() => { choose([...new Set([...chosen, ...g.filter((a) => a.state === "open").map((a) => a.id)])]); }}>{t(w.select_all)}</button>
								</div>
								<ul class="office-alerts">{g.map((a) => <Row key={a.id} a={a} today={today} chosen={chosen.includes(a.id)} choose={() => { turn(a.id); }} />)}</ul>
							</section>
						))}
						<Bulk chosen={shown.filter((a) => chosen.includes(a.id))} again={() => { choose([]); answer.again(); }} />
					</>
				);
			}}</Loaded>
		</section>
	);
}

/* --- one of them ----------------------------------------------------------------------------- */

function unitName(u: { id: string; name: Name } | string | undefined, names: Names): string {
	return !u ? "" : names.unit(typeof u === "string" ? u : u.id);
}

function Why({ x, names }: { x: Explanation; names: Names }) {
	const { t, n, lang } = useShared();
	const day = (d: string | null) => d ? dayText(d, lang) : t(w.never);

	return (
		<>
			<h2>{t(w.why_so)}</h2>
			<p>{n(x.text)}</p>
			{x.short !== null && (
				<dl class="facts">
					<dt>{t(w.short)}</dt><dd>{decimal(x.short, lang)}</dd>
					<dt>{t(w.required)}</dt><dd>{x.required_a_month ?? t(w.never)}</dd>
					<dt>{t(w.recent)}</dt><dd>{x.recent_a_month}</dd>
					<dt>{t(w.finish_schedule)}</dt><dd>{day(x.finish_by_schedule)}</dd>
					<dt>{t(w.finish_rate)}</dt><dd>{day(x.finish_by_rate)}</dd>
				</dl>
			)}
			{x.contributors.length > 0 && (
				<table class="small"><caption class="unseen">{t(w.who_short)}</caption>
					<thead><tr><th>{t(w.who_short)}</th><th class="num">{t(w.shortfall)}</th></tr></thead>
					<tbody>{x.contributors.map((c, i) => <tr key={i}><th scope="row">{unitName(c.unit, names) || names.target(c.target ?? "")}</th><td class="num">{c.shortfall}</td></tr>)}</tbody></table>
			)}
		</>
	);
}

function Rows({ id, names }: { id: string; names: Names }) {
	const { t, lang, to } = useShared();
	const answer = useRead<Trace>(`/alerts/${encodeURIComponent(id)}/trace`);

	return (
		<>
			<h2>{t(w.trace)}</h2>
			<Loaded of={answer}>{(d) => d.cells.length === 0 ? <p class="nothing">{t(w.trace_none)}</p> : (
				<>
					<p>{d.adds_up ? `✓ ${t(w.adds_up)}` : `✕ ${t(w.not_add)}`}</p>
					<Scroll><table class="small">
						<thead><tr><th>{t(w.row)}</th><th>{t("measure")}</th><th>{t("unit")}</th><th class="num">{t("value")}</th><th>{t("day")}</th><th>{t("received")}</th><th /></tr></thead>
						<tbody>{d.cells.map((c) => c.rows.map((r) => (
							<tr key={`${r.position}-${r.row}`}>
								<td><a href={to("events", String(r.position), String(r.row))}>{r.position}-{r.row}</a></td>
								<td>{names.target(c.target)}</td><td>{unitName(c.unit, names)}</td><td class="num">{r.value ?? ""}</td>
								<td>{r.as_of ? dayText(r.as_of, lang) : ""}</td><td>{moment(r.received_at, lang)}</td><td>{r.counts ? `✓ ${t(w.counts)}` : t(w.not_counts)}</td>
							</tr>)))}</tbody>
					</table></Scroll>
				</>
			)}</Loaded>
		</>
	);
}

function SlipsOf({ id }: { id: string }) {
	const { t, n, lang, to } = useShared();
	const answer = useRead<{ slips: Slip[] }>("/slips?state=all&limit=1000");
	const mine = (answer.data?.slips ?? []).filter((s) => s.subjects.some((x) => x.alert === id));

	if (mine.length === 0) return null;
	return (
		<>
			<h2>{t(w.slips)}</h2>
			<ul>{mine.map((s) => <li key={s.id}><a href={to("slips", s.id)}>{n(s.rung_word)} {s.number ?? s.id}</a> {n(s.state_word)}{s.deadline ? ` · ${t(w.deadline)} ${dayText(s.deadline, lang)}` : ""}</li>)}</ul>
		</>
	);
}

function OneAlert({ id }: { id: string }) {
	const { t, n, lang, to } = useShared();
	const names = useNames();
	const answer = useRead<One>(`/alerts/${encodeURIComponent(id)}`);

	return (
		<Loaded of={answer}>{(d) => {
			const a = d.newest;
			return (
				<section>
					<p class="path"><a href={to("alerts")}>{t("alerts")}</a> / {d.id}</p>
					<h1>{n(a.text)}</h1>
					<p><Light of={a.severity === "info" ? "none" : a.severity}>{signs[a.severity] === "·" ? t(w.info) : n(a.kind_word)}</Light>{" "}
						{d.state === "open" ? t("open") : `✓ ${t(w.resolved)}`} · {t("since")} {moment(d.raised_at, lang)}</p>
					<dl class="facts">
						{a.target && <><dt>{t("measure")}</dt><dd><a href={to("targets", a.target)}>{names.item(a.target)} {names.target(a.target)}</a></dd></>}
						{a.unit && <><dt>{t("unit")}</dt><dd><a href={to("units", a.unit)}>{names.unit(a.unit)}</a></dd></>}
						{a.target && <><dt>{t("lead")}</dt><dd>{names.unit(names.lead(a.target))}</dd></>}
						<dt>{t(w.ack)}</dt><dd>{d.acknowledged ? `${d.acknowledged.by ?? ""} ${moment(d.acknowledged.at, lang)} ${d.acknowledged.why ?? ""}` : t(w.not_acked)}</dd>
						{d.assigned && <><dt>{t(w.assign)}</dt><dd>{d.assigned.to} {d.assigned.why}</dd></>}
						{d.silenced && <><dt>{t(w.silence)}</dt><dd>{t(w.silent_until, { at: d.silenced.until ? moment(d.silenced.until, lang) : "" })} {d.silenced.why}</dd></>}
					</dl>
					{d.state === "open" && <Acts offers={offers(d)} onDone={answer.again} />}
					{d.explanation && <Why x={d.explanation} names={names} />}
					<SlipsOf id={d.id} />
					<h2>{t(w.life)}</h2>
					<ol class="life">{d.log.map((x) => (
						<li key={x.number}>
							<p><strong>{n(transitions[x.transition] ?? { zh: x.transition, en: x.transition })}</strong> {signs[x.severity]} <time>{moment(x.at, lang)}</time> {x.by ?? ""}</p>
							<p>{n(x.text)}</p>
						</li>))}
					</ol>
					{a.target && <Rows id={d.id} names={names} />}
				</section>
			);
		}}</Loaded>
	);
}

export default function AlertsScreen({ programme, id }: ScreenProps) {
	return id ? <OneAlert id={id} /> : <List today={programme.today} />;
}
