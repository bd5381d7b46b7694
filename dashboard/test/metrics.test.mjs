// SPDX-License-Identifier: MIT
// Reading what is written for machines.
import assert from "node:assert/strict";
import test from "node:test";
import { load } from "./load.mjs";

const { bytes, causes, parseMetrics, quantile, sumOf, valueOf } = await load("src/parts/metrics.ts");
const m = parseMetrics([
	"# HELP x_total text", "# TYPE x_total counter", "up 1", 'x_total{why="a"} 3', 'x_total{why="b \\"c\\", d",how="e"} 4', 'x_total{why="z"} 0',
	't_bucket{le="0.001000"} 5', 't_bucket{le="0.002000"} 9', 't_bucket{le="+Inf"} 10', "broken line of no use", "big 1.5e+06", "",
].join("\n"));

test("samples by name and labels", () => {
	assert.equal(valueOf(m, "up"), 1);
	assert.equal(valueOf(m, "x_total", { why: "a" }), 3);
	assert.equal(valueOf(m, "x_total", { how: "e", why: 'b "c", d' }), 4);
	assert.equal(valueOf(m, "absent"), 0);
	assert.equal(valueOf(m, "big"), 1500000);
	assert.equal(sumOf(m, "x_total"), 7);
	assert.deepEqual(causes(m, "x_total", "why"), [["a", 3], ['b "c", d', 4]]);
});

test("shares of a histogram", () => {
	assert.equal(quantile(m, "t", 0.5), 0.001);
	assert.equal(quantile(m, "t", 0.9), 0.002);
	assert.equal(quantile(m, "t", 0.99), Infinity);
	assert.equal(quantile(m, "absent", 0.5), undefined);
});

test("bytes as people say them", () => {
	assert.deepEqual([0, 1023, 1536, 10 * 1024, 5513216, 3 * 1024 ** 4].map(bytes), ["0 B", "1023 B", "1.5 KiB", "10 KiB", "5.3 MiB", "3.0 TiB"]);
});
