// SPDX-License-Identifier: MIT
// The link to the daemon, in a browser of several tabs that is made here.
import assert from "node:assert/strict";
import test from "node:test";
import { load } from "./load.mjs";
import { makeTime, settle } from "./time.mjs";

const { makeLink, POLL_MS } = await load("src/live.ts");
const head = (position) => ({ position, alert_number: 0, at: "", rows: 0, chain: "" });

/** A browser with a daemon behind it. */
function browser({ streams = true, locks = true } = {}) {
	const time = makeTime(0.5), queue = [], tabs = [], open = new Set();
	const daemon = { up: true, full: false, position: 1, build: "main-1.js", asked: 0, streams: 0 };
	const tell = (fn) => { for (const s of [...open]) fn(s.on); };

	function tab() {
		const t = { news: [], handlers: [], closed: false, state: undefined, head: undefined, builds: [] };
		t.world = {
			timers: time,
			ask: async () => { daemon.asked++; return daemon.up ? head(daemon.position) : undefined; },
			build: async () => (daemon.up ? daemon.build : undefined),
			channel: {
				post: (m) => { for (const o of tabs) if (o !== t && !o.closed) for (const fn of o.handlers) fn(m); },
				on: (fn) => { t.handlers.push(fn); },
			},
		};
		if (locks) t.world.lead = (fn) => { queue.push({ t, fn }); if (queue.length === 1) fn(); };
		if (streams) t.world.stream = (on) => {
			const s = { on, t, close: () => { open.delete(s); } };
			daemon.streams++;
			open.add(s);
			queueMicrotask(() => { if (!open.has(s)) return; if (daemon.up && !daemon.full) on.head(head(daemon.position)); else on.error(); });
			return s;
		};
		t.link = makeLink(t.world);
		t.link.subscribe((n) => { t.news.push(n); if (n.state) t.state = n.state; if (n.head) t.head = n.head; if (n.build) t.builds.push(n.build); });
		t.close = () => {
			t.closed = true;
			for (const s of [...open]) if (s.t === t) open.delete(s);
			const leading = queue[0]?.t === t;
			queue.splice(queue.findIndex((q) => q.t === t), 1);
			if (leading) queue[0]?.fn(); // the lock goes to the next
		};
		tabs.push(t);
		t.link.begin();
		return t;
	}
	return {
		time, daemon, tab, open,
		commit: () => { daemon.position++; tell((on) => { on.head(head(daemon.position)); }); },
		reset: () => { tell((on) => { on.reset(head(daemon.position)); }); },
		stop: () => { daemon.up = false; tell((on) => { on.error(); }); },
	};
}

test("one stream for all tabs, and each is told", async () => {
	const b = browser(), one = b.tab(), two = b.tab(), three = b.tab();
	await settle();
	b.commit();
	assert.equal(b.open.size, 1);
	for (const t of [one, two, three]) { assert.equal(t.head.position, 2); assert.equal(t.state, "live"); }
});

test("a tab that comes later is told where things stand", async () => {
	const b = browser();
	b.tab();
	await settle();
	b.commit();
	const late = b.tab();
	assert.equal(late.head.position, 2);
	assert.equal(late.state, "live");
});

test("when the tab that listens is closed another one takes over", async () => {
	const b = browser(), one = b.tab(), two = b.tab(), three = b.tab();
	await settle();
	one.close();
	await settle();
	assert.equal(b.open.size, 1);
	b.commit();
	assert.equal(two.head.position, 2);
	assert.equal(three.head.position, 2);
	two.close();
	await settle();
	b.commit();
	assert.equal(three.head.position, 3);
	assert.equal(one.head.position, 1);
});

test("a reset goes to every tab", async () => {
	const b = browser(), one = b.tab(), two = b.tab();
	await settle();
	b.reset();
	assert.equal(one.news[one.news.length - 1].reset, true);
	assert.equal(two.news[two.news.length - 1].reset, true);
});

test("a daemon that was away is found again, and its new page is told of", async () => {
	const b = browser(), one = b.tab(), two = b.tab();
	await settle();
	b.stop();
	await settle();
	assert.equal(one.state, "lost");
	assert.equal(two.state, "lost");
	await b.time.pass(20000);
	assert.equal(one.state, "lost");
	assert.ok(b.daemon.streams > 2 && b.daemon.streams < 10, `it tries, and not too often: ${b.daemon.streams}`);
	b.daemon.up = true; b.daemon.position = 9; b.daemon.build = "main-2.js";
	await b.time.pass(45000);
	assert.equal(one.state, "live");
	assert.equal(two.head.position, 9);
	assert.deepEqual(two.builds, ["main-2.js"]);
	assert.equal(b.open.size, 1);
});

test("without a reason nobody is asked for the page", async () => {
	const b = browser(), one = b.tab();
	await b.time.pass(100000);
	b.commit();
	assert.deepEqual(one.builds, []);
	assert.equal(b.daemon.asked, 0);
});

test("where there is no room for a stream the page asks every half minute, and tries again", async () => {
	const b = browser();
	b.daemon.full = true;
	const one = b.tab();
	await settle();
	assert.equal(one.state, "polled");
	b.daemon.position = 5;
	await b.time.pass(POLL_MS + 1);
	assert.equal(one.head.position, 5);
	b.daemon.full = false;
	await b.time.pass(2 * POLL_MS);
	assert.equal(one.state, "live");
});

for (const lacking of [{ streams: false }, { locks: false }])
	test(`a browser without ${Object.keys(lacking)[0]} asks every half minute`, async () => {
		const b = browser(lacking), one = b.tab();
		await settle();
		assert.equal(one.head.position, 1);
		assert.equal(b.open.size, 0);
		b.daemon.position = 2;
		await b.time.pass(POLL_MS * 1.3);
		assert.equal(one.head.position, 2);
		assert.equal(one.state, "polled");
		b.daemon.up = false;
		await b.time.pass(POLL_MS * 1.3);
		assert.equal(one.state, "lost");
		b.daemon.up = true;
		await b.time.pass(POLL_MS * 1.3);
		assert.equal(one.state, "polled");
		assert.equal(b.daemon.asked, 4);
	});

test("who has just signed in does not wait for the next attempt", async () => {
	const b = browser();
	b.daemon.up = false;
	const one = b.tab();
	await b.time.pass(200000);
	b.daemon.up = true;
	one.link.again();
	await settle();
	assert.equal(one.state, "live");
	assert.equal(b.open.size, 1);
});
