// SPDX-License-Identifier: MIT
// Measures by units. Which rows and columns are shown, and how, stands in the address.
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Light as Colour } from "../api";
import { decimal } from "../format";
import { Loaded, Nothing } from "../parts/state";
import { CARD, MatrixCard, type Spot } from "../parts/matrix_card";
import { cellText, columnsOf, countMarks, csv, fits, groupsOf, type Cell, type Mark, type MarkCounts, type Matrix, type Row, type Show } from "../parts/matrix_data";
import { goal, holdPlace, MatrixTable } from "../parts/matrix_table";
import { type ScreenProps, useRead, useShared } from "../state";
import { w } from "../words/matrix";
import { light_order, lights, type Word } from "../words";
import "../style/matrix.css";

const shows: readonly { show: Show; name: Word | typeof w.show_change }[] = [
	{ show: "percent", name: "show_percent" }, { show: "value", name: "show_value" }, { show: "gap", name: "show_gap" }, { show: "change", name: w.show_change },
];
const marks: readonly Mark[] = [...light_order, "silent", "provisional"];
const NARROW = "(max-width: 700px)";
/** The address follows what is typed when the typing rests. */
const REST_MS = 400;
/** The card stays so long after the pointer left, so that it can be reached. */
const LINGER_MS = 200;

function useNarrow(): boolean {
	const [narrow, set] = useState(() => matchMedia(NARROW).matches);
	useEffect(() => {
		const list = matchMedia(NARROW), on = () => { set(list.matches); };
		list.addEventListener("change", on);
		return () => { list.removeEventListener("change", on); };
	}, []);
	return narrow;
}

/** What is typed, and shown at once; the address has it a little later. */
function useText(): readonly [string, (text: string) => void] {
	const { place, with: here } = useShared();
	const [text, set] = useState(place.query["q"] ?? "");

	useEffect(() => {
		if (text === (place.query["q"] ?? "")) return undefined;
		const timer = window.setTimeout(() => { location.replace(here({ q: text || undefined })); }, REST_MS);
		return () => { window.clearTimeout(timer); };
	}, [text, here, place]);
	return [text, set];
}

function Legend({ counts, mark }: { counts: MarkCounts; mark: Mark | undefined }) {
	const { t, n, with: here } = useShared();
	const name = (m: Mark) => m === "silent" ? t("no_report") : m === "provisional" ? t("provisional") : n(lights[m].name);
	const look = (m: Mark) => m === "silent" ? "none is-silent" : m === "provisional" ? "yellow is-provisional" : m;

	return (
		<ul class="legend" aria-label={t(w.legend)}>
			{marks.filter((m) => counts[m] || m === mark).map((m) => (
				<li key={m}><a class={`light ${look(m)}`} href={here({ light: mark === m ? undefined : m })} {...(mark === m ? { "aria-current": "true" as const } : {})}>
					<span aria-hidden="true">{m === "silent" ? "?" : m === "provisional" ? "▲" : lights[m as Colour].sign}</span> {name(m)} <strong>{counts[m] ?? 0}</strong>
				</a></li>
			))}
			<li class="na-key">— {t("no_task")}</li>
		</ul>
	);
}

function download(name: string, text: string): void {
	const link = document.createElement("a");
	link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
	link.download = name;
	link.click();
	window.setTimeout(() => { URL.revokeObjectURL(link.href); }, 1000);
}

/** One unit's measures, where there is no room for all of them. */
function Narrow({ m, rows, show }: { m: Matrix; rows: readonly Row[]; show: Show }) {
	const { t, n, lang, to, place, with: here, go } = useShared();
	const unit = m.units.findIndex((u) => u.id === place.query["unit"]);
	const of = (r: Row): Cell | null => unit < 0 ? r.city : r.cells[unit] ?? null;

	return (
		<>
			<p class="tools"><label>{t(w.one_unit)} <select value={place.query["unit"] ?? ""} onChange={(e) => { go(here({ unit: e.currentTarget.value || undefined })); }}>
				<option value="">{t("city")}</option>
				{m.units.map((u) => <option key={u.id} value={u.id}>{n(u.name)}</option>)}
			</select></label></p>
			<table class="matrix-one"><tbody>{rows.map((r) => {
				const c = of(r);
				return (
					<tr key={r.target.id}>
						<th scope="row"><a href={`${to("targets", r.target.id)}${unit < 0 ? "" : `${to().includes("?") ? "&" : "?"}unit=${place.query["unit"]}`}`}>{r.target.item} {n(r.target.name)}</a></th>
						<td>{c ? <span class={`light ${c.light}${c.silent ? " is-silent" : ""}${c.provisional ? " is-provisional" : ""}`} title={n(lights[c.light].name)}>
							<span aria-hidden="true">{c.silent ? "?" : lights[c.light].sign}</span><span class="unseen">{c.silent ? t("no_report") : n(lights[c.light].name)}</span> {cellText(c, show, lang, r.target.kind)}</span> : <span>— {t("no_task")}</span>}</td>
					</tr>
				);
			})}</tbody></table>
		</>
	);
}

/** The table with the card of the cell that the reader is on. */
function Wide({ m, city, children }: { m: Matrix; city: string; children: (table: { current: HTMLTableElement | null }) => preact.ComponentChildren }) {
	const table = useRef<HTMLTableElement>(null);
	const [spot, setSpot] = useState<Spot>();
	const timer = useRef<number | undefined>(undefined);
	const open = (target: EventTarget | null, wait: number) => {
		const button = target instanceof Element ? target.closest<HTMLElement>(".cell") : null;
		window.clearTimeout(timer.current);
		if (!button) { timer.current = window.setTimeout(() => { setSpot(undefined); }, LINGER_MS); return; }
		const i = m.targets.findIndex((x) => x.id === button.dataset["target"]), k = m.units.findIndex((u) => u.id === button.dataset["unit"]);
		const of = m.targets[i], row = m.rows[i];
		const cell = k < 0 ? row?.city : row?.cells[k];
		if (!of || !cell) return;
		timer.current = window.setTimeout(() => { setSpot({ button, cell, target: of, unit: m.units[k] ?? null }); }, wait);
	};
	/* a card that comes and goes does not draw the table anew */
	const drawn = useMemo(() => children(table), [children]);
	const close = () => { window.clearTimeout(timer.current); timer.current = window.setTimeout(() => { setSpot(undefined); }, LINGER_MS); };
	const onKey = (e: KeyboardEvent) => {
		if (e.key === "Escape" && spot) { e.preventDefault(); setSpot(undefined); return; }
		const to_place = table.current && goal(table.current, e);
		if (!to_place) return;
		e.preventDefault();
		holdPlace(table.current, to_place);
		to_place.focus();
	};

	useEffect(() => () => { window.clearTimeout(timer.current); }, []);
	useEffect(() => {
		spot?.button.setAttribute("aria-describedby", CARD);
		return () => { spot?.button.removeAttribute("aria-describedby"); };
	}, [spot]);
	return (
		<>
			<div class="scroll tall matrix-box" onKeyDown={onKey} onScroll={() => { if (spot) setSpot(undefined); }}
				onFocusIn={(e) => { if (e.target instanceof HTMLElement && e.target.matches(".rove")) holdPlace(table.current, e.target); open(e.target, 120); }} onFocusOut={close}
				onMouseOver={(e) => { open(e.target, 250); }} onMouseLeave={close}>{drawn}</div>
			{spot && <MatrixCard spot={spot} city={city} keep={() => { window.clearTimeout(timer.current); }} leave={close} />}
		</>
	);
}

type Paper = "a3" | "a4";

export default function MatrixScreen({ programme }: ScreenProps) {
	const { t, n, lang, when, place, with: here, go } = useShared();
	const answer = useRead<Matrix>(`/matrix?${when}`);
	const [text, setText] = useText();
	const [paper, setPaper] = useState<Paper>("a3");
	const narrow = useNarrow();
	const { show: s, order, columns: by, light, project, fold } = place.query;
	const show = shows.find((x) => x.show === s)?.show ?? "percent";
	const mark = marks.find((x) => x === light);
	const m = answer.data;
	const groups = useMemo(() => m ? groupsOf(m, order === "worst") : [], [m, order]);
	const columns = useMemo(() => m ? columnsOf(m, by === "worst") : [], [m, by]);
	const folded = useMemo(() => new Set((fold ?? "").split(",").filter(Boolean)), [fold]);
	const rows = useMemo(() => {
		const wanted = text.trim().toLowerCase();
		return groups.filter((g) => !project || g.project.id === project).reduce<Row[]>((all, g) => all.concat(g.rows.filter((r) => fits(r, wanted, mark))), []);
	}, [groups, text, mark, project]);
	const shown = useMemo(() => new Set(rows), [rows]);
	const counts = useMemo(() => countMarks(rows), [rows]);
	const onFold = useCallback((id: string) => {
		const next = new Set(folded);
		if (!next.delete(id)) next.add(id);
		location.replace(here({ fold: [...next].sort().join(",") || undefined }));
	}, [folded, here]);
	const saveCsv = () => {
		if (!m) return;
		const head = [t("item"), t("measure"), t("lead"), t("city"), ...columns.map((i) => { const u = m.units[i]; return u ? n(u.name) : ""; })];
		const say = (c: Cell | null) => !c ? "" : show === "value" ? c.value ?? "" : show === "gap" ? c.gap_points ?? "" : show === "change" ? c.change_points ?? "" : c.done_percent ?? c.value ?? "";
		download(`matrix-${m.valid_at}-${show}.csv`, csv([head, ...rows.map((r) => [r.target.item, n(r.target.name), n(r.target.lead.name), say(r.city), ...columns.map((i) => say(r.cells[i] ?? null))])]));
	};
	/* the sheet's size belongs to the whole document: its head stands on the same sheet */
	useEffect(() => {
		document.documentElement.classList.add(`paper-${paper}`);
		return () => { document.documentElement.classList.remove(`paper-${paper}`); };
	}, [paper]);
	const print = (p: Paper) => {
		setPaper(p);
		window.setTimeout(() => { window.print(); setPaper("a3"); }, 100);
	};
	const tables = (ref: { current: HTMLTableElement | null }) => {
		const half = Math.ceil(columns.length / 2);
		const of = (list: readonly number[], first: boolean) => (
			<MatrixTable groups={groups} columns={list} units={m?.units ?? []} show={show} mark={mark} shown={shown} folded={folded} onFold={onFold} {...(first ? { table: ref } : {})} />
		);
		return paper === "a3" ? of(columns, true) : <>{of(columns.slice(0, half), true)}{of(columns.slice(half), false)}</>;
	};

	return (
		<section>
			<div class="title">
				<h1>{t("matrix")}</h1>
				<span class="exports">
					<button type="button" onClick={saveCsv}>{t(w.csv)}</button>
					<a href={`/api/v1/ledger-sheet?format=xlsx&lang=${lang}`} download>{t(w.sheet)}</a>
					{!narrow && <><button type="button" onClick={() => { print("a3"); }}>{t(w.print_a3)}</button><button type="button" onClick={() => { print("a4"); }}>{t(w.print_a4)}</button></>}
				</span>
			</div>
			<p class="tools">
				<label>{t(w.text)} <input type="search" spellcheck={false} value={text} onInput={(e) => { setText(e.currentTarget.value); }} /></label>
				<label>{t(w.project)} <select value={project ?? ""} onChange={(e) => { go(here({ project: e.currentTarget.value || undefined })); }}>
					<option value="">{t(w.all)}</option>{(m?.projects ?? []).map((p) => <option key={p.id} value={p.id}>{p.id} {n(p.name)}</option>)}
				</select></label>
				<label>{t("show")} <select value={show} onChange={(e) => { go(here({ show: e.currentTarget.value === "percent" ? undefined : e.currentTarget.value })); }}>
					{shows.map((x) => <option key={x.show} value={x.show}>{t(x.name)}</option>)}
				</select></label>
				<label><input type="checkbox" checked={order === "worst"} onChange={(e) => { go(here({ order: e.currentTarget.checked ? "worst" : undefined })); }} /> {t(w.rows_worst)}</label>
				{!narrow && <label><input type="checkbox" checked={by === "worst"} onChange={(e) => { go(here({ columns: e.currentTarget.checked ? "worst" : undefined })); }} /> {t(w.columns_worst)}</label>}
				{!narrow && <a href={here({ fold: folded.size ? undefined : groups.map((g) => g.project.id).join(",") })}>{t(folded.size ? w.unfold_all : w.fold_all)}</a>}
			</p>
			<Loaded of={answer}>{(data) => (
				<>
					<Legend counts={counts} mark={mark} />
					{rows.length === 0 && <Nothing />}
					{narrow ? <Narrow m={data} rows={rows} show={show} /> : <Wide m={data} city={programme.city.id}>{tables}</Wide>}
				</>
			)}</Loaded>
			<p class="print-only">{t("as_of")} {m?.valid_at} · {decimal(String(rows.length), lang)}</p>
		</section>
	);
}
