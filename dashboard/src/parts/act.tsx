// SPDX-License-Identifier: MIT
// Acts of people: buttons of what may be done, and the form of the one that is open. Which one is part
// of the address ("do"), so that signing in leads back to it; what was typed is kept until the act is
// done, over a failure and over the end of a session.
import { useEffect, useRef, useState } from "preact/hooks";
import { type Name, Problem } from "../api";
import { link } from "../route";
import { newId, type Session, useSession } from "../session";
import { useShared } from "../state";
import "../style/office.css";
import { w } from "../words/office";
import { type Names, useNames } from "./names";

export interface Field {
	name: string; word: Name;
	type: "line" | "text" | "day" | "month" | "number" | "choice" | "unit" | "item" | "project" | "target";
	list?: boolean; must?: boolean; value?: string; hint?: Name;
	choices?: readonly { name: string; word: Name }[];
}
/** Something that may be done: the act, what it is about, what has to be said. */
export interface Offer {
	act: string; word: Name; about: string; fields: readonly Field[];
	/** Members that the screen knows. each: one act for each of them. */
	fixed?: object; each?: readonly object[];
	/** Whose act it is where a unit may do it for itself alone. */
	units?: readonly string[];
	/** What it leads to, in a sentence. */
	note?: Name;
}
interface Draft { id: string; values: Record<string, string> }

const offerKey = (o: Offer) => `${o.act}~${o.about}`;

/** A session's storage may be barred; then the draft holds as long as the form. */
function stored(key: string): Draft | null {
	try {
		const text = sessionStorage.getItem(`form:${key}`);
		return text ? JSON.parse(text) as Draft : null;
	} catch { return null; }
}
function store(key: string, draft: Draft | null): void {
	try {
		if (draft) sessionStorage.setItem(`form:${key}`, JSON.stringify(draft));
		else sessionStorage.removeItem(`form:${key}`);
	} catch { /* not kept */ }
}

export function isAllowed(session: Session, offer: Offer): boolean {
	if (!session.user) return true;
	if (!session.may(offer.act)) return false;
	return session.user.role !== "unit" || !offer.units || offer.units.includes(session.user.unit ?? "");
}

/** The values as the daemon takes them; what is empty is left out. */
function body(fields: readonly Field[], values: Record<string, string>): Record<string, unknown> {
	const out: Record<string, unknown> = {};
	for (const f of fields) {
		const text = (values[f.name] ?? "").trim();
		if (text === "") continue;
		if (f.list) out[f.name] = text.split("\n").map((x) => x.trim()).filter(Boolean);
		else if (f.type === "number") out[f.name] = Number(text);
		else if (text === "true" || text === "false") out[f.name] = text === "true";
		else out[f.name] = text;
	}
	return out;
}

/* --- one field ------------------------------------------------------------------------------- */

interface InputProps { field: Field; id: string; value: string; fault: string; set(value: string): void }

function options(names: Names, type: Field["type"]): readonly { id: string; text: string }[] {
	const f = names.forms;
	if (!f) return [];
	if (type === "unit") return f.units.map((u) => ({ id: u.id, text: names.unit(u.id) }));
	if (type === "item") return f.items.map((x) => ({ id: x.id, text: `${x.id} ${names.item_name(x.id)}` }));
	if (type === "project") return f.projects.map((x) => ({ id: x.id, text: `${x.id} ${names.project_name(x.id)}` }));
	return f.targets.map((x) => ({ id: x.id, text: `${x.item} ${names.target(x.id)}` }));
}

function Many({ field, id, value, set, choices }: InputProps & { choices: readonly { id: string; text: string }[] }) {
	const { n } = useShared();
	const chosen = value.split("\n").filter(Boolean);
	const turn = (x: string) => { set((chosen.includes(x) ? chosen.filter((y) => y !== x) : [...chosen, x]).join("\n")); };

	return (
		<fieldset class="many" id={id} tabIndex={-1}>
			<legend>{n(field.word)}</legend>
			{choices.map((c) => (
				<label key={c.id}><input type="checkbox" checked={chosen.includes(c.id)} onChange={() => { turn(c.id); }} /> {c.text}</label>
			))}
		</fieldset>
	);
}

function Input(props: InputProps) {
	const { field, id, value, fault, set } = props;
	const { n } = useShared();
	const names = useNames();
	const common = {
		id, name: field.name, value, "aria-required": Boolean(field.must), "aria-invalid": fault !== "",
		...(fault || field.hint ? { "aria-describedby": `${id}-about` } : {}),
		onInput: (e: { currentTarget: { value: string } }) => { set(e.currentTarget.value); },
	};
	const refs = ["unit", "item", "project", "target"].includes(field.type);

	if (refs && field.list) return <Many {...props} choices={options(names, field.type)} />;
	if (refs || field.type === "choice") {
		const all = refs ? options(names, field.type) : (field.choices ?? []).map((c) => ({ id: c.name, text: n(c.word) }));
		return (
			<select {...common}>
				<option value="">{n(w.choose)}</option>
				{all.map((c) => <option key={c.id} value={c.id}>{c.text}</option>)}
			</select>
		);
	}
	if (field.type === "text" || field.list) return <textarea {...common} rows={field.list ? 3 : 4} />;
	if (field.type === "day") return <input type="date" {...common} />;
	if (field.type === "month") return <input type="month" placeholder="2022-06" {...common} />;
	if (field.type === "number") return <input type="number" min="1" step="1" {...common} />;
	return <input type="text" autocomplete="off" {...common} />;
}

/* --- the form -------------------------------------------------------------------------------- */

function begin(offer: Offer): Draft {
	const kept = stored(offerKey(offer));
	const values: Record<string, string> = {};
	for (const f of offer.fields) values[f.name] = kept?.values[f.name] ?? f.value ?? "";
	return { id: kept?.id ?? newId(), values };
}

interface Said { top: string; of: Record<string, string> }

function said(e: unknown, fields: readonly Field[], lost: string): Said {
	const out: Said = { top: "", of: {} };
	if (!(e instanceof Problem)) return { ...out, top: String(e) };
	for (const f of e.faults)
		if (fields.some((x) => x.name === f.parameter)) out.of[f.parameter] = f.message;
	if (Object.keys(out.of).length === 0) out.top = e.status === 0 ? lost : e.detail || e.title;
	return out;
}

function Form({ offer, close, done }: { offer: Offer; close(): void; done(position: number, note: string): void }) {
	const { n, t } = useShared();
	const session = useSession();
	const [draft, keep] = useState(() => begin(offer));
	const [faults, setFaults] = useState<Said>({ top: "", of: {} });
	const [busy, setBusy] = useState(false);
	const running = useRef(false);
	const form = useRef<HTMLFormElement>(null);
	const key = offerKey(offer);

	useEffect(() => { (form.current?.querySelector<HTMLElement>("input, select, textarea") ?? form.current?.querySelector<HTMLElement>("button"))?.focus(); }, []);
	useEffect(() => {
		const bad = form.current?.querySelector<HTMLElement>("[aria-invalid=true]") ?? (faults.top ? form.current?.querySelector<HTMLElement>(".fault") : null);
		bad?.focus();
	}, [faults]);
	const set = (name: string, value: string) => {
		const next = { ...draft, values: { ...draft.values, [name]: value } };
		keep(next);
		store(key, next);
	};
	const send = async () => {
		const lacking = offer.fields.filter((f) => f.must && (draft.values[f.name] ?? "").trim() === "");
		if (lacking.length > 0) {
			setFaults({ top: "", of: Object.fromEntries(lacking.map((f) => [f.name, n(w.say_it)])) });
			return;
		}
		/* a second click before the first one is drawn */
		if (running.current) return;
		running.current = true;
		setBusy(true);
		setFaults({ top: "", of: {} });
		store(key, draft);
		const told = { ...body(offer.fields, draft.values), ...offer.fixed };
		let position = 0, note = "";
		try {
			for (const [i, each] of (offer.each ?? [{}]).entries()) {
				const answer = await session.act(offer.act, { ...told, ...each }, offer.each ? `${draft.id}-${i}` : draft.id);
				position = answer.position;
				note = (answer.warnings ?? []).map((x) => n(x.text)).join(" ");
			}
			store(key, null);
			done(position, note);
		} catch (e) {
			setFaults(said(e, offer.fields, `${t("lost")} ${n(w.kept)}`));
			running.current = false;
			setBusy(false);
		}
	};

	return (
		<form class="act" ref={form} noValidate aria-label={n(offer.word)}
			onSubmit={(e) => { e.preventDefault(); void send(); }}
			onKeyDown={(e) => { if (e.key === "Escape") { e.stopPropagation(); close(); } }}>
			<h3>{n(offer.word)}</h3>
			{offer.note && <p class="hint">{n(offer.note)}</p>}
			{offer.each && <p class="hint">{t(w.for_each, { n: offer.each.length })}</p>}
			{faults.top && <p class="fault" role="alert" tabIndex={-1}>✕ {faults.top}</p>}
			{offer.fields.map((f) => {
				const id = `f-${offer.act.replace(".", "-")}-${f.name}`, fault = faults.of[f.name] ?? "";
				return (
					<div class={`field${f.type === "text" || f.list ? " wide" : ""}`} key={f.name}>
						{!(f.list && ["unit", "item", "project", "target"].includes(f.type)) && (
							<label for={id}>{n(f.word)}{f.must ? <span class="must"> {n(w.must)}</span> : null}</label>
						)}
						<Input field={f} id={id} value={draft.values[f.name] ?? ""} fault={fault} set={(v) => { set(f.name, v); }} />
						{(fault || f.hint || f.list) && (
							<p id={`${id}-about`} class={fault ? "fault" : "hint"}>{fault ? `✕ ${fault}` : f.hint ? n(f.hint) : f.type === "line" ? n(w.one_a_line) : ""}</p>
						)}
					</div>
				);
			})}
			<p class="buttons">
				<button type="submit" class="primary" aria-disabled={busy}>{busy ? n(w.sending) : n(offer.word)}</button>
				<button type="button" onClick={() => { store(key, null); close(); }}>{n(w.cancel)}</button>
			</p>
		</form>
	);
}

/* --- what may be done ------------------------------------------------------------------------- */

/** Buttons of what this reader may do here; for whoever is not signed in they lead there. */
export function Acts({ offers, onDone, small }: { offers: readonly Offer[]; onDone?: () => void; small?: boolean }) {
	const { n, t, place, with: here, go, looking_back } = useShared();
	const session = useSession();
	const [told, tell] = useState("");
	const box = useRef<HTMLDivElement>(null);
	const open = place.query["do"];
	const shown = offers.filter((o) => isAllowed(session, o));
	const now = session.user ? shown.find((o) => offerKey(o) === open) : undefined;

	if (!session.ready || looking_back || (shown.length === 0 && told === "")) return null;
	const close = () => { go(here({ do: undefined })); };
	const done = (position: number, note: string) => {
		tell(`✓ ${t(w.done_at, { position })}${note ? ` ${note}` : ""}`);
		close();
		onDone?.();
		setTimeout(() => { box.current?.querySelector<HTMLElement>(".told")?.focus(); }, 0);
	};

	return (
		<div class={`acts${small ? " small" : ""}`} ref={box}>
			{told && <p class="told" role="status" tabIndex={-1}>{told}</p>}
			{shown.length > 0 && (
				<p class="buttons">
					{shown.map((o) => session.user ? (
						<button type="button" key={offerKey(o)} aria-expanded={offerKey(o) === open} onClick={() => { tell(""); go(here({ do: offerKey(o) === open ? undefined : offerKey(o) })); }}>{n(o.word)}</button>
					) : (
						<a class="button" key={offerKey(o)} href={link(["signin"], { back: here({ do: offerKey(o) }).slice(2), why: "act" })}>{n(o.word)}</a>
					))}
				</p>
			)}
			{now && <Form key={open} offer={now} close={close} done={done} />}
		</div>
	);
}

/** A reason, as most acts want one. */
export const why: Field = { name: "why", word: w.why, type: "text", must: true };
