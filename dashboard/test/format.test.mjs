// SPDX-License-Identifier: MIT
// Numbers and days as they are shown: exact on the digits, whatever their size.
import assert from "node:assert/strict";
import test from "node:test";
import { load } from "./load.mjs";

const f = await load("src/format.ts");
const figure = (more) => ({ value: null, goal: null, kind: "quantity", uom: "处", uom_en: "sites", ...more });

test("decimals keep the digits that they came with", () => {
	assert.equal(f.decimal("28000", "zh"), "28,000");
	assert.equal(f.decimal("28000.50", "en"), "28,000.50");
	assert.equal(f.decimal("-0.5", "en"), "-0.5");
	assert.equal(f.decimal("-1234567.1", "zh"), "-1,234,567.1");
	assert.equal(f.decimal("9007199254740993", "zh"), "9,007,199,254,740,993"); // beyond a double
});

test("one decimal is rounded half away from zero", () => {
	assert.equal(f.oneDecimal("51.33"), "51.3");
	assert.equal(f.oneDecimal("51.35"), "51.4");
	assert.equal(f.oneDecimal("-8.1685"), "-8.2");
	assert.equal(f.oneDecimal("-0.05"), "-0.1");
	assert.equal(f.oneDecimal("-0.04"), "0.0"); // no minus before nothing
	assert.equal(f.oneDecimal("99.95"), "100.0");
	assert.equal(f.oneDecimal("7"), "7.0");
	assert.equal(f.percent(null), "");
	assert.equal(f.percent("37.50"), "37.5%");
});

test("points have a sign, and a true minus", () => {
	assert.equal(f.points("-37.5", "点"), "−37.5点");
	assert.equal(f.points("2.04", " pts"), "+2.0 pts");
	assert.equal(f.points(null, "点"), "");
});

test("progress is told in the figure's own unit", () => {
	assert.equal(f.progress(figure({ value: "58", goal: "113" }), "zh"), "58/113处");
	assert.equal(f.progress(figure({ value: "58", goal: "113" }), "en"), "58/113 sites");
	assert.equal(f.progress(figure({ value: "12" }), "zh"), "12处");
	assert.equal(f.progress(figure({ value: "53.5", goal: "56", kind: "ratio" }), "zh"), "53.5/56%");
	assert.equal(f.progress(figure({ value: "40.0000", goal: "100", kind: "milestone" }), "en"), "40.0%");
	assert.equal(f.progress(figure({}), "zh"), "");
});

test("days and months", () => {
	assert.equal(f.dayText("2022-06-30", "zh"), "2022年6月30日");
	assert.equal(f.dayText("2022-06-30", "en"), "30 Jun 2022");
	assert.equal(f.dayShort("2022-09-30T08:00:00+08:00", "zh"), "9月30日");
	assert.equal(f.moment("2022-06-30T08:05:59+08:00", "zh"), "2022年6月30日 08:05");
	assert.equal(f.monthEnd("2022-01-31", 1), "2022-02-28");
	assert.equal(f.monthEnd("2024-01-31", 1), "2024-02-29");
	assert.equal(f.monthEnd("2022-01-15", -1), "2021-12-31");
	assert.equal(f.monthEnd("2022-12-31", 0), "2022-12-31");
});

test("codes are ordered as numbers", () => {
	assert.deepEqual(["2.10", "2.9", "10", "2", "1.1"].sort(f.byCode), ["1.1", "2", "2.9", "2.10", "10"]);
});
