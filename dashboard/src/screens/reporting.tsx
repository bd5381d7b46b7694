// SPDX-License-Identifier: MIT
// A month of the office: who reported, what leads confirmed and the office verified, what waits, and its
// publication.
import { useEffect, useState } from "preact/hooks";
import { type Name, type Ref, read } from "../api";
import { dayShort, dayText, moment } from "../format";
import { Acts, type Field, type Offer, why } from "../parts/act";
import { Light } from "../parts/light";
import { type Names, useNames } from "../parts/names";
import { Scroll } from "../parts/scroll";
import { Loaded } from "../parts/state";
import { type ScreenProps, useRead, useShared } from "../state";
import "../style/office.css";
import { w } from "../words/office";
import type { Light as Colour } from "../api";

interface Tally { expected: number; on_time: number; late: number; missing: number; completeness: string; timeliness: string; submitted: number; confirmed: number; verified: number; returned: number; extended: number; objections: number; objections_open: number }
interface Month { month: string; period: string; state: string; due: string; confirm: string; object: string; reports: Tally; publication: { at: string; by: string; document: string; restated: number } | null }
interface Row { unit: Ref; owed: Tally; leads: boolean; items: Tally | null; unconfirmed: boolean }
interface Detail extends Month {
	units: Row[]; items: { item: string; name: Name; lead: Ref; reports: Tally }[];
	objections: { target: string; unit: Ref; open: boolean; at: string; by: string; why: string; answered_at: string | null; answered_by: string; answer: string }[];
	extensions: { unit: string | null; item: string | null; target: string | null; until: string; by: string; why: string; at: string }[];
	restated: { target: string; unit: Ref; published: Colour; now: Colour; at: string }[];
}
interface Report { target: string; target_name: Name; item: string; unit: Ref; reporter: Ref; lead: Ref; value: string | null; as_of: string | null; state: string; first_report: string | null; due: string; extended: boolean; review: { state: string; by: string; why: string; at: string | null }; objected: boolean; restated: boolean }
interface Hold { position: number; row: number; reporter: Ref; target: string; unit: string; value: string | null; as_of: string; received: string; text: Name }
interface Samples { period: string; seed_position: number; drawn: number; flagged: number; samples: { target: string; target_name: Name; unit: Ref; flagged: boolean; value: string | null; result: string; result_word: Name; found: string | null; inspected: { by: string; why: string; at: string } | null }[] }

const month_states: Record<string, Name> = { outside: w.m_outside, running: w.m_running, reporting: w.m_reporting, confirming: w.m_confirming, objecting: w.m_objecting, ready: w.m_ready, published: w.m_published };
const review_words: Record<string, Name> = { submitted: w.submitted, confirmed: w.confirmed, verified: w.verified, returned: w.returned };
const monthText = (m: string, lang: "zh" | "en") => lang === "zh" ? `${m.slice(0, 4)}年${Number(m.slice(5))}月` : m;

/* --- all months ------------------------------------------------------------------------------- */

function Months({ months, now }: { months: readonly Month[]; now: string }) {
	const { t, n, lang, with: here } = useShared();

	return (
		<Scroll><table>
			<thead><tr><th>{t(w.month)}</th><th>{t(w.state)}</th><th>{t(w.due)}</th><th>{t(w.confirm_until)}</th><th>{t(w.object_until)}</th><th class="num">{t("expected")}</th><th class="num">✓ {t("on_time")}</th><th class="num">! {t("late")}</th><th class="num">✕ {t("missing")}</th><th class="num">↩ {t(w.returned)}</th><th class="num">{t("completeness")}</th><th class="num">{t("timeliness")}</th></tr></thead>
			<tbody>{months.filter((m) => m.state !== "running" || m.reports.on_time + m.reports.missing > 0).map((m) => (
				<tr key={m.month}>
					<td class="day"><a href={here({ month: m.month, unit: undefined, do: undefined })} {...(m.month === now ? { "aria-current": "true" as const } : {})}>{monthText(m.month, lang)}</a></td>
					<td>{n(month_states[m.state] ?? { zh: m.state, en: m.state })}{m.publication ? ` ${m.publication.document}` : ""}</td>
					<td class="day">{dayShort(m.due, lang)}</td><td class="day">{dayShort(m.confirm, lang)}</td><td class="day">{dayShort(m.object, lang)}</td>
					<td class="num">{m.reports.expected}</td><td class="num">{m.reports.on_time}</td><td class="num">{m.reports.late}</td><td class="num">{m.reports.missing}</td><td class="num">{m.reports.returned}</td>
					<td class="num">{m.reports.completeness}%</td><td class="num">{m.reports.timeliness}%</td>
				</tr>))}
			</tbody>
		</table></Scroll>
	);
}

/** The worst first: what is missing, returned, late. */
function mark(x: Tally): { sign: string; n: number; word: Name; cls: string } {
	if (x.missing > 0) return { sign: "✕", n: x.missing, word: { zh: "缺报", en: "missing" }, cls: "mark-missing" };
	if (x.returned > 0) return { sign: "↩", n: x.returned, word: w.returned, cls: "mark-returned" };
	if (x.late > 0) return { sign: "!", n: x.late, word: { zh: "迟报", en: "late" }, cls: "mark-late" };
	return { sign: "✓", n: x.on_time, word: { zh: "按时", en: "on time" }, cls: "" };
}

/** Each unit in each month: read when it is asked for, for it is all months at once. */
function Grid({ months }: { months: readonly Month[] }) {
	const { t, n, with: here } = useShared();
	const [all, set] = useState<readonly Detail[]>([]);
	const shown = months.filter((m) => !["outside", "running"].includes(m.state)).map((m) => m.month).join(" ");

	useEffect(() => {
		const stop = new AbortController();
		Promise.all(shown.split(" ").filter(Boolean).map((m) => read<Detail>(`/months/${m}`, "zh", stop.signal))).then(set, () => undefined);
		return () => { stop.abort(); };
	}, [shown]);
	const first = all[all.length - 1];
	if (!first) return <p class="loading" role="status">{t("loading")}</p>;
	return (
		<>
			<p class="hint">✓ {t("on_time")}　! {t("late")}　✕ {t("missing")}　↩ {t(w.returned)}</p>
			<Scroll><table class="grid-months">
				<thead><tr><th>{t("unit")}</th>{all.map((m) => <th key={m.month}>{m.month.slice(5)}</th>)}<th>{t("completeness")}</th><th>{t("timeliness")}</th></tr></thead>
				<tbody>{first.units.filter((u) => all.some((m) => m.units.some((x) => x.unit.id === u.unit.id && x.owed.expected > 0))).map((u) => {
					const cells = all.map((m) => ({ month: m.month, owed: m.units.find((x) => x.unit.id === u.unit.id)?.owed }));
					const sum = (of: (x: Tally) => number) => cells.reduce((s, c) => s + (c.owed ? of(c.owed) : 0), 0);
					const expected = sum((x) => x.expected), share = (k: number) => expected ? `${((100 * k) / expected).toFixed(1)}%` : "";
					return (
						<tr key={u.unit.id}>
							<th scope="row">{n(u.unit.name)}</th>
							{cells.map((c) => {
								const m = c.owed && c.owed.expected > 0 ? mark(c.owed) : null;
								return <td key={c.month} class={m?.cls ?? ""}>{m ? <a href={here({ view: undefined, month: c.month, unit: u.unit.id })} title={`${n(m.word)} ${m.n}/${c.owed?.expected ?? 0}`}><span aria-hidden="true">{m.sign}</span><span class="unseen">{n(m.word)} </span>{m.sign === "✓" ? "" : m.n}</a> : "–"}</td>;
							})}
							<td>{share(sum((x) => x.on_time + x.late))}</td><td>{share(sum((x) => x.on_time))}</td>
						</tr>
					);
				})}</tbody>
			</table></Scroll>
		</>
	);
}

/* --- asking for what is missing --------------------------------------------------------------- */

function Urge({ row, month, names }: { row: Row; month: string; names: Names }) {
	const { t, lang } = useShared();
	const [open, setOpen] = useState(false), [copied, setCopied] = useState(false);
	const answer = useRead<{ reports: Report[] }>(open ? `/reports?period=${month}&unit=${row.unit.id}` : null);
	const lacking = (answer.data?.reports ?? []).filter((r) => ["due", "missing", "locked-missing"].includes(r.state));
	const text = t(w.urge_text, { unit: names.unit(row.unit.id), month: monthText(month, lang), all: row.owed.expected, n: lacking.length,
		what: lacking.slice(0, 5).map((r) => names.target(r.target)).join(lang === "zh" ? "、" : ", ") + (lacking.length > 5 ? t(w.and_more) : "") });
	const copy = () => {
		const field = document.getElementById(`urge-${row.unit.id}`) as HTMLTextAreaElement | null;
		field?.select();
		/* plain HTTP has no clipboard but this one */
		if (navigator.clipboard) navigator.clipboard.writeText(text).then(() => { setCopied(true); }, () => { setCopied(document.execCommand("copy")); });
		else setCopied(document.execCommand("copy"));
	};

	return (
		<>
			<button type="button" aria-expanded={open} onClick={() => { setOpen(!open); setCopied(false); }}>{t(w.urge)}</button>
			{open && answer.data && (
				<div class="urge"><textarea id={`urge-${row.unit.id}`} aria-label={t(w.urge)} readOnly rows={4} value={text} />
					<span><button type="button" onClick={copy}>{t(w.copy)}</button> <span role="status">{copied ? `✓ ${t(w.copied)}` : ""}</span></span></div>
			)}
		</>
	);
}

/* --- one unit's reports ------------------------------------------------------------------------ */

function lateDays(r: Report): number {
	return r.first_report ? Math.max(0, Math.round((Date.parse(r.first_report.slice(0, 10)) - Date.parse(r.due)) / 86400000)) : 0;
}

function rowOffers(r: Report, month: string): Offer[] {
	const about = `${month}.${r.target}.${r.unit.id}`, cell = { period: month, measure: r.target, unit: r.unit.id };
	const came = r.first_report !== null, s = r.review.state;

	return [
		...(came && s === "submitted" ? [{ act: "report.confirm", word: w.confirm, about, fields: [], fixed: { ...cell, lead: r.lead.id }, units: [r.lead.id] }] : []),
		...(came && (s === "confirmed" || s === "submitted") ? [{ act: "report.verify", word: w.verify, about, fields: [{ ...why, must: s === "submitted", hint: w.verify_hint }], fixed: cell }] : []),
		...(came && s !== "returned" ? [{ act: "report.return", word: w.give_back, about, fields: [why], fixed: cell, units: [r.lead.id] }] : []),
		...(came && !r.objected ? [{ act: "report.object", word: w.object, about, fields: [why], fixed: cell, units: [r.reporter.id] }] : []),
		...(r.objected ? [{ act: "report.answer", word: w.answer, about, fields: [why], fixed: cell }] : []),
	];
}

function Reports({ month, unit, again, frozen }: { month: string; unit: string; again(): void; frozen: boolean }) {
	const { t, n, lang, to, with: here } = useShared();
	const names = useNames();
	const answer = useRead<{ reports: Report[] }>(`/reports?period=${month}&unit=${unit}`);
	const done = () => { answer.again(); again(); };

	return (
		<section id="unit-reports">
			<h2>{t(w.reports_of, { unit: names.unit(unit), month: monthText(month, lang) })} <a class="small" href={here({ unit: undefined, do: undefined })}>{t("close")}</a></h2>
			<Loaded of={answer}>{(d) => (
				<Scroll><table>
					<thead><tr><th>{t("item")}</th><th>{t("measure")}</th><th>{t("unit")}</th><th class="num">{t("value")}</th><th>{t(w.first_report)}</th><th>{t(w.reviewed)}</th><th /></tr></thead>
					<tbody>{d.reports.map((r) => (
						<tr key={`${r.target}.${r.unit.id}`}>
							<td>{r.item}</td><th scope="row"><a href={to("targets", r.target)}>{n(r.target_name)}</a></th><td>{n(r.unit.name)}</td><td class="num">{r.value ?? ""}</td>
							<td>{r.state === "late" ? `! ${t(w.late_n, { n: lateDays(r) })}` : r.state === "on-time" ? `✓ ${t("on_time")}` : r.state.includes("missing") ? `✕ ${t("missing")}` : "–"}{r.first_report ? ` ${moment(r.first_report, lang)}` : ""}{r.extended ? ` (${t(w.extend)} ${dayText(r.due, lang)})` : ""}</td>
							<td>{r.first_report && <span class={`state-mark ${r.review.state}`}>{n(review_words[r.review.state] ?? { zh: r.review.state, en: r.review.state })}</span>}{r.objected && <span class="mark">! {t(w.objections)}</span>}{r.review.why ? ` ${r.review.why}` : ""}</td>
							<td>{!frozen && <Acts small offers={rowOffers(r, month)} onDone={done} />}</td>
						</tr>))}
					</tbody>
				</table></Scroll>
			)}</Loaded>
		</section>
	);
}

/* --- the month -------------------------------------------------------------------------------- */

const despite: Field = { name: "despite", word: w.despite, type: "text", hint: w.despite_hint };

function monthOffers(m: Detail): Offer[] {
	const over = !["outside", "running", "published"].includes(m.state), fixed = { period: m.month };

	return !over ? [] : [
		{ act: "report.extend", word: w.extend_report, about: m.month, fixed, fields: [{ name: "unit", word: { zh: "单位", en: "Unit" }, type: "unit", must: true }, { name: "until", word: w.until, type: "day", must: true }, why] },
		...(m.reports.submitted + m.reports.confirmed > 0 ? [{ act: "report.verify", word: w.verify_all, about: m.month, fixed: { ...fixed, unit: "all" }, fields: [{ ...why, must: false, hint: w.verify_hint }] } satisfies Offer] : []),
		{ act: "month.publish", word: w.publish, about: m.month, note: w.publish_note, fixed, fields: [{ name: "document", word: w.document, type: "line", must: true }, { ...why, must: false }, despite] },
	];
}

function Review({ x }: { x: Tally }) {
	const { n } = useShared();
	return <>{(["submitted", "confirmed", "verified", "returned"] as const).map((s) => <td key={s} class="num">{x[s] > 0 ? <span class={`state-mark ${s}`} title={n(review_words[s] ?? w.all)}>{x[s]}</span> : ""}</td>)}</>;
}

function Heads() {
	const { t } = useShared();
	return <><th class="num">○ {t(w.submitted)}</th><th class="num">◐ {t(w.confirmed)}</th><th class="num">● {t(w.verified)}</th><th class="num">↩ {t(w.returned)}</th></>;
}

function OneMonth({ month }: { month: string }) {
	const { t, n, lang, to, place, with: here } = useShared();
	const names = useNames();
	const answer = useRead<Detail>(`/months/${month}`);
	const unit = place.query["unit"];

	return (
		<Loaded of={answer}>{(m) => (
			<>
				<h2>{monthText(m.month, lang)} {n(month_states[m.state] ?? w.state)}</h2>
				<p>{t("expected")} {m.reports.expected}：✓ {t("on_time")} {m.reports.on_time}　! {t("late")} {m.reports.late}　✕ {t("missing")} {m.reports.missing}　↩ {t(w.returned)} {m.reports.returned}　{t("completeness")} {m.reports.completeness}%　{t("timeliness")} {m.reports.timeliness}%</p>
				<p>{m.publication ? `${t(w.published_on, { at: moment(m.publication.at, lang), document: m.publication.document, by: m.publication.by })}　${t(w.restated_n, { n: m.publication.restated })}` : `${t(w.due)} ${dayText(m.due, lang)}　${t(w.confirm_until)} ${dayText(m.confirm, lang)}　${t(w.object_until)} ${dayText(m.object, lang)}`}　<a href={to("bulletin", m.month)}>{n({ zh: "通报", en: "Bulletin" })}</a></p>
				<Acts offers={monthOffers(m)} onDone={answer.again} />
				{unit && <Reports key={`${month}.${unit}`} month={month} unit={unit} again={answer.again} frozen={false} />}
				<h2>{t("reporter")}</h2>
				<Scroll><table>
					<thead><tr><th>{t("unit")}</th><th class="num">{t("expected")}</th><th class="num">✓ {t("on_time")}</th><th class="num">! {t("late")}</th><th class="num">✕ {t("missing")}</th><Heads /><th class="num">{t("completeness")}</th><th class="num">{t("timeliness")}</th><th /></tr></thead>
					<tbody>{m.units.filter((r) => r.owed.expected > 0).map((r) => (
						<tr key={r.unit.id}>
							<th scope="row"><a href={here({ unit: r.unit.id, do: undefined })}>{n(r.unit.name)}</a></th>
							<td class="num">{r.owed.expected}</td><td class="num">{r.owed.on_time}</td><td class="num">{r.owed.late}</td><td class={`num${r.owed.missing > 0 ? " bad" : ""}`}>{r.owed.missing}</td>
							<Review x={r.owed} /><td class="num">{r.owed.completeness}%</td><td class="num">{r.owed.timeliness}%</td>
							<td>{m.state !== "published" && r.owed.expected > r.owed.on_time + r.owed.late && <Urge row={r} month={m.month} names={names} />}</td>
						</tr>))}
					</tbody>
				</table></Scroll>
				<h2>{t(w.lead_side)}</h2>
				<Scroll><table>
					<thead><tr><th>{t("lead")}</th><th class="num">{t("expected")}</th><th class="num">✕ {t("missing")}</th><Heads /><th /></tr></thead>
					<tbody>{m.units.filter((r) => r.leads && r.items).map((r) => r.items && (
						<tr key={r.unit.id}>
							<th scope="row">{n(r.unit.name)}{r.unconfirmed && <span class="mark">! {n({ zh: "逾期未确认", en: "overdue" })}</span>}</th>
							<td class="num">{r.items.expected}</td><td class="num">{r.items.missing}</td><Review x={r.items} />
							<td>{m.state !== "published" && <Acts small onDone={answer.again} offers={r.items.submitted === 0 ? [] : [{ act: "report.confirm", word: w.confirm_all, about: `${m.month}.${r.unit.id}`, fields: [], fixed: { period: m.month, lead: r.unit.id, unit: "all" }, units: [r.unit.id] }]} />}</td>
						</tr>))}
					</tbody>
				</table></Scroll>
				{m.objections.length > 0 && <>
					<h2>{t(w.objections)}</h2>
					<ul class="life">{m.objections.map((o) => (
						<li key={`${o.target}.${o.unit.id}`}><p><strong>{n(o.unit.name)} {names.target(o.target)}</strong> <time>{moment(o.at, lang)}</time> {o.by}：{o.why}</p>
							{o.open ? <Acts onDone={answer.again} offers={[{ act: "report.answer", word: w.answer, about: `${m.month}.${o.target}.${o.unit.id}.o`, fields: [why], fixed: { period: m.month, measure: o.target, unit: o.unit.id } }]} /> : <p>✓ {o.answered_by}：{o.answer}</p>}</li>))}
					</ul></>}
				{m.extensions.length > 0 && <>
					<h2>{t(w.extensions)}</h2>
					<ul>{m.extensions.map((e, i) => <li key={i}>{e.unit ? names.unit(e.unit) : t(w.all)} {e.item ?? ""} {e.target ? names.target(e.target) : ""} → {dayText(e.until, lang)}：{e.why}（{e.by}）</li>)}</ul></>}
				{m.restated.length > 0 && <>
					<h2>{t(w.restated)}</h2>
					<Scroll><table class="small"><thead><tr><th>{t("measure")}</th><th>{t("unit")}</th><th>{t(w.was)}</th><th>{t(w.now)}</th><th>{t(w.at)}</th></tr></thead>
						<tbody>{m.restated.map((r) => <tr key={`${r.target}.${r.unit.id}`}><th scope="row"><a href={to("targets", r.target)}>{names.target(r.target)}</a></th><td>{n(r.unit.name)}</td><td><Light of={r.published} /></td><td><Light of={r.now} /></td><td>{moment(r.at, lang)}</td></tr>)}</tbody></table></Scroll></>}
			</>
		)}</Loaded>
	);
}

/* --- what waits for the office ------------------------------------------------------------------ */

function Holds() {
	const { t, n, lang, to } = useShared();
	const names = useNames();
	const answer = useRead<{ holds: Hold[] }>("/holds");

	return (
		<>
			<h2>{t("holds")}</h2>
			<Loaded of={answer}>{(h) => h.holds.length === 0 ? <p class="nothing">{t(w.no_holds)}</p> : (
				<ul class="life">{h.holds.map((x) => {
					const about = `${x.position}-${x.row}`, fixed = { position: x.position, row: x.row };
					return (
						<li key={about}>
							<p><a href={to("events", String(x.position), String(x.row))}>{about}</a> <strong>{n(x.reporter.name)}</strong> <a href={to("targets", x.target)}>{names.target(x.target)}</a> {names.unit(x.unit)}：{x.value}（{dayText(x.as_of, lang)}） <time>{moment(x.received, lang)}</time></p>
							<p>{n(x.text)}</p>
							<Acts onDone={answer.again} offers={[{ act: "hold.release", word: w.hold_release, about, fixed, fields: [why] }, { act: "hold.reject", word: w.hold_reject, about, fixed, fields: [why] }]} />
						</li>
					);
				})}</ul>
			)}</Loaded>
		</>
	);
}

function SamplesOf({ month }: { month: string }) {
	const { t, n, to } = useShared();
	const answer = useRead<Samples>(`/samples?period=${month}`);
	const choices = [{ name: "agree", word: w.agree }, { name: "differ", word: w.differ }];

	if (answer.problem) return null;
	return (
		<>
			<h2>{t(w.samples)}</h2>
			<Loaded of={answer}>{(s) => (
				<>
					<p class="hint">{t(w.sample_drawn, { drawn: s.drawn, flagged: s.flagged, position: s.seed_position })}</p>
					<Scroll><table>
						<thead><tr><th>{t("measure")}</th><th>{t("unit")}</th><th class="num">{t("value")}</th><th>{t(w.result)}</th><th class="num">{t(w.found)}</th><th /></tr></thead>
						<tbody>{s.samples.map((x) => (
							<tr key={`${x.target}.${x.unit.id}`}>
								<th scope="row"><a href={to("targets", x.target)}>{n(x.target_name)}</a>{x.flagged && <a class="mark" href={to("flags")}>! {t(w.flags)}</a>}</th><td>{n(x.unit.name)}</td><td class="num">{x.value}</td>
								<td>{n(x.result_word)}{x.inspected ? `：${x.inspected.why}` : ""}</td><td class="num">{x.found ?? ""}</td>
								<td><Acts small onDone={answer.again} offers={[{ act: "sample.result", word: w.result_do, about: `${month}.${x.target}.${x.unit.id}`, fixed: { period: month, measure: x.target, unit: x.unit.id },
									fields: [{ name: "result", word: w.result, type: "choice", must: true, choices }, { name: "found", word: w.found, type: "line", hint: w.found_hint }, why, { name: "inspection", word: w.inspection, type: "line" }] }]} /></td>
							</tr>))}
						</tbody>
					</table></Scroll>
				</>
			)}</Loaded>
		</>
	);
}

export default function ReportingScreen({ programme }: ScreenProps) {
	const { t, n, lang, place, to, with: here, go } = useShared();
	const q = place.query;
	const month = (q["month"] ?? q["asof"] ?? programme.closed_period ?? programme.today).slice(0, 7);
	const months = useRead<{ months: Month[] }>("/months");
	const grid = q["view"] === "grid";

	return (
		<section>
			<h1>{t("month")}</h1>
			<nav class="tabs" aria-label={t("month")}>
				<a href={here({ view: undefined })} {...(grid ? {} : { "aria-current": "page" as const })}>{t(w.month)}</a>
				<a href={here({ view: "grid", do: undefined })} {...(grid ? { "aria-current": "page" as const } : {})}>{t(w.grid)}</a>
				<a href={to("flags")}>{t(w.flags)}</a>
			</nav>
			{grid ? <Loaded of={months}>{(d) => <Grid months={d.months} />}</Loaded> : (
				<>
					<p class="filters"><label>{t(w.month)} <select value={month} onChange={(e) => { go(here({ month: e.currentTarget.value, do: undefined })); }}>
						{(months.data?.months ?? []).map((m) => <option key={m.month} value={m.month}>{monthText(m.month, lang)} {n(month_states[m.state] ?? w.state)}</option>)}
					</select></label></p>
					<OneMonth key={month} month={month} />
					<Holds />
					<SamplesOf month={month} />
					<h2>{t(w.all_months)}</h2>
					<Loaded of={months}>{(d) => <Months months={d.months} now={month} />}</Loaded>
				</>
			)}
		</section>
	);
}
