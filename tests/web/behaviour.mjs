// SPDX-License-Identifier: MIT
// What the page does: by keyboard alone, live, looking back, and when something is amiss.
import { expect, expectEqual, openPage, SLOW, startDaemon, until, WAIT_MS } from "./harness.mjs";

const PASSWORD = "correct horse battery";

const text = (page, selector = "body") => page.evaluate((s) => document.querySelector(s)?.innerText ?? "", selector);
const focused = (page) => page.evaluate(() => {
	const e = document.activeElement;
	return { tag: e.tagName.toLowerCase(), id: e.id, className: String(e.className), at: `${e.dataset?.target ?? ""}/${e.dataset?.unit ?? ""}`, text: e.innerText ?? "" };
});

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
	const [target, unit] = after.split("/");
	await page.keyboard.press("Enter");
	await until(() => page.url().includes(`#/targets/${target}`) && page.url().includes(unit), `the cell ${after} that Enter opens`);
	await page.end();
}

/** Writes down when the figure of that unit is seen first, by the page's own clock. */
function watchFor(page, unit, value) {
	return page.evaluate(([id, wanted]) => {
		window.seen_at = undefined;
		const shown = () => [...document.querySelectorAll("tr")].some((tr) => tr.querySelector(`a[href*="units/${id}"]`) && new RegExp(`(^|[^\\d.])${wanted}([^\\d.]|$)`).test(tr.innerText));
		if (shown()) throw new Error(`${wanted} is shown before it is reported`);
		const watch = new MutationObserver(() => {
			if (window.seen_at || !shown()) return;
			window.seen_at = Date.now();
			watch.disconnect();
		});
		watch.observe(document.body, { subtree: true, childList: true, characterData: true });
	}, [unit, String(value)]);
}

/** A county reports its canteens; ms from the receipt to the figure on the page that is open. */
export async function commitToPage(demo, county, page, value) {
	await watchFor(page, "yutai", value);
	const receipt = await county.push("canteens", String(value), "--stage", "accepted", "--as-of", "2022-12-31", "--reason", "counted again");
	await until(() => page.evaluate(() => window.seen_at !== undefined), `${value} on the open page`);
	return Math.max(0, await page.evaluate(() => window.seen_at) - receipt);
}

/** A figure that the page of the measure does not show yet. */
export async function otherValue(demo) {
	const { cells } = await demo.get("/api/v1/cells?target=canteens&unit=yutai");
	return Number(cells[0].value ?? 0) + 1;
}

async function live({ demo, open }) {
	const county = demo.enrol("yutai"), page = await open({ lang: "en" }), value = await otherValue(demo);
	await page.show("#/targets/canteens");
	const took = await commitToPage(demo, county, page, value);
	console.log(`        a commit showed ${took} ms after its receipt`);
	expect(took < 500 * SLOW, `it took ${took} ms`);
	expectEqual(String((await demo.get("/api/v1/cells?target=canteens&unit=yutai")).cells[0].value), String(value), "what the daemon has");
	await page.end();
}

async function lookingBack({ demo, open }) {
	const page = await open({ lang: "en" });
	const query = "valid_at=2022-06-30&known_at=2022-07-15";
	const figure = await demo.get(`/api/v1/targets/canteens?${query}`), newest = await demo.get("/api/v1/targets/canteens");
	expect(figure.value !== newest.value, "the demo's figure moved after June");
	await page.show("#/targets/canteens?asof=2022-06-30&known=2022-07-15");
	const shown = await text(page, ".banner");
	expect(/30 Jun/.test(shown) && /15 Jul/.test(shown), "a banner says which day is shown, as known when");
	expect((await text(page, "main .head")).includes(figure.value), `the figure of that day, ${figure.value}`);
	await page.locator(".banner a").first().click();
	await until(() => !page.url().includes("asof="), "the way back to the newest");
	await until(async () => (await text(page, "main .head")).includes(newest.value), `the newest figure, ${newest.value}`);
	await page.end();
}

/** Addresses that lead nowhere, and what is said there. */
const wrong = [
	["#/units/atlantis", /atlantis/i], ["#/targets/atlantis", /atlantis/i], ["#/nowhere", /no such page/],
	["#/?asof=2031-01-01", /Jan 2031/], ["#/?asof=2022-13-77", /2022-13-77|date|day/i], ["#/?asof=2021-06-30", /no data for this day/],
	["#/alerts/none.such", /no (such )?alert|none\.such/i], ["#/slips/999999", /999999|no (such )?slip/i], ["#/bulletin/1999-01", /1999|outside|month/i],
	["#/events/999999999/0", /999999999|no such|no event/i],
];

async function amiss({ open }) {
	const page = await open({ lang: "en" }), faults = [];
	for (const [hash, wanted] of wrong) {
		page.faults.length = 0;
		await page.show(hash);
		const shown = `${await text(page, ".banner")} ${await text(page, "main")}`, garbled = /.{0,60}(undefined|NaN|\[object|null%)/.exec(shown)?.[0];
		if (!wanted.test(shown)) faults.push(`${hash} does not say what is wrong: ${shown.slice(0, 300)}`);
		if (garbled) faults.push(`${hash}: ${garbled}`);
		if (await page.locator("main a[href^='#/'], .banner a[href^='#/']").count() === 0) faults.push(`${hash} has no way on`);
		faults.push(...page.faults.filter((f) => f.startsWith("script")).map((f) => `${hash}: ${f}`));
	}
	expectEqual(faults, [], "addresses that lead nowhere");
	await page.end();
}

async function lost({ browser }) {
	const daemon = await startDaemon("lost"), page = await openPage(browser, daemon.base, { lang: "en" });
	await page.show("#/");
	expect(/no data/.test(await text(page, "main")), `a programme without figures says so: ${(await text(page, "main")).slice(0, 200)}`);
	expectEqual(await page.locator(".banner.lost").count(), 0, "banners of a lost link while there is one");
	await daemon.stop("SIGKILL");
	await page.locator(".banner.lost").waitFor();
	expect(/lost/i.test(await text(page, ".banner.lost")), "the banner says that the link is lost");
	expect((await text(page, "main")).length > 20, "what was read before is still shown");
	await daemon.start();
	await page.locator(".banner.lost").waitFor({ state: "detached", timeout: 6 * WAIT_MS });
	await page.end();
	await daemon.stop();
}

/** Who reads signed in alone: the daemon forgets its sessions when it starts anew. */
async function expired({ browser }) {
	const daemon = await startDaemon("expired", "web:\n  reading: signed_in\n");
	daemon.ctl(["user", "add", "reader", "--role", "viewer", "--password-file", "-"], `${PASSWORD}\n`);
	const page = await openPage(browser, daemon.base, { lang: "en" });
	const signIn = async () => {
		await page.locator("#user").fill("reader");
		await page.locator("#password").fill(PASSWORD);
		await page.keyboard.press("Enter");
		await until(() => !page.url().includes("#/signin"), "the way back from signing in");
		await page.settle();
	};
	await page.show("#/units/yutai");
	expect(page.url().includes("#/signin"), "nobody reads unsigned");
	await signIn();
	expect(page.url().includes("#/units/yutai"), `back to where one was: ${page.url()}`);
	expect(/Yutai/.test(await text(page, "main")), "the unit is shown to who signed in");
	await daemon.stop();
	await daemon.start();
	/* the link that comes back asks anew; whoever is quicker than that asks by going on */
	await until(() => page.url().includes("#/signin"), "the end of the session is noticed", 6 * WAIT_MS);
	expect(page.url().includes("why=expired") && /session/i.test(await text(page)), `it says that the session is over: ${page.url()} ${await text(page)}`);
	await signIn();
	expect(page.url().includes("#/units/yutai"), `back to where one was after the session's end: ${page.url()}`);
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

/** Of the overview, in a page that has nothing yet: ms to the first contents, bytes as sent. */
export async function firstScreen(open) {
	const page = await open({ lang: "zh", axe: false }), sizes = [];
	page.on("response", (r) => { if (r.url().includes("/assets/") || r.url().endsWith("/")) sizes.push(r.request().sizes()); });
	await page.show("#/");
	const bytes = (await Promise.all(sizes)).reduce((sum, s) => sum + s.responseBodySize, 0);
	const paint = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime);
	await page.end();
	return { bytes, paint };
}

async function weight({ open }) {
	const { bytes, paint } = await firstScreen(open);
	console.log(`        first paint ${Math.round(paint)} ms; scripts, styles and page ${bytes} bytes on the wire`);
	expect(bytes > 10000 && bytes < 60 * 1024, `the first screen weighs ${bytes} bytes`);
	expect(paint > 0 && paint < 300 * SLOW, `first paint after ${paint} ms`);
}

export const tests = {
	"keyboard: past the frame, search, keys": keyboard, "keyboard: the matrix": matrix,
	"looking back": lookingBack, "what is amiss is said": amiss, "a lost link, and back": lost,
	"an expired session, and back": expired, "paper": printed,
};
/** Those that look at the clock. */
export const measured = { "weight and first paint": weight, "a commit shows on an open page": live };
