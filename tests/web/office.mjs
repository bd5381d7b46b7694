// SPDX-License-Identifier: MIT
// The office at work: signing in and back, a slip's whole life, a record by keyboard alone, what a
// refusal and the end of a session leave of what was typed.
import { accessible, expect, expectEqual } from "./harness.mjs";

const password = (demo) => /(?:password|密码都是) (\S+)/.exec(demo.process.text)[1];

async function signIn(page, demo, user = "office") {
	await page.waitForSelector("#user");
	await page.fill("#user", user);
	await page.fill("#password", password(demo));
	await page.keyboard.press("Enter");
	await page.waitForFunction(() => !location.hash.startsWith("#/signin"));
}

async function get(demo, path) {
	return (await fetch(`${demo.base}/api/v1${path}`)).json();
}

/** Opens the form of an act, says what is to be said, and sends it. */
async function act(page, name, fill = {}) {
	await page.locator(".acts button", { hasText: new RegExp(`^${name}$`) }).first().click();
	await page.waitForSelector("form.act");
	for (const [field, value] of Object.entries(fill)) await page.fill(`form.act [name=${field}]`, value);
	await page.click("form.act button.primary");
	await page.waitForSelector(".told");
}

async function slipLife({ demo, open }) {
	const { slips } = await get(demo, "/slips?state=draft&limit=1");
	const id = slips[0].id, page = await open({});
	const state = async () => (await get(demo, `/slips/${id}`)).state;
	const day = (await get(demo, "/programme")).today;
	const later = new Date(Date.parse(day) + 60 * 86400000).toISOString().slice(0, 10);

	await page.show(`#/slips/${id}`);
	await page.locator(".acts a", { hasText: /^签发$/ }).click();
	await signIn(page, demo);
	await page.waitForSelector("form.act [name=days]");
	expectEqual(await accessible(page), [], "the open form");
	await page.fill("form.act [name=days]", "5");
	await page.click("form.act button.primary");
	await page.waitForSelector(".told");
	expectEqual(await state(), "issued", "after issuing");
	await act(page, "签收", { person: "李某" });
	await act(page, "延期", { deadline: later, why: "防汛" });
	await act(page, "反馈", { text: "已整改" });
	await act(page, "退回重办", { why: "材料不全" });
	expectEqual(await state(), "returned", "after the reply was returned");
	await act(page, "反馈", { text: "已补齐材料" });
	await act(page, "核验通过", { why: "现场属实" });
	await act(page, "销号");
	expectEqual(await state(), "closed", "at the end");
	await page.waitForSelector(".stepper .here >> text=已销号");
	expect((await page.textContent(".life")).includes("已补齐材料"), "its life tells the reply");
	await page.end();
}

async function recordByKeyboard({ demo, open }) {
	const before = (await get(demo, "/problems")).problems.length, page = await open({});

	await page.show("#/records/problems?do=problem.open~new");
	await page.locator(".acts a").first().focus();
	await page.keyboard.press("Enter");
	await signIn(page, demo);
	await page.waitForFunction(() => document.activeElement?.getAttribute("name") === "title");
	await page.keyboard.press("Enter");
	await page.waitForFunction(() => document.querySelectorAll("form.act .fault").length >= 4);
	expectEqual(await page.evaluate(() => document.activeElement.getAttribute("name")), "title", "the first thing that lacks has the focus");
	await page.keyboard.type("两处食堂选址未定");
	await page.fill("form.act [name=text]", "需自然资源部门协调用地");
	await page.selectOption("form.act [name=owner]", "yutai");
	await page.fill("form.act [name=deadline]", "2023-12-29");
	/* the session ends while one writes */
	await page.context().clearCookies();
	await page.click("form.act button.primary");
	await signIn(page, demo);
	await page.waitForSelector("form.act [name=title]");
	expectEqual(await page.inputValue("form.act [name=title]"), "两处食堂选址未定", "what was typed is kept");
	await page.dblclick("form.act button.primary");
	await page.waitForSelector(".told");
	expectEqual((await get(demo, "/problems")).problems.length, before + 1, "a double click makes one record");
	await page.end();
}

async function roles({ demo, open }) {
	const page = await open({});

	await page.show("#/signin?back=alerts");
	await page.fill("#user", "office");
	await page.fill("#password", "wrong");
	await page.keyboard.press("Enter");
	await page.waitForSelector("#signin-fault");
	await signIn(page, demo, "viewer");
	await page.settle();
	expect(page.url().includes("#/alerts"), "back where one came from");
	await page.show(`#/alerts/${(await get(demo, "/alerts?limit=1")).alerts[0].id}`);
	expectEqual(await page.locator(".acts button").count(), 0, "no button for a viewer");
	await page.end();
}

export const tests = { "office: a slip's whole life": slipLife, "office: a record by keyboard, over the end of a session": recordByKeyboard, "office: roles and signing in": roles };
