// SPDX-License-Identifier: MIT
// A sheet is dropped, read and checked row by row, and stored when one says so. What was chosen stays
// while the reader signs in or the line is down: the file is in the memory of the page.
import { useEffect, useRef, useState } from "preact/hooks";
import { Problem, problem, type Unit } from "../api";
import { Columns, Found, Receipt, Rows, Said, type Table } from "../parts/import_table";
import { Loaded } from "../parts/state";
import { useSession } from "../session";
import { type ScreenProps, useRead, useShared } from "../state";
import { w } from "../words/import";
import "../style/import.css";

const SIZE_MAX = 10 * 1024 * 1024;

/** What was chosen; outlives the screen. */
interface Choice { unit: string; month: string; file: File | undefined; sheet: string; columns: readonly string[]; table: Table | undefined }
const first: Choice = { unit: "", month: "", file: undefined, sheet: "", columns: [], table: undefined };
let kept: Choice = first;

/** A kind of sheet is known by its headings. */
function keyOf(unit: string, table: Table): string {
	return `import.${unit}.${table.detected.columns.map((c) => c.title).join("|").slice(0, 600)}`;
}
function remembered(unit: string, table: Table): string[] | null {
	try { return JSON.parse(localStorage.getItem(keyOf(unit, table)) ?? "null") as string[] | null; } catch { return null; }
}
function remember(unit: string, table: Table, columns: readonly string[]): void {
	try {
		if (columns.length) localStorage.setItem(keyOf(unit, table), JSON.stringify(columns));
		else localStorage.removeItem(keyOf(unit, table));
	} catch { /* it holds for this page */ }
}

function query(c: Choice, heading: number, flags: Record<string, string>): string {
	const q = new URLSearchParams({ unit: c.unit, name: c.file?.name ?? "", ...flags });
	if (c.month) q.set("day", c.month);
	if (c.sheet) q.set("sheet", c.sheet);
	if (c.columns.length) { q.set("columns", c.columns.join(",")); q.set("heading", String(heading)); }
	return q.toString();
}

type Doing = "" | "reading" | "storing";
interface Fault { text: string; again?: () => void; sign_in?: boolean }

export default function ImportScreen({ programme }: ScreenProps) {
	const { t } = useShared();
	const units = useRead<{ units: Unit[] }>("/units");

	return <><h1>{t(w.title)}</h1><Loaded of={units}>{(u) => <Import units={u.units} today={programme.today} />}</Loaded></>;
}

function Import({ units, today }: { units: readonly Unit[]; today: string }) {
	const { t } = useShared();
	const session = useSession();
	const [choice, setChoice] = useState<Choice>(kept);
	const [doing, setDoing] = useState<Doing>("");
	const [fault, setFault] = useState<Fault>();
	const [memory, setMemory] = useState(false);
	const turn = useRef(0);
	const own = session.user?.role === "unit" ? session.user.unit ?? "" : "";
	const names = new Map(units.map((u) => [u.id, u.name]));

	const keep = (next: Choice) => { kept = next; setChoice(next); };
	useEffect(() => { if (own && choice.unit !== own) keep({ ...kept, unit: own }); }, [own]);

	const tell = (e: unknown, again: () => void) => {
		const p = e instanceof Problem ? e : new Problem(0, "", "");
		if (p.status === 0) setFault({ text: t(w.lost), again });
		else if (p.status === 401) setFault({ text: t(w.ended), sign_in: true });
		else if (p.status === 403) setFault({ text: p.code === "no-right" || !p.detail ? t(w.no_right) : p.detail, sign_in: !session.user });
		else if (p.status === 413) setFault({ text: t(w.too_large) });
		else setFault({ text: p.detail || p.title, again });
	};

	/** Tries the sheet, or stores it. An answer that comes after the next question is not shown. */
	const send = async (c: Choice, flags: Record<string, string>) => {
		const mine = ++turn.current;
		const again = () => { void send(c, flags); };
		setFault(undefined);
		setDoing(flags["dry_run"] === "false" ? "storing" : "reading");
		try {
			const answer = await session.send(`/imports?${query(c, c.table?.detected.heading ?? 0, flags)}`, c.file);
			if (!answer.ok && answer.status !== 422) throw await problem(answer);
			const table = await answer.json() as Table & { detail?: string; title?: string };
			if (mine !== turn.current) return;
			if (!table.counts) throw new Problem(422, table.title ?? "", table.detail ?? "");
			keep({ ...c, table });
			follow(c, table);
		} catch (e) {
			if (mine === turn.current) tell(e, again);
		}
		if (mine === turn.current) setDoing("");
	};

	/** Columns that were set for such a sheet before are set again. */
	const follow = (c: Choice, table: Table) => {
		const before = c.columns.length || table.receipt ? null : remembered(c.unit, table);
		if (c.columns.length === 0) setMemory(before !== null);
		if (before) void send({ ...c, columns: before, table }, { dry_run: "true" });
	};

	const take = (file: File | undefined) => {
		if (!file || !choice.unit) return;
		const next = { ...choice, file, sheet: "", columns: [], table: undefined };
		setMemory(false);
		keep(next);
		if (file.size > SIZE_MAX) setFault({ text: t(w.too_large) });
		else if (file.size === 0) setFault({ text: t(w.is_empty) });
		else void send(next, { dry_run: "true" });
	};
	const change = (next: Choice) => { keep(next); if (next.file && next.unit) void send(next, { dry_run: "true" }); };
	const column = (at: number, field: string) => {
		const table = choice.table;
		if (!table) return;
		const columns = table.detected.columns.map((_, i) => i === at ? field : choice.columns[i] ?? "");
		/* a field belongs to one column: the other one goes without */
		columns.forEach((f, i) => { if (i !== at && field !== "-" && field !== "+" && (f || table.detected.columns[i]?.field) === field) columns[i] = "-"; });
		remember(choice.unit, table, columns);
		change({ ...choice, columns });
	};
	const forget = () => {
		if (choice.table) remember(choice.unit, choice.table, []);
		setMemory(false);
		change({ ...choice, columns: [] });
	};

	return (
		<>
			<p>{t(w.lead)}</p>
			<Setting units={units} own={own} choice={choice} today={today} onChange={(c) => { change({ ...c, table: c.unit === choice.unit ? c.table : undefined }); }} />
			<Drop slim={choice.table !== undefined} ready={choice.unit !== ""} onFile={take} />
			<div aria-live="polite">{doing && <p class="loading">{doing === "reading" ? t(w.reading, { file: choice.file?.name ?? "" }) : t(w.storing)}</p>}</div>
			{fault && (
				<div class="said is-bad" role="alert">
					<p><strong>{fault.text}</strong></p>
					<p>{fault.again && <button type="button" onClick={fault.again}>{t(w.retry)}</button>} {fault.sign_in && <a href={session.sign_in}>{t(w.sign_in)}</a>}</p>
				</div>)}
			{choice.file && choice.unit && !choice.table && doing === "" && !fault && (
				<p class="said">{t(w.go_on, { file: choice.file.name })} <button type="button" onClick={() => { void send(choice, { dry_run: "true" }); }}>{t(w.check)}</button></p>)}
			{choice.table && <Outcome table={choice.table} choice={choice} busy={doing !== ""} names={names} memory={memory}
				onSheet={(sheet) => { change({ ...choice, sheet, columns: [] }); }} onColumn={column} onForget={forget}
				onStore={(partial) => { void send(choice, { dry_run: "false", partial: String(partial) }); }} />}
		</>
	);
}

function Setting({ units, own, choice, today, onChange }: { units: readonly Unit[]; own: string; choice: Choice; today: string; onChange(c: Choice): void }) {
	const { t, n, lang } = useShared();
	const mine = units.find((u) => u.id === own);
	const month = choice.month || today.slice(0, 7);
	const href = (format: string) => `/api/v1/template?unit=${encodeURIComponent(choice.unit)}&month=${month}&format=${format}&lang=${lang}`;
	const group = (area: boolean) => units.filter((u) => u.area === area).map((u) => <option key={u.id} value={u.id}>{n(u.name)}</option>);

	return (
		<div class="import-set">
			{mine ? <label>{t(w.unit)}<strong>{n(mine.name)}</strong></label> : (
				<label>{t(w.unit)}
					<select value={choice.unit} onChange={(e) => { onChange({ ...choice, unit: e.currentTarget.value }); }}>
						<option value="" disabled>{t(w.choose_unit)}</option>
						<optgroup label={t(w.areas)}>{group(true)}</optgroup><optgroup label={t(w.leads)}>{group(false)}</optgroup>
					</select>
				</label>)}
			<label>{t(w.month)}<input type="month" value={choice.month} onChange={(e) => { onChange({ ...choice, month: e.currentTarget.value }); }} /></label>
			{choice.unit && <div class="templates"><span>{t(w.template)}</span><span><a href={href("xlsx")} download>.xlsx</a> <a href={href("csv")} download>.csv</a></span></div>}
		</div>
	);
}

function Drop({ slim, ready, onFile }: { slim: boolean; ready: boolean; onFile(f: File | undefined): void }) {
	const { t } = useShared();
	const [over, setOver] = useState(false);

	return (
		<label class={`drop${over ? " over" : ""}${slim ? " slim" : ""}${ready ? "" : " off"}`}
			onDragOver={(e) => { e.preventDefault(); setOver(ready); }} onDragLeave={() => { setOver(false); }}
			onDrop={(e) => { e.preventDefault(); setOver(false); onFile(e.dataTransfer?.files[0]); }}>
			<span>{ready ? <>{slim ? t(w.another) : t(w.drop)} <span class="pick">{t(w.pick)}</span></> : t(w.choose_unit)}</span>
			<small>{t(w.limits)}</small>
			<input class="unseen" type="file" disabled={!ready} accept=".xlsx,.csv,.txt,text/csv"
				onChange={(e) => { onFile(e.currentTarget.files?.[0]); e.currentTarget.value = ""; }} />
		</label>
	);
}

function Outcome({ table, choice, busy, names, memory, onSheet, onColumn, onForget, onStore }: {
	table: Table; choice: Choice; busy: boolean; names: ReadonlyMap<string, { zh: string; en: string }>; memory: boolean;
	onSheet(s: string): void; onColumn(at: number, field: string): void; onForget(): void; onStore(partial: boolean): void;
}) {
	const { t } = useShared();
	const none = table.counts.rows === 0;
	const plain = table.notes.filter((f) => f.level === "warning" && f.code !== "formulas");

	return (
		<>
			<Receipt table={table} />
			{none && <div class="said is-bad" role="alert"><p><strong>{table.title ?? t(w.refused)}</strong></p><p>{table.detail ?? t(w.none_left)}</p></div>}
			{table.detected.format && <h2>{t(w.found)}: {table.file}</h2>}
			<Found table={table} sheet={choice.sheet} onSheet={onSheet} />
			{plain.length > 0 && <div class="meta"><Said of={plain} /></div>}
			{table.detected.columns.length > 0 && !table.receipt && (
				<details open={none}><summary>{t(w.columns)}</summary>
					{memory && <p>{t(w.remembered)} <button type="button" onClick={onForget}>{t(w.forget)}</button></p>}
					<Columns columns={table.detected.columns} chosen={choice.columns} onChoose={onColumn} />
				</details>)}
			{!none && <Act table={table} busy={busy} onStore={onStore} />}
			{!none && <Rows key={table.import + String(table.receipt !== null)} table={table} names={names} />}
		</>
	);
}

function Act({ table, busy, onStore }: { table: Table; busy: boolean; onStore(partial: boolean): void }) {
	const { t } = useShared();
	const bad = table.counts.error;

	return (
		<div class="import-act">
			{!table.receipt && bad === 0 && <button type="button" class="main" disabled={busy} onClick={() => { onStore(false); }}>{t(w.store, { n: table.counts.ok })}</button>}
			{bad > 0 && !table.receipt && <span>{t(w.stop_part, { n: bad })}</span>}
			{bad > 0 && table.report && <span><a href={table.report} download>{t(w.bad_rows)} .xlsx</a> <a href={table.report.replace(/xlsx$/, "csv")} download>.csv</a> <small>{t(w.bad_rows_hint)}</small></span>}
			{bad > 0 && !table.receipt && table.counts.ok > 0 && <button type="button" disabled={busy} onClick={() => { onStore(true); }}>{t(w.store_part, { n: table.counts.ok })}</button>}
		</div>
	);
}
