// SPDX-License-Identifier: MIT
// Orders, filters and texts of the matrix.
import assert from "node:assert/strict";
import test from "node:test";
import { load } from "./load.mjs";

const d = await load("src/parts/matrix_data.ts");
const name = (zh, en = zh) => ({ zh, en });
const cell = (light, more = {}) => ({ light, live_light: light, silent: false, provisional: false, overdue: false, value: "1", done_percent: "66.67", planned_percent: "70.00", gap_points: "-3.33", change_points: "5.00", as_of: "2022-06-30", ...more });
const target = (id, project, role = "main") => ({ id, item: `${project}.1`, project, name: name(id, id), role, kind: "quantity", uom: "处", uom_en: "sites", lead: { id: "l", name: name("民政局", "Civil Affairs") } });
const m = {
	valid_at: "2022-06-30",
	projects: [{ id: "1", name: name("一") }, { id: "2", name: name("二") }, { id: "3", name: name("三") }],
	targets: [target("calm", "1"), target("note", "1", "support"), target("bad", "2"), target("worse", "2")],
	units: [{ id: "a", name: name("甲") }, { id: "b", name: name("乙") }],
	rows: [
		{ target: "calm", city: cell("green"), cells: [cell("green"), null] },
		{ target: "note", city: cell("none"), cells: [null, null] },
		{ target: "bad", city: cell("green"), cells: [cell("yellow"), cell("red", { silent: true })] },
		{ target: "worse", city: cell("red"), cells: [null, cell("green", { provisional: true })] },
	],
};

test("projects keep their order, the worst come first where that is asked for", () => {
	assert.deepEqual(d.groupsOf(m, false).map((g) => [g.project.id, g.rows.map((r) => r.target.id)]), [["1", ["calm"]], ["2", ["bad", "worse"]]]);
	assert.deepEqual(d.groupsOf(m, true).map((g) => [g.project.id, g.rows.map((r) => r.target.id)]), [["2", ["worse", "bad"]], ["1", ["calm"]]]);
});

test("so do units", () => {
	assert.deepEqual(d.columnsOf(m, false), [0, 1]);
	assert.deepEqual(d.columnsOf(m, true), [1, 0]);
});

test("rows are found by word, lead and light", () => {
	const rows = d.groupsOf(m, false).flatMap((g) => g.rows), found = (text, mark) => rows.filter((r) => d.fits(r, text, mark)).map((r) => r.target.id);
	assert.deepEqual(found("wor"), ["worse"]);
	assert.deepEqual(found("民政"), ["calm", "bad", "worse"]);
	assert.deepEqual(found("", "red"), ["bad", "worse"]);
	assert.deepEqual(found("", "silent"), ["bad"]);
	assert.deepEqual(found("bad", "provisional"), []);
});

test("the legend counts cells, and no task is none", () => {
	assert.deepEqual(d.countMarks(d.groupsOf(m, false).flatMap((g) => g.rows)), { green: 2, yellow: 1, red: 1, silent: 1, provisional: 1 });
});

test("a cell tells what is asked for", () => {
	const c = cell("red");
	assert.equal(d.cellText(c, "percent", "zh", "quantity"), "66.7%");
	assert.equal(d.cellText(cell("done", { done_percent: "100.00" }), "percent", "zh", "quantity"), "100%");
	assert.equal(d.cellText(cell("green", { done_percent: "99.96" }), "percent", "zh", "quantity"), "100%");
	assert.equal(d.cellText(c, "gap", "zh", "quantity"), "−3.3");
	assert.equal(d.cellText(c, "change", "zh", "quantity"), "+5.0");
	assert.equal(d.cellText(cell("green", { value: "808852" }), "value", "zh", "quantity"), "80.9万");
	assert.equal(d.cellText(cell("green", { value: "808852" }), "value", "en", "quantity"), "808.9k");
	assert.equal(d.cellText(cell("none", { value: "55.68", done_percent: null }), "percent", "zh", "ratio"), "55.7%");
	assert.equal(d.cellText(cell("none", { value: null, done_percent: null }), "percent", "zh", "quantity"), "");
});

test("a sheet opens what is saved", () => {
	assert.equal(d.csv([["指标", 'a"b'], ["1,5", "x"]]), '\uFEFF指标,"a""b"\r\n"1,5",x\r\n');
});
