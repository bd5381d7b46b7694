// SPDX-License-Identifier: MIT
// The main heading of a screen: it names the document, and takes the focus when the screen changes.
import { useEffect, useRef } from "preact/hooks";

/** So long a screen may take to show its heading. */
const PATIENCE_MS = 4000;

/** Whether the reader is in the middle of something that a moved focus would spoil. */
function busy(): boolean {
	const at = document.activeElement;
	return at instanceof HTMLElement && at.closest("main input, main select, main textarea, .search, .panel") !== null;
}

export function useHeading(main: { current: HTMLElement | null }, screen: string, programme: string): void {
	const first = useRef(true);

	useEffect(() => {
		const at = main.current;
		const came_at = performance.now();
		/* a page that was just opened begins at its beginning */
		let owed = !first.current;
		const old = at?.querySelector("h1");
		const look = () => {
			const h1 = at?.querySelector("h1");
			const text = h1?.textContent?.trim();
			const title = text ? `${text} · ${programme}` : programme;
			if (document.title !== title) document.title = title;
			if (!h1 || !owed || h1 === old && performance.now() - came_at < 50) return;
			owed = false;
			if (performance.now() - came_at > PATIENCE_MS || busy()) return;
			h1.tabIndex = -1;
			h1.focus({ preventScroll: true });
		};
		const watcher = new MutationObserver(look);

		if (!first.current) window.scrollTo(0, 0);
		first.current = false;
		if (at) watcher.observe(at, { childList: true, subtree: true, characterData: true });
		/* the heading may stay the same element */
		const timer = window.setTimeout(look, 60);
		look();
		return () => { watcher.disconnect(); window.clearTimeout(timer); };
	}, [main, screen, programme]);
}
