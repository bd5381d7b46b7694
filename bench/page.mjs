// SPDX-License-Identifier: MIT
// What the page costs who looks at it, on the demo's year in a daemon of its own: first paint, bytes on
// the wire, a commit that shows on an open page. --count N of each (7); --limits: ends with 1 where a
// median is over its limit.
import { endAll, expect, openPage, startBrowser, startDemo } from "../tests/web/harness.mjs";
import { commitToPage, firstScreen, otherValue } from "../tests/web/behaviour.mjs";

const argument = (name, otherwise) => {
	const at = process.argv.indexOf(name);
	return at < 0 ? otherwise : process.argv[at + 1];
};
const count = Number(argument("--count", 7)), strict = process.argv.includes("--limits");
let over = 0;

function say(what, unit, values, limit) {
	const sorted = [...values].sort((a, b) => a - b), median = sorted[Math.floor(sorted.length / 2)];
	const show = (n) => String(Math.round(n)).padStart(7);
	if (median > limit) over++;
	console.log(`${what.padEnd(44)} ${unit.padEnd(5)} least ${show(sorted[0])}  median ${show(median)}  most ${show(sorted[sorted.length - 1])}  to stay under ${show(limit)}${median > limit ? "  OVER" : ""}`);
}

async function series(fn) {
	const values = [];
	for (let i = 0; i < count; i++) values.push(await fn());
	return values;
}

/** Bytes of the chart's part, as sent: what comes when a measure is opened, and did not come before. */
async function chart(browser, base) {
	const page = await openPage(browser, base, { axe: false }), sizes = [];
	await page.show("#/");
	page.on("response", (r) => { if (r.url().endsWith(".js")) sizes.push(r.request().sizes()); });
	await page.show("#/targets/canteens");
	const bytes = (await Promise.all(sizes)).map((s) => s.responseBodySize);
	await page.end();
	expect(bytes.length > 0, "a measure's chart was asked for");
	return Math.max(...bytes);
}

async function commits(browser, demo) {
	const county = demo.enrol("yutai");
	let value = await otherValue(demo);
	/* each on a page that has just come: a second commit would wait for the page's next turn to read */
	return series(async () => {
		const page = await openPage(browser, demo.base, { lang: "en", axe: false });
		await page.show("#/targets/canteens");
		const ms = await commitToPage(demo, county, page, value++);
		await page.end();
		return ms;
	});
}

let browser;
try {
	const demo = await startDemo();
	browser = await startBrowser();
	const open = (options) => openPage(browser, demo.base, options);
	await firstScreen(open);
	const first = await series(() => firstScreen(open));
	say("first paint of the overview", "ms", first.map((f) => f.paint), 300);
	say("page, scripts and styles of the overview", "bytes", first.map((f) => f.bytes), 60000);
	say("the chart's part", "bytes", [await chart(browser, demo.base)], 210000);
	say("from a row's receipt to its figure on a page", "ms", await commits(browser, demo), 500);
} finally {
	await endAll(browser);
}
process.exitCode = strict && over > 0 ? 1 : 0;
