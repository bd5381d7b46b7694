// SPDX-License-Identifier: MIT
// Every measure in the order of the notice, by project; what is shown is part of the address.
import type { Figure, Light as Colour } from "../api";
import { byCode, percent, points, progress } from "../format";
import { ExportLedger } from "../parts/export";
import { FigureLight } from "../parts/light";
import { Scroll } from "../parts/scroll";
import { Loaded, Nothing } from "../parts/state";
import { type ScreenProps, useRead, useShared } from "../state";
import { light_order, lights } from "../words";
import { w } from "../words/items";
import "../style/table.css";

const roles = { main: null, part: w.part, support: w.support } as const;

function Rows({ figures }: { figures: readonly Figure[] }) {
	const { t, n, lang, to } = useShared();

	return (
		<>{figures.map((f) => {
			const role = roles[f.role];
			return (
				<tr key={f.id} class={f.role}>
					<td><FigureLight figure={f} /></td>
					<th scope="row" class="wraps"><a href={to("targets", f.id)}>{f.item} {n(f.name)}</a>{role && <span class="mark">{t(role)}</span>}</th>
					<td class="num">{progress(f, lang)}</td>
					<td class="num">{percent(f.done_percent)}</td>
					<td class="num" data-label={t("plan")}>{percent(f.planned_percent)}{f.plan.invented && <span class="mark">{t("invented")}</span>}</td>
					<td class="num gap">{points(f.gap_points, t("points"))}</td>
					<td class="num">{f.months_behind > 0 ? t("months_n", { n: f.months_behind }) : ""}</td>
				</tr>);
		})}</>
	);
}

export default function ItemsScreen({ programme }: ScreenProps) {
	const { t, n, when, place, with: here, go } = useShared();
	const answer = useRead<{ targets: Figure[] }>(`/targets?${when}`);
	const light = place.query["light"] as Colour | undefined, project = place.query["project"], text = (place.query["text"] ?? "").toLowerCase();
	const fits = (f: Figure) => (!light || f.light === light && f.role === "main") && (!project || f.project === project) &&
		(!text || [f.id, f.item, f.name.zh, f.name.en].some((s) => s.toLowerCase().includes(text)));

	return (
		<section>
			<h1>{t("items")}</h1>
			<p class="tools">
				<label>{t("light")} <select value={light ?? ""} onChange={(e) => { go(here({ light: e.currentTarget.value || undefined })); }}>
					<option value="">{t("everybody")}</option>
					{light_order.map((l) => <option key={l} value={l}>{lights[l].sign} {n(lights[l].name)}</option>)}
				</select></label>
				<label>{t(w.project)} <select value={project ?? ""} onChange={(e) => { go(here({ project: e.currentTarget.value || undefined })); }}>
					<option value="">{t("everybody")}</option>
					{programme.projects.map((p) => <option key={p.id} value={p.id}>{p.id}. {n(p.name)}</option>)}
				</select></label>
				<label>{t("filter")} <input type="search" value={place.query["text"] ?? ""} onChange={(e) => { go(here({ text: e.currentTarget.value.trim() || undefined })); }} /></label>
				<ExportLedger />
			</p>
			<Loaded of={answer}>{(a) => {
				const list = a.targets.filter(fits).sort((x, y) => byCode(x.item, y.item));
				return list.length === 0 ? <Nothing /> : (
					<Scroll><table class="dense cards">
						<thead><tr><th>{t("light")}</th><th>{t("measure")}</th><th class="num">{t("done")}</th><th class="num">%</th><th class="num">{t("plan")}</th><th class="num">{t("gap")}</th><th class="num">{t("months")}</th></tr></thead>
						{programme.projects.filter((p) => list.some((f) => f.project === p.id)).map((p) => (
							<tbody key={p.id}>
								<tr class="group"><th scope="rowgroup" colSpan={7}>{p.id}. {n(p.name)}</th></tr>
								<Rows figures={list.filter((f) => f.project === p.id)} />
							</tbody>))}
					</table></Scroll>
				);
			}}</Loaded>
		</section>
	);
}
