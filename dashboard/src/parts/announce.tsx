// SPDX-License-Identifier: MIT
// The one region that speaks by itself, politely, and not oftener than every half minute: figures
// that change all the time would drown what the reader listens to.
import { useEffect, useRef, useState } from "preact/hooks";
import { useShared } from "../state";
import { browser_timers, turns, type Turns } from "../turns";
import { w } from "../words/frame";

const QUIET_MS = 30000;

export function Announcer() {
	const { t, head, link_state, looking_back } = useShared();
	const [said, say] = useState("");
	const next = useRef("");
	const pace = useRef<Turns | null>(null);
	const before = useRef({ position: head?.position, lost: false });
	const lost = link_state === "lost" && head !== undefined;

	useEffect(() => {
		const p = turns(() => { say(next.current); }, browser_timers, [QUIET_MS]);
		pace.current = p;
		return () => { p.stop(); };
	}, []);
	useEffect(() => {
		const was = before.current;
		before.current = { position: head?.position, lost };
		if (lost !== was.lost) next.current = t(lost ? w.link_gone : w.link_again);
		else if (was.position !== undefined && head && head.position !== was.position && !looking_back) next.current = t(w.moved, { n: head.position });
		else return;
		pace.current?.change();
	}, [head?.position, lost, looking_back, t]);
	return <p class="unseen" role="status" aria-live="polite">{said}</p>;
}
