// SPDX-License-Identifier: MIT
// Alerts as a list, for screens that show those of their own.
import type { Alert } from "../api";
import { moment } from "../format";
import { useShared } from "../state";
import { Light } from "./light";
import { Nothing } from "./state";

export function AlertList({ alerts }: { alerts: readonly Alert[] }) {
	const { t, n, lang, to } = useShared();

	if (alerts.length === 0) return <Nothing />;
	return (
		<ul class="alerts">
			{alerts.map((a) => (
				<li key={a.id} class={a.severity}>
					<Light of={a.severity === "info" ? "none" : a.severity}>{n(a.kind_word)}</Light>
					<p><a href={to("alerts", a.id)}>{n(a.text)}</a></p>
					<p class="meta">
						<span>{t("since")} {moment(a.raised_at, lang)}</span>
						{a.acknowledged !== null && <span>{t("acknowledged")}</span>}
						{a.silenced !== null && <span>{t("silenced")}</span>}
						{a.state === "resolved" && <span>{t("closed")}</span>}
						{a.target && <a href={to("targets", a.target)}>{t("measure")}</a>}
						{a.unit && <a href={to("units", a.unit)}>{t("unit")}</a>}
					</p>
				</li>
			))}
		</ul>
	);
}
