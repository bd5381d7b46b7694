// SPDX-License-Identifier: MIT
// Measures by units: a table of buttons; arrows move, Enter opens.
import { useMemo, useRef, useState } from "preact/hooks";
import type { Light as Colour, Name, Ref } from "../api";
import { byCode, decimal, percent, points } from "../format";
import { Loaded, Nothing } from "../parts/state";
import { useRead, useShared } from "../state";
import { light_order, lights, type Word } from "../words";

interface Cell {
	light: Colour; live_light: Colour; silent: boolean; provisional: boolean; overdue: boolean;
	value: string | null; done_percent: string | null; gap_points: string | null;
}
interface Row { target: string; city: Cell; cells: (Cell | null)[] }
interface Matrix {
	targets: { id: string; item: string; project: string; name: Name; role: string; uom: string; uom_en: string; lead: Ref }[];
	units: Ref[]; rows: Row[];
}

type Show = "percent" | "value" | "gap";
const shows: readonly { show: Show; name: Word }[] = [
	{ show: "percent", name: "show_percent" }, { show: "value", name: "show_value" }, { show: "gap", name: "show_gap" },
];

function trouble(row: Row): number {
	return [row.city, ...row.cells].reduce((s, c) => s + (c?.light === "red" ? 100 : c?.light === "yellow" ? 1 : 0), row.city.light === "red" ? 10000 : row.city.light === "yellow" ? 1000 : 0);
}

function text(c: Cell, show: Show, lang: "zh" | "en", pts: string): string {
	if (show === "percent") return c.done_percent === null ? (c.value === null ? "" : decimal(c.value, lang)) : percent(c.done_percent);
	if (show === "gap") return points(c.gap_points, pts);
	return c.value === null ? "" : decimal(c.value, lang);
}

export default function MatrixScreen() {
	const { t, n, lang, when, to, go, place, with: here } = useShared();
	const answer = useRead<Matrix>(`/matrix?${when}`);
	const [filter, setFilter] = useState("");
	const [at, setAt] = useState<readonly [number, number]>([0, 0]);
	const table = useRef<HTMLTableElement>(null);
	const show = (place.query["show"] as Show | undefined) ?? "percent";
	const worst = place.query["order"] === "worst", only = place.query["only"] === "behind";
	const rows = useMemo(() => {
		const m = answer.data;
		if (!m) return [];
		const wanted = filter.trim().toLowerCase();
		const list = m.rows.map((row, i) => ({ row, target: m.targets[i] })).filter((x): x is { row: Row; target: Matrix["targets"][number] } =>
			x.target !== undefined && x.target.role !== "support" &&
			(wanted === "" || [x.target.item, x.target.id, x.target.name.zh, x.target.name.en.toLowerCase()].some((s) => s.includes(wanted))) &&
			(!only || trouble(x.row) > 0));
		return list.sort((a, b) => (worst ? trouble(b.row) - trouble(a.row) : 0) || byCode(a.target.item, b.target.item));
	}, [answer.data, filter, worst, only]);

	const move = (e: KeyboardEvent, columns: number) => {
		const step: Record<string, readonly [number, number]> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
		const by = step[e.key];
		if (!by) return;
		e.preventDefault();
		const row = Math.max(0, Math.min(rows.length - 1, at[0] + by[0])), column = Math.max(0, Math.min(columns, at[1] + by[1]));
		setAt([row, column]);
		table.current?.querySelector<HTMLElement>(`[data-at="${row}-${column}"]`)?.focus();
	};
	const cell = (c: Cell | null, target: Matrix["targets"][number], unit: Ref | null, row: number, column: number) => {
		if (!c) return <td key={column} class="none"><span title={t("no_task")}>—</span></td>;
		const name = `${n(target.name)}，${unit ? n(unit.name) : t("city")}：${c.silent ? t("no_report") : n(lights[c.light].name)} ${text(c, show, lang, t("points"))}`;
		return (
			<td key={column}>
				<button type="button" class={`cell light ${c.light}${c.silent ? " is-silent" : ""}${c.provisional ? " is-provisional" : ""}`}
					data-at={`${row}-${column}`} tabIndex={at[0] === row && at[1] === column ? 0 : -1} aria-label={name} title={name}
					onFocus={() => { if (at[0] !== row || at[1] !== column) setAt([row, column]); }}
					onClick={() => { go(unit ? `${to("targets", target.id)}${to("").includes("?") ? "&" : "?"}unit=${unit.id}` : to("targets", target.id)); }}>
					<span aria-hidden="true">{c.silent ? "?" : lights[c.light].sign}</span> {text(c, show, lang, t("points"))}
				</button>
			</td>
		);
	};

	return (
		<section>
			<h1>{t("matrix")}</h1>
			<p class="tools">
				<label>{t("filter")} <input type="search" value={filter} onInput={(e) => { setFilter(e.currentTarget.value); setAt([0, 0]); }} /></label>
				<label>{t("show")} <select value={show} onChange={(e) => { go(here({ show: e.currentTarget.value === "percent" ? undefined : e.currentTarget.value })); }}>
					{shows.map((s) => <option key={s.show} value={s.show}>{t(s.name)}</option>)}
				</select></label>
				<label><input type="checkbox" checked={only} onChange={(e) => { go(here({ only: e.currentTarget.checked ? "behind" : undefined })); }} /> {t("only_trouble")}</label>
				<label><input type="checkbox" checked={worst} onChange={(e) => { go(here({ order: e.currentTarget.checked ? "worst" : undefined })); }} /> {t("by_trouble")}</label>
			</p>
			<ul class="legend">{light_order.map((l) => <li key={l}><span class={`light ${l}`}><span aria-hidden="true">{lights[l].sign}</span> {n(lights[l].name)}</span></li>)}
				<li><span class="light none is-silent">? {t("no_report")}</span></li><li><span class="light yellow is-provisional">▲ {t("provisional")}</span></li></ul>
			<Loaded of={answer}>{(m) => rows.length === 0 ? <Nothing /> : (
				<div class="scroll tall"><table class="matrix" ref={table} onKeyDown={(e) => { move(e, m.units.length); }}>
					<thead><tr><th>{t("measure")}</th><th>{t("city")}</th>{m.units.map((u) => <th key={u.id}><a href={to("units", u.id)}>{n(u.name)}</a></th>)}</tr></thead>
					<tbody>{rows.map(({ row, target }, i) => (
						<tr key={target.id} class={target.role}>
							<th scope="row"><a href={to("targets", target.id)}>{target.item} {n(target.name)}</a></th>
							{cell(row.city, target, null, i, 0)}
							{row.cells.map((c, k) => cell(c, target, m.units[k] ?? null, i, k + 1))}
						</tr>))}
					</tbody>
				</table></div>
			)}</Loaded>
		</section>
	);
}

