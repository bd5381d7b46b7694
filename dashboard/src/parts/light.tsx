// SPDX-License-Identifier: MIT
// A light: colour, sign, word and number, so that it is read without colour too. Official lights are
// filled, live ones hollow; nothing reported is hatched, provisional dashed.
import type { ComponentChildren } from "preact";
import type { Figure, Light as Colour, LightCounts } from "../api";
import { percent } from "../format";
import { useShared } from "../state";
import { light_order, lights } from "../words";

export function Light({ of, live, silent, provisional, children }: {
	of: Colour; live?: boolean; silent?: boolean; provisional?: boolean; children?: ComponentChildren;
}) {
	const { n, t } = useShared();
	const l = lights[of];
	const marks = [silent && t("no_report"), provisional && t("provisional"), live && t("live")].filter(Boolean);
	const name = [n(l.name), ...marks].join("，");

	return (
		<span class={`light ${of}${live ? " is-live" : ""}${silent ? " is-silent" : ""}${provisional ? " is-provisional" : ""}`} title={name}>
			<span aria-hidden="true">{silent ? "?" : l.sign}</span>
			{children === undefined ? <span> {n(l.name)}</span> : <><span class="unseen">{name} </span><span> {children}</span></>}
		</span>
	);
}

/** The light of a figure: the official one; the live one beside it, where it differs. */
export function FigureLight({ figure, short }: { figure: Figure; short?: boolean }) {
	const { t } = useShared();
	const differs = figure.live_light !== figure.light && figure.live_light !== "none";

	return (
		<span class="lights">
			<Light of={figure.light} silent={figure.silent} provisional={figure.provisional}>
				{short ? percent(figure.done_percent) : undefined}
			</Light>
			{figure.overdue && <span class="mark">{t("overdue")}</span>}
			{differs && !short && <Light of={figure.live_light} live />}
		</span>
	);
}

export function Counts({ counts, href }: { counts: LightCounts; href?: (l: Colour) => string }) {
	const { n } = useShared();

	return (
		<ul class="counts">
			{light_order.filter((l) => l !== "none" && (counts[l] ?? 0) + (l === "reached" ? 0 : 1) > 0).map((l) => (
				<li key={l}>
					<a class={`tag light ${l}`} {...(href ? { href: href(l) } : {})}>
						<span class="count">{counts[l] ?? 0}</span>
						<span><span aria-hidden="true">{lights[l].sign}</span> {n(lights[l].name)}</span>
					</a>
				</li>
			))}
		</ul>
	);
}
