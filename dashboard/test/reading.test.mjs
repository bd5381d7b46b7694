// SPDX-License-Identifier: MIT
// Parts of a screen that ask the same share an answer, and nobody is given an old one.
import assert from "node:assert/strict";
import test from "node:test";
import { load } from "./load.mjs";
import { settle } from "./time.mjs";

const { makeReading } = await load("src/reading.ts");

function daemon() {
	const calls = [];
	const reading = makeReading((path, lang, signal) => new Promise((resolve, reject) => {
		const call = { path, lang, signal, answer: resolve };
		signal.addEventListener("abort", () => { reject(new DOMException("aborted", "AbortError")); });
		calls.push(call);
	}));
	return { calls, reading };
}
const stop = () => new AbortController();

test("the same question in the same turn is asked once", async () => {
	const { calls, reading } = daemon();
	const both = [reading.read("/units", "zh", "0", stop().signal), reading.read("/units", "zh", "0", stop().signal)];
	assert.equal(calls.length, 1);
	calls[0].answer({ position: 3, x: 1 });
	assert.deepEqual((await Promise.all(both)).map((a) => a.x), [1, 1]);
});

test("another turn, language or path is another question", () => {
	const { calls, reading } = daemon();
	for (const [path, lang, turn] of [["/units", "zh", "0"], ["/units", "zh", "1"], ["/units", "en", "0"], ["/targets", "zh", "0"]])
		void reading.read(path, lang, turn, stop().signal).catch(() => undefined);
	assert.equal(calls.length, 4);
});

test("it is given up when nobody waits for it any more, and not before", async () => {
	const { calls, reading } = daemon(), one = stop(), two = stop();
	const first = reading.read("/units", "zh", "0", one.signal), second = reading.read("/units", "zh", "0", two.signal);
	one.abort();
	await assert.rejects(first, { name: "AbortError" });
	assert.equal(calls[0].signal.aborted, false);
	two.abort();
	await assert.rejects(second, { name: "AbortError" });
	assert.equal(calls[0].signal.aborted, true);
	void reading.read("/units", "zh", "0", stop().signal).catch(() => undefined);
	assert.equal(calls.length, 2); // what was given up is asked anew
});

test("it knows where the newest answer stood", async () => {
	const { calls, reading } = daemon();
	assert.equal(reading.isAt(7), true); // nothing was read: nothing is old
	const answer = reading.read("/programme", "zh", "0", stop().signal);
	calls[0].answer({ position: 7 });
	await answer;
	await settle();
	assert.equal(reading.isAt(7), true);
	assert.equal(reading.isAt(8), false);
});

test("a question without an answer is not up to date, until one has an answer", async () => {
	let up = false;
	const reading = makeReading(async () => { if (!up) throw new Error("away"); return { position: 7 }; });
	await assert.rejects(reading.read("/programme", "zh", "0", stop().signal));
	await settle();
	assert.equal(reading.isAt(7), false);
	up = true;
	await reading.read("/programme", "zh", "1", stop().signal);
	assert.equal(reading.isAt(7), true);
});
