// SPDX-License-Identifier: MIT
// One row as it was sent, what it changed, and what became of it: down to the hashes.
import type { Name, Ref } from "../api";
import { dayText, decimal, moment } from "../format";
import { useNames } from "../parts/names";
import { Loaded } from "../parts/state";
import { type ScreenProps, useRead, useShared } from "../state";
import { w } from "../words/event";
import "../style/event.css";

export interface Event {
	position: number; row: number | null; entry: string; at: string; reporter: Ref | null; key: string | null;
	epoch?: string; first_sequence?: number; act?: Record<string, unknown> | null;
	target: string | null; unit: string | null; kind: string | null; value: string | null; denominator: string | null;
	as_of: string | null; revision: number | null; stage: string | null; note: string | null; reason: string | null;
	evidence: string | null; ref: string | null; withdraw: string | null; objects: string[] | null;
	verdict: string | null; code: string | null; text: Name | null;
}
interface Known { value: string | null }
interface Detail {
	event: Event; bytes: number; rows: number; hash: string; previous_hash: string;
	change: { before: Known; after: Known } | null;
}

const verdicts: Record<string, Name> = { admitted: w.verdict_admitted, hold: w.verdict_hold, reject: w.verdict_reject, duplicate: w.verdict_duplicate, conflict: w.verdict_conflict };
const kinds: Record<string, Name> = { total: w.kind_total, add: w.kind_add, stage: w.kind_stage, level: w.kind_level, nil: w.kind_nil, retract: w.kind_retract };

/** What a row said: its value, or that there was nothing new. */
export function saidWord(e: Event): string | Name {
	return e.value ?? kinds[e.kind ?? ""] ?? w.no_before;
}

/** What became of a row, in a word. */
export function verdictWord(e: Event): Name {
	const v = e.verdict ?? "";
	return verdicts[v] ?? { zh: v, en: v };
}

function Evidence({ of: text }: { of: string }) {
	/* whoever reports may write anything: only an address of the web becomes a link */
	return /^https?:\/\//i.test(text) ? <a href={text} rel="noopener noreferrer nofollow" target="_blank">{text}</a> : <>{text}</>;
}

function Change({ of: c }: { of: Detail["change"] }) {
	const { t, lang } = useShared();
	const show = (k: Known) => k.value === null ? t(w.no_before) : decimal(k.value, lang);

	if (!c) return <>{t(w.not_counted)}</>;
	return <span class="change"><span><span class="unseen">{t(w.before)} </span>{show(c.before)}</span> <span aria-hidden="true">→</span> <strong><span class="unseen">{t(w.after)} </span>{show(c.after)}</strong></span>;
}

function TimeLine({ of: e }: { of: Event }) {
	const { t, n, lang, to } = useShared();
	const answer = useRead<{ events: Event[] }>(e.target && e.unit ? `/events?target=${encodeURIComponent(e.target)}&unit=${encodeURIComponent(e.unit)}&limit=1000` : null);
	const same = (answer.data?.events ?? []).filter((x) => x.stage === e.stage);

	if (same.length < 2) return null;
	return (
		<section aria-labelledby="time-line">
			<h2 id="time-line">{t(w.time_line)}</h2>
			<ol class="time-line">{same.map((x) => {
				const here = x.position === e.position && x.row === e.row;
				return (
					<li key={`${x.position}-${x.row}`} {...(here ? { "aria-current": "true" as const } : {})}>
						<a href={to("events", String(x.position), String(x.row ?? 0))}>{moment(x.at, lang)}</a> {x.as_of ? dayText(x.as_of, lang) : ""}{lang === "zh" ? "：" : ": "}<strong>{x.value ?? t(kinds[x.kind ?? ""] ?? w.no_before)}</strong> {n(verdictWord(x))}{x.reason && `（${x.reason}）`}
					</li>);
			})}</ol>
		</section>
	);
}

function Facts({ of: d }: { of: Detail }) {
	const { t, n, lang, to } = useShared();
	const names = useNames();
	const e = d.event;
	const fact = (name: string, shown: preact.ComponentChildren) => shown === null || shown === undefined || shown === "" || shown === false ? null : <><dt>{name}</dt><dd>{shown}</dd></>;

	return (
		<dl class="facts">
			{e.row !== null && fact(t(w.change), <Change of={d.change} />)}
			{fact(t("measure"), e.target && <a href={to("targets", e.target)}>{names.item(e.target)} {names.target(e.target)}</a>)}
			{fact(t("unit"), e.unit && <a href={to("units", e.unit)}>{names.unit(e.unit)}</a>)}
			{fact(t("day"), e.as_of && dayText(e.as_of, lang))}
			{fact(t(w.kind), e.kind && t(kinds[e.kind] ?? { zh: e.kind, en: e.kind }))}
			{fact(t("value"), e.value !== null && e.value !== undefined && `${decimal(e.value, lang)}${e.denominator ? ` / ${decimal(e.denominator, lang)}` : ""}`)}
			{fact(t(w.stage), e.stage)}
			{fact(t("received"), moment(e.at, lang))}
			{fact(t("reporter"), e.reporter && <a href={to("units", e.reporter.id)}>{n(e.reporter.name)}</a>)}
			{fact(t("key"), e.key && <span class="hash">{e.key}</span>)}
			{fact(t("verdict"), e.verdict && `${n(verdictWord(e))}${e.text ? `${lang === "zh" ? "：" : ": "}${n(e.text)}` : ""}`)}
			{fact(t("reason"), e.reason)}
			{fact(t("note"), e.note)}
			{fact(t("evidence"), e.evidence && <Evidence of={e.evidence} />)}
			{fact(t(w.objects), e.objects && e.objects.join("、"))}
			{fact(t(w.withdraws), e.withdraw)}
			{fact(t(w.ref), e.ref)}
			{fact(t(w.revision), e.revision ? String(e.revision) : null)}
			{fact(t(w.receipt), e.row !== null && t(w.receipt_words, { position: `${e.position}-${e.row}`, at: moment(e.at, lang), verdict: n(verdictWord(e)) }))}
			{fact(t(w.epoch), e.epoch && <span class="hash">{e.epoch}</span>)}
			{fact(t(w.entry_hash), <span class="hash">{d.hash}</span>)}
			{fact(t(w.previous_hash), <span class="hash">{d.previous_hash}</span>)}
			{fact(t(w.permalink), <span class="hash">{location.href}</span>)}
			{e.act && fact("JSON", <pre class="hash">{JSON.stringify(e.act, null, 1)}</pre>)}
		</dl>
	);
}

export default function EventScreen({ id: position = "", rest: [row = "0"] }: ScreenProps) {
	const { t } = useShared();
	const answer = useRead<Detail>(`/events/${encodeURIComponent(position)}/${encodeURIComponent(row)}`);

	return (
		<section class="event">
			<h1>{t(w.title, { position: row === "0" ? position : `${position}-${row}` })}</h1>
			<Loaded of={answer}>{(d) => <><Facts of={d} /><TimeLine of={d.event} /></>}</Loaded>
		</section>
	);
}
