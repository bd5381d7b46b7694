// SPDX-License-Identifier: MIT
// Addresses: what is written is read again, in whatever words.
import assert from "node:assert/strict";
import test from "node:test";
import { load } from "./load.mjs";

const { carried, link, parse } = await load("src/route.ts");

test("an empty address is the overview", () => {
	for (const hash of ["", "#", "#/"]) assert.deepEqual(parse(hash), { path: [], query: {} });
	assert.equal(link([]), "#/");
});

test("what is written is read again", () => {
	const path = ["targets", "a/b 中"], query = { asof: "2022-06-30", q: "a&b=c ?#%", light: "red" };
	assert.deepEqual(parse(link(path, query)), { path, query });
});

test("parameters stand in order, empty ones not at all: the same place is the same address", () => {
	assert.equal(link(["matrix"], { show: "gap", asof: undefined, light: "" }), "#/matrix?show=gap");
	assert.equal(link(["matrix"], { b: "2", a: "1" }), link(["matrix"], { a: "1", b: "2" }));
});

test("an address that is no address leads somewhere", () => {
	assert.deepEqual(parse("#/targets/%E0%A4%A?x=1").query, { x: "1" });
	assert.deepEqual(parse("#//matrix//").path, ["matrix"]);
});

test("the day goes along, nothing else does", () => {
	assert.deepEqual(carried({ asof: "2022-06-30", known: "2022-07-05", light: "red" }), { asof: "2022-06-30", known: "2022-07-05" });
});
