// SPDX-License-Identifier: MIT
// Around every screen: names of the screens, the day looked at, search, language, theme, the link.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Programme, Figure, Unit } from "../api";
import { dayText, moment, monthEnd } from "../format";
import { useRead, useShared, type Theme } from "../state";
import type { Word } from "../words";

const screens: readonly { path: string[]; name: Word; key: string }[] = [
	{ path: [], name: "overview", key: "o" },
	{ path: ["matrix"], name: "matrix", key: "h" },
	{ path: ["items"], name: "items", key: "i" },
	{ path: ["units"], name: "units", key: "u" },
	{ path: ["alerts"], name: "alerts", key: "a" },
	{ path: ["reporting"], name: "month", key: "r" },
	{ path: ["reconcile"], name: "reconcile", key: "c" },
	{ path: ["operations"], name: "operations", key: "s" },
];

/** The day looked at: a month's end, by month; and as known on a day. */
function Days({ programme }: { programme: Programme }) {
	const { t, place, with: here, go } = useShared();
	const latest = programme.today < programme.to ? programme.today : programme.to;
	const asof = place.query["asof"] ?? latest;
	const choose = (day: string) => {
		const clipped = day > latest ? undefined : day < programme.from ? monthEnd(programme.from, 0) : day;
		go(here({ asof: clipped }));
	};

	return (
		<span class="days">
			<button type="button" onClick={() => { choose(monthEnd(asof, -1)); }} aria-label={t("earlier")} title={`${t("earlier")} [`} disabled={monthEnd(asof, -1) < programme.from}>◀</button>
			<label><span>{t("as_of")} </span>
				<input type="date" value={asof} min={programme.from} max={latest} onChange={(e) => { if (e.currentTarget.value) choose(e.currentTarget.value); }} />
			</label>
			<button type="button" onClick={() => { choose(monthEnd(asof, 1)); }} aria-label={t("later")} title={`${t("later")} ]`} disabled={asof >= latest}>▶</button>
			<label class="known"><span>{t("as_known")} </span>
				<input type="date" value={place.query["known"] ?? ""} min={programme.from} max={programme.today} onChange={(e) => { go(here({ known: e.currentTarget.value || undefined })); }} />
			</label>
		</span>
	);
}

/** Units and measures by name or id. */
function Search() {
	const { t, n, to, go } = useShared();
	const [text, setText] = useState("");
	const [open, setOpen] = useState(false);
	const targets = useRead<{ targets: Figure[] }>(open ? "/targets" : null);
	const units = useRead<{ units: Unit[] }>(open ? "/units" : null);
	const wanted = text.trim().toLowerCase();
	const fits = (x: { id: string; name: { zh: string; en: string } }) =>
		[x.id, x.name.zh, x.name.en].some((s) => s.toLowerCase().includes(wanted));
	const found = wanted === "" ? [] : [
		...(units.data?.units ?? []).filter(fits).map((u) => ({ href: to("units", u.id), text: n(u.name) })),
		...(targets.data?.targets ?? []).filter((f) => fits(f) || f.item === wanted).map((f) => ({ href: to("targets", f.id), text: `${f.item} ${n(f.name)}` })),
	].slice(0, 8);
	const take = (href: string | undefined) => {
		if (!href) return;
		setText(""); setOpen(false); go(href);
	};

	return (
		<form class="search" role="search" onSubmit={(e) => { e.preventDefault(); take(found[0]?.href); }}>
			<input id="search" type="search" value={text} placeholder={t("search")} aria-label={t("search")} autocomplete="off"
				onFocus={() => { setOpen(true); }} onInput={(e) => { setText(e.currentTarget.value); }} />
			{wanted !== "" && (
				<ul class="found">
					{found.map((x) => <li key={x.href}><a href={x.href} onClick={() => { setText(""); }}>{x.text}</a></li>)}
					{found.length === 0 && targets.data && <li class="nothing">{t("nothing")}</li>}
				</ul>
			)}
		</form>
	);
}

function useKeys() {
	const { t, to, with: here, go, place } = useShared();
	const after = useRef("");

	useEffect(() => {
		const on = (e: KeyboardEvent) => {
			const at = e.target as HTMLElement;
			if (e.ctrlKey || e.altKey || e.metaKey || at.closest("input, select, textarea")) return;
			if (after.current === "g") {
				const s = screens.find((x) => x.key === e.key);
				after.current = "";
				if (s) { e.preventDefault(); go(to(...s.path)); }
				return;
			}
			if (e.key === "g") after.current = "g";
			else if (e.key === "/") { e.preventDefault(); document.getElementById("search")?.focus(); }
			else if (e.key === "[" || e.key === "]") {
				document.querySelectorAll<HTMLButtonElement>(".days button")[e.key === "[" ? 0 : 1]?.click();
			} else if (e.key === "p") window.print();
			else if (e.key === "?") go(here({ keys: place.query["keys"] ? undefined : "1" }));
		};
		window.addEventListener("keydown", on);
		return () => { window.removeEventListener("keydown", on); };
	}, [t, to, here, go, place]);
}

function Keys() {
	const { t, n, place, with: here } = useShared();

	if (!place.query["keys"]) return null;
	return (
		<aside class="keys" aria-label={t("help")}>
			<dl>
				{screens.map((s) => <div key={s.key}><dt><kbd>g</kbd> <kbd>{s.key}</kbd></dt><dd>{t(s.name)}</dd></div>)}
				<div><dt><kbd>/</kbd></dt><dd>{t("search")}</dd></div>
				<div><dt><kbd>[</kbd> <kbd>]</kbd></dt><dd>{t("earlier")}, {t("later")}</dd></div>
				<div><dt><kbd>p</kbd></dt><dd>{t("print")}</dd></div>
				<div><dt><kbd>?</kbd></dt><dd>{n({ zh: "本表", en: "this table" })}</dd></div>
			</dl>
			<a href={here({ keys: undefined })}>{t("close")}</a>
		</aside>
	);
}

const themes: readonly { theme: Theme; name: Word }[] = [
	{ theme: "auto", name: "theme_auto" }, { theme: "light", name: "theme_light" }, { theme: "dark", name: "theme_dark" },
];

function Banner() {
	const { t, lang, place, with: here, looking_back } = useShared();
	const { asof, known } = place.query;

	if (!looking_back) return null;
	return (
		<p class="banner" role="status">
			{t("looking_back", {
				day: asof ? dayText(asof, lang) : t("latest"),
				known: known ? t("looking_back_known", { day: dayText(known, lang) }) : "",
			})} · <a href={here({ asof: undefined, known: undefined })}>{t("back")}</a>
		</p>
	);
}

export function Frame({ programme, children }: { programme: Programme; children: ComponentChildren }) {
	const { t, n, lang, setLang, theme, setTheme, to, place, head, link_state } = useShared();
	const main = useRef<HTMLElement>(null);
	const screen = place.path.join("/");

	useKeys();
	useEffect(() => { document.title = `${n(programme.title)} · ${t("app")}`; }, [n, t, programme.title]);
	useEffect(() => { window.scrollTo(0, 0); }, [screen]);
	return (
		<>
			<a class="skip" href="#main" onClick={(e) => { e.preventDefault(); main.current?.focus(); }}>{t("skip")}</a>
			<header>
				<a class="name" href={to()}>{n(programme.title)}</a>
				<Days programme={programme} />
				<Search />
				<span class="settings">
					<button type="button" lang={lang === "zh" ? "en" : "zh-CN"} onClick={() => { setLang(lang === "zh" ? "en" : "zh"); }}>{t("language")}</button>
					<label><span class="unseen">{t("theme")}</span>
						<select value={theme} onChange={(e) => { setTheme(e.currentTarget.value as Theme); }}>
							{themes.map((x) => <option key={x.theme} value={x.theme}>{t(x.name)}</option>)}
						</select>
					</label>
				</span>
			</header>
			<nav aria-label={t("app")}>
				{screens.map((s) => (
					<a key={s.key} href={to(...s.path)} {...((place.path[0] ?? "") === (s.path[0] ?? "") ? { "aria-current": "page" as const } : {})}>{t(s.name)}</a>
				))}
				<a href={to("wall")}>{t("wall")}</a>
			</nav>
			<Banner />
			{link_state === "lost" && head && <p class="banner lost" role="status">{t("link_lost", { time: moment(head.at, lang) })}</p>}
			<Keys />
			<main id="main" ref={main} tabIndex={-1}>{children}</main>
			<footer>
				<span>{t("position")} {head?.position ?? programme.position}</span>
				<span>{t("as_of")} {dayText(place.query["asof"] ?? programme.today, lang)}</span>
				<span>{t("invented_hint")}</span>
				<span class="print-only">{location.href}</span>
			</footer>
		</>
	);
}
