// SPDX-License-Identifier: MIT
// Every screen, Chinese and light, English and dark, and some the other way round: shown without a
// complaint, without a question to another host, without a fault that axe-core finds, no wider than a
// phone, and fit to print. One page a look, used for all places.
import { join } from "node:path";
import { accessible, SIZES, tooWide } from "./harness.mjs";
import { routes } from "./routes.mjs";

/** The looks of a page; only: the places that are looked at, where not all are. */
const crossed = ["overview", "matrix", "target", "alerts", "reporting", "bulletin"];
const looks = [
	{ lang: "zh", theme: "light" }, { lang: "en", theme: "dark" },
	{ lang: "zh", theme: "dark", only: crossed }, { lang: "en", theme: "light", only: crossed },
];

/** What stays on the paper though nobody can press it there. */
const pressed = (page) => page.evaluate(() => [...document.querySelectorAll("body nav, form.search")].filter((e) => e.getClientRects().length > 0).length);

/** Words of the program that got out among those for people. */
const bare = (page) => page.evaluate(() => /.{0,40}(\bundefined\b|\bNaN\b|\[object |null%|\{[a-z_]+\}).{0,20}/.exec(document.body.innerText)?.[0]);

async function look(page, shots, label, say) {
	say(...await accessible(page));
	await page.screenshot({ path: join(shots, `${label}.png`), animations: "disabled" });
}

async function check(page, faults, label, hash, shots) {
	await page.setViewportSize(SIZES.office);
	await page.show(hash);
	if (!/\S/.test(await page.evaluate(() => document.querySelector("main")?.innerText ?? ""))) faults.push("nothing is shown");
	const words = await bare(page);
	if (words) faults.push(`it says: ${words}`);
	await look(page, shots, label, (...f) => { faults.push(...f); });
	await page.setViewportSize(SIZES.phone);
	await page.settle();
	faults.push(...(await tooWide(page)).map((f) => `at 360 px: ${f}`));
	await look(page, shots, `${label}-360`, (...f) => { faults.push(...f.map((x) => `at 360 px: ${x}`)); });
	await page.emulateMedia({ media: "print" });
	if (await pressed(page) > 0) faults.push("print: the navigation is printed too");
	await page.emulateMedia({ media: "screen" });
}

/** Lanes of [name, test]: one a look, so that each page is asked for one place at a time. */
export async function screens({ demo, open, shots }) {
	const places = await routes(demo);

	return looks.map((l) => {
		let page;
		return places.filter(([name]) => !l.only || l.only.includes(name)).map(([name, hash]) => [`screen ${name} ${l.lang} ${l.theme}`, async () => {
			const faults = [];
			page = page ?? await open(l);
			page.faults.length = 0;
			await page.evaluate(() => { window.violations = []; });
			await check(page, faults, `${name}-${l.lang}-${l.theme}`, hash, shots);
			faults.unshift(...await page.complaints());
			/* what broke one screen must not be held against the next one */
			if (faults.some((f) => f.startsWith("script"))) page = await page.end();
			if (faults.length > 0) throw new Error(`${hash}\n${[...new Set(faults)].join("\n")}`);
		}]);
	});
}
