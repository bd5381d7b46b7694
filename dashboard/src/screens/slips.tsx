// SPDX-License-Identifier: MIT
// Supervision slips: those under way, and one of them from draft to closing.
import type { Name, Ref } from "../api";
import { dayText, moment } from "../format";
import { Acts, type Field, type Offer, why } from "../parts/act";
import { Light } from "../parts/light";
import { useNames } from "../parts/names";
import { Scroll } from "../parts/scroll";
import { Loaded, Nothing } from "../parts/state";
import { type ScreenProps, useRead, useShared } from "../state";
import "../style/office.css";
import { steps, w } from "../words/office";

interface Said { task: string | null; requirement: string | null; person: string | null; deadline: string | null; issued_on: string | null; signed_by: string | null; reply: string | null; evidence: string | null; replied_on: string | null; closed_on: string | null; cause: string | null }
export interface Slip extends Said {
	id: string; rung: string; rung_word: Name; state: string; state_word: Name; unit: Ref; project: Ref | null; period: string;
	overdue: boolean; about: Name; number: string | null; drafted_at: string; changed_at: string;
	subjects: { target: string; target_name: Name; unit: Ref; severity: "red" | "yellow" | null; months: number; alert: string | null; alert_state: string; alert_severity: "red" | "yellow" | "info" | null }[];
}
interface Step extends Said { number: number; step: string; at: string; position: number; by: string | null; why: string | null; paper_number: string | null }
interface Detail extends Slip { steps: Step[] }

const rungs = ["reminder", "supervision", "interview"] as const;
const states = ["draft", "issued", "signed", "returned", "replied", "verified", "closed", "discarded", "lapsed"] as const;
const state_words: Record<string, Name> = { draft: w.s_draft, issued: w.s_issued, signed: w.s_signed, returned: w.s_returned, replied: w.s_replied, verified: w.s_verified, closed: w.s_closed, discarded: w.s_discarded, lapsed: w.s_lapsed };
const track = ["draft", "issued", "signed", "replied", "verified", "closed"];

const days: Field = { name: "days", word: w.days_given, type: "number", hint: w.days_hint };

/** What may be done with a slip, by its state. */
function offers(s: Slip): Offer[] {
	const one = (act: string, word: Name, fields: Field[], more: Partial<Offer> = {}): Offer => ({ act, word, about: s.id, fields, fixed: { slip: s.id }, ...more });
	const waits = ["issued", "signed", "returned"].includes(s.state);

	return [
		...(s.state === "draft" ? [
			one("slip.issue", w.issue, [days, { name: "person", word: w.person, type: "line" }, { name: "number", word: w.number, type: "line", hint: w.number_hint },
				{ name: "task", word: w.task, type: "text", hint: w.text_hint }, { name: "requirement", word: w.requirement, type: "text", hint: w.text_hint }], { note: w.issue_note }),
			one("slip.discard", w.discard, [why]),
		] : []),
		...(s.state === "issued" ? [one("slip.sign", w.sign, [{ name: "person", word: w.signed_by, type: "line" }], { units: [s.unit.id] })] : []),
		...(waits ? [
			one("slip.reply", w.do_reply, [{ name: "text", word: w.reply, type: "text", must: true }, { name: "evidence", word: w.evidence, type: "line" }], { units: [s.unit.id] }),
			one("slip.extend", w.extend, [{ name: "deadline", word: w.deadline, type: "day", must: true }, why]),
		] : []),
		...(s.state === "replied" ? [
			one("slip.verify", w.accept, [why], { fixed: { slip: s.id, accepted: true } }),
			one("slip.verify", w.send_back, [why, days], { about: `${s.id}-back`, fixed: { slip: s.id, accepted: false } }),
		] : []),
		...(s.state === "verified" ? [one("slip.close", w.do_close, [{ ...why, must: false }])] : []),
		...(s.state === "verified" || s.state === "closed" ? [one("slip.reopen", w.reopen, [why, days])] : []),
	];
}

function List() {
	const { t, n, lang, to, place, with: here, go } = useShared();
	const names = useNames();
	const q = place.query, state = q["state"] ?? "open";
	const answer = useRead<{ slips: Slip[] }>(`/slips?limit=1000&state=${state}${q["rung"] ? `&rung=${q["rung"]}` : ""}${q["unit"] ? `&unit=${q["unit"]}` : ""}`);
	const set = (key: string) => (e: { currentTarget: { value: string } }) => { go(here({ [key]: e.currentTarget.value || undefined })); };

	return (
		<section>
			<h1>{t(w.slips)}</h1>
			<div class="filters">
				<label>{t("state")} <select value={state} onChange={set("state")}>
					<option value="open">{t(w.open)}</option><option value="all">{t(w.all)}</option>
					{states.map((s) => <option key={s} value={s}>{n(state_words[s] ?? w.all)}</option>)}
				</select></label>
				<label>{t(w.rung)} <select value={q["rung"] ?? ""} onChange={set("rung")}>
					<option value="">{t(w.all)}</option>{rungs.map((r) => <option key={r} value={r}>{t(w[r])}</option>)}
				</select></label>
				<label>{t("unit")} <select value={q["unit"] ?? ""} onChange={set("unit")}>
					<option value="">{t(w.all)}</option>{(names.forms?.units ?? []).map((u) => <option key={u.id} value={u.id}>{n(u.name)}</option>)}
				</select></label>
			</div>
			<Loaded of={answer}>{(d) => d.slips.length === 0 ? <Nothing /> : (
				<Scroll><table>
					<thead><tr><th>{t(w.slip)}</th><th>{t(w.rung)}</th><th>{t("state")}</th><th>{t(w.owner)}</th><th>{t(w.what)}</th><th>{t(w.deadline)}</th><th>{t(w.number)}</th></tr></thead>
					<tbody>{d.slips.map((s) => (
						<tr key={s.id}>
							<td><a href={to("slips", s.id)}>{s.id}</a></td><td>{n(s.rung_word)}</td>
							<td>{n(state_words[s.state] ?? s.state_word)}{s.overdue && <span class="mark">! {t(w.slip_overdue)}</span>}</td>
							<td>{n(s.unit.name)}</td><th scope="row">{n(s.about)}</th>
							<td>{s.deadline ? dayText(s.deadline, lang) : ""}</td><td>{s.number ?? ""}</td>
						</tr>))}
					</tbody>
				</table></Scroll>
			)}</Loaded>
		</section>
	);
}

function Fact({ name, text }: { name: Name; text: string | null }) {
	const { n } = useShared();
	return text ? <><dt>{n(name)}</dt><dd><p class="prose">{text}</p></dd></> : null;
}

function One({ id }: { id: string }) {
	const { t, n, lang, to } = useShared();
	const answer = useRead<Detail>(`/slips/${encodeURIComponent(id)}`);
	const day = (d: string | null) => d ? dayText(d, lang) : null;

	return (
		<Loaded of={answer}>{(s) => {
			const at = track.indexOf(s.state === "returned" ? "signed" : s.state);
			const paper = `/api/v1/slips/${encodeURIComponent(s.id)}/paper?lang=${lang}&format=`;
			return (
				<section>
					<p class="path"><a href={to("slips")}>{t(w.slips)}</a> / {s.id}</p>
					<h1>{n(s.rung_word)} {s.number ?? s.id}{lang === "zh" ? "：" : ": "}{n(s.unit.name)}</h1>
					<p>{n(s.about)}</p>
					<ol class="stepper" aria-label={t(w.slip_states)}>
						{at < 0 ? <li class="here" aria-current="step">{n(state_words[s.state] ?? s.state_word)}</li> : track.map((x, i) => (
							<li key={x} class={i < at ? "past" : i === at ? "here" : ""} {...(i === at ? { "aria-current": "step" as const } : {})}>
								{i < at ? "✓ " : i === at ? "● " : ""}{i === at && s.state === "returned" ? `↩ ${t(w.s_returned)}` : n(state_words[x] ?? s.state_word)}
							</li>))}
					</ol>
					{s.overdue && <p><span class="mark">! {t(w.slip_overdue)}</span></p>}
					<Acts offers={offers(s)} onDone={answer.again} />
					{s.state !== "draft" && s.state !== "lapsed" && <p>{t(w.paper)}：<a href={`${paper}docx`}>docx</a> · <a href={`${paper}html`} target="_blank" rel="noopener">{t(w.print_view)}</a> · <a href={`${paper}pdf`}>pdf</a></p>}
					<dl class="facts">
						<dt>{t(w.owner)}</dt><dd><a href={to("units", s.unit.id)}>{n(s.unit.name)}</a></dd>
						<Fact name={w.deadline} text={day(s.deadline)} /><Fact name={w.person} text={s.person} /><Fact name={w.issued_on} text={day(s.issued_on)} />
						<Fact name={w.task} text={s.task} /><Fact name={w.requirement} text={s.requirement} /><Fact name={w.signed_by} text={s.signed_by} />
						<Fact name={w.reply} text={s.reply} /><Fact name={w.evidence} text={s.evidence} /><Fact name={w.replied_on} text={day(s.replied_on)} /><Fact name={w.closed_on} text={day(s.closed_on)} />
					</dl>
					<Scroll><table class="small">
						<thead><tr><th>{t("measure")}</th><th>{t("unit")}</th><th>{t("severity")}</th><th class="num">{t("months")}</th><th>{t("alerts")}</th></tr></thead>
						<tbody>{s.subjects.map((x) => (
							<tr key={`${x.target}.${x.unit.id}`}>
								<th scope="row"><a href={to("targets", x.target)}>{n(x.target_name)}</a></th><td>{n(x.unit.name)}</td>
								<td>{x.severity ? <Light of={x.severity} /> : ""}</td><td class="num">{x.months}</td>
								<td>{x.alert ? <a href={to("alerts", x.alert)}>{x.alert_state === "open" ? t("open") : t(w.resolved)}</a> : x.alert_state === "open" ? t("open") : `✓ ${t(w.resolved)}`}</td>
							</tr>))}
						</tbody>
					</table></Scroll>
					<h2>{t(w.life)}</h2>
					<ol class="life">{s.steps.map((x) => (
						<li key={x.number}>
							<p><strong>{n(steps[x.step] ?? { zh: x.step, en: x.step })}</strong> <time>{moment(x.at, lang)}</time> {x.by ?? ""}{x.paper_number ? ` ${x.paper_number}` : ""}</p>
							{[x.why, x.reply, x.evidence, x.deadline && `${t(w.deadline)} ${dayText(x.deadline, lang)}`].filter(Boolean).map((y) => <p class="prose" key={y}>{y}</p>)}
						</li>))}
					</ol>
				</section>
			);
		}}</Loaded>
	);
}

export default function SlipsScreen({ id }: ScreenProps) {
	return id ? <One id={id} /> : <List />;
}
