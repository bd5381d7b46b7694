// SPDX-License-Identifier: MIT
// For a wall: a fixed canvas, scaled as a whole; read from ten metres; nothing to touch.
import { useEffect, useState } from "preact/hooks";
import type { Figure, Unit } from "../api";
import { dayText, percent, points } from "../format";
import { Counts, FigureLight } from "../parts/light";
import { type ScreenProps, useRead, useShared } from "../state";
import { light_order } from "../words";
import { TileMap } from "./overview";

const TURN_MS = 30000;
const SHOWN = 8;

/** Which page of the list is shown; goes on by itself unless paused. */
function useTurn(pages: number): { page: number; paused: boolean; pause(): void } {
	const [page, setPage] = useState(0);
	const [paused, setPaused] = useState(false);

	useEffect(() => {
		if (paused || pages < 2) return undefined;
		const timer = window.setInterval(() => { setPage((p) => p + 1); }, TURN_MS);
		return () => { window.clearInterval(timer); };
	}, [paused, pages]);
	return { page: pages > 0 ? page % pages : 0, paused, pause: () => { setPaused((p) => !p); } };
}

export default function WallScreen({ programme }: ScreenProps) {
	const { t, n, lang, to, link_state } = useShared();
	const targets = useRead<{ targets: Figure[] }>("/targets");
	const units = useRead<{ units: Unit[] }>("/units");
	const main = (targets.data?.targets ?? []).filter((f) => f.role === "main");
	const bad = main.filter((f) => f.light === "red" || f.light === "yellow").sort((a, b) =>
		light_order.indexOf(a.light) - light_order.indexOf(b.light) || Number(a.gap_points ?? 0) - Number(b.gap_points ?? 0));
	const turn = useTurn(Math.ceil(bad.length / SHOWN));
	const counts = Object.fromEntries(light_order.map((l) => [l, main.filter((f) => f.light === l).length]));

	return (
		<div class="wall">
			<header><h1>{n(programme.title)}</h1><span>{t("as_of")} {dayText(programme.today, lang)}</span><a href={to()}>{t("overview")}</a></header>
			{link_state === "lost" && <p class="banner lost">{t("lost")}</p>}
			<Counts counts={counts} />
			<div class="wall-body">
				<TileMap units={units.data?.units ?? []} />
				<section>
					<h2>{t("to_chase")} <button type="button" onClick={turn.pause}>{turn.paused ? t("play") : t("pause")}</button></h2>
					<table><tbody>{bad.slice(turn.page * SHOWN, (turn.page + 1) * SHOWN).map((f) => (
						<tr key={f.id}><td><FigureLight figure={f} /></td><th scope="row">{n(f.name)}</th><td class="num">{percent(f.done_percent)}</td><td class="num gap">{points(f.gap_points, t("points"))}</td></tr>))}
					</tbody></table>
				</section>
			</div>
		</div>
	);
}
