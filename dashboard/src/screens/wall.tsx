// SPDX-License-Identifier: MIT
// For a wall: a fixed canvas, scaled as a whole, dark, read from ten metres; nothing to touch but a
// pause. Runs for months: it loads itself anew at night, and when the daemon has another page.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Figure, LightCounts, Unit } from "../api";
import { dayText, moment, monthEnd, percent, points, progress } from "../format";
import { Curve } from "../parts/curve";
import { FigureLight, Light } from "../parts/light";
import { type ScreenProps, useRead, useShared } from "../state";
import { light_order, lights } from "../words";
import { w } from "../words/wall";
import "../style/wall.css";

const TURN_MS = 30000, SHOWN = 8, OLD_DAYS = 45;
const MINUTE_MS = 60000, NIGHT_HOUR = 3, DAY_MS = 86400000;
/** Width and height of the canvas, by name; a wall's own ratio decides where the address does not. */
const presets: Record<string, readonly [number, number]> = { "16:9": [1920, 1080], "28:9": [3360, 1080], "32:9": [3840, 1080] };

function presetOf(wanted: string | undefined): string {
	if (wanted && presets[wanted]) return wanted;
	const ratio = window.innerWidth / window.innerHeight;
	const far = (name: string) => { const [x, y] = presets[name] ?? [1, 1]; return Math.abs(Math.log(ratio * y / x)); };
	return Object.keys(presets).sort((a, b) => far(a) - far(b))[0] ?? "16:9";
}

/** Scales the canvas by the smaller ratio and puts it in the middle. */
function useStage(preset: string) {
	const stage = useRef<HTMLDivElement>(null);
	const [width = 1920, height = 1080] = presets[preset] ?? [];

	useLayoutEffect(() => {
		const fit = () => {
			const by = Math.min(window.innerWidth / width, window.innerHeight / height);
			stage.current?.style.setProperty("transform", `translate(${(window.innerWidth - width * by) / 2}px, ${(window.innerHeight - height * by) / 2}px) scale(${by})`);
		};
		fit();
		window.addEventListener("resize", fit);
		return () => { window.removeEventListener("resize", fit); };
	}, [width, height]);
	return { stage, width, height };
}

/** A wall is dark, whatever the reader's own screens are. */
function useDark(): void {
	useLayoutEffect(() => {
		const root = document.documentElement, before = root.dataset["theme"];
		root.dataset["theme"] = "dark";
		root.classList.add("on-wall");
		return () => {
			root.classList.remove("on-wall");
			if (before) root.dataset["theme"] = before; else root.removeAttribute("data-theme");
		};
	}, []);
}

/** What the clock on the wall says; once a minute it is asked whether it is time to load anew. */
function useClock(): Date {
	const [now, set] = useState(() => new Date());
	const { newer_build } = useShared();
	const began = useRef(Date.now());

	useEffect(() => {
		const timer = window.setInterval(() => { set(new Date()); }, 1000);
		return () => { window.clearInterval(timer); };
	}, []);
	useEffect(() => {
		/* a page that cannot be had would leave the wall empty */
		const anew = () => { fetch("/healthz", { cache: "no-store" }).then((a) => { if (a.ok) location.reload(); }, () => undefined); };
		if (newer_build) anew();
		const timer = window.setInterval(() => {
			if (new Date().getHours() === NIGHT_HOUR && Date.now() - began.current > 2 * 60 * MINUTE_MS) anew();
		}, MINUTE_MS);
		return () => { window.clearInterval(timer); };
	}, [newer_build]);
	return now;
}

function useTurn(count: number): { at: number; paused: boolean; pause(): void } {
	const [at, set] = useState(0);
	const [paused, setPaused] = useState(() => matchMedia("(prefers-reduced-motion: reduce)").matches);

	useEffect(() => {
		if (paused || count < 2) return undefined;
		const timer = window.setInterval(() => { set((n) => n + 1); }, TURN_MS);
		return () => { window.clearInterval(timer); };
	}, [paused, count]);
	return { at: count > 0 ? at % count : 0, paused, pause: () => { setPaused((p) => !p); } };
}

function byTrouble(a: Figure, b: Figure): number {
	return light_order.indexOf(a.light) - light_order.indexOf(b.light) || Number(a.gap_points ?? 0) - Number(b.gap_points ?? 0);
}

function countOf(list: readonly Figure[]): LightCounts {
	const counts: LightCounts = {};
	for (const f of list) counts[f.light] = (counts[f.light] ?? 0) + 1;
	return counts;
}

function Sentence({ counts, n, before }: { counts: LightCounts; n: number; before: LightCounts | undefined }) {
	const { t } = useShared();
	const reds = before ? (counts.red ?? 0) - (before.red ?? 0) : 0;

	return (
		<p class="wall-sentence">
			{t(w.sentence, { n, done: (counts.done ?? 0) + (counts.reached ?? 0), green: counts.green ?? 0, yellow: counts.yellow ?? 0, red: counts.red ?? 0, none: counts.none ? t(w.none, { n: counts.none }) : "" })}
			{reds !== 0 && t(w.reds, { n: Math.abs(reds), sign: reds > 0 ? "+" : "−" })}
		</p>
	);
}

function Counts({ counts }: { counts: LightCounts }) {
	const { n } = useShared();
	const done = (counts.done ?? 0) + (counts.reached ?? 0);

	return (
		<ul class="wall-counts">{(["red", "yellow", "green", "done", "none"] as const).map((l) => (
			<li key={l} class={`light ${l}`}><strong>{l === "done" ? done : counts[l] ?? 0}</strong><span><span aria-hidden="true">{lights[l].sign}</span> {n(lights[l].name)}</span></li>
		))}</ul>
	);
}

function Map({ units }: { units: readonly Unit[] }) {
	const { t, n } = useShared();
	const worst = (u: Unit) => light_order.find((l) => l !== "none" && (u.lights[l] ?? 0) > 0) ?? "none";

	return (
		<section><h2>{t(w.map)} <small>{t(w.map_hint)}</small></h2>
			<ul class="wall-tiles">{units.filter((u) => u.tile).map((u) => (
				<li key={u.id} class={`light ${worst(u)} row-${u.tile?.row ?? 0} col-${u.tile?.column ?? 0}`}>
					<span>{n(u.name).replace(/ (county|district|city)$/i, "")}</span><strong><span aria-hidden="true">{lights[worst(u)].sign}</span> {u.lights.red ?? 0}</strong>
				</li>))}
			</ul>
		</section>
	);
}

interface Past { period: string; done_percent: string | null }
interface Detail { trajectory: { knots: { day: string; percent: string }[] } | null }
interface Pace { paced: boolean; forecast?: { by_rate: { date: string | null } } }

/** The measure in turn: its curve, and in words what the curve says. */
function InTurn({ figure, city, from, to, width, height }: { figure: Figure; city: string; from: string; to: string; width: number; height: number }) {
	const { t, n, lang, when } = useShared();
	const id = encodeURIComponent(figure.id);
	const past = useRead<{ lights: Past[] }>(`/lights?target=${id}&unit=${encodeURIComponent(city)}`);
	const detail = useRead<Detail>(`/targets/${id}?${when}`);
	const pace = useRead<Pace>(`/pace?target=${id}&${when}`);
	const finish = pace.data?.paced ? pace.data.forecast?.by_rate.date ?? null : null;
	const done = (past.data?.lights ?? []).filter((p) => p.done_percent !== null && (!figure.light_period || p.period <= figure.light_period)).map((p) => ({ day: p.period, percent: p.done_percent ?? "0" }));
	const actual = done.length > 0 ? [{ day: from, percent: "0" }, ...done] : [];
	const says = t(w.says, { name: n(figure.name), plan: percent(figure.planned_percent), done: percent(figure.done_percent), gap: points(figure.gap_points, t("points")) });
	const open = figure.light !== "done" && figure.light !== "reached" && pace.data?.paced;

	return (
		<>
			<p class="wall-item"><FigureLight figure={figure} /> <strong>{figure.item} {n(figure.name)}</strong></p>
			<Curve from={from} to={to} plan={detail.data?.trajectory?.knots ?? []} actual={actual} finish={finish} light={figure.light} label={says} width={width} height={height} />
			<p class="wall-says">{progress(figure, lang)} · {t("plan")} {percent(figure.planned_percent)} · {points(figure.gap_points, t("points"))}{open && ` · ${finish ? t(w.finish, { day: dayText(finish, lang) }) : t(w.never)}`}</p>
		</>
	);
}

function Laggards({ list }: { list: readonly Figure[] }) {
	const { t, n } = useShared();

	return (
		<section><h2>{t(w.laggards)} {list.length > SHOWN && <small>{t(w.more, { n: list.length - SHOWN })}</small>}</h2>
			{list.length === 0 ? <p>{t(w.calm)}</p> : (
				<table class="wall-laggards"><tbody>{list.slice(0, SHOWN).map((f) => (
					<tr key={f.id}><td><Light of={f.light} silent={f.silent}>{points(f.gap_points, "")}</Light></td><th scope="row"><span class="two-lines">{f.item} {n(f.name)}</span></th><td class="num">{percent(f.done_percent)}</td></tr>))}
				</tbody></table>)}
		</section>
	);
}

/** The newest day that any figure is for. */
function newestFigure(list: readonly Figure[]): string | undefined {
	return list.reduce<string | undefined>((newest, f) => f.as_of && (!newest || f.as_of > newest) ? f.as_of : newest, undefined);
}

export default function WallScreen({ programme }: ScreenProps) {
	const { t, n, lang, when, to, place, link_state, head } = useShared();
	const preset = presetOf(place.query["preset"]);
	const { stage, width } = useStage(preset);
	const day = place.query["asof"] ?? programme.today;
	const targets = useRead<{ targets: Figure[] }>(`/targets?${when}`);
	const last = useRead<{ targets: Figure[] }>(`/targets?valid_at=${monthEnd(day < programme.to ? day : programme.to, -1)}`);
	const units = useRead<{ units: Unit[] }>(`/units?${when}`);
	const now = useClock();
	const mains = (targets.data?.targets ?? []).filter((f) => f.role === "main");
	const bad = mains.filter((f) => f.light === "red" || f.light === "yellow").sort(byTrouble);
	const queue = [...bad, ...mains.filter((f) => f.light === "green").sort(byTrouble)];
	const turn = useTurn(queue.length);
	const shown = queue[turn.at];
	const data_day = newestFigure(mains);
	const age = data_day && !place.query["asof"] ? Math.floor((Date.parse(programme.today) - Date.parse(data_day)) / DAY_MS) : 0;

	useDark();
	useEffect(() => { document.title = `${n(programme.title)} · ${t("wall")}`; }, [n, t, programme.title]);
	return (
		<main class={`wall wall-${preset.replace(":", "-")}`}>
			<div class="stage" ref={stage}>
				<header>
					<h1>{n(programme.title)}</h1>
					<span>{t("as_of")} {dayText(data_day ?? day, lang)}</span>
					<span class="clock">{now.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })}</span>
					<a href={to()}>{t(w.leave)}</a>
				</header>
				{link_state === "lost" && head && <p class="wall-alarm">{t(w.cut, { time: moment(head.at, lang) })}</p>}
				{age > OLD_DAYS && <p class="wall-alarm">{t(w.old, { n: age, day: dayText(data_day ?? day, lang) })}</p>}
				<Sentence counts={countOf(mains)} n={mains.length} before={last.data && countOf(last.data.targets.filter((f) => f.role === "main"))} />
				<Counts counts={countOf(mains)} />
				<div class="wall-columns">
					<Map units={units.data?.units ?? []} />
					<section class="wall-turn">
						<h2>{t(w.curve)} <small>{queue.length > 0 && t(w.turn, { i: turn.at + 1, n: queue.length })}</small> <button type="button" aria-pressed={turn.paused} onClick={turn.pause}>{turn.paused ? t("play") : t("pause")}</button></h2>
						{shown && <InTurn key={shown.id} figure={shown} city={programme.city.id} from={programme.from} to={programme.to} width={width > 2000 ? 1320 : 720} height={width > 2000 ? 520 : 430} />}
					</section>
					<Laggards list={bad} />
				</div>
			</div>
		</main>
	);
}
