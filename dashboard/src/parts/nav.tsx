// SPDX-License-Identifier: MIT
// The bar of screens: the ones of every day, and all of them, grouped, behind one button.
import { useEffect, useRef, useState } from "preact/hooks";
import { useShared } from "../state";
import { w } from "../words/frame";
import { entries, entryOf, groups, type Entry } from "./screens";

/** Closes on Escape, on a click elsewhere, and when the reader goes on. */
export function useFold(): { open: boolean; toggle(): void; ref: { current: HTMLDivElement | null } } {
	const { place } = useShared();
	const [open, set] = useState(false);
	const ref = useRef<HTMLDivElement>(null);

	useEffect(() => { set(false); }, [place]);
	useEffect(() => {
		if (!open) return undefined;
		const key = (e: KeyboardEvent) => {
			if (e.key !== "Escape") return;
			e.stopPropagation();
			set(false);
			ref.current?.querySelector<HTMLElement>("[aria-expanded]")?.focus();
		};
		const away = (e: Event) => { if (!ref.current?.contains(e.target as Node)) set(false); };
		document.addEventListener("keydown", key);
		document.addEventListener("pointerdown", away);
		document.addEventListener("focusin", away);
		return () => {
			document.removeEventListener("keydown", key);
			document.removeEventListener("pointerdown", away);
			document.removeEventListener("focusin", away);
		};
	}, [open]);
	return { open, toggle: () => { set((o) => !o); }, ref };
}

export function Nav() {
	const { t, to, place } = useShared();
	const { open, toggle, ref } = useFold();
	const here = entryOf(place.path);
	const anchor = (e: Entry, name = "") => (
		<a key={e.path.join("/")} class={name} href={to(...e.path)} {...(e === here ? { "aria-current": "page" as const } : {})}>{t(e.name)}</a>
	);
	const hidden = here?.bar === undefined ? "always" : here.bar === "wide" ? "narrow" : "";

	return (
		<nav class="screens" aria-label={t(w.screens)}>
			{entries.filter((e) => e.bar).map((e) => anchor(e, e.bar ?? ""))}
			<div class="more" ref={ref}>
				<button type="button" aria-expanded={open} aria-controls="all-screens" class={hidden ? `here-${hidden}` : ""} onClick={toggle}>{t("more")} <span aria-hidden="true">▾</span></button>
				<div id="all-screens" class="all-screens" hidden={!open}>
					{groups.map((g) => (
						<section key={t(g.name)}>
							<h2>{t(g.name)}</h2>
							<ul>{g.entries.map((e) => <li key={e.path.join("/")}>{anchor(e)}</li>)}</ul>
						</section>
					))}
				</div>
			</div>
		</nav>
	);
}
