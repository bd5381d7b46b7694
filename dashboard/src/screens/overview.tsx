// SPDX-License-Identifier: MIT
// Four questions: what do we try to do, how far are we, what is in trouble, what changed.
import type { Figure, LightCounts, Programme, Ref, Unit } from "../api";
import { byCode, dayText, monthEnd, monthText, percent, progress } from "../format";
import { Bar } from "../parts/bar";
import { Counts, Light } from "../parts/light";
import { Loaded } from "../parts/state";
import { TileMap } from "../parts/tiles";
import { Trouble } from "../parts/trouble";
import { type ScreenProps, useRead, useShared } from "../state";
import { light_order } from "../words";
import { w } from "../words/overview";
import "../style/overview.css";

type Targets = { targets: Figure[]; valid_at: string };

const main = (list: readonly Figure[]) => list.filter((f) => f.role === "main");

function count(list: readonly Figure[]): LightCounts {
	const counts: LightCounts = {};
	for (const f of list) counts[f.light] = (counts[f.light] ?? 0) + 1;
	return counts;
}

function Sentence({ now, before }: { now: readonly Figure[]; before: readonly Figure[] | undefined }) {
	const { t } = useShared();
	const c = count(now), n = now.length;
	const reds = (c.red ?? 0) - (before ? count(before).red ?? 0 : 0);

	return (
		<h1 class="sentence">
			{t("sentence", {
				n, done: (c.done ?? 0) + (c.reached ?? 0), green: c.green ?? 0, yellow: c.yellow ?? 0, red: c.red ?? 0,
				none: c.none ? t("sentence_none", { n: c.none }) : "",
			})}
			{before && reds !== 0 && t("sentence_change", { n: Math.abs(reds), sign: reds > 0 ? "+" : "−" })}
		</h1>
	);
}

const CHANGES_SHOWN = 10;

/** Done, or as good as done: verified later. */
const isDone = (l: Figure["light"]) => l === "done" || l === "reached";

function Changes({ now, before, since }: { now: readonly Figure[]; before: readonly Figure[] | undefined; since: string }) {
	const { t, n, lang, to } = useShared();
	const was = new Map((before ?? []).map((f) => [f.id, f.light]));
	const moved = now.filter((f) => { const b = was.get(f.id); return b !== undefined && b !== f.light && b !== "none" && f.light !== "none" && !(isDone(b) && isDone(f.light)); });
	const better = (f: Figure) => light_order.indexOf(f.light) > light_order.indexOf(was.get(f.id) ?? "none");
	const up = moved.filter(better).length;

	return (
		<section aria-labelledby="changes">
			<h2 id="changes">{t(w.changed_since, { month: monthText(since.slice(0, 7), lang) })} {moved.length > 0 && <span class="small">▲ {t("better")} {up} ▼ {t("worse")} {moved.length - up}</span>}</h2>
			{moved.length === 0 && <p class="nothing">{t("changed_none")}</p>}
			<ul class="changes">
				{moved.sort((a, b) => Number(better(a)) - Number(better(b))).slice(0, CHANGES_SHOWN).map((f) => (
					<li key={f.id}>
						<span class="unseen">{better(f) ? t("better") : t("worse")}</span>
						<Light of={was.get(f.id) ?? "none"}> </Light> → <Light of={f.light}> </Light> <a href={to("targets", f.id)}>{f.item} {n(f.name)}</a>
					</li>
				))}
			</ul>
			{moved.length > CHANGES_SHOWN && <p class="meta">{t("and_more", { n: moved.length - CHANGES_SHOWN })}</p>}
		</section>
	);
}

function Projects({ figures, projects }: { figures: readonly Figure[]; projects: readonly Ref[] }) {
	const { t, n, lang, to } = useShared();
	const sorted = [...figures].sort((a, b) => byCode(a.item, b.item));
	const ids = [...new Set(sorted.map((f) => f.project))];

	return (
		<section aria-labelledby="projects">
			<h2 id="projects">{t("items")}</h2>
			{ids.map((id) => {
				const own = sorted.filter((f) => f.project === id);
				const counts = count(own);
				const name = projects.find((p) => p.id === id);
				return (
					<details key={id} class="project" open={(counts.red ?? 0) + (counts.yellow ?? 0) > 0}>
						<summary><strong>{id}. {name ? n(name.name) : ""}</strong> <span class="mini">{light_order.filter((l) => counts[l]).map((l) => <Light key={l} of={l}>{counts[l]}</Light>)}</span></summary>
						<ul class="projects">{own.map((f) => (
							<li key={f.id}>
								<a href={to("targets", f.id)}>{f.item} {n(f.name)}</a>
								<Bar done={f.done_percent} planned={f.planned_percent} light={f.light} label={`${percent(f.done_percent)}，${t("plan")} ${percent(f.planned_percent)}`} />
								<span class="num">{progress(f, lang)}</span>
								<Light of={f.light} silent={f.silent} provisional={f.provisional}>{percent(f.done_percent)}</Light>
							</li>))}</ul>
					</details>
				);
			})}
		</section>
	);
}

interface Charge { person: string | null; items: string[] | null; projects: string[] | null }

/** A vice-mayor's own items first: whose is a choice that a link keeps. */
function Person({ of }: { of: readonly Charge[] }) {
	const { t, place, with: here, go } = useShared();
	const people = [...new Set(of.map((c) => c.person).filter((p): p is string => p !== null))].sort();

	if (people.length === 0) return null;
	return (
		<label class="pick">{t("portfolio")} <select value={place.query["person"] ?? ""} onChange={(e) => { go(here({ person: e.currentTarget.value || undefined })); }}>
			<option value="">{t("everybody")}</option>
			{people.map((p) => <option key={p} value={p}>{p}</option>)}
		</select></label>
	);
}

/** The month before the newest one that was closed by the day looked at. */
function monthBefore(programme: Programme, day: string): string {
	return monthEnd(programme.closed_period && programme.closed_period < day ? programme.closed_period : day, -1);
}

export function OverviewScreen({ programme }: ScreenProps) {
	const { t, lang, when, place, to, with: here } = useShared();
	const day = place.query["asof"] ?? (programme.today < programme.to ? programme.today : programme.to);
	const before = monthBefore(programme, day);
	const known = place.query["known"];
	const targets = useRead<Targets>(`/targets?${when}`);
	const last = useRead<Targets>(before >= programme.from ? `/targets?valid_at=${before}${known ? `&known_at=${known}` : ""}` : null);
	const units = useRead<{ units: Unit[] }>(`/units?${when}`);
	const charges = useRead<{ portfolio: Charge[] }>("/portfolio?limit=1000").data?.portfolio ?? [];
	const person = place.query["person"];
	const own = new Set(charges.filter((c) => c.person === person).flatMap((c) => [...c.items ?? [], ...c.projects ?? []]));
	const mine = (list: readonly Figure[] | undefined) => list && main(list).filter((f) => !person || own.has(f.item) || own.has(f.project));
	const items = to("items");

	return (
		<Loaded of={targets}>
			{(all) => all.targets.every((f) => f.value === null) ? (
				<div class="problem"><h1>{t("none_reported")}</h1><p>{t("none_reported_hint", { from: dayText(programme.from, lang) })}</p>
					<p><a href={here({ asof: monthEnd(programme.from, 0), known: undefined })}>{t(w.first_month, { month: monthText(programme.from.slice(0, 7), lang) })}</a></p></div>
			) : (
				<div class="overview">
					<Sentence now={mine(all.targets) ?? []} before={mine(last.data?.targets)} />
					<Person of={charges} />
					<Counts counts={count(mine(all.targets) ?? [])} href={(l) => `${items}${items.includes("?") ? "&" : "?"}light=${l}`} />
					<div class="two">
						<Trouble figures={mine(all.targets) ?? []} day={day} />
						<div class="aside">
							<Loaded of={units}>{(u) => <TileMap units={u.units} />}</Loaded>
							<Changes now={mine(all.targets) ?? []} before={mine(last.data?.targets)} since={before} />
						</div>
					</div>
					<Projects figures={mine(all.targets) ?? []} projects={programme.projects} />
				</div>
			)}
		</Loaded>
	);
}
