// SPDX-License-Identifier: MIT
// What came of a sheet: what was found, the rows with their states, the receipt.
import { useState } from "preact/hooks";
import type { Light as Colour, Name } from "../api";
import { decimal } from "../format";
import { Light } from "./light";
import { useShared } from "../state";
import { w } from "../words/import";

export type RowState = "changed" | "unchanged" | "warning" | "error";
export interface Finding { row: number | null; level: "error" | "warning"; column: string | null; value: string | null; code: string; message: string; suggest: string | null }
export interface Row {
	row: number; state: RowState; sum: boolean; target: string | null; name?: string; unit: string | null;
	as_of: string | null; value: string | null; denominator?: string | null; uom?: string; stage?: string | null;
	stands?: string | null; before?: string | null; verdict: string | null; findings: readonly Finding[];
}
export interface Column { column: number; title: string; field: string | null }
export interface Table {
	import: string; dry_run: boolean; unit: string; file: string; ready: boolean; title?: string; detail?: string;
	detected: {
		format: string | null; encoding: string | null; delimiter: string | null; sheet: string | null;
		sheets: readonly string[]; heading: number; columns: readonly Column[]; formulas: number; merged: number;
	};
	counts: Record<RowState | "rows" | "ok" | "nothing" | "sums", number>;
	notes: readonly Finding[]; errors: readonly Finding[]; rows: readonly Row[]; all_rows: boolean; report: string | null;
	receipt: null | {
		position: number; through: number; repeated: boolean; admitted: number; hold: number; reject: number;
		duplicate: number; conflict: number; on_time: number; late: number;
	};
	lights: readonly { target: string; name: Name; unit: string; unit_name: Name; official: boolean; from: Colour; to: Colour }[];
}

export const fields = ["unit", "item", "target", "as_of", "value", "kind", "uom", "numerator", "denominator", "stage", "note",
	"correction_reason", "evidence_url", "ref", "withdraw", "revision", "object"] as const;
const states: readonly RowState[] = ["error", "warning", "changed", "unchanged"];
const signs: Record<RowState, string> = { changed: "✓", unchanged: "=", warning: "!", error: "✕" };
const PAGE = 200;

export function Found({ table, sheet, onSheet }: { table: Table; sheet: string; onSheet(name: string): void }) {
	const { t } = useShared();
	const d = table.detected;

	if (!d.format) return null;
	return (
		<ul class="import-found">
			<li><b>{t(w.format)}</b> {d.format === "xlsx" ? ".xlsx" : "CSV"}</li>
			{d.encoding && <li><b>{t(w.encoding)}</b> {d.encoding}</li>}
			{d.delimiter && <li><b>{t(w.delimiter)}</b> {d.delimiter === "\t" ? t(w.tab) : <code>{d.delimiter}</code>}</li>}
			{d.sheets.length > 1 && <li><label><b>{t(w.sheet)}</b>{" "}
				<select value={sheet || d.sheet || ""} onChange={(e) => { onSheet(e.currentTarget.value); }}>
					{d.sheets.map((s) => <option key={s} value={s}>{s}</option>)}
				</select></label></li>}
			{d.sheets.length === 1 && <li><b>{t(w.sheet)}</b> {d.sheet}</li>}
			{d.heading > 0 && <li>{t(w.heading, { n: d.heading })}</li>}
			{d.merged > 0 && <li>{t(w.merged, { n: d.merged })}</li>}
			{d.formulas > 0 && <li>{t(w.formulas, { n: d.formulas })}</li>}
			{table.counts.sums > 0 && <li>{t(w.sums, { n: table.counts.sums })}</li>}
			{table.counts.nothing > 0 && <li>{t(w.nothing, { n: table.counts.nothing })}</li>}
		</ul>
	);
}

/** Each column with what it is; a choice is read anew at once. */
export function Columns({ columns, chosen, onChoose }: { columns: readonly Column[]; chosen: readonly string[]; onChoose(at: number, field: string): void }) {
	const { t } = useShared();

	return (
		<div class="import-columns">
			{columns.map((c, i) => (
				<label key={c.column}><span title={c.title}>{c.title || t(w.column, { n: c.column })}</span>
					<select value={chosen[i] || c.field || "+"} onChange={(e) => { onChoose(i, e.currentTarget.value); }}>
						<option value="+">{t(w.into_note)}</option><option value="-">{t(w.ignored)}</option>
						{fields.map((f) => <option key={f} value={f}>{t(w[`f_${f}`])}</option>)}
					</select>
				</label>
			))}
		</div>
	);
}

export function State({ of }: { of: RowState }) {
	const { t } = useShared();
	return <span class={`row-state ${of}`}><span aria-hidden="true">{signs[of]}</span> {t(w[of])}</span>;
}

export function Said({ of }: { of: readonly Finding[] }) {
	const { t } = useShared();
	return <>{of.map((f, i) => (
		<p key={i}>{f.column && <strong>{f.column} </strong>}{f.message}{f.suggest && !f.message.includes(f.suggest) && <> {t(w.suggest, { text: "" })}<code>{f.suggest}</code></>}</p>
	))}</>;
}

function Line({ row, unit, names }: { row: Row; unit: string; names: ReadonlyMap<string, Name> }) {
	const { t, n, lang, to } = useShared();
	const named = row.unit !== null && names.get(row.unit), own = names.get(unit);
	const is_own = own !== undefined && (row.unit === own.zh || row.unit === own.en);
	const figure = (text: string) => /^-?\d+(\.\d+)?$/.test(text) ? decimal(text, lang) : text;

	return (
		<tr>
			<td data-label={t(w.row)} class="num">{row.row}</td>
			<td><State of={row.state} /></td>
			<td>{row.sum ? t(w.sum_row) : row.name && row.target ? <a href={to("targets", row.target)}>{row.name}</a> : row.target}
				{row.unit && row.unit !== unit && !is_own && <span class="mark">{named ? n(named) : row.unit}</span>}
				{row.stage && <span class="mark">{row.stage}</span>}</td>
			<td data-label={t(w.f_as_of)} class="day">{row.as_of}</td>
			<td data-label={t(w.f_value)} class="num">{row.value !== null && figure(row.value)}{row.denominator && `/${figure(row.denominator)}`}{row.value !== null && row.uom && !row.denominator ? ` ${row.uom}` : ""}</td>
			<td data-label={t(w.now)} class="num">{row.stands ? figure(row.stands) : row.before ? <small>{t(w.before, { n: figure(row.before) })}</small> : "—"}</td>
			<td class="say"><Said of={row.findings} />{row.verdict === "hold" && <p>{t(w.held)}</p>}</td>
		</tr>
	);
}

export function Rows({ table, names }: { table: Table; names: ReadonlyMap<string, Name> }) {
	const { t } = useShared();
	const [only, setOnly] = useState<RowState | "">(table.counts.error > 0 ? "error" : "");
	const [shown, setShown] = useState(PAGE);
	const rows = table.rows.filter((r) => only === "" || r.state === only).sort((a, b) => a.row - b.row);
	const choose = (s: RowState | "") => { setOnly(s); setShown(PAGE); };

	return (
		<>
			<div class="states" role="group" aria-label={t("filter")}>
				<button type="button" aria-pressed={only === ""} onClick={() => { choose(""); }}>{t(w.all)} {table.counts.rows}</button>
				{states.map((s) => <button key={s} type="button" aria-pressed={only === s} onClick={() => { choose(s); }}><span aria-hidden="true">{signs[s]}</span> {t(w[s])} {table.counts[s]}</button>)}
			</div>
			{!table.all_rows && <p class="meta">{t(w.cut)}</p>}
			{rows.length === 0 ? <p class="nothing">{t("nothing")}</p> : (
				<div class="scroll" role="region" tabIndex={0} aria-label={t(w.title)}>
					<table class="import-rows">
						<thead><tr><th class="num">{t(w.row)}</th><th>{t("state")}</th><th>{t("measure")}</th><th>{t(w.f_as_of)}</th><th class="num">{t(w.f_value)}</th><th class="num">{t(w.now)}</th><th>{t(w.what)}</th></tr></thead>
						<tbody>{rows.slice(0, shown).map((r) => <Line key={r.row} row={r} unit={table.unit} names={names} />)}</tbody>
					</table>
				</div>)}
			{rows.length > shown && <p><button type="button" onClick={() => { setShown(shown + PAGE); }}>{t(w.more_rows, { n: Math.min(PAGE, rows.length - shown) })}</button></p>}
		</>
	);
}

/** The number that proves it, and what it changed. */
export function Receipt({ table }: { table: Table }) {
	const { t, n, to } = useShared();
	const r = table.receipt;
	/* where both changed alike, the official one says it */
	const changes = table.lights.filter((l) => l.official || !table.lights.some((o) => o.official && o.target === l.target && o.unit === l.unit && o.from === l.from && o.to === l.to));
	const parts = (["admitted", "hold", "duplicate", "reject", "on_time", "late"] as const).filter((k) => r && r[k] > 0);

	if (!r) return null;
	return (
		<section class="said good" role="status">
			<p><strong>{r.repeated ? t(w.repeated) : t(w.done)}</strong></p>
			<p>{t(w.receipt)} <a class="number" href={to("events", String(r.position + 1), "0")}>{r.position}</a></p>
			<p class="meta">{parts.map((k) => <span key={k}>{t(w[k], { n: r[k] })}</span>)}</p>
			<h2>{t(w.lights)}</h2>
			{changes.length === 0 ? <p>{t(w.no_lights)}</p> : (
				<ul class="import-lights">{changes.map((l) => (
					<li key={`${l.target} ${l.unit} ${l.official}`}>
						<a href={to("units", l.unit)}>{n(l.unit_name)}</a> <a href={to("targets", l.target)}>{n(l.name)}</a>{" "}
						<Light of={l.from} live={!l.official} /> {t(w.to)} <Light of={l.to} live={!l.official} />
					</li>))}
				</ul>)}
		</section>
	);
}
