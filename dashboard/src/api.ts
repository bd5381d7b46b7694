// SPDX-License-Identifier: MIT
// What the daemon answers, and asking it. Numbers that must be exact come as decimal strings.

export interface Name { zh: string; en: string }
export interface Ref { id: string; name: Name }
export type Light = "none" | "green" | "yellow" | "red" | "reached" | "done";
export type Severity = "info" | "yellow" | "red";
export type LightCounts = Partial<Record<Light, number>>;

/** What a measure stands at, in the city or in a unit. */
export interface Figure {
	id: string; item: string; project: string; name: Name;
	kind: string; comparator: string; role: "main" | "part" | "support"; figure: string;
	uom: string; uom_en: string; decimals: number;
	plan: { id: string; invented: boolean };
	goal: string | null; value: string | null; denominator?: string | null;
	numerator?: string | null; attained?: string;
	done_percent: string | null; planned_percent: string | null; gap_points: string | null;
	light: Light; light_word: Name; light_period: string | null; light_restated: number;
	live_light: Light; silent: boolean; overdue: boolean; provisional: boolean;
	months_behind: number; met: boolean; not_due: boolean; as_of: string | null;
	figure_position: number | null; units_reported: number; units_expected: number;
}
/** A measure at a month's end, or what is forecast for one to come. */
export interface SeriesRow {
	day: string; target: string; unit: string; value: string | null; goal: string | null;
	done_percent: string | null; planned_percent: string | null; light: Light | null;
	forecast_low_percent: string | null; forecast_high_percent: string | null;
}
export interface Reports { expected: number; on_time: number; late: number; missing: number }
export interface Unit extends Ref {
	kind: string; code: string; area: boolean; expected: boolean;
	tile: { row: number; column: number } | null;
	lights: LightCounts; period: string | null; reports: Reports; last_report: string | null;
}
export interface UnitDetail extends Unit { figures: Figure[] }
export interface Alert {
	number: number; position: number; at: string; id: string; kind: string; kind_word: Name;
	transition: string; severity: Severity; before: Severity | null;
	target: string | null; unit: string | null; period: string | null; text: Name;
	by: string | null; to: string | null; why: string | null; until: string | null;
	acknowledged: number | null; assigned: number | null; silenced: number | null;
	in_silence: boolean; state: "open" | "resolved"; raised_number: number; raised_at: string;
}
export interface Programme {
	id: string; title: Name; from: string; to: string; today: string; clock: string;
	closed_period: string | null; position: number; alert_number: number; rows: number; chain: string;
	catalogue_version: number; version: string; time: string; newest_entry: string; store: string;
	city: Ref; office: Ref;
	counts: { projects: number; items: number; targets: number; units: number; areas: number };
	projects: Ref[]; ranking: "off" | "delta";
	light_profile: { id: string; yellow_from: string; red_beyond: string };
	lights: LightCounts; open_alerts: Record<Severity, number>;
	addresses: Record<string, string>;
}

/** One thing that is wrong: with a field of what was sent, where it names one. */
export interface Fault { parameter: string; code: string; message: string }

/** What went wrong, in words for people (RFC 9457). */
export class Problem extends Error {
	constructor(readonly status: number, readonly title: string, readonly detail: string,
		readonly code = "", readonly faults: readonly Fault[] = [], readonly wait = 0) {
		super(detail || title);
	}
}

/** Told when reading needs a session, or the session is over. */
export const signed_out: { tell?: (p: Problem) => void } = {};

/** The position of the newest head that the page was told: an answer computed at that one or later is
 * as good as one made for this page alone. 0 where the newest of all is wanted. */
export const enough = { position: 0 };

interface Kept { tag: string; body: unknown }
const kept = new Map<string, Kept>();
const KEPT_MAX = 60;

function keep(path: string, entry: Kept): void {
	kept.delete(path);
	kept.set(path, entry);
	const oldest = kept.keys().next();
	if (kept.size > KEPT_MAX && !oldest.done) kept.delete(oldest.value);
}

/** The problem of an answer that is none; 401 is told to whoever signs people in. */
export async function problem(answer: Response): Promise<Problem> {
	const wait = Number(answer.headers.get("Retry-After")) || 0;
	let told: Problem;
	try {
		const p = await answer.json() as { type?: string; title?: string; detail?: string; errors?: Fault[] };
		told = new Problem(answer.status, p.title ?? "", p.detail ?? "",
			p.type?.split(":").pop() ?? "", p.errors ?? [], wait);
	} catch {
		told = new Problem(answer.status, answer.statusText, "", "", [], wait);
	}
	if (told.status === 401) signed_out.tell?.(told);
	return told;
}

/** Reads a path below /api/v1; an answer that did not change is not sent twice. */
export async function read<T>(path: string, lang: string, signal?: AbortSignal): Promise<T> {
	const key = `${lang} ${path}`;
	const before = kept.get(key);
	const headers: Record<string, string> = { "Accept-Language": lang };
	if (before) headers["If-None-Match"] = before.tag;
	if (enough.position > 0) headers["X-Minsheng-Enough"] = String(enough.position);
	let answer: Response;
	try {
		answer = await fetch(`/api/v1${path}`, { headers, cache: "no-store", ...(signal ? { signal } : {}) });
	} catch (e) {
		if (e instanceof DOMException && e.name === "AbortError") throw e;
		throw new Problem(0, "", "");
	}
	if (answer.status === 304 && before) return before.body as T;
	if (!answer.ok) throw await problem(answer);
	const body = await answer.json() as T;
	const tag = answer.headers.get("ETag");
	if (tag) keep(key, { tag, body });
	return body;
}
