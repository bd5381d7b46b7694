// SPDX-License-Identifier: MIT
// How long the matrix lets somebody wait: from a key or a letter to the next paint, in ms. "work" is
// what a press costs the page's thread in all, in ms of the processor, with what follows later: that
// figure holds on a busy machine too. Takes the demo's year in a daemon of its own, or --base URL of
// one that runs; --throttle 4 slows the processor down, --count N presses each. Ends with 1 where a
// wait is longer than --limit MS.
import { endAll, openPage, startBrowser, startDemo } from "../tests/web/harness.mjs";

const argument = (name, otherwise) => {
	const at = process.argv.indexOf(name);
	return at < 0 ? otherwise : process.argv[at + 1];
};
const throttle = Number(argument("--throttle", 1)), count = Number(argument("--count", 30)), limit = Number(argument("--limit", Infinity));
/** Between two presses: a quick typist's, and long enough for what follows a press to be over. */
const PAUSE_MS = 150;

/** Writes down how long each event took to the end of the frame that shows it. */
function watch() {
	window.waits = [];
	const ends = (e) => {
		const began = e.timeStamp, channel = new MessageChannel();
		channel.port1.onmessage = () => { window.waits.push(performance.now() - began); };
		/* the message comes when the frame is painted */
		requestAnimationFrame(() => { channel.port2.postMessage(0); });
	};
	for (const type of ["keydown", "input", "change", "wheel", "click"]) window.addEventListener(type, ends, { capture: true, passive: true });
}

const pause = (ms) => new Promise((next) => { setTimeout(next, ms); });

/** Main thread of the page, in ms of the processor since it began. */
async function worked(session) {
	const { metrics } = await session.send("Performance.getMetrics");
	return metrics.find((m) => m.name === "TaskDuration").value * 1000;
}

/** Longest wait of each press, as a letter is both a key and an input; and the work of it. */
async function measure(page, session, presses) {
	const got = [];

	for (const press of presses) {
		await page.evaluate(() => { window.waits = []; });
		const before = await worked(session);
		await press();
		await pause(PAUSE_MS);
		const work = await worked(session) - before;
		got.push({ work, wait: await page.evaluate(() => Math.max(0, ...window.waits)) });
	}
	return got;
}

function say(what, got) {
	const of = (list) => {
		const sorted = [...list].sort((a, b) => a - b);
		return { median: sorted[Math.floor(sorted.length / 2)], max: sorted[sorted.length - 1] };
	};
	const wait = of(got.map((g) => g.wait)), work = of(got.map((g) => g.work)), figure = (n) => n.toFixed(1).padStart(6);
	console.log(`${what.padEnd(32)} wait: median ${figure(wait.median)} max ${figure(wait.max)}   work: median ${figure(work.median)} max ${figure(work.max)}`);
	return wait.max;
}

const repeat = (n, fn) => Array.from({ length: n }, (_, i) => () => fn(i));

async function matrix(browser, base) {
	const page = await openPage(browser, base, { axe: false }), waits = [];
	const press = (key) => page.keyboard.press(key);
	const note = async (what, presses) => { waits.push(say(what, await measure(page, session, presses))); };

	await page.show("#/matrix");
	await page.locator("table.matrix .cell").first().waitFor();
	console.log(`${await page.locator("table.matrix td").count()} cells`);
	await page.evaluate(watch);
	const session = await page.context().newCDPSession(page);
	await session.send("Performance.enable", { timeDomain: "threadTicks" });
	await session.send("Emulation.setCPUThrottlingRate", { rate: throttle });
	await page.locator("table.matrix .cell").nth(5).focus();
	for (const [there, back] of [["ArrowDown", "ArrowUp"], ["ArrowRight", "ArrowLeft"], ["PageDown", "PageUp"]])
		await note(`${there}, ${back}`, repeat(count, (i) => press(i % 6 < 3 ? there : back)));
	await note("Home and End, with Ctrl", repeat(count, (i) => press(i % 2 ? "Control+Home" : "Control+End")));
	await page.locator("table.matrix .cell").nth(200).hover();
	await note("wheel", repeat(count, (i) => page.mouse.wheel(0, i % 20 < 10 ? 120 : -120)));
	await page.mouse.move(0, 0);

	const box = page.locator(".tools input[type=search]"), typed = [], removed = [], cleared = [];
	for (let i = 0; i < count; i += 3) {
		await box.focus();
		typed.push(...await measure(page, session, ["教", "育", "局"].map((letter) => () => page.keyboard.press("End").then(() => page.keyboard.insertText(letter)))));
		removed.push(...await measure(page, session, repeat(3, () => press("Backspace"))));
		await measure(page, session, [() => page.keyboard.insertText("zzz")]);
		await press("Control+a");
		await pause(PAUSE_MS);
		cleared.push(...await measure(page, session, [() => press("Delete")]));
		await pause(500);
	}
	waits.push(say("letters of the filter", typed), say("letters taken away", removed), say("nothing found, cleared at once", cleared));
	await page.end();
	return Math.max(...waits);
}

let browser;
try {
	const base = argument("--base") ?? (await startDemo()).base;
	browser = await startBrowser();
	process.exitCode = await matrix(browser, base) > limit ? 1 : 0;
} finally {
	await endAll(browser);
}
