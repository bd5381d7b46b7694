// SPDX-License-Identifier: MIT
// What the page does: by keyboard alone, live, looking back, and when something is amiss.
import { expect, expectEqual, SLOW, startDaemon, until, WAIT_MS } from "./harness.mjs";

const text = (page, selector = "body") => page.evaluate((s) => document.querySelector(s)?.innerText ?? "", selector);
const focused = (page) => page.evaluate(() => {
	const e = document.activeElement;
	return { tag: e.tagName.toLowerCase(), id: e.id, className: String(e.className), at: `${e.dataset?.target ?? ""}/${e.dataset?.unit ?? ""}`, text: e.innerText ?? "" };
});

/** The first contents on the screen, in ms after the page was asked for. */
const firstPaint = (page) => page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime);

async function keyboard({ open }) {
	const page = await open({ lang: "en" });
	await page.show("#/");
	await page.keyboard.press("Tab");
	expect((await focused(page)).className.includes("skip"), "the first stop is the way past the frame");
	await page.keyboard.press("Enter");
	expectEqual((await focused(page)).id, "main", "where the way past the frame leads");
	await page.keyboard.press("/");
	expectEqual((await focused(page)).tag, "input", "what / brings to");
	await page.keyboard.type("canteens");
	await until(async () => (await text(page)).includes("Canteens for older"), "what the search found");
	await page.keyboard.press("Enter");
	await until(() => page.url().includes("#/targets/canteens"), "the measure that was found");
	await page.evaluate(() => { document.activeElement?.blur(); });
	await page.keyboard.press("g");
	await page.keyboard.press("h");
	await until(() => page.url().includes("#/matrix"), "the matrix by keys");
	await page.end();
}

async function matrix({ open }) {
	const page = await open({ lang: "en" });
	await page.show("#/matrix");
	await page.locator("table.matrix [tabindex='0']").first().focus();
	const before = (await focused(page)).at;
	await page.keyboard.press("ArrowDown");
	await page.keyboard.press("ArrowRight");
	const after = (await focused(page)).at;
	expect(before !== after && after !== "/", `arrows lead from ${before} to ${after}`);
	expectEqual(await page.locator("table.matrix [tabindex='0']").count(), 1, "stops of the Tab key in the matrix");
	await page.keyboard.press("Enter");
	await page.settle();
	await until(() => !page.url().endsWith("#/matrix"), "the cell that Enter opens");
	await page.end();
}

async function live({ demo, open }) {
	const county = demo.enrol("yutai"), page = await open({ lang: "en" });
	await page.show("#/targets/canteens?unit=yutai");
	await until(async () => (await text(page, "main")).includes("Yutai"), "the measure");
	const before = await text(page, "main");
	county.push("canteens", "9", "--stage", "accepted", "--as-of", "2022-12-31", "--reason", "counted again");
	const committed = Date.now();
	await until(async () => await text(page, "main") !== before, "the figure on the open page");
	const took = Date.now() - committed;
	console.log(`        a commit showed ${took} ms after its receipt`);
	expect(took < 1000 * SLOW, `it took ${took} ms`);
	await page.end();
}

async function lookingBack({ demo, open }) {
	const page = await open({ lang: "en" });
	const query = "valid_at=2022-06-30&known_at=2022-07-15";
	const figure = await demo.get(`/api/v1/targets/canteens?${query}`);
	await page.show("#/targets/canteens?asof=2022-06-30&known=2022-07-15");
	const shown = await text(page);
	expect(/30 Jun/.test(shown) && /15 Jul/.test(shown), "a banner says which day is shown, as known when");
	expect((await text(page, "main")).includes(figure.value), `the figure of that day, ${figure.value}`);
	await page.locator(".banner a").first().click();
	await until(() => !page.url().includes("asof="), "the way back to the newest");
	await page.end();
}

async function amiss({ open }) {
	for (const [hash, wanted] of [["#/units/atlantis", /atlantis/i], ["#/targets/atlantis", /atlantis/i], ["#/nowhere", /./],
		["#/?asof=2031-01-01", /./], ["#/?asof=2022-13-77", /./], ["#/alerts/none.such", /./], ["#/bulletin/1999-01", /./]]) {
		const page = await open({ lang: "en" });
		await page.show(hash);
		const shown = await text(page);
		expect(wanted.test(shown), `${hash} says what is wrong: ${shown.slice(0, 300)}`);
		expect(!/undefined|NaN|\[object|null%/.test(shown), `${hash}: ${/.{0,60}(undefined|NaN|\[object|null%)/.exec(shown)?.[0]}`);
		expect(await page.locator("a[href^='#/']").count() > 0, `${hash} has a way on`);
		expectEqual(page.faults.filter((f) => f.startsWith("script")), [], `${hash} without an error of the script`);
		await page.end();
	}
}

async function lost({ browser }) {
	const daemon = await startDaemon("lost"), { openPage } = await import("./harness.mjs");
	const page = await openPage(browser, daemon.base, { lang: "en" });
	await page.show("#/");
	const calm = await text(page);
	expect(/report|nothing|no figure/i.test(calm), `a programme without figures says so: ${calm.slice(0, 200)}`);
	await daemon.stop("SIGKILL");
	await until(async () => await page.locator(".lost, .banner").count() > 0, "the banner of a lost link", WAIT_MS);
	await daemon.start();
	await until(async () => await page.locator(".banner.lost, .lost").count() === 0, "the link that came back", 30000 * SLOW);
	await page.end();
	await daemon.stop();
}

async function printed({ open }) {
	const page = await open({ lang: "zh" });
	for (const hash of ["#/", "#/targets/canteens", "#/units/yutai"]) {
		await page.show(hash);
		const paper = await page.pdf({ format: "A4" });
		expect(paper.subarray(0, 5).toString() === "%PDF-" && paper.length > 5000, `${hash} as a paper of ${paper.length} bytes`);
	}
	await page.end();
}

async function weight({ open }) {
	const page = await open({ lang: "zh", axe: false }), sizes = [];
	page.on("response", (r) => { if (r.url().includes("/assets/") || r.url().endsWith("/")) sizes.push(r.request().sizes()); });
	await page.show("#/");
	const bytes = (await Promise.all(sizes)).reduce((sum, s) => sum + s.responseBodySize, 0);
	const paint = await firstPaint(page);
	console.log(`        first paint ${Math.round(paint)} ms; scripts, styles and page ${bytes} bytes on the wire`);
	expect(bytes < 60 * 1024, `the first screen weighs ${bytes} bytes`);
	expect(paint < 300 * SLOW, `first paint after ${paint} ms`);
	await page.end();
}

export const tests = {
	"keyboard: past the frame, search, keys": keyboard, "keyboard: the matrix": matrix,
	"looking back": lookingBack, "what is amiss is said": amiss, "a lost link, and back": lost,
	"paper": printed, "weight and first paint": weight, "a commit shows on an open page": live,
};
