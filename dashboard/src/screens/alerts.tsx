// SPDX-License-Identifier: MIT
// Alerts and their whole life.
import type { Alert, Name } from "../api";
import { moment } from "../format";
import { Light } from "../parts/light";
import { Loaded, Nothing } from "../parts/state";
import { useRead, useShared } from "../state";

export function AlertList({ alerts }: { alerts: readonly Alert[] }) {
	const { t, n, lang, to } = useShared();

	if (alerts.length === 0) return <Nothing />;
	return (
		<ul class="alerts">
			{alerts.map((a) => (
				<li key={a.id} class={a.severity}>
					<Light of={a.severity === "info" ? "none" : a.severity}>{n(a.kind_word)}</Light>
					<p>{n(a.text)}</p>
					<p class="meta">
						<span>{t("since")} {moment(a.raised_at, lang)}</span>
						{a.acknowledged !== null && <span>{t("acknowledged")}</span>}
						{a.silenced !== null && <span>{t("silenced")}</span>}
						{a.state === "closed" && <span>{t("closed")}</span>}
						{a.target && <a href={to("targets", a.target)}>{t("measure")}</a>}
						{a.unit && <a href={to("units", a.unit)}>{t("unit")}</a>}
					</p>
				</li>
			))}
		</ul>
	);
}

interface Grouped { alerts: Alert[]; groups?: { id: string; name: Name; count: number; red: number; yellow: number; info: number }[] }

export default function AlertsScreen() {
	const { t, n, place, with: here, go } = useShared();
	const state = place.query["state"] ?? "open", severity = place.query["severity"] ?? "", group = place.query["group"] ?? "lead";
	const answer = useRead<Grouped>(`/alerts?limit=500&state=${state}${severity && `&severity=${severity}`}&group=${group}`);

	return (
		<section>
			<h1>{t("alerts")}</h1>
			<p class="tools">
				<label>{t("state")} <select value={state} onChange={(e) => { go(here({ state: e.currentTarget.value })); }}>
					<option value="open">{t("open")}</option><option value="all">{t("open")} + {t("closed")}</option>
				</select></label>
				<label>{t("severity")} <select value={severity} onChange={(e) => { go(here({ severity: e.currentTarget.value || undefined })); }}>
					<option value="">–</option><option value="yellow">▲ +</option><option value="red">✕</option>
				</select></label>
				<label>{t("group_by")} <select value={group} onChange={(e) => { go(here({ group: e.currentTarget.value })); }}>
					<option value="lead">{t("group_lead")}</option><option value="project">{t("group_project")}</option>
				</select></label>
			</p>
			<Loaded of={answer}>{(a) => (
				<>
					{a.groups && a.groups.length > 0 && (
						<table class="small"><thead><tr><th>{group === "lead" ? t("group_lead") : t("group_project")}</th><th class="num">✕</th><th class="num">▲</th></tr></thead>
							<tbody>{a.groups.map((g) => <tr key={g.id}><th scope="row">{n(g.name)}</th><td class="num">{g.red}</td><td class="num">{g.yellow}</td></tr>)}</tbody></table>
					)}
					<AlertList alerts={a.alerts} />
				</>
			)}</Loaded>
		</section>
	);
}
