// SPDX-License-Identifier: MIT
// Every screen, in both languages and both themes: shown without a complaint, without a question to
// another host, without a fault that axe-core finds, no wider than a phone, and fit to print.
import { join } from "node:path";
import { accessible, SIZES, tooWide } from "./harness.mjs";
import { routes } from "./routes.mjs";

/** The looks of a screen: the first two are gone through in full, the others for their colours. */
const looks = [
	{ lang: "zh", theme: "light", full: true }, { lang: "en", theme: "dark", full: true },
];

async function check(page, faults, label, hash, { full }, shots) {
	await page.setViewportSize(SIZES.office);
	await page.show(hash);
	if (!/\S/.test(await page.evaluate(() => document.body.innerText))) faults.push("nothing is shown");
	faults.push(...await accessible(page));
	if (shots) await page.screenshot({ path: join(shots, `${label}.png`), animations: "disabled" });
	if (!full) return;
	await page.setViewportSize(SIZES.phone);
	await page.settle();
	faults.push(...(await tooWide(page)).map((x) => `at 360 px: ${x}`), ...(await accessible(page)).map((x) => `at 360 px: ${x}`));
	if (shots) await page.screenshot({ path: join(shots, `${label}-360.png`), animations: "disabled" });
	await page.emulateMedia({ media: "print" });
	const printed = await page.evaluate(() => [...document.querySelectorAll("body > #app nav, form.search")].filter((e) => e.getClientRects().length > 0).length);
	if (printed > 0) faults.push("print: the navigation is printed too");
	await page.emulateMedia({ media: "screen" });
}

export async function screens({ demo, open, shots }) {
	const list = await routes(demo), pages = new Map();
	const page_of = async (look) => {
		const key = `${look.lang}-${look.theme}`;
		if (!pages.has(key)) pages.set(key, await open(look));
		return pages.get(key);
	};
	return list.flatMap(([name, hash]) => looks.map((look) => [`screen ${name} ${look.lang} ${look.theme}`, async () => {
		const page = await page_of(look), faults = [];
		page.faults.length = 0;
		await page.evaluate(() => { window.violations = []; });
		await check(page, faults, `${name}-${look.lang}-${look.theme}`, hash, look, shots);
		faults.unshift(...await page.complaints());
		if (faults.length > 0) throw new Error(`${hash}\n${faults.join("\n")}`);
	}]));
}
