// SPDX-License-Identifier: MIT
// One row as it was sent, and what became of it.
import type { Ref } from "../api";
import { dayText, moment } from "../format";
import { Loaded } from "../parts/state";
import { type ScreenProps, useRead, useShared } from "../state";

export interface Event {
	position: number; row: number | null; entry: string; at: string; reporter: Ref | null; key: string | null;
	target: string | null; unit: string | null; kind: string | null; value: string | null; denominator: string | null;
	as_of: string | null; revision: number | null; stage: string | null; note: string | null; reason: string | null;
	evidence: string | null; ref: string | null; verdict: string | null; code: string | null; text: { zh: string; en: string } | null;
}

export default function EventScreen({ id: position = "", rest: [row = "0"] }: ScreenProps) {
	const { t, n, lang, to } = useShared();
	const answer = useRead<{ event: Event; bytes: number; rows: number }>(`/events/${encodeURIComponent(position)}/${encodeURIComponent(row)}`);

	return (
		<section>
			<h1>{t("position")} {position}</h1>
			<Loaded of={answer}>{({ event: e }) => (
				<dl class="facts">
					<dt>{t("received")}</dt><dd>{moment(e.at, lang)}</dd>
					<dt>{t("reporter")}</dt><dd>{e.reporter ? <a href={to("units", e.reporter.id)}>{n(e.reporter.name)}</a> : ""}</dd>
					<dt>{t("measure")}</dt><dd>{e.target ? <a href={to("targets", e.target)}>{e.target}</a> : ""}</dd>
					<dt>{t("unit")}</dt><dd>{e.unit}</dd>
					<dt>{t("day")}</dt><dd>{e.as_of ? dayText(e.as_of, lang) : ""}</dd>
					<dt>{t("value")}</dt><dd>{e.value}{e.denominator !== null && ` / ${e.denominator}`}</dd>
					<dt>{t("verdict")}</dt><dd>{e.verdict} {e.text ? n(e.text) : ""}</dd>
					<dt>{t("key")}</dt><dd>{e.key}</dd>
					{e.reason && <><dt>{t("reason")}</dt><dd>{e.reason}</dd></>}
					{e.note && <><dt>{t("note")}</dt><dd>{e.note}</dd></>}
					{e.evidence && <><dt>{t("evidence")}</dt><dd>{e.evidence}</dd></>}
				</dl>
			)}</Loaded>
		</section>
	);
}
