// SPDX-License-Identifier: MIT
// The lead's figure against the counties' sum.
import type { Name, Ref } from "../api";
import { dayText } from "../format";
import { Loaded, Nothing } from "../parts/state";
import { type ScreenProps, useRead, useShared } from "../state";

interface Origin { position: number; row: number | null; reporter: Ref | null; at: string }
interface Row {
	target: string; target_name: Name; unit: Ref;
	counted: { value: string | null; as_of: string | null; origin: Origin | null };
	shadows: { source: Ref; value: string | null; as_of: string | null; difference: string | null; tolerance: string | null; within: boolean; speaks: boolean; origin: Origin | null }[];
	differs: boolean;
}

export default function ReconcileScreen({ programme }: ScreenProps) {
	const { t, n, lang, to, place } = useShared();
	const period = (place.query["asof"] ?? programme.closed_period ?? programme.today).slice(0, 7);
	const answer = useRead<{ period: string; rows: Row[] }>(`/reconciliation?period=${period}`);
	const source = (o: Origin | null) => o ? <a href={to("events", String(o.position), String(o.row ?? 0))}>{o.reporter ? n(o.reporter.name) : o.position}</a> : null;

	return (
		<section>
			<h1>{t("reconcile")}</h1>
			<Loaded of={answer}>{(a) => a.rows.length === 0 ? <Nothing /> : (
				<div class="scroll"><table>
					<thead><tr><th>{t("measure")}</th><th>{t("unit")}</th><th class="num">{t("counted")}</th><th>{t("reporter")}</th><th>{t("lead")}</th><th class="num">{t("as_lead")}</th><th class="num">{t("difference")}</th><th>{t("state")}</th></tr></thead>
					<tbody>{a.rows.flatMap((r) => r.shadows.map((s) => (
						<tr key={`${r.target}-${r.unit.id}-${s.source.id}`}>
							<th scope="row"><a href={to("targets", r.target)}>{n(r.target_name)}</a></th><td>{n(r.unit.name)}</td>
							<td class="num">{r.counted.value}</td><td>{source(r.counted.origin)}</td>
							<td>{source(s.origin) ?? n(s.source.name)}</td><td class="num">{s.value}</td><td class="num">{s.difference}</td>
							<td>{!s.speaks ? (s.as_of ? dayText(s.as_of, lang) : "") : s.within ? `✓ ${t("within")}` : `✕ ${t("outside")}`}</td>
						</tr>)))}
					</tbody>
				</table></div>
			)}</Loaded>
		</section>
	);
}
