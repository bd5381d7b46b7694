// SPDX-License-Identifier: MIT
// The tile map: a tile an area, where it lies. All tiles are equal, so that the small ones are seen.
import { useState } from "preact/hooks";
import type { Light as Colour, Unit } from "../api";
import { useShared } from "../state";
import { light_order, lights, type Word } from "../words";

type Shown = "reds" | "completion" | "punctuality";

/** A share in whole per cent, or nothing where there is no whole. */
function share(part: number, whole: number): string {
	return whole === 0 ? "–" : `${Math.round((100 * part) / whole)}%`;
}

function tileText(u: Unit, show: Shown): string {
	const all = (["red", "yellow", "green", "reached", "done"] as const).reduce((s, l) => s + (u.lights[l] ?? 0), 0);

	if (show === "reds") return String(u.lights.red ?? 0);
	if (show === "completion") return share((u.lights.done ?? 0) + (u.lights.reached ?? 0), all);
	return share(u.reports.on_time, u.reports.expected);
}

/** The colour of a unit's tile: that of its worst light. */
function tileLight(u: Unit): Colour {
	return light_order.find((l) => l !== "none" && (u.lights[l] ?? 0) > 0) ?? "none";
}

const shown: readonly { show: Shown; name: Word }[] = [
	{ show: "reds", name: "reds" }, { show: "completion", name: "completion" }, { show: "punctuality", name: "punctuality" },
];

export function TileMap({ units }: { units: readonly Unit[] }) {
	const { t, n, to } = useShared();
	const [show, setShow] = useState<Shown>("reds");
	const tiles = units.filter((u) => u.tile !== null);

	return (
		<section aria-labelledby="tiles">
			<h2 id="tiles">{t("tile_map")} <label class="pick"><span class="unseen">{t("tile_show")} </span><select value={show} onChange={(e) => { setShow(e.currentTarget.value as Shown); }}>
				{shown.map((s) => <option key={s.show} value={s.show}>{t(s.name)}</option>)}
			</select></label></h2>
			<ul class="tiles">
				{tiles.map((u) => (
					<li key={u.id} class={`row-${u.tile?.row ?? 0} col-${u.tile?.column ?? 0}`}>
						<a class={`tile light ${tileLight(u)}`} href={to("units", u.id)} title={`${n(u.name)}：${n(lights[tileLight(u)].name)}`}>
							<span><span aria-hidden="true">{lights[tileLight(u)].sign}</span> {n(u.name).replace(/ (county|district|city)$/i, "")}</span>
							<strong>{tileText(u, show)}</strong>
						</a>
					</li>
				))}
			</ul>
		</section>
	);
}
