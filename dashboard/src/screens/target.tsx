// SPDX-License-Identifier: MIT
// One measure: what it is, how far, by when, and who holds it back.
import { useEffect, useState } from "preact/hooks";
import type { Figure, Name, Ref } from "../api";
import { dayText, decimal, moment, percent, points, progress, uom } from "../format";
import { Bar } from "../parts/bar";
import { FigureLight } from "../parts/light";
import { Loaded } from "../parts/state";
import { type ScreenProps, useRead, useShared } from "../state";
import type { Event } from "./event";

type Chart = typeof import("../parts/chart").default;

interface UnitRow extends Figure { unit: string; unit_name: Name; goal_invented: boolean }
interface Target extends Figure {
	item_name: Name; project_name: Name; lead: Ref; coorganisers: Ref[]; note: Name;
	numerator_name: Name; denominator_name: Name; units: UnitRow[]; parts: Figure[];
	invented: Record<string, boolean>;
	trajectory: { shape: string; due: string; knots: { day: string; percent: string }[] };
}
interface Pace {
	paced: boolean; schedule: { variance_days: string } | null;
	forecast: { earliest: string | null; latest: string | null } | null;
	required: { a_month: string } | null; recent: { a_month: string } | null;
	attribution: { units: { unit: Ref; shortfall: string; share_percent: string }[] } | null;
}
interface Point { as_of: string; value: string | null }

function InWords({ target, unit }: { target: Target; unit: string | undefined }) {
	const { t, n, lang, when, to } = useShared();
	const answer = useRead<Pace>(`/pace?target=${target.id}${unit ? `&unit=${unit}` : ""}${when && `&${when}`}`);
	const p = answer.data;

	if (!p?.paced || target.met) return null;
	const late = p.schedule?.variance_days.startsWith("-");
	const days = p.schedule ? Math.abs(Math.round(Number(p.schedule.variance_days))) : 0;
	const short = (p.attribution?.units ?? []).filter((u) => Number(u.shortfall) > 0).sort((a, b) => Number(b.shortfall) - Number(a.shortfall)).slice(0, 5);

	return (
		<div class="words">
			{days > 0 && <p>{t("days_behind", { n: days, word: late ? t("behind") : t("ahead") })}</p>}
			<p>{p.forecast?.earliest && p.forecast.latest ? t("will_finish", { from: dayText(p.forecast.earliest, lang), to: dayText(p.forecast.latest, lang) }) : t("never_finish")}</p>
			{p.required && p.recent && <p>{t("needed", { n: p.required.a_month, r: p.recent.a_month, uom: uom(target, lang).trim() })}</p>}
			{short.length > 0 && <><h2>{t("who_lags")}</h2><ul>{short.map((u) => <li key={u.unit.id}><a href={to("units", u.unit.id)}>{n(u.unit.name)}</a> {u.shortfall}{uom(target, lang)}，{t("share_short")} {percent(u.share_percent)}</li>)}</ul></>}
		</div>
	);
}

function Curve({ target, unit, day }: { target: Target; unit: string | undefined; day: string }) {
	const { lang, place } = useShared();
	const [Chart, setChart] = useState<Chart | null>(null);
	const known = place.query["known"];
	const history = useRead<{ points: Point[] }>(`/history?target=${target.id}&unit=${unit ?? "city"}&limit=500${known ? `&known_at=${known}` : ""}&valid_at=${day}`);
	const row = unit ? target.units.find((u) => u.unit === unit) : target;

	useEffect(() => { void import("../parts/chart").then((m) => { setChart(() => m.default); }); }, []);
	if (!row || !Chart || !history.data) return null;
	return <Chart key={lang} figure={row} knots={target.trajectory.knots} points={history.data.points} day={day} />;
}

function Events({ target, unit }: { target: string; unit: string | undefined }) {
	const { t, n, lang, to } = useShared();
	const answer = useRead<{ events: Event[] }>(`/events?target=${target}${unit ? `&unit=${unit}` : ""}&limit=100`);

	return (
		<Loaded of={answer}>{(a) => a.events.length === 0 ? null : (
			<><h2>{t("events")}</h2>
				<div class="scroll"><table>
					<thead><tr><th>{t("position")}</th><th>{t("received")}</th><th>{t("reporter")}</th><th>{t("unit")}</th><th>{t("day")}</th><th class="num">{t("value")}</th><th>{t("verdict")}</th></tr></thead>
					<tbody>{a.events.slice(-30).reverse().map((e) => (
						<tr key={`${e.position}-${e.row}`}>
							<td><a href={to("events", String(e.position), String(e.row ?? 0))}>{e.position}-{e.row}</a></td><td>{moment(e.at, lang)}</td><td>{e.reporter ? n(e.reporter.name) : ""}</td><td>{e.unit}</td>
							<td>{e.as_of ? dayText(e.as_of, lang) : ""}</td><td class="num">{e.value}</td><td>{e.verdict}</td>
						</tr>))}</tbody>
				</table></div></>
		)}</Loaded>
	);
}

export default function TargetScreen({ id = "", programme }: ScreenProps) {
	const { t, n, lang, when, to, place, with: here } = useShared();
	const answer = useRead<Target>(`/targets/${encodeURIComponent(id)}?${when}`);
	const unit = place.query["unit"];
	const latest = programme.today < programme.to ? programme.today : programme.to;

	return (
		<Loaded of={answer}>{(f) => (
			<section>
				<p class="path"><a href={to("items")}>{n(f.project_name)}</a> › {f.item} {n(f.item_name)}</p>
				<h1>{n(f.name)}{unit && <> · {n(f.units.find((u) => u.unit === unit)?.unit_name ?? { zh: unit, en: unit })} <a class="small" href={here({ unit: undefined })}>{t("city")}</a></>}</h1>
				<p class="head"><FigureLight figure={f} /> <strong>{progress(f, lang)}</strong> {percent(f.done_percent)} · {t("plan")} {percent(f.planned_percent)} · {points(f.gap_points, t("points"))} {f.plan.invented && <span class="mark">{t("plan")} {t("invented")}</span>}</p>
				<p>{t("lead")}：<a href={to("units", f.lead.id)}>{n(f.lead.name)}</a>{f.coorganisers.length > 0 && ` · ${f.coorganisers.map((c) => n(c.name)).join("、")}`}</p>
				{n(f.note) && <p>{n(f.note)}</p>}
				{f.kind === "ratio" && f.denominator && <p class="ratio">{n(f.numerator_name)} {decimal(f.numerator ?? "0", lang)} / {n(f.denominator_name)} {decimal(f.denominator, lang)}</p>}
				<div class="two">
					<Curve target={f} unit={unit} day={place.query["asof"] ?? latest} />
					<InWords target={f} unit={unit} />
				</div>
				{f.parts.length > 0 && <><h2>{t("parts_of")}</h2><ul class="projects">{f.parts.map((p) => (
					<li key={p.id}><a href={to("targets", p.id)}>{n(p.name)}</a><Bar done={p.done_percent} planned={p.planned_percent} light={p.light} label={percent(p.done_percent)} /><span class="num">{progress(p, lang)}</span><FigureLight figure={p} short /></li>))}</ul></>}
				{f.units.length > 0 && <><h2>{t("units_of")}</h2>
					<div class="scroll"><table>
						<thead><tr><th>{t("light")}</th><th>{t("unit")}</th><th class="num">{t("done")}</th><th class="bars">%</th><th class="num">{t("gap")}</th><th>{t("newest")}</th></tr></thead>
						<tbody>{f.units.map((u) => (
							<tr key={u.unit}>
								<td><FigureLight figure={u} /></td><th scope="row"><a href={to("units", u.unit)}>{n(u.unit_name)}</a></th>
								<td class="num"><a href={here({ unit: u.unit })}>{progress({ ...u, uom: f.uom, uom_en: f.uom_en }, lang)}</a>{u.goal === null && ` ${t("unallotted")}`}{u.goal_invented && <span class="mark">{t("invented")}</span>}</td>
								<td class="bars"><Bar done={u.done_percent} planned={u.planned_percent} light={u.light} label={percent(u.done_percent)} /></td>
								<td class="num gap">{points(u.gap_points, t("points"))}</td><td>{u.as_of ? dayText(u.as_of, lang) : t("no_report")}</td>
							</tr>))}</tbody>
					</table></div></>}
				<Events target={f.id} unit={unit} />
			</section>
		)}</Loaded>
	);
}
