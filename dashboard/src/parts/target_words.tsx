// SPDX-License-Identifier: MIT
// What a measure's figures mean, in words: how fast, who is short, what the lead says, what was decided.
import type { Name, Ref, SeriesRow } from "../api";
import { dayText, decimal, monthText, oneDecimal, percent, uom } from "../format";
import { useRead, useShared } from "../state";
import { w } from "../words/target";
import { Scroll } from "./scroll";
import type { Ruled } from "./target_rule";

interface Pace {
	paced: boolean; met: boolean; in_doubt?: boolean; schedule?: { variance_days: string } | null; band_word?: Name;
	forecast?: { earliest: string | null; latest: string | null } | null;
	required?: { a_month: string } | null; recent?: { a_month: string } | null; counted_in?: string;
	attribution?: { units: { unit: Ref; shortfall: string; share_percent: string }[] } | null;
}

/** A share of the goal in the measure's own unit where it counts something, else in per cent. */
function amount(f: Ruled, share: string, lang: "zh" | "en"): string {
	const goal = Number(f.goal ?? "0");
	if (f.kind !== "quantity" && f.kind !== "composite" || goal === 0) return percent(share);
	return `${decimal(String(Math.floor(goal * Number(share) / 100)), lang)}${uom(f, lang)}`;
}

export function Forecast({ target: f, unit, rows }: { target: Ruled; unit: string | undefined; rows: readonly SeriesRow[] }) {
	const { t, n, lang, when, to } = useShared();
	const p = useRead<Pace>(`/pace?target=${encodeURIComponent(f.id)}${unit ? `&unit=${encodeURIComponent(unit)}` : ""}${when && `&${when}`}`).data;
	const end = rows[rows.length - 1];
	const low = end?.forecast_low_percent, high = end?.forecast_high_percent;

	if (!p?.paced) return null;
	if (p.met) return <div class="words"><p>{t(w.met)}</p></div>;
	const days = Math.abs(Math.round(Number(p.schedule?.variance_days ?? 0)));
	const short = (p.attribution?.units ?? []).filter((u) => Number(u.shortfall) > 0).sort((a, b) => Number(b.shortfall) - Number(a.shortfall)).slice(0, 5);
	const counts = f.kind === "quantity" || f.kind === "composite";
	const rate = (text: string) => p.counted_in === "percent" ? oneDecimal(text) : decimal(text, lang);
	const one = low && high && amount(f, low, lang) === amount(f, high, lang);
	return (
		<div class="words">
			{low && high && <p><strong>{t(counts ? (one ? w.year_end_one : w.year_end) : (one ? w.year_share_one : w.year_share), { low: amount(f, low, lang), high: amount(f, high, lang) })}</strong></p>}
			<p>{p.forecast?.earliest && p.forecast.latest ? t("will_finish", { from: dayText(p.forecast.earliest, lang), to: dayText(p.forecast.latest, lang) }) : t("never_finish")}</p>
			{days > 0 && <p>{t("days_behind", { n: days, word: p.schedule?.variance_days.startsWith("-") ? t("behind") : t("ahead") })}</p>}
			{p.required && p.recent && <p>{t("needed", { n: rate(p.required.a_month), r: rate(p.recent.a_month), uom: p.counted_in === "percent" ? "%" : uom(f, lang).trim() })}</p>}
			{p.band_word && <p>{t(w.band, { word: n(p.band_word) })}</p>}
			{p.in_doubt && <p class="meta">{t(w.in_doubt)}</p>}
			{short.length > 0 && <><h2>{t("who_lags")}</h2><ol>{short.map((u) => (
				<li key={u.unit.id}><a href={to("units", u.unit.id)}>{n(u.unit.name)}</a> {u.shortfall}{p.counted_in === "percent" ? "%" : uom(f, lang)}，{t("share_short")} {percent(u.share_percent)}</li>))}</ol></>}
		</div>
	);
}

interface Narrative { id: string; period: string | null; progress: string | null; problem: string | null; next: string | null }

export function LeadSays({ item }: { item: string }) {
	const { t, lang } = useShared();
	const newest = useRead<{ narratives: Narrative[] }>(`/narratives?item=${encodeURIComponent(item)}&limit=1000`).data?.narratives.slice(-1)[0];

	if (!newest) return null;
	const said: [Name, string | null][] = [[w.progress, newest.progress], [w.problem, newest.problem], [w.next_step, newest.next]];
	return (
		<section aria-labelledby="lead-says">
			<h2 id="lead-says">{t(w.narrative, { month: monthText(newest.period ?? "", lang) })}</h2>
			<dl class="facts">{said.map(([name, text]) => text && <div key={name.en}><dt>{t(name)}</dt><dd>{text}</dd></div>)}</dl>
		</section>
	);
}

export function Mismatch({ target }: { target: string }) {
	const { t, to } = useShared();
	const answer = useRead<{ differ: number }>(`/reconciliation?target=${encodeURIComponent(target)}`).data;

	return answer && answer.differ > 0 ? <p class="strip">▲ {t(w.mismatch)} · <a href={to("reconcile")}>{t(w.see_reconcile)}</a></p> : null;
}

interface Version { version: number; effective: string | null; document: string | null; approver: string | null; why: string | null }

export function Versions({ target }: { target: string }) {
	const { t, lang } = useShared();
	const plans = useRead<{ targets: { plans: Version[] }[] }>(`/plans?target=${encodeURIComponent(target)}`).data?.targets[0]?.plans ?? [];

	if (plans.length < 2) return null;
	return (
		<section aria-labelledby="versions">
			<h2 id="versions">{t(w.versions)}</h2>
			<Scroll><table class="small">
				<thead><tr><th>{t(w.version)}</th><th>{t(w.effective)}</th><th>{t(w.document)}</th><th>{t(w.approver)}</th><th>{t(w.why)}</th></tr></thead>
				<tbody>{plans.map((v) => <tr key={v.version}><th scope="row">{v.version}</th><td>{v.effective ? dayText(v.effective, lang) : t(w.first_plan)}</td><td>{v.document}</td><td>{v.approver}</td><td>{v.why}</td></tr>)}</tbody>
			</table></Scroll>
		</section>
	);
}
