// SPDX-License-Identifier: MIT
// What counts against what others have of the same: worst first, down to the rows that were said.
import { useState } from "preact/hooks";
import type { Figure, Name, Ref } from "../api";
import { dayText, decimal, monthEnd, moment } from "../format";
import { Scroll } from "../parts/scroll";
import { Loaded } from "../parts/state";
import { type ScreenProps, useRead, useShared } from "../state";
import { w } from "../words/reconcile";
import "../style/reconcile.css";

interface Origin { position: number; row: number | null; reporter: Ref | null; at: string }
interface Shadow {
	source: Ref; value: string | null; as_of: string | null; difference: string | null; tolerance: string | null;
	within: boolean | null; speaks: boolean; origin: Origin | null;
}
interface Row {
	target: string; target_name: Name; unit: Ref;
	counted: { value: string | null; as_of: string | null; units_reported: number; units_expected: number; origin: Origin | null };
	shadows: Shadow[]; differs: boolean; last_reporter: Ref | null; alert: string | null;
}
interface Answer { period: string; compared: number; differ: number; rows: Row[] }
interface Pair { row: Row; shadow: Shadow; share: number }

/** How far apart, as a share of what counts: what makes one difference worse than another. */
function shareOf(row: Row, s: Shadow): number {
	if (s.difference === null) return -1;
	return Math.abs(Number(s.difference)) / Math.max(1, Math.abs(Number(row.counted.value ?? 0)));
}

function worstFirst(rows: readonly Row[]): Pair[] {
	const pairs = rows.reduce<Pair[]>((all, row) => all.concat(row.shadows.map((shadow) => ({ row, shadow, share: shareOf(row, shadow) }))), []);
	const rank = (p: Pair) => p.shadow.within === false ? 0 : p.shadow.speaks ? 1 : 2;
	return pairs.sort((a, b) => rank(a) - rank(b) || b.share - a.share);
}

function Said({ origin, n }: { origin: Origin | null; n: string }) {
	const { t, lang, to } = useShared();

	if (!origin || origin.position === 0) return <>{n}</>;
	return <>{n}<br /><a class="small" href={to("events", String(origin.position), String(origin.row ?? 0))}>{t(w.row)} {origin.position}{origin.row === null ? "" : `:${origin.row}`}</a> <span class="when">{moment(origin.at, lang)}</span></>;
}

/** Which county brings what, asked for when it is opened. */
function Counties({ row, period }: { row: Row; period: string }) {
	const { t, n, lang, to } = useShared();
	const [open, set] = useState(false);
	const detail = useRead<{ units: (Figure & { unit: string; unit_name: Name })[] }>(open ? `/targets/${encodeURIComponent(row.target)}?valid_at=${period}` : null);

	return (
		<details onToggle={(e) => { set(e.currentTarget.open); }}><summary>{t(w.who)}</summary>
			{open && <Loaded of={detail}>{(d) => (
				<ul class="counties">{d.units.map((u) => (
					<li key={u.unit}><a href={`${to("targets", row.target)}${to().includes("?") ? "&" : "?"}unit=${u.unit}`}>{n(u.unit_name)}</a> <strong>{u.value === null ? t("no_report") : decimal(u.value, lang)}</strong>{u.as_of && u.as_of < period ? ` (${dayText(u.as_of, lang)})` : ""}</li>))}
				</ul>
			)}</Loaded>}
		</details>
	);
}

function Ask({ pair, month }: { pair: Pair; month: string }) {
	const { t, n } = useShared();
	const [done, set] = useState(false);
	const { row, shadow } = pair;
	const text = t(w.question, {
		target: n(row.target_name), unit: n(row.unit.name), month, source: n(shadow.source.name), counted: row.counted.value ?? "—",
		other: shadow.value ?? "—", difference: shadow.difference ?? "—", tolerance: shadow.tolerance ?? "—",
	});
	const copy = () => {
		/* without a safe address there is no clipboard: the text is shown to be copied by hand */
		if (!navigator.clipboard) { window.prompt("", text); return; }
		navigator.clipboard.writeText(text).then(() => { set(true); }, () => { window.prompt("", text); });
	};

	return <button type="button" onClick={copy}>{t(done ? w.asked : w.ask)}</button>;
}

function Line({ pair, period, month }: { pair: Pair; period: string; month: string }) {
	const { t, n, lang, to } = useShared();
	const { row, shadow: s } = pair;
	const number = (v: string | null) => v === null ? "—" : decimal(v, lang);

	return (
		<tr class={s.within === false ? "apart" : ""}>
			<th scope="row">
				<a href={to("targets", row.target)}>{n(row.target_name)}</a><br />{n(row.unit.name)}
				{row.counted.units_expected > 1 && <Counties row={row} period={period} />}
			</th>
			<td class="num"><strong>{number(row.counted.value)}</strong><br /><span class="when">{t(w.reported, { n: row.counted.units_reported, all: row.counted.units_expected })}</span></td>
			<td class="num"><strong>{number(s.value)}</strong></td>
			<td class="num gap">{s.difference === null ? "—" : `${s.difference.startsWith("-") ? "−" : "+"}${number(s.difference.replace("-", ""))}`}</td>
			<td class="num">{s.tolerance === null ? "—" : `±${number(s.tolerance)}`}</td>
			<td>{!s.speaks ? <>– {s.as_of ? t(w.older, { day: dayText(s.as_of, lang) }) : t("no_report")}</> : s.within === null ? "–" : s.within ? <>✓ {t("within")}</> : <strong class="bad">✕ {t("outside")}</strong>}</td>
			<td><Said origin={s.origin} n={n(s.source.name)} /></td>
			<td><Said origin={row.counted.origin} n={row.counted.origin?.reporter ? n(row.counted.origin.reporter.name) : "—"} /></td>
			<td>{row.last_reporter ? n(row.last_reporter.name) : "—"}</td>
			<td class="do">{row.alert && <a href={to("alerts", row.alert)}>{t(w.alert)}</a>}{s.within === false && <Ask pair={pair} month={month} />}</td>
		</tr>
	);
}

export default function ReconcileScreen({ programme }: ScreenProps) {
	const { t, lang, place, to } = useShared();
	const closed = programme.closed_period ?? monthEnd(programme.from, 0), asof = place.query["asof"];
	const wanted = asof ? (asof === monthEnd(asof, 0) ? asof : monthEnd(asof, -1)) : closed;
	const period = wanted < programme.from ? monthEnd(programme.from, 0) : wanted > programme.to ? programme.to : wanted;
	const answer = useRead<Answer>(`/reconciliation?period=${period.slice(0, 7)}`);
	const month = lang === "zh" ? `${Number(period.slice(5, 7))}月` : dayText(period, lang).replace(/^\d+ /, "");

	return (
		<section class="reconcile">
			<h1>{t("reconcile")}</h1>
			<p class="hint">{t(w.lead_in)}</p>
			<Loaded of={answer}>{(a) => (
				<>
					<p><strong>{t(w.month, { month, n: a.compared, bad: a.differ })}</strong> · <a href={to("records", "problems")}>{t(w.problem)}</a></p>
					{a.rows.length === 0 ? <p class="nothing">{t(w.none)}</p> : (
						<Scroll><table>
							<thead><tr><th>{t("measure")}</th><th class="num">{t(w.counted)}</th><th class="num">{t(w.lead)}</th><th class="num">{t("difference")}</th><th class="num">{t(w.tolerance)}</th><th>{t("state")}</th><th>{t(w.lead)} · {t(w.by)}</th><th>{t(w.counted)} · {t(w.by)}</th><th>{t(w.newest)}</th><th><span class="unseen">{t("more")}</span></th></tr></thead>
							<tbody>{worstFirst(a.rows).map((p) => <Line key={`${p.row.target} ${p.row.unit.id} ${p.shadow.source.id}`} pair={p} period={a.period} month={month} />)}</tbody>
						</table></Scroll>
					)}
				</>
			)}</Loaded>
		</section>
	);
}
