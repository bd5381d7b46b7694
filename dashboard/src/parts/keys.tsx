// SPDX-License-Identifier: MIT
// Single keys, the table of them, and the switch that turns them off for who speaks or mistypes.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Programme } from "../api";
import { useShared } from "../state";
import { w } from "../words/frame";
import { entries } from "./screens";

const SETTING = "keys";
/** So long after g its letter may come. */
const LETTER_MS = 1500;

function stored(): boolean {
	try { return localStorage.getItem(SETTING) !== "off"; } catch { return true; }
}

function useSetting(): readonly [boolean, (on: boolean) => void] {
	const [on, set] = useState(stored);
	return [on, (next) => {
		try { localStorage.setItem(SETTING, next ? "on" : "off"); } catch { /* it holds for this page */ }
		set(next);
	}];
}

function press(selector: string): void {
	document.querySelector<HTMLButtonElement>(selector)?.click();
}

function useKeys(on: boolean): void {
	const { to, with: here, go, place } = useShared();
	const after = useRef({ at: -LETTER_MS });

	useEffect(() => {
		if (!on) return undefined;
		const simple: Record<string, (e: KeyboardEvent) => void> = {
			"/": (e) => { e.preventDefault(); document.getElementById("search")?.focus(); },
			"[": () => { press(".days .earlier"); },
			"]": () => { press(".days .later"); },
			p: () => { window.print(); },
			"?": () => { go(here({ help: place.query["help"] ? undefined : "1" })); },
			g: () => { after.current.at = performance.now(); },
		};
		const listen = (e: KeyboardEvent) => {
			if (e.ctrlKey || e.altKey || e.metaKey || e.defaultPrevented || e.isComposing) return;
			if (e.target instanceof Element && e.target.closest("input:not([type=checkbox]), select, textarea, [contenteditable]")) return;
			if (performance.now() - after.current.at < LETTER_MS) {
				const entry = entries.find((x) => x.key === e.key);
				after.current.at = -LETTER_MS;
				if (entry) { e.preventDefault(); go(to(...entry.path)); return; }
			}
			simple[e.key]?.(e);
		};
		window.addEventListener("keydown", listen);
		return () => { window.removeEventListener("keydown", listen); };
	}, [on, to, here, go, place]);
}

/** "10.00" as 10. */
function plain(text: string): string {
	return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

export function Keys({ programme }: { programme: Programme }) {
	const { t, place, with: here, go } = useShared();
	const [on, set] = useSetting();
	const close = useRef<HTMLAnchorElement>(null);
	const shown = Boolean(place.query["help"]);

	useKeys(on);
	useEffect(() => { if (shown) close.current?.focus(); }, [shown]);
	if (!shown) return null;
	return (
		<aside class="keys" aria-label={t(w.help)} onKeyDown={(e) => { if (e.key === "Escape") go(here({ help: undefined })); }}>
			<p class="close"><a ref={close} href={here({ help: undefined })}>{t("close")}</a></p>
			<h2>{t(w.keys)}</h2>
			<p><label><input type="checkbox" checked={on} onChange={(e) => { set(e.currentTarget.checked); }} /> {t(w.keys_on)}</label></p>
			<dl>
				{entries.filter((e) => e.key).map((e) => <div key={e.key}><dt><kbd>g</kbd> <kbd>{e.key}</kbd></dt><dd>{t(e.name)}</dd></div>)}
				<div><dt><kbd>/</kbd></dt><dd>{t("search")}</dd></div>
				<div><dt><kbd>[</kbd> <kbd>]</kbd></dt><dd>{t("earlier")}, {t("later")}</dd></div>
				<div><dt><kbd>←</kbd><kbd>↑</kbd><kbd>→</kbd><kbd>↓</kbd></dt><dd>{t(w.keys_matrix)}</dd></div>
				<div><dt><kbd>Enter</kbd></dt><dd>{t(w.keys_open)}</dd></div>
				<div><dt><kbd>Esc</kbd></dt><dd>{t(w.keys_back)}</dd></div>
				<div><dt><kbd>p</kbd></dt><dd>{t("print")}</dd></div>
				<div><dt><kbd>?</kbd></dt><dd>{t(w.help)}</dd></div>
			</dl>
			<h2>{t(w.about)}</h2>
			<p>{t(w.about_text, { yellow: plain(programme.light_profile.yellow_from), red: plain(programme.light_profile.red_beyond) })}</p>
		</aside>
	);
}
