// SPDX-License-Identifier: MIT
// The units, and one of them: what it has done and how it reports.
import type { Alert, Unit, UnitDetail } from "../api";
import { byCode, dayText, moment, percent, points, progress } from "../format";
import { Bar } from "../parts/bar";
import { Counts, FigureLight } from "../parts/light";
import { AlertList } from "./alerts";
import { Loaded } from "../parts/state";
import { type ScreenProps, useRead, useShared } from "../state";
import { TileMap } from "./overview";

function List() {
	const { t, n, lang, when, to } = useShared();
	const answer = useRead<{ units: Unit[] }>(`/units?${when}`);

	return (
		<section>
			<h1>{t("units")}</h1>
			<Loaded of={answer}>{(a) => (
				<div class="two">
					<div class="scroll"><table>
						<thead><tr><th>{t("unit")}</th><th class="num">✕</th><th class="num">▲</th><th class="num">✓</th><th class="num">★</th><th class="num">{t("expected")}</th><th class="num">{t("on_time")}</th><th class="num">{t("late")}</th><th class="num">{t("missing")}</th><th>{t("received")}</th></tr></thead>
						<tbody>{a.units.map((u) => (
							<tr key={u.id}>
								<th scope="row"><a href={to("units", u.id)}>{n(u.name)}</a></th>
								<td class="num">{u.lights.red ?? 0}</td><td class="num">{u.lights.yellow ?? 0}</td><td class="num">{u.lights.green ?? 0}</td><td class="num">{(u.lights.done ?? 0) + (u.lights.reached ?? 0)}</td>
								<td class="num">{u.reports.expected}</td><td class="num">{u.reports.on_time}</td><td class="num">{u.reports.late}</td><td class="num">{u.reports.missing}</td>
								<td>{u.last_report ? moment(u.last_report, lang) : ""}</td>
							</tr>))}
						</tbody>
					</table></div>
					<TileMap units={a.units} />
				</div>
			)}</Loaded>
		</section>
	);
}

function One({ id }: { id: string }) {
	const { t, n, lang, when, to } = useShared();
	const answer = useRead<UnitDetail>(`/units/${encodeURIComponent(id)}?${when}`);
	const alerts = useRead<{ alerts: Alert[] }>(`/alerts?unit=${encodeURIComponent(id)}&limit=200`);

	return (
		<Loaded of={answer}>{(u) => (
			<section>
				<h1>{n(u.name)}</h1>
				<Counts counts={u.lights} />
				<p>{t("month")}：{u.period ? dayText(u.period, lang) : ""} · {t("expected")} {u.reports.expected} · {t("on_time")} {u.reports.on_time} · {t("late")} {u.reports.late} · {t("missing")} {u.reports.missing}</p>
				<div class="scroll"><table>
					<thead><tr><th>{t("light")}</th><th>{t("measure")}</th><th class="num">{t("done")}</th><th class="bars">%</th><th class="num">{t("plan")}</th><th class="num">{t("gap")}</th><th>{t("newest")}</th></tr></thead>
					<tbody>{[...u.figures].sort((a, b) => byCode(a.item, b.item)).map((f) => (
						<tr key={f.id} class={f.role}>
							<td><FigureLight figure={f} /></td>
							<th scope="row"><a href={`${to("targets", f.id)}${to("").includes("?") ? "&" : "?"}unit=${id}`}>{f.item} {n(f.name)}</a></th>
							<td class="num">{f.goal === null && f.role !== "support" ? `${progress(f, lang)} ${t("unallotted")}` : progress(f, lang)}</td>
							<td class="bars"><Bar done={f.done_percent} planned={f.planned_percent} light={f.light} label={percent(f.done_percent)} /></td>
							<td class="num">{percent(f.planned_percent)}</td>
							<td class="num gap">{points(f.gap_points, t("points"))}</td>
							<td>{f.as_of ? dayText(f.as_of, lang) : ""}</td>
						</tr>))}
					</tbody>
				</table></div>
				<h2>{t("alerts")}</h2>
				<Loaded of={alerts}>{(a) => <AlertList alerts={a.alerts} />}</Loaded>
			</section>
		)}</Loaded>
	);
}

export default function UnitsScreen({ id }: ScreenProps) {
	return id ? <One id={id} /> : <List />;
}
