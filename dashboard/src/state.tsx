// SPDX-License-Identifier: MIT
// What every screen needs to know: the language, the theme, where the reader is, the day looked at.
import { createContext } from "preact";
import { useCallback, useContext, useEffect, useMemo, useState } from "preact/hooks";
import { enough, type Name, Problem, type Programme } from "./api";
import { ownBuild, subscribe, type Head, type LinkState } from "./live";
import { shared_read } from "./reading";
import { carried, link, parse, type Place } from "./route";
import { browser_timers, turns } from "./turns";
import { word, type Lang, type Word } from "./words";

/** What every screen is given: the programme, and what stands behind its name in the address. */
export interface ScreenProps { programme: Programme; id: string | undefined; rest: readonly string[] }

export type Theme = "auto" | "light" | "dark";

export interface Shared {
	lang: Lang; setLang(l: Lang): void;
	theme: Theme; setTheme(t: Theme): void;
	place: Place;
	/** Parameters of the day looked at, for a question to the daemon: "valid_at=...&known_at=...". */
	when: string;
	looking_back: boolean;
	head: Head | undefined; link_state: LinkState;
	/** Counts the times that what is shown was to be read anew. */
	epoch: number;
	/** The daemon has another page than this one by now. */
	newer_build: boolean;
	/** A word by its key, or one that the screen brought, with {name} filled in. */
	t(key: Word | Name, fill?: Record<string, string | number>): string;
	n(name: { zh: string; en: string }): string;
	/** A link to a screen, the day looked at goes along. */
	to(...path: string[]): string;
	/** This screen with other parameters. */
	with(query: Record<string, string | undefined>): string;
	go(href: string): void;
}

const Context = createContext<Shared | null>(null);

export function useShared(): Shared {
	const shared = useContext(Context);
	if (!shared) throw new Error("outside of the page");
	return shared;
}

/** A choice that the browser remembers; private windows may not let it. */
function remembered(key: string): string | null {
	try { return localStorage.getItem(key); } catch { return null; }
}
function remember(key: string, value: string): void {
	try { localStorage.setItem(key, value); } catch { /* it holds for this page */ }
}

function firstLang(): Lang {
	const known = remembered("lang");
	if (known === "zh" || known === "en") return known;
	return navigator.language.startsWith("zh") || !navigator.language.startsWith("en") ? "zh" : "en";
}

function firstTheme(): Theme {
	const known = remembered("theme");
	return known === "light" || known === "dark" ? known : "auto";
}

function usePlace(): Place {
	const [place, set] = useState(() => parse(location.hash));
	useEffect(() => {
		const on = () => { set(parse(location.hash)); };
		window.addEventListener("hashchange", on);
		return () => { window.removeEventListener("hashchange", on); };
	}, []);
	return place;
}

export function useProvided(): Shared {
	const place = usePlace();
	const [lang, keepLang] = useState<Lang>(() => (place.query["lang"] === "en" || place.query["lang"] === "zh") ? place.query["lang"] : firstLang());
	const [theme, keepTheme] = useState<Theme>(() => (place.query["theme"] === "dark" || place.query["theme"] === "light") ? place.query["theme"] : firstTheme());
	const [head, setHead] = useState<Head>();
	const [link_state, setLink] = useState<LinkState>("lost");
	const [epoch, setEpoch] = useState(0);
	const [newer_build, setNewer] = useState(false);

	useEffect(() => {
		let newest: number | undefined, state: LinkState = "lost";
		const pace = turns(() => { setEpoch((n) => n + 1); }, browser_timers);
		const stop = subscribe((news) => {
			const at = news.head?.position;
			/* what was read before the first word of where the daemon stands is compared with it */
			if (at !== undefined && at !== newest && (newest !== undefined || !shared_read.isAt(at))) pace.change();
			/* what found nobody while the daemon was away is asked again */
			else if (news.reset || (news.state && news.state !== "lost" && state === "lost" && newest !== undefined)) pace.change();
			if (at !== undefined) newest = at;
			if (at !== undefined) enough.position = at;
			if (news.reset || news.state === "lost") enough.position = 0;
			if (news.state) state = news.state;
			if (news.head) setHead((before) => before?.position === at ? before : news.head);
			if (news.state) setLink(news.state);
			if (news.build && news.build !== ownBuild()) setNewer(true);
		});
		return () => { stop(); pace.stop(); };
	}, []);
	useEffect(() => { document.documentElement.lang = lang === "zh" ? "zh-CN" : "en"; }, [lang]);
	useEffect(() => {
		if (theme === "auto") document.documentElement.removeAttribute("data-theme");
		else document.documentElement.dataset["theme"] = theme;
	}, [theme]);

	const setLang = useCallback((l: Lang) => { remember("lang", l); keepLang(l); }, []);
	const setTheme = useCallback((t: Theme) => { remember("theme", t); keepTheme(t); }, []);
	return useMemo(() => {
		const { asof, known } = place.query;
		const when = [asof && `valid_at=${asof}`, known && `known_at=${known}`].filter(Boolean).join("&");

		return {
			lang, setLang, theme, setTheme, place, when, looking_back: Boolean(asof ?? known), head, link_state, epoch, newer_build,
			t: (key, fill) => word(lang, key, fill),
			n: (name) => name[lang],
			to: (...path) => link(path, carried(place.query)),
			with: (query) => link(place.path, { ...place.query, ...query }),
			go: (href) => { location.hash = href; },
		};
	}, [lang, theme, place, head, link_state, epoch, newer_build, setLang, setTheme]);
}

export const Provide = Context.Provider;

/** So long a screen waits before it asks a daemon that was away again. */
const AWAY_MS = 3000;

export interface Answer<T> { data?: T; problem?: Problem; again(): void }

/** What the daemon answers to a path ("/targets?..."); asked again when something was committed,
 * unless the reader looks back at a day as it was known, which never changes. null: nothing is
 * asked. */
export function useRead<T>(path: string | null): Answer<T> {
	const { lang, epoch, place } = useShared();
	const [kept, set] = useState<{ path: string; data?: T; problem?: Problem }>();
	const [asked, ask] = useState(0);
	const turn = `${place.query["known"] ? 0 : epoch} ${asked}`;

	useEffect(() => {
		if (path === null) return undefined;
		const stop = new AbortController();
		shared_read.read<T>(path, lang, turn, stop.signal).then(
			(data) => { set({ path, data }); },
			(e: unknown) => {
				if (!(e instanceof Problem)) return;
				/* what was read before is better than an empty page */
				set((before) => e.status === 0 && before?.path === path && before.data ? before : { path, problem: e });
			});
		return () => { stop.abort(); };
	}, [path, lang, turn]);
	const again = useCallback(() => { ask((n) => n + 1); }, []);
	/* who found nobody, or one who was not ready, asks again until somebody answers */
	const away = kept?.path === path && (kept.problem?.status === 0 || kept.problem?.status === 503);
	useEffect(() => {
		if (!away) return undefined;
		const timer = window.setTimeout(again, AWAY_MS);
		return () => { window.clearTimeout(timer); };
	}, [away, again, kept]);
	return kept && kept.path === path ? { ...kept, again } : { again };
}
