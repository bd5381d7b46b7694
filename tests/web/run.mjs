// SPDX-License-Identifier: MIT
// node run.mjs [--only WORD] [--shots DIR]: all browser tests, or those whose name holds a word, a
// line each; the last line is "N passed, N failed". "--only screen" are the screens, "--only page" the rest.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { endAll, openPage, root, startBrowser, startDemo } from "./harness.mjs";
import * as behaviour from "./behaviour.mjs";
import { screens } from "./screens.mjs";

const argument = (name, otherwise) => {
	const at = process.argv.indexOf(name);
	return at < 0 ? otherwise : process.argv[at + 1];
};
const only = argument("--only", ""), shots = argument("--shots", join(root, "build/web-shots"));
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

for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => { void endAll(browser).then(() => process.exit(1)); });
try {
	mkdirSync(shots, { recursive: true });
	const demo = await startDemo();
	browser = await startBrowser();
	const world = { demo, browser, shots, open: (options) => openPage(browser, demo.base, options) };
	/* the screens first: later tests report rows */
	for (const [name, fn] of await screens(world)) if (name.includes(only)) await attempt(name, fn);
	for (const [name, fn] of Object.entries(behaviour.tests)) if (`page ${name}`.includes(only)) await attempt(`page ${name}`, () => fn(world));
} catch (e) {
	failed++;
	console.log(`FAILED  ${e.stack}`);
}
await endAll(browser);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
