// SPDX-License-Identifier: MIT
// What stands behind a cell, beside it: plan, figure, last report, cause. Shown while the pointer or
// the focus is on the cell or the card; Esc closes it.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Alert, Ref } from "../api";
import { dayText, decimal, percent, points } from "../format";
import { useRead, useShared } from "../state";
import { lights } from "../words";
import { w } from "../words/matrix";
import type { Cell, Target } from "./matrix_data";

export interface Spot { button: HTMLElement; cell: Cell; target: Target; unit: Ref | null }

export const CARD = "matrix-card";
/** The cause is asked for once the reader stays. */
const STAY_MS = 250;

function Cause({ target, unit }: { target: string; unit: string }) {
	const { t, n, looking_back } = useShared();
	const [asked, ask] = useState(false);
	const answer = useRead<{ alerts: Alert[] }>(asked ? `/alerts?target=${encodeURIComponent(target)}&unit=${encodeURIComponent(unit)}&limit=1` : null);
	const alert = answer.data?.alerts[0];

	useEffect(() => {
		const timer = window.setTimeout(() => { ask(true); }, STAY_MS);
		return () => { window.clearTimeout(timer); };
	}, []);
	/* alerts are those of today, whatever the day looked at */
	return <>{looking_back && t(w.card_now)}{alert ? n(alert.text) : answer.data ? t(w.card_none) : "…"}</>;
}

/** Beside the cell, inside the window: below it where there is room, else above. */
function lay(card: HTMLElement, button: HTMLElement): void {
	const at = button.getBoundingClientRect(), own = card.getBoundingClientRect();
	const left = Math.max(8, Math.min(at.left, document.documentElement.clientWidth - own.width - 8));
	const below = at.bottom + 4, top = below + own.height < window.innerHeight ? below : Math.max(8, at.top - own.height - 4);
	card.style.setProperty("left", `${left}px`);
	card.style.setProperty("top", `${top}px`);
}

export function MatrixCard({ spot, city, keep, leave }: { spot: Spot; city: string; keep(): void; leave(): void }) {
	const { t, n, lang } = useShared();
	const ref = useRef<HTMLDivElement>(null);
	const { cell: c, target, unit } = spot;
	const uom = target.kind === "ratio" || target.kind === "milestone" ? "%" : lang === "zh" ? target.uom : ` ${target.uom_en}`;

	useLayoutEffect(() => { if (ref.current) lay(ref.current, spot.button); });
	return (
		<div class="card" id={CARD} role="tooltip" ref={ref} onMouseEnter={keep} onMouseLeave={leave}>
			<p><strong>{unit ? n(unit.name) : t("city")}</strong> · {target.item} {n(target.name)}</p>
			<p>
				<span class={`light ${c.light}${c.silent ? " is-silent" : ""}`}>{c.silent ? "?" : lights[c.light].sign} {n(lights[c.light].name)}</span>
				{c.silent && <span class="mark">{t("no_report")}</span>}{c.provisional && <span class="mark">{t("provisional")}</span>}{c.overdue && <span class="mark">{t("overdue")}</span>}
				{c.live_light !== c.light && c.live_light !== "none" && <> <span class={`light is-live ${c.live_light}`}>{lights[c.live_light].sign} {t("live")}</span></>}
			</p>
			<dl>
				<dt>{t(w.card_done)}</dt><dd>{c.value === null ? t("no_report") : `${decimal(c.value, lang)}${uom}`}{c.done_percent !== null && `，${percent(c.done_percent)}`}</dd>
				{c.planned_percent !== null && <><dt>{t(w.card_plan)}</dt><dd>{percent(c.planned_percent)}</dd></>}
				{c.gap_points !== null && <><dt>{t(w.card_gap)}</dt><dd>{points(c.gap_points, t("points"))}</dd></>}
				{c.change_points !== null && <><dt>{t(w.card_change)}</dt><dd>{points(c.change_points, t("points"))}</dd></>}
				<dt>{t(w.card_last)}</dt><dd>{c.as_of ? dayText(c.as_of, lang) : "—"}</dd>
				<dt>{t(w.card_cause)}</dt><dd><Cause key={`${target.id} ${unit?.id ?? ""}`} target={target.id} unit={unit?.id ?? city} /></dd>
			</dl>
		</div>
	);
}
