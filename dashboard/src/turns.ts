// SPDX-License-Identifier: MIT
// When a page asks again after something changed: the first time at once, then not more often than
// every so often, however many commits there are; what came in between is asked for in one go. The
// wait varies, so that many pages do not ask in the same instant.

export const GAP_MS = 2000;
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

export function turns(ask: () => void, timers: Timers, gap = GAP_MS): Turns {
	let last = -Infinity, waiting: number | undefined;
	const run = () => {
		waiting = undefined;
		last = timers.now();
		ask();
	};

	return {
		change() {
			if (waiting !== undefined) return;
			const left = last + gap * (1 + SPREAD * timers.chance()) - timers.now();
			if (timers.now() - last >= gap) run();
			else waiting = timers.later(run, left);
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
