// SPDX-License-Identifier: MIT
// The colours of the page, as they stand in its style: text is readable on what it stands on, and no
// two lights look alike, to who sees no red or no green either.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

const css = readFileSync(new URL("../src/style/index.css", import.meta.url), "utf8");

function block(selector) {
	const at = css.indexOf(`${selector} {`);
	assert.notEqual(at, -1, `${selector} is in index.css`);
	const body = css.slice(at, css.indexOf("}", at));
	return Object.fromEntries([...body.matchAll(/--([\w-]+):\s*(#[0-9a-f]{3,6})\b/gi)].map((m) => [m[1], m[2].toLowerCase()]));
}
const themes = { light: block(":root"), dark: block(':root[data-theme="dark"]') };

function rgb(hex) {
	const full = hex.length === 4 ? [...hex.slice(1)].map((c) => c + c).join("") : hex.slice(1);
	return [0, 2, 4].map((i) => parseInt(full.slice(i, i + 2), 16) / 255);
}
const linear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
const gamma = (c) => { const x = Math.min(1, Math.max(0, c)); return x <= 0.0031308 ? 12.92 * x : 1.055 * x ** (1 / 2.4) - 0.055; };

// WCAG 2: relative luminance and contrast
const luminance = (hex) => { const [r, g, b] = rgb(hex).map(linear); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
function contrast(a, b) {
	const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p);
	return (x + 0.05) / (y + 0.05);
}

// Machado, Oliveira, Fernandes 2009, severity 1.0, on linear RGB
const sight = {
	normal: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
	protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
	deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
};
function lab(hex, matrix) {
	const source = rgb(hex).map(linear);
	const seen = matrix.map((row) => linear(gamma(row.reduce((s, k, i) => s + k * source[i], 0))));
	const xyz = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503041]]
		.map((row) => row.reduce((s, k, i) => s + k * seen[i], 0));
	const f = (t) => (t > 216 / 24389 ? Math.cbrt(t) : (24389 / 27 * t + 16) / 116);
	const [x, y, z] = [xyz[0] / 0.95047, xyz[1], xyz[2] / 1.08883].map(f);
	return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}
function difference(a, b, matrix) {
	const p = lab(a, matrix), q = lab(b, matrix);
	return Math.hypot(...p.map((v, i) => v - q[i]));
}

test("the measures are right: known contrasts, and a palette that failed", () => {
	assert.equal(contrast("#000", "#fff"), 21);
	assert.equal(contrast("#777777", "#ffffff").toFixed(2), "4.48");
	// red and amber of an earlier palette: 4.8 apart without green
	assert.ok(difference("#d94f4f", "#c77d1a", sight.normal) > 25);
	assert.ok(difference("#d03b3b", "#a36a00", sight.deuteranopia) < 20);
});

test("dark by choice and dark by system are the same", () => {
	assert.deepEqual(block(':root:not([data-theme="light"])'), themes.dark);
});

for (const [name, c] of Object.entries(themes)) {
	test(`${name}: words on lights`, () => {
		for (const light of ["red", "yellow", "green", "done", "none"])
			assert.ok(contrast(c[light], c[`on-${light}`]) >= 4.5, `${light}: ${contrast(c[light], c[`on-${light}`]).toFixed(2)}`);
	});
	test(`${name}: words on the page and on its bars`, () => {
		for (const text of ["text", "muted", "link"])
			for (const back of ["back", "soft"])
				assert.ok(contrast(c[text], c[back]) >= 4.5, `${text} on ${back}: ${contrast(c[text], c[back]).toFixed(2)}`);
	});
	test(`${name}: the frame of the focus and of inputs is seen`, () => {
		for (const back of ["back", "soft"])
			for (const line of ["focus", "edge"])
				assert.ok(contrast(c[line], c[back]) >= 3, `${line} on ${back}: ${contrast(c[line], c[back]).toFixed(2)}`);
	});
	for (const [eye, matrix] of Object.entries(sight))
		test(`${name}: lights differ, ${eye}`, () => {
			const lights = ["red", "yellow", "green", "done", "none"];
			for (const a of lights)
				for (const b of lights)
					if (a < b) assert.ok(difference(c[a], c[b], matrix) >= 30, `${a} and ${b}: ${difference(c[a], c[b], matrix).toFixed(1)}`);
		});
	test(`${name}: lights survive a printer without colours`, () => {
		const shades = ["red", "yellow", "green"].map((l) => lab(c[l], sight.normal)[0]).sort((a, b) => a - b);
		assert.ok(shades[1] - shades[0] >= 20 || shades[2] - shades[1] >= 5, shades.join(" "));
	});
}
