// SPDX-License-Identifier: MIT
// For the operator: where the daemon stands.
import { decimal, moment } from "../format";
import { type ScreenProps, useShared } from "../state";

export default function OperationsScreen({ programme: p }: ScreenProps) {
	const { t, lang, head } = useShared();

	return (
		<section>
			<h1>{t("operations")}</h1>
			<dl class="facts">
				<dt>{t("version")}</dt><dd>{p.version}</dd>
				<dt>{t("clock")}</dt><dd>{moment(p.time, lang)} ({p.clock})</dd>
				<dt>{t("position")}</dt><dd>{head?.position ?? p.position}</dd>
				<dt>{t("full_rows")}</dt><dd>{decimal(String(head?.rows ?? p.rows), lang)}</dd>
				<dt>{t("alert_rows")}</dt><dd>{head?.alert_number ?? p.alert_number}</dd>
				<dt>{t("chain")}</dt><dd class="hash">{head?.chain ?? p.chain}</dd>
				<dt>{t("store")}</dt><dd class="hash">{p.store}</dd>
				<dt>{t("addresses")}</dt><dd>{Object.entries(p.addresses).map(([name, value]) => <div key={name} class="hash">{name} {value}</div>)}</dd>
			</dl>
			<p><a href="/metrics">/metrics</a> · <a href="/api/v1/openapi.json">/api/v1/openapi.json</a> · <a href="/readyz">/readyz</a></p>
		</section>
	);
}
