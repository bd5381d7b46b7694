// SPDX-License-Identifier: MIT
// Who reported for a month, in time or not; what waits for the office.
import type { Ref, Reports } from "../api";
import { dayText, moment } from "../format";
import { Loaded } from "../parts/state";
import { type ScreenProps, useRead, useShared } from "../state";

interface Reporter extends Ref { area: boolean; reports: Reports; completeness: string; timeliness: string; last_report: string | null }
interface Hold { position: number; row: number; reporter: Ref; target: string; unit: string; value: string | null; as_of: string; received: string; text: { zh: string; en: string } }

const share = (text: string) => `${(Number(text) * 100).toFixed(1)}%`;

export default function ReportingScreen({ programme }: ScreenProps) {
	const { t, n, lang, to, place } = useShared();
	const asof = place.query["asof"];
	const period = (asof ?? programme.closed_period ?? programme.today).slice(0, 7);
	const answer = useRead<{ period: string; reporters: Reporter[] }>(`/reporters?period=${period}`);
	const holds = useRead<{ holds: Hold[] }>("/holds");

	return (
		<section>
			<Loaded of={answer}>{(a) => (
				<>
					<h1>{t("month")} {dayText(a.period, lang).replace(/\d+日$/, "")}</h1>
					<div class="scroll"><table>
						<thead><tr><th>{t("unit")}</th><th class="num">{t("expected")}</th><th class="num">✓ {t("on_time")}</th><th class="num">! {t("late")}</th><th class="num">✕ {t("missing")}</th><th class="num">{t("completeness")}</th><th class="num">{t("timeliness")}</th><th>{t("received")}</th></tr></thead>
						<tbody>{a.reporters.filter((r) => r.reports.expected > 0).map((r) => (
							<tr key={r.id}>
								<th scope="row"><a href={to("units", r.id)}>{n(r.name)}</a></th>
								<td class="num">{r.reports.expected}</td><td class="num">{r.reports.on_time}</td><td class="num">{r.reports.late}</td>
								<td class={`num${r.reports.missing > 0 ? " bad" : ""}`}>{r.reports.missing}</td>
								<td class="num">{share(r.completeness)}</td><td class="num">{share(r.timeliness)}</td>
								<td>{r.last_report ? moment(r.last_report, lang) : ""}</td>
							</tr>))}
						</tbody>
					</table></div>
				</>
			)}</Loaded>
			<h2>{t("holds")}</h2>
			<Loaded of={holds}>{(h) => h.holds.length === 0 ? <p class="nothing">{t("nothing")}</p> : (
				<div class="scroll"><table>
					<thead><tr><th>{t("position")}</th><th>{t("reporter")}</th><th>{t("measure")}</th><th class="num">{t("value")}</th><th>{t("day")}</th><th>{t("reason")}</th></tr></thead>
					<tbody>{h.holds.map((x) => (
						<tr key={`${x.position}-${x.row}`}>
							<td><a href={to("events", String(x.position), String(x.row))}>{x.position}-{x.row}</a></td>
							<td>{n(x.reporter.name)}</td><td><a href={to("targets", x.target)}>{x.target}</a></td>
							<td class="num">{x.value}</td><td>{dayText(x.as_of, lang)}</td><td>{n(x.text)}</td>
						</tr>))}
					</tbody>
				</table></div>
			)}</Loaded>
		</section>
	);
}
