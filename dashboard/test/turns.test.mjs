// SPDX-License-Identifier: MIT
// When a page asks again: at once, then seldom, and never all pages in one instant.
import assert from "node:assert/strict";
import test from "node:test";
import { load } from "./load.mjs";
import { makeTime } from "./time.mjs";

const { backoff, GAP_MS, turns } = await load("src/turns.ts");

function page(chance) {
	const time = makeTime(chance), asked = [];
	return { time, asked, turns: turns(() => { asked.push(time.now()); }, time) };
}

test("the first change is asked for at once", () => {
	const p = page(0);
	p.turns.change();
	assert.deepEqual(p.asked, [0]);
});

test("a stream of commits is asked for every two seconds, and the last of them is not missed", async () => {
	const p = page(0);
	for (let i = 0; i < 500; i++) { p.turns.change(); await p.time.pass(10); } // five seconds of commits
	await p.time.pass(60000);
	assert.deepEqual(p.asked, [0, GAP_MS, 2 * GAP_MS, 3 * GAP_MS]);
	assert.ok(p.asked[3] >= 4990, "after the last commit");
});

test("where commits do not end the wait grows to ten seconds, and shrinks again after a pause", async () => {
	const p = page(0);
	for (let i = 0; i < 600; i++) { p.turns.change(); await p.time.pass(100); } // a minute of commits
	assert.deepEqual(p.asked.slice(0, 9), [0, 2000, 4000, 6000, 11000, 16000, 26000, 36000, 46000]);
	const before = p.asked.length;
	await p.time.pass(4000);
	assert.equal(p.asked.length, before + 1, "the last commit is asked for soon after it");
	assert.ok(p.asked[before] >= 59900 && p.asked[before] <= 62000, String(p.asked[before]));
	p.turns.change(); p.turns.change();
	await p.time.pass(2000);
	assert.equal(p.asked.length, before + 3, "and then every two seconds as at first");
	await p.time.pass(60000);
	assert.equal(p.asked.length, before + 3);
});

test("after a rest a change is asked for at once again", async () => {
	const p = page(0.9);
	p.turns.change();
	await p.time.pass(GAP_MS);
	p.turns.change();
	assert.deepEqual(p.asked, [0, GAP_MS]);
});

test("pages differ in their wait, and none waits for long", async () => {
	const times = [0, 0.25, 0.5, 0.99].map((chance) => { const p = page(chance); p.turns.change(); p.turns.change(); return p; });
	for (const p of times) await p.time.pass(10000);
	const second = times.map((p) => p.asked[1]);
	assert.equal(new Set(second).size, 4);
	assert.ok(Math.min(...second) >= GAP_MS && Math.max(...second) <= 1.5 * GAP_MS, second.join(" "));
});

test("a page that is left asks no more", async () => {
	const p = page(0);
	p.turns.change(); p.turns.change(); p.turns.stop();
	await p.time.pass(10000);
	assert.deepEqual(p.asked, [0]);
	assert.equal(p.time.waiting(), 0);
});

test("attempts to connect come seldomer, by chance, and never stop", () => {
	assert.deepEqual([0, 1, 2, 3, 4, 5, 50].map((n) => backoff(n, 0.5)), [1000, 2000, 4000, 8000, 16000, 30000, 30000]);
	assert.equal(backoff(0, 0), 500);
	assert.equal(backoff(9, 0.999) < 45000, true);
});
