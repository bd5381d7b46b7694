// SPDX-License-Identifier: MIT
// What the matrix shows, in which order, and how its cells read.
import type { Light as Colour, Name, Ref } from "../api";
import { byCode, decimal, oneDecimal, points } from "../format";
import type { Lang } from "../words";

export interface Cell {
	light: Colour; live_light: Colour; silent: boolean; provisional: boolean; overdue: boolean;
	value: string | null; done_percent: string | null; planned_percent: string | null;
	gap_points: string | null; change_points: string | null; as_of: string | null;
}
export interface Target {
	id: string; item: string; project: string; name: Name; role: string; kind: string;
	uom: string; uom_en: string; lead: Ref;
}
export interface Matrix {
	valid_at: string;
	projects: Ref[]; targets: Target[]; units: Ref[];
	rows: { target: string; city: Cell; cells: (Cell | null)[] }[];
}

export interface Row { target: Target; city: Cell; cells: readonly (Cell | null)[]; trouble: number }
export interface Group { project: Ref; rows: Row[]; trouble: number }

export type Show = "percent" | "value" | "gap" | "change";
/** What a legend entry stands for: a light, or one of the two marks. */
export type Mark = Colour | "silent" | "provisional";
export type MarkCounts = Partial<Record<Mark, number>>;

const RED = 100, YELLOW = 1;
/** The city's own light outweighs any number of areas. */
const CITY = 100;

function weight(cell: Cell | null): number {
	return cell?.light === "red" ? RED : cell?.light === "yellow" ? YELLOW : 0;
}

/** Projects with their measures; supporting ones, which have no light, are left out. */
export function groupsOf(m: Matrix, worst: boolean): Group[] {
	const groups = m.projects.map((project): Group => ({ project, rows: [], trouble: 0 }));

	m.rows.forEach((r, i) => {
		const target = m.targets[i];
		const group = groups.find((g) => g.project.id === target?.project);
		if (!target || !group || target.role === "support") return;
		const trouble = weight(r.city) * CITY + r.cells.reduce((sum, c) => sum + weight(c), 0);
		group.rows.push({ target, city: r.city, cells: r.cells, trouble });
		group.trouble = Math.max(group.trouble, trouble);
	});
	for (const g of groups)
		if (worst) g.rows.sort((a, b) => b.trouble - a.trouble || byCode(a.target.item, b.target.item));
	if (worst) groups.sort((a, b) => b.trouble - a.trouble || byCode(a.project.id, b.project.id));
	return groups.filter((g) => g.rows.length > 0);
}

/** Numbers of the areas in the order in which their columns stand. */
export function columnsOf(m: Matrix, worst: boolean): number[] {
	const order = m.units.map((_, i) => i);
	if (!worst) return order;
	const sums = order.map((i) => m.rows.reduce((sum, r) => sum + weight(r.cells[i] ?? null), 0));
	return order.sort((a, b) => (sums[b] ?? 0) - (sums[a] ?? 0) || a - b);
}

export function hasMark(cell: Cell | null, mark: Mark): boolean {
	if (!cell) return false;
	return mark === "silent" ? cell.silent : mark === "provisional" ? cell.provisional : cell.light === mark;
}

export function fits(row: Row, text: string, mark: Mark | undefined): boolean {
	const { target } = row;
	if (text !== "" && ![target.item, target.id, target.name.zh, target.name.en, target.lead.name.zh, target.lead.name.en]
		.some((s) => s.toLowerCase().includes(text))) return false;
	return mark === undefined || hasMark(row.city, mark) || row.cells.some((c) => hasMark(c, mark));
}

export function countMarks(rows: readonly Row[]): MarkCounts {
	const counts: MarkCounts = {};
	const add = (mark: Mark) => { counts[mark] = (counts[mark] ?? 0) + 1; };

	for (const row of rows)
		for (const cell of row.cells) {
			if (!cell) continue;
			add(cell.light);
			if (cell.silent) add("silent");
			if (cell.provisional) add("provisional");
		}
	return counts;
}

/** 808852 as 80.9万 or 809k, where a cell has no room for more. The card has it exactly. */
export function short(value: string, lang: Lang): string {
	const n = Number(value);
	if (Math.abs(n) < 10000) return decimal(value, lang);
	return lang === "zh" ? `${oneDecimal(String(n / 10000))}万` : n >= 1e6 ? `${oneDecimal(String(n / 1e6))}M` : `${oneDecimal(String(n / 1000))}k`;
}

function share(text: string): string {
	const shown = oneDecimal(text);
	return `${shown.endsWith(".0") && shown.length > 4 ? shown.slice(0, -2) : shown}%`;
}

/** kind: of the measure; what is measured in per cent says so. */
export function cellText(c: Cell, show: Show, lang: Lang, kind: string): string {
	if (show === "gap") return points(c.gap_points, "");
	if (show === "change") return points(c.change_points, "");
	if (show === "value" || c.done_percent === null)
		return c.value === null ? "" : kind === "ratio" || kind === "milestone" ? share(c.value) : short(c.value, lang);
	return share(c.done_percent);
}

/** Rows as a sheet opens them: with a mark at the beginning that tells it is UTF-8. */
export function csv(rows: readonly (readonly string[])[]): string {
	const quoted = (s: string) => /[",\n]/.test(s) ? `"${s.replace(/"/g, '""')}"` : s;
	return `\uFEFF${rows.map((r) => r.map(quoted).join(",")).join("\r\n")}\r\n`;
}
