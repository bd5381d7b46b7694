// SPDX-License-Identifier: MIT
// What the office keeps: lists with filters, one record with its life; new ones and what becomes of them
// by forms that the daemon describes.
import type { Name, Ref } from "../api";
import { dayText, moment } from "../format";
import { Acts, type Field, type Offer } from "../parts/act";
import { type FormAct, type FormField, type Kind, type Names, useNames } from "../parts/names";
import { Scroll } from "../parts/scroll";
import { Loaded, Nothing, Waiting } from "../parts/state";
import { type ScreenProps, useRead, useShared } from "../state";
import "../style/office.css";
import { w } from "../words/office";

type Value = string | number | null | Ref | (string | Ref)[];
interface Stamp { at: string; by: string }
type Entry = Record<string, Value> & { id: string; number?: string; state: string; state_word: Name; overdue?: boolean; overdue_days?: number; made: Stamp; changed: Stamp };
interface LifeStep { step: number; act: string; act_word: Name; at: string; by: string; position: number; state_word: Name; why: string | null; said: Record<string, Value> }
type OneRecord = Entry & { log: LifeStep[]; decisions?: Entry[] };
type Listed = Record<string, unknown> & { next: string | null; completeness?: { missing: { item: string; name: Name; lead: Ref }[]; expected: number; written: number } | null };

const isRef = (v: unknown): v is Ref => typeof v === "object" && v !== null && "id" in v;
const plain = (v: Value | undefined): string => v === null || v === undefined ? "" : Array.isArray(v) ? v.map((x) => isRef(x) ? x.id : x).join("\n") : isRef(v) ? v.id : String(v);

/** A value as people read it. */
function useShow(names: Names): (f: FormField, v: Value | undefined) => string {
	const { n, lang } = useShared();
	const one = (f: FormField, v: string | number | Ref): string => {
		if (isRef(v)) return n(v.name);
		const text = String(v);
		if (f.type === "day") return dayText(text, lang);
		if (f.type === "item") return `${text} ${names.item_name(text)}`;
		if (f.type === "target") return names.target(text);
		if (f.type === "project") return `${text} ${names.project_name(text)}`;
		const choice = f.choices.find((c) => c.name === text);
		return choice ? n(choice.word) : text;
	};
	return (f, v) => v === null || v === undefined ? "" : Array.isArray(v) ? v.map((x) => one(f, x)).join(lang === "zh" ? "、" : ", ") : one(f, v);
}

const types: Record<string, Field["type"]> = { text: "text", day: "day", period: "month", unit: "unit", item: "item", project: "project", target: "target", choice: "choice" };

/** The form of an act, on a record or for a new one. */
function fields(kind: Kind, act: FormAct, record: Entry | null, q: Record<string, string>): Field[] {
	const out: Field[] = [];
	for (const take of act.takes) {
		const f = kind.fields.find((x) => x.name === take.field);
		if (!f || f.computed) continue;
		const must = take.must === "always" || take.must === (record ? "existing" : "new");
		const kept = record && !f.of_step && !(f.personal && plain(record[f.name]) === "***") ? plain(record[f.name]) : q[f.name] ?? "";
		out.push({
			name: f.name, word: f.word, type: types[f.type] ?? "line", list: f.list, must, value: kept, choices: f.choices,
			...(f.type === "quarter" ? { hint: { zh: "如 2022-Q3", en: "such as 2022-Q3" } } : {}),
		});
	}
	return out;
}

/** "meeting.plan" is "Plan" on a button; the table's English says what was done. */
function verb(act: string): string {
	const text = act.split(".").pop() ?? act;
	return text.charAt(0).toUpperCase() + text.slice(1);
}

function offersFor(kind: Kind, record: Entry | null, q: Record<string, string>): Offer[] {
	return kind.acts.filter((a) => record ? a.from.includes(record.state) : a.makes).map((a) => ({
		act: a.act, word: { zh: a.word.zh, en: verb(a.act) }, about: record ? record.id : "new", fields: fields(kind, a, record, q),
		fixed: record && kind.key.length === 0 ? { [kind.kind]: record.id } : {},
	}));
}

const filters: Record<string, readonly string[]> = {
	narratives: ["item", "unit", "period"], problems: ["item", "unit", "overdue"], inspections: ["item", "unit"], meetings: ["quarter"],
	decisions: ["item", "unit", "overdue"], portfolio: ["item", "unit"], contacts: ["unit"],
};
const without_state = new Set(["narratives", "portfolio"]);

function Filters({ kind }: { kind: Kind }) {
	const { t, n, place, with: here, go } = useShared();
	const names = useNames();
	const q = place.query, has = filters[kind.list] ?? [];
	const set = (key: string) => (e: { currentTarget: { value: string } }) => { go(here({ [key]: e.currentTarget.value || undefined })); };

	return (
		<div class="filters">
			{!without_state.has(kind.list) && (
				<label>{t("state")} <select value={q["state"] ?? ""} onChange={set("state")}>
					<option value="">{t(w.all)}</option>{kind.states.map((s) => <option key={s.name} value={s.name}>{n(s.word)}</option>)}
				</select></label>
			)}
			{has.includes("unit") && <label>{t("unit")} <select value={q["unit"] ?? ""} onChange={set("unit")}>
				<option value="">{t(w.all)}</option>{(names.forms?.units ?? []).map((u) => <option key={u.id} value={u.id}>{n(u.name)}</option>)}</select></label>}
			{has.includes("item") && <label>{t("item")} <select value={q["item"] ?? ""} onChange={set("item")}>
				<option value="">{t(w.all)}</option>{(names.forms?.items ?? []).map((x) => <option key={x.id} value={x.id}>{x.id} {n(x.name)}</option>)}</select></label>}
			{has.includes("period") && <label>{t(w.month)} <input type="month" value={q["period"] ?? ""} onChange={set("period")} /></label>}
			{has.includes("quarter") && <label>{n({ zh: "季度", en: "Quarter" })} <input type="text" size={8} placeholder="2022-Q3" value={q["quarter"] ?? ""} onChange={set("quarter")} /></label>}
			{has.includes("overdue") && <label class="check"><input type="checkbox" checked={q["overdue"] === "true"} onChange={(e) => { go(here({ overdue: e.currentTarget.checked ? "true" : undefined })); }} /> {t(w.overdue_only)}</label>}
		</div>
	);
}

/** The columns that tell one record from another. */
function columns(kind: Kind): FormField[] {
	return kind.fields.filter((f) => !f.of_step && !f.computed && f.name !== "why" && !["evidence", "sample", "minutes", "participants", "raiser", "measure"].includes(f.name)).slice(0, 6);
}

function Table({ kind, rows, names }: { kind: Kind; rows: readonly Entry[]; names: Names }) {
	const { t, n, to } = useShared();
	const show = useShow(names);
	const shown = columns(kind);
	const cut = (s: string) => s.length > 60 ? `${s.slice(0, 60)}…` : s;

	if (rows.length === 0) return <Nothing />;
	return (
		<Scroll><table>
			<thead><tr><th>{t(w.slip)}</th>{shown.map((f) => <th key={f.name}>{n(f.word)}</th>)}<th>{t("state")}</th></tr></thead>
			<tbody>{rows.map((r) => (
				<tr key={r.id}>
					<td><a href={to("records", kind.list, r.id)}>{r.number || r.id}</a></td>
					{shown.map((f) => <td key={f.name}>{cut(show(f, r[f.name]))}</td>)}
					<td>{n(r.state_word)}{r.overdue && <span class="mark">! {t(w.overdue_days, { n: r.overdue_days ?? 0 })}</span>}</td>
				</tr>))}
			</tbody>
		</table></Scroll>
	);
}

function List({ kind, names }: { kind: Kind; names: Names }) {
	const { t, n, place } = useShared();
	const known = [...(filters[kind.list] ?? []), ...(without_state.has(kind.list) ? [] : ["state"])];
	const search = known.filter((k) => place.query[k]).map((k) => `&${k}=${encodeURIComponent(place.query[k] ?? "")}`).join("");
	const answer = useRead<Listed>(`/${kind.list}?limit=500${search}`);

	return (
		<section>
			<h1>{n(kind.word)}</h1>
			<Acts offers={offersFor(kind, null, place.query)} onDone={answer.again} />
			<Filters kind={kind} />
			<Loaded of={answer}>{(d) => (
				<>
					{d.completeness && <p>{t(w.missing_narratives, { n: d.completeness.missing.length, all: d.completeness.expected })} {d.completeness.missing.map((m) => `${m.item}（${n(m.lead.name)}）`).join("、")}</p>}
					<Table kind={kind} rows={(d[kind.list] ?? []) as Entry[]} names={names} />
					{d.next && <p class="hint">{t(w.more)}</p>}
				</>
			)}</Loaded>
		</section>
	);
}

function One({ kind, id, names }: { kind: Kind; id: string; names: Names }) {
	const { t, n, lang, to } = useShared();
	const show = useShow(names);
	const answer = useRead<OneRecord>(`/${kind.list}/${encodeURIComponent(id)}`);
	const decisions = names.forms?.kinds.find((k) => k.of === kind.kind);

	return (
		<Loaded of={answer}>{(r) => (
			<section>
				<p class="path"><a href={to("records", kind.list)}>{n(kind.word)}</a> / {r.id}</p>
				<h1>{n(kind.word)} {r.number || r.id}</h1>
				<p><strong>{n(r.state_word)}</strong>{r.overdue && <span class="mark">! {t(w.overdue_days, { n: r.overdue_days ?? 0 })}</span>}</p>
				<Acts offers={offersFor(kind, r, {})} onDone={answer.again} />
				<dl class="facts">{kind.fields.filter((f) => !f.of_step && plain(r[f.name]) !== "").map((f) => <><dt key={`${f.name}-t`}>{n(f.word)}</dt><dd key={f.name}><p class="prose">{show(f, r[f.name])}</p></dd></>)}</dl>
				{decisions && r.decisions && (
					<>
						<h2>{n(decisions.word)}</h2>
						<Acts offers={offersFor(decisions, null, { meeting: r.id })} onDone={answer.again} />
						<Table kind={decisions} rows={r.decisions} names={names} />
					</>
				)}
				<h2>{t(w.life)}</h2>
				<ol class="life">{r.log.map((s) => (
					<li key={s.step}>
						<p><strong>{n(s.act_word)}</strong> → {n(s.state_word)} <time>{moment(s.at, lang)}</time> {s.by}</p>
						{s.why && <p class="prose">{t(w.why)}：{s.why}</p>}
						{Object.keys(s.said).map((name) => {
							const f = kind.fields.find((x) => x.name === name);
							return f ? <p class="prose" key={name}>{n(f.word)}：{show(f, s.said[name])}</p> : null;
						})}
					</li>))}
				</ol>
			</section>
		)}</Loaded>
	);
}

export default function RecordsScreen({ id, rest }: ScreenProps) {
	const { t, n, to } = useShared();
	const names = useNames();
	const list = id ?? "problems", kind = names.forms?.kinds.find((k) => k.list === list && k.list in filters), one = rest[0];

	if (!names.forms) return <Waiting />;
	return (
		<>
			<nav class="tabs" aria-label={t(w.records)}>{names.forms.kinds.filter((k) => k.list in filters).map((k) => <a key={k.list} href={to("records", k.list)} {...(k.list === list ? { "aria-current": "page" as const } : {})}>{n(k.word)}</a>)}</nav>
			{!kind ? <p class="problem">{t("not_found")}</p> : one ? <One key={one} kind={kind} id={one} names={names} /> : <List key={list} kind={kind} names={names} />}
		</>
	);
}
