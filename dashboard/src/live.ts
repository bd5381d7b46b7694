// SPDX-License-Identifier: MIT
// One event stream for all tabs of a browser: a browser allows six connections a host, so the tab
// that holds the lock listens, and tells the others over a channel. When it closes, the lock goes to
// the next one. Where a browser has no locks, or the daemon no room for a stream, the page asks now
// and then instead.
import { problem } from "./api";
import { backoff, browser_timers, type Timers } from "./turns";

export interface Head { position: number; alert_number: number; at: string; rows: number; chain: string }
/** live: told at once. polled: asked for every half minute. lost: the daemon does not answer. */
export type LinkState = "live" | "polled" | "lost";
export interface News {
	head?: Head; state?: LinkState;
	/** Something was left out: what is shown has to be read anew. */
	reset?: boolean;
	/** The script of the page as the daemon has it now. */
	build?: string;
}

export const POLL_MS = 30000;

/** What the link needs of the browser; the tests have one of their own. */
export interface World {
	timers: Timers;
	/** Opens a stream; undefined where the browser has none. */
	stream?: (on: StreamEvents) => { close(): void };
	/** Calls fn when this tab is the one that listens, and holds on to that until the tab goes. */
	lead?: (fn: () => void) => void;
	channel?: { post(message: Message): void; on(fn: (message: Message) => void): void };
	/** Where the daemon stands; undefined where it does not answer. */
	ask(): Promise<Head | undefined>;
	/** Name of the page's script as the daemon has it now. */
	build(): Promise<string | undefined>;
}
export interface StreamEvents { head(h: Head): void; reset(h: Head): void; error(): void }
export type Message = { news: News } | { hello: true };
export interface Link {
	begin(): void;
	subscribe(fn: (news: News) => void): () => void;
	/** Tries at once, where it waits to try again: somebody signed in. */
	again(): void;
}

export function makeLink(world: World): Link {
	const listeners = new Set<(news: News) => void>();
	const { timers } = world;
	let newest: Head | undefined, state: LinkState = "lost", leading = false, was_live = false;
	let failures = 0, waiting: number | undefined, retry: (() => void) | undefined;

	const tell = (news: News) => {
		if (news.head) newest = news.head;
		if (news.state) state = news.state;
		for (const fn of listeners) fn(news);
	};
	const tellAll = (news: News) => {
		tell(news);
		world.channel?.post({ news });
	};
	const later = (fn: () => void, ms: number) => {
		retry = fn;
		waiting = timers.later(() => { retry = undefined; fn(); }, ms);
	};
	/* a daemon that was away may be a newer one, with another page */
	const compareBuild = () => {
		void world.build().then((build) => { if (build) tellAll({ build }); });
	};
	const arrived = (news: News) => {
		const back = was_live && state !== "live";
		failures = 0;
		was_live = true;
		tellAll({ ...news, state: "live" });
		if (back) compareBuild();
	};
	const poll = async (then: () => void) => {
		const head = await world.ask();
		const back = head !== undefined && was_live && state === "lost";
		tellAll(head ? { head, state: "polled" } : { state: "lost" });
		if (head) was_live = true;
		if (back) compareBuild();
		then();
	};
	const listen = () => {
		let over = false;
		const source = world.stream?.({
			head: (head) => { arrived({ head }); },
			reset: (head) => { arrived({ head, reset: true }); },
			error: () => {
				if (over) return;
				over = true;
				source?.close();
				tellAll({ state: "lost" });
				/* refused, or away? */
				void poll(() => { later(listen, state === "polled" ? POLL_MS * (0.5 + timers.chance()) : backoff(failures++, timers.chance())); });
			},
		});
	};
	const pollOn = () => { void poll(() => { later(pollOn, POLL_MS * (0.8 + 0.4 * timers.chance())); }); };

	return {
		begin() {
			world.channel?.on((message) => {
				if ("news" in message) tell(message.news);
				/* a new tab is told where things stand */
				else if (leading && newest) world.channel?.post({ news: { head: newest, state } });
			});
			if (world.stream && world.lead && world.channel) {
				world.lead(() => { leading = true; listen(); });
				world.channel.post({ hello: true });
			} else pollOn();
		},
		subscribe(fn) {
			listeners.add(fn);
			fn({ state, ...(newest ? { head: newest } : {}) });
			return () => { listeners.delete(fn); };
		},
		again() {
			const fn = retry;
			if (!fn || waiting === undefined) return;
			timers.cancel(waiting);
			retry = undefined;
			fn();
		},
	};
}

/* --- the browser's ------------------------------------------------------------------------------ */

const SCRIPT = /<script[^>]+src="([^"]+)"/;

function browserStream(on: StreamEvents): { close(): void } {
	const source = new EventSource("/api/v1/stream?events=head");
	const read = (fn: (h: Head) => void) => (e: Event) => { fn(JSON.parse((e as MessageEvent<string>).data) as Head); };

	source.addEventListener("head", read(on.head));
	source.addEventListener("reset", read(on.reset));
	source.onerror = on.error;
	return source;
}

async function askHead(): Promise<Head | undefined> {
	try {
		const answer = await fetch("/api/v1/programme", { cache: "no-cache" });
		if (!answer.ok) {
			/* a session that is over is said, and not taken for a daemon that is away */
			if (answer.status === 401) await problem(answer);
			return undefined;
		}
		const p = await answer.json() as Head & { newest_entry: string };
		return { position: p.position, alert_number: p.alert_number, at: p.newest_entry, rows: p.rows, chain: p.chain };
	} catch { return undefined; }
}

async function askBuild(): Promise<string | undefined> {
	try {
		return SCRIPT.exec(await (await fetch("/", { cache: "no-cache" })).text())?.[1];
	} catch { return undefined; }
}

/** The script that this page was loaded with. */
export function ownBuild(): string | undefined {
	return document.querySelector("script[src]")?.getAttribute("src") ?? undefined;
}

function browserWorld(): World {
	const locks = (navigator as { locks?: LockManager }).locks;
	const channel = "BroadcastChannel" in window ? new BroadcastChannel("minsheng") : undefined;

	return {
		timers: browser_timers, ask: askHead, build: askBuild,
		...("EventSource" in window ? { stream: browserStream } : {}),
		...(locks ? { lead: (fn) => { void locks.request("minsheng-stream", () => { fn(); return new Promise<never>(() => undefined); }); } } : {}),
		...(channel ? { channel: {
			post: (message) => { channel.postMessage(message); },
			on: (fn) => { channel.onmessage = (e: MessageEvent<Message>) => { fn(e.data); }; },
		} } : {}),
	};
}

let link: Link | undefined;
/** The page's link, made when it is first asked for. */
function page(): Link {
	link = link ?? makeLink(browserWorld());
	return link;
}

/** Begins to listen, once a page. */
export function begin(): void { page().begin(); }
export function subscribe(fn: (news: News) => void): () => void { return page().subscribe(fn); }
export function again(): void { page().again(); }
