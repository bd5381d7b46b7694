// SPDX-License-Identifier: MIT
// Reading for several parts of a screen at once: who asks the same in the same turn shares an answer.
import { read } from "./api";

interface Flight { answer: Promise<unknown>; users: number; stop: AbortController }
export type Reader = (path: string, lang: string, signal: AbortSignal) => Promise<unknown>;

export interface SharedReading {
	/** turn: asked anew in another turn, whatever is on its way. Aborted once nobody waits for it. */
	read<T>(path: string, lang: string, turn: string, signal: AbortSignal): Promise<T>;
	/** Whether what was read last stood at that ledger position; true where nothing was read yet, false
	 * where the last question had no answer. */
	isAt(position: number): boolean;
}

export function makeReading(reader: Reader): SharedReading {
	const flights = new Map<string, Flight>();
	let newest: number | undefined, failed = false;

	const begin = (key: string, path: string, lang: string): Flight => {
		const stop = new AbortController();
		const flight: Flight = {
			users: 0, stop,
			answer: reader(path, lang, stop.signal).then((body) => {
				const at = (body as { position?: unknown } | null)?.position;
				if (typeof at === "number") newest = Math.max(newest ?? 0, at);
				failed = false;
				return body;
			}, (e: unknown) => {
				failed = failed || !(e instanceof DOMException);
				throw e;
			}),
		};
		const land = () => { if (flights.get(key) === flight) flights.delete(key); };
		flights.set(key, flight);
		flight.answer.then(land, land);
		return flight;
	};

	return {
		read<T>(path: string, lang: string, turn: string, signal: AbortSignal): Promise<T> {
			const key = `${turn} ${lang} ${path}`;
			const flight = flights.get(key) ?? begin(key, path, lang);

			flight.users++;
			return new Promise<T>((resolve, reject) => {
				signal.addEventListener("abort", () => {
					reject(new DOMException("aborted", "AbortError"));
					if (--flight.users > 0 || flights.get(key) !== flight) return;
					flights.delete(key);
					flight.stop.abort();
				}, { once: true });
				flight.answer.then((body) => { resolve(body as T); }, reject);
			});
		},
		isAt: (position) => !failed && (newest === undefined || newest === position),
	};
}

export const shared_read = makeReading(read);
