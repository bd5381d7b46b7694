// SPDX-License-Identifier: MIT
// What the browser tests share: the demo's year in a real daemon, other daemons of their own, a
// county's real client, and a browser that keeps what a page complained of. Nothing waits a fixed
// time: everything waits for a condition, with a deadline. Only processes started here are ended.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const bin = process.env.MINSHENG_BIN ?? join(root, "build/bin");
const require = createRequire(join(root, "dashboard/package.json"));
const { chromium } = require("playwright-core");
const axe_source = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const catalogue = join(root, "catalogue/jining-2022.yaml");

/** How much longer than on a quiet machine things may take; 1 where figures are measured. */
export const SLOW = Number(process.env.MINSHENG_SLOW ?? 4);
export const WAIT_MS = 5000 * Math.max(2, SLOW);
export const SIZES = { office: { width: 1366, height: 768 }, phone: { width: 360, height: 800 }, wall: { width: 3840, height: 1080 } };
/** So long nothing has to change until a page counts as drawn. */
const QUIET_MS = 80;
const folder = mkdtempSync(join(tmpdir(), "minsheng-web-"));
const running = new Set();

export function expect(condition, what) {
	if (!condition) throw new Error(what);
}

export function expectEqual(got, wanted, what) {
	const a = JSON.stringify(got), b = JSON.stringify(wanted);
	expect(a === b, `${what}: got ${a}, wanted ${b}`);
}

/** The first true value of fn(). */
export async function until(fn, what, ms = WAIT_MS) {
	for (const end = Date.now() + ms; ;) {
		const value = await fn();
		if (value) return value;
		expect(Date.now() < end, `not within ${ms} ms: ${typeof what === "function" ? what() : what}`);
		await new Promise((next) => { setTimeout(next, 20); });
	}
}

// --- processes ------------------------------------------------------------------------------------

function start(args, log) {
	const child = spawn(join(bin, "minshengd"), args, {
		stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, TMPDIR: folder, MINSHENG_LANG: "en" },
	});
	const process_ = { child, text: "", ended: false };
	running.add(process_);
	const keep = (part) => { process_.text += part; };
	child.stdout.setEncoding("utf8").on("data", keep);
	child.stderr.setEncoding("utf8").on("data", keep);
	child.on("exit", () => { process_.ended = true; running.delete(process_); });
	process_.log = log;
	return process_;
}

export async function stop(p, signal = "SIGTERM") {
	if (p.ended) return;
	p.child.kill(signal);
	try {
		await until(() => p.ended, "the end of a process", 20000);
	} catch {
		p.child.kill("SIGKILL");
		await until(() => p.ended, "the end of a process that was killed");
	}
}

/** The demo's year, played at once; it goes on serving. */
export async function startDemo() {
	const p = start(["demo", "--catalogue", catalogue, "--speed", "0", "--port", "0"]);
	await until(() => p.text.includes("The year is played") || p.ended, "the demo's year", 60000 * SLOW);
	expect(!p.ended, `the demo ended: ${p.text.slice(-2000)}`);
	const base = /http:\/\/127\.0\.0\.1:\d+/.exec(p.text)[0];
	const control = /--socket (\S+)/.exec(p.text)[1];
	return { ...site(base, control), process: p };
}

/** A port that nobody has: for a daemon that has to come back to the same one. */
async function freshPort() {
	const server = createServer();
	await new Promise((ready, failed) => { server.once("error", failed).listen(0, "127.0.0.1", ready); });
	const { port } = server.address();
	await new Promise((closed) => { server.close(closed); });
	return port;
}

/** A daemon with an empty store, which can be stopped and started anew at the same address. extra: lines
 * of its configuration. */
export async function startDaemon(name, extra = "", clock = "2022-03-01T09:00:00+08:00") {
	const home = join(folder, name), port = await freshPort();
	mkdirSync(home, { recursive: true });
	writeFileSync(join(home, "minshengd.yaml"), `store: store
runtime: .
catalogue: ${catalogue}
listen:
  ingest: tcp://127.0.0.1:*
  enrol: tcp://127.0.0.1:*
  query: tcp://127.0.0.1:*
  feed: tcp://127.0.0.1:*
  http: 127.0.0.1:${port}
clock:
  mode: manual
  start: ${clock}
${extra}`);
	const daemon = { ...site(`http://127.0.0.1:${port}`, join(home, "ctl.sock")), process: undefined };
	daemon.start = async () => {
		daemon.process = start(["--config", join(home, "minshengd.yaml")]);
		const ready = async () => (await fetch(`${daemon.base}/readyz`).catch(() => ({ ok: false }))).ok;
		await until(async () => daemon.process.ended || await ready(), "a daemon that is ready");
		expect(!daemon.process.ended, `the daemon ended: ${daemon.process.text.slice(-2000)}`);
	};
	daemon.stop = (signal) => stop(daemon.process, signal);
	await daemon.start();
	return daemon;
}

function run(program, args, input) {
	const got = spawnSync(join(bin, program), args, { input, encoding: "utf8", env: { ...process.env, MINSHENG_LANG: "en" } });
	return { status: got.status, out: `${got.stdout}`, err: `${got.stderr}` };
}

function site(base, control) {
	return {
		base, control,
		get: async (path, headers = {}) => {
			const answer = await fetch(base + path, { headers });
			expect(answer.ok, `GET ${path} answered ${answer.status}`);
			return answer.json();
		},
		ctl: (args, input) => {
			const got = run("minshengctl", ["--socket", control, ...args], input);
			expect(got.status === 0, `minshengctl ${args.join(" ")}: ${got.err}${got.out}`);
			return got.out;
		},
		enrol: (unit) => enrol(control, unit),
	};
}

/** A county's own client, enrolled as the office and the county do it: push(...) reports a figure. */
function enrol(control, unit) {
	const home = mkdtempSync(join(folder, `${unit}-`));
	const token = run("minshengctl", ["--socket", control, "unit", "invite", unit]).out;
	const ask = () => run("minsheng", ["enroll", "--folder", home, "--wait", "2"], token);
	const asked = ask();
	const key = / ([0-9a-f]{8})$/m.exec(asked.err + asked.out);
	expect(key, `no fingerprint: ${asked.err}${asked.out}`);
	run("minshengctl", ["--socket", control, "key", "approve", key[1]]);
	const got = ask();
	expect(got.status === 0, `not enrolled: ${got.err}${got.out}`);
	/* ends with the time at which the receipt was told: the program's own end comes later */
	return { push: async (...args) => {
		const child = spawn(join(bin, "minsheng"), ["push", "--folder", home, ...args], { env: { ...process.env, MINSHENG_LANG: "en" } });
		let said = "", receipt, status;
		child.stdout.setEncoding("utf8").on("data", (part) => { receipt = receipt ?? Date.now(); said += part; });
		child.stderr.setEncoding("utf8").on("data", (part) => { said += part; });
		child.on("close", (code) => { status = code; });
		await until(() => status !== undefined, "the end of a push");
		expect(status === 0 && receipt, `push ${args.join(" ")}: ${said}`);
		return receipt;
	} };
}

// --- the browser ----------------------------------------------------------------------------------

function chromiumPath() {
	const places = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
	const found = places.find((p) => p && existsSync(p));
	expect(found, "no Chromium: make deps GROUPS=web, or set CHROMIUM");
	return found;
}

export async function startBrowser() {
	return chromium.launch({
		executablePath: chromiumPath(), headless: true,
		args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--force-color-profile=srgb"],
	});
}

/** In the page: waits until there is something, nothing is loading, and nothing changed for a while. */
const still = `window.still = (quiet, limit) => new Promise((done, failed) => {
	const began = performance.now();
	let changed = began;
	const watch = new MutationObserver(() => { changed = performance.now(); });
	watch.observe(document, { subtree: true, childList: true, attributes: true });
	const look = () => {
		const now = performance.now(), loading = document.querySelector("#app > *") === null || document.querySelector(".loading") !== null;
		const over = now - began > limit;
		if ((loading || now - changed < quiet) && !over) { requestAnimationFrame(look); return; }
		watch.disconnect();
		if (over) failed(new Error(loading ? "the page is still loading" : "the page does not come to rest"));
		else done();
	};
	look();
});`;

/** A page in a context of its own. page.faults: what it complained of, and where it asked elsewhere. */
export async function openPage(browser, base, { lang = "zh", theme = "light", size = SIZES.office, axe = true } = {}) {
	const context = await browser.newContext({
		viewport: size, locale: lang === "zh" ? "zh-CN" : "en-GB", timezoneId: "Asia/Shanghai", colorScheme: theme, reducedMotion: "reduce",
	});
	await context.addInitScript(`
		window.violations = [];
		document.addEventListener("securitypolicyviolation", (e) => { window.violations.push(e.violatedDirective + " " + e.blockedURI); });
		try { localStorage.setItem("lang", "${lang}"); localStorage.setItem("theme", "${theme}"); } catch (e) { }`);
	await context.addInitScript(still);
	if (axe) await context.addInitScript(axe_source);
	const page = await context.newPage();
	page.faults = [];
	page.asked = 0;
	page.setDefaultTimeout(WAIT_MS);
	page.on("console", (m) => { if (m.type() === "error") page.faults.push(`console: ${m.text()} ${m.location().url}`); });
	page.on("pageerror", (e) => { page.faults.push(`script: ${e.message}`); });
	const asked = new Set();
	page.on("request", (r) => {
		if (!r.url().startsWith(`${base}/`) && !/^(data|blob):/.test(r.url())) page.faults.push(`asked elsewhere: ${r.url()}`);
		if (!r.url().includes("/stream")) { asked.add(r); page.asked++; }
	});
	const over = (r) => { if (asked.delete(r)) page.asked++; };
	page.on("requestfinished", over);
	page.on("requestfailed", over);
	/* the words of a refusal need not be read: then it is never finished */
	page.on("response", (r) => { if (!r.ok()) over(r.request()); });
	page.show = async (hash) => {
		if (page.url() === "about:blank") await page.goto(`${base}/${hash}`);
		else await page.evaluate((h) => { location.hash = h; }, hash);
		await page.settle();
	};
	/* nothing is asked, nothing is loading, and the document has come to rest */
	page.settle = async () => {
		for (let last = -1; page.asked !== last;) {
			last = page.asked;
			await until(() => asked.size === 0, () => `${page.url()} is answered: ${[...asked].map((r) => r.url()).join(" ")}`);
			await page.evaluate(([quiet, limit]) => window.still(quiet, limit), [QUIET_MS, WAIT_MS]);
		}
	};
	page.end = async () => { page.faults = []; await context.close(); };
	page.complaints = async () => [...page.faults, ...(await page.evaluate(() => window.violations)).map((v) => `policy: ${v}`)];
	return page;
}

/** What axe-core has against the page, a line each. Of a long table the first rows speak for all: the
 * others are drawn by the same hand, and a thousand cells take axe half a minute. */
export async function accessible(page, exclude = ["table.matrix tbody:nth-of-type(n+4)", "tbody > tr:nth-child(n+40)"]) {
	return page.evaluate(async (without) => {
		const got = await window.axe.run({ exclude: without.map((x) => [x]) }, {
			runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }, resultTypes: ["violations"],
		});
		return got.violations.map((v) => `axe ${v.id}: ${v.nodes.length}× ${v.nodes[0].target.join(" ")}: ${(v.nodes[0].any[0] ?? v.nodes[0].all[0] ?? v.nodes[0].none[0])?.message ?? v.help}`);
	}, exclude);
}

/** Elements that make the page wider than its window, outside of what scrolls by itself. */
export async function tooWide(page) {
	return page.evaluate(() => {
		const width = document.documentElement.clientWidth;
		if (document.documentElement.scrollWidth <= width) return [];
		const bad = [];
		for (const e of document.body.querySelectorAll("*")) {
			let scrolls = false;
			for (let up = e.parentElement; up && !scrolls; up = up.parentElement) scrolls = /auto|scroll|hidden/.test(getComputedStyle(up).overflowX);
			if (!scrolls && e.getBoundingClientRect().right > width + 1) bad.push(`${e.tagName.toLowerCase()}.${e.className}`);
		}
		return [`${document.documentElement.scrollWidth} px wide: ${bad.slice(0, 3).join(", ")}`];
	});
}

export async function endAll(browser) {
	await browser?.close();
	for (const p of [...running]) await stop(p);
	rmSync(folder, { recursive: true, force: true });
}
process.on("exit", () => { for (const p of running) p.child.kill("SIGKILL"); });
