// SPDX-License-Identifier: MIT
// node run.mjs [--only EXPRESSION] [--shots DIR]: all browser tests, or those whose name fits (a
// regular expression), a line each; the last line is "N passed, N failed". "--only ^screen" are the
// screens, "--only ^page" the rest.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { endAll, openPage, root, startBrowser, startDemo } from "./harness.mjs";
import * as behaviour from "./behaviour.mjs";
import * as office from "./office.mjs";
import { screens } from "./screens.mjs";

const argument = (name, otherwise) => {
	const at = process.argv.indexOf(name);
	return at < 0 ? otherwise : process.argv[at + 1];
};
const only = new RegExp(argument("--only", "")), shots = argument("--shots", join(root, "build/web-shots"));
/** Lanes that run side by side: the browser and the daemon have the cores to themselves otherwise. */
const SIDE_BY_SIDE = 2;
let browser, passed = 0, failed = 0;

async function attempt(name, fn) {
	const began = Date.now();
	try {
		await fn();
		passed++;
		console.log(`ok      ${name} (${Date.now() - began} ms)`);
	} catch (e) {
		failed++;
		console.log(`FAILED  ${name} (${Date.now() - began} ms)\n    ${String(e.message).split("\n").join("\n    ")}`);
	}
}

/** Lanes of [name, test]: the tests of a lane one after the other, so many lanes at a time. */
async function drive(lanes, side_by_side) {
	const waiting = lanes.map((lane) => lane.filter(([name]) => only.test(name)));
	const driver = async () => {
		for (let lane = waiting.shift(); lane; lane = waiting.shift())
			for (const [name, fn] of lane) await attempt(name, fn);
	};
	await Promise.all(Array.from({ length: side_by_side }, driver));
}

for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => { void endAll(browser).then(() => process.exit(1)); });
try {
	mkdirSync(shots, { recursive: true });
	const demo = await startDemo();
	browser = await startBrowser();
	const world = { demo, browser, shots, open: (options) => openPage(browser, demo.base, options) };
	const named = (tests) => Object.entries(tests).map(([name, fn]) => [`page ${name}`, () => fn(world)]);
	/* the screens first: later tests report rows and write records */
	await drive(await screens(world), SIDE_BY_SIDE);
	await drive(named({ ...behaviour.tests, ...office.tests }).map((test) => [test]), SIDE_BY_SIDE);
	/* what is measured has the machine to itself */
	await drive([named(behaviour.measured)], 1);
} catch (e) {
	failed++;
	console.log(`FAILED  ${e.stack}`);
}
await endAll(browser);
if (passed + failed === 0) console.log(`no test fits ${only}`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
