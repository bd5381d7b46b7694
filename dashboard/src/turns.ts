// SPDX-License-Identifier: MIT
// When a page asks again after something changed: the first time at once, then not more often than
// every so often, however many commits there are; what came in between is asked for in one go. Where
// commits do not end (a county sends in its month), the wait grows; once they do, the last of them is
// asked for soon. The wait varies, so that many pages do not ask in the same instant.

export const GAP_MS = 2000;
/** The wait after the n-th turn in a row that others waited behind; the last one from then on. */
export const GAPS_MS = [GAP_MS, GAP_MS, GAP_MS, 5000, 5000, 10000];
/** Up to this share of the gap is added by chance. */
export const SPREAD = 0.5;

export interface Timers {
	now(): number;
	later(fn: () => void, ms: number): number;
	cancel(id: number): void;
	chance(): number;
}

export const browser_timers: Timers = {
	now: () => performance.now(),
	later: (fn, ms) => window.setTimeout(fn, ms),
	cancel: (id) => { window.clearTimeout(id); },
	chance: Math.random,
};

export interface Turns { change(): void; stop(): void }

export function turns(ask: () => void, timers: Timers, gaps: readonly number[] = GAPS_MS): Turns {
	const least = gaps[0] ?? GAP_MS;
	let last = -Infinity, due = 0, changed = 0, row = 0, waiting: number | undefined;
	const run = () => {
		waiting = undefined;
		last = timers.now();
		ask();
	};
	/* looks at least every gap of the shortest kind whether it became quiet */
	const wait = () => {
		const now = timers.now();
		const quiet = Math.max(changed, last) + least * (1 + SPREAD * timers.chance());
		waiting = timers.later(look, Math.max(0, Math.min(due, quiet) - now));
	};
	const look = () => {
		const now = timers.now();
		if (now >= due) run();
		else if (now - changed >= least) { row = 0; run(); }
		else wait();
	};

	return {
		change() {
			const now = timers.now(), gap = gaps[Math.min(row, gaps.length - 1)] ?? least;
			changed = now;
			if (waiting !== undefined) return;
			if (now - last >= gap) { row = 0; run(); return; }
			row++;
			due = last + gap * (1 + SPREAD * timers.chance());
			wait();
		},
		stop() {
			if (waiting !== undefined) timers.cancel(waiting);
			waiting = undefined;
		},
	};
}

/** How long to wait before the n-th new attempt to connect, from 0: doubling up to half a minute, and
 * by chance, so that a restarted daemon is not met by all pages at once. */
export function backoff(n: number, chance: number): number {
	return Math.min(30000, 1000 * 2 ** Math.min(n, 5)) * (0.5 + chance);
}
