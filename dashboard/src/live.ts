// SPDX-License-Identifier: MIT
// One event stream for all tabs of a browser: a browser allows six connections a host, so the tab
// that holds the lock listens, and tells the others over a channel.

export interface Head { position: number; alert_number: number; at: string; rows: number; chain: string }
export type LinkState = "live" | "lost";
export interface News { head?: Head; state?: LinkState }

const listeners = new Set<(news: News) => void>();
const channel = "BroadcastChannel" in window ? new BroadcastChannel("minsheng") : null;
let newest: Head | undefined;
let link: LinkState = "lost";

function tell(news: News): void {
	if (news.head) newest = news.head;
	if (news.state) link = news.state;
	for (const fn of listeners) fn(news);
}

function tellAll(news: News): void {
	tell(news);
	channel?.postMessage(news);
}

/** Listens until the page goes. The browser reconnects by itself, and says what it saw last. */
function listen(): Promise<never> {
	const source = new EventSource("/api/v1/stream");
	source.addEventListener("head", (e) => {
		tellAll({ head: JSON.parse((e as MessageEvent<string>).data) as Head, state: "live" });
	});
	source.onerror = () => tellAll({ state: "lost" });
	return new Promise<never>(() => undefined);
}

/** Begins to listen, once a page. */
export function begin(): void {
	if (channel) channel.onmessage = (e: MessageEvent<News>) => tell(e.data);
	const locks = (navigator as { locks?: LockManager }).locks;
	if (locks && channel) void locks.request("minsheng-stream", listen);
	else void listen();
}

export function subscribe(fn: (news: News) => void): () => void {
	listeners.add(fn);
	fn({ state: link, ...(newest ? { head: newest } : {}) });
	return () => { listeners.delete(fn); };
}
