// SPDX-License-Identifier: MIT
// Timers whose time goes only when it is told to, and chance that is none.
export function makeTime(chance = 0) {
	let now = 0, next = 1, jobs = [];
	return {
		now: () => now,
		later(fn, ms) { jobs.push({ id: next, at: now + ms, fn }); return next++; },
		cancel(id) { jobs = jobs.filter((j) => j.id !== id); },
		chance: () => chance,
		async pass(ms) {
			const until = now + ms;
			for (;;) {
				const due = jobs.filter((j) => j.at <= until).sort((a, b) => a.at - b.at || a.id - b.id)[0];
				if (!due) break;
				jobs = jobs.filter((j) => j !== due);
				now = due.at;
				due.fn();
				await settle();
			}
			now = until;
			await settle();
		},
		waiting: () => jobs.length,
	};
}

/** Lets promises that are kept do what waits for them. */
export function settle() {
	return new Promise((resolve) => { setImmediate(resolve); });
}
