// SPDX-License-Identifier: MIT
// Around every screen: where one is, the day looked at, search, language, theme, the link.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Programme, Unit } from "../api";
import { dayText, moment } from "../format";
import { again } from "../live";
import { UserBadge, useSession } from "../session";
import { useRead, useShared, type Theme } from "../state";
import { w } from "../words/frame";
import type { Word } from "../words";
import { Announcer } from "./announce";
import { Days, newestDay } from "./days";
import { Keys } from "./keys";
import { Nav } from "./nav";
import { Search } from "./search";
import { useHeading } from "./heading";
import "../style/frame.css";

const themes: readonly { theme: Theme; name: Word }[] = [
	{ theme: "auto", name: "theme_auto" }, { theme: "light", name: "theme_light" }, { theme: "dark", name: "theme_dark" },
];

/** How many of those who owe a report have handed in all of it. */
function Reported() {
	const { t, lang, when, to } = useShared();
	const units = useRead<{ units: Unit[] }>(`/units?${when}`);
	const owing = (units.data?.units ?? []).filter((u) => u.reports.expected > 0);
	const fill = { n: owing.filter((u) => u.reports.missing === 0).length, all: owing.length };
	const period = owing[0]?.period;

	if (owing.length === 0) return null;
	return (
		<a class="reported" href={to("reporting")} title={t(w.reported_title, { ...fill, month: period ? dayText(period, lang).replace(/(\d+日|^\d+ )/, "") : "" })}>
			{t(w.reported, fill)}
		</a>
	);
}

function Settings() {
	const { t, lang, setLang, theme, setTheme, place, with: here } = useShared();

	return (
		<span class="settings">
			<button type="button" lang={lang === "zh" ? "en" : "zh-CN"} onClick={() => { setLang(lang === "zh" ? "en" : "zh"); }}>{t("language")}</button>
			<label><span class="unseen">{t("theme")}</span>
				<select value={theme} onChange={(e) => { setTheme(e.currentTarget.value as Theme); }}>
					{themes.map((x) => <option key={x.theme} value={x.theme}>{t(x.name)}</option>)}
				</select>
			</label>
			<UserBadge />
			<a class="help" href={here({ help: place.query["help"] ? undefined : "1" })}>{t(w.help)}</a>
		</span>
	);
}

function Banners({ programme }: { programme: Programme }) {
	const { t, lang, place, with: here, looking_back, link_state, head, newer_build } = useShared();
	const { asof, known } = place.query, lost = link_state === "lost" && head;

	const latest = newestDay(programme), ahead = asof !== undefined && asof > latest;

	if (!looking_back && !lost && !newer_build && place.bad_day === undefined) return null;
	return (
		<aside aria-label={t(w.notes)}>
			{place.bad_day !== undefined && <p class="banner">{t(w.day_bad, { day: place.bad_day })} <a href={here({})}>{t("close")}</a></p>}
			{ahead && <p class="banner">{t(w.day_ahead, { day: dayText(asof, lang), latest: dayText(latest, lang) })} <a href={here({ asof: undefined })}>{t("back")}</a></p>}
			{looking_back && !ahead && (
				<p class="banner">
					{t("looking_back", {
						day: asof ? dayText(asof, lang) : t("latest"),
						known: known ? t("looking_back_known", { day: dayText(known, lang) }) : "",
					})} <span class="small">{t(w.day_now)}</span> · <a href={here({ asof: undefined, known: undefined })}>{t("back")}</a>
				</p>
			)}
			{lost && <p class="banner lost">{t("link_lost", { time: moment(head.at, lang) })}</p>}
			{newer_build && <p class="banner">{t(w.build_new)} <button type="button" onClick={() => { location.reload(); }}>{t(w.build_load)}</button></p>}
		</aside>
	);
}

export function Frame({ programme, children }: { programme: Programme; children: ComponentChildren }) {
	const { t, n, lang, to, place, head, link_state } = useShared();
	const { user } = useSession();
	const main = useRef<HTMLElement>(null);

	useHeading(main, place.path.join("/"), n(programme.title));
	/* who has just signed in may listen now */
	useEffect(() => { again(); }, [user?.name]);
	return (
		<>
			<a class="skip" href="#main" onClick={(e) => { e.preventDefault(); main.current?.focus(); }}>{t("skip")}</a>
			<header class="top">
				<a class="name" href={to()}>{n(programme.title)}</a>
				<Days programme={programme} />
				<Reported />
				<Search />
				<Settings />
			</header>
			<Nav />
			<Banners programme={programme} />
			<Keys programme={programme} />
			<main id="main" ref={main} tabIndex={-1}>{children}</main>
			<Announcer />
			<footer>
				<span>{t("position")} {head?.position ?? programme.position}</span>
				<span>{t("as_of")} {dayText(place.query["asof"] ?? programme.today, lang)}</span>
				{link_state === "polled" && <span>{t(w.no_stream)}</span>}
				<span>{t("invented_hint")}</span>
				<span class="print-only">{location.href}</span>
			</footer>
		</>
	);
}
