// SPDX-License-Identifier: MIT
// The table of the matrix. It has one place in the order of the tab key; arrows move inside, by the
// document and not by state, and a row is drawn anew only where it differs: 900 cells stay quick.
import { Component, type RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Ref } from "../api";
import { useShared, type Shared } from "../state";
import { lights } from "../words";
import { w } from "../words/matrix";
import { cellText, type Cell, type Group, type Mark, type Row, type Show } from "./matrix_data";

interface LineProps { row: Row; columns: readonly number[]; units: readonly Ref[]; show: Show; shared: Shared }

function state(c: Cell, s: Shared): string {
	return [c.silent ? s.t("no_report") : s.n(lights[c.light].name), c.provisional ? s.t("provisional") : ""].filter(Boolean).join("，");
}

/** A text of so many characters still fits in a column at full size. */
const ROOMY = 5;

/** Where more is told of a measure, or of what a unit does for it. */
function placeOf(s: Shared, target: string, unit: Ref | null): string {
	const href = s.to("targets", target);
	return unit ? `${href}${href.includes("?") ? "&" : "?"}unit=${unit.id}` : href;
}

/* As few boxes a cell as can be: a link and one text, no button and nothing that clips, each of
 * which costs at every frame. */
function CellView({ cell, unit, p }: { cell: Cell | null; unit: Ref | null; p: LineProps }) {
	const { shared: s, row } = p;

	if (!cell) return <td class="na"><span role="img" aria-label={s.t("no_task")}>—</span></td>;
	const text = cellText(cell, p.show, s.lang, row.target.kind);
	const look = `${cell.light}${cell.silent ? " is-silent" : ""}${cell.provisional ? " is-provisional" : ""}${text.length > ROOMY ? " is-long" : ""}`;
	return (
		<td>
			<a class={`cell rove ${look}`} tabIndex={-1} href={placeOf(s, row.target.id, unit)}
				data-target={row.target.id} data-unit={unit?.id ?? ""} aria-label={`${s.n(row.target.name)}，${unit ? s.n(unit.name) : s.t("city")}：${state(cell, s)} ${text}`}>
				{`${cell.silent ? "?" : lights[cell.light].sign} ${text}`}
			</a>
		</td>
	);
}

/** One measure. */
class Line extends Component<LineProps> {
	override shouldComponentUpdate(next: LineProps): boolean {
		const p = this.props;
		return next.row !== p.row || next.columns !== p.columns || next.show !== p.show ||
			next.shared.lang !== p.shared.lang || next.shared.when !== p.shared.when;
	}

	override render(p: LineProps) {
		const { row, shared: s } = p;
		return (
			<tr class={row.target.role} data-row={row.target.id}>
				<th scope="row"><a class="rove" tabIndex={-1} href={s.to("targets", row.target.id)}><span class="code">{row.target.item}</span> {s.n(row.target.name)}</a></th>
				<CellView cell={row.city} unit={null} p={p} />
				<td class="lead"><a class="rove" tabIndex={-1} href={s.to("units", row.target.lead.id)}>{s.n(row.target.lead.name)}</a></td>
				{p.columns.map((i) => <CellView key={i} cell={row.cells[i] ?? null} unit={p.units[i] ?? null} p={p} />)}
			</tr>
		);
	}
}

/* --- moving about ------------------------------------------------------------------------------- */
const PAGE = 10;

function shownRows(table: HTMLTableElement): HTMLTableRowElement[] {
	return Array.from(table.rows).filter((r) => !r.hidden);
}

function inCell(row: HTMLTableRowElement | undefined, column: number): HTMLElement | null {
	return row?.cells[column]?.querySelector<HTMLElement>(".rove") ?? null;
}

/** The next place in that direction that can have the focus. */
function next(table: HTMLTableElement, from: HTMLElement, down: number, right: number): HTMLElement | null {
	const cell = from.closest<HTMLTableCellElement>("td, th"), row = cell?.closest("tr");
	if (!cell || !row) return null;
	const rows = shownRows(table);
	let at = rows.indexOf(row), column = cell.cellIndex, found: HTMLElement | null = null;
	const step = Math.sign(down);

	if (right !== 0) {
		for (column += right; column >= 0 && column < row.cells.length && !found; column += right) found = inCell(row, column);
		return found;
	}
	/* a whole page, and then on to what can be reached */
	at = Math.max(0, Math.min(rows.length - 1, at + down));
	for (; at >= 0 && at < rows.length && !found; at += step) found = inCell(rows[at], column);
	return found;
}

const ends: Record<string, 1 | -1> = { Home: 1, End: -1 };
const steps: Record<string, readonly [number, number]> = {
	ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-PAGE, 0], PageDown: [PAGE, 0],
};

function atEnd(table: HTMLTableElement, from: HTMLElement, which: 1 | -1, whole: boolean): HTMLElement | null {
	const rows = shownRows(table), row = whole ? rows[which === 1 ? 0 : rows.length - 1] : from.closest("tr");
	const places = row ? Array.from(row.querySelectorAll<HTMLElement>(".rove")) : [];
	return places[which === 1 ? 0 : places.length - 1] ?? null;
}

/** Where the focus goes for a key; null: nowhere. */
export function goal(table: HTMLTableElement, e: KeyboardEvent): HTMLElement | null {
	const from = e.target as HTMLElement;
	const end = ends[e.key], step = steps[e.key];
	if (end) return atEnd(table, from, end, e.ctrlKey);
	return step ? next(table, from, step[0], step[1]) : null;
}

/** Keeps exactly one place of the table in the order of the tab key: the one that had it last. */
export function holdPlace(table: HTMLTableElement | null, place: HTMLElement | null): void {
	if (!table) return;
	const old = table.querySelector<HTMLElement>('.rove[tabindex="0"]');
	const shown = (e: HTMLElement | null) => e !== null && table.contains(e) && !e.closest("tr")?.hidden;
	const to = shown(place) ? place : shown(old) ? old : shownRows(table).map((r) => inCell(r, 1) ?? inCell(r, 0)).find(Boolean) ?? null;
	if (old !== to && old) old.tabIndex = -1;
	if (to) to.tabIndex = 0;
}

/* --- hiding ------------------------------------------------------------------------------------- */
/** So many rows are shown at once, the others follow, frame by frame. */
const AT_ONCE = 6;

/** A filter hides and shows rows at each key: without drawing their cells anew. */
function hideRows(table: HTMLTableElement, hidden: ReadonlySet<string>): () => void {
	let frame = 0, timer = 0;
	const turn = (rows: readonly HTMLTableRowElement[]) => {
		for (const row of rows.slice(0, AT_ONCE)) row.hidden = false;
		if (rows.length <= AT_ONCE) return;
		/* behind the frame that comes, not in it */
		frame = requestAnimationFrame(() => { timer = window.setTimeout(() => { turn(rows.slice(AT_ONCE)); }, 0); });
	};
	const rows = Array.from(table.querySelectorAll<HTMLTableRowElement>("tr[data-row]"));

	for (const row of rows) if (hidden.has(row.dataset["row"] ?? "")) row.hidden = true;
	turn(rows.filter((row) => row.hidden && !hidden.has(row.dataset["row"] ?? "")));
	return () => { cancelAnimationFrame(frame); window.clearTimeout(timer); };
}

/* --- the table ---------------------------------------------------------------------------------- */
interface Props {
	groups: readonly Group[]; columns: readonly number[]; units: readonly Ref[]; show: Show; mark: Mark | undefined;
	shown: ReadonlySet<Row>; folded: ReadonlySet<string>; onFold(project: string): void; table?: RefObject<HTMLTableElement | null>;
}

export function MatrixTable({ groups, columns, units, show, mark, shown, folded, onFold, table }: Props) {
	const shared = useShared();
	const { t, n, to } = shared;

	const own = useRef<HTMLTableElement>(null), at = table ?? own;

	useLayoutEffect(() => {
		const hidden = new Set<string>();
		for (const g of groups) for (const r of g.rows) if (folded.has(g.project.id) || !shown.has(r)) hidden.add(r.target.id);
		const stop = at.current ? hideRows(at.current, hidden) : undefined;
		holdPlace(at.current, null);
		return stop;
	}, [groups, shown, folded, at]);
	return (
		<table class="matrix" ref={at} {...(mark ? { "data-only": mark } : {})}>
			<caption class="unseen">{t(w.caption)}</caption>
			<colgroup><col class="c-name" /><col class="c-city" /><col class="c-lead" />{columns.map((i) => <col key={i} class="c-unit" />)}</colgroup>
			<thead><tr>
				<th scope="col">{t("measure")}</th><th scope="col">{t("city")}</th><th scope="col">{t("lead")}</th>
				{columns.map((i) => { const u = units[i]; return u && <th scope="col" key={u.id}><a class="rove" tabIndex={-1} href={to("units", u.id)}>{n(u.name)}</a></th>; })}
			</tr></thead>
			{groups.map((g) => {
				const inside = g.rows.filter((r) => shown.has(r)).length, open = !folded.has(g.project.id);
				return (
					<tbody key={g.project.id}>
						<tr class="group" hidden={inside === 0}><th scope="rowgroup" colSpan={3}>
							<button type="button" class="rove fold" tabIndex={-1} aria-expanded={open} onClick={() => { onFold(g.project.id); }}>
								<span aria-hidden="true">{open ? "▾" : "▸"}</span> {g.project.id} {n(g.project.name)} <span class="n">{t(w.measures_n, { n: inside })}</span>
							</button>
						</th><td colSpan={columns.length} /></tr>
						{g.rows.map((r) => <Line key={r.target.id} row={r} columns={columns} units={units} show={show} shared={shared} />)}
					</tbody>
				);
			})}
		</table>
	);
}
