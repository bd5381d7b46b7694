// SPDX-License-Identifier: MIT
// Every measure in the order of the notice.
import type { Figure, Light as Colour } from "../api";
import { byCode, percent, points, progress } from "../format";
import { FigureLight } from "../parts/light";
import { Loaded, Nothing } from "../parts/state";
import { useRead, useShared } from "../state";
import { light_order, lights } from "../words";

export default function ItemsScreen() {
	const { t, n, lang, when, to, place, with: here, go } = useShared();
	const answer = useRead<{ targets: Figure[] }>(`/targets?${when}`);
	const wanted = place.query["light"] as Colour | undefined;

	return (
		<section>
			<h1>{t("items")}</h1>
			<p class="tools"><label>{t("light")} <select value={wanted ?? ""} onChange={(e) => { go(here({ light: e.currentTarget.value || undefined })); }}>
				<option value="">–</option>
				{light_order.map((l) => <option key={l} value={l}>{n(lights[l].name)}</option>)}
			</select></label></p>
			<Loaded of={answer}>{(a) => {
				const list = a.targets.filter((f) => !wanted || f.light === wanted).sort((x, y) => byCode(x.item, y.item));
				return list.length === 0 ? <Nothing /> : (
					<div class="scroll"><table>
						<thead><tr><th>{t("light")}</th><th>{t("measure")}</th><th class="num">{t("done")}</th><th class="num">%</th><th class="num">{t("plan")}</th><th class="num">{t("gap")}</th><th class="num">{t("months")}</th></tr></thead>
						<tbody>{list.map((f) => (
							<tr key={f.id} class={f.role}>
								<td><FigureLight figure={f} /></td>
								<th scope="row"><a href={to("targets", f.id)}>{f.item} {n(f.name)}</a></th>
								<td class="num">{progress(f, lang)}</td>
								<td class="num">{percent(f.done_percent)}</td>
								<td class="num">{percent(f.planned_percent)}</td>
								<td class="num gap">{points(f.gap_points, t("points"))}</td>
								<td class="num">{f.months_behind > 0 ? t("months_n", { n: f.months_behind }) : ""}</td>
							</tr>))}
						</tbody>
					</table></div>
				);
			}}</Loaded>
		</section>
	);
}
