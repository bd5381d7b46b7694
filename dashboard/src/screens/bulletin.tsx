// SPDX-License-Identifier: MIT
// The monthly bulletin: its outline, its sentences with locked numbers, what stands behind them, and
// the way to a signed and published paper.
import { useEffect, useRef, useState } from "preact/hooks";
import { type Light as Colour, type Name, Problem, type Ref } from "../api";
import { dayText, moment } from "../format";
import { Light } from "../parts/light";
import { Scroll } from "../parts/scroll";
import { Loaded, Nothing } from "../parts/state";
import { link } from "../route";
import { newId, useSession } from "../session";
import { type ScreenProps, useRead, useShared } from "../state";
import { w } from "../words/bulletin";
import "../style/bulletin.css";

interface Piece { text?: string; name?: string; value?: string; source?: string }
interface Sentence {
	section: string; word: Name; template: string; original: string; pieces: Piece[];
	edited: boolean; revision: number; by: string; at: string | null;
}
interface Check { check: string; word: Name; advice: Name; good: boolean; stops: boolean; count: number }
interface Value { value: string | null }
interface Correction { target: string; name: Name; unit: Ref; published_light: Colour; light: Colour; published: Value; now: Value; position: number }
interface Bulletin {
	month: string; period: string; state: "draft" | "signed" | "published"; position: number; digest: string;
	publish_from: string; month_state: string;
	signature: { document: string; name: string; title: string; date: string; current: boolean } | null;
	publication: { document: string; at: string; position: number } | null;
	sentences: Sentence[]; strays: string[]; checks: Check[]; corrections: Correction[];
}
interface Change { change: string; word: Name; target: string; name: Name; unit: Ref; city: boolean; from: { light: Colour } | null; to: { light: Colour } | null }
interface Month { month: string; state: string; publication: { document: string } | null }

const sections = ["lead", "overall", "units", "leads", "lagging", "reporting", "demands"] as const;
const part = (section: string) => section.split("/")[0] ?? section;

function monthText(month: string, lang: "zh" | "en"): string {
	const [y = "", m = ""] = month.split("-");
	return lang === "zh" ? `${y}年${Number(m)}月` : `${y}-${m}`;
}

function before(month: string): string {
	const [y = 0, m = 1] = month.split("-").map(Number);
	return m === 1 ? `${y - 1}-12` : `${y}-${String(m - 1).padStart(2, "0")}`;
}

/** The text as it is edited: each number stands in braces, so that the daemon sees when one was
 * changed. Braces of the words are doubled; a value that holds one would end its place too early. */
function editable(s: Sentence): string {
	return s.pieces.map(({ name, text = "", value = "" }) => name === undefined ? text.replace(/[{}]/g, "$&$&") :
		/[{}]/.test(value) ? `{${name}}` : `{${name}=${value}}`).join("");
}

export default function BulletinScreen({ programme, id }: ScreenProps) {
	return id === undefined ? <Months closed={programme.closed_period} /> : <OneBulletin month={id} />;
}

/* --- all months -------------------------------------------------------------------------------- */
function Months({ closed }: { closed: string | null }) {
	const { t, lang, to } = useShared();
	const answer = useRead<{ months: Month[] }>("/months");
	const word = (m: Month) => m.publication ? t(w.published) : closed !== null && m.month <= closed.slice(0, 7) ? t(w.draft) : t(w.none_yet);

	return (
		<section>
			<h1>{t(w.months)}</h1>
			<Loaded of={answer}>{(a) => (
				<Scroll><table>
					<thead><tr><th>{t(w.month)}</th><th>{t(w.state)}</th><th>{t(w.document)}</th></tr></thead>
					<tbody>{a.months.map((m) => (
						<tr key={m.month}>
							<th scope="row">{closed !== null && m.month <= closed.slice(0, 7) ? <a href={to("bulletin", m.month)}>{monthText(m.month, lang)}</a> : monthText(m.month, lang)}</th>
							<td>{word(m)}</td><td>{m.publication?.document ?? ""}</td>
						</tr>))}
					</tbody>
				</table></Scroll>
			)}</Loaded>
		</section>
	);
}

/* --- one --------------------------------------------------------------------------------------- */
function OneBulletin({ month }: { month: string }) {
	const { lang } = useShared();
	const answer = useRead<Bulletin>(`/bulletins/${encodeURIComponent(month)}?lang=${lang}`);

	return <Loaded of={answer}>{(b) => <Whole b={b} again={answer.again} />}</Loaded>;
}

function Whole({ b, again }: { b: Bulletin; again: () => void }) {
	const { t, place, lang } = useShared();
	const chosen = place.query["at"];
	const [year = "", month = ""] = b.month.split("-");
	const sentence = b.sentences.find((s) => s.section === chosen);

	return (
		<section>
			<h1>{t(w.bulletin)} {monthText(b.month, lang)} <span class="mark">{t(w[b.state])}</span></h1>
			<p class="note">{t(w.head, { n: b.position, digest: b.digest.slice(0, 16) })}</p>
			<div class="bulletin">
				<Outline b={b} />
				<article class="sheet-paper" lang={lang === "zh" ? "zh-CN" : "en"}>
					<p class="number">{b.signature?.document ?? b.publication?.document ?? "〔    〕    号"}</p>
					<h2>{t(w.title, { year, month: lang === "zh" ? Number(month) : month })}</h2>
					{sections.map((s) => <Part key={s} name={s} b={b} again={again} />)}
					<p class="note">{t(w.annexes)}</p>
				</article>
				<div class="behind">
					<Sources sentence={sentence} b={b} />
					<Checks b={b} />
					<Files b={b} />
					<Signing b={b} again={again} />
					<Corrections b={b} />
					<Changes b={b} />
				</div>
			</div>
		</section>
	);
}

function Outline({ b }: { b: Bulletin }) {
	const { t, with: here, place } = useShared();
	const chosen = place.query["at"];

	return (
		<nav class="outline" aria-label={t(w.outline)}>
			<ul>{sections.map((s) => {
				const edited = b.sentences.filter((x) => part(x.section) === s && x.edited).length;
				const current = chosen !== undefined && part(chosen) === s;
				return (
					<li key={s}><a href={here({ at: s })} {...(current ? { "aria-current": "true" } : {})}>
						{t(w[s])}{edited > 0 && <small> · {t(w.edited)} {edited}</small>}
					</a></li>);
			})}</ul>
		</nav>
	);
}

function Part({ name, b, again }: { name: typeof sections[number]; b: Bulletin; again: () => void }) {
	const { t } = useShared();
	const own = b.sentences.filter((s) => part(s.section) === name);

	return (
		<>
			{name !== "lead" && <h3>{t(w[name])}</h3>}
			{own.map((s) => <Row key={s.section} s={s} b={b} again={again} />)}
		</>
	);
}

function Row({ s, b, again }: { s: Sentence; b: Bulletin; again: () => void }) {
	const { t, n, place, with: here } = useShared();
	const session = useSession();
	const [editing, edit] = useState(false);
	const row = useRef<HTMLDivElement>(null);
	const chosen = place.query["at"] === s.section;
	const may = b.state !== "published" && session.may("bulletin.edit");

	useEffect(() => { if (chosen) row.current?.scrollIntoView({ block: "nearest" }); }, [chosen]);
	return (
		<div class={`sentence-row${chosen ? " is-chosen" : ""}`} ref={row}>
			<p>{s.pieces.map((p, i) => p.name === undefined ? p.text : p.value && <span key={i} class="locked" title={p.source}>{p.value}</span>)}</p>
			<span class="acts">
				<a href={here({ at: s.section })} aria-label={`${t(w.sources_of)} ${n(s.word)}`}>{t(w.sources_of)}</a>
				{may && !editing && <button type="button" onClick={() => { edit(true); }} aria-label={t(w.edit_of, { what: n(s.word) })}>{t(w.edit)}</button>}
			</span>
			{s.edited && <span class="edited-mark">✎ {t(w.edited_by, { by: s.by, n: s.revision })}</span>}
			{editing && <Editor s={s} b={b} end={(changed) => { edit(false); if (changed) again(); }} />}
		</div>
	);
}

/** Doing an act from a form: what is wrong is said where it was typed, and nothing typed is lost. */
function useAct(end: (position: number) => void) {
	const session = useSession();
	const [problem, refuse] = useState<Problem>();
	const [busy, work] = useState(false);
	const id = useRef(newId());
	const act = (name: string, fields: object) => {
		work(true);
		refuse(undefined);
		session.act(name, fields, id.current).then(
			(done) => { id.current = newId(); work(false); end(done.position); },
			(e: unknown) => { id.current = newId(); work(false); if (e instanceof Problem) refuse(e); });
	};
	return { act, busy, problem };
}

function Refused({ problem }: { problem: Problem | undefined }) {
	const { t } = useShared();
	if (!problem) return null;
	return <div class="refused" role="alert"><strong>{problem.status === 0 ? t("lost") : problem.title}</strong><p>{problem.detail}</p></div>;
}

function Editor({ s, b, end }: { s: Sentence; b: Bulletin; end: (changed: boolean) => void }) {
	const { t, n, lang } = useShared();
	const [text, type] = useState(() => editable(s));
	const { act, busy, problem } = useAct(() => { end(true); });
	const field = lang === "zh" ? "text" : "text_en";
	const about = { period: b.month, section: s.section, revision: String(s.revision) };

	return (
		<form class="sentence-edit" onSubmit={(e) => { e.preventDefault(); act("bulletin.edit", { ...about, [field]: text }); }}>
			<label>{t(w.edit_of, { what: n(s.word) })}
				<textarea value={text} maxLength={4000} onInput={(e) => { type(e.currentTarget.value); }} />
			</label>
			<p>{t(w.edit_hint)}</p>
			<Refused problem={problem} />
			<div class="buttons">
				<button type="submit" disabled={busy}>{t(w.save)}</button>
				<button type="button" onClick={() => { end(false); }}>{t(w.cancel)}</button>
				{s.edited && <button type="button" disabled={busy} onClick={() => { act("bulletin.reset", about); }}>{t(w.reset)}</button>}
			</div>
		</form>
	);
}

/* --- behind it --------------------------------------------------------------------------------- */

/** Where a number can be looked at; undefined: it is in the catalogue or the calendar. */
function placeOf(source: string, b: Bulletin): string | undefined {
	const [kind = "", id] = source.split("/");
	if (kind === "lights") return link(["matrix"], { asof: b.period });
	if (kind === "reports" || kind === "months") return link(["reporting"], { month: b.month });
	if (kind === "slips" && id) return link(["slips", id]);
	if (kind === "narratives" && id) return link(["records", "narratives", id]);
	return undefined;
}

/** Where a number comes from, in a word. */
const origins: Record<string, Name> = {
	lights: w.from_lights, reports: w.from_reports, months: w.from_months, history: w.from_history,
	slips: w.from_slips, narratives: w.from_narratives, calendar: w.from_calendar,
};

function Sources({ sentence, b }: { sentence: Sentence | undefined; b: Bulletin }) {
	const { t, n } = useShared();
	const seen = new Set<string>();
	const values = (sentence?.pieces ?? []).filter((p) => p.name !== undefined && !seen.has(p.name) && seen.add(p.name));

	return (
		<section aria-live="polite">
			<h2>{t(w.source)}{sentence ? `：${n(sentence.word)}` : ""}</h2>
			{!sentence ? <p class="note">{t(w.source_hint)}</p> : values.length === 0 ? <Nothing /> : (
				<table>
					<thead><tr><th>{t(w.name)}</th><th>{t(w.value)}</th><th>{t(w.from)}</th></tr></thead>
					<tbody>{values.map((p) => {
						const href = placeOf(p.source ?? "", b);
						const [kind = "", id = ""] = (p.source ?? "").split(/[/,]/);
						const from = p.source ? t(origins[kind] ?? w.from_catalogue, { id }) : "";
						return <tr key={p.name}><th scope="row"><code>{p.name}</code></th><td>{p.value}</td><td title={p.source}>{href ? <a href={href}>{from}</a> : from}</td></tr>;
					})}</tbody>
				</table>)}
		</section>
	);
}

function Checks({ b }: { b: Bulletin }) {
	const { t, n } = useShared();

	return (
		<section>
			<h2>{t(w.checks)}</h2>
			<ul class="check-list">{b.checks.map((c) => (
				<li key={c.check}>
					<span class="sign" aria-hidden="true">{c.good ? "✓" : c.stops ? "✕" : "!"}</span>{n(c.word)}
					{c.good ? <span class="unseen"> {t(w.check_good)}</span> : <> · <strong>{t(w.check_bad, { n: c.count })}</strong>{c.stops && <> · {t(w.check_stops)}</>}<small>{n(c.advice)}</small></>}
				</li>))}
			</ul>
			{b.strays.length > 0 && <p class="note">{t(w.strays, { list: b.strays.join(", ") })}</p>}
		</section>
	);
}

function Files({ b }: { b: Bulletin }) {
	const { t, lang } = useShared();
	const file = (format: string) => `/api/v1/bulletins/${b.month}?format=${format}&lang=${lang}`;

	return (
		<section>
			<h2>{t(w.outputs)}</h2>
			<p class="files">
				<a href={file("docx")} download={`bulletin-${b.month}.docx`}>{t(w.word)}</a>
				<a href={file("html")} target="_blank" rel="noopener">{t(w.page)}</a>
				<a href={file("pdf")} download={`bulletin-${b.month}.pdf`}>{t(w.pdf)}</a>
				<a href={file("xlsx")} download={`bulletin-${b.month}.xlsx`}>{t(w.sheet)}</a>
			</p>
		</section>
	);
}

function Signing({ b, again }: { b: Bulletin; again: () => void }) {
	const { t, lang } = useShared();
	const session = useSession();

	return (
		<section class="sign-form">
			<h2>{b.state === "published" ? t(w.published) : t(w.sign)}</h2>
			{b.publication && <p>{t(w.published_as, { document: b.publication.document, at: moment(b.publication.at, lang), n: b.publication.position })}</p>}
			{b.signature && <p>{t(w.signed_as, { document: b.signature.document, name: b.signature.name, date: dayText(b.signature.date, lang) })}</p>}
			{b.signature && !b.signature.current && b.state !== "published" && <p class="refused">{t(w.signed_stale)}</p>}
			{b.state !== "published" && (session.may("bulletin.sign") ? <SignForm b={b} again={again} /> : !session.user && <p><a href={session.sign_in}>{t(w.sign_in)}</a></p>)}
			{b.state !== "published" && b.signature && session.may("month.publish") && <Publish b={b} again={again} />}
		</section>
	);
}

function SignForm({ b, again }: { b: Bulletin; again: () => void }) {
	const { t } = useShared();
	const [is, set] = useState({ document: b.signature?.document ?? "", name: b.signature?.name ?? "", title: b.signature?.title ?? "", date: b.signature?.date ?? "" });
	const { act, busy, problem } = useAct(again);
	const input = (key: "document" | "name" | "title", label: string) => (
		<label>{label}<input value={is[key]} required={key !== "title"} onInput={(e) => { set({ ...is, [key]: e.currentTarget.value }); }} /></label>
	);
	const send = () => { act("bulletin.sign", { period: b.month, document: is.document, name: is.name, date: is.date, digest: b.digest, ...(is.title ? { title: is.title } : {}) }); };

	return (
		<form onSubmit={(e) => { e.preventDefault(); send(); }}>
			{input("document", t(w.document))}{input("name", t(w.signer))}{input("title", t(w.position))}
			<label>{t(w.date)}<input type="date" value={is.date} required onInput={(e) => { set({ ...is, date: e.currentTarget.value }); }} /></label>
			<Refused problem={problem} />
			<button type="submit" disabled={busy}>{b.signature ? t(w.sign_again) : t(w.sign)}</button>
		</form>
	);
}

function Publish({ b, again }: { b: Bulletin; again: () => void }) {
	const { t, lang } = useShared();
	const [sure, ask] = useState(false);
	const [despite, because] = useState("");
	const { act, busy, problem } = useAct(() => { ask(false); again(); });
	const document = b.signature?.document ?? "";
	const early = b.month_state !== "ready";
	const send = () => { act("month.publish", { period: b.month, document, ...(despite ? { despite } : {}) }); };

	if (!sure) return <p><button type="button" onClick={() => { ask(true); }}>{t(w.publish)}…</button></p>;
	return (
		<form class="sure" onSubmit={(e) => { e.preventDefault(); send(); }}>
			<p>{t(w.publish_sure, { document })}</p>
			{early && <p>{t(w.publish_from, { day: dayText(b.publish_from, lang) })}</p>}
			{early && <label>{t(w.despite)}<input value={despite} required onInput={(e) => { because(e.currentTarget.value); }} /></label>}
			<Refused problem={problem} />
			<button type="submit" disabled={busy}>{t(w.publish_yes)}</button> <button type="button" onClick={() => { ask(false); }}>{t(w.cancel)}</button>
		</form>
	);
}

function Corrections({ b }: { b: Bulletin }) {
	const { t, n, to } = useShared();

	if (b.state !== "published") return null;
	return (
		<section>
			<h2>{t(w.corrections)}</h2>
			{b.corrections.length === 0 ? <p class="note">{t(w.corrections_none)}</p> : (
				<ul class="changes">{b.corrections.map((c) => (
					<li key={`${c.target}@${c.unit.id}`}>
						<a href={to("targets", c.target)}>{n(c.name)}</a> {n(c.unit.name)}：<Light of={c.published_light} /> {c.published.value} → <Light of={c.light} /> {c.now.value}
					</li>))}
				</ul>)}
		</section>
	);
}

function Changes({ b }: { b: Bulletin }) {
	const { t } = useShared();
	const answer = useRead<{ changes: Change[] }>(`/bulletins/${b.month}/diff?from=${before(b.month)}`);
	const told = (answer.data?.changes ?? []).filter((c) => c.change !== "moved");
	const first = told.filter((c) => c.city && c.change === "first");
	const units = told.filter((c) => !c.city);

	/* the first month has none before it */
	if (!answer.data) return null;
	return (
		<section>
			<h2>{t(w.diff)}</h2>
			{told.length === 0 && <p class="note">{t(w.diff_none)}</p>}
			<ChangeList of={told.filter((c) => c.city && c.change !== "first")} />
			{first.length > 0 && <details><summary>{t(w.diff_first, { n: first.length })}</summary><ChangeList of={first} /></details>}
			{units.length > 0 && <details><summary>{t(w.diff_units, { n: units.length })}</summary><ChangeList of={units} /></details>}
		</section>
	);
}

function ChangeList({ of }: { of: Change[] }) {
	const { n, to } = useShared();

	return (
		<ul class="changes">{of.map((c) => (
			<li key={`${c.target}@${c.unit.id}`}>
				{n(c.word)}：<a href={to("targets", c.target)}>{n(c.name)}</a>{!c.city && <> {n(c.unit.name)}</>} <Light of={c.from?.light ?? "none"} /> → <Light of={c.to?.light ?? "none"} />
			</li>))}
		</ul>
	);
}
