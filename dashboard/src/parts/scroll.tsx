// SPDX-License-Identifier: MIT
// Around what may be wider than the screen: it scrolls by itself, so that the page does not. Where it
// really is wider, the Tab key stops at it, for arrow keys are then the only way to its far side.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useShared } from "../state";

export function Scroll({ label, children }: { label?: string; children: ComponentChildren }) {
	const { t } = useShared();
	const box = useRef<HTMLDivElement>(null);
	const [wide, set] = useState(false);

	useEffect(() => {
		const e = box.current;
		if (!e) return undefined;
		const look = () => { set(e.scrollWidth > e.clientWidth); };
		const watch = new ResizeObserver(look);
		watch.observe(e);
		if (e.firstElementChild) watch.observe(e.firstElementChild);
		return () => { watch.disconnect(); };
	}, []);
	return <div class="scroll" ref={box} {...(wide ? { tabIndex: 0, role: "region" as const, "aria-label": label ?? t("scrolls") } : {})}>{children}</div>;
}
