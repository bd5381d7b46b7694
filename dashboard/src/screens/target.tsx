// SPDX-License-Identifier: MIT
// One measure: what it is, how far, by when, and who holds it back.
import { useEffect, useState } from "preact/hooks";
import type { Figure, Name, Ref, SeriesRow } from "../api";
import { dayText, decimal, moment, percent, points, progress } from "../format";
import { Bar } from "../parts/bar";
import { FigureLight } from "../parts/light";
import { Scroll } from "../parts/scroll";
import { Loaded } from "../parts/state";
import { Rule, type Ruled } from "../parts/target_rule";
import { Forecast, LeadSays, Mismatch, Versions } from "../parts/target_words";
import { type ScreenProps, useRead, useShared } from "../state";
import { w } from "../words/target";
import { type Event, saidWord, verdictWord } from "./event";
import "../style/target.css";
import "../style/table.css";

type Chart = typeof import("../parts/chart").default;

interface UnitRow extends Figure { unit: string; unit_name: Name; goal_invented: boolean }
interface Target extends Ruled {
	item_name: Name; project_name: Name; lead: Ref; coorganisers: Ref[]; note: Name; part_of: string | null;
	units: UnitRow[]; invented: Record<string, boolean>;
	interval: { low: string; high: string; provisional: boolean; missing: unknown[] } | null;
	trajectory: { due: string; knots: { day: string; percent: string }[] };
}

const comparators: Record<string, Name> = {
	"at-least": w.comparator_at_least, "at-most": w.comparator_at_most, all: w.comparator_all, about: w.comparator_about, reach: w.comparator_reach,
};

function Head({ target: f, row, unit }: { target: Target; row: Figure; unit: UnitRow | undefined }) {
	const { t, n, lang, to, with: here } = useShared();
	const compared = comparators[f.comparator];

	return (
		<>
			<p class="path"><a href={to("items")}>{n(f.project_name)}</a> › {t(w.notice, { item: f.item })} {n(f.item_name)}{f.part_of && <> › {t(w.part_of)} <a href={to("targets", f.part_of)}>{f.part_of}</a></>}</p>
			<h1>{n(f.name)}{unit && <> · {n(unit.unit_name)} <a class="small" href={here({ unit: undefined })}>{t("city")}</a></>}</h1>
			<p class="head"><FigureLight figure={row} /> <strong>{row.value === null ? t(w.no_value) : progress({ ...row, uom: f.uom, uom_en: f.uom_en }, lang)}</strong> {percent(row.done_percent)} · {t("plan")} {percent(row.planned_percent)} · <span class="gap">{points(row.gap_points, t("points"))}</span>
				{row.months_behind > 0 && <> · {t("months")} {t("months_n", { n: row.months_behind })}</>}
				{f.invented["plan"] && <span class="mark">{t("plan")} {t("invented")}</span>}{unit?.goal_invented && <span class="mark">{t("quota")} {t("invented")}</span>}</p>
			<p>{compared && <>{t(compared)} </>}{row.goal !== null && f.kind !== "milestone" && <strong>{decimal(row.goal, lang)}{lang === "zh" ? (f.kind === "ratio" ? "%" : f.uom) : ` ${f.kind === "ratio" ? "%" : f.uom_en}`}</strong>} · {t(w.due, { day: dayText(f.trajectory.due, lang) })} · {t("lead")}{lang === "zh" ? "：" : ": "}<a href={to("units", f.lead.id)}>{n(f.lead.name)}</a>
				{f.coorganisers.length > 0 && <> · {t(w.partners)}{lang === "zh" ? "：" : " "}{f.coorganisers.map((c) => n(c.name)).join(lang === "zh" ? "、" : ", ")}</>}</p>
			{n(f.note) && <p class="meta">{n(f.note)}</p>}
			{!unit && f.interval && f.interval.missing.length > 0 && <p class="strip">? {t(w.interval, { n: f.interval.missing.length, low: decimal(f.interval.low, lang), high: decimal(f.interval.high, lang) })}</p>}
		</>
	);
}

function Curve({ target: f, row, rows }: { target: Target; row: Figure; rows: readonly SeriesRow[] }) {
	const { lang } = useShared();
	const [Chart, setChart] = useState<Chart | null>(null);
	const [failed, setFailed] = useState(false);

	useEffect(() => { import("../parts/chart").then((m) => { setChart(() => m.default); }, () => { setFailed(true); }); }, []);
	if (failed || f.trajectory.knots.length === 0) return null;
	return Chart ? <Chart key={lang} figure={{ ...row, name: f.name, uom: f.uom, uom_en: f.uom_en }} rows={rows} knots={f.trajectory.knots} day={f.valid_at} /> : <div class="canvas" />;
}

function Units({ target: f }: { target: Target }) {
	const { t, n, lang, to, with: here } = useShared();

	if (f.units.length === 0) return null;
	return (
		<section aria-labelledby="by-unit">
			<h2 id="by-unit">{t("units_of")}</h2>
			<Scroll><table class="dense cards">
				<thead><tr><th>{t("light")}</th><th>{t("unit")}</th><th class="num">{t("done")}</th><th class="bars">%</th><th class="num">{t("gap")}</th><th>{t("newest")}</th></tr></thead>
				<tbody>{f.units.map((u) => (
					<tr key={u.unit}>
						<td><FigureLight figure={u} /></td><th scope="row" class="wraps"><a href={to("units", u.unit)}>{n(u.unit_name)}</a></th>
						<td class="num"><a href={here({ unit: u.unit })}>{u.value === null ? "–" : progress({ ...u, uom: f.uom, uom_en: f.uom_en }, lang)}</a>{u.goal === null && ` ${t("unallotted")}`}{u.goal_invented && u.goal !== null && <span class="mark">{t("invented")}</span>}</td>
						<td class="bars"><Bar done={u.done_percent} planned={u.planned_percent} light={u.light} label={`${percent(u.done_percent)}，${t("plan")} ${percent(u.planned_percent)}`} /></td>
						<td class="num gap">{points(u.gap_points, t("points"))}</td><td data-label={t("newest")}>{u.as_of ? dayText(u.as_of, lang) : t("no_report")}</td>
					</tr>))}</tbody>
			</table></Scroll>
		</section>
	);
}

const EVENTS_SHOWN = 30;

function Events({ target: f, unit }: { target: Target; unit: string | undefined }) {
	const { t, n, lang, to } = useShared();
	const said = (e: Event) => { const s = saidWord(e); return typeof s === "string" ? decimal(s, lang) : n(s); };
	const answer = useRead<{ events: Event[] }>(`/events?target=${encodeURIComponent(f.id)}${unit ? `&unit=${encodeURIComponent(unit)}` : ""}&limit=1000`);
	const names = new Map(f.units.map((u) => [u.unit, n(u.unit_name)]));
	/* of a day after the one that is looked at */
	const later = (e: Event) => e.as_of !== null && e.as_of > f.valid_at;

	return (
		<Loaded of={answer}>{(a) => a.events.every(later) ? null : (
			<section aria-labelledby="events">
				<h2 id="events">{t("events")}</h2>
				<Scroll><table class="dense">
					<thead><tr><th>{t("position")}</th><th>{t("received")}</th><th>{t("reporter")}</th><th>{t("unit")}</th><th>{t("day")}</th><th class="num">{t("value")}</th><th>{t("verdict")}</th></tr></thead>
					<tbody>{a.events.filter((e) => !later(e)).slice(-EVENTS_SHOWN).reverse().map((e) => (
						<tr key={`${e.position}-${e.row}`}>
							<td><a href={to("events", String(e.position), String(e.row ?? 0))}>{e.position}-{e.row}</a></td><td>{moment(e.at, lang)}</td><td class="wraps">{e.reporter ? n(e.reporter.name) : ""}</td><td class="wraps">{names.get(e.unit ?? "") ?? e.unit}</td>
							<td>{e.as_of ? dayText(e.as_of, lang) : ""}</td><td class="num">{said(e)}</td><td>{n(verdictWord(e))}</td>
						</tr>))}</tbody>
				</table></Scroll>
			</section>
		)}</Loaded>
	);
}

function Shown({ target: f }: { target: Target }) {
	const { t, lang, when, place } = useShared();
	const wanted = place.query["unit"];
	const unit = f.units.find((u) => u.unit === wanted);
	const row = unit ?? f;
	const of = `target=${encodeURIComponent(f.id)}${unit ? `&unit=${encodeURIComponent(unit.unit)}` : ""}${when && `&${when}`}`;
	const rows = useRead<{ rows: SeriesRow[] }>(`/series?${of}`).data?.rows ?? [];

	return (
		<section>
			<Head target={f} row={row} unit={unit} />
			<Mismatch target={f.id} />
			<div class="two">
				<Curve target={f} row={row} rows={rows} />
				<Forecast target={f} unit={unit?.unit} rows={rows} />
			</div>
			<Rule of={f} />
			<LeadSays item={f.item} />
			<Units target={f} />
			<Versions target={f.id} />
			<Events target={f} unit={unit?.unit} />
			<p class="tools">{t(w.download)}{lang === "zh" ? "：" : ": "}<a href={`/api/v1/series?${of}&format=csv`} download="">CSV</a> <a href={`/api/v1/series?${of}`}>JSON</a></p>
		</section>
	);
}

export default function TargetScreen({ id = "" }: ScreenProps) {
	const { when } = useShared();
	const answer = useRead<Target>(`/targets/${encodeURIComponent(id)}?${when}`);

	return <Loaded of={answer}>{(f) => <Shown target={f} />}</Loaded>;
}
